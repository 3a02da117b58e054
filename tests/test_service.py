"""When sources are visited: spread at start, slower while they fail, never given up."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from monitor.config import Source
from monitor.errors import FetchError, ParseError
from monitor.model import Checkpoint
from monitor.poll import SLOWEST_S, next_delay_s
from monitor.service import SPREAD_S, first_delay_s

NOW = datetime(2025, 6, 11, 3, 0, tzinfo=UTC)


def source(number: int = 1, every_s: float = 90) -> Source:
    return Source(id=f"feed-{number}", adapter="feed", url="https://e.example/", every_s=every_s)


def test_a_good_source_keeps_its_interval_within_a_tenth() -> None:
    rng = random.Random(1)
    delays = [next_delay_s(90, Checkpoint("s"), None, rng) for _ in range(200)]
    assert min(delays) >= 81
    assert max(delays) <= 99
    assert max(delays) - min(delays) > 9, "there is jitter"


@pytest.mark.parametrize(("failures", "expected"), [(0, 180), (1, 360), (2, 720), (30, SLOWEST_S)])
def test_a_failing_source_is_left_alone_twice_as_long_each_time(
    failures: int, expected: float
) -> None:
    before = Checkpoint("s", failures=failures)
    delay = next_delay_s(90, before, ParseError("JSON", "HTML"), random.Random(1))
    assert delay == pytest.approx(expected, rel=0.101)
    assert delay <= SLOWEST_S


def test_retry_after_is_obeyed_up_to_a_day() -> None:
    for asked, at_least in ((3600.0, 3600.0), (10.0 * 86400, SLOWEST_S)):
        failure = FetchError("answered 429", retry_after_s=asked)
        delay = next_delay_s(90, Checkpoint("s"), failure, random.Random(1))
        assert at_least <= delay <= SLOWEST_S


def test_first_visits_are_spread_but_soon() -> None:
    delays = [first_delay_s(source(n), None, 40, NOW) for n in range(40)]
    assert max(delays) <= 40 * SPREAD_S
    assert len({round(d, 3) for d in delays}) > 35
    assert first_delay_s(source(), None, 1, NOW) <= SPREAD_S


def test_a_restart_goes_on_where_the_last_run_stopped() -> None:
    due = Checkpoint("feed-1", next_due_at=NOW + timedelta(seconds=60))
    assert first_delay_s(source(), due, 1, NOW) == pytest.approx(60)
    overdue = Checkpoint("feed-1", next_due_at=NOW - timedelta(hours=5))
    assert first_delay_s(source(), overdue, 1, NOW) <= SPREAD_S


def test_a_far_due_time_is_believed_only_of_a_failing_source() -> None:
    far = NOW + timedelta(days=3)
    assert first_delay_s(source(), Checkpoint("feed-1", next_due_at=far), 1, NOW) == 90
    failing = Checkpoint("feed-1", next_due_at=far, failures=4)
    assert first_delay_s(source(), failing, 1, NOW) == SLOWEST_S
