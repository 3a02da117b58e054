"""The flash services' stand-in answers as the services were seen to answer."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from monitor.adapters.flash import signature
from monitor.standins.flash import FlashSites


async def get(url: str, **query: str) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.get(url, params=query) as answer:
        body = await answer.read()
        return answer.status, json.loads(body) if body[:1] == b"{" else body


async def cls(sites: FlashSites, *, rn: str = "50", sign: str | None = None) -> Any:
    query = {"appName": "CailianpressWeb", "last_time": "", "os": "web", "rn": rn}
    query["sign"] = signature(query) if sign is None else sign
    return (await get(sites.url + "/v1/roll/get_roll_list", **query))[1]


async def test_cls_checks_its_signature_and_counts_rows() -> None:
    async with FlashSites() as sites:
        sites.publish("cls", "标题", "正文", is_ad=True)
        assert await cls(sites, sign="0" * 32) == {
            "errno": "10012", "msg": "签名错误", "data": None,
        }  # fmt: skip
        good = await cls(sites)
        assert (good["errno"], len(good["data"]["roll_data"])) == (0, 1)
        [row] = good["data"]["roll_data"]
        assert isinstance(row["id"], int)
        assert isinstance(row["ctime"], int)
        assert row["is_ad"] in (1, True)
        assert (await cls(sites, rn="51"))["data"]["roll_data"] == []


async def test_the_others_have_their_real_shapes() -> None:
    async with FlashSites() as sites:
        for n in range(3):
            for service in ("em", "sina", "ths"):
                sites.publish(service, f"标题{n}", "正文")
        list_url = sites.url + "/comm/web/getFastNewsList"
        _, first = await get(list_url, pageSize="2", sortEnd="")
        _, second = await get(list_url, pageSize="2", sortEnd=first["data"]["sortEnd"])
        codes = [row["code"] for page in (first, second) for row in page["data"]["fastNewsList"]]
        assert len(set(codes)) == 3
        _, sina = await get(sites.url + "/api/zhibo/feed", page="1", page_size="2")
        row = sina["result"]["data"]["feed"]["list"][0]
        assert isinstance(row["id"], int)
        assert json.loads(row["ext"])["stocks"] == [{"symbol": "sz300748"}]
        _, ths = await get(sites.url + "/tapp/news/push/stock", page="1")
        row = ths["data"]["list"][0]
        assert row["ctime"].isdecimal()
        status, page = await get(row["url"])
        assert status == 200
        assert "正文".encode("gbk") in page, "article pages are GBK"
