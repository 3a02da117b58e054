"""Documents as others write them, one JSON object a line: into Items, and what was read back out.

The shapes are the contract of `monitor extract`; `docs/vocabulary.md` explains the words. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, get_args

from monitor.config import Issuer
from monitor.errors import DocumentError
from monitor.model import ALERTING, TIERS, Event, Item, Kind, Match

KINDS: tuple[Kind, ...] = get_args(Kind)
MAX_TEXT = 5_000_000
"""Characters of one document; more than that is no document."""


class Tickers:
    """Issuer ids by ticker and back; every spelling a document may use (06680.HK, 6680.hk, .SS)."""

    def __init__(self, issuers: Iterable[Issuer]) -> None:
        self.primary: dict[str, str] = {}
        """Issuer id -> primary ticker."""
        self._ids: dict[str, str] = {}
        for issuer in issuers:
            if issuer.tickers:
                self.primary[issuer.id] = issuer.tickers[0]
            for name in (issuer.id, *issuer.former_tickers, *issuer.tickers):
                self._ids[_plain(name)] = issuer.id

    def issuer_id(self, ticker: str | None) -> str | None:
        """The watched issuer with this ticker or id, or None."""
        return None if ticker is None else self._ids.get(_plain(ticker))

    def firm(self, match: Match) -> str | None:
        """How a document names the firm of a match: ticker, `other:<name>`, or None."""
        if match.issuer_id is not None:
            return self.primary.get(match.issuer_id, match.issuer_id)
        return f"other:{match.firm_name}" if match.firm_name else None


def _plain(ticker: str) -> str:
    code, _, market = ticker.strip().upper().partition(".")
    if market == "SS":
        market = "SH"
    return f"{code.lstrip('0') if market == 'HK' else code}.{market}"


def parse(line: str | bytes) -> dict[str, Any]:
    """The object on one line. Raises DocumentError."""
    try:
        value = json.loads(line)
    except UnicodeDecodeError:
        raise DocumentError("not UTF-8 text") from None
    except RecursionError:
        raise DocumentError("nested beyond reason") from None
    except ValueError as error:
        at = f" at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else ""
        why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise DocumentError(f"not JSON: {why[0].lower()}{why[1:]}{at}") from None
    if not isinstance(value, dict):
        raise DocumentError("not a JSON object")
    return value


def item_from(document: Mapping[str, Any], tickers: Tickers, now: datetime) -> Item:
    """The Item a document describes. Raises DocumentError.

    `published_at` keeps the offset it was given, because "today" in the text means that zone's day.
    `now` stands in for `seen` where the document has neither `seen` nor `published`.
    """
    key = document.get("id")
    if isinstance(key, int) and not isinstance(key, bool):
        key = str(key)
    if not isinstance(key, str) or not key:
        raise DocumentError("'id' must be text" if "id" in document else "'id' is missing")
    title, text = _text(document, "title"), _text(document, "text")
    if not title and not text:
        raise DocumentError("neither 'title' nor 'text' says anything")
    published = _time(document, "published")
    subject = document.get("subject_firm")
    source = _text(document, "source")
    return Item(
        source_id=source or "documents",
        guid=key,
        url=_text(document, "url"),
        title=title,
        text=text,
        question=_text(document, "question") or None,
        language=_text(document, "lang") or None,
        kind=_one_of(document, "channel", KINDS, "news"),
        tier=_one_of(document, "source_tier", TIERS, "media"),
        published_at=published,
        fetched_at=_time(document, "seen") or published or now,
        issuer_id=tickers.issuer_id(subject) if isinstance(subject, str) else None,
        source_name=source,
    )


def _text(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DocumentError(f"'{key}' must be text")
    if len(value) > MAX_TEXT:
        raise DocumentError(f"'{key}' has {len(value):,} characters, more than any document")
    return value


def _one_of(document: Mapping[str, Any], key: str, known: Sequence[Any], default: Any) -> Any:
    value = document.get(key)
    if value is None:
        return default
    if value not in known:
        raise DocumentError(f"'{key}' must be one of {', '.join(known)}, not {value!r:.40}")
    return value


def _time(document: Mapping[str, Any], key: str) -> datetime | None:
    value = document.get(key)
    if value is None or value == "":
        return None
    try:
        return moment(value)
    except (ValueError, TypeError):
        raise DocumentError(
            f"'{key}' must be a time as in 2025-06-11T16:00:00+08:00, not {value!r:.40}"
        ) from None


def moment(text: str) -> datetime:
    """An ISO 8601 time with its offset, or in UTC without one. Raises ValueError or TypeError."""
    at = datetime.fromisoformat(text)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if not 1990 <= at.year <= 2100:
        raise ValueError(f"{at.year} is no year of ours")
    return at


def alerts(match: Match) -> bool:
    """Would the default route push a match nothing else is known of?"""
    return (
        match.issuer_id is not None
        and match.status in ALERTING
        and match.novelty == "new"
        and match.certainty in ("confirmed", "reported")
    )


def event_row(match: Match, tickers: Tickers, event: Event | None = None) -> dict[str, Any]:
    """One entry of `events`; with `event`, what the ledger made of the match."""
    row: dict[str, Any] = {
        "firm": tickers.firm(match),
        "status": match.status,
        "destinations": list(match.destinations),
        "products": list(match.products),
        "extent": match.extent,
        "attribution": match.attribution,
        "certainty": match.certainty,
        "event_date": match.event_date,
        "date_kind": match.date_kind,
        "novelty": match.novelty,
        "evidence": match.quote,
        "rule": match.rule_id,
        "alert": alerts(match) if event is None else event.alerting,
    }
    if match.customers:
        row["customers"] = list(match.customers)
    if event is not None:
        row["story"] = event.id
        row["verdict"] = event.verdict
    return row


def line_of(document_id: str, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """One line of output, newline included. Lone surrogates come out escaped."""
    value = {"id": document_id, "events": list(rows)}
    try:
        return json.dumps(value, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(value).encode() + b"\n"
