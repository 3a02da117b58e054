"""The stand-in for MOFCOM answers as the ministry was seen to answer."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from monitor.standins.mofcom import UNIT, Mofcom

QUERY = {
    "parseType": "bulidstatic", "pageId": "fc8bdff48fa345a48b651c1285b70b8f", "tagId": "分页列表",
}  # fmt: skip


async def get(url: str, **query: str) -> tuple[int, str | None, str]:
    async with aiohttp.ClientSession() as session, session.get(url, params=query) as answer:
        return answer.status, answer.charset, (await answer.read()).decode()


async def rows(site: Mofcom, **query: str) -> tuple[Any, str]:
    _, charset, text = await get(site.url + UNIT, **QUERY | query)
    assert charset is None, "no header names a charset"
    answer = json.loads(text)
    return answer, answer["data"]["html"] if answer["data"] else ""


async def test_the_list_is_html_in_json_and_pages_only_by_param_json() -> None:
    async with Mofcom() as site:
        for n in range(20):
            site.publish("announcements", f"第{n}号 & 附件", "正文")
        answer, first = await rows(site, paramJson='{"pageNo":1,"pageSize":15}')
        assert (answer["success"], answer["code"]) == (True, "200")
        assert first.count("<li>") == 15
        assert '<ul class="txtList_01"><li><a href="/zwgk/zcfb/art/20' in first
        assert "&amp; 附件" in first
        assert 'pageNo="1" count="20"' in first
        _, second = await rows(site, paramJson='{"pageNo":2,"pageSize":15}')
        assert second.count("<li>") == 5
        assert (await rows(site, pageNo="2"))[1] == first, "outside paramJson it counts for nothing"
        assert (await rows(site, pageId="other"))[0]["success"] is False
        assert (await rows(site, parseType="buildstatic"))[0]["success"] is False


async def test_columns_are_shells_and_articles_pages() -> None:
    async with Mofcom() as site:
        told = site.publish("spokesperson", "答记者问", "正文。")
        moved = site.publish("spokesperson", "转载", "", redirect_to="/there.html")
        status, charset, shell = await get(site.url + "/xwfb/xwfyrth/index.html")
        assert (status, charset) == (200, None)
        assert "txtList_01" not in shell
        assert shell.count("queryData") == 2
        _, _, article = await get(site.url + told.path)
        assert '<div class="art-con" ergodic="article"><p>正文。</p></div>' in article
        assert 'name="PubDate"' in article
        _, _, script = await get(site.url + moved.path)
        assert 'window.location.href = "/there.html"' in script
        told.broken = True
        assert (await get(site.url + told.path))[0] == 404
