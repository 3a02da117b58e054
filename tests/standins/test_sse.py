"""The stand-in for SSE e-Interactive answers as the platform was seen to answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest_asyncio

from monitor.standins.sse import SseIrm

NOW = datetime(2026, 3, 5, 16, 10, tzinfo=UTC)  # ten past midnight in China


@pytest_asyncio.fixture
async def site() -> AsyncIterator[SseIrm]:
    async with SseIrm(now=lambda: NOW) as site:
        yield site


async def call(url: str, method: str = "GET", **how: Any) -> tuple[int, str, dict[str, str]]:
    async with aiohttp.ClientSession() as session, session.request(method, url, **how) as answer:
        return answer.status, await answer.text(), dict(answer.headers)


async def test_an_answered_question_has_the_real_mark_up(site: SseIrm) -> None:
    asked = site.publish("600366", "问", "答", at=NOW - timedelta(minutes=3))
    feeds = site.url + "/ajax/feeds.do"
    query = {"type": "11", "page": "1", "pageSize": "10", "lastid": "-1", "show": "1"}
    _, text, _ = await call(feeds, params=query)
    for part in (
        f'<div class="m_feed_item" id="item-{asked}">',
        '<div class="m_feed_detail m_qa_detail">',
        "<a href='user.do?uid=12001' >:宁波韵升(600366)</a>问</div>",
        '<div class="m_feed_detail m_qa">',
        '<a class="ansface" rel="tag" uid="12001"',
        '<div class="m_feed_from"><span>3分钟前</span><em>来自</em>',
    ):
        assert part in text
    assert (await call(feeds, "POST", data=query))[1] == text
    _, past_end, _ = await call(feeds, params=query | {"page": "2"})
    assert past_end == (
        '<div class="center"><a href="javascript:;" class="m_feed_note">此时没有更多内容</a></div>'
    )


async def test_questions_without_an_answer_are_in_the_other_list(site: SseIrm) -> None:
    asked = site.ask("600366", "问")
    feeds = site.url + "/ajax/feeds.do?page=1&pageSize=10&lastid=-1&type="
    assert (
        f'<div class="m_feed_item m_question" id="item-{asked}">' in (await call(feeds + "10"))[1]
    )
    assert asked not in (await call(feeds + "11"))[1]


async def test_its_oddities(site: SseIrm) -> None:
    status, _, _ = await call(site.url + "/ajax/feeds.do?type=11&page=1&pageSize=10")
    assert status == 500
    look_up = site.url + "/ajax/getCompany.do"
    assert (await call(look_up, "POST", data={"data": "600366"}))[1] == "12001"
    assert (await call(look_up, "POST", data={"data": "600000"}))[1] == ""
    _, text, headers = await call(site.url + "/allcompany.do", "POST", data={"page": "1"})
    assert headers["Content-Type"] == "json/javascript;charset=UTF-8"
    assert "<a rel='tag' uid=12001 href='user.do?uid=12001' title='宁波韵升'>" in text
    assert (await call(site.url + "/common/getMoreFeeds.do"))[0] == 404
    nobody = site.url + "/ajax/userfeeds.do?typeCode=company&type=11&uid=12001&page=1"
    assert "暂无回复" in (await call(nobody))[1]


async def test_times_are_relative_to_the_answer(site: SseIrm) -> None:
    ages = {"刚刚": 0.2, "9分钟前": 9, "昨天 22:10": 120, "昨天 00:20": 23 * 60 + 50}
    assert {name: site.time(NOW - timedelta(minutes=m)) for name, m in ages.items()} == {
        name: name for name in ages
    }
    assert site.time(NOW - timedelta(days=3)) == "03-03 00:10"
    assert site.time(NOW - timedelta(days=300)) == "2025年05月10日 00:10"
    site.coarse = True
    assert site.time(NOW - timedelta(hours=5)) == "5小时前"
    assert site.time(NOW - timedelta(days=15)) == "2周前"
    site.publish("600366", "问", "答")
    _, _, headers = await call(site.url + "/ajax/feeds.do?type=11&lastid=-1")
    assert headers["Date"] == "Thu, 05 Mar 2026 16:10:00 GMT"
