"""cninfo as it behaves: the filings of all mainland firms, and their PDFs.

Thirty rows a page whatever is asked, `announcements: null` when nothing is found, nothing for a
wrong orgId, dates without a time (and tomorrow's in the evening), mark-up around the words searched
for, categories that it does not know ignored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from monitor.clock import CHINA, utc_now
from monitor.standins import Now, Standin

PAGE_SIZE = 30


@dataclass(slots=True)
class Filing:
    """One announcement, or the record of an investor meeting."""

    id: str
    code: str
    title: str
    at: datetime
    """What `announcementTime` says."""
    released_at: datetime
    relation: bool = False
    pdf: bytes = b""

    @property
    def path(self) -> str:
        return f"finalpage/{self.at.astimezone(CHINA):%Y-%m-%d}/{self.id}.PDF"


class Cninfo(Standin):
    """The site, and the host of its PDFs in one. Publish with `file`."""

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.companies: dict[str, tuple[str, str]] = {}
        """Code to orgId and short name."""
        self.filings: list[Filing] = []
        self.foreign_rows: list[str] = []
        """Ids of filings that slip into every firm's list."""
        self.ignores_stock = False
        """Every list is the whole market's."""
        self._next_id = 1229911110
        for code, org_id, name in (
            ("300748", "gfbj0835009", "金力永磁"),
            ("000795", "gssz0000795", "英洛华"),
            ("000970", "gssz0000970", "中科 三环"),
            ("600366", "gssh0600366", "宁波韵升"),
            ("600111", "gssh0600111", "北方稀土"),
            ("920185", "gfbj0835185", "贝特瑞"),
            ("300999", "9900099990", "样例食品"),
        ):
            self.companies[code] = (org_id, name)

    def file(
        self,
        code: str,
        title: str,
        *,
        at: datetime | None = None,
        time_known: bool = False,
        ahead: bool = False,
        relation: bool = False,
        pdf: bytes = b"%PDF-1.4\n%%EOF\n",
    ) -> str:
        """A firm files something. Returns its id.

        Most filings carry their day only; `ahead`: tomorrow's, as in the evening.
        """
        assert code in self.companies, f"no company {code}"
        self._next_id += 1
        released_at = at or self.now()
        day = released_at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        dated = released_at if time_known else day + timedelta(days=1 if ahead else 0)
        filing = Filing(str(self._next_id), code, title, dated, released_at, relation, pdf)
        self.filings.append(filing)
        return filing.id

    def add_routes(self, app: web.Application) -> None:
        add = app.router.add_route
        add("POST", "/new/hisAnnouncement/query", self._query)
        add("GET", "/new/fulltextSearch/full", self._search)
        add("GET", "/new/data/szse_stock.json", self._table)
        add("POST", "/new/information/topSearch/query", self._look_up)
        add("GET", "/new/disclosure/detail", self._page_for_people)
        add("GET", "/finalpage/{day}/{name}", self._pdf)

    async def _query(self, request: web.Request) -> web.Response:
        form = {k: str(v) for k, v in (await request.post()).items()}
        found = [f for f in self.filings if f.relation == (form.get("tabName") == "relation")]
        found = [f for f in found if not f.relation or f.code[0] in "03"]
        if form.get("stock") and not self.ignores_stock:
            own = {tuple(pair.split(",")) for pair in form["stock"].split(";")}
            found = [
                f
                for f in found
                if (f.code, self.companies[f.code][0]) in own or f.id in self.foreign_rows
            ]
        since, _, until = form.get("seDate", "").partition("~")
        if since:
            found = [f for f in found if since <= f"{f.at.astimezone(CHINA):%Y-%m-%d}" <= until]
        key = form.get("searchkey", "")
        marked = key if form.get("isHLtitle") == "true" else ""
        found = [f for f in found if key in f.title]
        return _json(self._answer(found, int(form.get("pageNum", "1")), marked))

    async def _search(self, request: web.Request) -> web.Response:
        key = request.query.get("searchkey", "")
        found = [f for f in self.filings if key in f.title]
        return _json(self._answer(found, int(request.query.get("pageNum", "1")), key))

    def _answer(self, found: list[Filing], number: int, marked: str) -> dict[str, Any]:
        found = sorted(found, key=lambda f: (f.at, f.id), reverse=True)
        shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        return {
            "classifiedAnnouncements": None,
            "totalSecurities": 0,
            "totalAnnouncement": len(found),
            "totalRecordNum": len(found),
            "announcements": [self._row(f, marked) for f in shown] or None,
            "categoryList": None,
            "hasMore": number * PAGE_SIZE < len(found),
            "totalpages": len(found) // PAGE_SIZE,
        }

    def _row(self, f: Filing, marked: str) -> dict[str, Any]:
        org_id, name = self.companies[f.code]
        return {
            "id": None,
            "secCode": f.code,
            "secName": name,
            "orgId": org_id,
            "announcementId": f.id,
            "announcementTitle": f.title.replace(marked, f"<em>{marked}</em>")
            if marked
            else f.title,
            "announcementTime": int(f.at.timestamp() * 1000),
            "adjunctUrl": f.path,
            "adjunctSize": max(1, len(f.pdf) // 1024),
            "adjunctType": "PDF",
            "storageTime": None,
            "columnId": "250401||251302",
            "pageColumn": "CYB",
            "announcementType": "01010503||010113||012399",
            "associateAnnouncement": None,
            "important": None,
            "batchNum": None,
            "announcementContent": None,
            "orgName": None,
            "tileSecName": name,
            "shortTitle": f.title,
            "announcementTypeName": None,
            "secNameList": None,
        }

    async def _table(self, request: web.Request) -> web.Response:
        return _json({"stockList": [self._firm(code) for code in self.companies]})

    async def _look_up(self, request: web.Request) -> web.Response:
        key = str((await request.post()).get("keyWord", ""))
        found = [c for c, (_, name) in self.companies.items() if key and key in (c + name)]
        return _json([self._firm(code) for code in found])

    def _firm(self, code: str) -> dict[str, str]:
        org_id, name = self.companies[code]
        return {"orgId": org_id, "category": "A股", "code": code, "pinyin": "", "zwjc": name}

    async def _page_for_people(self, request: web.Request) -> web.Response:
        wanted = request.query.get("announcementId")
        title = next((f.title for f in self.filings if f.id == wanted), None)
        if title is None:
            raise web.HTTPNotFound
        return web.Response(text=f"<!doctype html><h1>{title}</h1>", content_type="text/html")

    async def _pdf(self, request: web.Request) -> web.Response:
        path = request.path.lstrip("/")
        pdf = next((f.pdf for f in self.filings if f.path == path), None)
        if pdf is None:
            raise web.HTTPNotFound
        return web.Response(body=pdf, content_type="application/pdf")


def _json(value: object) -> web.Response:
    text = json.dumps(value, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json")
