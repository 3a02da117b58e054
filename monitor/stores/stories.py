"""What the pages of one story, one issuer and one source ask.

A story may have thousands of repeats and an issuer thousands of events: the long JSON is read only
of what a page shows, the narrow columns before it of the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from json import loads

from monitor.model import ALERTING_VERDICTS, Item, Status, Story, Unsure, Verdict
from monitor.stores import rows
from monitor.stores.base import refusals
from monitor.stores.lists import Lists, Numbered
from monitor.stores.rows import ITEM_COLUMNS

MOST_TELLINGS = 5000
"""Events of one story that are looked at."""

_ITEMS = ", ".join(f"i.{c}" for c in ITEM_COLUMNS)
_NEWS = ", ".join(f"'{verdict}'" for verdict in (*ALERTING_VERDICTS, "none-alerting"))


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
    """Per story how many repeats there are, those without a mark too."""


def _when(published: str | None, detected: str) -> datetime:
    """When it could be read."""
    return rows.time_or_none(published) or rows.time(detected)


class Stories(Lists):
    """The lists, and these questions."""

    @refusals
    def told_of(self, story_id: str, *, repeats: int = 60, news: int = 200) -> Told:
        """The last `news` events of the story that taught something; of each revision the first
        `repeats` that did not."""
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
        chosen = sorted([*taught, *echoes[: 2 * news]])
        events = self._events(chosen)
        return Told([Numbered(seq, events[seq]) for seq in chosen], len(found) - len(chosen))

    @refusals
    def story(self, story_id: str) -> Story | None:
        """The ledger's page as it stands."""
        row = self._one("SELECT story FROM stories WHERE id = ?", story_id)
        return rows.story_from(row[0]) if row else None

    @refusals
    def latest_stories(self, issuer_id: str, limit: int) -> list[Story]:
        """The issuer's pages of the ledger, the last changed first."""
        found = self._db.execute(
            "SELECT story FROM stories WHERE issuer_id = ? ORDER BY updated_at DESC LIMIT ?",
            (issuer_id, limit),
        )
        return [rows.story_from(text) for (text,) in found]

    @refusals
    def last_news(self, issuer_ids: Sequence[str]) -> dict[str, News]:
        """Per issuer that has any its newest event that was no repeat."""
        found = {}
        for issuer_id in issuer_ids:
            row = self._one(
                "SELECT e.seq, e.story_id, e.revision, e.verdict, e.status, e.detected_at"
                " FROM events e JOIN event_facts f ON f.seq = e.seq"
                f" WHERE e.issuer_id = ? AND f.verdict IN ({_NEWS})"
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
        found = self._db.execute(
            "SELECT seq, story_id, verdict FROM events WHERE issuer_id = ?"
            " ORDER BY seq DESC LIMIT ?",
            (issuer_id, MOST_TELLINGS),
        ).fetchall()
        chosen = [seq for seq, _, verdict in found if verdict != "repeat"][:news]
        chosen += [seq for seq, _, verdict in found if verdict == "repeat"][:repeats]
        marks = ",".join("?" * len(chosen))
        read = self._db.execute(
            "SELECT e.story_id, e.revision, e.verdict, e.status, f.destinations, i.published_at,"
            " e.detected_at,"
            # A repeat's day says nothing new, and its long JSON is left alone.
            " CASE WHEN e.verdict = 'repeat' THEN NULL"
            " WHEN json_extract(e.event, '$.match.date_kind') = 'event'"
            " THEN json_extract(e.event, '$.match.event_date') END"
            " FROM events e JOIN event_facts f ON f.seq = e.seq"
            " LEFT JOIN items i ON i.id = e.item_id"
            f" WHERE e.seq IN ({marks}) ORDER BY e.seq",
            chosen,
        )
        return Ticks(
            [
                Tick(
                    story, revision, verdict, status, tuple(loads(places)), _when(pub, det), act_on
                )
                for story, revision, verdict, status, places, pub, det, act_on in read
            ],
            Counter(story for _, story, verdict in found if verdict == "repeat"),
        )

    @refusals
    def unsure_of(
        self, issuer_id: str, names: Sequence[str], *, limit: int = 10, within: int = 1000
    ) -> list[Unsure]:
        """Entries of the newest `within` of the unsure queue that are the issuer's, or whose
        sentence holds one of the names; newest first."""
        named = " OR ".join(["i.issuer_id = ?", *["instr(lower(i.unsure), ?)"] * len(names)])
        found = self._db.execute(
            f"SELECT i.unsure, i.unsure_because, {_ITEMS} FROM items i WHERE i.id IN ("
            "  SELECT id FROM items WHERE unsure IS NOT NULL ORDER BY seen_at DESC LIMIT ?"
            f") AND ({named}) ORDER BY i.seen_at DESC LIMIT ?",
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
