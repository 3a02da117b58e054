"""The blocks of `feeds.yaml` about the machine itself: how it fetches, tells, shows and keeps.

The text below a field is its description for editors and `docs/configuration.md`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from monitor.config.words import Clock, Listen, Span, Strict, Text, WebAddress, ZoneName


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

    at: Clock = "18:00"
    """Time of day in `timezone`."""
    timezone: ZoneName | None = None
    """Whose day it is; default: the top-level `timezone`."""
    to: list[Text] = Field(repr=False, min_length=1)
    """Mailboxes as `mailto://` or `mailtos://` addresses."""


class Web(Strict):
    """The `web:` block: the read-only pages."""

    listen: Listen = "127.0.0.1:8080"
    """host:port to serve on."""
