"""`monitor extract` and `monitor explain`: what the rules make of a text. Nothing is stored.

`extract` is for machines: documents in, events out, one JSON object a line. `explain` is for the
analyst; how it looks is in `microscope.py`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from monitor.clock import utc_now
from monitor.commands.options import loaded
from monitor.documents import KINDS, Tickers, event_row, item_from, line_of, moment, parse
from monitor.errors import ConfigError, DocumentError
from monitor.model import TIERS, Event, Item, Kind, Match, Reading, Tier
from monitor.terminal import coloured, defuse

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.rules import Rules
    from monitor.rules.explanation import Explanation

CONFIG = click.option(
    "--config",
    "-c",
    "config_path",
    envvar="MONITOR_CONFIG",
    metavar="FEEDS.YAML",
    help="Whose watchlist, rule packs and routes to use."
    " Default: feeds.yaml in this folder, or else what is shipped.",
)


@dataclass(frozen=True)
class Reader:
    """Everything needed to read a text: configuration, tickers, rules."""

    config: Config

    @cached_property
    def tickers(self) -> Tickers:
        return Tickers(self.config.issuers)

    @cached_property
    def rules(self) -> Rules:
        """Loaded when first asked for: most of the time a command takes. Raises RuleError."""
        from monitor.rules import load_rules

        return load_rules(self.config.issuers, self.config.rules_dirs)


def reader(config_path: str | None) -> Reader:
    """Load the configuration. Raises ConfigError.

    A `feeds.yaml` nobody asked for that is not in order is told of and passed over: reading a text
    needs neither its sources nor its secrets.
    """
    from monitor.config import default_config

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
    return Reader(config or default_config())


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
    rules = reading.rules
    events_of = _with_ledger(rules) if ledger else _alone(rules)
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


def _alone(rules: Rules) -> _Events:
    def events_of(item: Item) -> Iterator[tuple[Match, Event | None]]:
        for match in rules(item).matches:
            yield match, None

    return events_of


def _with_ledger(rules: Rules) -> _Events:
    from monitor.event import MemoryLedger, events_from

    memory = MemoryLedger()

    def events_of(item: Item) -> Iterator[tuple[Match, Event | None]]:
        events = events_from(item, rules(item), memory, item.fetched_at)
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


# --- explain --------------------------------------------------------------------------------------


@click.command(short_help="show sentence by sentence how a text is read")
@click.argument("what", metavar="TEXT|FILE|URL|ITEM_ID")
@click.option("--json", "as_json", is_flag=True, help="The same as one JSON object.")
@click.option(
    "--issuer", metavar="TICKER", help="Whose answer or filing it is (300748.SZ or an id)."
)
@click.option("--kind", type=click.Choice(KINDS), help="What sort of publication it is.")
@click.option("--tier", type=click.Choice(TIERS), help="How close to the fact the source stands.")
@click.option("--question", metavar="TEXT", help="The investor's question the text answers.")
@click.option("--title", metavar="TEXT", help="The headline above the text.")
@click.option("--published", metavar="TIME", help="When: 2025-06-11 or 2025-06-11T16:00:00+08:00.")
@click.option("--lang", metavar="TAG", help="zh-Hans, zh-Hant or en; else found from the script.")
@click.option("--line", type=click.IntRange(1), help="Of a .jsonl file: the document on this line.")
@click.option(
    "--id", "document_id", metavar="ID", help="Of a .jsonl file: the document of this id."
)
@CONFIG
@click.option("--database", metavar="PATH", help="Where to look for an ITEM_ID.")
def explain(
    what: str,
    as_json: bool,
    issuer: str | None,
    kind: Kind | None,
    tier: Tier | None,
    question: str | None,
    title: str | None,
    published: str | None,
    lang: str | None,
    line: int | None,
    document_id: str | None,
    config_path: str | None,
    database: str | None,
) -> None:
    """Show how a text is read: firms and terms found, rules, events, and who would be told.

    \b
      monitor explain "JL MAG has received export licences for Europe."
      monitor explain article.html --published 2025-06-11
      monitor explain articles.jsonl --line 12
      monitor explain https://example.org/story
      monitor explain "已陆续取得" --issuer 300748.SZ --question "拿到出口许可证了吗？"
      monitor explain - < article.txt
    """
    from monitor.commands.material import Wanted, material
    from monitor.event import MemoryLedger, events_from
    from monitor.route import why

    reading = reader(config_path)
    config = reading.config
    if database is not None:
        config = config.model_copy(update={"database": database})
    wanted = Wanted(
        line, document_id, issuer, kind, tier, _moment(published), lang, title, question
    )
    item = material(
        _standard_input() if what == "-" else what, wanted, config, reading.tickers, utc_now()
    )
    explanation = reading.rules.explain(item)
    made = Reading(explanation.matches, explanation.unsure, explanation.unsure_because)
    events = events_from(item, made, MemoryLedger(), item.published_at or item.fetched_at)
    told = [why(event, config.routes) for event in events]
    if as_json:
        out = _as_json(item, explanation, events, told, reading.tickers)
    else:
        from monitor.commands.microscope import sketch

        firms = {i.id: f"{i.name} {reading.tickers.primary.get(i.id, '')}" for i in config.issuers}
        out = sketch(item, explanation, events, told, colour=coloured(), firms=firms)
    click.echo(out.encode("utf-8", "replace").decode())  # lone surrogates cannot be printed


def _standard_input() -> str:
    from monitor.charset import decode

    return decode(sys.stdin.buffer.read())


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return moment(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no time; write 2025-06-11 or 2025-06-11T16:00:00+08:00",
            param_hint="--published",
        ) from None


def _as_json(
    item: Item,
    explanation: Explanation,
    events: Sequence[Event],
    told: Sequence[Sequence[str]],
    tickers: Tickers,
) -> str:
    whole = asdict(explanation)
    value = {
        "item": {
            "id": item.id,
            "kind": item.kind,
            "tier": item.tier,
            "title": item.title,
            "url": item.url,
            "issuer": item.issuer_id,
            "published": item.published_at.isoformat() if item.published_at else None,
        },
        "relevant": whole["relevant"],
        "sentences": whole["sentences"],
        "second_reader": whole["second"],
        "unsure": explanation.unsure,
        "unsure_because": explanation.unsure_because,
        "events": [
            event_row(event.match, tickers, event)
            | {"reasons": list(event.reasons), "told": list(lines)}
            for event, lines in zip(events, told, strict=True)
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=1)
