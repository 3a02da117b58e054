"""Event → Deliveries: which receivers are told. Pure; the routes come from `feeds.yaml`.

All conditions of a route must hold; one receiver named by several routes is told once. Every
refusal can be put into words: `why` says per route who is told, or what spoke against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from monitor.config import Route
from monitor.model import Certainty, Delivery, Event, Family, digest_id

_SEVERITY: dict[Family, int] = {"loss": 0, "grant": 1}
_CERTAINTY: tuple[Certainty, ...] = ("confirmed", "reported", "expected", "denied")
"""Surest first."""

# A route for a region also takes the countries in it; texts name either.
_EUROPE = """AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IT LT LU LV MT NL NO PL PT RO SE
SI SK"""
_SOUTHEAST_ASIA = "BN ID KH LA MM MY PH SG TH TL VN"
REGIONS: dict[str, frozenset[str]] = {
    "EU": frozenset(_EUROPE.split()),  # the code also stands for "Europe"
    "SEA": frozenset(_SOUTHEAST_ASIA.split()),
    "NA": frozenset({"US", "CA", "MX"}),
}


def deliveries_for(
    event: Event,
    routes: Sequence[Route],
    now: datetime,
    *,
    told: Iterable[str] | None = None,
) -> list[Delivery]:
    """One Delivery per receiver that is to be told, in the order of the routes.

    None for an event that does not alert or is held back. `told`: the receivers who got the story's
    earlier alerts; a correction goes to exactly those, whatever the routes say.
    """
    if refusal(event):
        return []
    if event.verdict == "correction" and told is not None:
        receivers = dict.fromkeys(told)
    else:
        matching = (route for route in routes if _against(event, route) is None)
        receivers = dict.fromkeys(to for route in matching for to in route.to)
    about = f"{event.id}.{event.revision}"
    return [
        Delivery(
            id=digest_id(about, receiver_id, length=12),
            about=about,
            receiver_id=receiver_id,
            due_at=now,
            severity=_SEVERITY.get(event.match.family, 2),
        )
        for receiver_id in receivers
    ]


def refusal(event: Event) -> str | None:
    """Why the event reaches nobody, whatever the routes say; None: the routes decide."""
    if event.held_because is not None:
        return f"held: {event.held_because}"
    if not event.alerting:
        match = event.match
        return f"does not alert: {event.verdict}, {match.status}, {match.certainty}"
    return None


def why(event: Event, routes: Sequence[Route]) -> list[str]:
    """One line per route: who is told, or the first condition against it."""
    if because := refusal(event):
        return [f"nobody is told: {because}"]
    if not routes:
        return ["nobody is told: there are no routes"]
    return list(_decisions(event, routes))


def _decisions(event: Event, routes: Sequence[Route]) -> Iterator[str]:
    for number, route in enumerate(routes, 1):
        to = ", ".join(route.to)
        against = _against(event, route)
        if against is None:
            yield f"{to}: told by route {number}"
        else:
            yield f"{to}: not by route {number}: {against}"


def _against(event: Event, route: Route) -> str | None:
    """The first condition of `route` that the event does not meet, in words; None: it meets all."""
    match, story = event.match, event.story
    correcting = event.verdict == "correction"
    # A correction may carry a status nobody asked for ("not received"); who wanted to hear of the
    # story wants to hear that it was wrong.
    statuses = {match.status, *(story.statuses if correcting else ())}
    if statuses.isdisjoint(route.statuses):
        return f"status {match.status} is not among {', '.join(route.statuses)}"
    if event.verdict not in route.verdicts:
        return f"verdict {event.verdict} is not among {', '.join(route.verdicts)}"
    if route.issuers is not None and match.issuer_id not in route.issuers:
        return f"issuer {match.issuer_id or 'unknown'} is not among {', '.join(route.issuers)}"
    least = route.certainty or "reported"
    if not correcting and _CERTAINTY.index(match.certainty) > _CERTAINTY.index(least):
        return f"certainty {match.certainty} is less than {least}"
    if route.destinations is not None:
        # What this text leaves out is taken from the story: "the firm confirms the report".
        named = match.destinations or story.destinations
        if not named:
            return f"destinations are not disclosed, wanted {', '.join(route.destinations)}"
        if not any(_within(code, wanted) for code in named for wanted in route.destinations):
            return f"destinations {', '.join(named)} touch none of {', '.join(route.destinations)}"
    return None


def _within(code: str, wanted: str) -> bool:
    """Whether a place named in a text and a place a route asks for overlap."""
    return (
        code == wanted
        or code in REGIONS.get(wanted, frozenset())
        or wanted in REGIONS.get(code, frozenset())
    )
