"""What would other rules have said? Stored items, read and judged again, beside what was recorded.

    history = read_history(store, since, until)
    replayed = replay(history, rules, routes)
    comparison = compare(history, replayed)

Only reads the store, sends nothing. The items come in the order in which they were judged, against
a ledger as it stood at `since` (or an empty one). Two things a store does not keep: a text that was
edited away without ever giving an event, and when a source was down. Where they matter the replay
takes the present text, and takes the source to have been visited without a break.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from monitor.config import Route
from monitor.event import MemoryLedger, events_from
from monitor.model import Checkpoint, Event, Item
from monitor.poll import held_because, read
from monitor.route import recipients
from monitor.rules import Rules
from monitor.stores import Store

EVER = datetime.min.replace(tzinfo=UTC)
RUN_UP = timedelta(days=7)
"""Items of this long before `since` tell the ledger how far the news had come."""
FIRST_VISIT = timedelta(minutes=10)
"""What a source brings so soon after its first visit began is taken to belong to that visit."""

Version = tuple[str, str]
"""One text of one item: item id, content hash."""
Progress = Callable[[int, int], None]
"""Told after each item: items done, items in all."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One judged match and the receivers told of it."""

    event: Event
    told: tuple[str, ...] = ()

    @property
    def alerts(self) -> bool:
        """It was to be pushed: its routes alone decided to whom."""
        return self.event.alerting and self.event.held_because is None


@dataclass(slots=True)
class History:
    """What the store holds of the time between `since` and `until`, and what led up to it."""

    since: datetime
    until: datetime
    arrivals: list[Item]
    """Every known text of every item, as judged: oldest arrival first."""
    facts: list[Fact]
    """What was made of them then."""
    unsure: set[str]
    """Ids of the items that were unsure then."""
    before: list[Event]
    """Every earlier event, oldest first: the ledger as of `since`."""
    told_before: Mapping[str, tuple[str, ...]]
    """Receivers told of a story before `since`, by story id: a correction's audience."""
    run_up: list[Item]
    first_visits: Mapping[str, datetime]
    """When each source was first visited."""


@dataclass(slots=True)
class Replayed:
    """What the rules at hand make of a History."""

    facts: list[Fact] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Change:
    """One fact then and now; `was` None: gained, `now` None: lost."""

    was: Fact | None
    now: Fact | None
    differences: tuple[str, ...] = ()
    """Names of what differs: `status`, `destinations` ..."""

    @property
    def fact(self) -> Fact:
        """The fact as it is now, or was."""
        fact = self.now or self.was
        assert fact is not None
        return fact


@dataclass(slots=True)
class Comparison:
    """Then against now."""

    gained: list[Change] = field(default_factory=list)
    lost: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: list[Change] = field(default_factory=list)

    def receivers(self) -> Mapping[str, Share]:
        """What each receiver got and would get, by receiver id.

        The routes are today's: a receiver added since then would get what nobody got.
        """
        shares: dict[str, Share] = defaultdict(Share)
        for change in (*self.gained, *self.lost, *self.changed, *self.unchanged):
            was = change.was.told if change.was else ()
            now = change.now.told if change.now else ()
            for receiver_id in {*was, *now}:
                share = shares[receiver_id]
                share.was += receiver_id in was
                share.now += receiver_id in now
                share.gained += receiver_id not in was
                share.lost += receiver_id not in now
        return dict(sorted(shares.items()))


@dataclass(slots=True)
class Share:
    """One receiver's alerts then and now."""

    was: int = 0
    now: int = 0
    gained: int = 0
    lost: int = 0


# --- then -----------------------------------------------------------------------------------------


def read_history(store: Store, since: datetime, until: datetime) -> History:
    """Everything the store knows of what arrived from `since` up to, not including, `until`."""

    def within(item: Item) -> bool:
        return since <= item.fetched_at < until

    known = store.events_since(EVER)
    recorded = [event for event in known if within(event.item)]
    before = [event for event in known if event.item.fetched_at < since]
    items = store.items_since(EVER if since - EVER < RUN_UP else since - RUN_UP)
    unsure = {item.id for item, _ in store.unsure_since(since) if within(item)}
    told_before: dict[str, tuple[str, ...]] = {}
    for event in before:
        earlier = told_before.get(event.id, ())
        told_before[event.id] = tuple(dict.fromkeys((*earlier, *_told(store, event))))
    return History(
        since,
        until,
        in_order([item for item in items if within(item)], recorded),
        [Fact(event, _told(store, event)) for event in recorded],
        unsure,
        before,
        told_before,
        [item for item in items if item.fetched_at < since],
        {c.source_id: c.first_visit_at for c in store.checkpoints() if c.first_visit_at},
    )


def _told(store: Store, event: Event) -> tuple[str, ...]:
    """Whom the alert of this event was meant for, silenced or not; a repeat has none of its own."""
    if not event.alerting or event.held_because is not None:
        return ()
    rows = store.deliveries(about=f"{event.id}.{event.revision}", limit=-1)
    return tuple(sorted({row.receiver_id for row in rows}))


def in_order(items: Iterable[Item], recorded: Iterable[Event]) -> list[Item]:
    """Every known text of every item, as they were judged.

    `recorded` in the order of recording, which is certain. Items that gave no event stand where
    their time of arrival puts them. What one page brought is judged oldest first.
    """
    versions: dict[str, dict[str, Item]] = defaultdict(dict)
    for event in recorded:
        versions[event.item.id].setdefault(event.item.content_hash, event.item)
    pages: dict[tuple[str, datetime], list[Item]] = {}
    for known in versions.values():
        for item in known.values():
            pages.setdefault((item.source_id, item.fetched_at), []).append(item)
    place: dict[tuple[str, datetime], datetime] = {}
    latest = EVER
    for page in pages:  # two sources may have been recorded in another order than fetched
        place[page] = latest = max(latest, page[1])
    for item in items:
        known = versions[item.id]
        if item.content_hash not in known:  # an edit that gave nothing came after what did
            at = max((v.fetched_at for v in known.values()), default=item.fetched_at)
            pages.setdefault((item.source_id, at), []).append(replace(item, fetched_at=at))
    return [
        item
        for page in sorted(pages, key=lambda p: place.get(p, p[1]))
        for item in sorted(pages[page], key=lambda i: i.published_at or i.fetched_at)
    ]


# --- now ------------------------------------------------------------------------------------------


def replay(
    history: History,
    rules: Rules,
    routes: Sequence[Route],
    *,
    empty_ledger: bool = False,
    first_visit_window: timedelta = timedelta(hours=24),
    progress: Progress = lambda done, total: None,
) -> Replayed:
    """Read and judge every arrival again, and find out who would be told.

    Quiet hours, caps and silences are left aside: they change when and how, not what is news.
    """
    ledger, told_of = MemoryLedger(), defaultdict[str, tuple[str, ...]](tuple)
    if not empty_ledger:
        ledger.apply(history.before)
        for item in history.run_up:
            ledger.apply((), read=item)
        told_of.update(history.told_before)
    then: dict[Version, list[Event]] = defaultdict(list)
    for fact in history.facts:
        then[_version(fact.event.item)].append(fact.event)
    replayed = Replayed()
    first_seen = {item.id: item for item in reversed(history.run_up)}
    first_seen |= {event.item.id: event.item for event in reversed(history.before)}
    for done, item in enumerate(history.arrivals, 1):
        reading = read(rules, item)
        if reading.unsure is not None:
            replayed.unsure.add(item.id)
        known = first_seen.setdefault(item.id, item)
        held = _held(item, then[_version(item)], known, history, first_visit_window)
        events = [
            replace(event, held_because=held) if held and event.alerting else event
            for event in events_from(item, reading, ledger, item.fetched_at)
        ]
        ledger.apply(events, read=item)
        for event in events:
            told = tuple(sorted(recipients(event, routes, told_of[event.id])))
            told_of[event.id] = tuple(dict.fromkeys((*told_of[event.id], *told)))
            replayed.facts.append(Fact(event, told))
        progress(done, len(history.arrivals))
    return replayed


def _held(
    item: Item, then: Sequence[Event], known: Item, history: History, window: timedelta
) -> str | None:
    """Why alerts of this item go to the digest only: as recorded, else as far as one can tell.

    `known`: the item as it was first seen.
    """
    for event in then:
        if event.alerting:
            return event.held_because
    at, first = item.fetched_at, history.first_visits.get(item.source_id)
    at_first = first is not None and at <= first + FIRST_VISIT
    before = Checkpoint(item.source_id, last_success_at=None if at_first else at)
    return held_because(item, before, at, window, None if known is item else known)


# --- then against now -----------------------------------------------------------------------------


def compare(history: History, replayed: Replayed) -> Comparison:
    """Pair what was recorded of each text with what is read in it now."""
    then, now = _by_version(history.facts), _by_version(replayed.facts)
    found = Comparison()
    for version in dict.fromkeys([_version(item) for item in history.arrivals]):
        pairs, was, is_now = _pairs(then.get(version, []), now.get(version, []))
        found.lost += [Change(fact, None) for fact in was]
        found.gained += [Change(None, fact) for fact in is_now]
        for old, new in pairs:
            different = _differences(old, new)
            into = found.changed if different else found.unchanged
            into.append(Change(old, new, different))
    return found


def _version(item: Item) -> Version:
    return item.id, item.content_hash


def _by_version(facts: Iterable[Fact]) -> Mapping[Version, list[Fact]]:
    found: dict[Version, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[_version(fact.event.item)].append(fact)
    return found


def _firm(fact: Fact) -> str:
    return fact.event.match.issuer_id or f"other:{fact.event.match.firm_name}"


_ALIKE: tuple[Callable[[Fact], Hashable], ...] = (
    lambda fact: (_firm(fact), fact.event.match.status, fact.event.match.quote),
    lambda fact: (_firm(fact), fact.event.match.status),
    lambda fact: (_firm(fact), fact.event.match.family),
    _firm,
    lambda fact: fact.event.match.status,
)
"""What makes a fact then and one now the same, most alike first."""


def _pairs(
    was: list[Fact], now: list[Fact]
) -> tuple[list[tuple[Fact, Fact]], list[Fact], list[Fact]]:
    """Pairs of the same fact, and what is left over on either side."""
    pairs: list[tuple[Fact, Fact]] = []
    was, now = list(was), list(now)
    for alike in _ALIKE:
        for old in list(was):
            for new in now:
                if alike(old) == alike(new):
                    pairs.append((old, new))
                    was.remove(old)
                    now.remove(new)
                    break
    return pairs, was, now


VALUES: Mapping[str, Callable[[Fact], object]] = {
    "firm": _firm,
    "status": lambda fact: fact.event.match.status,
    "destinations": lambda fact: sorted(fact.event.match.destinations),
    "products": lambda fact: sorted(fact.event.match.products),
    "extent": lambda fact: fact.event.match.extent,
    "certainty": lambda fact: fact.event.match.certainty,
    "verdict": lambda fact: fact.event.verdict,
    "alert": lambda fact: fact.alerts,
}
"""What is compared. Rule ids, evidence and reasons may differ: a reader of alerts sees the rest."""


def _differences(was: Fact, now: Fact) -> tuple[str, ...]:
    return tuple(name for name, value in VALUES.items() if value(was) != value(now))
