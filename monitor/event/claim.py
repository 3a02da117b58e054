"""A match made ready for judgement: its days worked out, its telling words noted."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.clock import CHINA
from monitor.event.cues import (
    sketch,
    speaks_of_another,
    speaks_of_confirmation,
    speaks_of_correction,
    speaks_of_reinstatement,
)
from monitor.event.page import GRANTS, LOSSES, Page, Statement, Witness, better
from monitor.model import Item, Match, Status, Tier, digest_id


@dataclass(frozen=True, slots=True)
class Claim:
    """What one item says of one firm and one status."""

    match: Match
    item: Item
    on: date
    """Market day (China) of publication; of arrival where the item has no date."""
    act: date | None
    """Day of the licensing act, where the text dates it to the day."""
    act_from: date | None
    """First day on which the act may have been; the act itself when dated to the day."""
    act_until: date | None
    """Last such day."""
    another: bool
    """The sentence says that this is one more licence."""
    reinstated: bool
    correction: bool
    """Title or sentence correct something told before."""
    confirming: bool
    """Title or sentence say that somebody confirms."""

    @property
    def status(self) -> Status:
        return self.match.status

    @property
    def places(self) -> tuple[str, ...]:
        """Destinations; one empty name where none is told."""
        return self.match.destinations or ("",)

    @property
    def confirmed(self) -> bool:
        return self.match.certainty == "confirmed"

    @property
    def tier(self) -> Tier:
        return self.item.tier

    @property
    def confirms(self) -> bool:
        """Whether it can lift hearsay: the firm's words at first hand or in a wire.

        A paper must say that the firm confirms: most relay a company without naming it.
        """
        if self.tier in ("official", "wire"):
            return self.confirmed
        return self.confirmed and self.tier == "media" and self.confirming

    @property
    def grants(self) -> bool:
        return self.status in GRANTS

    @property
    def day(self) -> str:
        return self.on.isoformat()

    @property
    def since(self) -> str:
        """Day since which the fact holds as far as the text tells."""
        return (self.act or self.on).isoformat()

    @property
    def firm_speaks(self) -> bool:
        """The firm's or the regulator's own words, also where a wire or a paper carries them."""
        return self.match.attribution == "official" and self.tier != "blog"

    @property
    def weight(self) -> Tier:
        """How close to the fact this stands: the firm's words count as the firm."""
        return "official" if self.firm_speaks else self.tier

    def weaker_than(self, tier: Tier) -> bool:
        """Whether it cannot speak against a source of `tier`.

        A wire or a paper that quotes the firm is no weaker than the firm; a blog always is.
        """
        return better(tier, self.tier) and (not self.confirmed or self.tier == "blog")

    @property
    def source(self) -> str:
        return self.item.source_name or self.item.source_id

    @property
    def past_month(self) -> bool:
        """Whether the act is dated to a month gone by, and no closer."""
        return (
            self.act is None
            and self.act_from is not None
            and (self.act_from.year, self.act_from.month) < (self.on.year, self.on.month)
        )

    @property
    def quote_id(self) -> str:
        plain = " ".join(self.match.quote.split()).casefold()
        return digest_id(plain, length=10) if plain else ""

    def witness(self) -> Witness:
        item = self.item
        return Witness(
            item.source_id, item.guid, self.source, item.tier,
            self.day, self.quote_id, sketch(self.match.quote),
        )  # fmt: skip

    def statement(self) -> Statement:
        return Statement(self.status, self.match.destinations, self.weight, self.day)


def claim_of(match: Match, item: Item, pages: Iterable[Page]) -> Claim:
    """Ready `match` for judgement. Never raises: a date that is none counts as untold."""
    on = (item.published_at or item.fetched_at).astimezone(CHINA).date()
    first, last = _days(match.event_date) if match.date_kind == "event" else (None, None)
    from monitor.text import normalise  # takes a moment, and most visits bring no match

    quote = normalise(match.quote).text
    sentence = f"{normalise(item.title).text}\n{quote}"
    claim = Claim(
        match, item, on,
        act=first if first == last else None,
        act_from=first,
        act_until=min(last, on) if first and last and first <= on else last,
        another=speaks_of_another(quote),
        reinstated=speaks_of_reinstatement(sentence),
        correction=speaks_of_correction(sentence),
        confirming=speaks_of_confirmation(sentence),
    )  # fmt: skip
    if first and first > on:
        claim = replace(claim, act=None, act_from=None, act_until=None)
        if first > on + timedelta(days=1):  # "expires on the 31st" has not happened yet
            claim = replace(claim, match=replace(match, certainty="expected"))
    return _undated_edit(claim, pages)


def _undated_edit(claim: Claim, pages: Iterable[Page]) -> Claim:
    """An edit of a known item may carry a new feed date: its "Monday" is still the old one."""
    item, quote = claim.item, claim.quote_id
    for page in pages:
        for seen in page.witnesses:
            same_item = (seen.source, seen.guid) == (item.source_id, item.guid)
            if same_item and quote and seen.quote == quote and seen.on != claim.day:
                return replace(claim, act=None, act_from=None, act_until=None)
    return claim


def _days(text: str | None) -> tuple[date, date] | tuple[None, None]:
    """First and last day of `2025-06-11` or `2025-06`."""
    if not text:
        return None, None
    try:
        if len(text) == 7:
            first = date.fromisoformat(text + "-01")
            return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None, None
    return day, day


def merged(matches: Sequence[Match]) -> list[Match]:
    """One match per firm, status, certainty and novelty: an item tells its facts together.

    The first sentence stays the evidence, facts are united, and the latest act dates the whole.
    """
    groups: dict[tuple[object, ...], Match] = {}
    for match in matches:
        key = (
            match.issuer_id, match.firm_name if match.issuer_id is None else None,
            match.status, match.certainty, match.novelty,
            match.novelty == "background" and match.event_date,
        )  # fmt: skip
        groups[key] = _united(groups[key], match) if key in groups else match
    return list(groups.values())


def _united(one: Match, other: Match) -> Match:
    dated = max((one, other), key=lambda m: (m.date_kind == "event", m.event_date or ""))
    # A part that names no place tells nothing beyond the part that does.
    return replace(
        one,
        destinations=_union(one.destinations, other.destinations),
        products=_union(one.products, other.products),
        customers=_union(one.customers, other.customers),
        extent=one.extent if one.extent != "unspecified" else other.extent,
        event_date=dated.event_date,
        date_kind=dated.date_kind,
        reasons=_union(one.reasons, other.reasons),
    )


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def is_outcome(status: Status) -> bool:
    """Whether the status tells a licence gained or lost."""
    return status in GRANTS or status in LOSSES
