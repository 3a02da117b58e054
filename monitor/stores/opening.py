"""Opening a SQLite file: is it there, is it ours, is it free, is it up to date.

Everything that can be wrong is one clear StoreError before the first statement runs.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from pathlib import Path

from sqlite_utils import Database

from monitor.errors import StoreError
from monitor.stores.schema import migrations

BUSY_TIMEOUT_S = 30.0


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
        raise StoreError(f"database {path}: {error.strerror or error}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(f"database {path}: the folder {folder} is not writable")
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        raise StoreError(f"database {path}: may not be read and written by this user")


def take_lock(path: str) -> int:
    """Hold `<path>-lock` until the returned descriptor is closed, by us or by our death."""
    try:
        lock = os.open(f"{path}-lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"database {path}: no lock file: {error.strerror or error}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        pid = os.pread(lock, 32, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(lock)
        raise StoreError(
            f"database {path}: in use by another monitor (pid {pid}); stop that one first"
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock


def connect(path: str) -> sqlite3.Connection:
    """A connection in autocommit, on a database of our kind brought up to date."""
    try:
        db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    except sqlite3.Error as error:
        raise StoreError(f"database {path}: {error}") from error
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")  # an alert that was stored survives a power cut
        db.execute("PRAGMA foreign_keys = ON")
        _upgrade(db, path)
    except sqlite3.DatabaseError as error:
        db.close()
        if "not a database" in str(error) or "malformed" in str(error):
            raise StoreError(
                f"database {path}: not a SQLite database, or damaged ({error});"
                " restore a backup or name another file"
            ) from error
        raise StoreError(f"database {path}: {error}") from error
    except BaseException:
        db.close()
        raise
    return db


def _upgrade(db: sqlite3.Connection, path: str) -> None:
    """Apply the migrations that are missing. Several processes may try: one does, others wait."""
    wrapped = Database(db)
    done = {m.name for m in migrations.applied(wrapped)}
    ours = {m.name for m in migrations.pending(wrapped)} | done
    if done == ours == _known():
        return
    if newer := sorted(done - _known()):
        raise StoreError(
            f"database {path}: written by a newer monitor (it has {', '.join(newer)});"
            " upgrade this one or restore an older backup"
        )
    if not done and wrapped.table_names():
        raise StoreError(f"database {path}: belongs to another program; name another file")
    db.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(wrapped)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _known() -> set[str]:
    """Names of the migrations this version has."""
    return {m.name for m in migrations.pending(Database(memory=True))}
