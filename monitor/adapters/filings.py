"""What the lists of filings have in common: stock codes, dates that run ahead, titles with names.

`Filings` is where the adapters of cninfo, the exchanges and Eastmoney begin; hkex takes parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from monitor.adapters.dates import AHEAD
from monitor.adapters.protocol import Found, Remember, Skip, tier_of
from monitor.adapters.reading import EARLIEST, kind_of, one_line, sample_of, shorten, text_of
from monitor.clock import CHINA
from monitor.config import Issuer, Source
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Kind, Page, Request, Tier, digest_id

FIRST_VISIT_PAGES = 2
KNOWN = 150
"""Rows of the last visit that are remembered."""
MAINLAND = (".SZ", ".SH", ".BJ")
_DATED_AHEAD = timedelta(days=15)
"""A filing released before a holiday carries the date of the first day after it."""
_CODE = re.compile(r"\d{6}", re.ASCII)
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


def codes_of(issuer: Issuer, exchanges: Sequence[str] = MAINLAND) -> list[str]:
    """The six digits of its listings there, then those it had before."""
    tickers = (*issuer.tickers, *issuer.former_tickers)
    return [ticker.partition(".")[0] for ticker in tickers if ticker.endswith(tuple(exchanges))]


def issuer_ids(issuers: Iterable[Issuer], exchanges: Sequence[str] = MAINLAND) -> dict[str, str]:
    """Which firm a code belongs to; a code in use wins over one that another firm had before."""
    issuers = list(issuers)
    found = {code: i.id for i in issuers for code in codes_of(i, exchanges)}
    for issuer in issuers:
        for ticker in issuer.tickers:
            if ticker.endswith(tuple(exchanges)):
                found[ticker.partition(".")[0]] = issuer.id
    return found


def issuer_of(source: Source, issuers: Iterable[Issuer]) -> Issuer | None:
    """The firm the entry names, or None when it names none. Raises ParseError for a stranger."""
    if source.issuer is None:
        return None
    for issuer in issuers:
        if issuer.id == source.issuer:
            return issuer
    raise ParseError("a firm of the watchlist", f"'{source.issuer}'")


def code_at(source: Source, issuers: Iterable[Issuer], exchange: str, place: str) -> str:
    """The six digits by which `exchange` (".SZ") lists the firm the entry names; "" = none named.

    Raises ParseError for a stranger, and for a firm that is not listed there.
    """
    issuer = issuer_of(source, issuers)
    if issuer is None:
        return ""
    code = next(iter(codes_of(issuer, (exchange,))), "")
    if not code:
        raise ParseError(f"a firm listed in {place}", ", ".join(issuer.tickers))
    return code


def own_rows(code: str, codes: Sequence[Sequence[str]], page: Page) -> list[bool]:
    """Per row, told by the codes it is filed for, whether it is of `code`; with "" every one is.

    Raises ParseError when all are other firms': the site did not heed what was asked.
    """
    own = [not code or code in row for row in codes]
    if codes and not any(own):
        others = ", ".join(sorted({c for row in codes for c in row})[:4])
        raise ParseError(f"filings of {code}", f"others' ({others})", url=page.url)
    return own


def codes_in(value: object) -> list[str]:
    """The stock codes in a list of them, or in the printed form of one ("['002670']")."""
    parts = value if isinstance(value, list) else [value]
    return [code for part in parts if isinstance(part, str) for code in _CODE.findall(part)]


def number_of(text: str) -> int:
    """The digits as a number; 0 for anything else."""
    return int(text) if _NUMBER.fullmatch(text) else 0


def titled(markup: str, name: str) -> str:
    """The filing's title without mark-up, led by the firm's short name as the exchanges write it.

    Short names are padded with blanks, half- or full-width; those go.
    """
    title = one_line(markup)
    name = "".join(one_line(name, 40).split())
    return title if not name or not title or name in title else f"{name}：{title}"


def rows_of(answer: Mapping[str, Any], key: str, page: Page) -> list[Mapping[str, Any]]:
    """The list under `key`; what is no object in it becomes an empty row, to be counted."""
    rows = answer.get(key)
    if not isinstance(rows, list):
        found = f"'{key}' is {kind_of(rows)}" if key in answer else f"no '{key}'"
        said = next((t for k in ("message", "msg", "error") if (t := text_of(answer, k))), "")
        raise ParseError(
            f"a list under '{key}'", found + (f" ({shorten(said, 80)})" if said else ""),
            url=page.url,
        )  # fmt: skip
    return [row if isinstance(row, dict) else {} for row in rows]


def dated(at: datetime | None, seen_at: datetime) -> tuple[datetime | None, bool]:
    """When a filing dated `at` was published, and whether that date can be believed.

    A filing of this evening may carry tomorrow's date: then the hour is unknown (None), which is
    no fault. A date of 00:00 that has passed stands as it is.
    """
    if at is None or not EARLIEST <= at <= seen_at + _DATED_AHEAD:
        return None, False
    return (at.astimezone(UTC) if at <= seen_at + AHEAD else None), True


class Filings:
    """Where an adapter of filings begins: what it says of its rows, and how one becomes an item.

    Its own are `platform`, `Options`, `start`, `parse` and the names of the site's fields.
    """

    platform: ClassVar[str]
    kind: ClassVar[Kind] = "announcement"
    tier: ClassVar[Tier] = "official"
    needs_url: ClassVar[bool] = False
    exchanges: ClassVar[Sequence[str]] = MAINLAND
    """Whose stock codes the rows are filed for."""
    sample: ClassVar[Sequence[str]]
    """The fields that show what a row was that is left out."""

    def __init__(self, source: Source, issuers: Iterable[Issuer]) -> None:
        self.source = source
        self.issuers = list(issuers)
        self.issuer_ids = issuer_ids(self.issuers, self.exchanges)

    def skip(self, reason: str, row: Mapping[str, Any]) -> Skip:
        """Leave the row out."""
        return Skip(reason, sample_of(row, *self.sample))

    def filing(
        self,
        row: Mapping[str, Any],
        page: Page,
        *,
        guid: str,
        title: str,
        url: str,
        at: datetime | None,
        issuer_id: str | None,
        file: str | None,
    ) -> Item | Skip:
        """The row as an item; without number, title or a date that can be believed it is left out.

        `at`: when it was published as the site says, None where that cannot be read.
        """
        if not guid or not title:
            return self.skip("a filing without its number or title", row)
        published_at, believable = dated(at, page.fetched_at)
        if not believable:
            return self.skip("a filing without a believable date", row)
        return Item(
            source_id=self.source.id,
            guid=guid,
            url=url,
            title=title,
            text=title,
            fetched_at=page.fetched_at,
            published_at=published_at,
            language=self.source.language or "zh-Hans",
            kind=self.source.kind or self.kind,
            tier=tier_of(self.source, self.tier),
            issuer_id=issuer_id,
            source_name=self.source.name or self.platform,
            attachment_url=file,
        )


class Reach:
    """How far a visit reads: on while a page ends in rows that the last visit did not see.

    For lists whose times know only the day, and whose numbers do not rise.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._known = frozenset(checkpoint.cursor.get("known", "").split())
        self._seen: list[str] = []
        self._previous: list[str] = []

    def onwards(
        self,
        rows: Sequence[str],
        number: int,
        next_page: Callable[[int], Request],
        *,
        more: bool,
        max_pages: int,
        at_least: int = 1,
    ) -> Iterator[Found]:
        """The request for the page after the `number`-th, or what to remember.

        `rows` are the identities on this page, `more` says that there is a next one.
        """
        marks = [digest_id(row, length=8) for row in rows]
        repeated = bool(marks) and marks == self._previous
        self._previous = marks
        self._seen += marks
        news = bool(marks) and not self._known.intersection(marks[-3:])
        if repeated:
            yield Skip(f"page {number} repeats page {number - 1}")
        elif more and number < at_least:
            yield next_page(number + 1)
            return
        elif more and news:
            if number < (max_pages if self._known else min(max_pages, FIRST_VISIT_PAGES)):
                yield next_page(number + 1)
                return
            if self._known:
                yield Skip("older news than a visit may read back to", f"after {number} pages")
        yield Remember("known", " ".join(self._seen[:KNOWN]))


_CHINA_TIME = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:[.:]\d{1,6})?)?)?", re.ASCII
)


def china_time(text: str) -> datetime | None:
    """`2026-11-20`, `2026-11-20 18:43:04`, and Eastmoney's `2026-11-20 18:43:04:552`."""
    match = _CHINA_TIME.fullmatch(text.strip())
    if match is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        at = datetime(year, month, day, hour, minute, second, tzinfo=CHINA)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
