"""HTML lists, read by the selectors of their entry."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.adapters import Adapter, Skip
from monitor.adapters.listing import Options
from monitor.adapters.web import found_date
from monitor.clock import CHINA
from monitor.errors import ParseError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item, Request
from monitor.standins.pages import PageSite
from tests.adapters.golden import SEEN_AT, make, page
from tests.adapters.visits import NOW, minutes_ago, visit

NEWS = {
    "item": "ul.news > li", "title": "h3 a", "link": "h3 a@href", "date": "span", "text": "p",
    "zone": "Asia/Shanghai", "next": "a.next@href",
}  # fmt: skip


def listing(site: PageSite, **options: Any) -> Adapter:
    return make("listing", url=site.url + "/list/", name="Sample News", options=NEWS | options)


async def test_a_row_is_read_whole(site: PageSite, fetcher: Fetcher) -> None:
    title = "Sample magnet maker says that it got its first licences"
    url = site.publish(title, "It told investors so.", at=minutes_ago(5))
    visited = await visit(listing(site), fetcher)
    assert visited.items == [
        Item(
            source_id="sample",
            guid=url,
            url=url,
            title=title,  # cut short in the list, whole in the attribute
            text="It told investors so.",
            fetched_at=NOW,
            published_at=minutes_ago(5),
            kind="feed_summary",
            tier="media",
            source_name="Sample News",
        )
    ]
    assert visited.skips == []


async def test_an_unlabelled_gbk_page(site: PageSite, fetcher: Fetcher) -> None:
    site.charset = "gb18030"
    site.publish("样例磁材获得出口许可", "公司在互动平台表示，已获得出口许可。", at=minutes_ago(5))
    [item] = (await visit(listing(site), fetcher)).items
    assert (item.title, item.text[:2]) == ("样例磁材获得出口许可", "公司")


async def test_it_pages_back_to_what_it_knows(site: PageSite, fetcher: Fetcher) -> None:
    for n in range(15):
        site.publish(f"Old {n}", "x", at=minutes_ago(600 + n))
    first = await visit(listing(site), fetcher)
    assert (len(first.items), len(first.requests)) == (10, 1)
    second = await visit(listing(site), fetcher, first.after)
    assert (second.items, len(second.requests)) == (first.items, 1)
    for n in range(14):
        site.publish(f"New {n}", "x", at=minutes_ago(n + 1))
    third = await visit(listing(site), fetcher, second.after)
    assert {f"New {n}" for n in range(14)} <= {item.title for item in third.items}
    assert [r.note for r in third.requests] == ["list:1", "list:2"]
    short = await visit(listing(site, max_pages=1), fetcher, second.after)
    assert short.reasons == ["older news than a visit may read back to"]
    fourth = await visit(listing(site), fetcher, third.after)
    assert len(fourth.requests) == 1


async def test_failures_are_named(site: PageSite, fetcher: Fetcher) -> None:
    with pytest.raises(ParseError, match=r"rows at 'ul\.news > li', found an HTML page titled"):
        await visit(listing(site), fetcher)
    site.publish("T", "x", at=minutes_ago(5))
    with pytest.raises(ParseError, match=r"1 rows without \(a row without title or link\)"):
        await visit(listing(site, title="h6"), fetcher)
    site.challenge = True
    with pytest.raises(ParseError, match="a wall that wants a person") as caught:
        await visit(listing(site), fetcher)
    assert caught.value.reason == "auth"


def test_the_base_address_replaces_the_site() -> None:
    adapter = make("listing", url="https://a.example/news/?p=1", base_url="http://127.0.0.1:9")
    [request] = adapter.start(Checkpoint("sample"))
    assert request.url == "http://127.0.0.1:9/news/?p=1"


def test_odd_rows_are_counted_and_the_others_kept() -> None:
    adapter = make("listing", options={"item": "li", "date": "i", "next": "b a@href"})
    adapter.start(Checkpoint("sample", cursor={"known": "none"}))
    body = (
        "<html><body><ul><li><a href=/1>One</a><i>[2026-03-05]</i></li>"
        "<li><a href=/1>One again</a><i>2026-03-05</i></li>"
        "<li><a href='javascript:x()'>Two</a><i>2026-03-05</i></li>"
        "<li><a href=/3></a><i>2026-03-05</i></li>"
        "<li><a href=/4>Four</a><i>soon</i></li><li><a href=/5>Five</a><i>2027-03-05</i></li></ul>"
        "<b><a href=https://other.example/2>next</a></b>"
    )
    found = list(adapter.parse(page(body, note="list:1")))
    assert [thing.url for thing in found if isinstance(thing, Item)] == ["https://sample.example/1"]
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [
        "a row without title or link",
        "a row without title or link",
        "a row without a believable date",
        "a row without a believable date",
        "a next page on another site",
    ]
    assert not [thing for thing in found if isinstance(thing, Request)]


def test_the_row_itself_may_be_the_link() -> None:
    adapter = make("listing", options={"item": "a.card", "title": "@title", "link": "@href"})
    adapter.start(Checkpoint("sample"))
    body = "<body><a class=card href=/7 title='Seven &amp; more'><img></a>"
    items = [thing for thing in adapter.parse(page(body)) if isinstance(thing, Item)]
    assert [(item.title, item.published_at) for item in items] == [("Seven & more", None)]


@pytest.mark.parametrize("option", [{"item": "li["}, {"title": ""}, {"zone": "Mars/Dome"}])
def test_mistakes_in_an_entry_are_told(option: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"write .*(a@href|Asia/Shanghai)"):
        Options(**option)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[2026-03-05]", "2026-03-04T16:00"),
        ("发布时间：2026年3月5日 17:05", "2026-03-05T09:05"),
        ("2026/3/5", "2026-03-04T16:00"),
        ("Posted on March 5, 2026", "2026-03-04T16:00"),
        ("5 March 2026", "2026-03-04T16:00"),
        ("By A. Writer, 5th Mar 2026 -", "2026-03-04T16:00"),
        ("2026-03-05T09:05:00Z", "2026-03-05T09:05"),
        ("Thu, 05 Mar 2026 09:05:00 GMT", "2026-03-05T09:05"),
        ("2026-02-30", None),
        ("yesterday", None),
        ("2027-01-01", None),
        ("1999-01-01", None),
        ("", None),
    ],
)
def test_dates_as_people_write_them(text: str, expected: str | None) -> None:
    at = found_date(text, seen_at=SEEN_AT, zone=CHINA)
    assert (f"{at:%Y-%m-%dT%H:%M}" if at else None) == expected


def test_dates_in_a_form_of_their_own() -> None:
    found = found_date("05.03.2026 17.05", seen_at=SEEN_AT, zone=CHINA, format="%d.%m.%Y %H.%M")
    assert found == datetime(2026, 3, 5, 9, 5, tzinfo=UTC)
    assert found_date("05.13.2026", seen_at=SEEN_AT, format="%d.%m.%Y") is None
