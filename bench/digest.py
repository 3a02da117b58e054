"""How long a digest takes on a large store: `python bench/digest.py [--items N] [--events N]`.

Makes a store of its own (or takes that of `--keep`), spread over a year, and makes the digest of
its last day, and of its last three, in a fresh process each. Good when a day takes 2 seconds.
"""

from __future__ import annotations

import argparse
import json
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
    Event,
    Item,
    Match,
    Story,
)
from monitor.stores import open_store, rows  # noqa: E402

END = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SPAN = timedelta(days=365)
SOURCES = [f"source-{n}" for n in range(40)]
TEXT = "公司按照国家规定提交出口申请，已陆续获得国家主管部门颁发的出口许可证，感谢关注。" * 6
VERDICTS = ("repeat", "repeat", "repeat", "new", "none-alerting", "background", "update")
STATUSES = ("granted", "granted", "granted", "applied", "not_received", "suspended", "policy")


def fill(path: str, items: int, events: int) -> None:
    """Rows as `record` would write them, made by SQLite itself from one real row of each kind."""
    store = open_store(path)
    for name in SOURCES:
        store.record(
            Checkpoint(name, first_visit_at=END - SPAN, last_visit_at=END, last_success_at=END,
                       next_due_at=END + timedelta(minutes=5)), [], [], [], [],
        )  # fmt: skip
    store.close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    seconds = SPAN.total_seconds() / items
    start = END.timestamp() - SPAN.total_seconds()
    with db:
        db.execute(
            "WITH RECURSIVE c (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < ? - 1)"
            " INSERT INTO items (id, content_hash, source_id, seen_at, published_at, kind, tier,"
            "  language, source_name, guid, url, title, text, unsure, unsure_because)"
            " SELECT printf('%016x', n * 2654435761), printf('%016x', n), 'source-' || (n % 40),"
            f"  {_STAMP}, {_STAMP}, 'news', 'media', 'zh-Hans', 'Source ' || (n % 40), n,"
            "  'https://s.example/' || n, '标题 ' || n, ?,"
            "  iif(n % 500, NULL, '出口许可事宜正常。'), iif(n % 500, NULL, 'no fact') FROM c",
            (items, start, seconds, start, seconds, TEXT),
        )
        _events(db, items // events, start, seconds)
    db.execute("ANALYZE")
    db.close()


_STAMP = "strftime('%Y-%m-%dT%H:%M:%S', ? + n * ?, 'unixepoch') || '.000000+00:00'"


def _events(db: sqlite3.Connection, every: int, start: float, seconds: float) -> None:
    """An event for every so many items: of nine a story, of seven two that alerted."""
    item = Item("source-1", "@guid", "https://s.example/@guid", "标题 @guid", TEXT, END, END,
                language="zh-Hans", source_name="Source @source")  # fmt: skip
    issuers = [issuer.id for issuer in builtin_issuers()]
    for i, (status, verdict) in enumerate(zip(STATUSES, VERDICTS, strict=True)):
        found = Match("r", 1, status, "@firm", TEXT[:40], destinations=("JP",))  # type: ignore[arg-type]
        story = Story("@story", "@firm", found.family, revision=1)
        made = Event("@story", 1, verdict, ("new",), (), found, story, item, END,  # type: ignore[arg-type]
                     verdict in ("new", "update"))  # fmt: skip
        db.execute(
            "CREATE TEMP TABLE IF NOT EXISTS e (n, k, firm, story, at, template, status, verdict)"
        )
        db.execute(
            "INSERT INTO e SELECT n, k, json_extract(?1, '$[' || (k / 9 % 68) || ']'),"
            " printf('%012x', k / 9 * 48271), seen_at, ?2, ?3, ?4 FROM"
            " (SELECT rowid - 1 AS n, (rowid - 1) / ?5 AS k, seen_at FROM items"
            "  WHERE (rowid - 1) % ?5 = 0) WHERE k % 7 = ?6",
            (json.dumps(issuers), rows.to_json(made), status, verdict, every, i),
        )
    db.execute(
        "INSERT OR IGNORE INTO stories SELECT story, firm, 'grant', 1, at,"
        " replace(replace(?, '@story', story), '@firm', firm) FROM e",
        (rows.to_json(Story("@story", "@firm", "grant", revision=1)),),
    )
    db.execute(
        "INSERT INTO events (key, story_id, revision, verdict, alerting, issuer_id, status,"
        " item_id, detected_at, event) SELECT k, story, 1, verdict, verdict IN ('new', 'update'),"
        " firm, status, printf('%016x', n * 2654435761), at,"
        " replace(replace(replace(replace(replace(template, '@story', story), '@firm', firm),"
        "  '@guid', n), '@source', n % 40), ?, at) FROM e ORDER BY k",
        (rows.stamp(END),),
    )
    db.execute(
        "INSERT INTO deliveries (id, about, receiver_id, state, severity, due_at, attempts,"
        " created_at, sent_at, published_at, seen_at) SELECT printf('%012x', k), story || '.1',"
        " 'desk', 'sent', 1, at, 1, at, strftime('%Y-%m-%dT%H:%M:%S', at, '+41 seconds')"
        " || '.000000+00:00', at, at FROM e WHERE verdict IN ('new', 'update')"
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
