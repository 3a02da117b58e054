"""The facts of one document weighed against each other: what stays, what is old, who says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from monitor.model import FAMILY, TIERS
from monitor.rules.afterwards import another_kind, named_later, suppliers_own, told_of_elsewhere
from monitor.rules.age import age
from monitor.rules.asserted import only_asserted
from monitor.rules.candidates import Candidate, is_excluded
from monitor.rules.crowd import stranger_before
from monitor.rules.document import Document, Tools
from monitor.rules.earlier import recalled
from monitor.rules.likewise import likewise
from monitor.rules.match import Fact
from monitor.rules.offices import given_elsewhere
from monitor.rules.rumour import take_back
from monitor.rules.sentence import Sentence
from monitor.rules.slots import fill, inherited
from monitor.rules.strays import GENERIC
from monitor.rules.theirs import somebody_elses


def weigh(document: Document, tools: Tools) -> list[Fact]:
    """The facts that count, in order of place, slots filled."""
    told_of_elsewhere(document)
    another_kind(document)
    suppliers_own(document)
    given_elsewhere(document)
    somebody_elses(document)
    named_later(document)
    likewise(document)
    take_back(document)
    only_asserted(document)
    facts = [*document.facts]
    _only_firm(facts, document)
    if not any(f.key for f in facts):
        facts = facts + _from_title(document, facts)
    else:
        facts = facts + [f for f in _from_title(document, facts) if f.key]
    last: dict[str | None, Fact] = {}
    for fact in facts:
        fill(fact, document, tools)
        before = last.get(fact.key)
        if not fact.products and "valid" not in fact.act.words:
            fact.borrowed = True
            if before is not None:
                fact.products = list(before.products)
            else:
                fact.products = tools.products.refine(inherited(fact, document, tools))
        if (
            before is not None
            and not fact.destinations
            and fact.act.kind == "apply"
            and any("renew" in o.kinds for o in fact.act.objects)
        ):
            fact.destinations = list(before.destinations)
        last[fact.key] = fact
    facts = _merge(_followed(facts), document)
    for fact in facts:
        _tell(fact, facts, document)
    return facts


def settle(fact: Fact, facts: Sequence[Fact], document: Document, tools: Tools) -> None:
    """Slots, source and age of one more fact beside those that count."""
    fill(fact, document, tools)
    if not fact.products:
        fact.borrowed = True
        fact.products = tools.products.refine(inherited(fact, document, tools))
    _tell(fact, facts, document)


def _tell(fact: Fact, facts: Sequence[Fact], document: Document) -> None:
    """Who says so, and whether it is news."""
    _attribute(fact, document)
    age(fact, facts, document)
    if fact.novelty == "new" and (why := recalled(fact, facts, document)):
        fact.novelty = "background"
        fact.reasons.append(f"background: {why}")


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
            told = document.text
            others = told.has("other_paper") and not told.has("paper", "general")
            if others and not any("paper" in o.kinds for o in fact.act.objects):
                continue
            out.append(fact)
    return out if text is not None else []


_THE_NEXT_ONE = re.compile(r"新(?:的[一那这]?[张份本]?|许可证?|证|批文|一[张份期])|接替|换发")


def _followed(facts: list[Fact]) -> list[Fact]:
    """许可2月底到期。新的一张紧跟着办了下来: what ran out and what follows it are one renewal."""
    out = list(facts)
    for old, new in pairwise(facts):
        s = new.sentence
        if (
            s.chinese
            and old.status == "expired"
            and new.status == "granted"
            and old.key == new.key
            and s.index - old.sentence.index == 1
            and s.where == old.sentence.where
            and _THE_NEXT_ONE.search(s.normal.text, *s.pieces[new.act.piece])
            and not set(old.destinations) - set(new.destinations or old.destinations)
        ):
            new.status = "renewed"
            new.destinations = new.destinations or old.destinations
            new.reasons.append("follows the one that ran out")
            out.remove(old)
    return out


# --- merging ------------------------------------------------------------------------------------


def _only_firm(facts: Sequence[Fact], document: Document) -> None:
    """Facts told of nobody belong to the one watched firm that a short text names."""
    whole = document.discourse.whole
    if len(whole) != 1 or len(document.text.normal.text) > 600 or any(f.key for f in facts):
        return
    if any(m.issuer_id is None for m in document.text.mentions):
        return
    if document.title.has("other_matter", "other_paper") or document.text.has("other_paper"):
        return
    for fact in facts:
        if fact.act.kind == "prepare" and fact.sentence.has("authority"):
            continue
        if _bystander(whole[0], fact, document):
            fact.reasons.append("the firm this text names only stands by")
            continue
        if stranger_before(fact.sentence, fact.act):
            fact.reasons.append("somebody else's, it seems")
            continue
        if fact.status != "policy" and fact.subject.how in ("nobody", "carried", "authority"):
            fact.key = whole[0]
            fact.reasons.append("the one firm this text names")


_STANDS_BY = re.compile(
    r"\bbenefit|\bbrokers?\b|\bbeneficiar|受益|利好|概念|板块|领涨|涨停|走强|拉升"
    r"|(?:名称|名字|简称|字号)(?:[^,，。;；]{0,3})(?:相近|相似|相仿|类似|雷同|相同)|同名|重名|混淆"
    r"|在[^,，。;；]{1,8}(?:上班|任职|就职|打工|做事)"
)


def _bystander(key: str, fact: Fact, document: Document) -> bool:
    """ "A licence went to a rival of A", "... A is expected to benefit": named, not meant."""
    if any(
        key in g.keys and is_excluded(fact.sentence, Candidate(g.start, g.end, "firm", g))
        for g in fact.sentence.groups
    ):
        return True
    named = [x.sentence for x in document.studied if any(key in g.keys for g in x.sentence.groups)]
    return bool(named) and all(
        _STANDS_BY.search(s.text)
        or all(
            is_excluded(s, Candidate(g.start, g.end, "firm", g)) for g in s.groups if key in g.keys
        )
        for s in named
    )


def _merge(facts: list[Fact], document: Document) -> list[Fact]:
    """One fact per firm, status and group of places or goods; waiting yields to a grant."""
    kept: list[Fact] = []
    for fact in facts:
        twin = next((k for k in kept if _same(k, fact)), None)
        if twin is None:
            kept.append(fact)
            continue
        _join(twin, fact)
        if document.text.parts and twin.sentence is not fact.sentence:  # each its own question
            twin.destinations = list(dict.fromkeys([*twin.destinations, *fact.destinations]))
    for fact in kept:
        office = document.item.kind == "regulator" or fact.subject.how == "authority"
        if fact.key is None and office and fact.status in ("applied", "pending"):
            fact.status = "policy"
            fact.reasons.append("applications of nobody in particular, told by the office")
    named = any(f.key for f in kept)
    out: list[Fact] = []
    for fact in kept:
        if named and _of_nobody(fact, kept):
            continue
        if (
            fact.key is None
            and fact.subject.how == "nobody"
            and fact.status in ("applied", "pending", "not_received", "not_required", "expired")
        ):
            continue
        if fact.status in ("applied", "pending") and _answered(fact, kept):
            continue
        if fact.status == "expired" and any(
            o.key == fact.key
            and o.status == "renewed"
            and o.sentence is fact.sentence
            and o.act.start > fact.act.start
            and "没" not in fact.act.hit.text
            and not (
                o.destinations
                and fact.destinations
                and set(o.destinations).isdisjoint(fact.destinations)
            )
            for o in kept
        ):
            continue
        if fact.status == "suspended" and any(_lost_already(fact, o) for o in kept):
            continue
        if fact.status == "applied" and any(
            o.key == fact.key
            and o.status == "pending"
            and o.sentence is fact.sentence
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


def _of_nobody(fact: Fact, kept: Sequence[Fact]) -> bool:
    """A fact about nobody named, in a document whose named firms say the same or more."""
    if fact.key is not None or (FAMILY[fact.status] == "loss" and fact.status != "denied"):
        return False
    if fact.status == "policy" and fact.subject.how == "authority":
        return False
    return fact.subject.how != "crowd" or any(
        f.key and FAMILY[f.status] == FAMILY[fact.status] for f in kept
    )


_LETS = ("allow", "permit", "let", "enabl", "entitl")


def _same(a: Fact, b: Fact) -> bool:
    told = a.status == "general_granted" and b.act.hit.text.startswith(_LETS)
    if (
        a.key != b.key
        or (a.status != b.status and not (told and b.status == "granted"))
        or (a.certainty == "denied") != (b.certainty == "denied")
    ):
        return False
    if (
        a.key is None
        and a.sentence is b.sentence
        and a.act is not b.act
        and a.destinations != b.destinations
    ):
        return False
    if (
        a.sentence is b.sentence
        and a.act is not b.act
        and a.destinations
        and b.destinations
        and set(a.destinations) != set(b.destinations)
    ):
        return False
    if _marks(a) != _marks(b):
        return False
    return not (a.event_date and b.event_date is None and a.sentence is b.sentence)


_FOLLOWS_ZH = re.compile(r"继[^,，。;；]{2,40}(?:之后|以后|后)$")


def _marks(fact: Fact) -> set[str]:
    piece = fact.sentence.normal.text[slice(*fact.sentence.pieces[fact.act.piece])]
    if fact.sentence.chinese and _FOLLOWS_ZH.search(piece.strip()):
        return {"earlier"}
    if "valid" in fact.act.words or fact.sentence.within(
        fact.start, max(fact.end, fact.act.end), "earlier"
    ):
        return {"earlier"}
    return set()


def _join(twin: Fact, fact: Fact) -> None:
    """The later telling adds what the first one left open."""
    for name in ("destinations", "products", "customers"):
        mine, more = getattr(twin, name), getattr(fact, name)
        if (
            name == "products"
            and more
            and not fact.borrowed
            and (twin.borrowed or set(mine) <= GENERIC)
        ):
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
        if fact.act.kind == "wait" and _then_came(fact, other):
            return True
        if other is fact or other.key != fact.key or FAMILY[other.status] not in ("grant", "loss"):
            continue
        if other.certainty == "denied":
            continue
        later = fact.sentence.start + fact.act.start > other.sentence.start + other.act.start
        if FAMILY[other.status] == "loss" and later:
            continue
        if (
            other.sentence is fact.sentence
            and not later
            and (
                fact.status == "applied"
                or (FAMILY[other.status] == "grant" and not rest and not other.destinations)
            )
        ):
            return True
        if fact.status == "applied" and fact.certainty != "expected" and not rest:
            if later and _ANEW_ZH.search(fact.sentence.normal.text, other.act.end, fact.act.end):
                continue
            if other.status in ("expired",):
                continue
            if not other.destinations or set(fact.destinations) <= set(other.destinations):
                return True
    return False


_ANEW_ZH = re.compile(
    r"(?:这|此|本)(?:一)?(?:次|轮|番)(?:新增|新规|的|项下|申请|提交|报|[^,，。;；]{0,10}[,，])|新增"
)
_NO_USE_ZH = re.compile(r"用|报关|通关")


def _lost_already(fact: Fact, other: Fact) -> bool:
    """期限已满，该证不能继续使用; 即日起作废，不得再用于报关: what follows from the loss."""
    return (
        fact.sentence.chinese
        and _NO_USE_ZH.search(fact.act.hit.text) is not None
        and other.key == fact.key
        and other.status in ("revoked", "expired")
        and other.certainty != "denied"
        and (other.sentence.index, other.act.start) < (fact.sentence.index, fact.act.start)
    )


def _then_came(fact: Fact, other: Fact) -> bool:
    """ "A had waited for its licence since May. It came on Monday." """
    return (
        other.key == fact.key
        and other.status in ("granted", "general_granted")
        and other.certainty != "denied"
        and other.sentence.index - fact.sentence.index == 1
        and other.sentence.where == fact.sentence.where
        and other.act.carried == "context"
        and (not other.destinations or set(fact.destinations) <= set(other.destinations))
    )


# --- who says so, and how old is it -------------------------------------------------------------


def _attribute(fact: Fact, document: Document) -> None:
    s, item = fact.sentence, document.item
    first = document.studied[0].sentence if document.studied else s
    if fact.certainty == "denied":
        fact.attribution = "media"
        return
    if item.kind in ("ir_qa", "announcement", "regulator"):
        fact.attribution = "official"
    elif s.has("source") or (
        first.has("source") and item.kind == "news" and not s.has("firm_says")
    ):
        fact.attribution = "sources"
    elif _analyst_speaks(s):
        fact.attribution = "analyst"
    elif s.has("media_says") and not (
        s.has("firm_says") and fact.subject.how in ("named", "anaphor")
    ):
        fact.attribution = "media"
    elif (
        s.has("firm_says")
        or item.tier == TIERS[0]
        or (not s.chinese and item.kind == "news" and (item.tier != TIERS[-1] or _said(document)))
    ):
        fact.attribution = "official"
    else:
        fact.attribution = "media"
    if fact.certainty == "reported" and fact.attribution == "official":
        fact.certainty = "confirmed"


def _said(document: Document) -> bool:
    """Does anybody speak in this text? A blog's bare statement is nobody's word but its own."""
    return any(f.has("firm_says") for f in (document.title, document.text))


_AUDIENCE = re.compile(
    r"\b(?:told|tells?|telling|informed|to|with|for|by|before|from)\s+(?:[a-z]+\s+)?$"
    r"|(?:向|对|告诉|告知|与|接受|回复|回应)[^,;]{0,4}$"
)


def _analyst_speaks(s: Sentence) -> bool:
    """An analyst who is told something is only the audience."""
    text = s.normal.text
    said = [h for h in s.hits if "analyst" in h.kinds]
    if not s.has("firm_says"):
        return bool(said)
    return any(not _AUDIENCE.search(text, max(s.start, h.start - 24), h.start) for h in said)
