"""A simulated day over every stand-in and a thousand feeds, much going wrong: `make bench-night`.

The real Service, real HTTP on 127.0.0.1, on the clock that skips the waiting (fastclock.py). Every
source family of the stand-ins and a thousand feeds publish all day. Of all answers some are errors,
come after the deadline, break off, are reset, are walls, or lie about their charset.

Looked at: every item is stored once, every grant told once, visits begin within 1 % of their
interval after they are due, how long after publication items were had, memory.

    python bench/night.py --feeds 1000 --faults 0.03
"""

# ruff: noqa: E402
from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from aiohttp import web

from bench import fastclock, soak  # soak sets the fast clock up, so it comes before `monitor`
from monitor.adapters import ADAPTERS
from monitor.config import Config, Fetch, Ops, Receiver, Route, Source, Web, builtin_issuers
from monitor.service import life
from monitor.standins import CHALLENGE, Standin, drop_connection
from monitor.standins.cninfo import Cninfo
from monitor.standins.desk import Desk
from monitor.standins.eastmoney import Eastmoney
from monitor.standins.exchanges import Sse, Szse
from monitor.standins.feeds import Feed, FeedSite
from monitor.standins.flash import FlashSites
from monitor.standins.hkex import Hkex
from monitor.standins.mofcom import Mofcom
from monitor.standins.p5w import P5w
from monitor.standins.pages import PageSite
from monitor.standins.sse import SseIrm
from monitor.standins.szse_irm import SzseIrm

CLOCK = soak.CLOCK
HOUR = timedelta(hours=1)
QUIET = timedelta(hours=5)
"""At the end nothing is published and nothing breaks: what failed three times comes back."""
FORMATS = ("rss", "rss", "atom", "json", "rss")
EVERY_S = 1800.0
LATE_P95, LATE_MOST = 1.5, 16.0
"""Intervals from publication to our having it: of 95 in 100, and of all after failures in a row."""
P95_FAULTS, P95_ITEMS = 0.03, 100
"""p95 is judged up to this share of faults (more of them than that fail twice in a row) and from so
many items on: of fewer, it is one unlucky item's."""
SLOPE_MB_AN_HOUR = 1.0


class World:
    """All sites, what they published, and what went wrong on the way."""

    def __init__(self, faults: float, seed: int) -> None:
        self.rng = random.Random(seed)
        self.share = faults
        self.calm = True
        self.faults: Counter[str] = Counter()
        self.published: dict[str, tuple[str, datetime]] = {}
        """Each item's mark -> the source that lists it, and when it did."""
        self.sources: list[Source] = []
        self.makers: dict[str, Callable[[str], Any]] = {}
        """By source, what publishes an item with a mark in it."""
        self.feeds: dict[str, Feed] = {}
        self.firms = [f for f in builtin_issuers() if f.names.get("en")]
        self.rng.shuffle(self.firms)
        self.granted: list[str] = []
        self.sites: list[Standin] = []

    def fault(self) -> str | None:
        """What befalls the next answer."""
        if self.calm or self.rng.random() >= self.share:
            return None
        kind = self.rng.choice(
            ["error 500", "error 503", "too late", "reset", "cut", "wall", "wrong charset"]
        )
        self.faults[kind] += 1
        return kind

    def add(self, name: str, adapter: str, publish: Callable[[str], Any], **keys: Any) -> None:
        """A source that reads what `publish` publishes."""
        options = keys.pop("options", None)
        kind = ADAPTERS[adapter].Options
        made = kind(**(options or {})) if kind is not None else None
        every_s = keys.pop("every_s", EVERY_S / 3)
        self.sources.append(Source(id=name, adapter=adapter, every_s=every_s, options=made, **keys))
        self.makers[name] = publish

    def publish(self, name: str) -> None:
        mark = f"N{len(self.published):06d}X"
        self.published[mark] = (name, CLOCK.now())
        self.makers[name](mark)

    def grant(self) -> None:
        """A firm of which nothing was told before, in one of the feeds."""
        firm = self.firms[len(self.granted)]
        name = self.rng.choice(list(self.feeds))
        mark = f"N{len(self.published):06d}X"
        self.published[mark] = (name, CLOCK.now())
        self.granted.append(firm.tickers[0])
        self.feeds[name].publish(
            f"{firm.names['en'][0]} speaks of its exports",
            f"{firm.names['en'][0]} ({firm.tickers[0]}) said that China's commerce ministry had "
            f"granted it export licences for rare earth magnets bound for Germany. Note {mark}.",
            guid=mark,
        )


def rough(kind: type[Standin], world: World) -> Standin:
    """A stand-in of that kind, some of whose answers are spoilt."""

    class Rough(kind):  # type: ignore[misc,valid-type]
        @web.middleware
        async def _gate(self, request: web.Request, handler: Any) -> web.StreamResponse:
            fault = world.fault()
            if fault in ("error 500", "error 503"):
                return web.Response(status=int(fault[-3:]), text="not now")
            if fault == "reset":
                drop_connection(request)
                return web.Response()
            if fault == "wall":
                return web.Response(text=CHALLENGE, content_type="text/html")
            if fault == "too late":
                await asyncio.sleep(90)
            answer: web.StreamResponse = await super()._gate(request, handler)
            body = getattr(answer, "body", None)
            if not isinstance(body, bytes) or len(body) < 20:
                return answer
            if fault == "wrong charset" and "Content-Type" in answer.headers:
                media = answer.headers["Content-Type"].partition(";")[0]
                answer.headers["Content-Type"] = f"{media}; charset=iso-8859-1"
            if fault == "cut":
                headers = {k: v for k, v in answer.headers.items() if k != "Content-Length"}
                short = web.StreamResponse(status=answer.status, headers=headers)
                short.content_length = len(body)
                await short.prepare(request)
                await short.write(body[: world.rng.randrange(1, len(body) - 1)])
                drop_connection(request)
                return short
            return answer

    return Rough(now=CLOCK.now)


async def peopled(world: World, feeds: int, stack: contextlib.AsyncExitStack) -> None:
    """Start every site and name its sources."""

    async def started(kind: type[Standin]) -> Any:
        site = await stack.enter_async_context(rough(kind, world))
        world.sites.append(site)
        return site

    def text(mark: str) -> str:
        words = world.rng.choices(soak.WORDS, k=60)
        return f"{' '.join(words).capitalize()}. Note {mark}."

    szse, sse, p5w = await started(SzseIrm), await started(SseIrm), await started(P5w)
    cninfo, money, mofcom = await started(Cninfo), await started(Eastmoney), await started(Mofcom)
    szse_list, sse_list, hkex = await started(Szse), await started(Sse), await started(Hkex)
    thanks, filing = "您好，谢谢关注。{}", "关于会议的公告{}"
    officials: dict[str, tuple[Any, Callable[[str], Any]]] = {
        "szse_irm": (szse, lambda m: szse.publish("300748", f"问{m}", thanks.format(m))),
        "sse_irm": (sse, lambda m: sse.publish("600111", f"问{m}", thanks.format(m))),
        "p5w": (p5w, lambda m: p5w.publish("920185", f"问{m}", thanks.format(m))),
        "cninfo": (cninfo, lambda m: cninfo.file("300748", filing.format(m))),
        "em_ann": (money, lambda m: money.file("300748", filing.format(m))),
        "szse_ann": (szse_list, lambda m: szse_list.file("300748", filing.format(m))),
        "sse_ann": (sse_list, lambda m: sse_list.file("600366", filing.format(m))),
        "hkex": (hkex, lambda m: hkex.publish(["06680"], f"MEETING {m}", f"會議 {m}")),
        "mofcom": (mofcom, lambda m: mofcom.publish("announcements", f"公告{m}", f"正文{m}。")),
    }
    for adapter, (site, publish) in officials.items():
        world.add(adapter, adapter, publish, base_url=site.url)
    flash = await started(FlashSites)
    for service, adapter in {"cls": "cls", "em": "em_flash", "sina": "sina_flash",
                             "ths": "ths_flash"}.items():  # fmt: skip
        world.add(adapter, adapter,
                  lambda m, s=service: flash.publish(s, f"快讯{m}", f"市场平稳。{m}"),  # type: ignore[misc]
                  base_url=flash.url)  # fmt: skip
    for name, adapter, path, options in (
        ("list", "listing", "/list/", {"item": "ul.news > li", "title": "h3 a", "link": "h3 a@href",
                                       "date": "span", "zone": "Asia/Shanghai"}),
        ("json", "jsonapi", "/api/news", {"items": "data.list", "title": "title", "link": "url",
                                          "date": "date", "text": "content"}),
        ("sitemap", "sitemap", "/news-sitemap.xml", {}),
    ):  # fmt: skip
        site = await started(PageSite)
        world.add(name, adapter, lambda m, s=site: s.publish(f"Notice {m}", text(m)),  # type: ignore[misc]
                  url=site.url + path, options=options)  # fmt: skip
    houses = [await started(FeedSite) for _ in range(4)]
    for n in range(feeds):
        feed = houses[n % 4].feed(f"/{n}/", title=f"Sample {n}", format=FORMATS[n % 5])
        name = f"feed-{n}"
        world.feeds[name] = feed
        world.add(name, "feed", lambda m, f=feed: _put(f, m, text(m)),  # type: ignore[misc]
                  url=feed.url, every_s=EVERY_S, language="en")  # fmt: skip
    for source in world.sources:
        world.publish(source.id)


def _put(feed: Feed, mark: str, text: str) -> None:
    feed.publish(f"Notice {mark}", text, guid=mark)
    del feed.items[40:]


async def publishing(world: World, until: datetime) -> None:
    """Three items a day of each feed, one in 40 minutes of all other sources, 40 grants in all."""
    others = [s.id for s in world.sources if s.id not in world.feeds]
    per_s = (3 * len(world.feeds) + 36 * len(others)) / 86400
    grants = min(40, len(world.firms))
    chance = grants / (per_s * 86400)
    while CLOCK.now() < until:
        await asyncio.sleep(world.rng.expovariate(per_s))
        if world.rng.random() < chance and len(world.granted) < len(world.firms):
            world.grant()
        elif world.rng.random() < 3 * len(world.feeds) / (per_s * 86400):
            world.publish(world.rng.choice(list(world.feeds)))
        else:
            world.publish(world.rng.choice(others))


async def live(folder: Path, feeds: int, faults: float, seed: int, hours: int) -> int:
    """The whole of it; how many things were not as they should be."""
    world = World(faults, seed)
    start = CLOCK.now()
    end = start + hours * HOUR
    accepted: Counter[str] = Counter()
    titles: list[str] = []
    async with contextlib.AsyncExitStack() as stack:
        await peopled(world, feeds, stack)
        desk = await stack.enter_async_context(Desk(now=CLOCK.now))
        config = Config(
            database=str(folder / "night.db"),
            fetch=Fetch(allow_private_addresses=True, concurrency=32),
            issuers=builtin_issuers(),
            sources=world.sources,
            receivers=[Receiver(id="desk", channel="webhook", url=f"{desk.url}/desk"),
                       Receiver(id="duty", channel="webhook", url=f"{desk.url}/duty")],
            routes=[Route(to=["desk"])], ops=Ops(to=["duty"]), web=Web(),
        )  # fmt: skip
        service = await stack.enter_async_context(soak.Watched.open(config, now=CLOCK.now))
        assert isinstance(service, soak.Watched)
        stop = asyncio.Event()
        running = asyncio.create_task(service.run(stop))
        world.calm = False
        acts = asyncio.create_task(publishing(world, end - QUIET))
        memory = []
        for hour in range(1, hours + 1):
            until = start + hour * HOUR
            world.calm = until > end - QUIET + HOUR
            while CLOCK.now() < until:
                await asyncio.sleep((until - CLOCK.now()).total_seconds())
                if running.done():
                    running.result()
            for call in desk.accepted:
                accepted[call.headers["x-delivery-id"]] += 1
                titles.append(call.json["title"])
            desk.received.clear()
            desk.requests.clear()
            for site in world.sites:
                site.requests.clear()
            memory.append(soak.resident_mb())
            print(f"hour {hour:>2}: {service.visits:>6} visits, {service.failed:>4} failed,"
                  f" {len(world.published):>5} items, {memory[-1]:.1f} MB", flush=True)  # fmt: skip
        acts.cancel()
        await asyncio.gather(acts, return_exceptions=True)
        stop.set()
        await running
        return verdict(service, world, memory, titles, accepted, folder / "night.db")


def verdict(
    service: soak.Watched, world: World, memory: list[float], titles: list[str],
    accepted: Counter[str], database: Path,
) -> int:  # fmt: skip
    """Print what came of it; how much of it is not well."""
    failed = 0

    def check(what: str, good: bool, found: object) -> None:
        nonlocal failed
        failed += not good
        print(f"{'ok  ' if good else 'FAIL'}  {what:<36} {found}")

    seen, rows = stored(database)
    lost = [m for m, (source, _) in world.published.items() if (source, m) not in seen]
    by_source = Counter(world.published[m][0] for m in lost)
    double = [m for m, (source, _) in world.published.items() if len(seen[(source, m)]) > 1]
    every = {source.id: source.every_s for source in world.sources}
    began = min(at for _, at in world.published.values())
    late = sorted(
        (seen[(source, m)][0] - at).total_seconds() / every[source]
        for m, (source, at) in world.published.items()
        if (source, m) in seen and at > began + HOUR
    )
    p95 = late[int(0.95 * len(late))] if late else 0.0
    p95_due = world.share <= P95_FAULTS and len(late) >= P95_ITEMS
    told = Counter(t for t in world.granted for title in titles if t in title)
    untold = [t for t in world.granted if not told[t]]
    twice = [t for t, n in told.items() if n > 1] + [i for i, n in accepted.items() if n > 1]
    off = f"the worst {100 * service.worst:.2f} % off"
    check(
        "visits within 1 % of their due time",
        service.late == 0,
        f"{service.visits}, {service.failed} failed; {off}",
    )
    total = len(world.published)
    check("items lost", not lost, f"{len(lost)} of {total} {dict(by_source) or ''}")
    check("items stored twice", not double, f"{len(double)}; {rows} rows")
    check(
        "from publication, in intervals",
        bool(late) and late[-1] <= LATE_MOST and (p95 <= LATE_P95 or not p95_due),
        f"median {statistics.median(late or [0.0]):.2f}, p95 {p95:.2f},"
        f" most {max(late, default=0):.2f} of {len(late)} items"
        + ("" if p95_due else "; p95 not judged"),
    )
    check("grants told", not untold, f"{len(world.granted) - len(untold)} of {len(world.granted)}")
    check("told twice", not twice, twice or "none")
    if len(memory) > 10:
        warm = memory[6:]
        slope = statistics.linear_regression(range(len(warm)), warm).slope
        check("memory", slope <= SLOPE_MB_AN_HOUR,
              f"{slope:+.2f} MB an hour from hour 7 on, at most {max(memory):.0f} MB")  # fmt: skip
    print("      faults: " + ", ".join(f"{k} {n}" for k, n in sorted(world.faults.items())))
    print(f"{failed} failed" if failed else "all well")
    return failed


def stored(database: Path) -> tuple[dict[tuple[str, str], list[datetime]], int]:
    """By source and mark, when the items that hold it were seen; and how many items there are."""
    found: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    with contextlib.closing(sqlite3.connect(database)) as db:
        rows = db.execute("SELECT source_id, title, text, seen_at FROM items").fetchall()
    for source, title, text, seen_at in rows:
        mark = next((w[:8] for w in f"{title} {text or ''}".split("N")[1:] if w[6:7] == "X"), "")
        if mark:
            found[(source, f"N{mark[:7]}")].append(datetime.fromisoformat(seen_at))
    return found, len(rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--faults", type=float, default=0.03, help="share of answers spoilt")
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    life.BEAT_S = life.CHORE_S = 60.0
    began = time.process_time()
    with tempfile.TemporaryDirectory(prefix="monitor-night-") as folder:
        loop = fastclock.FastLoop(CLOCK)
        asyncio.set_event_loop(loop)
        try:
            failed = loop.run_until_complete(
                live(Path(folder), asked.feeds, asked.faults, asked.seed, asked.hours)
            )
        finally:
            loop.close()
    print(f"      {time.process_time() - began:.0f} CPU s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
