"""KEEP: what the program remembers. One protocol of short synchronous calls, one file per database.

`open_store` picks the backend from the path. In the service all writing goes through one `Keeper`,
the thread that owns the connection. To add a backend: copy `sqlite.py`, add one branch here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

from monitor.errors import StoreError
from monitor.model import (
    Checkpoint,
    Delivery,
    DeliveryState,
    Event,
    Item,
    Reading,
    Story,
)
from monitor.stores.keeper import Keeper as Keeper
from monitor.stores.sqlite import SqliteStore

Outcome = Literal["sent", "retry", "dead", "released"]
"""How a try ended. `released`: it never began in earnest (a clean stop); it does not count."""


class Store(Protocol):
    """Everything that outlives the process. Every call may raise StoreError."""

    # --- reading a source
    def checkpoint(self, source_id: str) -> Checkpoint | None: ...
    def checkpoints(self) -> list[Checkpoint]: ...
    def unseen(self, items: Iterable[Item]) -> list[Item]: ...
    def stories(self, issuer_id: str) -> list[Story]: ...
    def newest_published_at(self) -> datetime | None: ...
    def told(self, story_id: str) -> list[str]: ...
    def record(
        self,
        checkpoint: Checkpoint | None,
        items: Sequence[Item],
        readings: Sequence[Reading],
        events: Sequence[Event],
        deliveries: Sequence[Delivery],
    ) -> None: ...

    # --- delivering
    def claim(
        self, now: datetime, *, lease_s: float, receiver_id: str | None = None, limit: int = 20
    ) -> list[Delivery]: ...
    def settle(
        self,
        delivery_id: str,
        *,
        outcome: Outcome,
        now: datetime,
        due_at: datetime | None = None,
        error: str | None = None,
        answer: str | None = None,
        doubtful: bool = False,
    ) -> None: ...
    def next_due(self, receiver_id: str | None = None) -> datetime | None: ...
    def hasten(self, receiver_id: str, now: datetime) -> int: ...
    def requeue(self, delivery_id: str, now: datetime) -> Delivery: ...
    def event(self, about: str) -> Event: ...

    # --- looking
    def item(self, item_id: str) -> Item | None: ...
    def items_since(self, at: datetime) -> list[Item]: ...
    def unsure_since(self, at: datetime) -> list[tuple[Item, Reading]]: ...
    def item_counts(self, since: datetime | None = None) -> Mapping[str, int]: ...
    def events_for(self, story_id: str) -> list[Event]: ...
    def events_since(self, at: datetime) -> list[Event]: ...
    def delivery(self, delivery_id: str) -> Delivery | None: ...
    def deliveries(
        self, state: DeliveryState | None = None, *, about: str | None = None, limit: int = 200
    ) -> list[Delivery]: ...
    def dead(self) -> list[Delivery]: ...
    def queue_counts(self) -> Mapping[DeliveryState, int]: ...
    def queue_by_receiver(self) -> Mapping[str, Mapping[DeliveryState, int]]: ...

    def close(self) -> None: ...


def open_store(path: str, *, exclusive: bool = False, create: bool = True) -> Store:
    """Open the database at `path`, bringing an older one up to date.

    `exclusive`: for the one process that polls and delivers. Takes `<path>-lock`; a second one is
    refused with the first one's pid. Readers open without it. `create=False`: a database that is
    not there is an error, not a new empty file. Raises StoreError in one clear line.
    """
    if "://" in path:
        kind = path.split("://", 1)[0]
        raise StoreError(f"database: no support for {kind}:// here; give the path of a SQLite file")
    return SqliteStore(path, exclusive=exclusive, create=create)
