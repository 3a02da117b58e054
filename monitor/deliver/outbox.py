"""All lines to all receivers, and how patient they are."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, repeat
from zoneinfo import ZoneInfo

from monitor.channels import Channel
from monitor.clock import utc_now
from monitor.config import Issuer, Ops
from monitor.deliver.line import Line
from monitor.errors import DeliveryError
from monitor.log import fields
from monitor.model import Notice, digest_id
from monitor.render import ops_notice
from monitor.stores import Keeper, Store

log = logging.getLogger(__name__)

Wait = Callable[[asyncio.Event, float | None], Awaitable[None]]
"""Waits until the event is set or the seconds are over (None: for ever)."""


async def wait_for(event: asyncio.Event, seconds: float | None) -> None:
    """The Wait of real life."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient deliveries are. Seconds, except where the name says otherwise."""

    probes_s: tuple[float, ...] = (5, 15, 60)
    """Pause after the first, second ... failure in a row, from the beginning of one try to that of
    the next; the last holds from then on: one try a minute while the receiver is down, so that
    what waits goes out within a minute of its return."""
    first_s: float = 5
    ceiling_s: float = 300
    """A message the receiver refuses is tried again after `first_s`, doubled up to this."""
    jitter: float = 0.2
    refusals: int = 8
    """Tries of a message that is refused for good (401, 404, too long) before it is parked."""
    keep_trying: timedelta = timedelta(days=3)
    """Everything else is tried for so long."""
    retry_after_cap_s: float = 86_400
    send_s: float = 30
    lease_s: float = 120
    recheck_s: float = 60
    """No sleep is longer, so that a changed clock cannot keep a line asleep."""


@dataclass(slots=True)
class Tally:
    """What the tries of one run came to."""

    sent: int = 0
    retried: int = 0
    dead: int = 0


class Outbox:
    """All lines to all receivers. Runs once; make a new one to start again."""

    def __init__(
        self,
        keeper: Keeper,
        channels: Mapping[str, Channel],
        issuers: Sequence[Issuer],
        zone: ZoneInfo,
        *,
        now: Callable[[], datetime] = utc_now,
        rng: random.Random | None = None,
        pace: Pace | None = None,
        wait: Wait = wait_for,
        ops: Ops | None = None,
    ) -> None:
        """`ops`: who is told when a receiver is down for long, or an alert was parked."""
        self.keeper = keeper
        self.issuers = {issuer.id: issuer for issuer in issuers}
        self.zone = zone
        self.now = now
        self.rng = rng or random.Random()
        self.pace = pace or Pace()
        self.wait = wait
        self.ops = ops
        self.tally = Tally()
        self.stopping = False
        self._channels = channels
        self._urgent: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._lines = [Line(self, name, channel) for name, channel in channels.items()]
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self) -> None:
        """Something new is due: look now, not at the next round."""
        for line in self._lines:
            line.woken.set()

    def tell_now(self, notice: Notice) -> None:
        """Send a notice past the database, which is in trouble itself.

        From memory: tried until it is accepted, the outbox stops, or there is newer word of the
        same trouble. Each receiver on its own.
        """
        for receiver_id in notice.to:
            if channel := self._channels.get(receiver_id):
                key = (receiver_id, notice.key)
                if older := self._urgent.get(key):
                    older.cancel()
                self._urgent[key] = asyncio.create_task(self._send_now(notice, *key, channel))

    async def _send_now(self, notice: Notice, receiver_id: str, key: str, channel: Channel) -> None:
        id_ = digest_id("now", key, notice.at.isoformat(), receiver_id, length=12)
        message = ops_notice(notice, delivery_id=id_)
        for pause_s in chain(self.pace.probes_s, repeat(self.pace.probes_s[-1])):
            try:
                async with asyncio.timeout(self.pace.send_s):
                    await channel.send(message)
                log.info("ops told", extra=fields(receiver=receiver_id, about=key, delivery=id_))
                return
            except (DeliveryError, TimeoutError) as error:
                told = fields(receiver=receiver_id, about=key, error=error)
                log.warning("ops not told", extra=told)
            await asyncio.sleep(pause_s)

    async def run(self) -> None:
        """Deliver until `stop`."""
        await self._warn_of_orphans()
        await self._all(once=False)

    async def flush(self) -> Tally:
        """Send what is due now; a receiver that fails is left for the next time."""
        await self._all(once=True)
        return self.tally

    async def stop(self, within_s: float = 10.0) -> None:
        """Finish what is on its way, at most this long; what is not finished is due again."""
        self.stopping = True
        self.wake()
        for task in self._urgent.values():
            task.cancel()
        await asyncio.gather(*self._urgent.values(), return_exceptions=True)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=max(0.0, within_s - 1))
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=1)

    async def _all(self, *, once: bool) -> None:
        self._tasks = [asyncio.create_task(line.serve(once=once)) for line in self._lines]
        try:
            done = await asyncio.gather(*self._tasks, return_exceptions=True)
        except asyncio.CancelledError:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            raise
        for problem in done:
            if isinstance(problem, Exception):
                raise problem

    async def _warn_of_orphans(self) -> None:
        known = {line.receiver_id for line in self._lines}
        for receiver_id, counts in (await self.keeper(Store.queue_by_receiver)).items():
            if receiver_id not in known and counts["pending"]:
                log.error(
                    "delivery orphaned: no such receiver in the configuration",
                    extra=fields(receiver=receiver_id, pending=counts["pending"]),
                )
