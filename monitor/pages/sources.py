"""`/sources`: is every source well, and if not, what is wrong in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from monitor.health import STYLE, WELL
from monitor.pages.page import Asked, Page
from monitor.pages.pulse import states_of

DAYS = 14


def view(asked: Asked) -> dict[str, Any]:
    """Every source; `days` are items first seen per UTC day, the oldest first."""
    first = asked.now.date() - timedelta(days=DAYS - 1)
    days = [(first + timedelta(days=n)).isoformat() for n in range(DAYS)]
    per_day = asked.session.items_per_day(days[0])
    sources = {s.id: s for s in asked.site.config.sources}
    shown = []
    for state in states_of(asked):
        source, counted = sources[state.id], per_day.get(state.id, {})
        shape, colour = STYLE[state.state]
        shown.append(
            asdict(state)
            | {"name": source.name or state.id, "tier": source.tier, "adapter": source.adapter}
            | {"days": [counted.get(day, 0) for day in days], "shape": shape, "colour": colour}
        )
    active = [s for s in shown if s["state"] != "off"]
    return {
        "sources": shown,
        "states": dict(Counter(s["state"] for s in shown).most_common()),
        "healthy": all(s["state"] in WELL for s in active),
        "first_day": days[0],
        "title": "Sources",
    }


PAGE = Page("/sources", view, "sources.html.j2", "Sources")
