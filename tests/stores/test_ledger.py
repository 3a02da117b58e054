"""The ledger as the store keeps it: across issuers, and without a flush where nothing came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.event import MemoryLedger, events_from
from monitor.event.ledger import Recent
from monitor.model import Checkpoint, Event, Reading
from monitor.stores import Store, open_store
from tests.alerts import NOW, delivery, event, item, match, readings

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(str(tmp_path / "monitor.db"))
    yield store
    store.close()


def put(store: Store, found: Event) -> None:
    store.record(None, [found.item], readings([found.item]), [found], [delivery(found)])


def test_stories_of_all_issuers_by_their_newest_evidence(store: Store) -> None:
    for name, days in (("old", 40), ("recent", 3), ("newest", 0)):
        at = NOW - days * DAY
        one = event(story=f"{name:_<12}")
        story = replace(one.story, issuer_id=name, last_evidence_on=at.date().isoformat())
        put(store, replace(one, story=story, detected_at=at, item=item(name)))
    assert isinstance(store, Recent), "a live poll can look across issuers"
    assert [s.issuer_id for s in store.stories_since(NOW - 7 * DAY)] == ["newest", "recent"]
    assert store.stories_since(NOW + DAY) == []


def test_a_blog_that_swaps_the_firm_is_noticed_in_a_later_visit(store: Store) -> None:
    ledger = MemoryLedger(base=store)
    for found in events_from(item(), Reading((match(customers=("Volkswagen",)),)), ledger, NOW):
        assert found.verdict == "new"
        put(store, found)

    swapped = item(
        "blog-1", source_id="blog", tier="blog", kind="news", issuer_id=None,
        published_at=NOW + DAY, fetched_at=NOW + DAY, question=None, source_name="Some blog",
    )  # fmt: skip
    claim = match(issuer_id="innuovo", customers=("Volkswagen",))
    (later,) = events_from(swapped, Reading((claim,)), MemoryLedger(base=store), NOW + DAY)
    assert not later.alerting, later.reasons
    assert later.verdict == "none-alerting"


def test_an_empty_visit_leaves_the_flush_as_it_was(store: Store) -> None:
    db = store._db  # type: ignore[attr-defined]
    store.record(Checkpoint("s", failures=1, error="answered 503"), [], [], [], [])
    assert store.checkpoint("s") == Checkpoint("s", failures=1, error="answered 503")
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)
