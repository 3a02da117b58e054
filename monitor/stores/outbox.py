"""The outbox in SQLite: claim, settle, and what is asked about deliveries."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from monitor.errors import StoreError
from monitor.model import (
    Delivery,
    DeliveryState,
    Edition,
    Event,
    Group,
    Latency,
    Notice,
    Unsure,
)
from monitor.stores import rows
from monitor.stores.base import refusals
from monitor.stores.debt import Statement
from monitor.stores.protocol import Outcome
from monitor.stores.questions import Questions
from monitor.stores.rows import DELIVERY_COLUMNS, clean, stamp, stamp_or_none

_DELIVERIES = ", ".join(DELIVERY_COLUMNS)


class Outbox(Questions):
    """Deliveries: put in, taken, ended, looked at."""

    def _put_delivery(self, delivery: Delivery) -> None:
        """Keep the delivery; one that is known stays as it is.

        A group is kept when it has members. It is as old as the first of them, and as severe as
        the most severe one.
        """
        due_at = stamp(delivery.due_at)
        created_at = due_at
        if delivery.is_group:
            row = self._one(
                "SELECT min(created_at) FROM deliveries WHERE group_id = ?", delivery.id
            )
            if row is None or row[0] is None:
                return
            created_at = row[0]
        self._db.execute(
            "INSERT INTO deliveries (id, about, receiver_id, state, severity, due_at, created_at,"
            " because, group_id, silence_id, published_at, seen_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET severity = min(severity, excluded.severity)"
            "  WHERE about LIKE 'group:%'",
            (
                delivery.id, delivery.about, delivery.receiver_id, delivery.state,
                delivery.severity, due_at, created_at, delivery.because, delivery.group_id,
                delivery.silence_id, stamp_or_none(delivery.published_at),
                stamp_or_none(delivery.seen_at),
            ),
        )  # fmt: skip

    @refusals
    def claim(
        self, now: datetime, *, lease_s: float, receiver_id: str | None = None, limit: int = 20
    ) -> list[Delivery]:
        """Take what is due, most severe first, then oldest; each counts as one more try.

        A lease, not a promise: what is not settled within `lease_s` is due again, then marked
        doubtful, because the one who held it may have sent it. A database that cannot be written
        to lends too (to the one process that holds its lock): what is stored goes out.
        """
        until = now + timedelta(seconds=lease_s)
        try:
            with self._transaction():
                taken = self._db.execute(
                    "UPDATE deliveries SET lease_until = ?, attempts = attempts + 1,"
                    " first_try_at = coalesce(first_try_at, ?),"
                    " doubtful = doubtful OR lease_until IS NOT NULL WHERE seq IN ("
                    "  SELECT seq FROM deliveries WHERE state = 'pending' AND due_at <= ?"
                    "  AND (lease_until IS NULL OR lease_until <= ?)"
                    "  AND (? IS NULL OR receiver_id = ?) ORDER BY severity, seq LIMIT ?)"
                    f" RETURNING severity, seq, {_DELIVERIES}",
                    (
                        stamp(until), stamp(now), stamp(now), stamp(now), receiver_id, receiver_id,
                        limit,
                    ),
                ).fetchall()  # fmt: skip
        except sqlite3.Error:
            if self._lock is None:
                raise
            return self._claim_unwritten(now, until, receiver_id, limit)
        return [rows.delivery_from(row[2:]) for row in sorted(taken, key=lambda r: (r[0], r[1]))]

    def _claim_unwritten(
        self, now: datetime, until: datetime, receiver_id: str | None, limit: int
    ) -> list[Delivery]:
        """As `claim`, noted in memory until the database takes it."""
        taken: list[Delivery] = []
        for row in self._db.execute(
            f"SELECT {_DELIVERIES} FROM deliveries WHERE state = 'pending'"
            " AND (? IS NULL OR receiver_id = ?) ORDER BY severity, seq",
            (receiver_id, receiver_id),
        ):
            found = rows.delivery_from(row)
            due_at = self._due_at(found)
            if due_at is None or due_at > now:
                continue
            tries = found.attempts + self._debt.tries(found.id) + 1
            taken.append(replace(found, attempts=tries, lease_until=until))
            if len(taken) == limit:
                break
        for found in taken:
            note = (
                "UPDATE deliveries SET lease_until = ?, attempts = attempts + 1,"
                " first_try_at = coalesce(first_try_at, ?) WHERE id = ? AND state = 'pending'",
                (stamp(until), stamp(now), found.id),
            )
            self._debt.lend(found.id, until, note)
        return taken

    def _due_at(self, delivery: Delivery) -> datetime | None:
        """When a delivery whose row says pending may be claimed; None: it is over."""
        if self._debt.over(delivery.id):
            return None
        noted = self._debt.not_before(delivery.id)
        return noted or max(delivery.due_at, delivery.lease_until or delivery.due_at)

    @refusals
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
    ) -> bool:
        """End a try. `retry` needs `due_at`; `released` takes the try back and is due at once.

        `error` and `answer` are safe words: no address, no token. A delivery that is settled
        already, or unknown, stays as it is. False: the database refuses, so it is noted in memory
        and written with the next thing that can be.
        """
        if outcome == "retry" and due_at is None:
            raise ValueError("a retry needs due_at")
        state = {"sent": "sent", "dead": "dead"}.get(outcome, "pending")
        sent_at = stamp(now) if outcome == "sent" else None
        settlement: list[Statement] = [
            (
                "UPDATE deliveries SET lease_until = NULL, state = ?, due_at = coalesce(?, due_at),"
                " attempts = max(0, attempts - ?), sent_at = ?, error = coalesce(?, error),"
                " answer = coalesce(?, answer), doubtful = doubtful OR ?"
                " WHERE id = ? AND state = 'pending'",
                (
                    state,
                    stamp_or_none(due_at),
                    1 if outcome == "released" else 0,
                    sent_at,
                    None if error is None else clean(error),
                    None if answer is None else clean(answer),
                    int(doubtful),
                    delivery_id,
                ),
            )
        ]
        if outcome == "sent":
            settlement.append(
                (
                    "UPDATE deliveries SET sent_at = ? WHERE group_id = ? AND sent_at IS NULL",
                    (sent_at, delivery_id),
                )
            )
        try:
            with self._transaction():
                for statement, values in settlement:
                    self._db.execute(statement, values)
        except sqlite3.Error:
            if self._lock is None:
                raise
            over = outcome in ("sent", "dead")
            self._debt.end(delivery_id, settlement, None if over else due_at or now)
            return False
        return True

    @refusals
    def next_due(self, receiver_id: str | None = None) -> datetime | None:
        """When the next pending delivery (of this receiver) may be claimed; None: none waits."""
        if self._debt:
            found = self._db.execute(
                f"SELECT {_DELIVERIES} FROM deliveries WHERE state = 'pending'"
                " AND (? IS NULL OR receiver_id = ?)",
                (receiver_id, receiver_id),
            )
            due = (self._due_at(rows.delivery_from(row)) for row in found)
            return min((at for at in due if at is not None), default=None)
        row = self._one(
            "SELECT min(max(due_at, coalesce(lease_until, due_at))) FROM deliveries"
            " WHERE state = 'pending' AND (? IS NULL OR receiver_id = ?)",
            receiver_id, receiver_id,
        )  # fmt: skip
        return None if row is None else rows.time_or_none(row[0])

    @refusals
    def hasten(self, receiver_id: str, now: datetime) -> int:
        """The receiver is back: what failed before and waits for a later try is due now."""
        return self._db.execute(
            "UPDATE deliveries SET due_at = ? WHERE state = 'pending' AND receiver_id = ?"
            " AND attempts > 0 AND due_at > ? AND lease_until IS NULL",
            (stamp(now), receiver_id, stamp(now)),
        ).rowcount

    @refusals
    def due_by_now(self, now: datetime) -> int:
        """The clock was set back: what was due at once, or failed before, must not wait for it.

        What waits for a reason (quiet hours, the end of a window) keeps its time.
        """
        return self._db.execute(
            "UPDATE deliveries SET due_at = ? WHERE state = 'pending' AND due_at > ?"
            " AND (because IS NULL OR attempts > 0) AND lease_until IS NULL",
            (stamp(now), stamp(now)),
        ).rowcount

    @refusals
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

    # --- what a message is about ------------------------------------------------------------------

    @refusals
    def subject(self, delivery: Delivery) -> Event | Unsure | Group | Notice | Edition:
        """What the delivery is about, to be put into words. StoreError when it is not there."""
        kind, _, rest = delivery.about.partition(":")
        if kind == "group":
            return self._group(delivery, rest.partition(":")[0])
        if kind == "ops":
            return self._notice(delivery.about)
        if kind == "digest":
            return self._edition(rest, delivery.receiver_id)
        return self._news(delivery)

    def _news(self, delivery: Delivery) -> Event | Unsure:
        kind, _, rest = delivery.about.partition(":")
        return self.unsure(rest) if kind == "unsure" else self.event(delivery.about)

    def _group(self, delivery: Delivery, kind: str) -> Group:
        members = self.carried(delivery.id)
        if not members:
            raise StoreError(f"no alerts in group {delivery.id}")
        return Group(kind.partition(".")[0], tuple((d, self._news(d)) for d in members))

    def _edition(self, day: str, receiver_id: str) -> Edition:
        row = self._one(
            f"SELECT {', '.join(rows.EDITION_COLUMNS)} FROM digests"
            " WHERE day = ? AND mailbox_id = ?",
            day, receiver_id.removeprefix("mailbox:"),
        )  # fmt: skip
        if row is None:
            raise StoreError(f"no digest of {day} for {receiver_id}")
        return rows.edition_from(row)

    def _notice(self, about: str) -> Notice:
        row = self._one(
            "SELECT key, title, body, created_at, opens FROM notices WHERE about = ?", about
        )
        if row is None:
            raise StoreError(f"no notice {about}")
        return Notice(row[0], row[1], row[2], (), rows.time(row[3]), bool(row[4]))

    @refusals
    def carried(self, group_id: str) -> list[Delivery]:
        """What the group carries, most severe first, then in the order it came."""
        found = self._db.execute(
            f"SELECT {_DELIVERIES} FROM deliveries WHERE group_id = ? ORDER BY severity, seq",
            (group_id,),
        )
        return [rows.delivery_from(row) for row in found]

    @refusals
    def open_group(self, receiver_id: str, kind: str) -> Delivery | None:
        """The receiver's group of this kind that nobody has tried to send yet: it may grow."""
        row = self._one(
            f"SELECT {_DELIVERIES} FROM deliveries WHERE state = 'pending' AND receiver_id = ?"
            " AND about >= ? AND about < ? AND first_try_at IS NULL ORDER BY seq LIMIT 1",
            receiver_id, f"group:{kind}:", f"group:{kind};",
        )  # fmt: skip
        if row is None or self._debt.knows(row[0]):  # tried, and not noted yet
            return None
        return rows.delivery_from(row)

    # --- looking at deliveries -----------------------------------------------------------------

    @refusals
    def delivery(self, delivery_id: str) -> Delivery | None:
        row = self._one(f"SELECT {_DELIVERIES} FROM deliveries WHERE id = ?", delivery_id)
        return None if row is None else rows.delivery_from(row)

    @refusals
    def deliveries(
        self,
        state: DeliveryState | None = None,
        *,
        about: str | None = None,
        since: datetime | None = None,
        limit: int = 200,
    ) -> list[Delivery]:
        """The newest `limit` deliveries, newest first: in one state; about one event; decided
        since."""
        found = self._db.execute(
            f"SELECT {_DELIVERIES} FROM deliveries WHERE (? IS NULL OR state = ?)"
            " AND (? IS NULL OR about = ?) AND (? IS NULL OR created_at >= ?)"
            " ORDER BY seq DESC LIMIT ?",
            (state, state, about, about, *(stamp_or_none(since),) * 2, limit),
        )
        return [rows.delivery_from(row) for row in found]

    def dead(self) -> list[Delivery]:
        """Every delivery that was given up, newest first."""
        return self.deliveries("dead", limit=-1)

    @refusals
    def queue_counts(self) -> Mapping[DeliveryState, int]:
        counts: dict[DeliveryState, int] = {"pending": 0, "sent": 0, "dead": 0}
        counts.update(
            self._db.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall()
        )
        return counts

    @refusals
    def queue_by_receiver(self) -> Mapping[str, Mapping[DeliveryState, int]]:
        counts: dict[str, dict[DeliveryState, int]] = {}
        for receiver_id, state, count in self._db.execute(
            "SELECT receiver_id, state, count(*) FROM deliveries GROUP BY receiver_id, state"
        ):
            counts.setdefault(receiver_id, {"pending": 0, "sent": 0, "dead": 0})[state] = count
        return counts

    @refusals
    def messages_since(self, story_id: str, receiver_id: str, at: datetime) -> list[datetime]:
        """When messages about the story to the receiver were decided since `at`, oldest first."""
        found = self._db.execute(
            "SELECT created_at FROM deliveries WHERE about >= ? AND about < ? AND receiver_id = ?"
            " AND created_at >= ? AND state IN ('pending', 'sent', 'dead') ORDER BY seq",
            (f"{story_id}.", f"{story_id}/", receiver_id, stamp(at)),
        )
        return [rows.time(created_at) for (created_at,) in found]

    @refusals
    def latency(self, since: datetime) -> Latency:
        """Published → seen → sent of the alerts sent since, without those held on purpose."""
        found = self._db.execute(
            "SELECT published_at, seen_at, sent_at FROM deliveries"
            " WHERE state = 'sent' AND sent_at >= ? AND seen_at IS NOT NULL",
            (stamp(since),),
        ).fetchall()
        sent = [_seconds(seen_at, sent_at) for _, seen_at, sent_at in found]
        seen = [_seconds(published_at, at) for published_at, at, _ in found if published_at]
        return Latency(len(found), _percentiles(seen), _percentiles(sent))


def _seconds(start: str, end: str) -> float:
    return (rows.time(end) - rows.time(start)).total_seconds()


def _percentiles(values: list[float]) -> tuple[float, float] | None:
    """Median and 95th percentile by nearest rank."""
    if not values:
        return None
    ranked = sorted(values)
    middle, high = (ranked[ceil(share * len(ranked)) - 1] for share in (0.5, 0.95))
    return middle, high
