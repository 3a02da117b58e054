"""cninfo: filings by title, read from a stand-in with the site's oddities."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from monitor.adapters import Skip
from monitor.adapters.cninfo import Cninfo, Options
from monitor.config import Issuer, Source, builtin_issuers
from monitor.errors import ParseError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item
from monitor.standins import cninfo as standin
from tests.adapters.golden import page
from tests.adapters.visits import NOW, visit

TODAY = datetime(2026, 3, 5, 16, 0, tzinfo=UTC)  # 00:00 in China
DAY = timedelta(days=1)
FIRMS = (
    Issuer(id="jl", names={"en": ["JL"]}, tickers=["300748.SZ", "06680.HK"], org_id="gfbj0835009"),
    Issuer(id="yunsheng", names={"en": ["YS"]}, tickers=["600366.SH"], org_id="gssh0600366"),
    Issuer(id="btr", names={"en": ["BTR"]}, tickers=["920185.BJ"], former_tickers=["835185.BJ"]),
    Issuer(id="abroad", names={"en": ["A"]}, tickers=["03858.HK"]),
)


@pytest_asyncio.fixture
async def site() -> AsyncIterator[standin.Cninfo]:
    async with standin.Cninfo(now=lambda: NOW) as site:
        yield site


def reader(
    site: standin.Cninfo | None,
    *,
    issuer: str | None = None,
    firms: Sequence[Issuer] = FIRMS,
    **options: Any,
) -> Cninfo:
    source = Source(
        id="sample",
        adapter="cninfo",
        base_url=site.url if site else None,
        issuer=issuer,
        options=Options(**options),
    )
    return Cninfo(source, firms)


def seen_before(visited_at: datetime = NOW - timedelta(minutes=5), **cursor: str) -> Checkpoint:
    cursor.setdefault("table_at", "2026-03-05")
    return Checkpoint("sample", cursor=cursor, last_visit_at=visited_at)


# --- what is read ---------------------------------------------------------------------------------


async def test_a_filing_is_read_whole(site: standin.Cninfo, fetcher: Fetcher) -> None:
    filed = site.file("300748", "关于取得出口许可证的自愿性信息披露公告", at=NOW)
    visited = await visit(reader(site, issuer="jl", tabs=["fulltext"]), fetcher)
    [item] = visited.items
    assert item == Item(
        source_id="sample",
        guid=filed,
        url=f"{site.url}/new/disclosure/detail?stockCode=300748&announcementId={filed}"
        "&orgId=gfbj0835009&announcementTime=2026-03-06",
        title="金力永磁：关于取得出口许可证的自愿性信息披露公告",
        text="金力永磁：关于取得出口许可证的自愿性信息披露公告",
        fetched_at=NOW,
        published_at=TODAY,
        language="zh-Hans",
        kind="announcement",
        tier="official",
        issuer_id="jl",
        source_name="cninfo",
        attachment_url=f"{site.url}/finalpage/2026-03-06/{filed}.PDF",
    )
    request = site.requests[0]
    assert (request.form["stock"], request.form["tabName"]) == ("300748,gfbj0835009", "fulltext")
    assert request.form["column"] == "szse"
    assert request.headers["x-requested-with"] == "XMLHttpRequest"


async def test_the_watchlist_is_read_in_a_few_requests(
    site: standin.Cninfo, fetcher: Fetcher
) -> None:
    site.file("300748", "关于股份回购的公告", at=NOW)
    site.file("600366", "600366宁波韵升投资者关系活动记录表", at=NOW)
    site.file("920185", "关于取得许可的公告", at=NOW)
    site.file("300748", "300748金力永磁投资者关系活动记录表20260305", at=NOW, relation=True)
    site.file("300999", "别家的公告", at=NOW)
    first = await visit(reader(site), fetcher)
    # BTR's orgId is not in the watchlist, so the table comes first.
    assert [r.note for r in first.requests] == ["table", "fulltext:0:1", "relation:1:1"]
    assert [(i.issuer_id, i.title) for i in first.items] == [
        ("btr", "贝特瑞：关于取得许可的公告"),
        ("yunsheng", "600366宁波韵升投资者关系活动记录表"),
        ("jl", "金力永磁：关于股份回购的公告"),
        ("jl", "300748金力永磁投资者关系活动记录表20260305"),
    ]
    assert (first.skips, first.after.cursor["org_ids"]) == ([], "920185=gfbj0835185")
    assert site.requests[2].form["stock"] == "300748,gfbj0835009"
    second = await visit(reader(site), fetcher, first.after)
    assert [r.note for r in second.requests] == ["fulltext:0:1", "relation:1:1"]
    assert second.items == first.items


async def test_a_keyword_reads_the_whole_market_and_loses_its_marks(
    site: standin.Cninfo, fetcher: Fetcher
) -> None:
    site.file("300999", "关于取得出口许可证的公告", at=NOW)
    site.file("300748", "关于回购的公告", at=NOW)
    visited = await visit(reader(site, keyword="出口许可", tabs=["fulltext"]), fetcher)
    assert [(i.issuer_id, i.title) for i in visited.items] == [
        (None, "样例食品：关于取得出口许可证的公告")
    ]
    assert site.requests[0].form["stock"] == ""
    nothing = await visit(reader(site, keyword="没有的词"), fetcher)
    assert (nothing.items, nothing.skips) == ([], [])


async def test_names_padded_with_blanks_are_written_plainly(
    site: standin.Cninfo, fetcher: Fetcher
) -> None:
    site.file("000970", "关于业绩的公告", at=NOW)
    visited = await visit(reader(site, keyword="业绩"), fetcher)
    assert [i.title for i in visited.items] == ["中科三环：关于业绩的公告"]


# --- times ----------------------------------------------------------------------------------------


async def test_a_day_that_is_still_to_come_is_no_time(
    site: standin.Cninfo, fetcher: Fetcher
) -> None:
    site.file("300748", "明天的", at=NOW, ahead=True)
    site.file("300748", "现在的", at=NOW - timedelta(minutes=3), time_known=True)
    site.file("300748", "今天的", at=NOW)
    visited = await visit(reader(site, issuer="jl"), fetcher)
    assert {i.text[5:]: i.published_at for i in visited.items} == {
        "明天的": None,
        "现在的": NOW - timedelta(minutes=3),
        "今天的": TODAY,
    }


async def test_the_range_begins_before_the_last_visit_and_ends_after_today(
    site: standin.Cninfo, fetcher: Fetcher
) -> None:
    site.file("300748", "旧的", at=NOW - 5 * DAY)
    site.file("300748", "停机时的", at=NOW - 2 * DAY)
    site.file("300748", "明天的", at=NOW, ahead=True)
    adapter = reader(site, issuer="jl", tabs=["fulltext"])
    await visit(adapter, fetcher)
    assert site.requests[0].form["seDate"] == ""
    visited = await visit(adapter, fetcher, seen_before())
    assert site.requests[-1].form["seDate"] == "2026-03-03~2026-04-05"
    assert [i.text[5:] for i in visited.items] == ["明天的", "停机时的"]
    # Two months off: the range asked for first ended before today.
    visited = await visit(adapter, fetcher, seen_before(NOW - 60 * DAY))
    assert site.requests[-1].form["seDate"] == "2026-01-02~2026-04-05"
    assert len(visited.items) == 3


# --- orgIds ---------------------------------------------------------------------------------------


async def test_a_wrong_org_id_is_found_out_and_corrected(
    site: standin.Cninfo, fetcher: Fetcher
) -> None:
    site.file("300748", "公告", at=NOW)
    wrong = FIRMS[0].model_copy(update={"org_id": "gssz0300748"})
    adapter = reader(site, issuer="jl", firms=[wrong], tabs=["fulltext"])
    first = await visit(adapter, fetcher)
    assert [r.note for r in first.requests] == ["fulltext:0:1", "table", "fulltext:1:1"]
    assert len(first.items) == 1
    assert first.after.cursor["org_ids"] == "300748=gfbj0835009"
    second = await visit(adapter, fetcher, first.after)
    assert [r.note for r in second.requests] == ["fulltext:0:1"]
    assert len(second.items) == 1


async def test_the_table_is_read_weekly_and_never_in_the_way(
    site: standin.Cninfo, fetcher: Fetcher
) -> None:
    adapter = reader(site, issuer="jl", tabs=["fulltext"])
    week_old = seen_before(table_at="2026-02-27")
    assert [r.note for r in adapter.start(week_old)] == ["fulltext:0:1", "table"]
    assert [r.note for r in adapter.start(replace(week_old, failures=1))] == ["fulltext:0:1"]
    assert [r.note for r in adapter.start(seen_before())] == ["fulltext:0:1"]
    assert [r.note for r in adapter.start(seen_before(table_at="soon"))][-1] == "table"


async def test_codes_the_table_does_not_know_are_told(
    site: standin.Cninfo, fetcher: Fetcher
) -> None:
    stranger = Issuer(id="new", names={"en": ["New"]}, tickers=["301622.SZ"])
    visited = await visit(reader(site, firms=[*FIRMS, stranger]), fetcher)
    assert [(s.reason, s.sample) for s in visited.skips] == [
        ("a code that cninfo's table of firms does not know", "301622")
    ]
    with pytest.raises(ParseError, match="expected 301622 in the table of orgIds, found 7 others"):
        await visit(reader(site, firms=[stranger]), fetcher)


def test_a_firm_without_a_mainland_listing_is_refused() -> None:
    with pytest.raises(ParseError, match=r"listed in mainland China, found 03858\.HK"):
        reader(None, issuer="abroad").start(Checkpoint("sample"))
    with pytest.raises(ParseError, match="a firm of the watchlist, found 'nobody'"):
        reader(None, issuer="nobody").start(Checkpoint("sample"))


# --- lists that are something else ----------------------------------------------------------------


async def test_rows_of_other_firms_are_counted_and_left_out(
    site: standin.Cninfo, fetcher: Fetcher
) -> None:
    site.file("300748", "自己的", at=NOW)
    site.foreign_rows.append(site.file("300999", "别家的", at=NOW))
    visited = await visit(reader(site, issuer="jl", tabs=["fulltext"]), fetcher)
    assert visited.texts == ["金力永磁：自己的"]
    assert visited.reasons == ["a row of another company"]


async def test_the_whole_market_in_place_of_the_firm_is_refused(
    site: standin.Cninfo, fetcher: Fetcher
) -> None:
    site.file("300999", "别家的", at=NOW)
    site.ignores_stock = True
    with pytest.raises(ParseError, match=r"of the firms asked for, found others' \(300999\)"):
        await visit(reader(site, issuer="jl"), fetcher)


async def test_a_wall_is_named(site: standin.Cninfo, fetcher: Fetcher) -> None:
    site.challenge = True
    with pytest.raises(ParseError, match="a wall that wants a person") as caught:
        await visit(reader(site), fetcher)
    assert caught.value.reason == "auth"


# --- paging ---------------------------------------------------------------------------------------


async def test_two_pages_usually_and_more_while_there_is_news(
    site: standin.Cninfo, fetcher: Fetcher
) -> None:
    for n in range(100):
        site.file("300748", f"旧{n}", at=NOW - timedelta(minutes=n))
    adapter = reader(site, issuer="jl", tabs=["fulltext"], max_pages=3)
    first = await visit(adapter, fetcher)
    assert (len(first.items), first.skips) == (60, [])
    quiet = await visit(adapter, fetcher, first.after)
    assert len(quiet.items) == 60
    for n in range(70):
        site.file("300748", f"新{n}", at=NOW)
    second = await visit(adapter, fetcher, quiet.after)
    assert len([text for text in second.texts if "新" in text]) == 70
    assert second.skips == []
    for n in range(95):
        site.file("300748", f"更新{n}", at=NOW)
    third = await visit(adapter, fetcher, second.after)
    assert third.reasons == ["older news than a visit may read back to"]


def test_the_shipped_watchlist_fits_into_one_visit() -> None:
    requests = list(reader(None, firms=builtin_issuers()).start(seen_before(table_at="")))
    assert len(requests) <= 6
    assert len(requests) * 3 <= 18


GOOD = {
    "secCode": "300748", "secName": "样例", "orgId": "gfbj0835009", "announcementId": "1",
    "announcementTitle": "公告", "announcementTime": 1772726400000, "adjunctUrl": "a.PDF",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"announcementTime": None}, "a filing without a believable date"),
        ({"announcementTime": 0}, "a filing without a believable date"),
        ({"announcementTime": "soon"}, "a filing without a believable date"),
        ({"announcementTime": 4102444800000}, "a filing without a believable date"),
        ({"announcementId": "", "adjunctUrl": ""}, "a filing without its number or title"),
        ({"announcementTitle": "<em></em>"}, "a filing without its number or title"),
        ({"secCode": "", "orgId": ""}, "a row of another company"),
    ],
)  # fmt: skip
def test_odd_rows_are_counted_and_the_others_kept(change: dict[str, Any], reason: str) -> None:
    adapter = reader(None, issuer="jl")
    adapter.start(seen_before())
    rows = [GOOD | change, GOOD | {"announcementId": "2"}]
    body = json.dumps({"totalAnnouncement": 2, "announcements": rows, "hasMore": False})
    found = list(adapter.parse(page(body, note="fulltext:0:1")))
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [reason]
    assert [thing.guid for thing in found if isinstance(thing, Item)] == ["2"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"totalAnnouncement": 4, "announcements": None}, r"4 announced\), found null"),
        ({"totalAnnouncement": 0, "announcements": []}, r"0 announced\), found none"),
        ({"totalAnnouncement": 0}, "no 'announcements'"),
        ({"announcements": "x", "message": "系统繁忙"}, r"is text \(系统繁忙\)"),
    ],
)
def test_rows_that_should_be_there_are_a_failure(answer: dict[str, Any], said: str) -> None:
    adapter = reader(None, issuer="jl")
    adapter.start(seen_before())
    with pytest.raises(ParseError, match=said):
        list(adapter.parse(page(json.dumps(answer), note="fulltext:0:1")))


def test_other_shares_of_the_firm_are_the_firm_s() -> None:
    adapter = reader(None, issuer="jl")
    adapter.start(seen_before())
    body = json.dumps({"totalAnnouncement": 1, "announcements": [GOOD | {"secCode": "200748"}]})
    [item] = [i for i in adapter.parse(page(body, note="fulltext:0:1")) if isinstance(i, Item)]
    assert item.issuer_id == "jl"
