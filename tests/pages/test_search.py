"""Words to what was read: Chinese by single characters, both scripts, nothing to break."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Reading
from monitor.stores import open_store
from monitor.stores.reader import Reader
from monitor.stores.search import query_for
from monitor.stores.wanted import EventFilter
from tests.alerts import NOW, delivery, event, item
from tests.pages.newsroom import asking, fill


@pytest.fixture
def path(tmp_path: Path) -> Path:
    fill(tmp_path / "m.db")
    return tmp_path / "m.db"


def found(path: Path, words: str) -> set[str]:
    reader = Reader(str(path))
    with reader.session() as session:
        ids = {i.guid for i in session.item_list(words).rows}
    reader.close()
    return ids


@pytest.mark.parametrize(
    ("words", "guids"),
    [
        ("许可", {"qa-1", "wire-2", "odd"}),  # two characters in the middle of a sentence
        ("許可", {"qa-1", "wire-2", "odd"}),  # traditional finds simplified
        ("许可证", {"qa-1", "wire-2"}),
        ("暂停", {"wire-2"}),  # simplified finds traditional
        ("可许", set()),
        ("licence", {"wire-1", "wire-2"}),  # the text says "licences"; British finds American
        ("LICENSE", {"wire-1", "wire-2"}),
        ('"united states"', {"wire-1", "wire-2"}),
        ('"states united"', set()),
        ("mag*", {"wire-1", "wire-2", "odd", "dull"}),
        ("JL MAG 许可", {"wire-2", "odd"}),
        ("ＪＬ　ＭＡＧ", {"wire-1", "wire-2", "odd"}),  # full width
        ("以公告为准", {"odd"}),
    ],
)
def test_words_find(path: Path, words: str, guids: set[str]) -> None:
    assert found(path, words) == guids


@pytest.mark.parametrize("words", ["", "  ", "*", '"', '""', "()", "-:^", "…。，", "___"])
def test_no_word_is_told_in_words(words: str) -> None:
    with pytest.raises(ValueError, match="no word"):
        query_for(words)


@pytest.mark.parametrize("words", ["x" * 201, " ".join("abcdefghijklm")])
def test_too_much_is_told_in_words(words: str) -> None:
    with pytest.raises(ValueError, match="at most"):
        query_for(words)


HOSTILE = (
    '") OR 1=1 --', "title:x", "a NEAR b", "a AND", "NOT", "OR", "a^b", "{a b}:c", "a + b", "-a",
    '"unclosed', "NEAR(a b, 5)", "'; DROP TABLE items; --", "a* *b", "col : x", "%", "许可\x00b",
)  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_syntax_is_plain_text(path: Path, words: str) -> None:
    if words == "%":
        with pytest.raises(ValueError, match="no word"):
            found(path, words)
    else:
        found(path, words)


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_a_refusal(words: str) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5 (a, tokenize = 'porter unicode61')")
    with suppress(ValueError):
        db.execute("SELECT * FROM t WHERE t MATCH ?", (query_for(words),)).fetchall()
    db.close()


def test_an_edit_and_a_deletion_leave_nothing_behind(path: Path) -> None:
    store = open_store(str(path))
    edited = item("odd", title="公司问答", text="Nothing about tungsten any more.", question=None)
    store.record(None, [edited], [Reading()], [], [])
    assert found(path, "公告") == set()
    assert found(path, "tungsten") == {"odd"}
    db = store._db  # type: ignore[attr-defined]
    db.execute("DELETE FROM items WHERE guid = 'odd'")
    db.execute("DELETE FROM events WHERE verdict = 'repeat'")
    assert found(path, "tungsten") == set()
    db.execute("VACUUM")
    assert found(path, "许可") == {"qa-1", "wire-2"}
    for table in ("item_search", "event_search"):
        db.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
    counts = db.execute("SELECT what, value, n FROM event_counts WHERE what = 'verdict'").fetchall()
    assert {value: n for _, value, n in counts} == {"new": 2, "repeat": 0}
    days = db.execute("SELECT source_id, sum(n) FROM item_days GROUP BY 1").fetchall()
    assert dict(days) == {"ree": 2, "szse-irm": 2}
    store.close()


def test_a_database_from_before_the_search_is_indexed(tmp_path: Path, path: Path) -> None:
    store = open_store(str(path))
    db = store._db  # type: ignore[attr-defined]
    (names,) = zip(
        *db.execute(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'trigger', 'index')"
            " AND (name IN ('item_rows', 'item_search', 'event_search', 'item_days', 'event_facts',"
            "  'event_counts', 'item_unfound', 'item_counted', 'item_uncounted', 'event_noted',"
            "  'event_unfound', 'events_issuer', 'deliveries_listed'))"
        ),
        strict=True,
    )
    kinds = dict(db.execute("SELECT name, type FROM sqlite_schema"))
    for name in sorted(names, key=lambda n: kinds[n] != "trigger"):
        db.execute(f"DROP {kinds[name]} IF EXISTS {name}")
    db.execute("DROP TABLE event_days")
    db.execute(
        "DELETE FROM _sqlite_migrations WHERE name IN ('m004_search', 'm008_narrow',"
        " 'm011_counted_at_once')"
    )
    store.close()

    open_store(str(path)).close()
    assert found(path, "許可") == {"qa-1", "wire-2", "odd"}
    reader = Reader(str(path))
    with reader.session() as session:
        assert session.event_count(EventFilter(words="许可证", destinations=("EU",))) == 1
        assert session.items_per_source() == {"ree": 2, "szse-irm": 3}
    reader.close()


# --- on the page ----------------------------------------------------------------------------------


async def listed(path: Path, query: str) -> list[tuple[str, str]]:
    async with asking(path) as pages:
        answer = (await pages.get(f"/index.json?{query}")).json()
    return [(e["status"], e["verdict"]) for e in answer["events"]]


GRANTED, REPEAT, LOST = ("granted", "new"), ("granted", "repeat"), ("suspended", "new")


@pytest.mark.parametrize(
    ("query", "events"),
    [
        ("", [LOST, GRANTED]),
        ("verdict=all", [LOST, REPEAT, GRANTED]),
        ("verdict=repeat", [REPEAT]),
        ("family=grant", [GRANTED]),
        ("status=suspended&status=granted", [LOST, GRANTED]),
        ("issuer=06680.HK", [GRANTED]),
        ("issuer=jl-mag", [GRANTED]),
        ("destination=EU", [GRANTED]),
        ("destination=E", []),
        ("product=magnets&destination=SEA", [GRANTED]),
        ("certainty=reported", [LOST]),
        ("q=许可证", [LOST, GRANTED]),
        ("q=暂停", [LOST]),
        ("q=许可&certainty=confirmed", [GRANTED]),
        ("from=2026-03-02&to=2026-03-02", [LOST, GRANTED]),
        ("to=2026-03-01", []),
        ("from=2026-03-03", []),
        ("before=3", [GRANTED]),
    ],
)
async def test_filters(path: Path, query: str, events: list[tuple[str, str]]) -> None:
    assert await listed(path, query) == events


async def test_an_empty_answer_says_which_filter_left_what_out(path: Path) -> None:
    async with asking(path) as pages:
        answer = await pages.get(
            "/?status=suspended&issuer=jl-mag", headers={"Accept": "text/html"}
        )
        assert "1 was filtered out by <code>status</code>" in answer.text
        assert "1 was filtered out by <code>issuer</code>" in answer.text
        told = (await pages.get("/index.json?verdict=correction")).json()
        assert told["left_out"] == [{"by": "verdict", "n": 3, "href": "/?verdict=all"}]


async def test_pages_of_a_long_list_join_without_gap_or_overlap(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    store = open_store(str(path))
    made = [event(story=f"{n:012x}", about=item(f"qa-{n}")) for n in range(120)]
    odd = [
        replace(item(f"odd-{n}", text="许可?"), fetched_at=NOW.replace(second=n % 7))
        for n in range(120)
    ]
    store.record(
        None,
        [*(e.item for e in made), *odd],
        [Reading()] * 120 + [Reading(unsure="许可?", unsure_because="vague")] * 120,
        made,
        [delivery(e) for e in made],
    )
    store.close()
    async with asking(path) as pages:
        for page, name, key in (
            ("/index.json", "events", "seq"),
            ("/unsure.json", "unsure", "id"),
            ("/deliveries.json", "deliveries", "seq"),
            ("/items.json?q=许可", "items", "id"),
        ):
            seen: list[str] = []
            sizes = []
            address: str | None = page
            while address:
                answer = await pages.get(address, headers={"Accept": "application/json"})
                shown = answer.json()
                seen += [row[key] for row in shown[name]]
                sizes.append(len(shown[name]))
                address = shown["next"]
            wanted = 240 if name == "items" else 120
            assert len(seen) == len(set(seen)) == wanted, page
            assert sizes[0] == 50
