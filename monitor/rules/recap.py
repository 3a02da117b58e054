"""English recaps: an old licence remembered beside today's other news."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.model import FAMILY
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


_FRESH = 7
"""Days within which an act is news wherever it is told."""
_BEHIND = re.compile(
    r"\s*(?:and |but )?(?:among|one of the|fresh from|when|which|whose|who|whom|where|under which"
    r"|during which"
    r"|(?:since|after) (?!\d|(?:january|february|march|april|may|june|july|august|september"
    r"|october|november|december|last|early|late|mid|spring|summer|autumn|winter|then)\b))\b"
)
_SINCE = re.compile(r" since (?:its|their|the|it|they|[a-z]+ [a-z]+'s?|[a-z]+'s?) [^.;,]*$")
_THAT_IT = re.compile(
    r"\s+(?:that|which|(?:(?:that|which) )?(?:it|they|the (?:company|firm|group|producer|maker"
    r"|ministry)))(?: has| had| have| was| were)?(?: been)?(?: [a-z]+ly)?\s*"
)
_UNDER = re.compile(
    r"\b(?:under|with|thanks to|on the strength of|following|after|since|covered by|due to|by|on)"
    r" (?:(?:the|its|their|an?|two|three|several|those) )*(?:[a-z-]+ ){0,2}$"
)
_WHEN_IT = re.compile(
    r"(?:^|\W)(?:back )?(?:in|last|early in|late in) (?:early |late |mid-)?(?:january|february"
    r"|march|april"
    r"|may|june|july|august|september|october|november|december|spring|summer|autumn|winter)\b"
    r"[^.;,]{0,60}? when [^.;,]*$"
)
"""In May everybody cheered when A got one: told to date something else."""
_THEREUPON = re.compile(
    r"\b(?:before (?:the|that) (?:week|month|year|quarter|season|day) was (?:out|over)"
    r"|(?:later )?(?:in )?"
    r"(?:that|the same) (?:same )?(?:week|month|year|spring|summer|autumn|winter)"
    r"|(?:days|weeks|a (?:week|month|fortnight)|(?:two|three|four|six) weeks) (?:later|afterwards)"
    r"|soon after(?:wards)?|shortly afterwards|within (?:days|weeks|the month|a month))\b"
)
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|been|has|have|had|and|but)\b")


def _in_passing(fact: Fact) -> bool:
    """ "The permits it was issued in June run until May", "when the licence was extended", "under
    a permit signed in November": a clause that only says which, when or why."""
    s, act = fact.sentence, fact.act
    text = s.normal.text
    start = s.pieces[act.piece][0]
    if _BEHIND.match(text, start) or _SINCE.search(text[start : act.start]):
        return True
    if _WHEN_IT.search(text, start, act.start):
        return True
    for paper in act.objects:
        if paper.end > act.start or paper.start < start:
            continue
        between = text[paper.end : act.start]
        for group in s.groups:
            if paper.end <= group.start and group.end <= act.start:
                between = between.replace(text[group.start : group.end], "it")
        if _THAT_IT.fullmatch(between):
            return True
        if not _AUXILIARY.search(between) and _UNDER.search(text[s.start : paper.start]):
            return True
    return False


_OTHERS = re.compile(r"\b(?:another|others?|one of|two of|three of|some of)\b")


_THAT = re.compile(r"\b(?:that|this|the|its) (?:[a-z-]+ ){0,2}$")


def _undone(fact: Fact, facts: Sequence[Fact], old: bool) -> bool:
    """ "In May it was allowed to ship. On Monday the ministry took that away": the loss is news."""
    return any(
        o.key == fact.key
        and o.status in ("suspended", "revoked", "expired")
        and o.novelty == "new"
        and o.certainty in ("confirmed", "reported")
        and (fact.event_date or "") < (o.event_date or "9999")
        and (old or _refers_back(o, fact))
        and not _OTHERS.search(o.sentence.normal.text, *o.sentence.pieces[o.act.piece])
        and not (
            o.destinations
            and fact.destinations
            and set(o.destinations).isdisjoint(fact.destinations)
        )
        for o in facts
    )


def _refers_back(loss: Fact, fact: Fact) -> bool:
    """ "A held a permit. The ministry scrapped it": the loss takes up what was told before."""
    if loss.sentence is fact.sentence or loss.sentence.start < fact.sentence.start:
        return False
    text = loss.sentence.normal.text
    return bool(loss.act.carried) or any(
        _THAT.search(text, loss.sentence.start, o.start) for o in loss.act.objects
    )


_SEASON = re.compile(
    r"\b(?:last (?:year|spring|summer|autumn|fall|winter)|in the (?:spring|summer|autumn|fall)"
    r"|(?:the|a) year (?:before|earlier))\b"
)


def recapped(fact: Fact, facts: Sequence[Fact], document: Document, days: int | None) -> str | None:
    """Why the act is only remembered: told in passing, undone since, below a lead of other news."""
    s = fact.sentence
    if s.chinese or s.where == "title":
        return None
    text = s.normal.text
    old = days >= _FRESH if days is not None else bool(_SEASON.search(text, fact.start, fact.end))
    if old and _in_passing(fact):
        return "told in passing"
    if (old or days is None) and FAMILY[fact.status] == "grant" and _undone(fact, facts, old):
        return "taken away since"
    if m := _AS_EARLY.search(text, s.pieces[fact.act.piece][0], s.end):
        return m.group()
    if (years := _years_ago(fact, document)) is not None:
        return f"{years} years ago"
    if m := _THEREUPON.search(text, s.start, s.end):
        before = [
            o
            for o in facts
            if o.key == fact.key and (s.index - o.sentence.index == 1 or o.sentence is s)
        ]
        lost = [o for o in before if o is not fact and FAMILY[o.status] == "loss"]
        if days is None and any(o.novelty == "background" for o in lost):
            return m.group()
    if m := _MARKET_HAD.search(text, s.start, fact.act.start):
        return m.group()
    if document.item.kind != "news" or s.index == 0 or document.title.has(*_ABOUT):
        return None
    if not document.text.within(0, s.start).isdisjoint(_ABOUT):
        return None
    start = s.pieces[fact.act.piece][0]
    m = _LONG_AGO.search(text, s.start, fact.act.start) or _LONG_AGO.search(text, start, fact.end)
    if m is None and (m := _IN_YEAR.search(text, s.start, fact.end)):
        m = m if _of_past_year(m, document) else None
    return f"{m.group()}, below a lead of other news" if m else None


def _of_past_year(m: re.Match[str], document: Document) -> bool:
    published = document.item.published_at
    return published is not None and int(m[1]) < published.year


_IN_YEAR = re.compile(r"\b(?:in|since|of|back in) (?:[a-z]+ )?((?:19|20)\d\d)\b")


def _years_ago(fact: Fact, document: Document) -> int | None:
    """Years since the act where its own piece names a year at least two back, else None."""
    published = document.item.published_at
    if published is None:
        return None
    text = fact.sentence.normal.text
    start, end = fact.sentence.pieces[fact.act.piece]
    said = _IN_YEAR.search(text, fact.act.start, end) or _IN_YEAR.match(text, start)
    years = published.year - int(said[1]) if said else 0
    return years if years >= 2 else None
