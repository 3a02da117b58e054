"""Any HTML page that lists news, read by CSS selectors that its entry names.

A selector may end in `@name`: then it is that attribute of the element, else its text; `@name`
alone is an attribute of the row itself. The guid of an item is its link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor.adapters.protocol import Found, Remember, Skip, own_options
from monitor.adapters.reading import describe, html_tree, one_line, plain_text, refusal, shorten
from monitor.adapters.web import Address, Dated, absolute, once
from monitor.charset import decode
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Page, Request, digest_id

MAX_ROWS = 1000
_KNOWN = 200


class Options(Dated):
    """The keys a listing's entry may have of its own. Selectors count within a row."""

    item: str = "li"
    """Selector of the rows."""
    title: str = "a"
    """Where a row has its title."""
    link: str = "a@href"
    """Where a row has its link."""
    date: str | None = None
    """Where a row has its date; a row without one is then left out and counted."""
    text: str | None = None
    """Where a row has a summary."""
    next: str | None = None
    """Where the page has the link to the next one (`a.next@href`)."""
    max_pages: int = Field(default=3, ge=1, le=10)
    """Pages a visit reads at most, to catch up after a pause."""

    @field_validator("item", "title", "link", "date", "text", "next")
    @classmethod
    def _a_selector(cls, text: str | None) -> str | None:
        selector = text.partition("@")[0].strip() if text is not None else ""
        if text is not None and not text.strip():
            raise ValueError("is empty; write a CSS selector like 'h3 a' or 'a@href'")
        if selector:
            try:
                LexborHTMLParser("<p></p>").css(selector)
            except (SelectolaxError, ValueError):
                raise ValueError(
                    f"{text!r} is no CSS selector; write 'ul.news > li', 'h3 a' or 'a@href'"
                ) from None
        return text


class Listing(Address):
    """One page, and the ones behind it."""

    Options: ClassVar[type[Strict] | None] = Options

    def __init__(self, source: Source, issuers: Iterable[Issuer] = ()) -> None:
        super().__init__(source)
        self.options = own_options(source, Options)
        self._begin(Checkpoint(source.id))

    def _begin(self, checkpoint: Checkpoint) -> None:
        known = checkpoint.cursor.get("known", "")
        self._known = frozenset(known.split(",")) if known else frozenset[str]()
        self._asked: set[str] = set()

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        self._begin(checkpoint)
        url = self.address()
        self._asked.add(url)
        return [Request(url, note="list:1", conditional=True, robots=True)]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read one page of the list.

        Items come in the page's own order. `published_at` is None where no `date` is asked for.
        While a page holds nothing known the next one is asked for, but not at the first visit.
        Remembers `known`, the newest links as short digests. Raises ParseError for a page without
        rows, or whose rows all lack title or link.
        """
        number = int(page.note.partition(":")[2] or 1) if page.note.startswith("list:") else 1
        tree, rows = self._rows(page)
        found = list(once(self._read(row, page) for row in rows[:MAX_ROWS]))
        items = [thing for thing in found if isinstance(thing, Item)]
        skips = [thing for thing in found if isinstance(thing, Skip)]
        if not items:
            found_instead = f"{len(rows)} rows without" + (f" ({skips[0].reason})" if skips else "")
            raise ParseError("rows with title and link", found_instead, url=page.url)
        yield from items
        yield from skips
        if len(rows) > MAX_ROWS:
            yield Skip(f"rows beyond the first {MAX_ROWS}", f"{len(rows) - MAX_ROWS} more")
        yield from self._onwards([item.guid for item in items], tree, page, number)

    def _rows(self, page: Page) -> tuple[LexborHTMLParser, list[LexborNode]]:
        text = decode(page.body, page.headers.get("content-type"))
        selector, expected = self.options.item, f"rows at '{self.options.item}'"
        tree = html_tree(text, fragment=False)
        if tree is None:
            raise ParseError(expected, "mark-up nested beyond all reason", url=page.url)
        rows = tree.css(selector)
        if not rows:
            raise refusal(page, expected, describe(page))
        return tree, rows

    def _read(self, row: LexborNode, page: Page) -> Item | Skip:
        options = self.options
        url = absolute(page.url, _value(row, options.link))
        title = one_line(_value(row, options.title))
        text = plain_text(_value(row, options.text, markup=True)) if options.text else ""
        if not url or not title:
            return Skip("a row without title or link", shorten(f"{title} {row.text()}"))
        at = None
        if options.date is not None:
            written = _value(row, options.date)
            at = options.date_in(written, page)
            if at is None:
                return Skip("a row without a believable date", shorten(f"{title} {written}"))
        return self.item(
            page, guid=url, url=url, title=title, text=text, at=at, kind="feed_summary"
        )

    def _onwards(
        self, guids: list[str], tree: LexborHTMLParser, page: Page, number: int
    ) -> Iterator[Found]:
        """The next page while this one holds nothing known; from page 1 what to know next time."""
        marks = [digest_id(guid, length=8) for guid in guids]
        if number == 1 and not self._known.issuperset(marks):
            rest = [mark for mark in sorted(self._known) if mark not in marks]
            yield Remember("known", ",".join([*marks, *rest][:_KNOWN]))
        if not self._known or self._known.intersection(marks) or self.options.next is None:
            return
        root = tree.root
        link = absolute(page.url, _value(root, self.options.next)) if root is not None else ""
        if not link or link in self._asked:
            return
        if urlsplit(link).netloc != urlsplit(page.url).netloc:
            yield Skip("a next page on another site", shorten(link))
        elif number < self.options.max_pages:
            self._asked.add(link)
            yield Request(link, note=f"list:{number + 1}", robots=True)
        else:
            yield Skip("older news than a visit may read back to", f"after {number} pages")


def _value(row: LexborNode, path: str, *, markup: bool = False) -> str:
    """What `path` leads to within the row; "" where there is nothing."""
    selector, at, name = (part.strip() for part in path.partition("@"))
    node = row.css_first(selector) if selector else row
    if node is None:
        return ""
    if at:
        return node.attributes.get(name.lower()) or ""
    if markup:
        return node.html or ""
    text = " ".join(node.text().split())
    # Lists cut long titles and keep them whole in an attribute.
    return (node.attributes.get("title") or text) if text.endswith(("…", "...")) else text
