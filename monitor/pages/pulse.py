"""The header's pulse: "38 sources, all healthy, last visit 4 s ago"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.health import STYLE, WELL, SourceState, source_state
from monitor.terminal import age

if TYPE_CHECKING:
    from monitor.pages.page import Asked


@dataclass(frozen=True, slots=True)
class Pulse:
    """`mood` is ok, warn or bad; `href` leads to the page that explains."""

    words: str
    mood: str
    href: str = "/sources"


def states_of(asked: Asked, counts: Mapping[str, int]) -> list[SourceState]:
    """Every source of the configuration, in its order; `counts` are its items."""
    seen = {c.source_id: c for c in asked.session.checkpoints()}
    return [
        source_state(s, seen.get(s.id), counts.get(s.id, 0), asked.now, asked.site.zone)
        for s in asked.site.config.sources
    ]


def pulse(asked: Asked) -> Pulse:
    """How the machine is, in one line: stuck, dead alerts, ill sources, or well."""
    if not asked.site.vitals.healthy()[0]:
        return Pulse("the service is stuck", "bad", "/healthz")
    if dead := asked.session.delivery_count("dead"):
        alerts = "1 alert is" if dead == 1 else f"{dead} alerts are"
        return Pulse(f"{alerts} dead", "bad", "/deliveries?state=dead")
    states = [s for s in states_of(asked, {}) if s.state != "off"]
    if not states:
        return Pulse("no sources", "warn")
    many = "1 source" if len(states) == 1 else f"{len(states)} sources"
    ill = Counter(s.state for s in states if s.state not in WELL)
    ages = [s.last_success_age_s for s in states if s.last_success_age_s is not None]
    last = f"last visit {age(min(ages))} ago" if ages else "none visited yet"
    if not ill:
        return Pulse(f"{many}, all healthy, {last}", "ok")
    told = ", ".join(f"{n} {state}" for state, n in ill.most_common())
    bad = any(STYLE[state][1] == "red" for state in ill)
    return Pulse(f"{many}: {told}, {last}", "bad" if bad else "warn")
