"""Builds everything from the Config, owns the schedule, starts and stops cleanly.

    service.py   one job per source, plus the drain
      poll.py      source -> items -> readings -> events -> deliveries, stored in one transaction
      deliver.py   deliveries -> receivers

A source's job visits once and plans its own next visit: a source never overlaps itself, backs off
while it fails, and obeys Retry-After. Due times live in the store, so that a restart goes on where
the last run stopped instead of asking everybody at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.adapters import ADAPTERS
from monitor.channels import open_channels
from monitor.clock import utc_now, zone
from monitor.config import Config, Source
from monitor.deliver import Outbox
from monitor.errors import StoreError
from monitor.fetch import Fetcher
from monitor.log import fields
from monitor.model import Checkpoint, Visit
from monitor.poll import SLOWEST_S, poll
from monitor.route import Routing
from monitor.rules import Rules, load_rules
from monitor.stores import Keeper, Store, open_store
from monitor.vitals import Vitals

log = logging.getLogger(__name__)

SPREAD_S = 0.25
"""Seconds between the first visits of two sources at start, at most."""

LEAST_REST = 0.1
"""Share of its interval for which a source rests even when its visits outlast that interval."""

BEAT_S = 2.0
"""Seconds between two heartbeats of the loop, and between two questions to the writer."""

STOP_WITHIN_S = 10.0
"""Seconds a stop waits for visits under way. One cut short has stored nothing: it comes again."""


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


class Service:
    """Everything that lives between start and stop. Use `async with Service.open(config)`."""

    def __init__(
        self,
        config: Config,
        rules: Rules,
        keeper: Keeper,
        fetcher: Fetcher,
        outbox: Outbox,
        *,
        now: Callable[[], datetime] = utc_now,
        rng: random.Random | None = None,
        vitals: Vitals | None = None,
    ) -> None:
        self.config = config
        self.vitals = vitals or Vitals()
        self.sources = {s.id: s for s in config.sources if s.enabled}
        self._adapters = {
            s.id: ADAPTERS[s.adapter](s, config.issuers) for s in self.sources.values()
        }
        self._rules = rules
        self._routing = Routing.of(config)
        self.keeper = keeper
        self._fetcher = fetcher
        self.outbox = outbox
        self._now = now
        self._rng = rng or random.Random()
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            # Two: a visit that outlasted its interval plans the next, due at once, before it has
            # ended itself; APScheduler drops for ever what it finds running once too often.
            job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
        )
        self._visits: set[asyncio.Task[object]] = set()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        config: Config,
        *,
        now: Callable[[], datetime] = utc_now,
        vitals: Vitals | None = None,
    ) -> AsyncIterator[Service]:
        """Build all parts, close all parts. Raises ConfigError, RuleError or StoreError."""
        vitals = vitals or Vitals()
        async with contextlib.AsyncExitStack() as stack:
            stack.enter_context(vitals.listening())
            # The database first: a second instance is refused before it does any work.
            keeper = await Keeper.open(partial(open_store, config.database, exclusive=True))
            stack.push_async_callback(keeper.close)
            channels = await open_channels(config.receivers, problem=config.problem)
            for channel in channels.values():
                stack.push_async_callback(channel.aclose)
            rules = await asyncio.to_thread(load_rules, config.issuers, config.rules_dirs)
            fetcher = fetcher_for(config, now=now)
            stack.push_async_callback(fetcher.aclose)
            outbox = Outbox(
                keeper, channels, config.issuers, zone(config.timezone), now=now, ops=config.ops
            )
            yield cls(config, rules, keeper, fetcher, outbox, now=now, vitals=vitals)

    # --- one visit -------------------------------------------------------------------------------

    async def visit(self, source_id: str) -> Visit:
        """Visit one source now, store what it brought, wake the outbox, and say so in the log.

        Raises StoreError when the database refuses: then nothing of the visit was stored.
        """
        visit = await poll(
            self.sources[source_id],
            self._adapters[source_id],
            self._fetcher,
            self._rules,
            self._routing,
            self.keeper,
            self._now(),
            first_visit_window=timedelta(seconds=self.config.first_visit_window_s),
            rng=self._rng,
            wake=self.outbox.wake,
        )
        log_visit(visit)
        return visit

    # --- the schedule ----------------------------------------------------------------------------

    async def run(self, stop: asyncio.Event) -> None:
        """Poll and deliver until `stop` is set, then end what is under way."""
        drain = asyncio.create_task(self.outbox.run(), name="drain")
        beats = [asyncio.create_task(self._loop_beats()), asyncio.create_task(self._writer_beats())]
        try:
            known = {c.source_id: c for c in await self.keeper(Store.checkpoints)}
            for source in self.sources.values():
                delay = first_delay_s(source, known.get(source.id), len(self.sources), self._now())
                self._plan(source.id, delay)
            self._scheduler.start()
            log.info(
                "service started",
                extra=fields(
                    sources=len(self.sources),
                    receivers=len(self.config.receivers),
                    issuers=len(self.config.issuers),
                ),
            )
            waiting = asyncio.create_task(stop.wait())
            await asyncio.wait({waiting, drain}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if drain.done():
                drain.result()  # it ends by itself only when something is badly wrong
        finally:
            await self._end(drain)
            for beat in beats:
                beat.cancel()
            await asyncio.gather(*beats, return_exceptions=True)
        log.info("service stopped")

    async def _loop_beats(self) -> None:
        while True:
            self.vitals.beat("loop")
            await asyncio.sleep(BEAT_S)

    async def _writer_beats(self) -> None:
        """Ask the writer for nothing, again and again. A refusal is an answer too."""
        while True:
            with contextlib.suppress(StoreError):
                await self.keeper(_nothing)
            self.vitals.beat("writer")
            await asyncio.sleep(BEAT_S)

    def _plan(self, source_id: str, delay_s: float) -> None:
        self._scheduler.add_job(
            self._job,
            "date",
            run_date=utc_now() + timedelta(seconds=max(0.0, delay_s)),
            args=[source_id],
            id=source_id,
            replace_existing=True,
        )

    async def _job(self, source_id: str) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._visits.add(task)
        source = self.sources[source_id]
        delay_s = source.every_s
        try:
            visit = await self.visit(source_id)
            if visit.next_due_at:
                delay_s = (visit.next_due_at - self._now()).total_seconds()
        except StoreError as error:
            # Nothing was stored, so nothing is lost: the next visit finds the same news again.
            log.error("source failed", extra=fields(source=source_id, error=f"not stored: {error}"))
            delay_s = max(delay_s, 5.0)
        except asyncio.CancelledError:
            log.info("source released", extra=fields(source=source_id))  # the service is stopping
            return
        except Exception:
            log.exception("source failed", extra=fields(source=source_id))
        finally:
            self._visits.discard(task)
        # One that is always late gets a rest all the same, so that it cannot take the whole loop.
        self._plan(source_id, max(delay_s, source.every_s * LEAST_REST))

    async def _end(self, drain: asyncio.Task[None]) -> None:
        if self._scheduler.running:
            self._scheduler.pause()
        if self._visits:
            _, late = await asyncio.wait(set(self._visits), timeout=STOP_WITHIN_S)
            for task in late:
                task.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await self.outbox.stop()
        await asyncio.gather(drain, return_exceptions=True)


def _nothing(store: Store) -> None:
    """What the writer is asked when it is only to show that it lives."""


def fetcher_for(config: Config, *, now: Callable[[], datetime] = utc_now) -> Fetcher:
    """The one way out to the web, as the `fetch:` block says."""
    return Fetcher(
        user_agent=config.fetch.user_agent,
        concurrency=config.fetch.concurrency,
        allow_private_addresses=config.fetch.allow_private_addresses,
        proxy=config.fetch.proxy,
        now=now,
    )


def log_visit(visit: Visit) -> None:
    """One line per visit, with the fixed phrase that counters share."""
    if not visit.ok:
        log.warning("source failed", extra=fields(source=visit.source_id, error=visit.error))
    elif visit.unchanged:
        log.info(
            "source unchanged",
            extra=fields(source=visit.source_id, elapsed_s=round(visit.elapsed_s, 3)),
        )
    else:
        log.info(
            "source polled",
            extra=fields(
                source=visit.source_id,
                items=visit.items,
                fresh=visit.fresh,
                events=visit.events,
                deliveries=visit.deliveries,
                skipped=visit.skipped or None,
                elapsed_s=round(visit.elapsed_s, 3),
            ),
        )


def stop_on_signals(stop: asyncio.Event) -> None:
    """Let SIGTERM and SIGINT end the running loop cleanly (a PID 1 ignores them otherwise)."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
