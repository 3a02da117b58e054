"""How much of what was filed came through: 获批率约七成, 批出比例 65%.

A share tells a grant without a verb of granting; what is left of it was not granted yet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import PAPER, Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.sentence import Sentence

_NOUN = r"(?:获批|通过|批准|核准|核可|许可|放行|获准|批复|批出|批核|审批通过|申请通过)"
_SHARE = (
    r"(?:[\d.]+%|百分之|[一二三四五六七八九两近逾\d.]+成|过半|半数|一半|大半|百分百|三分之|四分之)"
)
_RATE = re.compile(
    rf"(?P<v>{_NOUN}(?:率|的?(?:比例|比率|占比|成功率|数量占比)))"
    rf"(?P<gap>[^,，。;；没未无不]{{0,16}}?){_SHARE}"
)
_FILED = re.compile(r"申请|许可|批文|报批|出口|单子")
_OF_ALL = re.compile(r"会员|成员企业|受访|行业|业内|全国|全市|全省|欧洲企业|车企|全部企业|各企业")


def rated(sentence: Sentence, acts: Sequence[Act], ground: Ground, *, answering: bool) -> list[Act]:
    """甲的出口申请获批率约七成: some were granted. Of a crowd a rate tells of nobody."""
    if not sentence.chinese or not (sentence.groups or answering):
        return []
    text = sentence.normal.text
    for number, (start, end) in enumerate(sentence.pieces):
        m = _RATE.search(text, start, end)
        if m is None or _OF_ALL.search(text, start, m.start()):
            continue
        if sentence.within(start, end, "if", "plan", "ask", "forecast", "other_paper"):
            continue
        filed = _FILED.search(text, start, m.end("v"))
        if filed is None and not ground.paper:
            continue
        if any(a.start <= m.start() < a.end and not a.dropped for a in acts):
            continue
        papers = sentence.within(start, m.start(), *PAPER, "request")
        hit = Hit(m.start("v"), m.end(), frozenset(("give",)), m.group())
        act = Act("got", hit, start, end, number, papers[-1:] or [hit])
        act.reasons.append("a share of what was filed came through")
        return [act]
    return []


_THE_REST = re.compile(
    r"的(?:[^,，。;；]{0,6}?)(?:主要|多|大多|部分|原因|则|都|均|基本)?(?:是|因|为|系|在于|集中)"
)
_LOOKED_INTO = re.compile(
    r"核查|补充|补正|审查|审核|审批|排队|沟通|核实|尚在|仍在|还在|进一步|完善|待"
)


def left_over(sentence: Sentence, act: Act, acts: Sequence[Act]) -> bool:
    """获批率七成，未获批的主要是要进一步核查: what is left of a share waits."""
    if act.kind != "unapproved" or not any(_RATE.match(o.hit.text) for o in acts):
        return False
    text = sentence.normal.text
    m = _THE_REST.match(text, act.end)
    return m is not None and _LOOKED_INTO.search(text, m.end(), sentence.end) is not None


_CAME_OUT = re.compile(
    r"(?:结果|结论|批复|答复|决定|定论)(?:已经?|均已?|都已?|现已?)?(?:出来了?|出炉|下来了?|下达了?|揭晓|到了|作出|出了?|公布)?"
    r"[,，:]?(?:[一两二三四五六七八九十\d]+[张份件项宗单笔个票批]|其中[^,，。;；]{0,6})?(?:结果|结论)?(?:均|皆|都|全|全部|一律)*(?:为|是|系)"
    r"(?:(?P<no>否定|负面|消极|不行|不可以|不能|不予|不准|不同意|未予|不许可|驳回|拒绝|否决)"
    r"|(?P<yes>(?:依法|予以)?(?:正面|肯定|积极|可以|准予|准许|同意|批准|许可|核准|放行|允许)))(?:出口|许可|批准|放行|行政许可|通过|的)*"
)
_RESULT_OF = re.compile(r"申请|报批|报件|申报|许可|递交|报送|材料|单子|主管部门|商务|部里")


def came_out(sentence: Sentence, acts: Sequence[Act], *, answering: bool) -> list[Act]:
    """一部分已有结果，为准予许可: a verdict named as the result of what was filed."""
    if not sentence.chinese or not (sentence.groups or answering):
        return []
    text = sentence.normal.text
    out: list[Act] = []
    for m in _CAME_OUT.finditer(text, sentence.start, sentence.end):
        at = m.start("no") if m["no"] else m.start("yes")
        piece = sentence.piece(at)
        start = sentence.pieces[sentence.piece(m.start())][0]
        if not _RESULT_OF.search(text, sentence.start, at):
            continue
        if sentence.within(start, at, "if", "plan", "ask", "not", "not_yet", "other_paper"):
            continue
        for a in acts:
            if a.kind in ("arrive", "hold") and m.start() <= a.start < at:
                a.dropped = a.dropped or "the result is named behind it"
        if any(not a.dropped and a.start < m.end() and at < a.end for a in acts):
            continue
        hit = Hit(m.start(), m.end(), frozenset(("give",)), m.group())
        act = Act("refuse" if m["no"] else "got", hit, start, m.end(), piece, [hit])
        act.words.add("paper")
        act.reasons.append("the result of what was filed")
        out.append(act)
    return out
