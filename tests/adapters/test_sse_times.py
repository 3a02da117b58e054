"""Times relative to the moment of the answer, around midnight, new year and 29 February."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.adapters.sse_times import (
    DAYS,
    EXACT,
    HOURS,
    MINUTES,
    Time,
    answered_at,
    best,
    dump,
    load,
    read_time,
)
from monitor.clock import CHINA
from monitor.model import Page


def china(*parts: int) -> datetime:
    year, month, day, hour, minute = parts
    return datetime(year, month, day, hour, minute, tzinfo=CHINA).astimezone(UTC)


NOON = china(2026, 3, 6, 12, 0)
AFTER_MIDNIGHT = china(2026, 3, 6, 0, 0)
NEW_YEAR = china(2026, 1, 1, 0, 5)


@pytest.mark.parametrize(
    ("text", "base", "at", "grain"),
    [
        ("刚刚", NOON, NOON, EXACT),
        ("30秒前", NOON, NOON - timedelta(seconds=30), EXACT),
        ("37分钟前", NOON, china(2026, 3, 6, 11, 23), MINUTES),
        ("2小时前", NOON, china(2026, 3, 6, 10, 0), HOURS),
        ("3天前", NOON, china(2026, 3, 3, 12, 0), DAYS),
        ("2周前", NOON, china(2026, 2, 20, 12, 0), DAYS),
        ("今天 09:30", NOON, china(2026, 3, 6, 9, 30), EXACT),
        (" 今天\u00a009:30 ", NOON, china(2026, 3, 6, 9, 30), EXACT),
        ("昨天 18:16", NOON, china(2026, 3, 5, 18, 16), EXACT),
        ("03-01 10:05", NOON, china(2026, 3, 1, 10, 5), EXACT),
        ("12-30 10:05", NOON, china(2025, 12, 30, 10, 5), EXACT),
        ("2025年11月16日 09:00", NOON, china(2025, 11, 16, 9, 0), EXACT),
        ("2025-11-16 09:00", NOON, china(2025, 11, 16, 9, 0), EXACT),
        # Just after midnight and after new year, yesterday is another month and another year.
        ("昨天 23:59", AFTER_MIDNIGHT, china(2026, 3, 5, 23, 59), EXACT),
        ("5分钟前", AFTER_MIDNIGHT, china(2026, 3, 5, 23, 55), MINUTES),
        ("昨天 23:59", NEW_YEAR, china(2025, 12, 31, 23, 59), EXACT),
        ("12-31 23:50", NEW_YEAR, china(2025, 12, 31, 23, 50), EXACT),
        ("01-01 00:03", NEW_YEAR, china(2026, 1, 1, 0, 3), EXACT),
        # Written before midnight, dated after it.
        ("今天 23:59", AFTER_MIDNIGHT, china(2026, 3, 5, 23, 59), EXACT),
        # Of last year, which had no such day: of the year before none is made up.
        ("02-29 08:00", china(2024, 3, 1, 8, 0), china(2024, 2, 29, 8, 0), EXACT),
        ("02-29 08:00", china(2025, 1, 5, 8, 0), china(2024, 2, 29, 8, 0), EXACT),
    ],
)
def test_a_time_is_read(text: str, base: datetime, at: datetime, grain: int) -> None:
    assert read_time(text, base) == Time(at, grain)


@pytest.mark.parametrize(
    "text",
    [
        "", "前天 18:16", "18:16", "今天", "昨天 25:00", "今天 09:75", "13-01 10:00",
        "02-29 08:00", "2027年01月01日 09:00", "1998年01月01日 09:00", "2026年2月30日 10:00",
        "分钟前", "-3分钟前", "1e3分钟前", "٣分钟前", "9999周前", "今天 09:30 来自", "明天 08:00",
        "yesterday", "3 minutes ago",
    ],
)  # fmt: skip
def test_anything_else_is_no_time(text: str) -> None:
    assert read_time(text, NOON) is None


def test_midday_in_london_is_evening_in_china() -> None:
    base = datetime(2026, 3, 6, 20, 0, tzinfo=UTC)  # 04:00 on the 7th in China
    assert read_time("今天 01:00", base) == Time(datetime(2026, 3, 6, 17, 0, tzinfo=UTC), EXACT)


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Fri, 06 Mar 2026 04:00:10 GMT", datetime(2026, 3, 6, 4, 0, 10, tzinfo=UTC)),
        ("Fri, 06 Mar 2026 12:00:10 +0800", datetime(2026, 3, 6, 4, 0, 10, tzinfo=UTC)),
        ("", NOON),
        ("soon", NOON),
        ("Fri, 31 Feb 2026 04:00:10 GMT", NOON),
        ("Fri, 06 Mar 2020 04:00:10 GMT", NOON),
        ("Fri, 06 Mar 99999 04:00:10 GMT", NOON),
    ],
)
def test_times_count_from_the_date_of_the_answer(date: str, at: datetime) -> None:
    page = Page("u", 200, {"date": date} if date else {}, b"", NOON + timedelta(microseconds=7))
    assert answered_at(page) == at


def test_the_finest_time_ever_seen_is_kept() -> None:
    exact, hours = Time(NOON, EXACT), Time(NOON - timedelta(minutes=40), HOURS)
    assert best(None, hours) == hours
    assert best(hours, exact) == exact
    assert best(exact, hours) == exact
    assert best(exact, None) == exact
    assert best(exact, Time(NOON - timedelta(hours=9), EXACT)) == exact
    assert best(None, None) is None


def test_times_are_kept_as_text() -> None:
    times = {"11": Time(NOON, EXACT), "12": Time(NOON + timedelta(hours=1), HOURS)}
    assert load(dump(times, 9)) == times
    assert load(dump(times, 1)) == {"12": times["12"]}
    assert load("") == {}
    assert load("11:x:1 :: 12:99999999999:0 13:5:7 junk 14:1772769600:1") == {
        "14": Time(datetime(2026, 3, 6, 4, 0, tzinfo=UTC), MINUTES)
    }
