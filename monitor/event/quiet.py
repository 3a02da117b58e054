"""Statements that never alert: applications, "not received", denials, forecasts.

They still teach the ledger: an application waits for its first outcome, a denial closes the story
of the rumour it denies, and both speak against weaker sources for a week (`contradiction.py`).
"""

from __future__ import annotations

from monitor.event.bench import Bench, Ruling, age
from monitor.event.claim import Claim, is_outcome
from monitor.event.facts import places_meet
from monitor.event.page import GRANTS, LOSSES, Page, Row, better
from monitor.model import FAMILY


def never_alerts(claim: Claim) -> bool:
    """Whether status or certainty alone keep the claim quiet."""
    return not is_outcome(claim.status) or claim.match.certainty in ("expected", "denied")


def rule_quiet(claim: Claim, bench: Bench) -> list[Ruling]:
    """Note the statement; a ruling of its own for each story it takes something back from."""
    plain = claim.status.replace("_", " ")
    why = f"none-alerting: {plain}, {claim.match.certainty}; no outcome to tell"
    rulings: list[Ruling] = []
    if claim.status == "not_received" or claim.match.certainty == "denied":
        for page in bench.pages:
            wrong = [row for row in _taken_back(claim, page) if not _own_word(claim, row, bench)]
            if wrong:
                rulings.append(_take_back(claim, page, wrong, why))
    if not rulings:
        page = _noted_on(claim, bench)
        rulings.append(Ruling(claim, "none-alerting", page, [why]))
    certainty = claim.match.certainty
    if certainty == "denied" or (not is_outcome(claim.status) and certainty != "expected"):
        rulings[0].page.add_statement(claim.statement())
    for ruling in rulings:
        ruling.page.add_witness(claim.witness())
    return rulings


def _take_back(claim: Claim, page: Page, wrong: list[Row], why: str) -> Ruling:
    page.rows = [row for row in page.rows if row not in wrong]
    if not page.rows:
        page.closed = f"taken back on {claim.day}"
    if page.unconfirmed or not page.revision:
        return Ruling(claim, "none-alerting", page, [why])
    reason = (
        f"correction of {page.id}.{page.revision}: {claim.source} takes back what was told"
        f" ({', '.join(' '.join((row.status, row.place)).strip() for row in wrong)})"
    )
    page.revision += 1
    return Ruling(claim, "correction", page, [reason])


def _taken_back(claim: Claim, page: Page) -> list[Row]:
    """The page's facts that the statement declares wrong.

    Only what hearsay told falls to a plain denial. What the firm itself had said falls only to a
    correction in so many words: "not yet received" may be about another customer.
    """
    same_source = any(seen.source == claim.item.source_id for seen in page.witnesses)
    wrong: list[Row] = []
    same = page.of((claim.status,)) if claim.status != "granted" else []
    for row in same or page.of(LOSSES if claim.status in LOSSES else GRANTS):
        meant = not row.place or places_meet([row.place], claim.match.destinations)
        as_good = not better(row.tier, claim.weight)
        hearsay = not row.confirmed or row.tier == "blog"
        falls = (hearsay and (as_good or same_source)) or (claim.correction and as_good)
        if meant and falls and row.told <= claim.day:
            wrong.append(row)
    return wrong


def _own_word(claim: Claim, row: Row, bench: Bench) -> bool:
    """Whether this very item tells the fact: "some received, others not yet" takes nothing back."""
    own = {place for status, place in bench.told if FAMILY[status] == FAMILY[row.status]}
    return row.place in own or ("" in own and not claim.match.destinations)


def _noted_on(claim: Claim, bench: Bench) -> Page:
    """The page an application or a statement is noted on: the licence it is about, if any."""
    usable = [page for page in bench.pages if page.open]
    about = [
        page
        for page in usable
        if page.told_of_outcome and places_meet(page.places(), claim.match.destinations)
    ]
    waiting = [page for page in usable if not page.told_of_outcome]
    pool = about or waiting or usable or bench.pages
    return max(pool, key=age) if pool else bench.opened(claim)
