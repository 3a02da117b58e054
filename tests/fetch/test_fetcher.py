"""Fetching from servers that behave, and from servers that do not."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.errors import FetchError
from monitor.fetch import Fetcher, retry_after_s
from monitor.model import Request
from monitor.standins.feeds import FeedSite

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(
        user_agent="test-agent", allow_private_addresses=True, deadline_s=5.0, now=lambda: NOW
    ) as fetcher:
        yield fetcher


@asynccontextmanager
async def raw_server(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """A server that reads the request head and then does as `talk` says."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


def saying(
    answer: bytes,
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return talk


class Names(AbstractResolver):
    """A name service with a table: every name leads to the addresses it is given."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        return [
            ResolveResult(hostname=host, host=a, port=port, family=socket.AF_INET, proto=0, flags=0)
            for a in self.addresses
        ]

    async def close(self) -> None: ...


async def failure(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.get(Request(url))
    return caught.value


# --- what is sent and what comes back -----------------------------------------------------------


async def test_a_page_comes_back_whole(fetcher: Fetcher, feed_site: FeedSite) -> None:
    feed = feed_site.feed("/feed/")
    feed.publish("Magnets", "金力永磁 " * 500)
    page = await fetcher.get(Request(feed.url, note="list"))
    assert page.body == feed.render()
    assert (page.status, page.note, page.fetched_at) == (200, "list", NOW)
    assert page.headers["content-encoding"] == "gzip"
    assert feed_site.requests[0].headers["user-agent"] == "test-agent"
    assert feed_site.requests[0].headers["accept-encoding"] == "gzip"


async def test_query_and_form_are_sent_as_asked(fetcher: Fetcher, feed_site: FeedSite) -> None:
    request = Request(
        feed_site.url + "/x?a=1",
        method="POST",
        query={"keyWord": "出口 许可"},
        form={"名": "值&=", "empty": ""},
        headers={"X-One": "1"},
    )
    with pytest.raises(FetchError) as caught:
        await fetcher.get(request, headers={"X-Two": "2"}, user_agent="other")
    assert caught.value.status == 405
    seen = feed_site.requests[0]
    assert seen.query == {"a": "1", "keyWord": "出口 许可"}
    assert seen.form == {"名": "值&=", "empty": ""}
    assert seen.headers["x-one"] == "1"
    assert seen.headers["x-two"] == "2"
    assert seen.headers["user-agent"] == "other"


async def test_a_post_without_a_form_has_an_empty_body(
    fetcher: Fetcher, feed_site: FeedSite
) -> None:
    with pytest.raises(FetchError):
        await fetcher.get(Request(feed_site.url, method="POST", query={"a": "b"}))
    assert feed_site.requests[0].headers["content-length"] == "0"


async def test_validators_bring_not_modified(fetcher: Fetcher, feed_site: FeedSite) -> None:
    feed = feed_site.feed("/feed/")
    feed.publish("One", "Text")
    first = await fetcher.get(Request(feed.url))
    second = await fetcher.get(
        Request(feed.url),
        etag=first.headers["etag"],
        last_modified=first.headers["last-modified"],
    )
    assert (second.not_modified, second.body, second.status) == (True, b"", 304)
    third = await fetcher.get(Request(feed.url), last_modified=first.headers["last-modified"])
    assert third.not_modified
    assert feed.not_modified == 2


async def test_a_304_nobody_asked_for_is_a_failure(fetcher: Fetcher) -> None:
    async with raw_server(saying(b"HTTP/1.1 304 Not Modified\r\n\r\n")) as url:
        error = await failure(fetcher, url)
    assert "304" in str(error)


async def test_cookies_are_not_kept(fetcher: Fetcher) -> None:
    heads: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        await fetcher.get(Request(url))
        await fetcher.get(Request(url))
    assert len(heads) == 2
    assert b"ookie" not in heads[1]


# --- statuses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (400, "client", "answered 400"),
        (401, "auth", "answered 401 (login wanted)"),
        (403, "auth", "answered 403 (forbidden)"),
        (404, "client", "answered 404 (not found)"),
        (407, "auth", "answered 407 (the proxy wants a login)"),
        (410, "client", "answered 410 (gone for good)"),
        (429, "rate_limited", "answered 429 (too many requests)"),
        (500, "server", "answered 500"),
        (503, "server", "answered 503 (unavailable)"),
    ],
)
async def test_statuses_are_told_apart(
    fetcher: Fetcher, feed_site: FeedSite, status: int, reason: str, words: str
) -> None:
    feed_site.status = status
    error = await failure(fetcher, feed_site.url)
    assert (error.status, error.reason, str(error)) == (status, reason, words)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        (None, None),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        (format_datetime(NOW + timedelta(minutes=5), usegmt=True), 300.0),
        (format_datetime(NOW - timedelta(days=2), usegmt=True), 0.0),
        ("Mon, 02 Mar 2026 09:31:00", 60.0),
        (str(365 * 86400), 86400.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400.0),
        ("soon", None),
        ("-5", None),
        ("9" * 40, None),
        ("Mon, 99 Foo 2026 99:99:99 GMT", None),
        ("１２", None),
    ],
)
def test_retry_after(value: str | None, wait: float | None) -> None:
    assert retry_after_s(value, NOW) == wait


async def test_retry_after_reaches_the_error(fetcher: Fetcher, feed_site: FeedSite) -> None:
    feed_site.feed("/f").fail(status=429, retry_after="90")
    assert (await failure(fetcher, feed_site.url + "/f")).retry_after_s == 90.0


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


CERTIFICATE = Path(__file__).parents[1] / "fixtures/tls/good.example.pem"
"""Self-signed for good.example, valid for a century; its key is public."""


@asynccontextmanager
async def tls_server(answer: bytes) -> AsyncIterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


def trusting_fetcher() -> Fetcher:
    return Fetcher(
        user_agent="t",
        allow_private_addresses=True,
        resolver=Names("127.0.0.1"),
        tls=ssl.create_default_context(cafile=CERTIFICATE),
        host_gap_s=0,
    )


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


# --- manners ------------------------------------------------------------------------------------


async def test_one_host_hears_two_requests_at_most_and_never_in_a_burst(
    feed_site: FeedSite,
) -> None:
    port = feed_site.url.rpartition(":")[2]
    feed_site.feed("/f").publish("One", "Text")
    feed_site.delay_s = 0.05
    async with Fetcher(
        user_agent="t",
        allow_private_addresses=True,
        resolver=Names("127.0.0.1"),
        host_gap_s=0.03,
    ) as fetcher:
        started = time.monotonic()
        urls = [f"http://{name}.example:{port}/f" for name in ("a", "a", "a", "a", "b")]
        await asyncio.gather(*(fetcher.get(Request(url)) for url in urls))
        elapsed = time.monotonic() - started
    assert len(feed_site.requests) == 5
    assert elapsed >= 0.1  # four to one host, two at once, 50 ms each


async def test_a_slow_host_holds_up_no_other(feed_site: FeedSite) -> None:
    async with FeedSite() as slow:
        slow.delay_s = 1.0
        slow_port, port = (s.url.rpartition(":")[2] for s in (slow, feed_site))
        feed_site.feed("/f").publish("One", "Text")
        async with Fetcher(
            user_agent="t",
            allow_private_addresses=True,
            resolver=Names("127.0.0.1"),
            concurrency=3,
            host_gap_s=0,
        ) as fetcher:
            waiting = [
                asyncio.create_task(fetcher.get(Request(f"http://slow.example:{slow_port}/")))
                for _ in range(10)
            ]
            await asyncio.sleep(0)
            async with asyncio.timeout(0.8):
                await fetcher.get(Request(f"http://fast.example:{port}/f"))
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)


async def test_waiting_for_the_host_does_not_use_up_the_deadline(feed_site: FeedSite) -> None:
    port = feed_site.url.rpartition(":")[2]
    feed_site.feed("/f").publish("One", "Text")
    async with Fetcher(
        user_agent="t",
        allow_private_addresses=True,
        resolver=Names("127.0.0.1"),
        host_gap_s=0.2,
        deadline_s=0.3,
    ) as fetcher:
        pages = await asyncio.gather(
            *(fetcher.get(Request(f"http://a.example:{port}/f")) for _ in range(4))
        )
    assert [page.status for page in pages] == [200] * 4
