"""Chat robots for the channels that post to them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from monitor.standins.chat import ChatRobots
from tests.channels.own import at_noon


@pytest_asyncio.fixture
async def robots() -> AsyncIterator[ChatRobots]:
    """One robot of each service, whose clock stands at `tests.alerts.NOW`."""
    async with ChatRobots(now=at_noon) as robots:
        yield robots
