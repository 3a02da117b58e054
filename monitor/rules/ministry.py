"""Applications of nobody in particular: "a batch of applications was approved", 一批申请获得通过.

The passive hides who gave and whose they were; a firm merely named nearby got nothing by it.
"""

from __future__ import annotations

import re

from monitor.rules.acts import PAPER, Act
from monitor.rules.sentence import Sentence
from monitor.rules.subject import Subject

_GIVEN = frozenset(("got", "give", "arrive", "get"))
_SAYS_EN = re.compile(
    r"(?:'s?)?(?: (?:[a-z-]+ ){0,3}?(?:spokes[a-z]+|officials?|head|chief|website|data|statement)"
    r"(?: [a-z]+ [a-z]+)?,?)?(?: on [a-z]+(?: \d+)?| also| has| had)*"
    r" (?:said|says|announced|stated|told|confirmed|reported|added|disclosed|noted|shows?|wrote)\b"
)
_BY_EN = re.compile(r"\b(?:according to|says|said)\s+(?:the |china's )?$")
_SAYS_ZH = re.compile(
    r"[^,，。;；:]{0,14}?(?:表示|称|说|指出|透露|通报|公布|宣布|披露|回应|强调|介绍|消息|讯|获悉)|\s*[::]"
)
_BY_ZH = re.compile(r"(?<![根依])据[^,，。;；]{0,4}$")
_MANY = re.compile(
    r"一批|[首多]批|部分|若干|一定数量|少量|一些|多份|多家|不少|更多|大批|合规|符合(?:规定|要求|条件)|[合达]标|[一二三四五六七八九十百分之%\d.]+(?:成|%)|分之"
    r"|\b(?:a (?:first |new |further |small |large |certain |growing )?(?:batch|number|series"
    r"|handful|share|portion)"
    r"|some|several|certain|more|many|most|part of|compliant|eligible|qualified|qualifying|initial"
    r"|(?:a |one )?(?:quarter|third|half|fifth|tenth)|percent|per cent|dozens|hundreds|scores)\b|%"
    r"|\b(?:applications?|requests?|licenses?|permits?) (?:that|which) (?:meet|met\b|compl|satisf"
    r"|conform|fulfil|follow)"
)
_OWNED = re.compile(
    r"\b(?:its(?! members)|their(?! members)|our|the company's|the firm's|the group's"
    r"|(?:this|that|the) (?:application|request|license|permit))\b"
    r"|公司|我[司们]|本[公集厂司]|其(?!中|他|它|余)|该"
)
_AS_FOR = re.compile(r"(?:对于?|针对|就|至于|as for |for )")
_MARKET = re.compile(
    r"\b(?:shares?|stocks?|rose|fell|gained|rallied|surged|jumped|climbed|up|down|rate|rates)\b"
    r"|股价|[大暴下上]?[涨跌]停?|拉升|走强|走高|走低|板块|概念|收盘|盘中"
)


def of_nobody(sentence: Sentence, act: Act, subject: Subject) -> Subject | None:
    """The authority, where the act is its statement about applications nobody is named for."""
    if act.kind not in _GIVEN or subject.how in ("authority", "owner", "crowd", "anaphor"):
        return None
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    if act.piece and _AS_FOR.match(text, sentence.pieces[act.piece - 1][0]):
        start = sentence.pieces[act.piece - 1][0]
    if not sentence.chinese:
        start = max(start, _told_from(sentence, start, act.start))
    if any(start <= g.start < end for g in sentence.groups):
        return None
    papers = [
        h
        for h in sentence.within(start, act.start, *PAPER, "request")
        if h in act.objects or "request" in h.kinds
    ]
    if not papers or _OWNED.search(text, start, act.start):
        return None
    requests = any("request" in h.kinds for h in papers)
    many = _MANY.search(text, start, act.start) is not None
    if subject.keys and not _only_market(sentence):
        return (
            Subject((), "authority", "the office that speaks")
            if many and _speaks(sentence)
            else None
        )
    if _speaks(sentence) or (many and requests):
        return Subject((), "authority", "applications of nobody in particular")
    return None


def _told_from(sentence: Sentence, start: int, end: int) -> int:
    """Where the words of the office begin: "A and B rose after the ministry said ..." """
    text = sentence.normal.text
    said = [
        m.end()
        for h in sentence.within(start, end, "authority")
        if (m := _SAYS_EN.match(text, h.end, end))
    ]
    return said[-1] if said else start


def _speaks(sentence: Sentence) -> bool:
    """Does a Chinese authority speak in this sentence?"""
    text = sentence.normal.text
    says, by = (_SAYS_ZH, _BY_ZH) if sentence.chinese else (_SAYS_EN, _BY_EN)
    return any(
        says.match(text, h.end, sentence.end) or by.search(text, sentence.start, h.start)
        for h in sentence.within(sentence.start, sentence.end, "authority")
    )


def _only_market(sentence: Sentence) -> bool:
    """Are the firms of this sentence, if any, only told to have risen or fallen?"""
    pieces = {sentence.piece(g.start) for g in sentence.groups}
    text = sentence.normal.text
    return bool(pieces) and all(
        _MARKET.search(text, *sentence.pieces[number]) is not None for number in pieces
    )
