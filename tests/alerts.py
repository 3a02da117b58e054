"""Made-up items, matches and events for tests that need some. Every text is invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.config import Issuer
from monitor.model import Delivery, Event, Item, Match, Reading, Story, Verdict, digest_id

NOW = datetime(2026, 3, 2, 3, 2, 42, tzinfo=UTC)
"""11:02:42 in Shanghai."""

JL_MAG = Issuer(
    id="jl-mag",
    names={"en": ["JL MAG", "JL MAG Rare-Earth"], "zh-Hans": ["金力永磁"], "zh-Hant": ["金力永磁"]},
    tickers=["300748.SZ", "06680.HK"],
)
QUOTE = "公司的部分磁材产品已拿到主管部门签发的出口许可证"


def item(guid: str = "qa-1", **changes: Any) -> Item:
    values: dict[str, Any] = {
        "source_id": "szse-irm",
        "guid": guid,
        "url": f"https://irm.example/answer/{guid}",
        "title": "金力永磁:投资者问答",
        "text": f"您好,{QUOTE},谢谢关注。",
        "fetched_at": datetime(2026, 3, 2, 3, 2, 41, tzinfo=UTC),
        "published_at": datetime(2026, 3, 2, 3, 2, tzinfo=UTC),
        "question": "许可证拿到了吗?",
        "language": "zh-Hans",
        "kind": "ir_qa",
        "tier": "official",
        "issuer_id": "jl-mag",
        "source_name": "SZSE Q&A",
    }
    return Item(**{**values, **changes})


def match(**changes: Any) -> Match:
    values: dict[str, Any] = {
        "rule_id": "export_license.granted.zh",
        "pack_version": 1,
        "status": "granted",
        "issuer_id": "jl-mag",
        "quote": QUOTE,
        "start": 3,
        "destinations": ("US", "EU", "SEA"),
        "products": ("magnets", "motor_rotors", "components"),
        "attribution": "official",
        "certainty": "confirmed",
    }
    return Match(**{**values, **changes})


def event(
    *,
    story: str = "7f3a9c12ab34",
    revision: int = 1,
    verdict: Verdict = "new",
    about: Item | None = None,
    found: Match | None = None,
    **changes: Any,
) -> Event:
    found, about = found or match(), about or item()
    page = Story(
        id=story,
        issuer_id=found.issuer_id or "",
        family=found.family,
        statuses=(found.status,),
        destinations=found.destinations,
        products=found.products,
        certainty=found.certainty,
        best_tier=about.tier,
        revision=revision,
        first_seen_at=about.fetched_at,
        last_evidence_on="2026-03-02",
        memory={"dates": ["2026-03-02"], "seen": {"szse-irm": 1}},
    )
    values: dict[str, Any] = {
        "id": story,
        "revision": revision,
        "verdict": verdict,
        "reasons": ("first licence news for this issuer",),
        "added": (),
        "match": found,
        "story": page,
        "item": about,
        "detected_at": about.fetched_at + timedelta(milliseconds=20),
        "alerting": verdict in ("new", "update", "confirmed", "correction"),
    }
    return Event(**{**values, **changes})


def delivery(of: Event, receiver_id: str = "desk", **changes: Any) -> Delivery:
    about = f"{of.id}.{of.revision}"
    values: dict[str, Any] = {
        "id": digest_id(about, receiver_id, length=12),
        "about": about,
        "receiver_id": receiver_id,
        "due_at": of.detected_at,
    }
    return Delivery(**{**values, **changes})


def numbered(n: int, receiver_id: str = "desk", severity: int = 1) -> tuple[Event, Delivery]:
    """The n-th of many independent events, each of its own item and story, with its delivery."""
    made = event(story=f"{n:012x}", about=item(f"qa-{n}"))
    return made, delivery(made, receiver_id, severity=severity)


def readings(items: list[Item]) -> list[Reading]:
    return [Reading() for _ in items]
