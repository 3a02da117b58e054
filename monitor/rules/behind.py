"""Subjects that stand behind the verb: who says so, "A among them", "Permit in hand, A ..."."""

from __future__ import annotations

import re

from monitor.rules.acts import Act
from monitor.rules.candidates import Candidate, is_excluded
from monitor.rules.sentence import Sentence
from monitor.rules.subject import Subject

SAYS = re.compile(
    r"[\s,，]*(?:\([^()]*\)\s*)?(?:also |has |had |later |further |then )?(?:said|says|say|told"
    r"|confirmed|announced|disclosed|added|replied|stated|wrote"
    r"|reported|表示|称|说|透露|公告|回应|披露|回复|答复)"
)
_SAID_BY = re.compile(
    r"(?:said|says|according to|announced by|told by|据|confirmed by)\s*(?:the\s+)?$"
)


def speaker_behind(sentence: Sentence, act: Act) -> Subject | None:
    """ "Two licences have come through, JL MAG said." """
    text = sentence.normal.text
    for g in sentence.groups:
        if g.start < act.end:
            continue
        if SAYS.match(text, g.end) or _SAID_BY.search(text[max(0, g.start - 24) : g.start]):
            return Subject(g.keys, "named", text[g.start : g.end])
    return None


def fronted(sentence: Sentence, act: Act) -> Subject | None:
    """The subject that follows: "Armed with fresh permits, A ...", "Permit in hand, A ..."."""
    if act.piece + 1 >= len(sentence.pieces):
        return None
    if sentence.chinese and _PAPER_FIRST_ZH.match(sentence.text) is None:
        return None
    start, end = sentence.pieces[act.piece + 1]
    for g in sentence.groups:
        opens = start <= g.start < end and not sentence.normal.text[start : g.start].strip()
        alone = act.piece == 0 and not sentence.within(
            sentence.start, act.start, "crowd", "authority"
        )
        if opens and alone and not is_excluded(sentence, Candidate(g.start, g.end, "firm", g)):
            return Subject(g.keys, "named", sentence.normal.text[g.start : g.end])
    return None


_RELATIVE = re.compile(
    r" (?:(?:(?:with|under|by|on|through|for|in) which|that|which) )?(?:the )?(?:[a-z-]+ )?"
)


_UNDER_WHICH = re.compile(r" (?:with|under|by|on|through|for|in) which (?:the )?(?:[a-z-]+ ){0,2}")


def in_a_relative(sentence: Sentence, act: Act, *, plainly: bool = False) -> Subject | None:
    """ "The suspension of the licence with which A served a plant is over": whose it is.

    `plainly`: only where the licence is the one "under which A" does something.
    """
    text = sentence.normal.text
    relative = _UNDER_WHICH if plainly else _RELATIVE
    for o in () if sentence.chinese else act.objects:
        for g in sentence.groups:
            if g.start > o.end and relative.fullmatch(text, o.end, g.start):
                return Subject(g.keys, "named", text[g.start : g.end])
    return None


_PAPER_FIRST_ZH = re.compile(
    r"[\s\"“]*(?:随着|因|由于|凭借|得益于|受益于|受惠于)?(?:[^,，。;；]{0,12}?(?:取得|获得|拿到|获批|核发|签发|颁发|发放)的)?(?:其|所持|手中|手上|首批|部分|相关|对.{1,6}|[一两二三四五六七八九十\d]+[张份])?的?"
    r"(?:两用物项|稀土|磁材|磁体)?(?:出口)?(?:许可|批文|批件|准证|执照)"
)


_AMONG = re.compile(
    r"[\s,]*(?:is |are |was |were )?(?:among|one of|first among|included|being among)\b"
    r"|[\s,]*(?:在列|名列其中|位列其中|榜上有名|在内|入列|为其中)"
)

_AMONG_THEM = re.compile(
    r"(?:\b(?:among them|among which|including|such as|notably|namely|one of them)"
    r"|其中包括|其中有|包括|例如)\s*(?:the )?$"
)


def among(sentence: Sentence, act: Act) -> Subject | None:
    """ "China issues first licences, JL MAG among the recipients"."""
    for g in sentence.groups:
        if g.start >= act.end and (
            _AMONG.match(sentence.normal.text, g.end)
            or _AMONG_THEM.search(sentence.normal.text, act.end, g.start)
        ):
            return Subject(g.keys, "named", sentence.normal.text[g.start : g.end])
    return None


_RELATION = r"(?:供应商|供货[商方]|客户|子公司|公司|伙伴|对手|同行|龙头|厂商|企业|股东)"
_CLEFT_ZH = re.compile(
    r"的(?:[^,，。;；的]{0,4}(?:企业|公司|厂商|磁企|一家))?(?:还|也|正|恰|就|应|其实|实际上?|应该)*"
    r"(?:是|有|包括|为)"
    rf"(?:[^,，。;；是为]{{0,10}}的)?(?:[^,，。;；的是为]{{0,6}}{_RELATION})?$"
)
_NOT_BUT_ZH = re.compile(
    r"的(?:[^,，。;；]{0,6})?(?:不是|并非|并不是|非)[^。;；]{1,30}[,，]?(?:而是|而系)(?:[^,，。;；]{0,14}的)?$"
)
_HOLDER_ZH = re.compile(
    r"(?:持证人|持证方|持证主体|持有人|获证方|获批方|获批企业|被许可人|许可对象|申请人|申报单位|发货人|发货单位|经营单位|货主)(?:应?该?为|是|系|乃)"
    rf"(?:[^,，。;；]{{0,8}}{_RELATION})?$"
)
_WHOSE = re.compile(rf"的[^,，。;；]{{0,6}}{_RELATION}")


def cleft(sentence: Sentence, act: Act) -> Subject | None:
    """拿到许可的是甲, 拿到许可的是甲的供应商乙, 拿到的不是甲，而是乙."""
    text = sentence.normal.text
    for i, g in enumerate(sentence.groups):
        if g.start < act.end:
            continue
        whose = _WHOSE.match(text, g.end)
        behind = sentence.groups[i + 1] if i + 1 < len(sentence.groups) else None
        if whose and behind is not None and 0 <= behind.start - whose.end() <= 1:
            continue
        if (
            _HOLDER_ZH.search(text, act.end, g.start)
            or _CLEFT_ZH.search(text[max(act.end, g.start - 28) : g.start])
            or _NOT_BUT_ZH.search(text[act.end : g.start])
        ):
            return Subject(g.keys, "named", text[g.start : g.end])
    return None
