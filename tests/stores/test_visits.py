"""What is remembered of visits that brought nothing: in memory first, then in the file."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.model import Checkpoint, Item, Notice, Reading
from monitor.stores import Keeper, Store, open_store
from monitor.stores import keeper as keeping
from monitor.stores.sqlite import SqliteStore
from monitor.stores.visits import MOST_WAITING

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


def read(name: str, guid: str, text: str = "text") -> tuple[Item, Reading]:
    return Item(name, guid, "", f"title {guid}", text, NOW), Reading()


def stored(path: Path) -> set[str]:
    """Guids of the items that another process sees."""
    other = open_store(str(path))
    try:
        return {item.guid for item in other.items_since(NOW)}
    finally:
        other.close()


def test_items_without_news_wait_with_their_visit_and_are_known_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    store = open_store(str(path))
    store.remember(checkpoint("a", 1), [read("a", "1"), read("a", "2")])
    store.remember(checkpoint("b", 1), [read("b", "3")])
    assert store.unseen([read("c", "4")[0]]), "asking for another source writes nothing"
    assert (in_file(path), stored(path)) == ({}, set())
    assert store.unseen([read("a", "2")[0], read("a", "2 edited")[0]]) == [read("a", "2 edited")[0]]
    assert (in_file(path), stored(path)) == ({"a": "1", "b": "1"}, {"1", "2", "3"})
    assert not store.unsaved
    store.close()


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.item(read("a", "1")[0].id),
        lambda store: store.items_since(NOW),
        lambda store: store.item_counts(),
        lambda store: store.items_read(NOW - timedelta(1), NOW),
        lambda store: store.newest_published_at() is None,
    ],
    ids=["item", "items_since", "item_counts", "items_read", "newest_published_at"],
)
def test_whoever_looks_for_items_finds_those_that_waited(
    tmp_path: Path, ask: Callable[[Store], object]
) -> None:
    path = tmp_path / "monitor.db"
    store = open_store(str(path))
    store.remember(checkpoint("a", 1), [read("a", "1")])
    assert ask(store)
    assert stored(path) == {"1"}
    store.close()


def test_what_waits_is_written_before_the_news_that_follows_it(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    store = open_store(str(path))
    store.remember(checkpoint("a", 1), [read("a", "1", "first text")])
    store.remember(checkpoint("a", 2), [read("a", "2")])
    item, reading = read("a", "1", "second text")
    store.record(checkpoint("a", 3), [item], [reading], [], [])
    assert not store.unsaved
    assert (in_file(path), stored(path)) == ({"a": "3"}, {"1", "2"})
    found = store.item(item.id)
    assert found is not None
    assert found.text == "second text"
    store.close()


def test_much_does_not_wait(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    store = open_store(str(path))
    store.remember(checkpoint("a", 1), [read("a", "1", "x" * (MOST_WAITING - 500))])
    assert stored(path) == set()
    store.remember(checkpoint("b", 1), [read("b", "2", "x" * 500)])
    assert stored(path) == {"1", "2"}
    assert not store.unsaved
    store.close()


def test_after_a_refusal_no_more_items_are_put_off(tmp_path: Path) -> None:
    """So a full disk is noticed at the first visit that brings something, not at the next news."""
    path = tmp_path / "monitor.db"
    store = SqliteStore(str(path), busy_s=0.01)
    store.remember(checkpoint("a", 1), [read("a", "1")])
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        store.save(10)
    store.remember(checkpoint("b", 1))
    with pytest.raises(StoreError, match="locked"):
        store.remember(checkpoint("c", 1), [read("c", "2")])
    blocker.execute("ROLLBACK")
    blocker.close()
    store.remember(checkpoint("d", 1), [read("d", "3")])
    assert stored(path) == {"1", "2", "3"}
    store.remember(checkpoint("e", 1), [read("e", "4")])
    assert stored(path) == {"1", "2", "3"}, "all is well again"
    store.close()
    assert stored(path) == {"1", "2", "3", "4"}
    assert set(in_file(path)) == {"a", "b", "c", "d", "e"}
