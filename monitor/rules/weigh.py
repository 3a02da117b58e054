"""The facts of one document weighed against each other: what stays, what is old, what is rumour.

Slots are filled from the clause, the sentence, the sentences that go on with it, the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from monitor.config import Issuer
from monitor.model import FAMILY, TIERS
from monitor.rules.acts import Act
from monitor.rules.document import Document, Tools
from monitor.rules.facts import amount, inside, when
from monitor.rules.match import Fact, Studied
from monitor.rules.sentence import Sentence
from monitor.rules.vocabulary import Tag

_ABOUT_GOODS = re.compile(
    r"\bexports?\b|licens|permit|\bgoods\b|\bproducts?\b|cover|出口|许可|证|涉及|涵盖|品种|产品(?:为|是|包括|有|主要)"
)
GENERIC = frozenset(("rare_earths", "heavy_re"))
_GOES_ON = re.compile(
    r"destination|\bexports?\b|customer|buyer|client|limited to|only for|cover|bound for|headed|go(?:es|ing)? to|market|product|goods|material|volume|tonnage"
    r"|目的地|目的国|客户|买家|最终用户|销往|发往|出口至|出口到|输往|区域|地区|市场|国家|产品|涉及|涵盖|覆盖|包括|限|数量|对象"
)
_GOODS_BEHIND = re.compile(
    r"\s*(?:makers?|manufacturers?|producers?|stocks?|shares?|sector|giant|champion|capital|industry|businesses|business|trade|magnate|企业|股|板块|概念|龙头|行业|生产商|厂商|产业|巨头|商)"
)
_ADDED = ("其余", "其他", "其它", "剩余", "余下", "后续", "另", "another", "rest", "remaining", "other", "others", "further")


def weigh(document: Document, tools: Tools) -> list[Fact]:
    """The facts that count, in order of place, slots filled."""
    facts = document.facts
    _rumours(document)
    facts = [*document.facts]
    if not any(f.key for f in facts):
        facts = facts + _from_title(document, facts)
    else:
        facts = facts + [f for f in _from_title(document, facts) if f.key]
    last: dict[str | None, Fact] = {}
    for fact in facts:
        _fill(fact, document, tools)
        before = last.get(fact.key)
        if not fact.products and "valid" not in fact.act.words:
            fact.borrowed = True
            if before is not None:
                fact.products = list(before.products)
            else:
                fact.products = tools.products.refine(_inherited(fact, document, tools))
        if before is not None and not fact.destinations and fact.act.kind == "apply" and any("renew" in o.kinds for o in fact.act.objects):
            fact.destinations = list(before.destinations)
        last[fact.key] = fact
    facts = _merge(facts, document)
    for fact in facts:
        _attribute(fact, document)
        _age(fact, facts, document)
    return facts


def _from_title(document: Document, facts: Sequence[Fact]) -> list[Fact]:
    """What only the title says: a firm the text draws no fact about."""
    if document.item.kind == "ir_qa":
        return []
    known = {f.key for f in facts}
    text = document.item.text
    out = []
    for studied in document.titled:
        for fact in studied.facts:
            if fact.key in known or (fact.key is None and facts):
                continue
            if fact.key is None and fact.status != "policy" and document.discourse.whole:
                continue
            out.append(fact)
    return out if text is not None else []


# --- rumours ------------------------------------------------------------------------------------


def _rumours(document: Document) -> None:
    """A rumour and its denial: the rumoured act gets certainty `denied`."""
    studied = document.studied + document.titled
    for i, s in enumerate(studied):
        if not s.facts:
            continue
        following = studied[i + 1].sentence if i + 1 < len(studied) else None
        extra: list[Fact] = []
        for fact in s.facts:
            if fact.status in ("not_received", "pending", "applied", "not_required", "policy"):
                continue
            if "valid" in fact.act.words:
                continue
            why = _denied_by(fact, s.sentence, following, document)
            if why is None:
                continue
            fact.certainty = "denied"
            fact.reasons.append(f"a rumour that is denied: {why}")
            if fact.status in ("granted", "general_granted", "renewed") and fact.key and not why.startswith("mistaken"):
                if not any(
                    o.key == fact.key and o.status in ("not_received", "pending", "applied")
                    for o in document.facts
                ):
                    extra.append(_denial(fact))
        s.facts += extra


def _denied_by(
    fact: Fact, sentence: Sentence, following: Sentence | None, document: Document
) -> str | None:
    """The word that takes a rumoured act back, or None."""
    rumoured = [h for h in sentence.hits if "rumor" in h.kinds]
    for h in sentence.hits:
        if "denies" in h.kinds and (h.end <= fact.act.start or rumoured):
            return h.text
        if "untrue" in h.kinds and rumoured and "media_says" not in h.kinds:
            return h.text
        if "mistaken" in h.kinds and (rumoured or h.start > fact.act.end):
            return f"mistaken: {h.text}"
    filing = document.item.kind == "announcement"
    if rumoured:
        for other in document.studied:
            if other.sentence.start <= sentence.start:
                continue
            for act in other.acts:
                if act.kind == fact.act.kind and "not" in act.words and not act.dropped:
                    return f"not {act.hit.text}"
    if filing and rumoured and document.title.has("denies", "untrue", "rumor"):
        return "the title"
    if (rumoured or (filing and sentence.has("media_says"))) and following is not None:
        later = [following] if not filing else [x.sentence for x in document.studied if x.sentence.start > sentence.start]
        for other in later:
            for h in other.hits:
                if not h.kinds.isdisjoint(("untrue", "denies")):
                    return h.text
                if "mistaken" in h.kinds:
                    return f"mistaken: {h.text}"
    return None


def _denial(fact: Fact) -> Fact:
    """The firm's own word against the rumour: it has no licence."""
    from dataclasses import replace

    act = replace(fact.act, words=set(fact.act.words), reasons=[])
    denial = Fact(fact.frame, "not_received", fact.key, act, fact.sentence, fact.start, fact.end, fact.subject)
    denial.certainty = "confirmed"
    denial.reasons.append("the denial of the rumour")
    return denial


# --- slots --------------------------------------------------------------------------------------


def _fill(fact: Fact, document: Document, tools: Tools) -> None:
    f = document.title if fact.sentence.where == "title" else document.text
    s = fact.sentence
    places = [t for t in inside(f.places, fact.start, fact.end) if not _denied_piece(fact, t)]
    products = inside(f.products, fact.start, fact.end)
    products = [t for t in products if not _describes_firm(s, t)] 
    if not places:
        places = _free(f.places, fact, document)
    if not products:
        products = _free([t for t in f.products if not _describes_firm(s, t)], fact, document)
    if fact.sentence.where == "text":
        more = _continued(fact, document)
        if not places:
            places = next((found for o in more if (found := inside(f.places, o.start, o.end))), [])
        if not products or all(t.code in GENERIC for t in products):
            found = [
                t
                for o in more
                for t in inside(f.products, o.start, o.end)
                if not _describes_firm(o, t) and _ABOUT_GOODS.search(o.text)
            ]
            products = found or products
    q = document.question
    which = _which_of_two(fact, q.places)
    if which is not None:
        places = which
    lone = sum(1 for o in document.facts if o.key == fact.key) == 1 or fact.act.carried == "context"
    if document.item.kind == "ir_qa" and lone and not s.has("rest"):
        if not places:
            places = list(q.places)
        if not products:
            products = list(q.products)
    fact.destinations = _codes(tools.places.refine(t.code for t in places if t.kind != "customer" or True))
    fact.products = tools.products.refine(t.code for t in products)
    fact.customers = list(dict.fromkeys(f.normal.quote(t.start, t.end) for t in places if t.kind in ("customer", "regional") and t.start < len(f.normal.text)))
    fact.extent = _extent(fact, f.normal.text)
    fact.event_date, fact.date_kind = when(
        s, fact.act, fact.start, fact.end, f.dates, _acts_beside(fact, document)
    )


def _which_of_two(fact: Fact, asked: Sequence[Tag]) -> list[Tag] | None:
    """前者 and 后者, "the former": one of the two places the question named."""
    if len(asked) < 2:
        return None
    text = fact.sentence.normal.text[fact.start : fact.end]
    if "前者" in text or "the former" in text:
        return [asked[0]]
    if "后者" in text or "the latter" in text:
        return [asked[-1]]
    return None


def _acts_beside(fact: Fact, document: Document) -> Sequence[Act]:
    for s in document.studied + document.titled:
        if s.sentence is fact.sentence:
            return s.acts
    return ()


def _codes(codes: Sequence[str]) -> list[str]:
    return [c for c in codes if c not in ("CN",)]


def _describes_firm(s: Sentence, tag: Tag) -> bool:
    """"magnet maker", "rare earth stocks": the product says what a firm is, not what it may ship."""
    return _GOODS_BEHIND.match(s.normal.text, tag.end) is not None


def _denied_piece(fact: Fact, tag: Tag) -> bool:
    """北美暂无销售: a piece without an act that says where nothing goes."""
    s = fact.sentence
    piece = s.piece(tag.start)
    if piece == fact.act.piece:
        return False
    start, end = s.pieces[piece]
    return bool(s.within(start, end, "not", "not_yet")) and not s.within(start, end, "idle")


def _inherited(fact: Fact, document: Document, tools: Tools) -> list[str]:
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
        return ["magnets"]
    return codes


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
    here = inside(tags, s.start, s.end)
    return [t for t in here if not any(o.start <= t.start < o.end for o in others)]


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


# --- merging ------------------------------------------------------------------------------------


def _merge(facts: list[Fact], document: Document) -> list[Fact]:
    """One fact per firm, status and group of destinations or products; waiting yields to a grant."""
    kept: list[Fact] = []
    for fact in facts:
        twin = next((k for k in kept if _same(k, fact)), None)
        if twin is None:
            kept.append(fact)
            continue
        _join(twin, fact)
    named = any(f.key for f in kept)
    out: list[Fact] = []
    for fact in kept:
        if fact.key is None and named and fact.status in ("granted", "general_granted", "policy", "denied", "pending", "applied", "not_received", "not_required"):
            if fact.status != "policy" or fact.subject.how != "authority":
                if fact.subject.how != "crowd" or any(f.key and FAMILY[f.status] == FAMILY[fact.status] for f in kept):
                    continue
        if fact.key is None and fact.subject.how == "nobody" and fact.status in ("applied", "pending", "not_received", "not_required", "expired"):
            continue
        if fact.status in ("applied", "pending") and _answered(fact, kept):
            continue
        if fact.status == "expired" and any(
            o.key == fact.key
            and o.status == "renewed"
            and o.sentence is fact.sentence
            and o.act.start > fact.act.start
            for o in kept
        ):
            continue
        if fact.status == "applied" and any(
            o.key == fact.key and o.status == "pending" and o.sentence is fact.sentence
            and o.destinations == fact.destinations
            for o in kept
        ):
            continue
        if fact.status == "not_required" and any(
            o.key == fact.key and o.status == "general_granted" for o in kept
        ):
            continue
        out.append(fact)
    return out


def _same(a: Fact, b: Fact) -> bool:
    if a.key != b.key or a.status != b.status or (a.certainty == "denied") != (b.certainty == "denied"):
        return False
    if a.key is None and a.sentence is b.sentence and a.act is not b.act and a.destinations != b.destinations:
        return False
    if a.sentence is b.sentence and a.act is not b.act and a.destinations and b.destinations and set(a.destinations) != set(b.destinations):
        return False
    if _marks(a) != _marks(b):
        return False
    return not (a.event_date and b.event_date is None and a.sentence is b.sentence)


def _marks(fact: Fact) -> set[str]:
    if "valid" in fact.act.words or fact.sentence.within(fact.start, max(fact.end, fact.act.end), "earlier"):
        return {"earlier"}
    return set()


def _join(twin: Fact, fact: Fact) -> None:
    """The later telling adds what the first one left open."""
    for name in ("destinations", "products", "customers"):
        mine, more = getattr(twin, name), getattr(fact, name)
        if name == "products" and more and not fact.borrowed and (twin.borrowed or set(mine) <= GENERIC):
            twin.borrowed = False
            mine = []
        if not mine:
            setattr(twin, name, list(more))
    if twin.extent == "unspecified":
        twin.extent = fact.extent
    if twin.event_date is None:
        twin.event_date, twin.date_kind = fact.event_date, fact.date_kind


def _answered(fact: Fact, kept: Sequence[Fact]) -> bool:
    """Applied or pending, but the same application was then granted or refused."""
    rest = fact.sentence.has("rest")
    for other in kept:
        if other is fact or other.key != fact.key or FAMILY[other.status] not in ("grant", "loss"):
            continue
        if other.certainty == "denied":
            continue
        later = fact.sentence.start + fact.act.start > other.sentence.start + other.act.start
        if FAMILY[other.status] == "loss" and later:
            continue
        if other.sentence is fact.sentence and not later and (
            fact.status == "applied" or (FAMILY[other.status] == "grant" and not rest and not other.destinations)
        ):
            return True
        if fact.status == "applied" and fact.certainty != "expected" and not rest:
            if other.status in ("expired",):
                continue
            if not fact.destinations or set(fact.destinations) <= set(other.destinations):
                return True
    return False


# --- who says so, and how old is it -----------------------------------------------------------------


def _attribute(fact: Fact, document: Document) -> None:
    s, item = fact.sentence, document.item
    first = document.studied[0].sentence if document.studied else s
    if fact.certainty == "denied":
        fact.attribution = "media"
        return
    if item.kind in ("ir_qa", "announcement", "regulator"):
        fact.attribution = "official"
    elif s.has("source") or (first.has("source") and item.kind == "news" and not s.has("firm_says")):
        fact.attribution = "sources"
    elif s.has("analyst"):
        fact.attribution = "analyst"
    elif s.has("media_says") and not (s.has("firm_says") and fact.subject.how in ("named", "anaphor")):
        fact.attribution = "media"
    elif s.has("firm_says") or not s.chinese and item.kind == "news":
        fact.attribution = "official"
    elif item.tier == TIERS[0]:
        fact.attribution = "official"
    else:
        fact.attribution = "media"
    if fact.certainty == "reported" and fact.attribution == "official":
        fact.certainty = "confirmed"


def _age(fact: Fact, facts: Sequence[Fact], document: Document) -> None:
    """New, or told as background beside newer things."""
    s = fact.sentence
    alerting = FAMILY[fact.status] in ("grant", "loss")
    if "valid" in fact.act.words:
        fact.novelty = "background"
        fact.reasons.append(f"background: {fact.act.hit.text}")
        return
    marks = [h for h in s.within(fact.start, max(fact.end, fact.act.end), "earlier")]
    start, end = s.pieces[fact.act.piece]
    if alerting and _HAD_BEEN.match(s.normal.text[start : fact.act.start].lstrip()):
        fact.novelty = "background"
        fact.reasons.append("background: a relative clause in the past perfect")
        return
    if marks and alerting:
        fact.novelty = "background"
        fact.reasons.append(f"background: {marks[0].text}")
        return
    days = _days_old(fact, document)
    if days is None or days < 7 or not alerting:
        return
    newer = any(_outdates(o, fact, document) for o in facts)
    if fact.date_kind == "statement" or newer:
        fact.novelty = "background"
        fact.reasons.append(f"background: {days} days old at publication")


def _outdates(other: Fact, fact: Fact, document: Document) -> bool:
    """Is `other` the news beside which `fact` is only history?"""
    if other is fact or other.key != fact.key or other.certainty == "denied":
        return False
    if "valid" in other.act.words or {FAMILY[other.status], FAMILY[fact.status]} == {"grant", "loss"}:
        return False
    if FAMILY[other.status] not in ("grant", "loss") and (
        other.sentence.start >= fact.sentence.start and other.act.start > fact.act.start
    ):
        return False
    if fact.destinations and other.destinations and other.sentence is fact.sentence and set(fact.destinations).isdisjoint(other.destinations):
        return False
    days = _days_old(other, document)
    return days is None or days < 7


_HAD_BEEN = re.compile(r"(?:which|that|who)\b.{0,40}\bhad\b")


def _days_old(fact: Fact, document: Document) -> int | None:
    published = document.item.published_at
    if fact.event_date is None or published is None:
        return None
    day = fact.event_date if len(fact.event_date) == 10 else fact.event_date + "-28"
    try:
        return (published.date() - date.fromisoformat(day)).days
    except ValueError:
        return None
