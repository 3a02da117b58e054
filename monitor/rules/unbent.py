"""Words of plan, guess or attempt that bend no act: they say which goods, or speak of what comes
beside the news ("with no new one in sight", "which management reckons is worth 9 million").
"""

from __future__ import annotations

import re

from monitor.rules.acts import Act
from monitor.rules.automaton import Hit
from monitor.rules.sentence import Sentence

_NO_SUCH = re.compile(r"\b(?:no|not|without|nothing|none)\b[^,;]{0,24}$")


def none_of_it(sentence: Sentence, act: Act, hit: Hit) -> bool:
    """ "It lapsed with no new one in sight": that nothing may come bends nothing."""
    number = sentence.piece(hit.start)
    start = sentence.pieces[number][0] if number != act.piece else act.start
    before = sentence.normal.text[start : hit.start]
    return hit.start > act.end and _NO_SUCH.search(before) is not None


_BESIDE_THE_NEWS = re.compile(r", (?:which|who|where|worth|a figure)\b")


def said_beside(sentence: Sentence, act: Act, hit: Hit) -> bool:
    """ "It got a fresh batch, which management reckons is worth 9 million": a guess beside it."""
    text = sentence.normal.text
    return act.end < hit.start and _BESIDE_THE_NEWS.search(text, act.end, hit.start) is not None


_WHICH_IT = re.compile(r"\b(?:that|which) [^,;:]{1,48} $")
_IT_WAS_DONE = re.compile(r" to [a-z]+ [^,;:]{0,60}\b(?:was|were|has been|have been|had been) ")


def only_which_goods(text: str, hit: Hit, act: Act) -> bool:
    """ "A cargo that it wanted to send to Hanoi was refused": the wish says which cargo."""
    return (
        _WHICH_IT.search(text, act.left, hit.start) is not None
        and _IT_WAS_DONE.match(text, hit.end, act.end) is not None
    )


SUCCEEDS = re.compile(r"succeeded|successful|paid off|worked|fruit")
