"""Databases that cannot be used: damaged, locked, read-only, lost. Clear words, nothing half."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from monitor.clock import utc_now
from monitor.errors import StoreError
from monitor.model import Checkpoint, Reading
from monitor.standins.desk import Desk
from monitor.standins.feeds import FeedSite
from monitor.stores import Store, open_store
from monitor.stores.sqlite import SqliteStore
from tests.alerts import NOW, delivery, item, numbered
from tests.outboxes import put
from tests.survival.places import GRANT, ROOT, config_for, in_child, running, small_disk


@pytest.fixture
def database(tmp_path: Path) -> str:
    """Two hundred alerts, in order and closed."""
    path = str(tmp_path / "monitor.db")
    with contextlib.closing(open_store(path, exclusive=True)) as store:
        put(store, *[numbered(n) for n in range(200)])
    return path


def spoil(path: str, name: str) -> None:
    """Overwrite the first page of a table or an index."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(page,)] = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,))
    with Path(path).open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)


def crash(path: str) -> None:
    """A monitor that holds the database dies."""
    program = "from monitor.stores import open_store; import os, sys\n"
    program += "open_store(sys.argv[1], exclusive=True); os.kill(os.getpid(), 9)"
    died = subprocess.run(
        [sys.executable, "-c", program, path], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert died.returncode == -signal.SIGKILL


# --- damaged --------------------------------------------------------------------------------------


def test_after_a_crash_the_file_is_looked_through(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    open_store(database, exclusive=True).close()
    assert "database checked" not in caplog.text, "the last one ended in good order"
    crash(database)
    open_store(database, exclusive=True).close()
    assert "database checked" in caplog.messages
    caplog.clear()
    open_store(database, exclusive=True).close()
    assert "database checked" not in caplog.text


def test_a_damaged_file_is_refused_after_a_crash_until_it_is_replaced(database: str) -> None:
    crash(database)
    spoil(database, "events")
    for _ in range(2):  # a restart does not make it better
        with pytest.raises(StoreError, match=r"damaged .*monitor restore FILE") as told:
            open_store(database, exclusive=True)
        assert told.value.reason == "damaged"


def test_the_look_has_a_budget(database: str, caplog: pytest.LogCaptureFixture) -> None:
    crash(database)
    SqliteStore(database, exclusive=True, check_s=-1).close()
    assert "database checked in part" in caplog.text


async def test_a_page_that_breaks_in_mid_run_pauses_polling_and_ops_hear_the_remedy(
    database: str, tmp_path: Path, feed_site: FeedSite, desk: Desk
) -> None:
    feed = feed_site.feed("/feed/")
    feed.publish("Nothing new", "A quiet week.")
    with contextlib.closing(open_store(database)) as store:
        for due in store.deliveries(limit=-1):
            store.settle(due.id, outcome="sent", now=NOW)
    async with Desk() as oncall:
        config = config_for(tmp_path, Path(database), feed, desk, oncall)
        async with running(config) as service:
            async with asyncio.timeout(10):
                while not await service.keeper(Store.item_counts, utc_now() - timedelta(hours=1)):
                    await asyncio.sleep(0.01)

            def forget_pages(store: Store) -> None:
                db = store._db  # type: ignore[attr-defined]
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                db.execute("PRAGMA shrink_memory")

            await service.keeper(forget_pages)
            spoil(database, "stories")
            feed.publish("Magnets get their papers", GRANT)
            [told] = await oncall.wait_for(1, timeout_s=15)
            assert told.json["title"] == "OPS · polling paused: the database is damaged"
            assert "monitor restore FILE" in told.json["body"]
            hits = feed.hits
            await asyncio.sleep(1.2)
            assert feed.hits <= hits + 1
            assert service.standstill, "it is not written to any more"
        assert len(oncall.received) == 1, "told once"
        with pytest.raises(StoreError, match="monitor restore FILE"):
            async with running(config):
                pass


# --- locked ---------------------------------------------------------------------------------------


async def test_a_lock_held_for_long_delays_and_loses_nothing(
    database: str, tmp_path: Path, feed_site: FeedSite, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor import stores

    quick = partial(SqliteStore, busy_s=0.1)
    monkeypatch.setattr(stores, "SqliteStore", quick)  # 30 s in real life
    feed = feed_site.feed("/feed/")
    feed.publish("Magnets get their papers", GRANT)
    with contextlib.closing(open_store(database)) as store:
        for due in store.deliveries(limit=-1):
            store.settle(due.id, outcome="sent", now=NOW)
    async with Desk() as oncall:
        config = config_for(tmp_path, Path(database), feed, desk, oncall)
        async with running(config) as service:
            with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                [told] = await oncall.wait_for(1, timeout_s=15)
                assert told.json["title"].startswith("OPS · polling paused: another process holds")
                assert desk.received == []
                other.execute("ROLLBACK")
            await desk.wait_for(1, timeout_s=15)
            await oncall.wait_for(2, timeout_s=15)
            assert not service.standstill
        assert len(desk.received) == 1
        assert oncall.accepted[1].json["title"].startswith("OPS · polling goes on")


def test_what_is_due_is_lent_while_another_process_writes(database: str) -> None:
    with contextlib.closing(SqliteStore(database, exclusive=True, busy_s=0.05)) as store:
        with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            [one] = store.claim(NOW, lease_s=60, limit=1)
            assert one.attempts == 1
            assert not store.settle(one.id, outcome="sent", now=NOW)
            [two] = store.claim(NOW, lease_s=60, limit=1)
            assert two.id != one.id
            later = numbered(0)[1].due_at.replace(year=2030)
            assert not store.settle(two.id, outcome="retry", now=NOW, due_at=later, error="503")
            assert two.id not in {d.id for d in store.claim(NOW, lease_s=60, limit=500)}
            assert store.next_due() is not None
            with pytest.raises(StoreError, match="another process holds it") as told:
                store.record(Checkpoint("s"), [item("x")], [Reading()], [], [])
            assert told.value.reason == "locked"
            other.execute("ROLLBACK")
        store.record(Checkpoint("s"), [item("x")], [Reading()], [], [])
        assert store.queue_counts() == {"pending": 199, "sent": 1, "dead": 0}
        found = store.delivery(two.id)
        assert found is not None
        assert (found.due_at, found.error, found.attempts) == (later, "503", 1)
        assert store.claim(NOW, lease_s=60) == [], "what was lent is leased now"


def test_a_group_that_was_sent_unnoted_grows_no_more(database: str) -> None:
    from monitor.model import Delivery

    with contextlib.closing(SqliteStore(database, exclusive=True, busy_s=0.05)) as store:
        for due in store.deliveries(limit=-1):
            store.settle(due.id, outcome="sent", now=NOW)
        made, _ = numbered(900)
        member = delivery(made, state="grouped", group_id="g1")
        put(store, (made, member))
        store.record(None, [], [], [], [Delivery("g1", "group:late:1", "desk", NOW)])
        assert store.open_group("desk", "late") is not None
        with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert [d.id for d in store.claim(NOW, lease_s=60)] == ["g1"]
            store.settle("g1", outcome="sent", now=NOW)
            other.execute("ROLLBACK")
        assert store.open_group("desk", "late") is None, "or its new member would never be sent"


def test_a_second_instance_is_refused(database: str) -> None:
    first = open_store(database, exclusive=True)
    with contextlib.closing(first), pytest.raises(StoreError, match="by another monitor") as told:
        open_store(database, exclusive=True)
    assert told.value.reason == "locked"
    assert f"(pid {os.getpid()})" in str(told.value)


# --- read-only, lost, foreign ---------------------------------------------------------------------


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A disk with a database on it, mounted read-only: root is no exception there."""
    try:
        with small_disk(tmp_path / "disk", "6m") as disk:
            with contextlib.closing(open_store(str(disk / "monitor.db"))) as store:
                put(store, numbered(1))
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
            yield disk
    except LookupError as why:
        pytest.skip(f"no read-only file system here: {why}")


def test_a_read_only_disk_is_a_clear_refusal(read_only: Path) -> None:
    with pytest.raises(StoreError, match=r"not writable|Read-only file system") as told:
        open_store(str(read_only / "monitor.db"), exclusive=True)
    assert told.value.reason == "disk"


def test_a_disk_that_turns_read_only_in_mid_run(tmp_path: Path) -> None:
    try:
        with small_disk(tmp_path / "disk", "6m") as disk:
            store = open_store(str(disk / "monitor.db"), exclusive=True)
            put(store, numbered(1))
            db = store._db  # type: ignore[attr-defined]
            db.execute("PRAGMA query_only = ON")
            with pytest.raises(StoreError, match="readonly") as told:
                put(store, numbered(2))
            assert told.value.reason == "disk"
            [one] = store.claim(NOW, lease_s=60)
            assert not store.settle(one.id, outcome="sent", now=NOW)
            assert store.claim(NOW, lease_s=60) == []
            db.execute("PRAGMA query_only = OFF")
            store.close()
            with contextlib.closing(open_store(str(disk / "monitor.db"))) as again:
                assert again.queue_counts() == {"pending": 0, "sent": 1, "dead": 0}
    except LookupError as why:
        pytest.skip(f"no file system of its own here: {why}")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no pages here, only words " * 500, "not a SQLite database"), (None, "does not exist")],
    ids=["not a database", "missing folder"],
)
def test_what_was_never_a_database(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "folder" / "monitor.db"
    if content is not None:
        path.parent.mkdir()
        path.write_bytes(content)
    config = tmp_path / "feeds.yaml"
    config.write_text(f"database: {path}\n")
    done = in_child(
        "import sys; from monitor.commands import main\n"
        "sys.argv[1:] = ['poll', '--config', sys.argv[1]]; main()",
        str(config),
    )
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1, "one clear line, no traceback"
    assert content is None or path.read_bytes() == content, "untouched"
