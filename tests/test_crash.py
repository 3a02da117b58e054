"""A sample of the crash sweep: killed at forty points of a poll, nothing lost, nothing doubled.

All points: `make bench-crash`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.crash import Score, build_shim, compiler, points_of, sweep, told
from monitor.standins.desk import Call, Desk

NOW = datetime(2026, 3, 2, 3, 2, tzinfo=UTC)


def call(event: str, delivery: str, mark: str = "") -> Call:
    body = f"words\nevent {event} · delivery {delivery}{mark}"
    return Call(NOW, "/hook", {"title": "x", "message": body}, "", {})


def test_a_desk_that_knows_ids_counts_losses_twins_and_copies() -> None:
    desk = Desk()
    desk.received += [
        call("a", "1"),
        call("b", "2"),
        call("a", "1", " · may be a repeat"),
        call("b", "2"),
        call("b", "3"),
    ]
    there = told(desk.accepted)
    assert there.alerts == {"a": {"1"}, "b": {"2", "3"}}
    assert (there.copies, there.unmarked) == (2, 1)
    score = Score()
    score.judge([desk], 3, "here")
    assert (score.lost, score.doubled, score.unmarked) == (1, 1, 1)
    assert score.where == ["here"]
    assert not score.good


def test_a_sample_covers_the_whole_run_evenly() -> None:
    assert points_of(3, None, 1) == [(n, after) for n in (1, 2, 3) for after in (False, True)]
    some = points_of(300, 40, 1)
    assert len(set(some)) == 40
    assert some[0][0] <= 15
    assert some[-1][0] >= 285
    assert {after for _, after in some} == {False, True}


@pytest.mark.skipif(compiler() is None, reason="the crash shim needs Linux and a C compiler")
async def test_killed_anywhere_nothing_is_lost_and_nothing_told_twice(tmp_path: Path) -> None:
    score = await sweep(build_shim(tmp_path), tmp_path, points=40)
    assert score.good, score
    assert score.points == 40
    assert score.killed >= 38, "the count of calls varies a little from run to run"
    assert score.calls > 150, "the shim sees the store and the network"
    assert score.copies > 0, "some kills fall between the desk's yes and our note of it"
