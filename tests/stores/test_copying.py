"""Copies of a database in use, and the way back: whole and of one moment, or not at all."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.stores import copying, open_store
from monitor.stores.copying import copy_database
from monitor.stores.restoring import restore, vacuum
from tests.alerts import NOW, delivery, event, numbered
from tests.outboxes import put

S = timedelta(seconds=1)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """Three alerts, one of them sent."""
    path = str(tmp_path / "monitor.db")
    with contextlib.closing(open_store(path, exclusive=True)) as store:
        put(store, *[numbered(n) for n in range(3)])
        [first] = store.claim(NOW, lease_s=60, limit=1)
        store.settle(first.id, outcome="sent", now=NOW, answer="ok")
    return path


def count(path: Path | str, table: str) -> int:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_copy_holds_everything_in_one_private_file(database: str, tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    target = tmp_path / "copies.db"
    made = copy_database(database, target, progress=lambda *step: told.append(step))
    assert (made.path, made.rows) == (target, {"items": 3, "events": 3, "deliveries": 3})
    assert made.size_bytes == target.stat().st_size > 50_000
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert made.tables == count(target, "sqlite_master WHERE type = 'table'")
    assert [p.name for p in tmp_path.glob("*copies*")] == ["copies.db"], "nothing beside it"
    assert {what for what, _ in told} == {"copying", "checking"}
    assert told[-1] == ("checking", 1.0)


WRITER = """
import sys
from monitor.stores import open_store
from tests.alerts import numbered
from tests.outboxes import put
store = open_store(sys.argv[1], exclusive=True)
for n in range(1000, 100_000):
    put(store, numbered(n))
    print(n, flush=True)
"""


def test_a_copy_made_while_another_process_writes_is_of_one_moment(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PAGES_A_STEP", 5)  # many steps, visits between them
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, database],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    try:
        assert writer.stdout is not None
        made = []
        for n in range(3):
            writer.stdout.readline()
            made.append(copy_database(database, tmp_path / f"{n}.db").rows)
    finally:
        writer.kill()
        writer.wait()
        assert writer.stdout is not None
        writer.stdout.close()
    assert all(len(set(rows.values())) == 1 for rows in made), "a visit is in it whole, or not"
    assert 3 < made[0]["items"] < made[1]["items"] < made[2]["items"]


def test_what_cannot_be_a_copy_is_refused_and_nothing_is_left(
    database: str, tmp_path: Path
) -> None:
    there = tmp_path / "there.db"
    there.write_bytes(b"mine")
    before = sorted(p.name for p in tmp_path.iterdir())
    for target, words in (
        (there, "exists already; --force overwrites it"),
        (Path(database), "that is the database itself"),
        (Path(f"{database}-wal"), "that is the database itself"),
        (tmp_path, "that is a folder"),
        (tmp_path / "no" / "x.db", "does not exist"),
    ):
        with pytest.raises(StoreError, match=words):
            copy_database(database, target)
    with pytest.raises(StoreError, match="not there"):
        copy_database(str(tmp_path / "none.db"), tmp_path / "x.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(StoreError, match="belongs to another program"):
        copy_database(str(tmp_path / "other.db"), tmp_path / "x.db")
    (tmp_path / "other.db").unlink()
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert there.read_bytes() == b"mine"
    copy_database(database, there, force=True)
    assert count(there, "items") == 3


def test_a_damaged_database_gives_no_copy(database: str, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(page,)] = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'items_seen'")
    with Path(database).open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\x55" * 4096)
    with pytest.raises(StoreError, match="damaged") as told:
        copy_database(database, tmp_path / "copy.db")
    assert told.value.reason == "damaged"
    assert not (tmp_path / "copy.db").exists()
    assert not list(tmp_path.glob("*.part*"))


# --- the way back ---------------------------------------------------------------------------------


def test_restored_it_goes_on_and_what_may_have_gone_out_says_so(
    database: str, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    copy_database(database, backup)
    with contextlib.closing(open_store(database, exclusive=True)) as store:  # life goes on
        while due := store.claim(NOW, lease_s=60, limit=1):
            store.settle(due[0].id, outcome="sent", now=NOW)
        put(store, numbered(7))
    made, aside = restore(backup, database, NOW)
    assert made.rows["deliveries"] == 3
    assert aside is not None
    assert count(aside, "items") == 4, "what was there is not gone"
    with contextlib.closing(open_store(database, exclusive=True)) as store:
        assert store.queue_counts() == {"pending": 2, "sent": 1, "dead": 0}
        again = store.claim(NOW, lease_s=60)
        assert {d.id for d in again} == {numbered(1)[1].id, numbered(2)[1].id}, "the same ids"
        assert all(d.doubtful for d in again), "the text will say: may be a repeat"
        assert [i.guid for i in store.unseen([numbered(n)[0].item for n in (1, 7)])] == ["qa-7"]
        late = numbered(7)
        put(store, late)
        assert store.delivery(late[1].id) is not None, "decided again, under the id it had"
    assert backup.exists()


def test_an_old_wal_is_not_applied_to_the_restored_file(database: str, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    copy_database(database, backup)
    child = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, sys\nfrom monitor.stores import open_store\n"
            "from tests.alerts import numbered\nfrom tests.outboxes import put\n"
            "store = open_store(sys.argv[1], exclusive=True)\n"
            "put(store, *[numbered(n) for n in range(50, 90)])\nos._exit(9)",  # leaves its WAL
            database,
        ],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert child.returncode == 9
    assert Path(f"{database}-wal").stat().st_size > 0
    _, aside = restore(backup, database, NOW)
    assert aside is not None
    with contextlib.closing(open_store(database, exclusive=True)) as store:
        assert store.item_counts() == {"szse-irm": 3}
    assert count(aside, "items") == 43


def test_into_an_empty_folder(database: str, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    copy_database(database, backup)
    (tmp_path / "new").mkdir()
    place = str(tmp_path / "new" / "monitor.db")
    assert restore(backup, place, NOW)[1] is None
    with contextlib.closing(open_store(place)) as store:
        assert store.event(delivery(numbered(1)[0]).about) == numbered(1)[0]


def test_a_restore_that_is_refused_changes_nothing(database: str, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    copy_database(database, backup)
    with contextlib.closing(sqlite3.connect(backup)) as db:
        db.execute("INSERT INTO _sqlite_migrations VALUES (99, 'monitor', 'm999_future', '2030')")
        db.commit()
    junk = tmp_path / "junk.db"
    junk.write_bytes(b"no pages here " * 999)
    for file, words in (
        (backup, "newer monitor"),
        (junk, "not a SQLite database"),
        (tmp_path / "none", "not there"),
        (Path(database), "that is the database itself"),
    ):
        with pytest.raises(StoreError, match=words):
            restore(file, database, NOW)
    with contextlib.closing(open_store(database, exclusive=True)) as running:
        with pytest.raises(StoreError, match="in use by another monitor"):
            restore(backup, database, NOW)
        assert running.item_counts() == {"szse-irm": 3}
    assert not list(tmp_path.glob("*replaced*"))
    assert not list(tmp_path.glob(".*part*"))


def test_vacuum_gives_unused_space_back(database: str) -> None:
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as db:
        db.execute("CREATE TABLE big (x BLOB)")
        db.execute("INSERT INTO big VALUES (zeroblob(5000000))")
        db.execute("DROP TABLE big")
    before, after = vacuum(database)
    assert before > 5_000_000 > 1_000_000 > after
    with contextlib.closing(open_store(database, exclusive=True)) as store:
        assert store.item_counts() == {"szse-irm": 3}
        assert store.event("000000000001.1") == event(
            story="000000000001", about=numbered(1)[0].item
        )
        with pytest.raises(StoreError, match="in use by another monitor"):
            vacuum(database)
