"""What `monitor status ID` shows of one source: how it was, how it is, and what it last sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from monitor.config import Source
from monitor.config.words import spelled_seconds
from monitor.health import PARTS, STYLE, History, SourceState, silence_s
from monitor.model import Checkpoint
from monitor.stores import Store
from monitor.stores.lastbody import LastBody
from monitor.terminal import age, cut, defuse, pad, paint, screen_columns

ENDINGS = {"xml": "xml", "rss": "xml", "atom": "xml", "html": "html", "json": "json"}
"""A word in the content type, and how the file is called."""
NAMES = {True: "good", False: "instead"}


def details(store: Store, source: Source, seen: Checkpoint | None) -> dict[str, Any]:
    """What there is to tell beside the line of the table, JSON-ready."""
    past = History.of(seen) if seen else History()
    return {
        "adapter": source.adapter,
        "every": spelled_seconds(source.every_s),
        "visits": past.recent,
        "usual": dict(past.usual),
        "last": dict(past.last),
        "missing": list(past.missing),
        "sample": defuse(past.sample),
        "odd_sample": defuse(past.odd_sample),
        "silence_s": silence_s(past),
        "bodies": [
            {
                "good": body.good,
                "at": body.at.isoformat(timespec="seconds"),
                "content_type": defuse(body.content_type),
                "size": body.size,
                "rows": body.rows,
                "cut": body.cut,
            }
            for body in store.last_bodies(source.id)
        ],
    }


def lines(
    state: SourceState, remarks: Sequence[str], told: Mapping[str, Any], zone: ZoneInfo
) -> Iterator[str]:
    """The same, for people."""
    shape, colour = STYLE[state.state]
    due = "" if state.next_in_s is None or state.state == "off" else age(state.next_in_s)
    yield f"{paint(shape, colour)} {state.id}  {paint(state.state, colour)}"
    ages = f"last success {age(state.last_success_age_s)}, last item {age(state.last_item_age_s)}"
    usual, last = told["usual"], told["last"]
    limit_s = told["silence_s"]
    for sentence in (state.told, *remarks):
        if sentence:
            yield f"  {sentence}"
    rows = [
        ("adapter", f"{told['adapter']}, every {told['every']}"),
        ("seen", f"{ages}; {state.items:,} items"),
        ("next visit", due and f"in {due}"),
        ("visits", told["visits"] and f"{told['visits'][-40:]} (x failed; the newest last)"),
        ("silent after", limit_s and f"{age(limit_s)} without an item in which news could be"),
        ("usually", ", ".join(_share(part, usual[part]) for part in PARTS if part in usual)),
        ("last time", ", ".join(_share(part, last[part]) for part in PARTS if part in last)),
        ("a row", told["sample"]),
        ("now", told["odd_sample"] if told["odd_sample"] != told["sample"] else ""),
    ]
    room = max(40, screen_columns() - 16)
    for name, text in rows:
        if text:
            yield f"  {paint(pad(name, 14), 'dim')}{cut(' '.join(text.split()), room)}"
    yield from _body_lines(state.id, told["bodies"], zone)


def _share(part: str, share: float) -> str:
    return f"{part} {share:.0%}"


def _body_lines(
    source_id: str, bodies: Sequence[Mapping[str, Any]], zone: ZoneInfo
) -> Iterator[str]:
    for body in bodies:
        at = datetime.fromisoformat(body["at"]).astimezone(zone)
        words = (
            f"{at.day} {at:%b %H:%M}",
            f"{_size(body['size']):>8}",
            {0: "no rows", 1: "1 row"}.get(body["rows"], f"{body['rows']} rows"),
            body["content_type"] or "of no type",
        )
        name = "last good body" if body["good"] else "came instead"
        yield f"  {paint(pad(name, 16), 'dim')}{' · '.join(words)}"
    if bodies:
        which = "it" if len(bodies) == 1 else "them"
        yield paint(f"  `monitor status {source_id} --bodies DIR` writes {which} to files", "dim")


def _size(count: int) -> str:
    return f"{count} B" if count < 1000 else f"{count / 1000:.1f} kB"


def write_bodies(bodies: Sequence[LastBody], folder: Path) -> list[Path]:
    """A file each: `ree.good.xml`, `ree.instead.html`. Those of an earlier call are overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for body in bodies:
        words = re.split(r"[^a-z]+", body.content_type.lower())
        ending = next((ENDINGS[w] for w in words if w in ENDINGS), "txt")
        path = folder / f"{body.source_id}.{NAMES[body.good]}.{ending}"
        path.write_bytes(body.body)
        made.append(path)
    return made
