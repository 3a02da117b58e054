"""`/digests` and `/digests/DAY`: the archive of the daily mail, shown as it was sent."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from monitor.model import Edition
from monitor.pages.page import Asked, Page, Refused, Site, shortened
from monitor.render import cut, one_line

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A mail carries its styles inline; nothing else in it may do anything."""


def view(asked: Asked) -> dict[str, Any]:
    """The days with a digest, the newest first."""
    before = asked.one("before")
    if before is not None and not _DAY.fullmatch(before):
        raise Refused(400, "before: write a day as 2026-11-22.")
    found = asked.session.edition_list(before=before)
    return {
        "digests": [edition_told(edition) for edition in found.rows],
        "next": f"/digests?{urlencode({'before': found.next})}" if found.next else None,
        "_configured": asked.site.config.digest is not None,
        "title": "Digests",
    }


def day_view(asked: Asked) -> dict[str, Any]:
    """One day's digest: of all mailboxes in JSON, of the one asked for on the page."""
    day = asked.path["day"]
    editions = asked.session.editions_of(day) if _DAY.fullmatch(day) else []
    if not editions:
        raise Refused(404, f"There is no digest of {shortened(day)}.")
    mailbox = asked.one("mailbox") or editions[0].mailbox_id
    chosen = next((e for e in editions if e.mailbox_id == mailbox), None)
    if chosen is None:
        raise Refused(404, "There is no such mailbox.")
    return {
        "day": day,
        "editions": [edition_told(e) | {"text": e.text} for e in editions],
        "_chosen": chosen,
        "_mail": f"/digests/{day}/mail?{urlencode({'mailbox': chosen.mailbox_id})}",
        "title": f"Digest of {day}",
    }


def edition_told(edition: Edition) -> dict[str, Any]:
    """What the archive tells of an edition; a mailbox is named by its id, never by its address."""
    return {
        "day": edition.day,
        "href": f"/digests/{edition.day}?{urlencode({'mailbox': edition.mailbox_id})}",
        "mailbox": edition.mailbox_id,
        "subject": cut(one_line(edition.subject), 300),
        "built_at": edition.built_at,
        "due_at": edition.due_at,
        "from_at": edition.from_at,
        "to_at": edition.to_at,
    }


async def mail(site: Site, request: Request) -> Response:
    """The mail itself, for the frame of `/digests/DAY`."""
    day, mailbox = request.path_params["day"], request.query_params.get("mailbox", "")
    body = await run_in_threadpool(_mail, site, day, mailbox)
    headers = {"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(body, headers=headers)


def _mail(site: Site, day: str, mailbox: str) -> str:
    with site.reader.session() as session:
        for edition in session.editions_of(day):
            if mailbox in ("", edition.mailbox_id):
                return edition.html
    raise Refused(404, "There is no such digest.")


PAGE = Page("/digests", view, "digests.html.j2", "Digests")
DAY = Page("/digests/{day}", day_view, "digest.html.j2", "Digest")
