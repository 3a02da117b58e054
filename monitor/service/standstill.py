"""Polling pauses while the database refuses; what is stored goes out all the same.

A visit that cannot be stored is lost work for us and for the site, so nobody is visited until the
database takes a write again. Nothing is lost by that: what a source publishes meanwhile is found at
its next visit. A damaged database is not written to any more before somebody brings back a backup.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.errors import StoreError, StoreReason
from monitor.log import fields
from monitor.model import Notice
from monitor.stores import Keeper, Store
from monitor.terminal import age

if TYPE_CHECKING:
    from monitor.config import Config

log = logging.getLogger(__name__)

KEY = "database"
AGAIN_S = 60.0
"""Seconds between two tries whether the database takes a write."""
LOCKED_AGAIN_S = 5.0
"""The same when another process held it; the try itself waits too."""

TITLES: dict[StoreReason, str] = {
    "full": "no space left for the database",
    "locked": "another process holds the database",
    "damaged": "the database is damaged",
    "disk": "the disk refuses the database",
}
"""What pauses polling. Any other reason is about one thing asked for, not about the database."""
DO: dict[StoreReason, str] = {
    "full": "Make room on its disk; nothing else is to be done.",
    "locked": "End the process that holds it.",
    "damaged": "Stop the monitor, bring back a backup (monitor restore FILE) and start it again.",
    "disk": "See whether its disk is well, writable and mounted.",
}


class Standstill:
    """Whether polling pauses. `begin` when a visit could not be stored; it ends by itself."""

    def __init__(
        self,
        keeper: Keeper,
        config: Callable[[], Config],
        tell: Callable[[Notice], None],
        now: Callable[[], datetime],
    ) -> None:
        """`tell` must not need the database. `config` is the one in force."""
        self.again_s, self.locked_again_s = AGAIN_S, LOCKED_AGAIN_S
        self._keeper = keeper
        self._config = config
        self._tell = tell
        self._now = now
        self._since: datetime | None = None
        self._reason: StoreReason = "other"
        self._trying: asyncio.Task[None] | None = None

    def __bool__(self) -> bool:
        return self._since is not None

    @property
    def rest_s(self) -> float:
        """Seconds after which a source that is due may ask again."""
        return self.locked_again_s if self._reason == "locked" else self.again_s

    def begin(self, error: StoreError) -> None:
        """The database refused. Said once, to the log and past the database to ops."""
        if self or error.reason not in TITLES:
            return
        self._since, self._reason = self._now(), error.reason
        title = TITLES[error.reason]
        log.error("polling paused", extra=fields(because=title, error=error))
        again = (
            "" if error.reason == "damaged" else " Once a minute it is tried whether that is over."
        )
        body = (
            f"{DO[error.reason]}{again} Alerts that are stored go out all the same; what sources"
            " publish meanwhile is found when polling goes on."
        )
        self._notify(f"OPS · polling paused: {title}", body, opens=True)
        if error.reason != "damaged":
            self._trying = asyncio.create_task(self._until_it_writes())

    async def stop(self) -> None:
        """The service ends."""
        if self._trying is not None:
            self._trying.cancel()
            await asyncio.gather(self._trying, return_exceptions=True)

    async def _until_it_writes(self) -> None:
        while True:
            await asyncio.sleep(self.rest_s)
            try:
                await self._keeper(Store.try_writing)
            except StoreError as error:
                if error.reason in TITLES:
                    self._reason = error.reason
                continue
            break
        assert self._since is not None
        length, self._since = age((self._now() - self._since).total_seconds()), None
        log.warning("polling resumed", extra=fields(after=length))
        title = f"OPS · polling goes on after {length}"
        self._notify(title, "The database takes writes again.", opens=False)

    def _notify(self, title: str, body: str, *, opens: bool) -> None:
        ops = self._config().ops
        if ops is not None:
            self._tell(Notice(KEY, title, body, tuple(ops.to), self._now(), opens))
