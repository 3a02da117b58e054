"""Negations that govern a whole clause: "it is not true that ...", 不存在未获批的情况.

What is denied twice is asserted: `outer` finds the second negation where a verb is already negated.
"""

from __future__ import annotations

import re

from monitor.rules.acts import Act
from monitor.rules.automaton import Hit
from monitor.rules.sentence import Sentence

_AHEAD_EN = re.compile(
    r"\b(?:not as (?:if|though)"
    r"|(?:not (?:true|so|correct|right|accurate|the case)|untrue|false|wrong"
    r"|incorrect|inaccurate|no truth in it)(?: to (?:say|claim|assume))?"
    r"(?: that\b| (?=(?:we|it|they|the (?:company|firm|group)) )))"
    r"(?!.*(?:[;:.]|\b(?:and|but|nor|while|as)\b))"
)
_CLAIM_EN = re.compile(
    r"^\W*(?:but |and |so )?(?:the |any |that |this )?(?:claims?|reports?|rumou?rs?|talk|notion"
    r"|idea|assertion|suggestion|statement|story|allegation|impression)\b[^;.]*\bthat\b"
)
_BEHIND_EN = re.compile(
    r"[^;.]*\b(?:is|are|was|were) (?:simply |plainly |entirely |just )?(?:untrue|false|wrong"
    r"|not true"
    r"|not correct|not accurate|incorrect|inaccurate|unfounded|baseless|mistaken)\b"
)
_AHEAD_ZH = re.compile(
    r"(?:并非|并不是|不是|绝非|不存在|没有(?:出现|发生)?(?:哪[一张份单批件项]+|[一任][何张份单批件项]+)"
    r"|无一[张份单批件项]?|未(?:出现|发生|有)|不至于|谈不上|不能说)[^,，。;；]{0,10}$"
)
_UNGIVEN_ZH = re.compile(r"^(?:未|没|不获|不蒙)")


def outer(sentence: Sentence, act: Act) -> Hit | None:
    """The negation that governs the clause of an act negated in itself, or None."""
    text = sentence.normal.text
    if sentence.chinese:
        m = _AHEAD_ZH.search(text, sentence.pieces[act.piece][0], act.start)
        return _hit(m) if m else None
    m = _AHEAD_EN.search(text, sentence.start, act.start)
    if m is None and _BEHIND_EN.match(text, act.end, sentence.end):
        m = _CLAIM_EN.match(text[sentence.start : act.start])
        return Hit(sentence.start, sentence.start + m.end(), _NOT, "that is untrue") if m else None
    return _hit(m) if m else None


_NOT = frozenset(("not",))


def _hit(m: re.Match[str]) -> Hit:
    return Hit(m.start(), m.end(), _NOT, m.group())


def ungiven(sentence: Sentence, act: Act) -> bool:
    """没有一单不获批准: a refusal told as a missing approval, denied of every single one."""
    return (
        sentence.chinese
        and act.kind in ("refuse", "unapproved")
        and _UNGIVEN_ZH.match(act.hit.text) is not None
        and outer(sentence, act) is not None
    )


_NOTHING = re.compile(
    r"[\s\"'“]*(?:and |but )?(?:nothing|nobody|no one|no-one|hardly any\w*|scarcely any\w*"
    r"|barely any\w*|precious few|few (?:of|believe|think|doubt)|not all|not every\w*"
    r"|little (?:of|suggests|indicates|points|shows|speaks))\b"
)
_NOT_SO_FAR = re.compile(
    r"\b(?:has|have|had|was|were|is|are|did|does|do) (?:not|never),[^.;,]{2,40},$"
)
_NO_ONE_OF_THEM = re.compile(
    r"(?:^|[\s\"'“])(?:no|none of|neither|not one|not a single|not any) [^.;,]{2,80},"
    r" [^.;,]{2,60}, (?:has|have|had|was|were|is|are|did|does|do|will)\b[^.;,]{0,24}$"
)
"""A subject that denies, its verb behind an aside: "No permit of any firm, A included, was ..." """
SAW = re.compile(
    r" (?:else )?(?:has |had )?(?:noticed|noted|remarked|realized|missed|overlooked)\b"
)
_NEW_CLAUSE = re.compile(
    r"\b(?:but|until|while|because|after|though|although|and|when|before|if|now that)\b"
)


def nobody(sentence: Sentence, act: Act, start: int) -> Hit | None:
    """The subject that denies the English clause beginning at `start` ("nothing it has filed has
    earned it a licence"), or a negation cut off by a comma ("had not, as of Friday, granted")."""
    text = sentence.normal.text
    if m := _NO_ONE_OF_THEM.search(text[sentence.start : act.start]):
        return Hit(sentence.start, sentence.start + 4, _NOT, m.group().strip()[:16])
    m = _NOT_SO_FAR.search(text, sentence.start, start) or _NOTHING.match(text, start, act.start)
    if m and SAW.match(text, m.end()):
        return None  # "Nobody noticed that it disclosed a permit": it did
    return _hit(m) if m and not _NEW_CLAUSE.search(text, m.end(), act.start) else None


_NOT_US = re.compile(
    r"[^,，。;；]{0,12}?的(?:企业|公司|厂家?|一方|那家|那一家)?(?:并|绝|根本|都|也|其实|实际上?)?(?:不是|并非|绝非|非|不会是)"
    r"(?:本公司|我公司|我司|公司|我们|咱们|我厂|本厂|他们|它|自己|自家|该公司|其)(?=[,，。;；!！\"”』」]|$|本身|自己|而是)"
)


def cleft(sentence: Sentence, act: Act) -> Hit | None:
    """拿到许可的不是我们: it happened, but not to who speaks."""
    m = _NOT_US.match(sentence.normal.text, act.end, sentence.end)
    return Hit(m.start(), m.end(), _NOT, m.group()) if m else None
