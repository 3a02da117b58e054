"""`/issuers/TICKER`: how a firm stands, its licence ledger as a picture, its events and names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from monitor.config import Issuer
from monitor.documents import Tickers
from monitor.event.page import Page as Ledger
from monitor.model import FAMILY
from monitor.pages.chart import BAR_WORDS, Span, day_of, stretches
from monitor.pages.issuers import standing_told
from monitor.pages.ledger import facts_of, standing
from monitor.pages.page import Asked, Moved, Page, Refused
from monitor.pages.told import event_told, issuer_told, unsure_told
from monitor.pages.words import local
from monitor.render import cut, one_line, place, product
from monitor.stores.narrow import NEWS
from monitor.stores.stories import Tick, Ticks
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
    ticks = drawn.marks
    latest = asked.session.latest_stories(issuer.id, STORIES_READ)
    stories = [Ledger.of_story(story) for story in latest]
    everything = asked.query.get("verdict") == "all"
    wanted = EventFilter(issuers=(issuer.id,), verdicts=() if everything else NEWS)
    found = asked.session.event_list(wanted, before=asked.number("before"), limit=EVENTS)
    today = local(asked.now, asked.site.zone).date()
    span = Span.of((day_of(t) for t in ticks if t.verdict != "repeat"), today)
    lanes = _lanes(stories, drawn, span)
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
            for lane in lanes
        ],
        "events": [event_told(asked.site, n) for n in found.rows],
        "next": f"{path}?{urlencode(kept | {'before': found.next})}" if found.next else None,
        "repeats": sum(drawn.repeats.values()),
        "unsure": [unsure_told(asked.site, u) for u in unsure],
        "sources": [s.id for s in asked.site.config.sources if s.issuer == issuer.id],
        "title": issuer.name,
        "_lanes": lanes[:MOST_LANES],
        "_more_lanes": max(0, len(lanes) - MOST_LANES),
        "_marks": span.marks(),
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


def _lanes(stories: Sequence[Ledger], ticks: Ticks, span: Span) -> list[dict[str, Any]]:
    """One line per story, the newest first: bars, marks of events, faint marks of repeats."""
    by_story: dict[str, list[Tick]] = {}
    for tick in ticks.marks:
        by_story.setdefault(tick.story_id, []).append(tick)
    found: list[dict[str, Any]] = []
    for story in stories:
        mine = by_story.get(story.id, [])
        if not mine:
            continue
        taught = [tick for tick in mine if tick.verdict != "repeat"]
        echoes = [tick for tick in mine if tick.verdict == "repeat"]
        bars = [
            {
                "bar": stretch.bar,
                "words": BAR_WORDS[stretch.bar],
                "since": stretch.since.isoformat(),
                "until": stretch.until.isoformat() if stretch.until else None,
                "x": span.x(stretch.since),
                "width": _width(span, stretch.since, stretch.until),
            }
            for stretch in stretches(taught)
        ]
        found.append(
            {
                "story": story.id,
                "href": f"/events/{story.id}",
                "label": _label(story, taught),
                "bars": bars,
                "ticks": [_mark(tick, span) for tick in taught],
                "echoes": sorted({span.x(tick.at.date()) for tick in echoes}),
                "repeats": ticks.repeats.get(story.id, 0),
                "newest": max(tick.at for tick in mine),
            }
        )
    found.sort(key=lambda lane: lane["newest"], reverse=True)
    return found


def _width(span: Span, since: date, until: date | None) -> float:
    return max(0.4, round(span.x(until or span.last) - span.x(since), 2))


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
