"""What every part of the SQLite store stands on: one connection, its lock, its transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from monitor.stores.debt import Debt
from monitor.stores.opening import (
    CHECK_WITHIN_S,
    check_after_crash,
    check_place,
    connect,
    release_lock,
    take_lock,
)
from monitor.stores.refusal import refusal

P = ParamSpec("P")
T = TypeVar("T")


def refusals(method: Callable[P, T]) -> Callable[P, T]:
    """Make every sqlite3 error of a method of the store a StoreError that names the file."""

    @wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except sqlite3.Error as error:
            store = args[0]
            assert isinstance(store, Base)
            told = refusal(store.path, error)
            store.hurt = store.hurt or told.reason == "damaged"
            raise told from error

    return call


class Base:
    """One connection, for the thread that made it."""

    _debt = Debt()
    """Of the one that holds the lock; for all others there is never any."""
    hurt = False
    """Something was found damaged: the next one that opens the file looks through it."""

    def __init__(
        self,
        path: str,
        *,
        exclusive: bool = False,
        create: bool = True,
        busy_s: float = 30.0,
        check_s: float = CHECK_WITHIN_S,
    ) -> None:
        """`busy_s`: how long a call waits for another process that writes; `check_s`: how long the
        file is looked through at most after a run that did not end in good order."""
        self.path = path
        self._lock: int | None = None
        self._debt = Debt()
        check_place(path, create=create)
        died = False
        if exclusive:
            self._lock, died = take_lock(path)
        try:
            self._db = connect(path, busy_s=busy_s)
            try:
                if exclusive:
                    check_after_crash(self._db, path, died=died, within_s=check_s)
                    self._end_leases()
            except BaseException:
                self._db.close()
                raise
        except BaseException:
            # The next one that comes is to look, too: what is wrong is still wrong.
            self._release_lock(well=not died)
            raise

    @refusals
    def close(self) -> None:
        try:
            if self._debt:
                self._settle_debt()
        finally:
            self._db.close()
            self._release_lock(well=not self.hurt)

    def _settle_debt(self) -> None:
        """Write what is owed before the end; what still cannot be written is said in the log."""
        try:
            with self._transaction():
                pass
        except sqlite3.Error as error:
            self._debt.give_up(str(error))

    def _release_lock(self, *, well: bool) -> None:
        if self._lock is not None:
            release_lock(self._lock, well=well)
            self._lock = None

    @refusals
    def _end_leases(self) -> None:
        """Whoever held these is gone, for we hold the lock. Their last try may have arrived."""
        self._db.execute(
            "UPDATE deliveries SET lease_until = NULL, doubtful = 1"
            " WHERE state = 'pending' AND lease_until IS NOT NULL"
        )

    @contextmanager
    def _transaction(self, *, lasting: bool = True) -> Iterator[None]:
        """All or nothing. IMMEDIATE: a read that turns into a write would fail under WAL.

        What is owed from before is written first: nothing may build on what is not there.
        `lasting=False` spares the disk flush: a power cut may undo it, the rest stays whole.
        """
        lasting = lasting or bool(self._debt)
        if not lasting:
            self._db.execute("PRAGMA synchronous = NORMAL")
        try:
            with self._begun():
                yield
        finally:
            if not lasting:
                self._db.execute("PRAGMA synchronous = FULL")

    @contextmanager
    def _begun(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            for statement, values in self._debt.statements():
                self._db.execute(statement, values)
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._debt.paid()

    def _write_waiting(self, sources: Collection[str] | None = None) -> None:
        """Write items that were put off (`visits.py`): somebody is going to look for them.

        `sources`: only if some of these have any.
        """

    def _one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
        return row
