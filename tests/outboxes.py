"""What the tests of delivering have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from monitor.model import Delivery, Event
from monitor.standins.desk import Call
from monitor.stores import Store
from tests.alerts import readings

T = TypeVar("T")


def put(store: Store, *pairs: tuple[Event, Delivery]) -> None:
    """Store events, their items and deliveries as one visit would."""
    items = [e.item for e, _ in pairs]
    store.record(None, items, readings(items), [e for e, _ in pairs], [d for _, d in pairs])


async def until(condition: Callable[[], Awaitable[T]], within_s: float = 30) -> T:
    """What `condition` gives, as soon as that is true."""
    async with asyncio.timeout(within_s):
        while not (found := await condition()):
            await asyncio.sleep(0.002)
    return found


def ids(calls: list[Call]) -> list[str]:
    """The delivery ids in what a desk was told."""
    return [call.json["message"].rsplit("delivery ", 1)[1].split(" ")[0] for call in calls]
