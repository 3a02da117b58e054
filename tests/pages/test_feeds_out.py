"""What leaves for programs: the Atom feed and the stream of events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import feedparser
import httpx
import pytest

from monitor.model import Reading
from monitor.pages import serving, stream
from monitor.stores import open_store
from monitor.stores.reader import Reader
from monitor.vitals import Vitals
from tests.alerts import delivery, event, item
from tests.pages.newsroom import asking, config, fill, fill_hostile


def add(path: Path, n: int) -> None:
    made = event(story=f"{n:012x}", about=item(f"qa-{n}"))
    store = open_store(str(path))
    store.record(None, [made.item], [Reading()], [made], [delivery(made)])
    store.close()


async def test_the_feed_is_valid_and_its_ids_and_times_stay(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    fill(path)
    async with asking(path, url="https://news.firm.example/") as pages:
        answer = await pages.get("/events.atom")
        assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
        feed = feedparser.parse(answer.content)
        assert not feed.bozo, feed.bozo_exception
        assert [e.title.split(" · ")[0] for e in feed.entries] == ["▼ SUSPENDED", "▲ GRANTED"]
        assert feed.entries[1].link == "https://news.firm.example/events/7f3a9c12ab34"
        assert "公司的部分磁材产品已拿到" in feed.entries[1].content[0].value
        assert all(e.id and e.updated for e in feed.entries)

        same = await pages.get("/events.atom", headers={"If-None-Match": answer.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        add(path, 5)
        after = feedparser.parse((await pages.get("/events.atom")).content)
        assert len(after.entries) == 3
        before = {e.id: e.updated for e in feed.entries}
        assert before.items() <= {e.id: e.updated for e in after.entries}.items()


@pytest.mark.parametrize("filler", [fill_hostile, lambda path: None])
async def test_a_hostile_or_empty_feed_is_valid_too(
    tmp_path: Path, filler: Callable[[Path], None]
) -> None:
    filler(tmp_path / "m.db")
    async with asking(tmp_path / "m.db") as pages:
        answer = await pages.get("/events.atom")
        feed = feedparser.parse(answer.content)
        assert not feed.bozo, feed.bozo_exception
        assert len(answer.content) < 20_000
        for entry in feed.entries:
            assert entry.title_detail.type == entry.content[0].type == "text/plain"
            assert all(link.href.startswith("http") for link in entry.links)


@asynccontextmanager
async def served(path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The pages on a real server, on a port of its own."""
    open_store(str(path)).close()
    settings = config(path, listen="127.0.0.1:0")
    async with (
        serving(settings, Reader(str(path)), Vitals()) as address,
        httpx.AsyncClient(base_url=address, timeout=5, trust_env=False) as client,
    ):
        yield client


async def told(
    client: httpx.AsyncClient, count: int, ready: asyncio.Event | None = None, after: str = ""
) -> list[tuple[str, str]]:
    """The first `count` events of the stream: id and story. `ready` is set once it begins."""
    found: list[tuple[str, str]] = []
    seq = ""
    async with client.stream("GET", "/stream", headers={"Last-Event-ID": after}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                seq = value
                if ready is not None:
                    ready.set()
            elif name == "data":
                found.append((seq, json.loads(value)["id"]))
                if len(found) == count:
                    return found
    return found


async def test_the_stream_tells_new_events_and_resumes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "LOOK_EVERY_S", 0.02)
    path = tmp_path / "m.db"
    fill(path)
    async with served(path) as client, asyncio.timeout(10):
        ready = asyncio.Event()
        listening = asyncio.create_task(told(client, 2, ready))
        await ready.wait()  # whoever begins now gets what is new from now on
        await asyncio.to_thread(add, path, 7)
        await asyncio.to_thread(add, path, 8)
        assert await listening == [("4", f"{7:012x}"), ("5", f"{8:012x}")]

        # A browser that was away sends the last id it saw: nothing is lost, nothing comes twice.
        assert await told(client, 1, after="4") == [("5", f"{8:012x}")]
        everything = await told(client, 5, after="0")
        assert [seq for seq, _ in everything] == ["1", "2", "3", "4", "5"]
        refused = await client.get("/stream", headers={"Last-Event-ID": "x"})
        assert refused.status_code == 400


async def test_a_stop_ends_streams_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_CLIENTS", 1)
    async with (
        served(tmp_path / "m.db") as client,
        asyncio.timeout(4),
        client.stream("GET", "/stream") as answer,
    ):
        assert (await anext(answer.aiter_lines())).startswith("retry:")
        full = await client.get("/stream")
        assert full.status_code == 503
        assert full.headers["retry-after"] == "30"
