"""How often a source is asked: its interval, the exchange's hours, what a publisher wishes. Pure.

"Open" means that companies may be expected to publish: 08:00 to 22:00 in China on trading days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from monitor.clock import CHINA
from monitor.config import Source
from monitor.config.words import spelled_seconds
from monitor.model import Checkpoint
from monitor.terminal import age

OPENS, CLOSES = time(8), time(22)
"""China time. Answers and filings come all evening, next to none at night."""

WISH_LIMIT_S = 3600.0
"""A publisher's wish to be left alone is followed so far."""

WALL_PAUSE_S = 600.0
"""The least pause after a login, a captcha or a 403: asking again soon makes it worse."""

_MAINLAND = (
    ("2025-01-01", "2025-01-01"), ("2025-01-28", "2025-02-04"), ("2025-04-04", "2025-04-06"),
    ("2025-05-01", "2025-05-05"), ("2025-05-31", "2025-06-02"), ("2025-10-01", "2025-10-08"),
    ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"), ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
    # 2027: only what the law on holidays fixes by the calendar, its thirteen days.
    ("2027-01-01", "2027-01-01"), ("2027-02-05", "2027-02-08"), ("2027-04-05", "2027-04-05"),
    ("2027-05-01", "2027-05-02"), ("2027-06-09", "2027-06-09"), ("2027-09-15", "2027-09-15"),
    ("2027-10-01", "2027-10-03"),
)  # fmt: skip
"""First and last days of the mainland exchanges' holidays, to 2026 as the State Council announced
them; it does so each November for the next year. Not in here: how the holidays of 2027 are made
longer by days in place of weekends (the spring feast to about 11 February, early May, October).
Working Saturdays are no trading days. An error costs some visits more or some minutes."""

_HONG_KONG = (
    ("2026-01-01", "2026-01-01"), ("2026-02-17", "2026-02-19"), ("2026-04-03", "2026-04-07"),
    ("2026-05-01", "2026-05-01"), ("2026-05-25", "2026-05-25"), ("2026-06-19", "2026-06-19"),
    ("2026-07-01", "2026-07-01"), ("2026-10-01", "2026-10-01"), ("2026-10-19", "2026-10-19"),
    ("2026-12-25", "2026-12-25"),
    ("2027-01-01", "2027-01-01"), ("2027-02-08", "2027-02-09"), ("2027-03-26", "2027-03-29"),
    ("2027-04-05", "2027-04-05"), ("2027-05-13", "2027-05-13"), ("2027-06-09", "2027-06-09"),
    ("2027-07-01", "2027-07-01"), ("2027-09-16", "2027-09-16"), ("2027-10-01", "2027-10-01"),
    ("2027-10-08", "2027-10-08"), ("2027-12-27", "2027-12-27"),
)  # fmt: skip
"""Weekdays on which the Hong Kong exchange is closed: the city's general holidays, which its law
fixes by the calendar (a holiday that falls on a Sunday moves to the next free day)."""


def _days(spans: Iterable[tuple[str, str]]) -> frozenset[date]:
    found: set[date] = set()
    for first, last in spans:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        found |= {start + timedelta(days=n) for n in range((end - start).days + 1)}
    return frozenset(found)


MAINLAND, HONG_KONG = _days(_MAINLAND), _days(_HONG_KONG)


def holidays_of(source: Source) -> frozenset[date]:
    """The holidays of the exchange whose firms the source hears."""
    return HONG_KONG if source.adapter == "hkex" else MAINLAND


def is_trading_day(day: date, holidays: frozenset[date] = MAINLAND) -> bool:
    """Whether an exchange with these holidays trades on this day in China."""
    return day.weekday() < 5 and day not in holidays


def is_open(now: datetime, holidays: frozenset[date] = MAINLAND) -> bool:
    """Whether companies may be expected to publish at the instant `now`."""
    local = now.astimezone(CHINA)
    return is_trading_day(local.date(), holidays) and OPENS <= local.time() < CLOSES


def opens_in_s(now: datetime, holidays: frozenset[date] = MAINLAND) -> float:
    """Seconds until the next opening after `now`."""
    local = now.astimezone(CHINA)
    day = local.date()
    while not is_trading_day(day, holidays) or datetime.combine(day, OPENS, CHINA) <= local:
        day += timedelta(days=1)
    return (datetime.combine(day, OPENS, CHINA) - local).total_seconds()


def awake_s(start: datetime, end: datetime, holidays: frozenset[date] | None) -> float:
    """The seconds between two instants in which news could be expected.

    Of an exchange with these holidays: its open hours. Of all others (None): Monday to Friday,
    since the press rests too.
    """
    if end <= start:
        return 0.0
    start, end = start.astimezone(CHINA), end.astimezone(CHINA)
    total, day = 0.0, start.date()
    while day <= end.date():
        if is_trading_day(day, holidays or frozenset()):
            press = holidays is None
            opens = datetime.combine(day, time.min if press else OPENS, CHINA)
            closes = opens + (timedelta(days=1) if press else timedelta(hours=14))
            total += max(0.0, (min(end, closes) - max(start, opens)).total_seconds())
        day += timedelta(days=1)
    return total


def pause_s(source: Source, wishes: Mapping[str, str], now: datetime) -> float:
    """Seconds until `source` wants another visit, failures and jitter apart.

    `wishes` as in `wished_s`; they count only where the operator named no `every`.
    """
    slow_s, holidays = source.every_off_hours_s, holidays_of(source)
    if slow_s is not None and slow_s > source.every_s and not is_open(now, holidays):
        return max(source.every_s, min(slow_s, opens_in_s(now, holidays)))
    if "every_s" in source.model_fields_set:
        return source.every_s
    return max(source.every_s, wished_s(wishes, now))


def wished_s(wishes: Mapping[str, str], now: datetime) -> float:
    """The pause a publisher asks for, an hour at most; 0 = none.

    `wishes` is the checkpoint's cursor: a feed keeps `ttl_s`, `max_age_s`, `skip_hours` (GMT) and
    `skip_days` there.
    """
    return min(_wish(wishes, now)[0], WISH_LIMIT_S)


def remarks_on(source: Source, seen: Checkpoint | None, now: datetime) -> list[str]:
    """What is no trouble, yet an operator may wonder about: manners set aside, pauses asked for,
    a server whose "not modified" is doubtful."""
    told = [wish_told(source, seen.cursor, now), staleness_told(seen)] if seen else []
    return [*source.liberties, *filter(None, told)]


def wish_told(source: Source, wishes: Mapping[str, str], now: datetime) -> str:
    """What became of the publisher's wish for a pause, in words; "" when it changes nothing."""
    wanted_s, name = _wish(wishes, now)
    if wanted_s <= source.every_s:
        return ""
    asks = f"its {name} asks for {age(wanted_s)} between visits"
    if "every_s" in source.model_fields_set:
        return f"{asks}, `every: {spelled_seconds(source.every_s)}` wins"
    slowed = f"slowed to one visit in {age(min(wanted_s, WISH_LIMIT_S))}"
    return f"{slowed}, as its {name} asks" if wanted_s <= WISH_LIMIT_S else f"{slowed}: {asks}"


def staleness_told(seen: Checkpoint) -> str:
    """What is doubtful about the "not modified" of its server, in words; "" = nothing."""
    if lied_at := seen.cache_lied_at:
        on = f"{lied_at.astimezone(CHINA).day} {lied_at.astimezone(CHINA):%b}"
        return f"stale cache found on {on}: 'not modified' of a changed page; asked for whole since"
    if stale_at := seen.stale_at:
        on = f"{stale_at.astimezone(CHINA).day} {stale_at.astimezone(CHINA):%b}"
        return f"stale: on {on}, after days of 'not modified', the whole page was still the same"
    return ""


def _wish(wishes: Mapping[str, str], now: datetime) -> tuple[float, str]:
    """The longest pause the publisher asks for, and where; (0, "") = none."""
    # Hours and days are GMT, as the times of this program are.
    if str(now.hour) in wishes.get("skip_hours", "").split(","):
        return WISH_LIMIT_S, "skipHours"
    if now.strftime("%A").lower() in wishes.get("skip_days", "").lower().split(","):
        return WISH_LIMIT_S, "skipDays"
    spans = {"ttl": wishes.get("ttl_s", ""), "Cache-Control": wishes.get("max_age_s", "")}
    return max((float(span) if span.isdecimal() else 0.0, name) for name, span in spans.items())
