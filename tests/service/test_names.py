"""The name service is gone: sources fail by class, and come back by themselves."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from aiohttp.abc import ResolveResult

from monitor.config import Config, Fetch, Issuer, Receiver, Route, Source
from monitor.fetch import Fetcher
from monitor.service import Service
from monitor.standins.feeds import FeedSite
from monitor.stores import Store
from tests.fetch.servers import Names
from tests.service.test_time import until
from tests.test_vitals import samples

FIRM = Issuer(id="sample", names={"en": ["Sample Magnetics"]}, tickers=["399001.SZ"])


class Flaky(Names):
    """A name service that can go away."""

    gone = True

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self.gone:
            self.asked.append(host)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return await super().resolve(host, port, family)


async def test_without_names_sources_fail_by_class_and_recover(
    feed_site: FeedSite, tmp_path: Path
) -> None:
    feed = feed_site.feed("/feed/")
    feed.publish("Nothing", "Nothing of interest.")
    url = feed.url.replace("127.0.0.1", "news.example")
    config = Config(
        database=str(tmp_path / "own.db"),
        fetch=Fetch(allow_private_addresses=True),
        issuers=[FIRM],
        sources=[Source(id="press", adapter="feed", url=url, every_s=0.1)],
        receivers=[Receiver(id="screen", channel="console")],
        routes=[Route(to=["screen"])],
    )
    names, stop = Flaky("127.0.0.1"), asyncio.Event()
    async with Service.open(config) as service:
        service._setup.fetcher = Fetcher(
            user_agent="test", allow_private_addresses=True, resolver=names, host_gap_s=0.0
        )
        running = asyncio.create_task(service.run(stop))
        failed = ("monitor_source_failed_total", "transport,press")
        try:
            await until(lambda: samples(service.vitals).get(failed, 0) >= 2)
            seen = await service.keeper(Store.checkpoint, "press")
            assert seen is not None
            assert (seen.reason, seen.error) == ("transport", "no answer from the name service")
            names.gone = False
            await until(lambda: feed.hits >= 2)
            assert service.vitals.healthy()[0], "no name is no illness of ours"
        finally:
            stop.set()
            await running
            await service._setup.fetcher.aclose()
