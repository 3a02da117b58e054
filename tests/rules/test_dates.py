"""Dates are resolved against the day of publication, or left out; never guessed, never an error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.dates import Dated, find_dates
from monitor.text import normalise

CHINA = ZoneInfo("Asia/Shanghai")
WEDNESDAY = datetime(2025, 8, 20, 10, 30, tzinfo=CHINA)


def dates(text: str, at: datetime | None = WEDNESDAY) -> list[str]:
    return [d.iso for d in find_dates(normalise(text).text, at)]


def one(text: str, at: datetime | None = WEDNESDAY) -> Dated:
    (found,) = find_dates(normalise(text).text, at)
    return found


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("公司于8月18日收到批文", "2025-08-18"),
        ("公告日期：2025年7月1日", "2025-07-01"),
        ("2025-07-31收到", "2025-07-31"),
        ("二〇二五年的事不算，十二月三日算", "2024-12-03"),
        ("去年12月28日", "2024-12-28"),
        ("去年十一月获批", "2024-11"),
        ("今年3月下旬", "2025-03"),
        ("6月底前后办妥", "2025-06"),
        ("上月中旬", "2025-07"),
        ("本月初", "2025-08"),
        ("上个月", "2025-07"),
        ("本月6日", "2025-08-06"),
        ("上月30日", "2025-07-30"),
        ("昨日晚间公告", "2025-08-19"),
        ("前天拿到", "2025-08-18"),
        ("今日", "2025-08-20"),
        ("今(19)日", "2025-08-19"),
        ("今（20）日", "2025-08-20"),
        ("18日讯", "2025-08-18"),
        ("财经社25日电", "2025-07-25"),
        ("周一", "2025-08-18"),
        ("上周五", "2025-08-15"),
        ("上周三表示", "2025-08-13"),
        ("本周二", "2025-08-19"),
        ("星期四", "2025-08-14"),
        ("上星期", "2025-08"),
        ("三天前", "2025-08-17"),
        ("两周前", "2025-08"),
        ("两个月前", "2025-06"),
        ("昨晚回复", "2025-08-19"),
        ("今起失效", "2025-08-20"),
        ("中旬办妥", "2025-08"),
        ("下旬才拿到", "2025-07"),
        ("月初", "2025-08"),
        ("去年底", "2024-12"),
        ("去年年底", "2024-12"),
        ("年初", "2025-01"),
        ("国庆前批复", "2025-09"),
        ("五一后到手", "2025-05"),
        ("元旦前", "2024-12"),
    ],
)
def test_chinese(text: str, iso: str) -> None:
    assert dates(text)[-1] == iso


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("on Aug. 18 the paper came", "2025-08-18"),
        ("by 18 August 2025", "2025-08-18"),
        ("the 3rd of July", "2025-07-03"),
        ("July 9-10", "2025-07-09"),
        ("in late May", "2025-05"),
        ("since mid-May", "2025-05"),
        ("in December", "2024-12"),
        ("last December", "2024-12"),
        ("until March 2026", "2026-03"),
        ("slips past October", "2025-10"),
        ("said on Wednesday", "2025-08-20"),
        ("on Monday evening", "2025-08-18"),
        ("last Friday", "2025-08-15"),
        ("this Tuesday", "2025-08-19"),
        ("Tuesday, August 19", "2025-08-19"),
        ("yesterday", "2025-08-19"),
        ("earlier this month", "2025-08"),
        ("last month", "2025-07"),
        ("last week", "2025-08"),
        ("two days ago", "2025-08-18"),
        ("a week earlier", "2025-08"),
        ("on the 25th", "2025-07-25"),
        ("Dec. 2024", "2024-12"),
        ("last night", "2025-08-19"),
        ("on Christmas Eve", "2024-12-24"),
        ("before Christmas", "2024-12"),
        ("this evening", "2025-08-20"),
        ("the previous day", "2025-08-19"),
    ],
)
def test_english(text: str, iso: str) -> None:
    assert dates(text) == [iso]


@pytest.mark.parametrize(
    "text",
    [
        "近日收到", "日前获批", "45个工作日内作出决定", "自受理之日起30日内", "有效期六个月",
        "1-7月出口", "20日均线", "7日年化收益率", "目前日本客户", "2月30日", "13月5日",
        "当日收盘", "日常经营",
        "it may be granted", "they march on", "Feb 30", "the 5th largest maker", "within 45 days",
        "valid for six months", "recently", "May", "3.5 mar", "99日", "今年以来", "2025",
    ],
)  # fmt: skip
def test_no_date(text: str) -> None:
    assert dates(text) == []


def test_weekday_and_absolute_date_are_one() -> None:
    found = one("上周五(8月15日)公司表示")
    assert (found.iso, found.relative, found.start) == ("2025-08-15", False, 0)


def test_precision_is_told() -> None:
    assert one("last week").precision == "week"
    assert one("5月").precision == "month"
    assert one("昨日").precision == "day"
    assert one("昨日").relative
    assert not one("8月19日").relative


def test_offsets_are_those_of_the_normalised_text() -> None:
    text = normalise("公司８月１８日收到").text
    (found,) = find_dates(text, WEDNESDAY)
    assert text[found.start : found.end] == "8月18日"


def test_today_is_the_day_where_the_text_was_published() -> None:
    evening = datetime(2025, 8, 20, 23, 0, tzinfo=UTC)
    text = "today"
    assert find_dates(text, evening)[0].iso == "2025-08-20"
    assert find_dates(text, evening, CHINA)[0].iso == "2025-08-21"


def test_without_publication_only_full_dates_count() -> None:
    assert dates("6月6日，昨日，2025年6月7日", None) == ["2025-06-07"]
    assert dates("on Monday, June 2, or June 3, 2025", None) == ["2025-06-03"]


def test_new_year_looks_back() -> None:
    january = datetime(2026, 1, 5, 9, 0, tzinfo=CHINA)
    assert dates("12月29日获批；1月4日公告", january) == ["2025-12-29", "2026-01-04"]
    assert dates("30日称", january) == ["2025-12-30"]


def test_a_near_future_stays_ahead() -> None:
    assert dates("9月1日起实施") == ["2025-09-01"]


def test_leap_day() -> None:
    march = datetime(2025, 3, 3, tzinfo=CHINA)
    assert dates("2月29日", march) == ["2024-02-29"]


@given(st.text(alphabet="0123456789年月日号周上本今昨前()- abcdejunmaylst一二三十廿", max_size=60))
def test_never_an_exception_and_never_an_overlap(text: str) -> None:
    found = find_dates(normalise(text).text, WEDNESDAY, language="zh-Hans")
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_the_ends_of_time(at: datetime) -> None:
    find_dates("上周五 8月15日 two weeks ago last month yesterday", at, CHINA)


def test_a_flood_of_half_dates_is_read_quickly() -> None:
    before = datetime.now(UTC)
    find_dates("6月" * 20_000 + "the 1" * 20_000 + "周" * 20_000, WEDNESDAY)
    assert datetime.now(UTC) - before < timedelta(seconds=5)
