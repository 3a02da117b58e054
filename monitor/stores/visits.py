"""What is remembered of each source between visits.

Most visits bring no news: hundreds of sources are unchanged each second, or have items in which
nothing was found. Were each of them written on its own, alerts would wait behind it. So `remember`
keeps what such a visit brought in memory, and `save` writes many at once, each visit as a whole. A
process that is killed in between makes those visits again.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.log import fields
from monitor.model import Checkpoint, Item, Reading
from monitor.stores import rows
from monitor.stores.base import refusals
from monitor.stores.items import Items
from monitor.stores.lastbody import LastBodies, LastBody
from monitor.stores.rows import stamp, stamp_or_none

log = logging.getLogger(__name__)

MOST_WAITING = 300_000
"""So much may wait, in characters: some four hundred short items, written in 20 ms."""
_A_ROW = 200
"""What an item takes beside its text, in characters."""


@dataclass(slots=True)
class _Unsaved:
    """What visits to one source brought since they were last written."""

    checkpoint: Checkpoint
    read: list[tuple[Item, Reading]] = field(default_factory=list)
    body: LastBody | None = None
    size: int = 0
    """Of items and body, in characters; 0: there is only the checkpoint."""


class Visits(Items, LastBodies):
    """Checkpoints, one per source, and the items of visits without news."""

    _waiting = 0
    """The size of all that is unsaved."""
    _refused = False
    """The last attempt to save failed: no more items are put off."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        self._unsaved: dict[str, _Unsaved] = {}
        super().__init__(*args, **settings)

    @refusals
    def checkpoint(self, source_id: str) -> Checkpoint | None:
        if (unsaved := self._unsaved.get(source_id)) is not None:
            return unsaved.checkpoint
        row = self._one("SELECT checkpoint FROM sources WHERE source_id = ?", source_id)
        return None if row is None else rows.checkpoint_from(row[0])

    @refusals
    def checkpoints(self) -> list[Checkpoint]:
        self._save()
        found = self._db.execute("SELECT checkpoint FROM sources ORDER BY source_id")
        return [rows.checkpoint_from(text) for (text,) in found]

    @refusals
    def remember(
        self,
        checkpoint: Checkpoint,
        read: Sequence[tuple[Item, Reading]] = (),
        body: LastBody | None = None,
    ) -> None:
        """Keep it, for `save` to write, with the items the visit brought, as for `record`.

        Raises StoreError when much is waiting and cannot be written, or could not the last time.
        """
        unsaved = self._unsaved.setdefault(checkpoint.source_id, _Unsaved(checkpoint))
        unsaved.checkpoint = checkpoint
        unsaved.read += read
        unsaved.body = body or unsaved.body
        size = sum(len(item.text) + _A_ROW for item, _ in read) + len(body.packed if body else ())
        unsaved.size += size
        self._waiting += size
        if self._waiting > MOST_WAITING or (self._refused and size):
            self._write_waiting()

    @property
    def unsaved(self) -> bool:
        """Whether something is remembered that is not written."""
        return bool(self._unsaved)

    @refusals
    def save(self, limit: int) -> None:
        """Write `limit` of what was remembered, the oldest first."""
        self._save(limit)

    def close(self) -> None:
        try:
            self._save()
        except sqlite3.Error as error:
            log.warning("visits not noted: they are made again", extra=fields(error=error))
        finally:
            super().close()

    def _save(self, limit: int | None = None) -> None:
        self._write(list(self._unsaved)[:limit])

    def _write_waiting(self, sources: Collection[str] | None = None) -> None:
        names = self._with_items()
        if sources is None or not names.isdisjoint(sources):
            self._write(names)

    def _with_items(self) -> set[str]:
        if not self._waiting:
            return set()
        return {name for name, unsaved in self._unsaved.items() if unsaved.size}

    def _write(self, names: Collection[str]) -> None:
        if not names:
            return
        self._refused = True
        with self._transaction(lasting=False):
            self._put_unsaved(names)
        self._saved(names)

    def _put_unsaved(self, names: Iterable[str]) -> None:
        """In the transaction under way; then call `_saved`."""
        visits = [self._unsaved[name] for name in names]
        if read := [pair for visit in visits for pair in visit.read]:
            self._put_items(read)
        for visit in visits:
            self._put_checkpoint(visit.checkpoint)
            if visit.body is not None:
                self._put_body(visit.body)

    def _saved(self, names: Iterable[str]) -> None:
        """To be called once they are committed."""
        self._refused = False
        for name in names:
            if (gone := self._unsaved.pop(name, None)) is not None:
                self._waiting -= gone.size

    def _put_checkpoint(self, checkpoint: Checkpoint) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO sources (source_id, checkpoint, next_due_at) VALUES (?, ?, ?)",
            (
                checkpoint.source_id,
                rows.to_json(checkpoint),
                stamp_or_none(checkpoint.next_due_at),
            ),
        )

    @refusals
    def failing_since(self, at: datetime, *, but: str, active: datetime) -> tuple[int, int, int]:
        """Of the sources other than `but`: how many were visited since `at`, how many of those
        failed last, and how many were visited since `active` at all."""
        self._save()
        row = self._one(
            "SELECT total(last >= ?1), total(last >= ?1 AND failures > 0), total(last >= ?2) FROM"
            " (SELECT json_extract(checkpoint, '$.last_visit_at') AS last,"
            "  json_extract(checkpoint, '$.failures') AS failures"
            "  FROM sources WHERE source_id != ?3)",
            stamp(at), stamp(active), but,
        )  # fmt: skip
        assert row is not None
        return int(row[0]), int(row[1]), int(row[2])
