"""One visit to one source, from the request to the stored alert. Read `poll` first.

Never sends anything (that is `deliver`) and never decides what a text means (that is `rules`).
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from monitor.adapters import Adapter, Remember, Skip
from monitor.charset import decode
from monitor.clock import zone
from monitor.config import Source
from monitor.errors import FetchError, SourceError
from monitor.event import MemoryLedger, events_from
from monitor.fetch import Fetcher
from monitor.fulltext import candidates, complete
from monitor.health import History, Look, after_visit, notices, shares_of
from monitor.log import fields
from monitor.model import (
    Checkpoint,
    Delivery,
    Event,
    Item,
    Notice,
    Page,
    Reading,
    Request,
    Unsure,
    Visit,
    digest_id,
)
from monitor.pace import WALL_PAUSE_S, awake_s, pause_s
from monitor.route import Routing, plan
from monitor.rules import Rules
from monitor.stores import Keeper, Store

log = logging.getLogger(__name__)

MAX_REQUESTS = 20
"""Requests one visit may make: paging and details included."""

BACK_FILL = timedelta(hours=48)
"""An item dated this long before our last good visit, yet absent then, was back-filled. So is an
edit of an item this old: what the rules have learned since must not make old texts news."""

AWAY = timedelta(hours=6)
"""After so long without a good visit (the program was off, the source was down) ..."""

OLD_NEWS = timedelta(hours=12)
"""... news older than this comes in one summary, fresher news alert by alert."""

SLOWEST_S = 24 * 3600.0
"""No source is left alone longer, however often it failed: nothing is given up."""

NOT_MODIFIED_FOR = timedelta(days=7)
"""After so many days of "not modified" we ask for the whole page once."""


@dataclass(slots=True)
class Harvest:
    """What one visit brought home before anything is judged or stored."""

    cursor: dict[str, str]
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    items: dict[str, Item] = field(default_factory=dict)
    """By guid; where a source lists one guid twice, the later row wins."""
    skips: list[Skip] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unchanged: bool = False
    whole: bool = False
    """The conditional page came with its body."""
    head: bytes = b""
    """How the first page that was parsed began."""
    failure: SourceError | None = None
    """A later page failed: what came before it is kept, the visit counts as failed."""


async def poll(
    source: Source,
    adapter: Adapter,
    fetcher: Fetcher,
    rules: Rules,
    routing: Routing,
    keeper: Keeper,
    now: datetime,
    *,
    first_visit_window: timedelta = timedelta(hours=24),
    rng: random.Random | None = None,
) -> Visit:
    """Visit `source` once: fetch, read, judge and store; all that one visit changes, or nothing.

    A failed visit stores its failure in the checkpoint and is told in the Visit; nothing is raised
    for what a source can do to us. StoreError passes through: then nothing was stored.
    """
    started = time.monotonic()
    before = await keeper(Store.checkpoint, source.id) or Checkpoint(source.id)
    harvest = await collect(source, adapter, fetcher, whole_if_due(before, now))
    fresh = await keeper(Store.unseen, list(harvest.items.values())) if harvest.items else []
    fresh = await in_full(
        fresh, harvest, source, fetcher, rules, keeper, before, now, first_visit_window
    )
    readings = (
        await asyncio.to_thread(lambda: [read(rules, item) for item in fresh]) if fresh else []
    )
    every_s = pause_s(source, harvest.cursor, now)
    delay_s = next_delay_s(every_s, before, harvest.failure, rng or random.Random())
    after = checkpoint_after(before, harvest, bool(fresh), now, delay_s)
    look = looked(source, adapter, harvest, len(fresh), before, now)
    after = replace(after, history=after_visit(History.of(before), after, look, now).stored())
    events, deliveries, told = await keeper(
        judge_and_record, after, fresh, readings, routing, before, now, first_visit_window
    )
    return Visit(
        source.id,
        ok=harvest.failure is None,
        items=len(harvest.items),
        fresh=len(fresh),
        events=len(events),
        deliveries=sum(d.state in ("pending", "grouped") and not d.is_group for d in deliveries),
        notices=sum(bool(notice.to and notice.title) for notice in told),
        skipped=len(harvest.skips),
        unchanged=harvest.unchanged,
        first=before.last_success_at is None,
        elapsed_s=time.monotonic() - started,
        error=str(harvest.failure) if harvest.failure else None,
        notes=(after.note,) if after.note else (),
        next_due_at=after.next_due_at,
    )


async def collect(
    source: Source, adapter: Adapter, fetcher: Fetcher, before: Checkpoint
) -> Harvest:
    """Fetch and parse until the adapter wants nothing more; at most MAX_REQUESTS requests.

    When a later page fails, what earlier pages brought is kept but validators and cursor stay as
    they were, so that the next visit asks for everything again.
    """
    harvest = Harvest(dict(before.cursor), before.etag, before.last_modified, before.body_hash)
    made = 0
    try:
        queue = deque(adapter.start(before))
        while queue:
            if made == MAX_REQUESTS:
                harvest.notes.append(f"stopped after {MAX_REQUESTS} requests, {len(queue)} left")
                break
            request = queue.popleft()
            made += 1
            page = await _fetch(source, fetcher, request, before)
            if request.conditional and _unchanged(page, before, harvest):
                continue
            harvest.head = harvest.head or page.body[:2000]
            found, failure = await asyncio.to_thread(_parse, adapter, page)
            for thing in found:
                match thing:
                    case Item():
                        harvest.items[thing.guid] = thing
                    case Request():
                        queue.append(thing)
                    case Remember():
                        harvest.cursor[thing.key] = thing.value
                    case Skip():
                        harvest.skips.append(thing)
            if failure:
                raise failure
    except SourceError as error:
        harvest.failure = error
    if harvest.failure:
        harvest.cursor = dict(before.cursor)
    if harvest.failure or any(skip.ask_again for skip in harvest.skips):
        # The next visit must see the whole page again, not a 304 that hides what is missing.
        harvest.etag, harvest.last_modified = before.etag, before.last_modified
        harvest.body_hash = before.body_hash
    return harvest


async def in_full(
    fresh: list[Item],
    harvest: Harvest,
    source: Source,
    fetcher: Fetcher,
    rules: Rules,
    keeper: Keeper,
    before: Checkpoint,
    now: datetime,
    first_visit_window: timedelta,
) -> list[Item]:
    """`fresh`, with the full text of those that promise news but are cut, where it can be had.

    Items too old to alert stay as they are. What did not come in time is asked for again at the
    next visit, which must see the source's page even if it has not changed.
    """
    stored = await keeper(_stored, [item.id for item in fresh]) if fresh else {}
    young = [
        item
        for item in fresh
        if held_because(item, before, now, first_visit_window, stored.get(item.id)) is None
    ]
    wanted = await asyncio.to_thread(candidates, young, rules) if young else []
    if not wanted:
        return fresh
    done = await complete(wanted, stored, fetcher, user_agent=source.user_agent)
    harvest.notes += done.notes
    if done.again:
        harvest.etag, harvest.last_modified = before.etag, before.last_modified
        harvest.body_hash = before.body_hash
    return [done.items.get(item.id, item) for item in fresh]


def _stored(store: Store, ids: Sequence[str]) -> dict[str, Item]:
    return {id_: item for id_ in ids if (item := store.item(id_)) is not None}


async def _fetch(source: Source, fetcher: Fetcher, request: Request, before: Checkpoint) -> Page:
    return await fetcher.get(
        request,
        etag=before.etag if request.conditional else None,
        last_modified=before.last_modified if request.conditional else None,
        user_agent=source.user_agent,
        headers=source.headers,
    )


def _unchanged(page: Page, before: Checkpoint, harvest: Harvest) -> bool:
    """Whether the conditional page brings nothing new; takes over its validators otherwise."""
    if page.not_modified:
        harvest.unchanged = True
        return True
    harvest.whole = True
    harvest.etag = page.headers.get("etag")
    harvest.last_modified = page.headers.get("last-modified")
    # Some origins give every node its own ETag: an equal body says the same as a 304.
    harvest.body_hash = digest_id(page.body.decode("latin-1"))
    harvest.unchanged = harvest.body_hash == before.body_hash
    return harvest.unchanged


def _parse(
    adapter: Adapter, page: Page
) -> tuple[list[Item | Request | Skip | Remember], SourceError | None]:
    """All the adapter finds in the page up to the first failure, and that failure."""
    found: list[Item | Request | Skip | Remember] = []
    try:
        for thing in adapter.parse(page):
            found.append(thing)  # one by one: a failure keeps what came before it
    except SourceError as error:
        return found, error
    except Exception as error:
        log.exception("source failed")
        return found, SourceError(f"could not be read: {type(error).__name__}: {error}")
    return found, None


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


def next_delay_s(
    every_s: float, before: Checkpoint, failure: SourceError | None, rng: random.Random
) -> float:
    """Seconds until the next visit: doubled per failure in a row, +-10 %, Retry-After at least.

    Who turned us away (login, captcha, 403) has ten minutes of peace at least.
    """
    failures = before.failures + 1 if failure else 0
    delay = min(every_s * 2.0 ** min(failures, 20), SLOWEST_S) * rng.uniform(0.9, 1.1)
    asked_s = failure.retry_after_s if isinstance(failure, FetchError) else None
    peace_s = WALL_PAUSE_S if failure and failure.reason == "auth" else 0.0
    return min(max(delay, asked_s or 0.0, peace_s), SLOWEST_S)


def whole_if_due(before: Checkpoint, now: datetime) -> Checkpoint:
    """`before`, without validators when nothing but 304 came for days: it may be a stale cache."""
    if before.whole_at is not None and now - before.whole_at < NOT_MODIFIED_FOR:
        return before
    return replace(before, etag=None, last_modified=None)


def looked(
    source: Source,
    adapter: Adapter,
    harvest: Harvest,
    fresh: int,
    before: Checkpoint,
    now: datetime,
) -> Look:
    """What the visit saw, as far as the source's health goes."""
    watched_s = None
    last, slow_s = before.last_success_at, source.every_off_hours_s
    longest = timedelta(seconds=3 * max(source.every_s, slow_s or 0.0))
    if last is not None and now - last <= max(AWAY, longest):
        watched_s = awake_s(last, now, exchange=slow_s is not None)
    if harvest.failure:
        return Look(fresh=fresh, watched_s=watched_s)
    items = list(harvest.items.values())
    shares = shares_of(items, len(harvest.skips))
    if not adapter.needs_url or getattr(source.options, "may_be_empty", False):
        # These know when no rows are no failure: a firm without filings this week.
        del shares["rows"]
    if items:
        at = items[0].published_at
        dated = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else "no time"
        sample = f"{items[0].title} · {dated} · {items[0].url}"
    else:
        sample = " ".join(decode(harvest.head).split())
    return Look(None if harvest.unchanged else shares, fresh, sample, watched_s)


def checkpoint_after(
    before: Checkpoint, harvest: Harvest, brought_news: bool, now: datetime, delay_s: float
) -> Checkpoint:
    """What to remember of the source once this visit is stored."""
    failure = harvest.failure
    after = replace(
        before,
        etag=harvest.etag,
        last_modified=harvest.last_modified,
        body_hash=harvest.body_hash,
        cursor=harvest.cursor,
        first_visit_at=before.first_visit_at or now,
        last_visit_at=now,
        last_item_at=now if brought_news else before.last_item_at,
        next_due_at=now + timedelta(seconds=delay_s),
        whole_at=now if harvest.whole or before.whole_at is None else before.whole_at,
    )
    if failure:
        return replace(
            after, failures=before.failures + 1, error=str(failure), reason=failure.reason
        )
    note = "; ".join([*_told(harvest.skips), *harvest.notes]) or None
    if harvest.unchanged:
        note = before.note
    return replace(
        after,
        last_success_at=now,
        failures=0,
        error=None,
        reason=None,
        note=note,
        unchanged=harvest.unchanged,
    )


def _told(skips: Sequence[Skip]) -> list[str]:
    """`3 rows left out: no time` per reason."""
    counts: dict[str, int] = {}
    for skip in skips:
        counts[skip.reason] = counts.get(skip.reason, 0) + 1
    return [f"{n} left out: {reason}" for reason, n in counts.items()]


def judge_and_record(
    store: Store,
    after: Checkpoint,
    fresh: Sequence[Item],
    readings: Sequence[Reading],
    routing: Routing,
    before: Checkpoint,
    now: datetime,
    first_visit_window: timedelta,
) -> tuple[list[Event], list[Delivery], list[Notice]]:
    """Judge the readings against the ledger and store the whole visit in one transaction.

    Runs on the store's own thread, one visit at a time: two sources that carry the same story at
    the same moment are judged one after the other, so the second finds what the first wrote.
    """
    ledger = MemoryLedger(base=store)
    events: list[Event] = []
    unsure: list[Unsure] = []
    oldest_first = sorted(
        zip(fresh, readings, strict=True), key=lambda pair: pair[0].published_at or now
    )
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
    late = {item.id for item in fresh if found_late(item, before, now)}
    deliveries = plan(events, routing, store, now, unsure=unsure, late=late)
    told = notices(after, store, routing.ops, now, zone(routing.timezone))
    store.record(after, fresh, readings, events, deliveries, told)
    return events, deliveries, told


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
    published, last_good = item.published_at, before.last_success_at
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
    return item.published_at is not None and now - item.published_at > OLD_NEWS
