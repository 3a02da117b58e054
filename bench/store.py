"""How big the database gets, and whether knowing millions of items makes a visit slower.

    make bench-store                                   some minutes
    python bench/store.py --many 500000                a smaller one

First a database is filled through the store itself with items as sources send them, alerts among
them, and the file measured: bytes per item, event and delivery, with what the search keeps. Then
the cost of `unseen` for a visit of 100 items (90 known, 10 new) is taken with `--few` and with
`--many` items stored, the known ones spread over the whole table.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from monitor.model import Delivery, Event, Item, Match, Reading, Story, digest_id  # noqa: E402
from monitor.stores.sqlite import SqliteStore  # noqa: E402

T0 = datetime(2026, 1, 1, tzinfo=UTC)
SOURCES = 50
GOAL = 2.0
"""Dedup with many stored items may cost so many times what it costs with few."""
ENGLISH = [
    "magnets", "licence", "exports", "shipment", "quarter", "market", "prices", "ministry",
    "buyers", "motors", "supply", "plant",
]  # fmt: skip
CHINESE = "公司稀土磁材出口业务情况按照国家规定正常开展感谢您的关注投资者生产经营订单市场价格客户"


def item(n: int, rng: random.Random) -> Item:
    """An item as sources send them: half Q&A of some 120 characters, half articles of 2,000."""
    at = T0 + timedelta(seconds=40 * n)
    if n % 2:
        text = "".join(rng.choices(CHINESE, k=120))
        return Item(
            "szse-irm", f"{2390000000000000000 + n}", f"https://irm.example/q?id={n}",
            f"样例磁材:投资者问答 {n}", text, at, at, question="".join(rng.choices(CHINESE, k=60)),
            kind="ir_qa", tier="official", source_name="SZSE Q&A",
        )  # fmt: skip
    text = " ".join(rng.choices(ENGLISH, k=280))
    return Item(
        "trade-press", f"https://press.example/?p={n}", f"https://press.example/articles/{n}.html",
        " ".join(rng.choices(ENGLISH, k=9)), text, at, at, source_name="Trade press",
    )  # fmt: skip


def alert(about: Item, n: int) -> tuple[Event, Delivery]:
    """A new story told in `about`."""
    quote = about.text[:80]
    found = Match("export_license.granted.en", 1, "granted", f"firm-{n % 68}", quote)
    story = Story(f"{n:012x}", f"firm-{n % 68}", "grant", ("granted",), revision=1)
    made = Event(
        story.id, 1, "new", ("first licence news for this issuer",), (), found, story, about,
        about.fetched_at, alerting=True,
    )  # fmt: skip
    to = f"{story.id}.1"
    return made, Delivery(digest_id(to, "desk", length=12), to, "desk", about.fetched_at)


def size(store: SqliteStore) -> int:
    """Bytes of the file, without gaps."""
    whole, free = store.space()
    return whole - free


def fill(folder: Path, count: int) -> None:
    """Print the bytes that each kind of thing takes."""
    store, rng = SqliteStore(str(folder / "size.db")), random.Random(1)
    empty = size(store)
    began = time.monotonic()
    per = 50
    items: list[Item] = []
    for n in range(0, count, per):
        some = [item(n + i, rng) for i in range(per)]
        items += some
        store.record(None, some, [Reading()] * per, [], [])
    took = time.monotonic() - began
    with_items = size(store)
    pairs = [alert(items[n], n) for n in range(0, count, 5)]
    for n in range(0, len(pairs), per):
        for made, _ in pairs[n : n + per]:
            with store._transaction():
                store._put_event(made)
    with_events = size(store)
    for _, told in pairs:
        with store._transaction():
            store._put_delivery(told)
    with_deliveries = size(store)
    chars = statistics.mean(len(i.text) + len(i.title) + len(i.question or "") for i in items)
    print(f"items        {(with_items - empty) / count:7.0f} bytes each ({chars:.0f} characters),"
          f" {count / took:.0f} a second in visits of {per}")  # fmt: skip
    print(f"events       {(with_events - with_items) / len(pairs):7.0f} bytes each")
    print(f"deliveries   {(with_deliveries - with_events) / len(pairs):7.0f} bytes each")
    print(f"empty        {empty:7d} bytes")
    from monitor.stores.retention import Limits

    limits, slowest, more, began = Limits(bodies=T0 + timedelta(days=9999)), 0.0, True, 0.0
    while more:
        began = time.monotonic()
        more = store.prune(limits).more
        slowest = max(slowest, time.monotonic() - began)
    back = (with_deliveries - size(store)) / (count * 0.8)
    print(f"texts gone   {back:7.0f} bytes free each; slowest step {slowest * 1000:.0f} ms")
    store.close()


@dataclass(frozen=True, slots=True)
class Known:
    """Of an item what `unseen` asks for. In order of n its ids ascend: that fills quickly."""

    n: int
    stored: bool = True

    @property
    def id(self) -> str:
        return f"{self.n * 1_000_003 + (not self.stored):016x}"

    @property
    def content_hash(self) -> str:
        return f"{self.n * 7_919:016x}"

    @property
    def source_id(self) -> str:
        return f"source-{self.n % SOURCES}"


def rows(first: int, last: int) -> Iterator[tuple[object, ...]]:
    text = "text of an article " * 8
    for n in range(first, last):
        at = (T0 + timedelta(seconds=n)).isoformat(timespec="microseconds")
        known = Known(n)
        yield (
            known.id, known.content_hash, known.source_id, at, at, "news",
            "media", "S", str(n), f"https://press.example/{n}", "a title of some words", text,
        )  # fmt: skip


def dedup(store: SqliteStore, stored: int, rounds: int) -> float:
    """Median seconds of `unseen` for a visit of 100 items of one source, 10 of them new."""
    rng = random.Random(2)
    took = []
    for _ in range(rounds):
        its = range(rng.randrange(SOURCES), stored, SOURCES)
        visit = [Known(n) for n in rng.choices(its, k=90)]
        visit += [Known(n, stored=False) for n in rng.sample(its, 10)]
        began = time.perf_counter()
        fresh = store.unseen(cast(list[Item], visit))
        took.append(time.perf_counter() - began)
        assert len(fresh) == 10, len(fresh)
    return statistics.median(took)


def compare(folder: Path, few: int, many: int, rounds: int) -> bool:
    store = SqliteStore(str(folder / "dedup.db"))
    db = store._db
    # Rows straight into the table: what is counted and searched plays no part in `unseen`.
    db.execute("PRAGMA synchronous = OFF")
    cache = db.execute("PRAGMA cache_size").fetchone()[0]  # as in life
    costs: dict[int, float] = {}
    stored = 0
    for goal in (few, many):
        began = time.monotonic()
        db.execute("PRAGMA cache_size = -400000")
        while stored < goal:
            upto = min(goal, stored + 50_000)
            db.execute("BEGIN")
            db.executemany(
                "INSERT INTO items (id, content_hash, source_id, seen_at, published_at, kind, tier,"
                " source_name, guid, url, title, text) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                rows(stored, upto),
            )
            db.execute("COMMIT")
            stored = upto
            if sys.stderr.isatty():
                print(f"\r{stored:,} of {many:,} items ", end="", file=sys.stderr, flush=True)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        db.execute(f"PRAGMA cache_size = {cache}")
        dedup(store, stored, rounds // 4)  # warm
        costs[goal] = dedup(store, stored, rounds)
        megabytes = size(store) / 1e6
        print(f"\rdedup {goal:>9,} items stored: {costs[goal] * 1000:.3f} ms a visit of 100"
              f" ({megabytes:,.0f} MB, filled in {time.monotonic() - began:.0f} s)")  # fmt: skip
    store.close()
    ratio = costs[many] / costs[few]
    print(f"ratio {ratio:.2f} (goal: at most {GOAL:g})")
    return ratio <= GOAL


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--items", type=int, default=5_000, help="to measure sizes with")
    parser.add_argument("--few", type=int, default=100_000)
    parser.add_argument("--many", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=2_000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), wanted.items)
        good = compare(Path(folder), wanted.few, wanted.many, wanted.rounds)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
