"""Chinese: which office gave the paper? Only commerce gives export licences.

获省工信厅批准, 泰国工业部门上周发的证, 中国人民银行核发的准许证: whatever else is said of
exports, a paper that another office gives is none of ours.
"""

from __future__ import annotations

import re

from monitor.model import FAMILY
from monitor.rules.document import Document
from monitor.rules.match import Fact
from monitor.rules.sentence import Sentence

_DOMAIN = (
    r"(?:药监|食药|药品|食品|市场监[管督]|工信|工业和信息化|科技|科工|国防|环保|环境|生态|自然资源|国土|住建|住房|规划|城管"
    r"|水利|水务|应急|消防|公安|交通|运输|海事|民航|邮政|卫健|卫生|农业|林业|林草|渔业|文旅|文物|教育|人社|人力资源|劳[动工]"
    r"|金管|金监|储备|能源|矿产|矿业|发改|发展改革|发展和改革|财政|税务|外汇|人民银行|央行|金融|银保监|证监|证券|版权|知识产权|专利|质检"
    r"|质量|检验|计量|特检|烟草|保密|密码|网信|广电|体育|气象|核安全|安监|安全生产|招商|投资|开发区|园区|市政|电网|供电|外事|移民|贸促)"
)
_SUFFIX = (
    r"(?:总局|总署|管理局|监管局|管委会|委员会|银行|局|厅|署|委|(?<![总全内外一大干])部门|(?<![总全内外一大干])部"
    r"|办公室|会|(?<!公)司|处|支队|大队|中心|院|机关|机构)"
)
_ABROAD = (
    r"(?:(?!商务)[^,，。;；的获经由被得向对给往供出客许]){0,10}?"
    r"(?:部门|(?<![总全内外一大干])部(?![分件位署])|署|厅|当局|委员会|政府|产业省|通商省|机关|机构)"
)
_GIVES = (
    r"(?:核发|签发|颁发|发放|发给|发出|发[的了]|批准|批复|批[的了]|核准|准予|准许|同意|认定|授予|出具|下发|签[了发]?字|盖章"
    r"|续[签期发]|续展|换发|许可|放行|恢复|撤销|吊销|暂停|中止|收回|取消|驳回|拒绝|不予)"
)
_BETWEEN = r"(?:(?!商务|主管|管制局)[^,，。;；]){0,16}?"
_OTHER_OFFICE = re.compile(
    rf"(?:{_DOMAIN}[^,，。;；的商]{{0,8}}?{_SUFFIX}|人民银行|央行|药监){_BETWEEN}{_GIVES}"
)
_INTERNAL = re.compile(
    r"(?:总经理办公会|总裁办公会|办公会|董事会|监事会|股东大?会|职工代表大会|党委会?|管理层|银团|中信保|信保公司|法院|法庭|仲裁庭"
    r"|仲裁委|议会|上交所|深交所|港交所|联交所|交易所|国资委|客户|业主|评审委员会|评标委员会)"
    r"(?:(?!许可|出口|批文|申请|订单)[^,，。;；:商获称告宣悉的对向给]){0,8}(?:批准|同意|核准|批复|审议|通过|驳回|裁定|裁决|准许)"
)
_STATES_OWN = re.compile(
    r"(?:的)?(?:有关|相关|主管|监管|政府|矿业|贸易|海关)*(?:部门|当局|机关|机构|方面|政府|海关)"
    r"(?:[^,，。;；商]{0,8}?)(?:的|发放|颁发|核发|签发|批出|给予|发出|批准)[^,，。;；商]{0,14}?(?:许可|准证|批文|执照|牌照|配额)"
)
_LOCAL = re.compile(r"当地|所在国|东道国|该国|属地")
_OF_A_STATE = re.compile(rf"{_ABROAD}{_BETWEEN}{_GIVES}")
_COMMERCE = re.compile(
    r"商务|主管部门|主管机关|管制局|中国政府|中方|(?:有关|审批|发证|许可)(?:部门|机关)"
)


_REFERS_BACK = re.compile(
    r"(?:(?<!根)(?<!日)本次|这次|此次|该|此|这|上述|前述|所获|所得)(?:一)?(?:份|张|项|纸|个|本|次|批)?"
    r"(?:[^,，。;；出两]{0,6}?)(?:许可|准许|批文|批件|执照|证书?|授权)"
)
_EXPORT = re.compile(r"出口许可|两用|出口管制")


def given_elsewhere(document: Document) -> None:
    """Drop grants and losses whose paper the text lets another office give or take, and those that
    refer back to a paper of another kind (拿到这份许可后, behind a patent agreement)."""
    other = -9
    for studied in document.studied + document.titled:
        s = studied.sentence
        if not s.chinese:
            continue
        back = s.where == "text" and 0 < s.index - other <= 2
        kept = [
            f
            for f in studied.facts
            if not (_by_another(f, s) or ((back or _named_just_before(f, s)) and _again(f, s)))
        ]
        if len(kept) != len(studied.facts):
            for act in studied.acts:
                act.reasons.append("another office gives this paper")
            studied.facts[:] = kept
            other = s.index
        elif s.has("other_paper") and not _EXPORT.search(s.text):
            other = s.index


def _of_a_patent(fact: Fact) -> bool:
    """专利授权到期 ... 授权续期有助销美: the bare 授权 goes on with the patents."""
    return fact.status in ("renewed", "expired") and all(
        o.text in ("授权", fact.act.hit.text) for o in fact.act.objects
    )


def _again(fact: Fact, s: Sentence) -> bool:
    start, end = s.pieces[fact.act.piece]
    text = s.normal.text
    return (
        FAMILY[fact.status] in ("grant", "loss")
        and (_REFERS_BACK.search(text, start, end) is not None or _of_a_patent(fact))
        and _EXPORT.search(s.text) is None
    )


def _named_just_before(fact: Fact, s: Sentence) -> bool:
    """需取得危险品运输许可，该许可已下发: the other paper stands in the clause before."""
    at = s.pieces[fact.act.piece][0]
    return bool(s.within(s.start, at, "other_paper")) and not s.within(s.start, at, "paper")


def _by_another(fact: Fact, s: Sentence) -> bool:
    if FAMILY[fact.status] not in ("grant", "loss"):
        return False
    text = s.normal.text
    number = fact.act.piece
    start, end = s.pieces[number]
    if fact.act.kind == "answer":
        start, end = s.start, s.end
    elif number and not any(start <= g.start < end for g in s.groups):
        start = s.pieces[number - 1][0]
    if number + 1 < len(s.pieces) and not s.groups and not fact.act.objects:
        end = s.pieces[number + 1][1]
    if any(start <= a and b < end and _STATES_OWN.match(text, b, end) for a, b in s.abroad):
        return True
    if _COMMERCE.search(text, start, end):
        return False
    if _OTHER_OFFICE.search(text, start, end):
        return True
    decided = _INTERNAL.search(text, start, end)
    if decided is not None and decided.end() >= fact.act.start:
        # 出口许可，日韩客户已批复: whose licence was approved, not who approved it.
        buyers = decided.group().startswith("客户") and bool(
            s.within(s.start, decided.start(), "paper")
        )
        if not buyers:
            return True
    local = _LOCAL.search(text, start, end)
    if local is not None and s.abroad and _OF_A_STATE.match(text, local.end(), end):
        return True
    return any(start <= a and b < end and _OF_A_STATE.match(text, b, end) for a, b in s.abroad)
