"""What a source gives: fetch and parse until the adapter wants nothing more. Judges nothing."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field, replace

from monitor.adapters import Adapter, Found, Remember, Skip
from monitor.config import Source
from monitor.errors import FetchError, RobotsError, SourceError, TlsError
from monitor.fetch import Fetcher, host_of
from monitor.fetch.causes import shown
from monitor.model import Checkpoint, Item, Page, Request, digest_id
from monitor.poll.aside import aside
from monitor.poll.keepsake import body_of, body_of_refusal
from monitor.stores.lastbody import LastBody

log = logging.getLogger(__name__)

MAX_REQUESTS = 20
"""Requests one visit may make: paging and details included."""

MAX_OPTIONAL_FAILURES = 3
"""Optional pages that may fail in one visit; then the others are left to the next."""


@dataclass(slots=True)
class Harvest:
    """What one visit brought home before anything is judged or stored."""

    cursor: dict[str, str]
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    items: dict[str, Item] = field(default_factory=dict)
    """By guid; where a source lists one guid twice, the later row wins."""
    skips: list[Skip] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unchanged: bool = False
    whole: bool = False
    """The conditional page came with its body."""
    body: LastBody | None = None
    """The source's own page, or the one that failed, where it may be one to keep."""
    head: bytes = b""
    """How the first page that was parsed began."""
    unchecked: frozenset[str] = frozenset()
    """Hosts whose certificates the source's entry wants nobody to look at."""
    failure: SourceError | None = None
    """A later page failed: what came before it is kept, the visit counts as failed."""


async def collect(
    source: Source, adapter: Adapter, fetcher: Fetcher, before: Checkpoint
) -> Harvest:
    """Fetch and parse until the adapter wants nothing more; at most MAX_REQUESTS requests.

    When a later page fails, what earlier pages brought is kept but validators and cursor stay as
    they were, so that the next visit asks for everything again. An optional page that fails costs
    itself alone, unless it shows that we are not wanted.
    """
    harvest = Harvest(dict(before.cursor), before.etag, before.last_modified, before.body_hash)
    made = lost = 0
    try:
        queue = deque(adapter.start(before))
        has_own_page = False
        if not source.verify_tls:
            harvest.unchecked = frozenset(host_of(request.url) for request in queue)
        while queue:
            if made == MAX_REQUESTS:
                harvest.notes.append(f"stopped after {MAX_REQUESTS} requests, {len(queue)} left")
                break
            request = queue.popleft()
            if request.optional and lost == MAX_OPTIONAL_FAILURES:
                harvest.skips.append(Skip("a page left for the next visit", ask_again=True))
                continue
            made += 1
            try:
                page = await _fetch(source, fetcher, request, before, harvest.unchecked)
            except SourceError as error:
                if not request.optional or _is_wall(error):
                    raise
                lost += 1
                harvest.skips.append(_lost(error))
                continue
            if request.conditional and _unchanged(page, before, harvest):
                continue
            if request.conditional and page.moved_for_good:
                advice = ": `url` may say so" if source.url else ""
                harvest.notes.append(f"moved for good to {shown(page.url)}{advice}")
            harvest.head = harvest.head or page.body[:2000]
            own = request.conditional or not (has_own_page or harvest.items)
            has_own_page = has_own_page or request.conditional
            found, failure, body = await aside(_read, source, adapter, page, own, before)
            if failure or own:
                harvest.body = body
            for thing in found:
                match thing:
                    case Item():
                        harvest.items[thing.guid] = thing
                    case Request():
                        queue.append(thing)
                    case Remember():
                        harvest.cursor[thing.key] = thing.value
                    case Skip():
                        harvest.skips.append(thing)
            if failure and (not request.optional or _is_wall(failure)):
                raise failure
            if failure:
                lost += 1
                harvest.skips.append(_lost(failure))
    except TlsError as error:
        harvest.failure = _with_remedy(error, source, harvest.unchecked)
    except SourceError as error:
        harvest.failure = error
        if isinstance(error, FetchError) and error.body:
            harvest.body = body_of_refusal(error, fetcher.now(), source, before)
    if harvest.failure:
        harvest.cursor = dict(before.cursor)
    if harvest.failure or any(skip.ask_again for skip in harvest.skips):
        # The next visit must see the whole page again, not a 304 that hides what is missing.
        harvest.etag, harvest.last_modified = before.etag, before.last_modified
        harvest.body_hash = before.body_hash
    return harvest


def _is_wall(error: SourceError) -> bool:
    """Whether the site wants to be left alone: asking it for more makes it worse."""
    if isinstance(error, RobotsError):
        return False
    asked_to_wait = isinstance(error, FetchError) and error.retry_after_s is not None
    return asked_to_wait or error.reason in ("auth", "rate_limited")


def _lost(error: SourceError) -> Skip:
    return Skip(f"a page behind the list: {error}", ask_again=True)


def _with_remedy(error: TlsError, source: Source, unchecked: frozenset[str]) -> TlsError:
    """The failure, with what the operator can do about it."""
    if source.verify_tls:
        remedy = "to read it unchecked: `verify_tls: false` on the source"
    else:
        remedy = f"`verify_tls: false` is for {', '.join(sorted(unchecked))} alone"
    return TlsError(f"{error} ({remedy})", url=error.url, reason=error.reason)


async def _fetch(
    source: Source,
    fetcher: Fetcher,
    request: Request,
    before: Checkpoint,
    unchecked: frozenset[str],
) -> Page:
    if request.robots and not source.robots:
        request = replace(request, robots=False)
    return await fetcher.get(
        request,
        etag=before.etag if request.conditional else None,
        last_modified=before.last_modified if request.conditional else None,
        user_agent=source.user_agent,
        headers=source.headers,
        unchecked=unchecked,
    )


def _unchanged(page: Page, before: Checkpoint, harvest: Harvest) -> bool:
    """Whether the conditional page brings nothing new; takes over its validators otherwise."""
    if page.not_modified:
        harvest.unchanged = True
        return True
    harvest.whole = True
    harvest.etag = page.headers.get("etag")
    harvest.last_modified = page.headers.get("last-modified")
    # Some origins give every node its own ETag: an equal body says the same as a 304.
    harvest.body_hash = digest_id(page.body.decode("latin-1"))
    harvest.unchanged = harvest.body_hash == before.body_hash
    return harvest.unchanged


def _read(
    source: Source, adapter: Adapter, page: Page, own: bool, before: Checkpoint
) -> tuple[list[Found], SourceError | None, LastBody | None]:
    """What `_parse` finds, and the page's body if it may be one to keep."""
    found, failure = _parse(adapter, page)
    if not own and failure is None:
        return found, None, None
    failed = failure is not None
    return found, failure, body_of(page, found, failed=failed, source=source, before=before)


def _parse(adapter: Adapter, page: Page) -> tuple[list[Found], SourceError | None]:
    """All the adapter finds in the page up to the first failure, and that failure."""
    found: list[Found] = []
    try:
        for thing in adapter.parse(page):
            found.append(thing)  # one by one: a failure keeps what came before it
    except SourceError as error:
        return found, error
    except Exception as error:
        log.exception("source failed")
        return found, SourceError(f"could not be read: {type(error).__name__}: {error}")
    return found, None
