"""News feeds of every common kind: RSS 2.0 and its elders, RSS 1.0, Atom, JSON Feed.

The bytes are decoded by us, whatever they say they are. An item's identity is its guid, else its
link, else its title and date. Full text is preferred to the summary. A feed that was cut short
keeps its whole items and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import ClassVar
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from pydantic import field_validator

from monitor.adapters.dates import parse_date
from monitor.adapters.feed_document import MAX_ENTRIES, Document, Entry, NotAFeed
from monitor.adapters.feed_formats import read_feed
from monitor.adapters.protocol import Found, Remember, Skip
from monitor.adapters.reading import (
    MAX_TEXT,
    describe,
    is_chinese,
    is_html,
    one_line,
    plain_text,
    refusal,
    shorten,
)
from monitor.charset import decode
from monitor.clock import zone as zone_called
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Kind, Page, Request, Tier, digest_id

_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
_FULL_TEXT = 700
"""A description of so many characters is the article, not a teaser for it."""
_USUAL_ADDRESS = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?::[0-9]+)?(?:[/?#][!-~]*)?")
_HINTS = ("ttl_s", "max_age_s", "skip_hours", "skip_days")
_LINK = re.compile(r"<([^<>]{1,2000})>\s*;([^<>]{0,500})")
_RELATION = re.compile(r"\brel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_LANGUAGES = {
    "zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh-mo": "zh-Hant", "zh-hant": "zh-Hant",
    "zh": "zh-Hans", "zh-cn": "zh-Hans", "zh-sg": "zh-Hans", "zh-hans": "zh-Hans",
}  # fmt: skip


class Options(Strict):
    """The keys a feed's entry may have of its own."""

    zone: str | None = None
    """IANA zone of dates that name none; UTC otherwise. `Asia/Shanghai` also settles `CST`."""
    assume_full_text: bool = False
    """Descriptions are the whole article, however short they are."""
    strip_source_suffix: bool = False
    """Titles end with " - Publisher", as aggregators write them: take that off."""
    websub: bool = False
    """Subscribe at the hub the feed announces, if it does: a push then has it visited at once.
    Needs `web.url`, where the hub calls."""

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                zone_called(name)
            except (KeyError, ValueError, OSError):
                raise ValueError(f"{name!r} is not a time zone; write Asia/Shanghai") from None
        return name


@dataclass(frozen=True, slots=True)
class _Setting:
    """What all entries of one document have in common, found once."""

    shared: set[str]
    """Guids that do not tell entries apart."""
    links: tuple[str, str]
    """Where an entry without a link of its own leads: the feed's site, the feed."""
    name: str
    label: str | None
    """The language that the feed claims, in our spelling."""
    seen_at: datetime
    zone: ZoneInfo | None
    chinese: bool

    def instant(self, text: str) -> datetime | None:
        """The time that an entry gives."""
        if not text:
            return None
        return parse_date(text, seen_at=self.seen_at, zone=self.zone, chinese=self.chinese)


class Feed:
    """One feed at one address."""

    platform: ClassVar[str] = ""
    kind: ClassVar[Kind] = "news"
    tier: ClassVar[Tier] = "media"
    needs_url: ClassVar[bool] = True
    Options: ClassVar[type[Strict] | None] = Options

    def __init__(self, source: Source, issuers: Iterable[Issuer] = ()) -> None:
        self.source = source
        self.options = source.options if isinstance(source.options, Options) else Options()
        self._hints: dict[str, str] = {}

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        self._hints = {key: checkpoint.cursor.get(key, "") for key in _HINTS}
        # Until it was looked for, "unchanged" must not hide the hub.
        conditional = "hub" in checkpoint.cursor or not self.options.websub
        url = self.source.url
        if not url:
            raise ParseError("the feed's address under `url`", "none")
        if self.source.base_url:
            parts = urlsplit(url)
            url = self.source.base_url.rstrip("/") + parts.path
            url += f"?{parts.query}" if parts.query else ""
        return [Request(url, headers={"Accept": _ACCEPT}, note="feed", conditional=conditional)]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read one feed document.

        Items come in the feed's own order, each guid once. `published_at` is None where the feed
        gives no usable time. Remembers the publisher's wishes: `ttl_s`, `max_age_s`,
        `skip_hours` and `skip_days` ("" = none any more), and with `websub` the `hub` and the
        `topic` to subscribe to there ("" = none). Raises ParseError for what is no feed.
        """
        document = self._document(page)
        if document.cut and not document.entries:
            raise ParseError("a whole feed", "one cut short before its first item ends")
        if document.cut:
            last = document.entries[-1].title
            reason = "the feed was cut short: its last items are missing"
            yield Skip(reason, shorten(last), ask_again=True)
        if document.left_out:
            yield Skip(
                f"the feed is too long: only its first {MAX_ENTRIES} items are read",
                f"{document.left_out} more",
            )
        yield from self._wishes(document, page)
        if self.options.websub and not document.cut:
            yield from self._push(document, page)
        yield from self._items(document, page)

    def _document(self, page: Page) -> Document:
        text = decode(page.body, page.headers.get("content-type"))
        expected = "an RSS, Atom or JSON feed"
        if is_html(text):
            raise refusal(page, expected, describe(page))
        try:
            return read_feed(text)
        except NotAFeed as problem:
            found = describe(page) if "not XML" in str(problem) else str(problem)
            raise refusal(page, expected, found) from None

    def _wishes(self, document: Document, page: Page) -> Iterator[Remember]:
        wishes = {
            "ttl_s": str(document.ttl_s) if document.ttl_s else "",
            "max_age_s": _fresh_for_s(page.headers),
            "skip_hours": ",".join(map(str, document.skip_hours)),
            "skip_days": ",".join(document.skip_days),
        }
        for key, value in wishes.items():
            if value != self._hints.get(key, ""):
                yield Remember(key, value)

    def _push(self, document: Document, page: Page) -> Iterator[Remember]:
        """The hub, from the header or else the document; one without a topic is of no use."""
        header = _header_links(page.headers.get("link", ""))
        hub = _absolute(header.get("hub") or document.hub, page.url)
        topic = _absolute(header.get("self") or document.topic, page.url)
        yield Remember("hub", hub if topic else "")
        yield Remember("topic", topic if hub else "")

    def _items(self, document: Document, page: Page) -> Iterator[Item | Skip]:
        found: dict[str, tuple[datetime | None, Item]] = {}
        setting = self._setting(document, page)
        for entry in document.entries:
            updated_at = setting.instant(entry.updated)
            item = self._item(entry, updated_at, setting)
            if item is None:
                yield Skip("an item without title and text", shorten(entry.guid or entry.link))
                continue
            changed_at = updated_at or item.published_at
            known = found.get(item.guid)
            if known is None or _is_newer(changed_at, known[0]):
                found[item.guid] = changed_at, item
        yield from (item for _, item in found.values())

    def _setting(self, document: Document, page: Page) -> _Setting:
        language = self.source.language or document.language
        return _Setting(
            shared=_shared_guids(document.entries),
            links=(document.link, page.url),
            name=self.source.name or one_line(document.title, 60) or self.source.id,
            label=_label(document.language),
            seen_at=page.fetched_at,
            zone=zone_called(self.options.zone) if self.options.zone else None,
            chinese=language.lower().startswith("zh"),
        )

    def _item(self, entry: Entry, updated_at: datetime | None, setting: _Setting) -> Item | None:
        if entry.title_is_plain:
            title = shorten(" ".join(entry.title.split()), 1000)
        else:
            title = one_line(entry.title)
        publisher = one_line(entry.publisher) if entry.publisher else ""
        title, publisher = self._without_publisher(title, publisher)
        text, is_full = self._text(entry)
        if not title and not text:
            return None
        language = self.source.language
        if not language and setting.label:
            language = _language(setting.label, title + text)
        return Item(
            source_id=self.source.id,
            guid=_identity(entry, title, text, setting.shared),
            url=_web_address(entry.link, *setting.links),
            title=title,
            text=text,
            fetched_at=setting.seen_at,
            published_at=setting.instant(entry.published) or updated_at,
            language=language or None,
            kind=self.source.kind or ("news" if is_full else "feed_summary"),
            tier=self.source.tier,
            issuer_id=self.source.issuer,
            source_name=f"{publisher} via {setting.name}" if publisher else setting.name,
        )

    def _text(self, entry: Entry) -> tuple[str, bool]:
        """The longer of content and summary, and whether it is the whole article."""
        content = entry.content[:MAX_TEXT]
        content = content if entry.content_is_plain or not content else plain_text(content)
        # Reading mark-up is what a feed costs: not twice where the summary cannot be longer.
        summary = plain_text(entry.summary) if len(entry.summary) > len(content) else ""
        text = content if len(content) >= len(summary) else summary
        is_full = self.options.assume_full_text or bool(content) or len(summary) >= _FULL_TEXT
        return text, is_full

    def _without_publisher(self, title: str, publisher: str) -> tuple[str, str]:
        """Title and publisher apart, where the option says that they come in one."""
        if not self.options.strip_source_suffix:
            return title, ""
        if publisher:
            return title.removesuffix(f" - {publisher}").strip(), publisher
        head, dash, tail = title.rpartition(" - ")
        return (head.strip(), tail.strip()) if dash and head.strip() else (title, "")


def _fresh_for_s(headers: Mapping[str, str]) -> str:
    """Seconds for which it may be kept: by `Cache-Control`, else by `Expires`; "" = not told."""
    if found := _MAX_AGE.search(headers.get("cache-control", "")[:500]):
        return found[1].lstrip("0")
    if "expires" not in headers or "no-" in headers.get("cache-control", ""):
        return ""
    try:
        until, now = (parsedate_to_datetime(headers.get(h, "")) for h in ("expires", "date"))
        seconds = int((until - now).total_seconds())
    except (ValueError, TypeError, OverflowError):  # `Expires: 0` is usual
        return ""
    return str(seconds) if 0 < seconds < 10**9 else ""


def _header_links(header: str) -> dict[str, str]:
    """Addresses by relation in a `Link` header; the first of each."""
    found: dict[str, str] = {}
    for address, parameters in _LINK.findall(header[:8000]):
        if relation := _RELATION.search(parameters):
            for name in (relation[1] or relation[2] or "").lower().split():
                found.setdefault(name, address.strip())
    return found


def _absolute(address: str, page_url: str) -> str:
    """The web address, absolute; "" for none, and for what is none."""
    try:
        url = urljoin(page_url, address) if address else ""
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def _shared_guids(entries: Sequence[Entry]) -> set[str]:
    """Guids that stand on entries with different links: they name something else than the entry."""
    first: dict[str, str] = {}
    return {
        entry.guid
        for entry in entries
        if entry.guid and entry.link and first.setdefault(entry.guid, entry.link) != entry.link
    }


def _identity(entry: Entry, title: str, text: str, shared: set[str]) -> str:
    guid = "" if entry.guid in shared else entry.guid
    name = guid or entry.link
    if not name:
        name = "text:" + digest_id(title, entry.published, "" if title else text)
    return name if len(name) <= 500 else "long:" + digest_id(name)


def _is_newer(changed_at: datetime | None, than: datetime | None) -> bool:
    """Whether the second of two versions in one feed is the later one.

    Feeds list the newest first, so without times the first one stays.
    """
    return changed_at is not None and than is not None and changed_at > than


def _web_address(link: str, *fallbacks: str) -> str:
    """The item's page, absolute; the feed's own page when no browser should open the link."""
    if _USUAL_ADDRESS.fullmatch(link):
        return link
    for candidate in (link, *fallbacks):
        url = "".join(candidate.split())
        try:
            if not url.startswith(("https://", "http://")):
                url = urljoin(fallbacks[-1], url)
            parts = urlsplit(url)
            if candidate and parts.scheme in ("http", "https") and parts.hostname:
                return url
        except ValueError:
            continue
    return ""


def _label(language: str) -> str | None:
    """The language a feed claims: BCP 47, with the script for Chinese; None for any other."""
    name = language.strip().lower().replace("_", "-")
    return _LANGUAGES.get(name) or ("en" if name.partition("-")[0] == "en" else None)


def _language(label: str, text: str) -> str | None:
    """The label, or None where it does not fit the text.

    Chinese sites often run on software that calls itself English.
    """
    return label if is_chinese(text) == label.startswith("zh") else None
