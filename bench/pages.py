"""How long pages take at 100,000 events and 1,000,000 items.

    python bench/pages.py [--items 1000000] [--events 100000] [--database FILE] [--rounds 20]

Makes a store once (FILE is kept and used again), asks for each page through the application as a
server would, and prints the best, median and worst time and CPU time in milliseconds. Beside other
work only the best one says how long the page itself takes.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import sqlite3
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from monitor.config import Config, Source, Web, builtin_issuers
from monitor.event.page import Page, Statement, Witness
from monitor.model import FAMILY, Checkpoint, Delivery, Event, Item, Match, Reading, Status, Story
from monitor.pages import app
from monitor.stores import open_store
from monitor.stores.reader import Reader
from monitor.stores.rows import ITEM_COLUMNS, item_row
from monitor.stores.search import spread
from monitor.vitals import BEATS, Vitals

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ISSUERS = builtin_issuers()
STATUSES: tuple[Status, ...] = ("granted", "granted", "pending", "not_received", "suspended")
SAID = {
    "granted": "公司已收到主管部门颁发的出口许可证，涵盖部分海外客户的磁材订单",
    "pending": "公司的出口许可申请仍在审批之中，请以公告为准",
    "not_received": "截至目前，公司尚未取得出口许可证",
    "suspended": "公司接到通知，相关出口许可证暂停使用",
}
PLACES = ("US", "EU", "JP", "KR", "DE", "SEA")
SKETCH = [600_000_000 + 137 * n for n in range(20)]
DULL = (
    "公司本季度产能利用率保持稳定，稀土原材料价格波动对毛利率的影响可控，新建产线预计明年投产。",
    "Magnet demand from carmakers rose while spot prices of dysprosium oxide eased, traders said.",
    "董事会审议通过了关于使用部分闲置募集资金进行现金管理的议案，期限不超过十二个月。",
    "The exchange published its monthly figures; turnover of the sector fell for the third month.",
)
SOURCES = 40
GOAL_MS = 50
PAGES = """
/ /index.json /?verdict=all
/?q=许可 /?q=tungsten /?q=许可&before=2000
/?q=许可&status=suspended /?q=许可&issuer=jl-mag&destination=JP
/?q=许可&issuer=02237.HK&destination=JP&verdict=all /?q=许可&from=2025-03-01&to=2025-03-03

/?issuer=jl-mag /?issuer=02237.HK /?destination=JP /?product=gallium /?status=renewed
/?issuer=jl-mag&destination=JP /?issuer=02237.HK&destination=JP&certainty=reported
/?status=suspended&destination=DE /?product=gallium&certainty=reported
/?status=suspended&destination=DE&certainty=reported
/?status=suspended&destination=DE&certainty=reported&verdict=all
/?status=suspended&destination=DE&certainty=reported&product=gallium&issuer=jl-mag
/?family=loss&issuer=jl-mag&product=gallium&verdict=all
/?status=renewed&destination=DE&certainty=reported /?verdict=correction&product=gallium

/?from=2025-03-01&to=2025-03-03 /?from=2025-03-01&to=2025-09-30&status=suspended
/?to=2025-01-31&issuer=jl-mag /?from=2025-01-01&destination=JP&verdict=all /?from=2027-01-01

/?before=2000 /?before=40&verdict=all /?destination=JP&certainty=reported&before=2000
/index.json?status=suspended&destination=DE&certainty=reported

/items?q=许可 /items?q=dysprosium+oxide /items?q=nothing+of+that+kind /items?q=许可&before=2000
/unsure /unsure.json /sources /sources.json /sources/source-7
/deliveries /deliveries?state=dead /deliveries?before=100 /deliveries?receiver=desk&state=sent
/issuers /issuers.json {issuer} {issuer}.json {issuer}?verdict=all {issuer}?before=3000
{event} {event}.json /events.atom /digests /healthz /metrics
"""
"""What is asked for. `{issuer}` is the firm with the most stories, `{event}` one of the middle."""


def items(count: int, events: int, rng: random.Random) -> Iterator[tuple[Item, Event | None]]:
    """`count` items over two years, the oldest first, every so often one with an event.

    A story is five tellings in a row; the first firm has a fifth of all stories, the n-th 1/n of
    that.
    """
    step = timedelta(days=730) / count
    every = count // events
    shares = [1 / (n + 1) for n in range(len(ISSUERS))]
    told = rng.choice(ISSUERS)
    for n in range(count):
        at = NOW - timedelta(days=730) + n * step
        kind = rng.choice(STATUSES) if n % every == 0 else None
        if kind and n // every % 5 == 0:
            [told] = rng.choices(ISSUERS, shares)
        issuer = told if kind else rng.choice(ISSUERS)
        body = f"{SAID[kind]}。" if kind else f"{rng.choice(DULL)} {n}"
        item = Item(
            f"source-{n % SOURCES}", str(n), f"https://sample.example/{n}", f"样例公告 {n}",
            body, at, at - timedelta(seconds=40), None, "zh-Hans", "ir_qa", "official",
            issuer.id, "Sample Q&A",
        )  # fmt: skip
        yield item, None if kind is None else _event(item, kind, n // every, rng)


def _event(item: Item, status: Status, n: int, rng: random.Random) -> Event:
    match = Match(
        "export_license.granted.zh", 1, status, item.issuer_id, SAID[status],
        destinations=tuple(rng.sample(PLACES, rng.randint(0, 3))),
        products=tuple(rng.sample(("magnets", "gallium", "germanium"), rng.randint(0, 2))),
        certainty=rng.choice(("confirmed", "reported")), attribution="official",
    )  # fmt: skip
    repeat = n % 5 != 0
    return Event(
        f"{n - n % 5:012x}", 1, "repeat" if repeat else "new", ("the same answer again",), (),
        match, _story(item, match, n - n % 5), item, item.fetched_at, not repeat,
    )  # fmt: skip


def _story(item: Item, match: Match, n: int) -> Story:
    """The ledger's page, as long as those of stories that six sources told."""
    on = item.fetched_at.date().isoformat()
    page = Page(f"{n:012x}", item.issuer_id or "", FAMILY[match.status], revision=1)
    page.first_seen_at = item.fetched_at
    witness = Witness(
        item.source_id, item.guid, item.source_name, "official", on, "79c6a8473c", SKETCH
    )
    if match.status in ("granted", "suspended"):
        page.learn(match.status, match.destinations or ("",), match.certainty, witness, on)
    else:
        page.add_statement(Statement(match.status, match.destinations, "official", on))
    page.add_products(match.products)
    for _ in range(6):
        page.add_witness(witness)
    return page.story()


def fill(path: Path, count: int, events: int) -> None:
    """Make the store. Items without news, nine of ten, are written in bulk with the same rows."""
    rng, store, began = random.Random(1), open_store(str(path)), time.monotonic()
    db = store._db  # type: ignore[attr-defined]
    db.execute("PRAGMA synchronous = OFF")
    dull: list[Item] = []
    news: list[Event] = []
    for n, (item, event) in enumerate(items(count, events, rng)):
        if event is None:
            dull.append(item)
        else:
            news.append(event)
        if (n + 1) % 20_000 == 0 or n + 1 == count:
            told = [
                Delivery(f"{e.id}-desk", f"{e.id}.1", "desk", e.detected_at)
                for e in news
                if e.alerting
            ]
            store.record(None, [e.item for e in news], [Reading()] * len(news), news, told)
            _in_bulk(db, dull)
            dull, news = [], []
        if (n + 1) % 100_000 == 0:
            print(f"  {n + 1:,} items in {time.monotonic() - began:.0f} s", flush=True)
    checkpoint = Checkpoint("", last_visit_at=NOW, last_success_at=NOW, last_item_at=NOW)
    for n in range(SOURCES):
        store.record(replace(checkpoint, source_id=f"source-{n}"), [], [], [], [])
    db.execute("UPDATE deliveries SET state = iif(seq % 997 = 0, 'dead', 'sent'), sent_at = due_at")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()


def _in_bulk(db: sqlite3.Connection, some: list[Item]) -> None:
    """The rows that `record` would write."""
    unsure = Reading(unsure="The firm's licence is a matter of its own.", unsure_because="vague")
    rows = [item_row(i, unsure if n % 400 == 7 else Reading()) for n, i in enumerate(some)]
    marks = ", ".join("?" * len(ITEM_COLUMNS))
    (last,) = db.execute("SELECT coalesce(max(n), 0) FROM item_rows").fetchone()
    db.execute("BEGIN")
    db.executemany(f"INSERT INTO items ({', '.join(ITEM_COLUMNS)}) VALUES ({marks})", rows)
    days = Counter((i.source_id, r[3][:10]) for i, r in zip(some, rows, strict=True))
    db.executemany(
        "INSERT INTO item_days VALUES (?, ?, ?)"
        " ON CONFLICT (source_id, day) DO UPDATE SET n = n + excluded.n",
        [(*key, n) for key, n in days.items()],
    )
    db.executemany("INSERT INTO item_rows VALUES (?, ?)", enumerate((r[0] for r in rows), last + 1))
    db.executemany(
        "INSERT INTO item_search (rowid, title, text) VALUES (?, ?, ?)",
        ((n, _spread(i.title), _spread(i.text)) for n, i in enumerate(some, last + 1)),
    )
    db.execute("COMMIT")


def _spread(text: str) -> str:
    """As `spread`, once for all texts that differ only in their number."""
    words, _, number = text.rpartition(" ")
    return f"{_once(words)} {number}"


_once = cache(spread)


async def measure(path: Path, rounds: int) -> list[str]:
    """Print a line per page. Returns the addresses that took too long."""
    sources = [Source(id=f"source-{n}", adapter="feed") for n in range(SOURCES)]
    config = Config(database=str(path), issuers=ISSUERS, sources=sources, web=Web())
    reader = Reader(str(path))
    with reader.session() as session:
        story = session.events_after(session.newest_seq() // 2, 1)[0].event.id
        counts = session.event_values()["issuer"]
    busiest = next(i for i in ISSUERS if i.id == max(counts, key=lambda name: counts[name]))
    vitals = Vitals()
    pages = app(config, reader, vitals, now=lambda: NOW)
    transport = httpx.ASGITransport(app=pages)
    print(f"{'page, ms':82} {'best':>7} {'median':>7} {'worst':>7} {'CPU':>7} {'KB':>7}")
    over: list[str] = []
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for page in PAGES.split():
            address = page.replace("{event}", f"/events/{story}")
            address = address.replace("{issuer}", f"/issuers/{busiest.tickers[0]}")
            for name in BEATS:
                vitals.beat(name)
            times, before = [], time.process_time()
            for _ in range(rounds):
                began = time.perf_counter()
                answer = await client.get(address, headers={"Accept": "text/html"})
                times.append(1000 * (time.perf_counter() - began))
                assert answer.status_code == 200, (address, answer.text)
            worked = 1000 * (time.process_time() - before) / rounds
            median = statistics.median(times)
            row = (min(times), median, max(times), worked, len(answer.content) / 1000)
            print(f"{address:82} " + " ".join(f"{value:7.1f}" for value in row), flush=True)
            if median >= GOAL_MS:
                over.append(address)
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return over


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--items", type=int, default=1_000_000)
    options.add_argument("--events", type=int, default=100_000)
    options.add_argument("--database", type=Path, default=Path("bench-pages.db"))
    options.add_argument("--rounds", type=int, default=20)
    asked = options.parse_args()
    if not asked.database.exists():
        fill(asked.database, asked.items, asked.events)
    print(f"{asked.database} {asked.database.stat().st_size // 10**6} MB")
    over = asyncio.run(measure(asked.database, asked.rounds))
    print(f"{len(over)} of {len(PAGES.split())} pages take {GOAL_MS} ms or more", *over, sep="\n  ")
    raise SystemExit(1 if over else 0)


if __name__ == "__main__":
    main()
