"""Flash news 快讯: CLS, Eastmoney, Sina and Tonghuashun, each a list of short texts, newest first.

They relay companies' answers, filings and rumours within seconds to minutes. The stocks that stand
beside a text are those it mentions, never its subject: they are not taken over.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import Field

from monitor.adapters.dates import parse_date
from monitor.adapters.protocol import Found, Remember, Skip, site_of, tier_of
from monitor.adapters.reading import (
    describe,
    from_epoch_ms,
    kind_of,
    load_object,
    one_line,
    plain_text,
    refusal,
    shorten,
    text_of,
)
from monitor.adapters.web import absolute
from monitor.clock import CHINA
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Kind, Page, Request, Tier

_HEADLINE = re.compile(r"(?:【[^【】]{1,10}】)?【([^【】]{2,150})】")
_TITLE_CHARS = 60
Row = Mapping[str, Any]


class PagedOptions(Strict):
    """The keys an entry of a service with pages may have of its own."""

    max_pages: int = Field(default=5, ge=1, le=10)
    """Pages a visit reads at most, to catch up after a pause."""


class ClsOptions(Strict):
    """The keys a CLS entry may have of its own."""

    category: Literal["", "watch", "announcement", "red", "remind", "fund", "hk_us"] = ""
    """Only this column of the telegraph; "" = all of it."""


class _Flash:
    """A list of flashes. The services differ in `_request`, `_rows`, `_read` and `_next`."""

    platform: ClassVar[str] = ""
    kind: ClassVar[Kind] = "news"
    tier: ClassVar[Tier] = "media"
    needs_url: ClassVar[bool] = False
    off_hours: ClassVar[float] = 5.0
    Options: ClassVar[type[Strict] | None] = PagedOptions
    SITE: ClassVar[str]
    FIRST_LIST: ClassVar[str] = "a list of flashes"

    def __init__(self, source: Source, issuers: Iterable[Issuer] = ()) -> None:
        self.source = source
        self.site = site_of(source, self.SITE)
        options = source.options
        self.max_pages = options.max_pages if isinstance(options, PagedOptions) else 5
        self._begin(Checkpoint(source.id))

    def _begin(self, checkpoint: Checkpoint) -> None:
        known = checkpoint.cursor.get("newest_s", "")
        self._known_s = int(known) if re.fullmatch(r"\d{1,12}", known, re.ASCII) else 0
        self._newest_s = self._known_s
        self._previous_ids: frozenset[str] = frozenset()

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        self._begin(checkpoint)
        return [self._request(1, "")]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read a page of flashes.

        Items come newest first; `published_at` is exact to the second. A page that reaches no flash
        known from the last visit leads to the next one. Remembers `newest_s`, the newest flash in
        seconds since 1970. Raises ParseError for an error told with status 200 and for no rows.
        """
        number = int(page.note.partition(":")[2] or 1) if page.note.startswith("list:") else 1
        answer = load_object(page, self.FIRST_LIST)
        rows = self._rows(answer, page)
        if not rows:
            raise ParseError("flashes", "an empty list", url=page.url)
        ids: list[str] = []
        times: list[datetime] = []
        for row in rows:
            found = self._read(row, page) if isinstance(row, dict) else Skip("a row of no form")
            if found is None:
                continue
            yield found
            if isinstance(found, Item) and found.published_at is not None:
                ids.append(found.guid)
                times.append(found.published_at)
        yield from self._onwards(ids, times, number, self._next(answer))

    # --- what the services differ in --------------------------------------------------------------

    def _request(self, number: int, mark: str) -> Request:
        raise NotImplementedError

    def _rows(self, answer: Row, page: Page) -> list[Any]:
        raise NotImplementedError

    def _read(self, row: Row, page: Page) -> Item | Skip | None:
        raise NotImplementedError

    def _next(self, answer: Row) -> str | None:
        """What the request for the next page needs; None where there is no paging."""
        return ""

    # --- shared -----------------------------------------------------------------------------------

    def _item(
        self, page: Page, guid: str, at: datetime | None, title: str, text: str, url: str
    ) -> Item | Skip:
        text = plain_text(text)
        title = one_line(title) or _headline(text)
        if not guid:
            return Skip("a flash without its number", shorten(text or title))
        if not title:
            return Skip("a flash without a text", guid)
        if at is None:
            return Skip("a flash without a believable time", shorten(f"{guid} {title}"))
        return Item(
            source_id=self.source.id,
            guid=guid,
            url=absolute(page.url, url) or page.url,
            title=title,
            text=text,
            fetched_at=page.fetched_at,
            published_at=at,
            language=self.source.language or "zh-Hans",
            kind=self.source.kind or self.kind,
            tier=tier_of(self.source, self.tier),
            issuer_id=self.source.issuer,
            source_name=self.source.name or self.platform,
        )

    def _onwards(
        self, ids: Sequence[str], times: Sequence[datetime], number: int, mark: str | None
    ) -> Iterator[Found]:
        """The next page while this one ends in news, else the place to read to next time."""
        # The last three, because single rows stand out of order (pinned, or edited).
        reaches_back = any(int(at.timestamp()) <= self._known_s for at in times[-3:])
        repeated = bool(ids) and frozenset(ids) == self._previous_ids
        self._previous_ids = frozenset(ids)
        self._newest_s = max([self._newest_s, *(int(at.timestamp()) for at in times)])
        if repeated:
            yield Skip(f"page {number} repeats page {number - 1}")
        elif self._known_s and times and not reaches_back:
            if mark is not None and number < self.max_pages:
                yield self._request(number + 1, mark)
                return
            oldest = f"the oldest is of {min(times):%Y-%m-%d %H:%M} UTC"
            yield Skip("flashes since the last visit that are no longer listed", oldest)
        if self._newest_s > self._known_s:
            yield Remember("newest_s", str(self._newest_s))


class Cls(_Flash):
    """The telegraph of 财联社: one signed list of 50 rows, some two hours of news."""

    platform: ClassVar[str] = "CLS 财联社"
    tier: ClassVar[Tier] = "wire"
    Options: ClassVar[type[Strict] | None] = ClsOptions
    SITE: ClassVar[str] = "https://www.cls.cn"

    @property
    def _sent(self) -> Mapping[str, str]:
        return {"Referer": self.site + "/telegraph"}

    def _request(self, number: int, mark: str) -> Request:
        # More than 50 rows are answered with none, without a word; paging by last_time is broken.
        query = {
            "appName": "CailianpressWeb", "last_time": "", "os": "web", "refresh_type": "1",
            "rn": "50", "sv": "7.7.5",
        }  # fmt: skip
        options = self.source.options
        if isinstance(options, ClsOptions) and options.category:
            query["category"] = options.category
        query = dict(sorted(query.items()))
        return Request(
            self.site + "/v1/roll/get_roll_list",
            query=query | {"sign": signature(query)},
            headers=self._sent,
            note=f"list:{number}",
            conditional=True,
        )

    def parse(self, page: Page) -> Iterator[Found]:
        """As the others; when the signature is refused, the page's own cached list is read."""
        errno = text_of(load_object(page, self.FIRST_LIST), "errno")
        if page.note != "cache" and errno not in ("0", ""):
            # Asked again every time: the refusal is the same each time, the cached list is not.
            reason = "the signed list was refused: the cached one is read"
            yield Skip(reason, f"errno {shorten(errno, 20)}", ask_again=True)
            query = {"name": "telegraph"}
            yield Request(self.site + "/api/cache", query=query, headers=self._sent, note="cache")
            return
        yield from super().parse(page)

    def _rows(self, answer: Row, page: Page) -> list[Any]:
        errno = text_of(answer, "errno")
        if errno != "0" and not (page.note == "cache" and errno == ""):
            raise _error(answer, "errno", errno, "msg", page)
        return _list(answer, ("data", "roll_data"), page)

    def _read(self, row: Row, page: Page) -> Item | Skip | None:
        if row.get("is_ad") in (1, "1", True):
            return None
        guid = text_of(row, "id")
        at = from_epoch_s(row.get("ctime"), seen_at=page.fetched_at)
        text = text_of(row, "content") or text_of(row, "brief")
        return self._item(page, guid, at, text_of(row, "title"), text, f"{self.site}/detail/{guid}")

    def _next(self, answer: Row) -> str | None:
        return None


class EmFlash(_Flash):
    """Eastmoney's 7x24 list: title and summary, paged by the last row's own mark."""

    platform: ClassVar[str] = "Eastmoney flash"
    SITE: ClassVar[str] = "https://np-weblist.eastmoney.com"
    PAGES: ClassVar[str] = "https://finance.eastmoney.com"

    def _request(self, number: int, mark: str) -> Request:
        query = {
            "client": "web", "biz": "web_724", "fastColumn": "102", "sortEnd": mark,
            "pageSize": "50", "req_trace": "1",
        }  # fmt: skip
        return Request(
            self.site + "/comm/web/getFastNewsList",
            query=query,
            headers={"Referer": "https://kuaixun.eastmoney.com/"},
            note=f"list:{number}",
            conditional=number == 1,
        )

    def _rows(self, answer: Row, page: Page) -> list[Any]:
        code = text_of(answer, "code")
        if code != "1":
            raise _error(answer, "code", code, "message", page)
        return _list(answer, ("data", "fastNewsList"), page)

    def _read(self, row: Row, page: Page) -> Item | Skip | None:
        guid = text_of(row, "code")
        at = _china(text_of(row, "showTime"), page)
        url = f"{self.source.base_url or self.PAGES}/a/{guid}.html"
        return self._item(page, guid, at, text_of(row, "title"), text_of(row, "summary"), url)

    def _next(self, answer: Row) -> str | None:
        data = answer.get("data")
        return (text_of(data, "sortEnd") or None) if isinstance(data, dict) else None


class SinaFlash(_Flash):
    """Sina's 7x24 list. A flash is one text; its headline is what stands in 【】 at its start."""

    platform: ClassVar[str] = "Sina 7x24"
    SITE: ClassVar[str] = "https://zhibo.sina.com.cn"

    def _request(self, number: int, mark: str) -> Request:
        query = {
            "page": str(number), "page_size": "50", "zhibo_id": "152", "tag_id": "0", "dire": "f",
            "dpc": "1",
        }  # fmt: skip
        return Request(
            self.site + "/api/zhibo/feed",
            query=query,
            note=f"list:{number}",
            # The answer carries the time of the answer: equal bodies never come.
            conditional=number == 1,
        )

    def _rows(self, answer: Row, page: Page) -> list[Any]:
        result = answer.get("result")
        result = result if isinstance(result, dict) else {}
        status = result.get("status")
        status = status if isinstance(status, dict) else {}
        code = text_of(status, "code")
        if code != "0":
            raise _error(status, "status code", code, "msg", page)
        return _list(result, ("data", "feed", "list"), page)

    def _read(self, row: Row, page: Page) -> Item | Skip | None:
        at = _china(text_of(row, "create_time"), page)
        url = text_of(row, "docurl") or text_of(_inner(text_of(row, "ext")), "docurl")
        return self._item(page, text_of(row, "id"), at, "", text_of(row, "rich_text"), url)


class ThsFlash(_Flash):
    """Tonghuashun's (10jqka) list of flashes. Times are seconds since 1970, as text."""

    platform: ClassVar[str] = "10jqka flash"
    SITE: ClassVar[str] = "https://news.10jqka.com.cn"

    def _request(self, number: int, mark: str) -> Request:
        return Request(
            self.site + "/tapp/news/push/stock",
            query={"page": str(number), "tag": "", "track": "website"},
            headers={"Referer": self.site + "/realtimenews.html"},
            note=f"list:{number}",
            conditional=number == 1,
        )

    def _rows(self, answer: Row, page: Page) -> list[Any]:
        code = text_of(answer, "code")
        if code != "200":
            raise _error(answer, "code", code, "msg", page)
        return _list(answer, ("data", "list"), page)

    def _read(self, row: Row, page: Page) -> Item | Skip | None:
        at = from_epoch_s(row.get("ctime"), seen_at=page.fetched_at)
        guid, title, text = (text_of(row, key) for key in ("seq", "title", "digest"))
        return self._item(page, guid, at, title, text, text_of(row, "url"))


# --- reading --------------------------------------------------------------------------------------


def signature(query: Mapping[str, str]) -> str:
    """CLS's `sign`: the MD5 of the SHA-1, both in hexadecimal, of the sorted parameters."""
    text = "&".join(f"{key}={value}" for key, value in sorted(query.items()))
    inner = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return hashlib.md5(inner.encode(), usedforsecurity=False).hexdigest()


def from_epoch_s(value: object, *, seen_at: datetime) -> datetime | None:
    """The instant of a count of seconds since 1970, as a number or as digits; None = no such."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,12}", value.strip(), re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return from_epoch_ms(value * 1000, seen_at=seen_at)


def _china(text: str, page: Page) -> datetime | None:
    return parse_date(text, seen_at=page.fetched_at, zone=CHINA)


def _headline(text: str) -> str:
    """What stands in 【】 at the start, else how the text begins."""
    if match := _HEADLINE.match(text):
        return one_line(match[1])
    return one_line(text, _TITLE_CHARS)


def _inner(text: str) -> Row:
    """The object in a JSON text within JSON; empty for anything else."""
    try:
        value = json.loads(text[:100_000])
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _list(answer: Row, path: Sequence[str], page: Page) -> list[Any]:
    value: Any = answer
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    if not isinstance(value, list):
        expected = f"a list under '{'.'.join(path)}'"
        raise ParseError(expected, f"a JSON {kind_of(value)}", url=page.url)
    return value


def _error(answer: Row, name: str, code: str, key: str, page: Page) -> ParseError:
    """An error told with status 200."""
    said = text_of(answer, key)
    found = f"{name} {shorten(code, 20) or 'missing'}" + (f": {shorten(said, 80)}" if said else "")
    return refusal(page, "flashes", found if code or said else describe(page))
