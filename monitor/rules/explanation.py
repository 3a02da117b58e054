"""How an item was read, sentence by sentence, as plain values: what `monitor explain` shows.

Reads the reader's own notes (`document.py`, `match.py`, `acts.py`); decides nothing itself.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from monitor.model import Match, Reading, Status
from monitor.rules.acts import KINDS, Act
from monitor.rules.automaton import Hit
from monitor.rules.document import Document, Tools
from monitor.rules.field import Field
from monitor.rules.frame import Frame
from monitor.rules.match import Fact, Studied
from monitor.rules.second import Opinion, Outcome, in_words
from monitor.rules.sentence import Mention, Sentence

MarkKind = Literal["firm", "paper", "act", "bend", "place", "product", "date"]
_PAPER = frozenset(("paper", "permit", "general", "request"))
_ACTS = frozenset(KINDS)
_BEND = frozenset(
    ("not", "not_yet", "if", "when", "plan", "must", "ask", "rumor", "untrue", "denies", "earlier",
     "other_paper", "foreign_authority", "so_far")
)  # fmt: skip
_WORTH_A_MARK = _PAPER | _ACTS | _BEND
Handling = Literal["read", "question", "furniture"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A word of a sentence that says something to the rules."""

    start: int
    """Offsets in the original field."""
    end: int
    kind: MarkKind
    text: str
    says: str
    """Issuer, code, date, or the word lists it stands in."""


@dataclass(frozen=True, slots=True)
class Step:
    """One verb of a sentence and what became of it."""

    word: str
    about: tuple[str, ...]
    """Whose licence: firms by name; empty for nobody in particular."""
    how: str
    """How the firms were found: named, anaphor, owner ..."""
    frame: tuple[str, ...]
    """The words the rules were matched against."""
    rule: str | None
    """The rule that fired."""
    status: Status | None
    kept: bool
    """False: the fact was drawn, and given up when the document was weighed as a whole."""
    because: str
    """Why nothing was drawn: what is missing, or the nearest rule's condition that failed."""
    reasons: tuple[str, ...]
    """Scope decisions: negated by ..., condition: ..., background."""


@dataclass(frozen=True, slots=True)
class Read:
    """One sentence."""

    where: Literal["title", "question", "text"]
    start: int
    end: int
    text: str
    handling: Handling
    marks: tuple[Mark, ...]
    steps: tuple[Step, ...]

    @property
    def speaks(self) -> bool:
        """It holds a licence word or a verb that might move one: worth showing in full."""
        return bool(self.steps) or any(m.kind == "paper" for m in self.marks)


@dataclass(frozen=True, slots=True)
class Weighed:
    """How the second reader takes the text as far as it is about one firm."""

    firm: str
    chance: float
    """That a grant or a loss is reported, 0 to 1."""
    outcome: Outcome
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one item."""

    relevant: bool
    """False: no word of it speaks of licences, so that its sentences were not studied."""
    sentences: tuple[Read, ...]
    matches: tuple[Match, ...]
    unsure: str | None
    unsure_because: str | None
    second: tuple[Weighed, ...] = ()
    """The second reader's opinions."""


def explanation_of(
    document: Document, reading: Reading, opinions: Sequence[Opinion], tools: Tools
) -> Explanation:
    """The notes of a document that was read and weighed."""
    final = {(m.rule_id, m.issuer_id or f"other:{m.firm_name}") for m in reading.matches}
    out: list[Read] = []
    titled = {_place(s.sentence): s for s in document.titled}
    studied = {_place(s.sentence): s for s in document.studied}
    asked = {_place(s) for s in document.asked}
    fields: tuple[tuple[Literal["title", "question", "text"], Field], ...] = (
        ("title", document.title), ("question", document.question), ("text", document.text),
    )  # fmt: skip
    for where, found in fields:
        known = titled if where == "title" else studied if where == "text" else {}
        for start, end in found.spans:
            handling: Handling = "question" if where == "question" else "read"
            if where == "text" and (start, end) in asked:
                handling = "question"
            if where == "text" and any(a <= start < b for a, b in document.skipped):
                handling = "furniture"
            notes = known.get((start, end))
            steps = tuple(_steps(notes, tools, final)) if notes else ()
            marks = tuple(_marks(found, start, end, notes, tools))
            a, b = found.normal.span(start, end)
            text = found.normal.original[a:b]
            out.append(Read(where, a, b, text, handling, marks, steps))
    return Explanation(
        bool(document.text.spans or document.title.spans),
        tuple(out),
        reading.matches,
        reading.unsure,
        reading.unsure_because,
        tuple(_weighed(opinion, tools) for opinion in opinions),
    )


def _weighed(opinion: Opinion, tools: Tools) -> Weighed:
    return Weighed(
        _name(opinion.issuer_id, tools),
        round(opinion.chance, 3),
        opinion.outcome,
        tuple(in_words(mark) for mark, weight in opinion.reasons if weight > 0),
        tuple(in_words(mark) for mark, weight in opinion.reasons if weight < 0),
    )


def _place(sentence: Sentence) -> tuple[int, int]:
    return sentence.start, sentence.end


# --- steps --------------------------------------------------------------------------------------


def _steps(notes: Studied, tools: Tools, final: set[tuple[str, str]]) -> Iterable[Step]:
    facts: dict[int, list[Fact]] = {}
    for fact in notes.facts:
        facts.setdefault(id(fact.act), []).append(fact)
    for act, subject in zip(notes.acts, notes.subjects, strict=False):
        drawn = facts.get(id(act), [])
        rule = drawn[0].frame if drawn else None
        kept = any((f.frame.id, f.key or "other:None") in final for f in drawn)
        words = tuple(sorted(act.words))
        yield Step(
            word=act.hit.text,
            about=tuple(_name(key, tools) for key in subject.keys) if subject else (),
            how=subject.how if subject else "",
            frame=words,
            rule=rule.id if rule else None,
            status=drawn[0].status if drawn else None,
            kept=kept,
            because="" if rule else _because(act, notes.sentence, tools.frames),
            reasons=tuple(dict.fromkeys((drawn[0] if drawn else act).reasons)),
        )


def _because(act: Act, sentence: Sentence, frames: Sequence[Frame]) -> str:
    """Why an act gave no fact."""
    if act.dropped:
        return act.dropped
    if "shadow" in act.words:
        return "says again what another verb says"
    if "foreign" in act.words:
        return "another state's authority"
    language = "zh" if sentence.chinese else "en"
    close = [f for f in frames if f.language == language and _misses(f, act.words) == 1]
    near = [f for f in close if act.kind in {w for any_of in f.all for w in any_of}]
    best = (near or close)[:2]
    return "; ".join(f"{f.id}: {f.failing(act.words)}" for f in best) or "no rule is near"


def _misses(frame: Frame, words: set[str]) -> int:
    return sum(words.isdisjoint(any_of) for any_of in frame.all) + bool(words & frame.none)


def _name(key: str, tools: Tools) -> str:
    issuer = tools.firms.issuers.get(key)
    return issuer.name if issuer else key.removeprefix("other:")


# --- marks --------------------------------------------------------------------------------------


def _marks(
    found: Field, start: int, end: int, notes: Studied | None, tools: Tools
) -> Iterable[Mark]:
    """Words with a meaning, firms first: where two overlap the earlier kind stays."""
    taken: set[int] = set()
    marks: list[Mark] = []

    def put(a: int, b: int, kind: MarkKind, says: str) -> None:
        if start <= a < b <= end and taken.isdisjoint(range(a, b)):
            taken.update(range(a, b))
            first, last = found.normal.span(a, b)
            marks.append(Mark(first, last, kind, found.normal.original[first:last], says))

    mentions: Sequence[Mention] = _within(found.mentions, start, end)
    if notes is not None:
        mentions = [m for g in notes.sentence.groups for m in g.mentions]
    for m in mentions:
        put(m.start, m.end, "firm", _name(m.key, tools))
    for day in _within(found.dates, start, end):  # before "May" is taken for a verb
        put(day.start, day.end, "date", day.iso)
    acts = {a.start for a in notes.acts if not a.dropped} if notes else set()
    for hit in _within(found.hits, start, end):
        kind = _mark_kind(hit, hit.start in acts, studied=notes is not None)
        if kind is not None:
            put(hit.start, hit.end, kind, ", ".join(sorted(hit.kinds & _WORTH_A_MARK)))
    for tag in _within(found.places, start, end):
        put(tag.start, tag.end, "place", tag.code)
    for tag in _within(found.products, start, end):
        put(tag.start, tag.end, "product", tag.code)
    return sorted(marks, key=lambda mark: mark.start)


class _Placed(Protocol):
    @property
    def start(self) -> int: ...


P = TypeVar("P", bound=_Placed)


def _within(found: Sequence[P], start: int, end: int) -> Sequence[P]:
    """Those that begin in a sentence; `found` is in order of place."""
    return found[
        bisect_left(found, start, key=lambda f: f.start) : bisect_left(
            found, end, key=lambda f: f.start
        )
    ]


def _mark_kind(hit: Hit, is_act: bool, *, studied: bool) -> MarkKind | None:
    if is_act:
        return "act"
    if hit.kinds & _PAPER:
        return "paper"
    if hit.kinds & _ACTS and not studied:
        return "act"
    return "bend" if hit.kinds & _BEND else None
