"""English sentences that give one firm what the sentence before gave others.

"Three makers were licensed. X is one of them", "A similar decision reached X", "X did likewise".
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from monitor.model import FAMILY
from monitor.rules.automaton import Hit
from monitor.rules.document import Document
from monitor.rules.match import Fact, Studied
from monitor.rules.sentence import Sentence
from monitor.rules.subject import Subject

_FEW = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|dozen|few|lucky ones|recipients|winners"
    r"|licensees|firms concerned|companies concerned)"
)
_THEM = (
    rf"(?:them|these|those|the {_FEW})(?! (?:largest|biggest|leading|main|chinese|that|which))\b"
)
_IS_ONE = re.compile(
    rf"(?:,? [^,;.]{{2,60}},)? (?:is|was) (?:said to be |also |reportedly |understood to be )?"
    rf"(?:one of|among|the (?:first|largest|second|third) of) {_THEM}"
)
_ONE_IS = re.compile(
    rf"(?:one of|among|the (?:first|largest|biggest|best known) of) {_THEM} (?:is|was|were|are) "
    r"(?:also )?$"
)
_SIMILAR = re.compile(
    r"\bit was (?:then |next )?the turn of (?:the )?"
    r"|\b(?:an?|the) (?:similar|same|identical|like) (?:[a-z]+ )?(?:decision|letter|notice|document"
    r"|ruling|paper|answer|reply|verdict|fate|license|permit|approval) (?:has |had |also )?"
    r"(?:reached|came to|arrived at|was sent to|went to|was (?:handed|issued|given|granted) to"
    r"|befell|awaited|was received by) "
)
_DID_TOO = re.compile(
    r" (?:has |had |later |also )*(?:(?:did|done|does) (?:likewise|the same|so too|so as well)"
    r"|followed suit)"
    r"(?=[.,;\"]|$| (?:on|in|last|this|yesterday|a|two) )"
)
_SO_DID = re.compile(r"[\s\"'“]*(?:and )?so (?:did|has|have|was|were|does) $")
_DITTO = re.compile(
    r"\)?(?:\s*:| -{1,2})\s*(?P<v>likewise|(?:the )?same(?: again| here)?|ditto|as above|as well"
    r"|also|too|so too)\b(?! (?:not|no|waiting|pending|none))"
)
_IT = re.compile(r"(?:it|them|him)\b")
_BENT = ("not", "not_yet", "if", "ask", "plan", "untrue", "denies")


def likewise(document: Document) -> None:
    """Add the act of the sentence before to the firm that this one names beside it."""
    for before, after in pairwise(document.studied):
        s = after.sentence
        if s.chinese or not s.groups or not before.facts or s.has(*_BENT):
            continue
        if any(f.key in s.groups[0].keys for f in after.facts):
            continue
        if keys := _one_of_them(s):
            _give(before, [f for f in before.facts if f.key is None], keys, None)
        elif found := _ditto(s):
            _give(after, [f for f in before.facts if f.key][-1:], *found)
        elif found := _too(s):
            told = [f for f in before.facts if f.key and FAMILY[f.status] in ("grant", "loss")]
            _give(after, told[-1:], *found)


def _one_of_them(s: Sentence) -> tuple[str, ...]:
    text = s.normal.text
    first = s.groups[0]
    opens = text[s.start : first.start].strip(" \"'“")
    if not opens and _IS_ONE.match(text, first.end, s.end):
        return first.keys
    if _ONE_IS.fullmatch(text[s.start : first.start].lstrip(" \"'“")):
        return first.keys
    return ()


def _ditto(s: Sentence) -> tuple[tuple[str, ...], Hit] | None:
    """ "- B: likewise, though for Japan": a line of a list that repeats the one above."""
    first = s.groups[0]
    m = _DITTO.match(s.normal.text, first.end, s.end)
    opens = s.normal.text[s.start : first.start].strip(" \"'“*•-")
    return (first.keys, _hit(s, m)) if m and not opens else None


def _too(s: Sentence) -> tuple[tuple[str, ...], Hit] | None:
    """The firm to which the same happened, and the words that say so."""
    text = s.normal.text
    if m := _SIMILAR.search(text, s.start, s.end):
        behind = next((g for g in s.groups if 0 <= g.start - m.end() <= 4), None)
        if behind is None and _IT.match(text, m.end()) and s.groups[0].end <= m.start():
            behind = s.groups[0]
        return (behind.keys, _hit(s, m)) if behind else None
    first = s.groups[0]
    if m := _DID_TOO.match(text, first.end, s.end):
        return first.keys, _hit(s, m)
    if m := _SO_DID.match(text, s.start, first.start):
        return first.keys, _hit(s, m)
    return None


def _hit(s: Sentence, m: re.Match[str]) -> Hit:
    return Hit(m.start(), m.end(), frozenset(("turn",)), s.normal.text[m.start() : m.end()].strip())


def _give(studied: Studied, facts: list[Fact], keys: tuple[str, ...], hit: Hit | None) -> None:
    """Copies of `facts` for the firms `keys`; with `hit`, told by these words of this sentence."""
    s = studied.sentence
    for fact in facts:
        for key in keys:
            if key == fact.key:
                continue
            act = replace(fact.act, words=set(fact.act.words), reasons=[])
            new = replace(
                fact,
                key=key,
                subject=Subject((key,), "named", "named beside the others"),
                reasons=[*fact.reasons, "the next sentence says it of this firm"],
                act=act,
                destinations=[*fact.destinations],
                products=[*fact.products],
                customers=[*fact.customers],
            )
            if hit is not None:
                piece = s.piece(hit.start)
                act = replace(act, hit=hit, piece=piece, left=s.start, right=s.end, objects=[])
                new = replace(new, act=act, sentence=s, start=s.start, end=s.end)
            studied.facts.append(new)
