"""Hudongyi: companies' answers, read from a stand-in with the platform's oddities."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from monitor.adapters import Remember, Skip
from monitor.adapters.szse_irm import SzseIrm
from monitor.errors import FetchError, ParseError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item, Request
from monitor.standins import szse_irm as standin
from tests.adapters.golden import ISSUERS, make, page
from tests.adapters.visits import NOW, minutes_ago, visit


def company(site: standin.SzseIrm, **options: Any) -> SzseIrm:
    adapter = make("szse_irm", base_url=site.url, issuer="sample-magnet", options=options)
    assert isinstance(adapter, SzseIrm)
    return adapter


def market(site: standin.SzseIrm, **options: Any) -> SzseIrm:
    adapter = make("szse_irm", base_url=site.url, options=options)
    assert isinstance(adapter, SzseIrm)
    return adapter


# --- one company --------------------------------------------------------------------------------


async def test_a_company_s_answers_are_read_whole(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    asked = irm_site.ask("300748", "请问是否获得许可？", at=minutes_ago(600))
    irm_site.answer(asked, "公司已获得许可。", at=minutes_ago(5))
    irm_site.ask("300748", "没有回答的问题", at=minutes_ago(1))
    irm_site.publish("000795", "别家", "别家的回答", at=minutes_ago(2))
    visited = await visit(company(irm_site), fetcher)
    [item] = visited.items
    assert item == Item(
        source_id="sample",
        guid=asked,
        url=f"{irm_site.url}/ircs/question/questionDetail?questionId={asked}",
        title="金力永磁(300748) 答投资者问",
        text="公司已获得许可。",
        question="请问是否获得许可？",
        fetched_at=NOW,
        published_at=minutes_ago(5),
        language="zh-Hans",
        kind="ir_qa",
        tier="official",
        issuer_id="sample-magnet",
        source_name="SZSE Q&A",
    )
    assert visited.skips == []


async def test_the_org_id_is_looked_up_once_and_remembered(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    irm_site.publish("300748", "问", "答", at=minutes_ago(5))
    first = await visit(company(irm_site), fetcher)
    assert [r.note for r in first.requests] == ["lookup", "list:1"]
    assert first.after.cursor["org_id"] == "gfbj0835009"
    second = await visit(company(irm_site), fetcher, first.after)
    assert [r.note for r in second.requests] == ["list:1"]
    assert second.items == first.items
    look_up, first_list, second_list = irm_site.requests
    assert look_up.form == {"keyWord": "300748"}
    assert first_list.method == "POST"
    assert first_list.form == {}
    assert first_list.query["orgId"] == "gfbj0835009"
    assert first_list.query["stockcode"] == "300748"
    assert first_list.headers["referer"] == irm_site.url + "/"
    assert first_list.headers["x-requested-with"] == "XMLHttpRequest"
    assert first_list.query["_t"] != second_list.query["_t"]


async def test_an_org_id_in_the_watchlist_saves_the_look_up(irm_site: standin.SzseIrm) -> None:
    known = ISSUERS[0].model_copy(update={"org_id": "gfbj0835009"})
    source = company(irm_site).source
    [request] = SzseIrm(source, [known]).start(Checkpoint("sample"))
    assert request.note == "list:1"
    assert request.query["orgId"] == "gfbj0835009"


async def test_a_neighbour_is_not_taken_for_the_company(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    del irm_site.companies["300748"]
    with pytest.raises(ParseError, match="expected 300748 among the codes looked up, found 300999"):
        await visit(company(irm_site), fetcher)


async def test_an_answer_that_comes_later_is_found_on_the_old_question(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    asked = irm_site.ask("300748", "请问？", at=minutes_ago(60 * 24 * 20))
    first = await visit(company(irm_site), fetcher)
    assert first.items == []
    irm_site.answer(asked, "已获得。", at=minutes_ago(1))
    second = await visit(company(irm_site), fetcher, first.after)
    assert [(i.guid, i.text, i.published_at) for i in second.items] == [
        (asked, "已获得。", minutes_ago(1))
    ]


async def test_an_edited_answer_keeps_its_number_and_changes_its_content(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    asked = irm_site.publish("300748", "问", "已获得许可。", at=minutes_ago(9))
    first = await visit(company(irm_site), fetcher)
    irm_site.answer(asked, "尚未获得许可。", at=minutes_ago(1))
    second = await visit(company(irm_site), fetcher, first.after)
    assert first.items[0].id == second.items[0].id
    assert first.items[0].content_hash != second.items[0].content_hash


async def test_an_answer_missing_from_the_list_is_read_on_its_own_page(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    asked = irm_site.ask("300748", "问", at=minutes_ago(90))
    irm_site.answer(asked, "只在这里。", at=minutes_ago(3), withheld=True)
    for adapter in (company(irm_site), market(irm_site)):
        visited = await visit(adapter, fetcher)
        assert visited.requests[-1].note == f"detail:{asked}"
        assert [(i.guid, i.text, i.published_at) for i in visited.items] == [
            (asked, "只在这里。", minutes_ago(3))
        ]


async def test_many_missing_answers_are_counted_not_hammered(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    for n in range(12):
        asked = irm_site.ask("300748", f"问{n}", at=minutes_ago(90))
        irm_site.answer(asked, "答", at=minutes_ago(n + 1), withheld=True)
    visited = await visit(company(irm_site), fetcher)
    assert len(visited.items) == 8
    assert visited.reasons == ["an answer that is only on its own page, left for later"] * 4


async def test_rows_of_other_companies_are_counted_and_left_out(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    irm_site.publish("300748", "问", "自己的", at=minutes_ago(5))
    irm_site.foreign_rows.append(irm_site.publish("000795", "问", "别家的", at=minutes_ago(4)))
    visited = await visit(company(irm_site), fetcher)
    assert visited.texts == ["自己的"]
    assert visited.reasons == ["a row of another company"]


async def test_the_whole_market_in_place_of_the_company_is_refused(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    irm_site.publish("000795", "问", "别家的", at=minutes_ago(5))
    irm_site.companies["300748"] = standin.Company("300748", "金力永磁", "gssz0000795")
    with pytest.raises(ParseError, match=r"other companies \(000795\)"):
        await visit(company(irm_site), fetcher)


async def test_a_company_without_questions_is_no_failure(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    visited = await visit(company(irm_site), fetcher)
    assert (visited.items, visited.skips) == ([], [])


def test_a_shanghai_firm_is_refused_with_the_reason() -> None:
    adapter = make("szse_irm", issuer="sample-shanghai")
    with pytest.raises(ParseError, match=r"serves codes 0xxxxx and 3xxxxx only.*600111\.SH"):
        adapter.start(Checkpoint("sample"))


def test_an_issuer_outside_the_watchlist_is_refused() -> None:
    with pytest.raises(ParseError, match="a firm of the watchlist"):
        make("szse_irm", issuer="nobody").start(Checkpoint("sample"))


# --- the whole market ---------------------------------------------------------------------------


async def test_the_market_list_knows_watched_firms_and_others(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    irm_site.highlight = "许可证"
    irm_site.publish("300748", "许可证？", "已获得许可证。", at=minutes_ago(3))
    irm_site.publish("000970", "许可证？", "尚未获得许可证。", at=minutes_ago(2))
    irm_site.ask("300748", "没有回答", at=minutes_ago(1))
    visited = await visit(market(irm_site), fetcher)
    assert [(i.issuer_id, i.title, i.text, i.question) for i in visited.items] == [
        (None, "中科三环(000970) 答投资者问", "尚未获得许可证。", "许可证？"),
        ("sample-magnet", "金力永磁(300748) 答投资者问", "已获得许可证。", "许可证？"),
    ]
    assert visited.items[0].published_at == minutes_ago(2)
    [request] = irm_site.requests
    assert request.form["searchTypes"] == "11"
    assert request.form["pageSize"] == "100"
    assert "pageNo" not in request.query


async def test_a_keyword_narrows_the_market_list(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    irm_site.publish("300748", "问", "出口许可。", at=minutes_ago(3))
    irm_site.publish("300999", "问", "食品。", at=minutes_ago(2))
    assert (await visit(market(irm_site, keyword="许可"), fetcher)).texts == ["出口许可。"]
    assert (await visit(market(irm_site, keyword="没有的词"), fetcher)).items == []


async def test_an_empty_market_is_a_failure(irm_site: standin.SzseIrm, fetcher: Fetcher) -> None:
    with pytest.raises(ParseError, match=r"expected rows \(0 announced\), found none"):
        await visit(market(irm_site), fetcher)


# --- paging -------------------------------------------------------------------------------------


async def test_the_first_visit_reads_a_few_pages(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    for n in range(60):
        irm_site.publish("300748", f"问{n}", f"答{n}", at=minutes_ago(n + 1))
    visited = await visit(market(irm_site, page_size=10), fetcher)
    assert len(visited.items) == 30
    assert visited.skips == []
    assert visited.after.cursor["newest_ms"] == str(round(minutes_ago(1).timestamp() * 1000))


async def test_the_first_visit_does_not_read_beyond_the_look_back(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    for n in range(60):
        irm_site.publish("300748", f"问{n}", f"答{n}", at=NOW - timedelta(days=n))
    visited = await visit(market(irm_site, page_size=10), fetcher)
    assert len(visited.items) == 10


async def test_later_visits_read_as_far_as_the_news_goes(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    for n in range(40):
        irm_site.publish("300748", f"旧{n}", f"旧{n}", at=minutes_ago(300 + 5 * n))
    first = await visit(market(irm_site, page_size=10), fetcher)
    quiet = await visit(market(irm_site, page_size=10), fetcher, first.after)
    assert len(quiet.requests) == 1
    for n in range(25):
        irm_site.publish("300748", f"新{n}", f"新{n}", at=minutes_ago(n + 1))
    second = await visit(market(irm_site, page_size=10), fetcher, quiet.after)
    assert [r.note for r in second.requests] == ["list:1", "list:2", "list:3"]
    assert {f"新{n}" for n in range(25)} <= set(second.texts)


async def test_news_older_than_a_visit_can_read_is_told(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    before = Checkpoint(
        "sample", cursor={"newest_ms": str(int(minutes_ago(600).timestamp()) * 1000)}
    )
    for n in range(50):
        irm_site.publish("300748", f"问{n}", f"答{n}", at=minutes_ago(n + 1))
    visited = await visit(market(irm_site, page_size=10, max_pages=2), fetcher, before)
    assert len(visited.items) == 20
    assert visited.reasons == ["older news than a visit may read back to"]


async def test_a_repeated_page_ends_the_paging(irm_site: standin.SzseIrm, fetcher: Fetcher) -> None:
    for n in range(60):
        irm_site.publish("300748", f"问{n}", f"答{n}", at=minutes_ago(n + 1))
    irm_site.repeat_page = True
    visited = await visit(market(irm_site, page_size=10), fetcher)
    assert len(visited.requests) == 2
    assert visited.reasons == ["page 2 repeats page 1"]


async def test_a_broken_cursor_is_like_none(irm_site: standin.SzseIrm, fetcher: Fetcher) -> None:
    irm_site.publish("300748", "问", "答", at=minutes_ago(1))
    before = Checkpoint("sample", cursor={"newest_ms": "soon"})
    assert (await visit(market(irm_site), fetcher, before)).texts == ["答"]


# --- a platform that is not itself --------------------------------------------------------------


async def test_a_wall_is_named(irm_site: standin.SzseIrm, fetcher: Fetcher) -> None:
    irm_site.challenge = True
    with pytest.raises(ParseError, match="a wall that wants a person") as caught:
        await visit(market(irm_site), fetcher)
    assert caught.value.reason == "auth"


async def test_parameters_in_the_body_would_be_answered_400(
    irm_site: standin.SzseIrm, fetcher: Fetcher
) -> None:
    """The stand-in keeps us honest about the platform's one odd habit."""
    address = irm_site.url + "/newircs/company/question"
    with pytest.raises(FetchError, match="answered 400"):
        await fetcher.get(Request(address, method="POST", form={"stockcode": "300748"}))
    with pytest.raises(FetchError, match="answered 405"):
        await fetcher.get(Request(address, query={"stockcode": "300748"}))


def rows(*changes: dict[str, Any], **top: Any) -> str:
    """A company list whose rows differ from a good one by `changes`."""
    good = {
        "indexId": "1", "contentType": 11, "mainContent": "问", "stockCode": "300748",
        "companyShortName": "样例", "attachedId": "2", "attachedContent": "答",
        "attachedPubDate": None, "updateDate": 1772787600000,
    }  # fmt: skip
    listed = [good | change for change in changes]
    return json.dumps({"total": len(listed), "totalPage": 1, "rows": listed} | top)


@pytest.mark.parametrize(
    "change",
    [
        {"updateDate": None},
        {"updateDate": 0},
        {"updateDate": -1},
        {"updateDate": "yesterday"},
        {"updateDate": 1772787600},
        {"updateDate": 4102444800000},
        {"updateDate": 1e300},
        {"updateDate": "9" * 5000},
        {"updateDate": [1772787600000]},
        {"updateDate": True},
    ],
    ids=lambda change: str(change)[:40],
)
def test_unbelievable_times_are_counted_never_now(change: dict[str, Any]) -> None:
    adapter = make("szse_irm", issuer="sample-magnet")
    adapter.start(Checkpoint("sample", cursor={"org_id": "x"}))
    found = list(adapter.parse(page(rows(change, {}), note="list:1")))
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [
        "an answer without a believable time"
    ]
    assert len([thing for thing in found if isinstance(thing, Item)]) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"indexId": None}, "a row without its number"),
        ({"indexId": {"a": 1}}, "a row without its number"),
        ({"stockCode": None}, "a row of another company"),
    ],
)
def test_odd_rows_are_counted_and_the_others_kept(change: dict[str, Any], reason: str) -> None:
    adapter = make("szse_irm", issuer="sample-magnet")
    adapter.start(Checkpoint("sample", cursor={"org_id": "x"}))
    found = list(adapter.parse(page(rows(change, {}), note="list:1")))
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [reason]
    assert [thing.guid for thing in found if isinstance(thing, Item)] == ["1"]


def test_rows_announced_but_missing_are_a_failure() -> None:
    adapter = make("szse_irm", issuer="sample-magnet")
    adapter.start(Checkpoint("sample", cursor={"org_id": "x"}))
    with pytest.raises(ParseError, match=r"expected rows \(7 announced\), found none"):
        list(adapter.parse(page('{"total": 7, "totalPage": 1, "rows": []}', note="list:1")))
    with pytest.raises(ParseError, match=r"no 'rows' \(code 500: 系统繁忙\)"):
        list(adapter.parse(page('{"code": 500, "message": "系统繁忙"}', note="list:1")))
    with pytest.raises(ParseError, match="'rows' is null"):
        list(adapter.parse(page('{"total": 0, "rows": null}', note="list:1")))


def test_a_detail_page_about_another_question_is_refused() -> None:
    adapter = make("szse_irm", issuer="sample-magnet")
    adapter.start(Checkpoint("sample", cursor={"org_id": "x"}))
    data = {"questionId": "8", "stockCode": "300748", "replyContent": "x", "replyDate": 1}
    for change, reason in (
        ({}, "a question's own page that shows another question"),
        ({"questionId": "7", "stockCode": "000795"}, "a row of another company"),
        ({"questionId": "7", "replyContent": ""}, "an answer that is announced but not shown"),
        ({"questionId": "7"}, "an answer without a believable time"),
    ):
        body = json.dumps({"code": 0, "data": data | change})
        [skip] = adapter.parse(page(body, note="detail:7"))
        assert isinstance(skip, Skip)
        assert skip.reason == reason
    [skip] = adapter.parse(page('{"code": 0, "data": null}', note="detail:7"))
    assert isinstance(skip, Skip)
    assert skip.reason == "a question whose own page is empty"


def test_an_entry_may_say_otherwise() -> None:
    adapter = make("szse_irm", tier="media", name="Mirror", kind="news", language="zh-Hant")
    adapter.start(Checkpoint("sample"))
    body = rows({}).replace('"rows"', '"results"').replace('"total"', '"totalRecord"')
    item = next(
        thing for thing in adapter.parse(page(body, note="list:1")) if isinstance(thing, Item)
    )
    assert (item.tier, item.source_name, item.kind, item.language) == (
        "media", "Mirror", "news", "zh-Hant",
    )  # fmt: skip


def test_how_far_was_read_is_told_only_once_no_own_page_is_missing() -> None:
    adapter = make("szse_irm")
    list(adapter.start(Checkpoint("sample")))
    rows = [
        {"indexId": i, "contentType": 11, "attachedId": "1", "updateDate": "1700000000000"}
        for i in ("7", "8")
    ]
    listed = {"results": rows, "totalRecord": 2, "totalPage": 1}
    found = list(adapter.parse(page(json.dumps(listed), note="list:1")))
    assert [r.note for r in found if isinstance(r, Request) and r.optional] == [
        "detail:7",
        "detail:8",
    ]
    assert not [r for r in found if isinstance(r, Remember)]
    found = []
    for i in ("7", "8"):
        assert not [r for r in found if isinstance(r, Remember)]
        data = {"questionId": i, "stockCode": "300748", "replyContent": "答", "replyDate": 1}
        found += adapter.parse(page(json.dumps({"data": data}), note=f"detail:{i}"))
    assert [r.key for r in found if isinstance(r, Remember)] == ["newest_ms"]
