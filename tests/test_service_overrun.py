"""A visit may take longer than the pause between two: the source is visited all the same."""

from __future__ import annotations

import asyncio
from pathlib import Path

from monitor.config import Config, Fetch, Issuer, Receiver, Route, Source
from monitor.service import Service
from monitor.standins.feeds import FeedSite

FIRM = Issuer(id="sample", names={"en": ["Sample Magnetics"]}, tickers=["399001.SZ"])


async def test_a_source_slower_than_its_interval_is_visited_again_and_again(
    feed_site: FeedSite, tmp_path: Path
) -> None:
    feeds = [feed_site.feed(f"/{n}/") for n in range(4)]
    for feed in feeds:
        feed.publish("Nothing new", "Nothing at all.")
    feed_site.delay_s = 0.05
    config = Config(
        database=str(tmp_path / "monitor.db"),
        fetch=Fetch(allow_private_addresses=True),
        issuers=[FIRM],
        sources=[
            Source(id=f"feed-{n}", adapter="feed", url=feed.url, every_s=0.01)
            for n, feed in enumerate(feeds)
        ],
        receivers=[Receiver(id="screen", channel="console")],
        routes=[Route(to=["screen"])],
    )
    stop = asyncio.Event()
    async with Service.open(config) as service:
        running = asyncio.create_task(service.run(stop))
        try:
            async with asyncio.timeout(20):
                while min(feed.hits for feed in feeds) < 5:
                    await asyncio.sleep(0.01)
        finally:
            stop.set()
            await running
