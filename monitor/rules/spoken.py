"""Chinese verbs that name a matter, an office or a rule, and move no licence.

展延之请, 申办方式, 负责许可证申领, 许可证由商务部核发: what happens, if anything, stands elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import GRANTS, Act
from monitor.rules.clause import said_never
from monitor.rules.notices import NOTICE, notice_of
from monitor.rules.sentence import Sentence

_ANSWERS_IT = frozenset(("refuse", "unapproved", "wait"))
_ASKED_ZH = re.compile(
    r"(?:之|的)?(?:请(?![^,，。;；])|请求|之请|诉求|请示)|之请|的?申请(?=[未没遭被获已均仍尚也])"
)
_ACTIVITY_ZH = re.compile(
    r"(?:了)?(?:对|向|往|面向)[^,，。;；的证]{1,12}?(?:发货|出口|供货|销售|出货|交付|发运|供应|接单|报价)(?!许可|证|批文|的)"
    r"|(?:了)?(?:对外)?(?:出口|外销|供应)(?!许可|证|批文|的|资[格质]|授权|准|管制)|(?:了)?(?:发货|接单|发运|出运|供货|报价|收单|签约|排产|投料|生产)(?!许可|证)"
)
_ACTIVITY_AHEAD_ZH = re.compile(
    r"(?:发货|出货|供货|供应|发运|装运|装船|交付|排产|生产|接单|业务|报价)(?:已|也|亦|随之|被迫|一度|暂时|全面|全部|因此|随即|即日起)*$"
)
_ITS_MATTER_ZH = re.compile(
    r"(?:涉及|所涉|针对|对象|对应|系|属|包括|事关|金额|数量|原因|理由|人|书|方|产品|货物)"
)
_HOW_ZH = re.compile(
    r"(?:方式|模式|路径|流程|手续|环节|渠道|窗口)|[^,，。;；]{0,8}?的(?:经验|流程|难度|做法|方法|诀窍|心得|窍门|门道|技巧|事宜|成本|费用|路径|规则|要求|问题)"
)
_IN_CHARGE_ZH = re.compile(
    r"(?:负责|专司|主管(?!部门|机关|机构|单位|当局|[局厅司])|分管|承担|专职|统筹|牵头|协助|辅导|代办|代理)[^,，。;；]{0,12}$"
)
_GIVEN_BY_ZH = re.compile(
    r"由(?:国家|中国|地方|省级?|国务院)?(?:商务|主管|有关|相关|审批|发证)[^,，。;；于日已均刚经]{0,8}$"
)
_PAPER_STOPS = re.compile(
    r"(?:许可证?|批文|批件|证)(?:已|被|暂|均|都|自|从|即[日刻时]|今|起|[\d一二三四五六七八九十]+[年月日号])*$"
)
"""许可证自3月6日起停止出运: the paper stops, not only the firm."""
_WITHOUT_ZH = re.compile(
    r"(?:未|没有?|无|不)(?:依法|按规定|经)?(?:取得|获得?|办理|办妥|持有|经|有|获批|领取)?[^,，。;；]{0,8}"
    r"(?:许可证?|批文|证|批准|准许|审批)(?:的|前|之前|就|而|者|货物|产品|物项|企业|出口)*$"
)
_WHICH_ZH = re.compile(
    r"不[^,，。;；的]{1,12}的(?!通知|决定|[一那]?[纸份]|答[复覆]|回[复覆]|批[复覆]|结[果论]|意见|文书|函|是|消息)"
)
_NO_NEW_TERM = re.compile(r"[未不][获予](?:续|延|展|换发)")
_REFUSES_TO = re.compile(
    r"(?:拒绝|拒不|拒|不肯|不愿|不同意|不予|暂停|停止|中止|暂缓|叫停|取消)(?:了)?(?:再|继续|为|向|给|对|予|其|[^,，。;；的]{2,14})?$"
)
_YET_DONE = re.compile(r"[即就便已了]|补")
_NO_NEED_ZH = re.compile(r"(?:不需要?|无[需须]|不用|不必|毋[需须]|用不着)[^,，。;；]{0,14}$")
_COUNTED_ZH = re.compile(
    r"已|业经|日前|近日|昨|上[周月]|\d|周[一二三四五六日]|本[周月]|今|刚|终|[一两二三四五六七八九十][张份项个批]|该|此|首|新"
)


def no_act(sentence: Sentence, act: Act, acts: Sequence[Act]) -> str:
    """Why this Chinese verb moves no licence; empty where it may."""
    text = sentence.normal.text
    start = sentence.pieces[act.piece][0]
    beside = [o for o in acts if o.piece == act.piece and o.start > act.end - 1 and o is not act]
    if (
        act.kind == "suspend"
        and _ACTIVITY_ZH.match(text, act.end)
        and not _PAPER_STOPS.search(text, start, act.start)
    ):
        return "an activity is stopped, no licence"
    if act.kind == "suspend" and _ACTIVITY_AHEAD_ZH.search(text, start, act.start):
        return "an activity is stopped, no licence"
    if act.kind == "suspend" and _WITHOUT_ZH.search(text, start, act.start):
        return "tells what a missing licence forbids"
    if act.kind == "refuse" and _WHICH_ZH.match(text, act.start):
        return "only says which ones"
    if act.kind == "refuse" and _NO_NEW_TERM.search(act.hit.text) and _ran_out(acts, act):
        return "what became of the one that ran out"
    if act.kind in GRANTS and any(
        o.piece == act.piece and o.end <= act.start and _REFUSES_TO.match(text[o.start : act.start])
        for o in acts
        if o.kind in ("refuse", "suspend", "revoke")
    ):
        return "what was refused"
    if notice_of(sentence, act, acts):
        return NOTICE
    if act.kind == "renew" and _ASKED_ZH.match(text, act.end):
        return "a noun here: what was asked for"
    if (
        act.kind == "renew"
        and text.startswith(("申请", "的申请"), act.end)
        and any(o.kind in _ANSWERS_IT for o in beside)
    ):
        return "a noun here: what was asked for"
    if act.kind == "renew" and any(
        o.kind in _ANSWERS_IT and o.start - act.end <= 8 and "了" not in text[act.end : o.start]
        for o in beside
    ):
        return "a noun here: what was asked for"
    needless = _NO_NEED_ZH.search(text, start, act.start) if act.kind in GRANTS else None
    if needless is not None and _YET_DONE.search(needless.group()) is None:
        return "nothing has to be got"
    if act.kind == "lacking" and said_never(text[start : act.start], text[act.end :]):
        return "said never to have been so"
    if act.kind == "lacking" and text.startswith(("就", "便", "则", "哪"), act.end):
        return "a general rule, not an act"
    if act.kind == "apply":
        return _no_filing(text, act, start, beside)
    given = act.kind == "give" and _GIVEN_BY_ZH.search(text, start, act.start)
    if (
        given
        and text[act.end : act.end + 1] in ",。;、!"
        and not _COUNTED_ZH.search(text, *sentence.pieces[act.piece])
    ):
        return "a general rule, not an act"
    return ""


def _ran_out(acts: Sequence[Act], act: Act) -> bool:
    """到期，未获续期: did the licence of which no new term was given run out before?"""
    return any(o.kind == "expire" and o.start < act.start for o in acts)


def _no_filing(text: str, act: Act, start: int, beside: Sequence[Act]) -> str:
    """Why 申请 and its like file nothing here."""
    if (
        act.hit.text == "申请"
        and _ITS_MATTER_ZH.match(text, act.end)
        and not text[start : act.start].strip(' "该此上述所涉相关')
    ):
        return "a noun here: what was filed"
    if any(o.kind == "prepare" for o in beside):
        return "only prepared so far"
    if _NO_NEED_ZH.search(text, start, act.start):
        return "nothing has to be filed"
    if _HOW_ZH.match(text, act.end):
        return "only spoken of: how to apply"
    if _IN_CHARGE_ZH.search(text, act.left, act.start):
        return "somebody's office, not an act"
    return ""


_OFFICE_ZH = (
    r"(?:商务部(?:门)?|中方|主管部门|主管机关|有关部门|中国政府|北京方面|中国当局|当局|部里)"
)
_WAIVED_BY = re.compile(rf"(?<!美国){_OFFICE_ZH}[^,，。;；未不没税若如拟将可或]{{0,24}}$")
_NO_LICENCE_ZH = re.compile(
    r"了?(?:其|该|这些|上述)?(?:的)?(?:出口)?(?:许可|办证|申[请领报]|关税|税|清单|类别|条款|规定|政策)|[^,，。;；]{0,12}(?:关税|税)"
)
_LIST_ZH = re.compile(r"样品|清单|类别|公告|名单|少量|展品|个人|科研")


def waived(sentence: Sentence, act: Act) -> bool:
    """商务部已豁免甲的部分订单: goods that need a licence, let go by the office that gives them."""
    if not sentence.chinese or act.kind != "exempt" or act.hit.text != "豁免":
        return False
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    return (
        _WAIVED_BY.search(text, start, act.start) is not None
        and _NO_LICENCE_ZH.match(text, act.end, end) is None
        and _LIST_ZH.search(text, start, end) is None
        and bool(sentence.groups or sentence.within(start, end, "it"))
        and not sentence.has("foreign_authority")
    )
