"""The day in one line: what the subject of the mail says. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from monitor.digest.day import Day
from monitor.model import Event, Family
from monitor.render import cut, one_line

SUBJECT_CHARS = 150
MOST_NAMES = 3
_LOST = {"denied": "denied", "suspended": "suspended", "revoked": "revoked", "expired": "expired"}


def news(day: Day) -> list[Event]:
    """What may be called news, corrections first, then the worst, firm by firm."""
    told = [
        e
        for e in day.events
        if e.verdict in ("new", "update", "confirmed", "correction")
        and e.match.issuer_id is not None
        and e.held_because is None
        and (e.match.family in ("grant", "loss") or e.verdict == "correction")
    ]
    first: dict[str, tuple[int, int]] = {}
    for i, event in enumerate(told):
        rank = 0 if event.corrects else 1 if event.match.family == "loss" else 2
        firm = event.match.issuer_id or ""
        first[firm] = min(first.get(firm, (9, 0)), (rank, i))
    return sorted(told, key=lambda e: first[e.match.issuer_id or ""])


def subject(day: Day) -> str:
    """`3 new grants: JL MAG, Yunsheng, INST`, or `No new licence news`."""
    told = " · ".join(words for _, words in _news_words(day)) or _no_news(day)
    if day.window.missed:
        told += f" ({day.window.missed + 1} days)"
    return cut(told, SUBJECT_CHARS)


def headline(day: Day) -> tuple[tuple[Family | None, str], ...]:
    """The same for the top of the page: a line per kind of news with its family, more names."""
    return tuple(_news_words(day, names=8)) or ((None, _no_news(day) + "."),)


def _no_news(day: Day) -> str:
    """Silence is only news of nothing where somebody could have heard something."""
    ill, all_ = len(day.ill), len(day.sources)
    if all_ and ill == all_:
        return (
            f"Nothing could be read: {'all ' if all_ > 1 else ''}{plural(all_, 'source')} not well"
        )
    if ill:
        return f"No new licence news; {ill} of {plural(all_, 'source')} not well"
    return "No new licence news"


def _news_words(day: Day, *, names: int = MOST_NAMES) -> list[tuple[Family | None, str]]:
    kinds: dict[str, list[Event]] = {}
    for event in news(day):
        kinds.setdefault(_kind(event), []).append(event)
    told: list[tuple[Family | None, str]] = []
    for kind in ("correction", "loss", "grant", "update", "confirmed"):
        if found := kinds.get(kind):
            families = {event.match.family for event in found}
            family = families.pop() if len(families) == 1 else None
            told.append((family, f"{_counted(kind, found)}: {_names(day, found, names)}"))
    return told


def _kind(event: Event) -> str:
    if event.corrects:
        return "correction"
    if event.match.family == "loss":
        return "loss"
    return {"update": "update", "confirmed": "confirmed"}.get(event.verdict, "grant")


def _counted(kind: str, events: Sequence[Event]) -> str:
    n = len(events)
    if kind == "loss":
        words = {_LOST[e.match.status] for e in events if e.match.status in _LOST}
        return f"{n} {words.pop()}" if len(words) == 1 else f"{n} losses"
    if kind == "confirmed":
        return f"{n} confirmed"
    return plural(n, {"grant": "new grant"}.get(kind, kind))


def _names(day: Day, events: Sequence[Event], most: int) -> str:
    counts: Counter[str] = Counter()
    for event in events:
        issuer = day.issuers.get(event.match.issuer_id or "")
        counts[one_line(issuer.name if issuer else event.match.issuer_id or "")] += 1
    return listed([f"{name} ({n})" if n > 1 else name for name, n in counts.items()], most)


def listed(words: Sequence[str], most: int) -> str:
    """`a, b, c and 4 more`."""
    shown = ", ".join(words[:most])
    return shown if len(words) <= most else f"{shown} and {len(words) - most} more"


def plural(n: int, one: str, many: str = "") -> str:
    """`1 source`, `2 sources`."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
