"""The flash news services as they behave: CLS, Eastmoney, Sina and Tonghuashun, on one host.

CLS checks its signature and says no with status 200, answers more than 50 rows with none, mixes
advertisements in and leaves titles empty. Sina wraps JSON in JSON; Tonghuashun writes seconds as
text and serves its article pages in GBK. Every list keeps only its newest rows.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from aiohttp import web

from monitor.clock import CHINA, utc_now
from monitor.standins import Now, Standin

Service = Literal["cls", "em", "sina", "ths"]


@dataclass(frozen=True, slots=True)
class Told:
    """One flash of one service."""

    id: int
    title: str
    text: str
    at: datetime
    is_ad: bool = False


class FlashSites(Standin):
    """All four. `publish("cls", "标题", "正文")`; the newest stands first in the list."""

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.told: dict[Service, list[Told]] = {"cls": [], "em": [], "sina": [], "ths": []}
        self.refuse_signs = False
        """CLS has changed how it signs: every signature is a wrong one."""
        self.cached = True
        """CLS's page has its cached list, which wants no signature."""
        self.repeat_page = False
        """Answer every page number with page 1."""
        self._next_id = 2599000

    def publish(
        self,
        service: Service,
        title: str,
        text: str,
        *,
        at: datetime | None = None,
        is_ad: bool = False,
    ) -> str:
        """Add a flash. Returns its identity at the service."""
        self._next_id += 1
        told = Told(self._next_id, title, text, at or self.now(), is_ad)
        self.told[service].append(told)
        self.told[service].sort(key=lambda told: told.at, reverse=True)
        return _em_code(told) if service == "em" else str(told.id)

    def add_routes(self, app: web.Application) -> None:
        add = app.router.add_route
        add("GET", "/v1/roll/get_roll_list", self._cls)
        add("GET", "/api/cache", self._cls_cache)
        add("GET", "/comm/web/getFastNewsList", self._em)
        add("GET", "/api/zhibo/feed", self._sina)
        add("GET", "/tapp/news/push/stock", self._ths)
        add("GET", "/{day}/c{seq}.shtml", self._ths_article)

    async def _cls(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        sign = query.pop("sign", "")
        plain = "&".join(f"{key}={query[key]}" for key in sorted(query))
        inner = hashlib.sha1(plain.encode(), usedforsecurity=False).hexdigest()
        if (
            self.refuse_signs
            or sign != hashlib.md5(inner.encode(), usedforsecurity=False).hexdigest()
        ):
            return _json({"errno": "10012", "msg": "签名错误", "data": None})
        count = int(query.get("rn", "20"))
        rows = self.told["cls"][:count] if count <= 50 else []
        return _json({"errno": 0, "msg": "", "data": {"roll_data": [_cls_row(t) for t in rows]}})

    async def _cls_cache(self, request: web.Request) -> web.Response:
        if not self.cached or request.query.get("name") != "telegraph":
            return _json({"errno": "10012", "msg": "签名错误", "data": None})
        return _json({"data": {"roll_data": [_cls_row(t) for t in self.told["cls"][:50]]}})

    async def _em(self, request: web.Request) -> web.Response:
        size, after = int(request.query.get("pageSize", "20")), request.query.get("sortEnd", "")
        rows = self.told["em"]
        if after and not self.repeat_page:
            rows = [told for told in rows if _em_sort(told) < after]
        rows = rows[:size]
        data = {
            "sortEnd": _em_sort(rows[-1]) if rows else "",
            "index": 1,
            "total": len(self.told["em"]),
            "size": size,
            "fastNewsList": [_em_row(told) for told in rows],
        }
        return _json({"code": "1", "message": "success", "data": data})

    async def _sina(self, request: web.Request) -> web.Response:
        size = int(request.query.get("page_size", "20"))
        rows = self._page("sina", request.query.get("page", "1"), size)
        feed = {
            "list": [_sina_row(told) for told in rows],
            "page_info": {"totalNum": len(self.told["sina"]), "page": 1, "pageSize": size},
        }
        return _json(
            {
                "result": {
                    "status": {"code": 0, "msg": "OK"},
                    "timestamp": f"{self.now().astimezone(CHINA):%a %b %d %H:%M:%S %z %Y}",
                    "data": {"feed": feed},
                }
            }
        )

    async def _ths(self, request: web.Request) -> web.Response:
        rows = self._page("ths", request.query.get("page", "1"), 20)
        listed = [_ths_row(told, self.url) for told in rows]
        return _json({"code": "200", "msg": "success", "data": {"total": 1000, "list": listed}})

    async def _ths_article(self, request: web.Request) -> web.Response:
        for told in self.told["ths"]:
            if str(told.id) == request.match_info["seq"]:
                text = (
                    f"<!doctype html><html><head><title>{told.title}</title></head>"
                    f"<body><div class='main-text'><p>{told.text}</p></div></body></html>"
                )
                # As the real pages: GBK, and the header does not say so.
                return web.Response(body=text.encode("gbk"), headers={"Content-Type": "text/html"})
        raise web.HTTPNotFound

    def _page(self, service: Service, number: str, size: int) -> list[Told]:
        page = 1 if self.repeat_page else int(number)
        return self.told[service][(page - 1) * size : page * size]


def _cls_row(told: Told) -> dict[str, Any]:
    text = f"【{told.title}】{told.text}" if told.title else told.text
    return {
        "id": told.id,
        "ctime": int(told.at.timestamp()),
        "title": told.title,
        "brief": text[:80],
        "content": text,
        "level": "C",
        "shareurl": f"https://api3.cls.cn/share/article/{told.id}",
        "subjects": None,
        "stock_list": [{"StockID": "sz300748", "name": "样例磁材"}],
        "images": [],
        # One or true: both were seen.
        "is_ad": (True if told.id % 2 else 1) if told.is_ad else 0,
        "in_roll": True,
    }


def _em_sort(told: Told) -> str:
    return f"{int(told.at.timestamp() * 1000) + told.id % 1000:016d}"


def _em_code(told: Told) -> str:
    return f"{told.at.astimezone(CHINA):%Y%m%d}32{told.id:08d}"


def _em_row(told: Told) -> dict[str, Any]:
    return {
        "code": _em_code(told),
        "title": told.title,
        "summary": f"【{told.title}】{told.text}",
        "showTime": f"{told.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
        "stockList": ["0.300748", "90.BK0578"],
        "titleColor": 0,
        "realSort": _em_sort(told),
        "image": [],
        "pinglun_Num": 0,
        "share": 0,
    }


def _sina_row(told: Told) -> dict[str, Any]:
    return {
        "id": told.id,
        "rich_text": f"【{told.title}】{told.text}" if told.title else told.text,
        "create_time": f"{told.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
        "is_focus": 0,
        "top_value": 0,
        "tag": [{"id": "3", "name": "公司"}],
        "docurl": "",
        "ext": json.dumps(
            {
                "stocks": [{"symbol": "sz300748"}],
                "docurl": f"https://finance.sina.cn/7x24/detail-{told.id}.d.html",
            }
        ),
    }


def _ths_row(told: Told, root: str) -> dict[str, Any]:
    seconds = int(told.at.timestamp())
    return {
        "id": str(told.id + 6_000_000),
        "seq": str(told.id),
        "title": told.title,
        "digest": told.text,
        "url": f"{root}/{told.at.astimezone(CHINA):%Y%m%d}/c{told.id}.shtml",
        "ctime": str(seconds),
        "rtime": str(seconds + 60),
        "source": "样例",
        "color": "0",
        "picUrl": "",
        "tags": [{"id": "21101", "name": "A股"}],
        "tagInfo": [{"id": "1", "name": "公告", "score": "0"}],
        "stock": [{"stockCode": "300748", "name": "样例磁材", "stockMarket": "33"}],
    }


def _json(value: object) -> web.Response:
    text = json.dumps(value, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json")
