"""What a page is: a path, a view that returns plain values, and a template that shows them.

The same values are the page's JSON (`.json`, or `Accept: application/json`), so field names in a
view are a promise. A view runs on a thread of its own with a read-only session of the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from monitor.clock import utc_now, zone
from monitor.config import Config, Issuer
from monitor.pages.lens import Lens
from monitor.rules import Rules
from monitor.stores.reader import Reader, Session
from monitor.vitals import Vitals

if TYPE_CHECKING:
    from monitor.pages.websub import Hubs

T = TypeVar("T", bound=str)

MOST_VALUES = 50
"""Values of one filter in an address."""


class Refused(Exception):
    """The reader asked for what is not there (404) or cannot be (400); `words` tell what."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class Moved(Exception):
    """What was asked for stands at another path of ours."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(slots=True)
class Site:
    """What all pages share."""

    config: Config
    reader: Reader
    vitals: Vitals
    now: Callable[[], datetime] = utc_now
    current: Callable[[], Config] | None = None
    """The configuration in force, when it can change under us."""
    rules: Callable[[], Rules] | None = None
    """The rules in force; None: they are loaded when a page first asks for one."""
    hubs: Hubs | None = None
    """Who is called under `/websub/`; None: nobody."""
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server stops: streams end."""
    clients: int = 0
    """Readers that follow the stream."""
    issuers: Mapping[str, Issuer] = field(init=False)
    zone: ZoneInfo = field(init=False)
    lens: Lens = field(init=False)

    def __post_init__(self) -> None:
        self._read()

    def keep_up(self) -> None:
        """Go over to the configuration in force."""
        if self.current is not None and (config := self.current()) is not self.config:
            self.config = config
            self._read()

    def _read(self) -> None:
        self.issuers = {issuer.id: issuer for issuer in self.config.issuers}
        self.zone = zone(self.config.timezone)
        self.lens = Lens(self.config, self.rules)

    @property
    def base(self) -> str:
        """The pages' public address without a slash at the end; "" = not told."""
        return (self.config.web.url or "").rstrip("/") if self.config.web else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as a view sees it."""

    site: Site
    session: Session
    now: datetime
    path: Mapping[str, str]
    """What stood in the braces of the page's path."""
    query: QueryParams

    def one(self, name: str) -> str | None:
        """The value of `name` in the address, None without any or when it is empty."""
        return self.query.get(name, "").strip() or None

    def many(self, name: str) -> tuple[str, ...]:
        """All values of `name`, each once."""
        values = [v for v in dict.fromkeys(self.query.getlist(name)) if v.strip()]
        if len(values) > MOST_VALUES:
            raise Refused(400, f"{name}: at most {MOST_VALUES} values at once.")
        return tuple(values)

    def chosen(self, name: str, known: Mapping[T, object]) -> tuple[T, ...]:
        """All values of `name`. Refused when one is not `known`."""
        found = [word for value in self.many(name) for word in known if word == value]
        if unknown := [value for value in self.many(name) if value not in found]:
            raise Refused(400, f"{name}: {shortened(unknown[0])} is not known here.")
        return tuple(found)

    def number(self, name: str) -> int | None:
        """The value of `name` as a whole number from 0 on."""
        text = self.one(name)
        if text is None:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) <= 18):
            raise Refused(400, f"{name}: {shortened(text)} is not a number.")
        return int(text)

    def day(self, name: str, *, after: int = 0) -> datetime | None:
        """Local midnight at which the day `name` (`YYYY-MM-DD`) begins, `after` days later."""
        text = self.one(name)
        if text is None:
            return None
        try:
            at = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=self.site.zone)
            return at + timedelta(days=after)
        except (ValueError, OverflowError):
            raise Refused(400, f"{name}: write a day as 2026-11-22.") from None


def shortened(text: str) -> str:
    """A value from an address as it may stand in a sentence."""
    return repr(text if len(text) <= 40 else text[:39] + "…")


View = Callable[[Asked], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page. Its file in this folder ends with `PAGE = Page(...)`."""

    path: str
    """`/issuers/{ticker}`; its JSON twin ends in `.json`."""
    view: View
    template: str
    title: str
    """Of the browser's tab; a view may return a better one as `title`."""
