"""How often a source is asked: its interval, the exchange's hours, what a publisher wishes. Pure.

"Open" means that companies may be expected to publish: 08:00 to 22:00 in China on trading days.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from monitor.clock import CHINA
from monitor.config import Source

OPENS, CLOSES = time(8), time(22)
"""China time. Answers and filings come all evening, next to none at night."""

WISH_LIMIT_S = 3600.0
"""A publisher's wish to be left alone is followed so far."""

WALL_PAUSE_S = 600.0
"""The least pause after a login, a captcha or a 403: asking again soon makes it worse."""

_CLOSED = (
    ("2025-01-01", "2025-01-01"), ("2025-01-28", "2025-02-04"), ("2025-04-04", "2025-04-06"),
    ("2025-05-01", "2025-05-05"), ("2025-05-31", "2025-06-02"), ("2025-10-01", "2025-10-08"),
    ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"), ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"), ("2027-01-01", "2027-01-01"),
)  # fmt: skip
"""First and last days of the mainland exchanges' holidays, as the State Council announces them each
November for the next year. The rest of 2027 is not in here: weekdays count as trading days then.
Working Saturdays are no trading days. An error costs some visits more or some minutes."""


def _days(first: str, last: str) -> set[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return {start + timedelta(days=n) for n in range((end - start).days + 1)}


HOLIDAYS = frozenset[date]().union(*(_days(first, last) for first, last in _CLOSED))


def is_trading_day(day: date) -> bool:
    """Whether the mainland exchanges trade on this day in China."""
    return day.weekday() < 5 and day not in HOLIDAYS


def is_open(now: datetime) -> bool:
    """Whether companies may be expected to publish at the instant `now`."""
    local = now.astimezone(CHINA)
    return is_trading_day(local.date()) and OPENS <= local.time() < CLOSES


def opens_in_s(now: datetime) -> float:
    """Seconds until the next opening after `now`."""
    local = now.astimezone(CHINA)
    day = local.date()
    while not is_trading_day(day) or datetime.combine(day, OPENS, CHINA) <= local:
        day += timedelta(days=1)
    return (datetime.combine(day, OPENS, CHINA) - local).total_seconds()


def awake_s(start: datetime, end: datetime, *, exchange: bool) -> float:
    """The seconds between two instants in which news could be expected.

    Of an exchange: its open hours. Of all others: Monday to Friday, since the press rests too.
    """
    if end <= start:
        return 0.0
    start, end = start.astimezone(CHINA), end.astimezone(CHINA)
    total, day = 0.0, start.date()
    while day <= end.date():
        if is_trading_day(day) if exchange else day.weekday() < 5:
            opens = datetime.combine(day, OPENS if exchange else time.min, CHINA)
            closes = opens + (timedelta(hours=14) if exchange else timedelta(days=1))
            total += max(0.0, (min(end, closes) - max(start, opens)).total_seconds())
        day += timedelta(days=1)
    return total


def pause_s(source: Source, wishes: Mapping[str, str], now: datetime) -> float:
    """Seconds until `source` wants another visit, failures and jitter apart.

    `wishes` is the checkpoint's cursor: a feed keeps `ttl_s`, `skip_hours` (GMT) and `skip_days`
    there. They count only where the operator named no `every`, and for an hour at most.
    """
    slow_s = source.every_off_hours_s
    if slow_s is not None and slow_s > source.every_s and not is_open(now):
        return max(source.every_s, min(slow_s, opens_in_s(now)))
    if "every_s" in source.model_fields_set:
        return source.every_s
    ttl = wishes.get("ttl_s", "")
    wish_s = float(ttl) if ttl.isdecimal() else 0.0
    # Both are GMT, as the times of this program are.
    hours, days = wishes.get("skip_hours", "").split(","), wishes.get("skip_days", "").split(",")
    if str(now.hour) in hours or now.strftime("%A").lower() in map(str.lower, days):
        wish_s = WISH_LIMIT_S
    return max(source.every_s, min(wish_s, WISH_LIMIT_S))
