"""A news site: feeds in every format, each of which can be told to misbehave, and article pages.

A feed lives at a path: `feed = site.feed("/feed/")`, `feed.publish("Title", "Text.")`, and the
address is `feed.url`. It sends ETag and Last-Modified and answers 304 when nothing changed.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import html
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Literal
from xml.sax.saxutils import escape

from aiohttp import web

from monitor.clock import utc_now
from monitor.standins import Now, Standin, drop_connection

Format = Literal["rss", "atom", "rdf", "json"]
MEDIA_TYPE: dict[Format, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "json": "application/feed+json",
}


@dataclass(slots=True)
class Article:
    """One piece of news at the site."""

    guid: str | None
    link: str
    title: str
    text: str
    """HTML or plain text."""
    published_at: datetime | None
    summary: str | None = None


@dataclass(slots=True)
class Feed:
    """One feed of the site. Everything that can go wrong with it is an attribute."""

    url: str
    title: str = "Sample Metals News"
    language: str = "en"
    format: Format = "rss"
    items: list[Article] = field(default_factory=list)
    charset: str = "utf-8"
    """What the bytes really are."""
    label: str | None = None
    """What header and declaration say instead of `charset`."""
    full_text: bool = True
    gzip: bool = True
    validators: bool = True
    ttl_min: int | None = None
    cut_at: int | None = None
    """Send only so many bytes of the body (with a length header that agrees)."""
    body: bytes | None = None
    """Send this instead of the feed."""
    content_type: str | None = None
    redirect_to: str | None = None
    redirect_status: int = 301
    statuses: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Failures to answer with first, one a request."""
    drip_s: float = 0.0
    """Send one byte at a time, so many seconds apart."""
    drop_after: int | None = None
    """Announce the whole length, send so many bytes, and cut the connection."""
    changed_at: datetime | None = None
    hits: int = 0
    not_modified: int = 0
    """Requests answered with 304."""
    now: Callable[[], datetime] = utc_now

    def publish(
        self,
        title: str,
        text: str,
        *,
        at: datetime | None = None,
        guid: str | None = None,
        link: str | None = None,
        summary: str | None = None,
        undated: bool = False,
    ) -> Article:
        """Add an article at the top. Without `at` it is published now."""
        number = len(self.items) + 1
        root = "/".join(self.url.split("/")[:3])
        name = hashlib.sha256(f"{self.url} {number} {title}".encode()).hexdigest()[:10]
        published = None if undated else at or self.now()
        article = Article(
            guid=guid if guid is not None else f"{self.url}?p={number}",
            link=link if link is not None else f"{root}/news/{name}/",
            title=title,
            text=text,
            published_at=published,
            summary=summary,
        )
        self.items.insert(0, article)
        self.changed_at = at or self.now()
        return article

    def fail(self, times: int = 1, *, status: int = 503, retry_after: str | None = None) -> None:
        """Answer the next requests with `status`."""
        self.statuses += [(status, {"Retry-After": retry_after} if retry_after else {})] * times

    def render(self) -> bytes:
        """The whole body as it would be sent, before compression and cuts."""
        if self.body is not None:
            return self.body
        text = {"rss": _rss, "atom": _atom, "rdf": _rdf, "json": _json}[self.format](self)
        return text.encode(self.charset, "xmlcharrefreplace")


class FeedSite(Standin):
    """Any number of feeds on one host."""

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.feeds: dict[str, Feed] = {}

    def feed(self, path: str = "/feed/", **settings: object) -> Feed:
        """The feed at `path`, made at the first call; `settings` are attributes of `Feed`."""
        if path not in self.feeds:
            self.feeds[path] = Feed(url=self.url + path, now=self.now)
        for name, value in settings.items():
            setattr(self.feeds[path], name, value)
        return self.feeds[path]

    def add_routes(self, app: web.Application) -> None:
        app.router.add_route("GET", "/{tail:.*}", self._serve)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        feed = self.feeds.get(request.path)
        if feed is None:
            return self._article(request)
        feed.hits += 1
        if feed.statuses:
            status, headers = feed.statuses.pop(0)
            return web.Response(status=status, headers=headers, text="not now")
        if feed.redirect_to is not None:
            return web.Response(status=feed.redirect_status, headers={"Location": feed.redirect_to})
        body = feed.render()
        headers = {}
        if feed.validators:
            changed_at = (feed.changed_at or datetime(2025, 1, 1, tzinfo=UTC)).replace(
                microsecond=0
            )
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            headers["Last-Modified"] = format_datetime(changed_at.astimezone(UTC), usegmt=True)
            if _unchanged(request, headers["ETag"], changed_at):
                feed.not_modified += 1
                return web.Response(status=304, headers=headers)
        label = feed.label or feed.charset
        headers["Content-Type"] = feed.content_type or f"{MEDIA_TYPE[feed.format]}; charset={label}"
        if feed.cut_at is not None:
            body = body[: feed.cut_at]
        if feed.gzip and "gzip" in request.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 1)
            headers["Content-Encoding"] = "gzip"
        if feed.drip_s or feed.drop_after is not None:
            return await self._badly(request, feed, body, headers)
        return web.Response(body=body, headers=headers)

    async def _badly(
        self, request: web.Request, feed: Feed, body: bytes, headers: dict[str, str]
    ) -> web.StreamResponse:
        answer = web.StreamResponse(headers=headers)
        answer.content_length = len(body)
        await answer.prepare(request)
        for i in range(len(body)):
            if feed.drop_after is not None and i >= feed.drop_after:
                drop_connection(request)
                return answer
            await answer.write(body[i : i + 1])
            if feed.drip_s:
                await asyncio.sleep(feed.drip_s)
        return answer

    def _article(self, request: web.Request) -> web.Response:
        for feed in self.feeds.values():
            for article in feed.items:
                if article.link == self.url + request.path:
                    title = html.escape(article.title)
                    page = (
                        f"<!doctype html><html><head><title>{title}</title></head><body>"
                        f"<article><h1>{title}</h1><p>{article.text}</p></article></body></html>"
                    )
                    return web.Response(text=page, content_type="text/html")
        return web.Response(status=404, text="no such page")


def _unchanged(request: web.Request, etag: str, changed_at: datetime) -> bool:
    if wanted := request.headers.get("If-None-Match"):
        return etag in wanted
    since = request.headers.get("If-Modified-Since")
    if not since:
        return False
    try:
        return changed_at <= parsedate_to_datetime(since)
    except ValueError:
        return False


def _prolog(feed: Feed) -> str:
    return f'<?xml version="1.0" encoding="{feed.label or feed.charset}"?>\n'


def _rss(feed: Feed) -> str:
    rows = []
    for a in feed.items:
        guid = f'<guid isPermaLink="false">{escape(a.guid)}</guid>' if a.guid else ""
        date = f"<pubDate>{format_datetime(a.published_at)}</pubDate>" if a.published_at else ""
        full = f"<content:encoded><![CDATA[{a.text}]]></content:encoded>" if feed.full_text else ""
        short = a.summary if a.summary is not None else a.text[:120]
        rows.append(
            f"<item><title>{escape(a.title)}</title><link>{escape(a.link)}</link>{guid}{date}"
            f"<description><![CDATA[{short}]]></description>{full}</item>"
        )
    ttl = f"<ttl>{feed.ttl_min}</ttl>" if feed.ttl_min is not None else ""
    return (
        f'{_prolog(feed)}<rss version="2.0"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{escape(feed.title)}</title><link>{escape(feed.url)}</link>"
        f"<description>sample</description><language>{feed.language}</language>{ttl}\n"
        + "\n".join(rows)
        + "\n</channel></rss>\n"
    )


def _atom(feed: Feed) -> str:
    rows = []
    for a in feed.items:
        at = f"<updated>{a.published_at.isoformat()}</updated>" if a.published_at else ""
        rows.append(
            f'<entry><title type="html">{escape(escape(a.title))}</title>'
            f"<id>{escape(a.guid or a.link)}</id>"
            f'<link rel="alternate" href="{escape(a.link)}"/>{at}'
            f'<content type="html">{escape(a.text)}</content></entry>'
        )
    return (
        f'{_prolog(feed)}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{feed.language}">'
        f"<title>{escape(feed.title)}</title><id>{escape(feed.url)}</id>"
        f'<link rel="self" href="{escape(feed.url)}"/>\n' + "\n".join(rows) + "\n</feed>\n"
    )


def _rdf(feed: Feed) -> str:
    """RSS 1.0 as its best-known publisher sends it: items carry no date and no text."""
    rows = [
        f'<item rdf:about="{escape(a.link)}"><title>{escape(a.title)}</title>'
        f"<link>{escape(a.link)}</link></item>"
        for a in feed.items
    ]
    return (
        f'{_prolog(feed)}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{escape(feed.url)}"><title>{escape(feed.title)}</title>'
        f"<link>{escape(feed.url)}</link><description>sample</description></channel>\n"
        + "\n".join(rows)
        + "\n</rdf:RDF>\n"
    )


def _json(feed: Feed) -> str:
    rows = []
    for a in feed.items:
        row: dict[str, object] = {
            "id": a.guid or a.link,
            "url": a.link,
            "title": a.title,
            "content_html": a.text,
        }
        if a.published_at:
            row["date_published"] = a.published_at.isoformat()
        rows.append(row)
    top = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "language": feed.language,
        "feed_url": feed.url,
        "items": rows,
    }
    return json.dumps(top, ensure_ascii=False)
