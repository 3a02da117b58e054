"""JSON of any shape, read by the paths of its entry."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.adapters import Adapter, Skip
from monitor.adapters.jsonapi import Options
from monitor.errors import FetchError, ParseError
from monitor.fetch import Fetcher
from monitor.model import Item
from monitor.standins.pages import PageSite
from tests.adapters.golden import make, page
from tests.adapters.visits import NOW, visit

AT = NOW - timedelta(minutes=5)
WORDPRESS = {
    "title": "title.rendered", "text": "content.rendered", "link": "link", "date": "date_gmt",
}  # fmt: skip
GOV = {
    "guid": "URL", "title": "TITLE", "text": "SUB_TITLE", "link": "URL", "date": "DOCRELPUBTIME",
    "zone": "Asia/Shanghai",
}  # fmt: skip
LIVES = {
    "items": "data.items", "text": "content_text", "link": "uri", "date": "display_time",
    "ok": {"code": "20000"},
}  # fmt: skip


def api(site: PageSite, path: str, **options: Any) -> Adapter:
    return make("jsonapi", url=site.url + path, options=options)


@pytest.mark.parametrize(
    ("path", "options", "guid", "at"),
    [
        ("/api/news", {"items": "data.list", "ok": {"code": "200"}}, "1", AT),
        ("/api/call?callback=cb", {"items": "0.listInfo.content"}, "1", AT),
        ("/api/call", {"items": "0.listInfo.content"}, "1", AT),
        ("/api/form", {"items": "rows", "form": {"keyword": "magnet"}}, "1", AT),
        ("/wp-json/wp/v2/posts?per_page=20", WORDPRESS, "1", AT),
        ("/apiv1/content/lives", LIVES, "1", AT),
        (
            "/yaowen/liebiao/YAOWENLIEBIAO.json",
            GOV,
            "{url}",
            datetime(2026, 3, 5, 16, tzinfo=UTC),
        ),
    ],
    ids=["object", "call", "null call", "form", "wordpress", "seconds", "dates"],
)
async def test_many_shapes_give_one_item(
    path: str,
    options: dict[str, Any],
    guid: str,
    at: datetime,
    site: PageSite,
    fetcher: Fetcher,
) -> None:
    url = site.publish("Sample magnet maker - licences", "It got them.", at=AT)
    visited = await visit(api(site, path, **options), fetcher)
    [item] = visited.items
    assert item.guid == guid.format(url=url)
    assert item.url == url
    assert item.title.replace("\u2013", "-") in ("Sample magnet maker - licences", "It got them.")
    assert item.text == ("" if options is GOV else "It got them.")
    assert item.published_at == at
    assert visited.skips == []
    again = await visit(api(site, path, **options), fetcher, visited.after)
    assert again.items == visited.items


async def test_failures_are_named(site: PageSite, fetcher: Fetcher) -> None:
    with pytest.raises(ParseError, match="expected rows, found an empty list"):
        await visit(api(site, "/api/news", items="data.list"), fetcher)
    quiet = await visit(api(site, "/api/news", items="data.list", may_be_empty=True), fetcher)
    assert quiet.items == []
    with pytest.raises(ParseError, match="'0' at 'code', found '1'"):
        await visit(api(site, "/api/form", form={"k": "v"}, ok={"code": "0"}), fetcher)
    with pytest.raises(ParseError, match=r"a list at 'data\.rows', found a JSON null"):
        await visit(api(site, "/api/news", items="data.rows"), fetcher)
    with pytest.raises(ParseError, match="expected JSON, found an HTML page titled"):
        await visit(api(site, "/list/"), fetcher)
    with pytest.raises(FetchError, match="400"):
        await visit(api(site, "/wp-json/wp/v2/posts?page=9", **WORDPRESS), fetcher)
    site.challenge = True
    with pytest.raises(ParseError, match="a wall that wants a person") as caught:
        await visit(api(site, "/api/news"), fetcher)
    assert caught.value.reason == "auth"


def read(rows: Any, **options: Any) -> list[Any]:
    return list(make("jsonapi", options=options).parse(page(json.dumps(rows), note="list")))


GOOD = {"id": 7, "title": "T", "content": "x", "url": "/7", "date": "2026-03-06 17:00"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (None, "a row that is no object"),
        (GOOD | {"title": None, "content": []}, "a row without title and text"),
        (GOOD | {"id": None, "url": "javascript:x()"}, "a row without number and link"),
        (GOOD | {"date": "soon"}, "a row without a believable date"),
        (GOOD | {"date": 12}, "a row without a believable date"),
        (GOOD | {"date": True}, "a row without a believable date"),
        (GOOD | {"date": 4102444800}, "a row without a believable date"),
    ],
)
def test_odd_rows_are_counted_and_the_others_kept(row: Any, reason: str) -> None:
    found = read([GOOD | {"id": 8}, row, GOOD | {"id": 8}])
    assert [thing.guid for thing in found if isinstance(thing, Item)] == ["8"]
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [reason]
    with pytest.raises(ParseError, match="rows with title and date"):
        read([row])


def test_addresses_may_be_put_together() -> None:
    link = "https://sample.example/{meta.day}/{id}.html"
    [item] = read([GOOD | {"meta": {"day": "0306"}}], link=link)
    assert item.url == "https://sample.example/0306/7.html"
    [item] = read([GOOD], link=link)
    assert item.url == "https://sample.example/feed/", "the list's own where a part is missing"


def test_values_of_other_kinds() -> None:
    row = {"id": 7.0, "title": ["A", "B"], "content": None, "url": None, "date": 1772787600.0}
    [item] = read([row])
    assert (item.guid, item.title) == ("7", "A B")
    assert item.published_at == datetime(2026, 3, 6, 9, tzinfo=UTC)
    [item] = read([row | {"date": None}], date=None)
    assert item.published_at is None


@pytest.mark.parametrize("text", ["", "The firm said [&hellip;]", "The firm said..."])
def test_a_text_that_is_cut_is_a_summary(text: str) -> None:
    assert [item.kind for item in read([GOOD | {"content": text}])] == ["feed_summary"]
    assert [item.kind for item in read([GOOD])] == ["news"]


def test_guards_before_json_are_taken_off() -> None:
    body = ")]}'\n" + json.dumps([GOOD])
    assert len(list(make("jsonapi").parse(page(body)))) == 1
    wrapped = f"/**/cb.x_1( {json.dumps([GOOD])} );\n"
    assert len(list(make("jsonapi").parse(page(wrapped)))) == 1


@pytest.mark.parametrize(
    "option", [{"items": "a..b"}, {"title": "a b"}, {"zone": "Mars"}, {"guid": "{id}"}]
)
def test_mistakes_in_an_entry_are_told(option: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="write "):
        Options(**option)
