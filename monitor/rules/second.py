"""The second reader: is a grant or a loss reported here, going by the wording as a whole?

The grammar knows how words stand to each other, and misses wordings nobody thought of. This reader
knows no grammar: it adds up what the words of a document weigh (`wording.py`) and what the grammar
drew from it. The weights were learnt from labelled documents that the rules were not written from
(`make learn`), so they know how far the grammar is to be trusted.

Where both agree nothing changes. What it finds unlikely is not told but shown to a person as
unsure; what the grammar missed is drawn from the sentence that weighs most.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import exp
from pathlib import Path
from typing import Literal, NamedTuple

from monitor.model import FAMILY, Status
from monitor.rules.acts import Act
from monitor.rules.automaton import Hit
from monitor.rules.document import Document, Tools
from monitor.rules.frame import Frame
from monitor.rules.match import Fact
from monitor.rules.subject import Subject
from monitor.rules.weigh import settle
from monitor.rules.wording import Seen, Wording, alerts, firms_in

WEIGHTS = Path(__file__).with_name("weights.tsv")
RULE_ID = "second-reader"
MEANING = "By its wording as a whole the text reports it, though no rule knows the sentence."
DRAWN_FROM, AGAINST_FROM, DOUBTED_BELOW = 0.0, 0.6, -1.2
"""Log odds: what the grammar missed is drawn from the first on, and from the second where it drew
something else about the firm; what it drew is doubted below the third. Chosen where most of the
labelled documents come out right (`make learn ARGS=--check`), with the benefit of the doubt for the
grammar, which can give its reasons."""
MOST_FIRMS = 20
"""Of a list of more firms only the first are looked at."""
_LOSSES: tuple[tuple[str, Status], ...] = (
    ("expire", "expired"), ("revoke", "revoked"), ("suspend", "suspended"),
)  # fmt: skip


class Weight(NamedTuple):
    """What one mark says: for news of a licence, and for a loss rather than a grant."""

    news: float
    loss: float


Weights = Mapping[str, Weight]
Outcome = Literal["agrees", "doubts", "draws"]
"""With the grammar; doubts what it drew; draws what it missed."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """How the second reader takes a document as far as it is about one firm."""

    issuer_id: str
    odds: float
    """Log odds that it reports a grant or a loss."""
    loss: bool
    sentence: int | None
    """The number of the sentence that says most for it."""
    reasons: tuple[tuple[str, float], ...]
    """What weighs most on either side, as (mark, weight)."""
    outcome: Outcome = "agrees"

    @property
    def chance(self) -> float:
        return 1 / (1 + exp(-self.odds))


@cache
def load_weights(path: Path = WEIGHTS) -> Weights:
    """`mark <tab> news <tab> loss`, one a line; `#` begins a comment."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("# "):
            mark, news, loss = line.split("\t")
            found[mark] = Weight(float(news), float(loss))
    return found


class Review(NamedTuple):
    """What comes of the second reading."""

    facts: list[Fact]
    doubt: tuple[str, str] | None
    """(sentence, why) of the first fact it doubts."""
    opinions: tuple[Opinion, ...]


class SecondReader:
    """Gives its opinion of what the grammar read."""

    def __init__(self, weights: Weights, *, above: Collection[str] = ()) -> None:
        """`above`: rules whose facts it leaves alone, those of the operator."""
        self._weights = weights
        self._above = above

    def opinions(self, document: Document, facts: Sequence[Fact], *, unsure: bool) -> list[Opinion]:
        """One for each watched firm of the document."""
        firms = [f.key for f in facts if f.key and not f.key.startswith("other:")]
        firms = list(dict.fromkeys([*firms, *firms_in(document)]))[:MOST_FIRMS]
        if not firms:
            return []
        wording = Wording(document)
        return [self._opinion(firm, wording.about(firm, facts, unsure=unsure)) for firm in firms]

    def _opinion(self, firm: str, seen: Seen) -> Opinion:
        weights, values = self._weights, seen.values()
        known = {mark: weights[mark] for mark in values if mark in weights}
        base = weights[""]
        odds = base.news + sum(weight.news * values[mark] for mark, weight in known.items())
        loss = base.loss + sum(weight.loss * values[mark] for mark, weight in known.items())
        reasons = sorted(
            ((mark, weight.news * values[mark]) for mark, weight in known.items()),
            key=lambda pair: -abs(pair[1]),
        )
        says = {i: self._sum(marks) for i, marks in seen.sentences.items()}
        best = max(says, key=lambda i: says[i], default=None)
        return Opinion(firm, odds, loss > 0, best, tuple(reasons[:8]))

    def _sum(self, marks: Iterable[str]) -> float:
        return sum(self._weights[mark].news for mark in set(marks) if mark in self._weights)

    def review(
        self, document: Document, facts: Sequence[Fact], tools: Tools, *, unsure: bool
    ) -> Review:
        """What counts after it was asked."""
        kept, doubt, given = list(facts), None, []
        for opinion in self.opinions(document, facts, unsure=unsure):
            mine = [f for f in kept if f.key == opinion.issuer_id and alerts(f)]
            outcome: Outcome = "agrees"
            if any(f.frame.id in self._above or _beyond_doubt(f) for f in mine):
                pass
            elif mine and opinion.odds < DOUBTED_BELOW:
                outcome = "doubts"
                kept = [f for f in kept if f not in mine]
                doubt = doubt or (
                    mine[0].sentence.quote,
                    f"{mine[0].frame.id} reads {mine[0].status} here; the second reader holds that"
                    f" for unlikely ({opinion.chance:.0%})",
                )
            elif (
                not mine
                and opinion.odds > self._enough(opinion.issuer_id, kept)
                and (fact := _fact(opinion, document))
            ):
                outcome = "draws"
                settle(fact, kept, document, tools)
                fact.certainty = "reported"
                # What the grammar read there of nobody named is this firm's.
                kept = [f for f in kept if f.key or f.sentence is not fact.sentence]
                kept.append(fact)
            given.append(replace(opinion, outcome=outcome))
        return Review(kept, doubt, tuple(given))

    @staticmethod
    def _enough(firm: str, facts: Sequence[Fact]) -> float:
        return AGAINST_FROM if any(fact.key == firm for fact in facts) else DRAWN_FROM


def _beyond_doubt(fact: Fact) -> bool:
    """A headline has no words to weigh. And the plainest wording of all, "A got its licence" or a
    firm's own answer that it did, is the trap of so many labelled documents that it would weigh too
    little."""
    kind, how = fact.act.kind, fact.subject.how
    named = how == "named" and any("paper" in o.kinds for o in fact.act.objects)
    return (
        fact.sentence.where == "title"
        or (kind in ("get", "give", "arrive") and (named or how == "owner"))
        or (kind == "got" and how == "owner")
    )


def _fact(opinion: Opinion, document: Document) -> Fact | None:
    """What the sentence that weighs most says, in the reader's own terms."""
    studied = [s for s in document.studied if s.sentence.index == opinion.sentence]
    if not studied and not document.studied:
        studied = document.titled
    if not studied:
        return None
    sentence = studied[0].sentence
    kinds = {kind for hit in sentence.hits for kind in hit.kinds}
    status: Status = "granted"
    if opinion.loss:
        status = next((status for kind, status in _LOSSES if kind in kinds), "denied")
    elif "renew" in kinds:
        status = "renewed"
    elif "general" in kinds:
        status = "general_granted"
    hit = Hit(sentence.start, sentence.end, frozenset({"second"}), sentence.text)
    word = "refuse" if FAMILY[status] == "loss" else "got"
    act = Act(word, hit, sentence.start, sentence.end, sentence.piece(sentence.start))
    frame = Frame(RULE_ID, 1, status, (), frozenset(), "")
    subject = Subject((opinion.issuer_id,), "named", "the second reader")
    fact = Fact(
        frame, status, opinion.issuer_id, act, sentence, sentence.start, sentence.end, subject
    )
    fact.reasons.append(f"by its wording: {opinion.chance:.0%}")
    return fact


_WHERE = {"s": "", "o": " elsewhere", "t": " in the title", "q": " in the question"}


def in_words(mark: str) -> str:
    """A mark as a person reads it in `explain`."""
    tag, _, rest = mark.partition(":")
    if tag in _WHERE:
        return f"“{rest}”{_WHERE[tag]}"
    if tag == "K":
        return rest.replace(">>", " .. ").replace(">", " then ")
    if tag == "g":
        return f"the grammar ({rest})"
    return f"kind of text ({mark})"
