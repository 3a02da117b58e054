"""Thirty simulated days through the whole service: `make bench-soak`.

The real Service with its schedule, visits, rules, store, outbox and digest, real HTTP and SMTP on
127.0.0.1, on a clock that skips the waiting (fastclock.py). Forty feeds publish some news a day,
now and then a grant of a firm; sites fail in every way that lasts from a visit to half a day, the
desk is down for hours, the mail server refuses. A summer time ends (or begins) on the way.

Looked at: every visit began within 1 % of its interval after it was due; one digest per local day;
every item is stored, every grant told, nothing told twice; memory and database grow as they should.

    python bench/soak.py --days 30
    python bench/soak.py --start 2026-03-20 --days 14 --sources 10     summer time begins
"""

# ruff: noqa: E402
from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench import fastclock

PARSER = argparse.ArgumentParser(description=__doc__.splitlines()[0])
PARSER.add_argument("--days", type=int, default=30)
PARSER.add_argument("--sources", type=int, default=40)
PARSER.add_argument("--start", default="2026-10-10", help="a date; 00:00 UTC")
PARSER.add_argument("--zone", default="Europe/London", help="whose days the digest counts")
PARSER.add_argument("--grants", type=float, default=2.0, help="a day, in all")
PARSER.add_argument("--every", type=float, default=30.0, help="minutes between two visits")
PARSER.add_argument("--seed", type=int, default=1)
PARSER.add_argument("--beat", type=float, default=60.0, help="seconds between two heartbeats")
PARSER.add_argument("--calm", action="store_true", help="no faults")
CHOSEN = PARSER.parse_args() if __name__ == "__main__" else PARSER.parse_args([])
START = datetime.fromisoformat(CHOSEN.start).replace(tzinfo=UTC)
CLOCK = fastclock.install(START)

from monitor.clock import zone
from monitor.config import (
    Config,
    Digest,
    Fetch,
    Mailbox,
    Ops,
    Receiver,
    Route,
    Source,
    Web,
    builtin_issuers,
)
from monitor.model import Visit
from monitor.service import Service, life
from monitor.standins.desk import Desk
from monitor.standins.feeds import Feed, FeedSite
from monitor.stores import Store
from tests.mailbox import Mailbox as MailServer
from tests.mailbox import mailbox

SITES = 4
WITHIN = 0.01
DIGEST_AT = "18:00"
SLOPE_MB_A_DAY = 1.0
WARM_DAYS = 3
"""Memory grows while caches fill; its slope is taken after that."""


class Watched(Service):
    """The service, and a note of when each visit was due and when it began."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.due: dict[str, tuple[datetime, float]] = {}
        self.visits, self.failed, self.late = 0, 0, 0
        self.worst = 0.0
        """Share of its interval by which the most belated visit came too late or early."""

    async def visit(self, source_id: str, *, late_s: float | None = None) -> Visit:
        """As ever, and noted."""
        began = CLOCK.now()
        if (planned := self.due.get(source_id)) is not None:
            due_at, interval_s = planned
            off = abs((began - due_at).total_seconds()) / interval_s
            self.late += off > WITHIN
            self.worst = max(self.worst, off)
        visit = await super().visit(source_id, late_s=late_s)
        self.visits += 1
        self.failed += not visit.ok
        assert visit.next_due_at is not None
        self.due[source_id] = (visit.next_due_at, (visit.next_due_at - began).total_seconds())
        return visit


class World:
    """The sites, the desk and the mailbox, and what befalls them."""

    def __init__(self, sites: list[FeedSite], desk: Desk, mails: MailServer) -> None:
        self.sites, self.desk, self.mails = sites, desk, mails
        self.rng = random.Random(CHOSEN.seed)
        self.feeds = [self._feed(n) for n in range(CHOSEN.sources)]
        self.published = 0
        self.firms = [f for f in builtin_issuers() if f.names.get("en")]
        self.rng.shuffle(self.firms)
        self.granted: list[str] = []
        """Tickers of the firms of which a grant was told."""
        self.accepted: Counter[str] = Counter()
        self.told: list[str] = []
        self.mailed = 0
        self.faults: Counter[str] = Counter()

    def _feed(self, n: int) -> Feed:
        feed = self.sites[n % SITES].feed(f"/{n}/", title=f"Sample News {n}")
        feed.publish("Prices", "Magnet prices were stable.", guid=f"{n}-first")
        return feed

    def sources(self) -> list[Source]:
        """One in twenty is asked every five minutes, the others as `--every` says."""
        return [
            Source(
                id=f"feed-{n}", adapter="feed", url=feed.url,
                every_s=300.0 if n % 20 == 0 else 60 * CHOSEN.every, language="en",
            )
            for n, feed in enumerate(self.feeds)
        ]  # fmt: skip

    async def publish_for(self, end: datetime) -> None:
        """Some three items a day and feed, and two grants a day in all."""
        per_day = 3 * len(self.feeds)
        while CLOCK.now() < end:
            await asyncio.sleep(self.rng.expovariate(per_day / 86400))
            if self.rng.random() < CHOSEN.grants / per_day and len(self.granted) < len(self.firms):
                self._grant()
            else:
                self._news(self.rng.choice(self.feeds))

    def _news(self, feed: Feed) -> None:
        self.published += 1
        words = " ".join(self.rng.choices(WORDS, k=120))
        title = " ".join(self.rng.choices(WORDS, k=8)).capitalize()
        self._put(feed, title, f"{words.capitalize()}.")

    def _grant(self) -> None:
        firm = self.firms[len(self.granted)]
        self.granted.append(firm.tickers[0])
        self.published += 1
        self._put(
            self.rng.choice(self.feeds),
            f"{firm.names['en'][0]} speaks of its exports",
            f"{firm.names['en'][0]} ({firm.tickers[0]}) said that China's commerce ministry had "
            "granted it export licences for rare earth magnets bound for customers in Germany.",
        )

    def _put(self, feed: Feed, title: str, text: str) -> None:
        feed.publish(title, text, guid=f"{feed.url}-{self.published}")
        del feed.items[60:]

    async def break_things(self, end: datetime) -> None:
        """Some twenty faults a day, each minutes to hours long, so that several meet."""
        under_way = set()
        while CLOCK.now() < end - timedelta(hours=8):
            await asyncio.sleep(self.rng.expovariate(1 / 3600))
            fault = self.rng.choice([self._timeouts, self._errors, self._cuts, self._desk_down,
                                     self._walls, self._no_mail])  # fmt: skip
            self.faults[fault.__name__[1:]] += 1
            length = timedelta(minutes=self.rng.choice([10, 40, 120, 360]))
            under_way.add(asyncio.create_task(fault(length)))

    async def _timeouts(self, length: timedelta) -> None:
        site = self.rng.choice(self.sites)
        site.delay_s = 300.0
        await asyncio.sleep(length.total_seconds())
        site.delay_s = 0.0

    async def _errors(self, length: timedelta) -> None:
        site = self.rng.choice(self.sites)
        site.status = self.rng.choice([500, 502, 503, 429])
        await asyncio.sleep(length.total_seconds())
        site.status = None

    async def _walls(self, length: timedelta) -> None:
        site = self.rng.choice(self.sites)
        site.challenge = True
        await asyncio.sleep(length.total_seconds())
        site.challenge = False

    async def _cuts(self, length: timedelta) -> None:
        feed = self.rng.choice(self.feeds)
        feed.drop_after, feed.gzip = self.rng.randrange(20, 400), False
        await asyncio.sleep(length.total_seconds())
        feed.drop_after, feed.gzip = None, True

    async def _desk_down(self, length: timedelta) -> None:
        self.desk.status = 503
        await asyncio.sleep(length.total_seconds())
        self.desk.status = None

    async def _no_mail(self, length: timedelta) -> None:
        self.mails.order("RCPT", "451 4.3.0 later", times=self.rng.randrange(1, 6))

    def tidy(self) -> None:
        """Note what the desk took and forget the traffic: its memory is none of the program's."""
        for call in self.desk.accepted:
            self.accepted[call.headers["x-delivery-id"]] += 1
            self.told.append(call.text)
        self.mailed += len(self.mails.raw)
        self.mails.raw.clear()
        self.desk.received.clear()
        self.desk.requests.clear()
        for site in self.sites:
            site.requests.clear()


WORDS = [
    "magnets", "market", "exports", "quarter", "shipment", "prices", "plant", "motors", "supply",
    "buyers", "output", "factory", "wind", "turbine", "copper", "demand", "orders", "investors",
    "report", "weak", "strong", "season", "ministry", "steel", "cars",
]  # fmt: skip


async def live(folder: Path) -> int:
    """The whole of it; how many things were not as they should be."""
    end = START + timedelta(days=CHOSEN.days)
    async with contextlib.AsyncExitStack() as stack:
        sites = [await stack.enter_async_context(FeedSite(now=CLOCK.now)) for _ in range(SITES)]
        desk = await stack.enter_async_context(Desk(now=CLOCK.now))
        mails = await stack.enter_async_context(mailbox())
        world = World(sites, desk, mails)
        config = Config(
            database=str(folder / "soak.db"),
            fetch=Fetch(allow_private_addresses=True),
            issuers=builtin_issuers(),
            sources=world.sources(),
            receivers=[
                Receiver(id="desk", channel="webhook", url=f"{desk.url}/desk"),
                Receiver(id="duty", channel="webhook", url=f"{desk.url}/duty"),
            ],
            routes=[Route(to=["desk"])],
            ops=Ops(to=["duty"]),
            web=Web(),  # nobody serves it; without, a file would be written every two seconds
            digest=Digest(
                at=DIGEST_AT, timezone=CHOSEN.zone, to=[Mailbox(id="box", url=mails.url())]
            ),
        )
        service = await stack.enter_async_context(Watched.open(config, now=CLOCK.now))
        assert isinstance(service, Watched)
        stop = asyncio.Event()
        running = asyncio.create_task(service.run(stop))
        acts = [asyncio.create_task(world.publish_for(end - timedelta(hours=8)))]
        if not CHOSEN.calm:
            acts.append(asyncio.create_task(world.break_things(end)))
        memory = await days(service, world, running, folder / "soak.db")
        for act in acts:
            act.cancel()
        await asyncio.gather(*acts, return_exceptions=True)
        stored = sum((await service.keeper(Store.item_counts)).values())
        queue = await service.keeper(Store.queue_counts)
        why = await service.keeper(whys)
        editions = {
            day for day in due_days()
            if await service.keeper(Store.edition, day.isoformat(), "box") is not None
        }  # fmt: skip
        stop.set()
        await running
        left = queue["pending"] + queue["dead"]
        return verdict(service, world, memory, stored, left, editions, why)


def whys(store: Store) -> dict[str, str]:
    """Of each firm, what the store says of its last event."""
    tickers = {f.id: f.tickers[0] for f in builtin_issuers()}
    return {
        tickers[e.match.issuer_id]: f"{e.held_because or e.verdict} {e.item.published_at:%d %H:%M}"
        f" seen {e.item.fetched_at:%d %H:%M}"
        for e in store.events_since(START)
        if e.match.issuer_id and e.item.published_at
    }


def due_days() -> set[date]:
    """The local dates whose digest was due while the service ran."""
    local, hour = zone(CHOSEN.zone), int(DIGEST_AT[:2])
    end = START + timedelta(days=CHOSEN.days)
    days = [
        (START + timedelta(days=n)).astimezone(local).date() for n in range(-1, CHOSEN.days + 2)
    ]
    return {d for d in days if START < datetime(d.year, d.month, d.day, hour, tzinfo=local) <= end}


async def days(
    service: Watched, world: World, running: asyncio.Task[None], database: Path
) -> list[float]:
    """Let the days pass; MB of memory at the end of each."""
    memory, before = [], 0
    for day in range(1, CHOSEN.days + 1):
        until = START + timedelta(days=day)
        while CLOCK.now() < until:
            await asyncio.sleep((until - CLOCK.now()).total_seconds())
            if running.done():
                running.result()
        world.tidy()
        memory.append(resident_mb())
        size = sum(p.stat().st_size for p in database.parent.glob(f"{database.name}*"))
        grown = f"database {size / 1e6:.2f} MB (+{(size - before) / 1e6:.2f})"
        print(
            f"day {day:>2}: {service.visits:>6} visits, {world.published:>5} items,"
            f" {len(world.granted):>2} grants, {memory[-1]:.1f} MB, {grown}",
            flush=True,
        )
        before = size
    return memory


def verdict(
    service: Watched,
    world: World,
    memory: list[float],
    stored: int,
    waiting: int,
    editions: set[date],
    why: dict[str, str],
) -> int:
    """Print what came of it; how much of it is not well."""
    world.tidy()
    failed = 0

    def check(what: str, good: bool, found: object) -> None:
        nonlocal failed
        failed += not good
        print(f"{'ok  ' if good else 'FAIL'}  {what:<36} {found}")

    told = Counter(t for t in world.granted for text in world.told if t in text)
    lost = [t for t in world.granted if not told[t]]
    twice = [t for t, n in told.items() if n > 1] + [i for i, n in world.accepted.items() if n > 1]
    expected = world.published + len(world.feeds)
    due = due_days()
    off = f"the worst {100 * service.worst:.2f} % off"
    grants = len(world.granted)
    check(
        "visits within 1 % of their due time",
        service.late == 0,
        f"{service.visits}, {service.failed} failed; {off}",
    )
    check("items stored", stored == expected, f"{stored} of {expected}")
    check("grants told", not lost, f"{grants - len(lost)} of {grants}")
    for ticker in lost:
        print(f"      {ticker}: {why.get(ticker, 'no event')}")
    check("told twice", not twice, twice or "none")
    check("left waiting or given up", waiting == 0, waiting)
    check(
        "one digest a local day",
        editions == due and world.mailed == len(due),
        f"{world.mailed} mails, {len(editions)} editions for {len(due)} days",
    )
    if len(memory) > WARM_DAYS + 2:
        warm = memory[WARM_DAYS:]
        slope = statistics.linear_regression(range(len(warm)), warm).slope
        week = f", after a week {memory[6]:.0f} MB" if len(memory) > 6 else ""
        told_slope = f"{slope:+.2f} MB a day from day {WARM_DAYS + 1} on"
        most = f"at most {max(memory):.0f} MB"
        check("memory", slope <= SLOPE_MB_A_DAY, f"{told_slope}, {most}{week}")
    if world.faults:
        print("      faults: " + ", ".join(f"{k} {n}" for k, n in sorted(world.faults.items())))
    print(f"{failed} failed" if failed else "all well")
    return failed


def resident_mb() -> float:
    """Of this process, stand-ins included."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> int:
    logging.disable(logging.CRITICAL)
    life.BEAT_S = life.CHORE_S = CHOSEN.beat  # a beat a second is 5 million of them in 30 days
    began = time.process_time()
    with tempfile.TemporaryDirectory(prefix="monitor-soak-") as folder:
        loop = fastclock.FastLoop(CLOCK)
        asyncio.set_event_loop(loop)
        try:
            failed = loop.run_until_complete(live(Path(folder)))
        finally:
            loop.close()
    print(f"      {time.process_time() - began:.0f} CPU s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
