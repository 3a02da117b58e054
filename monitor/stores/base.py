"""What every part of the SQLite store stands on: one connection, its lock, its transactions."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from monitor.errors import StoreError
from monitor.stores.opening import check_place, connect, take_lock

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
            raise StoreError(f"database {store.path}: {error}") from error

    return call


class Base:
    """One connection, for the thread that made it."""

    def __init__(self, path: str, *, exclusive: bool = False, create: bool = True) -> None:
        self.path = path
        self._lock: int | None = None
        check_place(path, create=create)
        if exclusive:
            self._lock = take_lock(path)
        try:
            self._db = connect(path)
            if exclusive:
                self._end_leases()
        except BaseException:
            self._release_lock()
            raise

    @refusals
    def close(self) -> None:
        self._db.close()
        self._release_lock()

    def _release_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)  # closing gives the lock back; the file stays
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

        `lasting=False` spares the disk flush: a power cut may undo it, the rest stays whole.
        """
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
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
        return row
