"""For machines: `/healthz`, `/metrics`, and the files that pages need."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from monitor.pages.page import Refused, Site
from monitor.pages.show import STATIC, static


async def healthz(site: Site, request: Request) -> Response:
    """200 and a sentence while nothing is stuck, else 503 and what is."""
    alive, words = site.vitals.healthy()
    return PlainTextResponse(f"{words}\n", 200 if alive else 503)


async def metrics(site: Site, request: Request) -> Response:
    """What Prometheus reads."""
    body, kind = await run_in_threadpool(site.vitals.exposition)
    return Response(body, headers={"Content-Type": kind})


async def static_file(site: Site, request: Request) -> Response:
    """A stylesheet, script or icon of ours; its address changes with its content."""
    name = request.path_params["name"]
    if name not in STATIC:
        raise Refused(404, "There is no such file.")
    body, version = static(name)
    lasting = request.query_params.get("v") == version
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-cache",
        "Content-Type": STATIC[name],
    }
    return Response(body, headers=headers)
