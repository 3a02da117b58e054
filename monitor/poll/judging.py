"""From fresh items to what is stored: read, judged against the ledger, routed, kept."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.clock import zone
from monitor.event import MemoryLedger, events_from
from monitor.health import notices
from monitor.log import fields
from monitor.model import Checkpoint, Delivery, Event, Item, Notice, Reading, Unsure
from monitor.route import Routing, plan
from monitor.rules import Rules
from monitor.stores import Store
from monitor.stores.lastbody import LastBody

log = logging.getLogger(__name__)

Judged = tuple[list[Event], list[Delivery], list[Notice]]
"""What was found, who is to hear of it, and what the ops receivers are."""

BACK_FILL = timedelta(hours=48)
"""An item dated this long before our last good visit, yet absent then, was back-filled. So is an
edit of an item this old: what the rules have learned since must not make old texts news."""

AWAY = timedelta(hours=6)
"""After so long without a good visit (the program was off, the source was down) ..."""

OLD_NEWS = timedelta(hours=12)
"""... news older than this comes in one summary, fresher news alert by alert."""


def read(rules: Rules, item: Item) -> Reading:
    """What the rules make of `item`. One item they choke on becomes unsure, never a lost visit."""
    try:
        reading = rules(item)
        if item.unread and reading.unsure is not None:
            because = f"{reading.unsure_because}; {item.unread}"
            return replace(reading, unsure_because=because)
        return reading
    except Exception as error:
        log.exception("item unreadable", extra=fields(item=item.id))
        return Reading(unsure=item.title, unsure_because=f"the rules failed: {error!r}")


def judge_and_record(
    store: Store,
    after: Checkpoint | None,
    fresh: Sequence[Item],
    readings: Sequence[Reading],
    routing: Routing,
    before: Checkpoint,
    now: datetime,
    first_visit_window: timedelta,
    body: LastBody | None = None,
) -> Judged:
    """Judge the readings against the ledger and store it all in one transaction.

    `after`: None while the visit has not ended; then nothing is remembered of the source yet. What
    holds no news is stored as soon as it is worth a write, with other visits.

    Runs on the store's own thread, one visit at a time: two sources that carry the same story at
    the same moment are judged one after the other, so the second finds what the first wrote.
    """
    ledger = MemoryLedger(base=store)
    events: list[Event] = []
    unsure: list[Unsure] = []
    read_items = list(zip(fresh, readings, strict=True))
    oldest_first: list[tuple[Item, Reading]] = []
    if any(reading.matches or reading.unsure is not None for reading in readings):
        oldest_first = sorted(read_items, key=lambda pair: pair[0].published_at or now)
    for item, reading in oldest_first:
        if not reading.matches and reading.unsure is None:
            ledger.apply((), read=item)
            continue
        known = store.item(item.id)
        held = held_because(item, before, now, first_visit_window, known)
        found = [
            replace(event, held_because=held) if held and event.alerting else event
            for event in events_from(item, reading, ledger, now)
        ]
        ledger.apply(found, read=item)
        events += found
        if reading.unsure is not None and held is None:
            unsure.append(Unsure(item, reading.unsure, reading.unsure_because or ""))
    news = bool(events or unsure)
    deliveries: list[Delivery] = []
    if news:
        late = {item.id for item in fresh if found_late(item, before, now)}
        deliveries = plan(events, routing, store, now, unsure=unsure, late=late)
    told = [] if after is None else notices(after, store, routing.ops, now, zone(routing.timezone))
    if after is not None and not (news or told):
        store.remember(after, read_items, body)
        return [], [], []
    store.record(after, fresh, readings, events, deliveries, told, body)
    for event in events:
        _log_event(event)
    return events, deliveries, told


def _log_event(event: Event) -> None:
    """What became of a match: news of its own, or something a known story had already."""
    merged = event.verdict in ("confirmed", "repeat")
    seen_s = None
    published = None if event.item.day_only else event.item.published_at
    if event.alerting and event.held_because is None and published is not None:
        seen_s = (event.detected_at - published).total_seconds()
    log.info(
        "event merged" if merged else "event detected",
        extra=fields(
            event=f"{event.id}.{event.revision}",
            source=event.item.source_id,
            verdict=event.verdict,
            status=event.match.status,
            issuer=event.match.issuer_id,
            held=event.held_because,
            published_to_seen_s=seen_s,
        ),
    )


def held_because(
    item: Item,
    before: Checkpoint,
    now: datetime,
    first_visit_window: timedelta,
    known: Item | None = None,
) -> str | None:
    """Why an alert about this item goes to the digest only, or None: an old item is no storm.

    `known`: the item as it was first seen, when this is an edit of it.
    """
    published, last_good = published_by(item), before.last_success_at
    if known is not None:
        if now - known.fetched_at > BACK_FILL:
            return f"edited: first seen {known.fetched_at.astimezone(UTC):%Y-%m-%d}"
    elif last_good is None:
        if published is None:
            return "first visit: the item has no date"
        if published < now - first_visit_window:
            hours = first_visit_window.total_seconds() / 3600
            return f"first visit: published more than {hours:g} h before"
    elif published is not None and published < last_good - BACK_FILL:
        return f"back-fill: published {published.astimezone(UTC):%Y-%m-%d}, not listed until now"
    return None


def found_late(item: Item, before: Checkpoint, now: datetime) -> bool:
    """Whether the item is old news that we only find now because nobody looked for long."""
    if before.last_success_at is None or now - before.last_success_at < AWAY:
        return False
    published = published_by(item)
    return published is not None and now - published > OLD_NEWS


def published_by(item: Item) -> datetime | None:
    """When it was published at the latest: what has its day only may be of that day's evening."""
    if item.day_only and item.published_at is not None:
        return max(item.published_at, min(item.published_at + timedelta(days=1), item.fetched_at))
    return item.published_at
