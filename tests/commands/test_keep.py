"""The commands around the file: what they say, and that they do it."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.clock import utc_now
from monitor.commands import cli
from monitor.commands.keep import vacuum_advice
from monitor.errors import StoreError
from monitor.stores import open_store
from tests.alerts import item, numbered, readings
from tests.outboxes import put


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Two alerts, and forty old items in which nothing was found."""
    database = tmp_path / "monitor.db"
    old = utc_now() - timedelta(days=100)
    with contextlib.closing(open_store(str(database))) as store:
        put(store, numbered(1), numbered(2))
        items = [item(f"old-{n}", text="word " * 999, fetched_at=old) for n in range(40)]
        store.record(None, items, readings(items), [], [])
    file = tmp_path / "feeds.yaml"
    file.write_text(f"database: {database}\nkeep: {{bodies: 90d}}\n")
    return file


def run(*words: str, config: Path) -> Result:
    return CliRunner().invoke(cli, [*words, "--config", str(config)], catch_exceptions=False)


def test_back_and_forth(config: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    done = run("backup", str(copy), config=config)
    assert done.exit_code == 0
    assert "42 items · 2 events · 2 deliveries; whole" in done.output
    with pytest.raises(StoreError, match="--force overwrites it"):
        run("backup", str(copy), config=config)
    assert run("backup", str(copy), "--force", config=config).exit_code == 0
    done = run("restore", str(copy), config=config)
    assert "what was there is" in done.output
    with contextlib.closing(open_store(str(tmp_path / "monitor.db"))) as store:
        assert store.queue_counts()["pending"] == 2


def test_prune_says_what_would_go_and_then_does_it(config: Path) -> None:
    told = "40 texts · 0 items · 0 events (0.2 MB of text)"
    assert f"would go: {told}" in run("prune", "--dry-run", config=config).output
    done = run("prune", config=config)
    assert f"gone: {told}" in done.output
    assert "gone: 0 texts" in run("prune", config=config).output


def test_vacuum_is_advised_when_it_is_worth_it(config: Path) -> None:
    assert vacuum_advice(1_000_000, 200_000) is None
    advice = vacuum_advice(1_000_000, 300_000)
    assert advice is not None
    assert "0.3 of 1.0 MB hold nothing" in advice
    assert "`monitor vacuum`" in advice
    run("prune", config=config)
    done = run("vacuum", config=config)
    assert done.exit_code == 0
    assert "MB before" in done.output


def test_a_database_that_is_not_there(tmp_path: Path, config: Path) -> None:
    config.write_text(f"database: {tmp_path / 'none.db'}\n")
    for words in (("backup", str(tmp_path / "x.db")), ("vacuum",), ("prune",)):
        with pytest.raises(StoreError, match="not there"):
            run(*words, config=config)
    assert not (tmp_path / "none.db").exists()
