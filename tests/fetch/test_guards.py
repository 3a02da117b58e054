"""Where it does not go: inside, out of the web, round in circles, back to plain text."""

from __future__ import annotations

import asyncio

import pytest

from monitor.fetch import Fetcher
from monitor.model import Request
from monitor.standins.feeds import FeedSite
from tests.fetch.servers import Names, failure, raw_server, saying, tls_server, trusting_fetcher

# --- redirects ----------------------------------------------------------------------------------


async def test_redirects_are_followed_to_the_page(fetcher: Fetcher, feed_site: FeedSite) -> None:
    feed_site.feed("/end").publish("One", "Text")
    for n in range(5):
        feed_site.feed(f"/{n}", redirect_to=f"/{n + 1}" if n < 4 else "/end")
    page = await fetcher.get(Request(feed_site.url + "/0"))
    assert page.url == feed_site.url + "/end"
    assert b"<rss" in page.body


async def test_the_sixth_redirect_is_too_many(fetcher: Fetcher, feed_site: FeedSite) -> None:
    feed_site.feed("/loop", redirect_to="/loop")
    error = await failure(fetcher, feed_site.url + "/loop")
    assert str(error) == "more than 5 redirects"
    assert feed_site.feed("/loop").hits == 6


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("file:///etc/passwd", "file:"),
        ("ftp://h.example/x", "ftp:"),
        ("data:text/plain,x", "not a valid"),
        ("javascript:alert(1)", "not a valid"),
        ("http://[::1", "not a valid"),
        ("http://" + "a" * 70_000, "not a valid"),
    ],
)
async def test_redirects_out_of_the_web_are_refused(
    fetcher: Fetcher, feed_site: FeedSite, target: str, words: str
) -> None:
    async with raw_server(
        saying(f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())
    ) as url:
        error = await failure(fetcher, url)
    assert words in str(error)


async def test_headers_of_the_source_stay_at_its_site(
    fetcher: Fetcher, feed_site: FeedSite
) -> None:
    async with FeedSite() as other:
        other.feed("/end").publish("One", "Text")
        feed_site.feed("/start", redirect_to=other.url + "/end")
        feed_site.feed("/same", redirect_to="/start")
        await fetcher.get(Request(feed_site.url + "/same"), headers={"X-Token": "canary"})
    assert [r.headers.get("x-token") for r in feed_site.requests] == ["canary", "canary"]
    assert "x-token" not in other.requests[0].headers
    assert other.requests[0].headers["user-agent"] == "test-agent"


# --- where it does not go -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0x7f.1", "2130706433", "0", "localhost", "a.localhost", "10.0.0.8",
        "192.168.1.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[fe80::1]", "[fd00::1]", "[2002:7f00:1::]", "[64:ff9b::7f00:1]", "100.64.0.1",
        "224.0.0.1", "0.0.0.0",
    ],
)  # fmt: skip
async def test_private_addresses_are_refused(feed_site: FeedSite, host: str) -> None:
    port = feed_site.url.rpartition(":")[2]
    async with Fetcher(user_agent="t") as fetcher:
        error = await failure(fetcher, f"http://{host}:{port}/")
    # Some short spellings of 127.0.0.1 do not even pass as addresses.
    assert "is a private address" in str(error) or "not a valid one" in str(error)
    assert feed_site.requests == []


async def test_a_name_that_leads_inside_is_refused(feed_site: FeedSite) -> None:
    port = feed_site.url.rpartition(":")[2]
    names = Names("127.0.0.1", "10.1.2.3")
    async with Fetcher(user_agent="t", resolver=names) as fetcher:
        error = await failure(fetcher, f"http://news.example:{port}/")
    assert str(error) == "refused: news.example is a private address"
    assert names.asked == ["news.example"]
    assert feed_site.requests == []


@pytest.mark.parametrize("inside", ["http://169.254.169.254/latest/", "http://localhost/"])
async def test_a_redirect_inside_is_refused(inside: str) -> None:
    """Through a proxy, so that the first hop can be a public address."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: {inside}\r\n\r\n".encode())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        proxy = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with Fetcher(user_agent="t", proxy=proxy) as fetcher:
            error = await failure(fetcher, "http://news.example/feed")
    assert "is a private address" in str(error)
    assert [head.split(b"\r\n")[0] for head in asked] == [b"GET http://news.example/feed HTTP/1.1"]


async def test_a_downgrade_is_refused(feed_site: FeedSite) -> None:
    answer = f"HTTP/1.1 302 Found\r\nLocation: {feed_site.url}/\r\nContent-Length: 0\r\n\r\n"
    async with tls_server(answer.encode()) as port, trusting_fetcher() as fetcher:
        error = await failure(fetcher, f"https://good.example:{port}/")
    assert str(error) == "refused: redirect from https to http"
    assert feed_site.requests == []


async def test_certificates_are_checked() -> None:
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    async with tls_server(ok) as port, trusting_fetcher() as fetcher:
        assert (await fetcher.get(Request(f"https://good.example:{port}/"))).body == b"ok"
        other_name = await failure(fetcher, f"https://evil.example:{port}/")
    assert str(other_name).startswith("certificate not accepted: Hostname mismatch")
    async with (
        tls_server(ok) as port,
        Fetcher(
            user_agent="t", allow_private_addresses=True, resolver=Names("127.0.0.1")
        ) as strangers,
    ):
        unknown = await failure(strangers, f"https://good.example:{port}/")
    assert str(unknown).startswith("certificate not accepted: self-signed certificate")
    assert unknown.reason == "transport"
