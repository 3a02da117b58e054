"""A whole, checked copy of a database in use, or no copy at all; and the way back from one.

The copy is of one moment, however much is written meanwhile. It is made under another name, looked
through, flushed to the disk and only then put in its place, so that a file that has its final name
is a good one.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import StoreError
from monitor.log import fields
from monitor.stores.refusal import refusal

log = logging.getLogger(__name__)

Progress = Callable[[str, float], None]
"""Told what is being done ("copying", "checking") and the share that is done, 0 to 1."""

PAGES_A_STEP = 2_000
SPARE_BYTES = 1_000_000
"""Free space that is left over after a copy, at least."""
COUNTED = ("items", "events", "deliveries")
SIDE_FILES = ("-wal", "-shm", "-lock", "-journal")


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was made and found whole."""

    path: Path
    size_bytes: int
    tables: int
    rows: Mapping[str, int]
    """Rows of the tables in COUNTED, the same as in the original at that moment."""
    elapsed_s: float


def copy_database(
    source: str, target: Path, *, force: bool = False, progress: Progress | None = None
) -> Copy:
    """Copy the database at `source` to the file `target`, also while others write to it.

    Readable by the owner alone, like all that holds other people's words. Raises StoreError in one
    clear line; then `target` is as it was.
    """
    _check_target(source, target, force=force)
    with part_of(target) as part:
        made = _copy(source, part, progress)
        if not force and target.exists():
            raise StoreError(f"{target}: exists by now; nothing was overwritten")
        put_in_place(part, target)
    return Copy(target, *made)


def _check_target(source: str, target: Path, *, force: bool) -> None:
    database = Path(source).resolve()
    own = {database, *(Path(f"{database}{suffix}") for suffix in SIDE_FILES)}
    if target.resolve() in own:
        raise StoreError(f"{target}: that is the database itself; name another file")
    if target.is_dir():
        raise StoreError(f"{target}: that is a folder; give the path of a file")
    if not target.parent.is_dir():
        raise StoreError(f"{target}: the folder {target.parent} does not exist")
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise StoreError(f"{target}: the folder is not writable", reason="disk")
    if target.exists() and not force:
        raise StoreError(f"{target}: exists already; --force overwrites it")


def _copy(
    source: str, part: Path, progress: Progress | None
) -> tuple[int, int, Mapping[str, int], float]:
    """Size in bytes, tables, rows and seconds of a copy at `part` that is whole and flushed."""
    began = time.monotonic()
    told = progress or (lambda what, share: None)
    with _opened(source) as original, contextlib.closing(_connect(part)) as copy:
        try:
            # Our own read transaction: every step sees the same moment, no writer is held up.
            original.execute("BEGIN")
            tables = _tables(original)
            _check_ours(original, source)
            rows = _counts(original, tables)
            pages, page_size = (
                int(original.execute(f"PRAGMA {what}").fetchone()[0])
                for what in ("page_count", "page_size")
            )
            check_room(part.parent, pages * page_size, f"a copy of {source}")
        except sqlite3.Error as error:
            raise refusal(source, error) from error
        try:
            copy.execute("PRAGMA synchronous = OFF")  # flushed once, at the end
            original.backup(
                copy,
                pages=PAGES_A_STEP,
                progress=lambda _, left, whole: told("copying", 1 - left / max(1, whole)),
            )
            original.execute("ROLLBACK")
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file, nothing beside it
            told("checking", 0.0)
            check_whole(copy, source)
            if _tables(copy) != tables or _counts(copy, tables) != rows:
                raise StoreError(f"a copy of {source}: not the same as the original", reason="disk")
            told("checking", 1.0)
        except sqlite3.Error as error:
            raise refusal(str(part), error) from error
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    return part.stat().st_size, len(tables), rows, time.monotonic() - began


def check_room(folder: Path, needed: int, what: str) -> None:
    """StoreError when `needed` bytes and some to spare are not free in `folder`."""
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE_BYTES:
        raise StoreError(
            f"{what} needs {needed / 1e6:.1f} MB, {folder} has {free / 1e6:.1f} MB free:"
            " make room or name another folder",
            reason="full",
        )


def check_whole(db: sqlite3.Connection, name: str) -> None:
    """Read every page and index. StoreError (`damaged`) when something is wrong."""
    found = [words for (words,) in db.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        words = " ".join("; ".join(found).split())[:300]
        raise StoreError(f"database {name}: damaged ({words})", reason="damaged")


def _check_ours(db: sqlite3.Connection, name: str) -> None:
    try:
        row = db.execute("SELECT 1 FROM _sqlite_migrations WHERE migration_set = 'monitor'")
        ours = row.fetchone() is not None
    except sqlite3.OperationalError:
        ours = False
    if not ours:
        raise StoreError(f"database {name}: belongs to another program; name another file")


@contextlib.contextmanager
def _opened(path: str) -> Iterator[sqlite3.Connection]:
    """A connection to a file that is there: nothing is created, nothing upgraded."""
    if not Path(path).is_file():
        raise StoreError(f"database {path}: not there")
    address = f"{Path(path).resolve().as_uri()}?mode=rw"
    try:
        db = sqlite3.connect(address, uri=True, isolation_level=None, timeout=30)
    except sqlite3.Error as error:
        raise refusal(path, error) from error
    with contextlib.closing(db):
        yield db


def _connect(part: Path) -> sqlite3.Connection:
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        return sqlite3.connect(part, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{part}: cannot be written: {error}", reason="disk") from error


def _tables(db: sqlite3.Connection) -> list[str]:
    found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in found]


def _counts(db: sqlite3.Connection, tables: list[str]) -> Mapping[str, int]:
    return {
        name: int(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
        for name in COUNTED
        if name in tables
    }


@contextlib.contextmanager
def part_of(target: Path) -> Iterator[Path]:
    """A name beside `target` to work under; whatever is left of it afterwards is removed."""
    part = target.with_name(f".{target.name}.part")

    def clear() -> None:
        for suffix in ("", *SIDE_FILES):
            Path(f"{part}{suffix}").unlink(missing_ok=True)

    clear()  # of one that was killed
    try:
        yield part
    except OSError as error:
        raise StoreError(f"{target}: {error.strerror or error}", reason="disk") from error
    finally:
        with contextlib.suppress(OSError):
            clear()


def put_in_place(part: Path, target: Path) -> None:
    """Give a flushed file its name, so that this outlives a power cut too."""
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def backup_before(path: str, migration: str) -> None:
    """Keep the database as it is before `migration`, beside it; the copy before that one goes."""
    target = Path(f"{path}-before-{migration}")
    made = copy_database(path, target, force=True)
    for older in target.parent.glob(f"{Path(path).name}-before-m[0-9][0-9][0-9]_*"):
        if older != target:
            older.unlink(missing_ok=True)
    log.info(
        "database copied before its upgrade",
        extra=fields(copy=target.name, bytes=made.size_bytes, elapsed_s=made.elapsed_s),
    )
