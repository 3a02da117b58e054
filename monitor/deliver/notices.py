"""What the ops receivers are told about receivers. Pure.

Two troubles per receiver: `receiver:<id>`, down for long, told when it begins and when it ends; and
`parked:<id>`, something was given up, told once until the receiver takes a message again.
"""

from __future__ import annotations

from datetime import datetime

from monitor.model import Delivery, Notice
from monitor.terminal import age


def down(
    receiver_id: str, since: datetime, error: str, waiting: int, now: datetime, to: tuple[str, ...]
) -> Notice:
    """Nothing was accepted since `since`; `waiting` messages are kept for it."""
    return Notice(
        f"receiver:{receiver_id}",
        f"OPS · receiver {receiver_id} is down",
        f"It has accepted nothing for {age((now - since).total_seconds())}."
        f" The last answer: {error}\n{waiting} waiting for it; they go out as soon as it is back,"
        " losses first. One try a minute until then.",
        to,
        now,
    )


def parked(
    receiver_id: str, delivery: Delivery, error: str, now: datetime, to: tuple[str, ...]
) -> Notice:
    """A delivery was given up."""
    return Notice(
        f"parked:{receiver_id}",
        f"OPS · an alert for {receiver_id} was given up",
        f"{delivery.about} was not accepted in {delivery.attempts} tries. The last answer: {error}"
        "\nmonitor deliveries --dead lists what was given up, monitor retry ID sends it again.",
        to,
        now,
    )


def well_again(
    receiver_id: str, since: datetime | None, now: datetime, to: tuple[str, ...]
) -> tuple[Notice, Notice]:
    """The receiver took a message. Told if it was told to be down; that something is parked ends
    without words, so that the next time is told again."""
    length = f" after {age((now - since).total_seconds())}" if since else ""
    back = f"OPS · receiver {receiver_id} is back{length}"
    body = "It accepts messages again; what waited for it is being sent."
    return (
        Notice(f"receiver:{receiver_id}", back, body, to, now, opens=False),
        Notice(f"parked:{receiver_id}", "", "", (), now, opens=False),
    )
