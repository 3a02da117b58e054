from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from monitor.channels import Channel, open_channels
from monitor.clock import CHINA, utc_now
from monitor.config import Receiver
from monitor.deliver import Outbox, Pace
from monitor.model import Delivery, DeliveryState, Message
from monitor.standins.desk import Desk
from monitor.stores import Keeper, Store, open_store
from tests.alerts import JL_MAG, delivery, event, numbered
from tests.outboxes import ids, put, until

QUICK = Pace(
    probes_s=(0.01, 0.02, 0.05),
    first_s=0.01,
    ceiling_s=0.05,
    send_s=5,
    recheck_s=0.5,
    keep_trying=timedelta(days=36500),  # the examples are dated long ago
)
S = timedelta(seconds=1)


@pytest_asyncio.fixture
async def keeper(tmp_path: Path) -> AsyncIterator[Keeper]:
    keeper = await Keeper.open(partial(open_store, str(tmp_path / "m.db"), exclusive=True))
    yield keeper
    await keeper.close()


async def to_desks(**desks: Desk) -> dict[str, Channel]:
    receivers = [Receiver(id=i, channel="apprise", url=d.apprise_url) for i, d in desks.items()]
    return await open_channels(receivers)


def outbox(keeper: Keeper, channels: dict[str, Channel], **more: Any) -> Outbox:
    values: dict[str, Any] = {"pace": QUICK, "rng": random.Random(1), **more}
    return Outbox(keeper, channels, [JL_MAG], CHINA, **values)


@asynccontextmanager
async def running(box: Outbox) -> AsyncIterator[Outbox]:
    task = asyncio.create_task(box.run())
    try:
        yield box
    finally:
        await box.stop(5)
        await task


async def settled(keeper: Keeper, state: DeliveryState, count: int = 1) -> list[Delivery]:
    """The deliveries in `state`, as soon as there are `count` of them."""

    async def enough() -> list[Delivery]:
        found = await keeper(Store.deliveries, state)
        return found if len(found) >= count else []

    return await until(enough)


async def reached(desk: Desk) -> None:
    """Until somebody posts to the desk, whatever it answers."""

    async def posted() -> bool:
        return bool(desk.received)

    await until(posted)


class Endless:
    """A channel whose other side never answers."""

    per_minute = 60.0
    burst = 5.0

    def __init__(self) -> None:
        self.busy = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Endless]:
        yield cls()

    async def send(self, message: Message) -> str:
        self.busy.set()
        await asyncio.Event().wait()
        return ""

    async def aclose(self) -> None: ...


# --- the good day -------------------------------------------------------------------------------


async def test_a_fresh_alert_goes_out_as_soon_as_it_is_stored(keeper: Keeper, desk: Desk) -> None:
    slow_to_look = Pace(recheck_s=60)
    async with running(outbox(keeper, await to_desks(desk=desk), pace=slow_to_look)) as box:
        await asyncio.sleep(0)  # the line looked, found nothing and sleeps
        await keeper(put, numbered(1))
        started = asyncio.get_running_loop().time()
        box.wake()
        [call] = await desk.wait_for(1)
        assert asyncio.get_running_loop().time() - started < 1
        assert call.json["title"].startswith("▲ GRANTED · JL MAG 金力永磁")
        [sent] = await settled(keeper, "sent")
    assert call.json["message"].endswith(f"event {1:012x} · delivery {sent.id}")
    assert (sent.attempts, sent.answer) == (1, "Sent JSON POST notification.")


async def test_flush_sends_what_is_due_and_returns(keeper: Keeper, desk: Desk) -> None:
    await keeper(put, numbered(1), numbered(2, severity=0), numbered(3, severity=2))
    tally = await outbox(keeper, await to_desks(desk=desk)).flush()
    assert (tally.sent, tally.retried, tally.dead) == (3, 0, 0)
    told = [call.json["message"].split("event ")[1][:12].lstrip("0") for call in desk.received]
    assert told == ["2", "1", "3"], "most severe first"


async def test_every_receiver_gets_each_alert_once(keeper: Keeper, desk: Desk) -> None:
    async with Desk() as other:
        made = event()
        await keeper(put, (made, delivery(made, "desk")))
        await keeper(Store.record, None, [], [], [], [delivery(made, "other")])
        box = outbox(keeper, await to_desks(desk=desk, other=other))
        await box.flush()
        await outbox(keeper, await to_desks(desk=desk, other=other)).flush()
        assert len(desk.received) == len(other.received) == 1
        assert ids(desk.received) != ids(other.received)


# --- bad days -----------------------------------------------------------------------------------


async def test_503_twice_is_delivered_on_the_third_try(keeper: Keeper, desk: Desk) -> None:
    desk.fail(2, status=503)
    await keeper(put, numbered(1))
    async with running(outbox(keeper, await to_desks(desk=desk))):
        await desk.wait_for(1)
        [sent] = await settled(keeper, "sent")
    assert len(desk.received) == 3
    assert len(set(ids(desk.received))) == 1
    assert sent.attempts == 3
    assert "may be a repeat" not in desk.received[2].json["message"], "it was refused, not lost"


async def test_a_lost_reply_is_tried_again_under_the_same_id_and_says_so(
    keeper: Keeper, desk: Desk
) -> None:
    desk.drop(1, after_accepting=True)
    await keeper(put, numbered(1))
    async with running(outbox(keeper, await to_desks(desk=desk))):
        first, second = await desk.wait_for(2)
    assert ids([first]) == ids([second])
    assert second.json["message"].endswith("· may be a repeat")
    assert "may be a repeat" not in first.json["message"]


async def test_slow_and_dead_receivers_delay_nobody(keeper: Keeper, desk: Desk) -> None:
    async with Desk() as slow, Desk() as dead:
        slow.slow(1.0, times=1)
        dead.status = 500
        for i, name in enumerate(("slow", "dead", "desk")):
            await keeper(put, *[numbered(3 * i + n, name) for n in range(3)])
        channels = await to_desks(slow=slow, dead=dead, desk=desk)
        async with running(outbox(keeper, channels)):
            await desk.wait_for(3, timeout_s=0.9)
            assert len(slow.received) <= 1
            await slow.wait_for(3)
            dead.status = None
            await dead.wait_for(3)
            await settled(keeper, "sent", 9)
    for one in (desk, slow, dead):
        assert len(set(ids(one.accepted))) == len(one.accepted) == 3


async def test_refused_for_good_is_parked_told_and_can_be_sent_again(
    keeper: Keeper, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.status = 404
    await keeper(put, numbered(1))
    async with running(outbox(keeper, await to_desks(desk=desk))) as box:
        [dead] = await settled(keeper, "dead")
        assert (dead.attempts, dead.error) == (QUICK.refusals, "HTTP 404 Not Found: not now")
        told = [r for r in caplog.records if r.getMessage() == "delivery dead"]
        assert [r.levelno for r in told] == [logging.ERROR]
        desk.status = None
        await keeper(Store.requeue, dead.id, utc_now())
        box.wake()
        [call] = await desk.wait_for(1)
    assert ids([call]) == [dead.id]


async def test_one_message_that_is_refused_does_not_stop_the_others(
    keeper: Keeper, desk: Desk
) -> None:
    desk.fail(1, status=400)
    await keeper(put, *[numbered(n) for n in range(5)])
    patient = Pace(probes_s=(60, 60, 60), first_s=0.05, recheck_s=0.2)
    async with running(outbox(keeper, await to_desks(desk=desk), pace=patient)):
        await desk.wait_for(5)
    assert len(desk.received) == 6
    assert ids(desk.received).count(ids(desk.received)[0]) == 2


async def test_a_delivery_that_cannot_be_rendered_does_not_stop_the_line(
    keeper: Keeper, desk: Desk
) -> None:
    ghost = delivery(event(story="feedfeedfeed"), severity=0)
    await keeper(Store.record, None, [], [], [], [ghost])
    await keeper(put, numbered(1))
    async with running(outbox(keeper, await to_desks(desk=desk))):
        await desk.wait_for(1)
        [dead] = await settled(keeper, "dead")
    assert dead.id == ghost.id
    assert "no event feedfeedfeed.1" in (dead.error or "")


async def test_deliveries_to_a_receiver_that_was_removed_are_told(
    keeper: Keeper, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await keeper(put, numbered(1, "gone"))
    async with running(outbox(keeper, await to_desks(desk=desk))):
        await asyncio.sleep(0.01)
    assert "delivery orphaned" in caplog.text
    assert [d.state for d in await keeper(Store.deliveries)] == ["pending"]


async def test_a_full_disk_stops_nothing_for_good(keeper: Keeper, desk: Desk) -> None:
    """Stored alerts go out although nothing can be noted down; nothing is sent twice."""
    await keeper(put, numbered(1), numbered(2))

    def refuse(store: Store, on: bool) -> None:
        db = store._db  # type: ignore[attr-defined]
        db.execute(f"PRAGMA query_only = {int(on)}")  # every write fails, as on a full disk

    await keeper(refuse, True)
    async with running(outbox(keeper, await to_desks(desk=desk))):
        await desk.wait_for(2)
        assert {d.state for d in await keeper(Store.deliveries)} == {"pending"}, "rows know nothing"
        await keeper(refuse, False)
        await keeper(put, numbered(3))
        await desk.wait_for(3)
        await settled(keeper, "sent", 3)
    assert len(desk.received) == 3
    assert {d.attempts for d in await keeper(Store.deliveries)} == {1}


# --- stopping and dying ---------------------------------------------------------------------------


async def test_a_stop_lets_finish_what_is_on_its_way(keeper: Keeper, desk: Desk) -> None:
    desk.slow(0.3)
    await keeper(put, numbered(1), numbered(2))
    box = outbox(keeper, await to_desks(desk=desk))
    task = asyncio.create_task(box.run())
    await reached(desk)
    await box.stop()
    await task
    assert {d.state: d.attempts for d in await keeper(Store.deliveries)} == {
        "sent": 1,
        "pending": 0,
    }


async def test_a_stop_gives_back_what_does_not_finish(keeper: Keeper) -> None:
    async with AsyncExitStack() as stack:
        channel = await stack.enter_async_context(Endless.open())
        await keeper(put, numbered(1))
        box = outbox(keeper, {"desk": channel})
        task = asyncio.create_task(box.run())
        await channel.busy.wait()
        await box.stop(1.1)
        await task
    [back] = await keeper(Store.claim, utc_now(), lease_s=1)
    assert (back.attempts, back.doubtful) == (1, True)


CHILD = """
import asyncio, sys
from functools import partial
from monitor.channels import open_channels
from monitor.clock import CHINA
from monitor.config import Receiver
from monitor.deliver import Outbox
from monitor.stores import Keeper, Store, open_store
from tests.alerts import JL_MAG, numbered, readings

async def main():
    keeper = await Keeper.open(partial(open_store, sys.argv[1], exclusive=True))
    made, told = numbered(1)
    await keeper(Store.record, None, [made.item], readings([made.item]), [made], [told])
    channels = await open_channels([Receiver(id="desk", channel="apprise", url=sys.argv[2])])
    await Outbox(keeper, channels, [JL_MAG], CHINA).run()

asyncio.run(main())
"""


async def test_killed_between_store_and_receipt_it_is_delivered_after_a_restart(
    tmp_path: Path, desk: Desk
) -> None:
    desk.slow(30)
    path = str(tmp_path / "killed.db")
    child = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", CHILD, path, desk.apprise_url],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    await reached(desk)
    child.send_signal(signal.SIGKILL)
    child.wait()
    keeper = await Keeper.open(partial(open_store, path, exclusive=True))
    tally = await outbox(keeper, await to_desks(desk=desk)).flush()
    await keeper.close()
    assert tally.sent == 1
    before, after = desk.received
    assert ids([before]) == ids([after])
    assert after.json["message"].endswith("· may be a repeat")
