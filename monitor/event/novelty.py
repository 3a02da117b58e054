"""The verdict on one claim, strictly in this order: none-alerting, background, new, confirmed,
update, repeat. `docs/ledger.md` tells each step with examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from monitor.event.bench import Bench, Ruling, age, told_day
from monitor.event.claim import Claim
from monitor.event.contradiction import copies_unconfirmed, denied_places, swapped_with
from monitor.event.entry import enter, fill, fill_gaps, first_entry
from monitor.event.known import ENDINGS, RELAY_SLACK, Comparison, Known, days_between
from monitor.event.page import GRANTS, LOSSES, Page, better
from monitor.event.quiet import never_alerts, rule_quiet
from monitor.regions import places_overlap

OLD = timedelta(days=7)
"""From this age on an act is an older one, and an item a late arrival."""


def rule(claim: Claim, bench: Bench) -> list[Ruling]:
    """Judge one claim and enter it. Usually one ruling; two where part of it is contradicted."""
    if never_alerts(claim):
        return rule_quiet(claim, bench)
    known = Known(bench.pages, bench.told)
    if claim.match.novelty == "new":
        denied, by = denied_places(claim, bench.pages, known)
        if denied:
            return _contradicted(claim, denied, by, bench)
        if swapped := _swapped(claim, known, bench):
            return [swapped]
    return [_background(claim, known, bench) or _fresh(claim, known, bench)]


# --- 1. none-alerting: contradicted by better sources (the rest is in quiet.py) -----------------


def _contradicted(claim: Claim, denied: list[str], by: str, bench: Bench) -> list[Ruling]:
    """Keep the contradicted part unconfirmed; judge the rest."""
    rest = [place for place in claim.places if place not in denied]
    rulings = rule(_only(claim, rest), bench) if rest else []
    part = _only(claim, denied)
    page = rulings[0].page if rulings else _unconfirmed_page(part, bench)
    reason = f"none-alerting: unconfirmed, a better source says otherwise, {by}"
    return [*rulings, Ruling(part, "none-alerting", page, [reason])]


def _only(claim: Claim, places: Sequence[str]) -> Claim:
    named = tuple(place for place in places if place)
    return replace(claim, match=replace(claim.match, destinations=named))


def _swapped(claim: Claim, known: Known, bench: Bench) -> Ruling | None:
    if known.of(GRANTS if claim.grants else LOSSES):
        return None
    if copies_unconfirmed(claim, bench.pages):
        whose = "others, as noted before"
    elif other := swapped_with(claim, bench.others, bench.in_item):
        whose = f"{other.issuer_id} (story {other.id})"
    else:
        return None
    reason = f"none-alerting: unconfirmed, better sources tell this very answer of {whose}"
    return Ruling(claim, "none-alerting", _unconfirmed_page(claim, bench), [reason])


def _unconfirmed_page(claim: Claim, bench: Bench) -> Page:
    same = [page for page in bench.pages if page.unconfirmed]
    page = max(same, key=age) if same else bench.opened(claim)
    page.unconfirmed = True
    page.learn(claim.status, claim.places, claim.match.certainty, claim.witness(), claim.since)
    page.add_customers(claim.match.customers)
    page.add_witness(claim.witness())
    return page


# --- 2. background ------------------------------------------------------------------------------


def _background(claim: Claim, known: Known, bench: Bench) -> Ruling | None:
    """The ruling where the text tells an older act or the item arrives late; else None."""
    page = known.best(claim)
    late = _late(claim, bench)
    older = _older(claim, known_firm=page is not None) or _presupposed(claim, bench)
    if not late and not older:
        return None
    compared = known.compare(claim)
    covered = page is not None and not (compared.added or compared.opposite)
    recent = claim.act_until is not None and claim.on - claim.act_until < OLD
    relayed = recent and (claim.act is not None or claim.match.novelty == "new")
    if page is not None and covered and (late or relayed):
        return _repeat(claim, page, known, compared, late)
    page = page or bench.waiting() or bench.opened(claim)
    taught = fill_gaps(page, claim)
    return Ruling(claim, "background", page, [f"background: {older or late}"], taught=taught)


def _late(claim: Claim, bench: Bench) -> str:
    published = claim.item.published_at
    if published is None or bench.newest is None or bench.newest - published < OLD:
        return ""
    days = (bench.newest - published).days
    return f"late arrival, published {days} days before the newest item read"


def _older(claim: Claim, *, known_firm: bool) -> str:
    if claim.act_until and claim.on - claim.act_until >= OLD and known_firm:
        # A firm's first news is news however old the act is, unless the text itself looks back.
        return f"the act of {told_day(claim.match.event_date, claim)} is older than a week"
    if claim.past_month and known_firm:
        return f"told as an act of {told_day(claim.match.event_date, claim)}"
    if claim.match.novelty != "background":
        return ""
    told = [reason for reason in claim.match.reasons if reason.startswith("background:")]
    return told[0].removeprefix("background:").strip() if told else "the text tells an older act"


def _presupposed(claim: Claim, bench: Bench) -> str:
    """Told only as what was lost: "revoked the licence granted for Italy"."""
    lost = {place for status, place in bench.told if status in ENDINGS and place}
    if not claim.grants or claim.reinstated or claim.status == "renewed" or claim.act:
        return ""
    return "told as what was lost" if set(claim.places) <= lost else ""


# --- 3 to 6. new, confirmed, update, repeat -----------------------------------------------------


def _fresh(claim: Claim, known: Known, bench: Bench) -> Ruling:
    page = known.best(claim)
    if page is None:
        return _new(claim, bench, _unexplained(claim, bench))
    compared = known.compare(claim)
    if _further_act(claim, page, known, compared):
        last, when = told_day(page.news_on, claim), told_day(claim.match.event_date, claim)
        return _new(claim, bench, f"a further act on {when}, after the last one of {last}")
    if corrected := _corrected(claim, page, compared, bench):
        return corrected
    if compared.confirms or compared.confirmed_details:
        page = _reported_page(compared, bench) or page
        enter(page, claim, compared)
        also = f"; adds {', '.join(compared.added)}" if compared.added else ""
        reason = f"confirmed: only reported so far, now said by {_speaker(claim)}{also}"
        return Ruling(claim, "confirmed", page, [reason], tuple(compared.added))
    if compared.opposite and not compared.added and _said_already(claim, bench):
        return _repeat(claim, page, known, compared)
    if compared.opposite or compared.added:
        page = (bench.owner(compared.turned[0]) if compared.turned else None) or page
        enter(page, claim, compared)
        added = (*(f"status {turn}" for turn in compared.opposite), *compared.added)
        news = [*(f"opposite outcome, {turn}" for turn in compared.opposite)]
        news += [f"adds {', '.join(compared.added)}"] if compared.added else []
        return Ruling(claim, "update", page, [f"update: {'; '.join(news)}"], added)
    if _one_more(claim, page, known, compared):
        enter(page, claim, compared)
        added = ("status further licence",)
        return Ruling(claim, "update", page, ["update: one more licence, day not told"], added)
    return _repeat(claim, page, known, compared)


def _said_already(claim: Claim, bench: Bench) -> bool:
    """Whether this very sentence of this item was judged before.

    One that grants and takes away in one breath leaves the ledger at the last of it: read again,
    its first half is no turn.
    """
    mine = (claim.item.source_id, claim.item.guid, claim.quote_id)
    return bool(claim.quote_id) and any(
        claim.status in page.statuses
        and any((seen.source, seen.guid, seen.quote) == mine for seen in page.witnesses)
        for page in bench.pages
    )


def _one_more(claim: Claim, page: Page, known: Known, compared: Comparison) -> bool:
    """Whether the firm or a wire tells a further licence without saying since when.

    Within a week of the last news it is the same one: "a further licence", its relays say.
    """
    return (
        claim.another
        and claim.grants
        and claim.act_from is None
        and claim.tier in ("official", "wire")
        and claim.confirmed
        and not compared.stale
        and not known.canned(claim)
        and days_between(claim.day, page.news_on) >= OLD.days
    )


def _further_act(claim: Claim, page: Page, known: Known, compared: Comparison) -> bool:
    """Whether the text dates another act after the story's last evidence."""
    if claim.status not in ("granted", "general_granted", "denied"):
        return False  # suspension, expiry, renewal: the life of one licence
    if claim.act_from is None or claim.act_from.isoformat() <= page.news_on:
        return False
    if claim.since in page.acts or compared.opposite:
        return False
    if known.lost_here and not claim.match.destinations and not claim.another:
        return False  # the day is that of the loss told beside it
    if claim.status == "general_granted" and not known.of(("general_granted",)):
        return False  # the first general licence after single ones is an update, even when dated
    if claim.status == "denied" and _filed_again(page):
        return False  # the outcome of the same application, filed again
    # Outlets date one act a day or two apart, and so may the firm that confirms a report.
    told_before = compared.nothing_new and claim.tier != "official"
    if claim.act is None and claim.tier != "official" and not claim.another:
        return False  # "this month" in a tracker dates nothing
    near = claim.act_from - date.fromisoformat(page.news_on or "0001-01-01") <= RELAY_SLACK
    return not (near and (told_before or compared.confirms) and not claim.another)


def _filed_again(page: Page) -> bool:
    refused = max((row.told for row in page.of(("denied",))), default="")
    return any(s.status in ("pending", "applied") and s.on >= refused for s in page.statements)


def _new(claim: Claim, bench: Bench, why: str) -> Ruling:
    page = bench.waiting() or bench.opened(claim)
    first_entry(page, claim)
    return Ruling(claim, "new", page, [f"new: {why}"])


def _unexplained(claim: Claim, bench: Bench) -> str:
    """Why no known story explains the claim."""
    told = [page for page in bench.pages if page.open and page.told_of_outcome]
    if told:
        other = "refusal of another application" if claim.status == "denied" else ""
        return other or "no known licence or application explains it"
    waiting = bench.waiting()
    asked = [s for s in waiting.statements if s.status in ("pending", "applied")] if waiting else []
    if asked:
        return f"first outcome of the application told on {told_day(asked[0].on, claim)}"
    if any(page.closed for page in bench.pages):
        return "the earlier report was taken back, this is another act"
    return "first licence news for this issuer"


def _corrected(claim: Claim, page: Page, compared: Comparison, bench: Bench) -> Ruling | None:
    """The firm or as good a source corrects a place: what it no longer names is withdrawn."""
    named = claim.match.destinations
    if not (claim.correction and claim.grants and named) or len(bench.in_item) > 1:
        return None
    told = [row for row in page.of(GRANTS) if row.place and not better(row.tier, claim.tier)]
    wrong = [row.place for row in told if not any(places_overlap(n, row.place) for n in named)]
    if not wrong or not (compared.added or any(row.place in named for row in told)):
        return None
    page.rows = [row for row in page.rows if row.place not in wrong]
    page.withdrawn.update(dict.fromkeys(wrong, claim.tier))
    fresh = [place for place in named if not any(row.place == place for row in page.rows)]
    gone = ", ".join(wrong)
    what = f"{', '.join(fresh)} replaces {gone}" if fresh else f"{gone} no longer named"
    enter(page, claim, compared)
    added = (f"status corrected: {what}",)
    return Ruling(claim, "update", page, [f"update: correction, {what}"], added)


def _repeat(claim: Claim, page: Page, known: Known, compared: Comparison, late: str = "") -> Ruling:
    told = known.telling(claim)
    what = f"same act as told by {told.by} on {told_day(told.told, claim)}" if told else "known"
    if compared.stale:
        what = "tells what stood before a later outcome or correction"
    fill(page, claim, stale=bool(compared.stale))
    reason = f"repeat: {what}; {late}" if late else f"repeat: {what}"
    return Ruling(claim, "repeat", page, [reason], taught=False)


# --- which page ---------------------------------------------------------------------------------


def _reported_page(compared: Comparison, bench: Bench) -> Page | None:
    """The page that holds what the claim confirms."""
    if compared.confirms:
        return bench.owner(compared.confirms[0])
    details = set(compared.confirmed_details)
    return next((page for page in bench.pages if page.hearsay.keys() & details), None)


def _speaker(claim: Claim) -> str:
    if claim.item.kind == "regulator":
        return "the regulator"
    return "the firm" if claim.tier == "official" else f"the firm, as told by {claim.source}"
