"""Chinese: how many licences there are, told without a verb of getting.

名下有效许可共计十一张, 在手批件：三份, 批出数量合计96吨: a count says that they are there,
where nothing asks, plans, wants or takes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import PAPER, Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.papers import is_ours
from monitor.rules.sentence import Sentence

_N = r"[〇零一二两三四五六七八九十百几数\d][〇零一二两三四五六七八九十百千余多来\d,.]*"
_ADDS_UP = (
    r"(?:的)?(?:总?数量?|总量|数目|张数|份数|累计数?|总计|清单|情况)?(?:上|里|中)?(?:,)?"
    r"(?:(?:目前|现在?|已经?|截至目前|至今|均|一共|共计?|总共|合计|总计|累计|也|就|还|仅|只|大?约|超过|逾|近)*)"
    r"(?:共|为|有|是|达到?|增[至到]|升[至到]|累计|合计|总计|共计|计|:|剩|余|还剩|还有)"
    r"(?:大?约|超过|逾|近|共|了|:)*"
)
_PAPERS = re.compile(rf"{_ADDS_UP}(?P<n>{_N})(?:张|份|项|件|本|纸|个(?!月|工作日))")
_AMOUNT = re.compile(
    r"(?P<v>(?:获批|批[出准复]|核[准发]|许可|获许可|放行|同意)(?:的)?(?:出口|外销)?(?:总?量|数量|吨数|额度|吨位|货量|总额))"
    rf"(?:[^,，。;；没未无不]{{0,10}}?)(?:合计|共计?|累计|总计|达到?|为|是|有|约|超过?)(?:大?约|近|了)*(?P<n>{_N})\s?(?:吨|公斤|千克|kg|克|万[件套只台片])"
)
_IN_HAND = re.compile(
    r"有效|可用|在用|现有|在手|手[里中头上]|名下|持有|所持|累计|已[有获取发批]|目前|截[至止]|获[得批]|取得|公司|我[司们]"
)
_OPEN = re.compile(
    r"申请|待|未|没|尚|在审|审[批核]中|受理|补|拟|需|如|若|失效|过期|到期|撤|吊销|拒|驳|假|吗|呢|多少|几[张份]"
)
_BENT = ("if", "plan", "must", "ask", "not", "not_yet", "other_paper", "foreign_authority", "rumor")


def counted(
    sentence: Sentence, acts: Sequence[Act], ground: Ground, *, answering: bool
) -> list[Act]:
    """The act of a piece that adds up licences, where no verb of the piece moves one."""
    if not sentence.chinese or not (sentence.groups or answering):
        return []
    taken = {a.piece for a in acts if not a.dropped}
    text = sentence.normal.text
    for number, (start, end) in enumerate(sentence.pieces):
        if number in taken or sentence.within(start, end, *_BENT) or _OPEN.search(text, start, end):
            continue
        m = _AMOUNT.search(text, start, end)
        if m is not None and (ground.paper or ground.exports):
            hit = Hit(m.start("v"), m.end(), frozenset(("got",)), m.group())
            return [_act("got", hit, sentence, number, [hit])]
        for paper in sentence.within(start, end, *PAPER):
            m = _PAPERS.match(text, paper.end, end)
            if m is None or not (answering or _IN_HAND.search(text, sentence.start, paper.start)):
                continue
            hit = Hit(paper.start, m.end(), frozenset(("have",)), text[paper.start : m.end()])
            act = _act("have", hit, sentence, number, [paper])
            if is_ours(sentence, paper, act, ground):
                return [act]
    return []


def _act(kind: str, hit: Hit, sentence: Sentence, number: int, objects: list[Hit]) -> Act:
    start, end = sentence.pieces[number]
    act = Act(kind, hit, start, end, number, objects)
    act.words.add("paper")
    act.reasons.append(f"a count of papers: {hit.text}")
    return act
