"""Where hubs call: `/websub/<source>/<token>`. The one address that takes more than questions.

The token in the path is the proof, so the pages' own token is not asked for. What a push carries is
only weighed against its signature; the rest is the service's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from monitor.pages.page import Refused, Site

PREFIX = "/websub/"
PATH = PREFIX + "{id}/{token}"
MOST_BYTES = 5 * 2**20
BODY_WITHIN_S = 20.0


class Hubs(Protocol):
    """Who knows what we subscribed to."""

    async def verify(self, source_id: str, token: str, query: Mapping[str, str]) -> bool:
        """Whether we want what the hub says we asked for."""

    async def expects(self, source_id: str, token: str) -> bool:
        """Whether a hub may push here."""

    async def push(self, source_id: str, token: str, body: bytes, signature: str) -> None:
        """Take a push; one that is not signed as agreed is ignored."""


async def called(site: Site, request: Request) -> Response:
    """GET: the hub asks whether we meant it. POST: it has news. A stranger gets a 404."""
    hubs, at = site.hubs, (request.path_params["id"], request.path_params["token"])
    if hubs is None or request.method not in ("GET", "POST"):
        raise _unknown()
    if request.method == "GET":
        if not await hubs.verify(*at, request.query_params):
            raise _unknown()
        return PlainTextResponse(request.query_params.get("hub.challenge", ""))
    if not await hubs.expects(*at):
        raise _unknown()
    # Whatever the signature: the answer tells nobody whether it was right.
    await hubs.push(*at, await _body(request), request.headers.get("x-hub-signature", ""))
    return Response(status_code=202)


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise Refused(413, "A push may be 5 MB long.")
    except (TimeoutError, ClientDisconnect):
        raise Refused(408, "The push did not arrive whole.") from None
    return bytes(body)


def _unknown() -> Refused:
    return Refused(404, "There is no such page.")
