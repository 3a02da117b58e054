"""What a digest says of the machine: are the sources well, and what became of the alerts. Pure."""

from __future__ import annotations

from datetime import timedelta

from monitor.digest.day import Day
from monitor.digest.headline import plural
from monitor.digest.pen import short
from monitor.digest.sheet import Section, unshown
from monitor.model import Delivery
from monitor.render import cut, one_line
from monitor.terminal import SHAPE, age

MOST_SOURCES = 20
MOST_DELIVERIES = 5
LINE_CHARS = 220
_SHAPES = {"degraded": "◐", "silent": "◌", "drifted": "◆", "blocked": "■"}


def sources(day: Day) -> Section:
    """How many are well, and of each that is not its state, last success and why."""
    lines = []
    for source in day.ill[:MOST_SOURCES]:
        seen = source.last_success_age_s
        last = "no success yet" if seen is None else f"last success {age(seen)} ago"
        told = " · ".join(filter(None, [source.state, last, source.told]))
        lines.append((f"{_SHAPES.get(source.state, '✕')} {source.id}", cut(told, LINE_CHARS)))
    well = len(day.sources) - len(day.ill)
    if not day.sources:
        lead = "No source is switched on."
    elif not day.ill:
        lead = f"● All {plural(well, 'source')} are healthy." if well > 1 else "● It is healthy."
    else:
        lead = f"● {plural(well, 'source is', 'sources are')} healthy."
    return Section(
        "sources",
        "Sources",
        lead=lead,
        lines=tuple(lines),
        count=len(day.ill) or None,
        more=unshown(len(day.ill) - len(lines)),
    )


def alerts(day: Day) -> Section:
    """Sent, late, given up, waiting, held, silenced."""
    told = day.alerts
    late = f", {len(told.late):,} of them late" if told.late else ""
    lines = [("Sent", f"{told.sent:,}{late}")]
    if told.delay_s:
        middle, high = map(age, told.delay_s)
        lines.append(("Delay", f"half within {middle} of publication, 95 % within {high}"))
    lines += [("Late", _late(day, d, took)) for d, took in told.late[:MOST_DELIVERIES]]
    if told.dead:
        lines.append(("Given up", f"{len(told.dead):,} in all: monitor deliveries --dead"))
        lines += [("", _dead(day, delivery)) for delivery in told.dead[:MOST_DELIVERIES]]
    else:
        lines.append(("Given up", "none"))
    if told.waiting:
        lines.append(("Waiting", f"{told.waiting:,}"))
    if day.held:
        lines.append(("Held", f"{len(day.held):,} left to this digest"))
    if told.silenced:
        lines.append(("Silenced", f"{told.silenced:,}: monitor deliveries --silenced"))
    return Section("alerts", "What the alerts did", lines=tuple(lines))


def _late(day: Day, delivery: Delivery, took: timedelta) -> str:
    after = age(took.total_seconds())
    return f"{_name(day, delivery)}, to {delivery.receiver_id} {after} after publication"


def _dead(day: Day, delivery: Delivery) -> str:
    why = cut(one_line(delivery.error or "no reason known"), 100)
    return f"{_name(day, delivery)}, for {delivery.receiver_id}: {why}"


def _name(day: Day, delivery: Delivery) -> str:
    """`▲ JL MAG`."""
    event = day.titles.get(delivery.about)
    if event is None:
        return one_line(delivery.about)
    return f"{SHAPE[event.match.family]} {short(day, event)}"
