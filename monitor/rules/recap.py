"""English recaps: an old licence remembered beside today's other news."""

from __future__ import annotations

import re

from monitor.rules.document import Document
from monitor.rules.match import Fact

_LONG_AGO = re.compile(
    r"\bthe (?:week|month|quarter|year) before last\b|\blast (?:month|quarter|spring|summer|autumn"
    r"|winter)\b|\b(?:two|three|four|five|six|seven|eight|nine|ten|several|some|a few|a couple of)"
    r" (?:weeks|months|years) (?:ago|earlier|back)\b|\ba (?:month|quarter|year) (?:ago|earlier)\b"
    r"|\bearlier (?:this|in the) (?:year|quarter|spring|summer|autumn)\b"
)
_MARKET_HAD = re.compile(
    r"\b(?:shares?|stocks?|they|it|price) had (?:[a-z]+ly |already |also |first )?(?:soared|jumped"
    r"|risen|surged|rallied|climbed|gained|leapt|shot up|spiked|hit|fallen|dropped|slid|plunged"
    r"|tumbled|slumped|sunk|sold off)\b"
)
_AS_EARLY = re.compile(r"\bhad\b[^.;]{0,60}\bas (?:early|far back|long ago) as\b")
_ABOUT = ("paper", "permit", "general", "got", "export", "request")


def recapped(fact: Fact, document: Document) -> str | None:
    """Why the act is only remembered: the share price moved on it once, or a lead of other news."""
    s = fact.sentence
    if s.chinese or s.where == "title":
        return None
    text = s.normal.text
    if m := _AS_EARLY.search(text, s.pieces[fact.act.piece][0], s.end):
        return m.group()
    if (years := _years_ago(fact, document)) is not None:
        return f"{years} years ago"
    if m := _MARKET_HAD.search(text, s.start, fact.act.start):
        return m.group()
    if document.item.kind != "news" or s.index == 0 or document.title.has(*_ABOUT):
        return None
    if not document.text.within(0, s.start).isdisjoint(_ABOUT):
        return None
    start = s.pieces[fact.act.piece][0]
    m = _LONG_AGO.search(text, s.start, fact.act.start) or _LONG_AGO.search(text, start, fact.end)
    return f"{m.group()}, below a lead of other news" if m else None


_IN_YEAR = re.compile(r"\b(?:in|since|of|back in) (?:[a-z]+ )?((?:19|20)\d\d)\b")


def _years_ago(fact: Fact, document: Document) -> int | None:
    """Years since the act where its own piece names a year at least two back, else None."""
    published = document.item.published_at
    if published is None:
        return None
    text = fact.sentence.normal.text
    said = _IN_YEAR.search(text, fact.act.start, fact.sentence.pieces[fact.act.piece][1])
    years = published.year - int(said[1]) if said else 0
    return years if years >= 2 else None
