"""SIGTERM to a real process in mid-work: exit code 0 within ten seconds, and nothing lost."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from monitor.standins.desk import Desk
from monitor.standins.feeds import FeedSite
from tests.service.processes import started
from tests.service.test_reload import NEWS, File, feed, receiver

PID_ONE = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")


def may_be_pid_one() -> bool:
    """Whether we may give a process a world of its own."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*PID_ONE, "true"], capture_output=True, check=False).returncode == 0


def hung(feed_site: FeedSite, desk: Desk, folder: Path) -> File:
    """A source with news, one that never ends its answer, and receivers that never answer."""
    news, slow = feed_site.feed("/news/"), feed_site.feed("/slow/")
    news.publish("Grant", NEWS.format("Sample Magnetics", "Japan"))
    slow.publish("Nothing", "Nothing of interest.")
    slow.drip_s = 0.3
    desk.slow(60, times=2)
    by_apprise = {"id": "chat", "channel": "apprise", "url": desk.apprise_url + "?rto=60"}
    return File(
        folder,
        sources=[feed("news", news.url, "1h"), feed("slow", slow.url)],
        receivers=[receiver("desk", desk), by_apprise],
    )


async def until_received(desk: Desk, count: int) -> None:
    async with asyncio.timeout(60):
        while len(desk.received) < count:
            await asyncio.sleep(0.01)


async def test_a_stop_in_mid_delivery_is_clean_and_the_alert_comes_again_marked(
    feed_site: FeedSite, desk: Desk, tmp_path: Path
) -> None:
    file = hung(feed_site, desk, tmp_path)
    async with started(tmp_path) as program:
        await until_received(desk, 2)
        began = time.monotonic()
        assert await program.end() == 0
        took = time.monotonic() - began
    assert took < 10
    assert program.lines[-1].endswith("INFO service stopped"), program.lines
    file.write(sources=[])
    async with started(tmp_path) as program:
        await program.until("delivery sent", 2)
        assert await program.end() == 0
    first, again = desk.received[:2], desk.received[2:]
    assert len(again) == 2
    assert {c.headers.get("x-delivery-id") for c in first} == {
        c.headers.get("x-delivery-id") for c in again
    }
    assert all("may be a repeat" in call.text for call in again)


async def test_a_second_signal_ends_at_once(
    feed_site: FeedSite, desk: Desk, tmp_path: Path
) -> None:
    hung(feed_site, desk, tmp_path)
    async with started(tmp_path) as program:
        await until_received(desk, 2)
        program.send(signal.SIGTERM)
        await asyncio.sleep(0.2)  # two that arrive together are one
        began = time.monotonic()
        assert await program.end() == 128 + signal.SIGTERM
        assert time.monotonic() - began < 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_an_idle_service_ends_quickly(tmp_path: Path, number: signal.Signals) -> None:
    File(tmp_path, sources=[])
    async with started(tmp_path) as program:
        began = time.monotonic()
        program.send(number)
        assert await program.wait() == 0
        assert time.monotonic() - began < 3


@pytest.mark.skipif(not may_be_pid_one(), reason="needs the right to make a PID namespace")
async def test_pid_one_heeds_signals_from_the_first_moment(
    feed_site: FeedSite, desk: Desk, tmp_path: Path
) -> None:
    hung(feed_site, desk, tmp_path)
    async with started(tmp_path, before=PID_ONE) as program:
        await until_received(desk, 2)
        began = time.monotonic()
        program.send_to_child(signal.SIGTERM)
        assert await program.wait() == 0
        assert time.monotonic() - began < 10
    async with started(tmp_path, before=PID_ONE, ready=False) as program:
        await asyncio.sleep(0.5)  # somewhere in the middle of loading
        program.send_to_child(signal.SIGTERM)
        assert await program.wait(5) == 0
