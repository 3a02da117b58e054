"""`/issuers/TICKER`: how a firm stands, its licence ledger as a picture, its events and names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from monitor.clock import local
from monitor.config import Issuer
from monitor.documents import Tickers
from monitor.event.page import Page as Ledger
from monitor.model import FAMILY
from monitor.pages.chart import BAR_WORDS, Span, Stretch, day_of, stretches
from monitor.pages.issuers import standing_told
from monitor.pages.ledger import facts_of, standing
from monitor.pages.page import Asked, Moved, Page, Refused
from monitor.pages.told import event_told, issuer_told, unsure_told
from monitor.render import cut, one_line, place, product
from monitor.stores.narrow import NEWS
from monitor.stores.stories import MOST_TELLINGS, Tick, Ticks
from monitor.stores.wanted import EventFilter
from monitor.terminal import SHAPE, WORD

STORIES_READ = 24
EVENTS = 30
MOST_LANES = 12
LANGUAGES = {"en": "English", "zh-Hans": "Simplified Chinese", "zh-Hant": "Traditional Chinese"}


def view(asked: Asked) -> dict[str, Any]:
    """One watched firm."""
    issuer = _issuer(asked)
    drawn = asked.session.ticks(issuer.id)
    latest = asked.session.latest_stories(issuer.id, STORIES_READ)
    stories = [Ledger.of_story(story) for story in latest]
    everything = asked.query.get("verdict") == "all"
    wanted = EventFilter(issuers=(issuer.id,), verdicts=() if everything else NEWS)
    found = asked.session.event_list(wanted, before=asked.number("before"), limit=EVENTS)
    today = local(asked.now, asked.site.zone).date()
    lanes = _lanes(stories, drawn, today)
    names = [n for some in issuer.names.values() for n in some]
    unsure = asked.session.unsure_of(issuer.id, names)
    path = f"/issuers/{issuer.tickers[0]}"
    kept = {"verdict": "all"} if everything else {}
    return {
        "issuer": issuer_told(asked.site, issuer.id)
        | {
            "names": {language: list(some) for language, some in issuer.names.items()},
            "former_tickers": list(issuer.former_tickers),
            "roles": list(issuer.roles),
            "minerals": list(issuer.minerals),
            "place": list(issuer.place),
        },
        "standing": [standing_told(s) for s in standing(stories)],
        "ledger": [
            {
                "story": lane["story"],
                "href": lane["href"],
                "label": lane["label"],
                "stretches": [
                    {
                        "state": s["bar"],
                        "words": s["words"],
                        "since": s["since"],
                        "until": s["until"],
                    }
                    for s in lane["bars"]
                ],
                "events": len(lane["ticks"]),
                "repeats": lane["repeats"],
            }
            for lane in lanes.lines
        ],
        "events": [event_told(asked.site, n) for n in found.rows],
        "next": f"{path}?{urlencode(kept | {'before': found.next})}" if found.next else None,
        "repeats": sum(drawn.repeats.values()),
        "unsure": [unsure_told(asked.site, u) for u in unsure],
        "sources": [s.id for s in asked.site.config.sources if s.issuer == issuer.id],
        "title": issuer.name,
        "_lanes": lanes.lines[:MOST_LANES],
        "_more_lanes": max(0, len(lanes.lines) - MOST_LANES),
        "_marks": lanes.span.marks(),
        "_more_stop_at": STORIES_READ - MOST_LANES,
        "_repeats_stop_at": MOST_TELLINGS,
        "_languages": LANGUAGES,
        "_all": everything,
    }


def _issuer(asked: Asked) -> Issuer:
    """The firm of the address. Any other name of it leads to its primary ticker."""
    asked_for = asked.path["ticker"]
    issuer_id = Tickers(asked.site.issuers.values()).issuer_id(asked_for)
    if issuer_id is None and asked_for.lower() in asked.site.issuers:
        issuer_id = asked_for.lower()
    if issuer_id is None:
        raise Refused(404, "No watched firm has that ticker. /issuers lists all of them.")
    issuer = asked.site.issuers[issuer_id]
    if asked_for != issuer.tickers[0]:
        raise Moved(f"/issuers/{issuer.tickers[0]}")
    return issuer


# --- the picture ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lanes:
    """The ledger as lines, and the days that the first MOST_LANES of them take up."""

    lines: list[dict[str, Any]]
    span: Span


def _lanes(stories: Sequence[Ledger], ticks: Ticks, today: date) -> Lanes:
    """One line per story, the newest first: bars, marks of events, faint marks of repeats."""
    by_story: dict[str, list[Tick]] = {}
    for tick in ticks.marks:
        by_story.setdefault(tick.story_id, []).append(tick)
    told = [story for story in stories if story.id in by_story]
    told.sort(key=lambda story: max(tick.at for tick in by_story[story.id]), reverse=True)
    shown = [tick for story in told[:MOST_LANES] for tick in by_story[story.id]]
    span = Span.of((day_of(tick) for tick in shown if tick.verdict != "repeat"), today)
    found: list[dict[str, Any]] = []
    for story in told:
        mine = by_story[story.id]
        taught = [tick for tick in mine if tick.verdict != "repeat"]
        echoes = [tick for tick in mine if tick.verdict == "repeat"]
        found.append(
            {
                "story": story.id,
                "href": f"/events/{story.id}",
                "label": _label(story, taught),
                "bars": [_bar(stretch, span) for stretch in stretches(taught)],
                "ticks": [_mark(tick, span) for tick in taught],
                "echoes": sorted({span.x(tick.at.date()) for tick in echoes}),
                "repeats": ticks.repeats.get(story.id, 0),
            }
        )
    return Lanes(found, span)


def _bar(stretch: Stretch, span: Span) -> dict[str, Any]:
    width = max(0.4, round(span.x(stretch.until or span.last) - span.x(stretch.since), 2))
    return {
        "bar": stretch.bar,
        "words": BAR_WORDS[stretch.bar],
        "since": stretch.since.isoformat(),
        "until": stretch.until.isoformat() if stretch.until else None,
        "x": round(min(span.x(stretch.since), 100 - width), 2),
        "width": width,
    }


def _mark(tick: Tick, span: Span) -> dict[str, Any]:
    family, day = FAMILY[tick.status], day_of(tick)
    return {
        "x": span.x(day),
        "family": family,
        "word": f"{SHAPE[family]} {WORD[tick.status]}, {day.day} {day:%b %Y}",
        "quiet": tick.verdict in ("background", "none-alerting"),
        "href": f"/events/{tick.story_id}.{tick.revision}",
    }


def _label(story: Ledger, taught: Sequence[Tick]) -> str:
    """`General licence · US, Europe · magnets`."""
    facts = facts_of(story)
    if any(fact.status == "general_granted" for fact in facts):
        kind = "General licence"
    elif facts or any(FAMILY[tick.status] in ("grant", "loss") for tick in taught):
        kind = "Licence"
    elif story.family == "waiting":
        kind = "Application"
    else:
        kind = {"exempt": "No licence needed", "policy": "Regulator"}.get(story.family, "Licence")
    places = dict.fromkeys(c for fact in facts for c in fact.destinations)
    parts = [kind, _few([place(c) for c in places]), _few([product(c) for c in story.products])]
    return cut(one_line(" · ".join(part for part in parts if part)), 120)


def _few(words: Sequence[str]) -> str:
    return ", ".join(words[:3]) + (f" +{len(words) - 3}" if len(words) > 3 else "")


PAGE = Page("/issuers/{ticker}", view, "issuer.html.j2", "Issuer")
