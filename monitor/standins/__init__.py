"""Stand-in servers: our own small copies of the sites we read and the desks we write to.

They answer real HTTP on 127.0.0.1 with the shapes and the bad manners of the real ones, so that the
tests and `monitor demo` run the whole program without network. Every text in them is invented.
To add one: subclass `Standin` in a file named after the source family, and add its routes.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from aiohttp import web

from monitor.clock import utc_now

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as the stand-in saw it."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str] = field(repr=False)
    """Names in lower case."""


class Standin:
    """A server on a free port of 127.0.0.1, alive inside `async with`.

    `delay_s` slows every answer; `challenge` puts a page in front that wants a person; `status`
    makes every answer fail with that number; with `tls`, set before, it speaks https. `now` is the
    clock it dates its own acts with.
    """

    def __init__(self, *, now: Now = utc_now) -> None:
        self.now = now
        self.delay_s = 0.0
        self.challenge = False
        self.status: int | None = None
        self.retry_after: str | None = None
        self.tls: ssl.SSLContext | None = None
        self.requests: list[Seen] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    def add_routes(self, app: web.Application) -> None:
        """Name what this stand-in serves."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._gate], client_max_size=8 * 2**20)
        self.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        listening = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(self._runner, listening, ssl_context=self.tls).start()
        scheme = "https" if self.tls else "http"
        self.url = f"{scheme}://127.0.0.1:{listening.getsockname()[1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @web.middleware
    async def _gate(
        self,
        request: web.Request,
        handler: Callable[[web.Request], object],
    ) -> web.StreamResponse:
        form: dict[str, str] = {}
        if request.content_type == "application/x-www-form-urlencoded":
            form = {k: str(v) for k, v in (await request.post()).items()}
        self.requests.append(
            Seen(
                request.method,
                request.path,
                dict(request.query),
                form,
                {k.lower(): v for k, v in request.headers.items()},
            )
        )
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if self.status is not None:
            headers = {"Retry-After": self.retry_after} if self.retry_after else {}
            return web.Response(status=self.status, headers=headers, text="not now")
        if self.challenge:
            return web.Response(text=CHALLENGE, content_type="text/html")
        answer = await handler(request)  # type: ignore[misc]
        assert isinstance(answer, web.StreamResponse)
        return answer


CHALLENGE = (
    "<!doctype html><html><head><title>安全验证 Just a moment</title></head><body>"
    "<p>Please complete the check below to go on.</p><div id='captcha'></div></body></html>"
)
"""What a wall in front of a site answers with status 200."""


def drop_connection(request: web.Request) -> None:
    """Cut the caller's connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
