"""`monitor status ID`: how one source was, how it is, and what it last sent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.clock import utc_now
from monitor.commands import cli
from monitor.health import History, Look, after_visit
from monitor.model import Checkpoint
from monitor.stores import open_store
from monitor.stores.lastbody import LastBody
from monitor.terminal import width

CONFIG = """
database: own.db
sources:
  - {id: ree, adapter: feed, url: "http://127.0.0.1:9/", every: 5m}
  - {id: fresh, adapter: feed, url: "http://127.0.0.1:9/"}
"""
GOOD, INSTEAD = b"<rss>all is well</rss>", b"<html>\x1b[31mlog in</html>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source that drifted an hour ago, with both bodies."""
    (tmp_path / "feeds.yaml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    now = utc_now()
    seen, shares = Checkpoint("ree", cursor={"ttl_s": "3600"}), {"rows": 1.0, "time": 1.0}
    for n in range(8):
        at = now - timedelta(minutes=60 - 5 * n)
        shares = shares if n < 6 else {"rows": 1.0, "time": 0.0}
        look = Look(shares, fresh=1, sample=f"Row {n} · \x1b[31m a long title" + " and on" * 20)
        seen = replace(seen, last_visit_at=at, last_success_at=at, next_due_at=at, last_item_at=at)
        seen = replace(seen, history=after_visit(History.of(seen), seen, look, at).stored())
    store = open_store("own.db")
    store.record(replace(seen, next_due_at=now + timedelta(minutes=5)), [], [], [], [])
    for good, body, media in ((True, GOOD, "application/rss+xml"), (False, INSTEAD, "text/html")):
        kept = LastBody.of(
            body, source_id="ree", good=good, at=now, content_type=media, rows=9 * good
        )
        store.record(None, [], [], [], [], body=kept)
    store.close()
    return tmp_path


def status(*words: str, exit_code: int = 1) -> str:
    result = CliRunner().invoke(cli, ["status", *words], catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return result.output


@pytest.mark.usefixtures("folder")
def test_it_tells_what_was_and_what_is() -> None:
    said = status("ree")
    lines = said.splitlines()
    assert lines[0] == "◆ ree  drifted"
    assert "without publication times" in lines[1]
    assert lines[2] == "  its ttl asks for 60 min between visits, `every: 5m` wins"
    assert "  usually       rows 100%, time 100%" in lines
    assert "  last time     rows 100%, time 0%" in lines
    assert any(line.startswith("  a row         Row 5 · [31m a long") for line in lines)
    assert any(line.startswith("  now           Row 7") for line in lines)
    assert "22 B · 9 rows · application/rss+xml" in said
    assert "24 B · no rows · text/html" in said
    assert "`monitor status ree --bodies DIR` writes them to files" in said
    assert "\x1b" not in said
    assert max(map(width, lines[3:])) <= 80


def test_both_bodies_as_files(folder: Path) -> None:
    said = status("ree", "--bodies", "out/here")
    assert "wrote out/here/ree.good.xml" in said
    assert (folder / "out/here/ree.good.xml").read_bytes() == GOOD
    assert (folder / "out/here/ree.instead.html").read_bytes() == INSTEAD


@pytest.mark.usefixtures("folder")
def test_the_same_as_json() -> None:
    told = json.loads(status("ree", "--json"))
    assert (told["id"], told["state"], told["missing"]) == ("ree", "drifted", ["time"])
    assert [(b["good"], b["size"], b["rows"]) for b in told["bodies"]] == [
        (True, len(GOOD), 9), (False, len(INSTEAD), 0)
    ]  # fmt: skip


@pytest.mark.usefixtures("folder")
def test_one_that_was_never_visited_has_little_to_tell() -> None:
    said = status("fresh", "--bodies", "out", exit_code=0)
    assert said.startswith("○ fresh  new\n")
    assert "no body is kept yet" in said


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_told_says_why() -> None:
    assert "no source nix in feeds.yaml" in status("nix", exit_code=2)
    assert "of which source?" in status("--bodies", "out", exit_code=2)
