"""The store in one SQLite file: WAL, full synchronous, short transactions in plain SQL.

Here is the one transaction of a visit with news, and what it asks before it. `items.py` tells what
is new, `visits.py` keeps what visits without news brought, `outbox.py` holds the deliveries,
`people.py` what persons and the ops desk add, `digests.py` the daily mail, `questions.py` what is
only looked at; `base.py` opens, locks and rolls back. Every sqlite3 error leaves as a StoreError.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.model import Checkpoint, Delivery, Event, Item, Notice, Reading, Story, digest_id
from monitor.stores import rows
from monitor.stores.base import refusals
from monitor.stores.digests import Digests
from monitor.stores.lastbody import LastBody
from monitor.stores.retention import Retention
from monitor.stores.rows import stamp
from monitor.stores.search import index_event


class SqliteStore(Digests, Retention):
    """One connection, for the thread that made it."""

    @refusals
    def stories(self, issuer_id: str) -> list[Story]:
        """The ledger of one issuer, the most recently changed story first."""
        found = self._db.execute(
            "SELECT story FROM stories WHERE issuer_id = ? ORDER BY updated_at DESC, id",
            (issuer_id,),
        )
        return [rows.story_from(text) for (text,) in found]

    @refusals
    def stories_since(self, at: datetime) -> list[Story]:
        """Stories of any issuer whose newest evidence is dated `at` or later, newest first.

        Whoever has newer evidence was changed since: that is what the index finds.
        """
        found = self._db.execute(
            "SELECT story FROM stories WHERE updated_at >= ? AND issuer_id IS NOT NULL"
            " ORDER BY updated_at DESC, id",
            (stamp(at),),
        )
        since = at.date().isoformat()
        stories = (rows.story_from(text) for (text,) in found)
        return [story for story in stories if (story.last_evidence_on or "") >= since]

    @refusals
    def newest_published_at(self) -> datetime | None:
        """The newest publication time of any item, dates in the future left out."""
        self._write_waiting()
        row = self._one("SELECT max(published_at) FROM items WHERE published_at <= seen_at")
        return None if row is None else rows.time_or_none(row[0])

    @refusals
    def told(self, story_id: str) -> list[str]:
        """The receivers that were told of the story, or soon are: a correction's audience."""
        found = self._db.execute(
            "SELECT DISTINCT receiver_id FROM deliveries WHERE about >= ? AND about < ?"
            " AND (state IN ('pending', 'sent') OR state = 'grouped' AND group_id NOT IN"
            "  (SELECT id FROM deliveries WHERE state = 'dead')) ORDER BY receiver_id",
            (f"{story_id}.", f"{story_id}/"),  # "/" is the character after "."
        )
        return [receiver_id for (receiver_id,) in found]

    @refusals
    def record(
        self,
        checkpoint: Checkpoint | None,
        items: Sequence[Item],
        readings: Sequence[Reading],
        events: Sequence[Event],
        deliveries: Sequence[Delivery],
        notices: Sequence[Notice] = (),
        body: LastBody | None = None,
    ) -> None:
        """Everything one visit brought, in one transaction: all of it is kept, or nothing.

        `readings` go with `items`, one each. Recording the same again changes nothing: an item
        already known with this content brings no events and no deliveries a second time. An item
        edited at the source keeps the time it was first seen. `notices` as for `notify`,
        `body` takes the place of the last one of its sort.
        """
        # A visit that brought nothing may be forgotten in a power cut: it is only made again.
        lasting = bool(items or events or deliveries or notices)
        with self._transaction(lasting=lasting):
            waiting = self._with_items()
            self._put_unsaved(waiting)  # what came before goes in before
            known = self._content_hashes(items)
            repeated = {i.id for i in items if i.id in known and known[i.id] == i.content_hash}
            pairs = zip(items, readings, strict=True)
            self._put_items([pair for pair in pairs if pair[0].id not in repeated])
            again: set[str] = set()
            fresh: set[str] = set()
            for event in events:
                new = event.item.id not in repeated and self._put_event(event)
                (fresh if new else again).add(f"{event.id}.{event.revision}")
            for delivery in deliveries:
                if delivery.about not in again - fresh:
                    self._put_delivery(delivery)
            for notice in notices:
                self._put_notice(notice)
            if body is not None:
                self._put_body(body)
            if checkpoint is not None:
                self._put_checkpoint(checkpoint)
        self._saved(waiting)
        if checkpoint is not None:
            self._saved([checkpoint.source_id])

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
        put = self._db.execute(
            "INSERT INTO events (key, story_id, revision, verdict, alerting, held_because,"
            " issuer_id, status, item_id, detected_at, event) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                key, story.id, event.revision, event.verdict, int(event.alerting),
                event.held_because, match.issuer_id, match.status, item.id, at,
                rows.to_json(event),
            ),
        )  # fmt: skip
        assert put.lastrowid is not None
        index_event(self._db, put.lastrowid, item.title, match.quote)
        return True
