"""The licence ledger in words: what is known of a story, and how an issuer stands today. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.event.known import Known
from monitor.event.page import GRANTS, LOSSES, Page, Row
from monitor.model import FAMILY, Certainty, Family, Status, Story, Tier
from monitor.render import cut, one_line, place, product

MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Fact:
    """Places of one status that were told together."""

    status: Status
    destinations: tuple[str, ...]
    """Empty: no place was told."""
    since: str
    """`YYYY-MM-DD` of the act, else of its first telling; "" = some time before."""
    told: str
    by: str
    tier: Tier
    certainty: Certainty

    @property
    def family(self) -> Family:
        return FAMILY[self.status]


def facts_of(page: Page) -> list[Fact]:
    """What the page holds, in the order in which it came to hold."""
    return _together(page.rows)


def _together(rows: Iterable[Row]) -> list[Fact]:
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        key = (row.status, row.on, row.told, row.by, row.tier, row.certainty)
        found.setdefault(key, []).append(row)
    return [
        Fact(
            first.status,
            tuple(row.place for row in same if row.place),
            first.on,
            first.told,
            cut(one_line(first.by), 60),
            first.tier,
            first.certainty,
        )
        for same in found.values()
        for first in same[:1]
    ]


def fact_told(fact: Fact) -> dict[str, Any]:
    """The fact as plain values."""
    return {
        "status": fact.status,
        "family": fact.family,
        "destinations": list(fact.destinations),
        "since": fact.since or None,
        "told": fact.told or None,
        "by": fact.by,
        "tier": fact.tier,
        "certainty": fact.certainty,
    }


def story_told(story: Story | None) -> dict[str, Any]:
    """One page of the ledger; None = there was none."""
    if story is None:
        return {"known": False, "facts": [], "products": [], "customers": [], "extent": None,
                "statements": [], "closed": None}  # fmt: skip
    page = Page.of_story(story)
    facts = facts_of(page)
    return {
        "known": bool(facts or page.statements),
        "facts": [fact_told(fact) for fact in facts],
        "products": page.products[:MOST_NAMES],
        "customers": [cut(one_line(name), 60) for name in page.customers[:MOST_NAMES]],
        "extent": page.extent if page.extent != "unspecified" else None,
        "statements": [
            {"status": s.status, "destinations": list(s.places), "on": s.on, "tier": s.tier}
            for s in page.statements[-MOST_NAMES:]
        ],
        "closed": cut(one_line(page.closed), 120) or None,
    }


# --- today ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How an issuer stands in one family, in words."""

    family: Family
    status: Status | None
    """None: nothing of this family is known, or holds any more."""
    words: str
    since: str | None = None


def standing(pages: Sequence[Page]) -> list[Standing]:
    """State today per licence family: grants, losses, what waits; the rest where told.

    `pages` are an issuer's, the last changed first.
    """
    known = Known(pages)
    rows = list(dict.fromkeys(_holding(known)))
    held = [row for row in rows if row.status in GRANTS]
    lost = [row for row in rows if row.status in LOSSES]
    found = [_grants(held, pages, known), _losses(lost), _waiting(pages)]
    return [s for s in (*found, *_statements(pages)) if s is not None]


def _holding(known: Known) -> Iterable[Row]:
    """The latest outcome per place, each once."""
    places = dict.fromkeys(row.place for row in known.of(GRANTS + LOSSES))
    for place_ in places:
        row = known.state(place_)
        if row is not None:
            yield row
    if not places or list(places) == [""]:
        return
    # A grant without a place beside others that name some: it holds unless something was lost.
    nameless = [row for row in known.of(GRANTS) if not row.place]
    if nameless and not any(row.status in LOSSES for row in known.rows):
        yield nameless[-1]


def _grants(held: Sequence[Row], pages: Sequence[Page], known: Known) -> Standing:
    if not held:
        if known.of(GRANTS):
            return Standing("grant", None, "No licence is known to hold any more")
        taken = [page.closed for page in pages if page.closed]
        words = f"None: the only report was {taken[-1]}" if taken else "No licence is known"
        return Standing("grant", None, cut(one_line(words), 160))
    newest = max(held, key=lambda row: row.on)
    since = min(row.on for row in held)
    general = [row for row in held if row.status == "general_granted"]
    kind = "Holds a general licence" if general else "Holds export licences"
    goods = _goods(pages)
    parts = [f"{kind} {_to(held)}", f"for {goods}" if goods else ""]
    if all(not row.confirmed for row in held):
        parts.append(f"(only reported, by {cut(one_line(newest.by), 40)})")
    return Standing("grant", newest.status, " ".join(p for p in parts if p), since or None)


def _losses(lost: Sequence[Row]) -> Standing | None:
    if not lost:
        return None
    newest = max(lost, key=lambda row: row.on)
    words = []
    for status in dict.fromkeys(row.status for row in lost):
        same = [row for row in lost if row.status == status]
        named = _places([row.place for row in same])
        words.append(f"{status.capitalize()} for {named}" if named else status.capitalize())
    return Standing("loss", newest.status, "; ".join(words), newest.on or None)


def _waiting(pages: Sequence[Page]) -> Standing | None:
    """What was applied for and has had no outcome since."""
    told = [s for page in pages for s in page.statements if FAMILY[s.status] == "waiting"]
    if not told:
        return None
    newest = max(told, key=lambda s: s.on)
    outcomes = [row.told for page in pages for row in page.rows if row.told >= newest.on]
    if outcomes:
        return None
    said = {
        "applied": "Applied",
        "pending": "Under review",
        "not_received": "Not received yet",
    }[newest.status]
    places = f" for {_places(newest.places)}" if newest.places else ""
    return Standing("waiting", newest.status, f"{said}{places}", newest.on or None)


def _statements(pages: Sequence[Page]) -> Iterable[Standing]:
    said: tuple[tuple[Status, str], ...] = (
        ("not_required", "Says that it needs none for its goods"),
        ("policy", "Named in a statement of the regulator"),
    )
    for status, words in said:
        days = [s.on for page in pages for s in page.statements if s.status == status]
        if days:
            yield Standing(FAMILY[status], status, words, max(days) or None)


def _to(rows: Sequence[Row]) -> str:
    named = [row.place for row in rows if row.place]
    return f"to {_places(named)}" if named else "to places not told"


def _places(codes: Sequence[str]) -> str:
    words = list(dict.fromkeys(place(code) for code in codes if code))
    more = len(words) - MOST_NAMES
    return ", ".join(words[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _goods(pages: Sequence[Page]) -> str:
    codes = dict.fromkeys(p for page in pages if page.rows and page.open for p in page.products)
    words = [product(code) for code in codes]
    return ", ".join(words[:5]) + (f" and {len(words) - 5} more" if len(words) > 5 else "")
