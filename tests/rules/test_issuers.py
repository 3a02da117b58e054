"""Who is named: every spelling of our firms, and nobody else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.config import Issuer, builtin_issuers
from monitor.errors import RuleError
from monitor.rules.firms import strangers
from monitor.rules.issuers import IssuerIndex, Mention
from monitor.rules.names import load_names, one_typo_apart, spellings
from monitor.text import normalise

ISSUERS = builtin_issuers()
INDEX = IssuerIndex(ISSUERS)
TICKER = {issuer.id: issuer.tickers[0] for issuer in ISSUERS}


def mentions(text: str, subject: str | None = None) -> list[Mention]:
    return INDEX.mentions(normalise(text), subject=subject)


def named(text: str, subject: str | None = None) -> list[str]:
    """Tickers of the firms a reader of the sentence would believe to be named."""
    normal = normalise(text)
    return [
        TICKER[m.issuer_id]
        for m in INDEX.mentions(normal, subject=subject)
        if INDEX.supported(normal.text, m, 0, len(normal.text))
    ]


@pytest.mark.parametrize(
    ("text", "ticker"),
    [
        ("金力永磁公告", "300748.SZ"),
        ("JL Mag Rare-Earth Co., Ltd. said", "300748.SZ"),
        ("JL-MAG said", "300748.SZ"),
        ("JLMAG said", "300748.SZ"),
        ("300748.SZ", "300748.SZ"),
        ("SZ300748", "300748.SZ"),
        ("SZ:300748", "300748.SZ"),
        ("sz.300748", "300748.SZ"),
        ("(SHE: 300748)", "300748.SZ"),
        ("300748-CN", "300748.SZ"),
        ("（深：300748）", "300748.SZ"),
        ("３００７４８．ＳＺ", "300748.SZ"),
        ("证券代码：300748", "300748.SZ"),
        ("某公司（300748）", "300748.SZ"),
        ("300748 快讯", "300748.SZ"),
        ("昨日300748.SZ获批", "300748.SZ"),
        ("中SZ300748获批", "300748.SZ"),
        ("002050.SZ", "002050.SZ"),
        ("02050.HK", "002050.SZ"),
        ("HK:6680", "300748.SZ"),
        ("6680.HK", "300748.SZ"),
        ("06680.HK", "300748.SZ"),
        ("(06680)", "300748.SZ"),
        ("港股06680", "300748.SZ"),
        ("HK:0769", "00769.HK"),
        ("835185.BJ", "920185.BJ"),
        ("Nasdaq: AXTI", "AXTI.US"),
        ("橫店東磁表示", "002056.SZ"),
        ("Moons’ Electric", "603728.SH"),
        ("AT&M", "000969.SZ"),
        ("Chihong Zinc and Germanium", "600497.SH"),
        ("安泰北方", "000969.SZ"),
        ("Golden Dragon Rare-Earth", "600549.SH"),
        ("Beijing Tongmei", "AXTI.US"),
        ("Nexperia", "600745.SH"),
        ("湖南中科星城", "300035.SZ"),
        ("Land Bear", "688077.SH"),
        ("Jinli Permanent Magnet", "300748.SZ"),
        ("英諾沃科技", "000795.SZ"),
    ],
)
def test_spellings(text: str, ticker: str) -> None:
    assert named(text) == [ticker]


@pytest.mark.parametrize(
    "text",
    [
        "加大资金力度支持出口许可", "三环路上的磁材厂", "今天和客户谈出口许可", "没有研究出口许可",
        "山西磁材企业获出口许可", "前天通知获得出口许可", "太平洋大洋彼岸出口许可",
        "共6680吨磁材出口",
        "1,300748 tons of magnets", "$300748 licence", "3007489", "中国稀土出口许可",
        "中国石墨烯出口",
        "China rare earth exports need a licence", "advanced technology and materials for export",
        "the inst. of export licences", "Samsung Galaxy S25 export licence",
        "a vital export licence",
        "三环集团出口许可", "天和防务获得出口许可", "银河证券：出口许可提速", "厦钨新能出口许可",
        "Shanghai magnet licence", "innovative magnets need a licence", "正海生物出口许可",
    ],
)  # fmt: skip
def test_nobody(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "ticker"),
    [
        ("Innuvoo received an export licence", "000795.SZ"),
        ("Ningbo Yunshneg received an export licence", "600366.SH"),
        ("Yantai Zhenghi received an export licence", "300224.SZ"),
        ("Zhongke Sanhuann received an export licence", "000970.SZ"),
        ("Putalai received an export licence", "603659.SH"),
    ],
)
def test_a_misspelt_name(text: str, ticker: str) -> None:
    (mention,) = mentions(text)
    assert (TICKER[mention.issuer_id], mention.how, mention.sure) == (ticker, "misspelt", False)
    assert named(text) == [ticker]


def test_a_typo_needs_a_capital_and_support() -> None:
    assert mentions("the yunshneg got an export licence") == []
    assert named("Yunshneg opened a canteen") == []


def test_every_name_on_the_watchlist_names_its_own_firm() -> None:
    shared = {"中国稀土", "中國稀土", "中国稀土集团", "中国石墨", "中國石墨", "China Graphite"}
    for issuer in ISSUERS:
        names = [n for names in issuer.names.values() for n in names]
        for name in {*names, *issuer.tickers, *issuer.former_tickers} - shared:
            for text in (f"{name} has an export licence.", f"昨日，{name}获得出口许可证。"):
                assert set(named(text)) == {issuer.tickers[0]}, text


def test_the_confusable_firms_stay_apart() -> None:
    assert named("中科三环、中科磁业和中科电气") == ["000970.SZ", "301141.SZ", "300035.SZ"]
    assert named("Zhongke Sanhuan and Zhongke Magnetic obtained export licences") == [
        "000970.SZ",
        "301141.SZ",
    ]
    assert named("Sanhua and Sanhuan obtained export licences") == ["002050.SZ", "000970.SZ"]


def test_shared_names_need_the_ticker_or_the_document() -> None:
    assert named("中国稀土（000831）取得出口许可") == ["000831.SZ"]
    assert named("中国稀土控股(00769.HK)称，中国稀土已提出口申请") == ["00769.HK", "00769.HK"]
    mine = next(i.id for i in ISSUERS if i.tickers[0] == "000831.SZ")
    assert named("中国稀土取得出口许可", subject=mine) == ["000831.SZ"]


def test_risky_names_need_support() -> None:
    (mention,) = mentions("银河昨日涨停")
    assert not mention.sure
    assert named("银河昨日涨停") == []
    assert named("银河昨日取得出口许可") == ["300127.SZ"]
    # Once the firm was named for certain, its short name is believed anywhere in the text.
    assert all(m.sure for m in mentions("银河磁体公告。银河昨日涨停"))


def test_one_mention_for_name_tail_and_ticker() -> None:
    (mention,) = mentions("Innuovo Technology Co., Ltd. (000795.SZ) said")
    assert mention.name == "innuovo technology co., ltd. (000795.sz)"
    (mention,) = mentions("英諾沃科技（Innuvo Technology）")
    assert mention.name == "英诺沃科技(innuvo technology)"
    (mention,) = mentions("大地熊（包头）永磁科技有限公司收到")
    assert mention.name == "大地熊(包头)永磁科技有限公司"
    first, second = mentions("金力永磁、正海磁材")
    assert (first.name, second.name) == ("金力永磁", "正海磁材")


def test_offsets_lead_to_the_original() -> None:
    normal = normalise("據悉，寧波韻升（６００３６６）已取得")
    (mention,) = INDEX.mentions(normal)
    assert normal.quote(mention.start, mention.end) == "寧波韻升（６００３６６）"


def test_descriptions_by_place_mean_a_firm_already_named() -> None:
    jl = next(i.id for i in ISSUERS if i.tickers[0] == "300748.SZ")
    yunsheng = next(i.id for i in ISSUERS if i.tickers[0] == "600366.SH")
    text = "the ganzhou-based magnet maker added; 这家宁波磁材企业则称"
    assert [m.issuer_id for m in INDEX.descriptions(text, {jl, yunsheng})] == [jl, yunsheng]
    assert INDEX.descriptions(text, set()) == []
    assert INDEX.descriptions("a company in ganzhou", {jl}) == []
    baotou = {i.id for i in ISSUERS if "Baotou" in i.place}
    assert len(baotou) > 1
    assert INDEX.descriptions("the baotou-based producer", baotou) == []


def test_hits_of_another_automaton_are_taken() -> None:
    normal = normalise("宁波韵升获批")
    assert INDEX.mentions(normal, INDEX.hits(normal.text)) == INDEX.mentions(normal)
    assert INDEX.mentions(normal, []) == []


def test_an_own_watchlist_is_enough() -> None:
    own = Issuer(id="acme", names={"en": ["Acme Magnet Works"]}, tickers=["600000.SH"])
    index = IssuerIndex([own], names=())
    assert [m.issuer_id for m in index.mentions(normalise("Acme-Magnet Works; SH600000"))] == [
        "acme",
        "acme",
    ]


def test_spelling_variants() -> None:
    assert {"jl mag", "jl-mag"} <= spellings("JL MAG")
    assert "earthpanda" in spellings("Earth-Panda")
    assert "chihong zinc and germanium" in spellings("Chihong Zinc & Germanium")
    assert "shanshan" in spellings("Shanshan Co., Ltd.")
    assert "shanshan" not in spellings("Shanshan Group", tail=True)


def test_one_typo() -> None:
    assert one_typo_apart("innuovo", "inuovo")
    assert one_typo_apart("innuovo", "innuvoo")
    assert one_typo_apart("innuovo", "innuavo")
    assert not one_typo_apart("innuovo", "innuovo")
    assert not one_typo_apart("innuovo", "inuvo")
    assert not one_typo_apart("sanhuan", "shanghai")


def test_a_broken_names_file_is_told(tmp_path: Path) -> None:
    bad = tmp_path / "names.yaml"
    bad.write_text(
        "vocabulary: names\nfirms: {}\nissuers:\n  600000.SH: {nmes: [X]}\nnot: word\n", "utf-8"
    )
    with pytest.raises(RuleError) as caught:
        load_names([bad])
    assert "firms: unknown key" in str(caught.value)
    assert "nmes" in str(caught.value)
    assert "must be a list" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Acme Drives Ltd. received two licences on Friday.", ["Acme Drives"]),
        ("Magnet maker Acme Spin has won a permit.", ["Acme Spin"]),
        ("Acme Spin, a maker of motors in Turin, said it was refused.", ["Acme Spin"]),
        ("Acme Spin was refused a licence.", []),
        ("The ministry granted magnet makers licences.", []),
        ("Chinese magnet maker shares rose.", []),
        ("钱塘磁业有限公司已获得许可。", ["钱塘磁业"]),
        ("小厂钱塘合金至今未拿到许可。", ["钱塘合金"]),
        ("本公司尚未就球形石墨提出申请。", []),
        ("重稀土已获许可。", []),
    ],
)
def test_firms_outside_the_watchlist(text: str, names: list[str]) -> None:
    normal = normalise(text)
    whole = [(0, len(normal.text))]
    found = strangers(normal, whole, [])
    assert [m.name for m in found] == names
    assert all(m.issuer_id is None for m in found)
    assert strangers(normal, whole, whole) == []


@given(st.text(max_size=80))
def test_any_text_at_all(text: str) -> None:
    normal = normalise(text)
    found = INDEX.mentions(normal)
    assert all(0 <= m.start < m.end <= len(normal.text) for m in found)
    strangers(normal, [(0, len(normal.text))], [])
    INDEX.descriptions(normal.text, {"jl-mag"})


def test_hostile_text_is_read_quickly() -> None:
    text = "300748 " * 4000 + "the ganzhou " * 4000 + "金力" * 4000 + "Jl Ma " * 4000
    started = time.perf_counter()
    normal = normalise(text)
    INDEX.mentions(normal)
    INDEX.descriptions(normal.text, {"jl-mag"})
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("text", "ticker"),
    [
        ("金力永慈获出口许可", "300748.SZ"),
        ("云南者业获出口许可", "002428.SZ"),
        ("大地雄获出口许可", "688077.SH"),
    ],
)  # fmt: skip
def test_a_character_that_sounds_alike(text: str, ticker: str) -> None:
    (mention,) = mentions(text)
    assert not mention.sure
    assert named(text) == [ticker]
