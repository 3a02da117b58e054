"""Stored items through the rules again: what would have come out otherwise, and who told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.backtest import Comparison, compare, in_order, read_history, replay
from monitor.config import Route, builtin_issuers
from monitor.model import Checkpoint, Delivery, Event, Item, Reading
from monitor.poll import judge_and_record
from monitor.route import Routing, deliveries_for
from monitor.rules import Rules, load_rules
from monitor.stores import Store, open_store
from tests.alerts import NOW, event, item, match
from tests.outboxes import put

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROUTES = [Route(to=["desk"]), Route(to=["losses"], statuses=["denied", "suspended", "revoked"])]
GRANT = "您好，公司已获得出口许可证，出口区域包括美国。感谢您的关注。"
QUIET = "您好，请关注公司定期报告，谢谢。"


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(builtin_issuers())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(str(tmp_path / "monitor.db"))
    yield opened
    opened.close()


def arrival(guid: str, at: datetime, text: str = GRANT, **changes: object) -> Item:
    return item(guid, **{"text": text, "fetched_at": at, "published_at": at, **changes})


def visit(
    store: Store,
    rules: Rules | None,
    *items: Item,
    routes: Sequence[Route] = ROUTES,
    first: bool = False,
) -> list[Event]:
    """What one visit of the service makes of `items`; `rules` None: rules that see nothing."""
    at = items[0].fetched_at
    seen = store.checkpoint(items[0].source_id)
    before = seen or Checkpoint(
        items[0].source_id, first_visit_at=at if first else at - 30 * DAY,
        last_success_at=None if first else at - HOUR,
    )  # fmt: skip
    readings = [rules(i) if rules else Reading() for i in items]
    after = replace(before, last_success_at=at)
    told, *_ = judge_and_record(store, after, items, readings, Routing(routes), before, at, DAY)
    return told


def backtest(
    store: Store,
    rules: Rules,
    since: datetime = NOW,
    until: datetime = NOW + 90 * DAY,
    *,
    routes: Sequence[Route] = ROUTES,
    empty_ledger: bool = False,
) -> Comparison:
    history = read_history(store, since, until)
    return compare(history, replay(history, rules, routes, empty_ledger=empty_ledger))


def test_the_rules_that_recorded_it_change_nothing(store: Store, rules: Rules) -> None:
    visit(store, rules, arrival("a", NOW), arrival("q", NOW, QUIET), first=True)
    visit(store, rules, arrival("b", NOW + HOUR))  # the canned answer once more
    visit(
        store, rules,
        arrival("c", NOW + 2 * HOUR, "JL MAG's export licence for US was suspended on 2 March.",
                source_id="press", kind="news", tier="wire", question=None, language="en"),
    )  # fmt: skip
    visit(store, rules, arrival("old", NOW + 3 * HOUR, published_at=NOW - 300 * DAY))
    visit(store, rules, arrival("a", NOW + 4 * HOUR, GRANT.replace("美国", "美国和日本")))
    found = backtest(store, rules)
    assert (found.gained, found.lost, found.changed) == ([], [], [])
    assert len(found.unchanged) == len(store.events_since(NOW)) >= 5
    told = {name: (s.was, s.now, s.gained, s.lost) for name, s in found.receivers().items()}
    assert told["desk"][0] == told["desk"][1] >= 2
    assert told["losses"] == (1, 1, 0, 0)


def test_what_the_rules_of_the_day_missed_is_gained(store: Store, rules: Rules) -> None:
    visit(store, None, arrival("a", NOW))
    visit(store, None, arrival("b", NOW + HOUR))
    found = backtest(store, rules)
    assert not found.lost
    assert not found.changed
    assert [(c.fact.event.verdict, c.fact.told) for c in found.gained] == [
        ("new", ("desk",)),
        ("repeat", ()),
    ]
    assert found.receivers()["desk"].gained == 1


def test_what_the_rules_of_the_day_made_up_is_lost(store: Store, rules: Rules) -> None:
    made = event(about=arrival("a", NOW, QUIET), found=match(quote="您好", start=0))
    told = [replace(d, due_at=NOW) for d in _deliveries(made)]
    put(store, *[(made, d) for d in told])
    found = backtest(store, rules)
    assert [c.fact.event for c in found.lost] == [made]
    assert not found.gained
    assert found.receivers()["desk"].lost == 1


def _deliveries(made: Event) -> list[Delivery]:
    return deliveries_for(made, ROUTES, NOW)


def test_what_is_read_otherwise_says_in_what(store: Store, rules: Rules) -> None:
    # Recorded as a suspension that reached both receivers, for another place.
    was = match(status="suspended", destinations=("JP",), quote=GRANT[3:10])
    made = event(about=arrival("a", NOW), found=was)
    put(store, *[(made, d) for d in _deliveries(made)])
    (change,) = backtest(store, rules).changed
    assert {"status", "destinations"} <= set(change.differences)
    assert change.was is not None
    assert change.was.told == ("desk", "losses")
    assert change.now is not None
    assert change.now.told == ("desk",)


def test_the_ledger_stands_as_of_the_date_or_empty(store: Store, rules: Rules) -> None:
    visit(store, rules, arrival("a", NOW))
    visit(store, rules, arrival("b", NOW + 5 * DAY))
    assert not backtest(store, rules, NOW + DAY).changed
    (change,) = backtest(store, rules, NOW + DAY, empty_ledger=True).changed
    assert change.differences == ("verdict", "alert")
    assert change.now is not None
    assert change.now.told == ("desk",)


def test_only_what_arrived_in_the_span_is_compared(store: Store, rules: Rules) -> None:
    for day in range(4):
        visit(store, None, arrival(str(day), NOW + day * DAY))
    found = backtest(store, rules, NOW + DAY, NOW + 3 * DAY)
    assert [c.fact.event.item.guid for c in found.gained] == ["1", "2"]


def test_a_first_visit_would_not_have_been_a_storm(store: Store, rules: Rules) -> None:
    old = arrival("old", NOW, published_at=NOW - 3 * DAY)
    visit(store, None, old, arrival("fresh", NOW, issuer_id="innuovo"), first=True)
    late = arrival("late", NOW + DAY, published_at=NOW - 2 * DAY, issuer_id="ningbo-yunsheng")
    visit(store, None, late)
    gained = {c.fact.event.item.guid: c.fact for c in backtest(store, rules).gained}
    assert gained["fresh"].told == ("desk",)
    for guid, because in (("old", "first visit"), ("late", "back-fill")):
        assert because in (gained[guid].event.held_because or ""), guid
        assert gained[guid].told == ()


def test_a_receiver_of_today_would_get_what_nobody_got(store: Store, rules: Rules) -> None:
    visit(store, rules, arrival("a", NOW), routes=[Route(to=["gone"])])
    found = backtest(store, rules)
    assert not found.changed, "routes are not rules"
    shares = found.receivers()
    assert (shares["gone"].was, shares["gone"].now) == (1, 0)
    assert (shares["desk"].was, shares["desk"].now) == (0, 1)


def test_the_order_of_recording_is_kept() -> None:
    # Two sources carry one story at once: the one fetched later was recorded first.
    first = arrival("a", NOW + timedelta(seconds=2), source_id="exchange")
    second = arrival("b", NOW, source_id="press")
    plain = arrival("c", NOW + timedelta(seconds=1), QUIET)
    recorded = [event(about=first), event(about=second)]
    guids = [i.guid for i in in_order([first, plain, second], recorded)]
    assert guids.index("a") < guids.index("b")


def test_every_text_of_an_edited_item_is_read(store: Store, rules: Rules) -> None:
    visit(store, rules, arrival("a", NOW))
    visit(store, rules, arrival("a", NOW + HOUR, QUIET))  # taken out again
    history = read_history(store, NOW, NOW + DAY)
    assert [i.text for i in history.arrivals] == [GRANT, QUIET]
    found = compare(history, replay(history, rules, ROUTES))
    assert not found.lost


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


def test_nothing_is_written_and_the_service_may_run(tmp_path: Path, rules: Rules) -> None:
    path = tmp_path / "monitor.db"
    running = open_store(str(path), exclusive=True)
    visit(running, rules, arrival("a", NOW))
    visit(running, None, arrival("b", NOW + HOUR, issuer_id="innuovo"))
    running.save(10)  # as the service does a moment later
    before = dump(path)
    reader = open_store(str(path), create=False)
    assert backtest(reader, rules).gained
    reader.close()
    assert dump(path) == before
    visit(running, rules, arrival("c", NOW + 2 * HOUR, issuer_id="zhongke-sanhuan"))
    running.close()


def test_progress_is_told_item_by_item(store: Store, rules: Rules) -> None:
    for n in range(3):
        visit(store, None, arrival(str(n), NOW + n * HOUR, QUIET))
    told: list[tuple[int, int]] = []
    replay(read_history(store, NOW, NOW + DAY), rules, ROUTES, progress=lambda *n: told.append(n))
    assert told == [(1, 3), (2, 3), (3, 3)]
