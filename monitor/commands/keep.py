"""`monitor backup`, `restore`, `prune` and `vacuum`: what is kept, and where."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.clock import utc_now
from monitor.commands.options import config_option, database_option, loaded
from monitor.log import set_up
from monitor.terminal import paint

if TYPE_CHECKING:
    from monitor.stores.copying import Copy, Progress

VACUUM_WORTH = 0.2
"""Share of the file that holds nothing: from here on it is worth a VACUUM."""


@click.command(short_help="copy the database while the service runs")
@click.argument("file", type=click.Path(path_type=Path))
@config_option
@database_option
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
def backup(file: Path, config_path: str, database: str | None, force: bool) -> None:
    """Copy the database to FILE, of one moment, while the service goes on; look through the copy.

    FILE appears only when it is whole and on the disk. By schedule: the `backup:` block of
    feeds.yaml.

    \b
      monitor backup /backup/monitor.db
      monitor backup /backup/monitor-$(date +%F).db
    """
    from monitor.stores.copying import copy_database

    set_up("warning")
    path = _database(config_path, database)
    with _progress() as progress:
        made = copy_database(path, file, force=force, progress=progress)
    click.echo(f"{paint('✓', 'green')} {file}: {_told(made)}")


@click.command(short_help="bring a backup back; the service must be stopped")
@click.argument("file", type=click.Path(path_type=Path))
@config_option
@database_option
def restore(file: Path, config_path: str, database: str | None) -> None:
    """Put the backup FILE in the place of the database. What was there is kept beside it.

    Alerts that waited when the backup was made may have gone out since: they are sent again under
    the same delivery ids, marked "may be a repeat". News since then is found again as far as the
    sources still list it.

    \b
      monitor restore /backup/monitor-2026-03-02.db
    """
    from monitor.stores.restoring import restore as bring_back

    set_up("warning")
    path = _database(config_path, database)
    with _progress() as progress:
        made, aside = bring_back(file, path, utc_now(), progress=progress)
    click.echo(f"{paint('✓', 'green')} {path} is {file} again: {_told(made)}")
    if aside is not None:
        click.echo(f"what was there is {aside}; delete it when all is well")


@click.command(short_help="forget what `keep:` says is old enough")
@config_option
@database_option
@click.option("--dry-run", is_flag=True, help="Only show what would go.")
def prune(config_path: str, database: str | None, dry_run: bool) -> None:
    """Forget what the `keep:` block of feeds.yaml says is old enough; the service does so itself.

    In steps of a few hundredths of a second, so that a running service is not held up. What an
    event, an alert or the unsure queue needs stays, and nothing forgotten comes back as new.

    \b
      monitor prune --dry-run
      monitor prune
    """
    from monitor.stores import Store, open_store
    from monitor.stores.retention import Limits, Pruned

    set_up("warning")
    config = loaded(config_path, database)
    limits = Limits.of(config.keep, utc_now())
    store: Store
    with contextlib.closing(open_store(config.database, create=False)) as store:
        if dry_run:
            total = store.prune(limits, dry_run=True)
        else:
            total = Pruned()
            with _progress() as progress:
                while True:
                    step = store.prune(limits)
                    total.add(step)
                    if not step.more:
                        break
                    progress(f"{total.bodies + total.items + total.events} so far", 0.0)
                    time.sleep(0.02)  # others write in between
        would = "would go" if dry_run else "gone"
        size = f"{total.text_bytes / 1e6:.1f} MB of text"
        click.echo(
            f"{would}: {total.bodies} texts · {total.items} items · {total.events} events ({size})"
            + (f" · {total.last_bodies} old bodies of sources" if total.last_bodies else "")
        )
        if advice := vacuum_advice(*store.space()):
            click.echo(advice)


@click.command(short_help="give unused space back to the disk; the service must be stopped")
@config_option
@database_option
def vacuum(config_path: str, database: str | None) -> None:
    """Write the database anew without the gaps that pruning left.

    Seldom needed: gaps are filled with what comes. Needs twice the space of what is used for a
    moment, and that the service is stopped.

    \b
      monitor vacuum
    """
    from monitor.stores.restoring import vacuum as shrink

    set_up("warning")
    before, after = shrink(_database(config_path, database))
    click.echo(f"{paint('✓', 'green')} {before / 1e6:.1f} MB before, {after / 1e6:.1f} MB now")


def vacuum_advice(size: int, free: int) -> str | None:
    """What to do when much of the file is empty, or None. Both in bytes."""
    if free <= VACUUM_WORTH * size:
        return None
    return (
        f"{free / 1e6:.1f} of {size / 1e6:.1f} MB hold nothing: the service fills them as it goes;"
        " to give them back, stop it and run `monitor vacuum`"
    )


def _database(config_path: str, database: str | None) -> str:
    """Where the database is; with --database no configuration is needed."""
    return database or loaded(config_path).database


def _told(made: Copy) -> str:
    rows = " · ".join(f"{count} {name}" for name, count in made.rows.items())
    size = f"{made.size_bytes / 1e6:.1f} MB"
    return f"{size}, {made.tables} tables, {rows}; whole ({made.elapsed_s:.1f} s)"


@contextlib.contextmanager
def _progress() -> Iterator[Progress]:
    """A line that moves, on a terminal, for work that takes longer than a second."""
    began = shown = time.monotonic()

    def tell(what: str, share: float) -> None:
        nonlocal shown
        now = time.monotonic()
        if sys.stderr.isatty() and now - began > 1 and now - shown > 0.2:
            shown = now
            click.echo(f"\r{what} {share:4.0%} ", nl=False, err=True)

    yield tell
    if shown > began:
        click.echo("\r" + " " * 30 + "\r", nl=False, err=True)
