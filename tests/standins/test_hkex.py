"""The stand-in for HKEXnews answers as the exchange was seen to answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import aiohttp

from monitor.standins.hkex import Hkex

NOW = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
SEARCH = {
    "stockId": "900001", "fromDate": "20260301", "toDate": "20260306", "rowRange": "1", "lang": "E",
}  # fmt: skip


async def get(url: str, **query: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url, params=query) as answer:
        return answer.status, await answer.text()


async def test_the_latest_list_has_the_real_shape() -> None:
    async with Hkex(now=lambda: NOW) as site:
        numbers = [site.publish(["06680"], f"A/{n}", "甲", at=NOW) for n in range(2)]
        lists = {
            language: json.loads((await get(f"{site.url}/ncms/json/eds/{name}"))[1])
            for language, name in (("e", "lcisehk7relsde_1.json"), ("c", "lcisehk7relsdc_1.json"))
        }
        rows = lists["e"]["newsInfoLst"]
        assert {type(row["newsId"]) for row in rows} == {int, str}
        assert {str(row["newsId"]) for row in rows} == set(numbers)
        assert {row["t1Code"] for row in rows} == {"NaN", "10000"}
        assert rows[0]["relTime"] == "06/03/2026 18:00"
        assert rows[0]["stock"] == [{"sc": "06680", "sn": "JL MAG"}]
        assert {str(row["newsId"]) for row in lists["c"]["newsInfoLst"]} == set(numbers)
        assert (await get(f"{site.url}/ncms/json/eds/lcisehk7relsde_2.json"))[0] == 404


async def test_the_search_is_json_within_json() -> None:
    async with Hkex(now=lambda: NOW) as site:
        site.publish(["06680", "66800"], "A/B", "甲", at=NOW)
        site.publish(["06680"], "SECOND", "乙", at=NOW)
        address = site.url + "/search/titleSearchServlet.do"
        answer = json.loads((await get(address, **SEARCH))[1])
        assert (answer["hasNextRow"], answer["recordCnt"], answer["loadedRecord"]) == (True, 2, 1)
        answer = json.loads((await get(address, **SEARCH | {"rowRange": "100"}))[1])
        row = next(row for row in json.loads(answer["result"]) if "A" in row["TITLE"])
        assert row["TITLE"] == "A&#x2f;B"
        assert row["STOCK_CODE"] == "06680<br/>66800"
        assert all(isinstance(value, str) for value in row.values())
        nothing = await get(address, **SEARCH | {"stockId": "900002"})
        assert json.loads(nothing[1])["result"] == "[]"


async def test_the_look_up_takes_a_prefix_and_a_burst_is_refused() -> None:
    async with Hkex(now=lambda: NOW) as site:
        _, text = await get(site.url + "/search/prefix.do", name="06680", callback="cb")
        assert text.startswith("cb({")
        assert text.endswith("});\n")
        codes = [row["code"] for row in json.loads(text[3:-3])["stockInfo"]]
        assert codes == ["66800", "06680"]
        site.burst = 2
        address = site.url + "/ncms/json/eds/lcisehk7relsde_1.json"
        assert [(await get(address))[0] for _ in range(3)] == [200, 200, 503]
