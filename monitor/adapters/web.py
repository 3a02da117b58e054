"""What answers on the web have in common: links to be made whole, wrappers, dates in free form.

`Address` is where the adapters begin that read one address of an entry (`listing`, `jsonapi`,
`sitemap`); `Dated` are the keys by which an entry tells how its site writes dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from pydantic import field_validator

from monitor.adapters.dates import AHEAD, parse_date
from monitor.adapters.protocol import Skip, tier_of
from monitor.adapters.reading import EARLIEST
from monitor.clock import zone as zone_called
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Item, Kind, Page, Tier, digest_id

_BOM = b"\xef\xbb\xbf"
_CALL = re.compile(rb"\s*(?:/\*[^*]{0,200}\*/\s*)?[\w$.]{1,80}\s*\(\s*(?=[\[{\"n])")
_GUARD = re.compile(rb"\s*(?:\)\]\}'|while\s*\(1\)\s*;|for\s*\(;;\)\s*;)\s*")
"""What some sites put before JSON so that no script can load it."""


def absolute(page_url: str, link: str) -> str:
    """The address `link` on the page leads to; "" where no browser should open it."""
    try:
        url = urljoin(page_url, "".join(link.split()))
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return url if link and is_web else ""


def rooted(base_url: str, url: str) -> str:
    """`url` with scheme and host of `base_url`, which may have a path of its own before it."""
    parts = urlsplit(url)
    return base_url.rstrip("/") + parts.path + (f"?{parts.query}" if parts.query else "")


def unwrapped(page: Page) -> Page:
    """The page without the call around its JSON: `callback({...});` is `{...}`. Others as is."""
    body = page.body.removeprefix(_BOM)
    if guard := _GUARD.match(body):
        return replace(page, body=body[guard.end() :])
    call = _CALL.match(body)
    end = body.rstrip(b"; \t\r\n")
    if call is None or not end.endswith(b")"):
        return page
    return replace(page, body=end[call.end() : -1])


_DAY = re.compile(
    r"(\d{4}) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?日?(?:[T ]{1,3}(\d{1,2}:\d{2}(?::\d{2})?))?",
    re.ASCII,
)
_MONTH_FIRST = re.compile(
    r"\b([A-Z][a-z]{2})[a-z]{0,6}\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:,? (\d{1,2}:\d{2}))?\b"
)
_DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)? ([A-Z][a-z]{2})[a-z]{0,6}\.?,? (\d{4})\b")


def found_date(
    text: str, *, seen_at: datetime, zone: ZoneInfo | None = None, format: str | None = None
) -> datetime | None:
    """The instant of the date that stands in `text`, as people write it on pages; None = none.

    `format` is strptime's and then the whole text must fit it. Without one: everything feeds write,
    `[2026-03-06]`, `2026年3月6日 17:05`, `March 6, 2026`. A date without a zone is in `zone`, else
    UTC; one without a time is that day's midnight there.
    """
    words = " ".join(text[:400].split())
    if format is not None:
        try:
            at = datetime.strptime(words, format)  # noqa: DTZ007 - the zone follows below
        except ValueError:
            return None
        try:
            at = (at if at.tzinfo else at.replace(tzinfo=zone or UTC)).astimezone(UTC)
        except OverflowError:
            return None
        return at if EARLIEST <= at <= seen_at + AHEAD else None
    candidates = [words.strip("[]【】()（） ")]
    if match := _DAY.search(words):
        candidates.append(f"{match[1]}-{match[2]}-{match[3]} {match[4] or ''}")
    if match := _MONTH_FIRST.search(words):
        candidates.append(f"{match[2]} {match[1]} {match[3]} {match[4] or ''}")
    if match := _DAY_FIRST.search(words):
        candidates.append(f"{match[1]} {match[2]} {match[3]}")
    found = (parse_date(each, seen_at=seen_at, zone=zone) for each in candidates)
    return next((at for at in found if at is not None), None)


def zone_or_none(name: str | None) -> ZoneInfo | None:
    """The zone an option names. Raises ValueError in words for the person who wrote it."""
    if name is None:
        return None
    try:
        return zone_called(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone; write Asia/Shanghai") from None


class Dated(Strict):
    """The keys of an entry whose site writes dates in a way of its own."""

    date_format: str | None = None
    """How dates are written, as Python's strptime has it (`%d.%m.%Y`); usual forms need none."""
    zone: str | None = None
    """IANA zone of the dates; UTC otherwise."""

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        zone_or_none(name)
        return name

    def date_in(self, text: str, page: Page) -> datetime | None:
        """As `found_date`."""
        zone = zone_or_none(self.zone)
        return found_date(text, seen_at=page.fetched_at, zone=zone, format=self.date_format)


class Address:
    """Where an adapter begins that reads what stands under `url`.

    Its own are `Options`, `start` and `parse`.
    """

    platform: ClassVar[str] = ""
    kind: ClassVar[Kind] = "news"
    tier: ClassVar[Tier] = "media"
    needs_url: ClassVar[bool] = True

    def __init__(self, source: Source, issuers: Iterable[Issuer] = ()) -> None:
        self.source = source

    def address(self) -> str:
        """Where to ask: `url`, at `base_url` where the entry has one."""
        url, root = self.source.url, self.source.base_url
        if not url:
            raise ParseError("an address under `url`", "none")
        return rooted(root, url) if root else url

    def item(
        self,
        page: Page,
        *,
        guid: str,
        url: str,
        title: str,
        text: str,
        at: datetime | None,
        kind: Kind | None = None,
        language: str | None = None,
        name: str = "",
    ) -> Item:
        """An item of the source. What its entry says of kind, language and name comes first."""
        return Item(
            source_id=self.source.id,
            guid=guid if len(guid) <= 500 else "long:" + digest_id(guid),
            url=url,
            title=title,
            text=text,
            fetched_at=page.fetched_at,
            published_at=at,
            language=self.source.language or language,
            kind=self.source.kind or kind or self.kind,
            tier=tier_of(self.source, self.tier),
            issuer_id=self.source.issuer,
            source_name=self.source.name or name or self.source.id,
        )


def once(found: Iterable[Item | Skip]) -> Iterator[Item | Skip]:
    """Without the items whose guid came before."""
    guids: set[str] = set()
    for thing in found:
        if isinstance(thing, Skip) or thing.guid not in guids:
            yield thing
        if isinstance(thing, Item):
            guids.add(thing.guid)
