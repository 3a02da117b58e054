"""`/sources`: is every source well, and if not, what is wrong in words and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from monitor.config import Source
from monitor.health import STYLE, WELL, History, SourceState
from monitor.model import Checkpoint
from monitor.pages.chart import spark
from monitor.pages.page import Asked, Page
from monitor.pages.pulse import states_of
from monitor.pages.words import day_words
from monitor.render import cut, one_line

DAYS = 14
SPARK_HEIGHT = 24
TOLD_CHARS = 300
WORST_FIRST = ("down", "blocked", "overdue", "drifted", "silent", "degraded", "new", "ok",
               "unchanged", "off")  # fmt: skip

ADVICE = {
    "down": "Open the site in a browser. If it answers there, its address or its certificate"
    " changed; if not, it is asked again by itself, ever less often.",
    "blocked": "The site turns us away: lengthen `every`, set the source's `user_agent` or"
    " `headers`, or read it elsewhere with `base_url`.",
    "overdue": "Nobody visits: is `monitor run` alive? `monitor health` says so.",
    "drifted": "The page has another form now. Compare the two rows;"
    " `monitor poll ID --dry-run` shows what can still be read,"
    " `monitor status ID --bodies DIR` writes the last good page and the present one to files.",
    "silent": "Open the site: is there anything new? If there is, the list has moved.",
    "degraded": "Nothing to do yet: it is asked again by itself.",
    "new": "It was not visited yet; the first visit is a baseline and seldom alerts.",
    "off": "Switched off in feeds.yaml: `enabled: false`.",
}
"""What to do about a state. Those that need nothing are absent."""


def view(asked: Asked) -> dict[str, Any]:
    """Every source, the worst first; `days` are items first seen per UTC day, the oldest first."""
    days = last_days(asked)
    per_day = asked.session.items_per_day(days[0])
    sources = {s.id: s for s in asked.site.config.sources}
    seen = {c.source_id: c for c in asked.session.checkpoints()}
    shown = [
        source_told(sources[state.id], state, seen.get(state.id))
        | {"days": (counts := [per_day.get(state.id, {}).get(day, 0) for day in days])}
        | {"day_words": in_words(counts)}
        for state in states_of(asked, asked.session.items_per_source())
    ]
    shown.sort(key=lambda s: (WORST_FIRST.index(s["state"]), s["name"].lower()))
    active = [s for s in shown if s["state"] != "off"]
    return {
        "sources": shown,
        "states": dict(Counter(s["state"] for s in shown).most_common()),
        "healthy": all(s["state"] in WELL for s in active),
        "first_day": days[0],
        "title": "Sources",
        "_spark": lambda counts: spark(counts, height=SPARK_HEIGHT),
        "_advice": {s["state"]: ADVICE[s["state"]] for s in shown
                    if s["state"] not in WELL and s["state"] in ADVICE},
    }  # fmt: skip


def last_days(asked: Asked) -> list[str]:
    """The last DAYS days in UTC, oldest first."""
    first = asked.now.date() - timedelta(days=DAYS - 1)
    return [(first + timedelta(days=n)).isoformat() for n in range(DAYS)]


def source_told(source: Source, state: SourceState, seen: Checkpoint | None) -> dict[str, Any]:
    """One source as plain values: never its address, which may hold a password."""
    shape, colour = STYLE[state.state]
    past = History.of(seen) if seen else History()
    drifted = state.state == "drifted" and bool(past.sample or past.odd_sample)
    return asdict(state) | {
        "told": cut(state.told, TOLD_CHARS),
        "name": cut(one_line(source.name or source.id), 60),
        "tier": source.tier,
        "adapter": source.adapter,
        "issuer": source.issuer,
        "every_s": source.every_s,
        "shape": shape,
        "colour": colour,
        "advice": ADVICE.get(state.state),
        "href": f"/sources/{source.id}",
        "drift": (
            {"before": one_line(past.sample), "now": one_line(past.odd_sample)} if drifted else None
        ),
    }


def in_words(counts: Sequence[int]) -> str:
    """The bars for those who do not see them."""
    if not any(counts):
        return f"no item in {len(counts)} days"
    return f"{sum(counts):,} items in {len(counts)} days, {counts[-1]:,} today"


def bars_told(days: Sequence[str], counts: Sequence[int]) -> list[tuple[str, int]]:
    """Day and count in words of a table."""
    return [(day_words(date.fromisoformat(day)), n) for day, n in zip(days, counts, strict=True)]


PAGE = Page("/sources", view, "sources.html.j2", "Sources")
