"""What SQLite said, as our own error: with a reason, and what to do where that is clear."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

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
    if reason == "disk" and _is_full(path):  # no room for a side file is told as an I/O error
        reason = "full"
    words = _WORDS.get(reason)
    told = str(error) if words is None else f"{words} ({error})"
    return StoreError(f"database {path}: {told}", reason=reason)


def _is_full(path: str) -> bool:
    try:
        return shutil.disk_usage(Path(path).parent).free < 100_000
    except OSError:
        return False
