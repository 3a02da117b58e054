"""The unsure verdict: an item that names a watched firm and talks of licences, yet tells no fact.

Each such item is a phrasing a rule may be missing, so it is shown to a person with its sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model import FAMILY
from monitor.rules.acts import Ground
from monitor.rules.document import Document
from monitor.rules.match import Fact, Studied
from monitor.rules.sentence import Sentence

_PAPER = ("paper", "general")


def unsure(document: Document, facts: Sequence[Fact]) -> tuple[str, str] | None:
    """(sentence, why) when a person should look at the item, or None."""
    watched = set(document.discourse.whole)
    if document.item.issuer_id is not None:
        watched.add(document.item.issuer_id)
    if not watched:
        return None
    clash = _contradiction(facts)
    if clash is not None:
        return clash
    if any(f.key in watched for f in facts):
        return None
    if document.item.kind == "ir_qa":
        evaded = _evaded(document)
        if evaded is not None:
            return evaded
    for studied in (*document.studied, *document.titled):
        sentence = studied.sentence
        if _talks(sentence, document) and _names(sentence, document):
            return sentence.quote, _why(studied)
    return None


def _contradiction(facts: Sequence[Fact]) -> tuple[str, str] | None:
    """A grant and its opposite, about the same firm and the same goods and places."""
    firm = [
        f
        for f in facts
        if f.key is not None
        and f.novelty == "new"
        and f.certainty in ("confirmed", "reported")
        and not f.sentence.has("rest")
    ]
    for one in firm:
        if FAMILY[one.status] != "grant":
            continue
        for other in firm:
            opposite = other.status in ("not_received", "denied")
            if (
                opposite
                and other.sentence is not one.sentence
                and other.key == one.key
                and other.destinations == one.destinations
                and other.products == one.products
            ):
                return (
                    other.sentence.quote,
                    f"one sentence says {one.status}, another {other.status}",
                )
    return None


def _evaded(document: Document) -> tuple[str, str] | None:
    """An investor asked about an export licence, and the answer leaves it open."""
    q = document.question
    ground = document.ground
    if not (q.has(*_PAPER) or (q.has("permit", "got") and _licensing(document, ground))):
        return None
    if q.has("other_paper") and not q.has(*_PAPER):
        return None
    sentences = [s.sentence for s in document.studied]
    if not sentences:
        return None
    if any(s.has("other_paper") for s in sentences) and not any(s.has(*_PAPER) for s in sentences):
        return None  # it answers, though of a licence that is no business of ours
    longest = max(sentences, key=lambda s: s.end - s.start)
    return longest.quote, "asked about a licence; the answer tells no fact"


def _licensing(document: Document, ground: Ground) -> bool:
    return ground.exports and not document.question.has("other_paper", "other_matter")


def _talks(sentence: Sentence, document: Document) -> bool:
    if sentence.has("foreign_authority") and not sentence.has("authority"):
        return False
    if sentence.has(*_PAPER):
        return True
    if sentence.has("other_paper", "other_matter", "foreign_authority"):
        return False
    licence = any(
        "permit" in h.kinds and ("licens" in h.text or "permit" in h.text or "许可" in h.text)
        for h in sentence.hits
    )
    return document.ground.exports and (
        licence or (sentence.has("got", "request", "permit") and sentence.has("export", "control"))
    )


def _names(sentence: Sentence, document: Document) -> bool:
    if any(m.issuer_id for g in sentence.groups for m in g.mentions):
        return True
    return document.discourse.talk or (len(document.discourse.whole) == 1 and sentence.has("it"))


def _why(studied: Studied) -> str:
    for act in studied.acts:
        if act.reasons:
            return act.reasons[0]
    for act in studied.acts:
        if act.dropped:
            return f"{act.hit.text}: {act.dropped}"
    return "speaks of a licence; no verb that would move one was found"
