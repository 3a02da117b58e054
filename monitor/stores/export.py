"""Everything stored, row by row: for `monitor export`. Never more than one row in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from monitor.stores.reader import Session
from monitor.stores.rows import ITEM_COLUMNS, stamp_or_none

EVENT_FIELDS = (
    "seq", "id", "revision", "verdict", "alerting", "held_because", "detected_at", "issuer_id",
    "firm_name", "status", "destinations", "products", "extent", "customers", "attribution",
    "certainty", "event_date", "novelty", "evidence", "rule", "reasons", "item_id", "source_id",
    "source_name", "tier", "kind", "language", "published_at", "seen_at", "title", "url",
)  # fmt: skip
ITEM_FIELDS = ITEM_COLUMNS


def events(session: Session, since: datetime | None) -> Iterator[dict[str, Any]]:
    """Every judged match in the order they came, by EVENT_FIELDS. Times are text in UTC."""
    found = session._db.execute(
        "SELECT seq, item_id, event FROM events WHERE ? IS NULL OR detected_at >= ? ORDER BY seq",
        (stamp_or_none(since),) * 2,
    )
    for seq, item_id, text in found:
        event = json.loads(text)
        match, item = event["match"], event["item"]
        told = {
            "seq": seq,
            "evidence": match.get("quote"),
            "rule": match.get("rule_id"),
            "seen_at": item.get("fetched_at"),
            "item_id": item_id,
            "alerting": bool(event.get("alerting")),
        }
        for part in (event, match, item):
            told = {**{k: part[k] for k in EVENT_FIELDS if k in part}, **told}
        yield {name: told.get(name) for name in EVENT_FIELDS}


def items(session: Session, since: datetime | None) -> Iterator[dict[str, Any]]:
    """Every item in the order first seen, by ITEM_FIELDS."""
    found = session._db.execute(
        f"SELECT {', '.join(ITEM_COLUMNS)} FROM items WHERE ? IS NULL OR seen_at >= ?"
        " ORDER BY seen_at, id",
        (stamp_or_none(since),) * 2,
    )
    for row in found:
        yield dict(zip(ITEM_FIELDS, row, strict=True))
