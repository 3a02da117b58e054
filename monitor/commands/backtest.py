"""`monitor backtest`: stored items through present or other rules, beside what was recorded."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.clock import utc_now, zone
from monitor.commands.options import config_option, database_option, loaded
from monitor.documents import Tickers, event_row, moment
from monitor.render import place, product
from monitor.terminal import cut, defuse, paint, screen_columns, status_tag, table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from monitor.backtest import Change, Comparison, Fact, History, Progress, Replayed
    from monitor.config import Config

A_DAY = timedelta(days=1)
REPORT_EVERY_S = 10.0
"""How often a run without a terminal says how far it got."""


@click.command(short_help="replay stored items through present or other rules")
@click.option(
    "--since", required=True, metavar="DATE", help="From when on: 2026-06-01, or a time with it."
)
@click.option("--until", metavar="DATE", help="Up to when; a date alone counts whole.")
@click.option(
    "--packs",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of further rule packs, as if `rules.dirs` named it.",
)
@click.option("--empty-ledger", is_flag=True, help="Begin as if nothing was known before --since.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object.")
@click.option(
    "--limit", default=20, show_default=True, type=click.IntRange(0), help="Lines of a kind."
)
@config_option
@database_option
def backtest(
    since: str,
    until: str | None,
    packs: Path | None,
    empty_ledger: bool,
    as_json: bool,
    limit: int,
    config_path: str,
    database: str | None,
) -> None:
    """Read and judge stored items again and compare with what was recorded then.

    Shows the events that would be gained, lost and changed, and who would have been told. Nothing
    is stored, nothing is sent; the service may go on running. Dates are of the configured zone.

    \b
      monitor backtest --since 2026-06-01
      monitor backtest --since 2026-06-01 --until 2026-06-30 --packs drafts/
      monitor backtest --since 2026-06-01 --json | jq .changed
    """
    from monitor.backtest import compare, read_history, replay
    from monitor.rules import load_rules
    from monitor.stores import open_store

    config = loaded(config_path, database)
    start, end = _span(since, until, zone(config.timezone))
    if packs is not None and not any(packs.glob("*.y*ml")):
        raise click.BadParameter(f"no rule pack (*.yaml) in {packs}", param_hint="--packs")
    dirs = [*config.rules_dirs, *([packs] if packs else [])]
    rules = load_rules(config.issuers, dirs)
    store = open_store(config.database, create=False)
    try:
        history = read_history(store, start, end)
    finally:
        store.close()
    replayed = replay(
        history,
        rules,
        config.routes,
        empty_ledger=empty_ledger,
        first_visit_window=timedelta(seconds=config.first_visit_window_s),
        progress=_progress(),
    )
    found = compare(history, replayed)
    if as_json:
        whole = _as_json(history, replayed, found, Tickers(config.issuers))
        click.echo(json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace").decode())
    else:
        click.echo("\n".join(_sheet(history, replayed, found, config, limit)))


# --- when -----------------------------------------------------------------------------------------


def _span(since: str, until: str | None, at: ZoneInfo) -> tuple[datetime, datetime]:
    """The two ends; a date alone begins at its midnight in zone `at` and ends at the next."""
    now = utc_now()
    start, _ = _moment(since, at, "--since")
    if start > now:
        raise click.BadParameter(f"{since} is still to come", param_hint="--since")
    if until is None:
        return start, now
    end, whole_day = _moment(until, at, "--until")
    end += A_DAY if whole_day else timedelta()
    if end <= start:
        raise click.BadParameter(f"{until} is not after {since}", param_hint="--until")
    return start, end


def _moment(text: str, at: ZoneInfo, option: str) -> tuple[datetime, bool]:
    """The instant, and whether only a date was given."""
    try:
        read = datetime.fromisoformat(text.strip())
        if read.tzinfo is None:
            read = read.replace(tzinfo=at)
        only_date = len(text.strip()) <= len("2026-06-01") and read.time() == time_of_day.min
        return moment(read.isoformat()), only_date
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"{text!r} is no date; write 2026-06-01 or 2026-06-01T09:30", param_hint=option
        ) from None


# --- how far --------------------------------------------------------------------------------------


def _progress() -> Progress:
    """Counts and rate on standard error: one living line on a terminal, else one now and then."""
    began = told = time.monotonic()
    living = sys.stderr.isatty()
    every_s = 0.2 if living else REPORT_EVERY_S

    def progress(done: int, total: int) -> None:
        nonlocal told
        now = time.monotonic()
        if done < total and now - told < every_s:
            return
        if done == total and told == began:
            return  # it was over before there was anything to tell
        told = now
        rate = done / max(now - began, 1e-6)
        line = f"{done:,} of {total:,} items read · {rate:,.0f}/s"
        click.echo(f"\r{line}" if living else line, err=True, nl=not living or done == total)

    return progress


# --- for people -----------------------------------------------------------------------------------

_SECTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("gained", "+", "green", "read now, not then"),
    ("lost", "−", "red", "read then, not now"),
    ("changed", "~", "yellow", "read otherwise"),
)


def _sheet(
    history: History, replayed: Replayed, found: Comparison, config: Config, limit: int
) -> Iterator[str]:
    at = zone(config.timezone)
    span = f"{_short(history.since, at)} – {_short(history.until, at)} {config.timezone}"
    yield f"{paint('backtest', 'bold')} {span}"
    yield ""
    yield table(_counts(history, replayed), head=("", "then", "now"), right="12")
    if not history.arrivals:
        yield ""
        yield "Nothing arrived in that time. Give an earlier --since, or another --database."
        return
    for name, mark, colour, meaning in _SECTIONS:
        changes: list[Change] = getattr(found, name)
        if not changes:
            continue
        yield ""
        yield paint(f"{mark} {name} {len(changes)}", colour, "bold") + paint(f"  {meaning}", "dim")
        for change in changes[:limit]:
            yield from _lines(change, mark, config)
        if len(changes) > limit:
            yield paint(f"  {len(changes) - limit} more: --limit {len(changes)}, or --json", "dim")
    if not (found.gained or found.lost or found.changed):
        yield ""
        yield "Nothing gained, lost or changed: these rules say what was recorded."
    if shares := found.receivers():
        yield ""
        rows = [
            (name, str(s.was), str(s.now), f"+{s.gained}" if s.gained else "",
             f"−{s.lost}" if s.lost else "")
            for name, s in shares.items()
        ]  # fmt: skip
        head = ("receiver", "told then", "would be told", "gained", "lost")
        yield table([(*row, "") for row in rows], head=(*head, ""), right="1234")


def _counts(history: History, replayed: Replayed) -> list[tuple[str, str, str]]:
    def row(name: str, was: int, now: int) -> tuple[str, str, str]:
        return name, f"{was:,}", f"{now:,}"

    texts = len(history.arrivals)
    return [
        row("texts read", texts, texts),
        row("facts", len(history.facts), len(replayed.facts)),
        row("to be alerted", sum(f.alerts for f in history.facts),
            sum(f.alerts for f in replayed.facts)),
        row("unsure", len(history.unsure), len(replayed.unsure)),
    ]  # fmt: skip


def _lines(change: Change, mark: str, config: Config) -> Iterator[str]:
    fact = change.fact
    event, at = fact.event, zone(config.timezone)
    room = screen_columns() - 4
    head = [
        status_tag(event.match.status),
        _firm(fact, config),
        ", ".join(map(place, event.match.destinations)) or "destinations not disclosed",
        f"{event.verdict}, {event.match.certainty}",
        f"{event.item.source_name or event.item.source_id} {_short(event.item.fetched_at, at)}",
    ]
    yield f"  {mark} " + cut(" · ".join(head), room)
    if change.was and change.now:
        for name in change.differences:
            yield cut(f"    {name:<12}  {_arrow(change.was, change.now, name, config)}", room)
        if change.was.told != change.now.told:
            told = f"{_names(change.was)} → {_names(change.now)}"
            yield cut(f"    {'told':<12}  {told}", room)
    else:
        yield cut(f"    {'told':<12}  {_names(fact)}{_why_not(fact)}", room)
    yield cut(f"    “{defuse(event.match.quote)}”", room)
    yield cut(f"    {paint(f'monitor explain {event.item.id}', 'dim')}", room)


def _firm(fact: Fact, config: Config) -> str:
    match = fact.event.match
    names = {issuer.id: issuer.name for issuer in config.issuers}
    known = names.get(match.issuer_id or "")
    return defuse(known or match.firm_name or match.issuer_id or "nobody")


def _arrow(was: Fact, now: Fact, name: str, config: Config) -> str:
    """`repeat → new`, in words."""

    def said(fact: Fact) -> str:
        match = fact.event.match
        words: dict[str, Callable[[], str]] = {
            "firm": lambda: _firm(fact, config),
            "destinations": lambda: ", ".join(map(place, sorted(match.destinations))),
            "products": lambda: ", ".join(map(product, sorted(match.products))),
            "verdict": lambda: fact.event.verdict,
            "alert": lambda: "yes" if fact.alerts else f"no{_why_not(fact)}",
        }
        return words.get(name, lambda: str(getattr(match, name)))() or "none"

    return f"{said(was)} → {said(now)}"


def _why_not(fact: Fact) -> str:
    held = fact.event.held_because
    return f" ({held})" if held and not fact.told else ""


def _names(fact: Fact) -> str:
    return ", ".join(fact.told) or "nobody"


def _short(instant: datetime, at: ZoneInfo) -> str:
    return f"{instant.astimezone(at):%Y-%m-%d %H:%M}"


# --- for programs ---------------------------------------------------------------------------------


def _as_json(
    history: History, replayed: Replayed, found: Comparison, tickers: Tickers
) -> dict[str, Any]:
    def side(fact: Fact | None) -> dict[str, Any] | None:
        if fact is None:
            return None
        row = event_row(fact.event.match, tickers, fact.event)
        row |= {
            "alert": fact.alerts,
            "held": fact.event.held_because,
            "revision": fact.event.revision,
            "reasons": list(fact.event.reasons),
            "told": list(fact.told),
        }
        return row

    def rows(changes: Sequence[Change]) -> list[dict[str, Any]]:
        return [
            {
                "item": change.fact.event.item.id,
                "source": change.fact.event.item.source_id,
                "title": change.fact.event.item.title,
                "url": change.fact.event.item.url,
                "seen": change.fact.event.item.fetched_at.isoformat(),
                "differences": list(change.differences),
                "then": side(change.was),
                "now": side(change.now),
            }
            for change in changes
        ]

    return {
        "since": history.since.isoformat(),
        "until": history.until.isoformat(),
        "texts": len(history.arrivals),
        "then": {
            "facts": len(history.facts),
            "alerts": sum(f.alerts for f in history.facts),
            "unsure": len(history.unsure),
        },
        "now": {
            "facts": len(replayed.facts),
            "alerts": sum(f.alerts for f in replayed.facts),
            "unsure": len(replayed.unsure),
        },
        "gained": rows(found.gained),
        "lost": rows(found.lost),
        "changed": rows(found.changed),
        "unchanged": len(found.unchanged),
        "newly_unsure": sorted(replayed.unsure - history.unsure),
        "no_longer_unsure": sorted(history.unsure - replayed.unsure),
        "receivers": {
            name: {
                "told_then": share.was,
                "would_be_told": share.now,
                "gained": share.gained,
                "lost": share.lost,
            }
            for name, share in found.receivers().items()
        },
    }
