"""The slots of a fact: places, goods, customers, how much, when.

Filled from the act's own words, the sentence, the sentences that go on with it, the question an
answer answers, and last from what the document is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.config import Issuer
from monitor.rules.acts import Act
from monitor.rules.allotted import beside_its_name, one_each, which_of_two
from monitor.rules.automaton import Hit
from monitor.rules.document import Document, Tools
from monitor.rules.facts import amount, inside, rivals_piece, when
from monitor.rules.field import dates_in
from monitor.rules.match import Fact
from monitor.rules.parts import asked
from monitor.rules.sentence import Sentence
from monitor.rules.strays import (
    GENERIC,
    bought_there,
    describes_firm,
    left_out,
    met_there,
    speakers,
)
from monitor.rules.vocabulary import Tag

_ABOUT_GOODS = re.compile(
    r"\bexports?\b|licens|permit|\bgoods\b|\bproducts?\b|cover|出口|许可|证|涉及|涵盖|品种"
    r"|产品(?:为|是|包括|有|主要)|[这该那]批|发往|运往|销往|交付"
    r"|\b(?:bound|headed|destined|intended) for\b"
    r"|\b(?:will|to) (?:go|be shipped|be sent) to\b"
)
_GOES_ON = re.compile(
    r"destination|\bexports?\b|customer|buyer|client|limited to|only for|cover|bound for|headed"
    r"|go(?:es|ing)? to|relates? to|concerns?\b|appl(?:y|ies) to|end[- ]users?|intended"
    r"|meant for|market|product|goods|material|volume|tonnage"
    r"|供给|供应给|[这该那]批|目的地|目的国|目的港|客户|买家|买方|需方|下家|收货|货主|对象|最终用户|销往|发往|出口至|出口到|输往|区域|地区|市场|国家|产品"
    r"|涉及|涵盖|覆盖|包括|限|数量|对象"
)


def fill(fact: Fact, document: Document, tools: Tools) -> None:
    """Fill the slots of `fact` from the nearest place that tells them."""
    f = document.title if fact.sentence.where == "title" else document.text
    s = fact.sentence
    places = [
        t
        for t in inside(f.places, fact.start, fact.end)
        if not _denied_piece(fact, t)
        and not _CORRECTED.match(s.normal.text, t.end)
        and not bought_there(s, t)
        and not met_there(s, t)
    ]
    products = inside(f.products, fact.start, fact.end)
    products = [t for t in products if not describes_firm(s, t) and not left_out(s, t)]
    if not places:
        places = _free(f.places, fact, document)
    places = [t for t in places if not _excepted(s, t) and not _rose(fact, t)]
    if not products:
        products = _free([t for t in f.products if not describes_firm(s, t)], fact, document)
    if fact.sentence.where == "text":
        more = _continued(fact, document)
        if not places:
            places = next((found for o in more if (found := inside(f.places, o.start, o.end))), [])
        if not products or all(t.code in GENERIC for t in products):
            found = [
                t
                for o in more
                for t in inside(f.products, o.start, o.end)
                if not describes_firm(o, t) and _ABOUT_GOODS.search(o.text)
            ]
            products = found or products
        if not places:
            places = _before(fact, document)
    if s.chinese:
        places = places or _of_its_paper(fact, document, f.places, f.products)
        products = products or _of_its_paper(fact, document, f.products, [])
    if s.chinese and len(places) > 1:
        places = [t for t in places if not _CORRECTED.match(f.normal.text, t.end)]
        places = [t for t in places if not speakers(s, t)] or places
    places = beside_its_name(fact, f.places, places)
    places = one_each(fact, document, places)
    q = document.question
    put = asked(q.parts, document.text.parts, s.start) or q.whole
    asked_places = inside(q.places, *put)
    which = which_of_two(fact, asked_places)
    if which is not None:
        places = which
    lone = sum(1 for o in document.facts if o.key == fact.key) == 1 or fact.act.carried == "context"
    one = len({t.code for t in asked_places if t.kind != "customer"}) == 1
    one = one and not document.text.places
    start, end = s.pieces[fact.act.piece]
    if s.chinese:
        start = max(s.start, s.normal.text.rfind(";", s.start, start))
    rest = s.within(start, end, "rest")
    borrows = document.item.kind == "ir_qa" and fact.status != "not_required"
    if borrows and (one or lone) and not rest and not places:
        but = {t.code for t in inside(f.places, s.start, s.end) if _excepted(s, t)}
        places = [t for t in asked_places if t.code not in but]
    both = [t for t in inside(q.products, *put) if not _FIRM_BEHIND.match(q.normal.text, t.end)]
    which = which_of_two(fact, both) if borrows else None
    if which is not None:
        products = which
    if borrows and not products:
        products = both
    fact.destinations = _codes(tools.places.refine(t.code for t in places if True))
    fact.products = tools.products.refine(t.code for t in products)
    fact.customers = list(
        dict.fromkeys(
            f.normal.quote(t.start, t.end)
            for t in places
            if t.kind in ("customer", "regional") and t.start < len(f.normal.text)
        )
    )
    fact.extent = _extent(fact, f.normal.text)
    fact.event_date, fact.date_kind = when(
        s,
        fact.act,
        fact.start,
        fact.end,
        dates_in(f, document.item, s.start, s.end),
        _acts_beside(fact, document),
    )


_DEFINITE = re.compile(
    r"\b(?:the|that|this|its|their|whose)\s+(?:[a-z-]+\s+){0,2}$"
    r"|(?:相应|相关|对应|有关|该|此|这[批张份单笔]?|那[批张份单笔]|上述|所需|配套)的?(?:两用物项)?$"
)
_FOR_THEM = re.compile(
    r"\bits supplier\b|\b(?:supply|supplies|supplying|ship(?:ping)? to|serve|feed) (?:it|them"
    r"|the (?:plant|line|company|works|factory|maker))\b"
    r"|^\W*the (?:shipment|consignment|order|goods)\b"
    r"|(?:^|[,，])(?:其?供货的|供应商|供货商|供货方|卖方|其供)|(?:为|向|对|给)(?:其|该[厂客公]|这家)"
)
_RECEIVED = re.compile(
    r"收货|客户|买家|买方|发往|运往|销往|供货|交货|到货|等来|等到|收到货|采购|下单|订单|用户|进口商|目的地|目的国|需求方"
)


def _before(fact: Fact, document: Document) -> list[Tag]:
    """ "It sends magnets to a start-up in Quebec. The permit was taken back": the place before."""
    studied = document.studied
    at = next((i for i, x in enumerate(studied) if x.sentence is fact.sentence), 0)
    if at == 0:
        return []
    before, text = studied[at - 1], fact.sentence.normal.text
    s = fact.sentence
    definite = (
        fact.act.carried == "context"
        or any(
            _DEFINITE.search(text[max(s.start, o.start - 32) : o.start])
            or o.text.startswith(("the ", "that ", "its "))
            for o in fact.act.objects
        )
        or _FOR_THEM.search(text[s.start : s.end]) is not None
        or (s.chinese and any(o.start in (a for a, _ in s.pieces) for o in fact.act.objects))
        or (s.chinese and fact.act.objects == [fact.act.hit])
    )
    if s.chinese and not _RECEIVED.search(before.sentence.text):
        return []
    keys = {k for g in before.sentence.groups for k in g.keys}
    if not definite or keys - {fact.key} or before.facts:
        return []
    if before.sentence.has("other_paper", "other_matter", "not", "not_yet", "if"):
        return []
    return inside(document.text.places, before.sentence.start, before.sentence.end)


_FIRM_BEHIND = re.compile(r"(?:生产|制造|类)?(?:子公司|公司|企业|厂|集团|板块|概念|行业|龙头)")
_CORRECTED = re.compile(r"[\"”]?(?:更正|订正|修正|勘误|改|应)(?:为|作|成)")
_SAME_PAPER = frozenset(
    ("reinstate", "expire", "renew", "unapproved", "refuse", "suspend", "revoke")
)


def _taken_before(paper: Hit, act: Act, acts: Sequence[Act]) -> bool:
    """Is the paper what another verb moved before, so that this one is about the next?"""
    return any(
        o.start < act.start and paper in o.objects and o.kind not in ("apply", "prepare", "need")
        for o in acts
        if o is not act and not o.dropped
    )


def _of_its_paper(
    fact: Fact, document: Document, tags: Sequence[Tag], goods: Sequence[Tag]
) -> list[Tag]:
    """对比利时的许可，已恢复使用: the places beside the paper, said in a piece before."""
    s, act = fact.sentence, fact.act
    if s.within(*s.pieces[act.piece], "rest"):
        return []
    own = act.objects if act.carried == "sentence" else []
    if not own and act.kind in _SAME_PAPER:
        own = s.within(s.start, act.start, "paper", "permit", "general")
    if not own or own[-1].start > act.start:
        return []
    start, end = s.pieces[s.piece(own[-1].start)]
    nobodys = s.groups and not any(g.start < end for g in s.groups)
    if not nobodys and any(own[-1].end <= g.start < act.start for g in s.groups):
        return []
    if act.kind not in _SAME_PAPER and (
        inside(goods, fact.start, fact.end)
        or _taken_before(own[-1], act, _acts_beside(fact, document))
    ):
        return []
    return inside(tags, start, end)


_EXCEPT = re.compile(
    r"除(?:了|去|开)?(?:对|向)?[^,，。;；]{0,16}$"
    r"|\b(?:except|but|save|barring|excluding|apart from|other than|with the exception of)"
    r"(?: for| to| those| the| from| in)*(?: [a-z]+ (?:and|or))? $"
)
_BUT_THEM = re.compile(r"[^,，。;；]{0,12}?(?:以?外|之外)")
_ALL_BUT = re.compile(r"\b(?:all|every|everything|everywhere|any|none|nothing|no)\b")


def _excepted(s: Sentence, tag: Tag) -> bool:
    """除美国外均已批复, "all but the Korean": the place is the one that is left out."""
    text = s.normal.text
    if s.chinese:
        return bool(_EXCEPT.search(text, s.start, tag.start) and _BUT_THEM.match(text, tag.end))
    m = _EXCEPT.search(text, s.start, tag.start)
    return m is not None and _ALL_BUT.search(text, s.start, m.start()) is not None


def _acts_beside(fact: Fact, document: Document) -> Sequence[Act]:
    for s in document.studied + document.titled:
        if s.sentence is fact.sentence:
            return s.acts
    return ()


def _codes(codes: Sequence[str]) -> list[str]:
    return [c for c in codes if c not in ("CN",)]


def _denied_piece(fact: Fact, tag: Tag) -> bool:
    """北美暂无销售: a piece without an act that says where nothing goes."""
    s = fact.sentence
    piece = s.piece(tag.start)
    if piece == fact.act.piece:
        return False
    start, end = s.pieces[piece]
    return bool(s.within(start, end, "not", "not_yet")) and not s.within(start, end, "idle")


def inherited(fact: Fact, document: Document, tools: Tools) -> list[str]:
    """The product the document is about: told of the whole crowd first, or in the title."""
    text = document.text
    for studied in document.studied:
        s = studied.sentence
        if s.where != fact.sentence.where or s.start > fact.sentence.start:
            break
        if fact.sentence.index - s.index > 4 and s.index > 3:
            continue
        for other in studied.facts:
            if other.key is None and other.status in ("granted", "policy"):
                found = inside(text.products, s.start, s.end)
                if found:
                    return [found[0].code]
    issuer = tools.firms.issuers.get(fact.key or "")
    told = _of_its_minerals(issuer, document)
    if told:
        return told
    if document.item.kind in ("ir_qa", "announcement") or len(text.normal.text) > 2500:
        return []
    titled = {m.key for m in document.title.mentions}
    if titled and fact.key not in titled:
        return []
    tags = document.title.products
    if fact.key is not None and any(st.sentence.chinese for st in document.titled):
        tags = []
    codes = [t.code for t in tags]
    if issuer is not None and len(set(codes)) > 1:
        own = [c for c in codes if any(c.startswith(m[:4]) for m in issuer.minerals)]
        codes = own or codes
    only_magnets = issuer is not None and issuer.roles == ["magnet"] and not fact.sentence.chinese
    if not codes and only_magnets and len(text.normal.text) < 1500 and fact.novelty == "new":
        return ["magnets"] if _speaks_of_magnets(document) else []
    return codes


def _speaks_of_magnets(document: Document) -> bool:
    """Are magnets named as goods, or in "magnet maker A" where no other goods are named?"""
    named = [*document.title.products, *document.text.products]
    return all(t.code.endswith("magnets") for t in named) or any(
        t.code.endswith("magnets") and _TRADE.match(f.normal.text, t.end) is None
        for f in (document.title, document.text)
        for t in f.products
    )


_TRADE = re.compile(
    r"[ -](?:[a-z]+ )?(?:maker|producer|manufacturer|supplier|firm|compan|house|group|exporter|name"
    r"|sector|industr|stock|share|belt|mak|capital|plant|giant|analyst|trader|executive)"
)
_MINERAL = {"indium_phosphide": "inp", "rare_earth": ""}


def _of_its_minerals(issuer: Issuer | None, document: Document) -> list[str]:
    """The one metal of the firm's own that the document speaks of: germanium, antimony ..."""
    if issuer is None:
        return []
    stems = [s for m in issuer.minerals if (s := _MINERAL.get(m, m[:6]))]
    said = [
        t.code
        for f in (document.title, document.question, document.text)
        for t in f.products
        if any(t.code.startswith(s) or s in t.code for s in stems)
    ]
    if not said:
        return []
    named = [c for c in said if c.split("_")[0] in issuer.name.lower()]
    pool = named or said
    return [max(dict.fromkeys(pool), key=pool.count)]


def _free(tags: Sequence[Tag], fact: Fact, document: Document) -> list[Tag]:
    """Tags of the sentence that no other fact has a claim to."""
    s = fact.sentence
    studied = next((x for x in document.studied + document.titled if x.sentence is s), None)
    others = [o for o in (studied.facts if studied else []) if o.act is not fact.act]
    end = rivals_piece(s, fact.act, s.end) if s.chinese else None
    here = inside(tags, s.start, end or s.end)
    return [t for t in here if not any(o.start <= t.start < o.end for o in others)]


def _rose(fact: Fact, tag: Tag) -> bool:
    """ "Australia-listed L rallied after ...": what rose on the news is no place goods go to."""
    text, at = fact.sentence.normal.text, fact.act.start
    return tag.end <= at and _MARKET.match(text, tag.end, at) is not None


_MARKET = re.compile(
    r"[^,;]{0,60}\b(?:rallied|rose|fell|surged|jumped|slid|gained|climbed|dropped|lost ground"
    r"|shares)\b"
    r"|[^,，。;；]{0,20}(?:股价|[大上下]跌|[大上]涨|走高|走低|拉升|涨停|跌停)"
)


def _continued(fact: Fact, document: Document) -> list[Sentence]:
    """The following sentences that go on about the same licence."""
    studied = document.studied
    at = next((i for i, s in enumerate(studied) if s.sentence is fact.sentence), None)
    if at is None:
        return []
    out: list[Sentence] = []
    for s in studied[at + 1 : at + 5]:
        keys = {k for g in s.sentence.groups for k in g.keys}
        if keys - {fact.key}:
            break
        if any(f.key is not None or f.status not in ("granted", "policy") for f in s.facts):
            break
        if _GOES_ON.search(s.sentence.text) and not s.sentence.has("other_paper", "other_matter"):
            out.append(s.sentence)
    return out


def _extent(fact: Fact, text: str) -> str:
    act = fact.act
    start, end = fact.sentence.pieces[act.piece]
    near = text[max(start, fact.start, act.left) : min(end, max(act.right, act.end))]
    found = amount(near, act.kind)
    if found is None and act.carried == "sentence" and act.objects:
        start = fact.sentence.pieces[fact.sentence.piece(act.objects[0].start)][0]
        found = amount(text[max(start, fact.start) : act.end], act.kind)
    if found is None:
        found = amount(text[act.end : fact.end], act.kind, numbers_only=True)
    return found or "unspecified"
