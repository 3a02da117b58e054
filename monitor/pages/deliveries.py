"""`/deliveries`: what was sent to whom, what waits, what is dead and why."""

from __future__ import annotations

from typing import Any, get_args
from urllib.parse import urlencode

from monitor.model import DeliveryState
from monitor.pages.page import Asked, Page, Refused, shortened
from monitor.pages.told import delivery_told

STATES: dict[DeliveryState, str] = {
    "pending": "waiting to be sent",
    "sent": "accepted by the receiver",
    "dead": "given up",
    "grouped": "sent inside another message",
    "digest": "left to the digest",
    "silenced": "silenced by a person",
}


def view(asked: Asked) -> dict[str, Any]:
    """Deliveries, the last decided first, and how many are in which state."""
    state = asked.one("state")
    if state is not None and state not in STATES:
        raise Refused(400, f"state: {shortened(state)} is none; they are {', '.join(STATES)}.")
    receiver = asked.one("receiver")
    found = asked.session.delivery_list(
        state=state,
        receiver_id=receiver,
        before=asked.number("before"),
    )
    counts = asked.session.queue_counts()
    kept = {k: v for k, v in (("state", state), ("receiver", receiver)) if v}
    return {
        "state": state,
        "receiver": receiver,
        "counts": {name: counts.get(name, 0) for name in get_args(DeliveryState)},
        "receivers": [r.id for r in asked.site.config.receivers],
        "deliveries": [delivery_told(asked.site, listed) for listed in found.rows],
        "next": f"/deliveries?{urlencode(kept | {'before': found.next})}" if found.next else None,
        "_states": STATES,
        "title": "Deliveries",
    }


PAGE = Page("/deliveries", view, "deliveries.html.j2", "Deliveries")
