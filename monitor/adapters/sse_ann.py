"""The Shanghai exchange's own list of filings: a cross-check of what cninfo carries.

With an `issuer` that firm's filings, else the whole market's, or with a `keyword` those whose title
contains it. The site sends JSON wrapped in a function call, rows in groups or flat. The text of an
item is its title. Programs get a challenge page in place of the PDFs: cninfo has them too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import Field

from monitor.adapters.filings import (
    Filings,
    Reach,
    china_time,
    code_at,
    number_of,
    own_rows,
    titled,
)
from monitor.adapters.protocol import Found, Skip, own_options, site_of
from monitor.adapters.reading import kind_of, load_object, shorten, text_of
from monitor.charset import decode
from monitor.clock import CHINA
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Page, Request

SITE = "https://query.sse.com.cn"
FILES = "https://static.sse.com.cn"
REFERER = "https://www.sse.com.cn/"
"""Without it every request is answered 403."""
CALLBACK = "jsonpCallback1"
LOOK_BACK = timedelta(days=3)
_CALL = re.compile(r"[\w.$]{1,80}\(", re.ASCII)


class Options(Strict):
    """The keys an entry for the Shanghai exchange's list may have of its own."""

    keyword: str = ""
    """Filings whose title contains this."""
    page_size: int = Field(default=50, ge=25, le=50)
    """Rows a request asks for."""
    max_pages: int = Field(default=5, ge=1, le=15)
    """Pages a visit reads at most, to catch up after a pause."""


class SseAnn(Filings):
    """Filings of the firms listed in Shanghai, as the exchange lists them."""

    platform: ClassVar[str] = "SSE filings"
    exchanges: ClassVar[Sequence[str]] = (".SH",)
    sample: ClassVar[Sequence[str]] = ("ORG_BULLETIN_ID", "SECURITY_CODE", "TITLE")
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
        last = checkpoint.last_visit_at
        self._since = f"{(last - LOOK_BACK).astimezone(CHINA):%Y-%m-%d}" if last else ""
        # `_` only keeps caches away; the adapter has no clock, so it counts visits.
        self._mark = str(int(last.timestamp() * 1000)) if last else "1"

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        self._begin(checkpoint)
        self.code = code_at(self.source, self.issuers, ".SH", "Shanghai")
        return [self._page(1)]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read a page of filings, newest first; main documents and attachments alike.

        `published_at` is 00:00 of the filing's day, and None while that is still to come. Remembers
        which rows it saw. Raises ParseError for other firms' rows alone, for another page than the
        one asked for, and for no rows where rows are due.
        """
        number = number_of(page.note.partition(":")[2]) or 1
        answer = _unwrapped(page)
        help_ = answer.get("pageHelp")
        help_ = help_ if isinstance(help_, dict) else {}
        listed = help_.get("data") or answer.get("result")
        if not isinstance(listed, list):
            found = f"'result' is {kind_of(listed)}" if "result" in answer else "no 'result'"
            raise ParseError("a list under 'pageHelp.data' or 'result'", found, url=page.url)
        rows = list(_flat(listed))
        shown, pages = text_of(help_, "pageNo"), number_of(text_of(help_, "pageCount"))
        if shown and number_of(shown) != number:
            raise ParseError(f"page {number} of the list", f"page {shorten(shown)}", url=page.url)
        total = number_of(text_of(help_, "total"))
        filtered = bool(self.code or self.options.keyword)
        if not rows and (total > (number - 1) * self.options.page_size or not filtered):
            raise ParseError(f"filings ({total} announced)", "none", url=page.url)
        own = own_rows(self.code, [[text_of(row, "SECURITY_CODE")] for row in rows], page)
        for row, is_own in zip(rows, own, strict=True):
            if is_own:
                yield self._item(row, page)
            else:
                yield self.skip("a row of another company", row)
        yield from self.reach.onwards(
            [_guid(row) for row in rows],
            number,
            self._page,
            more=pages > number,
            max_pages=self.options.max_pages,
        )

    def _page(self, number: int) -> Request:
        query = {
            "jsonCallBack": CALLBACK,
            "isPagination": "true",
            "pageHelp.pageSize": str(self.options.page_size),
            "pageHelp.cacheSize": "1",
            "START_DATE": self._since,
            "END_DATE": "",
            "SECURITY_CODE": self.code,
            "TITLE": self.options.keyword,
            "BULLETIN_TYPE": "",
            "stockType": "",
            # All three must agree: else page 1 comes back each time.
            "pageHelp.pageNo": str(number),
            "pageHelp.beginPage": str(number),
            "pageHelp.endPage": str(number),
            "_": self._mark,
        }
        path = "/security/stock/queryCompanyBulletinNew.do"
        headers = {"Referer": REFERER}
        return Request(self.site + path, query=query, headers=headers, note=f"list:{number}")

    def _item(self, row: Mapping[str, Any], page: Page) -> Item | Skip:
        code, path = text_of(row, "SECURITY_CODE"), text_of(row, "URL").lstrip("/")
        if not re.fullmatch(r"\d{6}", code, re.ASCII):
            return self.skip("a filing without a stock code", row)
        is_whole = text_of(row, "ORG_BULLETIN_ID") and text_of(row, "TITLE")
        file = f"{self.files}/{path}" if path else None
        return self.filing(
            row,
            page,
            guid=_guid(row) if is_whole else "",
            title=titled(text_of(row, "TITLE"), text_of(row, "SECURITY_NAME")),
            url=file or REFERER,
            at=china_time(text_of(row, "SSEDATE")),
            issuer_id=self.issuer_ids.get(code),
            file=file,
        )


def _unwrapped(page: Page) -> Mapping[str, Any]:
    """The JSON object, out of the function call it may stand in."""
    text = decode(page.body, page.headers.get("content-type")).strip().rstrip("; \r\n")
    call = _CALL.match(text)
    if call is None or not text.endswith(")"):
        return load_object(page, "a list of filings")
    plain = {"content-type": "application/json; charset=utf-8"}
    body = text[call.end() : -1].encode("utf-8", "replace")
    return load_object(replace(page, body=body, headers=plain), "a list of filings")


def _flat(rows: list[Any]) -> Iterator[Mapping[str, Any]]:
    """Every row of the list; a filing's files stand in a group of their own, or not."""
    for row in rows:
        for inner in row if isinstance(row, list) else [row]:
            yield inner if isinstance(inner, dict) else {}


def _guid(row: Mapping[str, Any]) -> str:
    """A filing's files share its number."""
    return f"{text_of(row, 'ORG_BULLETIN_ID')} {text_of(row, 'URL')}".strip()
