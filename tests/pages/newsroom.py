"""Stores for the pages to show: ordinary, hostile and empty. Every text is invented."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from monitor.config import Config, Receiver, Source, Web
from monitor.model import Checkpoint, Edition, Notice, Reading
from monitor.pages import app
from monitor.stores import open_store
from monitor.stores.reader import Reader
from monitor.vitals import Vitals
from tests.alerts import JL_MAG, NOW, delivery, event, item, match

LATER = NOW + timedelta(hours=2)
BASE = "http://127.0.0.1:8080"
EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(2)> [x](javascript:alert(3)) \u202eevil"
    "\u2066\r\nSet-Cookie: a=b\x00\x1b[31m \"'><iframe src=//evil.example></iframe>"
)


def config(path: Path, **web: Any) -> Config:
    return Config(
        database=str(path),
        issuers=[JL_MAG],
        sources=[Source(id="szse-irm", adapter="szse_irm"), Source(id="ree", adapter="feed")],
        receivers=[Receiver(id="desk", channel="console")],
        web=Web(**web),
    )


def fill(path: Path) -> None:
    """Three events of two stories, an unsure item, one without news, deliveries, a digest."""
    store = open_store(str(path))
    granted = event()
    wire = item(
        "wire-1",
        source_id="ree",
        title="JL MAG holds permits for the US, a paper says",
        text="JL MAG has obtained export licences for magnets bound for the United States.",
        url="https://news.example/jl-mag",
        language="en",
        kind="news",
        tier="media",
        question=None,
        source_name="Sample Metals News",
        fetched_at=NOW + timedelta(minutes=20),
    )
    said = match(
        quote="JL MAG has obtained export licences for magnets bound for the United States",
        start=0,
        destinations=("US",),
        certainty="reported",
        rule_id="export_license.granted.en",
    )
    repeat = event(verdict="repeat", about=wire, found=said)
    lost = event(
        story="00000000beef",
        about=replace(
            wire, guid="wire-2", title="樣例：許可證被暫停", fetched_at=NOW + timedelta(minutes=40)
        ),
        found=match(
            status="suspended", issuer_id=None, firm_name="Sample Magnetics", quote="許可證被暫停",
            where="title", start=3, destinations=(), products=(), certainty="reported",
        ),
    )  # fmt: skip
    lost = replace(lost, story=replace(lost.story, family="loss"))
    odd = item(
        "odd", title="公司问答", text="JL MAG 的许可事宜请以公告为准。", question="有许可吗?"
    )
    dull = item("dull", title="Quarterly results", text="Sales of magnets rose.", question=None)
    checkpoint = Checkpoint(
        "szse-irm",
        first_visit_at=NOW,
        last_visit_at=LATER,
        last_success_at=LATER,
        last_item_at=NOW,
        next_due_at=LATER + timedelta(minutes=1),
    )
    items = [granted.item, wire, lost.item, odd, dull]
    readings = [Reading(), Reading(), Reading(), Reading(unsure=odd.text, unsure_because="vague")]
    store.record(
        checkpoint,
        items,
        [*readings, Reading()],
        [granted, repeat, lost],
        [delivery(granted), delivery(lost)],
        [Notice("source:ree", "OPS · source ree is down", "It does not answer.", ("desk",), NOW)],
    )
    for sent in store.claim(LATER, lease_s=60, limit=1):
        store.settle(sent.id, outcome="sent", now=LATER, answer="200 OK")
    store.record_edition(edition("2026-03-02"))
    store.close()


def edition(day: str, **changes: Any) -> Edition:
    values: dict[str, Any] = {
        "day": day,
        "mailbox_id": "a1b2c3",
        "subject": "1 new grant: JL MAG",
        "text": "1 new grant: JL MAG",
        "html": '<!doctype html><title>Digest</title><p style="color:red">1 new grant: JL MAG</p>',
        "built_at": NOW,
        "due_at": NOW,
        "from_at": NOW - timedelta(days=1),
        "to_at": NOW,
        "last_seq": 3,
    }
    return Edition(**{**values, **changes})


def fill_hostile(path: Path) -> None:
    """Everything that comes from outside, as evil and as long as it may come."""
    store = open_store(str(path))
    long = EVIL + "A" * 1_000_000
    about = item("evil", title=long, text=EVIL * 50, question=EVIL, url="javascript:alert(1)",
                 source_name=EVIL)  # fmt: skip
    found = match(quote=EVIL, issuer_id=None, firm_name=EVIL, customers=(EVIL,), products=(EVIL,),
                  destinations=("<b>",), start=0)  # fmt: skip
    bad = event(about=about, found=found, reasons=(EVIL,), added=(f"destination {EVIL}",),
                verdict="update", held_because=EVIL)  # fmt: skip
    unsure = item("evil-2", title=EVIL, text=EVIL, question=EVIL)
    sent = delivery(bad, because=EVIL)
    store.record(
        Checkpoint("szse-irm", last_visit_at=NOW, failures=4, error=EVIL, note=EVIL),
        [about, unsure],
        [Reading(), Reading(unsure=EVIL, unsure_because=EVIL)],
        [bad],
        [sent],
    )
    store.claim(NOW, lease_s=60)
    store.settle(sent.id, outcome="dead", now=NOW, error=EVIL)
    html = f"<!doctype html><title>x</title><script>alert(1)</script><p>{EVIL}"
    store.record_edition(edition("2026-03-02", subject=EVIL, text=EVIL, html=html))
    store.close()


@asynccontextmanager
async def asking(
    path: Path, *, now: datetime = LATER, headers: dict[str, str] | None = None, **web: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the pages on the store at `path`."""
    open_store(str(path)).close()
    reader = Reader(str(path))
    pages = app(config(path, **web), reader, Vitals(), now=lambda: now)
    transport = httpx.ASGITransport(app=pages, client=("127.0.0.1", 5))
    try:
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            yield client
    finally:
        reader.close()
