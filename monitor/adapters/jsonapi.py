"""Any address that answers with a list of news as JSON, read by paths that its entry names.

A path is keys joined by dots (`data.list`, `title.rendered`, `0.content`; a number counts from 0 in
a list); the empty one is the answer itself. JSON in a call (`callback({...});`) is unwrapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar

from pydantic import Field, field_validator

from monitor.adapters.flash import from_epoch_s
from monitor.adapters.protocol import Found, Skip, own_options
from monitor.adapters.reading import (
    from_epoch_ms,
    kind_of,
    load_json,
    one_line,
    plain_text,
    shorten,
    text_of,
)
from monitor.adapters.web import Address, Dated, absolute, once, unwrapped
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Page, Request

MAX_ROWS = 2000
_PATH = re.compile(r"[^.{}\s]{1,80}(?:\.[^.{}\s]{1,80}){0,9}|")
_HOLE = re.compile(r"\{([^{}]{1,200})\}")
_DIGITS = re.compile(r"\d{9,15}", re.ASCII)


class Options(Dated):
    """The keys an entry may have of its own. All but `items` are paths within a row."""

    items: str = ""
    """Path of the list in the answer."""
    guid: str = "id"
    """What tells a row from all others; where a row has none, its link."""
    title: str = "title"
    text: str = "content"
    """Text or summary; mark-up is taken off."""
    link: str = "url"
    """Path of the address, or the address itself with paths in braces
    (`https://news.example/{date}/{id}.html`)."""
    date: str | None = "date"
    """A written date, or seconds or milliseconds since 1970; `null` = rows have none."""
    form: dict[str, str] | None = None
    """POST these fields instead of a GET."""
    ok: dict[str, str] = Field(default_factory=dict)
    """What the answer must say of itself: path and value (`{code: "20000"}`)."""
    may_be_empty: bool = False
    """No rows are no failure: a search that usually finds nothing."""

    @field_validator("items", "guid", "title", "text", "date")
    @classmethod
    def _a_path(cls, text: str | None) -> str | None:
        if text is not None and not _PATH.fullmatch(text):
            raise ValueError(f"{text!r} is no path; write keys joined by dots, like data.list")
        return text


class JsonApi(Address):
    """One address."""

    Options: ClassVar[type[Strict] | None] = Options

    def __init__(self, source: Source, issuers: Iterable[Issuer] = ()) -> None:
        super().__init__(source)
        self.options = own_options(source, Options)

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        form = self.options.form
        return [
            Request(
                self.address(),
                method="GET" if form is None else "POST",
                form=form,
                headers={"Accept": "application/json, text/javascript, */*;q=0.5"},
                note="list",
                conditional=True,
            )
        ]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read the answer.

        Items come in the list's own order. `published_at` is None only where `date` is null.
        Raises ParseError for what is no JSON, for another value than `ok` asks for, for an empty
        list unless `may_be_empty`, and when no row has a title.
        """
        options = self.options
        answer = load_json(unwrapped(page), "JSON")
        for path, wanted in options.ok.items():
            told = _text(_at(answer, path))
            if told != wanted:
                found = f"'{shorten(told, 60)}'" if told else "nothing"
                raise ParseError(f"'{wanted}' at '{path}'", found, url=page.url)
        rows = _at(answer, options.items)
        if not isinstance(rows, list):
            where = f" at '{options.items}'" if options.items else ""
            raise ParseError(f"a list{where}", f"a JSON {kind_of(rows)}", url=page.url)
        if not rows and not options.may_be_empty:
            raise ParseError("rows", "an empty list", url=page.url)
        found_rows = list(once(self._read(row, page) for row in rows[:MAX_ROWS]))
        skips = [thing for thing in found_rows if isinstance(thing, Skip)]
        if skips and len(skips) == len(found_rows):
            raise ParseError("rows with title and date", skips[0].reason, url=page.url)
        yield from (thing for thing in found_rows if isinstance(thing, Item))
        yield from skips
        if len(rows) > MAX_ROWS:
            yield Skip(f"rows beyond the first {MAX_ROWS}", f"{len(rows) - MAX_ROWS} more")

    def _read(self, row: Any, page: Page) -> Item | Skip:
        options = self.options
        if not isinstance(row, dict):
            return Skip("a row that is no object", shorten(repr(row)[:400]))
        text = plain_text(_text(_at(row, options.text)))
        title = one_line(_text(_at(row, options.title))) or one_line(text, 80)
        url = self._url(row, page)
        guid = _text(_at(row, options.guid)) or url
        if not title:
            return Skip("a row without title and text", shorten(guid))
        if not guid:
            return Skip("a row without number and link", shorten(title))
        at = None
        if options.date is not None:
            written = _at(row, options.date)
            at = self._date(written, page)
            if at is None:
                return Skip("a row without a believable date", shorten(f"{title} {written}"))
        is_whole = bool(text) and not text.endswith(("…", "...", "[…]", "[...]"))
        return self.item(
            page,
            guid=guid,
            url=url or page.url,
            title=title,
            text=text,
            at=at,
            kind=None if is_whole else "feed_summary",
        )

    def _url(self, row: Any, page: Page) -> str:
        link = self.options.link
        if "{" not in link:
            return absolute(page.url, _text(_at(row, link)))
        parts = [_text(_at(row, path)) for path in _HOLE.findall(link)]
        if not all(parts):
            return ""
        filled = iter(parts)
        return absolute(page.url, _HOLE.sub(lambda _: next(filled), link))

    def _date(self, written: Any, page: Page) -> datetime | None:
        text = _text(written)
        if self.options.date_format is None and _DIGITS.fullmatch(text):
            read = from_epoch_ms if len(text) > 11 else from_epoch_s
            return read(text, seen_at=page.fetched_at)
        return self.options.date_in(text, page)


def _at(value: Any, path: str) -> Any:
    """What `path` leads to; None where it breaks off."""
    for key in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and len(key) < 6 and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def _text(value: Any) -> str:
    """A value as text; a list of texts as lines; "" for objects, null and true."""
    if isinstance(value, list):
        return "\n".join(part for each in value[:100] if (part := text_of({"": each}, "")))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return text_of({"": value}, "")
