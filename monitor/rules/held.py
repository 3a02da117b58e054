"""Where a paper is now, told by a verb of moving or keeping and a place: Chinese.

批文已交到公司手里, 证在我们保险柜里躺了三天: the firm has it. 证还压在省厅案头: it waits there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import PAPER, Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.sentence import Sentence

_WHOSE = r"(?:我们|我司|我方|本公司|公司|企业|集团|自家|自己|其|厂家?|厂里|工厂|该公司|这家公司)"
_KEPT_IN = (
    r"(?:手[里中上头]?|兜[里中]?|口袋[里中]?|怀[里中]|囊中|腰包|行囊|名下|(?:文件|保险|档案|铁皮)[柜箱]子?[里中]?|柜子里|箱子里"
    r"|抽屉[里中]?|案头|桌面?上?|墙上|账上)"
)
_OURS = (
    rf"(?:(?:{_WHOSE}(?:的|这边|那边|财务|外贸|外贸部|法务)?)?{_KEPT_IN}"
    rf"|{_WHOSE}(?:这[边里儿]|里|内)?)"
)
_OFFICE = (
    r"(?:(?:国家|省|市|地方)?商务(?:部|厅|局|主管部门|部门)|省厅|市局|厅里|部里|局里|省里|主管部门|有关部门|审批部门|发证机关"
    r"|北京|上面|窗口|处里)"
)
_MOVED = r"(?:[交送寄转递发传捎带拿捧领取回落到])(?:[回还交送抵达])?了?(?:[到至达进给回在入])?了?"
_KEPT = (
    r"(?:揣|攥|握|捏|锁|收|放|装|存|躺|摆|挂|贴|搁|压|藏|塞|拿|捧|捂|抱)(?:进|在|入|到|着|住)?了?"
)
_AT_HOME = re.compile(
    rf"(?P<v>{_KEPT}){_OURS}"
    rf"|(?P<m>{_MOVED})(?:{_WHOSE}(?:的)?{_KEPT_IN}|{_KEPT_IN}|{_WHOSE})(?=[了,，。;；!！\"]|$)"
    rf"|(?P<i>在){_OURS}(?:躺|放|摆|搁|存|挂|锁|捂|收)?"
)
_AT_THE_OFFICE = re.compile(
    rf"(?P<v>(?:{_KEPT}|在|留在|停在|卡在|落在)){_OFFICE}(?:的|那边|那里|那儿)?"
    rf"(?:[^,，。;；]{{0,4}}?{_KEPT_IN}|[^,，。;；]{{0,4}}?(?:会签|会商|审|流程|环节|核|办|批|排|走|转|待|评)|$)"
)
_BENT = ("if", "plan", "must", "ask", "other_paper", "foreign_authority")
_NOT_THE_PAPER = re.compile(r"[的之](?:复印|样本|格式|模板|申请表|照片|截图)")


def held(sentence: Sentence, acts: Sequence[Act], ground: Ground) -> list[Act]:
    """The act of a piece that says where a paper is, where no verb of the piece moves one."""
    if not sentence.chinese or not (ground.exports or ground.paper):
        return []
    text = sentence.normal.text
    out: list[Act] = []
    taken = {a.piece for a in acts if not a.dropped}
    for number, (start, end) in enumerate(sentence.pieces):
        if number in taken or sentence.within(start, end, *_BENT):
            continue
        m = _AT_HOME.search(text, start, end)
        there = None if m else _AT_THE_OFFICE.search(text, start, end)
        m = m or there
        if m is None or _NOT_THE_PAPER.search(text, start, m.start()):
            continue
        paper = _paper(sentence, number, m.start(), waits=there is not None)
        if paper is None or any(paper in a.objects for a in acts if not a.dropped):
            continue
        kind = "wait" if there else "arrive"
        word = next(name for name in m.re.groupindex if m[name])
        hit = Hit(m.start(word), m.end(word), frozenset((kind,)), m.group())
        carried = "" if paper.start >= start else "sentence"
        act = Act(kind, hit, start, end, number, [paper], carried)
        act.reasons.append(f"where the paper is: {m.group()}")
        out.append(act)
    return out


def _paper(sentence: Sentence, number: int, at: int, *, waits: bool) -> Hit | None:
    """The paper that is somewhere: named before the verb, or the last word of the piece before."""
    kinds = (*PAPER, "request") if waits else PAPER
    start = sentence.pieces[number][0]
    here = sentence.within(start, at, *kinds)
    if here:
        return here[-1]
    if number == 0:
        return None
    a, b = sentence.pieces[number - 1]
    before = sentence.within(a, b, *kinds)
    return before[-1] if before and b - before[-1].end <= 1 else None
