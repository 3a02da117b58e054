"""The shipped watchlist: 68 firms, clean names, nobody mistaken for somebody else."""

from __future__ import annotations

import re
from collections import defaultdict
from importlib.resources import files

import opencc
import pytest

from monitor.config import Issuer, builtin_issuers

SUFFIX = re.compile(r"\d{6}\.(SZ|SH|BJ)|\d{5}\.HK|AXTI\.US")
HAN = re.compile(r"[\u3400-\u9fff]")
TO_SIMPLIFIED = opencc.OpenCC("t2s")


def find(issuer_id: str) -> Issuer:
    (found,) = [i for i in builtin_issuers() if i.id == issuer_id]
    return found


def safe_names(issuer: Issuer) -> set[str]:
    """The names that point to the firm alone, in one spelling."""
    risky = {n.lower() for names in issuer.risky_names.values() for n in names}
    return {
        str(TO_SIMPLIFIED.convert(n.lower()))
        for names in issuer.names.values()
        for n in names
        if n.lower() not in risky
    }


def test_all_firms_are_there_under_clean_ids() -> None:
    issuers = builtin_issuers()
    assert len(issuers) == 68
    assert len({i.id for i in issuers}) == 68
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", i.id) for i in issuers)


def test_tickers_carry_their_exchange_and_belong_to_one_firm() -> None:
    seen: dict[str, str] = {}
    for issuer in builtin_issuers():
        for ticker in (*issuer.tickers, *issuer.former_tickers):
            assert SUFFIX.fullmatch(ticker), ticker
            assert seen.setdefault(ticker, issuer.id) == issuer.id
    assert seen["300748.SZ"] == seen["06680.HK"] == "jl-mag"
    assert seen["835185.BJ"] == seen["920185.BJ"] == "btr-new-material"


def test_the_mainland_exchange_fits_the_code() -> None:
    for ticker in (t for i in builtin_issuers() for t in i.tickers):
        code, _, exchange = ticker.partition(".")
        if len(code) == 6:
            assert exchange == {"0": "SZ", "3": "SZ", "6": "SH", "9": "BJ"}[code[0]], ticker


def test_no_two_firms_share_a_name_unless_it_is_risky() -> None:
    holders = defaultdict(set)
    for issuer in builtin_issuers():
        for name in safe_names(issuer):
            holders[name].add(issuer.id)
    assert {name: ids for name, ids in holders.items() if len(ids) > 1} == {}


def test_no_safe_name_is_risky_for_another_firm() -> None:
    risky = {
        str(TO_SIMPLIFIED.convert(n.lower()))
        for i in builtin_issuers()
        for names in i.risky_names.values()
        for n in names
    }
    for issuer in builtin_issuers():
        assert not safe_names(issuer) & risky, issuer.id


def test_names_stand_under_their_own_language() -> None:
    for issuer in builtin_issuers():
        for language, names in [*issuer.names.items(), *issuer.risky_names.items()]:
            assert language in ("en", "zh-Hans", "zh-Hant")
            for name in names:
                assert bool(HAN.search(name)) == (language != "en"), name
                if language == "zh-Hans":
                    assert TO_SIMPLIFIED.convert(name) == name


def test_names_are_listed_once() -> None:
    for issuer in builtin_issuers():
        for names in issuer.names.values():
            assert len({n.lower() for n in names}) == len(names), issuer.id


def test_the_print_name_is_the_brand_not_the_legal_form() -> None:
    assert find("jl-mag").name == "JL MAG"
    assert find("jl-mag").names["zh-Hans"][0] == "金力永磁"
    assert find("innuovo").names["zh-Hans"][0] == "英洛华"
    for issuer in builtin_issuers():
        assert not re.search(r"Ltd|Co\.|LG MAG", issuer.name), issuer.id
        for language in ("zh-Hans", "zh-Hant"):
            assert "有限公司" not in issuer.names.get(language, [""])[0]


def test_misspellings_and_old_names_are_kept() -> None:
    assert "LG MAG" in find("jl-mag").names["en"]
    assert "英諾沃科技" in find("innuovo").names["zh-Hant"]
    assert "广晟有色" in find("china-rare-earth-nonferrous").names["zh-Hans"]
    assert "Putilai" in find("putailai").names["en"]


@pytest.mark.parametrize(
    ("issuer_id", "name"),
    [
        ("jl-mag", "金力"),
        ("innuovo", "Innuovo"),
        ("galaxy-magnets", "Galaxy"),
        ("galaxy-magnets", "银河"),
        ("wolong-electric", "Wolong"),
        ("china-rare-earth-resources", "中国稀土"),
        ("china-rare-earth-holdings", "中國稀土"),
        ("guangzhi-technology", "Vital"),
    ],
)
def test_words_that_are_also_something_else_are_risky(issuer_id: str, name: str) -> None:
    issuer = find(issuer_id)
    assert name in [n for names in issuer.risky_names.values() for n in names]
    assert TO_SIMPLIFIED.convert(name.lower()) not in safe_names(issuer)


def test_roles_and_minerals_are_words_no_firm_is_called() -> None:
    ids = {i.id for i in builtin_issuers()}
    for issuer in builtin_issuers():
        assert issuer.roles
        assert issuer.minerals
        assert not ids & {w.replace("_", "-") for w in (*issuer.roles, *issuer.minerals)}


def test_the_government_is_no_place() -> None:
    assert not any({"Beijing", "北京"} & set(i.place) for i in builtin_issuers())


def test_the_file_explains_itself() -> None:
    text = files("monitor").joinpath("watchlist.yaml").read_text("utf-8")
    assert text.startswith("# The shipped watchlist: 68 listed firms")
    assert max(map(len, text.splitlines())) <= 100
