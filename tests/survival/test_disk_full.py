"""A disk without a free byte: polling pauses, what is stored goes out, once; then all goes on."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.clock import utc_now
from monitor.errors import StoreError
from monitor.standins.desk import Desk
from monitor.standins.feeds import FeedSite
from monitor.stores import Store, open_store
from tests.alerts import delivery, numbered
from tests.outboxes import put
from tests.stores.test_upgrade import DUMPS, migrations_of, old_database
from tests.survival.places import GRANT, PADDING, config_for, fill, in_child, running, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    try:
        with small_disk(tmp_path / "disk", "6m") as disk:
            yield disk
    except LookupError as why:
        pytest.skip(f"no file system of a few megabytes here: {why}")


def titles(desk: Desk) -> list[str]:
    return [call.json["title"] for call in desk.accepted]


async def until(desk: Desk, count: int) -> list[str]:
    await desk.wait_for(count, timeout_s=15)
    return titles(desk)


async def test_the_service_lives_through_a_full_disk(
    disk: Path, tmp_path: Path, feed_site: FeedSite, desk: Desk
) -> None:
    feed = feed_site.feed("/feed/")
    feed.publish("Nothing new", "A quiet week.")
    async with Desk() as oncall:
        config = config_for(tmp_path, disk / "monitor.db", feed, desk, oncall)
        soon = utc_now() + timedelta(seconds=1.5)
        with contextlib.closing(open_store(config.database)) as store:
            for n in (1, 2):
                made, _ = numbered(n)
                put(store, (made, delivery(made, due_at=soon)))
        async with running(config) as service:
            while service.standstill._since is None and feed.hits < 1:
                await asyncio.sleep(0.01)
            ballast = fill(disk)
            feed.publish("Magnets get their papers", GRANT + PADDING)
            # What was stored goes out although nothing can be noted down, and ops hear of it.
            assert len(await until(desk, 2)) == 2
            assert await until(oncall, 1) == [
                "OPS · polling paused: no space left for the database"
            ]
            assert "go out all the same" in oncall.accepted[0].json["body"]
            hits = feed.hits
            await asyncio.sleep(1.2)  # longer than `every`
            assert feed.hits <= hits + 1, "nobody is visited for nothing"
            assert len(desk.received) == 2, "not again and again"

            ballast.unlink()
            assert (await until(oncall, 2))[1].startswith("OPS · polling goes on after ")
            assert "GRANTED" in (await until(desk, 3))[2], "the article is found now"
            rows = await service.keeper(Store.deliveries)
        assert len(rows) == 3
    with contextlib.closing(open_store(config.database)) as store:
        found = store.deliveries()
        assert {d.state for d in found} == {"sent"}
        assert {d.attempts for d in found} == {1}, "noted down after all"
        assert not any(d.doubtful for d in found)


async def test_what_was_sent_is_noted_at_the_latest_when_the_service_ends(
    disk: Path, tmp_path: Path, feed_site: FeedSite, desk: Desk
) -> None:
    async with Desk() as oncall:
        feed = feed_site.feed("/feed/")
        config = config_for(tmp_path, disk / "monitor.db", feed, desk, oncall, every="1h")
        made, _ = numbered(1)
        with contextlib.closing(open_store(config.database)) as store:
            put(store, (made, delivery(made, due_at=utc_now() + timedelta(seconds=1))))
        async with running(config):
            ballast = fill(disk)
            await until(desk, 1)
            ballast.unlink()
        async with running(config):
            await asyncio.sleep(0.2)
        assert len(desk.received) == 1


def test_a_copy_that_has_no_room_leaves_nothing_behind(disk: Path, tmp_path: Path) -> None:
    from monitor.stores.copying import copy_database

    database = str(tmp_path / "monitor.db")
    with contextlib.closing(open_store(database)) as store:
        put(store, numbered(1))
    fill(disk)
    with pytest.raises(StoreError, match=r"needs 0\.\d MB, .* 0\.0 MB free: make room") as told:
        copy_database(database, disk / "backup.db")
    assert told.value.reason == "full"
    assert [p.name for p in disk.iterdir()] == ["ballast"]


def test_without_room_for_its_copy_nothing_is_upgraded(disk: Path) -> None:
    path = old_database(DUMPS[-1], disk)
    before = migrations_of(path)
    ballast = fill(disk)
    with pytest.raises(StoreError, match="no space left on its disk"):
        open_store(str(path), exclusive=True)
    os.truncate(ballast, ballast.stat().st_size - 400_000)  # enough to look at it
    with pytest.raises(StoreError, match=r"a copy of .* needs .* MB free: make room"):
        open_store(str(path), exclusive=True)
    ballast.unlink()
    assert migrations_of(path) == before
    open_store(str(path), exclusive=True).close()
    assert migrations_of(path) != before


LIMITED = """
import resource, signal, sys
from monitor.errors import StoreError
from monitor.model import Reading
from monitor.stores import open_store
from tests.alerts import NOW, item, numbered
from tests.outboxes import put
store = open_store(sys.argv[1], exclusive=True)
put(store, numbered(1))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
try:
    store.record(None, [item("big", text="x" * 900_000)], [Reading()], [], [])
except StoreError as error:
    assert error.reason in ("full", "disk"), error.reason
else:
    sys.exit("it was stored beyond the limit")
[one] = store.claim(NOW, lease_s=60)
store.settle(one.id, outcome="sent", now=NOW)
assert store.claim(NOW, lease_s=60) == []
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.record(None, [item("big", text="x" * 900_000)], [Reading()], [], [])
assert store.queue_counts() == {"sent": 1, "pending": 0, "dead": 0}
store.close()
"""


def test_a_quota_is_like_a_full_disk(tmp_path: Path) -> None:
    done = in_child(LIMITED, str(tmp_path / "monitor.db"))
    assert done.returncode == 0, done.stderr
