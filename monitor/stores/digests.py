"""The daily digest in SQLite: the archive of what was mailed, and what a new one is gathered from.

Windows join by the number of the event, not by its time: a visit under way at six o'clock stores
what it found a little later under its own earlier time, and a clock may jump.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.model import Delivery, Edition, Event, Status, Unsure
from monitor.stores import rows
from monitor.stores.base import refusals
from monitor.stores.people import People
from monitor.stores.rows import DELIVERY_COLUMNS, EDITION_COLUMNS, ITEM_COLUMNS, clean, stamp

_EDITION = ", ".join(EDITION_COLUMNS)
_DELIVERIES = ", ".join(DELIVERY_COLUMNS)
_ITEMS = ", ".join(ITEM_COLUMNS)
_TOLD = "('new', 'update', 'confirmed', 'correction', 'none-alerting')"


class Digests(People):
    """Editions and their material."""

    # --- the archive ------------------------------------------------------------------------------

    @refusals
    def record_edition(self, edition: Edition, held: Iterable[str] = ()) -> Delivery | None:
        """Keep the edition and queue its mail, in one transaction; None: that day has one already.

        `held`: ids of deliveries in state `digest` that it tells; from now on it carries them.
        """
        with self._transaction():
            added = self._db.execute(
                f"INSERT INTO digests ({_EDITION}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (day, mailbox_id) DO NOTHING",
                (
                    edition.day, edition.mailbox_id, clean(edition.subject), clean(edition.text),
                    clean(edition.html), stamp(edition.built_at), stamp(edition.due_at),
                    stamp(edition.from_at), stamp(edition.to_at), edition.last_seq,
                    json.dumps(edition.unsure),
                ),
            )  # fmt: skip
            if not added.rowcount:
                return None
            delivery = Delivery(
                edition.delivery_id, edition.about, edition.receiver_id, edition.built_at,
                severity=2,
            )  # fmt: skip
            self._put_delivery(delivery)
            self._db.executemany(
                "UPDATE deliveries SET group_id = ?"
                " WHERE id = ? AND state = 'digest' AND group_id IS NULL",
                [(delivery.id, id_) for id_ in held],
            )
            return delivery

    @refusals
    def edition(self, day: str, mailbox_id: str) -> Edition | None:
        """The edition of a local date (`YYYY-MM-DD`), as it was built."""
        row = self._one(
            f"SELECT {_EDITION} FROM digests WHERE day = ? AND mailbox_id = ?", day, mailbox_id
        )
        return None if row is None else rows.edition_from(row)

    @refusals
    def last_edition(self, mailbox_id: str, before: datetime) -> Edition | None:
        """The newest edition whose window ended at or before that instant."""
        row = self._one(
            f"SELECT {_EDITION} FROM digests WHERE mailbox_id = ? AND to_at <= ?"
            " ORDER BY to_at DESC LIMIT 1",
            mailbox_id, stamp(before),
        )  # fmt: skip
        return None if row is None else rows.edition_from(row)

    @refusals
    def mailbox_known_at(self, mailbox_id: str, now: datetime) -> tuple[datetime, int]:
        """Since when the mailbox is there, and the newest event then. Asking makes it known."""
        known = "SELECT known_at, known_seq FROM mailboxes WHERE id = ?"
        row = self._one(known, mailbox_id)
        if row is None:
            self._db.execute(
                "INSERT INTO mailboxes (id, known_at, known_seq)"
                " VALUES (?, ?, (SELECT coalesce(max(seq), 0) FROM events))"
                " ON CONFLICT (id) DO NOTHING",
                (mailbox_id, stamp(now)),
            )
            row = self._one(known, mailbox_id)
        assert row is not None
        return rows.time(row[0]), row[1]

    # --- the material -----------------------------------------------------------------------------

    @refusals
    def newest_event(self) -> int:
        """The number of the newest event; 0 = there is none."""
        row = self._one("SELECT coalesce(max(seq), 0) FROM events")
        return 0 if row is None else int(row[0])

    @refusals
    def event_before(self, at: datetime) -> int:
        """The number of the last event judged before that instant; 0 = none."""
        row = self._one(
            "SELECT max(seq) FROM events WHERE detected_at ="
            " (SELECT max(detected_at) FROM events WHERE detected_at <= ?)",
            stamp(at),
        )
        return 0 if row is None or row[0] is None else int(row[0])

    @refusals
    def events_between(self, after: int, last: int) -> list[Event]:
        """Every judged match with a number above `after` up to `last`, in that order."""
        found = self._db.execute(
            "SELECT event FROM events WHERE seq > ? AND seq <= ? ORDER BY seq", (after, last)
        )
        return [rows.event_from(text) for (text,) in found]

    @refusals
    def news_times(self, since: datetime, until: datetime) -> list[tuple[datetime, Status, str]]:
        """When which status was told of which story, for a picture of days: news of watched firms,
        and what never alerts by its nature; nothing that was only held."""
        found = self._db.execute(
            "SELECT detected_at, status, story_id FROM events"
            f" WHERE verdict IN {_TOLD} AND detected_at >= ? AND detected_at <= ?"
            " AND held_because IS NULL AND (verdict = 'none-alerting' OR issuer_id IS NOT NULL)"
            " AND (verdict != 'none-alerting' OR status IN"
            "  ('applied', 'pending', 'not_received', 'not_required', 'policy'))",
            (stamp(since), stamp(until)),
        )
        return [(rows.time(at), status, story_id) for at, status, story_id in found]

    @refusals
    def unsure_between(self, after: datetime, until: datetime) -> list[Unsure]:
        """The unsure queue's entries first seen after that and until then, in that order."""
        self._write_waiting()
        found = self._db.execute(
            f"SELECT unsure, unsure_because, {_ITEMS} FROM items WHERE unsure IS NOT NULL"
            " AND seen_at > ? AND seen_at <= ? ORDER BY seen_at, id",
            (stamp(after), stamp(until)),
        )
        return [Unsure(rows.item_from(row[2:]), row[0], row[1] or "") for row in found]

    @refusals
    def items_read(self, after: datetime, until: datetime) -> Mapping[str, int]:
        """Items first seen after that and until then, per source that brought any."""
        self._write_waiting()
        names = self._db.execute("SELECT source_id FROM sources").fetchall()
        found: dict[str, int] = {}
        for (name,) in names:  # one narrow look into an index each, whatever the table holds
            row = self._one(
                "SELECT count(*) FROM items INDEXED BY items_source"
                " WHERE source_id = ? AND seen_at > ? AND seen_at <= ?",
                name, stamp(after), stamp(until),
            )  # fmt: skip
            if row and row[0]:
                found[name] = row[0]
        return found

    @refusals
    def sent_between(self, after: datetime, until: datetime) -> list[Delivery]:
        """Deliveries accepted after that and until then, those that went in a group too."""
        found = self._db.execute(
            f"SELECT {_DELIVERIES} FROM deliveries WHERE sent_at > ? AND sent_at <= ?"
            " ORDER BY sent_at, seq",
            (stamp(after), stamp(until)),
        )
        return [rows.delivery_from(row) for row in found]

    @refusals
    def silenced_between(self, after: datetime, until: datetime) -> list[Delivery]:
        """Deliveries that a silence suppressed after that and until then."""
        found = self._db.execute(
            f"SELECT {_DELIVERIES} FROM deliveries WHERE state = 'silenced'"
            " AND created_at > ? AND created_at <= ? ORDER BY seq",
            (stamp(after), stamp(until)),
        )
        return [rows.delivery_from(row) for row in found]

    @refusals
    def left_to_digest(self, until: datetime) -> list[Delivery]:
        """Deliveries that a digest is still to tell, the oldest first."""
        found = self._db.execute(
            f"SELECT {_DELIVERIES} FROM deliveries WHERE state = 'digest' AND group_id IS NULL"
            " AND created_at <= ? ORDER BY created_at, seq",
            (stamp(until),),
        )
        return [rows.delivery_from(row) for row in found]
