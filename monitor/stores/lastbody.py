"""The last good body of each source, and the one that came in its place: for a person to compare.

Two rows a source at most, each replaced by the next; compressed, and only the first MiB. They are
shown by `monitor status ID` alone: on no page, in no export and in no log. Known secrets are taken
out before they are kept, since a site may say back what it was asked with.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from monitor.log import redact_bytes
from monitor.stores.base import Base, refusals
from monitor.stores.rows import clean, stamp, time

MOST_BYTES = 2**20
"""What is beyond is not kept."""

TABLE = """
    CREATE TABLE last_bodies (
        source_id TEXT NOT NULL,
        good INTEGER NOT NULL,               -- 1: of the last good visit; 0: of the last bad one
        at TEXT NOT NULL,
        content_type TEXT NOT NULL,
        size INTEGER NOT NULL,               -- bytes, before it was cut and packed
        rows INTEGER NOT NULL,               -- what was read from it
        packed BLOB NOT NULL,                -- zlib of its first MiB
        UNIQUE (source_id, good)
    ) STRICT
    """


@dataclass(frozen=True, slots=True)
class LastBody:
    """A body as a source sent it."""

    source_id: str
    good: bool
    at: datetime
    content_type: str
    """As the site said; "" when it did not."""
    size: int
    rows: int
    """Items read from it; of a page that only leads on to others, those."""
    packed: bytes = field(repr=False)

    @classmethod
    def of(
        cls,
        body: bytes,
        *,
        source_id: str,
        good: bool,
        at: datetime,
        content_type: str,
        rows: int,
        hide: Collection[str] = (),
    ) -> LastBody:
        """Cut, packed, without known secrets and without what is to be hidden too."""
        packed = zlib.compress(redact_bytes(body[:MOST_BYTES], hide), 1)
        return cls(source_id, good, at, content_type[:100], len(body), rows, packed)

    @property
    def body(self) -> bytes:
        """What was kept of it."""
        return zlib.decompress(self.packed)

    @property
    def cut(self) -> bool:
        """Whether it was longer than what is kept."""
        return self.size > MOST_BYTES


class LastBodies(Base):
    """The table of them."""

    @refusals
    def last_bodies(self, source_id: str) -> list[LastBody]:
        """The good one first, if there is one, then what came instead."""
        self._write_waiting()
        found = self._db.execute(
            "SELECT source_id, good, at, content_type, size, rows, packed FROM last_bodies"
            " WHERE source_id = ? ORDER BY good DESC",
            (source_id,),
        )
        return [LastBody(id_, bool(good), time(at), *rest) for id_, good, at, *rest in found]

    def _put_body(self, kept: LastBody) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO last_bodies"
            " (source_id, good, at, content_type, size, rows, packed) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                kept.source_id, int(kept.good), stamp(kept.at), clean(kept.content_type),
                kept.size, kept.rows, kept.packed,
            ),
        )  # fmt: skip

    def _prune_last_bodies(self, before: datetime, *, dry_run: bool) -> int:
        """Those of bad visits, and of sources that nobody visits any more. How many."""
        old = (
            "FROM last_bodies WHERE at < ?1 AND (NOT good OR source_id NOT IN (SELECT source_id"
            " FROM sources WHERE json_extract(checkpoint, '$.last_visit_at') >= ?1))"
        )
        if dry_run:
            row = self._one(f"SELECT count(*) {old}", stamp(before))
            return int(row[0]) if row else 0
        return self._db.execute(f"DELETE {old}", (stamp(before),)).rowcount
