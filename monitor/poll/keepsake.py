"""Which bodies are kept for a person to compare: how a source looked when it was well, and what
came instead. Pure.

Not each good body is worth a write: once an hour will do, and at once after trouble. The same of
bad ones: the first of a trouble, then one an hour.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from monitor.config import Source
from monitor.errors import FetchError
from monitor.model import Checkpoint, Item, Page, Request
from monitor.stores.lastbody import LastBody

AT_MOST_EVERY = timedelta(hours=1)


def body_of(
    page: Page, found: Collection[object], *, failed: bool, source: Source, before: Checkpoint
) -> LastBody | None:
    """The body of a page, packed, if it may be one to keep; whether it is good is not known yet."""
    rows = sum(isinstance(thing, Item) for thing in found)
    rows = rows or sum(isinstance(thing, Request) for thing in found)
    good = rows > 0 and not failed
    # A page with rows may be an odd one all the same. Where that is so, the next look tells it too.
    if not _due(good, before, page.fetched_at):
        return None
    return LastBody.of(
        page.body,
        source_id=before.source_id,
        good=good,
        at=page.fetched_at,
        content_type=page.headers.get("content-type", ""),
        rows=rows,
        hide=_said_to_it(source),
    )


def body_of_refusal(
    error: FetchError, now: datetime, source: Source, before: Checkpoint
) -> LastBody | None:
    """The same of the page that came with a 403 or the like."""
    headers = {"content-type": error.content_type}
    page = Page("", error.status or 0, headers, error.body, now)
    return body_of(page, (), failed=True, source=source, before=before)


def _said_to_it(source: Source) -> set[str]:
    """What only that site and the operator know, and a site may say back: logins, tokens."""
    login = urlsplit(source.url or source.base_url or "")
    said = [*source.headers.values(), login.username or "", login.password or ""]
    return {word for value in said for word in (value, *value.split()) if len(word) >= 6}


def kept(
    body: LastBody | None, before: Checkpoint, after: Checkpoint
) -> tuple[LastBody | None, Checkpoint]:
    """What is to be kept of the visit that led to `after`, and that with a note of it."""
    good = not _is_odd(after)
    if after.unchanged and not after.failures:
        return None, after
    if body is None:
        if not good and not after.failures:  # so that the next visit has it, changed or not
            after = replace(after, etag=None, last_modified=None, body_hash=None)
        return None, after
    if not _due(good, before, body.at):
        return None, after
    if good:
        return replace(body, good=True), replace(after, good_body_at=body.at)
    return replace(body, good=False), replace(after, odd_body_at=body.at)


def _due(good: bool, before: Checkpoint, now: datetime) -> bool:
    turned = _is_odd(before) is good  # a trouble that ends, or begins
    last = before.good_body_at if good else before.odd_body_at
    return last is None or turned or now - last >= AT_MOST_EVERY


def _is_odd(checkpoint: Checkpoint) -> bool:
    """Whether the last visit failed, or did not show what was always there."""
    return checkpoint.failures > 0 or bool(checkpoint.history.get("odd"))
