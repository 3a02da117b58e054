"""What `monitor explain` is to read: a text, a file, a web page, or an item of the database."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.charset import decode
from monitor.documents import Tickers, item_from, parse
from monitor.errors import DocumentError
from monitor.model import Item, Kind, Request, Tier
from monitor.terminal import defuse

if TYPE_CHECKING:
    from monitor.config import Config

MAX_BYTES = 20_000_000
_URL = re.compile(r"https?://\S+$", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{12}(?:[0-9a-f]{4})?$")
_FILE = re.compile(r"[^\s]+\.(?:txt|md|html?|jsonl?|ndjson|xml|pdf)$", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.{0,500}?)</title", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says about the text, beyond the text itself. None: not said."""

    line: int | None = None
    id: str | None = None
    issuer: str | None = None
    kind: Kind | None = None
    tier: Tier | None = None
    published_at: datetime | None = None
    language: str | None = None
    title: str | None = None
    question: str | None = None


def material(what: str, wanted: Wanted, config: Config, tickers: Tickers, now: datetime) -> Item:
    """The Item to be explained. Raises DocumentError, FetchError or StoreError, in one clear line.

    `what` is tried as a web address, a file, an id, and else is the text itself.
    """
    if _URL.match(what):
        item = _of_page(what, config, now)
    elif _is_file(what):
        item = _of_file(Path(what), wanted, tickers, now)
    elif _ID.match(what):
        item = _of_store(what, config)
    elif _FILE.match(what) and not what.startswith("http"):
        raise DocumentError(f"{defuse(what)}: no such file")
    else:
        item = _item("text", what, now)
    item = _overridden(item, wanted, tickers)
    if not item.text.strip() and not item.title.strip():
        raise DocumentError("nothing to read: the text is empty")
    return item


def _is_file(what: str) -> bool:
    try:
        return len(what) < 1024 and "\n" not in what and Path(what).is_file()
    except (OSError, ValueError):
        return False


def _item(guid: str, text: str, now: datetime, *, title: str = "", url: str = "") -> Item:
    return Item(
        source_id="explain", guid=guid, url=url, title=title, text=text, fetched_at=now,
        published_at=now, kind="news", tier="media",
    )  # fmt: skip


def _overridden(item: Item, wanted: Wanted, tickers: Tickers) -> Item:
    changes: dict[str, Any] = {}
    if wanted.issuer is not None:
        changes["issuer_id"] = tickers.issuer_id(wanted.issuer)
        if changes["issuer_id"] is None:
            raise DocumentError(
                f"{defuse(wanted.issuer)}: no such issuer; give a ticker as in 300748.SZ, or an id"
            )
    kind = wanted.kind or ("ir_qa" if wanted.question is not None else None)
    if kind is not None:
        changes["kind"] = kind
        if kind != item.kind and kind in ("ir_qa", "announcement", "regulator"):
            changes["tier"] = "official"
    for name in ("tier", "published_at", "language", "title", "question"):
        value = getattr(wanted, name)
        if value is not None:
            changes[name] = value
    return replace(item, **changes)


# --- files --------------------------------------------------------------------------------------


def _of_file(path: Path, wanted: Wanted, tickers: Tickers, now: datetime) -> Item:
    try:
        if path.stat().st_size > MAX_BYTES and path.suffix.lower() not in (".jsonl", ".ndjson"):
            raise DocumentError(f"{path}: more than {MAX_BYTES // 10**6} MB is no article")
        if path.suffix.lower() in (".jsonl", ".ndjson", ".json"):
            return item_from(_chosen(path, wanted), tickers, now)
        body = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    return _of_bytes(body, str(path), None, now)


def _chosen(path: Path, wanted: Wanted) -> Mapping[str, Any]:
    """The one document of a JSON file that is meant."""
    if path.suffix.lower() == ".json":
        return parse(path.read_bytes())
    first: Mapping[str, Any] | None = None
    count = 0
    for number, document in _documents(path, wanted):
        count += 1
        if wanted.line is not None or wanted.id is not None:
            if wanted.line in (None, number) and wanted.id in (None, document.get("id")):
                return document
        elif first is None:
            first = document
    if wanted.line is not None or wanted.id is not None:
        which = f"line {wanted.line}" if wanted.line is not None else f"id {wanted.id}"
        raise DocumentError(f"{path}: no document with {defuse(which)}")
    if first is None:
        raise DocumentError(f"{path}: no document in it")
    if count > 1:
        raise DocumentError(f"{path}: {count:,} documents in it; choose with --line N or --id ID")
    return first


def _documents(path: Path, wanted: Wanted) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip() or wanted.line not in (None, number):
                continue
            try:
                yield number, parse(line.removeprefix(b"\xef\xbb\xbf"))
            except DocumentError as error:
                if wanted.line is not None:
                    raise DocumentError(f"{path}: line {number}: {error}") from None


def _of_bytes(body: bytes, name: str, content_type: str | None, now: datetime) -> Item:
    """Plain text or HTML; anything else is refused."""
    from monitor.adapters.reading import is_html, plain_text

    if body.startswith(b"%PDF"):
        raise DocumentError(f"{name}: a PDF; give its text")
    text = decode(body, content_type)
    if _is_binary(text):
        raise DocumentError(f"{name}: not a text")
    if not is_html(text):
        return _item(name, text.strip(), now)
    title = _TITLE.search(text)
    return _item(name, plain_text(text), now, title=plain_text(title[1]) if title else "")


def _is_binary(text: str) -> bool:
    sample = text[:20_000]
    odd = sum(c == "\ufffd" or (c < " " and c not in "\t\n\r\f") for c in sample)
    return "\x00" in sample or odd * 10 > len(sample)


# --- the web, the database ----------------------------------------------------------------------


def _of_page(url: str, config: Config, now: datetime) -> Item:
    from monitor.service import fetcher_for

    async def fetch() -> Item:
        async with fetcher_for(config) as fetcher:
            page = await fetcher.get(Request(url))
        item = _of_bytes(page.body, defuse(page.url), page.headers.get("content-type"), now)
        return replace(item, url=page.url)

    return asyncio.run(fetch())


def _of_store(key: str, config: Config) -> Item:
    """The item with this id, or the newest one of the event with this id."""
    from monitor.stores import open_store

    if not Path(config.database).exists():
        raise DocumentError(f"{key}: looks like an id, but there is no {defuse(config.database)}")
    store = open_store(config.database, create=False)
    try:
        if len(key) == 12:
            events = store.events_for(key)
            if events:
                return events[-1].item
        item = store.item(key)
    finally:
        store.close()
    if item is None:
        raise DocumentError(f"{key}: no such item or event in {defuse(config.database)}")
    return item
