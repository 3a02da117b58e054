"""Times as the Shanghai platform writes them: relative to the moment of the answer, in China.

They lose precision as they age ("3分钟前", "2小时前", "昨天 18:16", "2026年11月16日 09:00"), so the
finest one ever seen of an item is kept and the later, coarser ones are not believed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.adapters.dates import AHEAD
from monitor.adapters.reading import EARLIEST
from monitor.clock import CHINA
from monitor.model import Page

EXACT, MINUTES, HOURS, DAYS = range(4)
"""How exactly a time is known; less is better."""

_AGO = re.compile(r"(\d{1,3}) ?(秒|分钟|小时|天|周)前", re.ASCII)
_AGO_MEANS = {
    "秒": (timedelta(seconds=1), EXACT),
    "分钟": (timedelta(minutes=1), MINUTES),
    "小时": (timedelta(hours=1), HOURS),
    "天": (timedelta(days=1), DAYS),
    "周": (timedelta(weeks=1), DAYS),
}
_NEAR = re.compile(r"(今天|昨天) ?(\d{1,2}):(\d{2})", re.ASCII)
_FAR = re.compile(r"(?:(\d{4})(?:年|-))?(\d{1,2})(?:月|-)(\d{1,2})日? (\d{1,2}):(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Time:
    """An instant, and how exactly it is known."""

    at: datetime
    grain: int


def answered_at(page: Page) -> datetime:
    """The moment the page's relative times count from: its Date header, else when we had it."""
    received_at = page.fetched_at.replace(microsecond=0)
    try:
        at = parsedate_to_datetime(page.headers.get("date", ""))
        at = at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return received_at
    # A clock that is a day off is worse than none.
    return at if abs(at - received_at) <= timedelta(days=1) else received_at


def read_time(text: str, base: datetime) -> Time | None:
    """The instant `text` names at `base`, in UTC; None for anything the platform never wrote.

    A time that would lie in the future belongs to the day or the year before: the page was made
    just before midnight. 前天 is not believed: nobody has seen what the platform means by it.
    """
    text = " ".join(text.split())
    if text == "刚刚":
        return Time(base, EXACT)
    if match := _AGO.fullmatch(text):
        unit, grain = _AGO_MEANS[match[2]]
        return _believable(base - int(match[1]) * unit, grain, base)
    local = base.astimezone(CHINA)
    if match := _NEAR.fullmatch(text):
        day = local if match[1] == "今天" else local - timedelta(days=1)
        at = _at(day.year, day.month, day.day, match[2], match[3])
        if at and at > base + AHEAD:
            at -= timedelta(days=1)
        return _believable(at, EXACT, base)
    if match := _FAR.fullmatch(text):
        year = int(match[1] or local.year)
        at = _at(year, int(match[2]), int(match[3]), match[4], match[5])
        if not match[1] and (at is None or at > base + AHEAD):
            at = _at(year - 1, int(match[2]), int(match[3]), match[4], match[5])
        return _believable(at, EXACT, base)
    return None


def _at(year: int, month: int, day: int, hour: str, minute: str) -> datetime | None:
    try:
        return datetime(year, month, day, int(hour), int(minute), tzinfo=CHINA).astimezone(UTC)
    except ValueError:
        return None


def _believable(at: datetime | None, grain: int, base: datetime) -> Time | None:
    return Time(at, grain) if at and EARLIEST <= at <= base + AHEAD else None


# --- what we have seen before ---------------------------------------------------------------------


def best(known: Time | None, seen: Time | None) -> Time | None:
    """The finer of the two; the known one when they are equally fine."""
    if known is None or (seen is not None and seen.grain < known.grain):
        return seen
    return known


def load(text: str) -> dict[str, Time]:
    """What `dump` wrote; entries that cannot be read are left out."""
    found: dict[str, Time] = {}
    for entry in text.split():
        match = re.fullmatch(r"(\d{1,18}):(\d{1,10}):([0-3])", entry, re.ASCII)
        if match:
            found[match[1]] = Time(datetime.fromtimestamp(int(match[2]), UTC), int(match[3]))
    return found


def dump(times: Mapping[str, Time], limit: int) -> str:
    """`id:epoch:grain` of the latest `limit` items."""
    latest = sorted(times.items(), key=lambda entry: entry[1].at, reverse=True)[:limit]
    return " ".join(f"{id}:{int(time.at.timestamp())}:{time.grain}" for id, time in latest)
