"""One item's matches, judged one after the other against the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.event.bench import Bench, Ruling
from monitor.event.claim import claim_of, is_outcome, merged
from monitor.event.known import CONTRADICTION
from monitor.event.ledger import Ledger, Recent
from monitor.event.novelty import rule
from monitor.event.page import Page
from monitor.model import ALERTING_VERDICTS, Event, Item, Match, Reading

SURE = ("confirmed", "reported")


def events_from(item: Item, reading: Reading, ledger: Ledger, now: datetime) -> list[Event]:
    """Judge each fact of `item` against the ledger, each building on the ones before it.

    One event per (firm, status, verdict) as a rule: facts an item tells of one firm are judged
    together, and a known part beside a new one gives no event of its own. Each event carries its
    own revision and the story as it stands after the whole item; the caller keeps the story.
    """
    matches = sorted(merged(reading.matches), key=_order)
    outcomes = [m for m in matches if is_outcome(m.status) and m.certainty in SURE]
    in_item = frozenset(m.issuer_id for m in outcomes if m.issuer_id)
    others = _recent(item, matches, ledger)
    newest = ledger.newest_published_at()
    pages: dict[str, list[Page]] = {}
    rulings: list[Ruling] = []
    for match in matches:
        issuer = match.issuer_id
        if issuer is None:
            mine: list[Page] = []  # a firm outside the list has no ledger
        elif issuer in pages:
            mine = pages[issuer]
        else:
            mine = pages[issuer] = [Page.of_story(s) for s in ledger.stories(issuer)]
        told = frozenset(
            (m.status, place)
            for m in outcomes if m.issuer_id == issuer
            for place in m.destinations or ("",)
        )  # fmt: skip
        bench = Bench(mine, others, newest, in_item, told)
        rulings += rule(claim_of(match, item, mine), bench)
    return [_event(ruling, item, now) for ruling in _kept(rulings)]


def _order(match: Match) -> int:
    """Denials first, then news, then older acts, then what waits: each may bear on the next."""
    if match.certainty == "denied":
        return 0
    if not is_outcome(match.status):
        return 3
    return 2 if match.novelty == "background" else 1


def _recent(item: Item, matches: list[Match], ledger: Ledger) -> list[Page]:
    """Other issuers' stories of the last days, opened only where a weak source may swap firms."""
    if item.tier not in ("media", "blog") or not isinstance(ledger, Recent):
        return []
    if not any(m.issuer_id and is_outcome(m.status) for m in matches):
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
        and is_outcome(match.status)
        and match.certainty in SURE
        and match.issuer_id is not None
    )
    return Event(
        page.id, ruling.revision, ruling.verdict, (*ruling.reasons, *match.reasons),
        ruling.added, match, page.story(), item, now, alerting,
    )  # fmt: skip


def _kept(rulings: list[Ruling]) -> list[Ruling]:
    """Leave out what would only fill the digest: known parts beside news of the same firm and
    status, and of several pages that merely gained a witness all but the latest."""
    news = {_about(r) for r in rulings if r.verdict in ("new", "update", "confirmed")}
    kept: list[Ruling] = []
    for ruling in rulings:
        about = _about(ruling)
        if ruling.verdict == "repeat" and about in news:
            continue
        twins = [r for r in rulings if r.verdict == ruling.verdict and _about(r) == about]
        latest = max(twins, key=lambda r: r.page.news_on)
        if ruling.taught or ruling is latest:
            kept.append(ruling)
    return kept


def _about(ruling: Ruling) -> tuple[str | None, str]:
    return ruling.claim.match.issuer_id, ruling.claim.status
