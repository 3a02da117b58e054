"""What the tests of the adapters share: a fetcher at one instant, and a site of web pages."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from monitor.fetch import Fetcher
from monitor.standins.pages import PageSite
from tests.adapters.visits import NOW


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """May go to 127.0.0.1; what it brings is seen at NOW."""
    async with Fetcher(user_agent="t", allow_private_addresses=True, now=lambda: NOW) as fetcher:
        yield fetcher


@pytest_asyncio.fixture
async def site() -> AsyncIterator[PageSite]:
    """The same news as an HTML list, as JSON and as sitemaps; most adapters' tests have another."""
    async with PageSite(now=lambda: NOW) as site:
        yield site
