"""How often a source is asked: hours, holidays, a feed's own wishes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.adapters import ADAPTERS
from monitor.config import Source, load_config
from monitor.pace import (
    HONG_KONG,
    MAINLAND,
    awake_s,
    is_open,
    is_trading_day,
    opens_in_s,
    pause_s,
    wish_told,
)

HOUR = 3600.0


def china(text: str) -> datetime:
    """`2026-03-02 11:00` in China, as UTC."""
    return (datetime.fromisoformat(text) - timedelta(hours=8)).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "trading"),
    [
        ("2026-03-02", True),
        ("2026-03-07", False),  # a Saturday
        ("2026-02-14", False),  # a working Saturday before the feast: no trading
        ("2026-02-16", False),
        ("2026-02-24", True),
        ("2026-10-07", False),
        ("2025-10-08", False),
        ("2027-01-01", False),
        ("2027-02-05", False),  # the eve of the spring feast
        ("2027-02-09", True),  # as long as nobody announced more
        ("2027-06-09", False),
    ],
)
def test_trading_days(day: str, trading: bool) -> None:
    assert is_trading_day(date.fromisoformat(day)) is trading


@pytest.mark.parametrize(
    ("day", "trading"),
    [
        ("2026-02-20", True),  # the mainland still rests
        ("2026-04-07", False),  # three holidays in a row: one moved
        ("2026-07-01", False),
        ("2026-10-02", True),
        ("2027-02-09", False),  # the second day of the new year is a Sunday
        ("2027-10-08", False),
    ],
)
def test_hong_kong_has_days_of_its_own(day: str, trading: bool) -> None:
    assert is_trading_day(date.fromisoformat(day), HONG_KONG) is trading
    noon = china(f"{day} 12:00")
    source = Source(id="s", adapter="hkex", every_s=300, every_off_hours_s=1800)
    assert pause_s(source, {}, noon) == (300 if trading else 1800)


@pytest.mark.parametrize(
    ("at", "opened", "hours_to_opening"),
    [
        ("2026-03-02 07:59", False, 1 / 60),
        ("2026-03-02 08:00", True, 24.0),
        ("2026-03-02 21:59", True, 10 + 1 / 60),
        ("2026-03-02 22:00", False, 10.0),
        ("2026-03-06 23:00", False, 57.0),  # Friday night to Monday
        ("2026-02-13 22:00", False, 24 * 10 + 10.0),  # the spring feast
    ],
)
def test_hours(at: str, opened: bool, hours_to_opening: float) -> None:
    assert is_open(china(at)) is opened
    assert opens_in_s(china(at)) == pytest.approx(hours_to_opening * HOUR)


@pytest.mark.parametrize(
    ("start", "end", "exchange", "press"),
    [
        ("2026-03-02 10:00", "2026-03-02 11:30", 1.5, 1.5),
        ("2026-03-02 21:00", "2026-03-03 09:00", 2.0, 12.0),
        ("2026-03-06 20:00", "2026-03-09 09:00", 3.0, 13.0),  # over a weekend
        ("2026-03-07 10:00", "2026-03-07 12:00", 0.0, 0.0),
        ("2026-02-16 10:00", "2026-02-16 12:00", 0.0, 2.0),  # the press has no feast
        ("2026-03-02 10:00", "2026-03-02 09:00", 0.0, 0.0),  # the clock was set back
    ],
)
def test_the_time_in_which_news_could_be_expected(
    start: str, end: str, exchange: float, press: float
) -> None:
    assert awake_s(china(start), china(end), MAINLAND) == pytest.approx(exchange * HOUR)
    assert awake_s(china(start), china(end), None) == pytest.approx(press * HOUR)


@pytest.mark.parametrize(
    ("at", "off_hours_s", "pause"),
    [
        ("2026-03-02 11:00", 900.0, 90.0),
        ("2026-03-02 23:00", 900.0, 900.0),
        ("2026-03-07 11:00", 900.0, 900.0),
        ("2026-03-02 23:00", None, 90.0),
        ("2026-03-02 23:00", 60.0, 90.0),  # nonsense: slower by day than by night
        ("2026-03-02 07:55", 900.0, 300.0),  # never past the opening
        ("2026-03-02 07:59", 900.0, 90.0),
    ],
)
def test_nights_are_slower_and_end_in_time(
    at: str, off_hours_s: float | None, pause: float
) -> None:
    source = Source(id="s", adapter="szse_irm", every_s=90, every_off_hours_s=off_hours_s)
    assert pause_s(source, {}, china(at)) == pause


@pytest.mark.parametrize(
    ("wishes", "pause"),
    [
        ({}, 600.0),
        ({"ttl_s": "1800"}, 1800.0),
        ({"ttl_s": "60"}, 600.0),
        ({"ttl_s": "86400"}, 3600.0),
        ({"ttl_s": "9" * 500}, 3600.0),
        ({"ttl_s": "soon"}, 600.0),
        ({"ttl_s": ""}, 600.0),
        ({"max_age_s": "1200"}, 1200.0),
        ({"max_age_s": "1200", "ttl_s": "1800"}, 1800.0),
        ({"max_age_s": "31536000"}, 3600.0),
        ({"skip_hours": "2,3"}, 3600.0),
        ({"skip_hours": "13"}, 600.0),
        ({"skip_days": "sunday,monday"}, 3600.0),
        ({"skip_days": "tuesday"}, 600.0),
    ],
)
def test_a_feeds_wishes_count_where_the_operator_said_nothing(
    wishes: dict[str, str], pause: float
) -> None:
    now = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # Monday, 3 o'clock GMT
    assert pause_s(Source(id="s", adapter="feed"), wishes, now) == pause
    assert pause_s(Source(id="s", adapter="feed", every_s=300), wishes, now) == 300


@pytest.mark.parametrize(
    ("keys", "every_s", "off_hours_s"),
    [
        ("adapter: szse_irm, every: 90s", 90, 540),
        ("adapter: szse_irm, every: 1h", 3600, 7200),  # no factor makes it rarer than two hours
        ("adapter: szse_irm, every: 6h", 6 * 3600, 6 * 3600),
        ("adapter: szse_irm", 600, 3600),
        ("adapter: szse_irm, every: 90s, every_off_hours: 90s", 90, 90),
        ("adapter: szse_irm, every: 90s, base_url: 'http://127.0.0.1:8000'", 90, None),
        ("adapter: szse_irm, every: 90s, every_off_hours: 1d", 90, 86400),
        ('adapter: feed, url: "https://a.example/", every: 15m', 900, None),
        ('adapter: feed, url: "https://a.example/", every_off_hours: 2h', 600, 7200),
    ],
)
def test_the_pace_of_an_entry(
    tmp_path: Path, keys: str, every_s: float, off_hours_s: float | None
) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text(f"sources:\n  - {{id: s, {keys}}}\n", encoding="utf-8")
    [source] = load_config(file, adapters=ADAPTERS, channels={"console": object}).sources
    assert (source.every_s, source.every_off_hours_s) == (every_s, off_hours_s)


@pytest.mark.parametrize(
    ("every", "wishes", "told"),
    [
        ({"every_s": 300.0}, {"ttl_s": "3600"},
         "its ttl asks for 60 min between visits, `every: 5m` wins"),
        ({"every_s": 300.0}, {"max_age_s": "7200", "ttl_s": "60"},
         "its Cache-Control asks for 2 h between visits, `every: 5m` wins"),
        ({"every_s": 300.0}, {"skip_hours": "3,4"},
         "its skipHours asks for 60 min between visits, `every: 5m` wins"),
        ({"every_s": 7200.0}, {"ttl_s": "3600"}, ""),
        ({}, {"ttl_s": "1800"}, "slowed to one visit in 30 min, as its ttl asks"),
        ({}, {"ttl_s": "86400"},
         "slowed to one visit in 60 min: its ttl asks for 24 h between visits"),
        ({}, {"skip_days": "Wednesday"}, "slowed to one visit in 60 min, as its skipDays asks"),
        ({}, {"ttl_s": "300", "skip_hours": "5"}, ""),
        ({}, {}, ""),
        ({}, {"ttl_s": "soon"}, ""),
    ],
)  # fmt: skip
def test_what_became_of_a_wish_is_told(
    every: dict[str, float], wishes: dict[str, str], told: str
) -> None:
    source = Source(id="s", adapter="feed", **every)  # type: ignore[arg-type]
    now = datetime(2025, 6, 11, 3, 0, tzinfo=UTC)  # a Wednesday
    assert wish_told(source, wishes, now) == told
    slowed = pause_s(source, wishes, now) > source.every_s
    assert slowed is told.startswith("slowed")
