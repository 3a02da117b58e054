"""Which routes want an event. Every refusal can be put into words, for `check routes`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.config import Route
from monitor.model import Certainty, Event, Item, Unsure
from monitor.regions import places_overlap

_CERTAINTY: tuple[Certainty, ...] = ("confirmed", "reported", "expected", "denied")
"""Surest first."""

Recipients = dict[str, tuple[int, ...]]
"""Receiver id → the positions of the routes that name it; none: told whatever the routes say."""


def recipients(
    event: Event, routes: Sequence[Route], told: Iterable[str] | None = None
) -> Recipients:
    """Who is to be told, in the order of the routes.

    `told`: the receivers who got the story's earlier alerts. Exactly those get a correction; an
    update that corrects goes to them beside those whom the routes name. None: not known.
    """
    if refusal(event):
        return {}
    found: dict[str, tuple[int, ...]] = {}
    if event.verdict != "correction" or told is None:
        found = _named(routes, [against(event, route) is None for route in routes])
    for receiver_id in told or () if event.corrects else ():
        found.setdefault(receiver_id, ())
    return found


def unsure_recipients(unsure: Unsure, routes: Sequence[Route]) -> Recipients:
    """Who asked for the unsure queue and wants this entry."""
    return _named(routes, [unsure_against(unsure, route) is None for route in routes])


def _named(routes: Sequence[Route], wanted: Sequence[bool]) -> Recipients:
    found: dict[str, tuple[int, ...]] = {}
    for number, route in enumerate(routes):
        for receiver_id in route.to if wanted[number] else ():
            found[receiver_id] = (*found.get(receiver_id, ()), number)
    return found


def refusal(event: Event) -> str | None:
    """Why the event reaches nobody, whatever the routes say; None: the routes decide."""
    if event.held_because is not None:
        return f"held: {event.held_because}"
    if not event.alerting and event.verdict != "correction":
        match = event.match
        return f"does not alert: {event.verdict}, {match.status}, {match.certainty}"
    return None


def against(event: Event, route: Route) -> str | None:
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
    # What this text leaves out is taken from the story: "the firm confirms the report".
    return (
        _destinations_against(match.destinations or story.destinations, route.destinations)
        or _products_against(match.products or story.products, route.products)
        or _source_against(event.item, route)
    )


def unsure_against(unsure: Unsure, route: Route) -> str | None:
    """As `against`, for an entry of the unsure queue, of which less is known."""
    issuer = unsure.item.issuer_id
    if not route.unsure:
        return "the route does not ask for the unsure queue (unsure: true)"
    if route.issuers is not None and issuer is not None and issuer not in route.issuers:
        return f"issuer {issuer} is not among {', '.join(route.issuers)}"
    return _source_against(unsure.item, route)


def _destinations_against(named: Sequence[str], wanted: Sequence[str] | None) -> str | None:
    if wanted is None:
        return None
    if not named:
        return f"destinations are not disclosed, wanted {', '.join(wanted)}"
    if not any(places_overlap(code, place) for code in named for place in wanted):
        return f"destinations {', '.join(named)} touch none of {', '.join(wanted)}"
    return None


def _products_against(named: Sequence[str], wanted: Sequence[str] | None) -> str | None:
    if wanted is None or not set(wanted).isdisjoint(named):
        return None
    if not named:
        return f"products are not told, wanted {', '.join(wanted)}"
    return f"products {', '.join(named)} are not among {', '.join(wanted)}"


def _source_against(item: Item, route: Route) -> str | None:
    if route.tiers is not None and item.tier not in route.tiers:
        return f"a source of tier {item.tier} is not among {', '.join(route.tiers)}"
    if route.kinds is not None and item.kind not in route.kinds:
        return f"kind {item.kind} is not among {', '.join(route.kinds)}"
    return None


# --- in words -----------------------------------------------------------------------------------


def why(event: Event, routes: Sequence[Route]) -> list[str]:
    """One line per route: who is told, or the first condition against it."""
    if because := refusal(event):
        return [f"nobody is told: {because}"]
    if event.verdict == "correction":
        return ["told: exactly those who got the alert that it corrects"]
    return _decisions(routes, [against(event, route) for route in routes])


def why_unsure(unsure: Unsure, routes: Sequence[Route]) -> list[str]:
    """As `why`, for an entry of the unsure queue."""
    return _decisions(routes, [unsure_against(unsure, route) for route in routes])


def _decisions(routes: Sequence[Route], reasons: Sequence[str | None]) -> list[str]:
    if not routes:
        return ["nobody is told: there are no routes"]
    lines = []
    for number, (route, reason) in enumerate(zip(routes, reasons, strict=True), 1):
        name = f"route {number} ({route.id})" if route.id else f"route {number}"
        told = f"told by {name}" if reason is None else f"not by {name}: {reason}"
        lines.append(f"{', '.join(route.to)}: {told}")
    return lines
