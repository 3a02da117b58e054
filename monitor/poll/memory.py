"""What is remembered of a source once a visit is stored, and when it is due again. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.adapters import Adapter, Skip
from monitor.charset import decode
from monitor.config import Source
from monitor.errors import FetchError, SourceError
from monitor.health import Look, shares_of
from monitor.model import Checkpoint
from monitor.pace import WALL_PAUSE_S, awake_s, holidays_of
from monitor.poll.harvest import Harvest
from monitor.poll.judging import AWAY

SLOWEST_S = 24 * 3600.0
"""No source is left alone longer, however often it failed: nothing is given up."""

NOT_MODIFIED_FOR = timedelta(days=7)
"""After so many days of "not modified" we ask for the whole page once."""

DISTRUSTED_FOR = timedelta(days=30)
"""So long we ask for whole pages where "not modified" was said of one that had changed."""


def next_delay_s(
    every_s: float, before: Checkpoint, failure: SourceError | None, rng: random.Random
) -> float:
    """Seconds until the next visit: doubled per failure in a row, +-10 %, Retry-After at least.

    Who turned us away (login, captcha, 403) has ten minutes of peace at least.
    """
    failures = before.failures + 1 if failure else 0
    delay = min(every_s * 2.0 ** min(failures, 20), SLOWEST_S) * rng.uniform(0.9, 1.1)
    asked_s = failure.retry_after_s if isinstance(failure, FetchError) else None
    peace_s = WALL_PAUSE_S if failure and failure.reason == "auth" else 0.0
    return min(max(delay, asked_s or 0.0, peace_s), SLOWEST_S)


def whole_if_due(before: Checkpoint, now: datetime) -> Checkpoint:
    """`before`, without validators when nothing but 304 came for days: it may be a stale cache.

    One that was found out is not asked conditionally again for a while.
    """
    lied_at = before.cache_lied_at
    distrusted = lied_at is not None and now - lied_at < DISTRUSTED_FOR
    if before.whole_at is not None and now - before.whole_at < NOT_MODIFIED_FOR and not distrusted:
        return before
    return replace(before, etag=None, last_modified=None)


def _staleness(
    before: Checkpoint, harvest: Harvest, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """`stale_at` and `cache_lied_at` after the visit."""
    if not harvest.whole or harvest.failure:
        return before.stale_at, before.cache_lied_at
    last, whole_at = before.last_success_at, before.whole_at
    # Who has not looked for long cannot say that only 304 came.
    looked = before.unchanged and last is not None and now - last < AWAY
    if looked and whole_at is not None and now - whole_at >= NOT_MODIFIED_FOR:
        return (now, before.cache_lied_at) if harvest.unchanged else (None, now)
    return (before.stale_at if harvest.unchanged else None), before.cache_lied_at


def looked(
    source: Source,
    adapter: Adapter,
    harvest: Harvest,
    fresh: int,
    before: Checkpoint,
    now: datetime,
) -> Look:
    """What the visit saw, as far as the source's health goes."""
    watched_s = None
    last, slow_s = before.last_success_at, source.every_off_hours_s
    longest = timedelta(seconds=3 * max(source.every_s, slow_s or 0.0))
    if last is not None and now - last <= max(AWAY, longest):
        watched_s = awake_s(last, now, None if slow_s is None else holidays_of(source))
    if harvest.failure:
        return Look(fresh=fresh, watched_s=watched_s)
    items = list(harvest.items.values())
    shares = shares_of(items, len(harvest.skips))
    if not adapter.needs_url or getattr(source.options, "may_be_empty", False):
        # These know when no rows are no failure: a firm without filings this week.
        del shares["rows"]
    if items:
        at = items[0].published_at
        dated = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if at else "no time"
        sample = f"{items[0].title} · {dated} · {items[0].url}"
    else:
        sample = " ".join(decode(harvest.head).split())
    return Look(None if harvest.unchanged else shares, fresh, sample, watched_s)


def checkpoint_after(
    before: Checkpoint, harvest: Harvest, brought_news: bool, now: datetime, delay_s: float
) -> Checkpoint:
    """What to remember of the source once this visit is stored."""
    failure = harvest.failure
    stale_at, cache_lied_at = _staleness(before, harvest, now)
    if failure:
        ended: dict[str, Any] = {
            "failures": before.failures + 1,
            "error": str(failure),
            "reason": failure.reason,
        }
    else:
        note = "; ".join([*_told(harvest.skips), *harvest.notes]) or None
        ended = {
            "last_success_at": now,
            "failures": 0,
            "error": None,
            "reason": None,
            "note": before.note if harvest.unchanged else note,
            "unchanged": harvest.unchanged,
        }
    return replace(
        before,
        etag=harvest.etag,
        last_modified=harvest.last_modified,
        body_hash=harvest.body_hash,
        cursor=harvest.cursor,
        first_visit_at=before.first_visit_at or now,
        last_visit_at=now,
        last_item_at=now if brought_news else before.last_item_at,
        next_due_at=now + timedelta(seconds=delay_s),
        whole_at=now if harvest.whole or before.whole_at is None else before.whole_at,
        stale_at=stale_at,
        cache_lied_at=cache_lied_at,
        **ended,
    )


def _told(skips: Sequence[Skip]) -> list[str]:
    """`3 rows left out: no time` per reason."""
    counts: dict[str, int] = {}
    for skip in skips:
        counts[skip.reason] = counts.get(skip.reason, 0) + 1
    return [f"{n} left out: {reason}" for reason, n in counts.items()]
