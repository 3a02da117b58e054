"""What the decisions ask of a ledger, and one that lives in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from monitor.model import Event, Item, Story


class Ledger(Protocol):
    """What is publicly known so far."""

    def stories(self, issuer_id: str) -> Sequence[Story]:
        """Every story of the issuer, in any order."""
        ...

    def newest_published_at(self) -> datetime | None:
        """Publication time of the newest item read so far: what is much older arrives late."""
        ...


@runtime_checkable
class Recent(Protocol):
    """A ledger that can also look across issuers, to notice a page that swaps two firms."""

    def stories_since(self, at: datetime) -> Sequence[Story]:
        """Stories of any issuer with evidence published at or after `at`."""
        ...


class MemoryLedger:
    """A ledger in memory, alone or as the unwritten layer over a stored one (`base`)."""

    def __init__(self, base: Ledger | None = None) -> None:
        self._base = base
        self._stories: dict[str, dict[str, Story]] = {}
        self._newest: datetime | None = None

    def stories(self, issuer_id: str) -> Sequence[Story]:
        known = {} if self._base is None else {s.id: s for s in self._base.stories(issuer_id)}
        return list((known | self._stories.get(issuer_id, {})).values())

    def newest_published_at(self) -> datetime | None:
        stored = self._base.newest_published_at() if self._base else None
        return max((at for at in (stored, self._newest) if at), default=None)

    def stories_since(self, at: datetime) -> Sequence[Story]:
        since = at.date().isoformat()
        known: dict[str, Story] = {}
        if isinstance(self._base, Recent):
            known = {story.id: story for story in self._base.stories_since(at)}
        for stories in self._stories.values():
            known |= {s.id: s for s in stories.values() if (s.last_evidence_on or "") >= since}
        return list(known.values())

    def apply(self, events: Iterable[Event], read: Item | None = None) -> None:
        """Take over the stories after `events`.

        `read`: the item itself, which counts as read even when nothing was found in it.
        """
        for event in events:
            if event.story.issuer_id:
                self._stories.setdefault(event.story.issuer_id, {})[event.story.id] = event.story
            self._saw(event.item)
        if read is not None:
            self._saw(read)

    def _saw(self, item: Item) -> None:
        if item.published_at is None:
            return
        # A date in the future would make every later item a late arrival.
        at = min(item.published_at, item.fetched_at + timedelta(days=1))
        self._newest = at if self._newest is None else max(self._newest, at)
