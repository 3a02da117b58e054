"""The stand-in for Eastmoney's list of filings answers as the site was seen to answer."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import aiohttp

from monitor.standins.eastmoney import Eastmoney

EVENING = datetime(2026, 3, 6, 10, 43, 4, 552_000, tzinfo=UTC)


async def test_a_row_has_the_real_shape() -> None:
    async with Eastmoney(now=lambda: EVENING) as site, aiohttp.ClientSession() as session:
        filed = site.file("300748", "公告", also=("300999",), pdf=b"%PDF-1.7 sample")
        address = f"{site.url}/api/security/ann?page_size=50&page_index=1&stock_list=300748"
        async with session.get(address) as answer:
            data = (await answer.json())["data"]
        [row] = data["list"]
        assert (data["total_hits"], row["art_code"]) == (1, filed)
        assert row["title"] == "金力永磁:公告"
        assert row["display_time"] == "2026-03-06 18:43:04:552"
        assert row["notice_date"] == "2026-03-07 00:00:00"
        assert [code["stock_code"] for code in row["codes"]] == ["300748", "300999"]
        assert re.fullmatch(r"AN\d{18}", filed)
        async with session.get(f"{site.url}/pdf/H2_{filed}_1.pdf") as answer:
            assert await answer.read() == b"%PDF-1.7 sample"
        async with session.get(f"{site.url}/notices/detail/300748/{filed}.html") as answer:
            assert "公告" in await answer.text()
        site.error = "busy"
        async with session.get(address) as answer:
            assert (answer.status, (await answer.json())["data"]) == (200, None)
