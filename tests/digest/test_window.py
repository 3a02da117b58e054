"""When a digest is due: once per local date, in every zone, on days of 23 and 25 hours too."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.digest.window import due_at, newest_due

YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(400)]


@pytest.mark.parametrize("clock", ["00:00", "01:30", "02:30", "18:00", "23:59"])
@pytest.mark.parametrize(
    "name", ["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "UTC"]
)
def test_every_date_has_one_moment_after_that_of_the_day_before(name: str, clock: str) -> None:
    zone = ZoneInfo(name)
    moments = [due_at(day, clock, zone) for day in YEAR]
    gaps = {(b - a).total_seconds() / 3600 for a, b in itertools.pairwise(moments)}
    assert gaps <= {22.5, 23.0, 23.5, 24.0, 24.5, 25.0, 25.5}
    for day, moment in zip(YEAR, moments, strict=True):
        assert newest_due(moment, clock, zone) == day
        assert newest_due(moment - timedelta(seconds=1), clock, zone) == day - timedelta(days=1)
        assert moment.astimezone(zone).date() == day


def test_an_hour_left_out_and_an_hour_that_comes_twice() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring = due_at(date(2026, 3, 29), "02:30", berlin)
    assert spring == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert f"{spring.astimezone(berlin):%H:%M}" == "03:30"
    autumn = due_at(date(2026, 10, 25), "02:30", berlin)
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "the first of the two"
    assert newest_due(autumn + timedelta(hours=1), "02:30", berlin) == date(2026, 10, 25)
