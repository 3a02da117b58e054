"""The Shenzhen exchange's own list of filings: a cross-check of what cninfo carries.

With an `issuer` that firm's filings, else the whole market's, or with a `keyword` those whose title
contains it. The text of an item is its title; the PDF is in `attachment_url`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field

from monitor.adapters.filings import (
    Filings,
    Reach,
    china_time,
    code_at,
    codes_in,
    number_of,
    own_rows,
    rows_of,
    titled,
)
from monitor.adapters.protocol import Found, Skip, own_options, site_of
from monitor.adapters.reading import load_object, text_of
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Page, Request

SITE = "https://www.szse.cn"
FILES = "https://disc.static.szse.cn"
"""The site itself answers 403 for PDFs."""


class Options(Strict):
    """The keys an entry for the Shenzhen exchange's list may have of its own."""

    keyword: str = ""
    """Filings whose title contains this."""
    page_size: int = Field(default=50, ge=10, le=50)
    """Rows a request asks for."""
    max_pages: int = Field(default=5, ge=1, le=15)
    """Pages a visit reads at most, to catch up after a pause."""


class SzseAnn(Filings):
    """Filings of the firms listed in Shenzhen, as the exchange lists them."""

    platform: ClassVar[str] = "SZSE filings"
    exchanges: ClassVar[Sequence[str]] = (".SZ",)
    sample: ClassVar[Sequence[str]] = ("annId", "title", "publishTime")
    off_hours: ClassVar[float] = 4.0
    Options: ClassVar[type[Strict] | None] = Options

    def __init__(self, source: Source, issuers: Iterable[Issuer]) -> None:
        super().__init__(source, issuers)
        self.options = own_options(source, Options)
        self.site = site_of(source, SITE)
        self.files = site_of(source, FILES)
        self.code = ""
        self._begin(Checkpoint(source.id))

    def _begin(self, checkpoint: Checkpoint) -> None:
        """Forget the last visit."""
        self.reach = Reach(checkpoint)
        # `random` only keeps caches away; the adapter has no dice, so it counts visits.
        last = checkpoint.last_visit_at
        self._mark = f"0.{int(last.timestamp())}" if last else "0.1"

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        self._begin(checkpoint)
        self.code = code_at(self.source, self.issuers, ".SZ", "Shenzhen")
        return [self._page(1)]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read a page of filings, newest first.

        `published_at` is mostly 00:00 of the filing's day, and None while that is still to come.
        Remembers which rows it saw. Raises ParseError for other firms' rows alone, and for no rows
        where rows are due; `{}` is the end of a list.
        """
        number = number_of(page.note.partition(":")[2]) or 1
        answer = load_object(page, "a list of filings")
        rows = rows_of(answer, "data", page) if answer else []
        total = number_of(text_of(answer, "announceCount"))
        due = total > (number - 1) * self.options.page_size
        filtered = bool(self.code or self.options.keyword)
        if not rows and (due or (answer and not total) or (number == 1 and not filtered)):
            raise ParseError(f"filings ({total} announced)", "none", url=page.url)
        own = own_rows(self.code, [codes_in(row.get("secCode")) for row in rows], page)
        for row, is_own in zip(rows, own, strict=True):
            if is_own:
                yield self._item(row, page)
            else:
                yield self.skip("a row of another company", row)
        yield from self.reach.onwards(
            [_guid(row) for row in rows],
            number,
            self._page,
            more=total > number * self.options.page_size,
            max_pages=self.options.max_pages,
        )

    def _page(self, number: int) -> Request:
        wanted: dict[str, object] = {
            "channelCode": ["listedNotice_disc"],
            "pageSize": self.options.page_size,
            "pageNum": number,
        }
        if self.code:
            wanted["stock"] = [self.code]
        if self.options.keyword:
            wanted["searchKey"] = [self.options.keyword]
        return Request(
            self.site + "/api/disc/announcement/annList",
            method="POST",
            query={"random": self._mark},
            json=wanted,
            headers={
                "Origin": self.site,
                "Referer": self.site + "/disclosure/listed/notice/index.html",
                "X-Request-Type": "ajax",
                "X-Requested-With": "XMLHttpRequest",
            },
            note=f"list:{number}",
            conditional=number == 1,
        )

    def _item(self, row: Mapping[str, Any], page: Page) -> Item | Skip:
        codes = codes_in(row.get("secCode"))  # a list, or the printed form of one
        path = text_of(row, "attachPath").lstrip("/")
        if not codes:
            return self.skip("a filing without a stock code", row)
        file = f"{self.files}/download/{path}" if path else None
        code = next((code for code in codes if code in self.issuer_ids), codes[0])
        return self.filing(
            row,
            page,
            guid=_guid(row),
            title=titled(text_of(row, "title"), ""),
            url=file or f"{self.site}/disclosure/listed/notice/index.html",
            at=china_time(text_of(row, "publishTime")),
            issuer_id=self.issuer_ids.get(code),
            file=file,
        )


def _guid(row: Mapping[str, Any]) -> str:
    """`annId`, a number or text, is the exchange's own; `id` where it is missing."""
    return text_of(row, "annId") or text_of(row, "id")
