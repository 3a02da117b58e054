"""Who told a story when: the tellings of one story, the lead of the first over the others. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import log1p
from zoneinfo import ZoneInfo

from monitor.clock import local
from monitor.model import ALERTING_VERDICTS, Event, Item
from monitor.render import cut, one_line
from monitor.stores.lists import Numbered

MOST_LANES = 12
LONGEST_S = 90 * 86400.0
"""Where the lead's scale ends."""
MARKS = (
    (60.0, "1 min"),
    (600.0, "10 min"),
    (3600.0, "1 h"),
    (6 * 3600.0, "6 h"),
    (86400.0, "1 d"),
    (7 * 86400.0, "1 w"),
    (30 * 86400.0, "1 mo"),
)
LANGUAGES = {"zh-Hans": "Chinese", "zh-Hant": "Chinese (traditional)", "zh": "Chinese",
             "en": "English", "ja": "Japanese", "ko": "Korean", "de": "German"}  # fmt: skip


def told_at(item: Item, zone: ZoneInfo) -> datetime:
    """When the item could be read: its publication, or when we saw it.

    The latter where the source tells no time, only a day (midnight), or one that was still to come.
    """
    at, seen = item.published_at, item.fetched_at
    if at is None or at > seen + timedelta(minutes=1) or at.year < 1990:
        return seen
    midnight = item.day_only or local(at, zone).time() == time(0)
    if midnight and seen - at < timedelta(days=1):
        return seen
    return at


@dataclass(frozen=True, slots=True)
class Telling:
    """One event of the story, and how long after the first telling of its revision it came."""

    numbered: Numbered
    at: datetime
    lead_s: float

    @property
    def event(self) -> Event:
        return self.numbered.event


def tellings(events: Sequence[Numbered], zone: ZoneInfo) -> list[Telling]:
    """The story as it was told, oldest first."""
    times = [(told_at(n.event.item, zone), n) for n in events]
    first: dict[int, datetime] = {}
    for at, n in times:
        revision = n.event.revision
        first[revision] = min(at, first.get(revision, at))
    return [
        Telling(n, at, (at - first[n.event.revision]).total_seconds())
        for at, n in sorted(times, key=lambda t: (t[0], t[1].seq))
    ]


def makers(events: Sequence[Numbered]) -> dict[int, Numbered]:
    """Per revision the event that made it, in their order."""
    found: dict[int, Numbered] = {}
    for n in sorted(events, key=lambda n: n.seq):
        revision = n.event.revision
        known = found.get(revision)
        if known is None or (
            n.event.verdict in ALERTING_VERDICTS and known.event.verdict not in ALERTING_VERDICTS
        ):
            found[revision] = n
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Lead:
    """A source's first telling of the revision."""

    source_id: str
    name: str
    lead_s: float
    at: datetime


def leads(told: Iterable[Telling], revision: int) -> list[Lead]:
    """The sources that told this revision, the first one first."""
    found: dict[str, Lead] = {}
    for telling in told:
        event = telling.event
        if event.revision == revision and event.item.source_id not in found:
            name = source_name(event.item)
            source_id = event.item.source_id
            found[source_id] = Lead(source_id, name, telling.lead_s, telling.at)
    return list(found.values())


def source_name(item: Item) -> str:
    """As alerts name it."""
    return cut(one_line(item.source_name or item.source_id), 60)


def lead_words(seconds: float) -> str:
    """`+41 s`, `+2 h 10 min`, `+3 d 4 h`; `first`."""
    s = round(seconds)
    if s <= 0:
        return "first"
    if s < 60:
        return f"+{s} s"
    if s < 3600:
        return f"+{s // 60} min"
    if s < 86400:
        hours, minutes = s // 3600, s % 3600 // 60
        return f"+{hours} h {minutes} min" if minutes else f"+{hours} h"
    days, hours = s // 86400, s % 86400 // 3600
    return f"+{days} d {hours} h" if hours and days < 10 else f"+{days} d"


def along(seconds: float) -> float:
    """The place of a lead on the scale, in percent: logarithmic, so that minutes can be seen."""
    share = log1p(min(max(seconds, 0.0), LONGEST_S) / 20) / log1p(LONGEST_S / 20)
    return round(1.5 + 97 * share, 2)


def language_word(code: str) -> str:
    """`Chinese` for `zh-Hans`."""
    return LANGUAGES.get(code, LANGUAGES.get(code.split("-")[0], code))
