"""What people and pages ask of the items and events in SQLite."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from monitor.errors import StoreError
from monitor.model import ALERTING_VERDICTS, Event, Item, Reading, Unsure
from monitor.stores import rows
from monitor.stores.base import Base, refusals
from monitor.stores.rows import ITEM_COLUMNS, stamp, stamp_or_none

_ITEMS = ", ".join(ITEM_COLUMNS)


class Questions(Base):
    """Items and events as they were stored."""

    @refusals
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

    @refusals
    def item(self, item_id: str) -> Item | None:
        self._write_waiting()
        row = self._one(f"SELECT {_ITEMS} FROM items WHERE id = ?", item_id)
        return None if row is None else rows.item_from(row)

    @refusals
    def items_since(self, at: datetime) -> list[Item]:
        """Items first seen at or after `at`, in that order."""
        self._write_waiting()
        found = self._db.execute(
            f"SELECT {_ITEMS} FROM items WHERE seen_at >= ? ORDER BY seen_at, id", (stamp(at),)
        )
        return [rows.item_from(row) for row in found]

    @refusals
    def unsure_since(self, at: datetime) -> list[tuple[Item, Reading]]:
        """Items first seen since `at` whose reading is unsure; the Reading holds no matches."""
        self._write_waiting()
        found = self._db.execute(
            f"SELECT unsure, unsure_because, {_ITEMS} FROM items"
            " WHERE unsure IS NOT NULL AND seen_at >= ? ORDER BY seen_at, id",
            (stamp(at),),
        )
        return [
            (rows.item_from(row[2:]), Reading(unsure=row[0], unsure_because=row[1]))
            for row in found
        ]

    @refusals
    def unsure(self, item_id: str) -> Unsure:
        """The item as an entry of the unsure queue. StoreError when there is no such item."""
        self._write_waiting()
        row = self._one(f"SELECT unsure, unsure_because, {_ITEMS} FROM items WHERE id = ?", item_id)
        if row is None:
            raise StoreError(f"no item {item_id}")
        item = rows.item_from(row[2:])
        if row[0] is None:  # edited since: the rules are sure of the new text
            return Unsure(item, item.title, "it was edited since and is no longer unsure")
        return Unsure(item, row[0], row[1] or "")

    @refusals
    def item_counts(self, since: datetime | None = None) -> Mapping[str, int]:
        """Items per source, all of them or those first seen since."""
        self._write_waiting()
        found = self._db.execute(
            "SELECT source_id, count(*) FROM items WHERE (? IS NULL OR seen_at >= ?)"
            " GROUP BY source_id",
            (stamp_or_none(since), stamp_or_none(since)),
        )
        return dict(found.fetchall())

    @refusals
    def events_for(self, story_id: str) -> list[Event]:
        """Every judged match of the story, repeats too, in the order they came."""
        found = self._db.execute(
            "SELECT event FROM events WHERE story_id = ? ORDER BY seq", (story_id,)
        )
        return [rows.event_from(text) for (text,) in found]

    @refusals
    def events_since(self, at: datetime) -> list[Event]:
        """Every judged match since `at`, in the order they came."""
        found = self._db.execute(
            "SELECT event FROM events WHERE detected_at >= ? ORDER BY seq", (stamp(at),)
        )
        return [rows.event_from(text) for (text,) in found]
