"""Which events a reader wants, and how that becomes SQL over the narrow tables of `schema.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from monitor.stores.narrow import NEWS, NEWS_SQL
from monitor.stores.rows import stamp
from monitor.stores.search import query_for


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted. Of several values of one field any will do; empty = all."""

    issuers: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    certainties: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    """Detected at or after `since`, before `until`."""
    words: str = ""
    """In the item's title or the evidence; `query_for` tells the syntax."""

    def active(self) -> list[str]:
        """Names of the fields that leave something out."""
        return [f.name for f in fields(self) if getattr(self, f.name)]

    def without(self, name: str) -> EventFilter:
        """The same filter with this field empty."""
        return replace(self, **{name: getattr(_EVERYTHING, name)})


_EVERYTHING = EventFilter()

COUNTED: Mapping[str, str] = {
    "issuers": "issuer",
    "statuses": "status",
    "verdicts": "verdict",
    "certainties": "certainty",
    "destinations": "destination",
    "products": "product",
}
"""Fields of the filter and what `event_counts` calls them."""


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT of the numbers of events, newest first."""

    source: str
    seq: str
    """The number by which `source` comes sorted: else SQLite finds all and sorts them."""
    where: tuple[str, ...]
    values: tuple[Any, ...]

    def also(self, condition: str, *values: Any) -> Query:
        """With one more condition; `{seq}` in it is the number."""
        where = (*self.where, condition.format(seq=self.seq))
        return replace(self, where=where, values=(*self.values, *values))

    def sql(self) -> str:
        """To be run with `values` and a limit."""
        where = " AND ".join(self.where) or "1"
        return (
            f"SELECT {self.seq} FROM {self.source} WHERE {where} ORDER BY {self.seq} DESC LIMIT ?"
        )


def query_of(wanted: EventFilter) -> Query:
    """What fits, from the narrowest of four sources: the words, the news, the firms, all events.

    Raises ValueError when the words cannot be searched.
    """
    table, seq, source = "f", "f.seq", "event_facts f"
    where, values = list[str](), list[Any]()
    if wanted.words:
        seq, source = "s.rowid", "event_search s CROSS JOIN event_facts f ON f.seq = s.rowid"
        where.append("event_search MATCH ?")
        values.append(query_for(wanted.words))
    elif wanted.verdicts and set(wanted.verdicts) <= set(NEWS):
        source = "event_facts f INDEXED BY event_news"
        where.append(f"f.verdict IN {NEWS_SQL}")  # literally, as the index has it
    elif wanted.issuers:
        table, seq = "e", "e.seq"
        source = "events e INDEXED BY events_issuer CROSS JOIN event_facts f ON f.seq = e.seq"
    for column, chosen in (
        (f"{table}.issuer_id", wanted.issuers),
        (f"{table}.status", wanted.statuses),
        (f"{table}.verdict", wanted.verdicts),
        ("f.certainty", wanted.certainties),
    ):
        if chosen:
            where.append(f"{column} IN ({','.join('?' * len(chosen))})")
            values += chosen
    for column, codes in (("destinations", wanted.destinations), ("products", wanted.products)):
        if codes:  # they stand in quotes in the JSON list
            where.append(f"({' OR '.join([f'instr(f.{column}, ?)'] * len(codes))})")
            values += [f'"{code}"' for code in codes]
    for at, sign in ((wanted.since, ">="), (wanted.until, "<")):
        if at is not None:
            where.append(f"f.detected_at {sign} ?")
            values.append(stamp(at))
    return Query(source, seq, tuple(where), tuple(values))
