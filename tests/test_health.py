"""Whether silence is news or failure: visits in, states and words out. No network, no clock."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.clock import CHINA
from monitor.errors import Reason
from monitor.health import (
    ALL_DOWN,
    Diagnosis,
    History,
    Look,
    after_visit,
    diagnose,
    notices,
    shares_of,
    silence_s,
)
from monitor.model import Checkpoint, Item, Notice
from monitor.pace import MAINLAND, awake_s, is_open

NOW = datetime(2026, 3, 2, 3, 2, tzinfo=UTC)
"""A Monday, 11:02 in China."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WELL = {"rows": 1.0, "read": 1.0, "time": 1.0, "text": 1.0, "link": 1.0, "firm": 0.0}


class Visits:
    """One source, visited again and again; what ops are told of it goes into `said`."""

    def __init__(self, name: str = "ree") -> None:
        self.seen = Checkpoint(name)
        self.now = NOW
        self.open: dict[str, bool] = {}
        self.others = (0, 0, 0)
        self.said: list[Notice] = []

    def visit(
        self,
        *,
        after: timedelta = 10 * MINUTE,
        fresh: int = 0,
        shares: Mapping[str, float] | None = None,
        unchanged: bool = False,
        error: str | None = None,
        reason: Reason = "server",
        watched: timedelta | None = None,
    ) -> Diagnosis:
        before, self.now = self.seen, self.now + after
        known = before.last_success_at is not None
        watched_s = (after if watched is None else watched).total_seconds() if known else None
        seen = replace(before, last_visit_at=self.now, unchanged=unchanged)
        if fresh:
            seen = replace(seen, last_item_at=self.now)
        if error:
            seen = replace(seen, failures=before.failures + 1, error=error, reason=reason)
            look = Look(watched_s=watched_s)
        else:
            seen = replace(seen, failures=0, error=None, reason=None, last_success_at=self.now)
            look = Look(None if unchanged else shares or WELL, fresh, "Title · 2 Mar", watched_s)
        history = after_visit(History.of(before), seen, look, self.now).stored()
        self.seen = replace(seen, history=json.loads(json.dumps(history)))
        for notice in notices(self.seen, self, ("oncall",), self.now, CHINA):
            if self.open.get(notice.key, False) != notice.opens:
                self.open[notice.key] = notice.opens
                self.said += [notice] if notice.title else []
        return diagnose(self.seen, self.now, CHINA)

    def visits(self, script: str, **more: timedelta) -> list[str]:
        """States after each visit of the script: `.` good, `x` 503, `a` 403, `u` unchanged."""
        kinds = {
            ".": {}, "x": {"error": "answered 503"}, "u": {"unchanged": True},
            "a": {"error": "answered 403", "reason": "auth"},
        }  # fmt: skip
        return [self.visit(**kinds[c], **more).state for c in script]  # type: ignore[arg-type]

    @property
    def titles(self) -> list[str]:
        return [notice.title for notice in self.said]

    def open_troubles(self) -> list[str]:
        return [key for key, is_open in self.open.items() if is_open]

    def failing_since(self, at: datetime, *, but: str, active: datetime) -> tuple[int, int, int]:
        return self.others


@pytest.mark.parametrize(
    ("script", "states"),
    [
        ("..u", "ok ok unchanged"),
        (".x.", "ok degraded ok"),
        (".xx.", "ok degraded degraded ok"),
        (".xxxx", "ok degraded degraded down down"),
        # One good visit is not recovery.
        ("xxx.x.", "degraded degraded down degraded down degraded"),
        ("xxx..", "degraded degraded down degraded degraded"),
        # Good today, but three of the last ten failed.
        (".x.x.x.", "ok degraded ok degraded ok degraded degraded"),
        (".aa", "ok blocked blocked"),
        ("aaxxxx", "blocked blocked blocked blocked blocked blocked"),
        ("xxxxa", "degraded degraded down down blocked"),
    ],
)
def test_failures_and_recovery(script: str, states: str) -> None:
    assert Visits().visits(script) == states.split()


def test_ops_hear_once_that_it_is_down_and_once_that_it_is_well() -> None:
    source = Visits()
    source.visits(".xxxxxx" + "." * 12)
    assert source.titles == ["OPS · source ree is down", "OPS · source ree is well again"]
    down, back = source.said
    assert down.body.startswith("3 visits failed since 11:22, last: answered 503.")
    assert (down.opens, back.opens, down.to) == (True, False, ("oncall",))
    assert diagnose(source.seen, source.now, CHINA).state == "ok"


def test_the_sentence_names_the_day_when_it_was_another() -> None:
    source = Visits()
    source.visits("xxx", after=10 * HOUR)
    assert diagnose(source.seen, source.now, CHINA).words == (
        "3 visits failed since 2 Mar 21:02, last: answered 503"
    )


def test_relapses_make_recovery_slower_until_a_day_has_passed() -> None:
    source = Visits()
    source.visits(("xxx.." * 4) + "....")
    # Without patience this would be four troubles; two good visits ended the first only.
    assert source.titles == [
        "OPS · source ree is down", "OPS · source ree is well again",
        "OPS · source ree is down", "OPS · source ree is well again",
    ]  # fmt: skip
    source.visits("." * 20, after=2 * HOUR)
    source.said.clear()
    source.visits("xxx..")
    assert len(source.said) == 2, "a day later it counts as the first time again"


def test_one_captcha_is_shown_but_not_told() -> None:
    source = Visits()
    source.visits(".a..")
    assert source.said == []
    assert source.visits("aa") == ["blocked", "blocked"]
    assert source.titles == ["OPS · source ree is blocked"]
    words = diagnose(source.seen, source.now, CHINA).words
    assert words == "turned away since 11:52: answered 403"


# --- silence -------------------------------------------------------------------------------------


def a_source_with_news(every: timedelta, times: int, *, busy_days: int = 5) -> Visits:
    """News each `every` through the days; the rest of the day quiet but watched."""
    source = Visits()
    source.visit(fresh=30)
    for _ in range(busy_days):
        for _ in range(times):
            source.visit(after=every, fresh=1)
        for _ in range(4):
            source.visit(after=(DAY - every * times) / 4)
    return source


def test_a_source_is_silent_by_its_own_rhythm() -> None:
    source = a_source_with_news(HOUR, 12)
    limit = silence_s(History.of(source.seen))
    assert limit is not None
    assert 12 * 3600 < limit < 2 * 86400, "nights are part of the rhythm"
    states = [source.visit(after=3 * HOUR).state for _ in range(16)]
    assert states[0] == "ok"
    assert states[-1] == "silent"
    assert source.titles == ["OPS · source ree is silent"]
    assert "usually one every 60 min" in source.said[0].body
    assert source.visit(fresh=1).state == "ok"
    assert source.titles[1:] == ["OPS · source ree is well again"]


def test_a_rare_source_is_given_time() -> None:
    source = Visits()
    source.visit(fresh=3)
    for _ in range(10):
        for _ in range(23):
            source.visit(after=HOUR)
        source.visit(after=HOUR, fresh=1)
    states = {source.visit(after=HOUR).state for _ in range(100)}
    assert states == {"ok"}, "one a day: four quiet days are likely"
    assert [source.visit(after=12 * HOUR).state for _ in range(4)][-1] == "silent"


@pytest.mark.parametrize("arrivals", [0, 7])
def test_an_unknown_rhythm_is_never_silent(arrivals: int) -> None:
    source = Visits()
    source.visit(fresh=5)
    for _ in range(arrivals):
        source.visit(after=MINUTE, fresh=1)
    assert {source.visit(after=HOUR).state for _ in range(500)} == {"ok"}


def test_a_busy_first_afternoon_says_nothing_of_the_night() -> None:
    source = Visits()
    source.visit(fresh=5)
    for _ in range(60):
        source.visit(after=2 * MINUTE, fresh=2)
    assert {source.visit(after=HOUR).state for _ in range(13)} == {"ok"}


def test_the_time_in_which_nobody_looked_is_no_silence() -> None:
    source = a_source_with_news(HOUR, 12)
    assert {source.visit(after=DAY, watched=timedelta()).state for _ in range(6)} == {"ok"}
    assert source.visits("xxx" * 20, after=HOUR)[-1] == "down"
    assert History.of(source.seen).quiet_s < 86400


def test_a_rhythm_that_slows_down_is_learned() -> None:
    source = a_source_with_news(HOUR, 12)
    for _ in range(12):
        for _ in range(8):
            source.visit(after=12 * HOUR)
        source.visit(after=MINUTE, fresh=1)
    source.said.clear()
    for _ in range(8):
        source.visit(after=12 * HOUR)
    assert source.said == [], "every four days is what it does now"


# --- drift ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("time", "without publication times"),
        ("text", "without texts"),
        ("link", "without links"),
        ("read", "without rows that can be read"),
        ("rows", "without rows"),
    ],
)
def test_what_was_always_there_and_is_gone_twice_is_drift(part: str, words: str) -> None:
    source, odd = Visits(), {**WELL, part: 0.0}
    for _ in range(5):
        source.visit()
    assert source.visit(shares=odd).state == "ok", "once may be chance"
    found = source.visit(shares=odd)
    assert found == Diagnosis("drifted", f"answers since 12:12 {words}")
    assert source.titles == ["OPS · source ree is drifted"]
    assert source.said[0].body.endswith(
        "\nbefore: Title · 2 Mar\nnow: Title · 2 Mar"
        "\nmonitor status ree --bodies DIR writes both pages to files."
    )
    assert source.visit().state == "drifted", "once may be chance"
    assert source.visit().state == "ok"
    assert source.titles[1:] == ["OPS · source ree is well again"]


def test_a_page_that_stays_empty_unchanged_is_drift_too() -> None:
    source = Visits()
    source.visits(".uu")
    source.visit(shares={"rows": 0.0})
    assert source.visits("u") == ["drifted"]


@pytest.mark.parametrize(
    "usual",
    [{**WELL, "time": 0.5}, {**WELL, "time": 0.0}, {"rows": 0.0}],
    ids=["sometimes", "never", "empty"],
)
def test_what_was_not_always_there_is_not_missed(usual: Mapping[str, float]) -> None:
    source = Visits()
    for _ in range(6):
        source.visit(shares=usual)
    odd = {**usual, "time": 0.0} if usual["rows"] else usual
    assert [source.visit(shares=odd).state for _ in range(4)] == ["ok"] * 4


def test_a_list_that_is_empty_now_and_then_may_be_empty() -> None:
    source = Visits()
    for n in range(40):
        source.visit(shares={"rows": 0.0} if n % 6 == 5 else WELL)
    assert [source.visit(shares={"rows": 0.0}).state for _ in range(5)] == ["ok"] * 5


def test_after_two_weeks_the_new_form_is_the_usual_one() -> None:
    source, odd = Visits(), {**WELL, "time": 0.0}
    for _ in range(5):
        source.visit()
    states = [source.visit(after=6 * HOUR, shares=odd).state for _ in range(64)]
    assert states[-1] == "ok"
    assert states.count("drifted") == pytest.approx(14 * 4, abs=6)
    assert len(source.said) == 2


def test_an_outage_keeps_the_drift_in_mind() -> None:
    source, odd = Visits(), {**WELL, "text": 0.0}
    for shares in (WELL, WELL, WELL, odd, odd):
        source.visit(shares=shares)
    source.visits("xxxx")
    for _ in range(3):
        source.visit(shares=odd)
    assert source.titles == [
        "OPS · source ree is drifted", "OPS · source ree is down", "OPS · source ree is drifted"
    ]  # fmt: skip


def test_the_shares_of_a_visit() -> None:
    rows = [
        Item("s", "1", "https://e.example/1", "t", "text", NOW, published_at=NOW),
        Item("s", "2", "", "t", "", NOW, issuer_id="jl-mag"),
    ]
    assert shares_of(rows, 2) == {
        "rows": 1.0, "read": 0.5, "time": 0.5, "text": 0.5, "link": 0.5, "firm": 0.5
    }  # fmt: skip
    assert shares_of([], 3) == {"rows": 0.0, "read": 0.0}
    assert shares_of([], 0) == {"rows": 0.0}


# --- everybody at once --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("others", "title"),
    [
        ((30, 30, 34), "OPS · no source answers"),
        ((30, 28, 34), "OPS · no source answers"),
        ((30, 20, 34), "OPS · source ree is down"),
        ((2, 2, 34), "OPS · source ree is down"),  # too few to speak of all
        ((1, 1, 1), "OPS · no source answers"),  # there is but one other
        ((0, 0, 0), "OPS · source ree is down"),
    ],
)
def test_one_notice_stands_for_all(others: Sequence[int], title: str) -> None:
    source = Visits()
    source.others = (others[0], others[1], others[2])
    source.visits(".xxxx")
    assert source.titles == [title]


def test_those_that_stay_down_are_told_once_somebody_answers() -> None:
    source = Visits()
    source.others = (30, 30, 30)
    source.visits(".xxx")
    assert source.said[0].body.startswith("31 of the 31 sources visited since 11:22 failed")
    source.open[ALL_DOWN] = False  # another source answered
    source.others = (30, 4, 30)
    source.visits("x")
    assert source.titles == ["OPS · no source answers", "OPS · source ree is down"]


def test_the_first_that_answers_ends_the_outage() -> None:
    source = Visits()
    source.others = (30, 30, 30)
    source.visits(".xxx..")
    assert source.titles == ["OPS · no source answers", "OPS · sources answer again"]


# --- what is kept ---------------------------------------------------------------------------------


def test_the_history_stays_small_and_survives_other_versions() -> None:
    source = Visits()
    for n in range(1500):
        source.visit(after=17 * MINUTE, fresh=n % 3, error="answered 503" if n % 7 == 0 else None)
    text = json.dumps(source.seen.history)
    assert len(text) < 3000
    past = History.of(source.seen)
    assert len(past.days) == 14
    visits = [day[0] for day in past.days.values()]
    assert max(visits) == pytest.approx(86400 / 1020, abs=1)
    later = replace(source.seen, history={**source.seen.history, "unheard_of": 1})
    assert History.of(later) == past


# --- months of ordinary life ----------------------------------------------------------------------


def exchange_an_hour(local: datetime) -> float:
    """Answers an hour at an exchange's Q&A: a trickle at night and on weekends."""
    return 0.5 if local.weekday() > 4 or not 8 <= local.hour < 22 else 12.0


def press_an_hour(local: datetime) -> float:
    """Articles an hour of a trade paper overseas."""
    return 0.03 if local.weekday() > 4 else 0.8 if local.hour >= 14 else 0.1


@pytest.mark.parametrize(
    ("an_hour", "every", "off_hours", "noticed_within"),
    [
        (exchange_an_hour, 10 * MINUTE, HOUR, 4 * HOUR),
        (press_an_hour, 30 * MINUTE, None, 5 * DAY),
    ],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_weeks_without_a_false_alarm_and_the_end_is_noticed(
    an_hour: Callable[[datetime], float],
    every: timedelta,
    off_hours: timedelta | None,
    noticed_within: timedelta,
    seed: int,
) -> None:
    rng, past, seen, now = random.Random(seed), History(), Checkpoint("s"), NOW
    end = NOW + 45 * DAY  # a Thursday, 11:02 in China
    silent_at: list[datetime] = []
    while now < end + noticed_within:
        pause = every if off_hours is None or is_open(now) else off_hours
        likely = an_hour(now.astimezone(CHINA)) * (pause / HOUR)
        fresh = int(now < end and rng.random() < 1 - math.exp(-likely))
        watched_s = None
        if seen.last_success_at is not None:
            watched_s = awake_s(seen.last_success_at, now, None if off_hours is None else MAINLAND)
        seen = replace(seen, last_success_at=now)
        past = after_visit(past, seen, Look(WELL if fresh else None, fresh, "", watched_s), now)
        silent_at += [now] if past.trouble else []
        now += pause
    assert silent_at, f"after {silence_s(past)} s"
    assert silent_at[0] > end
