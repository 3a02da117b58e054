"""What the pages of one story, one issuer and one source ask.

A story may have thousands of repeats and an issuer thousands of events: the long JSON is read only
of what a page shows, the narrow columns before it of the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from json import loads

from monitor.model import Item, Status, Story, Unsure, Verdict
from monitor.stores import rows
from monitor.stores.base import refusals
from monitor.stores.lists import Lists, Numbered
from monitor.stores.narrow import NEWS_SQL
from monitor.stores.rows import ITEM_COLUMNS

MOST_TELLINGS = 5000
"""Events of one story, and repeats of one issuer, that are looked at."""

_ITEMS = ", ".join(f"i.{c}" for c in ITEM_COLUMNS)


@dataclass(frozen=True, slots=True)
class Told:
    """Some events of a story, in the order they came, and how many repeats are not among them."""

    events: Sequence[Numbered]
    left_out: int


@dataclass(frozen=True, slots=True)
class News:
    """An event without its texts."""

    seq: int
    story_id: str
    revision: int
    verdict: Verdict
    status: Status
    detected_at: datetime


@dataclass(frozen=True, slots=True)
class Tick:
    """An event as a mark on a timeline."""

    story_id: str
    revision: int
    verdict: Verdict
    status: Status
    destinations: Sequence[str]
    at: datetime
    """When it was published, or seen by us where that is not known."""
    act_on: str | None
    """The day of the licensing act, where the text tells it (`YYYY-MM-DD`, `YYYY-MM`)."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """An issuer's events as marks, in the order they came."""

    marks: Sequence[Tick]
    repeats: Mapping[str, int]
    """Per story how many of the issuer's newest MOST_TELLINGS repeats are its, marked or not."""


class Stories(Lists):
    """The lists, and these questions."""

    @refusals
    def told_of(
        self, story_id: str, *, repeats: int = 60, news: int = 200, also: int | None = None
    ) -> Told:
        """The last `news` events of the story that taught something; of each revision the first
        `repeats` that did not; and the one of number `also`, if it is the story's."""
        found = self._db.execute(
            "SELECT seq, revision, verdict FROM events WHERE story_id = ?"
            " ORDER BY revision DESC, seq LIMIT ?",
            (story_id, MOST_TELLINGS),
        ).fetchall()
        taught = sorted(seq for seq, _, verdict in found if verdict != "repeat")[-news:]
        echoes: list[int] = []
        counted: dict[int, int] = {}
        for seq, revision, verdict in found:
            if verdict == "repeat" and counted.get(revision, 0) < repeats:
                counted[revision] = counted.get(revision, 0) + 1
                echoes.append(seq)
        one = "SELECT seq FROM events WHERE seq = ? AND story_id = ?"
        wanted = [seq for (seq,) in self._db.execute(one, (also, story_id))]
        chosen = sorted({*taught, *echoes[: 2 * news], *wanted})
        events = self._events(chosen)
        return Told([Numbered(seq, events[seq]) for seq in chosen], len(found) - len(chosen))

    @refusals
    def story(self, story_id: str) -> Story | None:
        """The ledger's page as it stands."""
        row = self._one("SELECT story FROM stories WHERE id = ?", story_id)
        return rows.story_from(row[0]) if row else None

    @refusals
    def latest_stories(self, issuer_id: str, limit: int) -> list[Story]:
        """The issuer's pages of the ledger, the last changed first, without the long witnesses."""
        found = self._db.execute(
            "SELECT json_remove(story, '$.memory.witnesses') FROM stories"
            " WHERE issuer_id = ? ORDER BY updated_at DESC LIMIT ?",
            (issuer_id, limit),
        )
        return [rows.story_from(text) for (text,) in found]

    @refusals
    def last_news(self, issuer_ids: Sequence[str]) -> dict[str, News]:
        """Per issuer that has any its newest event that was no repeat."""
        found = {}
        for issuer_id in issuer_ids:
            row = self._one(
                "SELECT e.seq, e.story_id, e.revision, e.verdict, e.status, f.detected_at"
                " FROM events e INDEXED BY events_issuer JOIN event_facts f ON f.seq = e.seq"
                f" WHERE e.issuer_id = ? AND e.verdict IN {NEWS_SQL}"
                " ORDER BY e.seq DESC LIMIT 1",
                issuer_id,
            )
            if row:
                seq, story_id, revision, verdict, status, at = row
                found[issuer_id] = News(seq, story_id, revision, verdict, status, rows.time(at))
        return found

    @refusals
    def ticks(self, issuer_id: str, *, news: int = 200, repeats: int = 150) -> Ticks:
        """The issuer's newest events as marks: what taught something, and what did not."""
        mine = "FROM events INDEXED BY events_issuer WHERE issuer_id = ? AND verdict"
        newest = f"SELECT seq, story_id, revision, verdict, status {mine}"
        found = self._db.execute(
            f"SELECT * FROM ({newest} != 'repeat' ORDER BY seq DESC LIMIT ?) UNION ALL"
            f" SELECT * FROM ({newest} = 'repeat' ORDER BY seq DESC LIMIT ?)",
            (issuer_id, news, issuer_id, repeats),
        )
        chosen = sorted(found.fetchall())
        counted = self._db.execute(
            f"SELECT story_id, count(*) FROM (SELECT story_id {mine} = 'repeat'"
            " ORDER BY seq DESC LIMIT ?) GROUP BY story_id",
            (issuer_id, MOST_TELLINGS),
        )
        marks = ",".join("?" * len(chosen))
        known = self._db.execute(
            "SELECT seq, destinations, published_at, detected_at, act_on FROM event_facts"
            f" WHERE seq IN ({marks})",
            [row[0] for row in chosen],
        )
        facts = {seq: more for seq, *more in known}
        ticks = []
        for seq, story, revision, verdict, status in chosen:
            places, published, detected, act_on = facts[seq]
            when = rows.time_or_none(published) or rows.time(detected)
            ticks.append(Tick(story, revision, verdict, status, tuple(loads(places)), when, act_on))
        return Ticks(ticks, dict(counted.fetchall()))

    @refusals
    def unsure_of(
        self, issuer_id: str, names: Sequence[str], *, limit: int = 10, within: int = 1000
    ) -> list[Unsure]:
        """Entries of the newest `within` of the unsure queue that are the issuer's, or whose
        sentence holds one of the names; newest first."""
        named = " OR ".join(["issuer_id = ?", *["instr(lower(unsure), ?)"] * len(names)])
        found = self._db.execute(
            f"SELECT i.unsure, i.unsure_because, {_ITEMS} FROM items i WHERE i.rowid IN ("
            "  SELECT n FROM (SELECT rowid AS n, seen_at, issuer_id, unsure"
            "    FROM items INDEXED BY items_unsure WHERE unsure IS NOT NULL"
            "    ORDER BY seen_at DESC LIMIT ?)"
            f"  WHERE {named} ORDER BY seen_at DESC LIMIT ?) ORDER BY i.seen_at DESC",
            (within, issuer_id, *(name.lower() for name in names), limit),
        )
        return [Unsure(rows.item_from(r[2:]), r[0], r[1] or "") for r in found]

    @refusals
    def source_items(self, source_id: str, limit: int) -> list[Item]:
        """The source's items, the last seen first."""
        found = self._db.execute(
            f"SELECT {_ITEMS} FROM items i WHERE i.source_id = ? ORDER BY i.seen_at DESC LIMIT ?",
            (source_id, limit),
        )
        return [rows.item_from(row) for row in found]
