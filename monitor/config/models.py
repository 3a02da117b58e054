"""What a person writes, as values: one class per block of `feeds.yaml` and per watchlist entry.

Pure shapes: reading files, secrets and what belongs together across blocks is `load.py`'s work.
The text below a field is its description in `docs/configuration.md` and in editors.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from monitor.model import ALERTING, ALERTING_VERDICTS, Certainty, Kind, Status, Tier, Verdict


class Strict(BaseModel):
    """A mapping in a file a person wrote: unknown keys and wrong types are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Issuer(Strict):
    """A watched firm: every name it goes by, and where it is listed."""

    id: str
    names: dict[str, list[str]]
    """Names per language (`zh-Hans`, `zh-Hant`, `en`); the first one is the name we print."""
    tickers: list[str]
    """`300748.SZ`, `06680.HK`; the first one is primary."""
    risky_names: dict[str, list[str]] = Field(default_factory=dict)
    """Names that are also words or other firms: they count only beside a licence word or ticker."""
    former_tickers: list[str] = Field(default_factory=list)
    place: list[str] = Field(default_factory=list)
    """Cities and provinces by which the press refers to it ("the Ganzhou-based maker")."""
    roles: list[str] = Field(default_factory=list)
    minerals: list[str] = Field(default_factory=list)
    org_id: str | None = None
    """cninfo's and Hudongyi's id of the firm; looked up at the first visit when absent."""

    @property
    def name(self) -> str:
        """The name alerts lead with: English when there is one."""
        for language in ("en", "zh-Hans", "zh-Hant"):
            if self.names.get(language):
                return self.names[language][0]
        return self.id


class Source(Strict):
    """An entry under `sources:`. Keys the adapter declares itself end up in `options`."""

    id: str
    adapter: str
    every_s: float
    url: str | None = None
    base_url: str | None = None
    issuer: str | None = None
    tier: Tier = "media"
    kind: Kind | None = None
    """None: the adapter knows."""
    language: str | None = None
    name: str | None = None
    """How alerts name it; default: the adapter's own name for the platform, or the id."""
    enabled: bool = True
    user_agent: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    tags: list[str] = Field(default_factory=list)
    options: Any = None
    """The adapter's `Options` instance, or None when it declares none."""


class Receiver(Strict):
    """An entry under `receivers:`: somebody who is told, through a channel."""

    id: str
    channel: str
    url: str | None = None
    """Resolved from `env:` or `file:`; never logged."""
    options: Any = None


class Route(Strict):
    """An entry under `routes:`: which events go to which receivers."""

    to: list[str]
    statuses: list[Status] = Field(default_factory=lambda: list(ALERTING))
    issuers: list[str] | None = None
    """Issuer ids; None = all (`all` in the file)."""
    destinations: list[str] | None = None
    verdicts: list[Verdict] = Field(default_factory=lambda: list(ALERTING_VERDICTS))
    certainty: Certainty | None = None
    """The least certainty wanted; None = reported and confirmed."""


class Fetch(Strict):
    """The `fetch:` block."""

    allow_private_addresses: bool = False
    user_agent: str = "license-monitor (+https://example.org/license-monitor)"
    concurrency: int = Field(default=16, ge=1, le=256)
    proxy: str | None = None
