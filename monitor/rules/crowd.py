"""Firms nobody names, in Chinese: when a sentence is about the 企业 or 厂 it speaks of, and when not.

韩国两家磁体厂 buys, 示例磁材等2家企业 includes the firm that is named, 示例磁材越南工厂 is part of it.
"""

from __future__ import annotations

import re

from monitor.rules.sentence import Sentence

_TOWARDS = re.compile(
    r"(?:对|向|面向|给|为|替|予|卖予|售予|供应|供给|供货|供(?!应商)|卖给|销往|发往|售往|运往|输往|出口至|出口到)"
    r"[^,，。;；:]{0,14}$"
)
_AND_OTHERS = re.compile(
    r"等(?:[〇零一二两三四五六七八九十百\d]{1,4})?(?:多|余|数)?(?:家|个)?[^,，。;；:的]{0,8}"
)
_ITS_PLANT = re.compile(
    r"(?:的|位于|设在|在|旗下|所属|自有)?[^,，。;；:对向与和、]{0,8}(?:工|新|分|总|子|老|本|该|制造|配套)?"
)
_ABROAD = re.compile(
    r"(?:的|籍|当地|本土|本地|某|一家|[两三四五几数多]家|[^,，。;；:的有获已]{0,6}){0,2}"
)
_FIRMS_AMONG = re.compile(
    r"(?:其中|当中|名单|包括|包含|里)[^,，。;；]{0,14}[,，]?(?:为|是|即|系|有|包括)$"
)


def not_the_subject(sentence: Sentence, start: int, end: int, left: int) -> bool:
    """Is the 企业, 厂 ... at this place somebody else's customer, or part of a named firm?"""
    text = sentence.normal.text
    if _TOWARDS.search(text[max(left, start - 20) : start]):
        return True
    for g in sentence.groups:
        if g.end > start or start - g.end > 14:
            continue
        if _AND_OTHERS.fullmatch(text, g.end, start):
            return True
        if text[start:end] == "厂" and _ITS_PLANT.fullmatch(text, g.end, start):
            return True
    return any(
        b <= start and start - b <= 10 and a >= left and _ABROAD.fullmatch(text, b, start)
        for a, b in sentence.abroad
    )


_SUPPLIER_SAYS = re.compile(
    r"(?:据|按|从|经)(?:[^,，。;；]{0,6})?(?:供应商|供货商|供货方|卖方|供方|上游)[^,，。;；]{0,3}"
    r"(?:反馈|称|告知|介绍|通知|表示|说|处?了解|处?获悉|透露|回复|消息|讲)"
)


def supplier_says(sentence: Sentence, at: int) -> bool:
    """据供应商反馈，... 已办结: what follows is the supplier's, where no firm is named since."""
    m = _SUPPLIER_SAYS.search(sentence.normal.text, sentence.start, at)
    return m is not None and not any(m.end() <= g.start < at for g in sentence.groups)


def named_among(sentence: Sentence, at: int) -> tuple[str, ...]:
    """The firms named behind `at` as members of a crowd: 其中上市公司1家，为甲; 甲、乙位列其中."""
    text = sentence.normal.text
    for g in sentence.groups:
        if g.start >= at and _FIRMS_AMONG.search(text[max(at, g.start - 24) : g.start]):
            return g.keys
    return ()
