"""What a person writes, as values: the watchlist, the sources, the receivers, and the whole Config.

Pure shapes: reading files, secrets and what belongs together across blocks is `load.py`'s work;
the blocks about the machine itself are in `machine.py`, words with a form of their own in
`words.py`. The text below a field is its description for editors and `docs/configuration.md`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from monitor.config.machine import Backup, Digest, Fetch, Heartbeat, Keep, Limits, Ops, Web
from monitor.config.words import (
    DAYS,
    Clock,
    Day,
    Destination,
    Id,
    Language,
    Product,
    Strict,
    Text,
    Ticker,
    WebAddress,
    ZoneName,
)
from monitor.errors import Problem
from monitor.model import ALERTING, ALERTING_VERDICTS, Certainty, Kind, Status, Tier, Verdict


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
    robots: bool = True
    """false: pages are read whatever the site's robots.txt says; the log names the source at each
    start."""
    verify_tls: bool = True
    """false: its host is read whatever its certificate; the log names the source at each start."""
    tags: list[Text] = Field(default_factory=list)
    """The operator's own words for grouping; shown, not interpreted."""
    options: Any = Field(default=None, repr=False)
    """The adapter's `Options` instance, or None when it declares none."""

    @property
    def liberties(self) -> tuple[str, ...]:
        """Which of our manners the entry sets aside, in the words of the log."""
        found = {"robots ignored": self.robots, "certificate unchecked": self.verify_tls}
        return tuple(words for words, kept in found.items() if not kept)


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
    heartbeat: Heartbeat | None = None
    backup: Backup | None = None
    keep: Keep = Field(default_factory=Keep)
    first_visit_window_s: float = 86400.0
    """`first_visit_window`: at the first visit only items younger than this may alert."""
    secrets: list[str] = Field(default_factory=list, repr=False)
    """Every resolved `env:` and `file:` value: whoever sets up the log has it hide them."""
    references: dict[str, str] = Field(default_factory=dict, repr=False)
    """The `env:` and `file:` references by their places: `receivers[0].url` -> `env:DESK_URL`."""
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
