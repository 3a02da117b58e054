"""What holds for every stream, and what a ledger owes whoever keeps it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.event import Ledger, MemoryLedger, Recent, events_from
from monitor.event.page import Page
from monitor.model import FAMILY, Event, Item, Reading, Story
from tests.event.telling import Line, item, judged, matches, streams, verdicts

STREAMS = streams(Path(__file__).with_name("streams.txt"))

# --- invented streams ---------------------------------------------------------------------------

PLACES = ["", "to=US", "to=EU", "to=DE,JP", "to=SEA"]
facts = st.builds(
    lambda *words: " ".join(word for word in words if word),
    st.sampled_from(list(FAMILY)),
    st.sampled_from(PLACES),
    st.sampled_from(["", "of=magnets", "of=motor_rotors,magnets"]),
    st.sampled_from(["", "for=Bosch", "for=西门子,ZF"]),
    st.sampled_from(["", "extent=some", "extent=all", "extent=3_licences", "extent=60_%"]),
    st.sampled_from(["", "act=03-02", "act=02-31", "act=03", "said=03-03", "act=12-31", "act=x"]),
    st.sampled_from(["", "old", "denied", "expected"]),
    st.sampled_from(["", "by=sources", "by=media"]),
)
lines = st.tuples(
    st.builds(
        lambda day, hour, tier: f"03-{day:02} {hour:02}:00 {tier}",
        st.integers(1, 28), st.integers(0, 23),
        st.sampled_from(["official", "wire", "media", "blog"]),
    ),
    st.lists(facts, min_size=1, max_size=3).map(" + ".join),
    st.just(""),
)  # fmt: skip
some_lines = st.lists(lines, max_size=8)


def alerts(told: list[list[Event]]) -> list[Event]:
    return [event for events in told for event in events if event.alerting]


@pytest.mark.parametrize("name", STREAMS)
def test_reading_a_stream_again_alerts_nobody(name: str) -> None:
    ledger = MemoryLedger()
    first = judged(STREAMS[name], ledger)
    assert alerts(judged(STREAMS[name], ledger)) == []
    assert [e.id for e in alerts(judged(STREAMS[name]))] == [e.id for e in alerts(first)]


@given(some_lines)
@settings(max_examples=25, deadline=None)
def test_nothing_invented_breaks_it(told: list[Line]) -> None:
    """Impossible days, months, days to come, odd orders: always a verdict with its reason."""
    for event in (event for events in judged(told) for event in events):
        assert event.reasons[0]
        assert len(event.id) == 12
        assert event.revision <= event.story.revision
        assert not event.alerting or event.verdict in ("new", "update", "confirmed")
        assert Page.of_story(event.story).story() == event.story
        assert json.loads(json.dumps(dict(event.story.memory))) == event.story.memory


def test_what_one_sentence_gives_and_takes_at_once_is_told_once() -> None:
    ledger = MemoryLedger()
    line: Line = ("03-02 10:00 official", "granted + suspended", "")
    assert alerts(judged([line], ledger))
    assert alerts(judged([line], ledger)) == []


@given(some_lines)
@settings(max_examples=25, deadline=None)
def test_the_same_item_at_once_again_alerts_nobody(told: list[Line]) -> None:
    """Also when it grants and takes away the same in one breath."""
    ledger = MemoryLedger()
    for line in told:
        judged([line], ledger)
        assert alerts(judged([line], ledger)) == []


@given(some_lines, some_lines)
@settings(max_examples=25, deadline=None)
def test_two_firms_do_not_disturb_each_other(ours: list[Line], theirs: list[Line]) -> None:
    """What is told of one firm bears on another only where a weak source swaps the two."""
    ours = [(when, f, want) for when, f, want in ours if "blog" not in when and "media" not in when]
    other = [
        (when, " + ".join(f"{fact} firm=beta" for fact in f.split(" + ")), want)
        for when, f, want in theirs
    ]
    alone = MemoryLedger()
    beside = MemoryLedger()
    # Equal newest times, so that neither lot makes the other late.
    for ledger in (alone, beside):
        ledger.apply([], item("03-28 23:00 wire", ""))
    judged(other, beside)
    assert verdicts(judged(ours, alone)) == verdicts(judged(ours, beside))


def test_times_and_dates_may_be_missing() -> None:
    about = replace(item("03-01 official", ""), published_at=None)
    reading = Reading(matches("granted to=US act=03-01", about))
    ledger = MemoryLedger()
    events = events_from(about, reading, ledger, about.fetched_at)
    ledger.apply(events, about)
    again = events_from(about, reading, ledger, about.fetched_at)
    assert [e.verdict for e in (*events, *again)] == ["new", "repeat"]
    assert ledger.newest_published_at() is None


@pytest.mark.parametrize(
    "memory",
    [
        {},
        {"rows": "none", "acts": 7, "counts": [1], "witnesses": [3], "statements": {"a": 1}},
        {"rows": [{"status": "granted"}, {"status": "sold"}, 5], "acts": ["long ago", None]},
        {"rows": [{"status": "granted", "place": "US", "on": "?", "tier": "?", "told": "?"}]},
        {"news_on": "soon", "withdrawn": {"US": "nobody"}, "hearsay": {"product x": "y"}},
    ],
)
def test_a_strange_memory_is_no_reason_to_fall(memory: dict[str, Any]) -> None:
    """An older version's page, or a damaged one: what cannot be read counts as unknown."""
    story = Story("0123456789ab", "alpha", "grant", revision=1, memory=memory)
    ledger = MemoryLedger()
    first = judged([("03-01 official", "granted to=US", "")], ledger)[0][0]
    ledger.apply([replace(first, story=story, id=story.id)])
    for fact in ("granted to=US act=03-04", "suspended", "denied to=JP", "not_received", "renewed"):
        assert judged([("03-05 official", fact, "")], ledger)[0][0].reasons


def test_a_page_stays_small_however_much_is_told() -> None:
    ledger = MemoryLedger()
    for n in range(160):
        day = f"{n // 28 % 12 + 1:02}-{n % 28 + 1:02}"
        told = f"granted to=C{n:03},E{n:03} of=p{n % 90} for=Buyer{n} extent={n}_licences"
        judged([(f"{day} wire source{n}", told + f" by=sources + pending to=D{n}", "")], ledger)
    size = max(len(json.dumps(dict(s.memory))) for s in ledger.stories("alpha"))
    assert size < 60_000


# --- the ledger in memory -----------------------------------------------------------------------


class Stored:
    """A kept ledger, as a store gives it: without a look across issuers."""

    def __init__(self, story: Story, newest: datetime) -> None:
        self._story, self._newest = story, newest

    def stories(self, issuer_id: str) -> list[Story]:
        return [self._story] if issuer_id == self._story.issuer_id else []

    def newest_published_at(self) -> datetime | None:
        return self._newest


def test_the_unwritten_layer_lies_over_the_stored_ledger() -> None:
    about = item("03-01 official", "")
    first = events_from(about, Reading(matches("granted to=US", about)), MemoryLedger(), NOW)[0]
    base: Ledger = Stored(first.story, about.fetched_at)
    assert not isinstance(base, Recent)
    ledger = MemoryLedger(base=base)
    assert ledger.newest_published_at() == about.published_at
    told = judged([("03-02 media", "granted to=US,JP", ""), ("03-03 wire", "granted", "")], ledger)
    assert [e.verdict for events in told for e in events] == ["update", "repeat"]
    (story,) = ledger.stories("alpha")
    assert (story.id, story.revision) == (first.id, 2)
    assert [s.id for s in ledger.stories_since(NOW - timedelta(days=1))] == [first.id]
    assert ledger.stories("beta") == []


def test_a_date_in_the_future_does_not_make_the_rest_late() -> None:
    ledger = MemoryLedger()
    typo = replace(item("03-01 official", ""), published_at=datetime(2099, 1, 1, tzinfo=UTC))
    ledger.apply([], typo)
    assert judged([("03-02 official", "granted to=US", "")], ledger)[0][0].verdict == "new"


def test_items_without_events_count_as_read() -> None:
    ledger = MemoryLedger()
    ledger.apply([], item("03-20 official", "about something else"))
    late = judged([("03-02 official", "granted to=US", "")], ledger)[0][0]
    assert late.verdict == "background"
    assert "late arrival, published 18 days before" in late.reasons[0]


NOW = item("03-01 official", "").fetched_at


def test_the_story_tells_what_is_known() -> None:
    told = judged([
        ("03-01 wire", "granted to=US of=magnets by=sources", ""),
        ("03-02 official", "granted to=US,JP extent=most for=Bosch", ""),
        ("03-09 official", "suspended to=JP", ""),
    ])  # fmt: skip
    story = told[-1][0].story
    assert story.statuses == ("granted", "suspended")
    assert story.destinations == ("US", "JP")
    assert story.products == ("magnets",)
    assert story.customers == ("Bosch",)
    assert story.extent == "most"
    assert (story.certainty, story.best_tier) == ("confirmed", "official")
    assert (story.revision, story.last_evidence_on) == (3, "2027-03-09")
    assert story.first_seen_at == told[0][0].detected_at


def test_an_event_is_made_of_the_item_and_the_match() -> None:
    about: Item = item("03-01 official", "we hold a licence")
    (match,) = matches("granted to=US", about)
    (event,) = events_from(about, Reading((match,)), MemoryLedger(), NOW)
    assert (event.item, event.match, event.detected_at) == (about, match, NOW)
    assert event.held_because is None
