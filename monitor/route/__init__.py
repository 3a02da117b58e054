"""Event → Deliveries: which receivers are told, and whether at once, later, or together.

    conditions.py   which routes want an event, and in words what spoke against the others
    quiet.py        quiet hours: until when a window lasts
    plan.py         one visit's events → deliveries: silences, quiet hours, caps, bursts

Pure; the routes come from `feeds.yaml`, what happened before through the `Past` protocol. Nothing
is ever dropped: what does not go out at once is stored with the reason.
"""

from monitor.route.conditions import recipients, refusal, why, why_unsure
from monitor.route.plan import Nothing, Past, Routing, deliveries_for, plan
from monitor.route.quiet import quiet_until

__all__ = [
    "Nothing",
    "Past",
    "Routing",
    "deliveries_for",
    "plan",
    "quiet_until",
    "recipients",
    "refusal",
    "why",
    "why_unsure",
]
