"""Quiet hours against the calendar: nights, weekends, and the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.config import Quiet
from monitor.route import quiet_until
from monitor.route.quiet import LONGEST, left_to_digest

SHANGHAI = "Asia/Shanghai"


def quiet(**keys: Any) -> Quiet:
    return Quiet.model_validate({k.rstrip("_"): v for k, v in keys.items()})


def at(text: str, zone: str = SHANGHAI, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


NIGHT = quiet(from_="22:00", to="07:00")
NOON = quiet(from_="12:00", to="13:00")
WEEKEND = quiet(days=["sat", "sun"])


@pytest.mark.parametrize(
    ("window", "now", "until"),
    [
        (NIGHT, "2026-03-02 21:59:59", None),
        (NIGHT, "2026-03-02 22:00", "2026-03-03 07:00"),
        (NIGHT, "2026-03-03 06:59:59", "2026-03-03 07:00"),
        (NIGHT, "2026-03-03 07:00", None),
        (NOON, "2026-03-02 12:30", "2026-03-02 13:00"),
        (NOON, "2026-03-02 23:30", None),
        (WEEKEND, "2026-03-06 23:59", None),  # a Friday
        (WEEKEND, "2026-03-07 00:00", "2026-03-09 00:00"),
        (WEEKEND, "2026-03-08 12:00", "2026-03-09 00:00"),
    ],
)
def test_until_when_it_is_quiet(window: Quiet, now: str, until: str | None) -> None:
    assert quiet_until([window], SHANGHAI, at(now)) == (until and at(until))


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    friday = quiet(from_="22:00", to="07:00", days=["fri"])
    assert quiet_until([friday], SHANGHAI, at("2026-03-07 05:00")) == at("2026-03-07 07:00")
    assert quiet_until([friday], SHANGHAI, at("2026-03-07 23:00")) is None


def test_windows_that_follow_each_other_are_one() -> None:
    both = [NIGHT, WEEKEND]
    assert quiet_until(both, SHANGHAI, at("2026-03-06 23:00")) == at("2026-03-09 07:00")


def test_each_window_may_have_its_own_zone() -> None:
    london = quiet(from_="22:00", to="07:00", timezone="Europe/London")
    assert quiet_until([london], SHANGHAI, at("2026-03-02 22:30")) is None
    assert quiet_until([london], SHANGHAI, at("2026-03-03 06:30")) == at("2026-03-03 15:00")


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-28", 8), ("2026-10-24", 10), ("2026-06-01", 9)],
)
def test_the_nights_on_which_clocks_change_are_shorter_or_longer(day: str, hours: int) -> None:
    night = quiet(from_="22:00", to="07:00", timezone="Europe/London")
    begin = at(f"{day} 22:00", "Europe/London")
    assert quiet_until([night], SHANGHAI, begin) == begin + timedelta(hours=hours)


def test_an_hour_that_comes_twice_is_quiet_twice_and_one_left_out_does_no_harm() -> None:
    autumn = quiet(from_="01:15", to="01:45", timezone="Europe/London")
    end = at("2026-10-25 01:45", "Europe/London", fold=1)
    assert quiet_until([autumn], SHANGHAI, at("2026-10-25 01:20", "Europe/London")) == end
    assert quiet_until([autumn], SHANGHAI, end - timedelta(minutes=5)) == end
    spring = quiet(from_="00:30", to="01:30", timezone="Europe/London")
    begin = at("2026-03-29 00:30", "Europe/London")
    until = quiet_until([spring], SHANGHAI, begin)
    assert until is not None
    assert timedelta(minutes=30) <= until - begin <= timedelta(hours=1)


def test_what_is_always_quiet_holds_nothing_for_ever() -> None:
    now = at("2026-03-02 12:00")
    until = quiet_until([quiet()], SHANGHAI, now)
    assert until is not None
    assert LONGEST <= until - now <= LONGEST + timedelta(days=1)


def test_only_windows_that_all_say_so_leave_it_to_the_digest() -> None:
    now = at("2026-03-07 23:00")
    gone = quiet(days=["sat"], then="digest")
    assert left_to_digest([gone, NOON], SHANGHAI, now)
    assert not left_to_digest([gone, NIGHT], SHANGHAI, now)
    assert not left_to_digest([gone], SHANGHAI, at("2026-03-06 12:00"))
