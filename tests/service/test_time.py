"""The wall clock jumps under a real process: no visit is missed or early, no alert waits."""

from __future__ import annotations

import asyncio
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.standins.desk import Desk
from monitor.standins.feeds import Feed, FeedSite
from tests.service.processes import monitor, started
from tests.service.test_reload import NEWS, File, feed, receiver

HOUR = 3600
COMPILER = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
pytestmark = pytest.mark.skipif(
    COMPILER is None or sys.platform != "linux",
    reason="the clock shim needs Linux and a C compiler",
)


class Clock:
    """The wall clock of the processes that get `env`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock-offset"
        self.jump(0)
        shim = folder / "clock_shim.so"
        source = Path(__file__).with_name("clock_shim.c")
        assert COMPILER is not None
        command = [COMPILER, "-shared", "-fPIC", "-O2", "-o", str(shim), str(source), "-ldl"]
        subprocess.run(command, check=True)
        self.env = {"LD_PRELOAD": str(shim), "CLOCK_OFFSET": str(self._file)}

    def jump(self, to_s: int) -> None:
        """So many seconds before or after the true time."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("=q", to_s))


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


async def until(condition: Callable[[], bool], within_s: float = 60) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.02)


async def visited_again(feeds: list[Feed], times: int) -> list[int]:
    """How often each was visited until all were so often."""
    before = [f.hits for f in feeds]
    await until(lambda: all(f.hits >= b + times for f, b in zip(feeds, before, strict=True)))
    return [f.hits - b for f, b in zip(feeds, before, strict=True)]


def quiet_feeds(site: FeedSite, count: int) -> list[Feed]:
    feeds = [site.feed(f"/{n}/") for n in range(count)]
    for one in feeds:
        one.publish("Nothing", "Nothing of interest.")
    return feeds


async def test_intervals_hold_whatever_the_clock_says(
    feed_site: FeedSite, clock: Clock, tmp_path: Path
) -> None:
    often, seldom = quiet_feeds(feed_site, 2), quiet_feeds(feed_site, 12)[2:]
    sources = [feed(f"often-{n}", f.url) for n, f in enumerate(often)]
    sources += [feed(f"seldom-{n}", f.url, "1h") for n, f in enumerate(seldom)]
    File(tmp_path, sources=sources)
    async with started(tmp_path, env=clock.env) as program:
        await until(lambda: all(f.hits for f in (*often, *seldom)))
        for jumps, to_s in enumerate((-3 * HOUR, 5 * HOUR, -40 * 365 * 24 * HOUR, 0), 1):
            clock.jump(to_s)
            await program.until("clock jumped", jumps)
            began = time.monotonic()
            more = await visited_again(often, 2)
            most = (time.monotonic() - began) / 0.9 + 2
            assert max(more) <= most, "a jump forward is no reason to visit"
        assert [f.hits for f in seldom] == [1] * len(seldom)
        assert await program.end() == 0
    assert program.count("ERROR") == 0, program.lines


async def test_a_step_back_keeps_no_alert_and_no_failed_receiver_waiting(
    feed_site: FeedSite, desk: Desk, clock: Clock, tmp_path: Path
) -> None:
    one = feed_site.feed("/one/")
    one.publish("Nothing", "Nothing of interest.")
    File(tmp_path, sources=[feed("one", one.url)], receivers=[receiver("desk", desk)])
    async with started(tmp_path, env=clock.env) as program:
        await program.until("source polled")
        desk.fail(1)
        one.publish("Grant", NEWS.format("Sample Magnetics", "Japan"))
        await program.until("delivery retried")
        clock.jump(-3 * HOUR)
        await program.until("clock jumped by_s=-10800")
        await desk.wait_for(1, 30)
        one.publish("Another", NEWS.format("Sample Magnetics", "Germany"))
        await desk.wait_for(2, 30)
        clock.jump(9 * HOUR)
        await program.until("clock jumped", 2)
        one.publish("A third", NEWS.format("Sample Magnetics", "India"))
        await desk.wait_for(3, 30)
        assert await program.end() == 0
    assert len(desk.accepted) == 3
    # Not the exit code: while the clock is behind, the feed's dates lie in the future, which status
    # may tell as drift.
    _, told = await monitor(tmp_path, "status")
    assert "alerts: 0 pending · 3 sent · 0 dead" in told


async def test_in_1970_nobody_is_asked_until_the_clock_is_set(
    feed_site: FeedSite, clock: Clock, tmp_path: Path
) -> None:
    one = feed_site.feed("/one/")
    one.publish("Nothing", "Nothing of interest.")
    File(tmp_path, sources=[feed("one", one.url)])
    clock.jump(-int(time.time()))
    async with started(tmp_path, ready=False, env=clock.env) as program:
        await program.until("clock not set")
        await until(lambda: (tmp_path / "own.db-beat").exists())
        assert (await monitor(tmp_path, "health"))[0] == 0, "waiting is no illness"
        assert one.hits == 0
        clock.jump(0)
        await program.until("source polled")
        assert await program.end() == 0
    assert program.count("ERROR") == 1, program.lines
