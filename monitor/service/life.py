"""From start to stop: polls and delivers, reloads, and shows that it lives."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from monitor.clock import utc_now
from monitor.config import Config, Source
from monitor.errors import StoreError
from monitor.log import fields
from monitor.model import Notice, Visit
from monitor.poll import poll
from monitor.rules import Rules
from monitor.service.beat import show_beats
from monitor.service.heartbeat import DailyWord, Ping
from monitor.service.hubs import Hubs
from monitor.service.lines import counts, log_visit, warn_of_liberties
from monitor.service.reload import accepted, kept, refused
from monitor.service.schedule import Schedule, first_delay_s
from monitor.service.setup import Setup
from monitor.service.standstill import Standstill
from monitor.stores import Keeper, Store, open_store
from monitor.vitals import Vitals

if TYPE_CHECKING:
    from monitor.deliver import Outbox

log = logging.getLogger(__name__)

LEAST_REST = 0.1
"""Share of its interval for which a source rests even when its visits outlast that interval."""

BEAT_S = 1.0
"""Seconds between two heartbeats of the loop, and between two questions to the writer."""

CHORE_S = 15.0
"""Seconds between two looks of a chore whether it is due."""

STOP_WITHIN_S = 5.0
"""Seconds a stop waits for visits and deliveries under way. A container has ten before it is
killed; a visit cut short has stored nothing and comes again, a delivery is due again."""

RETIRE_WITHIN_S = 120.0
"""The same for what a reload leaves behind: nobody waits for that, so nothing is cut short."""

EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
"""A clock before this was never set. Every age would be wrong, and no certificate would hold."""

PUSH_GAP_S = 5.0
"""Seconds between two visits of one source that pushes cause, at least."""

Chore = Callable[[Config, datetime], Awaitable[None]]
"""Something for which the day has a time, or nobody waits: looks by itself whether it is due, and
remembers in the store that it is done. Called with the configuration in force and the time."""


class Service:
    """Everything that lives between start and stop. Use `async with Service.open(config)`."""

    def __init__(
        self,
        setup: Setup,
        keeper: Keeper,
        *,
        now: Callable[[], datetime] = utc_now,
        rng: random.Random | None = None,
        vitals: Vitals | None = None,
    ) -> None:
        self.keeper = keeper
        self.vitals = vitals or Vitals()
        self.hubs = Hubs(keeper, lambda: self._setup.fetcher, self.visit_soon, now)
        self._setup = setup
        self._now = now
        self._rng = rng or random.Random()
        self._schedule = Schedule(self._visit_and_plan)
        self._under_way: set[str] = set()
        self._pushed: set[str] = set()
        """Sources that had news while a visit was under way, which may have come too early."""
        self._pushed_at: dict[str, float] = {}
        """For when the last visit that a push caused was planned, on the monotonic clock."""
        self._fault: asyncio.Future[None] | None = None
        """Done when deliveries ended by themselves: then something is badly wrong."""
        self._drains: set[asyncio.Task[None]] = set()
        self._retiring: dict[asyncio.Task[None], Setup] = {}
        self._reloading = asyncio.Lock()
        self.standstill = Standstill(
            keeper, lambda: self.config, lambda notice: self.outbox.tell_now(notice), now
        )
        self._expect()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        config: Config,
        *,
        now: Callable[[], datetime] = utc_now,
        vitals: Vitals | None = None,
        counting: bool = True,
    ) -> AsyncIterator[Service]:
        """Build all parts, close all parts. Raises ConfigError, RuleError or StoreError.

        `counting`: whether anybody may ask for what the log lines add up to.
        """
        vitals = vitals or Vitals()
        with vitals.listening() if counting else contextlib.nullcontext():
            # The database first: a second instance is refused before it does any work.
            keeper = await Keeper.open(partial(open_store, config.database, exclusive=True))
            try:
                setup = await Setup.of(config, keeper, now=now)
                service = cls(setup, keeper, now=now, vitals=vitals)
                try:
                    yield service
                finally:
                    await service._end_setups()
            finally:
                await keeper.close()

    def _expect(self) -> None:
        """Have counters of all sources and receivers begin at 0."""
        self.vitals.expect(
            source=self._setup.sources, receiver=(r.id for r in self.config.receivers)
        )

    @property
    def config(self) -> Config:
        """What is in force; a reload changes it."""
        return self._setup.config

    @property
    def rules(self) -> Rules:
        """What reads the texts; a reload changes it."""
        return self._setup.rules

    @property
    def sources(self) -> dict[str, Source]:
        """Who is visited, by id; a reload changes it."""
        return self._setup.sources

    @property
    def outbox(self) -> Outbox:
        """What delivers; a reload changes it."""
        return self._setup.outbox

    # --- one visit -------------------------------------------------------------------------------

    async def visit(self, source_id: str, *, late_s: float | None = None) -> Visit:
        """Visit one source now, store what it brought, wake the outbox, and say so in the log.

        `late_s`: seconds since it was due. Raises StoreError when the database refuses: then
        nothing of the visit was stored.
        """
        setup, task = self._setup, asyncio.current_task()
        assert task is not None
        setup.visits.add(task)
        try:
            visit = await poll(
                setup.sources[source_id],
                setup.adapters[source_id],
                setup.fetcher,
                setup.rules,
                setup.routing,
                self.keeper,
                self._now(),
                first_visit_window=timedelta(seconds=setup.config.first_visit_window_s),
                rng=self._rng,
                wake=lambda: self.outbox.wake(),
            )
        finally:
            setup.visits.discard(task)
        log_visit(visit, late_s)
        return visit

    # --- from start to stop ----------------------------------------------------------------------

    async def run(
        self,
        stop: asyncio.Event,
        *,
        reload: asyncio.Event | None = None,
        load: Callable[[], Config] | None = None,
    ) -> None:
        """Poll and deliver until `stop` is set, then end what is under way.

        Each time `reload` is set, go over to the configuration that `load` gives.
        """
        self._fault = asyncio.get_running_loop().create_future()
        tasks = [asyncio.create_task(self._loop_beats()), asyncio.create_task(self._writer_beats())]
        if self.config.web is None:
            tasks.append(asyncio.create_task(show_beats(self.vitals, self.config.database)))
        stopping = asyncio.create_task(stop.wait())
        try:
            await self._until_clock_is_set(stop)
            self._deliver()
            await self._tell_ops(accepted(self.config, self._now()))
            # Alerts stored before go out meanwhile. Visits that waited for the rules would all end
            # at once: which of two sources tells a story first would be left to chance.
            await self.rules.ready()
            await self._plan_all()
            self._schedule.start()
            log.info("service started", extra=counts(self.config))
            warn_of_liberties(self.config)
            tasks += [asyncio.create_task(self._do(chore)) for chore in self._chores()]
            if reload is not None and load is not None:
                tasks.append(asyncio.create_task(self._reload_when(reload, load)))
            ends: set[asyncio.Future[Any]] = {stopping, self._fault}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if self._fault.done():
                self._fault.result()
        finally:
            self._schedule.pause()
            for task in (stopping, *tasks[2:]):
                task.cancel()
            await self.standstill.stop()
            await self._end_setups()
            self._schedule.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(stopping, *tasks, return_exceptions=True)
        log.info("service stopped")

    async def _end_setups(self) -> None:
        """Close the setup in force and those left behind by reloads."""
        setups = {self._setup.outbox: self._setup}
        setups |= {setup.outbox: setup for setup in self._retiring.values()}
        await asyncio.gather(*(setup.end(STOP_WITHIN_S) for setup in setups.values()))
        await asyncio.gather(*self._drains, *self._retiring, return_exceptions=True)

    async def _until_clock_is_set(self, stop: asyncio.Event) -> None:
        """Wait while the clock says 1970, as some machines do until they reach a time server."""
        if self._now() >= EARLIEST:
            return
        log.error("clock not set", extra=fields(now=f"{self._now():%Y-%m-%d %H:%M}"))
        while self._now() < EARLIEST and not stop.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(BEAT_S):
                    await stop.wait()

    def _chores(self) -> list[Chore]:
        """What else is to be done while `run` runs."""
        from monitor.digest import Press  # `poll` writes no mail
        from monitor.stores.upkeep import Upkeep

        return [
            self.hubs,
            Press(self.keeper, lambda: self.outbox.wake()),
            Upkeep(self.keeper, lambda: self.outbox.wake()),
            DailyWord(self.keeper, lambda: self.outbox.wake()),
            Ping(lambda: self.vitals.healthy()[0] and not self.standstill),
        ]

    def _deliver(self) -> None:
        """Let the outbox of the setup in force deliver until it is told to stop."""
        drain = asyncio.create_task(self.outbox.run(), name="drain")
        self._drains.add(drain)
        drain.add_done_callback(self._drained)

    def _drained(self, drain: asyncio.Task[None]) -> None:
        self._drains.discard(drain)
        if drain.cancelled() or self._fault is None or self._fault.done():
            return
        if error := drain.exception():
            self._fault.set_exception(error)

    # --- the schedule ----------------------------------------------------------------------------

    async def _plan_all(self, before: Setup | None = None) -> None:
        """Plan every source that is new or other than in `before`, forget those that are gone."""
        sources, past = self._setup.sources, before.sources if before else {}
        for source_id in past.keys() - sources.keys():
            self._schedule.drop(source_id)
        changed = [s for s in sources.values() if past.get(s.id) != s]
        if not changed:
            return
        known = {c.source_id: c for c in await self.keeper(Store.checkpoints)}
        for source in changed:
            if source.id not in self._under_way:  # else the end of that visit plans the next
                seen = known.get(source.id)
                delay_s = first_delay_s(source, seen, len(changed), self._now())
                self._schedule.plan(source.id, delay_s)

    async def _visit_and_plan(self, source_id: str, late_s: float) -> None:
        source = self._setup.sources.get(source_id)
        if source is None:
            return
        self._under_way.add(source_id)
        try:
            delay_s = await self._pause_after_visit(source, late_s)
        except asyncio.CancelledError:
            log.info("source released", extra=fields(source=source_id))  # the service is stopping
            return
        finally:
            self._under_way.discard(source_id)
        present = self._setup.sources.get(source_id)
        if present is None:  # a reload took it away meanwhile
            return
        if present != source:
            delay_s = min(delay_s, present.every_s)
        # One that is always late gets a rest all the same, so that it cannot take the whole loop.
        self._schedule.plan(source_id, max(delay_s, present.every_s * LEAST_REST))
        if source_id in self._pushed:
            self._pushed.discard(source_id)
            self.visit_soon(source_id)

    async def _pause_after_visit(self, source: Source, late_s: float) -> float:
        """Visit; seconds until the next visit. Counted by what lasts, not by what clocks say."""
        if self.standstill:
            return self.standstill.rest_s
        began, began_at = time.monotonic(), self._now()
        try:
            visit = await self.visit(source.id, late_s=late_s)
        except StoreError as error:
            # Nothing was stored, so nothing is lost: the next visit finds the same news again.
            self.standstill.begin(error)
            log.error(
                "source failed",
                extra=fields(source=source.id, reason="store", error=f"not stored: {error}"),
            )
            return self.standstill.rest_s if self.standstill else max(source.every_s, 5.0)
        except Exception:
            log.exception("source failed", extra=fields(source=source.id, reason="fault"))
            return source.every_s
        if not visit.ok:
            self._pushed.discard(source.id)
        if visit.next_due_at is None:
            return source.every_s
        return (visit.next_due_at - began_at).total_seconds() - (time.monotonic() - began)

    def visit_soon(self, source_id: str) -> None:
        """Visit the source at once: there is news. Soon after the last such visit: a bit later."""
        if source_id in self._under_way:
            self._pushed.add(source_id)
            return
        clock = time.monotonic()
        delay_s = max(0.0, self._pushed_at.get(source_id, -PUSH_GAP_S) + PUSH_GAP_S - clock)
        due_in_s = self._schedule.due_in_s(source_id)
        if due_in_s is not None and due_in_s > delay_s:
            self._pushed_at[source_id] = clock + delay_s
            self._schedule.plan(source_id, delay_s)

    # --- going over to another configuration -----------------------------------------------------

    async def _reload_when(self, asked: asyncio.Event, load: Callable[[], Config]) -> None:
        while True:
            await asked.wait()
            asked.clear()
            await self.reload(load)

    async def reload(self, load: Callable[[], Config]) -> bool:
        """Go over to the configuration that `load` gives; False: it is refused, the old one stays.

        Visits under way end with the setup they began with. The outbox in force is told to finish
        what is on its way, the new one takes the rest: a delivery is leased to one of them.
        """
        async with self._reloading:
            before = self._setup
            try:
                config = kept(await asyncio.to_thread(load), before.config)
                fresh = await Setup.of(config, self.keeper, now=self._now, before=before)
            except Exception as error:
                await self._tell_ops(refused(error, before.config, self._now()))
                return False
            self._setup = fresh
            self._expect()
            warn_of_liberties(config)
            if self._fault is not None:
                self._deliver()
            ending = asyncio.create_task(before.end(RETIRE_WITHIN_S))
            self._retiring[ending] = before
            ending.add_done_callback(self._retiring.pop)
            await self._tell_ops(accepted(config, self._now()))
            await self._plan_all(before)
            log.info("config loaded", extra=counts(config))
            return True

    async def _tell_ops(self, notice: Notice) -> None:
        try:
            if await self.keeper(Store.notify, notice):
                self.outbox.wake()
        except StoreError as refusal:
            log.error("ops not told", extra=fields(error=refusal))

    # --- signs of life ---------------------------------------------------------------------------

    async def _loop_beats(self) -> None:
        """Beat, and look whether the wall clock jumped."""
        while True:
            self.vitals.beat("loop")
            if jumped_s := self._schedule.realign():
                log.warning("clock jumped", extra=fields(by_s=round(jumped_s, 1)))
                if jumped_s < 0:
                    await self._clock_was_set_back()
            await asyncio.sleep(BEAT_S)

    async def _clock_was_set_back(self) -> None:
        try:
            await self.keeper(Store.due_by_now, self._now())
            self.outbox.wake()
        except StoreError as refusal:
            log.error("delivery paused", extra=fields(error=refusal))

    async def _writer_beats(self) -> None:
        """Ask the writer for nothing, again and again. A refusal is an answer too."""
        while True:
            with contextlib.suppress(StoreError):
                await self.keeper(_nothing)
            self.vitals.beat("writer")
            await asyncio.sleep(BEAT_S)

    async def _do(self, chore: Chore) -> None:
        while True:
            try:
                await chore(self.config, self._now())
            except StoreError as error:
                log.error("chore failed", extra=fields(error=error))
            except Exception:
                log.exception("chore failed")
            await asyncio.sleep(CHORE_S)


def _nothing(store: Store) -> None:
    """What the writer is asked when it is only to show that it lives."""
