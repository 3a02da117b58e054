"""SIGHUP to a real process: what is new starts, what is gone stops, nothing is told twice."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path
from typing import Any

from monitor.standins.desk import Desk
from monitor.standins.feeds import FeedSite
from tests.service.processes import Program, monitor, started

FIRM = {"id": "sample", "names": {"en": ["Sample Magnetics"]}, "tickers": ["399001.SZ"]}
OTHER = {"id": "other", "names": {"en": ["Example Alloys"]}, "tickers": ["399002.SZ"]}
NEWS = "{} said it has obtained an export licence for magnets bound for {}."


class File:
    """A feeds.yaml that tests change; JSON is YAML."""

    def __init__(self, folder: Path, **keys: Any) -> None:
        self.path = folder / "feeds.yaml"
        self.keys: dict[str, Any] = {
            "database": "own.db",
            "fetch": {"allow_private_addresses": True},
            "watchlist": [FIRM],
            **keys,
        }
        self.write()

    def write(self, **keys: Any) -> None:
        self.keys |= keys
        self.path.write_text(json.dumps(self.keys), encoding="utf-8")


def feed(name: str, url: str, every: str = "1s", **more: Any) -> dict[str, Any]:
    return {"id": name, "adapter": "feed", "url": url, "every": every, **more}


def receiver(name: str, desk: Desk) -> dict[str, Any]:
    return {"id": name, "channel": "webhook", "url": f"{desk.url}/{name}"}


def heard(desk: Desk) -> list[str]:
    return [f"{call.path} {call.json['title']}" for call in desk.accepted]


async def reloaded(program: Program, times: int = 1) -> None:
    program.send(signal.SIGHUP)
    await program.until("config loaded", times)


async def test_sources_come_and_go_and_a_returning_one_repeats_nothing(
    feed_site: FeedSite, desk: Desk, tmp_path: Path
) -> None:
    one, two = feed_site.feed("/one/"), feed_site.feed("/two/")
    one.publish("Grant", NEWS.format("Sample Magnetics", "Japan"))
    two.publish("Grant", NEWS.format("Sample Magnetics", "Germany"))
    file = File(tmp_path, sources=[feed("one", one.url)], receivers=[receiver("desk", desk)])
    async with started(tmp_path) as program:
        await desk.wait_for(1, 30)
        assert two.hits == 0
        file.write(sources=[feed("one", one.url), feed("two", two.url)])
        await reloaded(program)
        await desk.wait_for(2, 30)
        file.write(sources=[feed("two", two.url)])
        await reloaded(program, 2)
        gone, polled = one.hits, two.hits
        async with asyncio.timeout(30):
            while two.hits < polled + 3:
                await asyncio.sleep(0.02)
        assert one.hits <= gone + 1, "a visit under way may end, no other begins"
        file.write(sources=[feed("one", one.url), feed("two", two.url)])
        await reloaded(program, 3)
        async with asyncio.timeout(30):
            while one.hits < gone + 3:
                await asyncio.sleep(0.02)
        assert await program.end() == 0
    assert len(desk.received) == 2, heard(desk)
    assert program.count("ERROR") == 0, program.lines


async def test_receivers_watchlist_and_routes_are_exchanged(
    feed_site: FeedSite, desk: Desk, tmp_path: Path
) -> None:
    one = feed_site.feed("/one/")
    one.publish("Nothing", "Nothing of interest.")
    file = File(tmp_path, sources=[feed("one", one.url)], receivers=[receiver("first", desk)])
    async with started(tmp_path) as program:
        await program.until("source polled")
        one.publish("Before", NEWS.format("Example Alloys", "Japan"))
        await program.until("source polled", 2)
        file.write(watchlist=[FIRM, OTHER], receivers=[receiver("second", desk)])
        await reloaded(program)
        one.publish("After", NEWS.format("Example Alloys", "South Korea"))
        await desk.wait_for(1, 30)
        file.write(web={"listen": "127.0.0.1:1"}, database="elsewhere.db")
        await reloaded(program, 2)
        assert await program.end() == 0
    assert [call.path for call in desk.accepted] == ["/second"]
    assert "South Korea" in desk.accepted[0].text, "a widened watchlist tells no history"
    assert program.count("config needs a restart key=database") == 1
    assert program.count("config needs a restart key=web") == 1
    assert not (tmp_path / "elsewhere.db").exists()


async def test_a_faulty_file_changes_nothing_and_ops_hear_of_it_once(
    feed_site: FeedSite, desk: Desk, tmp_path: Path
) -> None:
    one = feed_site.feed("/one/")
    one.publish("Nothing", "Nothing of interest.")
    both = [receiver("desk", desk), receiver("machine", desk)]
    file = File(tmp_path, sources=[feed("one", one.url)], receivers=both, ops={"to": ["machine"]})
    good = dict(file.keys)
    async with started(tmp_path) as program:
        await program.until("source polled")
        for n in (1, 2):
            file.write(sources=[feed("one", one.url, evry="2m")], receivers=[{"id": "x"}])
            program.send(signal.SIGHUP)
            await program.until("config refused", 2 * n)
        file.path.unlink()
        program.send(signal.SIGHUP)
        await program.until("no such file")
        one.publish("Grant", NEWS.format("Sample Magnetics", "Japan"))
        await desk.wait_for(2, 30)
        file.write(**good)
        await reloaded(program)
        await desk.wait_for(3, 30)
        assert await program.end() == 0
    told = heard(desk)
    assert told[0] == "/machine OPS · the new configuration is refused"
    assert "feeds.yaml:1: sources[0].evry: unknown key" in desk.accepted[0].text
    assert told[1].startswith("/desk ▲ GRANTED")
    assert told[2] == "/machine OPS · the configuration is good again"
    assert len(desk.received) == 3


async def test_what_is_on_its_way_when_the_file_changes_arrives_once(
    feed_site: FeedSite, desk: Desk, tmp_path: Path
) -> None:
    one = feed_site.feed("/one/")
    for n, place in enumerate(("Japan", "Germany", "India", "Italy"), 1):
        one.publish(f"Grant {n}", NEWS.format("Sample Magnetics", place))
    desk.slow(1.5, times=2)
    file = File(tmp_path, sources=[feed("one", one.url)], receivers=[receiver("desk", desk)])
    async with started(tmp_path) as program:
        async with asyncio.timeout(30):
            while not desk.received:
                await asyncio.sleep(0.01)
        for n in (1, 2, 3):
            file.write(limits={"per_story": 5 + n})
            await reloaded(program, n)
        await program.until("delivery sent", 4)
        assert await program.end() == 0
    ids = [call.headers["x-delivery-id"] for call in desk.received]
    assert len(ids) == len(set(ids)) == 4
    code, _ = await monitor(tmp_path, "check")
    assert code == 0
