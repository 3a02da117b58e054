"""A fetcher that may go to 127.0.0.1."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest_asyncio

from monitor.fetch import Fetcher

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(
        user_agent="test-agent", allow_private_addresses=True, deadline_s=5.0, now=lambda: NOW
    ) as fetcher:
        yield fetcher
