"""A news site whose feed tells little and whose pages tell all, or misbehave."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

from monitor.standins.feeds import FeedSite


@dataclass(slots=True)
class Answer:
    """What stands at an address."""

    body: bytes
    content_type: str = "text/html"
    status: int = 200
    delay_s: float = 0.0
    let_go: asyncio.Event | None = None
    """It does not answer before."""


class ArticleSite(FeedSite):
    """`site.put("/a", markup)`; feeds as in FeedSite."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, Answer] = {}

    def put(self, path: str, body: str | bytes, **settings: object) -> str:
        """Serve `body` at `path`; returns the address."""
        raw = body.encode() if isinstance(body, str) else body
        self.pages[path] = Answer(raw, **settings)  # type: ignore[arg-type]
        return self.url + path

    def hold(self, path: str) -> asyncio.Event:
        """Let what is at `path` wait until the event that is returned is set."""
        self.pages[path].let_go = let_go = asyncio.Event()
        return let_go

    def asked(self, path: str) -> int:
        return sum(seen.path == path for seen in self.requests)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        answer = self.pages.get(request.path)
        if answer is None:
            return await super()._serve(request)
        await asyncio.sleep(answer.delay_s)
        if answer.let_go is not None:
            await answer.let_go.wait()
        return web.Response(
            body=answer.body, status=answer.status, content_type=answer.content_type
        )


FURNITURE = "".join(
    f'<li><a href="/{n}">Another firm got an export license, story number {n}</a></li>'
    for n in range(12)
)


def page(*paragraphs: str, title: str = "A title", beside: str = "") -> str:
    """An article with all that news sites put around it."""
    text = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f"<!doctype html><html><head><title>{title} - Site</title><script>var a='<p>x</p>'</script>"
        f"</head><body class='has-sidebar share-on'><nav><ul>{FURNITURE}</ul></nav>"
        f"<main><article><h1>{title}</h1><div class='share-bar'><a>Tweet this</a></div>"
        f"<div class='entry-content'>{text}"
        "<p>Also read: <a href='/z'>Something else</a></p></div>"
        f"</article><div class='related-posts'>{beside}<ul>{FURNITURE}</ul></div></main>"
        "<section id='comments'><p>My uncle says that MP Materials has been granted an export"
        " license for everything it makes, believe me.</p></section>"
        "<footer><p>Copyright. All rights reserved by the people who wrote this.</p></footer>"
        "</body></html>"
    )
