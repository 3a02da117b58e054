"""cninfo 巨潮资讯, the place of record for filings of all mainland firms, by title.

Without an `issuer` the entry reads the filings of the whole watchlist, in a few requests; with one,
that firm's; with a `keyword`, those of the whole market whose title contains it. Two tabs: the
announcements proper, and the records of investor meetings (Shenzhen firms only; Shanghai's stand
among the announcements). The text of an item is its title; the PDF is in `attachment_url`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode

from pydantic import Field

from monitor.adapters.filings import (
    MAINLAND,
    Filings,
    issuer_of,
    number_of,
    rows_of,
    titled,
)
from monitor.adapters.protocol import Found, Remember, Skip, own_options, site_of
from monitor.adapters.reading import from_epoch_ms, load_object, text_of
from monitor.clock import CHINA
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Page, Request

SITE = "https://www.cninfo.com.cn"
FILES = "https://static.cninfo.com.cn"
PAGE_SIZE = 30
"""The server sends no more, whatever is asked."""
USUAL_PAGES = 2
FIRMS_A_REQUEST = 30
WINDOW = timedelta(days=3)
"""How far before the last visit a list begins: paging without a range is slow for the server."""
AHEAD = timedelta(days=30)
"""How far after the last visit it ends: filings may be dated tomorrow, or after the holidays."""
TABLE_AGE = timedelta(days=7)

Tab = Literal["fulltext", "relation"]


class Options(Strict):
    """The keys a cninfo entry may have of its own."""

    keyword: str = ""
    """Without `issuer`: filings of the whole market whose title contains this."""
    tabs: list[Tab] = Field(default=["fulltext", "relation"], min_length=1)
    """What to read: announcements, and records of investor meetings."""
    max_pages: int = Field(default=3, ge=1, le=6)
    """Pages of 30 a visit reads at most per request, to catch up after a pause."""


class Cninfo(Filings):
    """The filings of the watchlist, of one firm, or of the market by a word in the title."""

    platform: ClassVar[str] = "cninfo"
    sample: ClassVar[Sequence[str]] = ("announcementId", "secCode", "announcementTitle")
    off_hours: ClassVar[float] = 6.0
    Options: ClassVar[type[Strict] | None] = Options

    def __init__(self, source: Source, issuers: Iterable[Issuer]) -> None:
        super().__init__(source, issuers)
        self.options = own_options(source, Options)
        self.site = site_of(source, SITE)
        self.files = site_of(source, FILES)
        self.firms = [i for i in self.issuers if source.issuer in (None, i.id)]
        self.by_keyword = bool(self.options.keyword) and source.issuer is None
        self.codes = [] if self.by_keyword else [c for i in self.firms for c in _codes(i)]
        self._begin(Checkpoint(source.id))

    def _begin(self, checkpoint: Checkpoint) -> None:
        """Forget the last visit, but for what it wanted kept."""
        cursor = checkpoint.cursor
        # What the table said counts more than the watchlist.
        known = {c: i.org_id for i in self.firms for c in _codes(i) if i.org_id}
        self._org_ids = known | _pairs(cursor.get("org_ids", ""))
        self._org_ids = {c: self._org_ids[c] for c in self.codes if c in self._org_ids}
        self._known: dict[str, int] = {
            tab: number_of(cursor.get(f"newest_{tab}", "")) for tab in self.options.tabs
        }
        self._newest = dict(self._known)
        self._table_at = _day(cursor.get("table_at", ""))
        last = checkpoint.last_visit_at
        self._since = (last - WINDOW).astimezone(CHINA).date() if last else None
        self._until = (last + AHEAD).astimezone(CHINA).date() if last else None
        self._listed: dict[str, str] = {}
        """Codes whose lists were asked for, and under which orgId."""
        self._groups: list[tuple[str, ...]] = []

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        self._begin(checkpoint)
        issuer_of(self.source, self.issuers)
        if self.by_keyword:
            return [self._list(tab, 0, 1) for tab in self.options.tabs]
        if not self.codes:
            tickers = ", ".join(t for i in self.firms for t in i.tickers) or "none"
            raise ParseError("a firm listed in mainland China", tickers)
        today = checkpoint.last_visit_at
        old = self._table_at is None or (
            today is not None and today.astimezone(CHINA).date() - self._table_at >= TABLE_AGE
        )
        if self._table_at is None and len(self._org_ids) < len(self.codes):
            return [self._table()]
        lists = self._lists(self.codes)
        # A table that cannot be had must not stop the lists: it comes last, and not every time.
        return [*lists, self._table()] if old and not checkpoint.failures else lists

    def parse(self, page: Page) -> Iterator[Found]:
        """Read a page of filings, or the table of all firms' orgIds.

        Items come newest first. `published_at` is the filing's time; most know only the day, then
        it is 00:00 in China, and None while that day is still to come. Remembers `org_ids` (where
        the table differs from the watchlist), `table_at` and the newest number per tab.
        Raises ParseError for lists that are other firms' altogether, and for missing rows.
        """
        tab, _, place = page.note.partition(":")
        if tab == "table":
            return self._parse_table(page)
        group, _, number = place.partition(":")
        return self._parse_list(page, tab, number_of(group), number_of(number) or 1)

    # --- requests ---------------------------------------------------------------------------------

    def _headers(self) -> Mapping[str, str]:
        return {
            "X-Requested-With": "XMLHttpRequest",
            "Referer": f"{self.site}/new/commonUrl/pageOfSearch?url=disclosure/list/search",
        }

    def _table(self) -> Request:
        url = self.site + "/new/data/szse_stock.json"
        return Request(url, headers=self._headers(), note="table")

    def _lists(self, codes: Sequence[str]) -> list[Request]:
        """The first page per tab and group of firms; those without an orgId are left out."""
        codes = [code for code in codes if code in self._org_ids]
        self._listed |= {code: self._org_ids[code] for code in codes}
        requests = []
        for tab in self.options.tabs:
            # Only Shenzhen firms have a tab for their investor meetings.
            own = [c for c in codes if tab == "fulltext" or c[0] in "03"]
            for start in range(0, len(own), FIRMS_A_REQUEST):
                self._groups.append(tuple(own[start : start + FIRMS_A_REQUEST]))
                requests.append(self._list(tab, len(self._groups) - 1, 1))
        return requests

    def _list(self, tab: str, group: int, number: int) -> Request:
        codes = self._groups[group] if group < len(self._groups) else ()
        form = {
            "pageNum": str(number),
            "pageSize": str(PAGE_SIZE),
            "column": "szse",  # in fact all three exchanges
            "tabName": tab,
            "plate": "",
            "stock": ";".join(f"{code},{self._org_ids[code]}" for code in codes),
            "searchkey": self.options.keyword,
            "secid": "",
            "category": "",
            "trade": "",
            "seDate": f"{self._since}~{self._until}" if self._since else "",
            "sortName": "",
            "sortType": "",
            "isHLtitle": "true",
        }
        url, note = self.site + "/new/hisAnnouncement/query", f"{tab}:{group}:{number}"
        return Request(url, method="POST", form=form, headers=self._headers(), note=note)

    # --- the table of orgIds ----------------------------------------------------------------------

    def _parse_table(self, page: Page) -> Iterator[Found]:
        rows = rows_of(load_object(page, "the table of orgIds"), "stockList", page)
        table = {text_of(row, "code"): text_of(row, "orgId") for row in rows}
        if not any(code in table for code in self.codes):
            raise ParseError(
                f"{', '.join(self.codes[:3]) or 'a firm'} in the table of orgIds",
                f"{len(table)} others",
                url=page.url,
            )
        for code in self.codes:
            if table.get(code):
                self._org_ids[code] = table[code]
            else:
                yield Skip("a code that cninfo's table of firms does not know", code)
        watchlist = {c: i.org_id for i in self.firms for c in _codes(i)}
        news = {c: org_id for c, org_id in self._org_ids.items() if watchlist.get(c) != org_id}
        yield Remember("org_ids", " ".join(f"{c}={org_id}" for c, org_id in news.items()))
        yield Remember("table_at", page.fetched_at.astimezone(CHINA).date().isoformat())
        # A wrong orgId is answered with an empty list: ask again under the right one.
        wrong = [c for c in self.codes if self._listed.get(c) != self._org_ids.get(c)]
        yield from self._lists(wrong)

    # --- lists ------------------------------------------------------------------------------------

    def _parse_list(self, page: Page, tab: str, group: int, number: int) -> Iterator[Found]:
        answer = load_object(page, "a list of announcements")
        today = page.fetched_at.astimezone(CHINA).date()
        if self._until and today >= self._until:
            # Nobody looked for a month: the range asked for ended before today.
            self._until = today + AHEAD
            yield self._list(tab, group, number)
            return
        total = text_of(answer, "totalAnnouncement")
        if answer.get("announcements", "") is None:
            if total not in ("", "0") and number == 1:
                raise ParseError(f"announcements ({total} announced)", "null", url=page.url)
            rows: list[Mapping[str, Any]] = []
        else:
            rows = rows_of(answer, "announcements", page)
            if not rows:
                raise ParseError(f"announcements ({total or 'no'} announced)", "none", url=page.url)
        others = [row for row in rows if not self._is_wanted(row)]
        if others and len(others) == len(rows) and any(text_of(row, "secCode") for row in rows):
            codes = ", ".join(sorted({text_of(row, "secCode") for row in rows})[:4])
            raise ParseError("filings of the firms asked for", f"others' ({codes})", url=page.url)
        for row in rows:
            if self._is_wanted(row):
                yield self._item(row, page)
            else:
                yield self.skip("a row of another company", row)
        more = answer.get("hasMore") is True or number_of(total) > number * PAGE_SIZE
        yield from self._onwards(rows, tab, group, number, more=more)

    def _is_wanted(self, row: Mapping[str, Any]) -> bool:
        """Whether it is a filing of a firm asked for; its other shares count as the firm."""
        if self.by_keyword:
            return True
        org_id = text_of(row, "orgId")
        return text_of(row, "secCode") in self.codes or org_id in self._org_ids.values()

    def _item(self, row: Mapping[str, Any], page: Page) -> Item | Skip:
        guid = text_of(row, "announcementId") or text_of(row, "adjunctUrl")
        code, org_id = text_of(row, "secCode"), text_of(row, "orgId")
        file = text_of(row, "adjunctUrl").lstrip("/")
        latest = page.fetched_at + timedelta(days=30)
        at = from_epoch_ms(row.get("announcementTime"), seen_at=latest)
        query = {
            "stockCode": code,
            "announcementId": guid,
            "orgId": org_id,
            "announcementTime": at.astimezone(CHINA).date().isoformat() if at else "",
        }
        return self.filing(
            row,
            page,
            guid=guid,
            title=titled(text_of(row, "announcementTitle"), text_of(row, "secName")),
            url=f"{self.site}/new/disclosure/detail?{urlencode(query)}",
            at=at,
            issuer_id=self.issuer_ids.get(code) or self._issuer_id_by(org_id),
            file=f"{self.files}/{file}" if file else None,
        )

    def _issuer_id_by(self, org_id: str) -> str | None:
        codes = (code for code, known in self._org_ids.items() if known == org_id)
        return self.issuer_ids.get(next(codes, ""))

    def _onwards(
        self, rows: Sequence[Mapping[str, Any]], tab: str, group: int, number: int, *, more: bool
    ) -> Iterator[Found]:
        """The next page, and the newest number. The numbers rise; the order of a day is loose."""
        numbers = [number_of(text_of(row, "announcementId")) for row in rows]
        known = self._known.get(tab, 0)
        if rows and more:
            news = known and max(numbers) > known
            if number < min(USUAL_PAGES, self.options.max_pages) or (
                news and number < self.options.max_pages
            ):
                yield self._list(tab, group, number + 1)
            elif news and min(numbers) > known:
                yield Skip("older news than a visit may read back to", f"after {number} pages")
        newest = max([self._newest.get(tab, 0), *numbers])
        if newest > self._newest.get(tab, 0):
            self._newest[tab] = newest
            yield Remember(f"newest_{tab}", str(newest))


def _codes(issuer: Issuer) -> list[str]:
    """The codes it is listed under now."""
    return [t.partition(".")[0] for t in issuer.tickers if t.endswith(MAINLAND)]


def _pairs(text: str) -> dict[str, str]:
    """`300748=gfbj0835009 600366=...`"""
    return dict(re.findall(r"(\d{6})=(\w{1,40})", text, re.ASCII))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
