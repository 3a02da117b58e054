"""Sources that go wrong over real HTTP, and what ops hear of it. The days pass as told."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

import pytest_asyncio

from monitor.adapters import ADAPTERS
from monitor.clock import CHINA
from monitor.config import Config, Fetch, Ops, Receiver, Route, Source, builtin_issuers
from monitor.fetch import Fetcher
from monitor.health import ALL_DOWN, Diagnosis, diagnose
from monitor.model import Delivery, Notice, Visit
from monitor.pace import staleness_told
from monitor.poll import NOT_MODIFIED_FOR, poll
from monitor.route import Routing
from monitor.rules import Rules, load_rules
from monitor.service import Service
from monitor.standins.desk import Desk
from monitor.standins.feeds import FeedSite
from monitor.stores import Keeper, Store, open_store

NOW = datetime(2026, 3, 2, 3, 2, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
QUIET_NEWS = "Magnet prices were steady in quiet trade on Monday."
LOGIN = b"<!doctype html><html><head><title>Please log in</title></head><body>captcha</body></html>"


@lru_cache
def rules() -> Rules:
    return load_rules(builtin_issuers()[:1])


class Room:
    """Feeds of one site, a database, and visits at the times a test says."""

    def __init__(self, site: FeedSite, keeper: Keeper, fetcher: Fetcher) -> None:
        self.site, self.keeper, self._fetcher = site, keeper, fetcher
        self.routing = Routing([Route(to=["desk"])], ops=("oncall",))
        self.now = NOW

    async def visit(self, name: str = "ree", after: timedelta = 10 * MINUTE) -> Visit:
        self.now += after
        source = Source(id=name, adapter="feed", url=self.site.feed(f"/{name}").url, every_s=300)
        return await poll(
            source, ADAPTERS["feed"](source, []), self._fetcher, rules(), self.routing,
            self.keeper, self.now, rng=random.Random(1),
        )  # fmt: skip

    async def state(self, name: str = "ree") -> Diagnosis:
        seen = await self.keeper(Store.checkpoint, name)
        assert seen is not None
        return diagnose(seen, self.now, CHINA)

    async def said(self) -> list[str]:
        """Titles of what was sent, all of it to the ops receiver."""
        sent: list[Delivery] = list(reversed(await self.keeper(Store.deliveries, limit=-1)))
        assert {d.receiver_id for d in sent} <= {"oncall"}
        found = [await self.keeper(Store.subject, d) for d in sent]
        return [n.title if isinstance(n, Notice) else "" for n in found]


@pytest_asyncio.fixture
async def room(tmp_path: Path, feed_site: FeedSite) -> AsyncIterator[Room]:
    keeper = await Keeper.open(partial(open_store, str(tmp_path / "m.db")))
    clock: list[Room] = []
    fetcher = Fetcher(user_agent="test", allow_private_addresses=True, now=lambda: clock[0].now)
    clock.append(Room(feed_site, keeper, fetcher))
    feed = feed_site.feed("/ree")
    for n in range(12):
        feed.publish(f"Markets {n}", QUIET_NEWS, at=NOW - n * DAY)
    yield clock[0]
    await fetcher.aclose()
    await keeper.close()


async def test_a_feed_that_empties_has_drifted(room: Room) -> None:
    feed = room.site.feed("/ree")
    for _ in range(4):
        assert (await room.visit()).ok
    kept, feed.items = feed.items, []
    assert (await room.visit()).ok
    assert (await room.state()).state == "ok"
    visit = await room.visit()  # unchanged since: still empty
    assert (visit.unchanged, visit.notices) == (True, 1)
    assert await room.state() == Diagnosis("drifted", "answers since 12:02 without rows")
    feed.items = kept
    for _ in range(2):
        await room.visit()
    assert (await room.state()).state == "unchanged"
    assert await room.said() == [
        "OPS · source ree is drifted", "OPS · source ree is well again"
    ]  # fmt: skip


async def test_a_feed_that_loses_its_dates_has_drifted_and_shows_before_and_after(
    room: Room,
) -> None:
    feed = room.site.feed("/ree")
    for _ in range(4):
        await room.visit()
    for article in feed.items:
        article.published_at = None
    for n in range(2):
        feed.publish(f"Undated {n}", QUIET_NEWS, undated=True)
        await room.visit()
    assert (await room.state()).words == "answers since 12:02 without publication times"
    [told] = await room.keeper(Store.deliveries)
    notice = await room.keeper(Store.subject, told)
    assert isinstance(notice, Notice)
    _, before, now, _ = notice.body.splitlines()
    assert before.startswith("before: Markets 11 · 2026-02-19 03:02 UTC · http://")
    assert now.startswith("now: Undated 1 · no time · ")


async def test_who_turns_us_away_is_left_in_peace(room: Room) -> None:
    await room.visit()
    feed = room.site.feed("/ree")
    feed.fail(2, status=403)
    for _ in range(2):
        visit = await room.visit()
        assert visit.next_due_at is not None
        assert visit.next_due_at >= room.now + 10 * MINUTE
    assert (await room.state()).state == "blocked"
    feed.body, feed.content_type = LOGIN, "text/html"
    await room.visit()
    found = await room.state()
    assert found.state == "blocked"
    assert found.words.startswith("turned away since 11:22: expected an RSS, Atom or JSON feed")
    assert await room.said() == ["OPS · source ree is blocked"]


async def test_all_down_at_once_is_one_message_and_so_is_the_return(room: Room) -> None:
    names = [f"feed-{n}" for n in range(6)]
    for name in names:
        room.site.feed(f"/{name}").publish("Markets", QUIET_NEWS)
        await room.visit(name, after=MINUTE)
    for feed in room.site.feeds.values():
        feed.fail(4)
    for _ in range(4):
        for name in names:
            await room.visit(name, after=MINUTE)
    assert await room.said() == ["OPS · no source answers"]
    assert {(await room.state(name)).state for name in names} == {"down"}
    room.site.feeds["/feed-5"].fail(9)  # this one stays away
    for _ in range(3):
        for name in names:
            await room.visit(name, after=MINUTE)
    assert await room.said() == [
        "OPS · no source answers", "OPS · sources answer again", "OPS · source feed-5 is down"
    ]  # fmt: skip
    assert await room.keeper(Store.open_troubles) == ["source:feed-5:down"]


async def test_one_host_down_is_not_everybody(room: Room) -> None:
    names = [f"feed-{n}" for n in range(6)]
    for name in names:
        room.site.feed(f"/{name}").publish("Markets", QUIET_NEWS)
        await room.visit(name, after=MINUTE)
    for name in names[:3]:
        room.site.feeds[f"/{name}"].fail(4)
    for _ in range(4):
        for name in names:
            await room.visit(name, after=MINUTE)
    assert sorted(await room.said()) == [f"OPS · source feed-{n} is down" for n in range(3)]
    assert ALL_DOWN not in await room.keeper(Store.open_troubles)


async def test_without_ops_nobody_is_told(room: Room) -> None:
    room.site.feed("/ree").fail(9)
    room.routing = Routing([Route(to=["desk"])])
    for _ in range(3):
        assert (await room.visit()).notices == 0
    assert (await room.state()).state == "down"
    assert await room.said() == []


async def test_not_modified_is_believed_for_a_week(room: Room) -> None:
    feed = room.site.feed("/ree")
    await room.visit()
    start = room.now
    while room.now - start < NOT_MODIFIED_FOR - timedelta(hours=12):
        assert (await room.visit(after=timedelta(hours=12))).unchanged
    asked = feed.hits - 1
    assert feed.not_modified == asked
    assert (await room.visit(after=timedelta(hours=12))).unchanged, "the same body"
    assert feed.not_modified == asked, "it was asked for the whole page"
    await room.visit()
    assert feed.not_modified == asked + 1


async def remarks(room: Room) -> str:
    """What `status` says of the server's "not modified"."""
    seen = await room.keeper(Store.checkpoint, "ree")
    assert seen is not None
    return staleness_told(seen)


async def days_of_304(room: Room) -> None:
    """A good visit, then "not modified" alone until the whole page is due."""
    await room.visit()
    start = room.now
    while room.now - start < NOT_MODIFIED_FOR - timedelta(hours=3):
        assert (await room.visit(after=timedelta(hours=3))).unchanged
    assert await remarks(room) == ""


async def test_a_page_that_stays_the_same_for_days_is_told_as_stale(room: Room) -> None:
    await days_of_304(room)
    assert (await room.visit(after=timedelta(hours=3))).unchanged
    told = "stale: on 9 Mar, after days of 'not modified', the whole page was still the same"
    assert await remarks(room) == told
    await room.visit()
    assert await remarks(room) == told
    room.site.feed("/ree").publish("Markets move", QUIET_NEWS, at=room.now)
    await room.visit()
    assert await remarks(room) == ""


async def test_who_said_not_modified_of_a_changed_page_is_asked_for_whole_pages(
    room: Room,
) -> None:
    feed = room.site.feed("/ree")
    await days_of_304(room)
    feed.publish("News behind the cache", QUIET_NEWS, at=room.now - DAY)
    assert (await room.visit(after=timedelta(hours=3))).fresh == 1
    assert (await remarks(room)).startswith("stale cache found on 9 Mar: 'not modified'")
    asked = feed.not_modified
    for _ in range(3):
        assert (await room.visit(after=timedelta(hours=3))).unchanged, "by its body"
    assert feed.not_modified == asked
    await room.visit(after=31 * DAY)
    await room.visit()
    assert feed.not_modified == asked + 1, "trusted again"


async def test_who_did_not_look_for_days_suspects_nobody(room: Room) -> None:
    await room.visit()
    await room.visit()
    room.site.feed("/ree").publish("Markets move", QUIET_NEWS, at=room.now)
    assert (await room.visit(after=9 * DAY)).fresh == 1
    assert await remarks(room) == ""


async def test_a_stale_cache_is_found_out(room: Room) -> None:
    feed = room.site.feed("/ree")
    await room.visit()
    seen = await room.keeper(Store.checkpoint, "ree")
    assert seen is not None
    body = feed.render()
    feed.publish("News behind the cache", QUIET_NEWS)
    assert feed.render() != body
    feed.statuses = [(304, {})] * 3
    for _ in range(3):
        assert (await room.visit(after=timedelta(hours=1))).unchanged
    visit = await room.visit(after=NOT_MODIFIED_FOR)
    assert (visit.fresh, visit.unchanged) == (1, False)


async def test_a_publishers_ttl_is_kept_where_nothing_else_was_said(room: Room) -> None:
    feed = room.site.feed("/ree", ttl_min=30)
    source = Source(id="ree", adapter="feed", url=feed.url)
    visit = await poll(
        source, ADAPTERS["feed"](source, []), room._fetcher, rules(), room.routing,
        room.keeper, room.now, rng=random.Random(1),
    )  # fmt: skip
    assert visit.next_due_at is not None
    assert 27 * MINUTE <= visit.next_due_at - room.now <= 33 * MINUTE


async def test_ops_hear_at_once_and_traders_never(
    feed_site: FeedSite, desk: Desk, tmp_path: Path
) -> None:
    feed = feed_site.feed("/ree")
    feed.publish("Markets", QUIET_NEWS)
    async with Desk() as oncall:
        config = Config(
            database=str(tmp_path / "service.db"),
            fetch=Fetch(allow_private_addresses=True),
            issuers=builtin_issuers()[:1],
            sources=[Source(id="ree", adapter="feed", url=feed.url, every_s=300)],
            receivers=[
                Receiver(id=name, channel="webhook", url=place.url)
                for name, place in (("desk", desk), ("oncall", oncall))
            ],
            routes=[Route(to=["desk"])],
            ops=Ops(to=["oncall"]),
        )
        async with Service.open(config) as service:
            drain = asyncio.create_task(service.outbox.run())
            try:
                await service.visit("ree")
                feed.fail(3)
                for _ in range(3):
                    await service.visit("ree")
                async with asyncio.timeout(5):
                    while not oncall.received:
                        await asyncio.sleep(0.01)
            finally:
                await service.outbox.stop()
                await drain
        [call] = oncall.received
        assert "OPS · source ree is down" in call.text
        assert "3 visits failed since " in call.text
        assert "answered 503 (unavailable)" in call.text
        assert desk.received == []
