"""Fetches what an item only announces: the article behind a cut summary, the filing behind a title.

    candidates   which of the new items are worth a request more
    proves       which of those can be told before it is made
    complete     fetch and read them, a few at a time, within seconds
      article.py     a page's mark-up -> its article, and how surely
      attachment.py  a PDF or DOCX -> its text, read in a child process

Nothing here stops an alert: what its summary proves is told at once, and an item that cannot be
read in full goes on as it came, and says so.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

from monitor.charset import decode
from monitor.errors import FetchError
from monitor.fetch import Fetcher
from monitor.log import fields
from monitor.model import ALERTING, Item, Match, Page, Reading, Request, digest_id
from monitor.rules import Rules

log = logging.getLogger(__name__)

A_VISIT = 8
"""Items completed in one visit, at most; the others have their turn at the next."""
FETCH_S = 3.0
"""For each article, from the moment its host is free for us; a document has ALL_S."""
ALL_S = 5.0
"""For all of them together: the visit's alerts wait so long at worst."""
MAX_DOCUMENT_BYTES = 20 * 2**20
"""Filings are larger than pages."""
TRIES = 3
"""Visits in which a text that did not come in time is asked for."""
SHORT = 80
"""A text below so many characters that ends in the middle of a sentence is no whole text."""

_OPAQUE = ("news.google.com",)
"""Hosts whose links lead nowhere without running their scripts."""
_CUT = re.compile(
    r"(?:…|\.\.\.|[\[(]\s*(?:…|\.\.\.|&hellip;)\s*[\])]|\b(?:read|see|learn) (?:more|on)\b.{0,20}"
    r"|continue reading.{0,80}|full (?:story|article)"
    r"|[(\[【]?(?:阅读|查看|点击|详见)(?:更多|全文|原文|详情)[)\]】]?)"
    r"[\s.。»›>→]*$",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[。!?!?])|(?<=\.)\s|\n")
_END = re.compile(r"[。!?！？；\n]|\.(?=[\s\"'”’)\]]|$)")
"""Where a sentence ends."""
_ENDED = re.compile(r"[.。!?!?”\"』」)）]\s*$")
_MEETING = re.compile(
    r"投资者关系|调研|业绩说明会|投资者活动|路演|investor (?:relations|meeting|day)|earnings call",
    re.IGNORECASE,
)
"""Titles of the records in which firms answer investors: a licence may stand in any of them."""


@dataclass(slots=True)
class Completed:
    """What became of the candidates."""

    items: dict[str, Item] = field(default_factory=dict)
    """By id: with the full text, or with a note why not (`Item.unread`)."""
    again: bool = False
    """Some are to be asked for at the next visit: the source's page must not pass as unchanged."""

    @property
    def notes(self) -> list[str]:
        """`2 full texts not read: timeout` per reason, for the source's status."""
        counts: dict[str, int] = {}
        for item in self.items.values():
            if item.unread:
                counts[item.unread] = counts.get(item.unread, 0) + 1
        return [f"{n}x {why}" for why, n in counts.items()]


# --- which --------------------------------------------------------------------------------------


def may_be_cut(item: Item) -> bool:
    """Whether there is more of it to be had somewhere: cheap, and asked of every item."""
    return bool(item.attachment_url) or (is_cut(item) and _can_follow(item.url))


def candidates(items: Sequence[Item], rules: Rules) -> list[Item]:
    """The items worth a request, the most promising first, newest before older."""
    ranked: list[tuple[int, Item]] = []
    for item in items:
        try:
            rank = _rank(item, rules)
        except Exception:  # one item the rules choke on is no lost visit
            log.exception("item unreadable", extra=fields(item=item.id))
            continue
        if rank is not None:
            ranked.append((rank, item))
    ranked.sort(key=lambda pair: (pair[0], -_moment(pair[1]).timestamp()))
    return [item for _, item in ranked]


def _rank(item: Item, rules: Rules) -> int | None:
    """0 = it speaks of licences, 1 = it may, 2 = any filing of a watched firm, None = no use."""
    if not may_be_cut(item):
        return None
    if item.attachment_url:
        if rules.is_relevant(item):
            return 0
        if item.issuer_id is None and not rules.names_a_firm(item):
            return None
        return 1 if _MEETING.search(item.title) else 2
    if rules.is_relevant(item):
        return 0
    return 1 if rules.names_a_firm(item) else None


def is_cut(item: Item) -> bool:
    """Whether the text is less than what was published: a summary, or broken off."""
    if item.kind == "ir_qa":
        return False
    text = item.text.strip()
    if item.kind == "feed_summary" or _CUT.search(text[-200:]):
        return True
    return len(text) < SHORT and not _ENDED.search(text)


def _can_follow(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and parts.hostname not in (None, *_OPAQUE)
    except ValueError:
        return False


def _moment(item: Item) -> datetime:
    at = item.published_at or item.fetched_at
    return max(at, datetime(1970, 1, 2, tzinfo=UTC))


def proves(item: Item, reading: Reading) -> bool:
    """Whether the item's own words prove an alert already, so that it need not wait for the rest.

    The sentence must stand in the text and be whole: what follows where it breaks off, or below a
    headline, may turn it round.
    """
    text = _CUT.sub("", item.text.rstrip())
    return any(
        match.where == "text" and _END.search(text, match.start + len(match.quote)) is not None
        for match in reading.matches
        if _alerts(match)
    )


def may_alert(reading: Reading) -> bool:
    """Whether it tells a watched firm's licence gained or lost, as news; the ledger may know it."""
    return any(_alerts(match) for match in reading.matches)


def _alerts(match: Match) -> bool:
    sure = match.certainty in ("confirmed", "reported") and match.novelty == "new"
    return sure and match.issuer_id is not None and match.status in ALERTING


def announced(item: Item) -> Item:
    """`item` as it is stored while its full text is being fetched: were we to stop now, the next
    visit would take it for edited and fetch that."""
    return replace(item, source_hash=_waiting(item, 0))


# --- fetch and read -------------------------------------------------------------------------------


class _Failed(Exception):
    """A text was not read. `lasting`: asking again will not help."""

    def __init__(self, why: str, *, lasting: bool) -> None:
        super().__init__(why)
        self.lasting = lasting


async def complete(
    wanted: Sequence[Item],
    known: Mapping[str, Item],
    fetcher: Fetcher,
    *,
    user_agent: str | None = None,
    robots: bool = True,
    unchecked: Collection[str] = (),
    fetch_s: float = FETCH_S,
    all_s: float = ALL_S,
) -> Completed:
    """Read the full text of what `candidates` named, the first A_VISIT of them. Never raises.

    `known`: these items as stored, where they were tried before. `robots`: only what the hosts'
    robots.txt lets programs read. `unchecked`: as for `Fetcher.get`. Takes `all_s` seconds at
    most.
    """
    done = Completed()
    tasks = {
        asyncio.create_task(
            _text_of(
                item,
                partial(fetcher.get, user_agent=user_agent, unchecked=unchecked),
                robots,
                all_s if item.attachment_url else fetch_s,
            )
        ): item
        for item in wanted[:A_VISIT]
    }
    try:
        if tasks:
            await asyncio.wait(tasks, timeout=all_s)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task, item in tasks.items():
        if task.cancelled():
            _put(done, item, known, _Failed("timeout", lasting=False))
            continue
        error = task.exception()
        if error is None:
            done.items[item.id] = completed(item, task.result())
        elif isinstance(error, _Failed):
            _put(done, item, known, error)
        else:
            log.error("full text failed", exc_info=error, extra=fields(item=item.id))
            _put(done, item, known, _Failed(f"unexpected: {type(error).__name__}", lasting=True))
    for item in wanted[A_VISIT:]:
        done.items[item.id] = _for_later(item, tried(item, known), "too many at once")
        done.again = True
    return done


def completed(item: Item, text: str) -> Item:
    """`item` with its full text. Whole sentences of the summary that it lacks stay in front."""
    squeezed = "".join(text.split())
    lost = [
        sentence
        for sentence in _SENTENCES.split(item.text[:20_000])
        if _ENDED.search(sentence)
        and not _CUT.search(sentence)
        and "".join(sentence.split()) not in squeezed
    ]
    missing = "" if item.attachment_url else " ".join(lost)
    return replace(
        item,
        text=f"{missing}\n{text}" if missing else text,
        kind="news" if item.kind == "feed_summary" else item.kind,
        source_hash=item.content_hash,
    )


def _put(done: Completed, item: Item, known: Mapping[str, Item], failed: _Failed) -> None:
    tries = tried(item, known) + 1
    if failed.lasting or tries >= TRIES:
        done.items[item.id] = replace(item, unread=_told(item, str(failed)))
    else:
        done.items[item.id] = _for_later(item, tries, str(failed))
        done.again = True


def _for_later(item: Item, tries: int, why: str) -> Item:
    """Its hash is no hash of its content: the next visit takes it for edited, and tries again."""
    return replace(item, source_hash=_waiting(item, tries), unread=_told(item, why))


def tried(item: Item, known: Mapping[str, Item]) -> int:
    """In how many visits its text was asked for in vain."""
    stored = known.get(item.id)
    for tries in range(1, TRIES):
        if stored is not None and stored.content_hash == _waiting(item, tries):
            return tries
    return 0


def _waiting(item: Item, tries: int) -> str:
    return digest_id(item.content_hash, "full text to come", str(tries))


def _told(item: Item, why: str) -> str:
    return f"{'attachment' if item.attachment_url else 'full text'} not read: {why}"


async def _text_of(
    item: Item, get: Callable[..., Awaitable[Page]], robots: bool, within_s: float
) -> str:
    """The text behind the item. Raises _Failed."""
    from monitor.fulltext.attachment import Unreadable, read_document  # rarely wanted

    if item.attachment_url:
        request = Request(item.attachment_url, robots=robots, max_bytes=MAX_DOCUMENT_BYTES)
    else:
        request = Request(item.url, robots=robots)
    try:
        page = await get(request, deadline_s=within_s)
    except FetchError as error:
        passing = error.reason in ("timeout", "transport", "rate_limited", "server")
        why = "timeout" if error.reason == "timeout" else str(error)
        raise _Failed(why, lasting=not passing) from error
    if item.attachment_url:
        try:
            return await read_document(page.body)
        except Unreadable as error:
            raise _Failed(str(error), lasting=True) from error
    return await asyncio.to_thread(_article, page, item)


def _article(page: Page, item: Item) -> str:
    if b"%PDF-" in page.body[:1024]:
        raise _Failed("a PDF where a page was due", lasting=True)
    from monitor.fulltext.article import ENOUGH, read_article  # rarely wanted

    markup = decode(page.body, page.headers.get("content-type"))
    article = read_article(markup, title=item.title, summary=_CUT.sub("", item.text[-20_000:]))
    if article.confidence < ENOUGH:
        raise _Failed("no article found on its page", lasting=True)
    return article.text
