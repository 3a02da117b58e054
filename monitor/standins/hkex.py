"""HKEXnews as it behaves: latest lists, title search and the look-up of stock numbers.

JSON inside a JSON text, `&#x2f;` for a slash, `<br/>` between stocks, `newsId` now a number and now
text, the text "NaN" for a code, one row per language under one number, 503 after a burst.
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from monitor.clock import utc_now
from monitor.standins import Now, Standin

HONG_KONG = ZoneInfo("Asia/Hong_Kong")


@dataclass(frozen=True, slots=True)
class Stock:
    """A listed firm: its code, the exchange's inner number, and its short names."""

    code: str
    stock_id: int
    name: str
    chinese: str


@dataclass(frozen=True, slots=True)
class Filed:
    """One filing with a title per language; "" = not filed in that language."""

    news_id: int
    codes: tuple[str, ...]
    title: str
    chinese: str
    at: datetime
    size_kb: int
    chinese_kb: int
    test: bool = False


class Hkex(Standin):
    """The exchange. `publish(["06680"], "TITLE", "標題")`; the newest stands first."""

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.stocks: dict[str, Stock] = {}
        self.filings: list[Filed] = []
        self.page_rows = 500
        """Rows on a page of the latest list."""
        self.burst: int | None = None
        """Answer 503 once so many requests came within two seconds."""
        self.foreign = False
        """The search answers with another stock's filings."""
        self._recent: deque[float] = deque()
        self._next_id = 11999000
        for code, stock_id, name, chinese in (
            ("06680", 900001, "JL MAG", "金力永磁"),
            ("00769", 900002, "CHINARAREEARTH", "中國稀土"),
            ("66800", 900003, "SAMPLE FOODS", "樣例食品"),
        ):
            self.stocks[code] = Stock(code, stock_id, name, chinese)

    def publish(
        self,
        codes: list[str],
        title: str,
        chinese: str = "",
        *,
        at: datetime | None = None,
        size_kb: int = 152,
        chinese_kb: int = 152,
        test: bool = False,
    ) -> str:
        """File something. Returns its number, which both languages share."""
        self._next_id += 1
        filed = Filed(
            self._next_id, tuple(codes), title, chinese, at or self.now(), size_kb, chinese_kb, test
        )
        self.filings.append(filed)
        self.filings.sort(key=lambda filed: filed.at, reverse=True)
        return str(filed.news_id)

    def add_routes(self, app: web.Application) -> None:
        add = app.router.add_route
        add("GET", "/ncms/json/eds/lcisehk7relsd{language:[ec]}_{number:[0-9]+}.json", self._latest)
        add("GET", "/search/prefix.do", self._prefix)
        add("GET", "/search/titleSearchServlet.do", self._search)
        add("GET", "/ncms/script/eds/activestock_sehk_e.json", self._stocks)

    async def _latest(self, request: web.Request) -> web.Response:
        if self._too_fast():
            return web.Response(status=503, text="Service Unavailable")
        language, number = request.match_info["language"], int(request.match_info["number"])
        rows = [f for f in self._in(language) if self.now() - f.at < timedelta(days=7)]
        pages = max(1, -(-len(rows) // self.page_rows))
        if not 1 <= number <= pages:
            raise web.HTTPNotFound
        shown = rows[(number - 1) * self.page_rows : number * self.page_rows]
        return _json(
            {
                "genDate": str(int(self.now().timestamp() * 1000)),
                "maxNumOfFile": pages,
                "newsInfoLst": [self._latest_row(f, language) for f in shown],
            }
        )

    async def _prefix(self, request: web.Request) -> web.Response:
        name, call = request.query.get("name", ""), request.query.get("callback", "callback")
        # A prefix finds its neighbours too, and here they come first.
        found = [s for s in self.stocks.values() if s.code.lstrip("0").startswith(name.lstrip("0"))]
        found.sort(key=lambda stock: stock.code == name)
        rows = [{"stockId": s.stock_id, "code": s.code, "name": s.name} for s in found]
        text = f"{call}({json.dumps({'more': '1', 'stockInfo': rows})});\n"
        return web.Response(text=text, content_type="application/javascript")

    async def _search(self, request: web.Request) -> web.Response:
        if self._too_fast():
            return web.Response(status=503, text="Service Unavailable")
        query = request.query
        language = "c" if query.get("lang", "E").startswith("Z") else "e"
        wanted = [s.code for s in self.stocks.values() if str(s.stock_id) == query.get("stockId")]
        first, last = query.get("fromDate", ""), query.get("toDate", "")
        rows = [
            f
            for f in self._in(language)
            if (self.foreign or set(f.codes) & set(wanted) or query.get("stockId") == "-1")
            and first <= f"{f.at.astimezone(HONG_KONG):%Y%m%d}" <= last
        ]
        limit = int(query.get("rowRange", "100"))
        shown = [self._search_row(f, language, len(rows)) for f in rows[:limit]]
        return _json(
            {
                "result": json.dumps(shown, ensure_ascii=False),
                "hasNextRow": len(rows) > limit,
                "rowRange": limit,
                "loadedRecord": len(shown),
                "recordCnt": len(rows),
            }
        )

    async def _stocks(self, request: web.Request) -> web.Response:
        rows = [
            {"c": s.code, "i": s.stock_id, "n": s.name, "s": "01/01/2020"}
            for s in self.stocks.values()
        ]
        return web.Response(text=json.dumps(rows), content_type="application/json")

    def _too_fast(self) -> bool:
        at = self.now().timestamp()
        self._recent.append(at)
        while self._recent and at - self._recent[0] > 2:
            self._recent.popleft()
        return self.burst is not None and len(self._recent) > self.burst

    def _in(self, language: str) -> list[Filed]:
        return [f for f in self.filings if (f.title if language == "e" else f.chinese)]

    def _words(self, filed: Filed, language: str) -> tuple[str, str, str, str]:
        """Title, headline, path and size in one language."""
        at = filed.at.astimezone(HONG_KONG)
        ending = "" if language == "e" else "_c"
        path = f"/listedco/listconews/sehk/{at:%Y}/{at:%m%d}/{at:%Y%m%d}{filed.news_id}{ending}.pdf"
        title = (filed.title if language == "e" else filed.chinese).replace("/", "&#x2f;")
        headline = "Announcements and Notices - [Other - Business Update]"
        if language == "c":
            headline = "公告及通告 - [其他-業務發展最新情況]"
        size = filed.size_kb if language == "e" else filed.chinese_kb
        return title, headline, path, f"{size}KB" if size < 1024 else f"{size // 1024}MB"

    def _name(self, code: str, language: str) -> str:
        return self.stocks[code].name if language == "e" else self.stocks[code].chinese

    def _latest_row(self, filed: Filed, language: str) -> dict[str, Any]:
        title, headline, path, size = self._words(filed, language)
        return {
            # A number in most captures, text in some.
            "newsId": filed.news_id if filed.news_id % 2 else str(filed.news_id),
            "title": title,
            "relTime": f"{filed.at.astimezone(HONG_KONG):%d/%m/%Y %H:%M}",
            "webPath": path,
            "ext": "pdf",
            "size": size,
            "sTxt": headline.partition(" - ")[0],
            "lTxt": headline,
            "t1Code": "51500" if filed.test else "NaN" if filed.news_id % 2 else "10000",
            "t2Gcode": "9",
            "t2Code": "19760",
            "market": "SEHK",
            "multi": "0",
            "stock": [{"sc": code, "sn": self._name(code, language)} for code in filed.codes],
        }

    def _search_row(self, filed: Filed, language: str, total: int) -> dict[str, str]:
        title, headline, path, size = self._words(filed, language)
        return {
            "FILE_INFO": size,
            "NEWS_ID": str(filed.news_id),
            "SHORT_TEXT": headline,
            "TOTAL_COUNT": str(total),
            "DOD_WEB_PATH": "",
            "STOCK_NAME": "<br/>".join(self._name(code, language) for code in filed.codes),
            "TITLE": title,
            "FILE_TYPE": "PDF",
            "DATE_TIME": f"{filed.at.astimezone(HONG_KONG):%d/%m/%Y %H:%M}",
            "LONG_TEXT": headline,
            "STOCK_CODE": "<br/>".join(filed.codes),
            "FILE_LINK": path,
        }


def _json(value: object) -> web.Response:
    text = json.dumps(value, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json")
