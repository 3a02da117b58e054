"""`monitor status`: is all well, and if not, what is wrong in words. Reads only the database."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import get_args

import click

from monitor.clock import utc_now
from monitor.commands.options import config_option, database_option, loaded
from monitor.config import Config, Source
from monitor.model import Checkpoint, DeliveryState, Latency
from monitor.stores import Store, open_store
from monitor.terminal import age, defuse, paint, table

DOWN_AFTER = 3
"""Failed visits in a row that make a source `down`."""

LATENCY_OF = timedelta(hours=24)
"""Published → seen → sent is told of the alerts sent in so long."""

STYLE = {
    "ok": ("●", "green"),
    "unchanged": ("●", "green"),
    "new": ("○", "dim"),
    "off": ("○", "dim"),
    "degraded": ("◐", "yellow"),
    "blocked": ("■", "red"),
    "down": ("✕", "red"),
    "overdue": ("✕", "red"),
}


@dataclass(frozen=True, slots=True)
class SourceState:
    """One line of the table. Ages in seconds; None = never."""

    id: str
    state: str
    last_success_age_s: float | None
    last_item_age_s: float | None
    next_in_s: float | None
    items: int
    failures: int
    told: str
    """The last error, or what a good visit had to work around; "" when there is nothing to say."""


def source_state(source: Source, seen: Checkpoint | None, items: int, now: datetime) -> SourceState:
    """What is known of the source, in one word and one sentence."""

    def since(at: datetime | None) -> float | None:
        return None if at is None else (now - at).total_seconds()

    if seen is None or seen.last_visit_at is None:
        state = "new" if source.enabled else "off"
        return SourceState(source.id, state, None, None, None, items, 0, "")
    next_in = None if seen.next_due_at is None else (seen.next_due_at - now).total_seconds()
    if not source.enabled:
        state = "off"
    elif seen.failures >= DOWN_AFTER:
        state = "blocked" if seen.reason == "auth" else "down"
    elif seen.failures:
        state = "degraded"
    elif next_in is not None and next_in < -max(60.0, 2 * source.every_s):
        state = "overdue"  # nobody came although a visit was due: is the service running?
    else:
        state = "unchanged" if seen.unchanged else "ok"
    told = seen.error or seen.note or ""
    return SourceState(
        source.id,
        state,
        since(seen.last_success_at),
        since(seen.last_item_at),
        next_in,
        items,
        seen.failures,
        defuse(told),
    )


def report(store: Store, config: Config, now: datetime) -> dict[str, object]:
    """Everything `status` says, JSON-ready. `healthy` decides the exit code."""
    seen = {c.source_id: c for c in store.checkpoints()}
    counts = store.item_counts()
    states = [source_state(s, seen.get(s.id), counts.get(s.id, 0), now) for s in config.sources]
    queue = store.queue_counts()
    ill = [s for s in states if s.state in ("degraded", "down", "blocked", "overdue")]
    return {
        "healthy": not ill and not queue.get("dead", 0),
        "at": now.isoformat(timespec="seconds"),
        "sources": [
            {name: getattr(s, name) for name in SourceState.__dataclass_fields__} for s in states
        ],
        "queue": {state: queue.get(state, 0) for state in get_args(DeliveryState)},
        "latency": asdict(store.latency(now - LATENCY_OF)),
        "silences": len(store.silences(now)),
        "receivers": {name: dict(c) for name, c in store.queue_by_receiver().items()},
    }


def _lines(states: Sequence[SourceState]) -> str:
    rows = []
    for s in states:
        shape, colour = STYLE[s.state]
        due = "" if s.next_in_s is None or s.state == "off" else f"in {age(s.next_in_s)}"
        if s.state == "overdue":
            due = f"{age(-(s.next_in_s or 0))} ago"
        told = f"{s.failures} failed in a row: {s.told}" if s.failures > 1 else s.told
        rows.append(
            (
                paint(shape, colour),
                s.id,
                paint(s.state, colour),
                age(s.last_success_age_s),
                age(s.last_item_age_s),
                str(s.items),
                due,
                told,
            )
        )
    head = ("", "source", "state", "last success", "last item", "items", "next visit", "")
    return table(rows, head=head, right="5")


@click.command(short_help="sources and deliveries: what is well and what is not")
@config_option
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
def status(config_path: str, database: str | None, as_json: bool) -> None:
    """Show every source's state and the queue of alerts. Exit code 1 when something is not well.

    \b
    States: ok, unchanged, new (never visited), off (enabled: false),
            degraded (the last visit failed), down (three or more in a row),
            blocked (login, 401 or 403), overdue (nobody visits: is `monitor run` alive?)

    \b
      monitor status
      monitor status --json | jq '.sources[] | select(.state != "ok")'
    """
    config = loaded(config_path, database)
    store = open_store(config.database, create=False)
    try:
        told = report(store, config, utc_now())
        if as_json:
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            _print(store, config, told)
    finally:
        store.close()
    sys.exit(0 if told["healthy"] else 1)


def _print(store: Store, config: Config, told: dict[str, object]) -> None:
    now = utc_now()
    seen = {c.source_id: c for c in store.checkpoints()}
    counts = store.item_counts()
    click.echo(
        _lines([source_state(s, seen.get(s.id), counts.get(s.id, 0), now) for s in config.sources])
    )
    queue = told["queue"]
    assert isinstance(queue, dict)
    dead = paint(f"{queue['dead']} dead", *(("red", "bold") if queue["dead"] else ()))
    click.echo(f"\nalerts: {queue['pending']} pending · {queue['sent']} sent · {dead}")
    click.echo(_latency(store.latency(now - LATENCY_OF)))
    if silences := store.silences(now):
        click.echo(f"silences: {len(silences)} hold; `monitor silence list` shows them")
    if queue["dead"]:
        click.echo("dead alerts: `monitor deliveries --dead` shows why, `monitor retry ID` resends")


def _latency(found: Latency) -> str:
    """`last 24 h: published → seen 41 s (95 %: 3 min) · seen → sent 0.21 s (95 %: 0.40 s)`."""
    if found.seen_to_sent is None:
        return "last 24 h: no alert was sent"
    told = []
    for name, values in (
        ("published → seen", found.published_to_seen),
        ("seen → sent", found.seen_to_sent),
    ):
        if values is not None:
            middle, high = map(_span, values)
            told.append(f"{name} {middle} (95 %: {high})")
    return f"last 24 h, {found.alerts} alerts: " + " · ".join(told)


def _span(seconds: float) -> str:
    return f"{seconds:.2f} s" if 0 <= seconds < 10 else age(seconds)
