"""Chinese words of old that tell the time of something else, not of the act.

原先申报的200吨, 先前发予本集团之许可证即时停用, 上次答复时仍在核查，本周批了, 较此前一个月多: the
word belongs to what was filed, said or compared, so that the act itself may be news.
"""

from __future__ import annotations

import re

from monitor.model import FAMILY
from monitor.rules.automaton import Hit
from monitor.rules.document import Document
from monitor.rules.match import Fact

_UNTIL_THEN = re.compile(r"在(?!此|那|这)[^,，。;；]{1,16}之前$")
"""在查清去向之前: until then, no time that is past."""
_FRESH = re.compile(
    r"周[一二三四五六日]|昨|今[日天早晨晚]|本[周月]|这[周次回]|刚|再[度次]|终于|又|日前|近日|\d日|新|现|即[日时]|如今|已于"
)
_SINCE_THEN = re.compile(r"(?:距离?|离|自|从|继|与|较|相比|不同于|比)[^,，。;；]{0,8}$")
_COMPARED = re.compile(r"(?:较之?|比起?|相比|接近|超过|高于|低于|多于|少于|不及|相当于|大于|同)$")
_FILED = (
    r"(?:申[报请]|递交|提交|报送|送审|送件|递件|上报|呈报|报批|报(?:了|上去|给|的)|递(?:了|上去|的)"
    r"|交(?:了|上去|的)|受理|起算|约定|签订|签约|订|预[计期定])"
)
_WAS_FILED = re.compile(rf"(?:[^,，。;；的之]{{0,10}}?){_FILED}[^,，。;；]{{0,4}}?[的之]")
_HELD_UP = re.compile(
    r"(?:[^,，。;；的之]{0,8}?)(?:压|卡|等|拖|滞留|积压|停|断|缺|堵|搁置)了?[^,，。;；的之]{0,8}[的之]"
)
_OF_THE_PAPER = re.compile(
    r"(?:[^,，。;；的之]{0,10}?)(?:发[给予放]|核发|签发|颁发|授予|批[给予]|批准|取得|获得|获批|获发|拿到|持有)[^,，。;；]{0,24}?"
    r"[的之](?:[^,，。;；的之]{0,10})(?:许可证?|批文|批件|准证|执照|证|授权)"
)
_THAT_ONE = re.compile(r"[^,，。;；的之]{0,8}?的?[那这][一几两三]?[张份批笔票纸件]")
"""原先那份供货许可已被收回."""
_AT_THE_TIME = re.compile(
    r"(?:[^,，。;；]{0,14}?)(?:答复|回复|回应|披露|公告|交流|调研|接待|提问|沟通|来访|采访|说明会)[^,，。;；]{0,8}?(?:时|的?时候|之后|后|中)"
)


def elsewhen(fact: Fact, hit: Hit, document: Document) -> bool:
    """Does this word of old tell the time of something else than `fact`?"""
    text = fact.sentence.normal.text
    return (
        _of_another(fact, hit.end, document)
        or _of_a_rumour(fact, hit.start)
        or _dates_it(fact, hit.start)
        or _turns_back(fact, hit)
        or (hit.text == "之前" and _UNTIL_THEN.search(text[: hit.end]) is not None)
        or (hit.text == "之前" and "之后" in text[hit.end : fact.act.start])
        or _describes(fact, hit)
    )


_TO_COME = re.compile(r"[^,，。;；]{0,8}?(?:可望|有望|预计|预期|料|将|会|计划|争取)")
_OF_SALES = re.compile(
    r"[^,，。;；]{0,14}?(?:收入|营收|业绩|利润|毛利|销量|出货量|产量|净利|财报|季报|同比|环比)"
)
_UNTIL_NOW = re.compile(r"末?(?:以来|至今|到现在)")


def dates_the_act(fact: Fact, period: re.Match[str]) -> bool:
    """Is a quarter or half-year told of the act, and not of what was filed (一季度递交的申请),
    of the sales (三季度收入增长，靠的是 ...) or of what is to come (第三季可望恢复)?"""
    s = fact.sentence
    text = s.normal.text
    if _WAS_FILED.match(text, period.end()) or _UNTIL_NOW.match(text, period.end()):
        return False
    if s.piece(period.start()) == fact.act.piece or _OF_SALES.match(text, period.end()) is None:
        return period.start() < fact.act.end or _TO_COME.match(text, period.end()) is None
    return False


def _describes(fact: Fact, hit: Hit) -> bool:
    """Is the word part of a phrase that only describes: what was filed, compared, answered?"""
    s = fact.sentence
    text = s.normal.text
    number = s.piece(hit.start)
    start, end = s.pieces[number]
    if _COMPARED.search(text, start, hit.start):
        return True
    m = _WAS_FILED.match(text, hit.end, end) or _HELD_UP.match(text, hit.end, end)
    if m is not None and not m.start() <= fact.act.start < m.end():
        return True
    if (m := _THAT_ONE.match(text, hit.end, end)) is not None and m.end() <= fact.act.start:
        return True
    if FAMILY[fact.status] == "loss":
        m = _OF_THE_PAPER.match(text, hit.end, end)
        return m is not None and m.end() <= fact.act.start
    fresh = _FRESH.search(text, hit.end, fact.act.start) is not None
    return end <= fact.act.start and fresh and _AT_THE_TIME.match(text, hit.end, end) is not None


def _of_another(fact: Fact, at: int, document: Document) -> bool:
    """曾于一月获得的许可如今被叫停: does 曾 belong to a verb that only says which licence?"""
    text = fact.sentence.normal.text
    for studied in document.studied:
        if studied.sentence is fact.sentence:
            return any(
                ("shadow" in a.words or (a.dropped and text.startswith("的", a.end)))
                and at <= a.start < fact.act.start
                and a.start - at < 24
                for a in studied.acts
            )
    return False


def _turns_back(fact: Fact, hit: Hit) -> bool:
    """获准离境，此前在港口滞留五周: a later piece that opens with 此前 tells what was before."""
    s = fact.sentence
    number = s.piece(hit.start)
    if number <= fact.act.piece or hit.start < fact.act.end:
        return False
    return not s.normal.text[s.pieces[number][0] : hit.start].strip(' "“')


def _dates_it(fact: Fact, at: int) -> bool:
    """距上次获批半年，甲周一再度拿到: the word of old only says since when."""
    s = fact.sentence
    text = s.normal.text
    start, end = s.pieces[s.piece(at)]
    return (
        end <= fact.act.start
        and _SINCE_THEN.search(text, start, at) is not None
        and _FRESH.search(text, s.pieces[fact.act.piece][0], fact.act.start) is not None
    )


def _of_a_rumour(fact: Fact, at: int) -> bool:
    """此前被斥为谣言的消息成真，甲承认已遭驳回: what is earlier is the rumour."""
    s = fact.sentence
    start, end = s.pieces[s.piece(at)]
    return end <= fact.act.start and bool(s.within(start, end, "rumor", "denies"))
