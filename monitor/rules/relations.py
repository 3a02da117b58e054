"""Chinese: who stands to the firm as parent, partner, supplier or holding, and whose paper is told.

控股股东告知，其下属企业已获批; 甲的母公司获核发; 三家供应商里，有两家拿到; 该事件与本公司无关.
Everything here answers with the words that make a licence somebody else's, or with nothing.
"""

from __future__ import annotations

import re

from monitor.rules.match import Fact
from monitor.rules.sentence import Sentence

_HELD = (
    r"(?:参股|联营|合营|合资|关联|关连|被投资|托管|代管|代理|受托|委托|同名|同城|兄弟|姊妹|上市同行)(?:的)?[^,，。;；:的]{0,8}?"
    r"(?:企业|公司|厂家?|商|方|单位|一家)"
)
_OUTSIDER = (
    r"(?:(?:第一大|控股|大|原)?股东|母公司|控股集团|供应商|供货[商方]|供方|卖方|上游(?:厂商?|企业|客户|供应商)?|下游(?:厂商?|企业|客户)?"
    r"|客户|买[家方]|合作(?:方|伙伴|厂商?)|合资(?:方|伙伴)|同行|同业|友商|竞争对手|经销商|代理[商方]|贸易商|外贸公司|货代|报关行|收购方"
    rf"|被收购方|标的公司|对方|{_HELD})"
)
_TELLS = re.compile(
    rf"(?:据|经|按|从|根据|向|与|跟)?[^,，。;；:]{{0,8}}?{_OUTSIDER}[^,，。;；:]{{0,12}}?"
    r"(?:告知|通知|通报|反馈|回复|介绍|表示|称|透露|说|确认|证实|了解|沟通|核实|问询|询问)(?:了)?(?:本公司|我公司|公司|我司|我们)?[,:]"
)
_ASKED_UNNAMED = re.compile(
    r"(?:经|已)?(?:向|与|跟)(?P<who>[\u4e00-\u9fff]{2,12}?)(?:了解|核实|询问|问询|沟通|确认|求证)(?:到|得知|获悉)?[,:]"
)
_ITS = re.compile(
    r"(?<!尤)(?<!极)(?<!与)(?<!任)其(?!中|他|它|余|实|次|后|间)|自己|自身|它们?|该(?:公司|企业|厂)|对方|旗下"
)
_THROUGH = re.compile(
    r"(?:委托|通过|经由?|借助|交由|交给|挂靠)[^,，。;；]{1,12}?(?:公司|企业|商行|商社|代理商|货代)[^,，。;；]{0,6}[,，](?:由)?(?:该|这家)(?:公司|企业|商行|商社|代理)"
)
_PARTITION = re.compile(
    r"(?:供应商|供货[商方]|供方|上游(?:厂商?|企业)|同行|同业|友商|竞争对手|参股企业|联营企业|合作厂商?)[^,，。;；]{0,4}(?:里面?|中|当中|之中|之间)[,，]?(?:只|仅|已)?(?:有|其中)?"
    r"(?:[一两二三四五六七八九十几多数\d]+家|其[一二三]|半数|一半|多数|少数)"
)
_KIN = re.compile(
    r"(?:的|所属的?|背后的?|持股的?|参股的?|投资的?)?(?:[^,，。;；:的及和与、同跟]{0,6})?(?:母公司|控股股东|第一大股东|大股东|控股集团"
    r"|参股(?:公司|企业)|联营(?:公司|企业)|关联方|合资(?:方|伙伴|对象)|合作(?:方|伙伴)|被收购方|收购方|邻居|原股东|(?:受托|委托|代工|加工|受让|承运)(?:加工|生产)?方|同系(?:公司|企业)|兄弟公司|姊妹公司)"
)
_HOLDS_SHARES = re.compile(r"(?:持股|参股|投资|入股)的(?=[^,，。;；]{2,20})")
_SPEAKS_ITSELF = re.compile(
    r"[^,，。;；]{0,3}(?:称|表示|说|透露|宣布|披露|证实|公告)[,:]?(?:其|自己|自身|旗下)"
)
_LEFT_OUT = re.compile(
    r"(?:等)?(?:均|都|也|皆|双双|则)?(?:未|不|没有?)(?:在|入|列|进)(?:其中|其列|名单|此列|内|选|围|列)"
)
_PARTNER = re.compile(r"(?:伙伴|合作方|合资方|股东|对手|同行|邻居)$")
_SHARES = re.compile(r"的?(?:[ah]股)?(?:股价|股票|股份)")
_BESIDE = re.compile(r"(?:所在|所处|隔壁|附近|旁边?|同处|周边|所属)的?")
_TOWARDS = re.compile(
    r"(?:对|向|给|为|往|替|与|和|供|发往|销往|面向)(?:[^,，。;；](?!供货|供应)){0,12}$"
)
_SOME_OTHER = re.compile(
    r"(?<!这)(?<!那)(?<!该)(?:[一某]家|另一家|另有一家)[^,，。;；:是为即]{0,14}?(?:企业|公司|厂商?|厂家|小厂|磁企|供应商|同行)"
)
_OWN = re.compile(r"本公司|我公司|我司|本集团|我们|公司自身|公司自己|公司本身")
_THE_FIRM_AGAIN = re.compile(
    r"[,:][^,，。;；]{0,8}?(?<![母该股业营资联托理])公司|本公司|我司|双方|同(?:日|时)"
)
_SAYS = re.compile(r"称|表示|透露|说|证实|告诉|公告|介绍|披露|指出")
_ITSELF = re.compile(r"[,:]?[^,，。;；]{0,6}?(?:自己|自身|自家)")
_NOTHING_TO_DO = re.compile(
    r"(?:该|此|这|上述|前述|有关|相关|其)(?:一)?(?:事件|事项|事|申请|许可证?|批文|情况|消息|业务|公司|企业)?[^,，。;；]{0,4}?(?:与|跟|和)"
    r"(?P<who>[^,，。;；]{1,14}?)(?:没有|并无|毫无|并不存在|不存在|无)(?:任何|直接|股权|关联)?(?:关系|关联|关|涉)"
)
_NO_HOLDER = re.compile(
    r"(?P<who>本?公司|本集团|我司|我们)(?:自身|本身|自己)?(?:并非|并不是|不是|非|不属于)(?:该|上述|此|许可|出口)?[^,，。;；]{0,8}?"
    r"(?:持证|持有|申请|许可|被许可|获证|获批|出口|当事)(?:人|方|主体|者|企业|单位|公司)"
)
_THE_FIRM = re.compile(r"(?:本|我)?公司|我司|本集团|我们|本厂")


def related(fact: Fact, s: Sentence, following: Sentence | None) -> str:
    """The words by which the licence of `fact` is that of a relation of the firm."""
    text = s.normal.text
    start = s.pieces[fact.act.piece][0]
    named = [g for g in s.groups if g.end <= fact.act.start]
    last = max((g.end for g in named), default=s.start)
    for tells in (_TELLS, _ASKED_UNNAMED):
        told = tells.search(text, s.start, fact.act.start)
        if told is None or last > told.end() or _OWN.search(text, told.end(), fact.act.start):
            continue
        if "who" in told.groupdict() and _THE_FIRM.search(told["who"]):
            continue
        if _ITS.search(text, told.end(), fact.act.start):
            return told.group()
    through = _THROUGH.search(text, s.start, fact.act.start)
    if through and last <= through.start():
        return through.group()
    share = _PARTITION.search(text, s.start, fact.act.start)
    if share and last <= share.end() and not _OWN.search(text, share.end(), fact.act.start):
        return share.group()
    if named and fact.key == named[-1].keys[-1] and _stands_for_kin(text, last, fact):
        return "a relation of the firm named"
    for a, b in s.listed:
        alone = a >= last and b - a > 2 and b <= fact.act.start
        if alone and _SPEAKS_ITSELF.match(text, b, fact.act.start):
            return "a buyer that speaks for itself"
    for g in s.groups:
        if fact.key in g.keys and fact.subject.how == "named" and g.start >= fact.act.end:
            if _LEFT_OUT.match(text, g.end):
                return "left out, as the text says"
            partner = _PARTNER.search(text, s.start, g.start)
            if partner and _SHARES.match(text, g.end) and not named:
                return "only its shares"
    other = _SOME_OTHER.search(text, max(start, last), fact.act.start)
    if (
        other
        and (fact.subject.how != "named" or _BESIDE.match(text, last))
        and not _TOWARDS.search(text, max(s.start, other.start() - 14), other.start())
        and not _OWN.search(text, other.end(), fact.act.start)
    ):
        return other.group()
    return _disowned(fact, s, following)


def _stands_for_kin(text: str, end: int, fact: Fact) -> bool:
    """甲母公司 gets it, 甲持股的德国伙伴 applied: the name only says whose relation is meant."""
    m = _KIN.match(text, end, fact.act.start)
    if m is None:
        m = _HOLDS_SHARES.match(text, end, fact.act.start)
    if m is None or _THE_FIRM_AGAIN.search(text, m.end(), fact.act.start):
        return False
    told = _SAYS.search(text, m.end(), fact.act.start)
    return told is None or _ITSELF.match(text, told.end()) is not None


def _disowned(fact: Fact, s: Sentence, following: Sentence | None) -> str:
    """该事件与本公司无关, 本集团并非持证人: what the firm says of it in the same breath."""
    text = s.normal.text
    end = following.end if following is not None else s.end
    for m in _NO_HOLDER.finditer(text, fact.act.end, end):
        return m.group()
    for m in _NOTHING_TO_DO.finditer(text, fact.act.end, end):
        near = [*s.groups, *(following.groups if following is not None else ())]
        own = any(m.start("who") <= g.start < m.end("who") and fact.key in g.keys for g in near)
        if own or _THE_FIRM.match(m["who"]):
            return m.group()
        if any(g.end <= m.start() and m.start() - g.end <= 8 and fact.key in g.keys for g in near):
            return m.group()
    return ""
