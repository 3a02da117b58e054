"""The store in one SQLite file: WAL, full synchronous, short transactions in plain SQL.

Opening, locking and upgrading stand first, then the one transaction of a poll, the outbox, and the
questions of people. Every sqlite3 error leaves here as a StoreError.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from monitor.errors import StoreError
from monitor.model import (
    ALERTING_VERDICTS,
    Checkpoint,
    Delivery,
    DeliveryState,
    Event,
    Item,
    Reading,
    Story,
    digest_id,
)
from monitor.stores import rows
from monitor.stores.opening import check_place, connect, take_lock
from monitor.stores.protocol import Outcome
from monitor.stores.rows import DELIVERY_COLUMNS, ITEM_COLUMNS, clean, stamp, stamp_or_none

P = ParamSpec("P")
T = TypeVar("T")

_ITEMS = ", ".join(ITEM_COLUMNS)
_DELIVERIES = ", ".join(DELIVERY_COLUMNS)
_IN_CHUNKS_OF = 500  # variables in one statement; SQLite's own limit starts at 999


def _refusals(method: Callable[P, T]) -> Callable[P, T]:
    """Make every sqlite3 error of a method of the store a StoreError that names the file."""

    @wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except sqlite3.Error as error:
            store = args[0]
            assert isinstance(store, SqliteStore)
            raise StoreError(f"database {store.path}: {error}") from error

    return call


class SqliteStore:
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

    @_refusals
    def close(self) -> None:
        self._db.close()
        self._release_lock()

    def _release_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)  # closing gives the lock back; the file stays
            self._lock = None

    @_refusals
    def _end_leases(self) -> None:
        """Whoever held these is gone, for we hold the lock. Their last try may have arrived."""
        self._db.execute(
            "UPDATE deliveries SET lease_until = NULL, doubtful = 1"
            " WHERE state = 'pending' AND lease_until IS NOT NULL"
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing. IMMEDIATE: a read that turns into a write would fail under WAL."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    # --- reading a source -----------------------------------------------------------------------

    @_refusals
    def checkpoint(self, source_id: str) -> Checkpoint | None:
        row = self._one("SELECT checkpoint FROM sources WHERE source_id = ?", source_id)
        return None if row is None else rows.checkpoint_from(row[0])

    @_refusals
    def checkpoints(self) -> list[Checkpoint]:
        found = self._db.execute("SELECT checkpoint FROM sources ORDER BY source_id")
        return [rows.checkpoint_from(text) for (text,) in found]

    @_refusals
    def unseen(self, items: Iterable[Item]) -> list[Item]:
        """The items whose id is not known, or known with another content, in their order.

        Of two items with one id only the first counts; else the pair would look edited forever.
        """
        first: dict[str, Item] = {}
        for item in items:
            first.setdefault(item.id, item)
        known = self._content_hashes(list(first))
        return [item for id_, item in first.items() if known.get(id_) != item.content_hash]

    def _content_hashes(self, ids: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for i in range(0, len(ids), _IN_CHUNKS_OF):
            some = ids[i : i + _IN_CHUNKS_OF]
            marks = ",".join("?" * len(some))
            found.update(
                self._db.execute(
                    f"SELECT id, content_hash FROM items WHERE id IN ({marks})", some
                ).fetchall()
            )
        return found

    @_refusals
    def stories(self, issuer_id: str) -> list[Story]:
        """The ledger of one issuer, the most recently changed story first."""
        found = self._db.execute(
            "SELECT story FROM stories WHERE issuer_id = ? ORDER BY updated_at DESC, id",
            (issuer_id,),
        )
        return [rows.story_from(text) for (text,) in found]

    @_refusals
    def newest_published_at(self) -> datetime | None:
        """The newest publication time of any item, dates in the future left out."""
        row = self._one("SELECT max(published_at) FROM items WHERE published_at <= seen_at")
        return None if row is None else rows.time_or_none(row[0])

    @_refusals
    def told(self, story_id: str) -> list[str]:
        """The receivers that were told of the story, or soon are: a correction's audience."""
        found = self._db.execute(
            "SELECT DISTINCT receiver_id FROM deliveries"
            " WHERE about >= ? AND about < ? AND state != 'dead' ORDER BY receiver_id",
            (f"{story_id}.", f"{story_id}/"),  # "/" is the character after "."
        )
        return [receiver_id for (receiver_id,) in found]

    @_refusals
    def record(
        self,
        checkpoint: Checkpoint | None,
        items: Sequence[Item],
        readings: Sequence[Reading],
        events: Sequence[Event],
        deliveries: Sequence[Delivery],
    ) -> None:
        """Everything one visit brought, in one transaction: all of it is kept, or nothing.

        `readings` go with `items`, one each. Recording the same again changes nothing: an item
        already known with this content brings no events and no deliveries a second time. An item
        edited at the source keeps the time it was first seen.
        """
        with self._transaction():
            known = self._content_hashes([item.id for item in items])
            repeated = {i.id for i in items if known.get(i.id) == i.content_hash}
            for item, reading in zip(items, readings, strict=True):
                if item.id not in repeated:
                    self._put_item(item, reading)
            again: set[str] = set()
            fresh: set[str] = set()
            for event in events:
                new = event.item.id not in repeated and self._put_event(event)
                (fresh if new else again).add(f"{event.id}.{event.revision}")
            for delivery in deliveries:
                if delivery.about not in again - fresh:
                    self._put_delivery(delivery)
            if checkpoint is not None:
                self._db.execute(
                    "INSERT OR REPLACE INTO sources (source_id, checkpoint, next_due_at)"
                    " VALUES (?, ?, ?)",
                    (
                        checkpoint.source_id,
                        rows.to_json(checkpoint),
                        stamp_or_none(checkpoint.next_due_at),
                    ),
                )

    def _put_item(self, item: Item, reading: Reading) -> None:
        marks = ", ".join("?" * len(ITEM_COLUMNS))
        kept = ("id", "source_id", "guid", "seen_at")
        changed = ", ".join(f"{c} = excluded.{c}" for c in ITEM_COLUMNS if c not in kept)
        self._db.execute(
            f"INSERT INTO items ({_ITEMS}) VALUES ({marks})"
            f" ON CONFLICT (id) DO UPDATE SET {changed}, changed_at = excluded.seen_at",
            rows.item_row(item, reading),
        )

    def _put_event(self, event: Event) -> bool:
        """Keep the event and its story's new page; False when this very event is kept already."""
        at, match, item, story = stamp(event.detected_at), event.match, event.item, event.story
        key = digest_id(
            event.id, str(event.revision), item.id, item.content_hash,
            match.rule_id, match.status, match.where, str(match.start), match.quote,
            ",".join(match.destinations), ",".join(match.products), match.issuer_id or "",
        )  # fmt: skip
        if self._one("SELECT 1 FROM events WHERE key = ?", key):
            return False
        self._db.execute(
            "INSERT INTO stories (id, issuer_id, family, revision, updated_at, story)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " issuer_id = excluded.issuer_id, family = excluded.family,"
            " revision = excluded.revision, updated_at = excluded.updated_at,"
            " story = excluded.story",
            (story.id, story.issuer_id, story.family, story.revision, at, rows.to_json(story)),
        )
        self._db.execute(
            "INSERT INTO events (key, story_id, revision, verdict, alerting, held_because,"
            " issuer_id, status, item_id, detected_at, event) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                key, story.id, event.revision, event.verdict, int(event.alerting),
                event.held_because, match.issuer_id, match.status, item.id, at,
                rows.to_json(event),
            ),
        )  # fmt: skip
        return True

    def _put_delivery(self, delivery: Delivery) -> None:
        due_at = stamp(delivery.due_at)
        self._db.execute(
            "INSERT INTO deliveries (id, about, receiver_id, state, severity, due_at, created_at)"
            " VALUES (?, ?, ?, 'pending', ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (
                delivery.id, delivery.about, delivery.receiver_id, delivery.severity,
                due_at, due_at,
            ),
        )  # fmt: skip

    # --- the outbox -----------------------------------------------------------------------------

    @_refusals
    def claim(
        self, now: datetime, *, lease_s: float, receiver_id: str | None = None, limit: int = 20
    ) -> list[Delivery]:
        """Take what is due, most severe first, then oldest; each counts as one more try.

        A lease, not a promise: what is not settled within `lease_s` is due again, then marked
        doubtful, because the one who held it may have sent it.
        """
        taken = self._db.execute(
            "UPDATE deliveries SET lease_until = ?, attempts = attempts + 1,"
            " doubtful = doubtful OR lease_until IS NOT NULL WHERE seq IN ("
            "  SELECT seq FROM deliveries WHERE state = 'pending' AND due_at <= ?"
            "  AND (lease_until IS NULL OR lease_until <= ?) AND (? IS NULL OR receiver_id = ?)"
            "  ORDER BY severity, seq LIMIT ?)"
            f" RETURNING severity, seq, {_DELIVERIES}",
            (
                stamp(now + timedelta(seconds=lease_s)), stamp(now), stamp(now),
                receiver_id, receiver_id, limit,
            ),
        ).fetchall()  # fmt: skip
        return [rows.delivery_from(row[2:]) for row in sorted(taken, key=lambda r: (r[0], r[1]))]

    @_refusals
    def settle(
        self,
        delivery_id: str,
        *,
        outcome: Outcome,
        now: datetime,
        due_at: datetime | None = None,
        error: str | None = None,
        answer: str | None = None,
        doubtful: bool = False,
    ) -> None:
        """End a try. `retry` needs `due_at`; `released` takes the try back and is due at once.

        `error` and `answer` are safe words: no address, no token. A delivery that is settled
        already, or unknown, stays as it is.
        """
        if outcome == "retry" and due_at is None:
            raise ValueError("a retry needs due_at")
        state = {"sent": "sent", "dead": "dead"}.get(outcome, "pending")
        self._db.execute(
            "UPDATE deliveries SET lease_until = NULL, state = ?, due_at = coalesce(?, due_at),"
            " attempts = max(0, attempts - ?), sent_at = ?, error = coalesce(?, error),"
            " answer = coalesce(?, answer), doubtful = doubtful OR ?"
            " WHERE id = ? AND state = 'pending'",
            (
                state,
                stamp_or_none(due_at),
                1 if outcome == "released" else 0,
                stamp(now) if outcome == "sent" else None,
                None if error is None else clean(error),
                None if answer is None else clean(answer),
                int(doubtful),
                delivery_id,
            ),
        )

    @_refusals
    def next_due(self, receiver_id: str | None = None) -> datetime | None:
        """When the next pending delivery (of this receiver) may be claimed; None: none waits."""
        row = self._one(
            "SELECT min(max(due_at, coalesce(lease_until, due_at))) FROM deliveries"
            " WHERE state = 'pending' AND (? IS NULL OR receiver_id = ?)",
            receiver_id, receiver_id,
        )  # fmt: skip
        return None if row is None else rows.time_or_none(row[0])

    @_refusals
    def hasten(self, receiver_id: str, now: datetime) -> int:
        """The receiver is back: what failed before and waits for a later try is due now."""
        return self._db.execute(
            "UPDATE deliveries SET due_at = ? WHERE state = 'pending' AND receiver_id = ?"
            " AND attempts > 0 AND due_at > ? AND lease_until IS NULL",
            (stamp(now), receiver_id, stamp(now)),
        ).rowcount

    @_refusals
    def requeue(self, delivery_id: str, now: datetime) -> Delivery:
        """Make a dead delivery due again, its tries forgotten. StoreError when it is not dead."""
        row = self._one(
            "UPDATE deliveries SET state = 'pending', due_at = ?, attempts = 0, lease_until = NULL"
            f" WHERE id = ? AND state = 'dead' RETURNING {_DELIVERIES}",
            stamp(now), delivery_id,
        )  # fmt: skip
        if row is not None:
            return rows.delivery_from(row)
        present = self.delivery(delivery_id)
        if present is None:
            raise StoreError(f"no delivery {delivery_id}: `monitor deliveries --dead` lists them")
        raise StoreError(f"delivery {delivery_id} is {present.state}, not dead: nothing to do")

    @_refusals
    def event(self, about: str) -> Event:
        """The event of `<story id>.<revision>` as it was judged. StoreError when there is none."""
        story_id, _, revision = about.rpartition(".")
        marks = ",".join("?" * len(ALERTING_VERDICTS))
        row = self._one(
            "SELECT event FROM events WHERE story_id = ? AND revision = ?"
            f" ORDER BY verdict IN ({marks}) DESC, seq LIMIT 1",
            story_id, int(revision) if revision.isdecimal() else -1, *ALERTING_VERDICTS,
        )  # fmt: skip
        if row is None:
            raise StoreError(f"no event {about}")
        return rows.event_from(row[0])

    # --- what people ask ------------------------------------------------------------------------

    @_refusals
    def item(self, item_id: str) -> Item | None:
        row = self._one(f"SELECT {_ITEMS} FROM items WHERE id = ?", item_id)
        return None if row is None else rows.item_from(row)

    @_refusals
    def items_since(self, at: datetime) -> list[Item]:
        """Items first seen at or after `at`, in that order."""
        found = self._db.execute(
            f"SELECT {_ITEMS} FROM items WHERE seen_at >= ? ORDER BY seen_at, id", (stamp(at),)
        )
        return [rows.item_from(row) for row in found]

    @_refusals
    def unsure_since(self, at: datetime) -> list[tuple[Item, Reading]]:
        """Items first seen since `at` whose reading is unsure; the Reading holds no matches."""
        found = self._db.execute(
            f"SELECT unsure, unsure_because, {_ITEMS} FROM items"
            " WHERE unsure IS NOT NULL AND seen_at >= ? ORDER BY seen_at, id",
            (stamp(at),),
        )
        return [
            (rows.item_from(row[2:]), Reading(unsure=row[0], unsure_because=row[1]))
            for row in found
        ]

    @_refusals
    def item_counts(self, since: datetime | None = None) -> Mapping[str, int]:
        """Items per source, all of them or those first seen since."""
        found = self._db.execute(
            "SELECT source_id, count(*) FROM items WHERE (? IS NULL OR seen_at >= ?)"
            " GROUP BY source_id",
            (stamp_or_none(since), stamp_or_none(since)),
        )
        return dict(found.fetchall())

    @_refusals
    def events_for(self, story_id: str) -> list[Event]:
        """Every judged match of the story, repeats too, in the order they came."""
        found = self._db.execute(
            "SELECT event FROM events WHERE story_id = ? ORDER BY seq", (story_id,)
        )
        return [rows.event_from(text) for (text,) in found]

    @_refusals
    def events_since(self, at: datetime) -> list[Event]:
        """Every judged match since `at`, in the order they came."""
        found = self._db.execute(
            "SELECT event FROM events WHERE detected_at >= ? ORDER BY seq", (stamp(at),)
        )
        return [rows.event_from(text) for (text,) in found]

    @_refusals
    def delivery(self, delivery_id: str) -> Delivery | None:
        row = self._one(f"SELECT {_DELIVERIES} FROM deliveries WHERE id = ?", delivery_id)
        return None if row is None else rows.delivery_from(row)

    @_refusals
    def deliveries(
        self, state: DeliveryState | None = None, *, about: str | None = None, limit: int = 200
    ) -> list[Delivery]:
        """The newest `limit` deliveries (in one state; about one event), newest first."""
        found = self._db.execute(
            f"SELECT {_DELIVERIES} FROM deliveries WHERE (? IS NULL OR state = ?)"
            " AND (? IS NULL OR about = ?) ORDER BY seq DESC LIMIT ?",
            (state, state, about, about, limit),
        )
        return [rows.delivery_from(row) for row in found]

    def dead(self) -> list[Delivery]:
        """Every delivery that was given up, newest first."""
        return self.deliveries("dead", limit=-1)

    @_refusals
    def queue_counts(self) -> Mapping[DeliveryState, int]:
        counts: dict[DeliveryState, int] = {"pending": 0, "sent": 0, "dead": 0}
        counts.update(
            self._db.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall()
        )
        return counts

    @_refusals
    def queue_by_receiver(self) -> Mapping[str, Mapping[DeliveryState, int]]:
        counts: dict[str, dict[DeliveryState, int]] = {}
        for receiver_id, state, count in self._db.execute(
            "SELECT receiver_id, state, count(*) FROM deliveries GROUP BY receiver_id, state"
        ):
            counts.setdefault(receiver_id, {"pending": 0, "sent": 0, "dead": 0})[state] = count
        return counts

    def _one(self, sql: str, *values: Any) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
        return row
