from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.model import Checkpoint, Delivery, Event, Item, Reading
from monitor.stores import Keeper, Store, open_store
from tests.alerts import NOW, delivery, event, item, match, numbered, readings

S = timedelta(seconds=1)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "monitor.db")


@pytest.fixture
def store(path: str) -> Iterator[Store]:
    store = open_store(path)
    yield store
    store.close()


def put(store: Store, *pairs: tuple[Event, Delivery]) -> None:
    events = [e for e, _ in pairs]
    items = [e.item for e in events]
    store.record(None, items, readings(items), events, [d for _, d in pairs])


# --- one visit ----------------------------------------------------------------------------------


def test_a_visit_comes_back_as_it_was_stored(store: Store) -> None:
    made, told = event(), delivery(event())
    kept = Checkpoint(
        "szse-irm", etag='"1"', cursor={"org": "9"}, first_visit_at=NOW, failures=2, next_due_at=NOW
    )
    store.record(kept, [made.item], [Reading(matches=(made.match,))], [made], [told])
    assert store.checkpoint("szse-irm") == kept
    assert store.checkpoints() == [kept]
    assert store.event(told.about) == made
    assert store.events_for(made.id) == [made]
    assert store.stories("jl-mag") == [made.story]
    assert store.item(made.item.id) == made.item
    assert store.delivery(told.id) == told
    assert store.told(made.id) == ["desk"]
    assert store.newest_published_at() == made.item.published_at


def test_nothing_is_there_at_first(store: Store) -> None:
    assert store.checkpoint("x") is None
    assert store.item("x") is None
    assert store.stories("x") == []
    assert store.newest_published_at() is None
    assert store.next_due() is None
    assert store.claim(NOW, lease_s=60) == []
    for about in ("7f3a9c12ab34.1", "2026-03-02", "", ".", "x.y"):
        with pytest.raises(StoreError, match="no event"):
            store.event(about)


def test_recording_the_same_again_changes_nothing(store: Store) -> None:
    made = event()
    for _ in range(2):
        put(store, (made, delivery(made)))
    # A second reading of the very same item, whatever it made of it, is not news either.
    other = replace(event(story="0123456789ab"), detected_at=NOW + S)
    put(store, (other, delivery(other)))
    assert len(store.events_since(NOW - timedelta(days=1))) == 1
    assert [d.about for d in store.deliveries()] == ["7f3a9c12ab34.1"]


def test_a_repeat_of_known_news_does_not_swallow_the_news_beside_it(store: Store) -> None:
    first = event()
    put(store, (first, delivery(first)))
    # One visit brings the known item again and a new one that makes revision 2.
    again = event(revision=2, verdict="repeat")
    more = event(revision=2, verdict="update", about=item("qa-2"))
    store.record(
        None, [again.item, more.item], readings([again.item, more.item]), [again, more],
        [delivery(more)],
    )  # fmt: skip
    assert {d.about for d in store.deliveries()} == {"7f3a9c12ab34.1", "7f3a9c12ab34.2"}


def test_an_event_of_a_repeat_is_kept_but_the_revision_stays_the_alerts(store: Store) -> None:
    first = event()
    repeat = event(verdict="repeat", about=item("wire-1"), reasons=("nothing new",))
    put(store, (first, delivery(first)))
    store.record(None, [repeat.item], readings([repeat.item]), [repeat], [])
    assert store.events_for(first.id) == [first, repeat]
    assert store.event("7f3a9c12ab34.1") == first


def test_all_of_a_visit_is_kept_or_nothing(store: Store) -> None:
    made = event()
    broken = replace(delivery(made), due_at=NOW.replace(tzinfo=None))
    with pytest.raises(ValueError, match="without a zone"):
        store.record(Checkpoint("szse-irm"), [made.item], [Reading()], [made], [broken])
    assert store.item(made.item.id) is None
    assert store.events_for(made.id) == []
    assert store.checkpoint("szse-irm") is None
    put(store, (made, delivery(made)))  # the connection is usable again


def test_unseen_finds_new_and_edited_items_in_order(store: Store) -> None:
    old, edited, new = item("1"), item("2"), item("3")
    store.record(None, [old, edited], readings([old, edited]), [], [])
    edited = replace(edited, text="now with more words")
    assert store.unseen([new, old, edited]) == [new, edited]
    assert store.unseen([new, replace(new, text="the same guid twice")]) == [new]
    assert len(store.unseen([item(str(n)) for n in range(4, 2004)])) == 2000


def test_an_edited_item_keeps_the_time_it_was_first_seen(store: Store) -> None:
    first = item()
    later = replace(first, text="您好,更正。", fetched_at=first.fetched_at + 60 * S)
    for version in (first, later):
        store.record(None, [version], readings([version]), [], [])
    kept = store.item(first.id)
    assert kept is not None
    assert (kept.text, kept.fetched_at) == ("您好,更正。", first.fetched_at)
    assert store.unseen([later]) == []


def test_an_event_keeps_the_item_as_it_was_read(store: Store) -> None:
    made = event()
    put(store, (made, delivery(made)))
    store.record(None, [item(text="edited")], [Reading()], [], [])
    assert store.event("7f3a9c12ab34.1").item.text == made.item.text


def test_characters_no_column_can_hold_do_not_lose_the_item(store: Store) -> None:
    odd = item("\ud800guid\x00", title="a\x00b", text="证\udfff书", source_name="\ud83d")
    made = event(about=odd, found=match(quote="证\udfff书", firm_name="\x00"))
    put(store, (made, delivery(made)))
    assert store.unseen([odd]) == []
    kept = store.item(odd.id)
    assert kept is not None
    assert (kept.title, kept.text) == ("a\ufffdb", "证\ufffd书")
    assert store.event("7f3a9c12ab34.1").match.quote == "证\ufffd书"


def test_unsure_items_are_found_by_when_they_were_seen(store: Store) -> None:
    unsure = Reading(unsure="许可证的事情请看公告。", unsure_because="no rule fits")
    store.record(None, [item("1"), item("2")], [unsure, Reading()], [], [])
    [(found, reading)] = store.unsure_since(NOW - 60 * S)
    assert (found, reading) == (item("1"), unsure)
    assert store.unsure_since(NOW + S) == []
    assert store.item_counts() == {"szse-irm": 2}
    assert store.item_counts(NOW + S) == {}
    assert [i.guid for i in store.items_since(NOW - 60 * S)] == sorted(
        ["1", "2"], key=lambda g: item(g).id
    )


def test_a_date_in_the_future_is_not_the_newest_news(store: Store) -> None:
    future, good = item("1", published_at=NOW + timedelta(days=3000)), item("2")
    store.record(None, [future, good], readings([future, good]), [], [])
    assert store.newest_published_at() == good.published_at


# --- the outbox ---------------------------------------------------------------------------------


def test_claims_go_by_severity_then_age_and_only_when_due(store: Store) -> None:
    put(store, numbered(1), numbered(2, severity=0), numbered(3, "mail"), numbered(4, severity=2))
    event5, later = numbered(5, severity=0)
    put(store, (event5, replace(later, due_at=NOW + 60 * S)))
    claimed = store.claim(NOW, lease_s=60)
    assert [d.about[:12].lstrip("0") for d in claimed] == ["2", "1", "3", "4"]
    assert {d.attempts for d in claimed} == {1}
    assert store.claim(NOW, lease_s=60) == [], "leased"
    assert store.next_due() == NOW + 60 * S


def test_a_claim_can_ask_for_one_receiver(store: Store) -> None:
    put(store, numbered(1), numbered(2, "mail"), numbered(3, "mail"))
    assert len(store.claim(NOW, lease_s=60, receiver_id="mail", limit=1)) == 1
    assert len(store.claim(NOW, lease_s=60, receiver_id="mail")) == 1
    assert len(store.claim(NOW, lease_s=60)) == 1


def test_a_lease_that_ends_makes_the_delivery_due_again_and_doubtful(store: Store) -> None:
    put(store, numbered(1))
    [first] = store.claim(NOW, lease_s=60)
    assert not first.doubtful
    assert store.claim(NOW + 59 * S, lease_s=60) == []
    [again] = store.claim(NOW + 60 * S, lease_s=60)
    assert (again.id, again.attempts, again.doubtful) == (first.id, 2, True)


def test_every_outcome_of_a_try(store: Store) -> None:
    put(store, *[numbered(n) for n in range(1, 5)])
    sent, retried, dead, released = store.claim(NOW, lease_s=60)
    store.settle(sent.id, outcome="sent", now=NOW + S, answer="200")
    store.settle(retried.id, outcome="retry", now=NOW, due_at=NOW + 5 * S, error="503")
    store.settle(dead.id, outcome="dead", now=NOW, error="404")
    store.settle(released.id, outcome="released", now=NOW)
    found = {d.id: d for d in store.deliveries()}
    assert (found[sent.id].state, found[sent.id].sent_at) == ("sent", NOW + S)
    assert found[sent.id].answer == "200"
    assert (found[retried.id].state, found[retried.id].error) == ("pending", "503")
    assert store.dead() == [found[dead.id]]
    assert [d.id for d in store.claim(NOW, lease_s=60)] == [released.id]
    assert found[released.id].attempts == 0
    assert store.queue_counts() == {"pending": 2, "sent": 1, "dead": 1}
    assert store.queue_by_receiver() == {"desk": {"pending": 2, "sent": 1, "dead": 1}}
    store.settle(sent.id, outcome="retry", now=NOW, due_at=NOW)
    assert store.deliveries("sent"), "what was sent stays sent"


def test_hasten_makes_failed_ones_due_and_leaves_planned_ones(store: Store) -> None:
    made, planned = numbered(2)
    put(store, numbered(1), (made, replace(planned, due_at=NOW + 3600 * S)))
    [tried] = store.claim(NOW, lease_s=60)
    store.settle(tried.id, outcome="retry", now=NOW, due_at=NOW + 300 * S)
    assert store.hasten("mail", NOW) == 0
    assert store.hasten("desk", NOW) == 1
    assert [d.id for d in store.claim(NOW, lease_s=60)] == [tried.id]


def test_a_dead_delivery_can_be_requeued_and_nothing_else(store: Store) -> None:
    put(store, numbered(1))
    [one] = store.claim(NOW, lease_s=60)
    with pytest.raises(StoreError, match="is pending, not dead"):
        store.requeue(one.id, NOW)
    store.settle(one.id, outcome="dead", now=NOW, error="404")
    assert store.requeue(one.id, NOW + S).state == "pending"
    [again] = store.claim(NOW + S, lease_s=60)
    assert (again.id, again.attempts) == (one.id, 1)
    with pytest.raises(StoreError, match="no delivery nonsense"):
        store.requeue("nonsense", NOW)


def test_a_full_disk_refuses_the_visit_whole_and_stored_alerts_still_go_out(store: Store) -> None:
    put(store, numbered(1))
    db = store._db  # type: ignore[attr-defined]
    [(pages,)] = db.execute("PRAGMA page_count").fetchall()
    db.execute(f"PRAGMA max_page_count = {pages}").fetchall()
    made = event(about=item("big", text="证" * 500_000))
    with pytest.raises(StoreError, match="disk is full"):
        store.record(Checkpoint("s"), [made.item], [Reading()], [made], [delivery(made)])
    assert store.item(made.item.id) is None
    assert store.checkpoint("s") is None
    [one] = store.claim(NOW, lease_s=60)
    store.settle(one.id, outcome="sent", now=NOW, answer="ok")
    db.execute("PRAGMA max_page_count = 1000000").fetchall()
    put(store, (made, delivery(made)))
    assert store.queue_counts() == {"pending": 1, "sent": 1, "dead": 0}


# --- files, processes, threads ------------------------------------------------------------------


def test_the_second_process_is_refused_with_the_first_ones_pid(path: str) -> None:
    first = open_store(path, exclusive=True)
    with pytest.raises(StoreError, match=rf"in use by another monitor \(pid {os.getpid()}\)"):
        open_store(path, exclusive=True)
    open_store(path).close()  # readers may look
    first.close()
    open_store(path, exclusive=True).close()


CHILD = """
import sys, time
from monitor.stores import open_store
from tests.alerts import NOW, delivery, event, readings
store = open_store(sys.argv[1], exclusive=True)
made = event()
store.record(None, [made.item], readings([made.item]), [made], [delivery(made)])
if sys.argv[2] == "claimed":
    assert store.claim(NOW, lease_s=3600)
print("ready", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("died", ["recorded", "claimed"])
def test_what_a_killed_process_stored_is_sent_by_the_next_under_the_same_id(
    path: str, died: str
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, path, died],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == b"ready\n"
        with pytest.raises(StoreError, match=f"pid {child.pid}"):
            open_store(path, exclusive=True)
        child.send_signal(signal.SIGKILL)
        child.wait()
    store = open_store(path, exclusive=True)  # the lock died with its holder, the lease too
    [found] = store.claim(NOW, lease_s=60)
    assert found.id == delivery(event()).id
    assert found.doubtful is (died == "claimed")
    assert store.event(found.about) == event()
    store.close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    junk = tmp_path / "junk.db"
    junk.write_bytes(b"these are not the pages you are looking for" * 100)
    with pytest.raises(StoreError, match="not a SQLite database, or damaged"):
        open_store(str(junk), exclusive=True)
    with pytest.raises(StoreError, match="not a SQLite database"):
        open_store(str(junk), exclusive=True)  # and the lock was given back


def test_a_database_cut_in_the_middle(path: str) -> None:
    store = open_store(path)
    put(store, *[numbered(n) for n in range(200)])
    store.close()
    whole = Path(path).read_bytes()
    Path(path).write_bytes(whole[: len(whole) // 2])

    def look() -> None:
        with contextlib.closing(open_store(path)) as cut:
            cut.deliveries(limit=-1)

    with pytest.raises(StoreError, match=r"malformed|damaged"):
        look()


def test_the_database_of_another_program(path: str) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE bookmarks (url TEXT)")
    db.close()
    with pytest.raises(StoreError, match="belongs to another program"):
        open_store(path)


def test_a_database_of_a_newer_version(path: str) -> None:
    open_store(path).close()
    db = sqlite3.connect(path)
    db.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('monitor', 'm999_future', '2030-01-01')"
    )
    db.commit()
    db.close()
    with pytest.raises(StoreError, match=r"newer monitor \(it has m999_future\)"):
        open_store(path)


def test_places_where_no_database_can_be(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="that is a folder"):
        open_store(str(tmp_path))
    with pytest.raises(StoreError, match="does not exist"):
        open_store(str(tmp_path / "no" / "monitor.db"))
    with pytest.raises(StoreError, match="not there yet"):
        open_store(str(tmp_path / "monitor.db"), create=False)
    assert not (tmp_path / "monitor.db").exists()
    with pytest.raises(StoreError, match="no support for postgresql"):
        open_store("postgresql://desk:secret@db.example/monitor")
    if os.geteuid() != 0:  # root may write anywhere
        tmp_path.chmod(0o500)
        with pytest.raises(StoreError, match="not writable"):
            open_store(str(tmp_path / "monitor.db"))


def test_an_alert_that_was_stored_survives_a_power_cut(path: str) -> None:
    store = open_store(path)
    db = store._db  # type: ignore[attr-defined]
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    store.close()


def test_writers_of_several_processes_wait_for_each_other(path: str) -> None:
    store, blocker = open_store(path), sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    program = f"""
from monitor.stores import open_store
from monitor.model import Checkpoint
print("try", flush=True)
open_store({path!r}).record(Checkpoint("a"), [], [], [], [])
"""
    child = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert child.stdout is not None
    with child.stdout:
        child.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.3)
        blocker.execute("COMMIT")
        assert child.wait(10) == 0
    blocker.close()
    assert store.checkpoint("a") == Checkpoint("a")
    store.close()


async def test_the_keeper_runs_everything_on_its_own_thread(path: str) -> None:
    keeper = await Keeper.open(partial(open_store, path))
    made = event()

    def visit(store: Store) -> list[Item]:
        fresh = store.unseen([made.item])
        store.record(None, fresh, readings(fresh), [made] if fresh else [], [])
        return fresh

    both = await asyncio.gather(keeper(visit), keeper(visit))
    assert list(both) == [[made.item], []], "one turn ends before the next begins"
    assert await keeper(Store.event, "7f3a9c12ab34.1") == made
    assert await keeper(Store.claim, NOW, lease_s=1.0) == []
    with pytest.raises(StoreError, match="no event"):
        await keeper(Store.event, "x.1")
    await keeper.close()
    await keeper.close()


async def test_the_keeper_answers_in_turn_whatever_becomes_of_the_others(path: str) -> None:
    keeper = await Keeper.open(partial(open_store, path))
    done: list[int] = []

    def turn(store: Store, n: int) -> int:
        done.append(n)
        if n == 3:
            raise StoreError("refused")
        return n

    asked = [asyncio.ensure_future(keeper(turn, n)) for n in range(50)]
    await asyncio.sleep(0)
    asked[40].cancel()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert done == [n for n in range(50) if n != 40], "nobody waits for it, nobody begins it"
    assert isinstance(answers[3], StoreError)
    assert isinstance(answers[40], asyncio.CancelledError)
    assert [n for n in answers if isinstance(n, int)] == [n for n in done if n != 3]

    last = asyncio.ensure_future(keeper(turn, 50))
    await asyncio.sleep(0)
    await keeper.close()
    assert await last == 50, "what was asked before the end is answered"
    with pytest.raises(RuntimeError):
        await keeper(turn, 51)


async def test_the_keeper_passes_on_what_went_wrong_at_opening(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        await Keeper.open(partial(open_store, str(tmp_path / "no" / "m.db")))


def test_known_items_are_found_quickly_among_many(path: str) -> None:
    store = open_store(path)
    db = store._db  # type: ignore[attr-defined]
    db.execute(
        "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
        " INSERT INTO items (id, content_hash, source_id, seen_at, kind, tier, source_name, guid,"
        " url, title, text) SELECT printf('%016x', i * 7919), 'x', 's', '2026', 'news', 'media',"
        " 'S', i, 'u', 't', 'text' FROM n"
    )
    items = [item(str(n)) for n in range(30)]
    store.record(None, items, readings(items), [], [])
    plan = db.execute(
        "EXPLAIN QUERY PLAN SELECT id, content_hash FROM items INDEXED BY items_known"
        " WHERE source_id = 's' AND id IN ('a', 'b')"
    ).fetchall()
    assert "USING COVERING INDEX items_known (source_id=? AND id=?)" in plan[0][3]
    started = time.perf_counter()
    for _ in range(20):
        assert store.unseen(items) == []
    assert (time.perf_counter() - started) / 20 < 0.02  # some 0.2 ms on an idle machine
    store.close()
