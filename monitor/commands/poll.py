"""`monitor poll`: one visit by hand."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence

import click

from monitor.adapters import ADAPTERS
from monitor.clock import CHINA, utc_now
from monitor.commands.options import config_option, database_option, loaded, one_heap
from monitor.config import Config, Source
from monitor.errors import ConfigError, Problem
from monitor.event import MemoryLedger, events_from
from monitor.fulltext import Completed, candidates, complete
from monitor.log import set_up
from monitor.model import Checkpoint, Event, Item, Reading, Visit
from monitor.pace import wish_told
from monitor.poll import collect, read
from monitor.rules import Rules, load_rules
from monitor.service import Service, fetcher_for
from monitor.terminal import cut, defuse, paint, screen_columns, status_tag, table


@click.command(short_help="visit the sources once now and deliver what is due")
@click.argument("source_ids", nargs=-1, metavar="[SOURCE_ID ...]")
@config_option
@database_option
@click.option(
    "--dry-run", is_flag=True, help="Show what a first visit yields; store and send nothing."
)
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="With --dry-run: every item, with link and text, not only finds.",
)
def poll(
    source_ids: Sequence[str], config_path: str, database: str | None, dry_run: bool, verbose: bool
) -> None:
    """Visit the named sources, or all of them, once; deliver what is due; a line per source.

    Exit code 1 when a source failed.

    \b
      monitor poll
      monitor poll jlmag-irm szse-irm
      monitor poll jlmag-irm --dry-run -v        what does this source yield, and how is it read?
    """
    one_heap()
    set_up("warning")
    config = loaded(config_path, database)
    ids = _chosen(source_ids, config, config_path)
    visits = asyncio.run(_try(config, ids, verbose) if dry_run else _poll(config, ids))
    sys.exit(0 if all(v.ok for v in visits) else 1)


def _chosen(wanted: Sequence[str], config: Config, config_path: str) -> list[str]:
    known = {s.id: s for s in config.sources}
    problems = [
        Problem(config_path, 1, name, f"no such source; known: {', '.join(sorted(known))}")
        for name in wanted
        if name not in known
    ]
    problems += [
        Problem(config_path, 1, name, "is switched off (enabled: false)")
        for name in wanted
        if name in known and not known[name].enabled
    ]
    if problems:
        raise ConfigError(problems)
    return list(wanted) or [s.id for s in config.sources if s.enabled]


async def _poll(config: Config, ids: Sequence[str]) -> list[Visit]:
    async with Service.open(config, counting=False) as service:
        # What a visit brings is in memory until it is stored: no more of them than requests.
        room = asyncio.Semaphore(config.fetch.concurrency)

        async def visit(source_id: str) -> Visit:
            async with room:
                return await service.visit(source_id)

        visits = await asyncio.gather(*map(visit, ids))
        click.echo(table([_row(v) for v in visits]))
        tally = await service.outbox.flush()
        told = f"alerts: {tally.sent} sent · {tally.retried} to be retried · {tally.dead} dead"
        click.echo(told)
        return visits


def _row(visit: Visit) -> tuple[str, ...]:
    if not visit.ok:
        return (paint("✕", "red"), visit.source_id, "failed", defuse(visit.error or ""))
    dot = paint("●", "green")
    if visit.unchanged:
        return (dot, visit.source_id, "unchanged", "")
    told = f"{visit.items} items, {visit.fresh} fresh, {visit.events} events"
    told += f", {visit.deliveries} alerts"
    if visit.first:
        told += " (first visit: a baseline)"
    told += "".join(f" · {note}" for note in visit.notes)
    return (dot, visit.source_id, "polled", defuse(told))


async def _try(config: Config, ids: Sequence[str], verbose: bool) -> list[Visit]:
    """Visit as if for the first time and show what came, full texts included; nothing is stored,
    nobody is told."""
    rules = load_rules(config.issuers, config.rules_dirs)
    sources = {s.id: s for s in config.sources}
    names = {i.id: i.name for i in config.issuers}
    fetcher = fetcher_for(config)
    visits = []
    try:
        for name in ids:
            adapter = ADAPTERS[sources[name].adapter](sources[name], config.issuers)
            source = sources[name]
            harvest = await collect(source, adapter, fetcher, Checkpoint(name))
            failure = str(harvest.failure) if harvest.failure else None
            visit = Visit(
                name, ok=failure is None, items=len(harvest.items), fresh=len(harvest.items),
                skipped=len(harvest.skips), error=failure,
            )  # fmt: skip
            visits.append(visit)
            found = list(harvest.items.values())
            wanted = await asyncio.to_thread(candidates, found, rules)
            done = await complete(
                wanted, {}, fetcher, user_agent=source.user_agent, robots=source.robots,
                unchecked=harvest.unchecked,
            )  # fmt: skip
            items = [done.items.get(item.id, item) for item in found]
            click.echo(_summary(visit, items))
            for line in [*_remarks(source, harvest.cursor), *_full_texts(wanted, done)]:
                click.echo(paint(f"  {defuse(line)}", "dim"))
            for skip in harvest.skips:
                click.echo(paint(f"  left out: {skip.reason}  {defuse(skip.sample)}", "yellow"))
            verdicts = _Verdicts(rules)
            for item in sorted(items, key=lambda i: i.published_at or i.fetched_at):
                verdicts.judge(item)
            for item in items:
                reading, events = verdicts.of[item.id]
                if verbose or reading.matches or reading.unsure:
                    full = item.id in done.items
                    click.echo(_item_lines(item, reading, events, names, full=full, all_=verbose))
    finally:
        await fetcher.aclose()
    return visits


class _Verdicts:
    """What would become of each item, if nothing at all were known before the oldest of them."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._ledger = MemoryLedger()
        self.of: dict[str, tuple[Reading, Sequence[Event]]] = {}

    def judge(self, item: Item) -> None:
        """The next item; in the order of their publication."""
        reading = read(self._rules, item)
        events: Sequence[Event] = ()
        if reading.matches:
            events = events_from(item, reading, self._ledger, utc_now())
        self._ledger.apply(events, read=item)
        self.of[item.id] = (reading, events)


def _remarks(source: Source, cursor: Mapping[str, str]) -> Iterator[str]:
    """What the operator decided about its manners, and what the publisher asks for."""
    yield from source.liberties
    if told := wish_told(source, cursor, utc_now()):
        yield told


def _full_texts(wanted: Sequence[Item], done: Completed) -> Iterator[str]:
    """How many of the promising items that are cut were read in full, and why the others not."""
    if wanted:
        count = sum(not item.unread for item in done.items.values())
        why = "".join(f" · {note}" for note in done.notes)
        yield f"cut and promising: {len(wanted)}, read in full: {count}{why}"


def _summary(visit: Visit, items: Sequence[Item]) -> str:
    if not visit.ok and not items:
        return f"{paint('✕', 'red')} {visit.source_id}  failed: {defuse(visit.error or '')}"
    shape = paint("●", "green") if visit.ok else paint("◐", "yellow")
    filled = {
        "time": sum(i.published_at is not None for i in items),
        "text": sum(bool(i.text.strip()) for i in items),
        "link": sum(bool(i.url) for i in items),
        "issuer": sum(i.issuer_id is not None for i in items),
    }
    told = " · ".join(f"{field} {n}/{len(items)}" for field, n in filled.items())
    failed = f"  then failed: {defuse(visit.error)}" if visit.error else ""
    return f"{shape} {visit.source_id}  {len(items)} items · {told}{failed}"


def _item_lines(
    item: Item,
    reading: Reading,
    events: Sequence[Event],
    names: dict[str, str],
    *,
    full: bool,
    all_: bool,
) -> str:
    """`full`: its full text was asked for. `all_`: show link, firm and text too."""
    at = f"{item.published_at:%Y-%m-%d %H:%M} UTC" if item.published_at else "no time"
    if item.day_only and item.published_at:
        at = f"{item.published_at.astimezone(CHINA):%Y-%m-%d} day only"
    room = screen_columns() - 4
    lines = [f"  {paint(at, 'dim')}  {cut(defuse(item.title), room - len(at) - 2)}"]
    if all_:
        firm = f"{names.get(item.issuer_id, item.issuer_id)} · " if item.issuer_id else ""
        lines.append("    " + paint(cut(defuse(firm + (item.url or "no link")), room), "dim"))
        text = " ".join(item.text.split())
        if text and text != item.title:
            lines.append("    " + paint(cut(defuse(text), room), "dim"))
    if full:
        told = item.unread or f"read in full: {len(item.text)} characters"
        lines.append("    " + paint(cut(defuse(told), room), "yellow" if item.unread else "green"))
    for m in reading.matches:
        verdict = next((f" → {e.verdict}" for e in events if e.match == m), "")
        who = names.get(m.issuer_id or "", m.firm_name or "nobody named")
        where = ", ".join(m.destinations) or "destinations not disclosed"
        lines.append(
            f"    {status_tag(m.status)} {who} · {where} · {m.certainty}, {m.novelty}"
            f" · {m.rule_id}{verdict}"
        )
        lines.append("      " + cut(f"“{defuse(m.quote)}”", room - 4))
    if reading.unsure:
        because = f"? UNSURE {reading.unsure_because}"
        lines.append("    " + cut(f"{paint(because, 'magenta')}: {defuse(reading.unsure)}", room))
    return "\n".join(lines)
