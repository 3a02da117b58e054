"""Chinese: a licence that is not the firm's own, but its customer's, supplier's or agent's.

整机厂那边的许可已经批了, 磁钢由上游申办 ... 其中两家已经领证: the text speaks of the firm
throughout, and the paper is somebody else's all the same.
"""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.model import FAMILY
from monitor.rules.document import Document
from monitor.rules.match import Fact
from monitor.rules.relations import related
from monitor.rules.sentence import Sentence
from monitor.rules.staff import TOLD_BEHIND
from monitor.rules.subject import Subject

_MAKER = (
    r"(?:整机|整车|汽车|电驱|电机|主机|组装|总成|模组|家电|压缩机|设备|代工|零部件|风机|机器人)"
)
_OTHERS = (
    rf"(?:{_MAKER}(?:生产|制造)?(?:厂商?|企业|公司|商|方)|供应商|供货[商方]|供方|上游|货代|代理[商方]?|报关行"
    r"|(?:外贸|贸易|进出口|物流)(?:公司|企业|商|行)|合作(?:方|伙伴|单位)|同行|同业|友商|对手|联营(?:企业|公司)|参股(?:企业|公司)"
    r"|合资(?:方|伙伴)|股东|第三方|集成商|经销商|分销商|采购方|下游)"
)
_BUYERS = r"(?:客户|买[家方]|车企|用户|需方|订货方)"
_ANYBODY = re.compile(rf"{_OTHERS}|{_BUYERS}")
_OTHERS_ZH = re.compile(_OTHERS)
_OWN = re.compile(
    r"(?<!告诉)(?<!告知)(?<!通知)(?<!贸易)(?<!物流)(?<!联营)(?<!参股)(?<!外贸)(?<!出口)(?<!电机)(?<!整机)(?<!组装)(?<!上市)(?<!代理)(?<!合资)(?<!关联)(?<!关连)(?<!进出口)公司|我司|本集团|我们|自身|自己的"
)
_THEIRS = re.compile(
    r"(?:对方|他们|它们|人家|那家|(?<!尤)(?<!极)(?<!与)(?<!任)其(?!中|他|它|余|实|次))"
)
_TO_THEM = re.compile(
    r"(?:对|向|给|为|供应?|往|替|与|和|同|及|跟|除|协助|帮助|通过)[^,，。;；的]{0,8}$"
)
_POSSESSES = re.compile(
    r"(?:那边|那头|那里|方面|一方|一侧|自己|自有|自身|名下|手[里中上]|所持|持有)?的?[^,，。;；对向]{0,10}$"
)
_SIDE = r"(?:那边|那头|那里|一方|一侧|自己|自行|自有|各自|名下|手[里中上])"
_FILES = r"(?:申[请领办报]|办[理证妥]|报批|报关|领[证取]|去?跑|操办|承办|负责|出口|取证|持证|递交)"
_FILED_BY_OTHERS = re.compile(
    rf"由[^,，。;；]{{0,14}}?(?:{_OTHERS}|{_BUYERS}|对方|他们|人家)[^,，。;；]{{0,8}}?{_FILES}"
    rf"|(?:{_OTHERS}|{_BUYERS})(?:自行|自己|各自|出面|负责|自主|统一)(?:去|来)?{_FILES}"
    r"|(?:公司|我司|本身|自身|产品)[^,，。;；]{0,8}?(?:并不|不|没有|未)(?:直接|自行|自己)?(?:从事|涉及|开展)?(?:直接|自营)?"
    r"(?:出口(?:业务)?|办证|申领|持证)(?=[,，。;；!！]|$)"
    r"|(?:用不着|不用|无[需须]|不必|毋[须需]|不需要?)(?:公司|我司|自己|自行|自身)(?:另?行|再|去)?(?:办|申|领)"
)


def somebody_elses(document: Document) -> None:
    """Take grants and losses from the firm where the paper is its customer's or supplier's."""
    others = False
    for number, studied in enumerate(document.studied):
        s = studied.sentence
        behind = document.studied[number + 1 : number + 2]
        following = behind[0].sentence if behind else None
        if not s.chinese:
            continue
        studied.facts[:] = [f for f in studied.facts if not _filed_by_others(f, s)]
        for i, fact in enumerate(studied.facts):
            if fact.key is None or FAMILY[fact.status] not in ("grant", "loss"):
                continue
            if fact.certainty == "denied":
                continue
            if fact.subject.said == TOLD_BEHIND:
                continue
            filed = _FILED_BY_OTHERS.search(s.normal.text, s.start, fact.act.start)
            why = (
                _whose(fact, s)
                or related(fact, s, following)
                or ("the others file" if (others or filed) and _unowned(fact, s) else "")
            )
            if why:
                studied.facts[i] = replace(
                    fact,
                    key=None,
                    subject=Subject((), "crowd", why),
                    reasons=[*fact.reasons, f"somebody else's licence: {why}"],
                )
        others = others or (document.discourse.talk and _FILED_BY_OTHERS.search(s.text) is not None)


def _filed_by_others(fact: Fact, s: Sentence) -> bool:
    """由上游供货方出面申办: nothing that the firm filed."""
    return (
        fact.act.kind == "apply"
        and fact.key is not None
        and _FILED_BY_OTHERS.search(s.normal.text, *s.pieces[fact.act.piece]) is not None
        and _unowned(fact, s)
    )


def _unowned(fact: Fact, s: Sentence) -> bool:
    """Does nothing beside the verb say that it is the firm's own?"""
    start, end = s.pieces[fact.act.piece]
    return fact.subject.how != "named" and _OWN.search(s.normal.text, start, end) is None


def _whose(fact: Fact, s: Sentence) -> str:
    """The word for somebody else who does it, or whose paper it is; empty where there is none."""
    text = s.normal.text
    start = s.pieces[fact.act.piece][0]
    for at in (fact.act.start, *(o.start for o in fact.act.objects if o.start < fact.act.start)):
        left = s.pieces[s.piece(at)][0]
        own = max(
            [left, *(g.end for g in s.groups if g.end <= at)]
            + [m.end() for m in _OWN.finditer(text, left, at) if text[m.start() - 1] != "子"]
        )
        for m in _OTHERS_ZH.finditer(text, own, at):
            if _TO_THEM.search(text, left, m.start()):
                continue
            if at != fact.act.start and not _POSSESSES.fullmatch(text, m.end(), at):
                continue
            if re.search(rf"(?:{_SIDE}|的|^[^的]*$)", text[m.end() : at]):
                return m.group()
        if (buyer := re.search(rf"{_BUYERS}{_SIDE}", text[own:at])) is not None:
            return buyer.group()
    for m in _THEIRS.finditer(text, start, fact.act.start):
        if m.group() == "其" and not any(
            o.start >= m.end() and o.start - m.end() < 8 for o in fact.act.objects
        ):
            continue
        spoken = [(x.end(), x) for x in _ANYBODY.finditer(text, s.start, m.start())]
        own_at = max(
            [g.end for g in s.groups if g.end <= m.start()]
            + [x.end() for x in _OWN.finditer(text, s.start, m.start())],
            default=-1,
        )
        if m.group() != "其":  # 对方 is never the firm itself
            own_at = max((g.end for g in s.groups if g.end <= m.start()), default=-1)
        if spoken and spoken[-1][0] > own_at:
            by = spoken[-1][1]
            if not _TO_THEM.search(text, s.start, by.start()):
                return f"{m.group()}: {by.group()}"
    return ""
