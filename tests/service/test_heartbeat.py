"""Signs of life: a switch outside is asked while all is well, people hear once a day."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from monitor.config import Config, Fetch, Heartbeat, Source
from monitor.log import redact
from monitor.model import Checkpoint
from monitor.service.heartbeat import DailyWord, Ping
from monitor.standins.desk import Desk
from monitor.stores import Keeper, Store, open_store
from tests.service.processes import started
from tests.service.test_reload import File, receiver
from tests.test_vitals import Clock

TEN = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai."""


class Switch:
    """A dead-man's switch on 127.0.0.1, or a proxy in front of one."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = 200
        self.url = ""

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.asked.append(f"{request.method} {request.raw_path}")
        return web.Response(status=self.status)


@asynccontextmanager
async def switch() -> AsyncIterator[Switch]:
    made = Switch()
    runner = web.ServerRunner(web.Server(made.answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()


async def test_it_is_asked_every_so_often_and_only_while_all_is_well(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="monitor")
    clock, well = Clock(), [True]
    ping = Ping(lambda: well[0], monotonic=clock)
    async with switch() as there:
        config = Config(heartbeat=Heartbeat(ping=f"{there.url}/ping-a1b2c3d4", every=300.0))
        for seconds, count in ((0, 1), (299, 1), (2, 2)):
            clock.now += seconds
            await ping(config, TEN)
            assert len(there.asked) == count
        assert there.asked[0] == "GET /ping-a1b2c3d4"
        well[0] = False
        clock.now += 1000
        await ping(config, TEN)
        assert len(there.asked) == 2, "whoever is stuck keeps silent"
        well[0] = True
        there.status = 500
        await ping(config, TEN)
        there.status = 200
        clock.now += 61
        await ping(config, TEN)
        assert len(there.asked) == 4, "after a failure the next comes within a minute"
        await ping(Config(heartbeat=None), TEN)
    clock.now += 1000
    await ping(config, TEN)
    told = [r.getMessage() for r in caplog.records if r.getMessage().startswith("heartbeat")]
    assert told == ["heartbeat sent"] * 2 + ["heartbeat failed", "heartbeat sent"] + [
        "heartbeat failed"
    ]
    lines = [str(getattr(r, "fields", "")) for r in caplog.records]
    assert not any("a1b2c3d4" in line for line in lines)
    assert "a1b2c3d4" not in redact(f"asked {config.heartbeat and config.heartbeat.ping}")


async def test_it_goes_through_the_proxy() -> None:
    ping = Ping(lambda: True)
    async with switch() as proxy:
        config = Config(
            heartbeat=Heartbeat(ping="http://ping.example/x"), fetch=Fetch(proxy=proxy.url)
        )
        await ping(config, TEN)
        assert proxy.asked == ["GET http://ping.example/x"]


async def test_people_hear_once_a_local_day(tmp_path: Path) -> None:
    source = Source(id="ree", adapter="feed", url="https://e.example/")
    config = Config(
        sources=[source, source.model_copy(update={"id": "off", "enabled": False})],
        heartbeat=Heartbeat(to=["desk", "chat"], at="08:00"),
    )
    keeper = await Keeper.open(partial(open_store, str(tmp_path / "own.db")))
    woken: list[int] = []

    def word() -> DailyWord:
        """As after a restart."""
        return DailyWord(keeper, lambda: woken.append(1))

    async def told() -> list[tuple[str, str]]:
        found = [(d, await keeper(Store.subject, d)) for d in await keeper(Store.deliveries)]
        return sorted((d.receiver_id, getattr(s, "title", "")) for d, s in found)

    try:
        await word()(config, TEN - timedelta(hours=2, minutes=1))
        assert await told() == [], "07:59"
        first = word()
        await first(config, TEN)
        await first(config, TEN + timedelta(hours=3))
        await word()(config, TEN + timedelta(hours=13, minutes=59))
        expected = "alive: 0 items from 1 source, all healthy"
        assert await told() == [("chat", expected), ("desk", expected)]
        assert woken == [1]
        down = Checkpoint(
            "ree", last_visit_at=TEN, failures=3, error="answered 503", reason="server"
        )
        await keeper(Store.record, down, [], [], [], [])
        await first(config, TEN + timedelta(days=1))
        new = next(s for s in await keeper(Store.deliveries) if s.receiver_id == "desk")
        notice = await keeper(Store.subject, new)
        assert getattr(notice, "title", "") == "alive: 0 items from 1 source, 1 not healthy"
        assert getattr(notice, "body", "").startswith(
            "ree: degraded. 3 visits failed: answered 503"
        )
        assert len(woken) == 2
        assert await keeper(Store.open_troubles) == [], "it is no trouble"
    finally:
        await keeper.close()


async def test_a_running_program_gives_both_signs(desk: Desk, tmp_path: Path) -> None:
    async with switch() as there:
        signs = {"ping": "env:PING", "to": ["desk"], "at": "00:00"}
        File(tmp_path, receivers=[receiver("desk", desk)], heartbeat=signs)
        for times in (1, 2):
            async with started(tmp_path, env={"PING": f"{there.url}/{'x' * 20}"}) as program:
                await program.until("heartbeat sent")
                await desk.wait_for(1, 30)
                assert await program.end() == 0
            assert len(there.asked) == times
            assert not any("x" * 20 in line for line in program.lines)
    assert [call.json["title"] for call in desk.received] == [
        "alive: 0 items from 0 sources, all healthy"
    ]


def test_a_block_that_tells_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="needs ping"):
        Heartbeat()
