"""Answers that are too much, too little, too slow, or no HTTP at all."""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
import tracemalloc
import zlib

import pytest
from aiohttp.abc import ResolveResult

from monitor.errors import FetchError
from monitor.fetch import Fetcher
from monitor.model import Request
from monitor.standins.feeds import FeedSite
from tests.fetch.servers import Names, failure, raw_server, saying

# --- bodies that are too much, too little, too slow ---------------------------------------------


async def test_a_body_over_the_cap_is_refused(feed_site: FeedSite) -> None:
    feed_site.feed("/big", body=b"x" * 40_000, gzip=False)
    async with Fetcher(
        user_agent="t", allow_private_addresses=True, max_body_bytes=30_000
    ) as fetcher:
        error = await failure(fetcher, feed_site.url + "/big")
        assert error.reason == "too_large"
        assert str(error).startswith("body larger than 0.029 MB")
        feed_site.feed("/big", body=b"x" * 30_000)
        assert len((await fetcher.get(Request(feed_site.url + "/big"))).body) == 30_000


async def test_a_bomb_ends_at_the_cap(fetcher: Fetcher) -> None:
    bomb = gzip.compress(bytes(100 * 2**20), 9)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    async with raw_server(saying(head + bomb)) as url:
        tracemalloc.start()
        error = await failure(fetcher, url)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (error.reason, str(error)) == ("too_large", "body larger than 5 MB")
    assert peak < 25 * 2**20


async def test_an_endless_body_ends_at_the_cap(fetcher: Fetcher) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async with raw_server(talk) as url:
        assert (await failure(fetcher, url)).reason == "too_large"


async def test_several_gzip_members_are_one_body(fetcher: Fetcher) -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0\0"
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    async with raw_server(saying(head + body)) as url:
        assert (await fetcher.get(Request(url))).body == b"one two"


@pytest.mark.parametrize(
    ("encoding", "body", "words"),
    [
        (b"br", b"\x0b\x02\x80", "an encoding nobody asked for ('br')"),
        (b"gzip, gzip", gzip.compress(gzip.compress(b"x")), "nobody asked for"),
        (b"deflate", zlib.compress(b"x"), "nobody asked for"),
        (b"gzip", b"plain text, not gzip", "not the gzip it says it is"),
        (b"gzip", gzip.compress(b"x" * 5000)[:-9], "the compressed body broke off"),
    ],
)
async def test_bad_encodings_are_refused(
    fetcher: Fetcher, encoding: bytes, body: bytes, words: str
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n"
    async with raw_server(saying(head % (encoding, len(body)) + body)) as url:
        error = await failure(fetcher, url)
    assert words in str(error)
    assert error.reason == "transport"


async def test_a_body_shorter_than_declared_is_a_failure(
    fetcher: Fetcher, feed_site: FeedSite
) -> None:
    feed = feed_site.feed("/f", drop_after=40, gzip=False)
    feed.publish("One", "Text")
    error = await failure(fetcher, feed.url)
    assert (str(error), error.reason) == ("the answer broke off before its end", "transport")


async def test_a_chunked_body_cut_short_is_a_failure(fetcher: Fetcher) -> None:
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    async with raw_server(saying(answer)) as url:
        assert (await failure(fetcher, url)).reason == "transport"


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
async def test_drips_end_at_the_deadline(head: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(b"a: b\r\n" if head and not head.endswith(b"\n\r\n") else b"H")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with (
        raw_server(talk) as url,
        Fetcher(user_agent="t", allow_private_addresses=True, deadline_s=0.2) as fetcher,
    ):
        started = time.monotonic()
        error = await failure(fetcher, url)
    assert time.monotonic() - started < 2
    assert error.reason in ("timeout", "transport")


async def test_a_silent_server_is_named_so(feed_site: FeedSite) -> None:
    feed_site.delay_s = 30
    async with Fetcher(user_agent="t", allow_private_addresses=True, deadline_s=0.1) as fetcher:
        error = await failure(fetcher, feed_site.url)
    assert (str(error), error.reason) == ("no answer within 0.1 s", "timeout")


async def test_a_slow_body_is_named_so(feed_site: FeedSite) -> None:
    feed = feed_site.feed("/f", drip_s=0.05)
    feed.publish("One", "Text")
    async with Fetcher(user_agent="t", allow_private_addresses=True, deadline_s=0.2) as fetcher:
        error = await failure(fetcher, feed.url)
    assert (str(error), error.reason) == ("answer not complete within 0.2 s", "timeout")


async def test_thousands_of_headers_are_refused(fetcher: Fetcher) -> None:
    many = b"".join(b"X-%d: y\r\n" % n for n in range(15_000))
    async with raw_server(saying(b"HTTP/1.1 200 OK\r\n" + many + b"\r\n")) as url:
        error = await failure(fetcher, url)
    assert error.reason == "transport"
    assert "not a valid HTTP answer" in str(error)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "connection closed without an answer"),
        (b"SSH-2.0-OpenSSH_9\r\n", "not a valid HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", "not a valid HTTP answer"),
        (b"HTTP/1.1 abc\r\n\r\n", "not a valid HTTP answer"),
    ],
)
async def test_what_is_not_http_is_told_so(fetcher: Fetcher, answer: bytes, words: str) -> None:
    async with raw_server(saying(answer)) as url:
        error = await failure(fetcher, url)
    assert words in str(error)
    assert error.reason == "transport"
    assert "\n" not in str(error)


# --- no connection at all -----------------------------------------------------------------------


async def test_nobody_listens(fetcher: Fetcher) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        error = await failure(fetcher, f"http://127.0.0.1:{port}/")
        also = await failure(fetcher, f"http://localhost:{port}/")
    assert (str(error), error.reason) == ("connection refused", "transport")
    assert str(also) == "connection refused"


async def test_a_host_that_does_not_exist() -> None:
    class Nobody(Names):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with Fetcher(user_agent="t", resolver=Nobody()) as fetcher:
        error = await failure(fetcher, "http://nowhere.example/?token=canary")
    assert (str(error), error.reason) == ("host not found", "transport")
    assert error.url == "http://nowhere.example/"


async def test_https_to_a_plain_server(fetcher: Fetcher, feed_site: FeedSite) -> None:
    error = await failure(fetcher, feed_site.url.replace("http:", "https:"))
    assert str(error).startswith("no secure connection")
    assert error.reason == "transport"


@pytest.mark.parametrize(
    "url", ["", "feed", "http://", "http://[", "http://h:99999/", "htp://x/", "http://a b/", "//x/"]
)
async def test_addresses_that_are_none(fetcher: Fetcher, url: str) -> None:
    error = await failure(fetcher, url)
    assert isinstance(error, FetchError)
    assert "\n" not in str(error)


async def test_the_page_of_a_wall_is_glanced_at_and_never_waited_for(fetcher: Fetcher) -> None:
    head = b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 200000\r\n\r\n"
    async with raw_server(saying(head + b"<p>Who are you?" + b"x" * 199_985)) as url:
        error = await failure(fetcher, url)
    assert (error.status, error.reason, error.content_type) == (403, "auth", "text/html")
    assert error.body.startswith(b"<p>Who are you?")
    assert len(error.body) == 64 * 1024

    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head + b"<p>")
        await writer.drain()
        await asyncio.sleep(30)

    began = time.monotonic()
    async with raw_server(hang) as url:
        error = await failure(fetcher, url)
    assert (error.status, error.body) == (403, b"")
    assert time.monotonic() - began < 4
