"""A day as the store knows it: everything a digest tells, gathered for one window.

`gather` asks the store, `Day` is a value; what is made of it (`words.py`, `mail.py`) is pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from math import ceil

from monitor.config import Config, Issuer, Mailbox
from monitor.digest.window import Window
from monitor.errors import StoreError
from monitor.health import WELL, SourceState, source_state
from monitor.model import FAMILY, Delivery, Event, Family, Item, Unsure
from monitor.render import LATE
from monitor.stores import Store

CHART_DAYS = 30
OVERLAP = timedelta(hours=1)
"""An item bears the time its page was fetched and is stored after its article was read: so the
unsure queue is looked through a little further back, without what was told already."""
MOST_HELD = 200
_HAN = re.compile("[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Alerts:
    """What became of the alerts in the window."""

    sent: int = 0
    late: tuple[tuple[Delivery, timedelta], ...] = ()
    """Delivered more than a quarter of an hour after publication, the latest first."""
    dead: tuple[Delivery, ...] = ()
    """Given up and still lying there, whenever that was; the newest first."""
    waiting: int = 0
    silenced: int = 0
    delay_s: tuple[float, float] | None = None
    """From publication to delivery: (median, 95th percentile)."""


@dataclass(frozen=True, slots=True)
class Held:
    """An alert that was left to the digest."""

    delivery: Delivery
    subject: Event | Unsure


@dataclass(frozen=True, slots=True)
class Day:
    """Everything there is to tell, in the order it came."""

    window: Window
    events: tuple[Event, ...] = ()
    openings: Mapping[tuple[str, int], Event] = field(default_factory=dict)
    """What a repeat repeats, by story and revision."""
    unsure: tuple[Unsure, ...] = ()
    held: tuple[Held, ...] = ()
    sources: tuple[SourceState, ...] = ()
    """Those that are switched on."""
    read: Mapping[str, int] = field(default_factory=dict)
    """Items per source that brought any."""
    chart: tuple[tuple[date, Mapping[Family, int]], ...] = ()
    """The last 30 local dates, the window's own the last."""
    alerts: Alerts = field(default_factory=Alerts)
    titles: Mapping[str, Event] = field(default_factory=dict)
    """The events of the late and dead deliveries, by what these are about."""
    issuers: Mapping[str, Issuer] = field(default_factory=dict)
    mailbox: Mailbox | None = None
    """Whose filters were applied."""
    left_out: int = 0
    """Events and unsure entries that those filters took out."""

    @property
    def ill(self) -> tuple[SourceState, ...]:
        """The sources somebody should look at."""
        return tuple(s for s in self.sources if s.state not in WELL)

    @property
    def heard(self) -> int:
        """Sources that answered in the window, whether or not they had anything new."""
        span_s = (self.window.to_at - self.window.from_at).total_seconds()
        ages = (source.last_success_age_s for source in self.sources)
        return sum(age_s is not None and age_s <= span_s for age_s in ages)

    def for_mailbox(self, mailbox: Mailbox) -> Day:
        """The day without what the mailbox does not want.

        What regulators say concerns every firm, so a list of issuers does not take it out.
        """
        events = tuple(e for e in self.events if _wanted(e, mailbox))
        unsure = tuple(u for u in self.unsure if _wanted(u, mailbox))
        held = tuple(h for h in self.held if _wanted(h.subject, mailbox))
        gone = len(self.events) - len(events) + len(self.unsure) - len(unsure)
        return replace(
            self, events=events, unsure=unsure, held=held, mailbox=mailbox, left_out=gone
        )


def language_of(item: Item) -> str:
    """The item's language, else `zh` or `en` by its script."""
    return item.language or ("zh" if _HAN.search(item.title + item.text[:500]) else "en")


def _wanted(subject: Event | Unsure, mailbox: Mailbox) -> bool:
    item = subject.item
    if mailbox.languages is not None:
        spoken = language_of(item)
        if not any(spoken == w or spoken.startswith(f"{w}-") or w.startswith(f"{spoken}-")
                   for w in mailbox.languages):  # fmt: skip
            return False
    if mailbox.issuers is None:
        return True
    if isinstance(subject, Unsure):
        return item.issuer_id is None or item.issuer_id in mailbox.issuers
    firm = subject.match.issuer_id
    return firm in mailbox.issuers or (firm is None and subject.match.family == "policy")


# --- gathering ------------------------------------------------------------------------------------


def gather(store: Store, config: Config, window: Window, told: Iterable[str] = ()) -> Day:
    """The day of `window`. `told`: item ids of the unsure queue that the edition before told.

    Health and the queue of alerts are as they are now, everything else is of the window. May raise
    StoreError.
    """
    events = tuple(store.events_between(window.after, window.last))
    from_at, to_at = window.from_at, window.to_at
    read = dict(store.items_read(from_at, to_at))
    seen = {c.source_id: c for c in store.checkpoints()}
    known = set(told)
    alerts = _alerts(store, window)
    return Day(
        window,
        events=events,
        openings=_openings(store, events),
        unsure=tuple(
            u for u in store.unsure_between(from_at - OVERLAP, to_at) if u.item.id not in known
        ),
        held=tuple(_held(store, to_at)),
        sources=tuple(
            source_state(s, seen.get(s.id), read.get(s.id, 0), to_at, window.zone)
            for s in config.sources
            if s.enabled
        ),
        read=read,
        chart=_chart(store, window),
        alerts=alerts,
        titles=_titles(store, [*(d for d, _ in alerts.late[:5]), *alerts.dead[:5]]),
        issuers={issuer.id: issuer for issuer in config.issuers},
    )


def _openings(store: Store, events: Sequence[Event]) -> dict[tuple[str, int], Event]:
    found: dict[tuple[str, int], Event] = {}
    for event in events:
        key = (event.id, event.revision)
        if event.verdict != "repeat" or key in found:
            continue
        try:
            opening = store.event(f"{event.id}.{event.revision}")
        except StoreError:
            continue
        if opening.verdict != "repeat":
            found[key] = opening
    return found


def _held(store: Store, until: datetime) -> list[Held]:
    found: list[Held] = []
    for delivery in store.left_to_digest(until)[:MOST_HELD]:
        try:
            subject = store.subject(delivery)
        except StoreError:
            continue
        if isinstance(subject, Event | Unsure):
            found.append(Held(delivery, subject))
    return found


def _titles(store: Store, deliveries: Iterable[Delivery]) -> dict[str, Event]:
    found: dict[str, Event] = {}
    for delivery in deliveries:
        try:
            subject = store.subject(delivery)
        except StoreError:
            continue
        if isinstance(subject, Event):
            found[delivery.about] = subject
    return found


def _chart(store: Store, window: Window) -> tuple[tuple[date, Mapping[Family, int]], ...]:
    """Per local date the stories that had news, each once a day and family."""
    days = [window.day - timedelta(days=n) for n in range(CHART_DAYS - 1, -1, -1)]
    since = window.to_at - timedelta(days=CHART_DAYS + 1)
    told = {
        (at.astimezone(window.zone).date(), FAMILY[status], story)
        for at, status, story in store.news_times(since, window.to_at)
    }
    counts: dict[date, Counter[Family]] = {}
    for day, family, _ in told:
        # What came after the last local midnight of a late edition stands under its date.
        counts.setdefault(min(day, window.day), Counter())[family] += 1
    return tuple((day, counts.get(day, Counter())) for day in days)


def _alerts(store: Store, window: Window) -> Alerts:
    # Those about an item's news: notices to ops and the digest itself have no time of seeing.
    sent = [d for d in store.sent_between(window.from_at, window.to_at) if d.seen_at]
    told = [d for d in sent if d.state in ("sent", "grouped")]
    singly = [
        (d, d.sent_at - d.published_at)
        for d in told
        if d.state == "sent" and d.published_at and d.sent_at
    ]
    delays = sorted(max(0.0, took.total_seconds()) for _, took in singly)
    late = sorted((p for p in singly if p[1] > LATE), key=lambda p: p[1], reverse=True)
    dead = [d for d in store.dead() if not d.about.startswith("digest:")]
    return Alerts(
        sent=len(told),
        late=tuple(late),
        dead=tuple(dead),
        waiting=store.queue_counts().get("pending", 0),
        silenced=len(store.silenced_between(window.from_at, window.to_at)),
        delay_s=(_rank(delays, 0.5), _rank(delays, 0.95)) if delays else None,
    )


def _rank(ordered: Sequence[float], share: float) -> float:
    """By nearest rank."""
    return ordered[ceil(share * len(ordered)) - 1]
