"""Reading beside the writer: read-only connections for pages and exports, each with a time limit.

Under WAL a reader sees the database as it was when its question began and holds nobody up. The
writer's thread (`keeper.py`) is never asked.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue
from urllib.parse import quote

from monitor.errors import StoreError
from monitor.stores.stories import Stories

STEPS = 5000
"""Instructions of SQLite's machine between two looks at the clock: well under a millisecond."""


class TooSlow(StoreError):
    """A question was given up, because it took longer than it may."""


class Session(Stories):
    """One read-only connection: every question of the store works, every change is refused."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._lock = None
        self._unsaved = {}  # nothing is remembered here that is still to be written
        address = f"file:{quote(str(Path(path).absolute()))}?mode=ro"
        try:
            self._db = sqlite3.connect(
                address, uri=True, timeout=5.0, isolation_level=None, check_same_thread=False
            )
            self._db.execute("PRAGMA query_only = ON")
            self._db.execute("SELECT count(*) FROM sqlite_schema")
        except sqlite3.Error as error:
            raise StoreError(f"database {path}: {error}") from error

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """All questions inside see the database as it is at the first one."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def give_up_at(self, at_monotonic: float) -> None:
        """End any question with an error from then on."""
        self._db.set_progress_handler(lambda: time.monotonic() > at_monotonic, STEPS)


class Reader:
    """A few sessions, lent out one at a time; any thread may ask."""

    def __init__(self, path: str, *, limit_s: float = 3.0, sessions: int = 4) -> None:
        self.path = path
        self.limit_s = limit_s
        self._idle: LifoQueue[Session | None] = LifoQueue()
        for _ in range(sessions):
            self._idle.put(None)  # opened when first needed

    @contextmanager
    def session(self, limit_s: float | None = None) -> Iterator[Session]:
        """A session to ask within `limit_s` seconds all in all (default: the reader's).

        What is asked inside sees one state of the database. Raises TooSlow, or StoreError.
        """
        limit_s = limit_s or self.limit_s
        until = time.monotonic() + limit_s
        try:
            session = self._idle.get(timeout=limit_s)
        except Empty:
            raise TooSlow(f"all readers were busy for {limit_s:g} s") from None
        try:
            session = session or Session(self.path)
            session.give_up_at(until)
            with session.one_state():
                yield session
        except StoreError as error:
            if time.monotonic() > until and "interrupted" in str(error):
                raise TooSlow(f"the database took longer than {limit_s:g} s") from error
            raise
        finally:
            self._idle.put(session)

    def close(self) -> None:
        """Close what is idle; whoever still reads is left alone."""
        while True:
            try:
                session = self._idle.get_nowait()
            except Empty:
                return
            if session is not None:
                session.close()
