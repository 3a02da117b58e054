"""`monitor test-alert`, `deliveries` and `retry`: what reaches the receivers, seen by hand."""

from __future__ import annotations

import asyncio
import difflib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from monitor.clock import utc_now, zone
from monitor.commands.options import config_option, database_option, loaded
from monitor.errors import ConfigError, DeliveryError, StoreError
from monitor.log import set_up
from monitor.model import Delivery, DeliveryState, digest_id
from monitor.terminal import age, cut, defuse, paint, screen_columns, status_tag, table

if TYPE_CHECKING:  # a database and some two seconds of plug-ins: loaded when a command needs them
    from monitor.channels import Channel
    from monitor.config import Config, Receiver
    from monitor.stores import Store

ANSWER_WITHIN_S = 30.0


# --- test-alert -----------------------------------------------------------------------------------


@click.command("test-alert", short_help="send a marked test message and show the answer")
@click.argument("receiver_ids", nargs=-1, metavar="[RECEIVER_ID ...]")
@config_option
def test_alert(receiver_ids: Sequence[str], config_path: str) -> None:
    """Send a message marked as a test to the named receivers, or to all, and show what they answer.

    A mailbox of the digest gets one when it is named. Exit code 1 when one did not accept it.

    \b
      monitor test-alert
      monitor test-alert desk
    """
    set_up("warning")
    config = loaded(config_path)
    accepted = asyncio.run(_test(config, _chosen(receiver_ids, config)))
    sys.exit(0 if accepted else 1)


def _chosen(wanted: Sequence[str], config: Config) -> list[Receiver]:
    """The named receivers and mailboxes of the digest; without names all receivers."""
    from monitor.config import Receiver

    boxes = config.digest.to if config.digest else ()
    known = {box.id: Receiver(id=box.id, channel="mail", url=box.url) for box in boxes}
    known |= {r.id: r for r in config.receivers}
    problems = []
    for name in dict.fromkeys(wanted):
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"
            problems.append(config.problem("receivers", f"no receiver {name!r}{hint}"))
    if problems:
        raise ConfigError(problems)
    return [known[name] for name in dict.fromkeys(wanted)] or config.receivers


async def _test(config: Config, receivers: Sequence[Receiver]) -> bool:
    from monitor.channels import open_channels

    channels = await open_channels(receivers, problem=config.problem)
    told = await asyncio.gather(
        *(_answer(r, channels[r.id], zone(config.timezone)) for r in receivers)
    )
    rows = []
    for receiver, (accepted, words, took_s) in zip(receivers, told, strict=True):
        mark = paint("✓ accepted", "green") if accepted else paint("✕ failed", "red")
        rows.append((mark, receiver.id, receiver.channel, f"{took_s:.2f} s", words))
    click.echo(table(rows, right="3"))
    await asyncio.gather(*(channel.aclose() for channel in channels.values()))
    return all(accepted for accepted, _, _ in told)


async def _answer(receiver: Receiver, channel: Channel, at: ZoneInfo) -> tuple[bool, str, float]:
    """Whether the other side accepted, its words, and how long that took in seconds."""
    from monitor.render import trial

    now, started = utc_now(), time.monotonic()
    id_ = digest_id("test", receiver.id, now.isoformat(), length=12)
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            words = await channel.send(trial(receiver.id, delivery_id=id_, now=now, zone=at))
        accepted = True
    except DeliveryError as error:
        hint = _HINTS.get(error.reason, "")
        accepted, words = False, f"{error}{hint}"
    except TimeoutError:
        accepted, words = False, f"no answer within {ANSWER_WITHIN_S:g} s"
    return accepted, defuse(words), time.monotonic() - started


_HINTS = {
    "auth": " (the token or password is not accepted)",
    "client": " (the address or the form of the message is not accepted)",
    "rate_limited": " (too many messages: try later)",
}


# --- deliveries, retry ----------------------------------------------------------------------------


@click.command(short_help="list alerts that wait, were sent or are dead")
@click.option("--dead", "state", flag_value="dead", help="Only those that were given up.")
@click.option("--pending", "state", flag_value="pending", help="Only those that wait.")
@click.option("--silenced", "state", flag_value="silenced", help="Only those a silence suppressed.")
@click.option("--group", "group_id", metavar="ID", help="Only those that this delivery carries.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--limit", default=50, show_default=True, help="The newest so many.")
@config_option
@database_option
def deliveries(
    state: DeliveryState | None,
    group_id: str | None,
    as_json: bool,
    limit: int,
    config_path: str,
    database: str | None,
) -> None:
    """List deliveries, the newest first: one line per alert and receiver.

    A dead one was refused for good or could not be sent for days: `monitor retry ID` sends it
    again. One in a group went out, or will, in one message with others; one for the digest or under
    a silence was not sent. The last column tells why.

    \b
      monitor deliveries
      monitor deliveries --dead
    """
    config, store = _opened(config_path, database)
    try:
        found = store.carried(group_id) if group_id else store.deliveries(state, limit=limit)
        if as_json:
            for delivery in found:
                click.echo(json.dumps(asdict(delivery), default=str, ensure_ascii=False))
        else:
            _show(found, store, config, utc_now(), state)
    finally:
        store.close()


def _opened(config_path: str, database: str | None) -> tuple[Config, Store]:
    from monitor.stores import open_store

    config = loaded(config_path, database)
    return config, open_store(config.database, create=False)


_STATES = {
    "sent": ("✓ sent", "green"),
    "pending": ("◷ waits", "yellow"),
    "dead": ("✕ dead", "red"),
    "grouped": ("≡ in group", "dim"),
    "digest": ("○ digest", "dim"),
    "silenced": ("– silenced", "dim"),
}


def _show(
    found: Sequence[Delivery],
    store: Store,
    config: Config,
    now: datetime,
    state: DeliveryState | None,
) -> None:
    rows = []
    for d in found:
        word, colour = _STATES[d.state]
        words = (d.answer if d.state == "sent" else d.error) or d.because or ""
        words += f" ({d.group_id})" if d.group_id else ""
        rows.append(
            (paint(word, colour), d.id, d.receiver_id, _when(d, now), str(d.attempts),
             _headline(d, store, config), defuse(words))
        )  # fmt: skip
    if rows:
        head = ("state", "delivery", "receiver", "when", "tries", "alert", "answer or error")
        click.echo(table(rows, head=head, right="4"))
    else:
        click.echo(f"No delivery {'is ' + state if state else 'so far'}.")
    counts = store.queue_counts()
    click.echo(cut(" · ".join(f"{n} {state}" for state, n in counts.items()), screen_columns()))


def _when(delivery: Delivery, now: datetime) -> str:
    if delivery.sent_at is not None:
        return f"{age((now - delivery.sent_at).total_seconds())} ago"
    if delivery.state == "dead":
        return "given up"
    if delivery.state != "pending":
        return ""
    due_s = (delivery.due_at - now).total_seconds()
    return "due now" if due_s <= 0 else f"in {age(due_s)}"


def _headline(delivery: Delivery, store: Store, config: Config) -> str:
    """`▲ GRANTED JL MAG`, or what the delivery is about when that is no firm's news."""
    from monitor.model import Edition, Event, Group, Notice

    try:
        subject = store.subject(delivery)
    except StoreError:
        return delivery.about
    names = {issuer.id: issuer.name for issuer in config.issuers}
    match subject:
        case Event(match=found):
            firm = names.get(found.issuer_id or "") or found.firm_name or found.issuer_id or ""
            return f"{status_tag(found.status)} {cut(defuse(firm), 24)}"
        case Group():
            return f"≡ {len(subject.members)} alerts"
        case Notice():
            return cut(defuse(subject.title), 40)
        case Edition():
            return cut(defuse(subject.subject), 40)
    firm = names.get(subject.item.issuer_id or "", subject.item.title)
    return f"? UNSURE {cut(defuse(firm), 24)}"


@click.command(short_help="send a dead alert again")
@click.argument("delivery_ids", nargs=-1, metavar="ID ...")
@click.option("--all", "everything", is_flag=True, help="Every dead delivery.")
@config_option
@database_option
def retry(
    delivery_ids: Sequence[str], everything: bool, config_path: str, database: str | None
) -> None:
    """Make dead deliveries due again, under the same ids.

    A running service sends them within a minute, `monitor poll` at once.

    \b
      monitor deliveries --dead
      monitor retry 91be04c2d7aa
    """
    if bool(delivery_ids) == everything:
        raise click.UsageError("name the deliveries (`monitor deliveries --dead`), or --all")
    _, store = _opened(config_path, database)
    try:
        now = utc_now()
        for id_ in [d.id for d in store.dead()] if everything else dict.fromkeys(delivery_ids):
            delivery = store.requeue(id_, now)
            click.echo(f"{delivery.id} to {delivery.receiver_id} is due again")
    finally:
        store.close()
