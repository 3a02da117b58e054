"""A short way to write down a stream: who told what, when, and what the ledger should make of it.

    03-01 10:00 official | granted to=JP | new A

Days are in 2027, market time. Words of the middle part: a status; `to=` `of=` `for=` `extent=`;
`act=` or `said=` for the date; `old`; `by=sources` (then only reported), `denied`, `expected`;
`firm=`; `text="..."` for the sentence. Several facts of one item are joined with ` + `.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from monitor.clock import CHINA
from monitor.event import MemoryLedger, events_from
from monitor.model import FAMILY, Event, Item, Match, Reading, Tier

Line = tuple[str, str, str]
KINDS: dict[str, Any] = {"official": "ir_qa", "wire": "news", "media": "news", "blog": "news"}


def streams(path: Path) -> dict[str, list[Line]]:
    """The streams of a file: a `== title`, then its lines."""
    found: dict[str, list[Line]] = {}
    for row in path.read_text(encoding="utf-8").splitlines():
        if row.startswith("== "):
            lines = found[row.removeprefix("== ")] = []
        elif row and not row.startswith("#"):
            when, facts, wanted = (part.strip() for part in row.split("|"))
            lines.append((when, facts, wanted))
    return found


def item(when: str, text: str, number: int = 0) -> Item:
    """`03-01 10:00 official [source] [guid]`; the hour may be left out."""
    day, *rest = when.split()
    hour = rest.pop(0) if rest[0][0].isdigit() else "10:00"
    tier, source, guid = (*rest, *[""] * (3 - len(rest)))
    at = datetime.fromisoformat(f"2027-{day}T{hour}").replace(tzinfo=CHINA).astimezone(UTC)
    return Item(
        source or f"the {tier}", guid or f"item {number}", "https://example.org/", "", text, at,
        published_at=at, kind=KINDS[tier], tier=cast(Tier, tier),
    )  # fmt: skip


def matches(facts: str, about: Item) -> tuple[Match, ...]:
    return tuple(_match(fact, about) for fact in facts.split(" + ") if fact and fact != "-")


def _match(fact: str, about: Item) -> Match:
    text = re.search(r'text="([^"]*)"', fact)
    words = re.sub(r'text="[^"]*"', "", fact).split()
    given = dict(word.split("=", 1) for word in words if "=" in word)
    by = given.get("by", "blog" if about.tier == "blog" else "firm")
    act, said = given.get("act"), given.get("said")
    certainty = "confirmed" if by == "firm" else "reported"
    certainty = next((w for w in ("denied", "expected") if w in words[1:]), certainty)
    match = Match(
        "test", 1, cast(Any, words[0]), given.get("firm", "alpha"),
        text[1] if text else about.text,
        destinations=_names(given, "to"), products=_names(given, "of"),
        customers=_names(given, "for"), extent=given.get("extent", "unspecified").replace("_", " "),
        attribution="official" if by == "firm" else "sources" if by == "sources" else "media",
        certainty=cast(Any, certainty),
        event_date=f"2027-{act or said}" if act or said else None,
        date_kind="event" if act else "statement" if said else None,
        novelty="background" if "old" in words else "new",
    )  # fmt: skip
    return replace(match, issuer_id=None, firm_name="Nobody") if "unwatched" in words else match


def _names(given: dict[str, str], key: str) -> tuple[str, ...]:
    return tuple(given[key].split(",")) if key in given else ()


def judged(lines: Sequence[Line], ledger: MemoryLedger | None = None) -> list[list[Event]]:
    """The events of each line, read in order against one ledger."""
    ledger = ledger or MemoryLedger()
    told: list[list[Event]] = []
    for number, (when, facts, _) in enumerate(lines):
        about = item(when, facts, number)
        events = events_from(about, Reading(matches(facts, about)), ledger, about.fetched_at)
        ledger.apply(events, about)
        told.append(events)
    return told


def verdicts(told: Sequence[Sequence[Event]]) -> list[str]:
    """`new A`, `update A + background B`: stories get letters in the order of their first event;
    events that tell no outcome are named by verdict alone."""
    letters: dict[str, str] = {}
    lines = []
    for events in told:
        words: list[str] = []
        for event in events:
            if event.verdict in ("none-alerting", "correction"):
                words.append(event.verdict)
                continue
            letter = letters.setdefault(event.id, "ABCDEFGH"[len(letters)])
            words.append(f"{event.verdict} {letter}")
        lines.append(" + ".join(words) or "-")
    return lines


def check(lines: Sequence[Line]) -> None:
    """Every line gets the verdicts it asks for; whatever alerts is an outcome that is sure."""
    told = judged(lines)
    wanted = [" ".join(want.split()) for _, _, want in lines]
    assert verdicts(told) == wanted, "\n".join(
        f"{'  ' if have == want else '! '}{when:28} {facts:50} {have:28} {reasons}"
        for (when, facts, _), have, want, reasons in zip(
            lines, verdicts(told), wanted, [[e.reasons for e in events] for events in told],
            strict=True,
        )
    )  # fmt: skip
    for event in (event for events in told for event in events):
        assert event.alerting == (event.verdict in ("new", "update", "confirmed"))
        assert not event.alerting or FAMILY[event.match.status] in ("grant", "loss")
        assert event.reasons[0].startswith((event.verdict, "correction of"))
