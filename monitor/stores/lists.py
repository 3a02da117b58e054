"""What pages list: events, items, the unsure queue and deliveries, newest first, a page at a time.

A page begins below a key (`before`) and never counts rows to skip, so that the last page costs what
the first does. Filters read `event_facts` and the FTS tables of `schema.py`, the long JSON only of
the rows that are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from monitor.model import Delivery, DeliveryState, Edition, Event, Item, Unsure
from monitor.stores import rows
from monitor.stores.base import refusals
from monitor.stores.rows import DELIVERY_COLUMNS, EDITION_COLUMNS, ITEM_COLUMNS, stamp
from monitor.stores.search import query_for
from monitor.stores.sqlite import SqliteStore

T = TypeVar("T")

MOST_COUNTED = 1000
"""Counting stops here: "1,000 or more" says enough."""

_ITEMS = ", ".join(f"i.{c}" for c in ITEM_COLUMNS)
_DELIVERIES = ", ".join(DELIVERY_COLUMNS)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted. Of several values of one field any will do; empty = all."""

    issuers: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    certainties: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    """Detected at or after `since`, before `until`."""
    words: str = ""
    """In the item's title or the evidence; `query_for` tells the syntax."""

    def active(self) -> list[str]:
        """Names of the fields that leave something out."""
        return [f.name for f in fields(self) if getattr(self, f.name)]


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """One page of a list."""

    rows: Sequence[T]
    next: str | None
    """`before` of the next page; None = this is the last."""


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
        self, wanted: EventFilter, *, before: int | None = None, limit: int = 50
    ) -> Listing[Numbered]:
        """Events that fit, newest first. Raises ValueError when the words cannot be searched."""
        source, where, values = _conditions(wanted)
        # The number by which the outer table comes sorted: else SQLite finds all and sorts them.
        seq = "s.rowid" if wanted.words else "f.seq"
        if before is not None:
            where, values = [*where, f"{seq} < ?"], [*values, before]
        found = self._db.execute(
            f"SELECT f.seq FROM {source} WHERE {' AND '.join(where) or '1'}"
            f" ORDER BY {seq} DESC LIMIT ?",
            (*values, limit + 1),
        ).fetchall()
        chosen = [seq for (seq,) in found[:limit]]
        events = self._events(chosen)
        return Listing(
            [Numbered(seq, events[seq]) for seq in chosen],
            str(chosen[-1]) if len(found) > limit else None,
        )

    @refusals
    def event_count(self, wanted: EventFilter, most: int = MOST_COUNTED) -> int:
        """How many fit; counting stops at `most`."""
        source, where, values = _conditions(wanted)
        row = self._one(
            f"SELECT count(*) FROM (SELECT 1 FROM {source} WHERE {' AND '.join(where) or '1'}"
            " LIMIT ?)",
            *values, most,
        )  # fmt: skip
        assert row is not None
        return int(row[0])

    def left_out_by(self, wanted: EventFilter) -> dict[str, int]:
        """Per active field of the filter how many more events would fit without it."""
        plain, here = EventFilter(), self.event_count(wanted)
        found: dict[str, int] = {}
        for name in wanted.active():
            without = replace(wanted, **{name: getattr(plain, name)})
            found[name] = self.event_count(without) - here
        return {name: n for name, n in found.items() if n}

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

    @refusals
    def issuer_events(
        self, issuer_id: str, *, before: int | None = None, limit: int = 200
    ) -> list[Numbered]:
        """Everything judged about the issuer, repeats too, newest first."""
        found = self._db.execute(
            "SELECT seq, event FROM events WHERE issuer_id = ? AND (? IS NULL OR seq < ?)"
            " ORDER BY seq DESC LIMIT ?",
            (issuer_id, before, before, limit),
        )
        return [Numbered(n, rows.event_from(text)) for n, text in found]

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
    def stories_of(self, item_ids: Sequence[str]) -> dict[str, str]:
        """Per item that has events the id of a story it tells."""
        marks = ",".join("?" * len(item_ids))
        return dict(
            self._db.execute(
                f"SELECT item_id, story_id FROM events WHERE item_id IN ({marks})", item_ids
            ).fetchall()
        )

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


_COLUMNS: Mapping[str, str] = {
    "issuers": "f.issuer_id",
    "statuses": "f.status",
    "verdicts": "f.verdict",
    "certainties": "f.certainty",
}


def _conditions(wanted: EventFilter) -> tuple[str, list[str], list[Any]]:
    """FROM, the conditions of WHERE, and their values."""
    source, where, values = "event_facts f", list[str](), list[Any]()
    for name, column in _COLUMNS.items():
        if chosen := getattr(wanted, name):
            where.append(f"{column} IN ({','.join('?' * len(chosen))})")
            values += chosen
    for name in ("destinations", "products"):
        if chosen := getattr(wanted, name):  # codes stand in quotes in the JSON list
            where.append(f"({' OR '.join([f'instr(f.{name}, ?)'] * len(chosen))})")
            values += [f'"{code}"' for code in chosen]
    for at, sign in ((wanted.since, ">="), (wanted.until, "<")):
        if at is not None:
            where.append(f"f.detected_at {sign} ?")
            values.append(stamp(at))
    if wanted.words:
        source = "event_search s CROSS JOIN event_facts f ON f.seq = s.rowid"
        where.append("event_search MATCH ?")
        values.append(query_for(wanted.words))
    return source, where, values
