"""The channels that send for themselves, under the outbox, on a clock that only waiting moves."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from monitor.clock import CHINA
from monitor.config import Receiver
from monitor.deliver import Outbox
from monitor.standins.chat import ChatRobots
from monitor.stores import Keeper, Store, open_store
from tests.alerts import JL_MAG, NOW, numbered
from tests.channels.own import OWN, OwnChannel
from tests.outboxes import put, until


@pytest_asyncio.fixture
async def keeper(tmp_path: Path) -> AsyncIterator[Keeper]:
    keeper = await Keeper.open(partial(open_store, str(tmp_path / "m.db"), exclusive=True))
    yield keeper
    await keeper.close()


class Clock:
    """Time that passes only while everybody waits."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    async def wait(self, _: asyncio.Event, seconds: float | None) -> None:
        self.now += timedelta(seconds=60 if seconds is None else seconds)
        await asyncio.sleep(0)


def opened(name: str, robots: ChatRobots, clock: Clock) -> OwnChannel:
    url = f"{robots.url}/hook" if name == "webhook" else robots.address(name)
    return OWN[name](Receiver(id=name, channel=name, url=url), now=clock, deadline_s=5)


async def deliver(keeper: Keeper, channels: dict[str, OwnChannel], clock: Clock) -> None:
    """Run the outbox until nothing is pending."""
    box = Outbox(
        keeper, channels, [JL_MAG], CHINA, now=clock, wait=clock.wait, rng=random.Random(3)
    )
    task = asyncio.create_task(box.run())

    async def nothing_pending() -> bool:
        return (await keeper(Store.queue_counts))["pending"] == 0

    await until(nothing_pending)
    await box.stop()
    await task
    for channel in channels.values():
        await channel.aclose()


@pytest.mark.parametrize("name", OWN)
async def test_every_bad_answer_in_turn_and_the_alert_arrives(
    name: str, keeper: Keeper, robots: ChatRobots
) -> None:
    clock = Clock()
    robots.now = clock
    robots.portal()
    robots.fail(status=502)
    robots.answer({"code": -1, "errcode": -1, "ok": False, "msg": "busy", "errmsg": "busy"})
    robots.fail(status=429, retry_after="300")
    robots.drop(after_accepting=True)
    await keeper(put, numbered(1, name))
    await deliver(keeper, {name: opened(name, robots, clock)}, clock)
    [sent] = await keeper(Store.deliveries, "sent")
    assert sent.attempts == len(robots.received) == 6
    assert (sent.answer or "").startswith("HTTP 200 OK" if name == "webhook" else "ok")
    limited, after = robots.received[3].at, robots.received[4].at
    assert after - limited >= timedelta(seconds=300), "Retry-After is obeyed"
    first, second = robots.accepted
    assert "may be a repeat" not in first.text
    assert "may be a repeat" in second.text, "the first reply was swallowed"
    assert sent.id in first.text
    assert sent.id in second.text
    if name == "webhook":
        assert {call.headers["idempotency-key"] for call in robots.received} == {sent.id}


@pytest.mark.parametrize("dead", OWN)
async def test_one_receiver_refuses_for_good_and_the_others_hear_once(
    dead: str, keeper: Keeper, robots: ChatRobots
) -> None:
    clock = Clock()
    robots.now = clock
    names = ("wecom", "dingtalk", "webhook") if dead in ("feishu", "lark") else ("feishu",)
    async with ChatRobots(now=clock) as gone:
        gone.status = 404
        channels = {name: opened(name, robots, clock) for name in names}
        channels["dead"] = opened(dead, gone, clock)
        await keeper(put, *[numbered(n, r) for n in (1, 2) for r in channels])
        await deliver(keeper, channels, clock)
    parked = await keeper(Store.dead)
    assert [d.receiver_id for d in parked] == ["dead", "dead"]
    assert all(d.attempts == 8 and d.error == "HTTP 404 Not Found: not now" for d in parked)
    assert len(robots.accepted) == 2 * len(names)
    sent = await keeper(Store.deliveries, "sent")
    assert all(d.attempts == 1 for d in sent)
    assert len(sent) == 2 * len(names)


@pytest.mark.parametrize("name", ["feishu", "dingtalk", "wecom"])
async def test_our_pace_stays_below_what_the_robot_takes(
    name: str, keeper: Keeper, robots: ChatRobots
) -> None:
    clock = Clock()
    robots.now = clock
    robots.per_minute = {"feishu": 100, "dingtalk": 20, "wecom": 20}[name]
    await keeper(put, *[numbered(n, name) for n in range(60)])
    await deliver(keeper, {name: opened(name, robots, clock)}, clock)
    assert len(robots.received) == len(robots.posted) == 60, "none was refused"
