"""One item's matches, judged one after the other against the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.event.claim import claim_of, is_alerting_status, merged
from monitor.event.known import CONTRADICTION
from monitor.event.novelty import Bench, Ruling, rule
from monitor.event.page import Page
from monitor.model import ALERTING_VERDICTS, Event, Item, Match, Reading, digest_id

if TYPE_CHECKING:
    from monitor.event import Ledger


def events_from(item: Item, reading: Reading, ledger: Ledger, now: datetime) -> list[Event]:
    """Judge each fact of `item` against the ledger, each building on the ones before it.

    One event per (firm, status, verdict) as a rule: facts an item tells of one firm are judged
    together, and a known part beside a new one gives no event of its own. The caller keeps each
    event's story; of several for one story the last is the newest.
    """
    matches = sorted(merged(reading.matches), key=_order)
    in_item = frozenset(
        m.issuer_id for m in matches if m.issuer_id and m.certainty in ("confirmed", "reported")
    )
    others = _recent(item, matches, ledger)
    newest = ledger.newest_published_at()
    pages: dict[str, list[Page]] = {}
    told: set[str] = set()
    events: list[Event] = []
    for match in matches:
        issuer = match.issuer_id
        if issuer is None:
            mine: list[Page] = []  # a firm outside the list has no ledger
        elif issuer in pages:
            mine = pages[issuer]
        else:
            mine = pages[issuer] = [Page.of_story(s) for s in ledger.stories(issuer)]
        claim = claim_of(match, item, mine)
        for ruling in rule(claim, Bench(mine, others, newest, in_item, frozenset(told))):
            event = _event(ruling, item, now)
            events.append(event)
            if event.alerting:
                told.add(event.id)
    return _without_known_parts(events)


def _order(match: Match) -> int:
    """Denials first, then news, then older acts, then what waits: each may bear on the next."""
    if match.certainty == "denied":
        return 0
    if not is_alerting_status(match.status):
        return 3
    return 2 if match.novelty == "background" else 1


def _recent(item: Item, matches: list[Match], ledger: Ledger) -> list[Page]:
    """Other issuers' stories of the last days, opened only where a weak source may swap firms."""
    from monitor.event import Recent

    if item.tier not in ("media", "blog") or not isinstance(ledger, Recent):
        return []
    if not any(m.issuer_id and is_alerting_status(m.status) for m in matches):
        return []
    at = (item.published_at or item.fetched_at) - CONTRADICTION - timedelta(days=1)
    return [Page.of_story(story) for story in ledger.stories_since(at)]


def _event(ruling: Ruling, item: Item, now: datetime) -> Event:
    page, match = ruling.page, ruling.claim.match
    if page.first_seen_at is None:
        page.first_seen_at = now
    alerting = (
        ruling.verdict in ALERTING_VERDICTS
        # A correction goes to those who got the wrong alert, which is not the routes' business.
        and ruling.verdict != "correction"
        and is_alerting_status(match.status)
        and match.certainty in ("confirmed", "reported")
        and match.issuer_id is not None
    )
    return Event(
        page.id, page.revision, ruling.verdict, (*ruling.reasons, *match.reasons),
        ruling.added, match, page.story(), item, now, alerting,
    )  # fmt: skip


def _without_known_parts(events: list[Event]) -> list[Event]:
    """Leave out a repeat beside news of the same firm and status; the last story stays complete."""
    news = {(e.match.issuer_id, e.match.status) for e in events if e.alerting}
    kept = [
        e
        for e in events
        if not (e.verdict == "repeat" and (e.match.issuer_id, e.match.status) in news)
    ]
    newest = {e.id: e.story for e in events}
    return [
        replace(e, story=newest[e.id]) if e is last else e
        for e in kept
        for last in [next(k for k in reversed(kept) if k.id == e.id)]
    ]


__all__ = ["digest_id", "events_from"]
