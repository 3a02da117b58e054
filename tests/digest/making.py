"""Days and mails for the tests of the digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.config import Mailbox
from monitor.digest import Day, Window, gather, window_of
from monitor.digest.day import CHART_DAYS
from monitor.model import Event, Family, Reading
from monitor.stores import Store, open_store
from tests.digest.material import BOX, ISSUERS, SIX, at, config, fill

CHINA = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 3, 2)


@contextmanager
def stored(folder: Path, *, busy: bool = True) -> Iterator[Store]:
    """A store with the busy or the empty day in it."""
    store = open_store(str(folder / "day.db"))
    try:
        fill(store, busy=busy)
        yield store
    finally:
        store.close()


def day_of(folder: Path, *, busy: bool = True, mailbox: Mailbox = BOX) -> Day:
    """That day, gathered."""
    with stored(folder, busy=busy) as store:
        settings = config(str(folder / "day.db"))
        window = window_of(store, settings, MONDAY, SIX)
        return gather(store, settings, window).for_mailbox(mailbox)


def plain_day(events: Sequence[Event] = (), **changes: object) -> Day:
    """A day of these events and nothing else."""
    window = Window(MONDAY, CHINA, at(18), at(18, days=1), SIX, 0, len(events))
    nothing: dict[Family, int] = {}
    chart = tuple((MONDAY - timedelta(days=n), nothing) for n in range(CHART_DAYS - 1, -1, -1))
    day = Day(
        window, events=tuple(events), chart=chart, mailbox=BOX,
        issuers={issuer.id: issuer for issuer in ISSUERS},
    )  # fmt: skip
    return replace(day, **changes)  # type: ignore[arg-type]


def keep(store: Store, *events: Event) -> None:
    """Store events as one visit would."""
    for event in events:
        store.record(None, [event.item], [Reading()], [event], [])
