"""What a person writes, as values: one class per block of `feeds.yaml` and per watchlist entry.

Pure shapes: reading files, secrets and what belongs together across blocks is `load.py`'s work.
The text below a field is its description for editors and `docs/configuration.md`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from monitor.errors import Problem
from monitor.model import ALERTING, ALERTING_VERDICTS, Certainty, Kind, Status, Tier, Verdict

# --- words with a form of their own --------------------------------------------------------------

_ID = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
_TICKER = re.compile(
    r"(?:\d{6}\.(?:SZ|SH|BJ)|\d{5}\.HK|[A-Z][A-Z0-9.-]{0,9}\.(?!SZ|SH|BJ|HK)[A-Z]{1,2})"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
DESTINATION = re.compile(r"[A-Z]{2}|SEA")
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?) ?(s|m|h|d)")
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_ADDRESS_SAFE = "%/:=&?~#+!$,;'@()*[]"
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def seconds(text: str, *, least: float = 1.0, most: float = 30 * 86400.0) -> float:
    """`90s`, `5m`, `2h`, `1d` as seconds. Raises ValueError saying what to write instead."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a span of time; write 30s, 5m or 2h")
    value = float(match[1]) * _UNIT_S[match[2]]
    if not least <= value <= most:
        word, bound = ("least", least) if value < least else ("most", most)
        raise ValueError(f"{text!r} is out of range; at {word} {spelled_seconds(bound)}")
    return value


def spelled_seconds(value: float) -> str:
    """`90` as `90s`, `7200` as `2h`: the way the file spells it."""
    for unit in ("d", "h", "m"):
        if value >= 2 * _UNIT_S[unit] and value % _UNIT_S[unit] == 0:
            return f"{value / _UNIT_S[unit]:g}{unit}"
    return f"{value:g}s"


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(
            f"{text!r} is not an id; use lower-case letters, digits, hyphens (at most 64)"
        )
    return text


def _ticker(text: str) -> str:
    if not _TICKER.fullmatch(text):
        raise ValueError(
            f"{text!r} is not a ticker; write 300748.SZ, 600366.SH, 920185.BJ or 06680.HK"
        )
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f"{text!r} is not a language; write zh-Hans, zh-Hant or en")
    return text


def _destination(text: str) -> str:
    if not DESTINATION.fullmatch(text):
        raise ValueError(f"{text!r} is not a destination; write a code like JP, or EU, SEA, NA")
    return text


def _web_address(text: str) -> str:
    """An http(s) address with a host, made ASCII: Chinese and quotes in a search may be typed
    as they are. Problems never show it, because it may carry a token.
    """
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not an address; write https://host/path") from None
    if parts.scheme not in ("http", "https"):
        scheme = f"{parts.scheme!r} is" if parts.scheme else "no scheme is"
        raise ValueError(f"{scheme} not read; write http:// or https://")
    if re.search(r"[\s\x00-\x1f]", text):
        raise ValueError("holds a blank; write + or %20 in its place")
    if not host:
        raise ValueError("is not an address; write https://host/path")
    path, query = (quote(part, safe=_ADDRESS_SAFE) for part in (parts.path, parts.query))
    return urlunsplit(parts._replace(path=path, query=query))


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{text!r} is not a time zone; write Asia/Shanghai or UTC") from None
    return text


def _clock(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise ValueError(f'{text!r} is not a time of day; write "18:00"')
    return text


def _span(value: Any) -> float:
    """A span of time inside a block, in seconds."""
    if isinstance(value, str):
        return seconds(value)
    if isinstance(value, float):  # already in seconds: a default, or built by a program
        return value
    raise ValueError("is not a span of time; write 30s, 5m or 2h")


def _product(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise ValueError(f"{text!r} is not a product; write a code like magnets or gallium")
    return text


def _listen(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise ValueError(f'{text!r} is not host:port; write "127.0.0.1:8080"')
    return text


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


Id = Annotated[str, AfterValidator(_id)]
Ticker = Annotated[str, AfterValidator(_ticker)]
Language = Annotated[str, AfterValidator(_language)]
Destination = Annotated[str, AfterValidator(_destination)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
ZoneName = Annotated[str, AfterValidator(_zone)]
Text = Annotated[str, AfterValidator(_filled)]
Clock = Annotated[str, AfterValidator(_clock)]
Span = Annotated[float, BeforeValidator(_span)]
Product = Annotated[str, AfterValidator(_product)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


# --- the blocks ----------------------------------------------------------------------------------


class Strict(BaseModel):
    """A mapping in a file a person wrote: unknown keys and wrong types are errors."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True
    )


class Issuer(Strict):
    """A watched firm: every name it goes by, and where it is listed."""

    id: Id
    names: dict[Language, list[Text]] = Field(min_length=1)
    """Names per language (`zh-Hans`, `zh-Hant`, `en`); the first one is the name we print."""
    tickers: list[Ticker] = Field(min_length=1)
    """`300748.SZ`, `06680.HK`; the first one is primary."""
    risky_names: dict[Language, list[Text]] = Field(default_factory=dict)
    """Names that are also words or other firms: they count only beside a licence word or ticker.
    A name that stands under `names` too is printed, but counts as risky."""
    former_tickers: list[Ticker] = Field(default_factory=list)
    """Codes it had before; still seen in old texts."""
    place: list[Text] = Field(default_factory=list)
    """Cities and provinces by which the press refers to it ("the Ganzhou-based maker"). They point
    to the firm only in such a phrase, never on their own."""
    roles: list[Text] = Field(default_factory=list)
    """What it makes or does (`magnet`, `miner`); routes may name a role instead of its firms."""
    minerals: list[Text] = Field(default_factory=list)
    """The controlled materials behind its goods; routes may name them too."""
    org_id: str | None = None
    """cninfo's and Hudongyi's id of the firm; looked up at the first visit when absent."""

    @property
    def name(self) -> str:
        """The name alerts lead with: English when there is one."""
        for language in ("en", "zh-Hans", "zh-Hant", *self.names):
            if self.names.get(language):
                return self.names[language][0]
        return self.id


class Source(Strict):
    """An entry under `sources:`. Keys the adapter declares itself end up in `options`."""

    id: Id
    """Names the source in the log, in `status` and in the database: changing it begins anew."""
    adapter: str
    """The code that reads this kind of source: a name in `ADAPTERS`."""
    every_s: float = 600.0
    """`every` in the file: the pause between visits."""
    every_off_hours_s: float | None = None
    """`every_off_hours`: the pause at night and on days without trading in China. None: no other
    than by day."""
    url: WebAddress | None = Field(default=None, repr=False)
    """What to read, for adapters that read one address (`feed`)."""
    base_url: WebAddress | None = None
    """Replaces the site root an adapter knows (a mirror, a test server)."""
    issuer: str | None = None
    """Id of the one firm it is about (a ticker in the file becomes the id)."""
    tier: Tier = "media"
    """How close to the fact it stands. Left out: what the adapter says of its platform, else
    media."""
    kind: Kind | None = None
    """What sort of publication its items are. None: the adapter knows."""
    language: Language | None = None
    """Language of its items. None: found from the script of each text."""
    name: Text | None = None
    """How alerts name it; default: the adapter's own name for the platform, or the id."""
    enabled: bool = True
    """false: kept here and in `status`, but not visited."""
    user_agent: Text | None = None
    """Sent instead of `fetch.user_agent`, for sites that want a browser's."""
    headers: dict[str, str] = Field(default_factory=dict, repr=False)
    """Further request headers; never logged."""
    tags: list[Text] = Field(default_factory=list)
    """The operator's own words for grouping; shown, not interpreted."""
    options: Any = Field(default=None, repr=False)
    """The adapter's `Options` instance, or None when it declares none."""


class Quiet(Strict):
    """An entry under `quiet:` of a receiver or a route: a window that comes back every week."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Clock = Field(default="00:00", alias="from")
    """Local time at which it begins."""
    to: Clock = "00:00"
    """Local time at which it ends; not after `from` = on the next day. Both left out: the day."""
    days: list[Day] = Field(default_factory=lambda: list(DAYS), min_length=1)
    """Days on which it begins."""
    timezone: ZoneName | None = None
    """Whose local time; None = the top-level `timezone`."""
    then: Literal["send", "digest"] = "send"
    """`send`: one message at the end of the window; `digest`: left to the digest."""
    except_: list[Status] = Field(default_factory=list, alias="except")
    """What is told at once all the same."""


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


QuietHours = Annotated[list[Quiet], BeforeValidator(_one_or_more)]


class Receiver(Strict):
    """An entry under `receivers:`: somebody who is told, through a channel.

    `url` is plain text here, already resolved from `env:` or `file:`; it and `options` are left out
    of `repr`, and a channel must keep them out of errors and logs as well.
    """

    id: Id
    """Names the receiver in routes, in the log and in the database."""
    channel: str
    """The code that sends: a name in `CHANNELS`."""
    url: str | None = Field(default=None, repr=False)
    """Where to send, in the channel's own form; `env:NAME` or `file:PATH` keeps it out of the
    file."""
    quiet: QuietHours = Field(default_factory=list)
    """When it is not to be disturbed; a route may have its own."""
    options: Any = Field(default=None, repr=False)
    """The channel's `Options` instance, or None when it declares none."""


class Route(Strict):
    """An entry under `routes:`: which events go to which receivers."""

    id: Id | None = None
    """A name for silences and `check routes`; None = its number, from 1."""
    to: list[str] = Field(min_length=1)
    """Receiver ids."""
    statuses: list[Status] = Field(default_factory=lambda: list(ALERTING), min_length=1)
    """What happened to the licence; `all` in the file = every status."""
    issuers: list[str] | None = None
    """Issuer ids; None = all (`all` in the file). Tickers, roles and minerals in the file become
    the ids of their firms."""
    destinations: list[Destination] | None = None
    """Only events that name one of these (JP, US, EU, SEA, NA); None = any, or none named."""
    verdicts: list[Verdict] = Field(default_factory=lambda: list(ALERTING_VERDICTS), min_length=1)
    """Which kinds of news: new, update, confirmed, correction."""
    certainty: Certainty | None = None
    """The least certainty wanted; None = reported and confirmed."""
    products: list[Product] | None = None
    """Only events that name one of these (`magnets`, `gallium`); None = any, or none named."""
    tiers: list[Tier] | None = Field(default=None, min_length=1)
    """Only what sources of these tiers tell; None = all."""
    kinds: list[Kind] | None = Field(default=None, min_length=1)
    """Only these sorts of publication (`ir_qa`, `announcement`); None = all."""
    unsure: bool = False
    """Tell what the rules are unsure of too. Of the conditions issuers, tiers and kinds count."""
    quiet: QuietHours = Field(default_factory=list)
    """When this route holds what it would tell."""


class Limits(Strict):
    """The `limits:` block: how much at once is too much. Nothing is dropped, only put together."""

    per_story: int = Field(default=5, ge=1)
    """Messages about one story to one receiver `within` that time; the first goes out at once.
    Losses and corrections always do."""
    within: Span = 3600.0
    """The length of that window in seconds (`1h` in the file)."""
    then: Literal["send", "digest"] = "send"
    """`send`: what is above comes in one message when the window ends; `digest`: in the digest."""
    per_poll: int = Field(default=8, ge=1)
    """Alerts of one visit that a receiver gets one by one; the others come in one message."""


class Ops(Strict):
    """The `ops:` block: who hears about the machine itself."""

    to: list[str] = Field(min_length=1)
    """Receiver ids. Told once when a receiver or a source is in trouble, and once when it is well
    again."""
    after: Span = 600.0
    """How long a receiver may fail before they are told, in seconds (`10m` in the file)."""


class Fetch(Strict):
    """The `fetch:` block."""

    allow_private_addresses: bool = False
    """Let sources point to loopback and private networks (test servers, an internal mirror)."""
    user_agent: Text = "license-monitor (+https://example.org/license-monitor)"
    """How we name ourselves to every site; put an address of yours in it."""
    concurrency: int = Field(default=16, ge=1, le=256)
    """Requests under way at once."""
    proxy: WebAddress | None = Field(default=None, repr=False)
    """An HTTP proxy all requests go through."""


class Rules(Strict):
    """The `rules:` block."""

    dirs: list[Text] = Field(default_factory=list)
    """Folders with further rule packs, relative to the file; the built-in packs are always on."""


class Digest(Strict):
    """The `digest:` block: one mail a day per mailbox."""

    at: Annotated[str, AfterValidator(_clock)] = "18:00"
    """Time of day in `timezone`."""
    timezone: ZoneName | None = None
    """Whose day it is; default: the top-level `timezone`."""
    to: list[Text] = Field(repr=False, min_length=1)
    """Mailboxes as `mailto://` or `mailtos://` addresses."""


class Web(Strict):
    """The `web:` block: the read-only pages."""

    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8080"
    """host:port to serve on."""


class Config(Strict):
    """Everything `feeds.yaml` says, resolved: what a service is built from."""

    timezone: ZoneName = "Asia/Shanghai"
    """Zone in which alerts tell times."""
    database: Text = Field(default="monitor.db", repr=False)
    """Path of the SQLite file, relative to where the program was started."""
    fetch: Fetch = Field(default_factory=Fetch)
    issuers: list[Issuer] = Field(default_factory=list, repr=False)
    """The watchlist, resolved."""
    rules_dirs: list[Path] = Field(default_factory=list)
    """Further folders of rule packs."""
    sources: list[Source] = Field(default_factory=list)
    """All of them, `enabled: false` included: whoever polls leaves those out."""
    receivers: list[Receiver] = Field(default_factory=list)
    """Never empty: without any in the file, the terminal (`screen`, channel `console`)."""
    routes: list[Route] = Field(default_factory=list)
    """Never empty: without any in the file, every alerting event goes to every receiver that is
    not there for ops alone."""
    limits: Limits = Field(default_factory=Limits)
    ops: Ops | None = None
    digest: Digest | None = None
    web: Web | None = None
    first_visit_window_s: float = 86400.0
    """`first_visit_window`: at the first visit only items younger than this may alert."""
    secrets: list[str] = Field(default_factory=list, repr=False)
    """Every resolved `env:` and `file:` value: whoever sets up the log has it hide them."""
    file: str = "feeds.yaml"
    """The file it came from, as the operator named it."""
    lines: dict[str, int] = Field(default_factory=dict, repr=False)
    """Where entries stand, for problems found later: `receivers.desk.url`, `routes.0` -> line."""

    def problem(self, key: str, message: str) -> Problem:
        """A problem with an entry found after loading; `key` as in `lines`, or longer."""
        at = key
        while at and at not in self.lines:
            at = at.rpartition(".")[0]
        return Problem(self.file, self.lines.get(at, 1), key, message)
