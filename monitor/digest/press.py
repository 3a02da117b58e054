"""Makes the day's digest when it is due, for each mailbox once per local date.

It looks at the wall clock again and again, so neither a jump of it nor a sleeping machine loses a
day: what is due and not there is made. An edition and its delivery are stored in one transaction;
`deliver` takes over from there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from monitor.clock import zone
from monitor.config import Config, Digest, Mailbox
from monitor.digest.day import Day, gather
from monitor.digest.text import text_of
from monitor.digest.window import Window, due_at, newest_due
from monitor.health import source_state
from monitor.log import fields
from monitor.model import Edition
from monitor.stores import Keeper, Store, open_store

log = logging.getLogger(__name__)


SETTLE = timedelta(minutes=3)
"""A late digest waits this long at most for the visits that were missed meanwhile."""
ASLEEP = timedelta(minutes=5)
"""Nobody looked for so long: the program or its machine was not running."""


class Press:
    """A chore of the service. `wake` is called when a mail was queued."""

    def __init__(self, keeper: Keeper, wake: Callable[[], None]) -> None:
        self._keeper, self._wake = keeper, wake
        self._awake_since: datetime | None = None
        self._last_look: datetime | None = None

    async def __call__(self, config: Config, now: datetime) -> None:
        """Look once. Raises StoreError; then nothing of it was stored, and the next look is it."""
        await self.look(config, now)

    async def look(self, config: Config, now: datetime) -> list[Edition]:
        """Make what is due at `now`, and queue it. Returns what was made."""
        if self._last_look is None or not timedelta() <= now - self._last_look <= ASLEEP:
            self._awake_since = now
        self._last_look = now
        if config.digest is None:
            return []
        due = await self._keeper(partial(_due, digest=config.digest, zone=_zone(config), now=now))
        if not due or await self._must_settle(config, due, now):
            return []
        # A connection of its own: a long look back must not hold up a poll.
        made = await asyncio.to_thread(_print, config, due, now)
        queued = []
        for edition, held in made:
            if await self._keeper(Store.record_edition, edition, held) is not None:
                queued.append(edition)
                log_queued(edition)
        if queued:
            self._wake()
        return queued

    async def _must_settle(self, config: Config, due: Iterable[Due], now: datetime) -> bool:
        """Just awake, and sources were missed meanwhile: what they bring belongs into this mail,
        and none of them is to be called ill because we slept."""
        since = self._awake_since or now
        if now - since >= SETTLE or not any(window.due_at < since for _, window, _ in due):
            return False
        return await self._keeper(_some_missed, config, now)


def _some_missed(store: Store, config: Config, now: datetime) -> bool:
    seen = {c.source_id: c for c in store.checkpoints()}
    local = _zone(config)
    return any(
        source_state(source, seen.get(source.id), 0, now, local).state in ("new", "overdue")
        for source in config.sources
        if source.enabled
    )


def log_queued(edition: Edition) -> None:
    """The one line per edition, for people and counters."""
    log.info(
        "digest queued",
        extra=fields(
            day=edition.day,
            mailbox=edition.mailbox_id,
            late_s=round(max(0.0, (edition.built_at - edition.due_at).total_seconds())),
            bytes=len(edition.html.encode()),
        ),
    )


Due = tuple[Mailbox, Window, tuple[str, ...]]
"""Who is to get what, and the unsure items told last time."""


def _zone(config: Config) -> ZoneInfo:
    digest = config.digest
    return zone((digest.timezone if digest else None) or config.timezone)


def _due(store: Store, *, digest: Digest, zone: ZoneInfo, now: datetime) -> list[Due]:
    found: list[Due] = []
    for mailbox in digest.to:
        known_at, _ = store.mailbox_known_at(mailbox.id, now)
        day = newest_due(now, digest.at, zone)
        if due_at(day, digest.at, zone) <= known_at:
            continue  # its first digest is the next one
        if store.edition(day.isoformat(), mailbox.id) is None:
            found.append(
                (mailbox, *_next(store, mailbox.id, day, now=now, digest=digest, zone=zone))
            )
    return found


def _next(
    store: Store, mailbox_id: str, day: date, *, now: datetime, digest: Digest, zone: ZoneInfo
) -> tuple[Window, tuple[str, ...]]:
    """The window from the edition before to now, and the unsure items that one told."""
    before = store.last_edition(mailbox_id, now)
    known_at, known = store.mailbox_known_at(mailbox_id, now)
    last = store.newest_event()
    missed = 0
    if before is not None:
        known_at, known = before.to_at, before.last_seq
        missed = max(0, (day - date.fromisoformat(before.day)).days - 1)
    window = Window(
        day,
        zone,
        due_at(day, digest.at, zone),
        known_at,
        now,
        after=min(known, last),  # the newest events may have been deleted by hand
        last=last,
        missed=missed,
    )
    return window, () if before is None else before.unsure


def _print(config: Config, due: Iterable[Due], now: datetime) -> list[tuple[Edition, list[str]]]:
    store = open_store(config.database, create=False)
    try:
        gathered: dict[tuple[Window, tuple[str, ...]], Day] = {}
        made = []
        for mailbox, window, told in due:
            key = (window, told)
            if key not in gathered:
                gathered[key] = gather(store, config, window, told)
            made.append(edition_of(gathered[key].for_mailbox(mailbox), config, now))
        return made
    finally:
        store.close()


def edition_of(day: Day, config: Config, now: datetime) -> tuple[Edition, list[str]]:
    """The day as a mail, and the ids of the deliveries that it tells in their stead."""
    from monitor.digest.mail import fitted  # templates: not for a start without a digest

    assert day.mailbox is not None
    words, page = fitted(day, web=web_of(config))
    window = day.window
    edition = Edition(
        day=window.day.isoformat(),
        mailbox_id=day.mailbox.id,
        subject=words.subject,
        text=text_of(words),
        html=page,
        built_at=now,
        due_at=window.due_at,
        from_at=window.from_at,
        to_at=window.to_at,
        last_seq=window.last,
        unsure=tuple(unsure.item.id for unsure in day.unsure),
    )
    return edition, [held.delivery.id for held in day.held]


def web_of(config: Config) -> str:
    """Where readers of the mail reach the pages; empty where nobody said so."""
    return (config.web.url if config.web else None) or ""


# --- by hand --------------------------------------------------------------------------------------


def by_hand(
    store: Store, config: Config, mailbox: Mailbox, day: date | None, now: datetime
) -> Edition | None:
    """The digest of a day (None: today) for a mailbox, made and queued at once; None: it has one.

    Today's goes on from the edition before, as it would at its hour; another day's covers its own
    24 hours.
    """
    digest, local = config.digest, _zone(config)
    assert digest is not None
    today = now.astimezone(local).date()
    day = day or today
    if store.edition(day.isoformat(), mailbox.id) is not None:
        return None
    window, told = window_of(store, config, day, now), tuple[str, ...]()
    if day == today:
        window, told = _next(store, mailbox.id, day, now=now, digest=digest, zone=local)
    edition, held = edition_of(
        gather(store, config, window, told).for_mailbox(mailbox), config, now
    )
    return edition if store.record_edition(edition, held) is not None else None


def window_of(store: Store, config: Config, day: date | None, now: datetime) -> Window:
    """The 24 hours that end when the digest of `day` (None: today) is due, or now if that is
    sooner. For looking at any day again: nothing of it depends on what was mailed.
    """
    local = _zone(config)
    day = day or now.astimezone(local).date()
    at = config.digest.at if config.digest else str(Digest.model_fields["at"].default)
    due, before = due_at(day, at, local), due_at(day - timedelta(days=1), at, local)
    to_at = max(before, min(due, now))
    return Window(
        day, local, due, before, to_at,
        after=store.event_before(before), last=store.event_before(to_at),
    )  # fmt: skip
