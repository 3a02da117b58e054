"""Chinese: the people of the firm, and the firm told of before its name.

外贸部的人说 ..., 厂里的头一份许可到了: in a text that names one firm they are that firm's.
一家供应商收到许可，这家是甲: the name follows. 两家都批了, where the text names just two: those.
"""

from __future__ import annotations

import re

from monitor.rules.acts import Act
from monitor.rules.sentence import Sentence
from monitor.rules.subject import Discourse, Subject

_DESK = (
    "(?:外贸|外销|销售|市场|营销|关务|单证|进出口|国际|海外|法务|出口|物流|生产|采购|财务"
    "|证券|合规|企管|业务|质检|技术|国贸|报关)"
)
_STAFF = re.compile(
    rf"{_DESK}(?:业务|事业)?(?:[部科处室课组](?![门委])|经理|主管|总监|专员|员|代表|负责人)"
    r"|单证员|报关员|业务员"
    r"|厂办|厂[里方长部]|副厂长|车间(?:主任|里)?|副总|总经理|董事长|董秘|总工|老板|老总|公司里|总裁|董办|证代|证券事务代表|工厂里|矿[上里]"
)
_ELSEWHERE = re.compile(
    r"一家|某|另|那家|别家|客户|买家|买方|对方|同行|供应商|供货商|货代|园区|商会|协会|律师|律所|券商|分析师|银行|海关|报关行|代理|经销|贸易商|合资方|小厂|隔壁|邻"
)
_IN_THE_WORKS = re.compile(r"厂(?:里|方|子|内|办)|厂里头|本厂|老厂|新厂|总厂|分厂|合资厂|子厂")


def its_staff(sentence: Sentence, act: Act, discourse: Discourse) -> Subject | None:
    """The one firm this text names, where somebody of its offices tells or does it."""
    if not sentence.chinese or sentence.groups or len(discourse.whole) != 1:
        return None
    m = _STAFF.search(sentence.normal.text, sentence.start, act.start)
    if m is None or _ELSEWHERE.search(sentence.normal.text, sentence.start, act.start):
        return None
    if any(0 <= m.start() - b <= 8 for _, b in (*sentence.abroad, *sentence.states)):
        return None
    return Subject(discourse.whole, "anaphor", m.group())


def its_works(sentence: Sentence, start: int, discourse: Discourse) -> Subject | None:
    """厂里对巴西的头一份许可到了: the works of the firm just named, or spoken of before."""
    text = sentence.normal.text
    m = _IN_THE_WORKS.match(text, start) or _IN_THE_WORKS.match(text, max(start - 2, 0), start + 1)
    if m is None or _ELSEWHERE.search(text, max(sentence.start, start - 12), m.start()):
        return None
    if any(0 <= m.start() - b <= 8 for _, b in (*sentence.abroad, *sentence.states)):
        return None
    earlier = [g.keys for g in sentence.groups if g.end <= start]
    keys = earlier[-1] if earlier else discourse.focus if discourse.quiet <= 3 else ()
    return Subject(keys[:1], "anaphor", m.group()) if keys else None


TOLD_BEHIND = "who it was, told behind it"
_THIS_IS = re.compile(
    r"[,，。;；:(]\s*(?:而|据悉|其实|原来|经查|经核实|外界猜测)?(?:这家|该|此|那家|它|这一|这个|对方)(?:[^,，。;；]{0,6}?)"
    r"(?:就|正|便|即|恰)?(?:是|为|叫|指|系)(?:[^,，。;；的是]{0,6}的)?(?:[^,，。;；的是]{0,4})$"
)
_NO_MORE = re.compile(r"[,，。;；()!]|$|\n")


def named_behind(sentence: Sentence, act: Act) -> Subject | None:
    """一家供应商本周收到许可，这家是甲: who the crowd was is told behind the verb."""
    text = sentence.normal.text
    for g in sentence.groups:
        if (
            g.start >= act.end
            and _THIS_IS.search(text, act.end, g.start)
            and _NO_MORE.match(text, g.end)
        ):
            return Subject(g.keys, "named", TOLD_BEHIND)
    return None


_SO_MANY = re.compile(r"(?P<n>[两二三四五])家[^,，。;；两二三四五]{0,10}$")
_NUMBERS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5}
_NOT_THEM = re.compile(r"客户|买家|另|其他|其余|其它|别的|至少|还有|以外|之外|除")


def all_of_them(sentence: Sentence, end: int, discourse: Discourse) -> Subject | None:
    """两家磁材厂的申请被打了回票, where the text names two firms and no third."""
    m = _SO_MANY.search(sentence.normal.text, sentence.start, end)
    if m is None or len(discourse.whole) != _NUMBERS[m["n"]]:
        return None
    if _NOT_THEM.search(sentence.normal.text, max(sentence.start, m.start() - 6), end):
        return None
    return Subject(discourse.whole, "anaphor", m.group())


_HEADING = re.compile(
    r"(?:了|到)?(?:出口)?(?:许可证?|批文|批件|证)?(?:的|者|方|企业|公司|厂家|厂商|磁企|单位|名单|名录|一栏|有|为|包括)*"
    r"\s*(?:\([^()]{0,12}\))?(?:[^,，。;；:：]{0,12}如下)?\s*(?:[:：]|[-—]{1,4}|…)+\s*"
)
_ROLL = re.compile(r"[^,，。;；:：]{0,16}(?:许可证?|批文|证)的?[^,，。;；:：]{0,8}如下\s*[:：]\s*")


def under_heading(sentence: Sentence, act: Act) -> Subject | None:
    """获准——甲（欧洲）、乙；遭否——丙: a verdict as the heading of a list of names; so is
    现将已核发许可证的企业公示如下：甲、乙."""
    if not sentence.chinese:
        return None
    text = sentence.normal.text
    m = _HEADING.match(text, act.end) or _ROLL.match(text, act.end)
    if m is None:
        return None
    opening = max(sentence.start, *(text.rfind(c, sentence.start, act.start) + 1 for c in ";:：；"))
    stop = text.find(";", m.end(), sentence.end)
    end = stop if stop > 0 else sentence.end
    below = [g for g in sentence.groups if m.end() <= g.start < end]
    if not below or below[0].start - m.end() > 1:
        return None
    if any(opening <= g.start < act.start for g in sentence.groups):
        return None
    return Subject(
        tuple(dict.fromkeys(k for g in below for k in g.keys)), "named", "the list below"
    )
