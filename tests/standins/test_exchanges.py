"""The stand-ins for the exchanges' own lists answer as the sites were seen to answer."""

from __future__ import annotations

from typing import Any

import aiohttp

from monitor.standins.exchanges import Sse, Szse


async def test_shenzhen() -> None:
    async with Szse() as site, aiohttp.ClientSession() as session:
        filed = site.file("300748", "公告")

        async def listed(**wanted: Any) -> Any:
            address = site.url + "/api/disc/announcement/annList?random=0.1"
            async with session.post(
                address, json={"pageSize": 50, "pageNum": 1} | wanted
            ) as answer:
                return await answer.json()

        answer = await listed(channelCode=["listedNotice_disc"], stock=["300748"])
        [row] = answer["data"]
        assert (answer["announceCount"], row["annId"]) == (1, filed.number)
        assert (row["secCode"], row["title"]) == (["300748"], "金力永磁：公告")
        assert row["publishTime"].endswith(" 00:00:00")
        assert await listed(pageNum=2) == {}
        site.printed_codes = True
        assert (await listed())["data"][0]["secCode"] == "['300748']"
        async with session.get(site.url + "/download" + row["attachPath"]) as pdf:
            assert pdf.content_type == "application/pdf"
        async with session.get(site.url + row["attachPath"]) as pdf:
            assert pdf.status == 403


async def test_shanghai() -> None:
    async with Sse() as site, aiohttp.ClientSession() as session:
        for n in range(30):
            site.file("600366", f"公告{n}", attachments=("附件",))
        address = site.url + "/security/stock/queryCompanyBulletinNew.do"
        query = {"pageHelp.pageSize": "25", "pageHelp.pageNo": "2", "pageHelp.beginPage": "2"}

        async def listed(**more: str) -> str:
            headers = {"Referer": "https://www.sse.com.cn/"}
            async with session.get(address, params=query | more, headers=headers) as answer:
                return await answer.text()

        assert '"pageNo": 1,' in await listed()
        assert '"pageNo": 2,' in await listed(**{"pageHelp.endPage": "2"})
        wrapped = await listed(jsonCallBack="jsonpCallback7")
        assert wrapped.startswith('jsonpCallback7({"actionErrors": []')
        assert '"data": [[{"ORG_BULLETIN_ID"' in wrapped
        site.flat = True
        assert '"result": [{"ORG_BULLETIN_ID"' in await listed()
        async with session.get(address, params=query) as answer:
            assert answer.status == 403
        async with session.get(site.url + "/disclosure/a.pdf") as answer:
            assert answer.status == 200
            assert (await answer.text()).startswith("<!doctype html>")
