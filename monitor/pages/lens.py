"""How today's rules see a sentence that was read some time ago: which of its words decided.

The rules are the service's own where it hands them over, else loaded at the first page that asks.
Whatever goes wrong with them, the stored evidence is shown: without marks, and saying so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Literal

from monitor.config import Config
from monitor.log import fields
from monitor.model import Event, Item
from monitor.rules import Rules, load_rules

log = logging.getLogger(__name__)

AROUND_CHARS = 320
"""Context shown on each side of the evidence."""
QUOTE_CHARS = 1600
"""Of a longer sentence the beginning."""

PieceKind = Literal["", "matched", "deciding"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the evidence. `matched`: names the licence; `deciding`: the verb that moves it, and
    what bends it (a negation, a condition)."""

    text: str
    kind: PieceKind


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence that proves it, in what stands around it."""

    before: str
    pieces: tuple[Piece, ...]
    after: str
    cut_before: bool
    cut_after: bool
    exact: bool
    """False: the stored text does not hold the sentence any more, so that it stands alone."""
    marked: bool = True
    """False: today's rules could not read it again, so that no word is sorted."""

    @property
    def quote(self) -> str:
        return "".join(piece.text for piece in self.pieces)


class Lens:
    """The rules, once anybody asks for them. For any thread."""

    def __init__(self, config: Config, rules: Callable[[], Rules] | None = None) -> None:
        """`rules` gives those in force; None: they are loaded here."""
        self._config = config
        self._ask = rules
        self._loaded: Rules | None = None
        self._refused: Exception | None = None
        self._lock = Lock()

    @property
    def rules(self) -> Rules:
        """Takes a second the first time, unless they were handed over."""
        if self._ask is not None:
            return self._ask()
        with self._lock:
            if self._refused is not None:  # as it will be until the configuration changes
                raise self._refused
            if self._loaded is None:
                try:
                    self._loaded = load_rules(self._config.issuers, self._config.rules_dirs)
                except Exception as error:
                    self._refused = error
                    raise
            return self._loaded

    def meaning(self, rule_id: str) -> tuple[bool | None, str | None]:
        """Whether a pack holds the rule, and what it means in the pack's words; None: not known."""
        try:
            found = self.rules.meanings.get(rule_id)
        except Exception:
            log.exception("rule not explained", extra=fields(rule=rule_id))
            return None, None
        return found is not None, found

    def evidence(self, event: Event) -> Evidence:
        """The event's sentence where it stands, its words sorted."""
        match, item = event.match, event.item
        whole = item.title if match.where == "title" else item.text
        start = match.start
        if not whole.startswith(match.quote, start):
            start = whole.find(match.quote)
        if start < 0 or not match.quote:
            quote = match.quote[:QUOTE_CHARS]
            return Evidence("", (Piece(quote, ""),), "", False, False, exact=False)
        end = start + min(len(match.quote), QUOTE_CHARS)
        first, last = max(0, start - AROUND_CHARS), min(len(whole), end + AROUND_CHARS)
        window = whole[first:last]
        marked, spans = True, list[tuple[int, int, PieceKind]]()
        try:
            spans = self._spans(event, window, start - first, end - first)
        except Exception:
            log.exception("evidence not read again", extra=fields(event=event.id, item=item.id))
            marked = False
        return Evidence(
            window[: start - first],
            tuple(_pieces(window, start - first, end - first, spans)),
            window[end - first :],
            cut_before=first > 0,
            cut_after=last < len(whole),
            exact=True,
            marked=marked,
        )

    def _spans(
        self, event: Event, window: str, start: int, end: int
    ) -> list[tuple[int, int, PieceKind]]:
        """Words of the evidence as today's rules see them; empty when they see nothing in it."""
        match, where = event.match, event.match.where
        # Only what is shown is read: one hostile text must not hold up the page.
        item: Item = replace(
            event.item,
            title=window if where == "title" else "",
            text=window if where == "text" else "",
            question=(event.item.question or "")[:QUOTE_CHARS] or None,
        )
        found: list[tuple[int, int, PieceKind]] = []
        for read in self.rules.explain(item).sentences:
            if read.where != where or read.end <= start or read.start >= end:
                continue
            steps = [s for s in read.steps if s.rule == match.rule_id] or [
                s for s in read.steps if s.status == match.status
            ]
            verbs = {step.word for step in steps}
            reasons = " ".join(r for s in steps for r in s.reasons)
            for mark in read.marks:
                if mark.start < start or mark.end > end:
                    continue
                if (mark.kind == "act" and mark.text in verbs) or (
                    mark.kind == "bend" and mark.text.lower() in reasons.lower()
                ):
                    found.append((mark.start, mark.end, "deciding"))
                elif mark.kind == "paper":
                    found.append((mark.start, mark.end, "matched"))
        return found


def _pieces(
    window: str, start: int, end: int, spans: Iterable[tuple[int, int, PieceKind]]
) -> Iterable[Piece]:
    at = start
    for a, b, kind in sorted(spans):
        if a < at:
            continue
        if a > at:
            yield Piece(window[at:a], "")
        yield Piece(window[a:b], kind)
        at = b
    if at < end:
        yield Piece(window[at:end], "")
