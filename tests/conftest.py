"""Real servers on 127.0.0.1 for every test that asks for one. Add fixtures here sparingly."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from hypothesis import settings

from monitor.standins.desk import Desk
from monitor.standins.feeds import FeedSite
from monitor.standins.szse_irm import SzseIrm

# The same examples on every machine, so that a landing never depends on luck. To look for new ones:
# make test ARGS=--hypothesis-profile=explore
settings.register_profile("explore", derandomize=False, deadline=None)
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")


@pytest_asyncio.fixture
async def irm_site() -> AsyncIterator[SzseIrm]:
    """The Shenzhen Q&A platform; publish with `irm_site.publish(code, question, answer)`."""
    async with SzseIrm() as site:
        yield site


@pytest_asyncio.fixture
async def feed_site() -> AsyncIterator[FeedSite]:
    """A news site; `feed_site.feed("/feed/").publish(title, text)`."""
    async with FeedSite() as site:
        yield site


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    """A webhook desk; what it was told is in `desk.received`."""
    async with Desk() as desk:
        yield desk
