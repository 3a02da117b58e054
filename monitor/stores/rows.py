"""Values to rows and back. Pure; the SQL is in `sqlite.py`.

What comes back equals what went in, except for characters no database column can hold: lone
surrogates and NUL become U+FFFD, one for one, so that offsets into the text stay right.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, TypeVar

from monitor.errors import StoreError
from monitor.model import Checkpoint, Delivery, Edition, Event, Item, Match, Reading, Story

T = TypeVar("T")

Row = Sequence[Any]

ITEM_COLUMNS = (
    "id", "content_hash", "source_id", "seen_at", "published_at", "issuer_id", "kind", "tier",
    "language", "source_name", "guid", "url", "unsure", "unsure_because", "title", "question",
    "text",
)  # fmt: skip
DELIVERY_COLUMNS = (
    "id", "about", "receiver_id", "due_at", "state", "attempts", "error", "severity",
    "lease_until", "sent_at", "answer", "doubtful", "because", "group_id", "silence_id",
    "published_at", "seen_at", "first_try_at",
)  # fmt: skip
EDITION_COLUMNS = (
    "day", "mailbox_id", "subject", "text", "html", "built_at", "due_at", "from_at", "to_at",
    "last_seq", "unsure",
)  # fmt: skip


def clean(text: str) -> str:
    """`text` as SQLite can hold it: same length, lone surrogates and NUL replaced by U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    return text


@lru_cache(maxsize=100)  # a visit dates all its items the same, and asks twice
def stamp(at: datetime) -> str:
    """`at` as sortable text in UTC. A time without a zone is an error of ours: ValueError."""
    if at.tzinfo is None:
        raise ValueError(f"time without a zone: {at!r}")
    if at.tzinfo is not UTC:
        try:
            at = at.astimezone(UTC)
        except OverflowError:  # years 1 and 9999 in a zone that leads out of the calendar
            at = at.replace(tzinfo=UTC)
    return at.isoformat(timespec="microseconds")


def stamp_or_none(at: datetime | None) -> str | None:
    """As `stamp`, None kept."""
    return None if at is None else stamp(at)


def time(text: str) -> datetime:
    """The instant that `stamp` wrote."""
    return datetime.fromisoformat(text)


def time_or_none(text: str | None) -> datetime | None:
    """As `time`, None kept."""
    return None if text is None else time(text)


def to_json(value: Any) -> str:
    """A frozen value as one line of JSON; its times become stamps."""
    return clean(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    """One level of what JSON does not know; unlike `asdict`, which copies all levels first."""
    if isinstance(value, datetime):
        return stamp(value)
    if is_dataclass(value):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"cannot be stored: {value!r}")


@cache
def _names(cls: type[Any]) -> frozenset[str]:
    """Of the fields of a dataclass."""
    return frozenset(f.name for f in fields(cls))


def _build(cls: type[T], raw: Mapping[str, Any], **parts: Any) -> T:
    """`cls` from its JSON. `*_at` fields are times, lists are tuples.

    A field this version does not know is left out, one the writer did not know gets its default.
    """
    known = _names(cls)  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in known:
            continue
        if name.endswith("_at") and isinstance(value, str):
            value = time(value)
        elif isinstance(value, list):
            value = tuple(value)
        values[name] = value
    return cls(**{**values, **parts})


def checkpoint_from(text: str) -> Checkpoint:
    """The Checkpoint that `to_json` wrote."""
    return _build(Checkpoint, json.loads(text))


def story_from(text: str) -> Story:
    """The Story that `to_json` wrote; tuples inside `memory` come back as lists."""
    return _build(Story, json.loads(text))


def event_from(text: str) -> Event:
    """The Event that `to_json` wrote, with its match, story and item."""
    raw = json.loads(text)
    try:
        return _build(
            Event,
            raw,
            match=_build(Match, raw["match"]),
            story=_build(Story, raw["story"]),
            item=_build(Item, raw["item"]),
        )
    except (KeyError, TypeError) as error:
        raise StoreError(f"a stored event cannot be read: {error}") from error


def item_row(item: Item, reading: Reading) -> tuple[Any, ...]:
    """The columns of ITEM_COLUMNS. Identity and hash are those of the item as it came."""
    unsure = None if reading.unsure is None else clean(reading.unsure)
    because = None if reading.unsure_because is None else clean(reading.unsure_because)
    return (
        item.id,
        item.content_hash,
        item.source_id,
        stamp(item.fetched_at),
        stamp_or_none(item.published_at),
        item.issuer_id,
        item.kind,
        item.tier,
        item.language,
        clean(item.source_name),
        clean(item.guid),
        clean(item.url),
        unsure,
        because,
        clean(item.title),
        None if item.question is None else clean(item.question),
        clean(item.text),
    )


def item_from(row: Row) -> Item:
    """The Item of a row of ITEM_COLUMNS; `fetched_at` is when it was first seen."""
    raw = dict(zip(ITEM_COLUMNS, row, strict=True))
    raw["fetched_at"] = raw["seen_at"]
    item = _build(Item, raw)
    if item.content_hash != raw["content_hash"]:  # its text is not what the source itself said
        return replace(item, source_hash=raw["content_hash"])
    return item


def edition_from(row: Row) -> Edition:
    """The Edition of a row of EDITION_COLUMNS."""
    raw = dict(zip(EDITION_COLUMNS, row, strict=True))
    return _build(Edition, {**raw, "unsure": json.loads(raw["unsure"])})


def delivery_from(row: Row) -> Delivery:
    """The Delivery of a row of DELIVERY_COLUMNS."""
    raw = dict(zip(DELIVERY_COLUMNS, row, strict=True))
    return _build(
        Delivery,
        raw,
        lease_until=time_or_none(raw["lease_until"]),
        doubtful=bool(raw["doubtful"]),
    )
