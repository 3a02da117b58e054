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
    if why := _told_before(fact):
        return why
    if FAMILY[fact.status] == "loss":
        return _regained(fact, facts) or _renewed_in_time(fact, facts) or _lost_once(fact, document)
    if FAMILY[fact.status] != "grant":
        return None
    text = s.normal.text
    start = s.pieces[fact.act.piece][0]
    if (years := _years_ago(fact, document)) is not None:
        return f"in {years}"
    if why := _in_use(fact, document):
        return why
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


_SAID_BEFORE = re.compile(
    r"(?:披露|公告|说明|提到|提及|讲|通报|公布|回复|答复|介绍)过"
    r"|(?:在|于)?[一二三四五六七八九十\d]{1,2}月(?:份|[初中下]旬|底|初)?(?:就|便)?(?:已|早)(?:有|经)?(?:披露|公告|说明|公布|通报)"
)
_NOT_SAID_BEFORE = re.compile(r"(?:没有?|未|从未|不曾)[^,，。;；]{0,4}$")


def _told_before(fact: Fact) -> str | None:
    """公司在半年报中披露过，...; 有关停用，公司在6月已有披露: the text itself says it was told."""
    s = fact.sentence
    number = fact.act.piece
    start = s.pieces[max(number - 1, 0)][0]
    end = s.pieces[min(number + 1, len(s.pieces) - 1)][1]
    m = _SAID_BEFORE.search(s.normal.text, start, end)
    if m is None or _NOT_SAID_BEFORE.search(s.normal.text, start, m.start()):
        return None
    return m.group()


_USES = re.compile(
    r"(?:使用|用的是?|凭着?|依据?|靠着?|靠的是|依托|按照?|持)(?:的)?(?:都|均)?(?:是)?[^,，。;；]{0,12}$"
)
_STILL_USES = re.compile(
    r"(?:沿用|仍用|还用|续用|继续用|照旧用|(?:使用|用|凭|靠|持)的?(?:仍然?|还|依然|依旧)是?)[^,，。;；]{0,12}$"
)
_OF_A_PAPER = re.compile(
    r"(?:的|之)?[^,，。;；:的]{0,8}?(?:许可证?|批文|批件|证|单证)"
    r"(?P<not>(?:里|中|当中)?(?:并?(?:不|没|未)))?"
)
_ONCE_THERE = re.compile(r"(?:了)?(?:以后|之后|后)[,，]")
_STILL_GOOD = re.compile(
    r"[^,，。;；]{0,8}[,，](?:该证|许可|许可证)?(?:截至|截止)?(?:目前|现在?|至今|仍|今)+(?:均|都|仍)?(?:正常|持续)?(?:有效|在有效期|可用|在用)"
)
_CAUSE = re.compile(
    r"(?:主因|因为?|由于|得益于|受益于|缘于|源于|归功于|有赖于|多亏)[^,，。;；]{0,40}$"
)


def _in_use(fact: Fact, document: Document) -> str | None:
    """沿用去年取得的许可, 那批许可下来以后: an old paper that other news leans on."""
    s = fact.sentence
    text = s.normal.text
    start = s.pieces[fact.act.piece][0]
    behind = text[start : fact.act.start]
    if _NOT_THE_CUE.search(behind.replace("今年", "")):
        return None
    days = fact.days_old(document.item.published_at)
    past = _PAST_ZH.search(behind)
    old = past is not None or (days is not None and days >= _WEEK)
    if not old:
        return None
    which = _OF_A_PAPER.match(text, fact.act.end)
    far = past is not None or (days is not None and days >= _SEASON)
    used = _STILL_USES.search(behind) or (far and _USES.search(behind))
    if which is not None and text[fact.act.end : fact.act.end + 1] in ("的", "之"):
        if used:
            return f"in use: {used.group()}"
        if which["not"]:
            return "only says which"
    elif used and fact.act.hit.text.endswith("的"):
        return f"in use: {used.group()}"
    if m := _STILL_GOOD.match(text, fact.act.end, s.end):
        return f"still good: {m.group()}"
    if which is not None and "有效" in which.group() and _USES.search(behind):
        return "in use"
    if _past_tense(text, fact):
        return "once"
    if past is not None and (m := _CAUSE.search(behind)):
        return f"what explains the rest: {m.group()[:4]}"
    long_ago = past is not None or (days is not None and days >= _THREE_WEEKS)
    if (
        long_ago
        and _ONCE_THERE.match(text, fact.act.end)
        and not _filed(text, start, fact.act.start, fact)
    ):
        return "only dates the rest"
    return None


def _past_tense(text: str, fact: Fact) -> bool:
    return text.startswith("过", fact.act.end) and not text.startswith("过了", fact.act.end)


_WEEK, _THREE_WEEKS, _SEASON = 7, 20, 90


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


def _lost_once(fact: Fact, document: Document) -> str | None:
    """去年底被收回过一份: once, and no news."""
    s = fact.sentence
    behind = s.normal.text[s.pieces[fact.act.piece][0] : fact.act.start]
    days = fact.days_old(document.item.published_at)
    old = _PAST_ZH.search(behind) is not None or (days is not None and days >= _WEEK)
    return "once" if old and _past_tense(s.normal.text, fact) else None


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
