from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.commands import cli
from monitor.errors import ConfigError, MonitorError, StoreError
from monitor.standins.desk import Desk
from monitor.stores import Store, open_store
from tests.alerts import NOW, delivery, event, item, match, numbered, readings

ROOT = Path(__file__).parents[2]
FEEDS = """\
sources: []
receivers:
  - {id: desk, channel: apprise, url: "env:DESK_URL"}
  - {id: mail, channel: apprise, url: "env:MAIL_URL"}
  - {id: screen, channel: console}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    return tmp_path


async def monitor(folder: Path, *words: str, **environ: str) -> tuple[int, str, str]:
    """`monitor ...` as a program of its own: exit code, output, errors."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", *words,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(child.communicate(), 30)
    assert child.returncode is not None
    return child.returncode, out.decode(), err.decode()


async def test_a_test_alert_shows_what_each_receiver_answered(folder: Path, desk: Desk) -> None:
    async with Desk() as mail:
        mail.status = 403
        urls = {"DESK_URL": f"{desk.apprise_url}?+X-Key=canarykey", "MAIL_URL": mail.apprise_url}
        code, out, err = await monitor(folder, "test-alert", **urls)
    assert code == 1
    lines = {line.split()[2]: line for line in out.splitlines() if line.startswith(("✓", "✕"))}
    assert lines["desk"].startswith("✓ accepted")
    assert lines["desk"].endswith("Sent JSON POST notification.")
    assert lines["mail"].startswith("✕ failed")
    assert "HTTP 403 Forbidden" in lines["mail"]
    assert lines["screen"].endswith("printed")
    [call] = desk.received
    assert call.json["title"] == "TEST · license-monitor · not news"
    assert call.json["title"] in out, "the screen is a receiver too"
    assert "canarykey" not in out + err
    assert "127.0.0.1" not in out + err


def test_one_receiver_can_be_named(filled: Path) -> None:
    result = run("test-alert", "screen")
    assert result.exit_code == 0
    assert "✓ accepted  screen  console" in result.output
    assert "desk" not in result.output
    with pytest.raises(ConfigError, match="no receiver 'sreen'; did you mean screen"):
        run("test-alert", "sreen")


def test_a_receiver_url_that_cannot_work_is_told_with_file_and_line(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_URL", "slakc://canarytoken/b/c")
    words = r"feeds.yaml:3: receivers.desk.url: Apprise knows no service slakc://"
    with pytest.raises(ConfigError, match=words) as caught:
        run("test-alert")
    assert "canarytoken" not in str(caught.value)


# --- the outbox by hand -----------------------------------------------------------------------


@pytest.fixture
def filled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose database holds a sent, a dead and a waiting delivery."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DESK_URL", "json://127.0.0.1:1/")
    monkeypatch.setenv("MAIL_URL", "json://127.0.0.1:1/")
    store = open_store("monitor.db")
    sent, dead, waits = numbered(1), numbered(2, "mail"), numbered(3)
    loss = event(story="0" * 11 + "2", about=item("qa-2"), found=match(status="denied"))
    events = [sent[0], loss, waits[0]]
    items = [e.item for e in events]
    store.record(None, items, readings(items), events, [sent[1], dead[1], waits[1]])
    for claimed in store.claim(NOW, lease_s=60)[:2]:
        outcome = "sent" if claimed.id == sent[1].id else "dead"
        words = {"answer": "ok"} if outcome == "sent" else {"error": "HTTP 404 \x1b[31mNot Found"}
        store.settle(claimed.id, outcome=outcome, now=NOW, **words)  # type: ignore[arg-type]
    store.close()
    return folder


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words, catch_exceptions=False)


def test_deliveries_are_listed_with_their_news_and_answer(filled: Path) -> None:
    result = run("deliveries")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert "✕ dead" in lines[2]
    assert "▼ DENIED" in lines[2]
    assert "HTTP 404 [31mNot Found" in lines[2], "no escape reaches the terminal"
    assert lines[-1] == "1 pending · 1 sent · 1 dead"


def test_dead_ones_alone_and_as_json(filled: Path) -> None:
    result = run("deliveries", "--dead", "--json")
    [line] = map(json.loads, result.output.splitlines())
    assert (line["state"], line["receiver_id"], line["attempts"]) == ("dead", "mail", 1)
    assert "No delivery is dead." not in run("deliveries", "--dead").output


def test_a_dead_one_can_be_sent_again_and_only_a_dead_one(filled: Path) -> None:
    made = numbered(2, "mail")[1]
    result = run("retry", made.id)
    assert result.output == f"{made.id} to mail is due again\n"
    with pytest.raises(StoreError, match="is pending, not dead"):
        run("retry", made.id)
    with pytest.raises(StoreError, match="no delivery nonsense"):
        run("retry", "nonsense")
    assert "No delivery is dead." in run("deliveries", "--dead").output
    assert run("retry", "--all").output == ""
    assert run("retry").exit_code == 2


def test_without_a_database_it_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DESK_URL", "json://127.0.0.1:1/")
    monkeypatch.setenv("MAIL_URL", "json://127.0.0.1:1/")
    with pytest.raises(MonitorError, match="not there yet"):
        run("deliveries")
    assert not (folder / "monitor.db").exists()


def test_a_digest_or_a_lost_event_is_still_listed(filled: Path) -> None:
    store: Store = open_store("monitor.db")
    about_day = replace(delivery(event()), id="feedfeedfeed", about="2026-03-02")
    store.record(None, [], [], [], [about_day])
    store.close()
    assert "2026-03-02" in run("deliveries").output
