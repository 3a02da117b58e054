"""What the open pages of one issuer know together, and how one claim stands to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from monitor.event.claim import Claim
from monitor.event.facts import (
    customer_key,
    customer_known,
    extent_of,
    places_meet,
    product_known,
)
from monitor.event.page import GRANTS, LOSSES, Page, Row, better
from monitor.model import Status
from monitor.regions import place_covers

ENDINGS: tuple[Status, ...] = ("suspended", "revoked", "expired")
"""Losses of a licence that had been granted."""
RELAY_SLACK = timedelta(days=2)
"""Ten outlets date one act 10, 11 and 12 June."""
RENEWAL = timedelta(days=90)
"""A renewal told so long after the last one is of another term; licences run six months or more."""
CONTRADICTION = timedelta(days=7)
"""How long a statement speaks against weaker sources."""


@dataclass(slots=True)
class Comparison:
    """The places and details of a claim, sorted by what they are to the ledger."""

    added: list[str] = field(default_factory=list)
    """What is new, in the words of `Event.added`."""
    opposite: list[str] = field(default_factory=list)
    """Outcomes turned round, in the same words."""
    turned: list[Row] = field(default_factory=list)
    """The losses that a grant turns round."""
    confirms: list[Row] = field(default_factory=list)
    """Facts that were only reported so far."""
    confirmed_details: list[str] = field(default_factory=list)
    """Products, customers, quantities that were only reported so far."""
    stale: list[str] = field(default_factory=list)
    """Places told as they stood before a later outcome or correction."""

    @property
    def nothing_new(self) -> bool:
        return not (self.added or self.opposite or self.confirms or self.confirmed_details)


class Known:
    """The facts of all open pages of one issuer."""

    def __init__(
        self, pages: Sequence[Page], told: frozenset[tuple[Status, str]] = frozenset()
    ) -> None:
        """`told`: the outcomes that the item at hand tells as news."""
        self.lost_here = [place for status, place in told if status in ENDINGS]
        self.pages = [page for page in pages if page.open and page.told_of_outcome]
        self.rows = [row for page in self.pages for row in page.rows]

    def of(self, statuses: Iterable[Status]) -> list[Row]:
        return [row for row in self.rows if row.status in statuses]

    def state(self, place: str) -> Row | None:
        """The latest outcome for `place`; for `""`, the latest loss if nothing granted is left."""
        if place:
            named = [row.place for row in self.of(GRANTS) if row.place]
            # "The licence was suspended" is about places that had been licensed.
            touched = not named or any(place_covers(known, place) for known in named)
            return self._latest(
                row
                for row in self.rows
                if row.covers(place) and (row.place or row.status in GRANTS or touched)
            )
        held = [self.state(p) for p in {row.place for row in self.of(GRANTS)} if p]
        if held and any(row and row.status not in LOSSES for row in held):
            return None
        return self._latest(row for row in self.rows)

    def _last_lost(self) -> Row | None:
        """The latest loss that still stands, of whatever place."""
        return self._latest(
            row
            for row in self.of(LOSSES)
            if row is (self.state(row.place) if row.place else self._latest(self.rows))
        )

    def _latest(self, rows: Iterable[Row]) -> Row | None:
        best: Row | None = None
        for row in rows:  # of two on one day the one entered later holds
            if best is None or row.on >= best.on:
                best = row
        return best

    def withdrawn(self, claim: Claim, place: str) -> bool:
        """Whether a correction took this place back and the claim cannot speak against it."""
        return any(
            place in page.withdrawn and not _may_restore(claim, page, place) for page in self.pages
        )

    # --- comparing

    def compare(self, claim: Claim) -> Comparison:
        """Sort the claim's facts into known and new."""
        result = Comparison()
        for place in claim.places:
            if claim.grants:
                self._compare_grant(claim, place, result)
            else:
                self._compare_loss(claim, place, result)
        self._confirm_whole(claim, result)
        if claim.grants and not result.stale:
            self._compare_details(claim, result)
        return result

    def _compare_grant(self, claim: Claim, place: str, result: Comparison) -> None:
        state = self.state(place)
        if not place and claim.reinstated:
            state = self._last_lost() or state
        general = claim.status == "general_granted"
        rows = self.of(("general_granted",) if general else GRANTS)
        if state and state.status in LOSSES and not self._other_application(claim, place, state):
            if self._reopens(claim, place, state):
                result.opposite.append(_turned(claim, state))
                result.turned.append(state)
            else:
                result.stale.append(place)
            return
        if claim.status == "renewed" and self._is_renewal(claim, place, state):
            result.opposite.append("renewed")
            return
        covering = [row for row in rows if row.covers(place)] if place else rows
        covering = [row for row in covering if row.place or not place]
        if not covering:
            if self.withdrawn(claim, place):
                result.stale.append(place)
                return
            if general and not rows and self.of(GRANTS):
                _note(result.added, "status general licence")
            if place:
                result.added.append(f"destination {place}")
        elif place and claim.confirms and not any(_sure(row, claim) for row in covering):
            result.confirms += covering

    def _is_renewal(self, claim: Claim, place: str, state: Row | None) -> bool:
        """A renewal not told yet, or of a later term than the one told."""
        told = [r for r in self.of(("renewed",)) if not place or not r.place or r.covers(place)]
        if not told:
            return True
        last = max(row.told for row in told)
        if claim.act:
            return claim.act.isoformat() > last and not _relayed(claim, last)
        term = days_between(claim.day, last) >= RENEWAL.days
        return term and claim.tier == "official" and not self.canned(claim)

    def _reopens(self, claim: Claim, place: str, lost: Row) -> bool:
        """Whether a grant told after a loss is news, or a copy of what stood before the loss."""
        if claim.day < lost.told:
            return False
        if claim.status == "renewed":
            return True
        if any(not p or not place or p == place for p in self.lost_here):
            return claim.reinstated  # "it lost the licence it had been granted for Italy"
        if claim.act and claim.act.isoformat() > lost.on:
            return True
        if lost.status == "denied":
            return claim.confirms or not self._granted(place)
        long_ago = days_between(claim.day, lost.told) > CONTRADICTION.days
        if claim.reinstated:
            return claim.firm_speaks or claim.tier in ("official", "wire") or long_ago
        first_hand = claim.tier in ("official", "wire") and claim.confirmed
        return first_hand and bool(place) and not self.canned(claim)

    def _other_application(self, claim: Claim, place: str, lost: Row) -> bool:
        """Whether the refusal was of another application than the licence the claim tells of."""
        if lost.status != "denied" or claim.reinstated or self._filed_since(lost):
            return False
        return any(row.confirmed for row in self._granted(place))

    def _granted(self, place: str) -> list[Row]:
        return [row for row in self.of(GRANTS) if not place or not row.place or row.covers(place)]

    def _filed_since(self, refused: Row) -> list[str]:
        """Days on which an application was filed, or was under review, after the refusal."""
        return [
            s.on
            for page in self.pages
            for s in page.statements
            if s.status in ("pending", "applied") and s.on > refused.told
        ]

    def canned(self, claim: Claim) -> bool:
        """Whether these very words were told before."""
        quotes = {seen.quote for page in self.pages for seen in page.witnesses}
        return bool(claim.quote_id) and claim.quote_id in quotes

    def _compare_loss(self, claim: Claim, place: str, result: Comparison) -> None:
        rows = [r for r in self.of((claim.status,)) if not place or r.covers(place)]
        if not rows:
            state = self.state(place) if place else self._latest(self.rows)
            misnamed = (
                state is not None
                and state.status in LOSSES
                and claim.weaker_than(state.tier)
                and days_between(claim.day, state.told) <= CONTRADICTION.days
            )
            if misnamed:
                result.stale.append(place)
            else:
                where = f" for {place}" if place else ""
                result.opposite.append(f"{claim.status}{where}")
            return
        latest = max(rows, key=lambda row: row.on)
        granted = {r.place for r in self.of(GRANTS) if r.place and r.told <= latest.told}
        about = [place or latest.place] if place or latest.place else sorted(granted) or [""]
        now = [state for state in map(self.state, about) if state]
        since = [state for state in now if state.status != claim.status and state.on > latest.on]
        if since and len(since) == len(now):  # none of it is lost any more
            if self._lost_again(claim, max(since, key=lambda row: row.on)):
                result.opposite.append(f"{claim.status} again")
            else:
                result.stale.append(place)
        elif claim.confirms and not any(_sure(row, claim) for row in rows):
            result.confirms += rows
        elif claim.status == "denied" and self._refused_again(claim, latest):
            result.opposite.append("denied again")
        elif claim.status in ENDINGS and self._dated_after(claim, latest):
            result.opposite.append(f"{claim.status} again")
        elif place and all(not row.place for row in rows) and len(granted) > 1:
            result.added.append(f"{claim.status} for {place}")

    def _dated_after(self, claim: Claim, row: Row) -> bool:
        """Whether the firm or a wire dates the act days after the story's last news."""
        if claim.act is None or claim.tier not in ("official", "wire"):
            return False
        last = max([row.told, *(page.news_on for page in self.pages if row in page.rows)])
        return claim.since > last and days_between(claim.since, last) > RELAY_SLACK.days

    def _refused_again(self, claim: Claim, refused: Row) -> bool:
        """Whether the application was filed again since and this is its outcome."""
        filed = self._filed_since(refused)
        if not filed or claim.tier not in ("official", "wire") or self.canned(claim):
            return False
        return claim.since > max(filed) and days_between(claim.since, max(filed)) >= 7

    def _lost_again(self, claim: Claim, state: Row) -> bool:
        if claim.act:
            return claim.act.isoformat() > state.on
        canned = self.canned(claim)
        return claim.tier in ("official", "wire") and claim.day > state.told and not canned

    def _confirm_whole(self, claim: Claim, result: Comparison) -> None:
        """Where all that is known was only reported, the firm's word confirms the whole."""
        general = claim.status == "general_granted"
        rows = self.of(GRANTS) if claim.grants and not general else self.of((claim.status,))
        if not claim.confirms or not rows or result.confirms or result.opposite or result.stale:
            return
        if not any(_sure(row, claim) for row in rows):
            result.confirms += [row for row in rows if states(claim, row)]

    def _compare_details(self, claim: Claim, result: Comparison) -> None:
        match = claim.match
        products = {product for page in self.pages for product in page.products}
        customers = [name for page in self.pages for name in page.customers]
        if products:
            result.added += [
                f"product {p}" for p in match.products if not product_known(products, p)
            ]
        fresh: list[str] = []
        for name in match.customers:
            if not customer_known([*customers, *fresh], name):
                fresh.append(name)
        result.added += [f"customer {name}" for name in fresh]
        if match.customers and not fresh and not self._places():
            # A known buyer told with its country is that buyer, not another licence.
            result.added = [a for a in result.added if not a.startswith("destination ")]
        extent = extent_of(match.extent)
        told = max((page.level for page in self.pages), default=0)
        counts = [page.counts[extent.unit] for page in self.pages if extent.unit in page.counts]
        if extent.level > max(told, 1) or (counts and extent.count > max(counts)):
            result.added.append(f"extent {extent.name}")
        if claim.confirms:
            heard = {detail for page in self.pages for detail in page.hearsay}
            result.confirmed_details += [d for d in details_of(claim) if d in heard]

    def telling(self, claim: Claim) -> Row | None:
        """The row that told the claim's fact first; of a looser one the latest."""
        same = GRANTS if claim.grants else (claim.status,)
        rows = [row for row in self.of(same) if any(row.covers(p) or not p for p in claim.places)]
        return max(rows, key=lambda row: row.told, default=None)

    def _places(self) -> set[str]:
        return {row.place for row in self.of(GRANTS) if row.place}

    # --- choosing the page

    def best(self, claim: Claim) -> Page | None:
        """The page that explains the claim best; the latest of equals. None: none explains it."""
        pages = [page for page in self.pages if explains(page, claim)]
        return max(pages, key=lambda page: _fit(page, claim), default=None)


def details_of(claim: Claim) -> list[str]:
    """The claim's products, customers and quantity, each under one spelling."""
    extent = extent_of(claim.match.extent)
    return [
        *(f"product {p}" for p in claim.match.products),
        *(f"customer {customer_key(name)}" for name in claim.match.customers),
        *([f"extent {extent.name}"] if extent.unit or extent.level else []),
    ]


def states(claim: Claim, row: Row) -> bool:
    """Whether the claim says this very fact, not only a part of it."""
    if not claim.match.destinations or not row.place:
        return True
    return any(place_covers(place, row.place) for place in claim.places)


def explains(page: Page, claim: Claim) -> bool:
    """Whether the claim may belong to the licence (or application) of this page."""
    places, products = claim.match.destinations, claim.match.products
    granted, lost = page.of(GRANTS), page.of(LOSSES)
    if claim.grants:
        if granted or any(row.status != "denied" for row in lost):
            return True
        return places_meet(_named(lost), places) and _products_meet(page, products)
    if claim.status == "denied":
        refused = page.of(("denied",))
        ended = [row for row in lost if row.status != "denied"]
        doubtful = [row for row in granted if not row.confirmed]
        if not _products_meet(page, products):
            return False
        return any(
            rows and places_meet(_named(rows), places) for rows in (refused, ended, doubtful)
        )
    return places_meet(_named(page.rows), places)


def _named(rows: Iterable[Row]) -> list[str]:
    found = list(rows)
    return [] if any(not row.place for row in found) else [row.place for row in found]


def _products_meet(page: Page, products: Sequence[str]) -> bool:
    if not page.products or not products:
        return True
    return any(product_known(page.products, product) for product in products)


def _fit(page: Page, claim: Claim) -> tuple[object, ...]:
    dated = bool(claim.act) and claim.since in page.acts
    rows = page.of(GRANTS) if claim.status != "denied" else page.of(("denied",)) or page.rows
    covered = sum(any(row.place and row.covers(p) for row in rows) for p in claim.places if p)
    narrower = sum(
        any(row.place and place_covers(p, row.place) for row in rows) for p in claim.places if p
    )
    buyers = sum(customer_known(page.customers, name) for name in claim.match.customers)
    products = any(product_known(page.products, p) for p in claim.match.products)
    own = bool(page.of(GRANTS if claim.grants else (claim.status,)))
    return (dated, covered, narrower, buyers, own, products, page.news_on, page.last_on)


def _may_restore(claim: Claim, page: Page, place: str) -> bool:
    return not better(page.withdrawn[place], claim.tier) and claim.day > page.news_on


def _turned(claim: Claim, lost: Row) -> str:
    if lost.status == "denied":
        return "granted after refusal"
    if claim.status == "renewed":
        return "renewed"
    return "reinstated" if lost.status == "suspended" else f"granted after being {lost.status}"


def _note(words: list[str], word: str) -> None:
    if word not in words:
        words.append(word)


def _sure(row: Row, claim: Claim) -> bool:
    """Whether the fact needs no confirmation. What only a blog told waits for the firm itself."""
    return row.confirmed and not (row.tier == "blog" and claim.tier == "official")


def _relayed(claim: Claim, told: str) -> bool:
    return claim.tier != "official" and days_between(claim.since, told) <= RELAY_SLACK.days


def days_between(one: str, other: str) -> int:
    """Days between two ISO days; very many where one is unknown."""
    if not one or not other:
        return 10_000
    return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)
