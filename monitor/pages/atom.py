"""`/events.atom`: the news as a feed. Ids and times of entries never change."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from monitor.model import ALERTING_VERDICTS, FAMILY, Event
from monitor.pages.page import Site
from monitor.pages.words import UNSEEN, plain
from monitor.render import alert, one_line
from monitor.stores.wanted import EventFilter

ENTRIES = 50
NAMESPACE = "http://www.w3.org/2005/Atom"
BIRTH = datetime(2025, 4, 4, tzinfo=UTC)
"""When an empty feed was "updated": the day the licences began."""


async def atom(site: Site, request: Request) -> Response:
    """The newest news, with the words of their alerts. Answers If-None-Match."""
    base = site.base or str(request.base_url).rstrip("/")
    body, tag = await run_in_threadpool(_feed, site, base)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/atom+xml; charset=utf-8", headers=headers)


def _feed(site: Site, base: str) -> tuple[bytes, str]:
    with site.reader.session() as session:
        found = session.event_list(EventFilter(verdicts=ALERTING_VERDICTS), limit=ENTRIES)
    events = [numbered.event for numbered in found.rows]
    feed = Xml.Element("feed", {"xmlns": NAMESPACE})
    _text(feed, "id", "tag:license-monitor.example,2025:events")
    _text(feed, "title", "Export licences: events")
    _text(feed, "updated", _stamp(max((e.detected_at for e in events), default=BIRTH)))
    Xml.SubElement(feed, "link", {"rel": "self", "href": f"{base}/events.atom"})
    Xml.SubElement(feed, "link", {"rel": "alternate", "href": f"{base}/", "type": "text/html"})
    _text(Xml.SubElement(feed, "author"), "name", "license-monitor")
    _text(feed, "generator", "license-monitor")
    for event in events:
        feed.append(_entry(site, base, event))
    body = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    newest = found.rows[0].seq if found.rows else 0
    return body, f'"{newest}-{len(body)}"'


def _entry(site: Site, base: str, event: Event) -> Xml.Element:
    """As the alert told it at the moment it was found."""
    said = alert(
        event,
        site.issuers.get(event.match.issuer_id or ""),
        delivery_id="",
        now=event.detected_at,
        zone=site.zone,
    )
    lines = [line for line in said.body.split("\n") if not line.startswith("event ")]
    entry = Xml.Element("entry")
    key = f"{event.id}.{event.revision}.{event.item.id}.{event.match.start}"
    _text(entry, "id", f"tag:license-monitor.example,2025:event:{key}")
    _text(entry, "title", one_line(said.title))
    _text(entry, "updated", _stamp(event.detected_at))
    if event.item.published_at is not None and event.item.published_at.year > 1:
        _text(entry, "published", _stamp(event.item.published_at))
    Xml.SubElement(entry, "link", {"rel": "alternate", "href": f"{base}/events/{event.id}"})
    if said.url:
        Xml.SubElement(entry, "link", {"rel": "via", "href": said.url})
    for term in (event.match.status, FAMILY[event.match.status], event.verdict):
        Xml.SubElement(entry, "category", {"term": term})
    _text(entry, "content", "\n".join(lines)).set("type", "text")
    return entry


def _text(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    child = Xml.SubElement(parent, name)
    child.text = UNSEEN.sub("", plain(text))
    return child


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
