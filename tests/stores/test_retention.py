"""What is forgotten, what never is, and that nothing forgotten comes back as new."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config import Keep
from monitor.model import Delivery, Item, Reading
from monitor.stores.retention import Limits, Pruned
from monitor.stores.sqlite import SqliteStore
from tests.alerts import NOW, delivery, event, item, readings
from tests.outboxes import put

DAY = timedelta(days=1)
LATER = NOW + 400 * DAY
ALL = Limits(bodies=NOW + DAY, items=NOW + DAY, events=NOW + DAY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with contextlib.closing(SqliteStore(str(tmp_path / "monitor.db"))) as store:
        yield store


def prune(store: SqliteStore, limits: Limits) -> Pruned:
    total = Pruned()
    more = True
    while more:
        step = store.prune(limits)
        total.add(step)
        more = step.more
    return total


def fill(store: SqliteStore, count: int = 3) -> list[Item]:
    items = [item(f"n-{n}", title=f"title {n}", text="words " * 50) for n in range(count)]
    store.record(None, items, readings(items), [], [])
    return items


def test_the_defaults_keep_a_year_of_texts_and_everything_else(store: SqliteStore) -> None:
    fill(store)
    keep = Keep()
    assert prune(store, Limits.of(keep, NOW + 300 * DAY)) == Pruned()
    done = prune(store, Limits.of(keep, LATER))
    assert (done.bodies, done.items, done.events) == (3, 0, 0)
    assert Limits.of(Keep(bodies=None), LATER) == Limits()


def test_an_item_without_its_text_is_known_and_listed(store: SqliteStore) -> None:
    items = fill(store)
    assert prune(store, Limits(bodies=NOW + DAY)).text_bytes > 900
    kept = store.item(items[0].id)
    assert kept is not None
    assert (kept.title, kept.url, kept.text, kept.question) == ("title 0", items[0].url, "", None)
    assert kept.content_hash == items[0].content_hash
    assert store.unseen(items) == []
    assert prune(store, Limits(bodies=NOW + DAY)) == Pruned(), "once is enough"


def test_a_forgotten_item_does_not_come_back_as_new(store: SqliteStore) -> None:
    items = fill(store)
    assert prune(store, ALL).items == 3
    assert store.item(items[0].id) is None
    assert store.item_counts() == {}
    assert store.unseen(items) == [], "the feed still lists them"
    store.record(None, items, readings(items), [], [])
    assert store.item_counts() == {}, "not even when a visit offers them"
    edited = replace(items[0], text="other words")
    assert store.unseen([edited, *items[1:]]) == [edited]
    store.record(None, [edited], readings([edited]), [], [])
    assert store.unseen([edited]) == []
    assert prune(store, ALL).items == 0, "the walk has passed; it was seen anew"


def test_what_is_needed_is_never_forgotten(store: SqliteStore) -> None:
    made = event(about=item("told"))
    put(store, (made, delivery(made)))
    unsure, was_unsure, edited = item("unsure"), item("was-unsure"), item("edited")
    doubt = Reading(unsure="许可证的事情请看公告。", unsure_because="no rule fits")
    told = Delivery("d1", f"unsure:{was_unsure.id}", "desk", NOW)
    store.record(None, [unsure, was_unsure], [doubt, doubt], [], [told])
    store.record(None, [edited], [Reading()], [], [])
    fresh = replace(edited, text="lately", fetched_at=NOW + 30 * DAY)
    store.record(None, [fresh], [Reading()], [], [])
    sure = replace(was_unsure, text="更正。")
    store.record(None, [sure], [Reading()], [], [])
    limits = replace(ALL, events=None)
    assert store.prune(limits, dry_run=True) == Pruned()
    assert prune(store, limits) == Pruned()
    for kept in (made.item, unsure, sure, fresh):
        assert (found := store.item(kept.id)) is not None
        assert found.text == kept.text


@pytest.mark.parametrize("outcome", [None, "dead"])
def test_an_event_stays_while_its_alert_is_not_finished(
    store: SqliteStore, outcome: str | None
) -> None:
    made = event()
    put(store, (made, delivery(made)))
    if outcome:
        store.settle(delivery(made).id, outcome="dead", now=NOW, error="404")
    assert prune(store, ALL) == Pruned()
    assert store.event("7f3a9c12ab34.1") == made


def test_an_old_event_goes_and_the_ledger_remembers_the_story(store: SqliteStore) -> None:
    made = event()
    put(store, (made, delivery(made)))
    store.settle(delivery(made).id, outcome="sent", now=NOW)
    assert prune(store, replace(ALL, items=None)).events == 1
    assert store.events_for(made.id) == []
    assert store.deliveries() == []
    assert store.stories("jl-mag") == [made.story], "or it would be told again"
    kept = store.item(made.item.id)
    assert kept is not None
    assert kept.text == "", "its item is like any other now"
    assert store.unseen([made.item]) == []


def test_a_member_goes_only_when_its_group_was_sent(store: SqliteStore) -> None:
    made = event()
    group = Delivery("g1", "group:quiet:1", "desk", NOW)
    member = delivery(made, state="grouped", group_id="g1")
    store.record(None, [made.item], readings([made.item]), [made], [member, group])
    assert prune(store, ALL) == Pruned()
    store.claim(NOW, lease_s=60)
    store.settle("g1", outcome="sent", now=NOW)
    with contextlib.closing(SqliteStore(store.path)) as again:
        again._db.execute("DELETE FROM pruned")  # as after a longer while, when stories changed
        assert prune(again, ALL).events == 1


def test_a_dry_run_tells_the_same_and_changes_nothing(store: SqliteStore) -> None:
    items = fill(store, 7)
    for limits in (Limits(bodies=NOW + DAY), ALL):
        would = store.prune(limits, dry_run=True)
        assert store.item(items[0].id) == items[0]
        assert would.bodies + would.items == 7
    assert prune(store, ALL).items == 7


def test_steps_are_short_and_go_on_where_the_last_one_stopped(store: SqliteStore) -> None:
    fill(store, 1200)
    steps = [store.prune(Limits(bodies=NOW + DAY), step_s=0.0)]
    assert (steps[0].bodies, steps[0].more) == (1, True)
    slow = iter(range(10_000))
    step = store.prune(Limits(bodies=NOW + DAY), step_s=99, monotonic=lambda: float(next(slow)))
    assert (step.bodies, step.more) == (100, True), "it looks at the clock after each"
    assert prune(store, Limits(bodies=NOW + DAY)).bodies == 1200 - 101


def test_pruning_leaves_space_that_vacuum_would_give_back(store: SqliteStore) -> None:
    fill(store, 400)
    size, free = store.space()
    assert free < 0.2 * size
    prune(store, ALL)
    size, free = store.space()
    assert free > 0.2 * size
