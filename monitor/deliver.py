"""From the outbox to the receivers: claim → render → send → settle, one line per receiver.

    outbox = Outbox(keeper, channels, config.issuers, zone(config.timezone))
    running = asyncio.create_task(outbox.run())
    outbox.wake()                  # a poll stored an alert: send it now
    await outbox.stop(); await running

A receiver that is slow, dead or refusing holds up nobody else. While it fails, its whole queue
waits and one message at a time asks whether it is back. Nothing is given up without an ERROR line.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.channels import Channel
from monitor.clock import utc_now
from monitor.config import Issuer
from monitor.errors import DeliveryError, StoreError
from monitor.log import fields
from monitor.model import Delivery, Event, Message
from monitor.render import alert
from monitor.stores import Keeper, Outcome, Store

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
    """After the first, second ... failure in a row a receiver is left alone this long; the last
    figure holds from then on: at most one try a minute while it is down."""
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
    ) -> None:
        self.keeper = keeper
        self.issuers = {issuer.id: issuer for issuer in issuers}
        self.zone = zone
        self.now = now
        self.rng = rng or random.Random()
        self.pace = pace or Pace()
        self.wait = wait
        self.tally = Tally()
        self.stopping = False
        self._lines = [_Line(self, name, channel) for name, channel in channels.items()]
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self) -> None:
        """Something new is due: look now, not at the next round."""
        for line in self._lines:
            line.woken.set()

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


class _Line:
    """The queue of one receiver: its bucket, its circuit, one message at a time."""

    def __init__(self, outbox: Outbox, receiver_id: str, channel: Channel) -> None:
        self.receiver_id = receiver_id
        self.woken = asyncio.Event()
        self._outbox = outbox
        self._pace = outbox.pace
        self._channel = channel
        self._failures = 0
        self._closed_until: datetime | None = None
        self._tokens = channel.burst
        self._filled_at = outbox.now()

    async def serve(self, *, once: bool) -> None:
        """Send what is due, in order of severity, then age; wait for more unless `once`."""
        while not self._outbox.stopping:
            self.woken.clear()
            try:
                rest = self._must_rest_s()
                if rest > 0 and not (once and self._failures):
                    await self._sleep(rest, only_stop=True)
                elif (delivery := None if rest > 0 else await self._claim()) is not None:
                    await self._deliver(delivery)
                elif once:
                    return
                else:
                    await self._sleep(await self._until_due_s())
            except Exception as error:
                if once:
                    raise
                # A full disk, a lock held for long: what was stored is still there afterwards.
                # A fault of ours must not end the line unnoticed either.
                trace = None if isinstance(error, StoreError) else error
                told = fields(receiver=self.receiver_id, error=error)
                log.error("delivery paused", extra=told, exc_info=trace)
                await self._sleep(self._pace.first_s, only_stop=True)

    # --- when -----------------------------------------------------------------------------------

    def _must_rest_s(self) -> float:
        """Seconds until the circuit and then the bucket let another message through."""
        now = self._outbox.now()
        if self._closed_until is not None:
            return (self._closed_until - now).total_seconds()
        per_s = self._channel.per_minute / 60
        gained = max(0.0, (now - self._filled_at).total_seconds()) * per_s
        self._tokens = min(self._channel.burst, self._tokens + gained)
        self._filled_at = now
        return 0.0 if self._tokens >= 1 else (1 - self._tokens) / per_s

    async def _sleep(self, seconds: float | None, *, only_stop: bool = False) -> None:
        """Until something new is due; `only_stop`: news changes nothing, a stop does."""
        limit = self._pace.recheck_s
        until = limit if seconds is None else max(0.0, min(seconds, limit))
        if only_stop:
            end = self._outbox.now() + timedelta(seconds=until)
            while not self._outbox.stopping and until > 0:
                self.woken.clear()
                await self._outbox.wait(self.woken, until)
                until = min(limit, (end - self._outbox.now()).total_seconds())
        else:
            await self._outbox.wait(self.woken, until)

    async def _until_due_s(self) -> float | None:
        due = await self._outbox.keeper(Store.next_due, self.receiver_id)
        return None if due is None else (due - self._outbox.now()).total_seconds()

    async def _claim(self) -> Delivery | None:
        claimed = await self._outbox.keeper(
            Store.claim,
            self._outbox.now(),
            lease_s=self._pace.lease_s,
            receiver_id=self.receiver_id,
            limit=1,
        )
        return claimed[0] if claimed else None

    # --- one message ------------------------------------------------------------------------------

    async def _deliver(self, delivery: Delivery) -> None:
        """Render, send and settle one delivery. Whatever happens, it is settled."""
        event: Event | None = None
        self._tokens -= 1
        try:
            event = await self._outbox.keeper(Store.event, delivery.about)
            async with asyncio.timeout(self._pace.send_s):
                answer = await self._channel.send(self._message(event, delivery))
        except asyncio.CancelledError:  # stopped in the middle: it may have gone out
            await asyncio.shield(self._settle(delivery, "released", doubtful=True))
            raise
        except DeliveryError as error:
            await self._failed(delivery, event, error)
        except TimeoutError:
            late = DeliveryError("no answer in time", reason="timeout", doubtful=True)
            await self._failed(delivery, event, late)
        except Exception as error:  # a fault of ours must not stop the line
            if not isinstance(error, StoreError):
                log.exception("delivery faulty", extra=self._fields(delivery))
            words = f"could not be sent: {type(error).__name__}: {error}"
            await self._failed(delivery, event, DeliveryError(words, retryable=False))
        else:
            await self._sent(delivery, event, answer)

    def _message(self, event: Event, delivery: Delivery) -> Message:
        return alert(
            event,
            self._outbox.issuers.get(event.match.issuer_id or ""),
            delivery_id=delivery.id,
            now=self._outbox.now(),
            zone=self._outbox.zone,
            doubtful=delivery.doubtful,
        )

    async def _sent(self, delivery: Delivery, event: Event, answer: str) -> None:
        now = self._outbox.now()
        await self._settle(delivery, "sent", answer=answer)
        self._outbox.tally.sent += 1
        delay_s = (now - event.item.fetched_at).total_seconds()
        log.info("delivery sent", extra=self._fields(delivery, seen_to_sent_s=delay_s))
        if self._failures:
            self._failures, self._closed_until = 0, None
            await self._outbox.keeper(Store.hasten, self.receiver_id, now)

    async def _failed(self, delivery: Delivery, event: Event | None, error: DeliveryError) -> None:
        """Leave the receiver alone for a while, and the message for that long or longer."""
        now, pace = self._outbox.now(), self._pace
        self._failures += 1
        about_message = error.reason in ("client", "too_large", "other")
        rest_s = pace.probes_s[min(self._failures, len(pace.probes_s)) - 1]
        if error.retry_after_s is not None:
            rest_s = max(rest_s, min(error.retry_after_s, pace.retry_after_cap_s))
        elif rest_s < pace.probes_s[-1]:
            rest_s *= self._outbox.rng.uniform(1 - pace.jitter, 1 + pace.jitter)
        if about_message and self._failures == 1:
            rest_s = 0.0  # the next message may well be welcome
        self._closed_until = now + timedelta(seconds=rest_s)
        if self._give_up(delivery, event, error, now):
            await self._settle(delivery, "dead", error=error)
            self._outbox.tally.dead += 1
            log.error("delivery dead", extra=self._fields(delivery, error))
            return
        if about_message:
            wait_s = min(pace.ceiling_s, pace.first_s * 2 ** min(delivery.attempts - 1, 16))
            wait_s *= self._outbox.rng.uniform(1 - pace.jitter, 1 + pace.jitter)
        else:
            # Every fourth time let another message ask: maybe it is this one that hurts.
            wait_s = rest_s * 1.5 if delivery.attempts % 4 == 0 else rest_s
        due_at = now + timedelta(seconds=max(wait_s, rest_s))
        await self._settle(delivery, "retry", error=error, due_at=due_at)
        self._outbox.tally.retried += 1
        retried = self._fields(delivery, error, due_in_s=(due_at - now).total_seconds())
        log.warning("delivery retried", extra=retried)

    def _give_up(
        self, delivery: Delivery, event: Event | None, error: DeliveryError, now: datetime
    ) -> bool:
        if delivery.attempts < self._pace.refusals:
            return False
        old = event is not None and now - event.detected_at > self._pace.keep_trying
        return old or not error.retryable

    async def _settle(
        self,
        delivery: Delivery,
        outcome: Outcome,
        *,
        answer: str | None = None,
        error: DeliveryError | None = None,
        due_at: datetime | None = None,
        doubtful: bool = False,
    ) -> None:
        """Store how it ended, however long the disk makes us wait: else it would be sent again."""
        while True:
            try:
                await self._outbox.keeper(
                    Store.settle,
                    delivery.id,
                    outcome=outcome,
                    now=self._outbox.now(),
                    due_at=due_at,
                    error=None if error is None else str(error),
                    answer=answer,
                    doubtful=doubtful or (error is not None and error.doubtful),
                )
                return
            except StoreError as refusal:
                log.error("delivery unsettled", extra=self._fields(delivery, store_error=refusal))
                if self._outbox.stopping:
                    return  # the lease ends by itself; the message is then marked doubtful
                await self._sleep(self._pace.first_s, only_stop=True)

    def _fields(
        self, delivery: Delivery, error: DeliveryError | None = None, **more: object
    ) -> dict[str, dict[str, object]]:
        told = {} if error is None else {"reason": error.reason, "error": str(error)}
        return fields(
            delivery=delivery.id,
            event=delivery.about,
            receiver=self.receiver_id,
            attempts=delivery.attempts,
            **told,
            **more,
        )
