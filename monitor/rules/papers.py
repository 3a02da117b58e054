"""Is this paper an export licence, or one of another kind?"""

from __future__ import annotations

import re
from bisect import bisect_left

from monitor.rules.acts import Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.sentence import Sentence


def is_ours(sentence: Sentence, hit: Hit, act: Act, ground: Ground) -> bool:
    """Is this noun an export licence (or a request for one), given the words around it?"""
    text = sentence.normal.text
    if "renew" in hit.kinds:
        return ground.exports or ground.paper
    if "paper" in hit.kinds or "general" in hit.kinds:
        return not _another_kind(sentence, hit)
    if _another_kind(sentence, hit):
        return False
    piece = sentence.pieces[act.piece]
    if sentence.within(*piece, "other_paper"):
        return False
    exports = "export" in hit.text or "出口" in hit.text
    if exports and not hit.kinds.isdisjoint(("permit", "request")):
        return True
    if sentence.within(*piece, "other_matter") and not sentence.within(*piece, "paper", "export"):
        return False
    licence = (
        "licens" in hit.text or "permit" in hit.text or "许可" in hit.text or "批文" in hit.text
    )
    if (
        not licence
        and sentence.has("other_matter")
        and not sentence.has("paper", "export", "control")
    ):
        return False
    if "control" in hit.kinds:
        return True
    near = (
        sentence.goods
        or sentence.has("export", "control", "paper", "general")
        or (
            sentence.has("permit")
            and any(
                "permit" in h.kinds and h is not hit and ("licens" in h.text or "许可" in h.text)
                for h in sentence.hits
            )
        )
    )
    if licence or "request" in hit.kinds:
        return near or ground.exports
    if "export" in hit.kinds:
        if sentence.within(*piece, "other_matter"):
            return False
        return ground.exports and not text[hit.end : hit.end + 4].lstrip().startswith("tax")
    return near or ground.paper or (ground.exports and sentence.has("authority"))


def _another_kind(sentence: Sentence, hit: Hit) -> bool:
    """Does a word right before it make it a licence of another kind (drug, mining, software)?"""
    text = sentence.normal.text
    if not sentence.has("other_matter"):
        return False
    for i in range(bisect_left(sentence.hits, (hit.start,)) - 1, -1, -1):
        other = sentence.hits[i]
        if hit.start - other.end > 6:
            return False
        if "other_matter" in other.kinds and not text[other.end : hit.start].strip(" -的"):
            return True
    return False


_NUMBERS = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "the first",
        "the second",
        "the third",
        "the fourth",
        "the fifth",
        "the last",
    ]
)
_PRONOMINAL = re.compile(
    r"\s*(?:more |others? |of (?:them|these|those|its|the) ?|for |so far|still|(?:were|was|are|is"
    r"|have|has|had|came|come|got|went|arrived|remain|approved|granted|cleared|refused|rejected"
    r"|landed)\b|[,.;:]|$)"
)


_PRONOUNS = frozenset(("it", "they", "them"))
_PASSIVE = re.compile(
    r"\s*(?:has|have|had|was|were|is|are|been|being|now|also|all|both|since|not|yet|\s)+$"
)


def stands_alone(text: str, hit: Hit, act: Act) -> bool:
    """ "Three were approved": the number stands for papers; in "three weeks" it does not."""
    if hit.text in _PRONOUNS:
        if hit.start >= act.end:
            return not text[act.end : hit.start].strip()
        between = text[hit.end : act.start]
        return bool(_PASSIVE.fullmatch(between)) and bool(
            re.search(r"\b(?:been|was|were|is|are|being)\b", between)
        )
    if hit.text not in _NUMBERS:
        return True
    if text[hit.start - 1 : hit.start] == "-":
        return False
    return _PRONOMINAL.match(text, hit.end) is not None
