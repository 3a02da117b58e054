"""p5w: Beijing firms' answers, read from a stand-in with the platform's oddities."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from monitor.adapters import Skip
from monitor.adapters.p5w import Options, P5w
from monitor.config import Issuer, Source
from monitor.errors import ParseError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item
from monitor.standins import p5w as standin
from tests.adapters.golden import page
from tests.adapters.visits import NOW, minutes_ago, visit

FIRMS = (
    Issuer(
        id="btr", names={"en": ["BTR"]}, tickers=["920185.BJ"], former_tickers=["835185.BJ"]
    ),
    Issuer(
        id="carbon", names={"en": ["OC"]}, tickers=["920175.BJ"], former_tickers=["832175.BJ"]
    ),
    Issuer(id="jl", names={"en": ["JL"]}, tickers=["300748.SZ"]),
)  # fmt: skip


@pytest_asyncio.fixture
async def site() -> AsyncIterator[standin.P5w]:
    async with standin.P5w(now=lambda: NOW) as site:
        yield site


def reader(site: standin.P5w | None, issuer: str | None = "btr", **options: Any) -> P5w:
    source = Source(
        id="sample", adapter="p5w", base_url=site.url if site else None, issuer=issuer,
        options=Options(**options),
    )  # fmt: skip
    return P5w(source, FIRMS)


async def test_a_firm_s_answers_are_read_whole(site: standin.P5w, fetcher: Fetcher) -> None:
    asked = site.ask("920185", "请问石墨出口许可？", at=minutes_ago(900))
    site.answer(asked, "您好，公司已获得许可。", at=minutes_ago(7))
    site.ask("920185", "没有回答的问题", at=minutes_ago(2))
    site.publish("300748", "问", "别家的回答", at=minutes_ago(1))
    first = await visit(reader(site), fetcher)
    assert first.items == [
        Item(
            source_id="sample",
            guid=asked,
            url=f"{site.url}/question/{asked}.shtml",
            title="贝特瑞(920185) 答投资者问",
            text="您好，公司已获得许可。",
            question="请问石墨出口许可？",
            fetched_at=NOW,
            published_at=minutes_ago(7),
            language="zh-Hans",
            kind="ir_qa",
            tier="official",
            issuer_id="btr",
            source_name="BSE Q&A",
        )
    ]
    assert first.skips == []
    assert [r.note for r in first.requests] == ["lookup:0", "list:1"]
    look_up, listed = site.requests
    assert look_up.form == {"keyword": "920185"}
    assert (listed.form["companyBaseinfoId"], listed.form["page"]) == ("0001AABBCCDD", "0")
    second = await visit(reader(site), fetcher, first.after)
    assert [r.note for r in second.requests] == ["list:1"]
    assert second.items == first.items


async def test_a_firm_known_by_its_old_code_only_is_found(
    site: standin.P5w, fetcher: Fetcher
) -> None:
    site.publish("832175", "问", "旧代码的回答", at=minutes_ago(7))
    visited = await visit(reader(site, "carbon"), fetcher)
    assert [r.note for r in visited.requests] == ["lookup:0", "lookup:1", "list:1"]
    assert [(i.text, i.issuer_id) for i in visited.items] == [("旧代码的回答", "carbon")]


async def test_the_platform_s_list_leaves_mirrored_answers_out(
    site: standin.P5w, fetcher: Fetcher
) -> None:
    site.publish("300748", "问", "在互动易上的回答。", at=minutes_ago(3))
    site.publish("920185", "问", "详见互动易说明", at=minutes_ago(2))
    visited = await visit(reader(site, None), fetcher)
    assert (visited.texts, visited.skips) == (["详见互动易说明"], [])
    assert "companyBaseinfoId" not in site.requests[0].form


async def test_a_keyword_searches_the_platform(site: standin.P5w, fetcher: Fetcher) -> None:
    site.publish("920185", "问", "出口许可。", at=minutes_ago(3))
    site.publish("832175", "问", "其他。", at=minutes_ago(2))
    assert (await visit(reader(site, None, keyword="许可"), fetcher)).texts == ["出口许可。"]
    nothing = await visit(reader(site, None, keyword="没有的词"), fetcher)
    assert (nothing.items, nothing.skips) == ([], [])


async def test_an_answer_that_comes_later_is_found_on_the_old_question(
    site: standin.P5w, fetcher: Fetcher
) -> None:
    asked = site.ask("920185", "请问？", at=minutes_ago(60 * 24 * 20))
    first = await visit(reader(site), fetcher)
    assert first.items == []
    site.answer(asked, "已获得。", at=minutes_ago(1))
    second = await visit(reader(site), fetcher, first.after)
    assert [(i.guid, i.text) for i in second.items] == [(asked, "已获得。")]


async def test_pages_are_counted_from_zero_up_to_the_cap(
    site: standin.P5w, fetcher: Fetcher
) -> None:
    for n in range(130):
        site.publish("920185", f"问{n}", f"旧{n}", at=minutes_ago(500 + n))
    first = await visit(reader(site, max_pages=10), fetcher)
    assert [r.form["page"] for r in first.requests[1:] if r.form] == ["0", "1"]
    for n in range(25):
        site.publish("920185", f"问{n}", f"新{n}", at=minutes_ago(n + 1))
    second = await visit(reader(site, max_pages=10), fetcher, first.after)
    assert {f"新{n}" for n in range(25)} <= set(second.texts)
    for n in range(130):
        site.publish("920185", f"问{n}", f"neu {n}", at=minutes_ago(n / 200))
    third = await visit(reader(site, max_pages=10), fetcher, second.after)
    assert len(third.items) == 100
    fourth = await visit(reader(site, max_pages=3), fetcher, second.after)
    assert fourth.reasons == ["older news than a visit may read back to"]


async def test_a_wrong_id_is_told_from_a_firm_without_questions(
    site: standin.P5w, fetcher: Fetcher
) -> None:
    quiet = await visit(reader(site), fetcher)
    assert (quiet.items, quiet.skips) == ([], [])
    site.publish("920185", "问", "答", at=minutes_ago(9))
    first = await visit(reader(site), fetcher, quiet.after)
    site.companies["920185"] = ("0002", "贝特瑞")
    with pytest.raises(ParseError, match=r"expected rows \(0 announced\), found none"):
        await visit(reader(site), fetcher, first.after)
    stubborn = replace(first.after, failures=3)
    assert (await visit(reader(site), fetcher, stubborn)).texts == ["答"]


async def test_rows_of_other_firms_are_counted_or_refused(
    site: standin.P5w, fetcher: Fetcher
) -> None:
    site.foreign_rows.append(site.publish("832175", "问", "别家的", at=minutes_ago(4)))
    with pytest.raises(ParseError, match=r"questions to 920185, found those to others \(832175\)"):
        await visit(reader(site), fetcher)
    site.publish("920185", "问", "自己的", at=minutes_ago(5))
    visited = await visit(reader(site), fetcher)
    assert (visited.texts, visited.reasons) == (["自己的"], ["a row of another company"])


async def test_a_firm_the_platform_does_not_know_is_a_failure(
    site: standin.P5w, fetcher: Fetcher
) -> None:
    site.companies.clear()
    with pytest.raises(ParseError, match="920185 or 835185 among the codes looked up, found no ro"):
        await visit(reader(site), fetcher)
    with pytest.raises(ParseError, match=r"a firm listed in Beijing, found 300748\.SZ"):
        reader(site, "jl").start(Checkpoint("sample"))


async def test_a_wall_is_named(site: standin.P5w, fetcher: Fetcher) -> None:
    site.challenge = True
    with pytest.raises(ParseError, match="a wall that wants a person") as caught:
        await visit(reader(site), fetcher)
    assert caught.value.reason == "auth"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"replyerTimeStr": ""}, "an answer without a believable time"),
        ({"replyerTimeStr": "2026-02-30 10:00:00"}, "an answer without a believable time"),
        ({"replyerTimeStr": "2026-03-09 10:00:00"}, "an answer without a believable time"),
        ({"replyerTimeStr": "0000-00-00 00:00:00"}, "an answer without a believable time"),
        ({"pid": None}, "a row without its number or stock code"),
    ],
)
def test_odd_rows_are_counted_and_the_others_kept(change: dict[str, Any], reason: str) -> None:
    adapter = reader(None)
    adapter.start(Checkpoint("sample", cursor={"pid": "x"}))
    good = {
        "pid": "1", "companyCode": "920185", "companyShortname": "样例", "content": "问",
        "replyContent": "答", "questionerTimeStr": "2026-03-01 10:00:00",
        "replyerTimeStr": "2026-03-02 10:00:00",
    }  # fmt: skip
    body = json.dumps({"total": 2, "rows": [good | change, good | {"pid": "2"}]})
    found = list(adapter.parse(page(body, note="list:1")))
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [reason]
    assert [thing.guid for thing in found if isinstance(thing, Item)] == ["2"]
