"""The site without a feed: its lists, its JSON, its sitemaps and their manners."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import aiohttp

from monitor.standins.pages import PageSite

NOW = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)


async def call(url: str, method: str = "GET", **form: str) -> tuple[int, bytes]:
    data = form or None
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, data=data) as answer,
    ):
        return answer.status, await answer.read()


async def test_every_article_stands_at_every_address() -> None:
    async with PageSite(now=lambda: NOW) as site:
        link = site.publish("T" * 40, "Text.", at=NOW - timedelta(hours=1))
        path = link.removeprefix(site.url).encode()
        for address in (
            "/list/", "/api/news", "/api/call", "/wp-json/wp/v2/posts", "/apiv1/content/lives",
            "/yaowen/liebiao/YAOWENLIEBIAO.json", "/news-sitemap.xml", "/sitemap.xml",
            "/api/v2/doc/doc?query=text",
        ):  # fmt: skip
            status, body = await call(site.url + address)
            assert status == 200, address
            assert path in body, address
        assert path in gzip.decompress((await call(site.url + "/news-sitemap.xml.gz"))[1])
        assert (await call(link))[0] == 200
        assert ("T" * 29 + "…").encode() in (await call(site.url + "/list/"))[1]


async def test_their_manners() -> None:
    async with PageSite(now=lambda: NOW) as site:
        for n in range(12):
            site.publish(f"T{n}", "x", at=NOW - timedelta(hours=n))
        assert b'href="/list/2.html"' in (await call(site.url + "/list/"))[1]
        assert b"next" not in (await call(site.url + "/list/2.html"))[1]
        assert (await call(site.url + "/api/call"))[1].startswith(b"null([")
        assert (await call(site.url + "/api/call?callback=cb"))[1].startswith(b"cb([")
        assert json.loads((await call(site.url + "/api/form", "POST", k="v"))[1])["code"] == 1
        assert (await call(site.url + "/wp-json/wp/v2/posts?page=3"))[0] == 400
        assert (await call(site.url + "/customs/"))[0] == 412
        status, body = await call(site.url + "/api/v2/doc/doc?query=ab")
        assert (status, body[:9]) == (200, b"The words")
        site.busy_s = 0.01
        assert (await call(site.url + "/api/v2/doc/doc?query=text"))[0] == 429
