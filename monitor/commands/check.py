"""`monitor check`: is everything a person wrote in order, and who would be told what.

Nothing is visited, sent or stored. Problems of all parts are collected and told together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from monitor.errors import ConfigError, MonitorError, Problem
from monitor.model import (
    ALERTING,
    ALERTING_VERDICTS,
    FAMILY,
    TIERS,
    Certainty,
    Event,
    Item,
    Kind,
    Match,
    Status,
    Story,
    Tier,
    Unsure,
    Verdict,
)
from monitor.terminal import cut, defuse, paint, screen_columns, status_tag

if TYPE_CHECKING:  # what check looks at is loaded when it looks: `--help` stays quick
    from monitor.config import Config, Issuer, Quiet
    from monitor.rules import Rules

ROUTE_KEYS = (
    "issuer", "status", "dest", "product", "verdict", "certainty", "tier", "kind", "unsure", "at",
)  # fmt: skip


@click.command(short_help="check configuration, watchlist, rule packs and routes")
@click.argument("what", nargs=-1, metavar="[FILE | rules | routes KEY=VALUE...]")
@click.option(
    "--config",
    "-c",
    "config_path",
    default="feeds.yaml",
    show_default=True,
    envvar="MONITOR_CONFIG",
    help="The configuration, for `routes` and `rules`.",
)
def check(what: tuple[str, ...], config_path: str) -> None:
    """Check the configuration, the watchlist, the rule packs with their examples, the routes.

    All problems are told at once, as file:line: key: problem, and the exit code is 2.

    \b
      monitor check                                       feeds.yaml in this folder
      monitor check /etc/monitor/feeds.yaml               another file
      monitor check rules                                 only the rule packs
      monitor check routes                                who hears what
      monitor check routes issuer=jl-mag status=granted dest=JP
                                                          who would hear this, and why not others

    For `routes`: issuer (id or ticker), status, dest (JP,US), product (magnets), verdict,
    certainty, and of its source tier (official) and kind (ir_qa). unsure=yes: an entry of the
    unsure queue; at=2026-03-02T23:30 (in the configured zone): quiet hours then.
    """
    match what:
        case ("routes", *words):
            config = _config(config_path)
            wanted = _wanted(words, config)
            click.echo("\n".join(_told(wanted, config) if words else _route_lines(config)))
        case ("rules",):
            present = Path(config_path).exists()
            click.echo("rules: " + _rules_line(_rules(_config(config_path) if present else None)))
        case () | (_,):
            _check_all(what[0] if what else config_path)
        case _:
            raise click.UsageError(f"what is {what[1]!r}? Give one FILE, `rules` or `routes`.")


def _check_all(path: str) -> None:
    """Print the summary, or raise ConfigError with the problems of all parts."""
    problems: list[Problem] = []
    config: Config | None = None
    rules: Rules | None = None
    try:
        config = _config(path)
    except ConfigError as error:
        problems += error.problems
    try:
        rules = _rules(config)
    except ConfigError as error:
        problems += error.problems
    if config is not None:
        problems += [*_source_problems(config), *_receiver_problems(config)]
    if problems or config is None or rules is None:
        raise ConfigError(problems)
    click.echo(paint(f"{defuse(path)}: all in order", "green", "bold"))
    for name, text in _summary(config, rules):
        click.echo(f"  {name:<10} {text}")
    for note in _notes(config):
        click.echo(paint("  note       ", "yellow") + note)


# --- the parts ------------------------------------------------------------------------------------


def _config(path: str) -> Config:
    from monitor.adapters import ADAPTERS
    from monitor.channels import CHANNELS
    from monitor.config import load_config

    return load_config(path, adapters=ADAPTERS, channels=CHANNELS)


def _rules(config: Config | None) -> Rules:
    """The rule packs; with a broken configuration the built-in ones against the shipped firms."""
    from monitor.config import builtin_issuers
    from monitor.rules import load_rules

    if config is None:
        return load_rules(builtin_issuers())
    return load_rules(config.issuers, config.rules_dirs)


def _source_problems(config: Config) -> Iterator[Problem]:
    """What only the adapters can tell: each is asked for its first requests. None is made."""
    from monitor.adapters import ADAPTERS
    from monitor.model import Checkpoint

    for source in config.sources:
        try:
            adapter = ADAPTERS[source.adapter](source, config.issuers)
            list(adapter.start(Checkpoint(source.id)))
        except ConfigError as error:
            yield from (_placed(p, config, f"sources.{source.id}") for p in error.problems)
        except (MonitorError, ValueError) as error:
            yield config.problem(f"sources.{source.id}", str(error))


def _receiver_problems(config: Config) -> Iterator[Problem]:
    """What only the channels can tell: whether an address is one of theirs. Nothing is sent."""
    from monitor.channels import CHANNELS, build_mailboxes

    for receiver in config.receivers:
        try:
            CHANNELS[receiver.channel](receiver)
        except ConfigError as error:
            yield from (_placed(p, config, f"receivers.{receiver.id}") for p in error.problems)
    try:
        build_mailboxes(config.digest.to if config.digest else (), problem=config.problem)
    except ConfigError as error:
        yield from error.problems


def _placed(problem: Problem, config: Config, entry: str) -> Problem:
    """The problem of an adapter or channel, which knows its key but no file, with file and line."""
    last = problem.key.rpartition(".")[2]
    key = f"{entry}.{last}" if f"{entry}.{last}" in config.lines else entry
    return replace(config.problem(key, problem.message), key=key)


# --- the summary ----------------------------------------------------------------------------------


def _summary(config: Config, rules: Rules) -> Iterator[tuple[str, str]]:
    on = [s for s in config.sources if s.enabled]
    off = len(config.sources) - len(on)
    by_adapter = _counted(s.adapter for s in on)
    yield "sources", f"{len(on)}: {by_adapter or 'none'}" + (f" ({off} more off)" if off else "")
    yield "watchlist", _plural(len(config.issuers), "firm")
    yield "rules", _rules_line(rules)
    by_channel = _counted(r.channel for r in config.receivers)
    names = ", ".join(r.id for r in config.receivers)
    yield (
        "receivers",
        cut(f"{len(config.receivers)}: {by_channel} ({names})", screen_columns() - 13),
    )
    yield "routes", str(len(config.routes))


def _notes(config: Config) -> Iterator[str]:
    """Nothing wrong, yet perhaps not meant so."""
    if not any(s.enabled for s in config.sources):
        yield "no source is visited; `sources:` is empty or all are off"
    for source in config.sources:
        for liberty in source.liberties if source.enabled else ():
            yield f"source {source.id}: {liberty}; the log says so at each start"
    told = {to for route in config.routes for to in route.to}
    told |= set(config.ops.to) if config.ops else set()
    for receiver in config.receivers:
        if receiver.id not in told:
            yield f"receiver {receiver.id} hears nothing: no route names it"
    windows = [w for route in config.routes for w in route.quiet]
    windows += [w for receiver in config.receivers for w in receiver.quiet]
    if config.digest is None and "digest" in {config.limits.then, *(w.then for w in windows)}:
        yield "alerts are left to the digest (then: digest), but there is no digest: block"
    for number, route in enumerate(config.routes, 1):
        quiet = [s for s in route.statuses if s not in ALERTING]
        if quiet:
            yield f"route {number}: {', '.join(quiet)}: news of this kind never alerts"


def _rules_line(rules: Rules) -> str:
    """`43 rules, 4 packs, 210 examples hold`, as far as the rules count themselves."""
    counts: dict[str, int] = dict(getattr(rules, "counts", {}))
    if not counts:
        return "read, no problem found"
    held = " hold" if "examples" in counts else ""
    return ", ".join(_plural(n, word.removesuffix("s")) for word, n in counts.items()) + held


def _counted(words: Any) -> str:
    """`14 feed, 10 szse_irm`, most first."""
    return ", ".join(f"{n} {word}" for word, n in Counter(words).most_common())


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


# --- routes ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The news that routes are asked about."""

    issuer: Issuer
    status: Status = "granted"
    destinations: tuple[str, ...] = ()
    verdict: Verdict = "new"
    certainty: Certainty = "confirmed"
    products: tuple[str, ...] = ()
    tier: Tier = "official"
    kind: Kind = "ir_qa"
    unsure: bool = False
    at: datetime | None = None
    """None: now."""


def _wanted(words: Sequence[str], config: Config) -> _Wanted:
    """The arguments `issuer=jl-mag status=granted ...` as a piece of news."""
    from monitor.config import DESTINATION, Directory, suggestion

    given: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if key not in ROUTE_KEYS or not equals or not value:
            hint = suggestion(key, ROUTE_KEYS) if equals else "; write KEY=VALUE"
            raise click.UsageError(f"cannot read {word!r}{hint}")
        if key in given:
            raise click.UsageError(f"{key} is given twice")
        given[key] = value
    for key, known in (
        ("status", tuple(FAMILY)),
        ("verdict", get_args(Verdict)),
        ("certainty", get_args(Certainty)),
        ("tier", TIERS),
        ("kind", get_args(Kind)),
        ("unsure", ("yes", "no")),
    ):
        if key in given and given[key] not in known:
            raise click.UsageError(f"no {key} {given[key]!r}{suggestion(given[key], known)}")
    places = tuple(filter(None, given.get("dest", "").upper().split(",")))
    for place in places:
        if not DESTINATION.fullmatch(place):
            raise click.UsageError(f"{place!r} is not a destination; write JP, or EU, SEA, NA")
    directory = Directory(config.issuers)
    name = given.get("issuer", config.issuers[0].id)
    issuer_id = directory.one(name)
    if issuer_id is None:
        raise click.UsageError(f"the watchlist has no firm {name!r}{directory.hint(name)}")
    issuer = next(i for i in config.issuers if i.id == issuer_id)
    return _Wanted(
        issuer,
        status=given.get("status", "granted"),  # type: ignore[arg-type]
        destinations=places,
        verdict=given.get("verdict", "new"),  # type: ignore[arg-type]
        certainty=given.get("certainty", "confirmed"),  # type: ignore[arg-type]
        products=tuple(filter(None, given.get("product", "").split(","))),
        tier=given.get("tier", "official"),  # type: ignore[arg-type]
        kind=given.get("kind", "ir_qa"),  # type: ignore[arg-type]
        unsure=given.get("unsure") == "yes",
        at=_moment(given["at"], config) if "at" in given else None,
    )


def _moment(text: str, config: Config) -> datetime:
    """`2026-03-02T23:30` in the configured zone, unless it names its own."""
    from monitor.clock import zone

    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text!r} is no time; write 2026-03-02T23:30") from None
    return at if at.tzinfo else at.replace(tzinfo=zone(config.timezone))


def _told(wanted: _Wanted, config: Config) -> Iterator[str]:
    """Who would hear this news, when, and per route why or why not. Silences are not looked at."""
    from monitor.clock import utc_now
    from monitor.route import Nothing, Routing, plan, why, why_unsure

    now = (wanted.at or utc_now()).astimezone(UTC)
    event = _event(wanted, now)
    unsure = Unsure(event.item, "", "")
    if wanted.unsure:
        yield f"? UNSURE · {wanted.issuer.name} · {wanted.tier}, {wanted.kind}"
        reasons = why_unsure(unsure, config.routes)
    else:
        places = ", ".join(wanted.destinations) or "destinations not disclosed"
        yield (
            f"{status_tag(wanted.status)} · {wanted.issuer.name} · {places} · "
            f"{wanted.verdict}, {wanted.certainty} · {wanted.tier} {wanted.kind}"
        )
        reasons = why(event, config.routes)
    for line in reasons:
        yield f"  {line}"
    routing = Routing.of(config)
    if wanted.unsure:
        told = plan([], routing, Nothing(), now, unsure=[unsure])
    else:
        told = plan([event], routing, Nothing(), now)
    found = [d for d in told if not d.is_group]
    words = [d.receiver_id + (f" ({d.because})" if d.because else "") for d in found]
    nobody = "those who were told wrong" if wanted.verdict == "correction" else "nobody"
    yield paint("→ " + (", ".join(words) or nobody), "bold")


def _event(wanted: _Wanted, now: datetime) -> Event:
    """The news as an event, as the ledger would hand it to the routes."""
    match = Match(
        rule_id="check.routes",
        pack_version=0,
        status=wanted.status,
        issuer_id=wanted.issuer.id,
        quote="",
        destinations=wanted.destinations,
        products=wanted.products,
        certainty=wanted.certainty,
    )
    story = Story("check", wanted.issuer.id, match.family, (wanted.status,), wanted.destinations)
    return Event(
        id=story.id,
        revision=1,
        verdict=wanted.verdict,
        reasons=(),
        added=(),
        match=match,
        story=story,
        item=Item("check", "routes", "", "", "", now, tier=wanted.tier, kind=wanted.kind),
        detected_at=now,
        alerting=wanted.verdict in ALERTING_VERDICTS
        and wanted.certainty in ("confirmed", "reported")
        and (wanted.status in ALERTING or wanted.verdict == "correction"),
    )


def _route_lines(config: Config) -> Iterator[str]:
    """Every route in words."""
    for number, route in enumerate(config.routes, 1):
        firms = "all firms" if route.issuers is None else _firms(route.issuers, config)
        conditions = [", ".join(route.statuses), firms]
        if route.destinations is not None:
            conditions.append("to " + ", ".join(route.destinations))
        if list(route.verdicts) != list(ALERTING_VERDICTS):
            conditions.append("only " + ", ".join(route.verdicts))
        if route.certainty is not None:
            conditions.append(f"at least {route.certainty}")
        if route.products is not None:
            conditions.append("of " + ", ".join(route.products))
        if route.tiers is not None:
            conditions.append("told by " + ", ".join(route.tiers))
        if route.kinds is not None:
            conditions.append("in " + ", ".join(route.kinds))
        if route.unsure:
            conditions.append("and the unsure queue")
        conditions += _quiet_words(route.quiet)
        line = config.lines.get(f"routes.{number - 1}")
        place = f" ({config.file}:{line})" if line else " (the default: no routes are written)"
        name = f"{number} {route.id}" if route.id else f"{number}"
        yield f"{name} → {', '.join(route.to)}{place}"
        yield "    " + " · ".join(conditions)
    for receiver in config.receivers:
        if receiver.quiet:
            yield f"{receiver.id}: {' · '.join(_quiet_words(receiver.quiet))}"
    if config.ops is not None:
        yield f"ops → {', '.join(config.ops.to)}"


def _quiet_words(windows: Sequence[Quiet]) -> Iterator[str]:
    """`quiet 22:00-07:00 sat, sun (Asia/Shanghai) but for suspended, then digest`."""
    for w in windows:
        days = "" if len(w.days) == 7 else " " + ", ".join(w.days)
        where = f" ({w.timezone})" if w.timezone else ""
        but = f" but for {', '.join(w.except_)}" if w.except_ else ""
        yield f"quiet {w.from_}-{w.to}{days}{where}{but}, then {w.then}"


def _firms(ids: Sequence[str], config: Config) -> str:
    names = {i.id: i.name for i in config.issuers}
    shown = ", ".join(names[i] for i in ids[:6])
    return shown + (f" and {len(ids) - 6} more" if len(ids) > 6 else "")
