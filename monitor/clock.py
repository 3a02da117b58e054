"""The only place that asks what time it is, and the zones of the markets we watch.

Everything else takes `now` as an argument, so that a test or the demo can play any day.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
"""Zone of the mainland exchanges and ministries (UTC+8, no daylight saving)."""


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The IANA zone called `name`. Raises KeyError (ZoneInfoNotFoundError) when there is none."""
    return ZoneInfo(name)


def local(at: datetime, there: ZoneInfo) -> datetime:
    """`at` on the clocks `there`; a source's year 1 or 9999 as it is."""
    try:
        return at.astimezone(there)
    except OverflowError:
        return at
