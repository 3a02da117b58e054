"""Chinese: an office decides, and no paper is named: 主管部门未予同意, 商务部批准了，九万台.

Where the text is about exports of controlled goods, what such an office says yes or no to is an
export, unless the words behind the verb say that it is something else (批准设立, 同意会晤).
"""

from __future__ import annotations

import re

from monitor.rules.acts import Act, Ground
from monitor.rules.sentence import Sentence

_OFFICE = re.compile(r"商务|主管|部里|管制局|审批|发证|有关部门|省厅|上面")
_BETWEEN = re.compile(
    r"(?:[已也都均才就又再于在则仍还的,]|(?:对|就|给|向|为)[^,，。;；]{0,14}?(?=[已也未不没没]|$)|(?:上|本|这|前|昨|今)?(?:周|月|天|日|晚)(?:[一二三四五六日末初底])?"
    r"|星期[一二三四五六日天]|[一二三四五六七八九十\d]+[年月日号]|[初底末]|[上中下]旬|书面|正式|最终|明确|终于|一次性|一揽子|陆续|先后|复函|回函|答复|决定|给了|表示|签署|作出|下达|给出)*"
)
_N = r"[一两二三四五六七八九十百几\d.]+"
_SO_MUCH = re.compile(
    rf"了?(?:的)?[\s\"]*(?:$|[,，。;；!！)\"]|{_N}(?:多|余)?(?:份|票|单|笔|张|宗|件|批|个|吨|公斤|千克|克|万|台|套|只|片|柜)"
    r"|其中|决定|办理|首批|第{_N}批|(?:全部|部分|大部分|其余)|(?:我们|公司|我司)(?:报|申|递|提)|(?:这|该|那|此)[批单笔份票宗]|(?:出口|放行|发运|发货|出运|出货|按|沿用|延用|照旧|我们|公司|我司)"
    r"|的(?:数量|量|吨数|额度|品种|型号)|(?:向|对|往|发往|输往|销往))"
)
_REPLIED = re.compile(
    r"(?:商务|主管|部里|管制局|审批|发证|有关部门|省厅)[^,，。;；]{0,12}?(?:给|作|做|发|出|送)"
    r"[^,，。;；]{0,6}?(?:答[复覆]|回[复覆]|复函|结论|决定|回函|批复)$"
    r"|(?:经|由|获)(?:国家)?(?:商务部?|主管|有关|审批)(?:主管)?(?:部门|机关)?(?:依法)?(?:审[核查批议]|核[准定]|研究)$"
    r"|(?:复的|来的?|回的?|到的?)函$"
)
"""主管部门本周给了答复，同意沿用原条件."""
_KINDS = frozenset(("give", "got", "refuse", "unapproved"))
_NO_DECISION = re.compile(r"签字|盖章|发出|下发|下达|发到|送达|转交|出具|发了|通过")


def office_rules(sentence: Sentence, act: Act, ground: Ground) -> bool:
    """Does an export office say yes or no here, to nothing that is named as another matter?"""
    if not sentence.chinese or not ground.exports or act.kind not in _KINDS:
        return False
    if ground.elsewhere or sentence.has("other_paper", "other_matter", "foreign_authority"):
        return False
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    if act.piece and _REPLIED.search(text, *sentence.pieces[act.piece - 1]):
        lead = text[sentence.pieces[act.piece][0] : act.start]
        return not lead.strip() and _SO_MUCH.match(text, act.end, end + 1) is not None
    offices = [h for h in sentence.within(start, act.start, "authority") if _OFFICE.search(h.text)]
    return (
        bool(offices)
        and _NO_DECISION.search(act.hit.text) is None
        and _BETWEEN.fullmatch(text, offices[-1].end, act.start) is not None
        and _SO_MUCH.match(text, act.end, end + 1) is not None
    )
