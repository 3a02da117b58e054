"""A busy day and an empty one, in a real store. Every text is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.config import Config, Digest, Issuer, Mailbox, Receiver, Route, Source, Web
from monitor.model import Checkpoint, Delivery, Event, Item, Reading, Verdict, digest_id
from monitor.stores import Store
from tests.alerts import JL_MAG, event, item, match

SIX = datetime(2026, 3, 2, 10, 0, 20, tzinfo=UTC)
"""18:00:20 in Shanghai, Monday."""
ISSUERS = [
    JL_MAG,
    Issuer(id="inst", names={"en": ["INST"], "zh-Hans": ["英思特"]}, tickers=["301622.SZ"]),
    Issuer(id="yunsheng", names={"en": ["Yunsheng"], "zh-Hans": ["宁波韵升"]},
           tickers=["600366.SH"]),
    Issuer(id="sample", names={"en": ["Sample Magnetics"], "zh-Hans": ["样例磁材"]},
           tickers=["399001.SZ"]),
    Issuer(id="plain", names={"en": ["Plain Graphite"], "zh-Hans": ["平原石墨"]},
           tickers=["399002.SZ"]),
]  # fmt: skip
BOX = Mailbox(id="desk", url="mailto://127.0.0.1?to=desk@firm.example")


def config(database: str, *boxes: Mailbox, web: str | None = None, **changes: Any) -> Config:
    def source(name: str, **more: Any) -> Source:
        return Source(id=name, adapter="feed", url="http://127.0.0.1:9/", every_s=300, **more)

    values: dict[str, Any] = {
        "database": database,
        "issuers": ISSUERS,
        "sources": [
            source("szse-irm"), source("harbour-wire"), source("daily"), source("ministry"),
            source("retired", enabled=False),
        ],
        "receivers": [Receiver(id="screen", channel="console")],
        "routes": [Route(to=["screen"])],
        "digest": Digest(at="18:00", to=list(boxes) or [BOX]),
        "web": Web(url=web) if web else None,
    }  # fmt: skip
    return Config(**{**values, **changes})


def at(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """An hour of Shanghai, `days` before that Monday."""
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC) - timedelta(hours=8, days=days)


def said(
    guid: str,
    firm: str | None,
    status: str,
    quote: str,
    when: datetime,
    *,
    source: str = "szse-irm",
    name: str = "SZSE Q&A",
    verdict: Verdict = "new",
    story: str | None = None,
    revision: int = 1,
    added: tuple[str, ...] = (),
    held: str | None = None,
    title: str = "",
    item_: dict[str, Any] | None = None,
    **facts: Any,
) -> Event:
    """One judged match of one item, published at `when` and seen half a minute later."""
    about = item(
        guid, source_id=source, source_name=name, title=title or f"{quote[:18]}…", text=quote,
        published_at=when, fetched_at=when + timedelta(seconds=32), issuer_id=None, question=None,
        url=f"https://{source}.example/{guid}", **(item_ or {}),
    )  # fmt: skip
    values = {"destinations": (), "products": (), **facts}
    found = match(status=status, issuer_id=firm, quote=quote, start=0, **values)
    made = event(
        story=story or digest_id(firm or guid, status, length=12), revision=revision,
        verdict=verdict, about=about, found=found, added=added, held_because=held,
        detected_at=when + timedelta(seconds=33),
    )  # fmt: skip
    return made if firm else replace(made, alerting=False)


PRESS = {"kind": "news", "tier": "media", "language": "zh-Hans"}
WIRE = {"kind": "news", "tier": "wire", "language": "en"}


def busy_events() -> list[Event]:
    """A Monday with everything in it."""
    jl = "部分磁材产品已拿到主管部门签发的出口许可证，可向美国、欧洲及东南亚客户发货。"
    return [
        said("s-0", "sample", "applied", "公司已提交出口许可申请，目前处于审批阶段。", at(9, 15),
             verdict="none-alerting"),
        said("qa-1", "jl-mag", "granted", jl, at(11, 2), title="金力永磁：投资者问答",
             destinations=("US", "EU", "SEA"), products=("magnets", "motor_rotors", "components")),
        said("w-1", "jl-mag", "granted", "JL MAG says it may ship magnets abroad again after "
             "receiving export licences.", at(11, 37), source="harbour-wire", name="Harbour Wire",
             verdict="repeat", item_=WIRE, title="JL MAG cleared to ship magnets"),
        said("d-1", "jl-mag", "granted", "金力永磁称已拿到出口许可证。", at(13, 20), source="daily",
             name="样例日报", verdict="repeat", item_=PRESS),
        said("qa-2", "inst", "granted", "公司新增取得对日本客户的出口许可证。", at(13, 40),
             verdict="update", revision=2, added=("destination JP", "extent most"),
             destinations=("JP",), products=("magnets",), extent="most"),
        said("qa-3", "yunsheng", "granted", "公司确认已取得出口许可证。", at(14, 5),
             verdict="confirmed", revision=2),
        said("w-2", "sample", "suspended", "China's commerce ministry has suspended Sample "
             "Magnetics' licence for magnets bound for Japan, two people familiar with the matter "
             "said.", at(15, 30), source="harbour-wire", name="Harbour Wire", item_=WIRE,
             title="Sample Magnetics loses Japan licence", destinations=("JP",),
             products=("magnets",), attribution="sources", certainty="reported"),
        said("qa-4", "plain", "not_received", "公司尚未取得石墨相关出口许可证。", at(15, 45),
             verdict="none-alerting", story="aaaaaaaaaaaa"),
        said("qa-5", "plain", "not_received", "公司尚未取得石墨相关出口许可证。",
             at(16, 45), verdict="none-alerting", story="aaaaaaaaaaaa"),
        said("m-1", None, "policy", "商务部新闻发言人表示，对民用用途的合规申请，中方将予以批准。",
             at(15, 0), source="ministry", name="MOFCOM", verdict="none-alerting",
             item_={"kind": "regulator"}, title="商务部召开例行新闻发布会"),
        said("d-2", None, "granted", "远方稀土已获得首批出口许可证。", at(16, 10), source="daily",
             name="样例日报", item_=PRESS, firm_name="远方稀土", certainty="reported"),
        said("d-3", "yunsheng", "granted", "宁波韵升去年十二月已取得出口许可证。", at(16, 20),
             source="daily", name="样例日报", verdict="background", item_=PRESS, revision=0),
        said("d-4", "plain", "granted", "平原石墨在二月获得许可。", at(9, 0, days=9),
             source="daily", name="样例日报", item_=PRESS, certainty="reported",
             held="back-fill: published 2026-02-21, not listed until now"),
        said("w-3", "inst", "general_granted", "INST is expected to receive a general licence "
             "this spring.", at(17, 10), source="harbour-wire", name="Harbour Wire",
             verdict="none-alerting", item_=WIRE, certainty="expected", attribution="analyst"),
    ]  # fmt: skip


def unsure_items() -> list[tuple[Item, Reading]]:
    about = item(
        "qa-9", published_at=at(16, 50), fetched_at=at(16, 51), text="相关资质办理顺利。",
        title="英思特：投资者问答", issuer_id="inst", url="https://szse-irm.example/qa-9",
    )  # fmt: skip
    sentence = "您好，出口许可方面的工作均按计划推进，敬请放心。"
    return [(about, Reading((), sentence, "speaks of licences, but says neither yes nor no"))]


def fill(store: Store, *, busy: bool = True, until: datetime = SIX) -> None:
    """The day up to six o'clock: items, events, alerts and the sources' visits."""
    for days in range(29, 0, -1):  # what the picture is of
        for n in range((days * 7) % 5 if busy else 0):
            status = ("granted", "granted", "suspended", "applied")[(days + n) % 4]
            old = said(f"old-{days}-{n}", "inst", status, "旧闻", at(10, n, days=days),
                       verdict="none-alerting" if status == "applied" else "new",
                       story=f"{days:06x}{n:06x}")  # fmt: skip
            store.record(None, [old.item], [Reading()], [old], [])
    events = busy_events() if busy else []
    late = ("qa-3",)
    for made in events:
        alerts = []
        if made.alerting and not made.held_because:
            alerts.append(_delivery(made, "desk"))
        store.record(None, [made.item], [Reading()], [made], alerts)
        for alert in alerts:
            took = timedelta(minutes=52) if made.item.guid in late else timedelta(seconds=9)
            store.claim(made.detected_at, lease_s=60)
            store.settle(alert.id, outcome="sent", now=made.detected_at + took, answer="HTTP 200")
    for n in range(40):
        quiet = item(f"quiet-{n}", fetched_at=until - timedelta(hours=n % 20, minutes=5),
                     published_at=None, title="别的新闻", text="与许可无关")  # fmt: skip
        store.record(None, [quiet], [Reading()], [], [])
    for about, reading in unsure_items() if busy else []:
        store.record(None, [about], [reading], [], [])
    for name in ("szse-irm", "harbour-wire", "daily", "ministry"):
        store.record(checkpoint(name, until, down=busy and name == "ministry"), [], [], [], [])


def _delivery(made: Event, receiver_id: str) -> Delivery:
    about = f"{made.id}.{made.revision}"
    return Delivery(
        digest_id(about, receiver_id, length=12), about, receiver_id, made.detected_at,
        published_at=made.item.published_at, seen_at=made.item.fetched_at,
    )  # fmt: skip


def checkpoint(name: str, now: datetime, *, down: bool = False) -> Checkpoint:
    """A source that was visited a minute ago, or that fails since three hours."""
    last = now - timedelta(minutes=1)
    good = now - timedelta(hours=3) if down else last
    history = {
        "recent": "." * 4 + "x" * 9, "failing_since": good.isoformat(), "last_error": "HTTP 503",
        "trouble": "down", "trouble_since": good.isoformat(),
    } if down else {"recent": "." * 10}  # fmt: skip
    return Checkpoint(
        name, first_visit_at=now - timedelta(days=40), last_visit_at=last, last_success_at=good,
        last_item_at=good, failures=9 if down else 0,
        error="answered 503 Service Unavailable" if down else None,
        next_due_at=now + timedelta(minutes=4), history=history,
    )  # fmt: skip
