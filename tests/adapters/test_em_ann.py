"""Eastmoney's list of filings, read from a stand-in with its oddities."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from monitor.adapters import Skip
from monitor.adapters.em_ann import EmAnn, Options
from monitor.config import Issuer, Source
from monitor.errors import ParseError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item
from monitor.standins.eastmoney import Eastmoney
from tests.adapters.golden import page
from tests.adapters.visits import NOW, visit

FIRMS = (
    Issuer(id="jl", names={"en": ["JL"]}, tickers=["300748.SZ", "06680.HK"]),
    Issuer(id="yunsheng", names={"en": ["YS"]}, tickers=["600366.SH"]),
    Issuer(id="abroad", names={"en": ["A"]}, tickers=["03858.HK"]),
)


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Eastmoney]:
    async with Eastmoney(now=lambda: NOW) as site:
        yield site


def reader(site: Eastmoney | None, issuer: str | None = None, **options: Any) -> EmAnn:
    source = Source(
        id="sample", adapter="em_ann", base_url=site.url if site else None, issuer=issuer,
        options=Options(**options),
    )  # fmt: skip
    return EmAnn(source, FIRMS)


async def test_a_filing_of_the_watchlist_is_read_whole(site: Eastmoney, fetcher: Fetcher) -> None:
    shown_at = NOW - timedelta(minutes=4, milliseconds=552)
    filed = site.file("300748", "关于取得出口许可证的公告", at=shown_at)
    site.file("300999", "别家的公告")
    visited = await visit(reader(site), fetcher)
    assert visited.items == [
        Item(
            source_id="sample",
            guid=filed,
            url=f"{site.url}/notices/detail/300748/{filed}.html",
            title="金力永磁:关于取得出口许可证的公告",
            text="金力永磁:关于取得出口许可证的公告",
            fetched_at=NOW,
            published_at=shown_at.replace(microsecond=0),
            language="zh-Hans",
            kind="announcement",
            tier="official",
            issuer_id="jl",
            source_name="Eastmoney filings",
            attachment_url=f"{site.url}/pdf/H2_{filed}_1.pdf",
        )
    ]
    assert visited.skips == []
    [request] = site.requests
    assert request.query["stock_list"] == "300748,600366"
    assert request.headers["referer"] == site.url + "/notices/"


async def test_one_firm_or_the_market(site: Eastmoney, fetcher: Fetcher) -> None:
    site.file("600366", "甲")
    site.file("300999", "乙")
    assert (await visit(reader(site, "yunsheng"), fetcher)).texts == ["宁波韵升:甲"]
    market = await visit(reader(site, scope="market"), fetcher)
    assert [(i.text, i.issuer_id) for i in market.items] == [
        ("样例食品:乙", None), ("宁波韵升:甲", "yunsheng"),
    ]  # fmt: skip
    assert site.requests[-1].query["stock_list"] == ""


async def test_one_filing_for_several_securities_is_the_watched_firm_s(
    site: Eastmoney, fetcher: Fetcher
) -> None:
    site.file("300999", "联合公告", also=("300748",))
    [item] = (await visit(reader(site, scope="market"), fetcher)).items
    assert item.issuer_id == "jl"
    assert "/300748/" in item.url


async def test_a_visit_reads_on_while_there_is_news(site: Eastmoney, fetcher: Fetcher) -> None:
    for n in range(40):
        site.file("300748", f"旧{n}", at=NOW - timedelta(minutes=100 + n))
    first = await visit(reader(site, page_size=10), fetcher)
    assert (len(first.items), first.skips) == (20, [])
    assert len((await visit(reader(site, page_size=10), fetcher, first.after)).requests) == 1
    for n in range(25):
        site.file("300748", f"新{n}", at=NOW - timedelta(minutes=n))
    second = await visit(reader(site, page_size=10), fetcher, first.after)
    assert [r.note for r in second.requests] == ["list:1", "list:2", "list:3"]
    third = await visit(reader(site, page_size=10, max_pages=2), fetcher, first.after)
    assert third.reasons == ["older news than a visit may read back to"]


async def test_what_is_no_list_is_named(site: Eastmoney, fetcher: Fetcher) -> None:
    with pytest.raises(ParseError, match=r"expected filings \(0 announced\), found none"):
        await visit(reader(site), fetcher)
    site.file("300999", "别家")
    site.ignores_stocks = True
    with pytest.raises(ParseError, match="filings of the firms asked for, found others' only"):
        await visit(reader(site), fetcher)
    site.error = "系统繁忙"
    with pytest.raises(ParseError, match=r"'data' is null \(系统繁忙\)"):
        await visit(reader(site), fetcher)
    site.challenge = True
    with pytest.raises(ParseError, match="a wall that wants a person"):
        await visit(reader(site), fetcher)
    with pytest.raises(ParseError, match=r"listed in mainland China, found 03858\.HK"):
        reader(None, "abroad").start(Checkpoint("sample"))


GOOD: dict[str, Any] = {
    "art_code": "AN1", "title": "样例:公告", "notice_date": "2026-03-06 00:00:00",
    "display_time": "2026-03-06 17:43:04:552", "codes": [{"stock_code": "300748"}],
}  # fmt: skip


def found_in(*changes: dict[str, Any]) -> list[Any]:
    adapter = reader(None)
    adapter.start(Checkpoint("sample"))
    rows = [GOOD | {"art_code": f"AN{n}"} | change for n, change in enumerate(changes)]
    data = {"success": 1, "data": {"list": rows, "total_hits": len(rows)}}
    return list(adapter.parse(page(json.dumps(data), note="list:1")))


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({}, datetime(2026, 3, 6, 9, 43, 4, tzinfo=UTC)),
        ({"display_time": "2026-03-06 17:43:04"}, datetime(2026, 3, 6, 9, 43, 4, tzinfo=UTC)),
        ({"display_time": ""}, datetime(2026, 3, 5, 16, 0, tzinfo=UTC)),
        ({"display_time": "soon"}, datetime(2026, 3, 5, 16, 0, tzinfo=UTC)),
        ({"display_time": None, "notice_date": "2026-03-09 00:00:00"}, None),
    ],
)
def test_the_minute_it_was_shown_else_its_day(change: dict[str, Any], at: datetime | None) -> None:
    [item] = [thing for thing in found_in(change) if isinstance(thing, Item)]
    assert item.published_at == at


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"display_time": "", "notice_date": ""}, "a filing without a believable date"),
        ({"display_time": "2126-03-06 17:43:04:552"}, "a filing without a believable date"),
        ({"art_code": None}, "a filing without its number or title"),
        ({"title": " "}, "a filing without its number or title"),
        ({"codes": "300748"}, "a row of another company"),
        ({"codes": [{"stock_code": "000001"}, 7]}, "a row of another company"),
    ],
)
def test_odd_rows_are_counted_and_the_others_kept(change: dict[str, Any], reason: str) -> None:
    found = found_in(change, {})
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [reason]
    assert [thing.guid for thing in found if isinstance(thing, Item)] == ["AN1"]
