"""MOFCOM's site as it behaves: columns that are shells, lists as HTML in JSON, article pages.

No header names a charset; a page number outside paramJson means page 1; some articles are only a
script that leads elsewhere.
"""

from __future__ import annotations

import hashlib
import html
import json
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from monitor.clock import CHINA, utc_now
from monitor.standins import Now, Standin

UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"


@dataclass(slots=True)
class Published:
    """One entry of a column."""

    path: str
    title: str
    text: str
    at: datetime
    redirect_to: str = ""
    """Its page is only a script that leads there."""
    broken: bool = False
    """Its page answers 404."""


@dataclass(slots=True)
class Column:
    """A column: where its shell lives and under which id its list is asked for."""

    path: str
    page_id: str
    tag_id: str
    entries: list[Published]


class Mofcom(Standin):
    """The ministry. `publish("announcements", "标题", "正文")`; the newest stands first."""

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.columns = {
            "announcements": Column(
                "/zwgk/zcfb/", "fc8bdff48fa345a48b651c1285b70b8f", "分页列表", []
            ),
            "spokesperson": Column("/xwfb/xwfyrth/", "0f" * 16, "分页列表", []),
            "export_control": Column(
                "/flzc/gzjgfxwj/", "79d6d2c4e44d458180d37dd4f0996645", "信息列表", []
            ),
        }
        self.page_one_always = False
        """Ignore the page number even inside paramJson."""

    def publish(
        self,
        column: str,
        title: str,
        text: str,
        *,
        at: datetime | None = None,
        redirect_to: str = "",
        path: str = "",
    ) -> Published:
        """Put an article on top of a column."""
        listed = self.columns[column]
        name = hashlib.md5(f"{column}{title}".encode(), usedforsecurity=False).hexdigest()
        at = at or self.now()
        path = path or f"{listed.path}art/{at.astimezone(CHINA):%Y}/art_{name}.html"
        published = Published(path, title, text, at, redirect_to)
        listed.entries.append(published)
        listed.entries.sort(key=lambda entry: entry.at, reverse=True)
        return published

    def add_routes(self, app: web.Application) -> None:
        app.router.add_route("GET", UNIT, self._unit)
        app.router.add_route("GET", "/{path:.*}", self._page)

    async def _unit(self, request: web.Request) -> web.Response:
        query = request.query
        column = next(
            (
                c
                for c in self.columns.values()
                if (c.page_id, c.tag_id) == (query.get("pageId"), query.get("tagId"))
            ),
            None,
        )
        if column is None or query.get("parseType") != "bulidstatic":
            return _json({"success": False, "code": "500", "message": "系统异常", "data": None})
        try:
            wanted = json.loads(query.get("paramJson", "{}"))
        except ValueError:
            wanted = {}
        number = 1 if self.page_one_always else int(wanted.get("pageNo", 1))
        size = int(wanted.get("pageSize", 15))
        rows = "".join(
            f'<li><a href="{entry.path}" title="{html.escape(entry.title)}" target="_blank">'
            f"{html.escape(entry.title)}</a><span>[{entry.at.astimezone(CHINA):%Y-%m-%d}]</span></li>"
            for entry in column.entries[(number - 1) * size : number * size]
        )
        markup = (
            f'<div class="page-content"><ul class="txtList_01">{rows}</ul></div>'
            f'<div class="pagination" rows="{size}" pageNo="{number}"'
            f' count="{len(column.entries)}"></div>'
        )
        return _json({"success": True, "code": "200", "message": "", "data": {"html": markup}})

    async def _page(self, request: web.Request) -> web.Response:
        for column in self.columns.values():
            if request.path == column.path + "index.html":
                return _html(_shell(column))
            for entry in column.entries:
                if request.path == entry.path and not entry.broken:
                    return _html(_article(entry))
        raise web.HTTPNotFound


def _shell(column: Column) -> str:
    """A column page: no rows in it, only how to ask for them; another part comes first."""
    parts = "".join(
        f"<div class=\"unit\" queryData=\"{{'webId':'8f43c7ad3afc411fb56f281724b73708',"
        f"'pageId':'{column.page_id}','parseType':'bulidstatic','pageType':'column',"
        f"'tagId':'{tag}','tplSetId':'52551ea0e2c14bca8c84792f7aa37ead'}}\"></div>"
        for tag in ("当前位置", column.tag_id)
    )
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><meta name="ColId" content="'
        f'{column.page_id}"><title>样例栏目</title></head><body>{parts}</body></html>'
    )


def _article(entry: Published) -> str:
    title = html.escape(entry.title)
    if entry.redirect_to:
        return (
            f"<!doctype html><html><head><title>{title}</title></head><body><script>"
            f'window.location.href = "{entry.redirect_to}";</script></body></html>'
        )
    return (
        f'<!doctype html><html><head><meta name="PubDate" content="'
        f'{entry.at.astimezone(CHINA):%Y-%m-%d %H:%M}"><title>{title}</title></head><body>'
        f'<div class="nav"><a href="/">首页</a></div><div class="art-title"><h3>{title}</h3></div>'
        f'<div class="art-con" ergodic="article"><p>{html.escape(entry.text)}</p></div>'
        f"<div class='foot'>版权所有</div></body></html>"
    )


def _html(text: str) -> web.Response:
    # No charset in the header, as at the ministry.
    return web.Response(body=text.encode(), headers={"Content-Type": "text/html"})


def _json(value: object) -> web.Response:
    text = json.dumps(value, ensure_ascii=False)
    return web.Response(body=text.encode(), headers={"Content-Type": "application/json"})
