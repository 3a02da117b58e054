"""Opening a SQLite file: is it there, is it ours, is it free, is it whole, is it up to date.

Everything that can be wrong is one clear StoreError before the first statement runs.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import time
from pathlib import Path

from monitor.errors import StoreError
from monitor.log import fields
from monitor.stores.copying import backup_before
from monitor.stores.refusal import REMEDY, refusal

log = logging.getLogger(__name__)

MIGRATIONS = (
    "m001_base",
    "m002_routes",
    "m003_recent_stories",
    "m004_search",
    "m005_digests",
    "m006_keeping",
    "m007_hubs",
    "m008_narrow",
    "m010_last_bodies",
    "m011_counted_at_once",
    "m012_known_by_source",
)
"""Those of `schema.py`, which loads sqlite-utils: 8 MB that nobody needs who opens a file that has
had them all."""

CHECK_WITHIN_S = 2.0
"""After a crash the file is looked through for so long: some hundred megabytes."""


def check_place(path: str, *, create: bool) -> None:
    """Say in plain words what SQLite would only call "unable to open database file"."""
    file = Path(path)
    folder = file.parent
    try:
        if file.is_dir():
            raise StoreError(f"database {path}: that is a folder; give the path of a file")
        if not folder.is_dir():
            raise StoreError(f"database {path}: the folder {folder} does not exist")
        if not create and not file.exists():
            raise StoreError(f"database {path}: not there yet; `monitor run` or `poll` makes it")
    except OSError as error:  # a folder on the way that may not be read
        raise StoreError(f"database {path}: {error.strerror or error}", reason="disk") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(f"database {path}: the folder {folder} is not writable", reason="disk")
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        raise StoreError(
            f"database {path}: may not be read and written by this user", reason="disk"
        )


# --- the lock -------------------------------------------------------------------------------------


def take_lock(path: str) -> tuple[int, bool]:
    """Hold `<path>-lock` until `release_lock`, or our death; and whether its last holder died.

    The file holds the holder's pid; whoever ends in good order empties it.
    """
    try:
        lock = os.open(f"{path}-lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        words = f"database {path}: no lock file: {error.strerror or error}"
        raise StoreError(words, reason="disk") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid = os.pread(lock, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise StoreError(
                f"database {path}: in use by another monitor (pid {pid}); stop that one first",
                reason="locked",
            ) from error
        died = bool(os.pread(lock, 32, 0))
        try:
            os.ftruncate(lock, 0)
            os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        except OSError as error:  # a full disk: the lock is held all the same, nameless
            log.warning("lock not signed", extra=fields(error=error.strerror))
        return lock, died
    except BaseException:
        os.close(lock)
        raise


def release_lock(lock: int, *, well: bool) -> None:
    """Give the lock back; the file stays. `well`: there is nothing for the next one to check."""
    if well:
        os.ftruncate(lock, 0)
    os.close(lock)


# --- the file -------------------------------------------------------------------------------------


def connect(path: str, *, busy_s: float) -> sqlite3.Connection:
    """A connection in autocommit, on a database of our kind brought up to date."""
    try:
        db = sqlite3.connect(path, timeout=busy_s, isolation_level=None)
    except sqlite3.Error as error:
        raise refusal(path, error) from error
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")  # an alert that was stored survives a power cut
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA recursive_triggers = ON")  # what REPLACE takes out is deleted, too
        _upgrade(db, path)
    except sqlite3.Error as error:
        db.close()
        raise refusal(path, error) from error
    except BaseException:
        db.close()
        raise
    return db


def _upgrade(db: sqlite3.Connection, path: str) -> None:
    """Apply the migrations that are missing. Several processes may try: one does, others wait."""
    if not missing_migrations(db, path):
        return
    from sqlite_utils import Database

    from monitor.stores.schema import migrations

    db.execute("BEGIN IMMEDIATE")
    try:
        missing = missing_migrations(db, path)  # another process may have been here meanwhile
        if missing and missing != list(MIGRATIONS):
            backup_before(path, missing[0])
        migrations.apply(Database(db))
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def missing_migrations(db: sqlite3.Connection, path: str) -> list[str]:
    """The migrations this file has not had. StoreError when it is newer than us, or not ours."""
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    done: set[str] = set()
    if "_sqlite_migrations" in tables:
        ours = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'monitor'"
        done = {name for (name,) in db.execute(ours)}
    if newer := sorted(done.difference(MIGRATIONS)):
        raise StoreError(
            f"database {path}: written by a newer monitor (it has {', '.join(newer)});"
            " upgrade this one or restore an older backup"
        )
    if not done and tables:
        raise StoreError(f"database {path}: belongs to another program; name another file")
    return [name for name in MIGRATIONS if name not in done]


# --- after a crash --------------------------------------------------------------------------------


def check_after_crash(db: sqlite3.Connection, path: str, *, died: bool, within_s: float) -> None:
    """Look through the file when the last run did not end in good order.

    The pages are read for at most `within_s`; what was not reached is not vouched for, and the log
    says so. Raises StoreError (`damaged`) when the file is not whole.
    """
    if not died:
        return
    began = time.monotonic()
    db.set_progress_handler(lambda: time.monotonic() - began > within_s, 10_000)
    try:
        found = [words for (words,) in db.execute("PRAGMA quick_check(3)")]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise refusal(path, error) from error
        log.warning("database checked in part", extra=fields(within_s=within_s))
        return
    except sqlite3.Error as error:
        raise refusal(path, error) from error
    finally:
        db.set_progress_handler(None, 0)
    if found != ["ok"]:
        words = " ".join("; ".join(found).split())[:300]
        raise StoreError(f"database {path}: damaged ({words}); {REMEDY}", reason="damaged")
    log.info(
        "database checked",
        extra=fields(because="the last run was killed", elapsed_s=time.monotonic() - began),
    )
