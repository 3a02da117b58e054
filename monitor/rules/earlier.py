"""Chinese recaps: a licence of years ago told to set off how things stand today.

2023年底拿到首批许可，这几年已成常态; 去年此时甲率先获批，如今 ...; 去年秋天获得的许可，上周被作废.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.model import FAMILY
from monitor.rules.document import Document
from monitor.rules.match import Fact

_PAST = (
    r"(?:20\d\d年|前年|去年|上一年|[一两二三几数]年(?:半)?(?:多)?(?:前|以前|之前)|[一两]年多前"
    r"|半年(?:多)?前|当年|那年)"
)
_PAST_ZH = re.compile(_PAST)
_THEN_ZH = re.compile(
    r"彼时|那时|那会儿|其时|当年|(?:去年|前年|20\d\d年)(?:的)?(?:此时|此刻|这时|这个时候|这时候|今日|今天|那[个段]时)"
    r"|回首|回望|回想|犹记得|记得|一年前的|两年前的"
)
_SINCE_ZH = re.compile(
    r"这[几两些]?年(?:来|间)?|如今|而今|现如今|时至今日|到今天|今天[,，]|此后|其后|后来|随后几年|自此|从此|此去|多年来|一年(?:过去|下来|来|多来)"
    r"|常态|家常便饭|轻车熟路|成熟的|早已不|不再是新闻|习以为常"
)
_NOT_THE_CUE = re.compile(r"今[年日天]|终于|再|又|时隔|重新|本[周月]|这[周个]|昨|日前|近日|上周")


def recalled(fact: Fact, facts: Sequence[Fact], document: Document) -> str | None:
    """Why a grant told in Chinese is only remembered, or None."""
    s = fact.sentence
    if not s.chinese or s.where == "title":
        return None
    if FAMILY[fact.status] == "loss":
        return _regained(fact, facts)
    if FAMILY[fact.status] != "grant":
        return None
    text = s.normal.text
    start = s.pieces[fact.act.piece][0]
    opening = max(s.start, text.rfind(";", s.start, fact.act.start) + 1)
    said = _THEN_ZH.search(text, opening, fact.act.start)
    if said is not None and not _NOT_THE_CUE.search(text, said.end(), fact.act.start):
        return said.group()
    past = _PAST_ZH.search(text, opening, fact.act.start)
    published = document.item.published_at
    if past is None or (
        past.group()[:2] == "20" and published and int(past.group()[:4]) >= published.year
    ):
        return None
    if _NOT_THE_CUE.search(text, past.end(), fact.act.start):
        return None
    if _filed(text, past.end(), start, fact):
        return None
    if m := _SINCE_ZH.search(text, fact.act.end, s.end):
        return f"{past.group()} ... {m.group()}"
    following = _after(fact, document)
    if following is not None and (m := _SINCE_ZH.match(text, following)):
        return f"{past.group()} ... {m.group()}"
    lost = any(
        o.key == fact.key
        and o.status in ("suspended", "revoked", "expired")
        and o.certainty != "denied"
        and (o.sentence.index, o.act.start) > (s.index, fact.act.start)
        and o.sentence.where == s.where
        for o in facts
    )
    return f"{past.group()}, and lost since" if lost else None


_FILED = re.compile(r"递交|提交|申请|申报|报送|上报|受理|起步|成立|收购|投产")


def _regained(fact: Fact, facts: Sequence[Fact]) -> str | None:
    """上月一度被收回许可的甲，昨日重获签发: a clause before the name tells only what was before."""
    if fact.subject.said != "the clause before its name":
        return None
    later = any(
        o.key == fact.key
        and o.sentence is fact.sentence
        and FAMILY[o.status] == "grant"
        and o.act.start > fact.act.end
        for o in facts
    )
    return "regained since" if later else None


def _filed(text: str, start: int, end: int, fact: Fact) -> bool:
    """去年底递交申请，如今拿到许可: what is old is the filing."""
    return start < end and _FILED.search(text, start, end) is not None


def _after(fact: Fact, document: Document) -> int | None:
    """Where the sentence behind the fact's own begins."""
    spans = document.text.spans
    at = next((i for i, (a, _) in enumerate(spans) if a == fact.sentence.start), None)
    return spans[at + 1][0] if at is not None and at + 1 < len(spans) else None
