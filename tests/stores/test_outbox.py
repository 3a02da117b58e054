"""Groups, latency and upgrades: what came to the outbox after its first version."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from monitor.errors import StoreError
from monitor.model import Delivery, Group, Latency, Reading, Unsure
from monitor.stores import Store, open_store
from monitor.stores.schema import migrations
from tests.alerts import NOW, delivery, event, item, numbered, readings
from tests.outboxes import put

S = timedelta(seconds=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(str(tmp_path / "m.db"))
    yield store
    store.close()


def grouped(store: Store, *numbers: int) -> Delivery:
    """A group that carries those events."""
    group = Delivery("g1", "group:quiet:x", "desk", NOW, severity=2)
    pairs = [numbered(n) for n in numbers]
    put(store, *[(e, replace(d, state="grouped", group_id="g1")) for e, d in pairs])
    store.record(None, [], [], [], [group])
    return group


def test_a_group_is_sent_as_one_and_its_members_know_when(store: Store) -> None:
    group = grouped(store, 1, 2)
    [taken] = store.claim(NOW, lease_s=60)
    assert taken.id == group.id
    subject = store.subject(taken)
    assert isinstance(subject, Group)
    assert (subject.kind, len(subject.members)) == ("quiet", 2)
    store.settle(taken.id, outcome="sent", now=NOW + S, answer="ok")
    assert [(d.state, d.sent_at) for d in store.carried("g1")] == [("grouped", NOW + S)] * 2
    assert dict(store.queue_counts()) == {"pending": 0, "sent": 1, "dead": 0, "grouped": 2}
    assert store.told(f"{1:012x}") == ["desk"]


def test_a_group_without_members_is_not_kept(store: Store) -> None:
    store.record(None, [], [], [], [Delivery("g1", "group:quiet:x", "desk", NOW)])
    assert store.deliveries() == []


def test_a_group_that_was_tried_does_not_grow(store: Store) -> None:
    grouped(store, 1)
    assert store.open_group("desk", "quiet") is not None
    assert store.open_group("desk", "late") is None
    assert store.open_group("mail", "quiet") is None
    store.claim(NOW, lease_s=60)
    store.settle("g1", outcome="released", now=NOW)
    assert store.open_group("desk", "quiet") is None, "somebody may have seen it"


def test_a_group_is_as_severe_as_its_worst_member(store: Store) -> None:
    group = grouped(store, 1)
    store.record(None, [], [], [], [replace(group, severity=0)])
    store.record(None, [], [], [], [replace(group, severity=1)])
    kept = store.delivery("g1")
    assert kept is not None
    assert kept.severity == 0


def test_what_nobody_was_told_is_no_audience_for_a_correction(store: Store) -> None:
    made = event()
    left = replace(delivery(made, "reader"), state="digest")
    held = replace(delivery(made, "mail"), state="silenced")
    store.record(None, [made.item], readings([made.item]), [made], [left, held])
    assert store.told(made.id) == []
    store.record(None, [], [], [], [delivery(made, "desk")])
    assert store.told(made.id) == ["desk"]


def test_latency_counts_single_alerts_from_publication_to_acceptance(store: Store) -> None:
    for n in range(1, 21):
        made, told = numbered(n)
        told = replace(
            told, seen_at=NOW, published_at=NOW - n * S if n % 2 else None,
        )  # fmt: skip
        put(store, (made, told))
        store.claim(NOW, lease_s=600)
        store.settle(told.id, outcome="sent", now=NOW + n * S)
    assert store.latency(NOW) == Latency(20, (9.0, 19.0), (10.0, 19.0))
    assert store.latency(NOW + 11 * S).alerts == 10
    assert store.latency(NOW + 60 * S) == Latency(0, None, None)
    first = store.deliveries()[-1]
    assert (first.first_try_at, first.seen_at) == (NOW, NOW)


def test_an_unsure_item_that_was_edited_can_still_be_told(store: Store) -> None:
    made = item()
    unsure = Reading(unsure="一句话", unsure_because="no rule drew a fact")
    told = Delivery("u1", f"unsure:{made.id}", "desk", NOW)
    store.record(None, [made], [unsure], [], [told])
    assert store.subject(told) == Unsure(made, "一句话", "no rule drew a fact")
    edited = replace(made, text="another text")
    store.record(None, [edited], readings([edited]), [], [])
    later = store.subject(told)
    assert isinstance(later, Unsure)
    assert later.because.startswith("it was edited since")
    with pytest.raises(StoreError, match="no item"):
        store.subject(replace(told, about="unsure:nothing"))


def test_an_older_file_is_brought_up_to_date_with_everything_in_it(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    db = sqlite3.connect(path, isolation_level=None)
    old = Database(db)
    migrations.apply(old, stop_before="m002_routes")
    db.execute(
        "INSERT INTO deliveries (id, about, receiver_id, state, severity, due_at, created_at,"
        " attempts, answer) VALUES ('d1', 's.1', 'desk', 'sent', 1, ?, ?, 3, 'ok')",
        ("2026-03-02T03:00:00.000000+00:00",) * 2,
    )
    db.close()
    store = open_store(str(path))
    [kept] = store.deliveries()
    assert (kept.id, kept.state, kept.attempts, kept.answer) == ("d1", "sent", 3, "ok")
    assert kept.group_id is None
    assert store.silences() == []
    store.close()
