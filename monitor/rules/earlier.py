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
        return _regained(fact, facts) or _renewed_in_time(fact, facts)
    if FAMILY[fact.status] != "grant":
        return None
    text = s.normal.text
    start = s.pieces[fact.act.piece][0]
    if (years := _years_ago(fact, document)) is not None:
        return f"in {years}"
    if m := _HELD_SINCE.search(text, start, fact.act.start):
        return m.group()
    if m := _WAS_THEN.match(text, fact.act.end, s.pieces[fact.act.piece][1]):
        return m.group()
    opening = max(s.start, text.rfind(";", s.start, fact.act.start) + 1)
    said = _THEN_ZH.search(text, opening, fact.act.start)
    if said is not None and not _NOT_THE_CUE.search(text, said.end(), fact.act.start):
        return said.group()
    if (m := _THAT_ROUND.search(text, opening, fact.act.start)) and (
        _against_now(fact, document, m.end())
    ):
        return f"{m.group()}, and another time now"
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
    if _against_now(fact, document, past.end()):
        return f"{past.group()}, and another time now"
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


_TILL_NOW = re.compile(r"[月年日来](?:起|以来)?(?:至今|到现在|到目前|截至目前)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")


def _years_ago(fact: Fact, document: Document) -> str | None:
    """The year right beside the verb, where it is not this one nor, by the new year, the last."""
    s = fact.sentence
    published = document.item.published_at
    start = s.pieces[fact.act.piece][0]
    years = _YEAR.findall(s.normal.text, start, fact.act.start)
    if published is None or not years or _TILL_NOW.search(s.normal.text, start, fact.act.start):
        return None
    last = int(years[-1])
    old = last < published.year - 1 or (last == published.year - 1 and published.month > 2)
    return years[-1] if old and not _filed(s.normal.text, start, fact.act.start, fact) else None


_THAT_ROUND = re.compile(
    r"(?:上|前|那|头|第?一)(?:一)?(?:次|轮|回|批|波|茬)(?!性|于)|当初|起初|最初|早先|过去|想当年|首轮|首次申请"
)
_THIS_ROUND = re.compile(
    r"(?:这|此|本|新)(?:一)?(?:次|轮|回|番|批|波)|眼下|如今|而今|现如今|目前|现在|今年|新规|新增"
)
_STILL_OPEN = re.compile(
    r"申请|材料|递|报(?:送|上|到|批|了)|受理|审|排队|补正|补件|等|没|未|尚|无|杳|准备|待|不(?:知|明)"
)
_HELD_SINCE = re.compile(
    r"(?:现有|原有|原持有|已有|在用|在手|手头|手里|所持|目前持有|现持有)的?[^,，。;；]{0,10}(?:许可证?|批文|批件|证)"
    r"[^,，。;；]{0,4}(?:均|都|皆)?(?:为|系|是|乃)[^,，。;；]*$"
)
_WAS_THEN = re.compile(
    r"[^,，。;；]{0,10}?(?:还|已经?|那)?(?:是|要?追溯到|得?回溯到)(?:在)?[^,，。;；]{0,6}?"
    r"(?:20\d\d|[去前]年|[一两二三四五几数]年(?:多)?前|上(?:一)?[次轮回])"
)


def _against_now(fact: Fact, document: Document, past: int) -> bool:
    """去年那一轮 ... 办妥首批；这次的材料刚刚送到: an old grant set against what is open today."""
    s = fact.sentence
    text = s.normal.text
    if _THIS_ROUND.search(text, past, fact.act.start):
        return False
    behind = _after(fact, document)
    spans = [(fact.act.end, s.end)]
    if behind is not None:
        nxt = next((b for a, b in document.text.spans if a == behind), behind)
        spans.append((behind, nxt))
    return any(
        (m := _THIS_ROUND.search(text, a, b)) is not None and _STILL_OPEN.search(text, m.end(), b)
        for a, b in spans
    )


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


_IN_TIME = re.compile(
    r"(?:到期|届满|期满|失效|过期|截止|届期)(?:日|之)?(?:前|当[日天])|提前|同[日天]|无缝|衔接"
    r"|不?间断|(?:不|未)(?:会|曾|受)?(?:中断|影响)"
)


def _renewed_in_time(fact: Fact, facts: Sequence[Fact]) -> str | None:
    """于30日届满。公司已在届满前换领新证: the expiry is only the occasion of the renewal."""
    if fact.status != "expired":
        return None
    for o in facts:
        near = 0 < o.sentence.index - fact.sentence.index <= 2
        if near and o.status == "renewed" and o.key == fact.key:
            m = _IN_TIME.search(o.sentence.text)
            return m and f"renewed in time: {m.group()}"
    return None


def _filed(text: str, start: int, end: int, fact: Fact) -> bool:
    """去年底递交申请，如今拿到许可: what is old is the filing."""
    return start < end and _FILED.search(text, start, end) is not None


def _after(fact: Fact, document: Document) -> int | None:
    """Where the sentence behind the fact's own begins."""
    spans = document.text.spans
    at = next((i for i, (a, _) in enumerate(spans) if a == fact.sentence.start), None)
    return spans[at + 1][0] if at is not None and at + 1 < len(spans) else None
