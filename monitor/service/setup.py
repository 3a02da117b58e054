"""All that is made from one Config. A reload makes another one; visits end with what they began."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

from monitor.adapters import ADAPTERS, Adapter
from monitor.channels import build_mailboxes, open_channels
from monitor.clock import utc_now, zone
from monitor.config import Config, Source
from monitor.deliver import Outbox
from monitor.fetch import Fetcher
from monitor.route import Routing
from monitor.rules import Rules, load_rules, shipped_rules
from monitor.stores import Keeper


@dataclass(slots=True)
class Setup:
    """Sources, rules, routes and receivers that belong together. `end` closes what it opened."""

    config: Config
    sources: dict[str, Source]
    """Those that are visited, by id."""
    adapters: dict[str, Adapter]
    rules: Rules
    routing: Routing
    fetcher: Fetcher
    outbox: Outbox
    visits: set[asyncio.Task[object]] = field(default_factory=set)
    """Under way."""
    _opened: AsyncExitStack = field(default_factory=AsyncExitStack)

    @classmethod
    async def of(
        cls,
        config: Config,
        keeper: Keeper,
        *,
        now: Callable[[], datetime] = utc_now,
        rng: random.Random | None = None,
        before: Setup | None = None,
    ) -> Setup:
        """Build all of it. `before`: what may be taken over. Raises ConfigError or RuleError."""
        async with AsyncExitStack() as stack:
            channels = await open_channels(config.receivers, problem=config.problem)
            boxes = config.digest.to if config.digest else ()
            channels |= build_mailboxes(boxes, problem=config.problem)
            for channel in channels.values():
                stack.push_async_callback(channel.aclose)
            sources = {s.id: s for s in config.sources if s.enabled}
            rules = await _rules_for(config, before)
            fetcher = fetcher_for(config, now=now)
            stack.push_async_callback(fetcher.aclose)
            return cls(
                config,
                sources,
                {s.id: ADAPTERS[s.adapter](s, config.issuers) for s in sources.values()},
                rules,
                Routing.of(config),
                fetcher,
                Outbox(
                    keeper,
                    channels,
                    config.issuers,
                    zone(config.timezone),
                    now=now,
                    rng=rng,
                    ops=config.ops,
                ),
                _opened=stack.pop_all(),
            )

    async def end(self, within_s: float) -> None:
        """Let visits and deliveries under way finish, at most so long; close everything.

        A visit that is cut short has stored nothing and comes again, a delivery is due again. Twice
        is once; the second time may be shorter.
        """
        await asyncio.gather(self.outbox.stop(within_s), self._end_visits(within_s))
        await self._opened.aclose()

    async def _end_visits(self, within_s: float) -> None:
        if not self.visits:
            return
        _, late = await asyncio.wait(set(self.visits), timeout=within_s - 1)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1)


async def _rules_for(config: Config, before: Setup | None) -> Rules:
    """Those in force, where they are the same. At the start the shipped ones need not be loaded
    yet; those of a reload are, while the old ones still read."""
    if config.rules_dirs:
        return await asyncio.to_thread(load_rules, config.issuers, config.rules_dirs)
    if before is not None and _same_rules(before.config, config):
        return before.rules
    rules = shipped_rules(config.issuers)
    if before is not None:
        await rules.ready()
    return rules


def _same_rules(one: Config, other: Config) -> bool:
    return one.issuers == other.issuers and one.rules_dirs == other.rules_dirs


def fetcher_for(config: Config, *, now: Callable[[], datetime] = utc_now) -> Fetcher:
    """The one way out to the web, as the `fetch:` block says."""
    return Fetcher(
        user_agent=config.fetch.user_agent,
        concurrency=config.fetch.concurrency,
        allow_private_addresses=config.fetch.allow_private_addresses,
        proxy=config.fetch.proxy,
        now=now,
    )
