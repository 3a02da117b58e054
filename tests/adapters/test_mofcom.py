"""MOFCOM: the lists of its columns, and the articles behind them, each read once."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from monitor.adapters import Adapter, Skip
from monitor.adapters.mofcom import Options
from monitor.errors import FetchError, ParseError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item, Request
from monitor.standins.mofcom import Mofcom
from tests.adapters.golden import make, page
from tests.adapters.visits import NOW, minutes_ago, visit

MIDNIGHT = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Mofcom]:
    async with Mofcom(now=lambda: NOW) as site:
        yield site


def column(site: Mofcom, name: str = "announcements", **options: Any) -> Adapter:
    return make("mofcom", base_url=site.url, options=options | {"column": name})


def last_of_each(items: list[Item]) -> list[Item]:
    return list({item.guid: item for item in items}.values())


@pytest.mark.parametrize("name", ["announcements", "spokesperson", "export_control"])
async def test_an_article_is_read_whole(name: str, site: Mofcom, fetcher: Fetcher) -> None:
    told = site.publish(name, "样例公告2026年第1号", "对样例物项批准通用许可。", at=minutes_ago(5))
    visited = await visit(column(site, name), fetcher)
    guid = told.path.partition("art_")[2].removesuffix(".html")
    assert [item.text for item in visited.items] == ["", "对样例物项批准通用许可。"]
    assert [item.published_at for item in visited.items] == [MIDNIGHT, minutes_ago(5)]
    assert visited.items[-1] == Item(
        source_id="sample",
        guid=guid,
        url=site.url + told.path,
        title="样例公告2026年第1号",
        text="对样例物项批准通用许可。",
        fetched_at=NOW,
        published_at=minutes_ago(5),
        language="zh-Hans",
        kind="regulator",
        tier="official",
        source_name="MOFCOM 商务部",
    )
    assert visited.after.cursor["read"] == guid
    assert visited.skips == []


async def test_articles_read_before_do_not_come_again(site: Mofcom, fetcher: Fetcher) -> None:
    site.publish("announcements", "一", "正文一。", at=minutes_ago(60))
    first = await visit(column(site), fetcher)
    site.publish("announcements", "二", "正文二。", at=minutes_ago(5))
    second = await visit(column(site), fetcher, first.after)
    assert [item.title for item in last_of_each(second.items)] == ["二"]
    third = await visit(column(site), fetcher, second.after)
    assert (third.items, len(third.requests)) == ([], 1)


async def test_the_list_s_address_is_looked_up_once(site: Mofcom, fetcher: Fetcher) -> None:
    site.publish("spokesperson", "答记者问", "正文。", at=minutes_ago(60))
    adapter = column(site, "spokesperson")
    first = await visit(adapter, fetcher)
    assert [r.note.partition(":")[0] for r in first.requests] == ["column", "list", "article"]
    second = await visit(adapter, fetcher, first.after)
    assert [r.note for r in second.requests] == ["list:1"]
    site.columns["spokesperson"].page_id = "ab" * 16
    moved = await visit(adapter, fetcher, second.after)
    assert [r.note for r in moved.requests] == ["list:1", "column", "list:1"]
    assert moved.reasons == ["a list that is no longer where it was"]
    assert (await visit(adapter, fetcher, moved.after)).skips == []


async def test_another_column_by_its_path(site: Mofcom, fetcher: Fetcher) -> None:
    site.publish("spokesperson", "答记者问", "正文。", at=minutes_ago(60))
    assert (await visit(column(site, "/xwfb/xwfyrth/"), fetcher)).items
    with pytest.raises(ValueError, match="'xwfb' is no column; write announcements"):
        Options(column="xwfb")


async def test_many_articles_take_several_visits(site: Mofcom, fetcher: Fetcher) -> None:
    for n in range(14):
        site.publish("announcements", f"第{n}号", f"正文{n}。", at=minutes_ago(n + 1))
    first = await visit(column(site), fetcher)
    assert len(last_of_each(first.items)) == 14
    assert len(first.requests) == 11
    assert first.reasons == ["an article left for the next visit"] * 4
    assert all(skip.ask_again for skip in first.skips)
    second = await visit(column(site), fetcher, first.after)
    assert sorted(item.text for item in last_of_each(second.items)) == sorted(
        f"正文{n}。" for n in range(10, 14)
    )
    assert second.skips == []


async def test_after_a_pause_it_pages_back(site: Mofcom, fetcher: Fetcher) -> None:
    site.publish("announcements", "已知", "正文。", at=minutes_ago(600))
    first = await visit(column(site, max_articles=1), fetcher)
    for n in range(20):
        site.publish("announcements", f"新{n}", "正文。", at=minutes_ago(n + 1))
    second = await visit(column(site, max_articles=0), fetcher, first.after)
    assert [r.note for r in second.requests] == ["list:1", "list:2"]
    assert len(second.items) == 20
    site.page_one_always = True
    third = await visit(column(site, max_articles=0), fetcher, first.after)
    assert third.reasons == ["page 2 was answered with page 1"]


async def test_an_article_that_leads_elsewhere(site: Mofcom, fetcher: Fetcher) -> None:
    there = site.publish("spokesperson", "原文", "答记者问的正文。", at=minutes_ago(9))
    site.publish("announcements", "转载", "", at=minutes_ago(8), redirect_to=there.path)
    site.publish(
        "announcements", "外站", "", at=minutes_ago(7), redirect_to="https://other.example/a.html"
    )
    site.publish("announcements", "外链", "", at=minutes_ago(6), path="https://other.example/b.htm")
    visited = await visit(column(site), fetcher)
    found = {item.title: (item.text, item.url) for item in last_of_each(visited.items)}
    assert found["转载"] == ("答记者问的正文。", site.url + there.path)
    assert found["外站"][0] == ""
    assert found["外链"] == ("", "https://other.example/b.htm")
    assert visited.reasons == ["an article that leads to another site"]


async def test_an_article_that_is_gone_does_not_hold_up_the_others(
    site: Mofcom, fetcher: Fetcher
) -> None:
    site.publish("announcements", "没了", "正文。", at=minutes_ago(1)).broken = True
    site.publish("announcements", "还在", "正文。", at=minutes_ago(2))
    adapter = column(site)
    before: Checkpoint | None = None
    for number in range(4):
        site.publish("announcements", f"新{number}", "正文。", at=minutes_ago(9 - number))
        visited = await visit(adapter, fetcher, before)
        before = visited.after
        texts = {item.title: item.text for item in last_of_each(visited.items)}
        assert texts["没了"] == ""
        assert texts[f"新{number}"] == "正文。"
        if number < 3:
            assert visited.reasons == ["answered 404 (not found)"]
    assert visited.reasons == ["an article whose page could not be fetched"]


async def test_failures_are_named(site: Mofcom, fetcher: Fetcher) -> None:
    with pytest.raises(ParseError, match="rows in the column's list, found none"):
        await visit(column(site), fetcher)
    site.columns["announcements"].page_id = "moved"
    with pytest.raises(ParseError, match=r"'data\.html', found code 500: 系统异常"):
        await visit(column(site), fetcher)
    site.challenge = True
    for name in ("announcements", "spokesperson"):
        with pytest.raises(ParseError, match="a wall that wants a person") as caught:
            await visit(column(site, name), fetcher)
        assert caught.value.reason == "auth"
    site.challenge, site.status = False, 403
    with pytest.raises(FetchError) as refused:
        await visit(column(site), fetcher)
    assert refused.value.reason == "auth"


def test_a_shell_without_its_list_is_refused() -> None:
    adapter = make("mofcom", options={"column": "spokesperson"})
    adapter.start(Checkpoint("sample"))
    with pytest.raises(ParseError, match="without queryData and ColId"):
        list(adapter.parse(page("<!doctype html><title>栏目</title>", note="column")))
    shell = '<!doctype html><meta name="ColId" content="abc123"><title>栏目</title>'
    found = list(adapter.parse(page(shell, note="column")))
    assert isinstance(found[-1], Request)
    assert found[-1].query["pageId"] == "abc123"


def rows(*texts: str) -> str:
    markup = '<ul class="txtList_01">' + "".join(texts) + "</ul>"
    return json.dumps({"success": True, "code": "200", "data": {"html": markup}})


def test_odd_rows_are_counted_and_the_others_kept() -> None:
    adapter = make("mofcom", options={"max_articles": 0})
    adapter.start(Checkpoint("sample"))
    good = '<li><a href="/a/art_{}.html" title="标题">标…</a><span>[2026-03-05]</span></li>'
    body = rows(
        good.format("a" * 32),
        good.format("A" * 32),
        good.format("b" * 32).replace("2026-03-05", "2026-02-30"),
        "<li>没有链接</li>",
        '<li><a href="javascript:x()">点</a><span>[2026-03-05]</span></li>',
    )
    found = list(adapter.parse(page(body, note="list:1")))
    assert [thing.title for thing in found if isinstance(thing, Item)] == ["标题"]
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [
        "a row without a believable date",
        "a row without title or link",
        "a row without title or link",
    ]
