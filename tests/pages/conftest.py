"""The month of `story.py`, played once for all tests that only look at it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

import httpx
import pytest

from monitor.config import Config
from monitor.pages import app
from monitor.stores.reader import Reader
from monitor.vitals import Vitals
from tests.pages.newsroom import BASE
from tests.pages.story import END, fill

Looking = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The configuration whose database holds the month."""
    return asyncio.run(fill(tmp_path_factory.mktemp("month") / "monitor.db"))


@pytest.fixture
def looking(told: Config) -> Looking:
    """`async with looking() as pages`: a client of the pages, at the end of the month."""

    @asynccontextmanager
    async def client(
        config: Config = told, now: datetime = END
    ) -> AsyncIterator[httpx.AsyncClient]:
        reader = Reader(config.database)
        pages = app(config, reader, Vitals(), now=lambda: now)
        transport = httpx.ASGITransport(app=pages, client=("127.0.0.1", 5))
        try:
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as asking:
                yield asking
        finally:
            reader.close()

    return client
