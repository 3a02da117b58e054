"""Chinese: how far an application came, where that is taken for its end.

已送抵商务部, 受理通知书已经拿到, 省里那一关过了, 通过形式审查, 还差一道签字: a step is no licence.
"""

from __future__ import annotations

import re

from monitor.rules.acts import GRANTS, PAPER, Act
from monitor.rules.sentence import Sentence

_TO_THE_OFFICE = re.compile(
    r"(?:了|到|至|进)?(?:国家|省|市|中国)?(?:商务[部厅局]|主管部门|有关部门|审批部门|北京|部里|省里|厅里|窗口|受理|政务)"
)
_SLIP = re.compile(
    r"(?:受理|收件|立案|补正|登记|申报|申请|递件|送审|备案)(?:的)?(?:通知书?|回执|凭证|单据?|编号|号码?|函|证明|登记表?)"
)
_STEP = (
    r"(?:初审|初核|预审|形式审[查核]|完整性审[查核]|材料审[查核]|资料审[查核]|专家评审|技术评审|会签|第[一二]关|首关|前[一两几]关|首轮|第一轮"
    r"|(?:省|市|区|县|厅|局)(?:里|厅|级|一级)?(?:那|这)?(?:商务厅|商务局)?(?:[一二]?[关级道步]|层面|环节|审[查核批]))"
)
_STEP_BEFORE = re.compile(_STEP + r"[^,，。;；]{0,8}$")
_STEP_BEHIND = re.compile(r"(?:了)?(?:商务部|主管部门|有关部门|部里)?的?" + _STEP)
_MISSING = re.compile(r"(?:还|仅|只|就|尚|仍|独)?(?:差|缺|欠|少|等)(?:着|了)?[^,，。;；]{0,10}$")
_STAMPS = ("签字", "盖章", "用印", "落章", "落印", "钤印", "签发", "点头", "签批", "首肯")
_CUSTOMS = re.compile(
    r"(?:海关|口岸|码头|机场)[^。;；]{0,60}?(?:查验|检验|开箱|复查|返修|退运)[^,，。;；]{0,30}$"
)
_GATHERS = ("备齐", "凑齐", "收齐", "集齐", "补齐", "交齐", "拿齐", "办齐", "齐备", "齐全")
_MATERIAL = re.compile(r"了?[^,，。;；]{0,16}?(?:所需|需要|申请|相关)?的?(?:材料|资料|文件|单证)")
_FORWARDS = re.compile(r"(?:上报|报送|转报|转呈|呈报|推荐)")
_INCOMPLETE = re.compile(
    r"(?:来|了|来了)?[,，](?:因|说是?|理由是|要求)?[^,，。;；]{0,6}(?:缺|少了?|漏|补|不齐|不全|不完整|重新(?:交|递|报|做|填))"
)


def on_the_way(sentence: Sentence, act: Act) -> str:
    """Why a verb of granting only tells of a step; empty where it may be the end."""
    if act.kind not in GRANTS:
        return ""
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    behind, ahead = text[start : act.start], text[act.end : end]
    papers = sentence.within(start, end, "paper", "general")
    sent = act.kind == "arrive" or act.hit.text.startswith(("送", "寄", "递", "交", "转", "发至"))
    if sent and _TO_THE_OFFICE.match(ahead) and not papers:
        return "what was filed came to the office"
    if _SLIP.search(text, start, end) and not papers:
        return "only the slip for what was filed"
    if act.hit.text.startswith(_GATHERS) and _MATERIAL.match(ahead):
        return "only what is to be filed"
    stamps = act.hit.text.startswith(_STAMPS)
    if stamps and _MISSING.search(behind):
        return "the stamp that is missing"
    if act.kind == "give" and _FORWARDS.match(ahead):
        return "only passed on"
    if papers:
        return ""
    by_customs = "放行" in act.hit.text and _CUSTOMS.search(text, sentence.start, act.start)
    if by_customs and not sentence.has(*PAPER, "request"):
        return "customs let goods pass, they give no licence"
    if _STEP_BEFORE.search(behind) or _STEP_BEHIND.match(ahead):
        return "only a step on the way"
    return ""


def sent_back(sentence: Sentence, act: Act) -> bool:
    """申请被打回来了，缺的是原件: not refused, sent back for more papers."""
    if act.kind != "refuse" or "打回" not in act.hit.text:
        return False
    return _INCOMPLETE.match(sentence.normal.text, act.end, sentence.end) is not None
