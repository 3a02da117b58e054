"""What one claim is judged against, and the ruling that comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from monitor.event.claim import Claim
from monitor.event.page import Page, Row
from monitor.model import FAMILY, Status, Verdict, digest_id


@dataclass(slots=True)
class Ruling:
    """The verdict, the page it was entered on, and why."""

    claim: Claim
    verdict: Verdict
    page: Page
    reasons: list[str]
    added: tuple[str, ...] = ()
    taught: bool = True
    """Whether the page learned a fact; a mere witness taught it nothing."""
    revision: int = field(init=False)
    """The page's revision at this ruling; later claims of the item may raise it."""

    def __post_init__(self) -> None:
        self.revision = self.page.revision


@dataclass(frozen=True, slots=True)
class Bench:
    """All that one item's claims are judged against."""

    pages: list[Page]
    """Every page of this issuer; new ones are put here."""
    others: Sequence[Page]
    """Recent pages of other issuers, to notice swapped firms."""
    newest: datetime | None
    """Publication time of the newest item read so far."""
    in_item: frozenset[str]
    """Every issuer this item tells of."""
    told: frozenset[tuple[Status, str]]
    """Outcomes this item tells of this issuer as news: status and place, `""` = none named."""

    def opened(self, claim: Claim) -> Page:
        """A fresh page. Its id comes from the item's own words, so that a replay finds the same."""
        match, item = claim.match, claim.item
        issuer = match.issuer_id or ""
        family = FAMILY[match.status]
        page = Page(
            digest_id(
                issuer, family, match.firm_name or "", item.id, item.content_hash, match.status,
                match.event_date or "", ",".join(match.destinations), length=12,
            ),
            issuer, family,
        )  # fmt: skip
        self.pages.append(page)
        return page

    def waiting(self) -> Page | None:
        """The latest page without an outcome yet: an application a first outcome may settle."""
        waiting = [page for page in self.pages if page.open and not page.told_of_outcome]
        return max(waiting, key=age, default=None)

    def owner(self, row: Row) -> Page | None:
        """The page that holds this very row."""
        return next((page for page in self.pages if any(r is row for r in page.rows)), None)


def age(page: Page) -> tuple[str, str]:
    """Sorts pages by their last evidence, oldest first."""
    return (page.last_on, page.news_on)


def told_day(day: str | None, claim: Claim) -> str:
    """`11 June`, with the year where it is not the item's own; `June 2025` for a month."""
    try:
        if day and len(day) == 7:
            return f"{date.fromisoformat(day + '-01'):%B %Y}"
        at = date.fromisoformat((day or "")[:10])
    except ValueError:
        return "an unknown day"
    return f"{at.day} {at:%B}" + ("" if at.year == claim.on.year else f" {at.year}")
