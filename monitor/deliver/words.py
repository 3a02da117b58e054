"""What a delivery is about → the Message that says it. To add a kind: a branch in each function."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.config import Issuer
from monitor.model import Delivery, Edition, Event, Group, Message, Notice, Unsure
from monitor.render import alert, grouped, ops_notice, unsure_alert

Subject = Event | Unsure | Group | Notice | Edition


def message_for(
    subject: Subject,
    delivery: Delivery,
    issuers: Mapping[str, Issuer],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Message:
    """The words of `delivery` as they read at `now`."""
    id_, doubtful = delivery.id, delivery.doubtful
    match subject:
        case Event():
            issuer = issuers.get(subject.match.issuer_id or "")
            return alert(subject, issuer, delivery_id=id_, now=now, zone=zone, doubtful=doubtful)
        case Unsure():
            issuer = issuers.get(subject.item.issuer_id or "")
            return unsure_alert(
                subject, issuer, delivery_id=id_, now=now, zone=zone, doubtful=doubtful
            )
        case Group():
            return grouped(subject, issuers, delivery_id=id_, now=now, zone=zone, doubtful=doubtful)
        case Notice():
            return ops_notice(subject, delivery_id=id_)
        case Edition():
            return Message(subject.subject, subject.text, html=subject.html, delivery_id=id_)


def born_at(subject: Subject) -> datetime:
    """Since when there is something to tell: what nobody takes for days is parked."""
    match subject:
        case Event():
            return subject.detected_at
        case Unsure():
            return subject.item.fetched_at
        case Group():
            return max(born_at(member) for _, member in subject.members)
        case Notice():
            return subject.at
        case Edition():
            return subject.built_at
