"""From a view's values to an answer: the page in HTML, or the same values as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from monitor.pages.page import Asked, Page, Site
from monitor.pages.pulse import pulse
from monitor.pages.words import FILTERS, plain

STATIC = {
    "monitor.css": "text/css; charset=utf-8",
    "story.css": "text/css; charset=utf-8",
    "monitor.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
PAGES_IN_HEADER = (
    ("/", "Events"),
    ("/issuers", "Issuers"),
    ("/sources", "Sources"),
    ("/deliveries", "Deliveries"),
    ("/digests", "Digests"),
    ("/unsure", "Unsure"),
)


@cache
def environment() -> Environment:
    """The templates: escaped by default, an unknown name is an error."""
    templates = Environment(
        loader=PackageLoader("monitor.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=plain,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters.update(FILTERS)
    templates.globals["header"] = PAGES_IN_HEADER
    templates.globals["static"] = {name: f"/static/{name}?v={static(name)[1]}" for name in STATIC}
    return templates


@cache
def static(name: str) -> tuple[bytes, str]:
    """The file of that name, and its version."""
    body = (Path(__file__).parent / "static" / name).read_bytes()
    return body, sha256(body).hexdigest()[:12]


def html_page(page: Page, asked: Asked, values: Mapping[str, Any], url: str) -> Response:
    """The page as a browser gets it. `url` is what was asked for, path and query."""
    context = {
        "now": asked.now,
        "zone": asked.site.zone,
        "title": page.title,
        "here": page.path,
        "query": asked.query,
        "url": url,
        "pulse": pulse(asked),
    }
    body = environment().get_template(page.template).render(context | dict(values))
    return HTMLResponse(body)


def json_page(values: Mapping[str, Any], status: int = 200) -> Response:
    """The same as JSON. Times are UTC, `2026-11-22T03:02:41Z`."""
    body = json.dumps(values, ensure_ascii=False, default=plain_json)
    return Response(
        body.encode("utf-8", "replace"), status, media_type="application/json; charset=utf-8"
    )


def plain_json(value: object) -> str:
    """What `json` does not know: times."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    raise TypeError(f"no JSON for {type(value)}")


def notice(site: Site, status: int, words: str, *, as_json: bool) -> Response:
    """An error in our words; never a traceback."""
    if as_json:
        return json_page({"error": words, "status": status}, status)
    body = environment().get_template("notice.html.j2").render(
        now=site.now(), zone=site.zone, title=TITLES.get(status, "Error"), here="", url="",
        query={}, pulse=None, status=status, words=words,
    )  # fmt: skip
    return HTMLResponse(body, status)


TITLES = {
    400: "That cannot be asked",
    401: "Token needed",
    404: "Nothing here",
    405: "Only reading",
    421: "Unknown host name",
    500: "Something broke",
    503: "No answer from the database",
}


def login_form(site: Site, wanted: str, wrong: bool) -> Response:
    """Where the token is typed; `wrong` after one that was not it."""
    body = environment().get_template("login.html.j2").render(
        now=site.now(), zone=site.zone, title="Log in", here="", url="", query={}, pulse=None,
        next=wanted, wrong=wrong,
    )  # fmt: skip
    return HTMLResponse(body, 401 if wrong else 200)
