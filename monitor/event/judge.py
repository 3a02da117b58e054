"""A first honest ledger: same issuer, same family, no new fact = the same story."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.clock import CHINA
from monitor.model import (
    ALERTING,
    TIERS,
    Event,
    Item,
    Match,
    Reading,
    Story,
    Verdict,
    digest_id,
)

if TYPE_CHECKING:
    from monitor.event import Ledger


def events_from(item: Item, reading: Reading, ledger: Ledger, now: datetime) -> list[Event]:
    """Judge each match of `item` against the ledger, each building on the ones before it."""
    known: dict[str, list[Story]] = {}
    events: list[Event] = []
    for match in reading.matches:
        issuer = match.issuer_id or ""
        if issuer not in known:
            known[issuer] = list(ledger.stories(issuer)) if issuer else []
        mine = [s for s in known[issuer] if s.family == match.family]
        event = _judge(item, match, max(mine, key=_age, default=None), now)
        known[issuer] = [s for s in known[issuer] if s.id != event.id] + [event.story]
        events.append(event)
    return events


def _age(story: Story) -> str:
    return story.last_evidence_on or ""


def _judge(item: Item, match: Match, story: Story | None, now: datetime) -> Event:
    issuer = match.issuer_id or ""
    day = (item.published_at or item.fetched_at).astimezone(CHINA).date().isoformat()
    before = story or Story(
        digest_id(issuer, match.family, item.id, length=12), issuer, match.family, first_seen_at=now
    )
    added = tuple(f"destination {d}" for d in match.destinations if d not in before.destinations)
    verdict: Verdict
    if match.status not in ALERTING or match.certainty in ("expected", "denied"):
        verdict, reason = "none-alerting", f"{match.status}, {match.certainty}: never alerts"
    elif match.novelty == "background":
        verdict, reason = "background", "background: the text tells an older act"
    elif before.revision == 0 and story is None:
        verdict, reason = "new", "new: first licence news for this issuer"
    elif before.certainty == "reported" and match.certainty == "confirmed":
        verdict, reason = "confirmed", "confirmed: it was only reported before"
    elif added or match.status not in before.statuses:
        verdict, reason = "update", "update: adds " + (", ".join(added) or match.status)
    else:
        verdict, reason = "repeat", "repeat: nothing new"
    told = verdict in ("new", "update", "confirmed")
    after = replace(
        before,
        statuses=tuple(dict.fromkeys((*before.statuses, match.status))),
        destinations=tuple(dict.fromkeys((*before.destinations, *match.destinations))),
        products=tuple(dict.fromkeys((*before.products, *match.products))),
        certainty="confirmed" if match.certainty == "confirmed" else before.certainty,
        best_tier=min(before.best_tier, item.tier, key=TIERS.index),
        revision=before.revision + told,
        last_evidence_on=max(before.last_evidence_on or day, day),
    )
    alerting = told and bool(issuer)
    return Event(
        after.id, after.revision, verdict, (reason,), added if verdict == "update" else (),
        match, after, item, now, alerting,
    )  # fmt: skip
