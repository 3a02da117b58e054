from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.clock import CHINA, utc_now
from monitor.commands import cli
from monitor.config import Source
from monitor.health import History, Look, after_visit, source_state
from monitor.model import Checkpoint
from monitor.stores import open_store
from monitor.vitals import page
from tests.alerts import numbered
from tests.outboxes import put


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "feeds.yaml").write_text("database: own.db\nsources: []\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


def status(*words: str, exit_code: int = 0) -> str:
    result = CliRunner().invoke(cli, ["status", *words], catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return result.output


def test_metrics_tell_sources_queue_and_latency(folder: Path) -> None:
    (folder / "feeds.yaml").write_text(
        'database: own.db\nsources:\n  - {id: ree, adapter: feed, url: "http://127.0.0.1:9/"}\n',
        encoding="utf-8",
    )
    store, now = open_store("own.db"), utc_now()
    seen = now - timedelta(minutes=5)
    made, told = numbered(1)
    put(store, (made, replace(told, due_at=seen, seen_at=seen, published_at=seen)))
    store.claim(seen, lease_s=60)
    store.settle(told.id, outcome="sent", now=seen + timedelta(seconds=2))
    store.record(Checkpoint("ree", last_visit_at=now, failures=3, error="x"), [], [], [], [])
    store.close()
    lines = status("--metrics", exit_code=1).splitlines()
    assert "monitor_healthy 0.0" in lines
    assert 'monitor_source_failures{source="ree"} 3.0' in lines
    assert 'monitor_deliveries{state="sent"} 1.0' in lines
    assert 'monitor_seen_to_sent_24h_seconds{quantile="0.5"} 2.0' in lines
    assert 'monitor_published_to_seen_24h_seconds{quantile="0.95"} 0.0' in lines
    assert not any("last_success_age" in line for line in lines if line[0] != "#"), "unknown"


def test_a_label_cannot_break_out() -> None:
    source = {"id": 'a"} 1\nb', "state": "ok", "failures": 0, "items": 1}
    text = page(
        {
            "healthy": True,
            "queue": {},
            "receivers": {},
            "latency": {"alerts": 0, "published_to_seen": None, "seen_to_sent": None},
            "sources": [{**source, "last_success_age_s": None, "last_item_age_s": None}],
        }
    )
    assert 'monitor_source_items{source="a\\"} 1\\nb"} 1.0' in text.splitlines()


def test_status_tells_how_long_alerts_took(folder: Path) -> None:
    open_store("own.db").close()
    assert "last 24 h: no alert was sent" in status()
    store, now = open_store("own.db"), utc_now()
    for n in range(1, 11):
        made, told = numbered(n)
        seen = now - timedelta(minutes=5)
        told = replace(told, due_at=seen, seen_at=seen, published_at=seen - timedelta(seconds=40))
        put(store, (made, told))
        store.claim(seen, lease_s=60)
        store.settle(told.id, outcome="sent", now=seen + timedelta(seconds=n / 10))
    store.close()
    line = next(line for line in status().splitlines() if line.startswith("last 24 h"))
    assert line == (
        "last 24 h, 10 alerts: published → seen 40 s (95 %: 40 s)"
        " · seen → sent 0.50 s (95 %: 1.00 s)"
    )
    told_json = json.loads(status("--json"))
    assert told_json["latency"] == {
        "alerts": 10, "published_to_seen": [40.0, 40.0], "seen_to_sent": [0.5, 1.0]
    }  # fmt: skip
    assert told_json["queue"] == {
        "pending": 0, "sent": 10, "dead": 0, "grouped": 0, "digest": 0, "silenced": 0
    }  # fmt: skip


def test_messages_for_a_receiver_that_was_taken_out_are_told(folder: Path) -> None:
    store = open_store("own.db")
    put(store, numbered(1, "old-desk"))
    store.close()
    line = next(line for line in status(exit_code=1).splitlines() if "old-desk" in line)
    assert line.startswith("orphaned: 1 message waits for old-desk, no receiver of the config")
    assert json.loads(status("--json", exit_code=1))["orphaned"] == {"old-desk": 1}
    with Path("feeds.yaml").open("a", encoding="utf-8") as file:
        file.write("receivers: [{id: old-desk, channel: webhook, url: 'https://h.example/x'}]\n")
    assert "orphaned" not in status()


def visited(name: str, script: str, now: datetime, *, error: str = "answered 503") -> Checkpoint:
    """A source after the visits of the script, one a minute: `.` good, `x` failed, `a` a login."""
    seen = Checkpoint(name)
    for n, mark in enumerate(script):
        at = now - timedelta(minutes=len(script) - n)
        good = mark == "."
        seen = replace(
            seen,
            last_visit_at=at,
            last_success_at=at if good else seen.last_success_at,
            failures=0 if good else seen.failures + 1,
            error=None if good else error,
            reason="auth" if mark == "a" else None if good else "server",
            next_due_at=at + timedelta(minutes=5),
        )
        look = Look({"rows": 1.0} if good else None, watched_s=60.0)
        history = after_visit(History.of(seen), seen, look, at)
        seen = replace(seen, history=history.stored())
    return seen


SOURCES = """\
database: own.db
sources:
  - {id: fine, adapter: feed, url: "https://a.example/"}
  - {id: shaky, adapter: feed, url: "https://b.example/"}
  - {id: gone, adapter: feed, url: "https://c.example/"}
  - {id: walled, adapter: feed, url: "https://d.example/"}
  - {id: unborn, adapter: feed, url: "https://e.example/"}
  - {id: resting, adapter: feed, url: "https://f.example/", enabled: false}
"""


def test_status_shows_each_state_with_shape_word_and_sentence(folder: Path) -> None:
    (folder / "feeds.yaml").write_text(SOURCES, encoding="utf-8")
    store, now = open_store("own.db"), utc_now()
    for seen in (
        visited("fine", "....", now),
        visited("shaky", "...x", now, error="connection \x1b[31mreset"),
        visited("gone", ".xxx", now),
        visited("walled", "..aa", now, error="answered 403 (forbidden)"),
        visited("resting", "xxxx", now),
    ):
        store.record(seen, [], [], [], [])
    store.close()
    lines = {line.split()[1]: line for line in status(exit_code=1).splitlines()[1:7]}
    assert lines["fine"].startswith("●  fine     ok")
    assert lines["shaky"].startswith("◐  shaky    degraded")
    assert lines["shaky"].endswith("1 visit failed: connection [31mreset")
    assert lines["gone"].startswith("✕  gone     down")
    assert "3 visits failed since " in lines["gone"]
    assert lines["walled"].startswith("■  walled   blocked")
    assert lines["unborn"].startswith("○  unborn   new")
    assert lines["resting"].startswith("○  resting  off")
    assert "sources: 5, of which 1 degraded · 1 blocked · 1 down" in status(exit_code=1)
    told = json.loads(status("--json", exit_code=1))
    assert not told["healthy"]
    assert list(told["sources"][0]) == [
        "id", "state", "last_success_age_s", "last_item_age_s", "next_in_s", "items", "failures",
        "told", "remarks",
    ]  # fmt: skip
    assert [s["state"] for s in told["sources"]] == [
        "ok", "degraded", "down", "blocked", "new", "off"
    ]  # fmt: skip


def test_a_silent_source_makes_status_unwell(folder: Path) -> None:
    (folder / "feeds.yaml").write_text("\n".join(SOURCES.splitlines()[:3]), encoding="utf-8")
    store, now = open_store("own.db"), utc_now()
    seen = visited("fine", "....", now)
    past = History.of(seen)
    past.gaps, past.quiet_s = [3600.0] * 20, 3 * 86400.0
    looked = after_visit(past, seen, Look(watched_s=60.0), now)
    seen = replace(seen, history=looked.stored(), last_item_at=now - timedelta(days=3))
    store.record(seen, [], [], [], [])
    store.close()
    line = status(exit_code=1).splitlines()[1]
    assert line.startswith("◌  fine    silent")
    assert line.endswith("no new item for 3 d; usually one every 60 min")


def test_a_source_nobody_visits_is_overdue() -> None:
    now = utc_now()
    source = Source(id="fine", adapter="feed", url="https://a.example/", every_s=60)
    late = replace(visited("fine", "...", now), next_due_at=now - timedelta(minutes=10))
    found = source_state(source, late, 3, now, CHINA)
    assert (found.state, found.items) == ("overdue", 3)
    assert "is `monitor run` alive?" in found.told
    down = replace(visited("fine", "xxx", now), next_due_at=now - timedelta(minutes=10))
    assert source_state(source, down, 3, now, CHINA).state == "down", "the worse news wins"


def test_what_is_wrong_is_told_whole_on_a_narrow_screen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "feeds.yaml").write_text("\n".join(SOURCES.splitlines()[:4]), encoding="utf-8")
    monkeypatch.setenv("COLUMNS", "80")
    store, now = open_store("own.db"), utc_now()
    hourly = replace(visited("fine", "...", now), cursor={"ttl_s": "3600"})
    store.record(hourly, [], [], [], [])
    store.record(visited("shaky", "..x", now, error="answered 503 (unavailable)"), [], [], [], [])
    store.close()
    lines = status(exit_code=1).splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[1] for line in lines[1:3]] == ["fine", "shaky"]
    assert lines[4:7] == [
        "shaky: 1 visit failed: answered 503 (unavailable)",
        "`monitor status ID` tells more of a source, as does a wider screen",
        "sources: 2, of which 1 degraded",
    ]
    monkeypatch.setenv("COLUMNS", "120")
    wide = status(exit_code=1).splitlines()
    assert wide[1].endswith("slowed to one visit in 60 min, as its ttl asks")
    assert wide[2].endswith("1 visit failed: answered 503 (unavailable)")
    assert wide[4] == lines[6], "all is told in the table"
