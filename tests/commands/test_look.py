from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.clock import utc_now
from monitor.commands import cli
from monitor.stores import open_store
from tests.alerts import numbered
from tests.outboxes import put


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "feeds.yaml").write_text("database: own.db\nsources: []\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def status(*words: str) -> str:
    result = CliRunner().invoke(cli, ["status", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


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
