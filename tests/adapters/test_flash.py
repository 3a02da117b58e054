"""Flash news: four services with four manners, read into one kind of item."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from monitor.adapters import ADAPTERS, Adapter, Skip
from monitor.adapters.flash import signature
from monitor.errors import FetchError, ParseError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item
from monitor.standins.flash import FlashSites, Service
from tests.adapters.golden import make, page
from tests.adapters.visits import NOW, minutes_ago, visit

SERVICES: dict[str, Service] = {
    "cls": "cls", "em_flash": "em", "sina_flash": "sina", "ths_flash": "ths",
}  # fmt: skip
EACH = pytest.mark.parametrize(("name", "service"), SERVICES.items(), ids=list(SERVICES))
PAGED = pytest.mark.parametrize(
    ("name", "service"), list(SERVICES.items())[1:], ids=list(SERVICES)[1:]
)


@pytest_asyncio.fixture
async def sites() -> AsyncIterator[FlashSites]:
    async with FlashSites(now=lambda: NOW) as sites:
        yield sites


def reader(name: str, sites: FlashSites, **options: Any) -> Adapter:
    return make(name, base_url=sites.url, options=options)


@EACH
async def test_a_flash_is_read_whole(
    name: str, service: Service, sites: FlashSites, fetcher: Fetcher
) -> None:
    sites.publish(service, "旧的", "旧正文。", at=minutes_ago(60))
    told = sites.publish(service, "样例磁材：已获许可", "公司在平台表示。", at=minutes_ago(5))
    visited = await visit(reader(name, sites), fetcher)
    newest = visited.items[0]
    assert (newest.guid, newest.title) == (told, "样例磁材：已获许可")
    assert newest.text.endswith("公司在平台表示。")
    assert newest.published_at == minutes_ago(5)
    assert newest.url.startswith("http")
    assert newest.issuer_id is None, "stocks beside a flash are mentioned, not its subject"
    assert (newest.kind, newest.tier) == ("news", "wire" if name == "cls" else "media")
    assert newest.source_name == ADAPTERS[name].platform
    assert [item.published_at for item in visited.items] == [minutes_ago(5), minutes_ago(60)]
    assert visited.skips == []


@EACH
async def test_a_second_visit_asks_once_and_finds_the_same(
    name: str, service: Service, sites: FlashSites, fetcher: Fetcher
) -> None:
    for n in range(30):
        sites.publish(service, f"标题{n}", "正文。", at=minutes_ago(n + 1))
    first = await visit(reader(name, sites), fetcher)
    second = await visit(reader(name, sites), fetcher, first.after)
    assert len(second.requests) == 1
    assert second.items == first.items
    assert second.after.cursor == first.after.cursor


@PAGED
async def test_after_a_pause_it_pages_back_to_what_it_knows(
    name: str, service: Service, sites: FlashSites, fetcher: Fetcher
) -> None:
    sites.publish(service, "已知", "正文。", at=minutes_ago(600))
    first = await visit(reader(name, sites), fetcher)
    for n in range(90):
        sites.publish(service, f"新{n}", "正文。", at=minutes_ago(n + 1))
    second = await visit(reader(name, sites), fetcher, first.after)
    assert {f"新{n}" for n in range(90)} <= {item.title for item in second.items}
    assert second.skips == []
    assert 2 <= len(second.requests) <= 5


@EACH
async def test_what_is_lost_between_two_visits_is_told(
    name: str, service: Service, sites: FlashSites, fetcher: Fetcher
) -> None:
    sites.publish(service, "已知", "正文。", at=minutes_ago(600))
    first = await visit(reader(name, sites), fetcher)
    for n in range(120):
        sites.publish(service, f"新{n}", "正文。", at=minutes_ago(n + 1))
    options = {"max_pages": 2} if name != "cls" else {}
    second = await visit(reader(name, sites, **options), fetcher, first.after)
    assert second.reasons == ["flashes since the last visit that are no longer listed"]
    assert second.after.cursor["newest_s"] == str(int(minutes_ago(1).timestamp()))


@PAGED
async def test_a_repeated_page_ends_the_paging(
    name: str, service: Service, sites: FlashSites, fetcher: Fetcher
) -> None:
    sites.publish(service, "已知", "正文。", at=minutes_ago(600))
    first = await visit(reader(name, sites), fetcher)
    for n in range(120):
        sites.publish(service, f"新{n}", "正文。", at=minutes_ago(n + 1))
    sites.repeat_page = True
    second = await visit(reader(name, sites), fetcher, first.after)
    assert second.reasons == ["page 2 repeats page 1"]


@EACH
async def test_failures_are_named(
    name: str, service: Service, sites: FlashSites, fetcher: Fetcher
) -> None:
    with pytest.raises(ParseError, match="expected flashes, found an empty list"):
        await visit(reader(name, sites), fetcher)
    sites.challenge = True
    with pytest.raises(ParseError, match="a wall that wants a person") as caught:
        await visit(reader(name, sites), fetcher)
    assert caught.value.reason == "auth"
    sites.challenge, sites.status = False, 403
    with pytest.raises(FetchError) as refused:
        await visit(reader(name, sites), fetcher)
    assert refused.value.reason == "auth"


# --- CLS ------------------------------------------------------------------------------------------


def test_the_signature_is_that_of_the_published_vector() -> None:
    query = {
        "sv": "7.7.5", "rn": "50", "refresh_type": "1", "os": "web", "last_time": "",
        "appName": "CailianpressWeb",
    }  # fmt: skip
    assert signature(query) == "b849fe86598f3ceca205eda7b33a49a1"


async def test_cls_ads_are_dropped_and_titles_made(sites: FlashSites, fetcher: Fetcher) -> None:
    for _ in range(2):
        sites.publish("cls", "广告", "买。", at=minutes_ago(1), is_ad=True)
    sites.publish("cls", "", "【样例】【样例磁材澄清】未获许可。", at=minutes_ago(2))
    sites.publish("cls", "", "无标题快讯，" + "很长" * 50, at=minutes_ago(3))
    visited = await visit(reader("cls", sites), fetcher)
    assert [item.title for item in visited.items] == [
        "样例磁材澄清",
        ("无标题快讯，" + "很长" * 50)[:59] + "…",
    ]
    assert visited.skips == []


async def test_cls_columns_are_signed_too(sites: FlashSites, fetcher: Fetcher) -> None:
    sites.publish("cls", "公告", "正文。", at=minutes_ago(1))
    assert (await visit(reader("cls", sites, category="announcement"), fetcher)).items
    assert sites.requests[-1].query["category"] == "announcement"


async def test_cls_has_a_second_way(sites: FlashSites, fetcher: Fetcher) -> None:
    sites.publish("cls", "标题", "正文。", at=minutes_ago(5))
    sites.refuse_signs = True
    visited = await visit(reader("cls", sites), fetcher)
    assert [item.title for item in visited.items] == ["标题"]
    assert visited.reasons == ["the signed list was refused: the cached one is read"]
    assert visited.skips[0].ask_again, "the next refusal looks the same and must not end the visit"
    sites.cached = False
    with pytest.raises(ParseError, match="expected flashes, found errno 10012: 签名错误"):
        await visit(reader("cls", sites), fetcher)


@pytest.mark.parametrize(
    ("name", "body", "found"),
    [
        ("cls", {"errno": 0, "data": {"roll_data": []}}, "an empty list"),
        ("cls", {"errno": 0, "data": None}, "a JSON null"),
        ("em_flash", {"code": "0", "message": "busy", "data": {}}, "code 0: busy"),
        ("em_flash", {"code": "1", "data": {"fastNewsList": None}}, "a JSON null"),
        ("sina_flash", {"result": {"status": {"code": 11, "msg": "no"}}}, "status code 11: no"),
        ("sina_flash", {"result": []}, "text that begins"),
        ("ths_flash", {"code": "500", "msg": "error"}, "code 500: error"),
    ],
)
def test_an_error_with_status_200(name: str, body: Any, found: str) -> None:
    adapter = make(name)
    adapter.start(Checkpoint("sample"))
    with pytest.raises(ParseError, match=found):
        list(adapter.parse(page(json.dumps(body, ensure_ascii=False), note="list:1")))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ctime": None}, "a flash without a believable time"),
        ({"ctime": "soon"}, "a flash without a believable time"),
        ({"ctime": 1}, "a flash without a believable time"),
        ({"ctime": 4102444800}, "a flash without a believable time"),
        ({"ctime": 10**30}, "a flash without a believable time"),
        ({"id": None}, "a flash without its number"),
        ({"title": "", "content": "", "brief": None}, "a flash without a text"),
    ],
)
def test_odd_rows_are_counted_and_the_others_kept(change: dict[str, Any], reason: str) -> None:
    good = {"id": 1, "ctime": 1772787600, "title": "标题", "content": "正文", "is_ad": 0}
    body = {"errno": 0, "data": {"roll_data": [good | {"id": 2}, good | change, None]}}
    adapter = make("cls")
    adapter.start(Checkpoint("sample", cursor={"newest_s": "?"}))
    found = list(adapter.parse(page(json.dumps(body), note="list:1")))
    skips = [thing.reason for thing in found if isinstance(thing, Skip)]
    assert skips == [reason, "a row of no form"]
    assert [thing.guid for thing in found if isinstance(thing, Item)] == ["2"]
