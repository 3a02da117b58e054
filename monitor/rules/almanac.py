"""Calendar arithmetic for `dates.py`: which day a text means, seen from its publication."""

from __future__ import annotations

from datetime import date, timedelta


class Almanac:
    """Calendar arithmetic around the local day of publication, `None` when that is unknown."""

    def __init__(self, today: date | None) -> None:
        self.today = today

    def exact(self, year: int, month: int, day: int) -> date | None:
        try:
            return date(year, month, day) if 1990 <= year <= 2100 else None
        except ValueError:
            return None

    def day_of_month(self, month: int, day: int, years_back: int | None) -> date | None:
        """The year is the one said, else the one that puts the day last or shortly ahead."""
        if self.today is None:
            return None
        if years_back is not None:
            return self.exact(self.today.year - years_back, month, day)
        here = self.exact(self.today.year, month, day)
        if here is None or here - self.today <= timedelta(days=45):
            return here or self.exact(self.today.year - 1, month, day)
        return self.exact(self.today.year - 1, month, day)

    def month(self, month: int, years_back: int | None, *, ahead: bool = False) -> date | None:
        if self.today is None or not 1 <= month <= 12:
            return None
        if years_back is None:
            years_back = 0 if ahead or month <= self.today.month + 1 else 1
        return self.exact(self.today.year - years_back, month, 1)

    def months_ago(self, count: int) -> date | None:
        if self.today is None or count > 240:
            return None
        index = self.today.year * 12 + self.today.month - 1 - count
        return self.exact(index // 12, index % 12 + 1, 1)

    def last_day_numbered(self, day: int) -> date | None:
        """The newest day with this number that is not after tomorrow (zones differ by a day)."""
        if self.today is None:
            return None
        here = self.exact(self.today.year, self.today.month, day)
        if here is not None and here <= self.today + timedelta(days=1):
            return here
        before = self.months_ago(1)
        return before and self.exact(before.year, before.month, day)

    def ago(self, days: int) -> date | None:
        if self.today is None or abs(days) > 4000:
            return None
        return self.today - timedelta(days=days)

    def weekday(self, wanted: int, weeks: int | None) -> date | None:
        """`weeks` None: the newest such day up to today; else in the week so many weeks away."""
        if self.today is None:
            return None
        if weeks is None:
            return self.today - timedelta(days=(self.today.weekday() - wanted) % 7)
        monday = self.today - timedelta(days=self.today.weekday())
        return monday + timedelta(days=7 * weeks + wanted)
