"""The last good body of a source and what came instead, over real HTTP; the days pass as told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

import monitor.log
from monitor.log import hide
from monitor.stores import Store
from monitor.stores.lastbody import MOST_BYTES, LastBody
from monitor.stores.retention import Limits
from tests.test_poll_health import DAY, LOGIN, MINUTE, QUIET_NEWS, Room, room

__all__ = ["room"]

HOUR = timedelta(hours=1)


async def bodies(room: Room, name: str = "ree") -> dict[bool, LastBody]:
    """By whether it is the good one."""
    return {b.good: b for b in await room.keeper(Store.last_bodies, name)}


async def well_known(room: Room) -> LastBody:
    """Four good visits, each changed; the body that is kept of them."""
    for n in range(4):
        room.site.feed("/ree").publish(f"Markets again {n}", QUIET_NEWS, at=room.now)
        assert (await room.visit()).ok
    found = await bodies(room)
    assert list(found) == [True]
    return found[True]


async def test_the_first_good_body_is_kept_then_one_an_hour(room: Room) -> None:
    first = await well_known(room)
    assert first.at == room.now - 30 * MINUTE, "the first of four"
    assert b"Markets again 0" in first.body
    assert b"Markets again 1" not in first.body
    assert (first.rows, first.size, first.cut) == (13, len(first.body), False)
    assert "xml" in first.content_type
    assert (await room.visit(after=HOUR)).unchanged
    assert (await bodies(room))[True] == first, "an unchanged visit writes nothing"
    room.site.feed("/ree").publish("Markets at last", QUIET_NEWS, at=room.now)
    await room.visit()
    later = await bodies(room)
    assert b"Markets at last" in later[True].body


async def test_a_feed_that_empties_leaves_both(room: Room) -> None:
    good = await well_known(room)
    full = room.site.feed("/ree").items
    room.site.feed("/ree").items = []
    await room.visit()
    await room.visit()
    assert (await room.state()).state == "drifted"
    found = await bodies(room)
    assert found[True] == good
    assert found[False].rows == 0
    assert found[False].at == room.now - 10 * MINUTE
    assert b"<item" not in found[False].body
    room.site.feed("/ree").items = full
    await room.visit()
    assert (await bodies(room))[True].at == room.now, "at once when it is well again"


async def test_rows_that_lose_their_times_leave_both(room: Room) -> None:
    good = await well_known(room)
    feed = room.site.feed("/ree")
    feed.items = [replace(item, published_at=None) for item in feed.items]
    for _ in range(3):
        assert (await room.visit()).ok
    assert (await room.state()).state == "drifted"
    found = await bodies(room)
    assert found[True] == good
    assert b"pubDate" in good.body
    assert b"pubDate" not in found[False].body
    assert found[False].rows == good.rows + 3


async def test_a_login_page_is_kept_beside_what_should_have_come(room: Room) -> None:
    good = await well_known(room)
    room.site.feed("/ree", body=LOGIN, content_type="text/html")
    for _ in range(3):
        assert not (await room.visit()).ok
    found = await bodies(room)
    assert found[True] == good
    assert (found[False].body, found[False].content_type) == (LOGIN, "text/html")
    assert found[False].at == room.now - 20 * MINUTE, "the first of the trouble"


async def test_the_page_of_a_403_is_kept_too(room: Room) -> None:
    good = await well_known(room)
    room.site.feed("/ree").fail(status=403)
    assert not (await room.visit()).ok
    found = await bodies(room)
    assert found[True] == good
    assert (found[False].body, found[False].rows) == (b"not now", 0)
    assert "text/plain" in found[False].content_type


async def test_a_failure_without_a_body_leaves_none(room: Room) -> None:
    good = await well_known(room)
    for status in (404, 500):
        room.site.feed("/ree").fail(status=status)
        assert not (await room.visit()).ok
    assert await bodies(room) == {True: good}


async def test_only_the_first_mebibyte_is_kept(room: Room) -> None:
    feed = room.site.feed("/ree")
    feed.publish("Long", "steady " * 300_000, at=room.now)
    await room.visit()
    kept = (await bodies(room))[True]
    assert kept.size > 2 * MOST_BYTES
    assert (len(kept.body), kept.cut) == (MOST_BYTES, True)
    assert len(kept.packed) < 50_000


@pytest.fixture
def nothing_else_hidden() -> Iterator[None]:
    """What other tests hid ("example" perhaps) stays out of this one, and its own out of them."""
    hidden, pattern = monitor.log._hidden, monitor.log._pattern
    monitor.log._hidden, monitor.log._pattern = set(), None
    yield
    monitor.log._hidden, monitor.log._pattern = hidden, pattern


@pytest.mark.usefixtures("nothing_else_hidden")
async def test_a_secret_that_the_site_says_back_is_taken_out(room: Room) -> None:
    hide("https://reader:sesame-open@127.0.0.1/ree?token=canary-4711")
    echo = f"see {room.site.url}/ree?token=canary-4711&x=1 and https://reader:abc@h.example/"
    room.site.feed("/ree").publish("Echo", echo, at=room.now)
    await room.visit()
    kept = (await bodies(room))[True]
    assert b"token=***" in kept.body
    assert b"canary-4711" not in kept.body
    assert b"https://***@h.example/" in kept.body


async def test_pruning_forgets_old_troubles_and_sources_nobody_visits(room: Room) -> None:
    await well_known(room)
    room.site.feed("/other").publish("Markets", QUIET_NEWS, at=room.now)
    await room.visit("other")
    room.site.feed("/ree", body=LOGIN)
    await room.visit()
    room.site.feed("/ree", body=None)
    assert set(await bodies(room)) == {True, False}
    for _ in range(40):
        room.now += 10 * DAY
        await room.visit()
    await room.keeper(Store.checkpoints)  # what the service does each second: write them down
    limits = Limits(bodies=room.now - 365 * DAY)
    would = await room.keeper(lambda store: store.prune(limits, dry_run=True))
    assert would.last_bodies == 2
    done = await room.keeper(lambda store: store.prune(limits))
    assert done.last_bodies == 2
    assert set(await bodies(room)) == {True}, "the source is visited, the trouble is long over"
    assert await bodies(room, "other") == {}
