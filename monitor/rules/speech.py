"""Who is meant by an English sentence's "it" and by its colon, beside the names in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import Act
from monitor.rules.sentence import Group, Sentence
from monitor.rules.subject import Subject

_OFFICE_SAID = re.compile(
    r"(?:'s [a-z ]{3,24}?)?,? (?:[a-z]+ ){0,3}?(?:said|says|announced|confirmed|reiterated|added"
    r"|told|stated|reported|declared|noted|disclosed)\b[^;:]*?(?:\bthat )?$"
)


def office_said(sentence: Sentence, at: int) -> bool:
    """ "The ministry said it had approved ...": the "it" at this place is the office, no firm."""
    hits = sentence.within(sentence.start, at, "authority")
    return (
        bool(hits)
        and not any(hits[-1].end <= g.start < at for g in sentence.groups)
        and _OFFICE_SAID.fullmatch(sentence.normal.text, hits[-1].end, at) is not None
    )


_ONE_OF_TWO = re.compile(
    r"\b(?:the )?(?P<which>former|latter)(?: company| firm)?(?: (?:has|had|also|later|then))?"
    r"(?:$| (?:said|says|announced|disclosed|reported|confirmed|stated|told [a-z]+)(?: that)? $)"
)


_FORMER = re.compile("former|latter")


def one_of_two(sentence: Sentence, end: int) -> Subject | None:
    """ "A closed up and B rose after the former said it ...": the "it" that ends there is A."""
    text = sentence.normal.text
    m = _FORMER.search(text, sentence.start, end) and _ONE_OF_TWO.search(text, sentence.start, end)
    before = [g for g in sentence.groups if m is not None and g.end <= m.start()]
    keys = [k for g in before[-2:] for k in g.keys]
    if m is None or len(keys) < 2:
        return None
    key = keys[0] if m["which"] == "former" else keys[-1]
    return Subject((key,), "anaphor", f"the {m['which']}")


_TO_WHOM = re.compile(r"\s+to\s+(?:[a-z0-9'-]+\s+){0,4}")


def given_to(sentence: Sentence, act: Act, at: int) -> bool:
    """ "Licences were issued to four magnet makers": the crowd at this place receives."""
    return act.kind == "give" and _TO_WHOM.fullmatch(sentence.normal.text, act.end, at) is not None


_COLON = re.compile(r"[^:;.]{0,60}:\s")


def after_colon(sentence: Sentence, act: Act, acts: Sequence[Act]) -> Subject | None:
    """ "Three makers were licensed: A on 2 March, B on 4 March and C": the crowd has names."""
    m = None if sentence.chinese else _COLON.match(sentence.normal.text, act.end)
    if m is None or any(a.start > act.end and not a.dropped for a in acts):
        return None
    keys = [k for g in sentence.groups if g.start >= m.end() for k in g.keys]
    return Subject(tuple(dict.fromkeys(keys)), "named", "the firms listed") if keys else None


def cataphor(sentence: Sentence, act: Act) -> Subject | None:
    """ "The lapse of its permit left A without sales": whose, told by the name that follows."""
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    if sentence.chinese or not _ITS_PAPER.search(text, start, end):
        return None
    behind = [g for g in sentence.groups if g.start >= act.end]
    if len(behind) != len(sentence.groups) or not behind or len(behind[0].keys) != 1:
        return None
    g = behind[0]
    return Subject(g.keys, "named", text[g.start : g.end])


_ITS_PAPER = re.compile(
    r"\bits (?:own |only |last |first |export |general |[a-z-]+ ){0,3}(?:licenses?|permits?"
    r"|authorizations?|approvals?|clearances?|papers|permission|application|request)\b"
)


_TELLS = re.compile(
    r"\b(?:said|says|told|announced|disclosed|reported|confirmed|wrote)\b[^;]{0,60}?\bthat\b"
)


def teller_of(sentence: Sentence, act: Act, groups: Sequence[Group]) -> Subject | None:
    """ "A, which is no part of B, told the exchange that Beijing had ...": the one that tells."""
    first = groups[0]
    text = sentence.normal.text
    opens = not text[sentence.start : first.start].strip(" \"'")
    if opens and _TELLS.search(text, first.end, act.start):
        return Subject(first.keys, "named", text[first.start : first.end])
    return None


_ONE_ANSWER = re.compile(
    r"(?:has |have |had )?(?:said|says?) (?:yes|no)\b|turn(?:ed|s)? (?:it|them|both) |nod"
    r"|in (?:its|their|his|the (?:company|firm|group)'s) favou?r"
)
_ONE_THING = re.compile(
    r"\s*(?:to )?(?:it|them|him|her|both|the (?:two|three|four|first|second|third|last|latter"
    r"|rest))\b"
    r"|[\s\"'\u201d]*(?:$|[.,;!]| on [a-z]+day| last | this (?:week|month)| yesterday| in [a-z]+"
    r"(?: \d+)?[.,;]| to [a-z]+[.,;\"'\u201d])"
)
_GENERALLY = re.compile(r"\b(?:exporters|companies|firms|suppliers|applicants|applications)\b")


def singles_out(sentence: Sentence, act: Act) -> bool:
    """ "Beijing said no." "The ministry has approved it": an answer to one, no general rule."""
    text = sentence.normal.text
    return _GENERALLY.search(text, sentence.start, sentence.end) is None and (
        _ONE_THING.match(text, act.end, sentence.end) is not None
        or _ONE_ANSWER.match(act.hit.text) is not None
    )
