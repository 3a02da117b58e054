"""The story after a claim: what is entered on its page."""

from __future__ import annotations

from monitor.event.claim import Claim
from monitor.event.facts import customer_known, extent_of, product_known
from monitor.event.known import Comparison, details_of, states
from monitor.event.page import Page
from monitor.model import TIERS


def first_entry(page: Page, claim: Claim) -> None:
    """Enter the first outcome of a story."""
    page.revision += 1
    page.learn(claim.status, claim.places, claim.match.certainty, claim.witness(), claim.since)
    _close(page, claim)


def enter(page: Page, claim: Claim, compared: Comparison) -> None:
    """Enter an alert-worthy claim on the page of a known story."""
    page.revision += 1
    together = {row.revision for row in compared.confirms}
    for row in page.rows:
        if row in compared.confirms and states(claim, row):
            row.certainty = "confirmed"
            row.tier = min(row.tier, claim.tier, key=TIERS.index)
    if claim.confirmed:
        stated = details_of(claim)
        page.hearsay = {
            detail: revision
            for detail, revision in page.hearsay.items()
            if detail not in stated and revision not in together
        }
    known = page.of((claim.status,))
    turned = bool(compared.opposite)
    places = [
        place
        for place in claim.places
        if place not in compared.stale
        and (turned or not any(row.place == place for row in known))
        and (place or turned or not known)
    ]
    if turned and not claim.match.destinations:
        # "The licence is back": the one that was lost.
        places = [row.place for row in compared.turned] or places
    on = claim.since
    if turned:  # it is the present state, whatever day the act is dated to
        on = max([on, *(row.on for row in page.rows)])
    page.learn(claim.status, places, claim.match.certainty, claim.witness(), on)
    for place in places:
        page.withdrawn.pop(place, None)
    _close(page, claim)


def _close(page: Page, claim: Claim) -> None:
    _details(page, claim)
    page.news_on = max(page.news_on, claim.since)
    page.add_act(claim.act)
    page.add_witness(claim.witness())


def fill_gaps(page: Page, claim: Claim) -> bool:
    """Enter an older act where the ledger has a gap; it never becomes the present state.

    Returns whether there was one.
    """
    on = claim.act_from.isoformat() if claim.act_from else ""
    same = page.of((claim.status,))
    gaps = [place for place in claim.places if not any(row.covers(place) for row in same)]
    gaps = [] if gaps == [""] and same else gaps
    later = list(page.rows)
    page.learn(claim.status, gaps, claim.match.certainty, claim.witness(), on)
    page.rows = [row for row in page.rows if row not in later] + later
    _details(page, claim)
    if not page.news_on:
        page.news_on = (claim.act_until or claim.on).isoformat()
    page.add_act(claim.act)
    page.add_witness(claim.witness())
    return bool(gaps)


def fill(page: Page, claim: Claim, *, stale: bool) -> None:
    """Enter a repeat: corroboration, and details nobody had told yet."""
    if not stale:
        if not page.products:
            page.add_products(claim.match.products)
        extent = extent_of(claim.match.extent)
        # "A licence" is an article, not a number.
        if (
            claim.grants
            and extent.count != 1
            and (not page.level or extent.unit not in page.counts)
        ):
            page.enlarge(extent)
        for row in page.rows:
            if row.status == claim.status and row.place in claim.places:
                row.tier = min(row.tier, claim.tier, key=TIERS.index)
        if claim.since <= page.news_on:  # a later day is a relay's mistake
            page.add_act(claim.act)
    page.add_witness(claim.witness())


def _details(page: Page, claim: Claim) -> None:
    if claim.grants and not claim.confirmed:
        page.heard(d for d in details_of(claim) if not _detail_known(page, claim, d))
    if claim.grants or not page.products:
        page.add_products(claim.match.products)
    page.add_customers(claim.match.customers)
    if claim.grants:
        page.enlarge(extent_of(claim.match.extent))


def _detail_known(page: Page, claim: Claim, detail: str) -> bool:
    kind, _, name = detail.partition(" ")
    if kind == "product":
        return product_known(page.products, name)
    if kind == "customer":
        return customer_known(page.customers, name)
    extent = extent_of(claim.match.extent)
    return extent.level <= page.level and extent.count <= page.counts.get(extent.unit, 0.0)
