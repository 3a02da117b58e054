"""Signs of life for those who would not notice silence: the `heartbeat:` block. Two chores.

Ping       asks a dead-man's switch again and again, while nothing is stuck
DailyWord  tells receivers once a day that the program is alive, and what is not well
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.clock import zone
from monitor.config import Config
from monitor.errors import FetchError
from monitor.fetch import Fetcher
from monitor.health import WELL, source_state
from monitor.log import fields, hide, redact
from monitor.model import Notice, Request
from monitor.stores import Keeper, Store

log = logging.getLogger(__name__)

ANSWER_WITHIN_S = 10.0
AGAIN_S = 60.0
"""After a ping that failed the next comes no later than this."""


class Ping:
    """Asks `heartbeat.ping` every so often, as long as `well()`: else it is to alarm."""

    def __init__(
        self, well: Callable[[], bool], *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._well = well
        self._monotonic = monotonic
        self._due_at = monotonic()

    async def __call__(self, config: Config, now: datetime) -> None:
        """Ask, if it is time. Never says the address: it is a secret."""
        heartbeat = config.heartbeat
        if heartbeat is None or heartbeat.ping is None or self._monotonic() < self._due_at:
            return
        if not self._well():
            return
        self._due_at = self._monotonic() + heartbeat.every
        hide(heartbeat.ping)
        fetcher = Fetcher(
            user_agent=config.fetch.user_agent,
            deadline_s=ANSWER_WITHIN_S,
            allow_private_addresses=True,  # a switch in the house is the normal case
            proxy=config.fetch.proxy,
        )
        try:
            await fetcher.get(Request(heartbeat.ping))
        except FetchError as error:
            self._due_at = self._monotonic() + min(heartbeat.every, AGAIN_S)
            told = fields(reason=error.reason, error=redact(str(error)))
            log.warning("heartbeat failed", extra=told)
        else:
            log.info("heartbeat sent")
        finally:
            await fetcher.aclose()


class DailyWord:
    """Tells `heartbeat.to` at `heartbeat.at`, or at a later start, once a local day."""

    def __init__(self, keeper: Keeper, wake: Callable[[], None]) -> None:
        self._keeper = keeper
        self._wake = wake
        self._told_on: date | None = None

    async def __call__(self, config: Config, now: datetime) -> None:
        """Queue the message, if it is time and nobody has done so today."""
        heartbeat = config.heartbeat
        if heartbeat is None or not heartbeat.to:
            return
        local = now.astimezone(zone(heartbeat.timezone or config.timezone))
        if f"{local:%H:%M}" < heartbeat.at or local.date() == self._told_on:
            return
        if await self._keeper(_announce, config, local.date(), now):
            self._wake()
            log.info("heartbeat queued", extra=fields(day=local.date()))
        self._told_on = local.date()


def _announce(store: Store, config: Config, day: date, now: datetime) -> bool:
    assert config.heartbeat is not None
    title, body = daily_words(store, config, now, zone(config.timezone))
    key = f"heartbeat:{day.isoformat()}"
    return store.announce(Notice(key, title, body, tuple(config.heartbeat.to), now))


def daily_words(store: Store, config: Config, now: datetime, local: ZoneInfo) -> tuple[str, str]:
    """Title and body: `alive: 4,213 items from 38 sources, all healthy`, and what is not."""
    since = now - timedelta(hours=24)
    seen = {c.source_id: c for c in store.checkpoints()}
    items = sum(store.item_counts(since).values())
    sources = [s for s in config.sources if s.enabled]
    states = [source_state(s, seen.get(s.id), 0, now, local) for s in sources]
    ill = [s for s in states if s.state not in WELL]
    health = f"{len(ill)} not healthy" if ill else "all healthy"
    queue, latency = store.queue_counts(), store.latency(since)
    lines = [f"{s.id}: {s.state}. {s.told}".rstrip() for s in ill]
    lines.append(
        f"In 24 hours: {items:,} items, {latency.alerts:,} messages sent."
        f" Now: {queue.get('pending', 0):,} waiting, {queue.get('dead', 0):,} given up."
    )
    count = f"{len(sources):,} source{'s' if len(sources) != 1 else ''}"
    return f"alive: {items:,} items from {count}, {health}", "\n".join(lines)
