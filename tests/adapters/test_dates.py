"""Dates as feeds write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.dates import parse_date

SEEN_AT = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fri, 06 Mar 2026 14:00:00 +0000", at(6, 14)),
        ("Fri, 06 Mar 2026 14:00:00 GMT", at(6, 14)),
        ("Fri, 6 Mar 2026 14:00 UT", at(6, 14)),
        ("6 Mar 26 14:00:00 Z", at(6, 14)),
        ("Friday, 06 March 2026 22:00:00 +08:00", at(6, 14)),
        ("Fri, 06 Mar 2026 22:00:00 GMT+8".replace("+8", "+0800"), at(6, 14)),
        ("Fri, 06 Mar 2026 22:00:00 +0800 (CST)", at(6, 14)),
        ("Fri, 06 Mar 2026 09:00:00 EST", at(6, 14)),
        ("Fri, 06 Mar 2026 22:00:00 HKT", at(6, 14)),
        ("Fri, 06 Mar 2026 23:00:00 JST", at(6, 14)),
        ("  Fri,  06 Mar 2026\n 14:00:00   GMT ", at(6, 14)),
        ("2026-03-06T14:00:00Z", at(6, 14)),
        ("2026-03-06T14:00:00.123456789Z", at(6, 14)),
        ("2026-03-06T14:00Z", at(6, 14)),
        ("2026-03-06t22:00:00+08:00", at(6, 14)),
        ("2026-03-06 22:00:00 +0800", at(6, 14)),
        ("2026-03-06T23:59:60Z".replace("06T", "05T"), at(5, 23, 59, 59)),
        ("2026/3/6 14:00", at(6, 14)),
        ("2026-03-06", at(6, 0)),
        ("06 Mar 2026", at(6, 0)),
        ("Fri, 06 Mar 2026 12:00:00 CST", at(6, 18)),
    ],
)
def test_dates_are_read(text: str, expected: datetime) -> None:
    assert parse_date(text, seen_at=SEEN_AT) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
        "Mon, 30 Feb 2026 10:00:00 GMT",
        "2026-02-30",
        "2026-13-01",
        "2026-03-06T25:00:00Z",
        "Fri, 06 Mar 2026 14:00:00 XYZ",
        "Fri, 06 Mar 2026 14:00:00 +9900",
        "Fri, 06 Foo 2026 14:00:00 GMT",
        "2026-03-06T18:10:01Z",
        "2026-03-08T09:00:00Z",
        "1772787600",
        "03/06/2026",
        "２０２６-03-06",
        "2026-03-06T14:00:00Z" + " " * 200 + "x",
        "昨天 12:00",
    ],
)
def test_what_is_no_time_stays_unknown(text: str) -> None:
    assert parse_date(text, seen_at=SEEN_AT) is None


def test_a_clock_a_little_ahead_is_forgiven() -> None:
    assert parse_date("2026-03-06T18:05:00Z", seen_at=SEEN_AT) == at(6, 18, 5)


def test_cst_is_china_s_time_at_chinese_sources() -> None:
    text = "Fri, 06 Mar 2026 20:00:00 CST"
    assert parse_date(text, seen_at=SEEN_AT, chinese=True) == at(6, 12)
    assert parse_date(text, seen_at=SEEN_AT, zone=SHANGHAI) == at(6, 12)
    # At an American source eight in the evening is still to come.
    assert parse_date(text, seen_at=SEEN_AT) is None


def test_a_date_without_a_zone_is_in_the_source_s() -> None:
    assert parse_date("2026-03-06 09:30:00", seen_at=SEEN_AT, zone=SHANGHAI) == at(6, 1, 30)
    assert parse_date("2026-03-06 09:30:00", seen_at=SEEN_AT) == at(6, 9, 30)
    summer = parse_date("2025-07-01 12:00", seen_at=SEEN_AT, zone=ZoneInfo("America/New_York"))
    assert summer == datetime(2025, 7, 1, 16, tzinfo=UTC)


@given(st.text(max_size=60) | st.from_regex(r"[0-9A-Za-z,:+\- /.]{0,60}", fullmatch=True))
def test_any_text_gives_a_time_or_none(text: str) -> None:
    found = parse_date(text, seen_at=SEEN_AT)
    assert found is None or found.tzinfo is UTC
