"""HKEXnews, the Hong Kong exchange's filings.

Without an `issuer` the entry reads the latest list of the whole exchange and keeps the filings of
watched firms; with one it searches that firm's own filings by date. Every filing is listed once
per language under one number: the number is the guid, and what both languages say is one item.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field

from monitor.adapters.dates import AHEAD
from monitor.adapters.filings import issuer_ids, issuer_of, number_of
from monitor.adapters.protocol import Found, Remember, Skip, own_options, site_of, tier_of
from monitor.adapters.reading import (
    EARLIEST,
    is_chinese,
    kind_of,
    load_object,
    one_line,
    plain_text,
    sample_of,
    shorten,
    text_of,
)
from monitor.adapters.web import absolute, unwrapped
from monitor.clock import zone
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Kind, Page, Request, Tier

SITE = "https://www1.hkexnews.hk"
TEST_FILING = "51500"
"""Headline code of the exchange's own test filings."""
MAX_ROWS = 400
_TIME = re.compile(r"(\d{2})/(\d{2})/(\d{4}) (\d{2}):(\d{2})(?::\d{2})?", re.ASCII)
_SIZE = re.compile(r"(\d{1,6}(?:\.\d+)?) ?(KB|MB)", re.IGNORECASE | re.ASCII)
_BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
_CODE = re.compile(r"\d{5}", re.ASCII)
_SEARCH_LANGUAGE = {"e": "E", "c": "ZH"}


class Options(Strict):
    """The keys an HKEXnews entry may have of its own."""

    languages: Literal["both", "en", "zh"] = "both"
    """An English filing may be a stub that points at the Chinese one: both are read."""
    look_back_days: int = Field(default=7, ge=1, le=90)
    """With `issuer`: how far back the search reads."""
    max_pages: int = Field(default=3, ge=1, le=9)
    """Without `issuer`: pages of the list a visit reads at most, to catch up after a pause."""


@dataclass(frozen=True, slots=True)
class _Filing:
    """One row of a list, in one language."""

    news_id: str
    title: str
    headline: str
    """Category of the filing, as the exchange words it."""
    names: tuple[str, ...]
    codes: tuple[str, ...]
    at: datetime | None
    link: str
    size: float
    """In kilobytes; 0 = unknown."""


class Hkex:
    """The latest list, or one firm's filings."""

    platform: ClassVar[str] = "HKEXnews"
    kind: ClassVar[Kind] = "announcement"
    tier: ClassVar[Tier] = "official"
    needs_url: ClassVar[bool] = False
    off_hours: ClassVar[float] = 6.0
    Options: ClassVar[type[Strict] | None] = Options

    def __init__(self, source: Source, issuers: Iterable[Issuer]) -> None:
        self.source = source
        self.issuers = list(issuers)
        self.options = own_options(source, Options)
        self.site = site_of(source, SITE)
        self.languages = {"both": ("e", "c"), "en": ("e",), "zh": ("c",)}[self.options.languages]
        self.issuer_ids = issuer_ids(self.issuers, (".HK",))
        self._begin(Checkpoint(source.id))

    def _begin(self, checkpoint: Checkpoint) -> None:
        """Forget the last visit."""
        self._code = ""
        self._stock_id = checkpoint.cursor.get("stock_id", "")
        self._known_s = number_of(checkpoint.cursor.get("newest_s", ""))
        self._newest_s = self._known_s
        self._found: dict[tuple[str, str], tuple[_Filing, Item]] = {}
        last = checkpoint.next_due_at or checkpoint.last_visit_at
        self._until = _hong_kong_day(last) if last else None
        self._rows = 100

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        self._begin(checkpoint)
        issuer = issuer_of(self.source, self.issuers)
        if issuer is None:
            return [self._latest(1, self.languages[0])]
        codes = [t.partition(".")[0] for t in issuer.tickers if t.endswith(".HK")]
        if not codes:
            raise ParseError("a firm listed in Hong Kong", ", ".join(issuer.tickers))
        self._code = codes[0]
        known = self._stock_id and self._until
        return [self._search(self.languages[0]) if known else self._look_up()]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read a page of the latest list or of a search, or the look-up of a stock's number.

        Items come newest first, one a filing; the second language repeats them with what both say.
        `published_at` is exact to the minute. Remembers `stock_id`, and `newest_s` of the list.
        Raises ParseError for a list without rows, and for a search that found other firms only.
        """
        kind, _, argument = page.note.partition(":")
        if kind == "lookup":
            return self._parse_look_up(page)
        if kind == "search":
            return self._parse_search(page, argument or "e")
        number, _, language = argument.partition(":")
        return self._parse_latest(page, number_of(number) or 1, language or self.languages[0])

    # --- requests ---------------------------------------------------------------------------------

    def _get(
        self, path: str, note: str, query: Mapping[str, str], *, conditional: bool = False
    ) -> Request:
        headers = {"Referer": self.site + "/search/titlesearch.xhtml"}
        return Request(
            self.site + path, query=query, headers=headers, note=note, conditional=conditional
        )

    def _latest(self, number: int, language: str) -> Request:
        path = f"/ncms/json/eds/lcisehk7relsd{language}_{number}.json"
        first = number == 1 and language == self.languages[0]
        return self._get(path, f"list:{number}:{language}", {}, conditional=first)

    def _look_up(self) -> Request:
        query = {
            "callback": "callback", "lang": "EN", "type": "A", "name": self._code,
            "market": "SEHK",
        }  # fmt: skip
        return self._get("/search/prefix.do", "lookup", query)

    def _search(self, language: str) -> Request:
        until = self._until or date.min
        query = {
            "sortDir": "0", "sortByOptions": "DateTime", "category": "0", "market": "SEHK",
            "stockId": self._stock_id, "documentType": "-1",
            "fromDate": f"{until - timedelta(days=self.options.look_back_days):%Y%m%d}",
            "toDate": f"{until:%Y%m%d}",
            "title": "", "searchType": "0", "t1code": "-2", "t2Gcode": "-2", "t2code": "-2",
            "rowRange": str(self._rows), "lang": _SEARCH_LANGUAGE.get(language, "E"),
        }  # fmt: skip
        return self._get("/search/titleSearchServlet.do", f"search:{language}", query)

    # --- pages ------------------------------------------------------------------------------------

    def _parse_look_up(self, page: Page) -> Iterator[Found]:
        answer = load_object(unwrapped(page), "the look-up of a stock")
        rows = answer.get("stockInfo")
        rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        for row in rows:
            # The look-up takes a prefix: the first row may be another stock.
            if text_of(row, "code").zfill(5) == self._code and text_of(row, "stockId"):
                self._stock_id = text_of(row, "stockId")
                self._until = _hong_kong_day(page.fetched_at)
                yield Remember("stock_id", self._stock_id)
                yield self._search(self.languages[0])
                return
        others = ", ".join(text_of(row, "code") for row in rows[:5]) or "no rows"
        raise ParseError(f"{self._code} among the stocks looked up", others, url=page.url)

    def _parse_search(self, page: Page, language: str) -> Iterator[Found]:
        answer = load_object(page, "a search for filings")
        rows = _rows_in_text(answer, page)
        if not rows and text_of(answer, "recordCnt") != "0":
            announced = text_of(answer, "recordCnt") or "no"
            raise ParseError(f"rows ({announced} announced)", "none", url=page.url)
        filings = [_searched(row) for row in rows]
        own = [filing for filing in filings if self._code in filing.codes]
        if filings and not own:
            codes = ", ".join(sorted({code for filing in filings for code in filing.codes})[:4])
            found = f"those of other stocks ({codes})"
            raise ParseError(f"filings of {self._code}", found, url=page.url)
        for row, filing in zip(rows, filings, strict=True):
            if self._code in filing.codes:
                yield self._filed(filing, row, language, page)
            else:
                yield Skip("a row of another company", _sample(row))
        today = _hong_kong_day(page.fetched_at)
        if self._until is None or self._until < today:
            # The dates were those of the last visit, and that was not today.
            self._until = today
            yield self._search(language)
        elif answer.get("hasNextRow") is True and self._rows < MAX_ROWS:
            # There are no page numbers: more rows are asked for instead.
            self._rows *= 2
            yield self._search(language)
        elif answer.get("hasNextRow") is True:
            yield Skip("filings beyond those a search may list", f"after {len(rows)} rows")
        elif following := self._following(language):
            yield self._search(following)

    def _parse_latest(self, page: Page, number: int, language: str) -> Iterator[Found]:
        answer = load_object(page, "a list of filings")
        rows = answer.get("newsInfoLst")
        if not isinstance(rows, list) or not rows:
            found = "an empty one" if rows == [] else f"a JSON {kind_of(rows)}"
            raise ParseError("a list under 'newsInfoLst'", found, url=page.url)
        times: list[int] = []
        for row in rows:
            row = row if isinstance(row, dict) else {}
            filing = _listed(row)
            if filing.at is not None and filing.at <= page.fetched_at + AHEAD:
                times.append(int(filing.at.timestamp()))
            if text_of(row, "t1Code") == TEST_FILING:
                continue
            if not filing.codes:
                yield Skip("a filing without a stock code", _sample(row))
            elif any(code in self.issuer_ids for code in filing.codes):
                yield self._filed(filing, row, language, page)
        self._newest_s = max([self._newest_s, *times])
        if following := self._following(language):
            yield self._latest(number, following)
            return
        pages = number_of(text_of(answer, "maxNumOfFile"))
        if self._known_s and times and min(times) > self._known_s and number < pages:
            if number < self.options.max_pages:
                yield self._latest(number + 1, self.languages[0])
                return
            yield Skip("older news than a visit may read back to", f"after {number} pages")
        if self._newest_s > self._known_s:
            yield Remember("newest_s", str(self._newest_s))

    def _following(self, language: str) -> str:
        """The language to read after this one, or ""."""
        return "c" if language == "e" and "c" in self.languages else ""

    # --- items ------------------------------------------------------------------------------------

    def _filed(
        self, filing: _Filing, row: Mapping[str, Any], language: str, page: Page
    ) -> Item | Skip:
        if not filing.news_id or not filing.title:
            return Skip("a filing without number or title", _sample(row))
        if filing.at is None or not EARLIEST <= filing.at <= page.fetched_at + AHEAD:
            return Skip("a filing without a believable time", _sample(row))
        link = absolute(self.site + "/", filing.link)
        code = next((code for code in filing.codes if code in self.issuer_ids), "")
        name = filing.names[0] if filing.names else ""
        if len(filing.names) == len(filing.codes):
            name = dict(zip(filing.codes, filing.names, strict=True)).get(code, name)
        item = Item(
            source_id=self.source.id,
            guid=filing.news_id,
            url=link or self.site + "/",
            title=filing.title if not name else f"{name}: {filing.title}",
            text=filing.headline,
            fetched_at=page.fetched_at,
            published_at=filing.at,
            language=self.source.language or _language(language, filing.title),
            kind=self.source.kind or self.kind,
            tier=tier_of(self.source, self.tier),
            issuer_id=self.issuer_ids.get(code),
            source_name=self.source.name or self.platform,
            attachment_url=link if link.lower().endswith(".pdf") else None,
        )
        self._found[item.guid, language] = filing, item
        return self._merged(item)

    def _merged(self, item: Item) -> Item:
        """The English item with what the Chinese row adds, where both were read by now."""
        english = self._found.get((item.guid, "e"))
        chinese = self._found.get((item.guid, "c"))
        if english is None or chinese is None:
            return item
        first, second = english[1], chinese[1]
        lines = [first.text]
        if second.title != first.title:
            lines.append(second.title)
        if second.text not in lines:
            lines.append(second.text)
        # The English document may be a cover sheet of the Chinese one: the larger is the filing.
        larger = second if chinese[0].size > english[0].size else first
        one_language = first.language if second.language == first.language else None
        return replace(
            first,
            text="\n".join(line for line in lines if line),
            language=self.source.language or one_language,
            attachment_url=larger.attachment_url or first.attachment_url or second.attachment_url,
        )


def _listed(row: Mapping[str, Any]) -> _Filing:
    """A row of the latest list."""
    stocks = row.get("stock")
    stocks = [s for s in stocks if isinstance(s, dict)] if isinstance(stocks, list) else []
    return _Filing(
        news_id=text_of(row, "newsId"),
        title=one_line(text_of(row, "title")),
        headline=one_line(text_of(row, "lTxt") or text_of(row, "sTxt")),
        names=tuple(one_line(text_of(stock, "sn"), 60) for stock in stocks),
        codes=_codes(text_of(stock, "sc") for stock in stocks),
        at=_time(text_of(row, "relTime")),
        link=text_of(row, "webPath"),
        size=_size(text_of(row, "size")),
    )


def _searched(row: Mapping[str, Any]) -> _Filing:
    """A row of a search: all texts, several stocks joined with `<br/>`."""
    names = [one_line(name, 60) for name in _BREAK.split(text_of(row, "STOCK_NAME"))]
    return _Filing(
        news_id=text_of(row, "NEWS_ID"),
        title=one_line(text_of(row, "TITLE")),
        headline=one_line(text_of(row, "LONG_TEXT") or text_of(row, "SHORT_TEXT")),
        names=tuple(name for name in names if name),
        codes=_codes(_BREAK.split(text_of(row, "STOCK_CODE"))),
        at=_time(text_of(row, "DATE_TIME")),
        link=text_of(row, "FILE_LINK"),
        size=_size(text_of(row, "FILE_INFO")),
    )


def _rows_in_text(answer: Mapping[str, Any], page: Page) -> Sequence[Mapping[str, Any]]:
    """The rows under `result`, which is JSON inside a text."""
    inner = answer.get("result")
    expected = "JSON text under 'result'"
    if inner is None and "result" in answer:
        return []
    if not isinstance(inner, str):
        raise ParseError(expected, f"a JSON {kind_of(inner)}", url=page.url)
    try:
        rows = json.loads(inner or "[]", parse_int=str, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        raise ParseError(expected, f"text that begins '{shorten(inner, 60)}'") from None
    if rows is not None and not isinstance(rows, list):
        raise ParseError(expected, f"a JSON {kind_of(rows)} in it", url=page.url)
    return [row if isinstance(row, dict) else {} for row in rows or []]


def _codes(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for text in texts if _CODE.fullmatch(code := plain_text(text).zfill(5)))


def _time(text: str) -> datetime | None:
    """`20/11/2026 16:46`, Hong Kong time."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    day, month, year, hour, minute = map(int, match.groups())
    try:
        at = datetime(year, month, day, hour, minute, tzinfo=zone("Asia/Hong_Kong"))
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _size(text: str) -> float:
    match = _SIZE.fullmatch(text)
    return float(match[1]) * (1024 if match[2].upper() == "MB" else 1) if match else 0.0


def _language(language: str, title: str) -> str:
    if language == "e":
        return "en"
    return "zh-Hant" if is_chinese(title) else "en"


def _hong_kong_day(at: datetime) -> date:
    return at.astimezone(zone("Asia/Hong_Kong")).date()


def _sample(row: Mapping[str, Any]) -> str:
    return sample_of(row, "newsId", "NEWS_ID", "relTime", "DATE_TIME", "title", "TITLE")
