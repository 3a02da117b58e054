"""When each source is visited next, whatever the wall clock does.

Due times are kept on the monotonic clock. APScheduler, which wakes us, plans by the wall clock: so
what it wakes too early sleeps on, and after a jump (`realign`) everything is planned anew.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from monitor.clock import utc_now
from monitor.config import Source
from monitor.model import Checkpoint
from monitor.poll import SLOWEST_S

if TYPE_CHECKING:  # `monitor poll` plans nothing
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

SPREAD_S = 0.25
"""Seconds between the first visits of two sources at start, at most."""

JUMP_S = 1.0
"""The wall clock jumped when it went so far ahead of the monotonic one, or fell behind it."""

EARLY_S = 0.05
"""Woken so little before its time a visit may begin."""


def first_delay_s(source: Source, before: Checkpoint | None, count: int, now: datetime) -> float:
    """Seconds until the first visit after a start: spread by id, and not before it is due.

    `count` is the number of sources. A due time further off than the source's interval is believed
    only of one that was failing: the interval may have been shortened, the clock set back.
    """
    share = int.from_bytes(sha256(source.id.encode()).digest()[:4], "big") / 2**32
    spread = share * min(source.every_s, SPREAD_S * count)
    if before is None or before.next_due_at is None:
        return spread
    rest = (before.next_due_at - now).total_seconds()
    longest = max(source.every_s, source.every_off_hours_s or 0.0)
    return max(spread, min(rest, SLOWEST_S if before.failures else longest))


class Schedule:
    """Calls `visit(source_id, late_s)` once for each `plan`, when its time has come."""

    def __init__(
        self,
        visit: Callable[[str, float], Awaitable[None]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._visit = visit
        self._monotonic = monotonic
        self._due: dict[str, float] = {}
        """On the monotonic clock; only of those who wait."""
        self._offset_s = self._ahead_s()

    @cached_property
    def _scheduler(self) -> AsyncIOScheduler:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        return AsyncIOScheduler(
            timezone="UTC",
            # Two: a visit that outlasted its interval plans the next, due at once, before it has
            # ended itself; APScheduler drops for ever what it finds running once too often.
            job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin to call."""
        self._scheduler.start()

    def pause(self) -> None:
        """Call nobody any more."""
        if self._scheduler.running:
            self._scheduler.pause()

    def stop(self) -> None:
        """The end; calls under way are cancelled."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def plan(self, source_id: str, delay_s: float) -> None:
        """Visit the source in so many seconds, and not when it was planned before."""
        self._due[source_id] = self._monotonic() + max(0.0, delay_s)
        self._arm(source_id)

    def drop(self, source_id: str) -> None:
        """Do not visit the source any more. Twice is once."""
        if self._due.pop(source_id, None) is not None and self._scheduler.get_job(source_id):
            self._scheduler.remove_job(source_id)

    def due_in_s(self, source_id: str) -> float | None:
        """Seconds until its visit; None: none is planned."""
        due = self._due.get(source_id)
        return None if due is None else due - self._monotonic()

    def realign(self) -> float:
        """To be called every few seconds: how far the wall clock jumped since the last call.

        0 for less than `JUMP_S`, which is how clocks are slewed.
        """
        ahead_s = self._ahead_s()
        jumped_s, self._offset_s = ahead_s - self._offset_s, ahead_s
        if abs(jumped_s) < JUMP_S:
            return 0.0
        for source_id in self._due:
            self._arm(source_id)
        return jumped_s

    def _ahead_s(self) -> float:
        return utc_now().timestamp() - self._monotonic()

    def _arm(self, source_id: str) -> None:
        rest_s = max(0.0, self._due[source_id] - self._monotonic())
        self._scheduler.add_job(
            self._wake,
            "date",
            run_date=utc_now() + timedelta(seconds=rest_s),
            args=[source_id],
            id=source_id,
            replace_existing=True,
        )

    async def _wake(self, source_id: str) -> None:
        due = self._due.get(source_id)
        if due is None:
            return
        late_s = self._monotonic() - due
        if late_s < -EARLY_S:  # the wall clock was set forward
            self._arm(source_id)
            return
        del self._due[source_id]
        await self._visit(source_id, max(0.0, late_s))
