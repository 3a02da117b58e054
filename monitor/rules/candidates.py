"""Who in a sentence could be the subject of an act: names, pronouns, crowds, offices.

`who.py` chooses among them; here is what rules one out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.rules.sentence import Group, Sentence
from monitor.rules.subject import Subject


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place in a sentence that may name the subject."""

    start: int
    end: int
    kind: str
    group: Group | None = None
    text: str = ""


_NEXT_TO = re.compile(r"[\s,]*(?:named |called |等)?(?:[一两二三四五六七八九十多\d]家)?")
_BUT = re.compile(r"[\s,，]*(?:but|but rather|而是|而系)")


DOES = re.compile(r"\s+(?:(?:have|has|had|also|now|already|still|first|themselves|do|did)\s+)*")


_AND_A = re.compile(r",?\s+and\s+(?:an?|one|another|two|three|several|some)\s+(?:[a-z-]+\s+){0,3}")


def listed_with(sentence: Sentence, c: Candidate) -> Subject | None:
    """ "A, B and an unlisted firm": the crowd's noun ends a list of names."""
    text = sentence.normal.text
    for g in sentence.groups:
        if g.end < c.start and _AND_A.fullmatch(text, g.end, c.start):
            return Subject(g.keys, "named", text[g.start : g.end])
    return None


def candidates(sentence: Sentence, start: int, end: int) -> list[Candidate]:
    """Every candidate between two offsets, in order."""
    out = [
        Candidate(g.start, g.end, "firm", g)
        for g in sentence.groups
        if g.start >= start and g.end <= end
    ]
    wanted: tuple[str, ...] = ("they", "latter", "it", "crowd", "authority")
    if not sentence.chinese:
        wanted = (*wanted, "customer")
    for hit in sentence.within(start, end, *wanted):
        kind = next(k for k in wanted if k in hit.kinds)
        out.append(Candidate(hit.start, hit.end, kind, None, hit.text))
    out.sort(key=lambda c: c.start)
    return out


_COMPARED = re.compile(
    r"(?:\b(?:shar(?:es|ing|ed?) (?:[a-z]+ ){0,4}names? with"
    r"|(?:no|not any) (?:relation|connection|link|tie)s? (?:to|with|of)|unrelated to"
    r"|not related to|nothing to do with|mixed up with|mistaken for|confused with|taken for"
    r"|namesakes? of|different from|distinct from|not affiliated with|not connected (?:with|to)"
    r"|not that of|not those of)|, (?:(?:with|from|of) (?:which|whom)|to whom))"
    r"\s+(?:(?:the|its|a|state-run|state-owned|listed|larger|bigger|better[- ]known|sister|parent"
    r"|company|firm|group) )*$"
)
_NOT_AMONG = re.compile(
    r",? (?:being )?not"
    r" (?:among|one of|included|on (?:the|that) list|in the list)\b"
)
_NOT_TO = re.compile(
    r"(?<!but )\bnot (?:to|by|from|of|for|that of|those of|in the name of) (?:(?:the|its|listed"
    r"|rival|peer"
    r"|parent|group|company|firm|maker) )*$"
)
_MADE_WITH = re.compile(r"(?<![起作])(?:采|使|选|装)?用(?:了)?$|搭载(?:了)?$|装有$|内含$|配套$")


def is_excluded(sentence: Sentence, c: Candidate) -> bool:
    """A firm only compared with, or corrected away: "unlike X", "not X but Y"."""
    text = sentence.normal.text
    if not sentence.chinese and (
        _COMPARED.search(text, max(sentence.start, c.start - 64), c.start)
        or _NOT_AMONG.match(text, c.end, sentence.end)
        or _NOT_TO.search(text, max(sentence.start, c.start - 48), c.start)
    ):
        return True
    if sentence.chinese and _MADE_WITH.search(text, max(sentence.start, c.start - 3), c.start):
        return True
    for hit in sentence.hits:
        if hit.end > c.start:
            break
        if c.start - hit.end > 6:
            continue
        gap = text[hit.end : c.start].strip()
        if gap not in ("", "the", "its", "rival", "peer"):
            continue
        if "unlike" in hit.kinds and hit.text not in ("after", "following", "like"):
            if hit.text in ("与", "向", "非", "继", "并非", "不是") and not (
                hit.text in ("并非", "不是", "非") and _BUT.match(text, c.end)
            ):
                continue
            return True
        if "not" in hit.kinds and (
            _BUT.match(text, c.end)
            or hit.text in ("not", "而不是", "而非")
            or (hit.text in ("并非", "不是") and not gap)
        ):
            return True
    return False


ITS = frozenset(("its", "it", "其", "它", "该公司", "whose", "which"))
_SUPPLIER = re.compile(r"供应商|供货商|卖方|卖家|\b(?:suppliers?|vendors?|sellers?)\b")


def supplier_before(sentence: Sentence, c: Candidate) -> bool:
    """Was a supplier spoken of after the last firm named: 供应商已获通知，其许可 ...?"""
    start = max((g.end for g in sentence.groups if g.end <= c.start), default=sentence.start)
    return _SUPPLIER.search(sentence.normal.text, start, c.start) is not None


def beside_firm(sentence: Sentence, c: Candidate) -> bool:
    """ "magnet maker JL MAG": the noun only describes the firm next to it."""
    text = sentence.normal.text
    return any(
        _NEXT_TO.fullmatch(text, c.end, g.start) or _NEXT_TO.fullmatch(text, g.end, c.start)
        for g in sentence.groups
        if -2 <= g.start - c.end <= 8 or -2 <= c.start - g.end <= 3
    )


def is_adjective(sentence: Sentence, c: Candidate) -> bool:
    """ "China's magnet makers", 中国企业: not the government."""
    text = sentence.normal.text
    behind = text[c.end : c.end + 14]
    if behind.startswith("'s "):
        return True
    if c.text in ("china", "beijing", "中国", "北京", "国家", "内地", "大陆", "中国大陆"):
        return bool(
            re.match(
                r"'s|-based|\s(?:northern|rare|nonferrous|minmetals)|的?(?:企业|公司|厂商|供应商|子公司|分公司|工厂"
                r"|基地|据点|员工|团队"
                r"|生产商|磁|稀土|市场|境内|客户|出口商|车企|制造商|最大|籍)",
                behind,
            )
        )
    return False
