from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.config import Route
from monitor.model import Event, Unsure, digest_id
from monitor.route import deliveries_for, why, why_unsure
from monitor.route.conditions import unsure_recipients
from tests.alerts import NOW, event, item, match


def route(*to: str, **conditions: Any) -> Route:
    return Route(to=list(to), **conditions)


def receivers(of: Event, *routes: Route) -> list[str]:
    return [d.receiver_id for d in deliveries_for(of, routes, NOW)]


def test_each_receiver_is_told_once_whatever_the_number_of_routes() -> None:
    grant = event()
    found = deliveries_for(grant, [route("desk", "screen"), route("screen", "mail")], NOW)
    assert [d.receiver_id for d in found] == ["desk", "screen", "mail"]
    first = found[0]
    assert first.about == "7f3a9c12ab34.1"
    assert first.id == digest_id(first.about, "desk", length=12)
    assert (first.due_at, first.state, first.attempts) == (NOW, "pending", 0)


def test_the_id_depends_on_revision_and_receiver_alone() -> None:
    again = deliveries_for(replace(event(), detected_at=NOW), [route("desk")], NOW)
    assert again[0].id == deliveries_for(event(), [route("desk")], NOW)[0].id
    second = event(revision=2, verdict="update")
    assert deliveries_for(second, [route("desk")], NOW)[0].id != again[0].id


@pytest.mark.parametrize(
    ("status", "severity"), [("revoked", 0), ("denied", 0), ("granted", 1), ("applied", 2)]
)
def test_losses_go_first(status: str, severity: int) -> None:
    made = event(found=match(status=status))
    assert deliveries_for(made, [route("desk", statuses=[status])], NOW)[0].severity == severity


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        ({}, True),
        ({"statuses": ["denied"]}, False),
        ({"issuers": ["jl-mag"]}, True),
        ({"issuers": ["innuovo"]}, False),
        ({"verdicts": ["update"]}, False),
        ({"certainty": "confirmed"}, True),
        ({"destinations": ["US"]}, True),
        ({"destinations": ["JP"]}, False),
        ({"destinations": ["VN"]}, True),
        ({"destinations": ["NA"]}, True),
    ],
)
def test_every_condition_of_a_route_must_hold(conditions: dict[str, Any], told: bool) -> None:
    made = route("desk", **conditions)
    assert bool(receivers(event(), made)) is told
    assert why(event(), [made])[0].startswith("desk: told" if told else "desk: not by route 1: ")


def test_a_report_is_not_enough_where_certainty_is_asked_for() -> None:
    reported = event(found=match(certainty="reported"))
    assert receivers(reported, route("careful", certainty="confirmed"), route("fast")) == ["fast"]


def test_a_route_for_a_place_takes_what_the_story_knows_when_the_text_names_none() -> None:
    silent = event(found=match(destinations=()))
    assert receivers(silent, route("desk", destinations=["US"])) == []
    told = replace(silent, story=replace(silent.story, destinations=("US",)))
    assert receivers(told, route("desk", destinations=["US"])) == ["desk"]


@pytest.mark.parametrize("changes", [{"alerting": False}, {"held_because": "first visit"}])
def test_events_that_do_not_alert_or_are_held_reach_nobody(changes: dict[str, Any]) -> None:
    quiet = replace(event(), **changes)
    assert deliveries_for(quiet, [route("desk")], NOW) == []
    assert why(quiet, [route("desk")])[0].startswith("nobody is told: ")


def test_a_correction_goes_to_exactly_those_who_got_the_wrong_alert() -> None:
    wrong = event(found=match(status="not_received"), verdict="correction", revision=2)
    wrong = replace(wrong, story=replace(wrong.story, statuses=("granted", "not_received")))
    found = deliveries_for(wrong, [route("desk"), route("late")], NOW, told=["desk", "old"])
    assert [d.receiver_id for d in found] == ["desk", "old"]
    assert receivers(wrong, route("desk")) == ["desk"], "without a list: who wanted the story"


def test_no_route_is_said_plainly() -> None:
    assert why(event(), []) == ["nobody is told: there are no routes"]


# --- where it comes from, what it is for -------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        ({"products": ["magnets"]}, None),
        ({"products": ["gallium"]}, "products magnets, motor_rotors, components are not among"),
        ({"tiers": ["official", "wire"]}, None),
        ({"tiers": ["blog"]}, "a source of tier official is not among blog"),
        ({"kinds": ["ir_qa"]}, None),
        ({"kinds": ["news"]}, "kind ir_qa is not among news"),
    ],
)
def test_products_and_sources_are_conditions_too(
    conditions: dict[str, Any], told: str | None
) -> None:
    made = route("desk", **conditions)
    assert bool(receivers(event(), made)) is (told is None)
    assert (told or "desk: told by route 1") in why(event(), [made])[0]


def test_products_left_out_of_the_text_are_the_storys() -> None:
    silent = event(found=match(products=()))
    assert receivers(silent, route("desk", products=["magnets"])) == []
    told = replace(silent, story=replace(silent.story, products=("magnets",)))
    assert receivers(told, route("desk", products=["magnets"])) == ["desk"]


def test_a_correcting_update_reaches_those_who_heard_what_was_wrong() -> None:
    change = event(verdict="update", revision=2, added=("status corrected: JP replaces US",))
    routes = [route("desk"), route("korea", destinations=["KR"])]
    found = deliveries_for(change, routes, NOW, told=["korea", "desk"])
    assert [d.receiver_id for d in found] == ["desk", "korea"]


def test_a_route_with_a_name_is_called_by_it() -> None:
    assert why(event(), [route("desk", id="all-of-it")]) == ["desk: told by route 1 (all-of-it)"]


# --- the unsure queue ---------------------------------------------


def test_the_unsure_queue_goes_to_routes_that_ask_for_it() -> None:
    entry = Unsure(item(), "许可证方面有进展", "no rule drew a fact")
    asks = route("desk", unsure=True, statuses=["denied"], destinations=["JP"])
    assert unsure_recipients(entry, [route("screen"), asks]) == {"desk": (1,)}
    assert unsure_recipients(entry, [route("desk", unsure=True, issuers=["innuovo"])]) == {}
    assert unsure_recipients(entry, [route("desk", unsure=True, tiers=["blog"])]) == {}
    unnamed = replace(entry, item=item(issuer_id=None))
    mine = [route("desk", unsure=True, issuers=["innuovo"])]
    assert unsure_recipients(unnamed, mine) == {"desk": (0,)}, "it may well be about the firm"
    assert "does not ask for the unsure queue" in why_unsure(entry, [route("screen")])[0]
