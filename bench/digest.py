"""How long a digest takes on a large store: `python bench/digest.py [--items N] [--events N]`.

Makes a store of its own (or takes that of `--keep`), spread over a year, and makes the digest of
its last day, and of its last three, in a fresh process each. Good when a day takes 2 seconds.
"""

from __future__ import annotations

import argparse
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from monitor.config import Config, Digest, Mailbox, Source, builtin_issuers  # noqa: E402
from monitor.model import (  # noqa: E402
    Checkpoint,
    Delivery,
    Event,
    Item,
    Match,
    Reading,
    Story,
    digest_id,
)
from monitor.stores import open_store, rows  # noqa: E402

END = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SPAN = timedelta(days=365)
SOURCES = [f"source-{n}" for n in range(40)]
TEXT = "公司按照国家规定提交出口申请，已陆续获得国家主管部门颁发的出口许可证，感谢关注。" * 6
VERDICTS = ("repeat", "repeat", "repeat", "new", "none-alerting", "background", "update")
STATUSES = ("granted", "granted", "granted", "applied", "not_received", "suspended", "policy")


def fill(path: str, items: int, events: int) -> None:
    """Rows as `record` would write them, in bulk."""
    rng = random.Random(7)
    store = open_store(path)
    issuers = [issuer.id for issuer in builtin_issuers()]
    for name in SOURCES:
        store.record(
            Checkpoint(name, first_visit_at=END - SPAN, last_visit_at=END, last_success_at=END,
                       next_due_at=END + timedelta(minutes=5)), [], [], [], [],
        )  # fmt: skip
    store.close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    every = items // events
    with db:
        for n in range(items):
            at = END - SPAN * (1 - n / items)
            item = Item(SOURCES[n % 40], f"g{n}", f"https://s.example/{n}", f"标题 {n}", TEXT, at,
                        at - timedelta(seconds=40), kind="news", language="zh-Hans",
                        source_name=f"Source {n % 40}")  # fmt: skip
            row = dict(zip(rows.ITEM_COLUMNS, rows.item_row(item, Reading()), strict=True))
            if n % 500 == 0:
                row["unsure"], row["unsure_because"] = "出口许可事宜正常。", "no fact"
            marks = ", ".join("?" * len(row))
            db.execute(f"INSERT INTO items ({', '.join(row)}) VALUES ({marks})", list(row.values()))
            if n % every == 0:
                event(db, item, n // every, rng, issuers)
    db.execute("ANALYZE")
    db.close()


def event(
    db: sqlite3.Connection, item: Item, n: int, rng: random.Random, issuers: list[str]
) -> None:
    """An event of the item, its story, and for every seventh a delivered alert."""
    i = rng.randrange(7)
    status, verdict, firm = STATUSES[i], VERDICTS[i], rng.choice(issuers)
    found = Match("r", 1, status, firm, TEXT[:40], destinations=("JP",))  # type: ignore[arg-type]
    story = Story(digest_id(firm, str(n // 9), length=12), firm, found.family, revision=1)
    made = Event(story.id, 1, verdict, ("new",), (), found, story, item, item.fetched_at,  # type: ignore[arg-type]
                 verdict in ("new", "update"))  # fmt: skip
    at = rows.stamp(item.fetched_at)
    db.execute(
        "INSERT OR IGNORE INTO stories VALUES (?, ?, ?, 1, ?, ?)",
        (story.id, firm, story.family, at, rows.to_json(story)),
    )
    db.execute(
        "INSERT INTO events (key, story_id, revision, verdict, alerting, issuer_id, status,"
        " item_id, detected_at, event) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?)",
        (str(n), story.id, verdict, int(made.alerting), firm, status, item.id, at,
         rows.to_json(made)),
    )  # fmt: skip
    if made.alerting:
        sent = Delivery(digest_id(str(n), length=12), f"{made.id}.1", "desk", item.fetched_at)
        later = rows.stamp(item.fetched_at + timedelta(seconds=rng.randrange(5, 2000)))
        db.execute(
            "INSERT INTO deliveries (id, about, receiver_id, state, severity, due_at, attempts,"
            " created_at, sent_at, published_at, seen_at) VALUES (?,?,?,'sent',1,?,1,?,?,?,?)",
            (sent.id, sent.about, "desk", at, at, later, rows.stamp(item.published_at or END), at),
        )


def one(path: str, days: int) -> None:
    """One digest of the last `days` days, timed step by step."""
    from monitor.clock import zone
    from monitor.digest import Window, gather, text_of
    from monitor.digest.mail import fitted

    sources = [Source(id=n, adapter="feed", url="https://s.example/") for n in SOURCES]
    box = Mailbox(id="desk", url="mailto://127.0.0.1")
    config = Config(
        database=path, issuers=builtin_issuers(), sources=sources, digest=Digest(to=[box])
    )
    store = open_store(path, create=False)
    since = END - timedelta(days=days)
    clock = time.perf_counter
    began = clock()
    window = Window(END.date(), zone("Asia/Shanghai"), END, since, END,
                    after=store.event_before(since), last=store.newest_event())  # fmt: skip
    day = gather(store, config, window).for_mailbox(box)
    gathered = clock()
    words, page = fitted(day)
    text = text_of(words)
    made = clock()
    print(
        f"{days} d: {len(day.events)} events, {sum(day.read.values())} items, {len(day.unsure)}"
        f" unsure | gather {gathered - began:.2f} s, words and HTML {made - gathered:.2f} s,"
        f" all {made - began:.2f} s | {len(page.encode()) // 1000} KB HTML,"
        f" {len(text.encode()) // 1000} KB text,"
        f" peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB"
    )
    store.close()
    sys.exit(0 if made - began <= 2.0 * days else 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--keep", help="keep the store here, and use it again")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(args.keep, args.one)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = args.keep or f"{folder}/large.db"
        if not Path(path).exists():
            began = time.perf_counter()
            fill(path, args.items, args.events)
            size, took = Path(path).stat().st_size / 1e9, time.perf_counter() - began
            print(f"{args.items:,} items, {args.events:,} events: {size:.1f} GB in {took:.0f} s")
        failed = [
            subprocess.run(
                [sys.executable, __file__, "--keep", path, "--one", str(days)]
            ).returncode
            for days in (1, 3)
        ]
    sys.exit(any(failed))


if __name__ == "__main__":
    main()
