"""Quiet hours: weekly windows in local time, daylight saving included. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time

from monitor.clock import zone
from monitor.config import DAYS, Quiet

LONGEST = timedelta(days=8)
"""Windows that follow each other without a gap are one; nothing is held for longer than this."""


def quiet_until(windows: Sequence[Quiet], timezone: str, now: datetime) -> datetime | None:
    """The instant (UTC) at which the quiet that holds at `now` ends; None: it is not quiet.

    `timezone`: the zone of windows that name none. A window is half open: at its end it is over.
    """
    until = now
    while until - now < LONGEST:
        ends = [end for start, end in _near(windows, timezone, until) if start <= until < end]
        if not ends:
            break
        until = max(ends)
    return None if until == now else until


def left_to_digest(windows: Iterable[Quiet], timezone: str, now: datetime) -> bool:
    """Whether every window that holds at `now` leaves its alerts to the digest."""
    holding = [w for w in windows if quiet_until([w], timezone, now)]
    return bool(holding) and all(w.then == "digest" for w in holding)


def _near(
    windows: Iterable[Quiet], timezone: str, at: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of the windows that begin on the local day of `at`, or the day before."""
    for window in windows:
        name = window.timezone or timezone
        today = at.astimezone(zone(name)).date()
        for day in (today - timedelta(days=1), today):
            if DAYS[day.weekday()] in window.days:
                last = day if window.to > window.from_ else day + timedelta(days=1)
                yield _instant(day, window.from_, name), _instant(last, window.to, name, late=True)


def _instant(day: date, clock: str, name: str, *, late: bool = False) -> datetime:
    """Local `clock` of `day` in UTC. In autumn one hour comes twice: `late` takes the second.

    A time that spring leaves out is taken as if the clocks had not been changed yet.
    """
    local = datetime.combine(day, clock_time.fromisoformat(clock), zone(name))
    both = [local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)]
    return max(both) if late else both[0]
