"""`monitor export`: events or items as JSON lines or CSV on standard output, row by row."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any, TextIO

import click

from monitor.clock import zone
from monitor.commands.options import config_option, database_option, loaded

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet takes a cell that begins so for a formula, or for none of ours."""


@click.command(short_help="events or items as JSON lines or CSV")
@click.argument("what", type=click.Choice(["events", "items"]))
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl")
@click.option("--since", metavar="DATE", help="Only from then on: 2026-06-01, or a time with it.")
@config_option
@database_option
def export(what: str, form: str, since: str | None, config_path: str, database: str | None) -> None:
    """Write every event, or every item, to standard output, the oldest first.

    Reads beside a running service and holds it up in nothing; needs the same memory for ten rows as
    for ten million. Times are UTC. In CSV a cell that a spreadsheet would take for a formula gets a
    `'` in front, and lists are joined with `; `.

    \b
      monitor export events > events.jsonl
      monitor export events --format csv --since 2026-06-01 > june.csv
      monitor export items | jq -r .title
    """
    from monitor.stores import export as rows
    from monitor.stores import open_store
    from monitor.stores.reader import Session

    config = loaded(config_path, database)
    start = None if since is None else _moment(since, config.timezone)
    open_store(config.database, create=False).close()  # brings an older one up to date
    with closing(Session(config.database)) as session:
        if what == "events":
            _write(sys.stdout, rows.events(session, start), rows.EVENT_FIELDS, form)
        else:
            _write(sys.stdout, rows.items(session, start), rows.ITEM_FIELDS, form)
        sys.stdout.flush()


def _moment(text: str, zone_name: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no date; write 2026-06-01", param_hint="--since"
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=zone(zone_name))


def _write(
    out: TextIO, found: Iterable[Mapping[str, Any]], names: Sequence[str], form: str
) -> None:
    if form == "jsonl":
        for row in found:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    table = csv.writer(out)
    table.writerow(names)
    for row in found:
        table.writerow([_cell(row[name]) for name in names])


def _cell(value: Any) -> Any:
    """A value as a spreadsheet may have it: text that is not a formula."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA):
        return f"'{value}"
    return value
