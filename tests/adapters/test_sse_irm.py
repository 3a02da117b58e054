"""SSE e-Interactive, read from a stand-in with the platform's oddities."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from monitor.adapters import Adapter, Skip
from monitor.adapters import sse_irm as adapters
from monitor.config import Issuer, Source
from monitor.errors import FetchError, ParseError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item, Request
from monitor.standins.sse import SseIrm
from tests.adapters.golden import make, page
from tests.adapters.visits import visit


class Clock:
    """The time on both sides: the platform's pages and our receipts."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def minutes_ago(self, minutes: float) -> datetime:
        return self.now - timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def site(clock: Clock) -> AsyncIterator[SseIrm]:
    async with SseIrm(now=clock) as site:
        yield site


@pytest_asyncio.fixture
async def fetcher(clock: Clock) -> AsyncIterator[Fetcher]:
    async with Fetcher(user_agent="t", allow_private_addresses=True, now=clock) as fetcher:
        yield fetcher


def market(site: SseIrm, **options: Any) -> Adapter:
    return make("sse_irm", base_url=site.url, options=options)


def company(site: SseIrm, **options: Any) -> Adapter:
    return make("sse_irm", base_url=site.url, issuer="sample-shanghai", options=options)


# --- the market -----------------------------------------------------------------------------------


async def test_the_market_s_answers_are_read_whole(
    site: SseIrm, fetcher: Fetcher, clock: Clock
) -> None:
    asked = site.ask("600111", "请问是否获得许可？<b>", at=clock.minutes_ago(600))
    site.answer(asked, "<p>您好！</p><p>公司已获得许可。</p>", at=clock.minutes_ago(5))
    site.publish("600392", "问", "别家的回答", at=clock.minutes_ago(9))
    site.ask("600111", "没有回答的问题", at=clock.minutes_ago(1))
    visited = await visit(market(site), fetcher)
    assert visited.items[0] == Item(
        source_id="sample",
        guid=asked,
        url=f"{site.url}/qadetail.do?weiboId={asked}",
        title="北方稀土(600111) 答投资者问",
        text="您好！\n公司已获得许可。",
        question="请问是否获得许可？<b>",
        fetched_at=clock.now,
        published_at=clock.minutes_ago(5),
        language="zh-Hans",
        kind="ir_qa",
        tier="official",
        issuer_id="sample-shanghai",
        source_name="SSE Q&A",
    )
    assert [(i.text, i.issuer_id) for i in visited.items[1:]] == [("别家的回答", None)]
    assert visited.skips == []
    request = site.requests[0]
    assert request.query == {
        "type": "11", "page": "1", "pageSize": "10", "lastid": "-1", "show": "1",
    }  # fmt: skip
    assert request.headers["referer"] == site.url + "/qa.do"
    assert request.headers["x-requested-with"] == "XMLHttpRequest"


async def test_the_first_time_seen_is_kept_while_the_platform_forgets_it(
    site: SseIrm, fetcher: Fetcher, clock: Clock
) -> None:
    site.coarse = True
    site.publish("600111", "问", "答", at=clock.minutes_ago(37))
    first = await visit(market(site), fetcher)
    published_at = clock.minutes_ago(37)
    assert first.items[0].published_at == published_at
    clock.now += timedelta(hours=5, minutes=50)
    second = await visit(market(site), fetcher, first.after)
    assert second.items[0].published_at == published_at
    forgetful = await visit(market(site), fetcher)
    assert forgetful.items[0].published_at == clock.now - timedelta(hours=6)


async def test_a_finer_time_takes_the_place_of_a_coarse_one(
    site: SseIrm, fetcher: Fetcher, clock: Clock
) -> None:
    answered_at = clock.minutes_ago(150)
    site.publish("600111", "问", "答", at=answered_at)
    site.coarse = True
    first = await visit(market(site), fetcher)
    assert first.items[0].published_at == clock.minutes_ago(120)
    site.coarse = False
    second = await visit(market(site), fetcher, first.after)
    assert second.items[0].published_at == answered_at


async def test_the_platform_s_clock_counts_not_ours(
    site: SseIrm, fetcher: Fetcher, clock: Clock
) -> None:
    site.now = lambda: clock.now - timedelta(minutes=20)
    site.publish("600111", "问", "答", at=clock.minutes_ago(25))
    [item] = (await visit(market(site), fetcher)).items
    assert item.published_at == clock.minutes_ago(25)


async def test_an_answer_that_comes_later_is_found_on_the_old_question(
    site: SseIrm, fetcher: Fetcher, clock: Clock
) -> None:
    asked = site.ask("600111", "请问？", at=clock.minutes_ago(60 * 24 * 20))
    site.publish("600392", "问", "答", at=clock.minutes_ago(9))
    first = await visit(market(site), fetcher)
    assert [i.guid for i in first.items] != [asked]
    site.answer(asked, "已获得。", at=clock.minutes_ago(1))
    second = await visit(market(site), fetcher, first.after)
    assert (second.items[0].guid, second.items[0].text) == (asked, "已获得。")


async def test_an_edited_answer_keeps_its_number_and_changes_its_content(
    site: SseIrm, fetcher: Fetcher, clock: Clock
) -> None:
    asked = site.publish("600111", "问", "已获得许可。", at=clock.minutes_ago(9))
    first = await visit(market(site), fetcher)
    site.answer(asked, "尚未获得许可。", at=clock.minutes_ago(1))
    second = await visit(market(site), fetcher, first.after)
    assert first.items[0].id == second.items[0].id
    assert first.items[0].content_hash != second.items[0].content_hash


async def test_where_get_is_refused_the_next_visit_posts(
    site: SseIrm, fetcher: Fetcher, clock: Clock
) -> None:
    site.get_works = False
    site.publish("600111", "问", "答", at=clock.minutes_ago(9))
    with pytest.raises(FetchError, match="answered 405") as caught:
        await visit(market(site), fetcher)
    failed = Checkpoint("sample", failures=1, error=str(caught.value))
    visited = await visit(market(site), fetcher, failed)
    assert visited.texts == ["答"]
    assert site.requests[-1].method == "POST"
    later = replace(visited.after, failures=0, error=None)
    assert (await visit(market(site), fetcher, later)).texts == ["答"]


# --- paging ---------------------------------------------------------------------------------------


async def test_the_first_visit_reads_a_few_pages_and_later_ones_as_far_as_the_news_goes(
    site: SseIrm, fetcher: Fetcher, clock: Clock
) -> None:
    for n in range(60):
        site.publish("600111", f"问{n}", f"旧{n}", at=clock.minutes_ago(300 + n))
    first = await visit(market(site), fetcher)
    assert (len(first.items), first.skips) == (30, [])
    quiet = await visit(market(site), fetcher, first.after)
    assert len(quiet.requests) == 1
    for n in range(25):
        site.publish("600111", f"问{n}", f"新{n}", at=clock.minutes_ago(n + 1))
    second = await visit(market(site), fetcher, quiet.after)
    assert [r.note for r in second.requests] == ["11:1", "11:2", "11:3"]
    assert {f"新{n}" for n in range(25)} <= set(second.texts)
    for n in range(40):
        site.publish("600111", f"问{n}", f"neu {n}", at=clock.minutes_ago(n / 100))
    third = await visit(market(site, max_pages=2), fetcher, second.after)
    assert third.reasons == ["older news than a visit may read back to"]


async def test_the_list_ends_with_its_mark_only(
    site: SseIrm, fetcher: Fetcher, clock: Clock
) -> None:
    for n in range(10):
        site.publish("600111", f"问{n}", f"答{n}", at=clock.minutes_ago(n + 1))
    visited = await visit(market(site), fetcher)
    assert (len(visited.items), len(visited.requests), visited.skips) == (10, 2, [])
    site.empty_body = True
    with pytest.raises(ParseError, match="expected answers, or the end of their list, found an em"):
        await visit(market(site), fetcher)
    site.empty_body = False
    site.posts.clear()
    with pytest.raises(ParseError, match="found the end of the list at once"):
        await visit(market(site), fetcher)


# --- one company ----------------------------------------------------------------------------------


async def test_a_company_s_number_is_looked_up_once_and_remembered(
    site: SseIrm, fetcher: Fetcher, clock: Clock
) -> None:
    site.publish("600111", "问", "自己的", at=clock.minutes_ago(5))
    site.publish("600392", "问", "别家的", at=clock.minutes_ago(4))
    first = await visit(company(site), fetcher)
    assert first.texts == ["自己的"]
    assert [r.note for r in first.requests][:3] == ["lookup", "11:1", "30:1"]
    assert first.after.cursor["uid"] == "12002"
    assert site.requests[0].form == {"data": "600111"}
    assert site.requests[1].query["uid"] == "12002"
    assert site.requests[1].headers["referer"] == site.url + "/company.do?uid=12002"
    second = await visit(company(site), fetcher, first.after)
    assert [r.note for r in second.requests] == ["11:1", "30:1"]
    assert second.items == first.items


async def test_records_of_investor_meetings_are_announcements_with_their_pdf(
    site: SseIrm, fetcher: Fetcher, clock: Clock
) -> None:
    posted = site.post(
        "600111",
        "600111北方稀土投资者关系活动记录表",
        document="upload/sample.PDF",
        at=clock.minutes_ago(60),
    )
    site.post("600111", "公司昨日获得样例许可。", at=clock.minutes_ago(90))
    visited = await visit(company(site), fetcher)
    assert [(i.kind, i.title, i.text, i.attachment_url) for i in visited.items] == [
        ("announcement", "600111北方稀土投资者关系活动记录表", "600111北方稀土投资者关系活动记录表",
         f"{site.url}/upload/sample.PDF"),
        ("announcement", "公司昨日获得样例许可。", "公司昨日获得样例许可。", None),
    ]  # fmt: skip
    assert (visited.items[0].guid, visited.items[0].issuer_id) == (posted, "sample-shanghai")


async def test_a_company_without_answers_is_no_failure(site: SseIrm, fetcher: Fetcher) -> None:
    visited = await visit(company(site), fetcher)
    assert (visited.items, visited.skips) == ([], [])


async def test_rows_of_other_companies_are_counted_and_left_out(
    site: SseIrm, fetcher: Fetcher, clock: Clock
) -> None:
    site.publish("600111", "问", "自己的", at=clock.minutes_ago(5))
    site.foreign_rows.append(site.publish("600392", "问", "别家的", at=clock.minutes_ago(4)))
    site.foreign_rows.append(site.post("600366", "600366宁波韵升活动记录表"))
    site.post("600111", "自己的活动", at=clock.minutes_ago(4))
    visited = await visit(company(site), fetcher)
    assert visited.texts == ["自己的", "自己的活动"]
    assert visited.reasons == ["a row of another company"] * 2


async def test_another_company_s_list_is_refused(
    site: SseIrm, fetcher: Fetcher, clock: Clock
) -> None:
    site.publish("600392", "问", "别家的", at=clock.minutes_ago(5))
    before = Checkpoint("sample", cursor={"uid": "12004"})
    with pytest.raises(ParseError, match=r"answers of 600111, found those of other.*\(600392\)"):
        await visit(company(site), fetcher, before)
    stubborn = replace(before, failures=3)
    assert (await visit(company(site), fetcher, stubborn)).after.cursor["uid"] == "12002"


async def test_where_the_look_up_fails_the_directory_is_searched(
    site: SseIrm, fetcher: Fetcher
) -> None:
    site.look_up_works = False
    own = site.companies.pop("600111")
    for n in range(100):
        site.companies[f"{601000 + n}"] = (str(500 + n), f"样例{n}")
    site.companies["600111"] = own
    visited = await visit(company(site), fetcher)
    assert [r.note for r in visited.requests] == [
        "lookup", "companies:1", "companies:2", "companies:3", "companies:4", "11:1", "30:1",
    ]  # fmt: skip
    assert visited.after.cursor["uid"] == "12002"
    assert visited.reasons == ["the look-up of a code gave no number"]


async def test_a_long_directory_is_searched_over_several_visits(
    site: SseIrm, fetcher: Fetcher
) -> None:
    site.look_up_works = False
    own = site.companies.pop("600111")
    for n in range(500):
        site.companies[f"{601000 + n}"] = (str(500 + n), "样例")
    site.companies["600111"] = own
    first = await visit(company(site), fetcher)
    assert first.reasons[-1] == "the firm's number is still being looked for"
    assert first.after.cursor["directory_page"] == "13"
    second = await visit(company(site), fetcher, first.after)
    assert second.requests[0].note == "companies:13"
    assert second.after.cursor["uid"] == "12002"
    assert second.after.cursor["directory_page"] == ""


async def test_a_firm_the_platform_does_not_know_is_a_failure(
    site: SseIrm, fetcher: Fetcher
) -> None:
    del site.companies["600111"]
    with pytest.raises(ParseError, match="600111 among the platform's companies, found the end"):
        await visit(company(site), fetcher)
    [again] = company(site).start(Checkpoint("sample", failures=1))
    assert again.note == "companies:1"
    [once_more] = company(site).start(Checkpoint("sample", failures=2))
    assert once_more.note == "lookup"


def test_firms_that_are_not_there_are_refused_with_the_reason() -> None:
    with pytest.raises(ParseError, match=r"serves codes 6xxxxx only.*300748\.SZ"):
        make("sse_irm", issuer="sample-magnet").start(Checkpoint("sample"))
    with pytest.raises(ParseError, match="a firm of the watchlist"):
        make("sse_irm", issuer="nobody").start(Checkpoint("sample"))


# --- a platform that is not itself ----------------------------------------------------------------


async def test_a_wall_is_named(site: SseIrm, fetcher: Fetcher) -> None:
    site.challenge = True
    for adapter in (market(site), company(site)):
        with pytest.raises(ParseError, match="a wall that wants a person") as caught:
            await visit(adapter, fetcher)
        assert caught.value.reason == "auth"


async def test_the_stand_in_keeps_us_honest_about_lastid(site: SseIrm, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="answered 500"):
        await fetcher.get(Request(site.url + "/ajax/feeds.do", query={"type": "11", "page": "1"}))


ROW = (
    '<div class="m_feed_item" id="item-{id}"><div class="m_feed_detail m_qa_detail">'
    '<div class="m_feed_txt"><a href="user.do?uid=1">{name}</a>问</div>'
    '<div class="m_feed_from"><span>昨天 10:00</span></div></div>'
    '<div class="m_feed_detail m_qa"><div class="m_feed_txt">{answer}</div>'
    '<div class="m_feed_from"><span>{time}</span></div></div></div>'
)
GOOD = {"id": "7", "name": ":样例(600111)", "answer": "答", "time": "昨天 10:30"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"time": "前天 10:30"}, "an answer without a believable time"),
        ({"time": ""}, "an answer without a believable time"),
        ({"id": "x"}, "an answer without its number or text"),
        ({"answer": "<p> </p>"}, "an answer without its number or text"),
        ({"name": "样例"}, "a row without a stock code"),
    ],
)
def test_odd_rows_are_counted_and_the_others_kept(change: dict[str, str], reason: str) -> None:
    adapter = make("sse_irm")
    adapter.start(Checkpoint("sample"))
    body = ROW.format(**GOOD | change) + ROW.format(**GOOD | {"id": "8"})
    found = list(adapter.parse(page(body, note="11:1")))
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [reason]
    assert [thing.guid for thing in found if isinstance(thing, Item)] == ["8"]


def test_a_list_of_answers_without_any_answer_block_is_a_failure() -> None:
    adapter = make("sse_irm")
    adapter.start(Checkpoint("sample"))
    body = ROW.format(**GOOD).replace("m_qa", "m_answer")
    with pytest.raises(ParseError, match="expected answers, found 1 questions without one"):
        list(adapter.parse(page(body, note="11:1")))


def test_a_body_nested_beyond_reason_is_refused() -> None:
    adapter = make("sse_irm")
    adapter.start(Checkpoint("sample"))
    with pytest.raises(ParseError, match="a piece of HTML with answers"):
        list(adapter.parse(page("<div>" * 50_000, note="11:1")))


def test_the_code_decides_whose_answer_it_is() -> None:
    issuer = Issuer(id="other", names={"en": ["O"]}, tickers=["600392.SH"])
    known = adapters.SseIrm(Source(id="sample", adapter="sse_irm"), [issuer])
    known.start(Checkpoint("sample"))
    body = ROW.format(**GOOD | {"name": ":盛和 资源(600392)"})
    [item] = [i for i in known.parse(page(body, note="11:1")) if isinstance(i, Item)]
    assert (item.issuer_id, item.title) == ("other", "盛和资源(600392) 答投资者问")
