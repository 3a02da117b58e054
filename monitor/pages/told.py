"""Events, items and deliveries as plain values: what lists, feeds and streams show of them.

The field names are the JSON of the pages (docs/pages.md). Texts are cut, so that one hostile title
cannot fill a page.
"""

from __future__ import annotations

from typing import Any

from monitor.model import FAMILY, Event, Item, Unsure
from monitor.pages.page import Site
from monitor.render import added_words, cut, issuer_name, one_line, safe_url, said_by
from monitor.stores.lists import ListedDelivery, Numbered
from monitor.terminal import WORD

TITLE_CHARS = 200
EVIDENCE_CHARS = 600


def issuer_told(site: Site, issuer_id: str | None, firm_name: str | None = None) -> dict[str, Any]:
    """Who it is about; a firm outside the watchlist has no `id` and no `href`."""
    issuer = site.issuers.get(issuer_id or "")
    if issuer is None:
        name = cut(one_line(firm_name or issuer_id or "firm not named"), 80)
        return {"id": None, "name": name, "tickers": [], "href": None}
    return {
        "id": issuer.id,
        "name": issuer_name(issuer),
        "tickers": list(issuer.tickers),
        "href": f"/issuers/{issuer.tickers[0]}",
    }


def event_told(site: Site, numbered: Numbered) -> dict[str, Any]:
    """One judged match."""
    event: Event = numbered.event
    match, item = event.match, event.item
    return {
        "seq": numbered.seq,
        "id": event.id,
        "revision": event.revision,
        "href": f"/events/{event.id}",
        "status": match.status,
        "family": FAMILY[match.status],
        "word": WORD[match.status],
        "verdict": event.verdict,
        "added": added_words(event) if event.verdict == "update" else "",
        "corrects": event.corrects,
        "reasons": [cut(one_line(r), 300) for r in event.reasons],
        "issuer": issuer_told(site, match.issuer_id, match.firm_name),
        "destinations": list(match.destinations),
        "products": list(match.products),
        "extent": match.extent,
        "customers": list(match.customers),
        "certainty": match.certainty,
        "attribution": match.attribution,
        "said_by": said_by(event),
        "evidence": cut(one_line(match.quote), EVIDENCE_CHARS),
        "language": item.language,
        "source": source_told(item),
        "title": cut(one_line(item.title), TITLE_CHARS),
        "url": safe_url(item.url),
        "item_id": item.id,
        "rule": match.rule_id,
        "published_at": item.published_at,
        "seen_at": item.fetched_at,
        "detected_at": event.detected_at,
        "alerting": event.alerting,
        "held_because": event.held_because,
    }


def source_told(item: Item) -> dict[str, Any]:
    """Where an item came from."""
    return {
        "id": item.source_id,
        "name": cut(one_line(item.source_name or item.source_id), 60),
        "tier": item.tier,
        "kind": item.kind,
    }


def item_told(site: Site, item: Item, excerpt: str = "") -> dict[str, Any]:
    """Something published, without its whole text."""
    return {
        "id": item.id,
        "source": source_told(item),
        "title": cut(one_line(item.title), TITLE_CHARS),
        "excerpt": cut(one_line(excerpt), EVIDENCE_CHARS),
        "language": item.language,
        "url": safe_url(item.url),
        "issuer": issuer_told(site, item.issuer_id) if item.issuer_id else None,
        "published_at": item.published_at,
        "seen_at": item.fetched_at,
    }


def telling_href(telling: tuple[str, int] | None) -> str | None:
    """The page of one event of a story; None = there is none."""
    return f"/events/{telling[0]}?seq={telling[1]}" if telling else None


def unsure_told(site: Site, unsure: Unsure) -> dict[str, Any]:
    """An entry of the unsure queue."""
    return item_told(site, unsure.item, unsure.item.text[:2000]) | {
        "sentence": cut(one_line(unsure.sentence), EVIDENCE_CHARS),
        "because": cut(one_line(unsure.because), 300),
        "question": cut(one_line(unsure.item.question or ""), 300) or None,
    }


def delivery_told(site: Site, listed: ListedDelivery) -> dict[str, Any]:
    """An alert to one receiver: no address, only the receiver's id."""
    delivery = listed.delivery
    kind, _, rest = delivery.about.partition(":")
    return {
        "seq": listed.seq,
        "id": delivery.id,
        "about": delivery.about,
        "kind": kind if rest else "event",
        "event_href": None if rest else f"/events/{delivery.about}",
        "status": listed.status,
        "issuer": issuer_told(site, listed.issuer_id) if listed.issuer_id else None,
        "receiver": delivery.receiver_id,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "decided_at": listed.created_at,
        "due_at": delivery.due_at,
        "sent_at": delivery.sent_at,
        "published_at": delivery.published_at,
        "seen_at": delivery.seen_at,
        "answer": delivery.answer,
        "error": delivery.error,
        "because": delivery.because,
        "group": delivery.group_id,
        "doubtful": delivery.doubtful,
    }
