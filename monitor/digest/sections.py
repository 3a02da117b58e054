"""The sections of a digest, in the order in which they are read. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from monitor.digest.day import Day
from monitor.digest.headline import listed, news, plural
from monitor.digest.machine import alerts, sources
from monitor.digest.pen import Pen, later, short, source_name
from monitor.digest.sheet import FAMILIES, Section, unshown
from monitor.model import FAMILY, Event, Family, Unsure
from monitor.render import one_line
from monitor.terminal import SHAPE, WORD

MOST: dict[str, int] = {
    "news": 30, "confirmed": 15, "held": 10, "repeats": 15, "waiting": 15, "policy": 10,
    "others": 10, "unsure": 12,
}  # fmt: skip
"""Entries per section where there is room; the rest is counted."""
MOST_CARRIERS = 6


def sections(pen: Pen) -> Iterator[Section]:
    """All of them; some may be empty."""
    told = news(pen.day)
    yield _of_events(pen, "news", "New and updated", [e for e in told if e.verdict != "confirmed"])
    yield _of_events(pen, "confirmed", "Confirmed", [e for e in told if e.verdict == "confirmed"])
    yield _held(pen)
    yield _repeats(pen)
    yield _waiting(pen)
    policy = _once(e for e in pen.day.events if e.match.family == "policy")
    yield _of_events(pen, "policy", "Regulators", policy)
    lead = "Granted to firms outside the watchlist, or not named; no alerts."
    yield _of_events(pen, "others", "Not watched", _outsiders(pen.day), lead=lead)
    yield _chart(pen.day)
    yield _unsure(pen)
    yield sources(pen.day)
    yield alerts(pen.day)


def _of_events(
    pen: Pen, id_: str, heading: str, events: Sequence[Event], *, lead: str = ""
) -> Section:
    entries = tuple(pen.entry(e) for e in events[: pen.most(MOST[id_])])
    more = unshown(len(events) - len(entries))
    return Section(id_, heading, entries, lead if events else "", count=len(events), more=more)


def _held(pen: Pen) -> Section:
    """News that nobody was alerted of: found at a first visit or long after its date, or left to
    the digest by quiet hours and limits."""
    found = [
        (event, [one_line(event.held_because)])
        for event in pen.day.events
        if event.held_because and event.match.issuer_id and event.verdict != "repeat"
    ]
    told = {(event.id, event.revision) for event in pen.day.events}
    for held in pen.day.held:
        event = held.subject
        if isinstance(event, Event) and (event.id, event.revision) not in told:
            told.add((event.id, event.revision))
            found.append((event, []))  # its note says who was not alerted
    shown = found[: pen.most(MOST["held"])]
    return Section(
        "held",
        "Held for this digest",
        tuple(pen.entry(event, notes=why) for event, why in shown),
        "Nobody was alerted." if found else "",
        count=len(found),
        more=unshown(len(found) - len(shown)),
    )


def _repeats(pen: Pen) -> Section:
    """Who else carried what, and how much later."""
    lines = []
    for key, events in list(pen.carriers.items())[: pen.most(MOST["repeats"])]:
        opening = pen.day.openings.get(key)
        status = (opening or events[0]).match.status
        name = f"{SHAPE[FAMILY[status]]} {short(pen.day, events[0])}"
        lines.append((name, _carried(pen, events, opening)))
    older = sum(event.verdict == "background" for event in pen.day.events)
    return Section(
        "repeats",
        "Repeats and corroboration",
        lines=tuple(lines),
        lead=f"{plural(older, 'older act was', 'older acts were')} told again." if older else "",
        count=sum(map(len, pen.carriers.values())),
        more=unshown(len(pen.carriers) - len(lines)),
    )


def _carried(pen: Pen, events: Sequence[Event], opening: Event | None) -> str:
    """`first SZSE Q&A, Wed 11 Jun 11:02; then Harbour Wire (wire) +35 min, 样例日报 +1 d`."""
    by_source: dict[str, list[Event]] = {}
    for event in events:
        by_source.setdefault(source_name(event), []).append(event)
    names = []
    for name, some in by_source.items():
        gap = later(some[0], opening) if opening is not None else ""
        names.append(f"{name}{gap}" + (f" ({len(some)} times)" if len(some) > 1 else ""))
    who = listed(names, MOST_CARRIERS)
    if opening is None:
        return f"again: {who}"
    at = opening.item.published_at or opening.item.fetched_at
    return f"first {source_name(opening)}, {pen.when(at)}; then {who}"


def _waiting(pen: Pen) -> Section:
    """Applied, pending, not received, not required; and grants that are only expected, said to be
    untrue or contradicted. One entry per firm and word, the latest."""
    groups: dict[tuple[str, str], list[Event]] = {}
    for event in pen.day.events:
        if what := _standing(event):
            who = event.match.issuer_id or event.match.firm_name or event.item.id
            groups.setdefault((who, what), []).append(event)
    entries = []
    for (_, what), events in list(groups.items())[: pen.most(MOST["waiting"])]:
        notes = [f"said {len(events)} times"] if len(events) > 1 else []
        entry = pen.entry(events[-1], notes=notes)
        if events[-1].match.family in ("grant", "loss"):
            entry = replace(entry, tone="muted", tag=f"○ {what}: {WORD[events[-1].match.status]}")
        entries.append(entry)
    return Section(
        "waiting",
        "Applied, pending, not received, not required",
        tuple(entries),
        count=len(groups),
        more=unshown(len(groups) - len(entries)),
    )


def _standing(event: Event) -> str:
    """The word under which an event waits; empty for what is news or none of this."""
    match = event.match
    if match.family in ("waiting", "exempt"):
        return WORD[match.status]
    if event.verdict != "none-alerting" or match.family == "policy":
        return ""
    return {"expected": "EXPECTED", "denied": "SAID TO BE UNTRUE"}.get(
        match.certainty, "CONTRADICTED"
    )


def _unsure(pen: Pen) -> Section:
    known = {unsure.item.id for unsure in pen.day.unsure}
    left = (held.subject for held in pen.day.held if isinstance(held.subject, Unsure))
    found = (*pen.day.unsure, *(unsure for unsure in left if unsure.item.id not in known))
    shown = found[: pen.most(MOST["unsure"])]
    lead = (
        "They talk of licences, but the rules drew no fact from them. The command shows why, and"
        " the example that would teach them."
    )
    return Section(
        "unsure",
        "Unsure",
        tuple(pen.unsure(entry) for entry in shown),
        lead if found else "",
        count=len(found),
        more=unshown(len(found) - len(shown)),
    )


def _outsiders(day: Day) -> list[Event]:
    """Grants to firms that nobody watches."""
    return _once(
        event
        for event in day.events
        if event.match.issuer_id is None
        and event.match.family == "grant"
        and event.match.novelty == "new"
        and event.match.certainty in ("confirmed", "reported")
    )


def _once(events: Iterable[Event]) -> list[Event]:
    """One per item and firm."""
    found: dict[tuple[str, str | None], Event] = {}
    for event in events:
        found.setdefault((event.item.id, event.match.issuer_id or event.match.firm_name), event)
    return list(found.values())


_FAMILY_WORDS = {
    "loss": ("loss", "losses"),
    "grant": ("grant", "grants"),
    "waiting": ("waiting", "waiting"),
    "exempt": ("not required", "not required"),
    "policy": ("regulator statement", "regulator statements"),
}


def chart_words(day: Day) -> tuple[tuple[Family, str], ...]:
    """What the picture comes to: `2 losses`, `12 grants`."""
    total: Counter[Family] = Counter()
    for _, counts in day.chart:
        total.update(counts)
    return tuple(
        (family, plural(total[family], *_FAMILY_WORDS[family]))
        for family in FAMILIES
        if total[family]
    )


def _chart(day: Day) -> Section:
    told = [f"{SHAPE[family]} {words}" for family, words in chart_words(day)]
    return Section("chart", "The last 30 days", lead=" · ".join(told) or "No news in these days.")
