"""`monitor digest`: the day in one mail, to look at, to keep as a file, or to send now."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.commands.options import config_option, database_option, loaded
from monitor.errors import ConfigError
from monitor.log import set_up
from monitor.terminal import defuse

if TYPE_CHECKING:  # a database and templates: loaded when the command needs them
    from monitor.config import Config
    from monitor.digest import Window
    from monitor.stores import Store


def _day(ctx: click.Context, parameter: click.Parameter, value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a day; write 2026-03-02") from None


@click.command(short_help="the day in one mail: look at it, keep it, or send it now")
@click.option("--day", callback=_day, metavar="YYYY-MM-DD", help="Another day than today.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    help="Write it to this file, and its plain text beside it.",
)
@click.option("--send", is_flag=True, help="Queue it for its mailboxes now.")
@config_option
@database_option
def digest(
    day: date | None, out: Path | None, send: bool, config_path: str, database: str | None
) -> None:
    """Build the digest of a day and print its plain text, or write it as HTML.

    It covers the 24 hours up to the hour of the digest, or up to now. Looking at a day again
    changes nothing of what was or will be mailed. --send makes the mail now; today's then stands in
    for the one that would be made at its hour, for a mailbox gets one a day. A running service
    sends it within a minute, `monitor poll` at once.

    \b
      monitor digest
      monitor digest --day 2026-03-02 --out monday.html
      monitor digest --send
    """
    if send and out:
        raise click.UsageError("--out writes a file and --send a mail; choose one")
    set_up("warning")
    config = loaded(config_path, database)

    from monitor.clock import utc_now
    from monitor.digest import web_of, window_of
    from monitor.stores import open_store

    store = open_store(config.database, create=False)
    try:
        now = utc_now()
        window = window_of(store, config, day, now)
        if window.from_at >= now:
            raise click.BadParameter(f"{window.day} is still to come", param_hint="--day")
        if send:
            _send(store, config, day)
        elif out is None:
            click.echo(_text(store, config, window), nl=False)
        else:
            for path in write(store, config, window, out, web=web_of(config)):
                click.echo(f"written: {path}")
    finally:
        store.close()


def _text(store: Store, config: Config, window: Window) -> str:
    from monitor.digest import gather, sheet_of, text_of, web_of

    told = text_of(sheet_of(gather(store, config, window), web=web_of(config)))
    encoding = sys.stdout.encoding or "utf-8"
    return told.encode(encoding, "backslashreplace").decode(encoding)


def write(store: Store, config: Config, window: Window, out: Path, *, web: str) -> list[Path]:
    """Write the digest as HTML to `out` and as text beside it; the paths. One clear error."""
    from monitor.digest import gather, text_of
    from monitor.digest.mail import fitted

    words, page = fitted(gather(store, config, window), web=web)
    twin = out.with_suffix(".txt")
    if twin == out:
        raise click.BadParameter(
            "is the name of the text beside it; write FILE.html", param_hint="--out"
        )
    try:
        out.write_text(page, "utf-8", errors="replace")
        twin.write_text(text_of(words), "utf-8", errors="replace")
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(f"{defuse(str(error.filename or out))}: {reason}") from None
    return [out, twin]


def _send(store: Store, config: Config, day: date | None) -> None:
    from monitor.clock import utc_now
    from monitor.digest import by_hand

    if config.digest is None:
        message = "is not there; write digest: {to: [...]}, then there is somebody to send it to"
        raise ConfigError([config.problem("digest", message)])
    for mailbox in config.digest.to:
        made = by_hand(store, config, mailbox, day, utc_now())
        if made is None:
            told = "has that day's already: `monitor deliveries` shows what became of it"
            click.echo(f"{mailbox.id} {told}")
        else:
            click.echo(f"queued for {mailbox.id}: {defuse(made.subject)}")
