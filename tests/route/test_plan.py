"""What is told at once, later, together or not at all; the past is a real database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.config import Limits, Quiet, Route
from monitor.model import Delivery, Event, Group, Item, Silence, Unsure
from monitor.route import Routing, plan
from monitor.route.plan import GATHER
from monitor.stores import Store, open_store
from tests.alerts import NOW, event, item, match, readings

H = timedelta(hours=1)
NIGHT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""23:00 in Shanghai."""
MORNING = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
"""07:00 the next day."""
QUIET = Quiet.model_validate({"from": "22:00", "to": "07:00", "except": ["suspended"]})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(str(tmp_path / "m.db"))
    yield store
    store.close()


def routing(*routes: Route, **more: Any) -> Routing:
    return Routing(routes or (Route(to=["desk"]),), **more)


def visit(
    store: Store,
    events: Sequence[Event],
    by: Routing,
    now: datetime = NOW,
    **more: Any,
) -> dict[str, Delivery]:
    """Plan and store one visit; what it decided, by about and receiver."""
    made = plan(events, by, store, now, **more)
    items: list[Item] = [e.item for e in events]
    store.record(None, items, readings(items), events, made)
    return {f"{d.about} {d.receiver_id}": d for d in made}


def story(n: int, **found: Any) -> Event:
    return event(story=f"{n:012x}", about=item(f"qa-{n}"), found=match(**found))


def revision(n: int, **more: Any) -> Event:
    verdict = "new" if n == 1 else "update"
    return event(revision=n, verdict=verdict, about=item(f"qa-{n}"), **more)  # type: ignore[arg-type]


def states(store: Store) -> list[str]:
    return [d.state for d in reversed(store.deliveries())]


def claimed(store: Store, now: datetime) -> list[Delivery]:
    return store.claim(now, lease_s=86_400)


def members(store: Store, delivery: Delivery) -> list[str]:
    group = store.subject(delivery)
    assert isinstance(group, Group)
    return [d.about for d, _ in group.members]


# --- quiet hours ------------------------------------------------------------------


def test_what_is_held_by_night_comes_in_one_message_in_the_morning(store: Store) -> None:
    by = routing(quiet={"desk": [QUIET]})
    visit(store, [story(1), story(2)], by, NIGHT)
    visit(store, [story(3)], by, NIGHT + H)
    assert states(store) == ["grouped", "grouped", "pending", "grouped"]
    assert claimed(store, MORNING - timedelta(seconds=1)) == []
    [sent] = claimed(store, MORNING)
    assert sent.about.startswith("group:quiet:")
    assert members(store, sent) == [f"{n:012x}.1" for n in (1, 2, 3)]
    held = store.carried(sent.id)[0]
    assert held.because == "quiet until 07:00 CST on 3 March"


def test_a_held_group_never_misses_one_that_was_decided_while_it_went_out(store: Store) -> None:
    by = routing(quiet={"desk": [QUIET]})
    visit(store, [story(1)], by, NIGHT)
    [first] = claimed(store, MORNING)
    # A slow visit that began before seven is stored after the group was taken.
    visit(store, [story(2)], by, MORNING - timedelta(seconds=5))
    store.settle(first.id, outcome="sent", now=MORNING)
    [second] = claimed(store, MORNING)
    assert members(store, first) == ["000000000001.1"]
    assert members(store, second) == ["000000000002.1"]


def test_a_night_does_not_join_the_group_of_the_night_before(store: Store) -> None:
    """The receiver was down all day: that group is overdue and would break the quiet."""
    by = routing(quiet={"desk": [QUIET]})
    visit(store, [story(1)], by, NIGHT)
    visit(store, [story(2)], by, NIGHT + 24 * H)
    overdue, later = (d for d in reversed(store.deliveries("pending")))
    assert members(store, overdue) == ["000000000001.1"]
    assert members(store, later) == ["000000000002.1"]
    assert later.due_at == MORNING + 24 * H


def test_what_is_excepted_passes_at_once(store: Store) -> None:
    by = routing(quiet={"desk": [QUIET]})
    made = visit(store, [story(1, status="suspended"), story(2)], by, NIGHT)
    assert made["000000000001.1 desk"].state == "pending"
    assert made["000000000002.1 desk"].state == "grouped"


def test_what_is_left_to_the_digest_is_stored_with_the_reason(store: Store) -> None:
    gone = QUIET.model_copy(update={"then": "digest"})
    made = visit(store, [story(1)], routing(quiet={"desk": [gone]}), NIGHT)
    [left] = made.values()
    assert (left.state, left.due_at) == ("digest", NIGHT)
    assert left.because == "quiet until 07:00 CST on 3 March: left to the digest"
    assert claimed(store, MORNING) == []
    assert store.queue_counts()["digest"] == 1


def test_a_receiver_is_quiet_only_while_all_its_routes_are(store: Store) -> None:
    quiet, loud = Route(to=["desk", "mail"], quiet=[QUIET]), Route(to=["desk"])
    made = visit(store, [story(1)], routing(quiet, loud), NIGHT)
    assert made["000000000001.1 desk"].state == "pending"
    assert made["000000000001.1 mail"].state == "grouped"


def test_a_correction_waits_for_the_morning_but_never_for_the_digest(store: Store) -> None:
    gone = QUIET.model_copy(update={"then": "digest"})
    visit(store, [event()], routing(), NIGHT - 2 * H)
    wrong = event(
        verdict="correction", revision=2, alerting=False, about=item("qa-2"),
        found=match(status="not_received"),
    )  # fmt: skip
    made = visit(store, [wrong], routing(quiet={"desk": [gone]}), NIGHT)
    assert made["7f3a9c12ab34.2 desk"].state == "grouped"


# --- corrections ------------------------------------------------------------------


def test_a_correction_reaches_exactly_those_who_were_told(store: Store) -> None:
    japan = Route(to=["japan"], destinations=["JP"])
    silence(store, receivers=("muted",))
    visit(store, [event()], routing(Route(to=["desk", "muted"]), japan))
    silence(store)
    wrong = event(
        verdict="correction", revision=2, alerting=False, about=item("qa-2"),
        found=match(status="not_received", destinations=("JP",)),
    )  # fmt: skip
    made = visit(store, [wrong], routing(Route(to=["new", "desk", "muted"]), japan))
    assert list(made) == ["7f3a9c12ab34.2 desk"], "silences do not hide that we were wrong"
    assert made["7f3a9c12ab34.2 desk"].severity == 1


def test_a_correction_is_not_queued_for_receivers_that_are_gone(store: Store) -> None:
    visit(store, [event()], routing(Route(to=["desk", "gone"])))
    wrong = event(verdict="correction", revision=2, alerting=False, about=item("qa-2"))
    made = visit(store, [wrong], routing(Route(to=["desk"]), receivers=["desk"]))
    assert list(made) == ["7f3a9c12ab34.2 desk"]


def test_a_correction_in_the_same_visit_reaches_who_is_about_to_be_told(store: Store) -> None:
    wrong = event(
        verdict="correction", revision=2, alerting=False, about=item("qa-2"),
        found=match(status="not_received"),
    )  # fmt: skip
    made = visit(store, [event(), wrong], routing())
    assert list(made) == ["7f3a9c12ab34.1 desk", "7f3a9c12ab34.2 desk"]


# --- silences ------------------------------------------------------------------


def silence(store: Store, hours: float = 2, **conditions: Any) -> Silence:
    made = Silence(
        f"s{len(store.silences())}", NOW, NOW + hours * H, "anna", "a call is on", **conditions
    )
    store.add_silence(made)
    return made


@pytest.mark.parametrize(
    ("conditions", "silenced"),
    [
        ({}, True),
        ({"issuers": ("jl-mag", "innuovo")}, True),
        ({"issuers": ("innuovo",)}, False),
        ({"statuses": ("granted",), "receivers": ("desk",)}, True),
        ({"statuses": ("denied",)}, False),
        ({"receivers": ("mail",)}, False),
        ({"routes": ("1",)}, True),
        ({"routes": ("main",)}, True),
        ({"routes": ("2",)}, False),
    ],
)
def test_a_silence_covers_what_fits_all_its_conditions(
    store: Store, conditions: dict[str, Any], silenced: bool
) -> None:
    silence(store, **conditions)
    made = visit(store, [story(1)], routing(Route(to=["desk"], id="main")))
    [delivery] = made.values()
    assert (delivery.state, delivery.silence_id) == (
        ("silenced", "s0") if silenced else ("pending", None)
    )
    if silenced:
        assert delivery.because == "silence s0 by anna: a call is on"
        assert claimed(store, NOW + 9 * H) == []
        assert [d.silence_id for d in store.deliveries("silenced")] == ["s0"]


def test_a_silence_of_one_route_leaves_the_other(store: Store) -> None:
    silence(store, routes=("2",))
    made = visit(store, [story(1)], routing(Route(to=["desk"]), Route(to=["desk", "mail"])))
    assert made["000000000001.1 desk"].state == "pending"
    assert made["000000000001.1 mail"].state == "silenced"


def test_a_silence_ends_by_itself_and_by_hand(store: Store) -> None:
    silence(store, hours=2)
    by_hand = silence(store, hours=9)
    assert visit(store, [story(1)], routing(), NOW + H)["000000000001.1 desk"].state == "silenced"
    store.end_silence(by_hand.id, NOW + H)
    assert [s.id for s in store.silences(NOW + H)] == ["s0"]
    late = visit(store, [story(2)], routing(), NOW + 2 * H)
    assert late["000000000002.1 desk"].state == "pending"
    assert [s.id for s in store.silences()] == ["s0", "s1"], "what held is kept"


# --- too much ------------------------------------------------------------------


def test_more_than_so_many_messages_of_one_story_come_in_one_at_the_end_of_the_hour(
    store: Store,
) -> None:
    by = routing(limits=Limits(per_story=2))
    minutes = [NOW + timedelta(minutes=10 * n) for n in range(5)]
    for n, at in enumerate(minutes, 1):
        visit(store, [revision(n)], by, at)
    assert [d.state for d in reversed(store.deliveries())] == [
        "pending", "pending", "grouped", "pending", "grouped", "grouped",
    ]  # fmt: skip
    first, second = claimed(store, NOW + 0.9 * H)
    assert (first.about, second.about) == ("7f3a9c12ab34.1", "7f3a9c12ab34.2")
    [rest] = claimed(store, NOW + H)
    assert members(store, rest) == [f"7f3a9c12ab34.{n}" for n in (3, 4, 5)]


def test_a_loss_is_told_at_once_whatever_went_before(store: Store) -> None:
    by = routing(limits=Limits(per_story=1, then="digest"))
    visit(store, [revision(1)], by)
    more = visit(store, [revision(2)], by, NOW + timedelta(minutes=1))
    assert more["7f3a9c12ab34.2 desk"].state == "digest"
    loss = revision(3, found=match(status="suspended"))
    told = visit(store, [loss], by, NOW + timedelta(minutes=2))
    assert told["7f3a9c12ab34.3 desk"].state == "pending"


def test_two_hundred_hits_in_one_visit_are_eight_alerts_and_one_list(store: Store) -> None:
    hits = [story(n, status="revoked" if n % 50 == 49 else "granted") for n in range(200)]
    visit(store, hits, routing(Route(to=["desk"]), Route(to=["mail"])))
    for receiver in ("desk", "mail"):
        found = store.claim(NOW, lease_s=60, receiver_id=receiver, limit=300)
        singles = [d for d in found if not d.is_group]
        [group] = [d for d in found if d.is_group]
        assert len(singles) == 8
        assert [d.severity for d in singles] == [0] * 4 + [1] * 4, "losses first, and singly"
        listed = members(store, group)
        assert len(listed) == 192
        assert len({*listed, *(d.about for d in singles)}) == 200, "none dropped, none twice"


def test_one_above_the_limit_is_no_group(store: Store) -> None:
    visit(store, [story(n) for n in range(9)], routing())
    assert states(store) == ["pending"] * 9


def test_old_news_found_late_is_gathered_from_several_visits(store: Store) -> None:
    by = routing()
    for n in (1, 2):
        made = story(n)
        visit(store, [made], by, NOW + timedelta(seconds=n), late={made.item.id})
    fresh = visit(store, [story(3)], by, NOW + timedelta(seconds=3), late={"another"})
    assert fresh["000000000003.1 desk"].state == "pending"
    [now_due] = claimed(store, NOW + timedelta(seconds=5))
    assert now_due.about == "000000000003.1"
    [summary] = claimed(store, NOW + GATHER + timedelta(seconds=5))
    assert members(store, summary) == ["000000000001.1", "000000000002.1"]


# --- the unsure queue ------------------------------------------------------------------


def test_the_unsure_is_pushed_quietened_and_silenced_like_the_rest(store: Store) -> None:
    by = routing(Route(to=["desk"], unsure=True), quiet={"desk": [QUIET]})
    entry = Unsure(item(), "许可证方面有进展", "no rule drew a fact")
    [now] = plan([], by, store, NOW, unsure=[entry])
    assert (now.about, now.state, now.severity) == (f"unsure:{entry.item.id}", "pending", 2)
    assert plan([], by, store, NIGHT, unsure=[entry])[0].state == "grouped"
    silence(store, statuses=("unsure",))
    assert plan([], by, store, NOW, unsure=[entry])[0].state == "silenced"
    again = replace(entry, item=replace(entry.item, text="另一句"))
    assert plan([], by, store, NOW, unsure=[again])[0].id == now.id, "once per item"
