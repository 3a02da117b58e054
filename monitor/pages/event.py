"""`/events/ID`: one story, from the alert as it was sent down to who was told.

`ID.2` is its second revision, `?seq=` any single telling; without either the newest revision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.model import ALERTING_VERDICTS, DeliveryState, Event, Story
from monitor.pages.ledger import story_told
from monitor.pages.lens import Evidence
from monitor.pages.page import Asked, Page, Refused
from monitor.pages.telling import (
    MARKS,
    MOST_LANES,
    Telling,
    along,
    language_word,
    lead_words,
    leads,
    makers,
    source_name,
    tellings,
)
from monitor.pages.told import delivery_told, event_told, source_told
from monitor.pages.words import language_of
from monitor.render import added_words, alert, cut, one_line
from monitor.stores.lists import ListedDelivery, Numbered
from monitor.terminal import WORD

QUESTION_CHARS = 600
MOST_REVISIONS = 60
UNSENT: Mapping[DeliveryState, str] = {
    "pending": "waits to be sent",
    "dead": "given up",
    "digest": "left to the digest",
    "silenced": "silenced by a person",
}


def view(asked: Asked) -> dict[str, Any]:
    """Everything about one revision of the story."""
    story_id, wanted = _asked_for(asked)
    told = asked.session.told_of(story_id, also=asked.number("seq"))
    if not told.events:
        raise Refused(404, "There is no such event. Its id stands in the last line of an alert.")
    made = makers(told.events)
    numbered = _subject(asked, told.events, made, wanted)
    event = numbered.event
    found = asked.site.lens.evidence(event)
    shown = tellings(told.events, asked.site.zone)
    listed = asked.session.story_deliveries(story_id)
    mine = [d for d in listed if d.delivery.about == f"{story_id}.{event.revision}"]
    return {
        "event": event_told(asked.site, numbered)
        | {"rule_version": event.match.pack_version, "event_date": event.match.event_date},
        "question": cut(one_line(event.item.question or ""), QUESTION_CHARS) or None,
        "revisions": _revisions(made, event),
        "corrected_by": _corrected_by(made, event),
        "alert": _alert(asked, event, mine),
        "evidence": _evidence(event, found),
        "rule": _rule(asked, event),
        "reasons": _reasons(event),
        "added": [cut(one_line(entry), 160) for entry in event.added],
        "leads": [
            {"source": lead.source_id, "name": lead.name, "lead_s": lead.lead_s, "told_at": lead.at}
            for lead in leads(shown, event.revision)
        ],
        "timeline": [_telling(asked, telling, numbered) for telling in shown],
        "timeline_left_out": told.left_out,
        "known_before": story_told(_before(told.events, numbered)),
        "deliveries": [_delivery(asked, d) for d in mine],
        "deliveries_of_others": len(listed) - len(mine),
        "title": f"{WORD[event.match.status]} · {_firm(asked, event)}",
        "_found": found,
        "_lanes": _lanes(shown, event),
        "_marks": [(along(seconds), word) for seconds, word in MARKS],
        "_lead": lead_words,
        "_is_maker": made.get(event.revision) == numbered,
    }


def _asked_for(asked: Asked) -> tuple[str, int | None]:
    """The story's id, and the revision if the address names one."""
    story_id, _, revision = asked.path["id"].partition(".")
    if revision and not (revision.isascii() and revision.isdecimal() and len(revision) < 9):
        raise Refused(404, "There is no such event. Its id stands in the last line of an alert.")
    return story_id, int(revision) if revision else None


def _subject(
    asked: Asked, events: Sequence[Numbered], made: Mapping[int, Numbered], wanted: int | None
) -> Numbered:
    """The event the page is about."""
    if (seq := asked.number("seq")) is not None:
        for numbered in events:
            if numbered.seq == seq:
                return numbered
        raise Refused(404, "This story was not told by an event of that number.")
    if wanted is None:
        return made[max(made)]
    if wanted not in made:
        last = max(made)
        raise Refused(404, f"This story has no revision {wanted}; the newest one is {last}.")
    return made[wanted]


def _firm(asked: Asked, event: Event) -> str:
    issuer = asked.site.issuers.get(event.match.issuer_id or "")
    return issuer.name if issuer else cut(one_line(event.match.firm_name or "firm not named"), 80)


# --- revisions ------------------------------------------------------------------------------------


def _revisions(made: Mapping[int, Numbered], shown: Event) -> list[dict[str, Any]]:
    """The story's revisions, oldest first."""
    return [
        {
            "revision": revision,
            "verdict": n.event.verdict,
            "status": n.event.match.status,
            "word": WORD[n.event.match.status],
            "added": added_words(n.event) if n.event.verdict == "update" else "",
            "corrects": n.event.corrects,
            "detected_at": n.event.detected_at,
            "source": source_name(n.event.item),
            "href": f"/events/{n.event.id}.{revision}",
            "shown": revision == shown.revision,
        }
        for revision, n in list(made.items())[-MOST_REVISIONS:]
    ]


def _corrected_by(made: Mapping[int, Numbered], shown: Event) -> str | None:
    """The later revision that takes back something this one told."""
    told = set(shown.match.destinations)
    for revision, n in made.items():
        if revision <= shown.revision or not n.event.corrects:
            continue
        left = set(n.event.story.destinations)
        if n.event.verdict == "correction" if not told else not told <= left:
            return f"/events/{shown.id}.{revision}"
    return None


# --- the alert ------------------------------------------------------------------------------------


def _alert(asked: Asked, event: Event, deliveries: Sequence[ListedDelivery]) -> dict[str, Any]:
    """The alert as it was sent first, or as it would read."""
    sent = [d.delivery for d in deliveries if d.delivery.sent_at is not None]
    first = min(sent, key=lambda d: d.sent_at or event.detected_at, default=None)
    at = first.sent_at if first and first.sent_at else event.detected_at
    message = alert(
        event,
        asked.site.issuers.get(event.match.issuer_id or ""),
        delivery_id=first.id if first else "",
        now=at,
        zone=asked.site.zone,
    )
    lines = [line for line in message.body.split("\n") if line != message.url]
    return {
        "title": message.title,
        "lines": [line for line in lines if not line.startswith(f"event {event.id}")],
        "url": message.url,
        "sent_at": at if first else None,
        "not_sent": None if first else _not_sent(event, deliveries),
    }


def _not_sent(event: Event, deliveries: Sequence[ListedDelivery]) -> str:
    """Why nobody got it as an alert of its own."""
    if event.held_because:
        return f"Held back: {event.held_because}."
    if event.verdict == "repeat":
        return "No alert: it repeats what was told before."
    if event.verdict == "background":
        return "No alert: the text tells an older act."
    if event.match.issuer_id is None:
        return "No alert: the firm is not on the watchlist."
    if event.verdict not in ALERTING_VERDICTS or not (event.alerting or event.corrects):
        return "No alert: statements of this kind never alert."
    if not deliveries:
        return "No alert was sent: no route of the configuration asks for it."
    states = dict.fromkeys(d.delivery.state for d in deliveries)
    words = ", ".join(UNSENT.get(state, state) for state in states)
    return f"Not sent yet: {words}."


# --- why we believe it ----------------------------------------------------------------------------


def _evidence(event: Event, found: Evidence) -> dict[str, Any]:
    return {
        "where": event.match.where,
        "before": found.before,
        "quote": found.quote,
        "after": found.after,
        "language": language_of(found.quote, event.item.language),
        "deciding": [p.text for p in found.pieces if p.kind == "deciding"],
        "matched": [p.text for p in found.pieces if p.kind == "matched"],
        "exact": found.exact,
        "marked": found.marked,
    }


def _rule(asked: Asked, event: Event) -> dict[str, Any]:
    exists, meaning = asked.site.lens.meaning(event.match.rule_id)
    return {
        "id": event.match.rule_id,
        "version": event.match.pack_version,
        "meaning": meaning,
        "exists": exists,
    }


def _reasons(event: Event) -> dict[str, list[str]]:
    """Why this verdict, and why the sentence was read so."""
    scope = [cut(one_line(r), 300) for r in event.match.reasons]
    own = [r.removeprefix(f"{event.verdict}: ") for r in event.reasons]
    verdict = [cut(one_line(r), 300) for r in own if r not in event.match.reasons]
    return {"verdict": verdict, "scope": scope}


# --- who else -------------------------------------------------------------------------------------


def _telling(asked: Asked, telling: Telling, subject: Numbered) -> dict[str, Any]:
    event = telling.event
    brief = event_told(asked.site, telling.numbered)
    kept = ("seq", "revision", "status", "family", "word", "verdict", "added", "corrects",
            "evidence", "title", "url", "published_at", "seen_at", "certainty")  # fmt: skip
    return {name: brief[name] for name in kept} | {
        "href": f"/events/{event.id}?seq={telling.numbered.seq}",
        "source": source_told(event.item),
        "language": language_of(event.match.quote, event.item.language),
        "language_word": language_word(language_of(event.match.quote, event.item.language)),
        "told_at": telling.at,
        "lead_s": telling.lead_s,
        "shown": telling.numbered == subject,
    }


def _lanes(shown: Sequence[Telling], event: Event) -> list[dict[str, Any]]:
    """Per source its tellings of this revision as places on the scale of the lead."""
    lanes: dict[str, dict[str, Any]] = {}
    for telling in shown:
        one = telling.event
        if one.revision != event.revision:
            continue
        lane = lanes.setdefault(
            one.item.source_id,
            {
                "name": source_name(one.item),
                "language": language_word(language_of(one.match.quote, one.item.language)),
                "lead_s": telling.lead_s,
                "dots": [],
            },
        )
        echo = one.verdict in ("repeat", "background")
        dot = {"x": along(telling.lead_s), "echo": echo, "family": one.match.family}
        if dot not in lane["dots"]:
            lane["dots"].append(dot)
    return list(lanes.values())[:MOST_LANES]


def _before(events: Sequence[Numbered], subject: Numbered) -> Story | None:
    """The ledger's page as it stood when this event was judged."""
    earlier = [
        n for n in events if n.seq < subject.seq and n.event.item.id != subject.event.item.id
    ]
    return max(earlier, key=lambda n: n.seq).event.story if earlier else None


# --- who was told ---------------------------------------------------------------------------------


def _delivery(asked: Asked, listed: ListedDelivery) -> dict[str, Any]:
    told = delivery_told(asked.site, listed)
    delivery = listed.delivery
    since = delivery.published_at or delivery.seen_at
    delay = None
    if delivery.sent_at is not None and since is not None:
        delay = max(0.0, (delivery.sent_at - since).total_seconds())
    seen = None
    if delivery.sent_at is not None and delivery.seen_at is not None:
        seen = max(0.0, (delivery.sent_at - delivery.seen_at).total_seconds())
    return told | {"delay_s": delay, "delay_since_seen_s": seen}


PAGE = Page("/events/{id}", view, "event.html.j2", "Event")
