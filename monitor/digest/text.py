"""Sheet → plain text of 72 columns: the mail's twin, and what `monitor digest` prints. Pure.

Chinese characters take two columns. Addresses are never broken, so that they can be clicked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from monitor.digest.sheet import Column, Entry, Section, Sheet
from monitor.terminal import SHAPE, width

COLUMNS = 72
_PIECES = re.compile(
    r"\s+|[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60][，。、；：！？”’）」』》]*|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]+"
)
"""Where a line may break: at blanks, and after each Chinese character with what closes it."""


def text_of(sheet: Sheet) -> str:
    """The whole digest, ending with a line break."""
    lines: list[str] = []
    for family, words in sheet.headline:
        lines += wrapped(f"{SHAPE[family]} {words}" if family else words)
    lines += [sheet.dateline, "=" * COLUMNS, ""]
    for sentence in sheet.lead:
        lines += wrapped(sentence)
    for section in sheet.sections:
        lines += ["", *_section(section, sheet)]
    lines += ["", "-" * COLUMNS]
    for sentence in sheet.footer:
        lines += wrapped(sentence)
    if sheet.archive:
        lines.append(sheet.archive)
    return "\n".join(lines) + "\n"


def _section(section: Section, sheet: Sheet) -> Iterator[str]:
    count = f" ({section.count:,})" if section.count else ""
    yield f"{section.heading.upper()}{count}"
    yield "-" * COLUMNS
    if section.lead:
        yield from wrapped(section.lead)
    if section.id == "chart":
        yield from _chart(sheet.chart)
    firm = None
    for i, entry in enumerate(section.entries):
        if i or section.lead:
            yield ""
        yield from _entry(entry, firm)
        firm = entry.firm
    for word, told in section.lines:
        yield from wrapped(f"{word}: {told}" if word else told, indent="  ")
    if section.more:
        yield section.more


def _entry(entry: Entry, before: str | None) -> Iterator[str]:
    """The firm leads, unless the entry above is about it too."""
    if entry.firm and entry.firm != before:
        yield from wrapped(" · ".join(filter(None, [entry.firm, entry.tickers])))
    tag = " · ".join(filter(None, [entry.tag, " ".join([entry.verdict, entry.added]).strip()]))
    yield from wrapped(tag)
    for line in (entry.facts, f"“{entry.quote}”" if entry.quote else "", entry.title):
        if line:
            yield from wrapped(line, indent="  ")
    for line in (" · ".join(filter(None, [entry.source, entry.times])), *entry.notes):
        if line:
            yield from wrapped(line, indent="  ")
    for line in (entry.page, entry.link, entry.command, entry.ident):
        if line:
            yield f"  {line}"


def _chart(columns: Iterable[Column]) -> Iterator[str]:
    """The numbers of the picture: a line per day that has any."""
    for column in columns:
        if column.counts:
            told = "  ".join(f"{SHAPE[family]} {n}" for family, n in column.counts)
            yield f"  {column.day:%a} {column.day.day:2} {column.day:%b}  {told}"


def wrapped(line: str, *, indent: str = "") -> list[str]:
    """`line` in lines of at most 72 columns; only a single longer word is left whole."""
    found, present = [], indent
    for piece in _PIECES.findall(line):
        if piece.isspace():
            present += " " if present.strip() else ""
        elif (
            present.strip()
            and width(present.rstrip()) + width(piece) + (present.endswith(" ")) > COLUMNS
        ):
            found.append(present.rstrip())
            present = indent + piece
        else:
            present += piece
    return [*found, present.rstrip()] if present.strip() else found
