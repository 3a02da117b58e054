"""feeds.yaml: what loads, what is refused, and how each refusal reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

from monitor.config import (
    Config,
    Issuer,
    Receiver,
    Strict,
    builtin_issuers,
    load_config,
)
from monitor.config.words import seconds
from monitor.errors import ConfigError
from monitor.model import ALERTING


class FeedOptions(Strict):
    """Keys of an adapter made up for these tests."""

    full_text: bool = False
    most: int = Field(default=100, ge=1)


class Paper:
    """Stands where an adapter that reads one address stands."""

    Options = FeedOptions
    tier = "media"
    needs_url = True


class Exchange:
    """Stands where an adapter that knows its site stands."""

    Options = None
    tier = "official"
    needs_url = False


class Hook:
    """Stands where a channel without options stands."""

    Options = None


ADAPTERS: Mapping[str, Any] = {"feed": Paper, "szse_irm": Exchange}
CHANNELS: Mapping[str, Any] = {"console": Hook, "apprise": Hook}
SOURCE = "sources:\n  - {id: a, adapter: szse_irm}\n"


def load(folder: Path, text: str | bytes, **environ: str) -> Config:
    path = folder / "feeds.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_config(path, adapters=ADAPTERS, channels=CHANNELS, environ=environ)


def problems(folder: Path, text: str | bytes, **environ: str) -> list[str]:
    """Every problem as `line: key: message`; the file's name is checked and left out."""
    with pytest.raises(ConfigError) as caught:
        load(folder, text, **environ)
    assert {p.file for p in caught.value.problems} == {str(folder / "feeds.yaml")}
    return [f"{p.line}: {p.key}: {p.message}" for p in caught.value.problems]


def one(folder: Path, text: str | bytes, **environ: str) -> str:
    (problem,) = problems(folder, text, **environ)
    return problem


# --- what loads ----------------------------------------------------------------------------------

EVERYTHING = """\
timezone: Asia/Shanghai
database: env:STORE
fetch: {allow_private_addresses: false, user_agent: "...", concurrency: 16}
watchlist: builtin
rules: {dirs: []}
sources:
  - {id: ree, adapter: feed, url: "https://news.example/feed/", every: 2m, tier: blog, most: 5}
  - {id: jlmag-irm, adapter: szse_irm, issuer: jl-mag, every: 60s}
  - {id: szse-irm, adapter: szse_irm, every: 90s, enabled: false}
receivers:
  - {id: desk, channel: apprise, url: "env:DESK_URL"}
  - {id: screen, channel: console}
routes:
  - {to: [desk], statuses: [granted, general_granted, renewed, denied, suspended, revoked, expired],
     issuers: all}
digest: {at: "18:00", timezone: Asia/Shanghai, to: ["env:DIGEST_URL"]}
web: {listen: "127.0.0.1:8080"}
first_visit_window: 12h
"""
ENVIRON = {
    "STORE": "/var/lib/monitor.db",
    "DESK_URL": "json://desk.example/hook-7f3",
    "DIGEST_URL": "mailtos://user:pass-9c1@mail.example",
}


def test_every_block_loads(tmp_path: Path) -> None:
    config = load(tmp_path, EVERYTHING, **ENVIRON)
    feed, jl_mag, market = config.sources
    assert (feed.every_s, feed.tier, feed.options) == (120.0, "blog", FeedOptions(most=5))
    assert (jl_mag.every_s, jl_mag.issuer, jl_mag.options) == (60.0, "jl-mag", None)
    assert jl_mag.tier == "official", "the adapter's, since the entry names none"
    assert not market.enabled
    assert config.database == "/var/lib/monitor.db"
    assert config.receivers[0].url == "json://desk.example/hook-7f3"
    assert config.routes[0].issuers is None
    assert config.routes[0].statuses == list(ALERTING)
    assert config.digest is not None
    [mailbox] = config.digest.to
    assert mailbox.url == "mailtos://user:pass-9c1@mail.example"
    assert config.web is not None
    assert config.web.listen == "127.0.0.1:8080"
    assert config.first_visit_window_s == 43200.0
    assert config.issuers == builtin_issuers()


def test_secrets_do_not_show(tmp_path: Path) -> None:
    config = load(tmp_path, EVERYTHING, **ENVIRON)
    for thing in (config, *config.receivers, config.digest):
        for secret in ("hook-7f3", "pass-9c1"):
            assert secret not in repr(thing)
            assert secret not in str(thing)


def test_little_is_enough(tmp_path: Path) -> None:
    config = load(tmp_path, SOURCE)
    assert config.receivers == [Receiver(id="screen", channel="console")]
    (route,) = config.routes
    assert (route.to, route.issuers, route.statuses) == (["screen"], None, list(ALERTING))
    assert (config.timezone, config.database) == ("Asia/Shanghai", "monitor.db")
    assert config.first_visit_window_s == 86400.0
    assert config.sources[0].every_s == 600.0
    assert (config.digest, config.web, config.rules_dirs) == (None, None, [])


def test_without_routes_every_receiver_is_told(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        SOURCE + "receivers:\n  - {id: x, channel: console}\n  - {id: y, channel: console}\n",
    )
    assert [r.to for r in config.routes] == [["x", "y"]]


def test_an_address_may_be_typed_as_it_reads(tmp_path: Path) -> None:
    text = (
        """sources: [{id: a, adapter: feed, url: 'https://n.example/s?q=稀土+"出口许可"&x=%20'}]"""
    )
    url = load(tmp_path, text).sources[0].url
    assert url == (
        "https://n.example/s?q=%E7%A8%80%E5%9C%9F+%22%E5%87%BA%E5%8F%A3%E8%AE%B8%E5%8F%AF%22&x=%20"
    )


def test_firms_may_be_named_by_ticker_or_group(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        "sources: [{id: a, adapter: szse_irm, issuer: 000795.SZ}]\n"
        "routes:\n  - {to: [screen], issuers: [graphite, 06680.HK, shanshan, rare-earth]}\n",
    )
    assert config.sources[0].issuer == "innuovo"
    chosen = config.routes[0].issuers
    assert chosen is not None
    assert chosen[:2] == ["btr-new-material", "shanshan"]
    assert len(chosen) == len(set(chosen))
    assert {"jl-mag", "china-northern-rare-earth"} <= set(chosen)
    assert "chalco" not in chosen


def test_every_status_is_spelled_all(tmp_path: Path) -> None:
    config = load(tmp_path, SOURCE + "routes: [{to: [screen], statuses: all}]\n")
    assert len(config.routes[0].statuses) == 12


@pytest.mark.parametrize(
    ("text", "expected"),
    [("30s", 30.0), ("5m", 300.0), ("2h", 7200.0), ("1d", 86400.0), ("1.5m", 90.0), ("90 s", 90.0)],
)
def test_spans_of_time(text: str, expected: float) -> None:
    assert seconds(text) == expected


# --- secrets -------------------------------------------------------------------------------------

DESK = "receivers:\n  - id: desk\n    channel: apprise\n    url: {}\n"


def test_a_secret_file_stands_beside_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "hook").write_text("json://h.example/token\n")
    config = load(tmp_path, SOURCE + DESK.format("file:hook"))
    assert config.receivers[0].url == "json://h.example/token"


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("env:NO_SUCH", "the environment variable NO_SUCH is not set; set it before starting"),
        ("env:BLANK", "the environment variable BLANK is empty"),
        ('"env:"', "env: names no variable; write env:NAME"),
        ("file:nowhere", "the file nowhere cannot be read: No such file or directory"),
        ("file:empty", "the file empty is empty"),
        ("file:binary", "the file binary is not UTF-8 text"),
        ("file:huge", "the file huge is larger than 64 KiB"),
    ],
)
def test_a_secret_that_is_not_there(tmp_path: Path, reference: str, told: str) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "huge").write_bytes(b"x" * 70_000)
    text = SOURCE + DESK.format(reference)
    assert one(tmp_path, text, BLANK=" ") == f"6: receivers[0].url: {told}"


def test_a_source_that_is_off_needs_no_secret(tmp_path: Path) -> None:
    entry = "{{id: a, adapter: feed, url: env:FEED_URL, enabled: {}}}"
    assert problems(tmp_path, f"sources: [{entry.format('true')}]") == [
        "1: sources[0].url: the environment variable FEED_URL is not set; set it before starting"
    ]
    assert load(tmp_path, f"sources: [{entry.format('false')}]").sources[0].url == "env:FEED_URL"


def test_a_secret_with_a_mistake_is_not_shown(tmp_path: Path) -> None:
    text = (
        "timezone: env:S\nsources: [{id: env:S, adapter: env:S, every: env:S, url: env:S}]\n"
        "receivers: [{id: d, channel: env:S, url: env:S, more: env:S}]\n"
        "routes: [{to: [env:S], issuers: [env:S], statuses: [env:S], destinations: [env:S]}]\n"
        "digest: {to: [env:S], at: env:S, timezone: env:S}\nweb: {listen: env:S}\n"
    )
    told = problems(tmp_path, text, S="Hunter2 with 'quotes' 稀土")
    assert len(told) > 8
    assert "Hunter2" not in "\n".join(told)


def test_the_address_of_a_receiver_is_not_shown_when_it_is_no_text(tmp_path: Path) -> None:
    assert "secret" not in one(tmp_path, SOURCE + DESK.format("[json://h.example/secret]"))


def test_a_mailbox_is_not_shown_when_it_is_no_list(tmp_path: Path) -> None:
    told = one(tmp_path, SOURCE + "digest: {to: 'mailtos://user:pass-9c1@mail.example'}\n")
    assert told.startswith("3: digest.to: expected a list")
    assert "pass-9c1" not in told


# --- what is refused -----------------------------------------------------------------------------


def test_every_problem_at_once(tmp_path: Path) -> None:
    text = """\
timezone: Asia/Shangai
databse: x.db
fetch: {concurency: 3}
sources:
  - id: NO
    adapter: fed
    evry: 2m
  - {id: b, adapter: feed, every: 60, tier: blg, mst: 3, url: "ftp://x.example/"}
  - {id: b, adapter: szse_irm, issuer: JL MAG, every: 10x, url: "http://x.example/"}
receivers:
  - {id: desk, channel: appris}
routes:
  - {to: [dsk], statuses: [grantd], issuers: [magnt], destinations: [NO, Japan]}
  - {statuses: []}
rules: {dirs: [nowhere]}
"""
    assert problems(tmp_path, text) == [
        "1: timezone: 'Asia/Shangai' is not a time zone; write Asia/Shanghai or UTC",
        "2: databse: unknown key; did you mean 'database'?",
        "3: fetch.concurency: unknown key; did you mean 'concurrency'?",
        '5: sources[0].id: expected text, found NO, which reads as false; put it in quotes: "NO"',
        "6: sources[0].adapter: there is no adapter 'fed'; did you mean 'feed'?",
        "7: sources[0].evry: unknown key; did you mean 'every'?",
        "8: sources[1].every: 60 has no unit; write 60s, 60m or 60h",
        "8: sources[1].mst: unknown key; did you mean 'most'?",
        "8: sources[1].tier: 'blg' is not known here; did you mean 'blog'?",
        "8: sources[1].url: 'ftp' is not read; write http:// or https://",
        "9: sources[2].every: '10x' is not a span of time; write 30s, 5m or 2h",
        "9: sources[2].id: the id 'b' is taken on line 8; give it another",
        "9: sources[2].issuer: the watchlist has no firm 'JL MAG'; did you mean 'jl-mag'?",
        "9: sources[2].url: the adapter 'szse_irm' knows its site; base_url replaces its root",
        "11: receivers[0].channel: there is no channel 'appris'; did you mean 'apprise'?",
        "13: routes[0].destinations[0]: expected text, found NO, which reads as false; "
        'put it in quotes: "NO"',
        "13: routes[0].destinations[1]: 'Japan' is not a destination; write a code like JP, "
        "or EU, SEA, NA",
        "13: routes[0].issuers[0]: the watchlist has no firm or group 'magnt'; "
        "did you mean 'magnet'?",
        "13: routes[0].statuses[0]: 'grantd' is not known here; did you mean 'granted'?",
        "13: routes[0].to[0]: there is no receiver 'dsk'; did you mean 'desk'?",
        "14: routes[1].statuses: is empty",
        "14: routes[1].to: is missing",
        f"15: rules.dirs[0]: there is no folder {str(tmp_path / 'nowhere')!r}; "
        "make it or remove this line",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1: file: is empty; write at least sources: [...]"),
        ("just words", "1: file: expected keys like sources:, found 'just words'"),
        ("- a\n", "1: file: expected keys like sources:, found a list"),
        ("sources: {}", "1: sources: expected a list of entries (- id: ...), found a mapping"),
        ("sources: [x]", "1: sources[0]: expected a mapping (key: value), found 'x'"),
        ("sources: [{adapter: szse_irm}]", "1: sources[0].id: is missing"),
        ("sources: [{id: a}]", "1: sources[0].adapter: is missing"),
        (
            "sources: [{id: 1.10, adapter: szse_irm}]",
            "1: sources[0].id: expected text, found 1.10, which reads as a number; "
            'put it in quotes: "1.10"',
        ),
        (
            "sources: [{id: A b, adapter: szse_irm}]",
            "1: sources[0].id: 'A b' is not an id; use lower-case letters, digits, hyphens "
            "(at most 64)",
        ),
        (
            "sources: [{id: a, adapter: szse_irm, every: 10ms}]",
            "1: sources[0].every: '10ms' is not a span of time; write 30s, 5m or 2h",
        ),
        (
            "sources: [{id: a, adapter: szse_irm, every: 0.5s}]",
            "1: sources[0].every: '0.5s' is out of range; at least 1s",
        ),
        (
            "sources: [{id: a, adapter: szse_irm, every: 99d}]",
            "1: sources[0].every: '99d' is out of range; at most 30d",
        ),
        (
            "sources: [{id: a, adapter: szse_irm, enabled: 'no'}]",
            "1: sources[0].enabled: expected true or false, found 'no'",
        ),
        (
            "sources: [{id: a, adapter: szse_irm, tags: x}]",
            "1: sources[0].tags: expected a list, found 'x'; write it in brackets: [ ]",
        ),
        (
            "sources: [{id: a, adapter: szse_irm, headers: {X: 1}}]",
            '1: sources[0].headers.X: expected text, found the number 1',
        ),
        (
            "sources: [{id: a, adapter: szse_irm, every_s: 3}]",
            "1: sources[0].every_s: unknown key; did you mean 'every'?",
        ),
        (
            "sources: [{id: a, adapter: feed}]",
            "1: sources[0].url: is missing; the adapter 'feed' reads one address",
        ),
        (
            "sources: [{id: a, adapter: feed, url: 'http://a.example/', most: 0}]",
            "1: sources[0].most: should be greater than or equal to 1, found the number 0",
        ),
        (
            "sources: [{id: a, adapter: feed, url: 'http://a.example/b c'}]",
            "1: sources[0].url: holds a blank; write + or %20 in its place",
        ),
        (
            "sources: [{id: a, adapter: feed, url: 'http:///x'}]",
            "1: sources[0].url: is not an address; write https://host/path",
        ),
        (
            "sources: [{id: a, adapter: feed, url: 'http://[::1'}]",
            "1: sources[0].url: is not an address; write https://host/path",
        ),
        ("watchlist: 3", "1: watchlist: expected builtin, a file or a list of firms, "
                         "found the number 3"),
        ("watchlist: []", "1: watchlist: names no firm; write builtin"),
        ("fetch: 3", "1: fetch: expected a mapping (key: value), found the number 3"),
        ("fetch: {concurrency: 0}", "1: fetch.concurrency: should be greater than or equal to 1, "
                                    "found the number 0"),
        ("web: {listen: 8080}", "1: web.listen: expected text, found 8080, which reads as a "
                                'number; put it in quotes: "8080"'),
        ("web: {listen: localhost}", "1: web.listen: 'localhost' is not host:port; "
                                     'write "127.0.0.1:8080"'),
        ("digest: {to: []}", "1: digest.to: is empty"),
        ("digest: {to: [json://x]}", "1: digest.to[0]: is not a mailbox; write mailto://... "
                                     "or mailtos://..."),
        ("digest: {at: 25:00, to: ['mailto://x']}", "1: digest.at: '25:00' is not a time of day; "
                                                    'write "18:00"'),
        ("first_visit_window: 3", "1: first_visit_window: 3 has no unit; write 3s, 3m or 3h"),
        ("routes: [{to: [screen], issuers: []}]", "1: routes[0].issuers: names nobody; "
                                                  "write all or leave it out"),
        ("routes: [{to: screen}]", "1: routes[0].to: expected a list, found 'screen'; "
                                   "write it in brackets: [ ]"),
        ("routes: [{to: [screen], certainty: sure}]",
         "1: routes[0].certainty: 'sure' is not known here; known: confirmed, denied, expected, "
         "reported"),
        ("sources: []\nsources: []\n", "2: sources: duplicate key, first on line 1; "
                                       "keep one of them"),
        ("a: \tb: c", "1: file: is not YAML: mapping values are not allowed in this context; "
                      "a text with ': ' in it needs quotes, or the indentation is off"),
        (b"timezone: \xff", "1: file: is not UTF-8 text; save it as UTF-8"),
    ],
)  # fmt: skip
def test_one_mistake_one_line(tmp_path: Path, text: str | bytes, told: str) -> None:
    assert one(tmp_path, text) == told


def test_a_missing_file_comes_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file; name another with --config"):
        load_config(tmp_path / "feeds.yaml", adapters=ADAPTERS, channels=CHANNELS, environ={})


def test_an_unknown_adapter_does_not_hide_a_slip_in_the_same_entry(tmp_path: Path) -> None:
    told = problems(tmp_path, "sources: [{id: a, adapter: fed, most: 3, evry: 3m}]")
    assert [t.split(":")[1].strip() for t in told] == ["sources[0].adapter", "sources[0].evry"]


# --- the watchlist in the file -------------------------------------------------------------------

FIRM = "{id: my-firm, names: {en: [My Firm], zh-Hans: [我的公司]}, tickers: [600999.SH]}"


def test_a_watchlist_may_stand_in_the_file(tmp_path: Path) -> None:
    config = load(tmp_path, f"watchlist: [{FIRM}]\n")
    assert [(i.id, i.name) for i in config.issuers] == [("my-firm", "My Firm")]


def test_firms_may_be_added_to_the_shipped_ones(tmp_path: Path) -> None:
    config = load(tmp_path, f"watchlist: [builtin, {FIRM}]\n")
    assert [i.id for i in config.issuers] == [*(i.id for i in builtin_issuers()), "my-firm"]


@pytest.mark.parametrize("order", ["builtin, {}", "{}, builtin"])
def test_an_entry_takes_the_place_of_a_shipped_firm(tmp_path: Path, order: str) -> None:
    entry = "{id: jl-mag, names: {en: [JLM]}, tickers: [300748.SZ]}"
    config = load(tmp_path, f"watchlist: [{order.replace('{}', entry)}]\n")
    (found,) = [i for i in config.issuers if i.id == "jl-mag"]
    assert found == Issuer(id="jl-mag", names={"en": ["JLM"]}, tickers=["300748.SZ"])
    assert len(config.issuers) == 68


def test_a_watchlist_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "firms.yaml").write_text(f"- {FIRM}\n")
    assert [i.id for i in load(tmp_path, "watchlist: firms.yaml").issuers] == ["my-firm"]


def test_problems_in_a_watchlist_file_name_that_file(tmp_path: Path) -> None:
    (tmp_path / "firms.yaml").write_text("- id: x\n  name: {en: [X]}\n  tickers: [X]\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, "watchlist: firms.yaml")
    file = tmp_path / "firms.yaml"
    assert [str(p) for p in caught.value.problems] == [
        f"{file}:1: [0].names: is missing",
        f"{file}:2: [0].name: unknown key; did you mean 'names'?",
        f"{file}:3: [0].tickers[0]: 'X' is not a ticker; write 300748.SZ, 600366.SH, 920185.BJ "
        "or 06680.HK",
    ]


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        (
            "builtin, {id: a, names: {en: [Chalco]}, tickers: [600998.SH]}",
            "1: watchlist[1]: 'Chalco' belongs to 'chalco' too; put it under risky_names",
        ),
        (
            "builtin, {id: a, names: {en: [Aaa]}, tickers: [300748.SZ]}",
            "1: watchlist[1]: '300748.SZ' belongs to 'jl-mag' too; give it to one of them",
        ),
        (
            f"{FIRM}, {FIRM}",
            "1: watchlist[1].id: the id 'my-firm' is taken; two firms cannot share it",
        ),
        (
            "{id: a, names: {chinese: [X]}, tickers: [300748.SZ]}",
            "1: watchlist[0].names.chinese: 'chinese' is not a language; "
            "write zh-Hans, zh-Hant or en",
        ),
        (
            "{id: a, names: {en: [X]}, tickers: [300748]}",
            "1: watchlist[0].tickers[0]: expected text, found 300748, which reads as a number; "
            'put it in quotes: "300748"',
        ),
        ("nowhere.yaml", "1: watchlist[0]: the watchlist FOLDER/nowhere.yaml: no such file; "
                         "check the path"),
    ],
)  # fmt: skip
def test_a_watchlist_with_a_mistake(tmp_path: Path, entries: str, told: str) -> None:
    expected = told.replace("FOLDER", str(tmp_path))
    assert one(tmp_path, f"watchlist: [{entries}]") == expected


def test_a_name_that_is_risky_may_be_shared(tmp_path: Path) -> None:
    entry = "{id: a, names: {en: [Aaa]}, risky_names: {en: [Galaxy]}, tickers: [600998.SH]}"
    assert load(tmp_path, f"watchlist: [builtin, {entry}]").issuers[-1].id == "a"
