"""A site without a feed, in every form that can still be read: HTML lists, JSON, sitemaps, GDELT.

One stock of articles, shown at many addresses, each with the manners of the real ones: titles cut
short, JSON in a call, a POST that wants its form, a 400 past the last page, a challenge with 412,
GDELT's plain-text errors with status 200 and its 429 after a wait.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import html
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from aiohttp import web

from monitor.clock import CHINA, utc_now
from monitor.standins import Now, Standin

NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
PER_PAGE = 10


@dataclass(frozen=True, slots=True)
class Page:
    """One article."""

    number: int
    path: str
    title: str
    text: str
    at: datetime


class PageSite(Standin):
    """The site. `publish("Title", "Text.")`; the newest stands first everywhere."""

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.pages: list[Page] = []
        self.charset = "utf-8"
        """What the HTML list really is in; nothing says so."""
        self.busy_s: float | None = None
        """GDELT answers 429 after so many seconds."""

    def publish(self, title: str, text: str, *, at: datetime | None = None) -> str:
        """Add an article. Returns its address."""
        number = len(self.pages) + 1
        name = hashlib.sha256(f"{number} {title}".encode()).hexdigest()[:8]
        page = Page(number, f"/news/{name}.html", title, text, at or self.now())
        self.pages.append(page)
        self.pages.sort(key=lambda page: page.at, reverse=True)
        return self.url + page.path

    def add_routes(self, app: web.Application) -> None:
        add = app.router.add_route
        add("GET", "/list/", self._list)
        add("GET", "/list/{number:[0-9]+}.html", self._list)
        add("GET", "/api/news", self._api)
        add("GET", "/api/call", self._call)
        add("POST", "/api/form", self._form)
        add("GET", "/wp-json/wp/v2/posts", self._posts)
        add("GET", "/yaowen/liebiao/YAOWENLIEBIAO.json", self._policies)
        add("GET", "/apiv1/content/lives", self._lives)
        add("GET", "/customs/", self._customs)
        add("GET", "/news-sitemap.xml", self._sitemap)
        add("GET", "/news-sitemap.xml.gz", self._sitemap)
        add("GET", "/sitemap-index.xml", self._index)
        add("GET", "/sitemap.xml", self._plain_sitemap)
        add("GET", "/api/v2/doc/doc", self._gdelt)
        add("GET", "/news/{name}", self._article)

    # --- HTML -------------------------------------------------------------------------------------

    async def _list(self, request: web.Request) -> web.Response:
        number = int(request.match_info.get("number", "1"))
        rows = "".join(
            f'<li class="row"><h3><a href="..{page.path}" title="{html.escape(page.title)}">'
            f"{html.escape(_cut(page.title))}</a></h3><p>{page.text[:60]}</p>"
            f"<span>[{page.at.astimezone(CHINA):%Y-%m-%d %H:%M}]</span></li>"
            for page in self._page(number)
        )
        more = number * PER_PAGE < len(self.pages)
        link = f'<a class="next" href="/list/{number + 1}.html">more</a>' if more else ""
        text = (
            "<!doctype html><html><head><title>样例新闻 News</title></head><body>"
            '<ul class="menu"><li><a href="/">Home</a></li><li><a href="/login">Log in</a></li>'
            "</ul>"
            f'<ul class="news">{rows}</ul>{link}</body></html>'
        )
        body = text.encode(self.charset, "xmlcharrefreplace")
        return web.Response(body=body, headers={"Content-Type": "text/html"})

    async def _article(self, request: web.Request) -> web.Response:
        for page in self.pages:
            if page.path == request.path:
                text = (
                    f"<!doctype html><html><head><title>{html.escape(page.title)}</title></head>"
                    f"<body><article><p>{html.escape(page.text)}</p></article></body></html>"
                )
                return web.Response(text=text, content_type="text/html")
        raise web.HTTPNotFound

    async def _customs(self, request: web.Request) -> web.Response:
        """The customs' site: a script to be run, status 412."""
        text = "<!doctype html><html><head><script>challenge()</script></head></html>"
        return web.Response(status=412, text=text, content_type="text/html")

    # --- JSON -------------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.Response:
        return _json({"code": 200, "data": {"list": [self._row(page) for page in self.pages]}})

    async def _call(self, request: web.Request) -> web.Response:
        call = request.query.get("callback", "null")
        listed = [{"listInfo": {"content": [self._row(page) for page in self.pages]}}]
        text = f"{call}({json.dumps(listed, ensure_ascii=False)})"
        return web.Response(text=text, content_type="text/plain")

    async def _form(self, request: web.Request) -> web.Response:
        form = await request.post()
        word = str(form.get("keyword", ""))
        if not word:
            return _json({"code": 1, "message": "keyword missing"})
        return _json({"code": 0, "rows": [self._row(p) for p in self.pages if word in p.title]})

    async def _posts(self, request: web.Request) -> web.Response:
        """WordPress: times in the site's zone and in UTC, neither with a zone."""
        number, size = int(request.query.get("page", "1")), int(request.query.get("per_page", "10"))
        rows = self.pages[(number - 1) * size : number * size]
        if number > 1 and not rows:
            problem = {"code": "rest_post_invalid_page_number", "message": "", "data": {}}
            return web.Response(
                status=400, text=json.dumps(problem), content_type="application/json"
            )
        return _json(
            [
                {
                    "id": page.number,
                    "date": f"{page.at - timedelta(hours=5):%Y-%m-%dT%H:%M:%S}",
                    "date_gmt": f"{page.at:%Y-%m-%dT%H:%M:%S}",
                    "link": self.url + page.path,
                    "title": {"rendered": html.escape(page.title).replace("-", "&#8211;")},
                    "content": {
                        "rendered": f"<p>{html.escape(page.text)}"
                        '<span class="screen-reader-text">(opens in a new tab)</span></p>',
                        "protected": False,
                    },
                }
                for page in rows
            ]
        )

    async def _policies(self, request: web.Request) -> web.Response:
        return _json(
            [
                {
                    "TITLE": page.title,
                    "SUB_TITLE": "",
                    "URL": self.url + page.path,
                    "DOCRELPUBTIME": f"{page.at.astimezone(CHINA):%Y-%m-%d}",
                }
                for page in self.pages
            ]
        )

    async def _lives(self, request: web.Request) -> web.Response:
        """Wallstreetcn's flashes: no titles, seconds since 1970, 20000 for good."""
        rows = [
            {
                "id": page.number,
                "display_time": int(page.at.timestamp()),
                "title": "",
                "content_text": page.text,
                "uri": self.url + page.path,
            }
            for page in self.pages
        ]
        return _json({"code": 20000, "message": "OK", "data": {"next_cursor": "", "items": rows}})

    # --- sitemaps ---------------------------------------------------------------------------------

    async def _sitemap(self, request: web.Request) -> web.Response:
        recent = [page for page in self.pages if self.now() - page.at < timedelta(days=2)]
        rows = "".join(
            f"<url><loc>{self.url}{page.path}</loc><news:news><news:publication>"
            "<news:name>Sample Times</news:name><news:language>en</news:language>"
            f"</news:publication><news:publication_date>{page.at.isoformat()}"
            f"</news:publication_date><news:title>{escape(page.title)}</news:title></news:news></url>"
            for page in recent
        )
        text = _xml(f'<urlset {_MAP} xmlns:news="{NEWS}">{rows}</urlset>')
        if request.path.endswith(".gz"):
            return web.Response(
                body=gzip.compress(text.encode(), 1), content_type="application/gzip"
            )
        return web.Response(text=text, content_type="application/xml")

    async def _plain_sitemap(self, request: web.Request) -> web.Response:
        rows = "".join(f"<url><loc>{self.url}{page.path}</loc></url>" for page in self.pages)
        text = _xml(f"<urlset {_MAP}>{rows}</urlset>")
        return web.Response(text=text, content_type="application/xml")

    async def _index(self, request: web.Request) -> web.Response:
        today = self.now().isoformat()
        parts = (
            f"<sitemap><loc>{self.url}/sitemap.xml</loc><lastmod>2020-01-01</lastmod></sitemap>"
            f"<sitemap><loc>{self.url}/news-sitemap.xml.gz</loc><lastmod>{today}</lastmod></sitemap>"
        )
        text = _xml(f"<sitemapindex {_MAP}>{parts}</sitemapindex>")
        return web.Response(text=text, content_type="application/xml")

    # --- GDELT ------------------------------------------------------------------------------------

    async def _gdelt(self, request: web.Request) -> web.Response:
        if self.busy_s is not None:
            await asyncio.sleep(self.busy_s)
            return web.Response(status=429, text="Slow down, one request every five seconds.")
        words = request.query.get("query", "")
        if len(words) < 4:
            return web.Response(text="The words asked for are too short or too common.")
        if not self.pages:
            return _json({})
        rows = [
            {
                "url": self.url + page.path,
                "url_mobile": "",
                "title": page.title,
                "seendate": f"{page.at:%Y%m%dT%H%M%SZ}",
                "socialimage": "",
                "domain": "sample.example",
                "language": "English",
                "sourcecountry": "China",
            }
            for page in self.pages
        ]
        return _json({"articles": rows})

    # --- shared -----------------------------------------------------------------------------------

    def _page(self, number: int) -> list[Page]:
        return self.pages[(number - 1) * PER_PAGE : number * PER_PAGE]

    def _row(self, page: Page) -> dict[str, object]:
        return {
            "id": page.number,
            "title": page.title,
            "content": f"<p>{html.escape(page.text)}</p>",
            "url": page.path,
            "date": int(page.at.timestamp() * 1000),
        }


_MAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def _xml(text: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _cut(title: str) -> str:
    return title if len(title) <= 30 else title[:29] + "…"


def _json(value: object) -> web.Response:
    text = json.dumps(value, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json")
