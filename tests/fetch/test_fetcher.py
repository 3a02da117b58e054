"""What is asked, what comes back, and with which manners."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from monitor.errors import FetchError
from monitor.fetch import Fetcher, retry_after_s
from monitor.model import Request
from monitor.standins.feeds import FeedSite
from tests.fetch.servers import Names, failure, raw_server, saying

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


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
        (412, "auth", "answered 412 (turned away by a firewall)"),
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


async def test_no_address_reaches_the_log(
    fetcher: Fetcher, feed_site: FeedSite, caplog: pytest.LogCaptureFixture
) -> None:
    feed_site.feed("/f").publish("One", "Text")
    with caplog.at_level(logging.DEBUG):
        # Whatever the program sets later: httpx's own lines carry whole addresses.
        await fetcher.get(Request(feed_site.url + "/f?token=canary"))
    lines = [record.getMessage() for record in caplog.records if record.name != "asyncio"]
    assert not [line for line in lines if "canary" in line]


async def test_a_login_in_the_address_is_sent_as_a_header(
    fetcher: Fetcher, feed_site: FeedSite
) -> None:
    feed_site.feed("/feed/").publish("a", "b")
    address = feed_site.url.replace("http://", "http://desk:pa%40ss@") + "/feed/"
    page = await fetcher.get(Request(address))
    assert page.status == 200
    assert "pa" not in page.url.split("//")[1].split("/")[0]
    # base64 of "desk:pa@ss"
    assert feed_site.requests[-1].headers["authorization"] == "Basic ZGVzazpwYUBzcw=="
