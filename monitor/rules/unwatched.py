"""Names of firms nobody watches, as English texts write them.

`industrial` finds names that end in a word of their trade ("Youngsun Chemicals"), at the head of a
sentence. `holders` is asked only where an act has no subject: a run of capitals right before the
verb, or behind "for", is then who it is about. Neither guesses at a person, a place or an office.
"""

from __future__ import annotations

import re

from monitor.rules.acts import Act
from monitor.rules.sentence import Sentence

_TRADE = (
    r"(?:Chemicals?|Industrial|Industries|Metals?|Materials|Magnetics?|Magnets?|Technolog(?:y|ies)"
    r"|Electric|Electronics|Motors?|Mining|Minerals|Alloys?|Carbon|Graphite|Tungsten|Holdings"
    r"|Semiconductors?|Precision|Automotive|Robotics|Aerospace|Nonferrous|Smelting|Antimony"
    r"|Germanium|Gallium|Rotors?|Drives|Bearings|Optics|Photonics|Wafers?|Ceramics|Auto|Steel)"
)
_WORD = r"[A-Z][A-Za-z0-9&'’.-]*"
_INDUSTRIAL = re.compile(
    rf"(?:At )?(?P<name>(?:{_WORD} ){{1,3}}{_TRADE})"
    r"(?:,? (?:Co\b\.?|Ltd\b\.?|Inc\b\.?|Corp\b\.?|Limited|Group))*"
    r"(?:'s [a-z]+ (?:unit|arm|plant|subsidiary))?(?: \([^()]{1,30}\))?"
    r"(?:,? (?:also |now |still |at last |finally )?(?:said|says|has|had|was|is|received"
    r"|obtained|won|got|gets|secured|announced|applied|holds|lost|told|reported|confirmed|made"
    r"|picked|landed|may|can|became|resumed|shipped|did|will|would|expects|plans)\b|, an? [a-z])"
)
_NAME = rf"{_WORD}(?: (?:& )?{_WORD}){{0,3}}"
_NAMES = rf"(?P<names>{_NAME}(?:, {_NAME})*(?:,? (?:and|&) {_NAME})?)"
_PART = (
    r"(?:'s?)?(?: (?:local |[A-Z][a-z]+ |[a-z]+ )?"
    r"(?:units?|arms?|subsidiar(?:y|ies)|plants?))?"
)
_BESIDE = r"(?: of [A-Z][a-z]+)?(?: \([^()]{1,30}\)|, [^,.;]{3,60},)?"
_AUX = (
    r"(?:\s+(?:has|have|had|was|were|is|are|been|also|now|finally|just|already|both|all|each|again"
    r"|at last|since|then|too|did|yesterday|on [A-Z][a-z]+day|last week|this week))*\s*"
)
_HEAD = re.compile(
    r"[\s\"'“•*-]*(?:[A-Z][A-Z ]{2,20}: )?(?:(?:The (?:remainder|rest|others?)|Others|They) [-–] )?"
    rf"{_NAMES}{_PART}{_BESIDE}(?: [-–])?{_AUX}$"
)
_FOR = re.compile(
    rf"\b(?:for|by|to|from) {_NAMES}{_PART}(?:,? and (?:\d+|some|several|the) others)?{_AUX}$"
)
_TO = re.compile(rf"(?:to|..? to) {_NAMES}(?=,|\.?$| (?:in|for|on|last|this|which) )")
_DONE_TO = ("give", "refuse", "revoke", "suspend", "renew", "reinstate")
_ONE_TO = re.compile(
    r"\s*(?:[a-z-]+ ){0,4}?(?:[Ll]icen[cs]es?|permits?|authori[sz]ations?|one|it|them)"
    rf"(?: for (?:[a-z-]+ ?){{1,3}})? (?:to|from|(?:held|used) by|issued to) (?P<names>{_NAME})"
    r"\s*(?=,|\.?$| (?:in|on|last|this) )"
)
_SPLIT = re.compile(r",? (?:and|&) |, ")
_NO_NAME = frozenset(
    re.findall(
        r"\w+",
        """the a an its this that one two three four five six seven eight nine ten chinese china
        beijing another each our their most some other no european japanese german indian american
        korean taiwanese french vietnamese export exports import shipments licences licenses permits
        clearances approvals traders sources officials analysts buyers customers it they he she we
        i you his her both none neither all many several more few such these those what who which
        when where why how but and or so yet if as at by for from in of on to with after before
        since while january february march april may june july august september october november
        december monday tuesday wednesday thursday friday saturday sunday spring summer autumn
        winter reuters bloomberg caixin nikkei ministry commerce minister trade europe asia customs
        mofcom then now here there meanwhile however still also only even not nobody everyone last
        next new first second third mr ms mrs dr professor prof sir captain colonel general
        president exporters suppliers companies firms producers""",
    )
)


def industrial(original: str, heads: list[int]) -> list[str]:
    """Names with a word of trade at the heads of clauses of a sentence in its own letters."""
    found = (_INDUSTRIAL.match(original, at) for at in heads)
    return [m["name"] for m in found if m and _is_name(m["name"])]


def holders(sentence: Sentence, act: Act) -> tuple[str, ...]:
    """The firms an act without a subject is about, by their names; empty where none is sure."""
    normal = sentence.normal
    if sentence.groups or sentence.chinese or act.kind in ("wait", "need", "exempt", "report"):
        return ()
    start = sentence.start
    if act.start - start > 160 or act.start <= start:
        return ()
    whole = normal.quote(sentence.start, sentence.end)
    if sentence.where == "title" and _is_title_case(whole):
        return ()
    before = normal.quote(start, act.start)
    m = _HEAD.match(before) or _FOR.search(before)
    end = act.start
    if m is None and act.kind in ("arrive", "give"):
        end = sentence.end
        m = _TO.match(normal.quote(act.end - 2, end))
    if m is None:
        return ()
    names = [n.strip(" .'’") for n in _SPLIT.split(m["names"])]
    names = [re.sub(r"['’]s$", "", n) for n in names]
    single = len(names) == 1 and " " not in names[0]
    if single or not all(map(_is_name, names)) or _is_known(sentence, names, start, end):
        return ()
    return tuple(dict.fromkeys(names))


def receivers(sentence: Sentence, act: Act) -> tuple[str, ...]:
    """The firm that an office gave or refused a licence: "refused one to Songhua Graphite"."""
    if sentence.groups or sentence.chinese or act.kind not in _DONE_TO:
        return ()
    m = _ONE_TO.match(sentence.normal.quote(act.end, sentence.pieces[act.piece][1]))
    names = (m["names"],) if m else ()
    if not all(" " in n and _is_name(n) for n in names):
        return ()
    return () if _is_known(sentence, list(names), act.end, sentence.end) else names


def _is_name(name: str) -> bool:
    words = name.split()
    return bool(words) and not any(w.lower().strip(".'’") in _NO_NAME for w in words)


def _is_title_case(text: str) -> bool:
    words = [w for w in re.findall(r"[A-Za-z][\w'’-]*", text) if len(w) > 3]
    capitals = [w for w in words if w[0].isupper()]
    return len(capitals) * 2 > len(words)


def _is_known(sentence: Sentence, names: list[str], start: int, end: int) -> bool:
    """Is one of them a place, a product or a word of the vocabulary?"""
    text = sentence.normal.text
    for name in names:
        a = text.find(name.lower(), start, end)
        if a < 0:
            return True
        b = a + len(name)
        if any(x < b and a < y for x, y in sentence.listed if y - x >= b - a - 2):
            return True
        if any(a <= h.start and h.end <= b and h.end - h.start == b - a for h in sentence.hits):
            return True
        kinds = ("authority", "foreign_authority", "paper", "permit", "source", "analyst")
        if sentence.within(a, b, *kinds):
            return True
    return False
