"""The blocks of `feeds.yaml` about the machine itself: how it fetches, tells, shows and keeps.

The text below a field is its description for editors and `docs/configuration.md`.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, model_validator

from monitor.config.words import (
    Clock,
    Id,
    KeptFor,
    Language,
    Listen,
    Span,
    Strict,
    Text,
    WebAddress,
    ZoneName,
)
from monitor.model import digest_id


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


class Backup(Strict):
    """The `backup:` block: a copy of the database a day, made while the service runs."""

    to: Text
    """A folder that exists, relative to where the program was started; best on another disk."""
    at: Clock = "03:30"
    """Time of day in the top-level `timezone`."""
    keep: int = Field(default=7, ge=1, le=1000)
    """So many copies stay; the oldest ones go, after a new one was found whole."""


class Keep(Strict):
    """The `keep:` block: how long what was read is kept. What an event, an alert or the unsure
    queue needs stays whatever its age, and nothing that is forgotten comes back as new."""

    bodies: KeptFor = 365 * 86400.0
    """Texts of items in which nothing was found: `90d`, or `forever`. Title and link stay."""
    items: KeptFor = None
    """Those items altogether; only what tells them from new ones stays."""
    events: KeptFor = None
    """Events of stories without news for so long, with their finished deliveries. The ledger's
    page of the story stays, so that it is not told again."""


class Heartbeat(Strict):
    """The `heartbeat:` block: signs of life for those who would not notice silence."""

    ping: WebAddress | None = Field(default=None, repr=False)
    """An address asked with GET while nothing is stuck: a dead-man's switch, which alarms when
    that stays away. It often holds a token: `env:NAME` or `file:PATH` keeps it out of the file."""
    every: Span = 300.0
    """How often it is asked, in seconds (`5m` in the file)."""
    to: list[str] = Field(default_factory=list)
    """Receiver ids that are told once a day that the program is alive, and what is not well."""
    at: Clock = "08:00"
    """Time of day for that."""
    timezone: ZoneName | None = None
    """Whose day it is; default: the top-level `timezone`."""

    @model_validator(mode="after")
    def _for_somebody(self) -> Heartbeat:
        if self.ping is None and not self.to:
            raise ValueError("needs ping (an address), to (receiver ids), or both")
        return self


class Fetch(Strict):
    """The `fetch:` block."""

    allow_private_addresses: bool = False
    """Let sources point to loopback and private networks (test servers, an internal mirror)."""
    user_agent: Text = "license-monitor (+https://example.org/license-monitor)"
    """How we name ourselves to every site; put an address of yours in it."""
    concurrency: int = Field(default=16, ge=1, le=500)
    """Requests under way at once."""
    proxy: WebAddress | None = Field(default=None, repr=False)
    """An HTTP proxy all requests go through."""


class Rules(Strict):
    """The `rules:` block."""

    dirs: list[Text] = Field(default_factory=list)
    """Folders with further rule packs, relative to the file; the built-in packs are always on."""


class Mailbox(Strict):
    """An entry under `digest.to`: who gets the mail, and which part of it. A bare address is one
    without filters."""

    id: Id
    """Names the mailbox in the log and in the database, so it shows no address. Left out: made
    from the address, the same as long as that stays."""
    url: Text = Field(repr=False)
    """`mailto://` or `mailtos://`, in Apprise's form."""
    issuers: list[str] | None = None
    """Issuer ids; None = all. Tickers, roles and minerals in the file become the ids of their
    firms."""
    languages: list[Language] | None = Field(default=None, min_length=1)
    """Only what is told in one of these (`en`, `zh`, `zh-Hant`); None = all."""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = {"url": value}
        if isinstance(value, dict) and isinstance(value.get("url"), str) and not value.get("id"):
            return {**value, "id": f"box-{digest_id(*_addressee(value['url']), length=8)}"}
        return value


def _addressee(url: str) -> list[str]:
    """Whom an address leads to, without port, password and options."""
    try:
        parts = urlsplit(url)
        to = parse_qs(parts.query).get("to", [])
        return [parts.username or "", parts.hostname or "", parts.path.strip("/"), *to]
    except ValueError:
        return [url]


class Digest(Strict):
    """The `digest:` block: one mail a day per mailbox."""

    at: Clock = "18:00"
    """Time of day in `timezone`."""
    timezone: ZoneName | None = None
    """Whose day it is; default: the top-level `timezone`."""
    to: list[Mailbox] = Field(repr=False, min_length=1)
    """Mailboxes: `mailto://` or `mailtos://` addresses, or mappings with filters."""


class Web(Strict):
    """The `web:` block: the read-only pages."""

    listen: Listen = "127.0.0.1:8080"
    """host:port to serve on. Reachable from elsewhere than this machine only with a `token`."""
    url: WebAddress | None = None
    """The address under which readers reach the pages; mails, alerts and feeds then link there."""
    token: Text | None = Field(default=None, repr=False)
    """What a reader must show: `Authorization: Bearer`, a feed reader's password, or the login
    form. At least sixteen characters; `env:NAME` or `file:PATH` keeps it out of the file."""
    hosts: list[Text] = Field(default_factory=list)
    """Further host names under which the pages may be asked for, behind a proxy of yours."""

    @property
    def host(self) -> str:
        """The address to bind, an IPv6 one without its brackets."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port to bind; 0 = any that is free."""
        return int(self.listen.rpartition(":")[2])

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @model_validator(mode="after")
    def _closed(self) -> Web:
        if self.token is None and not self.local:
            raise ValueError(
                f"token is missing: {self.listen} can be reached from other machines;"
                ' write token: "env:WEB_TOKEN", or listen on 127.0.0.1'
            )
        if self.token is not None and len(self.token) < 16:
            raise ValueError(
                "token is shorter than sixteen characters; `openssl rand -hex 24` makes one"
            )
        return self
