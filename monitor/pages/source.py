"""`/sources/ID`: one source: how it is, its last fourteen days, its last items and its errors."""

from __future__ import annotations

from statistics import median
from typing import Any

from monitor.health import PARTS, History, silence_s, source_state
from monitor.model import Checkpoint
from monitor.pace import remarks_on
from monitor.pages.chart import spark
from monitor.pages.page import Asked, Page, Refused
from monitor.pages.sources import TOLD_CHARS, bars_told, in_words, last_days, source_told
from monitor.pages.told import issuer_told, item_told, telling_href
from monitor.render import cut, one_line

ITEMS = 30
CHART_HEIGHT = 64


def view(asked: Asked) -> dict[str, Any]:
    """Its state with what to do, its history, its last items and the events they told."""
    sources = {s.id: s for s in asked.site.config.sources}
    source = sources.get(asked.path["id"])
    if source is None:
        raise Refused(404, "There is no source of that id in feeds.yaml. /sources lists them all.")
    seen = asked.session.checkpoint(source.id)
    total = asked.session.items_per_source().get(source.id, 0)
    state = source_state(source, seen, total, asked.now, asked.site.zone)
    days = last_days(asked)
    counted = asked.session.items_per_day(days[0]).get(source.id, {})
    counts = [counted.get(day, 0) for day in days]
    items = asked.session.source_items(source.id, ITEMS)
    tellings = asked.session.tellings_of([item.id for item in items])
    past = History.of(seen) if seen else History()
    return {
        "source": source_told(source, state, seen),
        "issuer": issuer_told(asked.site, source.issuer) if source.issuer else None,
        "tags": [cut(one_line(tag), 40) for tag in source.tags],
        "remarks": remarks_on(source, seen, asked.now),
        "visits": _visits(seen, past),
        "rhythm": _rhythm(past),
        "days": [
            {"day": day, "items": n, **_tally(past, day)}
            for day, n in zip(days, counts, strict=True)
        ],
        "looks": {PARTS[part]: share for part, share in past.usual.items() if part in PARTS},
        "items": [
            item_told(asked.site, item, item.text[:400])
            | {"event_href": telling_href(tellings.get(item.id))}
            for item in items
        ],
        "title": cut(one_line(source.name or source.id), 60),
        "_spark": spark(counts, height=CHART_HEIGHT),
        "_bars": bars_told(days, counts),
        "_in_words": in_words(counts),
        "_height": CHART_HEIGHT,
    }


def _visits(seen: Checkpoint | None, past: History) -> dict[str, Any]:
    if seen is None:
        return {"recent": "", "first_at": None, "last_at": None, "last_success_at": None,
                "last_item_at": None, "next_at": None, "failures": 0, "error": None,
                "last_error": None, "trouble": None, "trouble_since": None,
                "good_body_at": None, "odd_body_at": None}  # fmt: skip
    return {
        "recent": past.recent,
        "first_at": seen.first_visit_at,
        "last_at": seen.last_visit_at,
        "last_success_at": seen.last_success_at,
        "last_item_at": seen.last_item_at,
        "next_at": seen.next_due_at,
        "failures": seen.failures,
        "error": cut(one_line(seen.error or ""), TOLD_CHARS) or None,
        "last_error": cut(one_line(past.last_error), TOLD_CHARS) or None,
        "trouble": past.trouble,
        "trouble_since": past.trouble_since,
        "good_body_at": seen.good_body_at,
        "odd_body_at": seen.odd_body_at,
    }


def _rhythm(past: History) -> dict[str, float | None]:
    """Seconds of news time: usual between arrivals, and from when on it counts as silent."""
    return {
        "usual_gap_s": median(past.gaps) if past.gaps else None,
        "silent_after_s": silence_s(past),
    }


def _tally(past: History, day: str) -> dict[str, int]:
    visits, failures, *_ = [*past.days.get(day, (0, 0)), 0, 0]
    return {"visits": int(visits), "failures": int(failures)}


PAGE = Page("/sources/{id}", view, "source.html.j2", "Source")
