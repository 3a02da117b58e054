"""The stand-in for Hudongyi answers as the platform was seen to answer."""

from __future__ import annotations

from typing import Any

import aiohttp

from monitor.standins.szse_irm import SzseIrm

COMPANY_ROW = {
    "indexId": str, "contentType": int, "mainContent": str, "pubDate": int, "stockCode": str,
    "companyShortName": str, "author": str, "authorName": str, "pubClient": str,
    "attachedId": str | None, "attachedContent": str | None, "attachedAuthor": str | None,
    "attachedPubDate": None, "updateDate": int, "qaStatus": str, "boardType": list, "trade": list,
}  # fmt: skip
MARKET_ROW = {
    "esId": str, "indexId": str, "contentType": int, "mainContent": str, "pubDate": str,
    "stockCode": str, "secid": str, "companyShortName": str, "author": None, "attachedId": None,
    "attachedContent": str, "attachedPubDate": str, "updateDate": str, "qaStatus": int,
    "packageDate": str,
}  # fmt: skip


async def call(url: str, method: str = "POST", **how: Any) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as session, session.request(method, url, **how) as answer:
        is_json = answer.content_type == "application/json"
        return answer.status, await (answer.json() if is_json else answer.text())


def fits(row: dict[str, Any], types: dict[str, Any]) -> list[str]:
    return [
        key
        for key, kind in types.items()
        if not (row[key] is None if kind is None else isinstance(row[key], kind))
    ]


async def test_the_company_list_has_the_real_shape(irm_site: SzseIrm) -> None:
    irm_site.publish("300748", "问", "答")
    irm_site.ask("300748", "问二")
    query = {"stockcode": "300748", "orgId": "gfbj0835009", "pageSize": "100", "pageNum": "1"}
    status, answer = await call(irm_site.url + "/newircs/company/question", params=query)
    assert status == 200
    assert (answer["total"], answer["totalPage"], answer["pageNo"]) == (2, 1, 1)
    assert [row["contentType"] for row in answer["rows"]] == [1, 11]
    assert all(fits(row, COMPANY_ROW) == [] for row in answer["rows"])
    assert all(len(row["indexId"]) == 19 for row in answer["rows"])


async def test_the_market_list_has_the_real_shape(irm_site: SzseIrm) -> None:
    irm_site.highlight = "许可"
    irm_site.publish("000970", "许可？", "获得许可。")
    form = {"pageNo": "1", "pageSize": "20", "searchTypes": "11", "stockCode": "300748"}
    _, answer = await call(irm_site.url + "/newircs/index/search", data=form)
    [row] = answer["results"]
    assert fits(row, MARKET_ROW) == []
    assert row["attachedContent"] == "获得<em>许</em><em>可</em>。"
    assert row["companyShortName"] == "中科 三环"  # the stock filter is ignored, names hold blanks


async def test_its_oddities(irm_site: SzseIrm) -> None:
    for code in ("300748", "600111"):
        irm_site.publish(code, "问", "答")
    questions = irm_site.url + "/newircs/company/question"
    assert (await call(questions, "GET", params={"stockcode": "300748"}))[0] == 405
    status, text = await call(questions, data={"stockcode": "300748", "orgId": "x"})
    assert status == 400
    assert text.startswith("<!doctype html>")
    everything = {"stockcode": "300748", "orgId": "", "pageSize": "9", "pageNum": "1"}
    assert (await call(questions, params=everything))[1]["total"] == 2
    shanghai = everything | {"stockcode": "600111", "orgId": "gssh0600111"}
    assert (await call(questions, params=shanghai))[1] == {
        "pageNo": 1, "pageSize": 9, "total": 0, "totalPage": 0, "count": True, "rows": [],
    }  # fmt: skip
    look_up = irm_site.url + "/newircs/index/queryKeyboardInfo"
    _, found = await call(look_up, data={"keyWord": "300748"})
    assert [row["stockCode"] for row in found["data"]] == ["300999", "300748"]
    assert (await call(look_up, json={"keyWord": "300748"}))[1]["data"] == []


async def test_the_detail_of_an_unanswered_question_lacks_the_reply(irm_site: SzseIrm) -> None:
    asked = irm_site.ask("300748", "问")
    address = f"{irm_site.url}/newircs/question/getQuestionDetail?questionId="
    _, answer = await call(address + asked, "GET")
    assert "replyContent" not in answer["data"]
    irm_site.answer(asked, "答")
    _, answer = await call(address + asked, "GET")
    assert answer["data"]["replyContent"] == "答"
    assert isinstance(answer["data"]["replyDate"], int)
    assert (await call(address + "1", "GET"))[1]["data"] is None
    status, text = await call(
        f"{irm_site.url}/ircs/question/questionDetail?questionId={asked}", "GET"
    )
    assert status == 200
    assert "<p>答</p>" in text
