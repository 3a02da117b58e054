"""One visit to one source. Read `poll` first."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.adapters import Adapter
from monitor.config import Source
from monitor.fetch import Fetcher
from monitor.fulltext import announced, candidates, complete, may_alert, may_be_cut, proves
from monitor.health import History, after_visit
from monitor.model import Checkpoint, Item, Reading, Visit
from monitor.pace import pause_s
from monitor.poll.aside import aside
from monitor.poll.harvest import Harvest, collect
from monitor.poll.judging import Judged, held_because, judge_and_record, read
from monitor.poll.keepsake import kept
from monitor.poll.memory import checkpoint_after, looked, next_delay_s, whole_if_due
from monitor.route import Routing
from monitor.rules import Rules
from monitor.stores import Keeper, Store
from monitor.stores.lastbody import LastBody

Read = tuple[Item, Reading]

NOTHING = Reading()
DICE = random.Random()
MANY = 3
"""Fresh items in one visit that may be old ones under new ids."""


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
    wake: Callable[[], None] = lambda: None,
) -> Visit:
    """Visit `source` once: fetch, read, judge and store; all that one visit changes, or nothing.

    Where some items are to be read in full, alerts that need not wait for that are stored before
    it. What is remembered of the source comes with the rest: a visit that breaks off in between is
    made again. `wake` is called when there may be something to send.

    A failed visit stores its failure in the checkpoint and is told in the Visit; nothing is raised
    for what a source can do to us. StoreError passes through, and RuleError where the rules cannot
    be loaded: then nothing was stored.
    """
    started = time.monotonic()
    before = await keeper(Store.checkpoint, source.id) or Checkpoint(source.id)
    harvest = await collect(source, adapter, fetcher, whole_if_due(before, now))
    fetched = time.monotonic()
    fresh = await keeper(Store.unseen, list(harvest.items.values())) if harvest.items else []
    fresh = await _without_renamed(fresh, keeper, before, harvest)
    speak = await aside(rules.may_speak, fresh) if fresh else []
    if any(speak):
        await rules.ready()

    async def store(
        after: Checkpoint | None, read_items: Sequence[Read], body: LastBody | None = None
    ) -> Judged:
        items = [item for item, _ in read_items]
        readings = [reading for _, reading in read_items]
        window = first_visit_window
        return await keeper(
            judge_and_record, after, items, readings, routing, before, now, window, body
        )

    cut = await _cut_short(fresh, rules, keeper, before, now, first_visit_window)
    early = await aside(_ready, fresh, cut, rules) if cut else []
    events, deliveries, _ = await store(None, early) if early else ([], [], [])
    if early:
        wake()
    full = await _in_full(cut, early, harvest, before, source, fetcher)
    rest = [(item, NOTHING) for item in fresh]
    if full or any(speak):
        rest = await aside(_rest, fresh, full, early, rules)

    every_s = pause_s(source, harvest.cursor, now)
    delay_s = next_delay_s(every_s, before, harvest.failure, rng or DICE)
    after = checkpoint_after(before, harvest, bool(fresh), now, delay_s)
    look = looked(source, adapter, harvest, len(fresh), before, now)
    after = replace(after, history=after_visit(History.of(before), after, look, now).stored())
    body, after = kept(harvest.body, before, after)
    more, further, told = await store(after, rest, body)
    if further or told:
        wake()
    deliveries += further
    return Visit(
        source.id,
        ok=harvest.failure is None,
        items=len(harvest.items),
        fresh=len(fresh),
        events=len(events) + len(more),
        deliveries=sum(d.state in ("pending", "grouped") and not d.is_group for d in deliveries),
        notices=sum(bool(notice.to and notice.title) for notice in told),
        skipped=len(harvest.skips),
        unchanged=harvest.unchanged,
        first=before.last_success_at is None,
        elapsed_s=time.monotonic() - started,
        fetch_s=fetched - started,
        error=str(harvest.failure) if harvest.failure else None,
        reason=harvest.failure.reason if harvest.failure else None,
        notes=(after.note,) if after.note else (),
        next_due_at=after.next_due_at,
    )


async def _without_renamed(
    fresh: list[Item], keeper: Keeper, before: Checkpoint, harvest: Harvest
) -> list[Item]:
    """Without what the source told before under another id: where many are fresh, look."""
    if len(fresh) < MANY or before.last_success_at is None:
        return fresh
    renamed = await keeper(Store.renamed, before.source_id, fresh)
    if renamed:
        harvest.notes.append(f"{len(renamed)} known items came under new ids")
    return [item for item in fresh if item.id not in renamed]


async def _cut_short(
    fresh: Sequence[Item],
    rules: Rules,
    keeper: Keeper,
    before: Checkpoint,
    now: datetime,
    first_visit_window: timedelta,
) -> dict[str, tuple[Item, Item | None]]:
    """What promises news but is cut, by id, the most promising first; each as it came, and as it
    is stored. Items too old to alert are no news."""
    if before.last_success_at is None:  # nothing is known yet: spare a first visit the reading
        fresh = [i for i in fresh if held_because(i, before, now, first_visit_window) is None]
    cut = [item for item in fresh if may_be_cut(item)]
    wanted = await aside(candidates, cut, rules) if cut else []
    stored = await keeper(_stored, [item.id for item in wanted]) if wanted else {}
    return {
        item.id: (item, stored.get(item.id))
        for item in wanted
        if held_because(item, before, now, first_visit_window, stored.get(item.id)) is None
    }


def _stored(store: Store, ids: Sequence[str]) -> dict[str, Item]:
    return {id_: item for id_ in ids if (item := store.item(id_)) is not None}


def _ready(fresh: Sequence[Item], cut: Collection[str], rules: Rules) -> list[Read]:
    """What can be told before the full texts are there, if there is an alert in it."""
    found: list[Read] = []
    for item in fresh:
        reading = read(rules, item)
        if item.id not in cut:
            found.append((item, reading))
        elif proves(item, reading):
            found.append((announced(item), reading))
    return found if any(may_alert(reading) for _, reading in found) else []


async def _in_full(
    cut: Mapping[str, tuple[Item, Item | None]],
    early: Sequence[Read],
    harvest: Harvest,
    before: Checkpoint,
    source: Source,
    fetcher: Fetcher,
) -> dict[str, Item]:
    """By id, what is cut with its full text, where that can be had.

    What did not come in time is asked for again at the next visit, which must see the source's
    page even if it has not changed.
    """
    if not cut:
        return {}
    told = {item.id for item, _ in early}
    wanted = sorted((item for item, _ in cut.values()), key=lambda item: item.id in told)
    known = {id_: stored for id_, (_, stored) in cut.items() if stored is not None}
    done = await complete(
        wanted,
        known,
        fetcher,
        user_agent=source.user_agent,
        robots=source.robots,
        unchecked=harvest.unchecked,
    )
    harvest.notes += done.notes
    if done.again:
        harvest.etag, harvest.last_modified = before.etag, before.last_modified
        harvest.body_hash = before.body_hash
    return done.items


def _rest(
    fresh: Sequence[Item], full: Mapping[str, Item], early: Sequence[Read], rules: Rules
) -> list[Read]:
    """What is not stored yet, read. An item told early has more to say only in its full text."""
    told = {item.id for item, _ in early}
    rest = [full.get(item.id, item) for item in fresh if item.id in full or item.id not in told]
    return [
        (item, NOTHING if item.id in told and item.unread else read(rules, item)) for item in rest
    ]
