"""The second reader: feedparser, for feeds that are too far from any format for the first.

A hundred times slower, and more forgiving. Loaded only when it is needed.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from monitor.adapters.feed_document import MAX_ENTRIES, Document, Entry

MAX_CHARACTERS = 400_000
"""A hostile document of this length takes a few seconds; the rest of a longer one is not read."""


def read_with_feedparser(text: str) -> Document | None:
    """The feed in `text`, or None when feedparser finds no entries either."""
    import feedparser

    try:
        # Bytes only: a text that looks like a path or an address would be opened.
        parsed = feedparser.parse(
            text[:MAX_CHARACTERS].encode("utf-8", "replace"),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception:  # any kind at all: its own parsers trip over odd dates, numbers and bases
        return None
    if not parsed.entries:
        return None
    top = parsed.feed
    document = Document(
        parsed.version or "feed",
        title=_text(top, "title"),
        link=_text(top, "link"),
        language=_text(top, "language"),
        left_out=max(0, len(parsed.entries) - MAX_ENTRIES),
    )
    document.entries = [_entry(entry) for entry in islice(parsed.entries, MAX_ENTRIES)]
    return document


def _entry(found: Any) -> Entry:
    contents = [str(part.get("value", "")) for part in dict.get(found, "content", ())]
    source = dict.get(found, "source") or {}
    return Entry(
        guid=_text(found, "id"),
        link=_text(found, "link"),
        title=_text(found, "title"),
        summary=_text(found, "summary"),
        content=max(contents, key=len, default=""),
        published=_text(found, "published"),
        updated=_text(found, "updated"),
        publisher=_text(source, "title"),
    )


def _text(row: Any, key: str) -> str:
    # Not `row.get`: feedparser's own warns when one date stands in for another.
    value = dict.get(row, key)
    return value.strip() if isinstance(value, str) else ""
