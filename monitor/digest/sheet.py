"""A digest in words, before it is a mail or a text: what the two have in common. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from monitor.model import Family

Tone = Literal["grant", "loss", "waiting", "policy", "exempt", "unsure", "muted"]
FAMILIES: tuple[Family, ...] = ("loss", "grant", "waiting", "exempt", "policy")
"""The worst first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that is told, in words that are safe as text; mark-up is the mail's business."""

    tone: Tone
    tag: str
    """`▲ GRANTED`: shape and word."""
    firm: str = ""
    tickers: str = ""
    verdict: str = ""
    """`new`, `update`, `confirmed` ...; empty where there is nothing to tell apart."""
    added: str = ""
    """`+ Japan`: what an update brings."""
    facts: str = ""
    quote: str = ""
    language: str = ""
    """BCP 47, of the quotation and of the title."""
    title: str = ""
    source: str = ""
    times: str = ""
    notes: tuple[str, ...] = ()
    link: str = ""
    page: str = ""
    """Our own page about it, where the configuration says how readers reach it."""
    ident: str = ""
    """`event 7f3a9c12ab34`."""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with what stands below. `count` is how many there are, shown or not."""

    id: str
    heading: str
    entries: tuple[Entry, ...] = ()
    lead: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    """Pairs of a word and what there is to say of it, for sections that are tables."""
    count: int | None = None
    more: str = ""
    """What is not shown, in words."""


@dataclass(frozen=True, slots=True)
class Column:
    """One day of the picture."""

    day: date
    counts: tuple[tuple[Family, int], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole digest in words."""

    subject: str
    headline: tuple[tuple[Family | None, str], ...]
    """One line per kind of news, with its family where it has one."""
    lead: tuple[str, ...]
    """Sentences below the headline: what was read, what is not well, what is odd about today."""
    preview: str
    """What mail programs show beside the subject; its first 90 characters tell the news."""
    dateline: str
    sections: tuple[Section, ...]
    chart: tuple[Column, ...]
    chart_words: tuple[tuple[Family, str], ...]
    """`12 grants`: what the picture comes to, for those who do not see it."""
    footer: tuple[str, ...]
    archive: str = ""


def unshown(n: int) -> str:
    """What stands in place of `n` entries too many; empty for none."""
    return f"and {n:,} more, not shown" if n > 0 else ""
