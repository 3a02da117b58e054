"""Firms nobody names, in Chinese: is a sentence about the 企业 or 厂 it speaks of?

韩国两家磁体厂 buys, 示例磁材等2家企业 includes the firm that is named,
示例磁材越南工厂 is part of it.
"""

from __future__ import annotations

import re

from monitor.rules.acts import GRANTS, PAPER, Act
from monitor.rules.sentence import Sentence

_TOWARDS = re.compile(
    r"(?:对|向|面向|给|(?<![解读认成视因作称列定])为|替|予|卖予|售予|供应|供给|供货|供(?!应商)|卖给|销往|发往|售往|运往|输往|出口至|出口到)"
    r"[^,，。;；:]{0,14}$"
)
_ONE_THAT = re.compile(r"的(?:[一两三几多]|另一)家[^,，。;；]{0,8}$")
"""向其供货的一家磁体厂: what the clause before it is turned to is not the plant."""
_AND_OTHERS = re.compile(
    r"等(?:[〇零一二两三四五六七八九十百\d]{1,4})?(?:多|余|数)?(?:家|个)?[^,，。;；:的]{0,8}"
)
_ITS_PLANT = re.compile(
    r"(?:的|位于|设在|在|旗下|所属|自有)?[^,，。;；:对向与和、]{0,8}(?:工|新|分|总|子|老|本|该|制造|配套)?"
)
_ABROAD = re.compile(
    r"(?:的|籍|当地|本土|本地|某|一家|[两三四五几数多]家|[^,，。;；:的有获已]{0,6}){0,2}"
)
_FIRMS_AMONG = re.compile(
    r"(?:其中|当中|名单|包括|包含|里)[^,，。;；]{0,14}[,，]?(?:为|是|即|系|(?<![没未])有|(?<!不)包括|出现了?|现身|见到)$"
)


def not_the_subject(sentence: Sentence, start: int, end: int, left: int) -> bool:
    """Is the 企业, 厂 ... at this place somebody else's customer, or part of a named firm?"""
    text = sentence.normal.text
    before = text[max(left, start - 20) : start]
    if _TOWARDS.search(before) and not _ONE_THAT.search(before):
        return True
    for g in sentence.groups:
        if g.end > start or start - g.end > 14:
            continue
        if _AND_OTHERS.fullmatch(text, g.end, start):
            return True
        if text[start:end] == "厂" and _ITS_PLANT.fullmatch(text, g.end, start):
            return True
    return any(
        b <= start and start - b <= 10 and a >= left and _ABROAD.fullmatch(text, b, start)
        for a, b in sentence.abroad
    )


_PEOPLE = re.compile(
    r"(?:里|内|方面?)?(?:的|一名|一位|有关|相关|外贸|业务|出口|销售|海外|主要|现场|分管|该)*"
    r"(?:负责人|董事长|总经理|副总|经理|主管|工作人员|员工|职工|工人|人士|老板|厂长|代表|部门|科长|部长)"
)


def its_people(sentence: Sentence, start: int, end: int) -> bool:
    """企业负责人介绍: the people of the firm spoken of before, not of some firm or other."""
    text = sentence.normal.text
    return (
        sentence.chinese
        and not sentence.groups
        and text[start:end] in ("企业", "厂", "厂家", "该企业", "公司")
        and (start == sentence.start or text[start - 1] in ',。;:\n"“ 据该')
        and _PEOPLE.match(text, end) is not None
    )


_SUPPLIER_SAYS = re.compile(
    r"(?:据|按|从|经)(?:[^,，。;；]{0,6})?(?:供应商|供货商|供货方|卖方|供方|上游)[^,，。;；]{0,3}"
    r"(?:反馈|称|告知|介绍|通知|表示|说|处?了解|处?获悉|透露|回复|消息|讲)"
    r"|(?:供应商|供货商|供方|上游)[^,，。;；]{0,4}(?:里|中|当中|之中|方面)[,，]?(?:有|其中)?[一两二三四五几]家"
)


def supplier_says(sentence: Sentence, at: int) -> bool:
    """据供应商反馈，... 已办结: what follows is the supplier's, where no firm is named since."""
    m = _SUPPLIER_SAYS.search(sentence.normal.text, sentence.start, at)
    return m is not None and not any(m.end() <= g.start < at for g in sentence.groups)


_OF_A_CROWD = re.compile(
    r"[^,，。;；:!！?？]{0,24}?的(?!许可|出口许可|批文|批件|证)[^,，。;；:的]{0,6}?"
    r"(?:企业|公司|厂商|供应商|供货商|卖家|同行|磁企|厂家|大厂|工厂|出口商|商家|一家|对手|生产商|制造商)"
)
_IS_ONE_OF = re.compile(
    r"(?:成为|成了|是|系|属|属于|作为|位列|跻身|出现在|现身|名列|登上|进入|入选|列入|加入|为)(?:[^,，。;；]{0,14})$"
)
_BECOMES = re.compile(
    r"[\s,，]*(?:并|也|由此|从而|一举|随之|就此|率先)*(?:成为|成了|跻身|位列|入选|名列)"
)
_OF_THE_FIRM = re.compile(
    r"[^,，。;；:]{0,14}的(?:竞争对手|竞争者|同行|同业|龙头|厂商|另一家|老对手|友商)?(?:企业|公司)?$"
)


_WE_ARE = re.compile(r"(?:公司|我司|本集团|集团|我们|其)(?:也|亦|正|就)?(?:是|为|属于?|系)")
_OFFICE = re.compile(
    r"(?:联邦|中央|国家|州)?(?:政府|当局|海关|议会|国会|法院|[\u4e00-\u9fff]{1,4}(?<![总内西东南北中外全大乐])部(?![分门件位署])"
    r"|[\u4e00-\u9fff]{1,5}(?:署|厅|委员会|管理局|安全局|产业省|通商省|劳动省)(?![客用]))"
)


def abroad_office(sentence: Sentence, act: Act) -> bool:
    """越南工贸部颁发的许可证: an office of another state acts in this piece."""
    start, end = sentence.pieces[act.piece]
    text = sentence.normal.text
    return any(start <= a and b < end and _OFFICE.match(text, b, end) for a, b in sentence.abroad)


_RIVAL = re.compile(
    r"的?(?:主要|最大|老|直接|国内|海外|潜在)?(?:竞争对手|竞争者|对手|同行|同业|友商|前员工|原员工|离职员工)"
)


def rivals_of(sentence: Sentence, at: int) -> bool:
    """甲竞争对手: the name only says whose rival is meant."""
    return sentence.chinese and _RIVAL.match(sentence.normal.text, at) is not None


_STATE_ACT = re.compile(
    r"(?:政府|当局)?(?:已经?|将|正式|日前|近日|宣布|拟|再次|再度|周[一二三四五六日]|昨[日天]|今[日天]|\d+日)*"
)
_ACTIVE = re.compile(
    r"批准|允许|准许|同意|发放|颁发|签发|核发|暂停|中止|吊销|撤销|取消|延长|拒绝|驳回|授予|收回|冻结|叫停|收紧|放宽"
)


def state_acts(sentence: Sentence, act: Act) -> bool:
    """缅甸暂停发放许可证: another state's name stands as the subject of an active verb."""
    start, end = sentence.pieces[act.piece]
    text = sentence.normal.text
    if not _ACTIVE.match(act.hit.text) or not text[act.end : end].strip(' "了。.!'):
        return False
    return any(
        not text[start:a].strip(' "')
        and b <= act.start
        and _STATE_ACT.fullmatch(text, b, act.start)
        for a, b in sentence.abroad
    )


_ADVERBS = re.compile(
    r"凭借|受惠于|得益于|受益于|有赖于|由于|随着|手持|经过|时隔|鉴于|受|因|靠|凭|[〇零一二两三四五六七八九十百\d]+[年月日号时点分份张批个项笔单宗件票吨]*|[年月日号]|上|下|午|早|晚|间|本|今|昨|前|周|旬|初|底|末|第"
    r"|[的了已均都也亦还则仍再又刚才就将会可能应须并且而但与和及同于在由从自向对往给至到为被获得中内间里后有无不未没是其该此那这首多各全一些部分陆续目前近日日前据悉"
    r"终总算正式顺利据消息称表示透露指出说公告披露相关有关上述]"
)


def stranger_before(sentence: Sentence, act: Act) -> bool:
    """Does a noun of its own stand before the verb: 莱纳斯获得许可? Then the act is not of the one
    watched firm that a text happens to name."""
    if not sentence.chinese:
        return False
    start, _end = sentence.pieces[act.piece]
    text = sentence.normal.text
    for a, b in sentence.listed:
        if (
            start <= a
            and b <= act.start
            and b - a > 2
            and text[a - 1 : a] not in tuple("对向给往为供输")
            and not _ADVERBS.sub("", text[b : act.start]).strip()
        ):
            return True  # 信越化学获得许可: a buyer's name that does it itself
    rest = list(text[start : act.start])
    taken = [(h.start, h.end) for h in sentence.hits] + list(sentence.listed)
    for a, b in taken:
        for i in range(max(a, start), min(b, act.start)):
            rest[i - start] = " "
    left = _ADVERBS.sub(" ", "".join(rest))
    return any(len(word) >= 2 for word in re.findall(r"[\u4e00-\u9fff]+", left))


def relative(sentence: Sentence, act: Act) -> tuple[tuple[str, ...], bool] | None:
    """(firms, is it about a crowd) of a relative clause: 已获许可的企业, 已拿证的甲."""
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    before = [g for g in sentence.groups if start <= g.start < act.start]
    for g in sentence.groups:
        if (
            act.end <= g.start < end
            and not before
            and _OF_THE_FIRM.fullmatch(text, act.end, g.start)
        ):
            return g.keys, False
    if act.kind not in GRANTS | {"refuse", "unapproved", "suspend", "revoke", "expire", "renew"}:
        return None
    if text.startswith(("的数量", "的量", "的额度", "的吨数"), act.end):
        return None
    m = _OF_A_CROWD.match(text, act.end, end)
    if m is None or sentence.within(m.end() - 2, m.end(), "customer"):
        return None
    if any(act.end <= g.start < m.end() for g in sentence.groups):
        return None
    if before and _IS_ONE_OF.search(text[before[-1].end : act.start]):
        return before[-1].keys, False
    ahead = [g for g in sentence.groups if g.end <= start]
    if ahead and not before and _BECOMES.match(text, start, act.start):
        return ahead[0].keys, False
    if text.startswith("之一", m.end()) and _WE_ARE.search(text, start, act.start):
        return None
    return (), True


_ROLL = re.compile(r"(?:证)?(?:的)?(?:企业|公司|单位|获得者|持有人|获批)?(?:名单|名录|榜单)")
_ON_IT = re.compile(
    r"[\s,]*(?:等)?(?:均|都|也|双双|皆|赫然)?(?:在列|上榜|入选|入围|榜上有名|名列其中|位列其中|在内|在册)"
)


def on_the_roll(sentence: Sentence) -> list[Act]:
    """公布首批通用许可企业名单，甲、乙在列: a grant told by a list of names."""
    if not sentence.chinese or sentence.has("not", "not_yet", "if", "plan", "ask"):
        return []
    text = sentence.normal.text
    for paper in sentence.within(sentence.start, sentence.end, *PAPER):
        if not _ROLL.match(text, paper.end):
            continue
        for g in sentence.groups:
            if g.start > paper.end and _ON_IT.match(text, g.end):
                piece = sentence.piece(g.start)
                return [Act("have", paper, g.start, g.end, piece, objects=[paper])]
    return []


def named_among(sentence: Sentence, at: int) -> tuple[str, ...]:
    """The firms named behind `at` as members of a crowd: 其中上市公司1家，为甲; 甲、乙位列其中."""
    text = sentence.normal.text
    for g in sentence.groups:
        if g.start >= at and _FIRMS_AMONG.search(text[max(at, g.start - 24) : g.start]):
            return g.keys
    return ()
