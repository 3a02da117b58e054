"""Eastmoney's list of filings: a second, independent path to what cninfo carries.

Its stamps tell the minute where cninfo knows only the day. Without an `issuer` the entry reads the
filings of the whole watchlist (one request), or of the market with `scope: market`. The text of an
item is its title; the PDF is in `attachment_url`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from monitor.adapters.filings import (
    MAINLAND,
    Filings,
    Reach,
    china_time,
    issuer_of,
    number_of,
    rows_of,
    titled,
)
from monitor.adapters.protocol import Found, Skip, own_options, site_of
from monitor.adapters.reading import kind_of, load_object, shorten, text_of
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Page, Request

SITE = "https://np-anotice-stock.eastmoney.com"
PAGES = "https://data.eastmoney.com"
FILES = "https://pdf.dfcfw.com"


class Options(Strict):
    """The keys an entry for Eastmoney's filings may have of its own."""

    scope: Literal["watchlist", "market"] = "watchlist"
    """Without `issuer`: whose filings."""
    page_size: int = Field(default=100, ge=10, le=100)
    """Rows a request asks for."""
    max_pages: int = Field(default=5, ge=1, le=15)
    """Pages a visit reads at most, to catch up after a pause."""


class EmAnn(Filings):
    """Filings of the watchlist, of one firm, or of all mainland boards."""

    platform: ClassVar[str] = "Eastmoney filings"
    sample: ClassVar[Sequence[str]] = ("art_code", "title", "display_time")
    off_hours: ClassVar[float] = 6.0
    Options: ClassVar[type[Strict] | None] = Options

    def __init__(self, source: Source, issuers: Iterable[Issuer]) -> None:
        super().__init__(source, issuers)
        self.options = own_options(source, Options)
        self.site = site_of(source, SITE)
        self.pages = site_of(source, PAGES)
        self.files = site_of(source, FILES)
        self.codes: list[str] = []
        self.reach = Reach(Checkpoint(source.id))

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        self.reach = Reach(checkpoint)
        issuer = issuer_of(self.source, self.issuers)
        if issuer is None and self.options.scope == "market":
            return [self._page(1)]
        firms = [issuer] if issuer else self.issuers
        tickers = [ticker for firm in firms for ticker in firm.tickers]
        self.codes = [t.partition(".")[0] for t in tickers if t.endswith(MAINLAND)]
        if not self.codes:
            raise ParseError("a firm listed in mainland China", ", ".join(tickers) or "none")
        return [self._page(1)]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read a page of filings, newest first.

        `published_at` is the minute they were shown, else the filing's day, and None while that is
        still to come. Remembers which rows it saw. Raises ParseError for an error told with status
        200, for no rows, and for other firms' rows alone.
        """
        number = number_of(page.note.partition(":")[2]) or 1
        answer = load_object(page, "a list of filings")
        data = answer.get("data")
        if not isinstance(data, dict):
            found = f"'data' is {kind_of(data)}" if "data" in answer else "no 'data'"
            said = text_of(answer, "error") or text_of(answer, "message")
            found += f" ({shorten(said, 80)})" if said else ""
            raise ParseError("an object under 'data'", found, url=page.url)
        rows = rows_of(data, "list", page)
        total = number_of(text_of(data, "total_hits"))
        if not rows and (number == 1 or total > (number - 1) * self.options.page_size):
            raise ParseError(f"filings ({total} announced)", "none", url=page.url)
        wanted = [row for row in rows if self._code(row)]
        if rows and not wanted and self.codes:
            raise ParseError("filings of the firms asked for", "others' only", url=page.url)
        for row in rows:
            yield self._item(row, page)
        yield from self.reach.onwards(
            [text_of(row, "art_code") for row in rows],
            number,
            self._page,
            more=total > number * self.options.page_size,
            max_pages=self.options.max_pages,
        )

    def _page(self, number: int) -> Request:
        query = {
            "sr": "-1",
            "page_size": str(self.options.page_size),
            "page_index": str(number),
            "ann_type": "A",
            "client_source": "web",
            "stock_list": ",".join(self.codes),
            "f_node": "0",
            "s_node": "0",
        }
        return Request(
            self.site + "/api/security/ann",
            query=query,
            headers={"Referer": self.pages + "/notices/"},
            note=f"list:{number}",
            conditional=number == 1,
        )

    def _code(self, row: Mapping[str, Any]) -> str:
        """The code it is filed for: one asked for, else a watched one, else the first; "" = none.

        One filing may be for several securities of a firm.
        """
        listed = row.get("codes")
        objects = [o for o in listed if isinstance(o, dict)] if isinstance(listed, list) else []
        codes = [code for o in objects if (code := text_of(o, "stock_code"))]
        if self.codes:
            return next((code for code in codes if code in self.codes), "")
        watched = (code for code in codes if code in self.issuer_ids)
        return next(watched, codes[0] if codes else "")

    def _item(self, row: Mapping[str, Any], page: Page) -> Item | Skip:
        guid, code = text_of(row, "art_code"), self._code(row)
        if not code:
            reason = "a row of another company" if self.codes else "a filing without a stock code"
            return self.skip(reason, row)
        shown_at = china_time(text_of(row, "display_time"))
        return self.filing(
            row,
            page,
            guid=guid,
            title=titled(text_of(row, "title"), ""),
            url=f"{self.pages}/notices/detail/{code}/{guid}.html",
            at=shown_at or china_time(text_of(row, "notice_date")),
            issuer_id=self.issuer_ids.get(code),
            file=f"{self.files}/pdf/H2_{guid}_1.pdf",
        )
