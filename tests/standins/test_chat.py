"""The chat robots' stand-in says no as the real ones do: with status 200 and a code."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from monitor.standins.chat import ChatRobots
from tests.alerts import NOW

TEXTS: dict[str, dict[str, Any]] = {
    "feishu": {"msg_type": "text", "content": {"text": "news of the day"}},
    "dingtalk": {"msgtype": "text", "text": {"content": "news of the day"}},
    "wecom": {"msgtype": "text", "text": {"content": "news of the day"}},
}


@pytest_asyncio.fixture
async def robots() -> AsyncIterator[ChatRobots]:
    async with ChatRobots(now=lambda: NOW) as robots:
        yield robots


async def post(robots: ChatRobots, service: str, body: Any, query: str = "") -> tuple[int, int]:
    """Status and code of the answer."""
    url = robots.address(service) + query
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        told = await answer.json()
        return answer.status, told.get("code", told.get("errcode"))


@pytest.mark.parametrize("service", TEXTS)
async def test_a_good_message_stands_in_the_group(service: str, robots: ChatRobots) -> None:
    assert await post(robots, service, TEXTS[service]) == (200, 0)
    [posted] = robots.posted
    assert (posted.service, posted.text, posted.rings) == (service, "news of the day", ())
    assert [call.accepted for call in robots.received] == [True]


@pytest.mark.parametrize(
    ("service", "code"), [("feishu", 9499), ("dingtalk", 40035), ("wecom", 40008)]
)
@pytest.mark.parametrize("body", [None, [], {"msgtype": "odd"}, {"content": {}}, "text"])
async def test_a_body_of_no_known_form(
    service: str, code: int, body: Any, robots: ChatRobots
) -> None:
    assert await post(robots, service, body) == (200, code)
    assert not robots.posted
    assert not robots.accepted


def sign(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


@pytest.mark.parametrize(("age_s", "code"), [(0, 0), (3_500, 0), (3_700, 19021), (-3_700, 19021)])
async def test_feishu_checks_sign_and_time(age_s: int, code: int, robots: ChatRobots) -> None:
    robots.secret = "made-up"
    at = str(int((NOW - timedelta(seconds=age_s)).timestamp()))
    good = {"timestamp": at, "sign": sign(f"{at}\nmade-up".encode(), b"")}
    assert await post(robots, "feishu", {**TEXTS["feishu"], **good}) == (200, code)
    swapped = {"timestamp": at, "sign": sign(b"made-up", f"{at}\nmade-up".encode())}
    assert await post(robots, "feishu", {**TEXTS["feishu"], **swapped}) == (200, 19021)


@pytest.mark.parametrize(("age_s", "code"), [(0, 0), (3_700, 310000)])
async def test_dingtalk_checks_sign_and_time(age_s: int, code: int, robots: ChatRobots) -> None:
    robots.secret = "made-up"
    at = str(int((NOW - timedelta(seconds=age_s)).timestamp() * 1000))
    good = sign(b"made-up", f"{at}\nmade-up".encode()).replace("+", "%2B").replace("/", "%2F")
    for signed, expected in [(good, code), ("bm8", 310000)]:
        query = f"&timestamp={at}&sign={signed.replace('=', '%3D')}"
        assert await post(robots, "dingtalk", TEXTS["dingtalk"], query) == (200, expected)


@pytest.mark.parametrize(
    ("service", "code"), [("feishu", 11232), ("dingtalk", 130101), ("wecom", 45009)]
)
async def test_one_message_too_many_in_a_minute(
    service: str, code: int, robots: ChatRobots
) -> None:
    robots.per_minute = 2
    told = [(await post(robots, service, TEXTS[service]))[1] for _ in range(3)]
    assert told == [0, 0, code]
    robots.now = lambda: NOW + timedelta(seconds=61)
    assert await post(robots, service, TEXTS[service]) == (200, 0)


@pytest.mark.parametrize(
    ("service", "body", "code"),
    [
        ("wecom", {"msgtype": "text", "text": {"content": "证" * 683}}, 40058),
        ("dingtalk", {"msgtype": "text", "text": {"content": "x" * 20_000}}, 460101),
        ("feishu", {"msg_type": "text", "content": {"text": "x" * 20_480}}, 9499),
    ],
)
async def test_too_long(service: str, body: Any, code: int, robots: ChatRobots) -> None:
    assert await post(robots, service, body) == (200, code)


@pytest.mark.parametrize(
    ("service", "body"),
    [
        ("feishu", {"msg_type": "text", "content": {"text": '<at user_id="all">all</at>'}}),
        ("feishu", {"msg_type": "post", "content": {"post": {"zh_cn": {
            "title": "t", "content": [[{"tag": "at", "user_id": "all"}]]}}}}),
        ("dingtalk", {"msgtype": "text", "text": {"content": "t"}, "at": {"isAtAll": True}}),
        ("dingtalk", {"msgtype": "text", "text": {"content": "t"}, "at": {"atMobiles": ["139"]}}),
        ("wecom", {"msgtype": "text", "text": {"content": "t", "mentioned_list": ["@all"]}}),
        ("wecom", {"msgtype": "markdown", "markdown": {"content": "<@zhang>"}}),
    ],
)  # fmt: skip
async def test_it_notes_who_would_have_been_rung(
    service: str, body: Any, robots: ChatRobots
) -> None:
    assert await post(robots, service, body) == (200, 0)
    assert robots.posted[0].rings


async def test_orders_come_before_the_robots_own_judgement(robots: ChatRobots) -> None:
    robots.fail(status=429, retry_after="3")
    robots.portal()
    robots.portal(status=302)
    url = robots.address("wecom")
    async with aiohttp.ClientSession() as session:
        async with session.post(url, json=TEXTS["wecom"]) as limited:
            assert (limited.status, limited.headers["Retry-After"]) == (429, "3")
        async with session.post(url, json=TEXTS["wecom"]) as page:
            assert (page.status, page.content_type) == (200, "text/html")
        async with session.post(url, json=TEXTS["wecom"], allow_redirects=False) as away:
            assert (away.status, away.headers["Location"][:7]) == (302, "http://")
        robots.drop(after_accepting=True)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await session.post(url, json=TEXTS["wecom"])
    assert len(robots.posted) == 1, "the reply was swallowed, the message was not"
