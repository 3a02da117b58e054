from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.commands import cli
from monitor.config import builtin_issuers
from monitor.errors import RuleError, StoreError
from monitor.model import Item, Reading
from monitor.rules import load_rules
from monitor.stores import open_store
from tests.alerts import NOW, delivery, event, item, match
from tests.outboxes import put

GRANT = "您好，公司已获得出口许可证，出口区域包括美国。感谢您的关注。"
FEEDS = """\
timezone: Asia/Shanghai
database: {database}
sources: []
receivers:
  - {{id: desk, channel: console}}
  - {{id: losses, channel: console}}
routes:
  - {{to: [desk]}}
  - {{to: [losses], statuses: [denied, suspended, revoked, expired]}}
"""


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    """A configuration whose database holds one missed grant, one made up, one misread."""
    path = tmp_path / "feeds.yaml"
    path.write_text(FEEDS.format(database=tmp_path / "monitor.db"), encoding="utf-8")
    store = open_store(str(tmp_path / "monitor.db"))
    missed = _item("missed", "jl-mag", GRANT)
    store.record(None, [missed], [Reading()], [], [])
    made_up = event(
        story="000000000001",
        about=_item("made-up", "innuovo", "您好，请关注公司定期报告，谢谢。", hours=1),
        found=match(issuer_id="innuovo", quote="您好", start=0),
    )
    misread = event(
        story="000000000002",
        about=_item("misread", "ningbo-yunsheng", GRANT, hours=2),
        found=match(issuer_id="ningbo-yunsheng", status="revoked", quote=GRANT[3:10]),
    )
    put(store, (made_up, delivery(made_up)))
    put(store, (misread, delivery(misread)), (misread, delivery(misread, "losses")))
    store.close()
    return path


def _item(guid: str, issuer_id: str, text: str, *, hours: int = 0) -> Item:
    at = NOW + timedelta(hours=hours)
    return item(guid, issuer_id=issuer_id, text=text, fetched_at=at, published_at=at)


def backtest(feeds: Path, *words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(cli, ["backtest", "--config", str(feeds), *words])
    assert done.exit_code == code, done.output
    return done


def test_gained_lost_and_changed_with_who_is_told(feeds: Path) -> None:
    out = backtest(feeds, "--since", "2026-03-01").stdout
    lines = out.splitlines()
    assert lines[0].startswith("backtest 2026-03-01 00:00 – ")
    assert "+ gained 1" in out
    assert "− lost 1" in out
    assert "~ changed 1" in out
    assert "  + ▲ GRANTED · JL MAG · US · new, confirmed" in out
    assert "status        revoked → granted" in out
    assert "told          desk, losses → desk" in out
    assert f"monitor explain {item('missed').id}" in out
    rows = {line.split()[0]: line.split()[1:] for line in lines[-2:]}
    assert rows == {"desk": ["2", "2", "+1", "−1"], "losses": ["1", "0", "−1"]}
    head = next(line for line in lines if "would be told" in line)
    assert head.index("would be told") + len("would be told") == lines[-2].index("2", 20) + 1


def test_as_json(feeds: Path) -> None:
    found = json.loads(backtest(feeds, "--since", "2026-03-01", "--json").stdout)
    assert found["since"] == "2026-03-01T00:00:00+08:00"
    assert found["texts"] == 3
    assert (found["then"]["alerts"], found["now"]["alerts"]) == (2, 2)
    (gained,), (lost,), (changed,) = found["gained"], found["lost"], found["changed"]
    assert gained["then"] is None
    assert gained["now"]["firm"] == "300748.SZ"
    assert gained["now"]["told"] == ["desk"]
    assert gained["now"]["evidence"] in GRANT
    assert lost["now"] is None
    assert lost["then"]["told"] == ["desk"]
    assert "status" in changed["differences"]
    assert changed["then"]["told"] == ["desk", "losses"]
    assert found["receivers"]["losses"] == {
        "told_then": 1, "would_be_told": 0, "gained": 0, "lost": 1,
    }  # fmt: skip


PACK = """\
pack: blue_ribbon.en
version: 1
language: en
emits: export_license
terms:
  light: [blue ribbon]
  shipment: [shipments]
rules:
  - id: blue_ribbon.granted.en
    meaning: a made-up phrase
    status: granted
    all: [light, shipment]
    references: [made up for this test]
    examples:
      match: [{text: Example Magnets wears the blue ribbon for shipments.}]
      no_match: [{text: Example Magnets awaits shipments., because: nothing was allowed}]
"""


def test_other_packs_are_tried_before_they_are_used(feeds: Path, tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "monitor.db"))
    at = NOW + timedelta(days=3)
    text = "JL MAG wears the blue ribbon for shipments."
    phrase = item("phrase", text=text, kind="news", fetched_at=at, published_at=at, question=None)
    store.record(None, [phrase], [Reading()], [], [])
    store.close()
    span = ("--since", "2026-03-05", "--json")
    assert json.loads(backtest(feeds, *span).stdout)["gained"] == []
    packs = tmp_path / "drafts"
    packs.mkdir()
    (packs / "blue_ribbon.en.yaml").write_text(PACK, encoding="utf-8")
    (gained,) = json.loads(backtest(feeds, *span, "--packs", str(packs)).stdout)["gained"]
    assert gained["now"]["rule"] == "blue_ribbon.granted.en"
    (packs / "blue_ribbon.en.yaml").write_text(
        PACK.replace("granted\n", "grnted\n"), encoding="utf-8"
    )
    done = CliRunner().invoke(
        cli, ["backtest", "-c", str(feeds), "--since", "2026-03-05", "--packs", str(packs)]
    )
    assert isinstance(done.exception, RuleError), "a broken pack is told with file and line"


def test_equal_rules_say_so(feeds: Path) -> None:
    out = backtest(feeds, "--since", "2026-03-02T13:30", "--until", "2026-03-02T14:00").stdout
    assert "Nothing arrived in that time" in out
    rules = load_rules(builtin_issuers())
    store = open_store(str(feeds.parent / "monitor.db"))
    quiet = _item("quiet", "jl-mag", "您好，谢谢。", hours=48)
    store.record(None, [quiet], [rules(quiet)], [], [])
    store.close()
    out = backtest(feeds, "--since", "2026-03-04", "--until", "2026-03-04").stdout
    assert "Nothing gained, lost or changed" in out


def test_long_lists_are_cut_and_say_so(feeds: Path) -> None:
    out = backtest(feeds, "--since", "2026-03-01", "--limit", "0").stdout
    assert out.count("1 more: --limit 1, or --json") == 3


def test_screens_are_not_overrun(feeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    from monitor.terminal import width

    assert max(map(width, backtest(feeds, "--since", "2026-03-01").stdout.splitlines())) <= 60


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "Missing option '--since'"),
        (("--since", "yesterday"), "'yesterday' is no date; write 2026-06-01"),
        (("--since", "2026-02-30"), "'2026-02-30' is no date"),
        (("--since", "0001-01-01"), "'0001-01-01' is no date"),
        (("--since", "2098-01-01"), "2098-01-01 is still to come"),
        (("--since", "2026-03-02", "--until", "2026-03-01"), "is not after 2026-03-02"),
        (("--since", "2026-03-01", "--packs", "/no/such/folder"), "does not exist"),
        (("--since", "2026-03-01", "--packs", "{empty}"), "no rule pack (*.yaml) in"),
    ],
)
def test_what_cannot_be_done_is_said(
    feeds: Path, tmp_path: Path, words: tuple[str, ...], complaint: str
) -> None:
    (tmp_path / "empty").mkdir()
    words = tuple(w.format(empty=tmp_path / "empty") for w in words)
    assert complaint in backtest(feeds, *words, code=2).stderr


def test_no_database_is_an_error_and_none_is_made(feeds: Path, tmp_path: Path) -> None:
    missing = tmp_path / "other.db"
    words = ["backtest", "-c", str(feeds), "--since", "2026-03-01", "--database", str(missing)]
    done = CliRunner().invoke(cli, words)
    assert isinstance(done.exception, StoreError)
    assert "not there yet" in str(done.exception)
    assert not missing.exists()
