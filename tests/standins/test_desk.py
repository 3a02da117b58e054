"""The webhook desk treats its callers as it was told to, in that order."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from monitor.standins.desk import Desk


async def post(desk: Desk, body: object) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(desk.url + "/hook", json=body) as answer,
    ):
        return answer.status


async def test_everything_is_accepted_and_remembered(desk: Desk) -> None:
    assert await post(desk, {"title": "金力永磁"}) == 200
    [call] = desk.received
    assert (call.path, call.json, call.accepted) == ("/hook", {"title": "金力永磁"}, True)
    assert call.at.tzinfo is not None
    assert call.headers["content-type"] == "application/json"


async def test_orders_are_carried_out_one_call_each(desk: Desk) -> None:
    desk.fail(2, status=503, retry_after="7")
    desk.answer({"errcode": 310000})
    desk.drop()
    desk.drop(after_accepting=True)
    assert [await post(desk, n) for n in range(3)] == [503, 503, 200]
    for n in (3, 4):
        with pytest.raises(aiohttp.ClientConnectionError):
            await post(desk, n)
    assert await post(desk, 5) == 200
    assert [call.json for call in desk.received] == [0, 1, 2, 3, 4, 5]
    assert [call.json for call in desk.accepted] == [4, 5]


async def test_waiting_ends_with_the_last_call_wanted(desk: Desk) -> None:
    desk.slow(0.05)
    waiting = asyncio.create_task(desk.wait_for(2))
    await asyncio.gather(post(desk, 1), post(desk, 2))
    assert len(await waiting) == 2
    with pytest.raises(TimeoutError):
        await desk.wait_for(3, timeout_s=0.01)


async def test_the_apprise_address_points_to_it(desk: Desk) -> None:
    assert desk.apprise_url == desk.url.replace("http", "json", 1) + "/hook"
