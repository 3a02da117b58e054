"""News sitemaps, indexes of them, and sitemaps that are none."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any

import pytest

from monitor.adapters import Adapter, Remember, Skip
from monitor.errors import ParseError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item, Request
from monitor.standins.pages import PageSite
from tests.adapters.golden import make, page
from tests.adapters.visits import NOW, visit


def sitemap(site: PageSite, path: str, **options: Any) -> Adapter:
    return make("sitemap", url=site.url + path, options=options)


@pytest.mark.parametrize("path", ["/news-sitemap.xml", "/news-sitemap.xml.gz"])
async def test_an_entry_is_read_whole(path: str, site: PageSite, fetcher: Fetcher) -> None:
    at = NOW - timedelta(minutes=5)
    url = site.publish("Sample & magnet maker gets licences", "x", at=at)
    site.publish("Too old for a news sitemap", "x", at=NOW - timedelta(days=3))
    visited = await visit(sitemap(site, path), fetcher)
    assert visited.items == [
        Item(
            source_id="sample",
            guid=url,
            url=url,
            title="Sample & magnet maker gets licences",
            text="",
            fetched_at=NOW,
            published_at=at,
            language="en",
            kind="feed_summary",
            tier="media",
            source_name="Sample Times",
        )
    ]
    assert visited.skips == []


async def test_an_index_leads_to_its_newest_sitemaps(site: PageSite, fetcher: Fetcher) -> None:
    site.publish("T", "x", at=NOW - timedelta(minutes=5))
    visited = await visit(sitemap(site, "/sitemap-index.xml", max_sitemaps=1), fetcher)
    assert [request.note for request in visited.requests] == ["first", "part"]
    assert len(visited.items) == 1
    [again] = sitemap(site, "/sitemap-index.xml").start(visited.after)
    assert not again.conditional, "an index may stay as it is while its sitemaps change"
    with pytest.raises(ParseError, match="1 addresses without any: a plain sitemap"):
        await visit(sitemap(site, "/sitemap-index.xml"), fetcher)


async def test_no_news_for_two_days_is_no_failure(site: PageSite, fetcher: Fetcher) -> None:
    visited = await visit(sitemap(site, "/news-sitemap.xml"), fetcher)
    assert (visited.items, visited.skips) == ([], [])


async def test_failures_are_named(site: PageSite, fetcher: Fetcher) -> None:
    site.publish("T", "x", at=NOW - timedelta(minutes=5))
    with pytest.raises(ParseError, match="found an HTML page titled"):
        await visit(sitemap(site, "/list/"), fetcher)
    site.challenge = True
    with pytest.raises(ParseError, match="a wall that wants a person") as caught:
        await visit(sitemap(site, "/news-sitemap.xml"), fetcher)
    assert caught.value.reason == "auth"


def read(body: str | bytes, note: str = "first") -> list[Any]:
    adapter = make("sitemap")
    adapter.start(Checkpoint("sample"))
    return list(adapter.parse(page(body, note=note)))


ENTRY = (
    "<url><loc>{loc}</loc><n:news xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>"
    "<n:title>{title}</n:title><n:publication_date>{date}</n:publication_date></n:news></url>"
)


def test_odd_entries_are_counted_and_the_others_kept() -> None:
    rows = [
        ENTRY.format(loc="https://sample.example/1", title="One", date="2026-03-06"),
        ENTRY.format(loc="https://sample.example/1", title="One", date="2026-03-06"),
        ENTRY.format(loc="https://sample.example/2", title="Two", date="soon"),
        ENTRY.format(loc="https://sample.example/3", title="", date="2026-03-06"),
        ENTRY.format(loc="mailto:x", title="Four", date="2026-03-06"),
        "<url><loc>https://sample.example/5</loc></url>",
    ]
    found = read(f"<urlset>{''.join(rows)}</urlset>")
    items = [thing for thing in found if isinstance(thing, Item)]
    assert [(item.title, item.published_at is None) for item in items] == [
        ("One", False),
        ("Two", True),
    ]
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [
        "an entry without title or address",
        "an entry without title or address",
        "addresses that are no news",
    ]
    assert Remember("index", "") in found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<urlset><url>", "broken XML"),
        ("<rss></rss>", "an XML document <rss>"),
        ("<sitemapindex></sitemapindex>", "sitemaps in the index, found none"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><urlset/>", "XML with declarations of its own"),
        (b"\x1f\x8b garbage", "a broken .gz file"),
        (gzip.compress(b" " * (21 * 2**20)), "a .gz file of more than 20 MB"),
    ],
    ids=["cut", "feed", "empty index", "entities", "no gzip", "bomb"],
)
def test_what_is_no_sitemap_is_named(body: str | bytes, found: str) -> None:
    with pytest.raises(ParseError, match=found):
        read(body)


def test_an_index_does_not_lead_astray() -> None:
    part = "<sitemap><loc>{}</loc></sitemap>"
    urls = ["https://sample.example/a.xml", "https://other.example/b.xml"]
    found = read(f"<sitemapindex>{''.join(map(part.format, urls))}</sitemapindex>")
    assert [thing.url for thing in found if isinstance(thing, Request)] == urls[:1]
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [
        "a sitemap on another site"
    ]
    with pytest.raises(ParseError, match="an index within an index"):
        read("<sitemapindex></sitemapindex>", note="part")
