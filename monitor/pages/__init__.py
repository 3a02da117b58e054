"""SEE: the read-only pages. One file per page; `ROUTES` names them.

    page.py    what a page is, and what its view may ask
    show.py    a view's values as HTML or JSON          templates/  static/
    guard.py   who may ask, and what a browser may do
    server.py  uvicorn in the running loop
    websub.py  where hubs call

A page never writes, never asks the network, and never shows a path, an address or a token. To add
one: copy `unsure.py` with its template, and name its PAGE in `ROUTES`;
`tests/pages/test_every_page.py` then waits for it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from monitor.clock import utc_now
from monitor.config import Config, Web
from monitor.errors import StoreError
from monitor.pages import (
    atom,
    deliveries,
    digests,
    event,
    events,
    issuer,
    issuers,
    items,
    machine,
    source,
    sources,
    stream,
    unsure,
    websub,
)
from monitor.pages.guard import Guard
from monitor.pages.page import Asked, Moved, Page, Refused, Site
from monitor.pages.server import serve, serving
from monitor.pages.show import html_page, json_page, login_form, notice
from monitor.stores.reader import Reader, TooSlow
from monitor.vitals import Vitals

__all__ = ["ENDPOINTS", "ROUTES", "app", "serve", "serving"]

log = logging.getLogger(__name__)

ROUTES: tuple[Page, ...] = (
    events.PAGE,
    event.PAGE,
    issuers.PAGE,
    issuer.PAGE,
    items.PAGE,
    unsure.PAGE,
    sources.PAGE,
    source.PAGE,
    deliveries.PAGE,
    digests.PAGE,
    digests.DAY,
)
"""Pages: HTML, and JSON under `.json`."""

Endpoint = Callable[[Site, Request], Awaitable[Response]]

ENDPOINTS: dict[str, Endpoint] = {
    "/events.atom": atom.atom,
    "/stream": stream.stream,
    "/digests/{day}/mail": digests.mail,
    "/healthz": machine.healthz,
    "/metrics": machine.metrics,
    "/static/{name}": machine.static_file,
}
"""What has a form of its own."""


def app(
    config: Config, reader: Reader, vitals: Vitals, *, now: Callable[[], datetime] = utc_now
) -> Guard:
    """The pages as an ASGI application, guarded. `config.web` may be absent: then as by default."""
    return guarded(Site(config, reader, vitals, now))


def guarded(site: Site) -> Guard:
    """The application on this site."""
    # Endpoints first: `/events.atom` is no page.
    routes = [
        Route(path, partial(_endpoint, site, endpoint)) for path, endpoint in ENDPOINTS.items()
    ]
    called = partial(_endpoint, site, websub.called)
    routes.append(Route(websub.PATH, called, methods=["GET", "POST"]))
    for page in ROUTES:
        twin = "/index.json" if page.path == "/" else f"{page.path}.json"
        routes.append(Route(twin, partial(_page, site, page, True)))
        routes.append(Route(page.path, partial(_page, site, page, False)))
    inner = Starlette(
        routes=routes,
        exception_handlers={
            HTTPException: partial(_http_error, site),
            Exception: partial(_http_error, site),
        },
    )
    return Guard(
        inner,
        site.config.web or Web(),
        say=partial(_say, site),
        login=partial(login_form, site),
    )


async def _page(site: Site, page: Page, twin: bool, request: Request) -> Response:
    as_json = twin or _wants_json(request)
    site.keep_up()
    try:
        return await run_in_threadpool(_shown, site, page, as_json, request)
    except Exception as error:
        return _failed(site, error, as_json)


def _shown(site: Site, page: Page, as_json: bool, request: Request) -> Response:
    with site.reader.session() as session:
        asked = Asked(site, session, site.now(), request.path_params, request.query_params)
        values = page.view(asked)
        if as_json:
            return json_page({k: v for k, v in values.items() if not k.startswith("_")})
        query = request.url.query
        url = quote(request.url.path) + (f"?{query}" if query else "")
        return html_page(page, asked, values, url)


async def _endpoint(site: Site, endpoint: Endpoint, request: Request) -> Response:
    site.keep_up()
    try:
        return await endpoint(site, request)
    except Exception as error:
        return _failed(site, error, _wants_json(request))


def _wants_json(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


def _failed(site: Site, error: Exception, as_json: bool) -> Response:
    """The answer to a request that failed. What the reader need not know goes to the log."""
    if isinstance(error, Moved):
        return RedirectResponse(quote(error.path) + (".json" if as_json else ""), 302)
    if isinstance(error, Refused):
        return notice(site, error.status, error.words, as_json=as_json)
    if isinstance(error, TooSlow):
        words = "The database took too long. Narrow the filters, or try again in a moment."
        return notice(site, 503, words, as_json=as_json)
    if isinstance(error, StoreError):
        log.error("page failed: %s", error)
        words = "The database does not answer. `monitor status` on the machine says why."
        return notice(site, 503, words, as_json=as_json)
    log.error("page failed", exc_info=error)
    words = "This page failed; the reason is in the program's log."
    return notice(site, 500, words, as_json=as_json)


async def _http_error(site: Site, request: Request, error: Exception) -> Response:
    as_json = _wants_json(request) or request.url.path.endswith(".json")
    if isinstance(error, HTTPException) and error.status_code == 404:
        return notice(site, 404, "There is no such page.", as_json=as_json)
    if isinstance(error, HTTPException) and error.status_code == 405:
        return notice(site, 405, "These pages can only be read.", as_json=as_json)
    return _failed(site, error, as_json)


async def _say(site: Site, scope: Scope, status: int, words: str) -> Response:
    return notice(site, status, words, as_json=_wants_json(Request(scope)))
