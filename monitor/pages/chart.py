"""Places of lines and bars in percent of a picture's width: for SVG that fits any screen. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from monitor.model import FAMILY, Status
from monitor.stores.stories import Tick

SHORTEST_DAYS = 28
MOST_MARKS = 7

Bar = Literal["held", "general", "part", "lost", "waiting"]
"""What a stretch of a licence's line says; `part`: lost for some of its places."""
BAR_WORDS: dict[Bar, str] = {
    "held": "licence held",
    "general": "general licence held",
    "part": "held, lost in part",
    "lost": "lost",
    "waiting": "waiting for an answer",
}


@dataclass(frozen=True, slots=True)
class Span:
    """The days a picture shows."""

    first: date
    last: date

    @classmethod
    def of(cls, days: Iterable[date], today: date) -> Span:
        """From a little before the earliest of `days` to `today`."""
        first = min([*days, today])
        length = max((today - first).days, SHORTEST_DAYS)
        return cls(today - timedelta(days=length + max(1, length // 40)), today)

    def x(self, day: date) -> float:
        """The place of a day, in percent."""
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return round(100 * min(max(share, 0.0), 1.0), 2)

    def marks(self) -> list[tuple[float, str]]:
        """Where months or years begin, and what to write there; at most MOST_MARKS."""
        days = (self.last - self.first).days
        if days <= 45:
            monday = self.first + timedelta(days=-self.first.weekday() % 7)
            found = [monday + timedelta(days=7 * n) for n in range(days // 7 + 1)]
            return [(self.x(d), f"{d.day} {d:%b}") for d in found if d <= self.last]
        months = _months(self.first, self.last)
        for step in (1, 2, 3, 6, 12, 24, 60, 120):
            chosen = [m for m in months if (m.year * 12 + m.month - 1) % step == 0]
            if len(chosen) <= MOST_MARKS:
                break
        words = "%Y" if step >= 12 else "%b %Y"
        return [(self.x(m), f"{m:{words}}") for m in chosen]


def _months(first: date, last: date) -> list[date]:
    """The first days of months between the two."""
    at, found = first.replace(day=1), []
    while at <= last:
        if at >= first:
            found.append(at)
        at += timedelta(days=monthrange(at.year, at.month)[1])
    return found


@dataclass(frozen=True, slots=True)
class Turn:
    """A day on which a story's state changed, and what it says since."""

    on: date
    status: Status
    bar: Bar | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A bar."""

    bar: Bar
    since: date
    until: date | None
    """None: to this day."""


def day_of(tick: Tick) -> date:
    """The day it belongs to: of the act where it is told, else of the telling."""
    if tick.act_on:
        try:
            return date.fromisoformat(tick.act_on if len(tick.act_on) > 7 else f"{tick.act_on}-01")
        except ValueError:
            pass
    return tick.at.date()


def stretches(ticks: Sequence[Tick]) -> list[Stretch]:
    """The bars of one story from what taught it something, oldest first."""
    turns: list[Turn] = []
    granted: set[str] = set()
    lost: set[str] = set()
    bar: Bar | None = None
    for tick in sorted(ticks, key=lambda t: (day_of(t), t.at)):
        if tick.verdict in ("repeat", "confirmed"):
            continue
        family, places = FAMILY[tick.status], set(tick.destinations)
        if tick.verdict == "correction":
            bar, granted, lost = None, set(), set()
        elif tick.verdict == "none-alerting" and family in ("grant", "loss"):
            continue  # contradicted, or only expected
        elif family == "grant":
            granted |= places
            lost = lost - places if places else set()
            general = tick.status == "general_granted" or bar == "general"
            bar = "part" if lost else "general" if general else "held"
        elif family == "loss":
            lost |= places
            bar = "part" if places and granted - lost else "lost"
        elif family == "waiting" and bar in (None, "lost"):
            bar = "waiting" if tick.status != "not_received" or bar is None else bar
        turns.append(Turn(day_of(tick), tick.status, bar))
    found: list[Stretch] = []
    for i, turn in enumerate(turns):
        if i and turns[i - 1].bar == turn.bar:
            continue
        following = next((t for t in turns[i + 1 :] if t.bar != turn.bar), None)
        if turn.bar is not None:
            found.append(Stretch(turn.bar, turn.on, following.on if following else None))
    return found


def spark(counts: Sequence[int], *, height: int) -> list[tuple[int, int, int]]:
    """Per count its number, and where a bar of up to `height` begins and how high it is.

    What is more than nothing can be seen; one huge day does not flatten the others.
    """
    ordered = sorted(counts)
    usual = ordered[-2] if len(ordered) > 1 else 0
    most = max(1, min(max(counts, default=0), max(1, usual) * 3))
    bars = []
    for i, n in enumerate(counts):
        tall = 0 if n <= 0 else max(2, round(height * min(n, most) / most))
        bars.append((i, height - tall, tall))
    return bars
