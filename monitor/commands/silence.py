"""`monitor silence`: a person asks for quiet about something, for a time and with a reason.

Silences live in the database; a running service obeys them from the next alert on. What they
suppress is stored with the silence's id: `monitor deliveries --silenced` lists it.
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from monitor.clock import utc_now, zone
from monitor.commands.options import config_option, database_option, loaded
from monitor.model import FAMILY, Silence, digest_id
from monitor.terminal import age, defuse, paint, table

if TYPE_CHECKING:
    from monitor.config import Config

KEYS = ("issuer", "status", "route", "receiver")


@click.group(short_help="suppress alerts about something for a time")
def silence() -> None:
    """Suppress alerts about something for a time. Nothing is lost: `monitor deliveries --silenced`.

    Corrections of alerts that went out are told all the same.

    \b
      monitor silence add issuer=jl-mag --for 2h --by anna --why "results call, we listen live"
      monitor silence add receiver=desk status=granted,renewed --for 1d --why "desk is moving"
      monitor silence list
      monitor silence end 3fa9c1
    """


@silence.command(short_help="suppress alerts that fit, for a time")
@click.argument("words", nargs=-1, required=True, metavar="KEY=VALUE[,VALUE] ...")
@click.option("--for", "length", required=True, metavar="SPAN", help="30m, 2h, 1d: how long.")
@click.option("--by", "author", default=getpass.getuser, help="Who asks; default: you.")
@click.option("--why", required=True, help="The reason, for those who wonder later.")
@config_option
@database_option
def add(
    words: Sequence[str],
    length: str,
    author: str,
    why: str,
    config_path: str,
    database: str | None,
) -> None:
    """Suppress alerts that fit all of the given conditions.

    issuer (id, ticker, role or mineral), status (granted, suspended, ..., or unsure), route (its id
    or number), receiver. Of several values of one key any will do.
    """
    from monitor.stores import open_store

    config = loaded(config_path, database)
    made = _silence(words, _seconds(length), author, why, config, utc_now())
    store = open_store(config.database)
    try:
        store.add_silence(made)
    finally:
        store.close()
    until = made.until_at.astimezone(zone(config.timezone))
    click.echo(f"silence {made.id} holds until {until:%Y-%m-%d %H:%M %Z}: {_conditions(made)}")


def _seconds(length: str) -> float:
    from monitor.config import seconds

    try:
        return seconds(length)
    except ValueError as error:
        raise click.UsageError(f"--for: {error}") from None


def _silence(
    words: Sequence[str], length_s: float, author: str, why: str, config: Config, now: datetime
) -> Silence:
    """The silence the words ask for. Raises UsageError: what fits nothing silences nothing."""
    from monitor.config import Directory, suggestion

    given: dict[str, list[str]] = {key: [] for key in KEYS}
    for word in words:
        key, _, values = word.partition("=")
        if key not in KEYS or not values:
            raise click.UsageError(f"cannot read {word!r}{suggestion(key, KEYS)}; write KEY=VALUE")
        given[key] += [value for value in values.split(",") if value]
    directory = Directory(config.issuers)
    issuers: list[str] = []
    for name in given["issuer"]:
        found = directory.some(name)
        if not found:
            hint = directory.hint(name, groups=True)
            raise click.UsageError(f"the watchlist has no firm or group {name!r}{hint}")
        issuers += found
    routes = [str(n) for n in range(1, len(config.routes) + 1)]
    routes += [route.id for route in config.routes if route.id]
    for key, known in (
        ("status", [*FAMILY, "unsure"]),
        ("route", routes),
        ("receiver", [r.id for r in config.receivers]),
    ):
        for value in given[key]:
            if value not in known:
                raise click.UsageError(f"there is no {key} {value!r}{suggestion(value, known)}")
    return Silence(
        digest_id(now.isoformat(), author, *words, length=6),
        now,
        now + timedelta(seconds=length_s),
        author,
        why,
        tuple(dict.fromkeys(issuers)),
        tuple(given["status"]),
        tuple(given["route"]),
        tuple(given["receiver"]),
    )


@silence.command("list", short_help="show the silences that hold")
@click.option("--all", "everything", is_flag=True, help="Those that are over, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@config_option
@database_option
def list_(everything: bool, as_json: bool, config_path: str, database: str | None) -> None:
    """Show the silences that hold: what, for how long, who asked, and why."""
    from monitor.stores import open_store

    config = loaded(config_path, database)
    store = open_store(config.database)
    try:
        now = utc_now()
        found = store.silences(None if everything else now)
        held = store.deliveries("silenced", limit=-1)
    finally:
        store.close()
    if as_json:
        for one in found:
            click.echo(json.dumps(asdict(one), default=str, ensure_ascii=False))
    elif not found:
        click.echo("No silence holds." if not everything else "No silence so far.")
    else:
        rows = []
        for one in found:
            left_s = (one.until_at - now).total_seconds()
            left = f"{age(left_s)} left" if left_s > 0 else paint("over", "dim")
            count = sum(d.silence_id == one.id for d in held)
            rows.append((one.id, left, one.author, str(count), _conditions(one), defuse(one.why)))
        head = ("silence", "time", "by", "suppressed", "what", "why")
        click.echo(table(rows, head=head, right="3"))


@silence.command(short_help="end a silence before its time")
@click.argument("silence_id", metavar="ID")
@config_option
@database_option
def end(silence_id: str, config_path: str, database: str | None) -> None:
    """End a silence before its time. What it suppressed stays suppressed."""
    from monitor.stores import open_store

    config = loaded(config_path, database)
    store = open_store(config.database)
    try:
        ended = store.end_silence(silence_id, utc_now())
    finally:
        store.close()
    click.echo(f"silence {ended.id} is over: {_conditions(ended)}")


def _conditions(silence: Silence) -> str:
    """`issuer jl-mag · status granted or renewed`."""
    lists = (silence.issuers, silence.statuses, silence.routes, silence.receivers)
    told = [f"{key} {_some(values)}" for key, values in zip(KEYS, lists, strict=True) if values]
    return " · ".join(told)


def _some(values: Sequence[str]) -> str:
    rest = f" and {len(values) - 4} more" if len(values) > 4 else ""
    return " or ".join(values[:4]) + rest
