"""Forgetting what nobody needs any more, a little at a time.

    bodies   texts of items in which nothing was found
    items    those items altogether; id and hash stay in `forgotten`, so that they never look new
    bodies   also of sources: the last bad one, and that of a source nobody visits any more
    events   events of stories without news for long, with their finished deliveries

What an event, a delivery or the unsure queue refers to stays, and so does the ledger's page of
every story: what was told once is not told again. Each kind is walked from the oldest on; how far
the walk came is kept in `pruned`, so that a step costs the same however much is stored. What had to
stay when the walk passed stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Literal

from monitor.config import Keep
from monitor.stores.base import refusals
from monitor.stores.lastbody import LastBodies
from monitor.stores.rows import stamp
from monitor.stores.search import index_items

Kind = Literal["bodies", "items", "events"]

STEP_S = 0.02
"""A step begins nothing new after so long; with its commit it holds up visits some 50 ms."""
MOST_A_STEP = 500

_ITEM = "SELECT id, seen_at FROM items WHERE seen_at < ?1 AND (seen_at, id) > (?2, ?3)"
_STORY = "SELECT id, updated_at FROM stories WHERE updated_at < ?1 AND (updated_at, id) > (?2, ?3)"
_UNNEEDED = (
    "FROM items WHERE id = ?1 AND coalesce(changed_at, seen_at) < ?2 AND unsure IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM events WHERE item_id = items.id)"
    " AND NOT EXISTS (SELECT 1 FROM deliveries WHERE about = 'unsure:' || items.id)"
)
_UNFINISHED = (
    "SELECT 1 FROM deliveries d WHERE about >= ? AND about < ?"
    " AND state NOT IN ('sent', 'silenced', 'digest') AND NOT (group_id IS NOT NULL AND EXISTS"
    "  (SELECT 1 FROM deliveries g WHERE g.id = d.group_id AND g.state = 'sent')) LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is older than this may go; None: nothing of this kind."""

    bodies: datetime | None = None
    items: datetime | None = None
    events: datetime | None = None

    @classmethod
    def of(cls, keep: Keep, now: datetime) -> Limits:
        """What `keep:` says, seen from `now`."""
        spans = {f.name: getattr(keep, f.name) for f in fields(cls)}
        return cls(**{k: now - timedelta(seconds=s) for k, s in spans.items() if s is not None})


@dataclass(slots=True)
class Pruned:
    """What a step removed, or would remove."""

    bodies: int = 0
    items: int = 0
    events: int = 0
    last_bodies: int = 0
    """Of sources, as they came."""
    text_bytes: int = 0
    """Of the texts among it; what the search keeps of them comes on top."""
    more: bool = False
    """There is more to look at."""

    def add(self, other: Pruned) -> None:
        """Count `other` in."""
        self.bodies += other.bodies
        self.items += other.items
        self.events += other.events
        self.last_bodies += other.last_bodies
        self.text_bytes += other.text_bytes


class Retention(LastBodies):
    """The pruning."""

    @refusals
    def prune(
        self,
        limits: Limits,
        *,
        dry_run: bool = False,
        step_s: float = STEP_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> Pruned:
        """One step: some of what is older than `limits`, in one short transaction.

        Call it until `more` is false. `dry_run` looks at everything at once and changes nothing.
        """
        done = Pruned()
        if dry_run:
            for kind in _WALKS:
                self._walk(kind, limits, done, lambda: False, dry_run=True)
            if limits.bodies is not None:
                done.last_bodies = self._prune_last_bodies(limits.bodies, dry_run=True)
            return done
        began = monotonic()
        with self._transaction(lasting=False):  # a power cut may bring some of it back
            for kind in _WALKS:
                if self._walk(kind, limits, done, lambda: monotonic() - began > step_s):
                    done.more = True
                    break
            else:
                if limits.bodies is not None:
                    done.last_bodies = self._prune_last_bodies(limits.bodies, dry_run=False)
        return done

    def _walk(
        self,
        kind: Kind,
        limits: Limits,
        done: Pruned,
        late: Callable[[], bool],
        *,
        dry_run: bool = False,
    ) -> bool:
        """Go on with one kind; True: it was not finished."""
        before: datetime | None = getattr(limits, kind)
        if before is None:
            return False
        query, act = _WALKS[kind]
        row = self._one("SELECT at, id FROM pruned WHERE kind = ?", kind)
        at, id_ = row or ("", "")
        limit = -1 if dry_run else MOST_A_STEP
        found = self._db.execute(
            f"{query} ORDER BY 2, 1 LIMIT ?4", (stamp(before), at, id_, limit)
        ).fetchall()
        finished = len(found) < MOST_A_STEP
        looked_at = 0
        for id_, _ in found:
            act(self, id_, limits, done, dry_run)
            looked_at += 1
            if late() and looked_at < len(found):
                finished = False
                break
        if looked_at and not dry_run:
            id_, at = found[looked_at - 1]
            self._db.execute("INSERT OR REPLACE INTO pruned VALUES (?, ?, ?)", (kind, at, id_))
        return not finished

    def _prune_body(self, id_: str, limits: Limits, done: Pruned, dry_run: bool) -> None:
        assert limits.bodies is not None
        row = self._one(
            "SELECT title, length(CAST(text AS BLOB))"
            f" + coalesce(length(CAST(question AS BLOB)), 0) {_UNNEEDED}",
            id_, stamp(limits.bodies),
        )  # fmt: skip
        if row is None or not row[1]:
            return
        if dry_run and limits.items is not None:
            row_gone = self._one(f"SELECT 1 {_UNNEEDED}", id_, stamp(limits.items))
            if row_gone is not None:  # the item goes altogether
                return
        done.bodies += 1
        done.text_bytes += row[1]
        if not dry_run:
            self._db.execute("UPDATE items SET text = '', question = NULL WHERE id = ?", (id_,))
            index_items(self._db, [(id_, row[0], None, "")])

    def _prune_item(self, id_: str, limits: Limits, done: Pruned, dry_run: bool) -> None:
        assert limits.items is not None
        row = self._one(
            f"SELECT content_hash, length(CAST(text AS BLOB)) {_UNNEEDED}", id_, stamp(limits.items)
        )
        if row is None:
            return
        done.items += 1
        done.text_bytes += row[1]
        if not dry_run:
            self._db.execute("INSERT OR REPLACE INTO forgotten VALUES (?, ?)", (id_, row[0]))
            self._db.execute("DELETE FROM items WHERE id = ?", (id_,))

    def _prune_events(self, id_: str, limits: Limits, done: Pruned, dry_run: bool) -> None:
        """The events of one story, unless an alert of it is still on its way, or was given up."""
        about = (f"{id_}.", f"{id_}/")  # "/" is the character after "."
        if self._one(_UNFINISHED, *about) is not None:
            return
        found = self._db.execute(
            "SELECT seq, item_id FROM events WHERE story_id = ?", (id_,)
        ).fetchall()
        done.events += len(found)
        if dry_run:
            return
        self._db.execute("DELETE FROM deliveries WHERE about >= ? AND about < ?", about)
        self._db.execute("DELETE FROM events WHERE story_id = ?", (id_,))
        for item_id in {item_id for _, item_id in found}:  # its walks have passed it already
            if limits.bodies is not None:
                self._prune_body(item_id, limits, done, dry_run)
            if limits.items is not None:
                self._prune_item(item_id, limits, done, dry_run)

    @refusals
    def space(self) -> tuple[int, int]:
        """Bytes of the file, and how many of them hold nothing: VACUUM would give those back."""
        size, pages, free = (
            int(self._db.execute(f"PRAGMA {what}").fetchone()[0])
            for what in ("page_size", "page_count", "freelist_count")
        )
        return size * pages, size * free

    @refusals
    def try_writing(self) -> None:
        """Write something the size of a visit and take it back. StoreError: no, not yet."""
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO trial VALUES (1, zeroblob(300000))")
        with self._transaction(lasting=False):
            self._db.execute("DELETE FROM trial")


_Act = Callable[[Retention, str, Limits, Pruned, bool], None]
_WALKS: Mapping[Kind, tuple[str, _Act]] = {
    "events": (_STORY, Retention._prune_events),
    "items": (_ITEM, Retention._prune_item),
    "bodies": (_ITEM, Retention._prune_body),
}
