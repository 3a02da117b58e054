"""The Shanghai and Shenzhen exchanges' own lists of filings, as they behave.

Shenzhen: JSON in, `{}` past the end, codes as a list or the printed form of one, 403 for PDFs on
the site itself. Shanghai: JSON in a function call, 403 without the right Referer, page 1 unless all
page numbers agree, rows in groups or flat, a challenge page with status 200 for a PDF.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from aiohttp import web

from monitor.clock import CHINA, utc_now
from monitor.standins import CHALLENGE, Now, Standin


@dataclass(slots=True)
class Filing:
    """One filing, with or without attachments."""

    number: int
    code: str
    title: str
    at: datetime
    attachments: tuple[str, ...] = ()
    pdf: bytes = b"%PDF-1.4\n%%EOF\n"

    @property
    def day(self) -> str:
        return f"{self.at.astimezone(CHINA):%Y-%m-%d}"


class _Exchange(Standin):
    """What both have: firms, and filings in the order of their days."""

    names: ClassVar[Mapping[str, str]]
    first: ClassVar[int]

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.filings: list[Filing] = []
        self.ignores_filter = False
        """Every list is the whole market's."""

    def file(
        self,
        code: str,
        title: str,
        *,
        at: datetime | None = None,
        attachments: tuple[str, ...] = (),
    ) -> Filing:
        """A firm files something."""
        assert code in self.names, f"no company {code}"
        filing = Filing(self.first + len(self.filings), code, title, at or self.now(), attachments)
        self.filings.append(filing)
        return filing

    def found(self, code: str, keyword: str) -> list[Filing]:
        rows = self.filings
        if not self.ignores_filter:
            rows = [f for f in rows if code in ("", f.code) and keyword in f.title]
        return sorted(rows, key=lambda f: (f.day, f.number), reverse=True)


class Szse(_Exchange):
    """www.szse.cn and the host of its PDFs in one."""

    names: ClassVar[Mapping[str, str]] = {
        "300748": "金力永磁",
        "000795": "英洛华",
        "300999": "样例食品",
    }
    first: ClassVar[int] = 1229911111

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.printed_codes = False
        """Codes and names as the printed form of a list."""

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/api/disc/announcement/annList", self._list)
        app.router.add_get("/download/disc/{name}", self._pdf)
        app.router.add_get("/disc/{name}", self._forbidden)

    async def _list(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            return web.Response(status=500, text="not JSON")
        wanted = json.loads(await request.text())
        code = next(iter(wanted.get("stock", [])), "")
        found = self.found(code, next(iter(wanted.get("searchKey", [])), ""))
        size, number = int(wanted["pageSize"]), int(wanted["pageNum"])
        shown = found[(number - 1) * size : number * size]
        if not shown:
            return web.json_response({})
        rows = [self._row(f) for f in shown]
        text = json.dumps({"announceCount": len(found), "data": rows}, ensure_ascii=False)
        return web.Response(text=text, content_type="application/json")

    def _row(self, f: Filing) -> dict[str, Any]:
        name = self.names[f.code]
        printed = self.printed_codes
        return {
            "id": f"11111111-2222-4333-8444-{f.number:012d}",
            "annId": str(f.number) if printed else f.number,
            "title": f"{name}：{f.title}",
            "content": None,
            "publishTime": f"{f.day} 00:00:00",
            "attachPath": f"/disc/{f.number}.PDF",
            "attachFormat": "PDF",
            "attachSize": 213,
            "secCode": f"['{f.code}']" if printed else [f.code],
            "secName": f"['{name}']" if printed else [name],
            "bondType": None,
            "channelCode": None,
            "_index": None,
        }

    async def _pdf(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        pdf = next((f.pdf for f in self.filings if name == f"{f.number}.PDF"), None)
        if pdf is None:
            raise web.HTTPNotFound
        return web.Response(body=pdf, content_type="application/pdf")

    async def _forbidden(self, request: web.Request) -> web.Response:
        return web.Response(status=403, text="forbidden")


class Sse(_Exchange):
    """query.sse.com.cn and static.sse.com.cn in one."""

    names: ClassVar[Mapping[str, str]] = {
        "600366": "宁波韵升",
        "600111": "北方稀土",
        "600999": "样例证券",
    }
    first: ClassVar[int] = 8253899900000001

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.flat = False
        """Rows in `result` only, without groups."""

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/security/stock/queryCompanyBulletinNew.do", self._list)
        app.router.add_get("/disclosure/{name}", self._pdf)

    async def _list(self, request: web.Request) -> web.Response:
        if "sse.com.cn" not in request.headers.get("Referer", ""):
            return web.Response(status=403, text="<html>403 Forbidden</html>")
        query = request.query
        found = self.found(query.get("SECURITY_CODE", ""), query.get("TITLE", ""))
        found = [f for f in found if f.day >= query.get("START_DATE", "")]
        size = int(query.get("pageHelp.pageSize", "25"))
        numbers = {query.get(f"pageHelp.{key}") for key in ("pageNo", "beginPage", "endPage")}
        number = int(query["pageHelp.pageNo"]) if len(numbers) == 1 else 1
        shown = found[(number - 1) * size : number * size]
        groups = [self._group(f) for f in shown]
        help_ = {
            "beginPage": number,
            "cacheSize": 1,
            "data": groups,
            "endPage": number,
            "pageCount": -(-len(found) // size),
            "pageNo": number,
            "pageSize": size,
            "total": len(found),
        }
        answer: dict[str, Any] = {"actionErrors": [], "pageHelp": help_, "result": groups}
        if self.flat:
            help_["data"] = None
            answer["result"] = [row for group in groups for row in group]
        text = json.dumps(answer, ensure_ascii=False)
        if callback := query.get("jsonCallBack"):
            text = f"{callback}({text})"
        return web.Response(text=text, content_type="application/json")

    def _group(self, f: Filing) -> list[dict[str, Any]]:
        return [
            {
                "ORG_BULLETIN_ID": str(f.number),
                "ORG_FILE_TYPE": 1 if n else 0,
                "SECURITY_CODE": f.code,
                "SECURITY_NAME": self.names[f.code],
                "TITLE": title,
                "SSEDATE": f.day,
                "BULLETIN_TYPE_DESC": "其它",
                "BULLETIN_YEAR": f.day[:4],
                "URL": f"/disclosure/{f.code}_{f.day.replace('-', '')}_{f.number % 10000}{n}.pdf",
            }
            for n, title in enumerate((f.title, *f.attachments))
        ]

    async def _pdf(self, request: web.Request) -> web.Response:
        # The real one sets a cookie by script and asks again; programs never get further.
        return web.Response(text=CHALLENGE, content_type="text/html")
