"""What is remembered of visits that brought nothing: in memory first, then in the file."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from monitor.model import Checkpoint, Item, Notice, Reading
from monitor.stores import Keeper, Store, open_store
from monitor.stores import keeper as keeping

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def checkpoint(name: str, visits: int) -> Checkpoint:
    return Checkpoint(
        name, last_visit_at=NOW + timedelta(minutes=visits), cursor={"n": str(visits)}
    )


def in_file(path: Path) -> dict[str, str]:
    """Per source what another process sees."""
    other = open_store(str(path))
    try:
        return {c.source_id: c.cursor["n"] for c in other.checkpoints()}
    finally:
        other.close()


def test_what_is_remembered_counts_at_once_and_is_written_by_and_by(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    store = open_store(str(path))
    for n in range(3):
        store.remember(checkpoint(f"s{n}", 1))
    store.remember(checkpoint("s0", 2))
    assert store.checkpoint("s0") == checkpoint("s0", 2)
    assert in_file(path) == {}
    assert store.unsaved
    store.save(2)
    assert in_file(path) == {"s0": "2", "s1": "1"}
    assert store.unsaved
    store.close()
    assert in_file(path) == {"s0": "2", "s1": "1", "s2": "1"}


def test_a_visit_with_news_is_never_undone_by_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    store = open_store(str(path))
    store.remember(checkpoint("s", 1))
    item = Item("s", "1", "", "title", "text", NOW)
    store.record(checkpoint("s", 2), [item], [Reading()], [], [])
    assert not store.unsaved
    assert store.checkpoint("s") == checkpoint("s", 2)
    store.close()
    assert in_file(path) == {"s": "2"}


def test_all_are_counted_when_the_question_is_who_fails(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "monitor.db"))
    for n in range(4):
        store.remember(Checkpoint(f"s{n}", last_visit_at=NOW, failures=n % 2))
    day = timedelta(days=1)
    assert store.failing_since(NOW - day, but="s0", active=NOW - day) == (3, 2, 3)
    store.close()


def test_open_troubles_follow_what_is_told(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "monitor.db"))
    assert store.open_troubles() == []
    store.notify(Notice("source:s:down", "down", "", ("ops",), NOW))
    assert store.open_troubles() == ["source:s:down"]
    store.notify(Notice("source:s:down", "well", "", ("ops",), NOW, opens=False))
    assert store.open_troubles() == []
    store.close()


async def test_the_keeper_writes_without_being_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SAVE_AFTER_S", 0.01)
    monkeypatch.setattr(keeping, "SAVE_AT_ONCE", 2)
    path = tmp_path / "monitor.db"
    keeper = await Keeper.open(partial(open_store, str(path)))
    for n in range(5):
        await keeper(Store.remember, checkpoint(f"s{n}", 1))
    async with asyncio.timeout(10):
        while len(in_file(path)) < 5:
            await asyncio.sleep(0.01)
    await keeper.close()
