"""What pages list: events, items, the unsure queue and deliveries, newest first, a page at a time.

A page begins below a key (`before`) and never counts rows to skip, so that the last page costs what
the first does. Filters read narrow rows (`wanted.py`), the long JSON only of the rows shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from monitor.model import Delivery, DeliveryState, Edition, Event, Item, Unsure
from monitor.stores import rows
from monitor.stores.base import refusals
from monitor.stores.rows import DELIVERY_COLUMNS, EDITION_COLUMNS, ITEM_COLUMNS, stamp
from monitor.stores.search import found_among, query_for
from monitor.stores.sqlite import SqliteStore
from monitor.stores.wanted import COUNTED, EventFilter, query_of

T = TypeVar("T")

MOST_COUNTED = 1000
"""Counting stops here: "1,000 or more" says enough."""
FEW = 500
"""So few candidates are searched for words among themselves; of more the words are found first."""

_ITEMS = ", ".join(f"i.{c}" for c in ITEM_COLUMNS)
_DELIVERIES = ", ".join(DELIVERY_COLUMNS)


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One page of a list."""

    rows: Sequence[T]
    next: str | None
    """`before` of the next page; None = this is the last."""
    count: int | None = None
    """How many there are on all pages, as far as they were counted; None: nobody asked."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """An event and its place in the order in which events came."""

    seq: int
    event: Event


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """A delivery, when it was decided, and what it is about as far as one row can tell."""

    seq: int
    delivery: Delivery
    created_at: datetime
    status: str | None = None
    issuer_id: str | None = None


class Lists(SqliteStore):
    """The store's questions, and those of pages."""

    # --- events ---------------------------------------------------------------------------------

    @refusals
    def event_list(
        self, wanted: EventFilter, *, before: int | None = None, limit: int = 50, count_to: int = 0
    ) -> Listing[Numbered]:
        """Events that fit, newest first; counted, too, as far as `count_to`, when that is given.

        Raises ValueError when the words cannot be searched.
        """
        found = self._seqs(wanted, None, count_to) if count_to else []
        count = len(found) if count_to else None
        if before is not None:
            found = [seq for seq in found if seq < before]
        if len(found) <= limit and (count is None or count == count_to):
            found = self._seqs(wanted, before, limit + 1)
        chosen = found[:limit]
        events = self._events(chosen)
        return Listing(
            [Numbered(seq, events[seq]) for seq in chosen],
            str(chosen[-1]) if len(found) > limit else None,
            count,
        )

    @refusals
    def event_count(self, wanted: EventFilter, most: int = MOST_COUNTED) -> int:
        """How many fit; counting stops at `most`."""
        return len(self._seqs(wanted, None, most))

    def left_out_by(self, wanted: EventFilter) -> dict[str, int]:
        """Per active field of the filter how many more events would fit without it."""
        here, known = self.event_count(wanted), self.event_values()
        barren = {
            name
            for name, what in COUNTED.items()
            if (chosen := getattr(wanted, name)) and not set(chosen) & known.get(what, {}).keys()
        }
        found: dict[str, int] = {}
        for name in wanted.active():
            if not barren - {name}:  # else nothing fits without this one either
                found[name] = self.event_count(wanted.without(name)) - here
        return {name: n for name, n in found.items() if n}

    def _seqs(self, wanted: EventFilter, before: int | None, limit: int) -> list[int]:
        """The numbers of up to `limit` events that fit, the highest first, all below `before`."""
        query = query_of(wanted)
        if wanted.since or wanted.until:
            first, last = self._between(wanted.since, wanted.until)
            query = query.also("{seq} BETWEEN ? AND ?", first, last)
        if before is not None:
            query = query.also("{seq} < ?", before)
        if wanted.words and wanted.without("verdicts") != EventFilter(words=wanted.words):
            # A common word stands in many more texts than a firm or a place.
            few = self._seqs(wanted.without("words"), before, FEW + 1)
            if len(few) <= FEW:
                marks = ",".join("?" * len(few))
                texts = self._db.execute(
                    f"SELECT rowid, title, evidence FROM event_search WHERE rowid IN ({marks})", few
                )
                found = found_among(texts, query_for(wanted.words))
                return [seq for seq in few if seq in found][:limit]
        return [seq for (seq,) in self._db.execute(query.sql(), (*query.values, limit))]

    def _between(self, since: datetime | None, until: datetime | None) -> tuple[int, int]:
        """The numbers between which the events of those days lie; (0, -1) without any."""
        row = self._one(
            "SELECT min(first_seq), max(last_seq) FROM event_days WHERE day >= ? AND day <= ?",
            stamp(since)[:10] if since else "", stamp(until)[:10] if until else "9999-12-31",
        )  # fmt: skip
        return row if row and row[0] is not None else (0, -1)

    @refusals
    def event_values(self) -> dict[str, dict[str, int]]:
        """What events can be filtered by: per kind of filter its values and how many each has."""
        found: dict[str, dict[str, int]] = {}
        for what, value, n in self._db.execute(
            "SELECT what, value, n FROM event_counts WHERE n > 0 ORDER BY what, n DESC, value"
        ):
            found.setdefault(what, {})[value] = n
        return found

    @refusals
    def events_after(self, seq: int, limit: int) -> list[Numbered]:
        """The events that came after this one, in the order they came."""
        found = self._db.execute(
            "SELECT seq, event FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit)
        )
        return [Numbered(n, rows.event_from(text)) for n, text in found]

    @refusals
    def newest_seq(self) -> int:
        """The number of the newest event, 0 without any."""
        row = self._one("SELECT max(seq) FROM events")
        return int(row[0] or 0) if row else 0

    def _events(self, seqs: Sequence[int]) -> dict[int, Event]:
        marks = ",".join("?" * len(seqs))
        found = self._db.execute(f"SELECT seq, event FROM events WHERE seq IN ({marks})", seqs)
        return {seq: rows.event_from(text) for seq, text in found}

    # --- items ----------------------------------------------------------------------------------

    @refusals
    def item_list(self, words: str, *, before: int | None = None, limit: int = 50) -> Listing[Item]:
        """Items whose title, question or text holds the words, the last stored first.

        Raises ValueError when the words cannot be searched.
        """
        found = self._db.execute(
            f"SELECT s.rowid, {_ITEMS} FROM item_search s JOIN item_rows r ON r.n = s.rowid"
            " JOIN items i ON i.id = r.item_id"
            " WHERE item_search MATCH ? AND s.rowid < ? ORDER BY s.rowid DESC LIMIT ?",
            (query_for(words), before if before is not None else 2**62, limit + 1),
        ).fetchall()
        shown = found[:limit]
        more = str(shown[-1][0]) if len(found) > limit else None
        return Listing([rows.item_from(row[1:]) for row in shown], more)

    @refusals
    def tellings_of(self, item_ids: Sequence[str]) -> dict[str, tuple[str, int]]:
        """Per item that has events the first one's story and number."""
        marks = ",".join("?" * len(item_ids))
        found = self._db.execute(
            "SELECT item_id, story_id, seq FROM events"
            f" WHERE item_id IN ({marks}) ORDER BY seq DESC",
            item_ids,
        )
        return {item_id: (story_id, seq) for item_id, story_id, seq in found}

    @refusals
    def unsure_list(self, *, before: str | None = None, limit: int = 50) -> Listing[Unsure]:
        """The unsure queue, newest first. `before` as a former page gave it."""
        at, _, last = (before or "9999").partition(" ")
        found = self._db.execute(
            f"SELECT i.unsure, i.unsure_because, {_ITEMS} FROM items i"
            " WHERE i.unsure IS NOT NULL AND i.seen_at <= ? AND (i.seen_at < ? OR i.id < ?)"
            " ORDER BY i.seen_at DESC, i.id DESC LIMIT ?",
            (at, at, last, limit + 1),
        ).fetchall()
        queue = [Unsure(rows.item_from(r[2:]), r[0], r[1] or "") for r in found[:limit]]
        if len(found) <= limit:
            return Listing(queue, None)
        item = queue[-1].item
        return Listing(queue, f"{stamp(item.fetched_at)} {item.id}")

    @refusals
    def unsure_count(self) -> int:
        """The length of the queue, at most MOST_COUNTED."""
        row = self._one(
            "SELECT count(*) FROM (SELECT 1 FROM items WHERE unsure IS NOT NULL LIMIT ?)",
            MOST_COUNTED,
        )
        return int(row[0]) if row else 0

    @refusals
    def items_per_source(self) -> dict[str, int]:
        """As `item_counts`, without counting."""
        found = self._db.execute("SELECT source_id, sum(n) FROM item_days GROUP BY source_id")
        return dict(found.fetchall())

    @refusals
    def items_per_day(self, since_day: str) -> dict[str, dict[str, int]]:
        """Per source and UTC day (`YYYY-MM-DD`) how many items were first seen, from that day."""
        found: dict[str, dict[str, int]] = {}
        for source_id, day, n in self._db.execute(
            "SELECT source_id, day, n FROM item_days WHERE day >= ?", (since_day,)
        ):
            found.setdefault(source_id, {})[day] = n
        return found

    # --- deliveries -----------------------------------------------------------------------------

    @refusals
    def delivery_list(
        self,
        *,
        state: DeliveryState | None = None,
        receiver_id: str | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Listing[ListedDelivery]:
        """Deliveries, the last decided first."""
        conditions = {"state = ?": state, "receiver_id = ?": receiver_id, "seq < ?": before}
        given = {sql: value for sql, value in conditions.items() if value is not None}
        found = self._db.execute(
            f"SELECT seq, created_at, {_DELIVERIES} FROM deliveries"
            f" WHERE {' AND '.join(given) or '1'} ORDER BY seq DESC LIMIT ?",
            (*given.values(), limit + 1),
        ).fetchall()
        listed = [self._listed(row) for row in found[:limit]]
        return Listing(listed, str(listed[-1].seq) if len(found) > limit else None)

    @refusals
    def delivery_count(self, state: DeliveryState) -> int:
        """How many are in that state, at most MOST_COUNTED."""
        row = self._one(
            "SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state = ? LIMIT ?)",
            state, MOST_COUNTED,
        )  # fmt: skip
        return int(row[0]) if row else 0

    @refusals
    def story_deliveries(self, story_id: str) -> list[ListedDelivery]:
        """Everything that was decided to be sent about the story, in that order."""
        found = self._db.execute(
            f"SELECT seq, created_at, {_DELIVERIES} FROM deliveries"
            " WHERE about >= ? AND about < ? ORDER BY seq",
            (f"{story_id}.", f"{story_id}/"),  # "/" is the character after "."
        )
        return [self._listed(row) for row in found]

    # --- digests --------------------------------------------------------------------------------

    @refusals
    def edition_list(self, *, before: str | None = None, limit: int = 50) -> Listing[Edition]:
        """The archive of the daily mail by day, the newest first, without the mails themselves."""
        days = self._db.execute(
            "SELECT DISTINCT day FROM digests WHERE day < ? ORDER BY day DESC LIMIT ?",
            (before or "9999", limit + 1),
        ).fetchall()
        if not days:
            return Listing([], None)
        shown = [day for (day,) in days[:limit]]
        columns = ", ".join("'' AS text" if c == "text" else "'' AS html" if c == "html" else c
                            for c in EDITION_COLUMNS)  # fmt: skip
        found = self._db.execute(
            f"SELECT {columns} FROM digests WHERE day >= ? AND day <= ?"
            " ORDER BY day DESC, mailbox_id",
            (shown[-1], shown[0]),
        )
        more = shown[-1] if len(days) > limit else None
        return Listing([rows.edition_from(row) for row in found], more)

    @refusals
    def editions_of(self, day: str) -> list[Edition]:
        """That local date's editions, one per mailbox."""
        found = self._db.execute(
            f"SELECT {', '.join(EDITION_COLUMNS)} FROM digests WHERE day = ? ORDER BY mailbox_id",
            (day,),
        )
        return [rows.edition_from(row) for row in found]

    def _listed(self, row: Sequence[Any]) -> ListedDelivery:
        delivery = rows.delivery_from(row[2:])
        story_id, _, revision = delivery.about.rpartition(".")
        about = None
        if ":" not in delivery.about and revision.isdecimal():
            about = self._one(
                "SELECT status, issuer_id FROM events WHERE story_id = ? AND revision = ?"
                " ORDER BY seq LIMIT 1",
                story_id, int(revision),
            )  # fmt: skip
        status, issuer_id = about or (None, None)
        return ListedDelivery(row[0], delivery, rows.time(row[1]), status, issuer_id)
