"""What an adapter is, and the small values it speaks in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeVar

from monitor.config import Issuer, Source, Strict
from monitor.model import Checkpoint, Item, Kind, Page, Request, Tier


@dataclass(frozen=True, slots=True)
class Skip:
    """Something on a page that could not be read, or was not there: counted, never silent."""

    reason: str
    """A fixed phrase, so that equal ones can be counted together."""
    sample: str = ""
    """What it looked like, shortened."""
    ask_again: bool = False
    """It may be there at the next visit although the page says "unchanged": its validators and
    its hash are not to be kept."""


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep `value` under `key` in the checkpoint's cursor until the next visit."""

    key: str
    value: str


Own = TypeVar("Own", bound=Strict)

Found = Item | Request | Skip | Remember
"""What `parse` may yield. A Request means "fetch this too"."""


class Adapter(Protocol):
    """Reads one kind of source. Pure: bytes in, items out; no network, no clock, no files.

    Made once per source with `Adapter(source, issuers)` and asked `start`, then `parse` for each
    page that came of it; one visit at a time. `Page.fetched_at` is the only present it knows.

    It may have a class attribute `off_hours` too: how many times rarer its visits are while China's
    companies sleep.
    """

    platform: ClassVar[str]
    """How alerts name the source when its entry has no `name`; "" where there is no such name."""
    kind: ClassVar[Kind]
    tier: ClassVar[Tier]
    """How close to the fact it stands when its entry has no `tier`."""
    needs_url: ClassVar[bool]
    """The entry must have a `url`."""
    Options: ClassVar[type[Strict] | None]
    """The keys of its own that an entry may have."""

    def __init__(self, source: Source, issuers: Iterable[Issuer]) -> None: ...

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        """The first requests of a visit. Raises SourceError when the source cannot be read."""
        ...

    def parse(self, page: Page) -> Iterable[Found]:
        """What is on the page. Raises ParseError when it is not the page it should be."""
        ...


def own_options(source: Source, kind: type[Own]) -> Own:
    """The keys of its own that the entry has; the defaults where it was built without a file."""
    return source.options if isinstance(source.options, kind) else kind()


def site_of(source: Source, root: str) -> str:
    """The root of a site the adapter knows, or what the entry has in its place."""
    return (source.base_url or root).rstrip("/")


def tier_of(source: Source, default: Tier) -> Tier:
    """The tier its entry names, else what the adapter says of its platform."""
    return source.tier if "tier" in source.model_fields_set else default
