"""The Shenzhen exchange's own list of filings, read from a stand-in with its oddities."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from monitor.adapters import Adapter, Skip
from monitor.errors import FetchError, ParseError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item, Request
from monitor.standins.exchanges import Szse
from tests.adapters.golden import make, page
from tests.adapters.visits import NOW, visit

TODAY = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Szse]:
    async with Szse(now=lambda: NOW) as site:
        yield site


def market(site: Szse, **options: Any) -> Adapter:
    return make("szse_ann", base_url=site.url, options=options)


def firm(site: Szse, **options: Any) -> Adapter:
    return make("szse_ann", base_url=site.url, issuer="sample-magnet", options=options)


@pytest.mark.parametrize("printed", [False, True], ids=["codes as a list", "codes as text"])
async def test_a_firm_s_filing_is_read_whole(site: Szse, fetcher: Fetcher, printed: bool) -> None:
    filed = site.file("300748", "关于取得出口许可证的公告")
    site.file("300999", "别家的公告")
    site.printed_codes = printed
    visited = await visit(firm(site), fetcher)
    assert visited.items == [
        Item(
            source_id="sample",
            guid=str(filed.number),
            url=f"{site.url}/download/disc/{filed.number}.PDF",
            title="金力永磁：关于取得出口许可证的公告",
            text="金力永磁：关于取得出口许可证的公告",
            fetched_at=NOW,
            published_at=TODAY,
            language="zh-Hans",
            kind="announcement",
            tier="official",
            issuer_id="sample-magnet",
            source_name="SZSE filings",
            attachment_url=f"{site.url}/download/disc/{filed.number}.PDF",
        )
    ]
    [request] = site.requests
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-request-type"] == "ajax"


async def test_the_market_and_a_word_in_the_title(site: Szse, fetcher: Fetcher) -> None:
    site.file("300748", "出口许可")
    site.file("300999", "其他")
    assert len((await visit(market(site), fetcher)).items) == 2
    assert (await visit(market(site, keyword="许可"), fetcher)).texts == ["金力永磁：出口许可"]
    nothing = await visit(market(site, keyword="没有的词"), fetcher)
    assert (nothing.items, nothing.skips) == ([], [])


async def test_tomorrow_s_day_is_no_time(site: Szse, fetcher: Fetcher) -> None:
    site.file("300748", "明天的", at=NOW + timedelta(days=1))
    [item] = (await visit(market(site), fetcher)).items
    assert item.published_at is None


async def test_a_visit_reads_on_while_there_is_news(site: Szse, fetcher: Fetcher) -> None:
    for n in range(40):
        site.file("300748", f"旧{n}")
    first = await visit(market(site, page_size=10), fetcher)
    assert len(first.items) == 20
    for n in range(25):
        site.file("300748", f"新{n}")
    second = await visit(market(site, page_size=10), fetcher, first.after)
    assert len([text for text in second.texts if "新" in text]) == 25


async def test_the_end_is_told_from_a_failure(site: Szse, fetcher: Fetcher) -> None:
    with pytest.raises(ParseError, match=r"expected filings \(0 announced\), found none"):
        await visit(market(site), fetcher)
    adapter = market(site)
    adapter.start(Checkpoint("sample"))
    assert not [t for t in adapter.parse(page("{}", note="list:3")) if isinstance(t, Item)]
    with pytest.raises(ParseError, match=r"\(500 announced\), found none"):
        list(adapter.parse(page('{"announceCount": 500, "data": []}', note="list:3")))


async def test_what_is_no_list_is_named(site: Szse, fetcher: Fetcher) -> None:
    site.file("300999", "别家")
    site.ignores_filter = True
    with pytest.raises(ParseError, match=r"filings of 300748, found others' \(300999\)"):
        await visit(firm(site), fetcher)
    site.file("300748", "自己")
    visited = await visit(firm(site), fetcher)
    assert (visited.texts, visited.reasons) == (["金力永磁：自己"], ["a row of another company"])
    site.challenge = True
    with pytest.raises(ParseError, match="a wall that wants a person"):
        await visit(firm(site), fetcher)
    with pytest.raises(ParseError, match=r"a firm listed in Shenzhen, found 600111\.SH"):
        make("szse_ann", issuer="sample-shanghai").start(Checkpoint("sample"))


async def test_a_form_in_place_of_json_would_be_refused(site: Szse, fetcher: Fetcher) -> None:
    address = site.url + "/api/disc/announcement/annList"
    with pytest.raises(FetchError, match="answered 500"):
        await fetcher.get(Request(address, method="POST", form={"pageNum": "1"}))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"publishTime": None}, "a filing without a believable date"),
        ({"publishTime": "2026-13-01 00:00:00"}, "a filing without a believable date"),
        ({"annId": None, "id": None}, "a filing without its number or title"),
        ({"title": ""}, "a filing without its number or title"),
        ({"secCode": None}, "a filing without a stock code"),
    ],
)
def test_odd_rows_are_counted_and_the_others_kept(change: dict[str, Any], reason: str) -> None:
    good = {
        "annId": 1, "title": "样例：公告", "publishTime": "2026-03-06 00:00:00",
        "attachPath": "/disc/1.PDF", "secCode": ["300748"],
    }  # fmt: skip
    adapter = make("szse_ann")
    adapter.start(Checkpoint("sample"))
    body = json.dumps({"announceCount": 2, "data": [good | change, good | {"annId": "2"}]})
    found = list(adapter.parse(page(body, note="list:1")))
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [reason]
    assert [thing.guid for thing in found if isinstance(thing, Item)] == ["2"]
