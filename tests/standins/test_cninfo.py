"""The stand-in for cninfo answers as the site was seen to answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest_asyncio

from monitor.standins.cninfo import Cninfo

NOW = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
ROW = {
    "secCode": str, "secName": str, "orgId": str, "announcementId": str, "announcementTitle": str,
    "announcementTime": int, "adjunctUrl": str, "adjunctSize": int, "adjunctType": str,
    "storageTime": type(None), "tileSecName": str, "shortTitle": str,
}  # fmt: skip


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Cninfo]:
    async with Cninfo(now=lambda: NOW) as site:
        yield site


async def ask(site: Cninfo, **form: str) -> dict[str, Any]:
    url = site.url + "/new/hisAnnouncement/query"
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
        assert answer.status == 200
        found = await answer.json()
        assert isinstance(found, dict)
        return found


async def test_a_list_has_the_real_shape(site: Cninfo) -> None:
    site.file("300748", "关于取得出口许可证的公告")
    answer = await ask(site, searchkey="许可", isHLtitle="true", pageNum="1", pageSize="50")
    [row] = answer["announcements"]
    assert [key for key, kind in ROW.items() if not isinstance(row[key], kind)] == []
    assert row["announcementTitle"] == "关于取得出口<em>许可</em>证的公告"
    assert row["shortTitle"] == "关于取得出口许可证的公告"
    assert row["announcementTime"] % 86_400_000 == 57_600_000  # 00:00 in China
    assert answer["totalAnnouncement"] == answer["totalRecordNum"] == 1


async def test_its_oddities(site: Cninfo) -> None:
    for n in range(40):
        site.file("300748", f"公告{n}", at=NOW - timedelta(minutes=n))
    site.file("300748", "明天的", ahead=True)
    everything = await ask(site, pageNum="1", pageSize="500", category="category_nonsense")
    assert len(everything["announcements"]) == 30
    assert everything["hasMore"] is True
    assert everything["announcements"][0]["announcementTitle"] == "明天的"
    assert everything["announcements"][0]["announcementTime"] > NOW.timestamp() * 1000
    wrong = await ask(site, stock="300748,gssz0300748")
    assert (wrong["announcements"], wrong["totalAnnouncement"]) == (None, 0)
    several = await ask(site, stock="300748,gfbj0835009;600366,gssh0600366")
    assert several["totalAnnouncement"] == 41
    older = await ask(site, seDate="2026-01-01~2026-03-05")
    assert older["announcements"] is None


async def test_only_shenzhen_has_a_tab_for_investor_meetings(site: Cninfo) -> None:
    site.file("300748", "活动记录表", relation=True)
    site.file("600366", "活动记录表", relation=True)
    answer = await ask(site, tabName="relation")
    assert [row["secCode"] for row in answer["announcements"]] == ["300748"]
    assert (await ask(site, tabName="fulltext"))["announcements"] is None


async def test_pdfs_and_pages_lie_where_the_rows_say(site: Cninfo) -> None:
    filed = site.file("300748", "公告", pdf=b"%PDF-1.7 sample")
    [row] = (await ask(site))["announcements"]
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{site.url}/{row['adjunctUrl']}") as answer:
            assert await answer.read() == b"%PDF-1.7 sample"
            assert answer.content_type == "application/pdf"
        page = f"{site.url}/new/disclosure/detail?announcementId={filed}"
        async with session.get(page) as answer:
            assert "<h1>公告</h1>" in await answer.text()
        async with session.get(site.url + "/new/data/sse_stock.json") as answer:
            assert answer.status == 404
        async with session.get(site.url + "/new/data/szse_stock.json") as answer:
            assert (await answer.json())["stockList"][0]["orgId"] == "gfbj0835009"
        search = site.url + "/new/information/topSearch/query"
        async with session.post(search, data={"keyWord": "600366"}) as answer:
            assert [firm["orgId"] for firm in await answer.json()] == ["gssh0600366"]
        full = site.url + "/new/fulltextSearch/full?searchkey=公告&pageNum=1"
        async with session.get(full) as answer:
            found = await answer.json()
            assert found["announcements"][0]["announcementTitle"] == "<em>公告</em>"
