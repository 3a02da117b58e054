"""Filtered lists say the same as a look at every event, and find it on a short way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import get_args

import pytest

from monitor.model import Event, Reading, Status, Verdict
from monitor.stores import open_store
from monitor.stores.narrow import NEWS, NEWS_SQL
from monitor.stores.reader import Reader, Session
from monitor.stores.wanted import EventFilter, query_of
from tests.alerts import NOW, event, item, match

EVENTS = 400
SENTENCES = ("公司已取得出口许可证", "公司尚未取得许可", "the firm obtained export licences")
FIRMS = ("jl-mag", "innuovo", "ningbo-yunsheng", None)
PLACES = ("US", "EU", "JP", "SEA")
GOODS = ("magnets", "gallium")


def made(n: int, rng: random.Random) -> Event:
    """The n-th event: an hour after the one before; now and then the clock jumps a week."""
    at = NOW + timedelta(hours=n) + timedelta(days=rng.choice((0,) * 30 + (7, -7)))
    quote = rng.choice(SENTENCES)
    found = match(
        status=rng.choice(get_args(Status)),
        issuer_id=rng.choice(FIRMS),
        quote=quote,
        start=0,
        destinations=tuple(rng.sample(PLACES, rng.randint(0, 3))),
        products=tuple(rng.sample(GOODS, rng.randint(0, 2))),
        certainty=rng.choice(("confirmed", "reported")),
        event_date=rng.choice(("2026-02", "2026-02-11", None)),
        date_kind=rng.choice(("event", "publication")),
    )
    verdict: Verdict = rng.choice(("repeat",) * 5 + get_args(Verdict))
    about = item(f"n-{n}", text=quote, title=f"公告 {n}", fetched_at=at)
    return event(story=f"{n // 3:012x}", verdict=verdict, about=about, found=found)


@dataclass(frozen=True)
class Kept:
    """Events as they were recorded, by their number, and a reader of the database."""

    events: dict[int, Event]
    session: Session


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    path, rng = tmp_path_factory.mktemp("lists") / "m.db", random.Random(4)
    events = [made(n, rng) for n in range(EVENTS)]
    store = open_store(str(path))
    store.record(None, [e.item for e in events], [Reading()] * EVENTS, events, [])
    store.close()
    reader = Reader(str(path))
    with reader.session(limit_s=60) as session:
        yield Kept(dict(enumerate(events, 1)), session)
    reader.close()


def fits(event: Event, wanted: EventFilter) -> bool:
    found = event.match
    return (
        (not wanted.issuers or found.issuer_id in wanted.issuers)
        and (not wanted.statuses or found.status in wanted.statuses)
        and (not wanted.verdicts or event.verdict in wanted.verdicts)
        and (not wanted.certainties or found.certainty in wanted.certainties)
        and (not wanted.destinations or bool({*wanted.destinations} & {*found.destinations}))
        and (not wanted.products or bool({*wanted.products} & {*found.products}))
        and (wanted.since is None or event.detected_at >= wanted.since)
        and (wanted.until is None or event.detected_at < wanted.until)
        and wanted.words in found.quote
    )


def some_filter(rng: random.Random) -> EventFilter:
    def some(*values: str) -> tuple[str, ...]:
        return tuple(rng.sample(values, rng.choice((0, 0, 1, 1, 2))))

    def day() -> datetime | None:
        return rng.choice((None, None, NOW + timedelta(days=rng.randint(-12, 20), hours=7)))

    return EventFilter(
        issuers=some("jl-mag", "innuovo", "nobody"),
        statuses=some("granted", "suspended", "renewed"),
        verdicts=rng.choice(((), NEWS, NEWS, ("new", "update"), ("repeat",))),
        certainties=some("confirmed", "reported"),
        destinations=some("US", "JP", "DE"),
        products=some("magnets", "gallium"),
        since=day(),
        until=day(),
        words=rng.choice(("", "", "许可", "取得出口许可证", "licences")),
    )


@pytest.mark.parametrize("seed", range(300))
def test_every_filter_gives_what_a_look_at_all_gives(kept: Kept, seed: int) -> None:
    rng = random.Random(seed)
    wanted = some_filter(rng)
    right = [n for n in sorted(kept.events, reverse=True) if fits(kept.events[n], wanted)]
    assert kept.session.event_count(wanted) == len(right)
    seen: list[int] = []
    before = None
    while True:
        count_to = rng.choice((0, 7, 30, 1000))
        page = kept.session.event_list(wanted, before=before, limit=20, count_to=count_to)
        seen += [numbered.seq for numbered in page.rows]
        assert page.count == (min(len(right), count_to) if count_to else None)
        assert all(numbered.event == kept.events[numbered.seq] for numbered in page.rows)
        if page.next is None:
            break
        before = int(page.next)
    assert seen == right
    assert kept.session.left_out_by(wanted) == {
        name: more
        for name in wanted.active()
        if (more := sum(fits(e, wanted.without(name)) for e in kept.events.values()) - len(right))
    }


def test_marks_of_an_issuer_hold_the_day_of_the_act(kept: Kept) -> None:
    drawn = kept.session.ticks("innuovo", news=1000, repeats=5)
    mine = [e for _, e in sorted(kept.events.items()) if e.match.issuer_id == "innuovo"]
    taught = [e for e in mine if e.verdict != "repeat"]
    marks = [t for t in drawn.marks if t.verdict != "repeat"]
    assert [(t.story_id, t.status, t.destinations, t.at, t.act_on) for t in marks] == [
        (
            e.id, e.match.status, e.match.destinations, e.item.published_at,
            e.match.event_date if e.match.date_kind == "event" else None,
        )
        for e in taught
    ]  # fmt: skip
    assert len(drawn.marks) == len(taught) + 5
    assert sum(drawn.repeats.values()) == len(mine) - len(taught)


@pytest.mark.parametrize(
    ("wanted", "way"),
    [
        (
            EventFilter(verdicts=NEWS, statuses=("denied",)),
            "SCAN f USING COVERING INDEX event_news",
        ),
        (
            EventFilter(verdicts=("new",), issuers=("jl-mag",), products=("gallium",)),
            "SCAN f USING COVERING INDEX event_news",
        ),
        (
            EventFilter(issuers=("jl-mag",), verdicts=("repeat", "new")),
            "SEARCH e USING COVERING INDEX events_issuer (issuer_id=?)",
        ),
        (EventFilter(statuses=("denied",)), "SCAN f"),
    ],
)
def test_the_way_to_what_fits_is_narrow_and_sorted(
    kept: Kept, wanted: EventFilter, way: str
) -> None:
    query = query_of(wanted)
    plan = kept.session._db.execute(f"EXPLAIN QUERY PLAN {query.sql()}", (*query.values, 51))
    steps = [step for *_, step in plan]
    assert steps[0] == way
    assert not [step for step in steps if "TEMP B-TREE" in step]
    between = query.also("{seq} BETWEEN ? AND ?", 1, 9)
    plan = kept.session._db.execute(f"EXPLAIN QUERY PLAN {between.sql()}", (*between.values, 51))
    assert next(step for *_, step in plan).startswith("SEARCH")


def test_days_lie_between_numbers_however_the_clock_jumped(kept: Kept) -> None:
    first = min(e.detected_at for e in kept.events.values())
    for days in range(40):
        since = first + timedelta(days=days)
        until = since + timedelta(days=1)
        low, high = kept.session._between(since, until)
        mine = [n for n, e in kept.events.items() if since <= e.detected_at < until]
        assert all(low <= n <= high for n in mine)
        assert high - low < EVENTS or days > 10
    assert kept.session._between(first + timedelta(days=900), None) == (0, -1)


def test_few_and_many_candidates_for_a_word(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few candidates among themselves, many by the word first: the same answer."""
    for words in ("许可", "取得出口许可证", "licence"):
        wanted = EventFilter(words=words, destinations=("JP",))
        few = kept.session._seqs(wanted, None, 1000)
        assert len(few) > 20
        monkeypatch.setattr("monitor.stores.lists.FEW", 1)
        assert kept.session._seqs(wanted, None, 1000) == few
        assert kept.session._seqs(wanted, few[3], 2) == few[4:6]
        monkeypatch.undo()
        assert kept.session._seqs(wanted, few[3], 2) == few[4:6]


def test_the_index_of_news_holds_the_verdicts_of_news() -> None:
    """The migration's text is fixed; more verdicts of news take another index."""
    assert tuple(word.strip("' ") for word in NEWS_SQL.strip("()").split(",")) == NEWS


def test_a_filter_without_a_field_is_the_same_filter(kept: Kept) -> None:
    wanted = EventFilter(issuers=("jl-mag",), since=NOW, words="许可")
    assert wanted.without("since") == replace(wanted, since=None)
    assert wanted.active() == ["issuers", "since", "words"]
