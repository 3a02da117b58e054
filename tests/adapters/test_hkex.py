"""HKEXnews: the latest list and a firm's own filings, two languages made one item."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from monitor.adapters import Adapter, Skip
from monitor.errors import FetchError, ParseError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item
from monitor.standins.hkex import Hkex
from tests.adapters.golden import make, page
from tests.adapters.visits import NOW, minutes_ago, visit


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Hkex]:
    async with Hkex(now=lambda: NOW) as site:
        yield site


def latest(site: Hkex, **options: Any) -> Adapter:
    return make("hkex", base_url=site.url, options=options)


def firm(site: Hkex, **options: Any) -> Adapter:
    return make("hkex", base_url=site.url, issuer="sample-magnet", options=options)


def last_of_each(items: list[Item]) -> list[Item]:
    """As a visit keeps them: a later row of the same guid wins."""
    return list({item.guid: item for item in items}.values())


# --- the latest list ------------------------------------------------------------------------------


async def test_both_languages_make_one_item(site: Hkex, fetcher: Fetcher) -> None:
    filed = site.publish(
        ["06680"], "EXPORT LICENCES/PROGRESS", "自願公告：出口許可證", at=minutes_ago(5)
    )
    site.publish(["00769"], "ANOTHER FIRM", "另一家", at=minutes_ago(3))
    visited = await visit(latest(site), fetcher)
    assert [r.note for r in visited.requests] == ["list:1:e", "list:1:c"]
    [item] = last_of_each(visited.items)
    pdf = f"{site.url}/listedco/listconews/sehk/2026/0306/20260306{filed}.pdf"
    assert item == Item(
        source_id="sample",
        guid=filed,
        url=pdf,
        title="JL MAG: EXPORT LICENCES/PROGRESS",
        text="Announcements and Notices - [Other - Business Update]\n"
        "金力永磁: 自願公告：出口許可證\n公告及通告 - [其他-業務發展最新情況]",
        fetched_at=NOW,
        published_at=minutes_ago(5),
        language=None,
        kind="announcement",
        tier="official",
        issuer_id="sample-magnet",
        source_name="HKEXnews",
        attachment_url=pdf,
    )
    assert visited.skips == []


async def test_the_larger_document_is_the_filing(site: Hkex, fetcher: Fetcher) -> None:
    site.publish(["06680"], "COVER", "全文", at=minutes_ago(5), size_kb=80, chinese_kb=2048)
    [item] = last_of_each((await visit(latest(site), fetcher)).items)
    assert item.url.endswith("001.pdf")
    assert item.attachment_url
    assert item.attachment_url.endswith("001_c.pdf")


async def test_a_filing_in_one_language_is_kept(site: Hkex, fetcher: Fetcher) -> None:
    site.publish(["06680"], "ENGLISH ONLY", at=minutes_ago(5))
    site.publish(["06680"], "", "只有中文", at=minutes_ago(4))
    items = (await visit(latest(site), fetcher)).items
    assert [(item.title, item.language) for item in items] == [
        ("JL MAG: ENGLISH ONLY", "en"),
        ("金力永磁: 只有中文", "zh-Hant"),
    ]
    site.publish(["06680"], "", "中文二", at=minutes_ago(3))
    one = await visit(latest(site, languages="zh"), fetcher)
    assert [item.title for item in one.items] == ["金力永磁: 中文二", "金力永磁: 只有中文"]
    assert [r.note for r in one.requests] == ["list:1:c"]


async def test_a_joint_filing_is_the_watched_firm_s(site: Hkex, fetcher: Fetcher) -> None:
    site.publish(["66800", "06680"], "JOINT ANNOUNCEMENT", at=minutes_ago(5))
    site.publish(["06680"], "TEST", at=minutes_ago(4), test=True)
    site.publish(["66800"], "", "樣例", at=minutes_ago(4))
    [item] = (await visit(latest(site), fetcher)).items
    assert (item.issuer_id, item.title) == ("sample-magnet", "JL MAG: JOINT ANNOUNCEMENT")


async def test_numbers_as_text_and_as_integers_are_one(site: Hkex, fetcher: Fetcher) -> None:
    filed = [site.publish(["06680"], f"T{n}", "題", at=minutes_ago(n)) for n in (2, 1)]
    items = last_of_each((await visit(latest(site), fetcher)).items)
    assert [item.guid for item in items] == filed[::-1]


async def test_after_a_pause_it_reads_back(site: Hkex, fetcher: Fetcher) -> None:
    site.page_rows = 10
    site.publish(["06680"], "KNOWN", "已知", at=minutes_ago(600))
    first = await visit(latest(site), fetcher)
    for n in range(25):
        site.publish(["66800"], f"OTHER {n}", f"其他{n}", at=minutes_ago(n + 1))
    site.publish(["06680"], "MISSED", "錯過", at=minutes_ago(60))
    second = await visit(latest(site), fetcher, first.after)
    assert [r.note for r in second.requests] == [
        f"list:{n}:{language}" for n in (1, 2, 3) for language in "ec"
    ]
    assert last_of_each(second.items)[0].title == "JL MAG: MISSED"
    assert second.skips == []
    short = await visit(latest(site, max_pages=1), fetcher, first.after)
    assert short.reasons == ["older news than a visit may read back to"]
    third = await visit(latest(site), fetcher, second.after)
    assert len(third.requests) == 2


async def test_an_empty_list_is_a_failure(site: Hkex, fetcher: Fetcher) -> None:
    with pytest.raises(ParseError, match="'newsInfoLst', found an empty one"):
        await visit(latest(site), fetcher)


# --- one firm's filings ---------------------------------------------------------------------------


async def test_a_firm_s_filings_are_searched(site: Hkex, fetcher: Fetcher) -> None:
    filed = site.publish(["06680"], "A/B", "甲&乙", at=minutes_ago(60))
    joint = site.publish(["06680", "66800"], "JOINT", "聯合", at=minutes_ago(90))
    site.publish(["66800"], "OTHER", "其他", at=minutes_ago(30))
    site.publish(["06680"], "LONG AGO", "從前", at=minutes_ago(60 * 24 * 30))
    visited = await visit(firm(site), fetcher)
    assert [r.note for r in visited.requests] == ["lookup", "search:e", "search:c"]
    assert visited.after.cursor["stock_id"] == "900001"
    assert [(item.guid, item.title) for item in last_of_each(visited.items)] == [
        (filed, "JL MAG: A/B"),
        (joint, "JL MAG: JOINT"),
    ]
    item = last_of_each(visited.items)[0]
    assert (item.published_at, item.issuer_id) == (minutes_ago(60), "sample-magnet")
    assert "金力永磁: 甲&乙" in item.text
    assert visited.skips == []
    query = site.requests[1].query
    assert (query["fromDate"], query["toDate"]) == ("20260227", "20260306")
    assert (query["lang"], site.requests[2].query["lang"]) == ("E", "ZH")


async def test_the_stock_number_is_looked_up_once(site: Hkex, fetcher: Fetcher) -> None:
    site.publish(["06680"], "T", "題", at=minutes_ago(60))
    first = await visit(firm(site), fetcher)
    second = await visit(firm(site), fetcher, first.after)
    assert [r.note for r in second.requests] == ["search:e", "search:c"]
    assert second.items == first.items


async def test_a_day_later_it_searches_until_today(site: Hkex, fetcher: Fetcher) -> None:
    site.publish(["06680"], "T", "題", at=minutes_ago(60))
    before = Checkpoint(
        "sample", cursor={"stock_id": "900001"}, last_visit_at=NOW - timedelta(days=2)
    )
    visited = await visit(firm(site), fetcher, before)
    assert [r.note for r in visited.requests] == ["search:e", "search:e", "search:c"]
    assert [r.query["toDate"] for r in site.requests] == ["20260304", "20260306", "20260306"]
    assert len(last_of_each(visited.items)) == 1
    on_time = replace(before, next_due_at=NOW - timedelta(seconds=3))
    assert len((await visit(firm(site), fetcher, on_time)).requests) == 2


async def test_more_rows_are_asked_for(site: Hkex, fetcher: Fetcher) -> None:
    for n in range(150):
        site.publish(["06680"], f"T{n}", f"題{n}", at=minutes_ago(n + 1))
    visited = await visit(firm(site), fetcher)
    assert [r.query["rowRange"] for r in visited.requests[1:]] == ["100", "200", "200"]
    assert len(last_of_each(visited.items)) == 150


async def test_a_firm_may_file_nothing_for_a_week(site: Hkex, fetcher: Fetcher) -> None:
    visited = await visit(firm(site), fetcher)
    assert (visited.items, visited.skips) == ([], [])


async def test_another_firm_s_filings_are_a_failure(site: Hkex, fetcher: Fetcher) -> None:
    site.publish(["66800"], "OTHER", "其他", at=minutes_ago(30))
    site.foreign = True
    with pytest.raises(ParseError, match=r"filings of 06680, found those of other stocks \(66800"):
        await visit(firm(site), fetcher)
    site.publish(["06680"], "OWN", "自己", at=minutes_ago(30))
    visited = await visit(firm(site), fetcher)
    assert set(visited.reasons) == {"a row of another company"}
    assert len(last_of_each(visited.items)) == 1


async def test_a_neighbour_is_not_taken_for_the_firm(site: Hkex, fetcher: Fetcher) -> None:
    del site.stocks["06680"]
    with pytest.raises(ParseError, match="06680 among the stocks looked up, found 66800"):
        await visit(firm(site), fetcher)


def test_a_firm_listed_elsewhere_is_refused() -> None:
    with pytest.raises(ParseError, match=r"a firm listed in Hong Kong, found 600111\.SH"):
        make("hkex", issuer="sample-shanghai").start(Checkpoint("sample"))
    with pytest.raises(ParseError, match="a firm of the watchlist, found 'nobody'"):
        make("hkex", issuer="nobody").start(Checkpoint("sample"))


# --- a site that is not itself --------------------------------------------------------------------


async def test_a_burst_is_answered_503(site: Hkex, fetcher: Fetcher) -> None:
    site.publish(["06680"], "T", "題", at=minutes_ago(60))
    site.burst = 1
    with pytest.raises(FetchError) as caught:
        await visit(latest(site), fetcher)
    assert caught.value.reason == "server"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"relTime": None}, "a filing without a believable time"),
        ({"relTime": "31/02/2026 10:00"}, "a filing without a believable time"),
        ({"relTime": "2026-03-06 10:00"}, "a filing without a believable time"),
        ({"relTime": "06/03/2027 10:00"}, "a filing without a believable time"),
        ({"newsId": None}, "a filing without number or title"),
        ({"title": ""}, "a filing without number or title"),
        ({"stock": None}, "a filing without a stock code"),
        ({"stock": [{"sc": "ABC"}]}, "a filing without a stock code"),
    ],
)
def test_odd_rows_are_counted_and_the_others_kept(change: dict[str, Any], reason: str) -> None:
    good = {
        "newsId": 1, "title": "T", "relTime": "06/03/2026 17:00", "webPath": "/a.pdf",
        "t1Code": float("nan"), "stock": [{"sc": "6680", "sn": "JL MAG"}],
    }  # fmt: skip
    adapter = make("hkex")
    adapter.start(Checkpoint("sample"))
    body = json.dumps({"maxNumOfFile": 1, "newsInfoLst": [good | {"newsId": 2}, good | change]})
    found = list(adapter.parse(page(body, note="list:1:e")))
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [reason]
    assert [thing.guid for thing in found if isinstance(thing, Item)] == ["2"]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"result": "[]", "recordCnt": 7}, r"rows \(7 announced\), found none"),
        ({"result": "[{", "recordCnt": 1}, "JSON text under 'result'"),
        ({"result": [], "recordCnt": 0}, "a JSON list"),
        ({"result": "{}", "recordCnt": 0}, "a JSON object in it"),
        ({"recordCnt": 0}, "a JSON null"),
    ],
)
def test_a_search_that_is_none_is_refused(answer: dict[str, Any], found: str) -> None:
    adapter = make("hkex", issuer="sample-magnet")
    adapter.start(Checkpoint("sample"))
    with pytest.raises(ParseError, match=found):
        list(adapter.parse(page(json.dumps(answer), note="search:e")))
