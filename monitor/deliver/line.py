"""The queue of one receiver: one message at a time, at its pace, until it is taken or given up."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.channels import Channel
from monitor.deliver import notices
from monitor.deliver.words import Subject, born_at, message_for
from monitor.errors import DeliveryError, StoreError
from monitor.log import fields
from monitor.model import Delivery, Message, Notice
from monitor.stores import Outcome, Store

if TYPE_CHECKING:
    from monitor.deliver.outbox import Outbox

log = logging.getLogger(__name__)


class Line:
    """The queue of one receiver: its bucket, its circuit, one message at a time."""

    def __init__(self, outbox: Outbox, receiver_id: str, channel: Channel) -> None:
        self.receiver_id = receiver_id
        self.woken = asyncio.Event()
        self._outbox = outbox
        self._pace = outbox.pace
        self._channel = channel
        self._failures = 0
        self._failing_since: datetime | None = None
        self._may_be_in_trouble = True
        """Whether ops may believe that the receiver is down: the last run may have said so."""
        self._closed_until: datetime | None = None
        self._closed_for_s = 0.0
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
            rest_s = (self._closed_until - now).total_seconds()
            if rest_s > self._closed_for_s + 1:  # the clock was set back
                self._closed_until = now + timedelta(seconds=self._closed_for_s)
                return self._closed_for_s
            return rest_s
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
                left = (end - self._outbox.now()).total_seconds()
                until = left if left <= until else 0.0  # more: the clock was set back
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
        subject: Subject | None = None
        began = self._outbox.now()
        self._tokens -= 1
        try:
            subject = await self._outbox.keeper(Store.subject, delivery)
            async with asyncio.timeout(self._pace.send_s):
                answer = await self._channel.send(self._message(subject, delivery))
        except asyncio.CancelledError:  # stopped in the middle: it may have gone out
            await asyncio.shield(self._settle(delivery, "released", doubtful=True))
            raise
        except DeliveryError as error:
            await self._failed(delivery, subject, began, error)
        except TimeoutError:
            late = DeliveryError("no answer in time", reason="timeout", doubtful=True)
            await self._failed(delivery, subject, began, late)
        except Exception as error:  # a fault of ours must not stop the line
            if not isinstance(error, StoreError):
                log.exception("delivery faulty", extra=self._fields(delivery))
            words = f"could not be sent: {type(error).__name__}: {error}"
            ours = DeliveryError(words, retryable=False)
            await self._failed(delivery, subject, began, ours)
        else:
            await self._sent(delivery, answer)

    def _message(self, subject: Subject, delivery: Delivery) -> Message:
        box = self._outbox
        return message_for(subject, delivery, box.issuers, now=box.now(), zone=box.zone)

    async def _sent(self, delivery: Delivery, answer: str) -> None:
        now = self._outbox.now()
        await self._settle(delivery, "sent", answer=answer)
        self._outbox.tally.sent += 1
        delay_s = (now - delivery.seen_at).total_seconds() if delivery.seen_at else None
        log.info("delivery sent", extra=self._fields(delivery, seen_to_sent_s=delay_s))
        since = self._failing_since
        if self._failures:
            self._failures, self._closed_until, self._failing_since = 0, None, None
            await self._outbox.keeper(Store.hasten, self.receiver_id, now)
        if self._may_be_in_trouble:
            self._may_be_in_trouble = False
            await self._tell_ops(*notices.well_again(self.receiver_id, since, now, self._to()))

    async def _failed(
        self, delivery: Delivery, subject: Subject | None, began: datetime, error: DeliveryError
    ) -> None:
        """Leave the receiver alone for a while, and the message for that long or longer."""
        now, pace = self._outbox.now(), self._pace
        self._failures += 1
        self._failing_since = self._failing_since or began
        about_message = error.reason in ("client", "too_large", "other")
        rest_s = self._rest_s(error, began, now)
        if about_message and self._failures == 1:
            rest_s = 0.0  # the next message may well be welcome
        self._closed_until, self._closed_for_s = now + timedelta(seconds=rest_s), rest_s
        if self._give_up(delivery, subject, error, now):
            await self._settle(delivery, "dead", error=error)
            self._outbox.tally.dead += 1
            log.error("delivery dead", extra=self._fields(delivery, error))
            await self._tell_ops(
                notices.parked(self.receiver_id, delivery, str(error), now, self._to())
            )
        else:
            if about_message:
                wait_s = min(pace.ceiling_s, pace.first_s * 2 ** min(delivery.attempts - 1, 16))
                wait_s *= self._outbox.rng.uniform(1 - pace.jitter, 1 + pace.jitter)
            else:
                # Every fourth time let another message ask: maybe it is this one that hurts. If
                # there is no other, the moment is too short to matter.
                wait_s = rest_s + 0.05 if delivery.attempts % 4 == 0 else rest_s
            due_at = now + timedelta(seconds=max(wait_s, rest_s))
            await self._settle(delivery, "retry", error=error, due_at=due_at)
            self._outbox.tally.retried += 1
            retried = self._fields(delivery, error, due_in_s=(due_at - now).total_seconds())
            log.warning("delivery retried", extra=retried)
        await self._tell_ops_if_down(error, now)

    def _rest_s(self, error: DeliveryError, began: datetime, now: datetime) -> float:
        """Seconds until the receiver is asked again, counted from now."""
        pace = self._pace
        pause_s = pace.probes_s[min(self._failures, len(pace.probes_s)) - 1]
        if pause_s < pace.probes_s[-1]:
            pause_s *= self._outbox.rng.uniform(1 - pace.jitter, 1 + pace.jitter)
        # A receiver that takes half a minute to fail is asked once a minute all the same.
        rest_s = max(0.0, pause_s - (now - began).total_seconds())
        if error.retry_after_s is not None:
            rest_s = max(rest_s, min(error.retry_after_s, pace.retry_after_cap_s))
        return rest_s

    def _give_up(
        self, delivery: Delivery, subject: Subject | None, error: DeliveryError, now: datetime
    ) -> bool:
        if delivery.attempts < self._pace.refusals:
            return False
        old = subject is not None and now - born_at(subject) > self._pace.keep_trying
        return old or not error.retryable

    # --- ops --------------------------------------------------------------------------------------

    def _to(self) -> tuple[str, ...]:
        """The ops receivers but this one: what failed cannot tell of its failure."""
        ops = self._outbox.ops
        return tuple(i for i in ops.to if i != self.receiver_id) if ops else ()

    async def _tell_ops_if_down(self, error: DeliveryError, now: datetime) -> None:
        self._may_be_in_trouble = True
        ops, since = self._outbox.ops, self._failing_since
        if ops is None or since is None or (now - since).total_seconds() < ops.after:
            return
        counts = await self._outbox.keeper(Store.queue_by_receiver)
        waiting = counts.get(self.receiver_id, {}).get("pending", 0)
        await self._tell_ops(
            notices.down(self.receiver_id, since, str(error), waiting, now, self._to())
        )

    async def _tell_ops(self, *told: Notice) -> None:
        """Queue the notices and have them sent. A store that refuses is not worth a lost line."""
        try:
            for notice in told:
                if await self._outbox.keeper(Store.notify, notice):
                    self._outbox.wake()
        except StoreError as refusal:
            log.error("ops not told", extra=fields(receiver=self.receiver_id, error=refusal))

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
        """Store how it ended, however long that takes: else it would be sent again.

        A store that runs a service keeps what its disk refuses in memory; any other has us wait.
        """
        while True:
            try:
                stored = await self._outbox.keeper(
                    Store.settle,
                    delivery.id,
                    outcome=outcome,
                    now=self._outbox.now(),
                    due_at=due_at,
                    error=None if error is None else str(error),
                    answer=answer,
                    doubtful=doubtful or (error is not None and error.doubtful),
                )
                if not stored:
                    log.error("delivery unsettled", extra=self._fields(delivery, outcome=outcome))
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
