"""`monitor status`: is all well, and if not, what is wrong in words. Reads only the database."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import click

from monitor.clock import utc_now, zone
from monitor.commands.keep import vacuum_advice
from monitor.commands.options import config_option, database_option, loaded
from monitor.config import Config
from monitor.health import STYLE, WELL, SourceState, source_state
from monitor.model import DeliveryState, Latency
from monitor.pace import remarks_on
from monitor.stores import Store, open_store
from monitor.terminal import age, paint, screen_columns, table, width

LEAST_WORDS = 30
"""Columns a sentence wants; below that it stands under the table."""

LATENCY_OF = timedelta(hours=24)
"""Published → seen → sent is told of the alerts sent in so long."""


def report(store: Store, config: Config, now: datetime) -> dict[str, Any]:
    """Everything `status` says, JSON-ready. `healthy` decides the exit code."""
    seen = {c.source_id: c for c in store.checkpoints()}
    counts = store.item_counts()
    local = zone(config.timezone)
    states = [
        source_state(s, seen.get(s.id), counts.get(s.id, 0), now, local) for s in config.sources
    ]
    remarks = {s.id: remarks_on(s, seen.get(s.id), now) for s in config.sources if s.enabled}
    queue, receivers = store.queue_counts(), store.queue_by_receiver()
    named = {r.id for r in config.receivers}
    named |= {f"mailbox:{m.id}" for m in config.digest.to} if config.digest else set()
    ill = [s for s in states if s.state not in WELL]
    orphaned = {
        name: counts["pending"]
        for name, counts in receivers.items()
        if counts["pending"] and name not in named
    }
    return {
        "healthy": not (ill or queue.get("dead", 0) or orphaned),
        "at": now.isoformat(timespec="seconds"),
        "sources": [asdict(state) | {"remarks": remarks.get(state.id, [])} for state in states],
        "queue": {state: queue.get(state, 0) for state in get_args(DeliveryState)},
        "latency": asdict(store.latency(now - LATENCY_OF)),
        "silences": len(store.silences(now)),
        "receivers": {name: dict(c) for name, c in receivers.items()},
        "orphaned": orphaned,
    }


def _lines(states: Sequence[tuple[SourceState, Sequence[str]]]) -> str:
    """The table. On a narrow screen it is without the sentences, which follow below it."""
    rows = []
    for s, _ in states:
        shape, colour = STYLE[s.state]
        due = "" if s.next_in_s is None or s.state == "off" else f"in {age(s.next_in_s)}"
        if s.state == "overdue":
            due = f"{age(-(s.next_in_s or 0))} ago"
        rows.append(
            (
                paint(shape, colour),
                s.id,
                paint(s.state, colour),
                age(s.last_success_age_s),
                age(s.last_item_age_s),
                str(s.items),
                due,
            )
        )
    head = ("", "source", "state", "last success", "last item", "items", "next visit")
    narrow = table(rows, head=head, right="5")
    if screen_columns() - max(map(width, narrow.splitlines())) - 2 < LEAST_WORDS:
        return narrow
    words = [" · ".join(filter(None, [s.told, *remarks])) for s, remarks in states]
    wide = [(*row, text) for row, text in zip(rows, words, strict=True)]
    return table(wide, head=(*head, ""), right="5")


@click.command(short_help="sources and deliveries: what is well and what is not")
@click.argument("source_id", required=False)
@config_option
@database_option
@click.option(
    "--bodies",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Write the last good body of SOURCE_ID, and what came instead, to files in DIR.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@click.option("--metrics", is_flag=True, help="Print it in Prometheus' text format.")
def status(
    source_id: str | None,
    config_path: str,
    database: str | None,
    bodies: str | None,
    as_json: bool,
    metrics: bool,
) -> None:
    """Show every source's state and the queue of alerts; with SOURCE_ID all about that source.

    Exit code 1 when something is not well.

    \b
    States: ok, unchanged, new (never visited), off (enabled: false),
            degraded (some visits failed), down (three or more in a row),
            blocked (login, captcha, 401 or 403), silent (no news for longer than its rhythm
            makes likely), drifted (answers, but rows or fields it always had are gone),
            overdue (nobody visits: is `monitor run` alive?). docs/sources.md says more.

    \b
      monitor status
      monitor status gov-policies
      monitor status gov-policies --bodies .    its last good page, and what came instead, as files
      monitor status --json | jq '.sources[] | select(.state != "ok")'
      monitor status --metrics > /var/lib/node_exporter/monitor.prom
    """
    config = loaded(config_path, database)
    if source_id is None and bodies is not None:
        raise click.UsageError("--bodies: of which source? monitor status SOURCE_ID --bodies DIR")
    if source_id is not None:
        sys.exit(_one(config, source_id, bodies, as_json=as_json))
    store = open_store(config.database, create=False)
    try:
        now = utc_now()
        told = report(store, config, now)
        if metrics:
            from monitor.vitals import page  # a sixth of a second to load: only for this

            click.echo(page(told), nl=False)
        elif as_json:
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            _print(store, now, told)
    finally:
        store.close()
    sys.exit(0 if told["healthy"] else 1)


def _one(config: Config, source_id: str, folder: str | None, *, as_json: bool) -> int:
    """Tell all about one source; the exit code."""
    from monitor.commands import closeup

    source = next((s for s in config.sources if s.id == source_id), None)
    if source is None:
        raise click.UsageError(f"no source {source_id} in {config.file}; `monitor status` has all")
    now, local = utc_now(), zone(config.timezone)
    with contextlib.closing(open_store(config.database, create=False)) as store:
        seen = next((c for c in store.checkpoints() if c.source_id == source_id), None)
        state = source_state(source, seen, store.item_counts().get(source_id, 0), now, local)
        remarks = remarks_on(source, seen, now)
        more = closeup.details(store, source, seen)
        if as_json:
            told = asdict(state) | {"remarks": remarks} | more
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            click.echo("\n".join(closeup.lines(state, remarks, more, local)))
        if folder is not None:
            written = closeup.write_bodies(store.last_bodies(source_id), Path(folder))
            for path in written:
                click.echo(f"wrote {path}", err=True)
            if not written:
                click.echo("no body is kept yet", err=True)
    return 0 if state.state in WELL else 1


def _print(store: Store, now: datetime, told: dict[str, Any]) -> None:
    known = SourceState.__dataclass_fields__
    states = [SourceState(**{k: row[k] for k in known}) for row in told["sources"]]
    if states:
        lines = _lines([(s, r["remarks"]) for s, r in zip(states, told["sources"], strict=True)])
        click.echo(lines)
        click.echo()
        for s, line in zip(states, lines.splitlines()[1:], strict=True):
            if s.told and s.told not in line:  # cut, or left out
                click.echo(f"{s.id}: {s.told}")
        if any(r["remarks"] and r["remarks"][0] not in lines for r in told["sources"]):
            click.echo("`monitor status ID` tells more of a source, as does a wider screen")
    click.echo(_summary(states))
    queue = told["queue"]
    dead = paint(f"{queue['dead']} dead", *(("red", "bold") if queue["dead"] else ()))
    click.echo(f"alerts: {queue['pending']} pending · {queue['sent']} sent · {dead}")
    for name, count in told["orphaned"].items():
        wait = f"{count} {'messages wait' if count > 1 else 'message waits'} for {name}"
        remedy = "no receiver of the configuration; name it there again and they go out"
        click.echo(f"{paint('orphaned', 'red', 'bold')}: {wait}, {remedy}")
    click.echo(_latency(store.latency(now - LATENCY_OF)))
    if silences := store.silences(now):
        click.echo(f"silences: {len(silences)} hold; `monitor silence list` shows them")
    if advice := vacuum_advice(*store.space()):
        click.echo(f"database: {advice}")
    if queue["dead"]:
        click.echo("dead alerts: `monitor deliveries --dead` shows why, `monitor retry ID` resends")


def _summary(states: Sequence[SourceState]) -> str:
    """`sources: 38, all healthy`, or how many are in which state."""
    active = [s.state for s in states if s.state != "off"]
    ill = [state for state in STYLE if state not in WELL and state in active]
    if not ill:
        return f"sources: {len(active)}, all healthy" if active else "sources: none"
    many = " · ".join(paint(f"{active.count(state)} {state}", STYLE[state][1]) for state in ill)
    return f"sources: {len(active)}, of which {many}"


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
