"""A webhook desk: accepts POSTs of alerts, remembers them, and misbehaves to order."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from monitor.clock import utc_now
from monitor.standins import CHALLENGE, Now, Standin, drop_connection


@dataclass(frozen=True, slots=True)
class Call:
    """One POST that reached the desk."""

    at: datetime
    path: str
    json: Any
    """The decoded JSON body, or None when it is not JSON."""
    text: str
    headers: dict[str, str] = field(repr=False)
    """Names in lower case."""
    accepted: bool = True
    """The caller was told that all is well."""


@dataclass(frozen=True, slots=True)
class Act:
    """How one call is treated."""

    status: int = 200
    body: str = '{"ok": true}'
    headers: dict[str, str] = field(default_factory=dict)
    wait_s: float = 0.0
    content_type: str = "application/json"
    drop: bool = False
    accepted: bool = False


class Desk(Standin):
    """Accepts everything, unless told how to treat the next calls.

    The orders queue up: `desk.fail(2)` then `desk.slow(1.0)` gives two 503, one slow accept, and
    accepts from then on.
    """

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.received: list[Call] = []
        self._acts: deque[Act] = deque()
        self._arrival = asyncio.Event()

    @property
    def accepted(self) -> list[Call]:
        """The calls that were answered well: what a trader's screen shows."""
        return [call for call in self.received if call.accepted]

    @property
    def apprise_url(self) -> str:
        """The desk's address as an Apprise URL for JSON posts."""
        return self.url.replace("http://", "json://") + "/hook"

    def fail(self, times: int = 1, *, status: int = 503, retry_after: str | None = None) -> None:
        """Answer the next calls with `status`."""
        headers = {"Retry-After": retry_after} if retry_after else {}
        self._acts += [Act(status=status, body="not now", headers=headers)] * times

    def slow(self, seconds: float, times: int = 1) -> None:
        """Accept the next calls, but only after `seconds`."""
        self._acts += [Act(wait_s=seconds, accepted=True)] * times

    def drop(self, times: int = 1, *, after_accepting: bool = False) -> None:
        """Cut the next connections; `after_accepting`: the post counts, its answer gets lost."""
        self._acts += [Act(drop=True, accepted=after_accepting)] * times

    def answer(self, body: object, times: int = 1, *, status: int = 200) -> None:
        """Answer the next calls with this JSON body: the 200 that carries an error code."""
        self._acts += [Act(status=status, body=json.dumps(body))] * times

    def portal(self, times: int = 1, *, status: int = 200) -> None:
        """Put the login page of somebody's network in place of the desk for the next calls."""
        headers = {"Location": "http://portal.example/login"} if 300 <= status < 400 else {}
        page = Act(status=status, body=CHALLENGE, headers=headers, content_type="text/html")
        self._acts += [page] * times

    async def wait_for(self, count: int, timeout_s: float = 5.0) -> list[Call]:
        """The accepted calls, as soon as there are `count` of them. Raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            while len(self.accepted) < count:
                self._arrival.clear()
                await self._arrival.wait()
        return self.accepted

    def add_routes(self, app: web.Application) -> None:
        app.router.add_route("POST", "/{tail:.*}", self._receive)

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        text = await request.text()
        try:
            body = json.loads(text)
        except ValueError:
            body = None
        act = self._acts.popleft() if self._acts else Act(accepted=True)
        if act.accepted:
            act = self.judge(request, body, act)
        headers = {k.lower(): v for k, v in request.headers.items()}
        self.received.append(Call(self.now(), request.path, body, text, headers, act.accepted))
        self._arrival.set()
        if act.wait_s:
            await asyncio.sleep(act.wait_s)
        if act.drop:
            drop_connection(request)
        return web.Response(
            status=act.status, text=act.body, headers=act.headers, content_type=act.content_type
        )

    def judge(self, request: web.Request, body: Any, act: Act) -> Act:
        """What becomes of a call that nothing was ordered against: here, accepted as it is."""
        return act
