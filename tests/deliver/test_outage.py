"""Hours in a moment: outages and limits on a clock that only the waiting moves."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from monitor.clock import CHINA
from monitor.deliver import Outbox
from monitor.errors import DeliveryError, Reason
from monitor.model import Message
from monitor.standins.desk import Desk
from monitor.stores import Keeper, Store, open_store
from tests.alerts import JL_MAG, NOW, event, numbered
from tests.outboxes import ids, put, until

S = timedelta(seconds=1)


@pytest_asyncio.fixture
async def keeper(tmp_path: Path) -> AsyncIterator[Keeper]:
    keeper = await Keeper.open(partial(open_store, str(tmp_path / "m.db"), exclusive=True))
    yield keeper
    await keeper.close()


class Clock:
    """Time that passes only while everyone waits; `at(when, act)` does something on the way."""

    def __init__(self) -> None:
        self.now = NOW
        self._plans: list[tuple[datetime, Callable[[], None]]] = []

    def __call__(self) -> datetime:
        return self.now

    def at(self, when: datetime, act: Callable[[], None]) -> None:
        self._plans.append((when, act))

    async def wait(self, woken: asyncio.Event, seconds: float | None) -> None:
        end = self.now + timedelta(seconds=60 if seconds is None else seconds)
        due = [when for when, _ in self._plans if when <= end]
        self.now = min([end, *due])
        for plan in [p for p in self._plans if p[0] <= self.now]:
            self._plans.remove(plan)
            plan[1]()
        await asyncio.sleep(0)


_REASONS: dict[int, Reason] = {429: "rate_limited", 401: "auth"}


class Webhook:
    """An own sender, as a channel may be: reads Retry-After, which Apprise does not tell."""

    per_minute = 6000.0
    burst = 300.0

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._url = f"{desk.url}/hook"
        self._clock = clock
        self._session = aiohttp.ClientSession()
        self.refuses = False
        """Whether what it answers is meant for good (401)."""
        self.tries: list[datetime] = []

    async def send(self, message: Message) -> str:
        self.tries.append(self._clock())
        body = {"title": message.title, "message": message.body}
        async with self._session.post(self._url, json=body) as answer:
            if answer.status >= 300:
                after = answer.headers.get("Retry-After")
                raise DeliveryError(
                    f"HTTP {answer.status}",
                    reason=_REASONS.get(answer.status, "server"),
                    retryable=not self.refuses,
                    retry_after_s=float(after) if after else None,
                )
        return "200"

    async def aclose(self) -> None:
        await self._session.close()


@pytest_asyncio.fixture
async def simulated(keeper: Keeper, desk: Desk) -> AsyncIterator[tuple[Clock, Webhook, Outbox]]:
    clock = Clock()
    channel = Webhook(desk, clock)
    box = Outbox(
        keeper, {"desk": channel}, [JL_MAG], CHINA,
        now=clock, wait=clock.wait, rng=random.Random(7),
    )  # fmt: skip
    yield clock, channel, box
    await channel.aclose()


async def run_until(box: Outbox, keeper: Keeper, done: Callable[[Store], bool]) -> None:
    task = asyncio.create_task(box.run())
    await until(partial(keeper, done))
    await box.stop()
    await task


def nothing_pending(store: Store) -> bool:
    return store.queue_counts()["pending"] == 0


async def test_six_hours_down_with_300_alerts_due(
    keeper: Keeper, desk: Desk, simulated: tuple[Clock, Webhook, Outbox]
) -> None:
    clock, channel, box = simulated
    back_at = NOW + timedelta(hours=6, seconds=17)
    desk.status = 503
    clock.at(back_at, lambda: setattr(desk, "status", None))
    pairs = [numbered(n, severity=(0, 1, 2)[n % 3]) for n in range(300)]
    await keeper(put, *pairs)
    await run_until(box, keeper, nothing_pending)
    down = [t for t in channel.tries if t < back_at]
    assert len(down) <= 6 * 60 + 3
    assert all(60 * S <= b - a <= 60.1 * S for a, b in pairwise(down[2:])), "one try a minute"
    sent = await keeper(Store.deliveries, "sent", limit=-1)
    assert len(sent) == 300
    last = max(d.sent_at for d in sent if d.sent_at)
    assert last - back_at <= 60 * S  # the clock stands while messages go out
    order = [d.severity for d in sorted(sent, key=lambda d: (d.sent_at, d.severity))]
    probe_and_rest = order[1:]
    assert probe_and_rest == sorted(probe_and_rest), "most severe first"
    assert len(set(ids(desk.accepted))) == len(desk.accepted) == 300
    assert "· LATE: sent 6 h after publication" in desk.accepted[0].json["message"]


@pytest.mark.parametrize(
    ("header", "least_s", "most_s"), [("120", 120, 121), ("999999999", 86400, 86401)]
)
async def test_retry_after_is_obeyed_up_to_a_day(
    keeper: Keeper,
    desk: Desk,
    simulated: tuple[Clock, Webhook, Outbox],
    header: str,
    least_s: float,
    most_s: float,
) -> None:
    _, channel, box = simulated
    desk.fail(1, status=429, retry_after=header)
    await keeper(put, numbered(1), numbered(2))
    await run_until(box, keeper, nothing_pending)
    first, second = channel.tries[:2]
    assert least_s * S <= second - first <= most_s * S, "the whole queue waits"
    assert len(channel.tries) == 3


async def test_given_up_only_after_three_days(
    keeper: Keeper, desk: Desk, simulated: tuple[Clock, Webhook, Outbox]
) -> None:
    clock, channel, box = simulated
    desk.status = 503
    clock.now = NOW + timedelta(days=2, hours=23, minutes=40)
    await keeper(put, numbered(1))
    await run_until(box, keeper, nothing_pending)
    [dead] = await keeper(Store.dead)
    assert dead.error == "HTTP 503"
    assert clock.now - event().detected_at > timedelta(days=3)
    assert len(channel.tries) >= 8


async def test_a_chat_service_is_not_sent_more_than_it_takes(
    keeper: Keeper, desk: Desk, simulated: tuple[Clock, Webhook, Outbox]
) -> None:
    clock, _, _ = simulated
    channel = Webhook(desk, clock)
    channel.per_minute, channel.burst = 30.0, 3.0
    box = Outbox(keeper, {"desk": channel}, [JL_MAG], CHINA, now=clock, wait=clock.wait)
    await keeper(put, *[numbered(n) for n in range(9)])
    await run_until(box, keeper, nothing_pending)
    await channel.aclose()
    since = [(t - channel.tries[0]).total_seconds() for t in channel.tries]
    assert since[:3] == [0, 0, 0]
    assert since[3:] == pytest.approx([2, 4, 6, 8, 10, 12], abs=0.1)


async def test_a_receiver_that_is_slow_to_fail_is_asked_once_a_minute_all_the_same(
    keeper: Keeper, desk: Desk
) -> None:
    clock = Clock()

    class Tarpit(Webhook):
        async def send(self, message: Message) -> str:
            self.tries.append(self._clock())
            clock.now += 29 * S
            raise DeliveryError("no answer", reason="timeout")

    channel = Tarpit(desk, clock)
    box = Outbox(keeper, {"desk": channel}, [JL_MAG], CHINA, now=clock, wait=clock.wait)
    await keeper(put, numbered(1))
    task = asyncio.create_task(box.run())

    async def tried() -> bool:
        return len(channel.tries) >= 9

    await until(tried)
    await box.stop()
    await task
    await channel.aclose()
    assert all(b - a <= 60.1 * S for a, b in pairwise(channel.tries[3:9]))
