"""The news site's manners, good and bad."""

from __future__ import annotations

import gzip
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import aiohttp
import pytest

from monitor.standins.feeds import FeedSite, Format


@pytest.mark.parametrize("form", ["rss", "atom", "rdf"])
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
async def test_what_it_sends_is_well_formed(
    feed_site: FeedSite, form: Format, charset: str
) -> None:
    feed = feed_site.feed("/f", format=form, charset=charset)
    feed.publish("A & B <c>", "<p>金力永磁 & 英洛华</p>", summary="short & sweet")
    text = feed.render().decode(charset).partition("?>")[2]
    assert ET.fromstring(text) is not None
    assert "A &amp;" in text


async def test_validators_are_honoured_by_tag_and_by_date(feed_site: FeedSite) -> None:
    feed = feed_site.feed("/f")
    feed.publish("One", "Text", at=datetime(2026, 3, 1, 12, tzinfo=UTC))
    async with aiohttp.ClientSession() as session:

        async def status(headers: dict[str, str]) -> int:
            async with session.get(feed.url, headers=headers) as answer:
                return answer.status

        async with session.get(feed.url) as answer:
            tag, date = answer.headers["ETag"], answer.headers["Last-Modified"]
        assert date == "Sun, 01 Mar 2026 12:00:00 GMT"
        assert await status({"If-None-Match": tag}) == 304
        assert await status({"If-None-Match": '"other"'}) == 200
        assert await status({"If-Modified-Since": date}) == 304
        assert await status({"If-Modified-Since": "Sun, 01 Mar 2026 11:59:59 GMT"}) == 200
        assert await status({"If-Modified-Since": "lately"}) == 200
        feed.publish("Two", "Text")
        assert await status({"If-None-Match": tag}) == 200
    assert (feed.hits, feed.not_modified) == (7, 2)


async def test_it_compresses_for_those_who_ask(feed_site: FeedSite) -> None:
    feed = feed_site.feed("/f")
    feed.publish("One", "Text")
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        async with session.get(feed.url, headers={"Accept-Encoding": "gzip"}) as answer:
            assert gzip.decompress(await answer.read()) == feed.render()
        async with session.get(feed.url, headers={"Accept-Encoding": "identity"}) as answer:
            assert await answer.read() == feed.render()


async def test_articles_have_pages(feed_site: FeedSite) -> None:
    article = feed_site.feed("/f").publish("One & two", "<b>Text</b>")
    async with aiohttp.ClientSession() as session:
        async with session.get(article.link) as answer:
            page = await answer.text()
        async with session.get(feed_site.url + "/nothing") as answer:
            assert answer.status == 404
    assert "<title>One &amp; two</title>" in page
    assert "<p><b>Text</b></p>" in page


async def test_failures_come_first_and_then_the_feed(feed_site: FeedSite) -> None:
    feed = feed_site.feed("/f")
    feed.publish("One", "Text")
    feed.fail(2, status=429, retry_after="3")
    statuses, waits = [], []
    async with aiohttp.ClientSession() as session:
        for _ in range(3):
            async with session.get(feed.url) as answer:
                statuses.append(answer.status)
                waits.append(answer.headers.get("Retry-After"))
    assert statuses == [429, 429, 200]
    assert waits == ["3", "3", None]


async def test_the_whole_site_can_be_walled_or_failing(feed_site: FeedSite) -> None:
    feed_site.feed("/f")
    async with aiohttp.ClientSession() as session:
        feed_site.challenge = True
        async with session.get(feed_site.url + "/f") as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")
        feed_site.status, feed_site.retry_after = 503, "9"
        async with session.get(feed_site.url + "/f") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "9")
