"""What answers on the web have in common: links to be made whole, wrappers, dates in free form."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from monitor.adapters.dates import AHEAD, parse_date
from monitor.adapters.reading import EARLIEST
from monitor.clock import zone as zone_called
from monitor.model import Page

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
