"""Firms that are not on the watchlist, where a sentence names them as its subject.

Said in the digest ("not watched"); and a licence of theirs is not given to a watched firm named
nearby. Only certain cases: a legal form (Co., Ltd; 有限公司), or a phrase that says what the firm
does ("magnet maker X", "X, a maker of small motors,"), at the head of a sentence or of a clause,
before a verb. Nothing is guessed from capitals alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.sentence import Mention
from monitor.rules.unwatched import industrial
from monitor.text import Normal

_TRADE = (
    r"(?:makers?|producers?|manufacturers?|suppliers?|exporters?|processors?|refiners?|smelters?"
    r"|firm|company|shop|works|workshop)"
)
_NAME = r"(?P<name>[A-Z][\w&'’-]+(?: (?:& )?[A-Z][\w&'’-]+){0,4})"
_LEGAL = r"(?: (?:Co\.?,? ?Ltd\.?|Corp(?:oration|\.)?|Inc\.?|Ltd\.?|Limited|GmbH|AG|Group))"
_DOES = (
    r"(?: \([^()]{1,30}\))?,? (?:also |now |still )?(?:said|says|has|had|was|is|received|obtained"
    r"|won|got|secured|announced|applied|brags|boasts|holds|lost|told|reported|confirmed)\b"
)
_HEAD = re.compile(r"[;:] |, (?:while|and|but) | (?:when|after|because|that|as|since) (?=[A-Z])")
_TWO = r"(?P<name>[A-Z][\w&'’-]+(?: (?:& )?[A-Z][\w&'’-]+){1,4})"
_ACTS = (
    r"(?=,? (?:also |now |still |on [A-Z][a-z]+day )?(?:said|says|has|had|was|is|received|obtained"
    r"|won|got|gets|secured|announced|applied|holds|lost|told|picked|landed|took|sent|wins|lands"
    r"|licensed|cleared|granted|allowed|approved|refused|loses|confirmed|reported)\b)"
)
_NEXT = r"(?:second|third|fourth|first|other|last|next|latter|former)"
_GOODS = r"(?:[Rr]are[- ]earths?|[Mm]agnets?|[Gg]raphite|[Gg]allium|[Gg]ermanium|[Mm]otors?)"
_ENGLISH = tuple(
    re.compile(p)
    for p in (
        rf"(?:[A-Za-z-]+ ){{0,3}}?{_GOODS} {_TRADE} {_NAME}{_LEGAL}?(?={_DOES})",
        rf"{_NAME}{_LEGAL}?, (?:an?|the) [^,.;]{{0,40}}\b{_TRADE}\b[^,.;]{{0,40}},"
        rf"(?={_DOES})",
        rf"{_NAME}{_LEGAL}(?={_DOES})",
        rf"(?:The [a-z]+ that )?{_TWO}, (?:an?|the|its) [^,.;]{{0,40}}?\b(?:parent|affiliate|sister"
        rf"|(?:joint )?venture|trader|trading|rival|competitor|start-up|namesake)\b[^,.;]{{0,60}},"
        rf"{_ACTS}",
        rf"(?:The|Its|Their|Our|Her|His|A|the|its|a) {_NEXT}(?: [a-z]+)?, {_TWO},{_ACTS}",
        rf"(?:[Tt]he |[Oo]ur |[Ii]ts )(?:agent|supplier|vendor|distributor|trader"
        rf"|exporter), {_TWO},"
        rf"{_ACTS}",
        rf"(?:[Pp]rivately held|[Uu]nlisted|[Cc]losely held|[Ff]amily-owned|[Ll]ittle-known) {_TWO}"
        rf"{_ACTS}",
    )
)
_CALLED = re.compile(
    r"\b(?:company|firm|trader|group|makers?|producers?|suppliers?|exporters?|vendors?|house|agent)"
    rf" (?:called|named|by the name of|of record,?) {_TWO}"
)
"""Introduced by name where it is no subject: "from a company called X" """
_TRADE_ZH = re.compile(
    "磁材|磁业|磁电|磁性材料|稀土|石墨|碳素|合金|金属|新材料?|锗业|镓业|锑业|钨业|铟业|钨钼|有色|光电|铜业|铝业|锌业|锡业|钼业|镁业"
)
_CHINESE = re.compile(
    r"(?:^|(?<=[,，;；。:])(?:而|但|另)?)(?:[\u4e00-\u9fff]{0,4}(?:小厂|企业|厂商|公司))?"
    rf"(?P<name>[\u4e00-\u9fffA-Za-z]{{2,8}}?(?:{_TRADE_ZH.pattern}))"
    r"(?:科技|股份|集团)?(?:有限公司|有限责任公司|股份有限公司|公司)?"
    r"(?=(?:那边|方面|这边|近日|日前|上月|本月|本周|也|还|则|已经?|刚|昨日|上周|周.|于|均|仍|至今|尚|未|没|获|取得|拿到|收到|被|遭|表示|称))"
)
_HAN = re.compile("[\u4e00-\u9fff]")
_NO_NAME = frozenset(
    re.findall(
        r"[a-z]+",
        """the a an its this that one chinese china beijing another each our their most some other
        no european japanese german indian american korean taiwanese french vietnamese""",
    )
)
_NO_NAME_ZH = re.compile(
    r"中国|国内|多家|各|这|该|其|某|上市|相关|[一二两三四五六七八九十]家|重稀土|轻稀土|对|向|含|本|我|尚|未"
    r"|就|已|为|和|与|的|等|公司|集团|申请|出口|许可|产品|球形|人造|天然|高纯"
)


def strangers(
    normal: Normal, spans: Sequence[tuple[int, int]], known: Sequence[tuple[int, int]]
) -> list[Mention]:
    """Firms outside the watchlist that open a sentence; `known`: places and firms already found."""
    found: list[Mention] = []
    for start, end in spans:
        for m in _found(normal, start, end):
            a = normal.text.find(m.lower(), start, end)
            b = a + len(m)
            if a >= 0 and not any(x < b and a < y for x, y in known):
                found.append(Mention(a, b, None, m))
    return found


def _found(normal: Normal, start: int, end: int) -> list[str]:
    if _HAN.search(normal.text, start, min(start + 40, end)):
        if not _TRADE_ZH.search(normal.text, start, end):
            return []
        names = [m["name"] for m in _CHINESE.finditer(normal.text[start:end])]
        return [n for n in names if not _NO_NAME_ZH.search(n)]
    original = normal.quote(start, end)
    heads = [0, *(m.end() for m in _HEAD.finditer(original))]
    names = [name for pattern in _ENGLISH for name in _at_heads(pattern, original, heads)]
    names += [m["name"] for m in _CALLED.finditer(original)]
    names += [n for n in industrial(original, heads) if not any(n in known for known in names)]
    return [n for n in dict.fromkeys(names) if n.split()[0].lower() not in _NO_NAME]


def _at_heads(pattern: re.Pattern[str], text: str, heads: Sequence[int]) -> list[str]:
    """The names `pattern` finds at the heads of clauses; no head within what was found counts."""
    names: list[str] = []
    behind = 0
    for at in heads:
        if at >= behind and (m := pattern.match(text, at)):
            names.append(m["name"])
            behind = m.end()
    return names
