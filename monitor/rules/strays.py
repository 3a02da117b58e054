"""Places and goods that stand beside a licence and are not what it is for.

Where somebody speaks, where the customer buys instead, what a firm is or its buyer makes, what the
goods do without.
"""

from __future__ import annotations

import re

from monitor.rules.sentence import Sentence
from monitor.rules.vocabulary import Tag

GENERIC = frozenset(("rare_earths", "heavy_re"))
_GOODS_BEHIND = re.compile(
    r"\s*(?:makers?|manufacturers?|producers?|stocks?|shares?|sector|giant|champion|capital"
    r"|industry|businesses|business|trade|magnate|企业|股|板块|概念|龙头|行业|生产商|厂商|产业|车间|产线|生产线|工序|项目|基地|工厂"
    r"|巨头|商)"
)


_TURNS_TO = re.compile(r"(?:转向|转到|改向|改由|改从|转从|改到|改去|转而[向从])了?(?:一家)?$")
_BUYS = re.compile(r"[^,，。;；]{0,8}?(?:采购|进货|拿货|调货|购买|购入|订货|下单|供应商|买|要货)")


_IN = re.compile(r"(?:在|于|赴|飞抵|抵达|前往|结束)(?:[一-鿿]{0,3})?$")
_MEETS = re.compile(
    r"(?:[一-鿿]{0,4}?)(?:参加|出席|参展|路演|接受|考察|访问|举行|举办|召开|开会|出差|的?(?:展会|展览会|论坛|峰会|年会|说明会|发布会|会议|博览会))"
)


def met_there(s: Sentence, tag: Tag) -> bool:
    """在日本名古屋参加展会时透露: where somebody speaks is no destination."""
    text = s.normal.text
    run = [(a, b) for a, b in s.abroad if a <= tag.start < b or tag.end <= a <= tag.end + 1]
    end = max((b for _, b in run), default=tag.end)
    first = min(
        (a for a, b in s.abroad if b >= tag.start - 1 and a <= tag.start), default=tag.start
    )
    return (
        s.chinese
        and _IN.search(text, s.start, first) is not None
        and _MEETS.match(text, end) is not None
    )


def bought_there(s: Sentence, tag: Tag) -> bool:
    """客户转向越南采购: where the customer buys instead is no destination."""
    text = s.normal.text
    return (
        s.chinese
        and _TURNS_TO.search(text, s.start, tag.start) is not None
        and _BUYS.match(text, tag.end) is not None
    )


_SPEAKER_ZH = re.compile(
    r"[^,，。;；:]{0,18}?(?:社长|主管|高管|发言人|负责人|总裁|经理|董事|代表|官员|人士|会长|秘书|主席|(?:官|方)员?)"
    r"[^,，。;；:]{0,10}?(?:说|称|表示|透露|指出|坦言|证实|强调|宣布|介绍)"
)


def speakers(s: Sentence, tag: Tag) -> bool:
    """日本电产一名主管透露: the country of who speaks, beside the one where the goods go."""
    return tag.kind in ("customer", "regional", "name") and (
        _SPEAKER_ZH.match(s.normal.text, tag.end) is not None
    )


_LEAVES_OUT = re.compile(
    r"(?:不|没有?|未|无)(?:再)?(?:加|添加|加入|使用|用|含|含有|涉及)?(?:有|入|了)?(?:任何)?"
    r"(?:(?:镝|铽|重稀土|钐)[和与及、或])*$"
)


def left_out(s: Sentence, tag: Tag) -> bool:
    """配方里没有加镝和铽: what the goods do without is no product."""
    return (
        s.chinese
        and tag.code in GENERIC
        and _LEAVES_OUT.search(s.normal.text, s.start, tag.start) is not None
    )


_WORKS = re.compile(r"(?:厂|公司|制造商)")
_TO = re.compile(r"(?:供[给应]?|[给向对为往]|发到|运到)[^,，。;；]{0,14}$")
_BUYER_MAKES = re.compile(
    r"(?:客户|买家|买方|对方|用户|该厂|后者)(?:主要|专门|则|是)*(?:生产|制造|研发|组装|从事|主营|专做|做)[^,，。;；]{0,8}$"
)


def describes_firm(s: Sentence, tag: Tag) -> bool:
    """In "magnet maker" or "rare earth stocks" the product says what a firm is, not its goods."""
    text = s.normal.text
    return bool(
        _GOODS_BEHIND.match(text, tag.end)
        or _BUYER_MAKES.search(text, s.start, tag.start)
        or (_WORKS.match(text, tag.end) and _TO.search(text, s.start, tag.start))
    )
