"""Whether better sources speak against a claim (a low-tier page that swaps firms, a country the
firm has just called pending). Such a claim is kept unconfirmed and alerts nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from monitor.event.claim import Claim
from monitor.event.cues import likeness, sketch
from monitor.event.facts import Extent, customer_known, extent_of, places_meet
from monitor.event.known import CONTRADICTION, Known
from monitor.event.page import GRANTS, LOSSES, Page, Statement
from monitor.model import Status
from monitor.regions import place_covers

NEAR_COPY = 0.25
"""Likeness from which two sentences count as one telling, names apart."""


def denied_places(claim: Claim, pages: Iterable[Page], known: Known) -> tuple[list[str], str]:
    """The claim's places against which a statement of the last days speaks, and whose it is."""
    denied: list[str] = []
    by = ""
    for page in pages:
        for statement in page.statements:
            if not _speaks_against(statement, claim):
                continue
            for place in claim.places:
                if _meant(statement, place) and not _stands(claim, place, known):
                    denied.append(place)
                    by = f"{_words(statement.status)} ({statement.tier}, {statement.on})"
    return list(dict.fromkeys(denied)), by


def _speaks_against(statement: Statement, claim: Claim) -> bool:
    if not claim.weaker_than(statement.tier) or statement.on > claim.day:
        return False
    if (claim.on - CONTRADICTION).isoformat() > statement.on:
        return False
    if claim.act and claim.act.isoformat() > statement.on:
        return False
    if not claim.grants:
        return statement.status in LOSSES
    if statement.status == "pending" and not statement.places:
        # "Under review" on Monday and granted on Thursday is no contradiction for a wire.
        return claim.tier in ("media", "blog")
    return statement.status in ("pending", "not_received", *GRANTS)


def _meant(statement: Statement, place: str) -> bool:
    if not statement.places:
        return True
    return bool(place) and any(place_covers(meant, place) for meant in statement.places)


def _stands(claim: Claim, place: str, known: Known) -> bool:
    """Whether the ledger already knows it: then the claim only repeats."""
    statuses = GRANTS if claim.grants else (claim.status,)
    return any(row.covers(place) if row.place else not place for row in known.of(statuses)) or (
        not place and bool(known.of(statuses))
    )


def _words(status: Status) -> str:
    return {"pending": "still pending", "not_received": "no licence received"}.get(
        status, f"report of '{status}' denied"
    )


# --- two firms swapped --------------------------------------------------------------------------


def swapped_with(claim: Claim, others: Sequence[Page], in_item: frozenset[str]) -> Page | None:
    """The story of another firm that this claim seems to tell under the wrong name, or None.

    Needs a weaker source, the same week, and more than a like sentence: one publisher's template
    tells of many firms. A common customer, or equal place, product and quantity in a near copy.
    """
    if not claim.weaker_than("wire" if claim.tier == "blog" else "official"):
        return None
    since = (claim.on - timedelta(days=CONTRADICTION.days)).isoformat()
    for page in others:
        told = page.of(GRANTS if claim.grants else LOSSES)
        fits = (
            page.issuer_id != claim.match.issuer_id
            and page.issuer_id not in in_item
            and page.open
            and claim.weaker_than(page.best_tier)
            and any(since <= row.told <= claim.day for row in told)
            and not (claim.act and claim.since not in page.acts)
        )
        if fits and _same_telling(claim, page):
            return page
    return None


def _same_telling(claim: Claim, page: Page) -> bool:
    match = claim.match
    if not places_meet(match.destinations, page.places(GRANTS)):
        return False
    if any(customer_known(page.customers, name) for name in match.customers):
        return True
    mine = sketch(match.quote)
    near_copy = any(
        seen.source != claim.item.source_id and likeness(mine, seen.sketch) >= NEAR_COPY
        for seen in page.witnesses
    )
    same_quantity = extent_of(match.extent) == extent_of(page.extent) != Extent()
    same_day = match.event_date in [row.told for row in page.of(GRANTS)]
    return (
        near_copy
        and bool(match.destinations)
        and set(match.destinations) == set(page.places(GRANTS))
        and (same_quantity or same_day)
    )


def copies_unconfirmed(claim: Claim, pages: Iterable[Page]) -> Page | None:
    """A page of this firm, known to be contradicted, of which the claim is one more copy."""
    oldest = (claim.on - CONTRADICTION).isoformat()
    for page in pages:
        if (
            page.unconfirmed
            and page.last_on >= oldest
            and claim.tier != "official"
            and not claim.firm_speaks
            and not claim.act
            and all(any(row.covers(p) for row in page.rows) for p in claim.places if p)
        ):
            return page
    return None
