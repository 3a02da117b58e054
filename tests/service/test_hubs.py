"""Push by WebSub: a real hub on 127.0.0.1, the real service and its pages over HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import aiohttp
import pytest
from aiohttp import web

from monitor.adapters.feed import Options
from monitor.clock import utc_now
from monitor.config import Config, Fetch, Issuer, Receiver, Route, Source, Web
from monitor.pages import serving
from monitor.pages.websub import MOST_BYTES
from monitor.service import Service
from monitor.service.hubs import Subscription
from monitor.standins import Standin
from monitor.standins.desk import Desk
from monitor.standins.feeds import Feed, FeedSite
from monitor.stores.reader import Reader
from tests.service.test_pages import free_port
from tests.service.test_reload import NEWS
from tests.service.test_time import until
from tests.test_vitals import samples

FIRM = Issuer(id="sample", names={"en": ["Sample Magnetics"]}, tickers=["399001.SZ"])
TOPIC = "https://paper.example/feed"


class Hub(Standin):
    """Verifies while the subscriber still waits, and sends what it is told to."""

    lease_s = 864000

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[dict[str, str]] = []
        self.echoes: list[tuple[int, str, str]] = []

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/hub", self._subscribe)

    async def _subscribe(self, request: web.Request) -> web.Response:
        form = {k: str(v) for k, v in (await request.post()).items()}
        self.asked.append(form)
        self.echoes.append(await self.verify(form["hub.topic"]))
        return web.Response(status=202)

    async def verify(
        self, topic: str, *, url: str = "", mode: str = "subscribe"
    ) -> tuple[int, str, str]:
        query = {
            "hub.mode": mode, "hub.topic": topic, "hub.challenge": "<b>say & this",
            "hub.lease_seconds": str(self.lease_s),
        }  # fmt: skip
        address = f"{url or self.asked[-1]['hub.callback']}?{urlencode(query)}"
        async with aiohttp.ClientSession() as calling, calling.get(address) as answer:
            return answer.status, answer.content_type, await answer.text()

    async def push(
        self, body: bytes = b"<rss/>", *, name: str = "sha256", signature: str | None = None
    ) -> int:
        form = self.asked[-1]
        if signature is None:
            digest = hmac.new(form["hub.secret"].encode(), body, name).hexdigest()
            signature = f"{name}={digest}"
        async with (
            aiohttp.ClientSession() as calling,
            calling.post(
                form["hub.callback"], data=body, headers={"X-Hub-Signature": signature}
            ) as answer,
        ):
            return answer.status


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    async with Hub() as hub:
        yield hub


def announce(feed: Feed, hub: Hub) -> None:
    """Write the feed anew, with its links."""
    feed.body = None
    links = f'<atom:link rel="hub" href="{hub.url}/hub"/><atom:link rel="self" href="{TOPIC}"/>'
    named = b'<rss xmlns:atom="http://www.w3.org/2005/Atom"'
    body = feed.render().replace(b"<rss", named, 1)
    feed.body = body.replace(b"<channel>", b"<channel>" + links.encode(), 1)


def a_feed(site: FeedSite, hub: Hub) -> Feed:
    """A feed with one item and the hub's address."""
    feed = site.feed("/feed/")
    feed.publish("Nothing", "Nothing of interest.")
    announce(feed, hub)
    return feed


@dataclass
class Running:
    service: Service
    url: str

    def count(self, phrase: str, labels: str) -> float:
        return samples(self.service.vitals).get((f"monitor_{phrase}_total", labels), 0)

    async def ask(self, now: datetime) -> None:
        """What the service does by itself every few seconds."""
        await self.service.hubs(self.service.config, now)


@pytest.fixture
def config(tmp_path: Path, feed_site: FeedSite, desk: Desk) -> Config:
    port = free_port()
    return Config(
        database=str(tmp_path / "own.db"),
        fetch=Fetch(allow_private_addresses=True),
        issuers=[FIRM],
        sources=[
            Source(
                id="press", adapter="feed", url=feed_site.feed("/feed/").url, every_s=3600,
                options=Options(websub=True),
            )
        ],
        receivers=[Receiver(id="desk", channel="webhook", url=f"{desk.url}/desk")],
        routes=[Route(to=["desk"])],
        web=Web(
            listen=f"127.0.0.1:{port}", url=f"http://127.0.0.1:{port}", token="a-page-token-of-ours"
        ),
    )  # fmt: skip


@asynccontextmanager
async def running(config: Config, *, visited: bool = True) -> AsyncIterator[Running]:
    stop = asyncio.Event()
    async with Service.open(config) as service:
        reader = Reader(config.database)
        async with serving(config, reader, service.vitals, hubs=service.hubs) as url:
            task = asyncio.create_task(service.run(stop))
            program = Running(service, url)
            try:
                if visited:
                    await until(lambda: program.count("source_polled", "press") == 1)
                yield program
            finally:
                stop.set()
                await task


async def test_a_push_has_the_source_visited_at_once(
    config: Config, feed_site: FeedSite, hub: Hub, desk: Desk
) -> None:
    feed = a_feed(feed_site, hub)
    async with running(config) as program:
        await program.ask(utc_now())
        [form] = hub.asked
        assert (form["hub.mode"], form["hub.topic"]) == ("subscribe", TOPIC)
        assert form["hub.callback"].startswith(f"{program.url}websub/press/")
        assert hub.echoes == [(200, "text/plain", "<b>say & this")]

        feed.publish("Grant", NEWS.format("Sample Magnetics", "Japan"))
        announce(feed, hub)
        assert await hub.push(signature="") == 202
        assert await hub.push(signature="sha256=" + "0" * 64) == 202
        assert await hub.push(signature="md5=" + hashlib.md5(b"").hexdigest()) == 202
        assert program.count("push_ignored", "signature,press") == 3
        assert feed.hits == 1, "unsigned: nobody goes and looks"
        assert await hub.push() == 202
        await desk.wait_for(1, 10)
        assert feed.hits == 2

        for name in ("sha1", "sha384", "sha512"):
            assert await hub.push(name=name) == 202
        assert program.count("push_received", "press") == 4
        assert feed.hits == 2, "one such visit in five seconds"
        due_in_s = program.service._schedule.due_in_s("press")
        assert due_in_s is not None
        assert due_in_s <= 5.0


async def test_a_push_during_a_visit_is_not_lost(
    config: Config, feed_site: FeedSite, hub: Hub
) -> None:
    a_feed(feed_site, hub)
    async with running(config) as program:
        await program.ask(utc_now())
        feed_site.delay_s, asked = 0.5, len(feed_site.requests)
        await hub.push()
        await until(lambda: len(feed_site.requests) > asked)
        await hub.push()
        due_in_s = program.service._schedule.due_in_s
        assert due_in_s("press") is None, "that visit is still under way"
        await until(lambda: due_in_s("press") is not None)
        assert (due_in_s("press") or 0.0) <= 5.0, "it may have asked too early"


async def test_a_site_that_turned_us_away_is_left_alone(
    config: Config, feed_site: FeedSite, hub: Hub
) -> None:
    feed = a_feed(feed_site, hub)
    async with running(config) as program:
        await program.ask(utc_now())
        feed.fail(status=429, retry_after="600")
        await program.service.visit("press")
        assert await hub.push() == 202
        assert program.count("push_ignored", "rate_limited,press") == 1
        assert feed.hits == 2


async def test_who_is_not_asked_is_refused(config: Config, feed_site: FeedSite, hub: Hub) -> None:
    a_feed(feed_site, hub)
    async with running(config) as program, aiohttp.ClientSession() as stranger:
        guess = f"{program.url}websub/press/{'0' * 64}"
        assert (await hub.verify(TOPIC, url=guess))[0] == 404
        await program.ask(utc_now())
        assert (await hub.verify(TOPIC, url=guess))[0] == 404
        assert (await hub.verify(TOPIC + "/other"))[0] == 404
        assert (await hub.verify(TOPIC, mode="unsubscribe"))[0] == 404
        callback = hub.asked[0]["hub.callback"]
        assert (await hub.verify(TOPIC, url=callback.replace("press", "other")))[0] == 404
        async with stranger.post(guess, data=b"x") as answer:
            assert answer.status == 404
        async with stranger.post(program.url, data=b"x") as answer:
            assert answer.status == 405, "nothing else takes a POST"
        async with stranger.put(callback, data=b"x") as answer:
            assert answer.status == 405
        async with stranger.get(callback, headers={"Host": "elsewhere.example"}) as answer:
            assert answer.status == 421
        async with stranger.post(callback, data=io.BytesIO(b"x" * (MOST_BYTES + 1))) as answer:
            assert answer.status == 413


async def test_renewed_at_four_fifths_and_kept_over_a_restart(
    config: Config, feed_site: FeedSite, hub: Hub, desk: Desk
) -> None:
    a_feed(feed_site, hub)
    hub.lease_s = 100_000
    now = utc_now()
    async with running(config) as program:
        await program.ask(now)
        await program.ask(now + timedelta(seconds=79_000))
        assert len(hub.asked) == 1
        await program.ask(now + timedelta(seconds=80_100))
        assert len(hub.asked) == 2
        assert hub.asked[0] == hub.asked[1], "the same callback and secret"
    async with running(config, visited=False) as program:
        assert await hub.push() == 202
        await until(lambda: program.count("push_received", "press") == 1)
        await program.ask(now + timedelta(seconds=60))
        assert len(hub.asked) == 2, "a restart asks nobody"
        await program.service.hubs(config.model_copy(update={"sources": []}), now)
        assert await hub.push() == 404, "no option, no subscription"


async def test_a_hub_that_is_down_breaks_nothing(
    config: Config, feed_site: FeedSite, hub: Hub
) -> None:
    a_feed(feed_site, hub)
    hub.status = 503
    now = utc_now()
    async with running(config) as program:
        for after_s, asked in ((0, 1), (59, 1), (61, 2), (120, 2), (190, 3)):
            await program.ask(now + timedelta(seconds=after_s))
            assert len(hub.requests) == asked, after_s
        assert program.count("hub_failed", "server,press") == 3
        assert (await program.service.visit("press")).ok
        hub.status = None
        await program.ask(now + timedelta(seconds=500))
        await program.ask(now + timedelta(seconds=900))
        assert len(hub.asked) == 1


async def test_key_secret_and_callback_are_shown_nowhere(
    config: Config, feed_site: FeedSite, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    a_feed(feed_site, hub)
    said = ""
    async with running(config) as program:
        await program.ask(utc_now())
        await hub.push()
        await hub.push(signature="sha1=0")
        headers = {"Authorization": "Bearer a-page-token-of-ours"}
        async with aiohttp.ClientSession(headers=headers) as reader:
            for path in ("", "sources", "sources.json", "sources/press", "sources/press.json",
                         "metrics", "healthz", "events.atom"):  # fmt: skip
                async with reader.get(program.url + path) as answer:
                    assert answer.status == 200, path
                    said += await answer.text()
        said += "".join(str(record.__dict__) for record in caplog.records)
    with closing(sqlite3.connect(config.database)) as db:
        [(kept,)] = db.execute("SELECT subscription FROM hubs")
        others = db.execute("SELECT checkpoint FROM sources").fetchall()
    form = hub.asked[0]
    token = urlsplit(form["hub.callback"]).path.rpartition("/")[2]
    for secret in (form["hub.secret"], token):
        assert len(secret) == 64
        assert secret not in said
        assert secret not in str(others)
    assert "press" in said
    key = kept.partition('"key": "')[2].partition('"')[0]
    assert len(key) == 64
    assert key not in said


def test_leases_and_pauses_stay_within_bounds() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    known = Subscription("https://hub.example", TOPIC, "k" * 64, now.isoformat())
    assert "k" * 64 not in repr(known)
    pauses = []
    for _ in range(40):
        known = known.asked(now)
        pauses.append((datetime.fromisoformat(known.due_at) - now).total_seconds())
    assert pauses[:3] == [60, 120, 240]
    assert max(pauses) == pauses[-1] == 6 * 3600
    for lease, renewed_s in (
        ("1000", 800), ("0", 240), ("-5", 691200), ("", 691200), ("٣", 691200),
        ("9" * 11, 2073600), ("9" * 5000, 691200),
    ):  # fmt: skip
        granted = known.granted(lease, now)
        assert granted.due_at == (now + timedelta(seconds=renewed_s)).isoformat(), lease
        assert granted.failures == 0
