"""Databases as every schema so far left them: opened, brought up to date, nothing lost."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from monitor.stores import open_store
from monitor.stores.opening import MIGRATIONS
from monitor.stores.reader import Reader
from monitor.stores.schema import migrations
from monitor.stores.wanted import EventFilter

DUMPS = sorted((Path(__file__).parents[1] / "fixtures" / "databases").glob("m*.sql"))
EVER = datetime(2026, 1, 1, tzinfo=UTC)


def old_database(dump: Path, folder: Path) -> Path:
    path = folder / "monitor.db"
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript(dump.read_text("utf-8"))
        db.execute("PRAGMA journal_mode = WAL")
    return path


def migrations_of(path: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return [name for (name,) in db.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]


def schema_of(path: Path) -> set[tuple[str, str, str]]:
    with contextlib.closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        return {(kind, name, " ".join(sql.split())) for kind, name, sql in found}


@pytest.mark.parametrize("dump", DUMPS, ids=lambda p: p.stem)
def test_an_old_database_keeps_everything(
    dump: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = old_database(dump, tmp_path)
    before = migrations_of(path)
    with contextlib.closing(open_store(str(path), exclusive=True)) as store:
        items = store.items_since(EVER)
        assert {i.source_id: 0 for i in items} == {"szse-irm": 0, "press": 0}
        assert len(items) == 5
        assert store.unseen(items) == [], "nothing comes back as new"
        events = store.events_since(EVER)
        assert len(events) == 4
        assert {e.match.issuer_id for e in events} == {"jl-mag", "innuovo", "ningbo-yunsheng"}
        assert all(e.match.quote in (e.item.text + e.item.title) for e in events)
        assert store.queue_counts() == {"sent": 3, "pending": 3, "dead": 0}
        waiting = store.claim(datetime(2027, 1, 1, tzinfo=UTC), lease_s=60)
        assert {d.receiver_id for d in waiting} == {"second"}
        assert {store.event(d.about).id for d in waiting} == {e.id for e in events}
        assert {c.source_id: c.failures for c in store.checkpoints()} == {
            "szse-irm": 0,
            "press": 0,
        }
        assert [s.issuer_id for s in store.stories("innuovo")] == ["innuovo"]
    assert migrations_of(path)[: len(before)] == before
    assert len(migrations_of(path)) > len(before)
    [kept] = tmp_path.glob("monitor.db-before-*")
    assert migrations_of(kept) == before, "the copy is as it was"
    assert kept.name in [getattr(r, "fields", {}).get("copy") for r in caplog.records]
    opened = len(migrations_of(path))
    open_store(str(path)).close()
    assert len(migrations_of(path)) == opened


def test_every_schema_has_its_dump() -> None:
    assert [p.stem for p in DUMPS] == ["m001", "m002", "m003", "m007"]


@pytest.mark.parametrize("dump", DUMPS, ids=lambda p: p.stem)
def test_an_old_database_becomes_what_a_new_one_is(dump: Path, tmp_path: Path) -> None:
    path, new = old_database(dump, tmp_path), tmp_path / "new.db"
    open_store(str(path)).close()
    open_store(str(new)).close()
    assert schema_of(path) == schema_of(new)


def test_narrow_rows_are_filled_from_what_is_there(tmp_path: Path) -> None:
    path = old_database(DUMPS[-1], tmp_path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        dated = "json_set(event, '$.match.date_kind', 'event', '$.match.event_date', '2026-11-20')"
        db.execute(f"UPDATE events SET event = {dated} WHERE seq = 2")
        db.commit()
    open_store(str(path)).close()
    with contextlib.closing(sqlite3.connect(path)) as db:
        told = db.execute(
            "SELECT f.published_at = i.published_at, f.act_on, f.issuer_id, f.verdict"
            " FROM event_facts f JOIN events e ON e.seq = f.seq JOIN items i ON i.id = e.item_id"
            " ORDER BY 3, f.seq"
        ).fetchall()
        days = db.execute("SELECT * FROM event_days").fetchall()
    assert told == [
        (1, None, "innuovo", "new"),
        (1, "2026-11-20", "jl-mag", "new"),
        (1, None, "jl-mag", "repeat"),
        (1, None, "ningbo-yunsheng", "new"),
    ]
    assert days == [("2026-11-22", 1, 4)]
    reader = Reader(str(path))
    with reader.session() as session:
        assert [t.verdict for t in session.ticks("jl-mag").marks] == ["new", "repeat"]
        wanted = EventFilter(words="许可", issuers=("innuovo",), since=EVER)
        assert [n.seq for n in session.event_list(wanted).rows] == [1]
    reader.close()


def test_only_the_last_copy_is_kept(tmp_path: Path) -> None:
    path = old_database(DUMPS[0], tmp_path)
    older = tmp_path / "monitor.db-before-m000_older"
    older.write_bytes(b"an older copy")
    mine = tmp_path / "monitor.db-before-moving-house"
    mine.write_bytes(b"a file of the operator's")
    open_store(str(path)).close()
    assert not older.exists()
    assert mine.exists()


def test_a_new_database_needs_no_copy(tmp_path: Path) -> None:
    open_store(str(tmp_path / "monitor.db")).close()
    assert [p.name for p in tmp_path.iterdir()] == ["monitor.db"]


def test_every_migration_is_named_where_a_file_is_opened() -> None:
    """An up-to-date file is opened without the module that holds the migrations."""
    assert tuple(m.name for m in migrations.pending(Database(memory=True))) == MIGRATIONS
