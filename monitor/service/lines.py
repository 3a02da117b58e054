"""The log lines of the service that counters share: fixed phrases and their fields."""

from __future__ import annotations

import logging

from monitor.config import Config
from monitor.log import fields
from monitor.model import Visit

log = logging.getLogger(__name__)


def counts(config: Config) -> dict[str, dict[str, object]]:
    """How much a configuration holds."""
    return fields(
        sources=sum(source.enabled for source in config.sources),
        receivers=len(config.receivers),
        issuers=len(config.issuers),
    )


def warn_of_liberties(config: Config) -> None:
    """One line for each source whose entry sets one of our manners aside."""
    for source in config.sources:
        for liberty in source.liberties if source.enabled else ():
            log.warning(liberty, extra=fields(source=source.id))


def log_visit(visit: Visit, late_s: float | None = None) -> None:
    """One line per visit, with the fixed phrase that counters share."""
    late_s = None if late_s is None else round(late_s, 3)
    elapsed_s, fetch_s = round(visit.elapsed_s, 3), round(visit.fetch_s, 3)
    if not visit.ok:
        log.warning(
            "source failed",
            extra=fields(
                source=visit.source_id, reason=visit.reason, error=visit.error, late_s=late_s
            ),
        )
    elif visit.unchanged:
        told = fields(source=visit.source_id, fetch_s=fetch_s, elapsed_s=elapsed_s, late_s=late_s)
        log.info("source unchanged", extra=told)
    else:
        log.info(
            "source polled",
            extra=fields(
                source=visit.source_id,
                items=visit.items,
                fresh=visit.fresh,
                events=visit.events,
                deliveries=visit.deliveries,
                skipped=visit.skipped or None,
                fetch_s=fetch_s,
                elapsed_s=elapsed_s,
                late_s=late_s,
            ),
        )
