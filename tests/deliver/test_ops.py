"""What ops hear: once when a receiver is down, once when it is back, never through that one.

Hours in a moment, as in `test_outage.py`; the desks are real servers.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest_asyncio

from monitor.clock import CHINA
from monitor.config import Ops
from monitor.deliver import Outbox
from monitor.model import Notice
from monitor.standins.desk import Desk
from monitor.stores import Keeper, Store, open_store
from tests.alerts import JL_MAG, NOW, numbered
from tests.deliver.test_outage import Clock, Webhook
from tests.outboxes import put, until

MINUTE = timedelta(minutes=1)


@pytest_asyncio.fixture
async def keeper(tmp_path: Path) -> AsyncIterator[Keeper]:
    keeper = await Keeper.open(partial(open_store, str(tmp_path / "m.db"), exclusive=True))
    yield keeper
    await keeper.close()


@pytest_asyncio.fixture
async def oncall() -> AsyncIterator[Desk]:
    async with Desk() as desk:
        yield desk


class Machine:
    """An outbox with a trader's desk and an ops desk, run until a condition holds."""

    def __init__(self, keeper: Keeper, desk: Desk, oncall: Desk, *ops: str) -> None:
        self.keeper = keeper
        self.clock = Clock()
        self.channels = {
            "desk": Webhook(desk, self.clock), "oncall": Webhook(oncall, self.clock)
        }  # fmt: skip
        self.ops = Ops(to=list(ops or ("oncall", "desk")))
        self.box = self.fresh()

    def fresh(self) -> Outbox:
        return Outbox(
            self.keeper, self.channels, [JL_MAG], CHINA,
            now=self.clock, wait=self.clock.wait, rng=random.Random(3), ops=self.ops,
        )  # fmt: skip

    async def until_told(self, desk: Desk, count: int) -> list[str]:
        task = asyncio.create_task(self.box.run())

        async def enough() -> bool:
            return len(desk.accepted) >= count

        await until(enough)
        await self.box.stop()
        await task
        return [call.json["title"] for call in desk.accepted]

    async def close(self) -> None:
        for channel in self.channels.values():
            await channel.aclose()


@pytest_asyncio.fixture
async def machine(keeper: Keeper, desk: Desk, oncall: Desk) -> AsyncIterator[Machine]:
    machine = Machine(keeper, desk, oncall)
    yield machine
    await machine.close()


async def test_ops_hear_once_that_a_receiver_is_down_and_once_that_it_is_back(
    machine: Machine, desk: Desk, oncall: Desk
) -> None:
    desk.status = 503
    machine.clock.at(NOW + 80 * MINUTE, lambda: setattr(desk, "status", None))
    await machine.keeper(put, numbered(1), numbered(2))
    titles = await machine.until_told(oncall, 2)
    assert titles[0] == "OPS · receiver desk is down"
    assert titles[1].startswith("OPS · receiver desk is back after ")
    first = oncall.accepted[0].json["message"]
    # The tries decide when it is noticed: one a minute, so in the eleventh minute at the latest.
    assert re.search(r"It has accepted nothing for 1[01] min. The last answer: HTTP 503", first)
    assert "2 waiting for it" in first
    assert first.splitlines()[-1].startswith("receiver:desk · delivery ")
    news = [call.json["title"] for call in desk.accepted]
    assert len(news) >= 1
    assert not any("OPS" in title for title in news), "what failed does not tell of its failure"


async def test_a_restart_in_the_middle_neither_repeats_nor_forgets_it(
    machine: Machine, desk: Desk, oncall: Desk
) -> None:
    desk.status = 503
    await machine.keeper(put, numbered(1))
    assert await machine.until_told(oncall, 1) == ["OPS · receiver desk is down"]
    machine.box = machine.fresh()
    back_at = machine.clock.now + 40 * MINUTE
    machine.clock.at(back_at, lambda: setattr(desk, "status", None))
    titles = await machine.until_told(oncall, 2)
    assert titles[1].startswith("OPS · receiver desk is back")


async def test_ops_hear_of_an_alert_that_was_given_up_and_not_of_each(
    machine: Machine, desk: Desk, oncall: Desk
) -> None:
    desk.status = 401
    await machine.keeper(put, numbered(1), numbered(2), numbered(3))
    machine.channels["desk"].refuses = True
    task = asyncio.create_task(machine.box.run())

    async def all_parked() -> bool:
        return len(await machine.keeper(Store.dead)) == 3

    await until(all_parked)
    await machine.box.stop()
    await task
    titles = [call.json["title"] for call in oncall.accepted]
    assert titles.count("OPS · an alert for desk was given up") == 1
    assert len(titles) <= 2, "given up, and down"
    told = "\n".join(call.json["message"] for call in oncall.accepted)
    assert "monitor deliveries --dead lists what was given up, monitor retry ID sends it" in told


async def test_without_ops_nobody_hears_and_nothing_is_kept(
    machine: Machine, desk: Desk, oncall: Desk
) -> None:
    machine.ops = Ops(to=["desk"])
    machine.box = machine.fresh()
    desk.status = 503
    back_at = NOW + 30 * MINUTE
    machine.clock.at(back_at, lambda: setattr(desk, "status", None))
    await machine.keeper(put, numbered(1))
    titles = await machine.until_told(desk, 1)
    assert "GRANTED" in titles[0]
    assert oncall.received == []
    about = [d.about for d in await machine.keeper(Store.deliveries)]
    assert about == [f"{1:012x}.1"], "the only ops receiver was the one that failed"


async def test_a_trouble_is_told_when_it_begins_and_when_it_ends(keeper: Keeper) -> None:
    def notice(opens: bool, title: str = "OPS · source ree is down") -> Notice:
        return Notice("source:ree", title, "Nothing since 11:02.", ("oncall",), NOW, opens)

    assert not await keeper(Store.notify, notice(False)), "nothing was wrong"
    assert await keeper(Store.notify, notice(True))
    assert not await keeper(Store.notify, notice(True)), "known"
    assert await keeper(Store.open_troubles) == ["source:ree"]
    assert await keeper(Store.notify, notice(False, "OPS · source ree is back"))
    assert await keeper(Store.notify, notice(True)), "the next time is told again"
    told = await keeper(Store.deliveries)
    assert [d.about for d in reversed(told)] == [f"ops:source:ree:{n}" for n in (1, 2, 3)]
    subject = await keeper(Store.subject, told[1])
    assert isinstance(subject, Notice)
    assert (subject.title, subject.opens) == ("OPS · source ree is back", False)


async def test_a_notice_is_stored_with_the_visit_it_is_about(keeper: Keeper) -> None:
    words = Notice("source:ree", "OPS · source ree is down", "…", ("oncall",), NOW)
    await keeper(Store.record, None, [], [], [], [], [words])
    [told] = await keeper(Store.deliveries)
    assert (told.receiver_id, told.severity) == ("oncall", 2)
