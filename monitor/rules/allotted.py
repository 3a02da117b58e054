"""Which of several places or goods is this firm's, or this licence's.

"A and B for Spain and Japan respectively", 前者供美国，后者供欧洲, "A (Sweden), B (Türkiye)".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.document import Document
from monitor.rules.facts import inside
from monitor.rules.match import Fact
from monitor.rules.vocabulary import Tag

_ONE_OF_THEM = (
    (re.compile(r"前者|前一[个家份张国]|第一[个家份张国]|\bthe (?:former|first)\b"), 0),
    (re.compile(r"后者|后一[个家份张国]|第二[个家份张国]|\bthe (?:latter|second)\b"), -1),
)


_EACH_ITS_OWN = re.compile(r"\brespectively\b|\bin that order\b|分别|依次|各自")


def one_each(fact: Fact, document: Document, found: list[Tag]) -> list[Tag]:
    """ "A, B and C for Spain, Poland and Japan respectively": to each firm its own place."""
    keys = fact.subject.keys
    if len(keys) == 2 and fact.key in keys and (own := _former_or_latter(fact, found)):
        return own
    if len(keys) < 2 or fact.key not in keys or not _EACH_ITS_OWN.search(fact.sentence.text):
        return found
    codes = list(dict.fromkeys(t.code for t in found))
    if len(codes) != len(keys):
        return found
    return [t for t in found if t.code == codes[keys.index(fact.key)]]


_FORMER = re.compile(r"前者|\bthe former\b")
_LATTER = re.compile(r"后者|\bthe latter\b")


def _former_or_latter(fact: Fact, found: Sequence[Tag]) -> list[Tag]:
    """A与B拿到许可证，前者供美国，后者供欧洲: the places of the one the firm is."""
    text, s = fact.sentence.normal.text, fact.sentence
    one = _FORMER.search(text, fact.act.end, s.end)
    two = _LATTER.search(text, one.end(), s.end) if one else None
    if one is None or two is None:
        return []
    first = fact.key == fact.subject.keys[0]
    start, end = (one.end(), two.start()) if first else (two.end(), s.end)
    return [t for t in found if start <= t.start < end]


_OPENS = re.compile(r"\s*\(")


def beside_its_name(fact: Fact, tags: Sequence[Tag], found: list[Tag]) -> list[Tag]:
    """ "A (Sweden, Norway), B (Türkiye) licensed": places in brackets behind a name are its own."""
    s = fact.sentence
    own: list[Tag] = []
    others: list[Tag] = []
    for m in (m for g in s.groups for m in g.mentions):
        if _OPENS.match(s.normal.text, m.end):
            aside = next(((a, b) for a, b in s.asides if 0 <= a - m.end <= 2), None)
            if aside is not None:
                (own if m.key == fact.key else others).extend(inside(tags, *aside))
    if own:
        return own
    return [t for t in found if t not in others]


def which_of_two(fact: Fact, asked: Sequence[Tag]) -> list[Tag] | None:
    """前者 and 后者, "the former": one of the two places the question named."""
    if len(asked) < 2:
        return None
    text = fact.sentence.normal.text[fact.start : fact.end]
    for words, at in _ONE_OF_THEM:
        if words.search(text):
            return [asked[at]]
    return None
