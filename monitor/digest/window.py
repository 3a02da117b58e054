"""When a digest is due, and what it covers. Pure.

There is one digest per local date and mailbox. Its hour is a wall-clock time, so days of 23 and 25
hours have one too; windows go from the end of the last edition to the making of this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LATE = timedelta(minutes=15)
"""From here on a digest says that it is late."""


@dataclass(frozen=True, slots=True)
class Window:
    """What one edition covers."""

    day: date
    """The local date it bears."""
    zone: ZoneInfo
    due_at: datetime
    from_at: datetime
    to_at: datetime
    after: int
    """The number of the last event of the edition before, and of the newest one of this."""
    last: int
    missed: int = 0
    """Local dates before this one that had no edition."""

    @property
    def late_by(self) -> timedelta | None:
        """How late it is, where that is worth a word."""
        late = self.to_at - self.due_at
        return late if late > LATE else None


def due_at(day: date, at: str, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which the digest of `day` is due; `at` is `HH:MM` in `zone`.

    Of an hour that comes twice the first counts; one that is left out counts as the hour after it.
    """
    hour, minute = map(int, at.split(":"))
    return datetime.combine(day, time(hour, minute), tzinfo=zone).astimezone(UTC)


def newest_due(now: datetime, at: str, zone: ZoneInfo) -> date:
    """The last local date whose digest is due at `now`."""
    today = now.astimezone(zone).date()
    return today if due_at(today, at, zone) <= now else today - timedelta(days=1)
