"""Full-text search in SQLite: what is indexed of a text, and how a person's words become a query.

Both sides go through `text.normalised`, so traditional characters find simplified ones and British
spellings American ones; a blank around each Han character makes every one a token, so that two
neighbours (许可) are found as a phrase. Triggers of `schema.py` take a row out when its item or
event is deleted, whoever deletes it; putting one in is `sqlite.py`'s, in the item's transaction.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import cache
from typing import Any

from monitor.stores.rows import clean

MOST_CHARS = 20_000
"""Of a longer text only the beginning is found: one hostile page must not fill the disk."""
MOST_ASKED = 200
MOST_WORDS = 12

TOKENIZER = "porter unicode61 remove_diacritics 2"
"""Of both FTS tables of `schema.py`."""

_HAN = re.compile("[\u3005\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_WORDS = re.compile(r'"([^"]*)"?|([^\s"]+)')
_LETTER = re.compile(r"[^\W_]")


@cache
def _normalised() -> Callable[[str], str]:
    from monitor.text import normalised  # its tables take a moment, and only writers need them

    return normalised


def spread(text: str) -> str:
    """`text` as it is indexed."""
    plain = _normalised()(text[:MOST_CHARS])
    if plain.isascii():
        return clean(plain)
    return clean(_HAN.sub(lambda run: f" {' '.join(run[0])} ", plain))


def query_for(words: str) -> str:
    """What a person typed as an FTS5 query: every word must be there, `"..."` is a phrase, a
    trailing `*` stands for any ending. Nothing else has a meaning, so that nothing can be broken.

    Raises ValueError in words for the person.
    """
    if len(words) > MOST_ASKED:
        raise ValueError(f"The search takes at most {MOST_ASKED} characters.")
    terms: list[str] = []
    for phrase, word in _WORDS.findall(words):
        begins = "*" if word.endswith("*") else ""
        term = " ".join(spread(phrase or word).replace('"', " ").split())
        if _LETTER.search(term):
            terms.append(f'"{term}"{begins}')
    if not terms:
        raise ValueError("There is no word in the search: type letters, digits or characters.")
    if len(terms) > MOST_WORDS:
        raise ValueError(f"The search takes at most {MOST_WORDS} words.")
    return " ".join(terms)


def found_among(texts: Iterable[tuple[int, str, str]], query: str) -> set[int]:
    """The numbers of those texts (number, title, evidence as indexed) that the query finds.

    A hundred texts take 2 ms; the way of a common word through the index of 100,000 takes 20.
    """
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute(f"CREATE VIRTUAL TABLE few USING fts5 (a, b, tokenize = '{TOKENIZER}')")
        db.executemany("INSERT INTO few (rowid, a, b) VALUES (?, ?, ?)", texts)
        return {n for (n,) in db.execute("SELECT rowid FROM few WHERE few MATCH ?", (query,))}


Words = tuple[str, str, str | None, str]
"""An item's id, title, question and text."""


def index_items(db: sqlite3.Connection, items: Sequence[Words]) -> set[str]:
    """Make the items findable by these words, and no longer by those they had before.

    Returns the ids of those that are here for the first time.
    """
    ids = json.dumps([item_id for item_id, *_ in items])
    find = "SELECT item_id, n FROM item_rows WHERE item_id IN (SELECT value FROM json_each(?))"
    before: dict[str, int] = dict(db.execute(find, (ids,)).fetchall())
    (last,) = db.execute("SELECT coalesce(max(n), 0) FROM item_rows").fetchone()
    new = [item_id for item_id, *_ in items if item_id not in before]
    numbers = {item_id: n for n, item_id in enumerate(new, last + 1)}
    db.executemany("INSERT INTO item_rows (item_id, n) VALUES (?, ?)", numbers.items())
    db.executemany("DELETE FROM item_search WHERE rowid = ?", [(n,) for n in before.values()])
    numbers |= before
    db.executemany(
        "INSERT INTO item_search (rowid, title, text) VALUES (?, ?, ?)",
        [
            (numbers[item_id], spread(title), spread(f"{question or ''}\n{text}"))
            for item_id, title, question, text in items
        ],
    )
    return set(new)


def index_event(db: sqlite3.Connection, seq: int, title: str, quote: str) -> None:
    """Make the event findable by its item's title and its evidence."""
    db.execute(
        "INSERT INTO event_search (rowid, title, evidence) VALUES (?, ?, ?)",
        (seq, spread(title), spread(quote)),
    )


def index_everything(db: sqlite3.Connection) -> None:
    """For a database from before the search: index what it holds, oldest first."""
    items = db.execute("SELECT id, title, question, text FROM items ORDER BY seen_at, id")
    while some := items.fetchmany(200):
        index_items(db, some)
    events = db.execute(
        "SELECT seq, json_extract(event, '$.item.title'), json_extract(event, '$.match.quote')"
        " FROM events ORDER BY seq"
    )
    for seq, title, quote in _rows(events):
        index_event(db, seq, title or "", quote or "")


def _rows(cursor: sqlite3.Cursor) -> Iterable[tuple[Any, ...]]:
    while some := cursor.fetchmany(200):
        yield from some
