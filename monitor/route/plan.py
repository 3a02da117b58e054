"""The events of one visit → deliveries: at once, later in one message, or not at all, and why.

The order of the questions, for each event and receiver:

    1. silenced by a person?          state `silenced`, with the silence's id
    2. quiet hours?                   one message when they end, or state `digest`
    3. old news found late?           one message with all of them, a moment later
    4. too much about this story?     one message at the end of the hour, or state `digest`
    5. too much of this one visit?    the first few singly, one message with the others

"One message" is a group: a delivery of its own that carries others, whose state is `grouped`. Its
members are read when it is sent, so a group that nobody has tried to send yet can still grow. A
correction asks only the second question; a loss does not ask the fourth.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from monitor.clock import zone
from monitor.config import Config, Limits, Quiet, Route
from monitor.model import (
    Delivery,
    Event,
    Family,
    Item,
    Silence,
    Status,
    Unsure,
    digest_id,
)
from monitor.route.conditions import (
    recipients,
    unsure_recipients,
)
from monitor.route.quiet import left_to_digest, quiet_until

_SEVERITY: dict[Family, int] = {"loss": 0, "grant": 1}
_REST = 2

GATHER = timedelta(minutes=2)
"""How long old news found late waits for more of its kind, from other sources."""


@dataclass(frozen=True, slots=True)
class Routing:
    """What a person wrote about who is told, and when."""

    routes: Sequence[Route]
    quiet: Mapping[str, Sequence[Quiet]] = field(default_factory=dict)
    """Quiet hours per receiver."""
    limits: Limits = field(default_factory=Limits)
    timezone: str = "Asia/Shanghai"
    receivers: Collection[str] | None = None
    """Those that still exist: a correction cannot reach the others. None: not known."""
    ops: tuple[str, ...] = ()
    """Who hears about the machine itself."""

    @classmethod
    def of(cls, config: Config) -> Routing:
        quiet = {r.id: r.quiet for r in config.receivers if r.quiet}
        known = [r.id for r in config.receivers]
        ops = tuple(config.ops.to) if config.ops else ()
        return cls(config.routes, quiet, config.limits, config.timezone, known, ops)

    def still_here(self, told: Iterable[str]) -> list[str]:
        return [to for to in told if self.receivers is None or to in self.receivers]


class Past(Protocol):
    """What happened before, as far as it bears on the next message."""

    def told(self, story_id: str) -> Sequence[str]:
        """The receivers that were told of the story, or soon are."""
        ...

    def silences(self, now: datetime) -> Sequence[Silence]:
        """The silences that hold at `now`."""
        ...

    def messages_since(self, story_id: str, receiver_id: str, at: datetime) -> Sequence[datetime]:
        """When messages about the story to the receiver were decided since `at`, oldest first."""
        ...

    def open_group(self, receiver_id: str, kind: str) -> Delivery | None:
        """The group of this kind that nobody has tried to send yet."""
        ...


class Nothing:
    """A past without anything in it: for `check routes` and `explain`."""

    def told(self, story_id: str) -> Sequence[str]:
        return ()

    def silences(self, now: datetime) -> Sequence[Silence]:
        return ()

    def messages_since(self, story_id: str, receiver_id: str, at: datetime) -> Sequence[datetime]:
        return ()

    def open_group(self, receiver_id: str, kind: str) -> Delivery | None:
        return None


def deliveries_for(
    event: Event, routes: Sequence[Route], now: datetime, *, told: Iterable[str] | None = None
) -> list[Delivery]:
    """One Delivery per receiver that is to be told, in the order of the routes, all at once.

    None for an event that does not alert or is held back. `told` as for `recipients`.
    """
    return [_delivery(event, to, now) for to in recipients(event, routes, told)]


def plan(
    events: Sequence[Event],
    routing: Routing,
    past: Past,
    now: datetime,
    *,
    unsure: Sequence[Unsure] = (),
    late: Collection[str] = (),
) -> list[Delivery]:
    """All deliveries of one visit; groups stand behind their members.

    `late`: ids of items that are old news found late.
    """
    return _Plan(routing, past, now, late).of(events, unsure)


class _Plan:
    def __init__(self, routing: Routing, past: Past, now: datetime, late: Collection[str]) -> None:
        self._routing = routing
        self._past = past
        self._now = now
        self._late = late
        self._silences = past.silences(now)
        self._groups: dict[tuple[str, str], Delivery] = {}
        """By receiver and kind; those that were open before, too."""
        self._told: dict[tuple[str, str], int] = {}
        """Messages of this visit by story and receiver."""

    def of(self, events: Sequence[Event], unsure: Sequence[Unsure]) -> list[Delivery]:
        planned: list[Delivery] = []
        for event in events:
            told = self._told_of(event.id, planned) if event.corrects else None
            for to, routes in recipients(event, self._routing.routes, told).items():
                planned.append(self._one(event, to, routes))
        for entry in unsure:
            for to, routes in unsure_recipients(entry, self._routing.routes).items():
                planned.append(self._one(entry, to, routes))
        planned = self._burst(planned)
        return [*planned, *self._groups.values()]

    def _told_of(self, story_id: str, planned: Sequence[Delivery]) -> list[str]:
        """The receivers that heard of the story, or will through this very visit."""
        now = [
            d.receiver_id
            for d in planned
            if d.about.startswith(f"{story_id}.") and d.state in ("pending", "grouped")
        ]
        return self._routing.still_here(dict.fromkeys([*self._past.told(story_id), *now]))

    def _one(self, subject: Event | Unsure, to: str, routes: tuple[int, ...]) -> Delivery:
        """The five questions but the last, which is about all of them."""
        delivery = _delivery(subject, to, self._now)
        event = subject if isinstance(subject, Event) else None
        corrects = event is not None and event.corrects
        if not corrects and (silence := self._silence(subject, to, routes)):
            return replace(
                delivery,
                state="silenced",
                silence_id=silence.id,
                because=f"silence {silence.id} by {silence.author}: {silence.why}",
            )
        windows = self._windows(to, routes, event.match.status if event else None)
        if until := quiet_until(windows, self._routing.timezone, self._now):
            words = f"quiet until {_clock(until, self._routing.timezone)}"
            if not corrects and left_to_digest(windows, self._routing.timezone, self._now):
                return replace(delivery, state="digest", because=f"{words}: left to the digest")
            return self._grouped(delivery, "quiet", until, words)
        if corrects:
            return delivery
        if subject.item.id in self._late:
            return self._grouped(delivery, "late", self._now + GATHER, "old news, found late")
        return delivery if event is None else self._capped(delivery, event)

    def _silence(self, subject: Event | Unsure, to: str, routes: tuple[int, ...]) -> Silence | None:
        """The silence that covers every route by which the receiver would be told."""
        fitting = [s for s in self._silences if _fits(s, subject, to)]
        chosen: Silence | None = None
        for number in routes:
            names = {str(number + 1), self._routing.routes[number].id}
            chosen = next((s for s in fitting if not s.routes or names & {*s.routes}), None)
            if chosen is None:
                return None
        return chosen

    def _windows(self, to: str, routes: tuple[int, ...], status: Status | None) -> list[Quiet]:
        """The windows that bear on it: its own, and a route's if all its routes are quiet now."""
        mine = _for_status(self._routing.quiet.get(to, ()), status)
        by_route = [_for_status(self._routing.routes[n].quiet, status) for n in routes]
        ends = [quiet_until(w, self._routing.timezone, self._now) for w in by_route]
        if by_route and all(ends):
            soonest = min(range(len(ends)), key=lambda i: ends[i] or self._now)
            mine += by_route[soonest]
        return mine

    def _capped(self, delivery: Delivery, event: Event) -> Delivery:
        limits, key = self._routing.limits, (event.id, delivery.receiver_id)
        if delivery.severity == 0:  # a loss is told at once, whatever went before
            return delivery
        window = timedelta(seconds=limits.within)
        times = self._past.messages_since(event.id, delivery.receiver_id, self._now - window)
        count = len(times) + self._told.get(key, 0)
        if count < limits.per_story:
            self._told[key] = self._told.get(key, 0) + 1
            return delivery
        words = f"more than {limits.per_story} messages about this story"
        if limits.then == "digest":
            return replace(delivery, state="digest", because=f"{words}: left to the digest")
        ends = (times[0] if times else self._now) + window
        return self._grouped(delivery, f"story.{event.id}", ends, words)

    def _burst(self, planned: Sequence[Delivery]) -> list[Delivery]:
        """Let the most severe of each receiver go singly, and put the others together."""
        singles: dict[str, list[Delivery]] = {}
        for delivery in planned:
            if delivery.state == "pending":
                singles.setdefault(delivery.receiver_id, []).append(delivery)
        many: set[str] = set()
        for found in singles.values():
            rest = sorted(found, key=lambda d: d.severity)[self._routing.limits.per_poll :]
            many |= {d.id for d in rest if len(rest) > 1}  # a group of one gains nobody anything
        words = "many at once"
        return [self._grouped(d, "poll", self._now, words) if d.id in many else d for d in planned]

    def _grouped(self, member: Delivery, kind: str, due_at: datetime, words: str) -> Delivery:
        """`member` carried by the open group of its kind, or by a new one."""
        to = member.receiver_id
        group = self._groups.get((to, kind)) or self._past.open_group(to, kind)
        if group is None or (group.due_at <= self._now and (to, kind) not in self._groups):
            # None, or one that only a receiver which is down keeps here: not to be held with that.
            about = f"group:{kind}:{member.id}"
            id_ = digest_id(about, to, length=12)
            group = Delivery(id_, about, to, due_at, severity=_REST, because=words)
        group = replace(group, severity=min(group.severity, member.severity))
        self._groups[to, kind] = group
        return replace(member, state="grouped", group_id=group.id, because=words)


def _delivery(subject: Event | Unsure, to: str, now: datetime) -> Delivery:
    if isinstance(subject, Event):
        about = f"{subject.id}.{subject.revision}"
        severity = _SEVERITY.get(subject.match.family, _REST)
        # "We have received none" takes back a grant: it is as urgent as that was.
        severity = min(severity, 1) if subject.corrects else severity
    else:
        about, severity = f"unsure:{subject.item.id}", _REST
    item: Item = subject.item
    return Delivery(
        id=digest_id(about, to, length=12),
        about=about,
        receiver_id=to,
        due_at=now,
        severity=severity,
        published_at=None if item.day_only else item.published_at,
        seen_at=item.fetched_at,
    )


def _fits(silence: Silence, subject: Event | Unsure, to: str) -> bool:
    if isinstance(subject, Event):
        issuer: str | None = subject.match.issuer_id
        status: str = subject.match.status
    else:
        issuer, status = subject.item.issuer_id, "unsure"
    return (
        (not silence.receivers or to in silence.receivers)
        and (not silence.issuers or issuer in silence.issuers)
        and (not silence.statuses or status in silence.statuses)
    )


def _for_status(windows: Iterable[Quiet], status: Status | None) -> list[Quiet]:
    return [w for w in windows if status not in w.except_]


def _clock(at: datetime, timezone: str) -> str:
    """`07:00 CST on 3 March`."""
    local = at.astimezone(zone(timezone))
    return f"{local:%H:%M %Z} on {local.day} {local:%B}"
