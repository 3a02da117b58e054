"""GDELT's index of the world's press: titles and links that fit a query, a quarter of an hour late.

Free and badly overloaded: it answers 429 to first requests too, so it ships switched off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from pydantic import field_validator

from monitor.adapters.protocol import Found, Skip, own_options, site_of, tier_of
from monitor.adapters.reading import kind_of, load_object, one_line, shorten, text_of
from monitor.adapters.web import absolute, found_date, once
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Kind, Page, Request, Tier

SITE = "https://api.gdeltproject.org"
_LANGUAGES = {"english": "en", "chinese": "zh-Hans", "chineset": "zh-Hant"}


class Options(Strict):
    """The keys a GDELT entry may have of its own."""

    query: str = '"rare earth" export (license OR licence OR licenses OR licences)'
    """What articles must contain, in GDELT's own query language."""

    @field_validator("query")
    @classmethod
    def _filled(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("is empty; write what articles must contain")
        return text


class Gdelt:
    """One query."""

    platform: ClassVar[str] = "GDELT"
    kind: ClassVar[Kind] = "feed_summary"
    tier: ClassVar[Tier] = "blog"
    needs_url: ClassVar[bool] = False
    Options: ClassVar[type[Strict] | None] = Options

    def __init__(self, source: Source, issuers: Iterable[Issuer] = ()) -> None:
        self.source = source
        self.options = own_options(source, Options)
        self.site = site_of(source, SITE)

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        query = {
            "query": self.options.query, "mode": "artlist", "format": "json",
            "maxrecords": "250", "timespan": "1d", "sort": "datedesc",
        }  # fmt: skip
        return [Request(self.site + "/api/v2/doc/doc", query=query, note="list", conditional=True)]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read the articles found, newest first; the address is the guid.

        `published_at` is when GDELT saw the article. `{}` means that nothing was found; an error in
        the query comes as plain text with status 200 and raises ParseError.
        """
        answer = load_object(page, "a list of articles")
        if not answer:
            return
        rows = answer.get("articles")
        if not isinstance(rows, list):
            raise ParseError("a list under 'articles'", f"a JSON {kind_of(rows)}", url=page.url)
        objects = (row if isinstance(row, dict) else {} for row in rows)
        yield from once(self._item(row, page) for row in objects)

    def _item(self, row: dict[str, object], page: Page) -> Item | Skip:
        url, title = absolute(page.url, text_of(row, "url")), one_line(text_of(row, "title"))
        if not url or not title:
            return Skip("an article without title or address", shorten(f"{title} {url}"))
        seen_on = text_of(row, "seendate")
        at = found_date(seen_on, seen_at=page.fetched_at, format="%Y%m%dT%H%M%SZ")
        if at is None:
            return Skip("an article without a believable time", shorten(f"{title} {seen_on}"))
        domain, name = one_line(text_of(row, "domain"), 60), self.source.name or self.platform
        return Item(
            source_id=self.source.id,
            guid=url,
            url=url,
            title=title,
            text="",
            fetched_at=page.fetched_at,
            published_at=at,
            language=self.source.language or _LANGUAGES.get(text_of(row, "language").lower()),
            kind=self.source.kind or self.kind,
            tier=tier_of(self.source, self.tier),
            issuer_id=self.source.issuer,
            source_name=f"{domain} via {name}" if domain else name,
        )
