"""What is done to the database by schedule: a copy a day, and forgetting a little at a time.

Called every few seconds by the service; looks by itself whether something is due. The copies
themselves say when the last one was made, so a restart neither repeats nor forgets one.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.clock import zone
from monitor.config import Backup, Config
from monitor.errors import StoreError
from monitor.log import fields
from monitor.model import Notice
from monitor.stores.copying import copy_database
from monitor.stores.keeper import Keeper
from monitor.stores.protocol import Store
from monitor.stores.retention import Limits, Pruned

log = logging.getLogger(__name__)

AGAIN = timedelta(hours=1)
"""After a copy that failed, and between two looks for what is old enough to go."""
BETWEEN_STEPS_S = 0.25
"""Pause between two steps of pruning: visits go first."""


class Upkeep:
    """The chore. `wake` is called when something was queued for the ops receivers."""

    def __init__(
        self,
        keeper: Keeper,
        wake: Callable[[], None],
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._keeper = keeper
        self._wake = wake
        self._pause = pause
        self._not_before: datetime | None = None
        self._pruned_at: datetime | None = None

    async def __call__(self, config: Config, now: datetime) -> None:
        """Do what is due at `now`."""
        if config.backup is not None:
            await self._back_up(config, config.backup, now)
        await self._prune(config, now)

    async def _back_up(self, config: Config, backup: Backup, now: datetime) -> None:
        day = due_day(backup.at, zone(config.timezone), now)
        target = Path(backup.to) / f"{Path(config.database).stem}-{day}.db"
        waiting = self._not_before is not None and now < self._not_before
        if waiting and self._not_before is not None and self._not_before - now > AGAIN:
            waiting = False  # the clock was set back
        if waiting or await asyncio.to_thread(target.exists):
            return
        to = tuple(config.ops.to) if config.ops else ()
        try:
            made = await asyncio.to_thread(copy_database, config.database, target)
            await asyncio.to_thread(drop_older, target, backup.keep)
        except StoreError as error:
            self._not_before = now + AGAIN
            log.error("backup failed", extra=fields(error=error))
            words = f"{error}\nIt is tried again every hour. monitor backup FILE makes one by hand."
            await self._tell(Notice("backup", "OPS · the backup failed", words, to, now))
            return
        self._not_before = None
        log.info(
            "database backed up",
            extra=fields(
                copy=target.name, bytes=made.size_bytes, took_s=made.elapsed_s, **made.rows
            ),
        )
        words = f"{target.name} is whole."
        title = "OPS · the backup works again"
        await self._tell(Notice("backup", title, words, to, now, opens=False))

    async def _tell(self, notice: Notice) -> None:
        if await self._keeper(Store.notify, notice):
            self._wake()

    async def _prune(self, config: Config, now: datetime) -> None:
        if self._pruned_at is not None and abs(now - self._pruned_at) < AGAIN:
            return
        self._pruned_at = now
        limits, total = Limits.of(config.keep, now), Pruned()
        if limits == Limits():
            return
        more = True
        while more:
            step = await self._keeper(Store.prune, limits)
            total.add(step)
            if more := step.more:
                await self._pause(BETWEEN_STEPS_S)
        if total.bodies or total.items or total.events:
            log.info(
                "texts pruned",
                extra=fields(texts=total.bodies, items=total.items, events=total.events),
            )


def due_day(at: str, local: ZoneInfo, now: datetime) -> str:
    """The local date whose copy should be there by now."""
    here = now.astimezone(local)
    hour, minute = map(int, at.split(":"))
    day = here.date() if (here.hour, here.minute) >= (hour, minute) else here.date() - timedelta(1)
    return day.isoformat()


def drop_older(newest: Path, keep: int) -> None:
    """Remove the copies made by schedule, except for the `keep` newest ones."""
    stem = newest.name[: -len("-YYYY-MM-DD.db")]
    ours = re.compile(re.escape(stem) + r"-\d{4}-\d\d-\d\d\.db")
    made = sorted(p for p in newest.parent.iterdir() if ours.fullmatch(p.name))
    for old in made[: max(0, len(made) - keep)]:
        old.unlink(missing_ok=True)
