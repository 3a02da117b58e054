"""`monitor extract` and `monitor explain`: what the rules make of a text. Nothing is stored.

`extract` is for machines: documents in, events out, one JSON object a line. `explain` is for the
analyst; how it looks is in `microscope.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from monitor.clock import utc_now
from monitor.commands.options import loaded
from monitor.documents import Tickers, event_row, item_from, line_of, parse
from monitor.errors import ConfigError, DocumentError
from monitor.model import Event, Item, Match
from monitor.terminal import defuse

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.rules import Rules

CONFIG = click.option(
    "--config",
    "-c",
    "config_path",
    metavar="FEEDS.YAML",
    help="Whose watchlist, rule packs and routes to use."
    " Default: feeds.yaml in this folder, or else what is shipped.",
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Everything needed to read a text: configuration, tickers, rules."""

    config: Config
    tickers: Tickers
    rules: Rules


def reader(config_path: str | None) -> Reader:
    """Load configuration and rule packs. Raises ConfigError.

    A `feeds.yaml` nobody asked for that is not in order is told of and passed over: reading a text
    needs neither its sources nor its secrets.
    """
    from monitor.config import default_config
    from monitor.rules import load_rules

    config: Config | None = None
    if config_path is not None:
        config = loaded(config_path)
    elif Path("feeds.yaml").exists():
        try:
            config = loaded("feeds.yaml")
        except ConfigError as error:
            first = defuse(str(error.problems[0])) if error.problems else "unreadable"
            click.echo(
                f"feeds.yaml is passed over, the shipped watchlist is used: {first}", err=True
            )
    config = config or default_config()
    rules = load_rules(config.issuers, config.rules_dirs)
    return Reader(config, Tickers(config.issuers), rules)


# --- extract --------------------------------------------------------------------------------------


@click.command(short_help="documents in, events out: no store, no network")
@click.argument("source", metavar="IN.jsonl")
@click.option(
    "-o", "--output", metavar="OUT.jsonl", help="Where to write. Default: standard output."
)
@click.option(
    "--ledger",
    is_flag=True,
    help="Read the lines in order against one ledger that starts empty: events then carry"
    " `story` and `verdict`, and repeats do not alert.",
)
@CONFIG
@click.pass_context
def extract(
    ctx: click.Context, source: str, output: str | None, ledger: bool, config_path: str | None
) -> None:
    """Read documents, one JSON object a line, and write the licence events in them.

    \b
      monitor extract articles.jsonl -o events.jsonl
      cat articles.jsonl | monitor extract - --ledger

    A document has `id` and `text`, and may have `title`, `question`, `published`, `seen`, `lang`,
    `channel`, `source_tier`, `source` and `subject_firm`. A line that cannot be read is told on
    standard error with its number and skipped; the exit code is then 1.
    """
    reading = reader(config_path)
    with ExitStack() as stack:
        lines = _open_in(source, stack)
        out = _open_out(output, source, stack)
        bad = _extract(lines, out, reading, ledger=ledger, told=_progress(source))
    if bad:
        ctx.exit(1)


def _open_in(source: str, stack: ExitStack) -> IO[bytes]:
    if source == "-":
        return sys.stdin.buffer
    try:
        return stack.enter_context(Path(source).open("rb"))
    except OSError as error:
        raise DocumentError(f"{defuse(source)}: {_because(error)}") from None


def _open_out(output: str | None, source: str, stack: ExitStack) -> IO[bytes]:
    if output is None or output == "-":
        return sys.stdout.buffer
    try:
        if source != "-" and Path(output).exists() and Path(output).samefile(source):
            raise click.UsageError("IN and OUT are the same file; it would be lost")
        return stack.enter_context(Path(output).open("wb"))
    except OSError as error:
        raise DocumentError(f"{defuse(output)}: {_because(error)}") from None


def _because(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _extract(
    lines: Iterable[bytes],
    out: IO[bytes],
    reading: Reader,
    *,
    ledger: bool,
    told: Callable[[int, int], None],
) -> int:
    """Read every line, write one for each document; the number of lines that were none."""
    events_of = _with_ledger(reading) if ledger else _alone(reading)
    bad = count = 0
    now = utc_now()
    for number, line in enumerate(lines, 1):
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        try:
            item = item_from(parse(line), reading.tickers, now)
        except DocumentError as error:
            bad += 1
            click.echo(f"line {number}: {defuse(str(error))}; skipped", err=True)
            continue
        rows = [event_row(match, reading.tickers, event) for match, event in events_of(item)]
        out.write(line_of(item.guid, rows))
        count += 1
        told(count, bad)
    out.flush()
    told(-count, bad)
    return bad


_Events = Callable[[Item], Iterator[tuple[Match, Event | None]]]


def _alone(reading: Reader) -> _Events:
    def events_of(item: Item) -> Iterator[tuple[Match, Event | None]]:
        for match in reading.rules(item).matches:
            yield match, None

    return events_of


def _with_ledger(reading: Reader) -> _Events:
    from monitor.event import MemoryLedger, events_from

    memory = MemoryLedger()

    def events_of(item: Item) -> Iterator[tuple[Match, Event | None]]:
        events = events_from(item, reading.rules(item), memory, item.fetched_at)
        memory.apply(events, read=item)
        for event in events:
            yield event.match, event

    return events_of


def _progress(source: str) -> Callable[[int, int], None]:
    """Tells, on a terminal, how far it got; a negative count is the end."""
    if not sys.stderr.isatty():
        return lambda count, bad: None
    shown = False

    def told(count: int, bad: int) -> None:
        nonlocal shown
        if count > 0 and count % 500 == 0:
            click.echo(f"\r{count:,} documents read", err=True, nl=False)
            shown = True
        elif count <= 0 and (shown or source != "-"):
            lost = f", {bad:,} lines skipped" if bad else ""
            click.echo(f"\r{-count:,} documents read{lost}    ", err=True)

    return told
