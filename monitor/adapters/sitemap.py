"""News sitemaps: what a newspaper published in the last two days, titles only, and indexes of them.

A sitemap without news entries is a list of addresses and refused; one without any entry is legal,
because nothing may have been published for two days.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import urlsplit

from lxml import etree
from pydantic import Field

from monitor.adapters.dates import parse_date
from monitor.adapters.protocol import Found, Remember, Skip, own_options
from monitor.adapters.reading import describe, is_html, one_line, refusal, shorten
from monitor.adapters.web import Address, absolute, once
from monitor.charset import decode
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Kind, Page, Request

MAX_BYTES = 20 * 2**20
"""A sitemap that comes as .gz may grow to this."""
MAX_ENTRIES = 5000
_DECLARES = re.compile(r"<!(?:ENTITY|DOCTYPE)", re.IGNORECASE)
_LANGUAGES = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant", "zh-hk": "zh-Hant", "zh": "zh-Hans"}
_EXPECTED = "a news sitemap or an index of them"


class Options(Strict):
    """The keys a sitemap's entry may have of its own."""

    max_sitemaps: int = Field(default=3, ge=1, le=10)
    """Of an index: how many sitemaps a visit reads, the newest ones."""


class Sitemap(Address):
    """One sitemap or index at one address."""

    kind: ClassVar[Kind] = "feed_summary"
    Options: ClassVar[type[Strict] | None] = Options

    def __init__(self, source: Source, issuers: Iterable[Issuer] = ()) -> None:
        super().__init__(source)
        self.options = own_options(source, Options)

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        url = self.address()
        # An index may stay as it is while the sitemaps it names change.
        is_index = checkpoint.cursor.get("index") == "1"
        return [Request(url, note="first", conditional=not is_index, robots=True)]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read a sitemap or an index.

        Items come in the sitemap's own order, the address as guid; `published_at` is None where the
        entry has no usable date. Remembers `index`. Raises ParseError for what is no sitemap.
        """
        root = self._root(page)
        name = _name(root)
        if name == "sitemapindex":
            if page.note == "part":
                raise ParseError("a news sitemap", "an index within an index", url=page.url)
            yield Remember("index", "1")
            yield from self._parts(root, page)
        elif name == "urlset":
            if page.note != "part":
                yield Remember("index", "")
            yield from self._entries(root, page)
        else:
            raise ParseError(_EXPECTED, f"an XML document <{shorten(name, 40)}>", url=page.url)

    def _root(self, page: Page) -> Any:
        if page.body[:2] == b"\x1f\x8b":
            page = replace(page, body=_inflated(page))
        text = decode(page.body, page.headers.get("content-type"))
        if is_html(text):
            raise refusal(page, _EXPECTED, describe(page))
        if _DECLARES.search(text):
            raise ParseError(_EXPECTED, "XML with declarations of its own", url=page.url)
        text = re.sub(r"^\s*<\?xml[^<>]*\?>", "", text.lstrip("\ufeff"), count=1)
        parser = etree.XMLParser(
            encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True,
            huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        try:
            return etree.fromstring(text.strip().encode("utf-8", "replace"), parser)
        except etree.XMLSyntaxError as error:
            found = describe(page)
            if text.lstrip().startswith("<"):
                found = f"broken XML ({shorten(str(error), 80)})"
            raise refusal(page, _EXPECTED, found) from None

    def _parts(self, root: Any, page: Page) -> Iterator[Found]:
        """The sitemaps of an index, newest first; undated ones keep their order, behind."""
        parts = []
        for part in root:
            url = absolute(page.url, _child(part, "loc"))
            written = _child(part, "lastmod")
            at = parse_date(written, seen_at=page.fetched_at) if written else None
            if urlsplit(url).netloc == urlsplit(page.url).netloc:
                parts.append((at.timestamp() if at else 0.0, url))
            else:
                yield Skip("a sitemap on another site", shorten(url or _child(part, "loc")))
        if not parts:
            raise ParseError("sitemaps in the index", "none", url=page.url)
        parts.sort(key=lambda part: part[0], reverse=True)
        for _, url in parts[: self.options.max_sitemaps]:
            yield Request(url, note="part", robots=True)

    def _entries(self, root: Any, page: Page) -> Iterator[Found]:
        rows = [row for row in root if _name(row) == "url"]
        news = [(row, found) for row in rows if (found := _find(row, "news")) is not None]
        if rows and not news:
            raise ParseError(
                "news entries", f"{len(rows)} addresses without any: a plain sitemap", url=page.url
            )
        yield from once(self._item(row, entry, page) for row, entry in news[:MAX_ENTRIES])
        if len(news) > MAX_ENTRIES:
            yield Skip(f"entries beyond the first {MAX_ENTRIES}", f"{len(news) - MAX_ENTRIES} more")
        if len(rows) > len(news):
            yield Skip("addresses that are no news", f"{len(rows) - len(news)} of {len(rows)}")

    def _item(self, row: Any, entry: Any, page: Page) -> Item | Skip:
        url = absolute(page.url, _child(row, "loc"))
        title = one_line(_child(entry, "title"))
        if not url or not title:
            return Skip("an entry without title or address", shorten(f"{title} {url}"))
        publication = _find(entry, "publication")
        paper = one_line(_child(publication, "name"), 60) if publication is not None else ""
        language = _child(publication, "language").lower() if publication is not None else ""
        written = _child(entry, "publication_date") or _child(row, "lastmod")
        return self.item(
            page,
            guid=url,
            url=url,
            title=title,
            text="",
            at=parse_date(written, seen_at=page.fetched_at),
            language=_LANGUAGES.get(language) or _english(language),
            name=paper,
        )


def _inflated(page: Page) -> bytes:
    """The body of a .gz, at most MAX_BYTES of it."""
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        body = inflater.decompress(page.body, MAX_BYTES)
    except zlib.error:
        raise ParseError(_EXPECTED, "a broken .gz file", url=page.url) from None
    if inflater.unconsumed_tail:
        found = f"a .gz file of more than {MAX_BYTES >> 20} MB"
        raise ParseError(_EXPECTED, found, url=page.url)
    return body


def _name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _find(element: Any, name: str) -> Any:
    return next((child for child in element if _name(child) == name), None)


def _child(element: Any, name: str) -> str:
    found = _find(element, name)
    return " ".join((found.text or "").split()) if found is not None else ""


def _english(language: str) -> str | None:
    return "en" if language.partition("-")[0] == "en" else None
