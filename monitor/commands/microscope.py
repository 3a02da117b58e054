"""How `monitor explain` looks: each sentence with its words marked, what the rules made of it, and
the events at the end. Colour where there is a terminal; without it, brackets of different kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from monitor.model import Event, Item, Match
from monitor.rules.explanation import Explanation, Mark, MarkKind, Read, Step, Weighed
from monitor.terminal import cut, defuse, pad, paint, screen_columns, status_tag, width

_STYLE: dict[MarkKind, tuple[tuple[str, ...], str, str]] = {
    "firm": (("bold", "cyan"), "⟦", "⟧"),
    "paper": (("bold", "magenta"), "‹", "›"),
    "act": (("bold", "yellow"), "«", "»"),
    "bend": (("bold", "red"), "¿", "?"),
    "place": (("underline",), "", ""),
    "product": (("underline",), "", ""),
    "date": (("underline",), "", ""),
}
"""Per kind: colours, and the brackets that stand for them where there is no colour."""
_LEGEND: tuple[tuple[MarkKind, str], ...] = (
    ("firm", "firm"),
    ("paper", "licence"),
    ("act", "what happens to it"),
    ("bend", "negation, condition, question"),
)
_SLOTS: tuple[tuple[MarkKind, str], ...] = (
    ("place", "to"),
    ("product", "goods"),
    ("date", "date"),
)
_INDENT = "   "
_MOST_WEIGHED = 5
"""Firms for which the second reader's opinion is shown."""
_NEVER_FIRST = ",.;:!?)]，。；：、！？）”’》"


def sketch(
    item: Item,
    explanation: Explanation,
    events: Sequence[Event],
    told: Sequence[Sequence[str]],
    *,
    colour: bool,
    firms: dict[str, str],
) -> str:
    """The whole answer. `told`: for each event, who would be told or why nobody."""
    lines = [*_head(item, colour=colour, firms=firms), ""]
    if not explanation.relevant or not any(s.speaks for s in explanation.sentences):
        lines.append(paint("No word of it speaks of licences.", "dim", colour=colour))
    else:
        lines += _sentences(explanation.sentences, colour=colour)
        for weighed in explanation.second[:_MOST_WEIGHED]:
            lines += ["", *_second(weighed, colour=colour)]
    lines += ["", *_result(explanation, events, told, colour=colour, firms=firms)]
    return "\n".join(lines)


def _head(item: Item, *, colour: bool, firms: dict[str, str]) -> Iterator[str]:
    if item.title:
        yield paint(cut(defuse(item.title), screen_columns()), "bold", colour=colour)
    facts = [item.kind.replace("_", " "), item.tier]
    if item.published_at is not None:
        facts.append(item.published_at.isoformat(sep=" ", timespec="minutes"))
    if item.issuer_id is not None:
        facts.append(f"speaks for {firms.get(item.issuer_id, item.issuer_id)}")
    if item.source_name:
        facts.append(defuse(item.source_name))
    yield paint(" · ".join(facts), "dim", colour=colour)
    legend = (_mark(name, kind, colour=colour) for kind, name in _LEGEND)
    yield paint("marks: ", "dim", colour=colour) + "  ".join(legend)


# --- sentences ----------------------------------------------------------------------------------


def _sentences(sentences: Iterable[Read], *, colour: bool) -> Iterator[str]:
    skipped = 0
    number = 0
    for sentence in sentences:
        number += 1
        if not sentence.speaks or (sentence.handling == "furniture"):
            skipped += 1
            continue
        if skipped:
            yield _left_out(skipped, colour=colour)
            skipped = 0
        yield from _sentence(number, sentence, colour=colour)
    if skipped:
        yield _left_out(skipped, colour=colour)


def _left_out(count: int, *, colour: bool) -> str:
    what = "1 sentence" if count == 1 else f"{count} sentences"
    return paint(f"{_INDENT} … {what} without licence words", "dim", colour=colour)


def _sentence(number: int, sentence: Read, *, colour: bool) -> Iterator[str]:
    where = {"title": "title", "question": "question"}.get(sentence.where, "")
    if sentence.handling == "question" and not where:
        where = "question"
    label = pad(str(number), 2, right=True)
    if where:
        note = f"{where}: never evidence" if where == "question" else where
        yield f"{label}  {paint(note, 'dim', colour=colour)}"
        label = "  "
    for i, line in enumerate(_wrapped(sentence, colour=colour)):
        yield f"{label if i == 0 else '  '}  {line}"
    slots = [
        f"{name} {', '.join(dict.fromkeys(m.says for m in sentence.marks if m.kind == kind))}"
        for kind, name in _SLOTS
        if any(m.kind == kind for m in sentence.marks)
    ]
    firms = [
        f"{defuse(m.text)} = {m.says}"
        for m in sentence.marks
        if m.kind == "firm" and m.text != m.says
    ]
    about = list(dict.fromkeys([*firms, *slots]))
    if about:
        yield paint(f"{_INDENT} {'  ·  '.join(about)}", "dim", colour=colour)
    for step in sentence.steps:
        yield from _step(step, colour=colour)


def _step(step: Step, *, colour: bool) -> Iterator[str]:
    word = paint(defuse(step.word), *_STYLE["act"][0], colour=colour)
    if step.status is not None:
        about = ", ".join(map(defuse, step.about)) or "nobody named"
        yield (
            f"{_INDENT}  {status_tag(step.status, colour=colour)}  {about}"
            + paint(f"  by {step.rule} on ", "dim", colour=colour)
            + word
        )
        if not step.kept:
            yield _note("given up: another sentence tells it better", colour=colour)
    else:
        yield f"{_INDENT}  {paint('·', 'dim', colour=colour)} {word}" + paint(
            f"  {defuse(step.because)}", "dim", colour=colour
        )
    for reason in step.reasons:
        if reason not in step.because and not reason.startswith("no rule fits"):
            yield _note(reason, colour=colour)


def _note(text: str, *, colour: bool) -> str:
    return paint(f"{_INDENT}     {defuse(text)}", "dim", colour=colour)


# --- marked text --------------------------------------------------------------------------------


def _mark(text: str, kind: MarkKind, *, colour: bool) -> str:
    styles, opened, closed = _STYLE[kind]
    return paint(text, *styles, colour=True) if colour else f"{opened}{text}{closed}"


def _wrapped(sentence: Read, *, colour: bool) -> Iterator[str]:
    """The sentence with its words marked, folded to the screen without cutting a marked word."""
    room = max(30, screen_columns() - 6)
    line, used = "", 0
    for piece, mark in _pieces(sentence):
        if mark is None:
            for part in _foldable(piece):
                if used and used + width(part) > room and part[0] not in _NEVER_FIRST:
                    yield line.rstrip()
                    line, used, part = "", 0, part.lstrip()
                line, used = line + part, used + width(part)
            continue
        shown = _mark(piece, mark.kind, colour=colour)
        if used and used + width(shown) > room:
            yield line.rstrip()
            line, used = "", 0
        line, used = line + shown, used + width(shown)
    if line.strip():
        yield line.rstrip()


def _pieces(sentence: Read) -> Iterator[tuple[str, Mark | None]]:
    at = sentence.start
    for mark in sentence.marks:
        if mark.start > at:
            yield _inside(sentence, at, mark.start), None
        yield _inside(sentence, mark.start, mark.end), mark
        at = max(at, mark.end)
    yield _inside(sentence, at, sentence.end), None


def _inside(sentence: Read, start: int, end: int) -> str:
    text = sentence.text[start - sentence.start : end - sentence.start]
    return " ".join(defuse(text).split(" ")).replace("\n", " ")


def _foldable(text: str) -> Iterator[str]:
    """Pieces between which a line may be broken: after a blank, or after a wide character."""
    part = ""
    for c in text:
        part += c
        if c == " " or width(c) == 2:
            yield part
            part = ""
    if part:
        yield part


# --- the second reader --------------------------------------------------------------------------

_OUTCOMES = {
    "agrees": "as the grammar",
    "doubts": "not as the grammar, which drew a fact: shown as unsure",
    "draws": "not as the grammar, which drew none: an event is made of the heaviest sentence",
}


def _second(weighed: Weighed, *, colour: bool) -> Iterator[str]:
    head = paint("second reader", "bold", colour=colour)
    style = "dim" if weighed.outcome == "agrees" else "yellow"
    said = paint(_OUTCOMES[weighed.outcome], style, colour=colour)
    yield f"{head}  {defuse(weighed.firm)}  {weighed.chance:.0%}  {said}"
    for name, words in (("for", weighed.speaks_for), ("against", weighed.speaks_against)):
        if words:
            told = cut(defuse(" · ".join(words)), max(30, screen_columns() - 14))
            yield f"{_INDENT}{paint(pad(name, 10), 'dim', colour=colour)}{told}"


# --- the result ---------------------------------------------------------------------------------


def _result(
    explanation: Explanation,
    events: Sequence[Event],
    told: Sequence[Sequence[str]],
    *,
    colour: bool,
    firms: dict[str, str],
) -> Iterator[str]:
    if explanation.unsure is not None:
        yield paint("? UNSURE", "yellow", "bold", colour=colour) + (
            f"  {defuse(explanation.unsure_because or '')}"
        )
        yield _note(f"“{cut(explanation.unsure, 300)}”", colour=colour)
    if not events:
        yield paint("No event.", "bold", colour=colour)
        return
    for event, lines in zip(events, told, strict=True):
        yield from _event(event, lines, colour=colour, firms=firms)


def _event(
    event: Event, told: Sequence[str], *, colour: bool, firms: dict[str, str]
) -> Iterator[str]:
    match = event.match
    firm = paint(_firm(match, firms), "bold", colour=colour)
    yield f"{status_tag(match.status, colour=colour)}  {firm}"
    rows = [
        ("to", ", ".join(match.destinations) or "not told"),
        ("goods", ", ".join(match.products) or "not told"),
        ("extent", "" if match.extent == "unspecified" else match.extent),
        ("customers", ", ".join(match.customers)),
        ("date", _dated(match)),
        ("said by", f"{match.attribution}, {match.certainty}, {match.novelty}"),
        ("verdict", f"{event.verdict} against an empty ledger"),
        ("because", "; ".join(event.reasons)),
        ("evidence", f"“{match.quote}”"),
        ("rule", match.rule_id),
    ]
    room = max(30, screen_columns() - 14)
    for name, value in rows:
        if value:
            shown = defuse(value).replace("\n", " ")
            yield f"{_INDENT}{paint(pad(name, 10), 'dim', colour=colour)}{cut(shown, room)}"
    for i, line in enumerate(told):
        mark = paint(pad("alert" if i == 0 else "", 10), "dim", colour=colour)
        yield f"{_INDENT}{mark}{defuse(line)}"


def _firm(match: Match, firms: dict[str, str]) -> str:
    if match.issuer_id is not None:
        return firms.get(match.issuer_id, match.issuer_id)
    return f"{defuse(match.firm_name)} (not watched)" if match.firm_name else "nobody named"


def _dated(match: Match) -> str:
    if match.event_date is None:
        return ""
    return f"{match.event_date} ({'the act' if match.date_kind == 'event' else 'the telling'})"
