"""One visit of an adapter to a stand-in over real HTTP, without store and rules, at one instant."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from monitor.adapters import Adapter, Remember, Skip
from monitor.errors import FetchError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item, Request

NOW = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
"""18:00 in China: when the pages are seen."""


def minutes_ago(minutes: float) -> datetime:
    """Before NOW."""
    return NOW - timedelta(minutes=minutes)


@dataclass
class Visited:
    """What one visit brought."""

    items: list[Item] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    after: Checkpoint = field(default_factory=lambda: Checkpoint("sample"))

    @property
    def texts(self) -> list[str]:
        return [item.text for item in self.items]

    @property
    def reasons(self) -> list[str]:
        return [skip.reason for skip in self.skips]


async def visit(adapter: Adapter, fetcher: Fetcher, before: Checkpoint | None = None) -> Visited:
    """Fetch and parse until the adapter wants nothing more."""
    before = before or Checkpoint("sample")
    found = Visited()
    cursor = dict(before.cursor)
    queue = deque(adapter.start(before))
    while queue:
        request = queue.popleft()
        found.requests.append(request)
        assert len(found.requests) <= 20
        try:
            page = await fetcher.get(request)
        except FetchError as error:
            if not request.optional:
                raise
            found.skips.append(Skip(str(error), ask_again=True))
            continue
        for thing in adapter.parse(page):
            match thing:
                case Item():
                    found.items.append(thing)
                case Request():
                    queue.append(thing)
                case Skip():
                    found.skips.append(thing)
                case Remember():
                    cursor[thing.key] = thing.value
        found.after = replace(before, cursor=cursor, last_visit_at=page.fetched_at)
    return found
