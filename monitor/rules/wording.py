"""What a document says about one firm, as a bag of words: all that the second reader looks at.

Words and pairs of neighbours in the sentences about the firm, the lists of the packs they stand in,
the words of title, question and of all other sentences, and what the grammar drew. The firm is `@`
there and every other one `#`, so that nothing is learnt about a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from monitor.model import FAMILY
from monitor.rules.document import Document
from monitor.rules.field import Field
from monitor.rules.match import Fact

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[㐀-鿿]|[.,;:!?\"()%-]|[、。]")
_STEM = 6
"""Letters that tell an English word from another; its endings are not looked at."""
_TURNS = frozenset(",?")
"""Signs that stand between the lists of the words around them."""
_ABOUT, _AROUND = 6.0, 3.0
"""How much the words of the sentences about a firm weigh together, and all others."""
_FEW = 40
"""Fewer words weigh no more: a "Read more." says nothing."""
_GOES_ON = 2
"""Sentences without a firm that still speak of the one named before them."""
MOST_WORDS, MOST_NEAR, MOST_OTHERS = 300, 40, 200
"""Words of a sentence, sentences about a firm and others that are looked at: one hostile page must
not take a second."""
_NAME = "\0"
_PAPERS = ("paper", "general", "permit", "request", "got")

Marks = list[str]


@dataclass(slots=True)
class Seen:
    """What is seen of a document about one firm."""

    sentences: dict[int, Marks]
    """By number of the sentence, those about the firm."""
    around: Marks
    """Title, question and all other sentences."""
    facts: Marks
    """What kind of text it is and what the grammar drew."""

    def values(self) -> dict[str, float]:
        """Each mark with its size: the more words, the less one of them says."""
        return {
            **_shared(set(self.around), _AROUND),
            **_shared({mark for marks in self.sentences.values() for mark in marks}, _ABOUT),
            **dict.fromkeys(self.facts, 1.0),
        }


def _shared(marks: set[str], weight: float) -> dict[str, float]:
    return dict.fromkeys(marks, weight / sqrt(max(len(marks), _FEW)))


def alerts(fact: Fact) -> bool:
    """Whether the fact is one that is pushed: a grant or a loss, new, and not only expected."""
    return (
        FAMILY[fact.status] in ("grant", "loss")
        and fact.novelty == "new"
        and fact.certainty in ("confirmed", "reported")
    )


def firms_in(document: Document) -> list[str]:
    """The watched firms a document may speak of, the page's own first."""
    owner = document.item.issuer_id
    named = (m.issuer_id for f in (document.title, document.text) for m in f.mentions)
    return list(dict.fromkeys(key for key in (owner, *named) if key))


class Wording:
    """The words of a document, taken apart once and then seen for one firm after the other."""

    def __init__(self, document: Document) -> None:
        self._item = document.item
        self._firms = len(firms_in(document))
        end = min((start for start, _ in document.skipped), default=len(document.text.normal.text))
        spans = [span for span in document.text.spans[:MOST_OTHERS] if span[0] < end]
        self._words = [_words(document.text, *span) for span in spans]
        self._lists = [_lists(document.text, *span) for span in spans]
        self._title = _words(document.title, *document.title.whole)
        self._question = _words(document.question, *document.question.whole)

    def about(self, firm: str, facts: Sequence[Fact] | None, *, unsure: bool) -> Seen:
        """`facts`: what the grammar drew from the document; None: leave that out."""
        name, owner = _NAME + firm, self._item.issuer_id
        named = [name in words for words in self._words]
        rivals = [any(w[0] == _NAME != name and w != name for w in ws) for ws in self._words]
        near: list[int] = []
        for i, here in enumerate(named):
            goes_on = not rivals[i] and any(named[max(0, i - _GOES_ON) : i])
            if here or goes_on or (firm == owner and not rivals[i]):
                near.append(i)
        near = (near or list(range(len(self._words))))[:MOST_NEAR]
        sentences = {
            i: [*_grams("s:", _masked(self._words[i], name)), *_chain(self._lists[i], name)]
            for i in near
        }
        others = [w for i, ws in enumerate(self._words) if i not in sentences for w in ws]
        around = [
            *("o:" + word for word in _masked(others, name)),
            *_grams("t:", _masked(self._title, name)),
            *_grams("q:", _masked(self._question, name)),
        ]
        kind = [
            f"ch:{self._item.kind}",
            "subj" if firm == owner else "nosubj",
            f"nf{min(3, self._firms)}",
            f"hot{min(2, sum(named))}",
            f"it{int(name in self._title)}",
            f"len{min(6, len(self._words))}",
        ]
        if facts is not None:
            kind += _drawn(firm, facts, unsure=unsure)
        return Seen(sentences, around, kind)


def _drawn(firm: str, facts: Sequence[Fact], *, unsure: bool) -> Iterator[str]:
    """What the grammar made of the document, as far as it is about `firm` and beside it."""
    mine = [fact for fact in facts if fact.key == firm]
    told = {fact.key for fact in facts if alerts(fact) and fact.key}
    if firm in told:
        yield "g:alert"
    if told - {firm}:
        yield "g:other"
    if mine:
        yield "g:any"
    if unsure:
        yield "g:unsure"
    yield f"g:al{min(3, len(told))}"
    marks = set()
    for fact in mine:
        act, how = fact.act, fact.subject.how
        paper = act.carried or next(
            (kind for o in act.objects for kind in _PAPERS if kind in o.kinds), "bare"
        )
        marks |= {f"g:st:{fact.status}{'' if alerts(fact) else ':no'}"}
        marks |= {f"g:c:{fact.certainty}", f"g:n:{fact.novelty}"}
        if alerts(fact):
            marks |= {
                f"g:{act.kind}",
                f"g:how:{how}",
                f"g:on:{paper}",
                f"g:{how}:{act.kind}:{paper}",
            }
            marks |= {f"g:in:{fact.sentence.where}"}
    yield from sorted(marks)


def _words(f: Field, start: int, end: int) -> list[str]:
    """The words between two offsets; in place of a firm its key behind a sign no text holds."""
    found: list[str] = []
    at = start
    for mention in f.mentions_in(start, end):
        if mention.start >= at:
            found += _plain(f.normal.text[at : mention.start])
            found.append(_NAME + mention.key)
            at = mention.end
    return (found + _plain(f.normal.text[at:end]))[:MOST_WORDS]


def _plain(text: str) -> list[str]:
    return ["0" if w[0].isdigit() else w[:_STEM] for w in _WORD.findall(text)]


def _lists(f: Field, start: int, end: int) -> list[tuple[str, ...]]:
    """The lists of the words between two offsets, in their order, with firms and commas."""
    here = [(hit.start, tuple(sorted(hit.kinds))) for hit in f.hits_in(start, end)]
    here += [(m.start, (_NAME + m.key,)) for m in f.mentions_in(start, end)]
    here += [(i, (c,)) for i, c in enumerate(f.normal.text[start:end], start) if c in _TURNS]
    return [kinds for _, kinds in sorted(here)][:MOST_WORDS]


def _masked(words: Iterable[str], name: str) -> list[str]:
    return ["@" if w == name else "#" if w[0] == _NAME else w for w in words]


def _grams(tag: str, words: Sequence[str]) -> Iterator[str]:
    for word in words:
        yield tag + word
    for one, other in pairwise(words):
        yield f"{tag}{one} {other}"


def _chain(lists: Sequence[tuple[str, ...]], name: str) -> Iterator[str]:
    """Lists, those next to each other, and those with one between."""
    kinds = [_masked(some, name) for some in lists]
    for some in kinds:
        for kind in some:
            yield "K:" + kind
    for link, ahead in ((">", kinds[1:]), (">>", kinds[2:])):
        for some, others in zip(kinds, ahead, strict=False):
            for one in some:
                for other in others:
                    yield f"K:{one}{link}{other}"
