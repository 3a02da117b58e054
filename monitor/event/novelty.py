"""The verdict on one claim, strictly in this order: none-alerting, background, new, confirmed,
update, repeat. `docs/ledger.md` tells each step with examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from monitor.event.claim import Claim, is_alerting_status
from monitor.event.contradiction import copies_unconfirmed, denied_places, swapped_with
from monitor.event.facts import (
    customer_known,
    extent_of,
    place_covers,
    places_meet,
    product_known,
)
from monitor.event.known import RELAY_SLACK, Comparison, Known, details_of
from monitor.event.page import GRANTS, LOSSES, Page, Row, better
from monitor.model import FAMILY, TIERS, Verdict, digest_id

OLD = timedelta(days=7)
"""From this age on an act is an older one, and an item a late arrival."""


@dataclass(slots=True)
class Ruling:
    """The verdict, the page it was entered on, and why."""

    claim: Claim
    verdict: Verdict
    page: Page
    reasons: list[str]
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """All that one item's claims are judged against."""

    pages: list[Page]
    """Every page of this issuer; new ones are put here."""
    others: Sequence[Page]
    """Recent pages of other issuers (to notice swapped firms)."""
    newest: datetime | None
    """Publication time of the newest item read so far."""
    in_item: frozenset[str]
    """Every issuer this item tells of."""
    own: frozenset[str]
    """Pages this item has alerted on: it does not take back what it tells itself."""


def rule(claim: Claim, bench: Bench) -> list[Ruling]:
    """Judge one claim and enter it. Usually one ruling; two where part of it is contradicted."""
    if not is_alerting_status(claim.status) or claim.match.certainty in ("expected", "denied"):
        return _quiet(claim, bench)
    known = Known(bench.pages)
    if claim.match.novelty == "new":
        denied, by = denied_places(claim, bench.pages, known)
        if denied:
            return _contradicted(claim, denied, by, bench)
        swapped = _swapped(claim, known, bench)
        if swapped:
            return [swapped]
    old = _older(claim, known, bench)
    if old:
        return [old]
    return [_fresh(claim, known, bench)]


# --- 1. none-alerting ---------------------------------------------------------------------------


def _quiet(claim: Claim, bench: Bench) -> list[Ruling]:
    """What never alerts: it opens an application, takes back a report, or is only noted."""
    why = f"{_plain(claim.status)}, {claim.match.certainty}: no outcome to tell"
    statement = claim.statement()
    takes_back = claim.status == "not_received" or claim.match.certainty == "denied"
    rulings: list[Ruling] = []
    if takes_back:
        for page in bench.pages:
            lost = [] if page.id in bench.own else _taken_back(claim, page)
            if not lost:
                continue
            alerted = page.revision
            page.rows = [row for row in page.rows if row not in lost]
            if not page.rows:
                page.closed = f"taken back on {claim.day}"
            reason = f"correction of {page.id}.{alerted}: {_source(claim)} takes back what was told"
            if not page.unconfirmed and alerted:
                page.revision += 1
                rulings.append(Ruling(claim, "correction", page, [reason]))
            else:
                rulings.append(Ruling(claim, "none-alerting", page, [why]))
    if not rulings:
        rulings.append(Ruling(claim, "none-alerting", _application(claim, bench), [why]))
    page = rulings[0].page
    if claim.match.certainty != "expected" or claim.status in ("pending", "applied"):
        if claim.match.certainty == "denied" or not is_alerting_status(claim.status):
            page.add_statement(statement)
    for ruling in rulings:
        ruling.page.add_witness(claim.witness())
    return rulings


def _taken_back(claim: Claim, page: Page) -> list[Row]:
    """The rows of the page that this statement declares wrong."""
    explicit = claim.match.certainty == "denied" or claim.correction
    family = LOSSES if claim.status in LOSSES else GRANTS
    found = []
    for row in page.of(family):
        meant = places_meet([row.place] if row.place else [], claim.match.destinations)
        same_source = any(w.source == claim.item.source_id for w in page.witnesses)
        entitled = not better(row.tier, claim.weight) or same_source
        doubtful = not row.confirmed or row.tier == "blog"
        own_correction = explicit and claim.correction and not better(row.tier, claim.weight)
        if meant and entitled and row.told <= claim.day and (doubtful or own_correction):
            found.append(row)
    return found


def _application(claim: Claim, bench: Bench) -> Page:
    """The page an application or a statement is noted on."""
    usable = [page for page in bench.pages if page.open]
    meeting = [
        page
        for page in usable
        if page.told_of_outcome and places_meet(page.places(), claim.match.destinations)
    ]
    waiting = [page for page in usable if not page.told_of_outcome]
    pool = meeting or waiting or usable or bench.pages
    return max(pool, key=_age) if pool else _opened(claim, bench)


def _contradicted(claim: Claim, denied: list[str], by: str, bench: Bench) -> list[Ruling]:
    """Keep the contradicted part unconfirmed; judge the rest."""
    rest = [place for place in claim.places if place not in denied]
    rulings = rule(_only(claim, rest), bench) if rest else []
    part = _only(claim, denied)
    reason = f"unconfirmed: a better source says otherwise, {by}"
    page = rulings[0].page if rulings else _unconfirmed_page(part, bench)
    if not rulings:
        page.add_witness(claim.witness())
    return [*rulings, Ruling(part, "none-alerting", page, [reason])]


def _only(claim: Claim, places: Sequence[str]) -> Claim:
    named = tuple(place for place in places if place)
    return replace(claim, match=replace(claim.match, destinations=named))


def _swapped(claim: Claim, known: Known, bench: Bench) -> Ruling | None:
    if known.of(GRANTS if claim.grants else LOSSES):
        return None
    copied = copies_unconfirmed(claim, bench.pages)
    other = None if copied else swapped_with(claim, bench.others, bench.in_item)
    if copied is None and other is None:
        return None
    page = copied or _unconfirmed_page(claim, bench)
    page.add_witness(claim.witness())
    whose = f"{other.issuer_id} (story {other.id})" if other else "others, as noted before"
    reason = f"unconfirmed: better sources tell this very answer of {whose}"
    return Ruling(claim, "none-alerting", page, [reason])


def _unconfirmed_page(claim: Claim, bench: Bench) -> Page:
    same = [p for p in bench.pages if p.unconfirmed]
    page = max(same, key=_age) if same else _opened(claim, bench)
    page.unconfirmed = True
    page.learn(
        claim.status, claim.places, claim.match.certainty, claim.tier, claim.since, claim.day
    )
    page.add_customers(claim.match.customers)
    return page


# --- 2. background ------------------------------------------------------------------------------


def _older(claim: Claim, known: Known, bench: Bench) -> Ruling | None:
    """The ruling where the text tells an older act or the item arrives late; else None."""
    late = _late(claim, bench)
    why = _why_older(claim)
    if not late and not why:
        return None
    page = known.best(claim)
    compared = known.compare(claim)
    covered = page is not None and not (compared.added or compared.opposite)
    recent = claim.act is not None and claim.on - claim.act < OLD
    if page is not None and covered and (late or (recent and claim.match.novelty != "new")):
        if late or not _undated_background(claim):
            return _repeat(claim, page, late)
    page = page or _waiting_page(claim, bench) or _opened(claim, bench)
    _fill(page, claim)
    return Ruling(claim, "background", page, [f"background: {why or late}"])


def _undated_background(claim: Claim) -> bool:
    return claim.act is None


def _late(claim: Claim, bench: Bench) -> str:
    published = claim.item.published_at
    if published is None or bench.newest is None or bench.newest - published < OLD:
        return ""
    days = (bench.newest - published).days
    return f"late arrival, published {days} days before the newest item read"


def _why_older(claim: Claim) -> str:
    if claim.act_until and claim.on - claim.act_until >= OLD:
        return f"the act of {_told_day(claim.match.event_date, claim)} is older than a week"
    if claim.match.novelty != "background":
        return ""
    told = [r for r in claim.match.reasons if r.startswith("background")]
    return told[0].removeprefix("background:").strip() if told else "the text tells an older act"


def _fill(page: Page, claim: Claim) -> None:
    """Enter an older act where the ledger has a gap; it never becomes the present state."""
    on = claim.act_from.isoformat() if claim.act_from else ""
    gaps = [p for p in claim.places if not any(r.covers(p) for r in page.of((claim.status,)))]
    if gaps and not (gaps == [""] and page.of((claim.status,))):
        later = list(page.rows)
        page.learn(claim.status, gaps, claim.match.certainty, claim.tier, on, claim.day)
        page.rows = [row for row in page.rows if row not in later] + later
    _details(page, claim)
    if not page.news_on:
        page.news_on = (claim.act_until or claim.on).isoformat()
    page.add_act(claim.act)
    page.add_witness(claim.witness())


# --- 3 to 6. new, confirmed, update, repeat -----------------------------------------------------


def _fresh(claim: Claim, known: Known, bench: Bench) -> Ruling:
    page = known.best(claim)
    if page is None:
        return _new(claim, bench, _why_new(claim, bench))
    compared = known.compare(claim)
    if _further_act(claim, page, known, compared):
        last = _told_day(page.news_on, claim)
        when = _told_day(claim.match.event_date, claim)
        return _new(claim, bench, f"new: a further act on {when}, after the last one of {last}")
    if claim.correction and claim.grants and claim.match.destinations:
        corrected = _corrected(claim, page, compared, bench)
        if corrected:
            return corrected
    if compared.confirms or compared.confirmed_details:
        page = _reported_page(compared, bench) or page
        _enter(page, claim, compared)
        also = f"; adds {', '.join(compared.added)}" if compared.added else ""
        reason = f"confirmed: only reported so far, now said by {_speaker(claim)}{also}"
        return Ruling(claim, "confirmed", page, [reason], tuple(compared.added))
    if compared.added or compared.opposite:
        page = _turned_page(claim, known, bench) or page if compared.opposite else page
        _enter(page, claim, compared)
        added = (*compared.opposite, *compared.added)
        return Ruling(claim, "update", page, [f"update: adds {', '.join(added)}"], added)
    return _repeat(claim, page, "", compared)


def _further_act(claim: Claim, page: Page, known: Known, compared: Comparison) -> bool:
    """Whether the text dates another act after the story's last evidence."""
    if claim.act_from is None or claim.act_from.isoformat() <= page.news_on:
        return False
    if claim.since in page.acts or compared.opposite:
        return False
    if claim.status not in ("granted", "general_granted", "denied"):
        return False
    if claim.status == "general_granted" and not known.of(("general_granted",)):
        return False  # the first general licence after single ones is an update, even when dated
    if claim.status == "denied" and _filed_again(page):
        return False
    news_on = date.fromisoformat(page.news_on) if page.news_on else date.min
    relayed = (
        claim.tier != "official"
        and not claim.another
        and compared.nothing_new
        and claim.act_from - news_on <= RELAY_SLACK
    )
    return not relayed


def _filed_again(page: Page) -> bool:
    refused = max((row.told for row in page.of(("denied",))), default="")
    return any(s.status in ("pending", "applied") and s.on >= refused for s in page.statements)


def _new(claim: Claim, bench: Bench, reason: str) -> Ruling:
    page = _waiting_page(claim, bench) or _opened(claim, bench)
    page.revision += 1
    page.learn(
        claim.status, claim.places, claim.match.certainty, claim.tier, claim.since, claim.day
    )
    _details(page, claim)
    page.news_on = max(page.news_on, claim.since)
    page.add_act(claim.act)
    page.add_witness(claim.witness())
    return Ruling(claim, "new", page, [reason])


def _why_new(claim: Claim, bench: Bench) -> str:
    if any(page.closed for page in bench.pages):
        return "new: the earlier report was taken back, this is another act"
    if claim.status == "denied" and any(page.told_of_outcome for page in bench.pages):
        return "new: refusal of another application"
    waiting = _waiting_page(claim, bench)
    if waiting and any(s.status in ("pending", "applied") for s in waiting.statements):
        return f"new: first outcome of the application told on {waiting.statements[0].on}"
    if any(page.told_of_outcome and page.open for page in bench.pages):
        return "new: no known licence or application explains it"
    return "new: first licence news for this issuer"


def _waiting_page(claim: Claim, bench: Bench) -> Page | None:
    """The page of an application without an outcome yet, which this claim may settle."""
    waiting = [page for page in bench.pages if page.open and not page.told_of_outcome]
    return max(waiting, key=_age, default=None)


def _corrected(claim: Claim, page: Page, compared: Comparison, bench: Bench) -> Ruling | None:
    """The firm or as good a source corrects a place: what it no longer names is withdrawn."""
    named = claim.match.destinations
    recent = [row for row in page.of(GRANTS) if row.place and not better(row.tier, claim.tier)]
    wrong = [
        row.place
        for row in recent
        if not any(place_covers(n, row.place) or place_covers(row.place, n) for n in named)
    ]
    common = any(row.place in named for row in recent)
    if not wrong or not (common or compared.added) or len(bench.in_item) > 1:
        return None
    page.rows = [row for row in page.rows if row.place not in wrong]
    page.withdrawn.update(dict.fromkeys(wrong, claim.tier))
    fresh = [p for p in named if not any(row.place == p for row in page.rows)]
    word = f"destination {', '.join(fresh)} replaces" if fresh else "no longer destination"
    added = (f"correction: {word} {', '.join(wrong)}",)
    _enter(page, claim, compared)
    return Ruling(claim, "update", page, [f"update: {added[0]}"], added)


def _repeat(claim: Claim, page: Page, late: str, compared: Comparison | None = None) -> Ruling:
    seen = page.witnesses[0] if page.witnesses else None
    what = f"same act as told by {seen.name} on {_told_day(seen.on, claim)}" if seen else "known"
    if compared and compared.stale:
        what = "tells what stood before a later outcome or correction"
    if late:
        what = f"{what}; {late}"
    if not page.products:
        page.add_products(claim.match.products)
    extent = extent_of(claim.match.extent)
    if not page.level and extent.level:
        page.enlarge(extent)
    if extent.unit and extent.unit not in page.counts:
        page.enlarge(extent)
    if not (compared and compared.stale):
        for row in page.rows:
            if row.status == claim.status and row.place in claim.places:
                row.tier = min(row.tier, claim.tier, key=TIERS.index)
        page.add_act(claim.act)
    page.add_witness(claim.witness())
    return Ruling(claim, "repeat", page, [f"repeat: {what}"])


# --- entering -----------------------------------------------------------------------------------


def _enter(page: Page, claim: Claim, compared: Comparison) -> None:
    """Enter an alert-worthy claim on the page of a known story."""
    page.revision += 1
    together = {row.revision for row in compared.confirms}
    for row in page.rows:
        stated = row.place in claim.places or not row.place or any(
            place_covers(place, row.place) for place in claim.places if place
        )  # fmt: skip
        of_this = row in compared.confirms or (row.revision in together and not row.place)
        if of_this and (stated or not claim.match.destinations):
            row.certainty = "confirmed"
            row.tier = min(row.tier, claim.tier, key=TIERS.index)
    stated_details = details_of(claim)
    if claim.confirmed:
        page.hearsay = {
            detail: revision
            for detail, revision in page.hearsay.items()
            if detail not in stated_details and revision not in together
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
    page.learn(claim.status, places, claim.match.certainty, claim.tier, claim.since, claim.day)
    for place in places:
        page.withdrawn.pop(place, None)
    _details(page, claim)
    page.news_on = max(page.news_on, claim.since)
    page.add_act(claim.act)
    page.add_witness(claim.witness())


def _details(page: Page, claim: Claim) -> None:
    if not claim.confirmed and claim.grants:
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


def _opened(claim: Claim, bench: Bench) -> Page:
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
    bench.pages.append(page)
    return page


def _owner(row: Row, bench: Bench) -> Page | None:
    return next((p for p in bench.pages if any(r is row for r in p.rows)), None)


def _reported_page(compared: Comparison, bench: Bench) -> Page | None:
    """The page that holds what the claim confirms."""
    if compared.confirms:
        return _owner(compared.confirms[0], bench)
    return next(
        (p for p in bench.pages if p.hearsay.keys() & set(compared.confirmed_details)), None
    )


def _turned_page(claim: Claim, known: Known, bench: Bench) -> Page | None:
    """The page whose state the claim turns round."""
    for place in claim.places:
        state = known.state(place)
        if state and (state.status in LOSSES) == claim.grants:
            return _owner(state, bench)
    return None


# --- words --------------------------------------------------------------------------------------


def _age(page: Page) -> tuple[str, str]:
    return (page.last_on, page.news_on)


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _source(claim: Claim) -> str:
    return claim.item.source_name or claim.item.source_id


def _speaker(claim: Claim) -> str:
    if claim.tier == "official":
        return "the firm or the regulator"
    return f"the firm, as told by {_source(claim)}"


def _told_day(day: str | None, claim: Claim) -> str:
    """`11 June`, with the year where it is not the item's own."""
    if not day:
        return "an unknown day"
    if len(day) == 7:
        month = date.fromisoformat(day + "-01")
        return f"{month:%B %Y}"
    at = date.fromisoformat(day[:10])
    return f"{at.day} {at:%B}" + ("" if at.year == claim.on.year else f" {at.year}")
