"""The stand-in for p5w answers as the platform was seen to answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest_asyncio

from monitor.standins.p5w import P5w


@pytest_asyncio.fixture
async def site() -> AsyncIterator[P5w]:
    async with P5w() as site:
        yield site


async def ask(site: P5w, path: str, **form: str) -> dict[str, Any]:
    address = f"{site.url}{path}.shtml"
    async with aiohttp.ClientSession() as session, session.post(address, data=form) as answer:
        found = await answer.json()
    assert isinstance(found, dict)
    return found


async def test_a_row_has_the_real_shape(site: P5w) -> None:
    asked = site.publish("920185", "问", "答")
    answer = await ask(site, "/interaction/getNewR", isPagination="1", page="0", rows="10")
    [row] = answer["rows"]
    assert list(row) == [
        "pid", "companyCode", "companyShortname", "content", "replyContent", "questionerTimeStr",
        "replyerTimeStr",
    ]  # fmt: skip
    assert (row["pid"], answer["total"], answer["success"]) == (asked, 1, True)
    assert len(row["replyerTimeStr"]) == len("2026-11-19 15:40:02")


async def test_its_oddities(site: P5w) -> None:
    for n in range(120):
        site.publish("920185", f"问{n}", "答")
    site.publish("300748", "问", "答")
    listed = "/interaction/getNewR"
    by_code = await ask(site, listed, page="0", rows="50", companyCode="832175")
    assert len(by_code["rows"]) == 10  # the code is ignored, and so is the number of rows
    assert by_code["total"] == 100
    assert by_code["rows"][0]["replyContent"].endswith("来自深交所互动易）")
    assert (await ask(site, listed, page="0", companyBaseinfoId="wrong"))["total"] == 0
    assert (await ask(site, "/company/validCompanyJson", keyword="920175"))["obj"] is None
    [firm] = (await ask(site, "/company/validCompanyJson", keyword="832175"))["obj"]
    assert (firm["pid"], firm["companyCode"]) == ("0001AABBCCEE", "832175")
    assert (await ask(site, "/interaction/getNewSearchR", keyWords="问119"))["total"] == 1
