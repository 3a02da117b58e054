"""What SQLite said, as our own error: with a reason, and what to do where that is clear."""

from __future__ import annotations

import sqlite3

from monitor.errors import StoreError, StoreReason

REMEDY = "bring back a backup with `monitor restore FILE`"

_REASONS: dict[int, StoreReason] = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_IOERR: "disk",
    sqlite3.SQLITE_READONLY: "disk",
    sqlite3.SQLITE_CANTOPEN: "disk",
    sqlite3.SQLITE_PERM: "disk",
}
_WORDS: dict[StoreReason, str] = {
    "full": "no space left on its disk",
    "locked": "another process holds it",
    "damaged": f"not a SQLite database, or damaged; {REMEDY}",
}


def refusal(path: str, error: sqlite3.Error) -> StoreError:
    """The StoreError about the database at `path`."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the upper bits tell which call failed
    reason = _REASONS.get(code, "other")
    words = _WORDS.get(reason)
    told = str(error) if words is None else f"{words} ({error})"
    return StoreError(f"database {path}: {told}", reason=reason)
