"""What is remembered of each source between visits.

A visit that brought nothing is no news: hundreds of sources are unchanged each second, and were
each noted down on its own, alerts would wait behind them. So `remember` keeps such a checkpoint in
memory and `save` writes many at once. A process that is killed in between makes those visits again.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from monitor.log import fields
from monitor.model import Checkpoint
from monitor.stores import rows
from monitor.stores.base import refusals
from monitor.stores.outbox import Outbox
from monitor.stores.rows import stamp, stamp_or_none

log = logging.getLogger(__name__)


class Visits(Outbox):
    """Checkpoints, one per source."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        self._unsaved: dict[str, Checkpoint] = {}
        super().__init__(*args, **settings)

    @refusals
    def checkpoint(self, source_id: str) -> Checkpoint | None:
        if (unsaved := self._unsaved.get(source_id)) is not None:
            return unsaved
        row = self._one("SELECT checkpoint FROM sources WHERE source_id = ?", source_id)
        return None if row is None else rows.checkpoint_from(row[0])

    @refusals
    def checkpoints(self) -> list[Checkpoint]:
        self._save()
        found = self._db.execute("SELECT checkpoint FROM sources ORDER BY source_id")
        return [rows.checkpoint_from(text) for (text,) in found]

    def remember(self, checkpoint: Checkpoint) -> None:
        """Keep it, for `save` to write."""
        self._unsaved[checkpoint.source_id] = checkpoint

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
        some = list(self._unsaved.values())[:limit]
        if not some:
            return
        with self._transaction(lasting=False):
            for checkpoint in some:
                self._put_checkpoint(checkpoint)
        self._saved(some)

    def _saved(self, some: Iterable[Checkpoint]) -> None:
        """To be called once they are committed."""
        for checkpoint in some:
            self._unsaved.pop(checkpoint.source_id, None)

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
