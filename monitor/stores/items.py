"""The items in SQLite: which are known, and how they are put in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import itemgetter

from monitor.model import Item, Reading
from monitor.stores import rows
from monitor.stores.base import refusals
from monitor.stores.outbox import Outbox
from monitor.stores.rows import ITEM_COLUMNS, clean, stamp_or_none
from monitor.stores.search import index_items

_TOLD_BEFORE = 500
"""Items of a source, the newest, among which one with a new id is looked for."""
_IN_CHUNKS_OF = 500  # variables in one statement; SQLite's own limit starts at 999
_ID, _SOURCE, _SEEN = (ITEM_COLUMNS.index(name) for name in ("id", "source_id", "seen_at"))
_words = itemgetter(*(ITEM_COLUMNS.index(name) for name in ("id", "title", "question", "text")))
_KEPT = ("id", "source_id", "guid", "seen_at")
"""Columns that an edit at the source does not change."""
_PUT = (
    f"INSERT INTO items ({', '.join(ITEM_COLUMNS)}) VALUES ({', '.join('?' * len(ITEM_COLUMNS))})"
    " ON CONFLICT (id) DO UPDATE SET"
    f" {', '.join(f'{c} = excluded.{c}' for c in ITEM_COLUMNS if c not in _KEPT)},"
    " changed_at = excluded.seen_at"
)


class Items(Outbox):
    """Items as they come in."""

    @refusals
    def unseen(self, items: Iterable[Item]) -> list[Item]:
        """The items whose id is not known, or known with another content, in their order.

        Of two items with one id only the first counts; else the pair would look edited forever.
        """
        first: dict[str, Item] = {}
        for item in items:
            first.setdefault(item.id, item)
        self._write_waiting({item.source_id for item in first.values()})
        known = self._content_hashes(first.values())
        return [
            item
            for id_, item in first.items()
            if id_ not in known or known[id_] != item.content_hash
        ]

    @refusals
    def renamed(self, source_id: str, items: Sequence[Item]) -> set[str]:
        """Ids of those that the source told before under another id: the same address, time, words.

        A source that was moved gives everything a new id once, some give one at every visit.
        """
        self._write_waiting({source_id})
        found = self._db.execute(
            "SELECT id, content_hash, published_at, url FROM items WHERE source_id = ?"
            " ORDER BY seen_at DESC LIMIT ?",
            (source_id, max(_TOLD_BEFORE, 3 * len(items))),
        ).fetchall()
        ids, told = {row[0] for row in found}, {row[1:] for row in found}
        return {
            item.id
            for item in items
            if item.id not in ids
            and (item.content_hash, stamp_or_none(item.published_at), clean(item.url)) in told
        }

    def _content_hashes(self, items: Iterable[Item]) -> dict[str, str]:
        """Of those that are known, by id."""
        ids: dict[str, list[str]] = {}
        for item in items:
            ids.setdefault(item.source_id, []).append(item.id)
        found: dict[str, str] = {}
        for source_id, its_ids in ids.items():
            for i in range(0, len(its_ids), _IN_CHUNKS_OF):
                found |= self._hashes_of(source_id, its_ids[i : i + _IN_CHUNKS_OF])
        return found

    def _hashes_of(self, source_id: str, ids: Sequence[str]) -> dict[str, str]:
        # With the source first, all that a visit asks for, and puts in, is on few pages.
        found: dict[str, str] = dict(
            self._db.execute(
                "SELECT id, content_hash FROM items INDEXED BY items_known"
                f" WHERE source_id = ? AND id IN ({','.join('?' * len(ids))})",
                (source_id, *ids),
            ).fetchall()
        )
        gone = [id_ for id_ in ids if id_ not in found]
        if gone and self._one("SELECT 1 FROM forgotten LIMIT 1"):
            marks = ",".join("?" * len(gone))
            found.update(
                self._db.execute(
                    f"SELECT id, content_hash FROM forgotten WHERE id IN ({marks})", gone
                ).fetchall()
            )
        return found

    def _put_items(self, read: Iterable[tuple[Item, Reading]]) -> None:
        """Keep them, make them findable, count the new; of two with one id the later counts."""
        last = {row[_ID]: row for row in (rows.item_row(*pair) for pair in read)}
        put = list(last.values())
        self._db.executemany(_PUT, put)
        new = index_items(self._db, [_words(row) for row in put])
        seen = Counter((row[_SOURCE], row[_SEEN][:10]) for row in put if row[_ID] in new)
        self._db.executemany(
            "INSERT INTO item_days (source_id, day, n) VALUES (?, ?, ?)"
            " ON CONFLICT (source_id, day) DO UPDATE SET n = n + excluded.n",
            [(source_id, day, n) for (source_id, day), n in seen.items()],
        )
