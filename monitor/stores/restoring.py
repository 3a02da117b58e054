"""The way back from a copy, and giving unused space back to the disk; while nothing polls.

Safer than `cp`: SQLite would apply what an old database left in `<database>-wal` to the new file.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from monitor.errors import StoreError
from monitor.stores.copying import (
    Copy,
    Progress,
    check_room,
    copy_database,
    part_of,
    put_in_place,
)
from monitor.stores.opening import check_place, missing_migrations, release_lock, take_lock
from monitor.stores.refusal import refusal


def restore(
    backup: Path, database: str, now: datetime, *, progress: Progress | None = None
) -> tuple[Copy, Path | None]:
    """Put `backup` in the place of the database; what was there is kept beside it, and named.

    Deliveries that were pending in the backup may have gone out since: they are marked, so that
    their text says "may be a repeat". Raises StoreError; then the database is as it was.
    """
    place = Path(database)
    if backup.resolve() == place.resolve():
        raise StoreError(f"{backup}: that is the database itself")
    check_place(database, create=True)
    with _stopped(database), part_of(place) as part:
        made = copy_database(str(backup), part, force=True, progress=progress)
        _prepare(part, str(backup))
        aside = _set_aside(place, now)
        put_in_place(part, place)
    return made, aside


def _prepare(part: Path, name: str) -> None:
    """Refuse what this version cannot open; mark what may have gone out."""
    try:
        with contextlib.closing(sqlite3.connect(part, isolation_level=None)) as db:
            missing_migrations(db, name)
            db.execute("UPDATE deliveries SET doubtful = 1 WHERE state = 'pending'")
    except sqlite3.Error as error:
        raise refusal(name, error) from error
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _set_aside(place: Path, now: datetime) -> Path | None:
    """Rename the present database, with what belongs to it; None: there is none."""
    if not place.exists():
        for suffix in ("-wal", "-shm"):
            Path(f"{place}{suffix}").unlink(missing_ok=True)
        return None
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(place)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # then all of it is in the one file
    aside = Path(f"{place}-replaced-{now:%Y%m%dT%H%M%S}")
    if Path(f"{place}-wal").exists():
        Path(f"{place}-wal").replace(f"{aside}-wal")
    Path(f"{place}-shm").unlink(missing_ok=True)
    place.replace(aside)
    return aside


def vacuum(database: str) -> tuple[int, int]:
    """Give unused space back to the disk: the size in bytes before and after.

    Needs the size of what is used twice over for a moment, which is checked first.
    """
    check_place(database, create=False)
    with _stopped(database):
        try:
            with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as db:
                missing_migrations(db, database)
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                before = Path(database).stat().st_size
                check_room(Path(database).parent, 2 * (before - spare_bytes(db)), "vacuum")
                os.environ.setdefault("SQLITE_TMPDIR", str(Path(database).parent.resolve()))
                db.execute("VACUUM")
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise refusal(database, error) from error
        return before, Path(database).stat().st_size


def spare_bytes(db: sqlite3.Connection) -> int:
    """Bytes inside the file that hold nothing: VACUUM would give them back."""
    pages, size = (
        int(db.execute(f"PRAGMA {what}").fetchone()[0]) for what in ("freelist_count", "page_size")
    )
    return pages * size


@contextlib.contextmanager
def _stopped(database: str) -> Iterator[None]:
    """Hold the lock of the one process that polls: it does not run, and is not started now."""
    lock, died = take_lock(database)
    try:
        yield
    except BaseException:
        release_lock(lock, well=not died)
        raise
    release_lock(lock, well=True)
