"""Dates as feeds write them, to instants. Unknown stays None: a guessed time is worse than none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from monitor.adapters.reading import EARLIEST
from monitor.clock import CHINA

AHEAD = timedelta(minutes=10)
"""How far a publisher's clock may run before ours."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_HOURS = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "bst": 1, "wet": 0, "west": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3,
    "msk": 3, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11,
}  # fmt: skip
"""Zone names that mean one thing only; `CST` is not one of them."""
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*(.*))?",
    re.IGNORECASE | re.ASCII,
)
_RFC822 = re.compile(
    r"(?:[a-z]{3,9}\.?,?\s+)?(\d{1,2})[\s-]([a-z]{3})[a-z]*\.?[\s-](\d{4}|\d{2})"
    r"(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(.*))?",
    re.IGNORECASE | re.ASCII,
)
_OFFSET = re.compile(r"(?:gmt|utc)?\s*([+-])(\d{2}):?(\d{2})?(?:\s*\([^()]*\))?", re.IGNORECASE)


def parse_date(
    text: str, *, seen_at: datetime, zone: ZoneInfo | None = None, chinese: bool = False
) -> datetime | None:
    """The instant `text` names (RFC 822 or W3C, and their common variations), in UTC.

    Without a zone it is in `zone`, else in UTC. `CST` is China's time where the source is
    `chinese` or `zone` is China's, else the American one. None for a date alone in a zone-less
    feed's future, for a day that does not exist, an unknown zone, and anything before 2000 or
    after `seen_at`.
    """
    words = " ".join(text.split())[:80]
    if match := _ISO.fullmatch(words):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _RFC822.fullmatch(words):
        number = _MONTHS.get(match[2].lower())
        if number is None:
            return None
        day, month, year = int(match[1]), number, int(match[3])
        if year < 100:
            year += 2000
    else:
        return None
    local = _zone(match[7] or "", zone, chinese=chinese)
    if local is None:
        return None
    try:
        clock = (int(match[4] or 0), int(match[5] or 0), min(int(match[6] or 0), 59))
        at = datetime(year, month, day, *clock, tzinfo=local).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if EARLIEST <= at <= seen_at + AHEAD else None


@lru_cache(maxsize=200)  # a feed writes the same one in all its dates
def _zone(text: str, zone: ZoneInfo | None, *, chinese: bool) -> tzinfo | None:
    """The zone at the end of a date; None when its name is unknown."""
    name = text.strip().lower()
    if not name:
        return zone or UTC
    if offset := _OFFSET.fullmatch(name):
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        if ahead >= timedelta(hours=24):
            return None
        return timezone(-ahead if offset[1] == "-" else ahead)
    if name == "cst":
        return CHINA if chinese or zone == CHINA else timezone(timedelta(hours=-6))
    hours = _HOURS.get(name)
    return None if hours is None else timezone(timedelta(hours=hours))
