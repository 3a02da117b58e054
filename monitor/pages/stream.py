"""`/stream`: events as they come, as server-sent events.

Each has the event's `seq` as its id: a browser that was away sends it back (`Last-Event-ID`) and
gets everything since, in order, once. Without one the stream begins now.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from monitor.pages.page import Refused, Site
from monitor.pages.show import json_page, plain_json
from monitor.pages.told import event_told

LOOK_EVERY_S = 1.0
ALIVE_EVERY = 15
"""Looks without news after which a comment shows that the line is up."""
MOST_CLIENTS = 30
AT_ONCE = 100


async def stream(site: Site, request: Request) -> Response:
    """The stream, from after `Last-Event-ID` (or `?after=`) on."""
    told = request.headers.get("last-event-id") or request.query_params.get("after", "")
    if told and not (told.isascii() and told.isdecimal() and len(told) <= 18):
        raise Refused(400, "Last-Event-ID: that is no number of an event.")
    if site.clients >= MOST_CLIENTS:
        words = f"{MOST_CLIENTS} readers follow the stream already; try again later."
        refused = json_page({"error": words, "status": 503}, 503)
        refused.headers["Retry-After"] = "30"
        return refused
    if request.method == "HEAD":
        return Response(media_type="text/event-stream")
    after = int(told) if told else await run_in_threadpool(_newest, site)
    return StreamingResponse(
        _lines(site, after), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def _lines(site: Site, after: int) -> AsyncIterator[str]:
    site.clients += 1
    try:
        yield f"retry: 3000\nid: {after}\n\n"
        quiet = 0
        while not site.closing.is_set():
            found = await run_in_threadpool(_since, site, after)
            for seq, data in found:
                after = seq
                yield f"id: {seq}\nevent: event\ndata: {data}\n\n"
            quiet = 0 if found else quiet + 1
            if quiet and quiet % ALIVE_EVERY == 0:
                yield ": alive\n\n"
            if len(found) < AT_ONCE:
                with suppress(TimeoutError):
                    await asyncio.wait_for(site.closing.wait(), LOOK_EVERY_S)
    finally:
        site.clients -= 1


def _newest(site: Site) -> int:
    with site.reader.session() as session:
        return session.newest_seq()


def _since(site: Site, after: int) -> list[tuple[int, str]]:
    """Events after that one as lines of JSON: no raw line break can be in them."""
    with site.reader.session() as session:
        found = session.events_after(after, AT_ONCE)
        return [
            (n.seq, json.dumps(event_told(site, n), ensure_ascii=False, default=plain_json))
            for n in found
        ]
