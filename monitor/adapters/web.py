"""What answers on the web have in common: links to be made whole, wrappers around JSON."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

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
