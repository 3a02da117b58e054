"""The Shanghai exchange's own list of filings, read from a stand-in with its oddities."""

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
from monitor.standins.exchanges import Sse
from tests.adapters.golden import make, page
from tests.adapters.visits import NOW, visit

TODAY = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Sse]:
    async with Sse(now=lambda: NOW) as site:
        yield site


def market(site: Sse, **options: Any) -> Adapter:
    return make("sse_ann", base_url=site.url, options=options)


def firm(site: Sse, **options: Any) -> Adapter:
    return make("sse_ann", base_url=site.url, issuer="sample-shanghai", options=options)


@pytest.mark.parametrize("flat", [False, True], ids=["groups", "flat rows"])
async def test_a_firm_s_filings_are_read_whole(site: Sse, fetcher: Fetcher, flat: bool) -> None:
    filed = site.file("600111", "关于取得出口许可证的公告", attachments=("附件一",))
    site.file("600366", "别家的公告")
    site.flat = flat
    visited = await visit(firm(site), fetcher)
    file = f"disclosure/600111_20260306_{filed.number % 10000}0.pdf"
    assert visited.items[0] == Item(
        source_id="sample",
        guid=f"{filed.number} /{file}",
        url=f"{site.url}/{file}",
        title="北方稀土：关于取得出口许可证的公告",
        text="北方稀土：关于取得出口许可证的公告",
        fetched_at=NOW,
        published_at=TODAY,
        language="zh-Hans",
        kind="announcement",
        tier="official",
        issuer_id="sample-shanghai",
        source_name="SSE filings",
        attachment_url=f"{site.url}/{file}",
    )
    assert [item.title for item in visited.items[1:]] == ["北方稀土：附件一"]
    assert visited.skips == []
    [request] = site.requests
    assert request.headers["referer"] == "https://www.sse.com.cn/"


async def test_the_market_and_a_word_in_the_title(site: Sse, fetcher: Fetcher) -> None:
    site.file("600111", "出口许可")
    site.file("600999", "其他")
    assert len((await visit(market(site), fetcher)).items) == 2
    assert (await visit(market(site, keyword="许可"), fetcher)).texts == ["北方稀土：出口许可"]
    nothing = await visit(market(site, keyword="没有的词"), fetcher)
    assert (nothing.items, nothing.skips) == ([], [])


async def test_later_visits_ask_for_the_days_since(site: Sse, fetcher: Fetcher) -> None:
    site.file("600111", "旧的", at=NOW - timedelta(days=9))
    site.file("600111", "明天的", at=NOW + timedelta(days=1))
    first = await visit(market(site), fetcher)
    assert (first.texts[0], first.items[0].published_at) == ("北方稀土：明天的", None)
    second = await visit(market(site), fetcher, first.after)
    assert site.requests[-1].query["START_DATE"] == "2026-03-03"
    assert second.texts == ["北方稀土：明天的"]


async def test_a_visit_reads_on_while_there_is_news(site: Sse, fetcher: Fetcher) -> None:
    for n in range(90):
        site.file("600111", f"旧{n}")
    first = await visit(market(site, page_size=25), fetcher)
    assert len(first.items) == 50
    for n in range(60):
        site.file("600111", f"新{n}")
    second = await visit(market(site, page_size=25), fetcher, first.after)
    assert len([text for text in second.texts if "新" in text]) == 60
    assert [r.query["pageHelp.endPage"] for r in second.requests] == ["1", "2", "3"]


async def test_what_is_no_list_is_named(site: Sse, fetcher: Fetcher) -> None:
    with pytest.raises(ParseError, match=r"expected filings \(0 announced\), found none"):
        await visit(market(site), fetcher)
    site.file("600366", "别家")
    site.ignores_filter = True
    with pytest.raises(ParseError, match=r"filings of 600111, found others' \(600366\)"):
        await visit(firm(site), fetcher)
    site.file("600111", "自己")
    visited = await visit(firm(site), fetcher)
    assert (visited.texts, visited.reasons) == (["北方稀土：自己"], ["a row of another company"])
    site.challenge = True
    with pytest.raises(ParseError, match="a wall that wants a person"):
        await visit(market(site), fetcher)
    with pytest.raises(ParseError, match=r"a firm listed in Shanghai, found 300748\.SZ"):
        make("sse_ann", issuer="sample-magnet").start(Checkpoint("sample"))


async def test_without_the_referer_it_would_be_refused(site: Sse, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="answered 403"):
        await fetcher.get(Request(site.url + "/security/stock/queryCompanyBulletinNew.do"))


GOOD: dict[str, Any] = {
    "ORG_BULLETIN_ID": "1", "SECURITY_CODE": "600111", "SECURITY_NAME": "样例", "TITLE": "公告",
    "SSEDATE": "2026-03-06", "URL": "/a.pdf",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SSEDATE": ""}, "a filing without a believable date"),
        ({"SSEDATE": "1970-01-01"}, "a filing without a believable date"),
        ({"ORG_BULLETIN_ID": None}, "a filing without its number or title"),
        ({"TITLE": None}, "a filing without its number or title"),
        ({"SECURITY_CODE": "A1"}, "a filing without a stock code"),
    ],
)
def test_odd_rows_are_counted_and_the_others_kept(change: dict[str, Any], reason: str) -> None:
    adapter = make("sse_ann")
    adapter.start(Checkpoint("sample"))
    rows = [[GOOD | change, 7], GOOD | {"ORG_BULLETIN_ID": "2"}]
    help_ = {"pageNo": 1, "pageCount": 1, "total": 2, "data": rows}
    body = f"jsonpCallback1({json.dumps({'pageHelp': help_})});\n"
    found = list(adapter.parse(page(body, note="list:1")))
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [
        reason, "a filing without a stock code",
    ]  # fmt: skip
    assert [thing.guid for thing in found if isinstance(thing, Item)] == ["2 /a.pdf"]


def test_plain_json_is_read_too_and_another_page_is_refused() -> None:
    adapter = make("sse_ann")
    adapter.start(Checkpoint("sample"))
    answer = json.dumps({"pageHelp": {"pageNo": 1, "data": [GOOD]}})
    assert [t for t in adapter.parse(page(answer, note="list:1")) if isinstance(t, Item)]
    with pytest.raises(ParseError, match="expected page 2 of the list, found page 1"):
        list(adapter.parse(page(answer, note="list:2")))
