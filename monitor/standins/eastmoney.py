"""Eastmoney's list of filings as it behaves, with its PDFs and pages.

Times with a colon before the milliseconds, codes as a list of objects, an error told with status
200.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from monitor.clock import CHINA, utc_now
from monitor.standins import Now, Standin


@dataclass(slots=True)
class Filing:
    """One filing, for one or several securities."""

    art_code: str
    codes: tuple[str, ...]
    title: str
    shown_at: datetime
    notice_day: str
    pdf: bytes


class Eastmoney(Standin):
    """The list, the pages and the PDFs. Publish with `file`."""

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.names = {
            "300748": "金力永磁", "000795": "英洛华", "600366": "宁波韵升", "600111": "北方稀土",
            "920185": "贝特瑞", "300999": "样例食品",
        }  # fmt: skip
        self.filings: list[Filing] = []
        self.ignores_stocks = False
        """Every list is the whole market's."""
        self.error = ""
        """What every answer tells instead of filings, with status 200."""

    def file(
        self,
        code: str,
        title: str,
        *,
        at: datetime | None = None,
        also: tuple[str, ...] = (),
        pdf: bytes = b"%PDF-1.4\n%%EOF\n",
    ) -> str:
        """A firm files something; the evening's filings bear tomorrow's day. Returns its number."""
        shown_at = at or self.now()
        local = shown_at.astimezone(CHINA)
        day = local + timedelta(days=1) if local.hour >= 16 else local
        art_code = f"AN{local:%Y%m%d}{len(self.filings) + 1:010d}"
        title = f"{self.names[code]}:{title}"
        filing = Filing(art_code, (code, *also), title, shown_at, f"{day:%Y-%m-%d} 00:00:00", pdf)
        self.filings.append(filing)
        return art_code

    def add_routes(self, app: web.Application) -> None:
        add = app.router.add_get
        add("/api/security/ann", self._list)
        add("/notices/detail/{code}/{name}", self._page_for_people)
        add("/pdf/{name}", self._pdf)

    async def _list(self, request: web.Request) -> web.Response:
        if self.error:
            return _json({"success": 0, "error": self.error, "data": None})
        wanted = {code for code in request.query.get("stock_list", "").split(",") if code}
        found = [
            f for f in self.filings if not wanted or self.ignores_stocks or wanted & {*f.codes}
        ]
        found.sort(key=lambda f: (f.notice_day, f.shown_at, f.art_code), reverse=True)
        size = min(int(request.query.get("page_size", "50")), 100)
        number = int(request.query.get("page_index", "1"))
        shown = found[(number - 1) * size : number * size]
        return _json(
            {
                "success": 1,
                "error": "",
                "data": {
                    "page_index": number,
                    "page_size": size,
                    "total_hits": len(found),
                    "list": [self._row(f) for f in shown],
                },
            }
        )

    def _row(self, f: Filing) -> dict[str, Any]:
        local = f.shown_at.astimezone(CHINA)
        return {
            "art_code": f.art_code,
            "title": f.title,
            "notice_date": f.notice_day,
            "display_time": f"{local:%Y-%m-%d %H:%M:%S}:{local.microsecond // 1000:03d}",
            "eiTime": f"{local:%Y-%m-%d %H:%M:%S}:000",
            "sort_date": f.notice_day,
            "codes": [
                {
                    "ann_type": "A,SZA,CYB",
                    "inner_code": "00000000000000",
                    "market_code": "1" if code[0] == "6" else "0",
                    "short_name": self.names.get(code, ""),
                    "stock_code": code,
                }
                for code in f.codes
            ],
            "columns": [{"column_code": "001002004006", "column_name": "其他"}],
        }

    async def _page_for_people(self, request: web.Request) -> web.Response:
        name = request.match_info["name"].removesuffix(".html")
        title = next((f.title for f in self.filings if f.art_code == name), None)
        if title is None:
            raise web.HTTPNotFound
        return web.Response(text=f"<!doctype html><h1>{title}</h1>", content_type="text/html")

    async def _pdf(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        pdf = next((f.pdf for f in self.filings if name == f"H2_{f.art_code}_1.pdf"), None)
        if pdf is None:
            raise web.HTTPNotFound
        return web.Response(body=pdf, content_type="application/pdf")


def _json(value: object) -> web.Response:
    text = json.dumps(value, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json")
