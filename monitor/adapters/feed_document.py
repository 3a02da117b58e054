"""What every feed format is read into."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_ENTRIES = 5000


@dataclass(slots=True)
class Entry:
    """One entry as the feed words it; "" is not there. Marked-up texts are still marked up."""

    guid: str = ""
    link: str = ""
    title: str = ""
    title_is_plain: bool = False
    """The title is literal text: what looks like a tag is not one."""
    summary: str = ""
    content: str = ""
    content_is_plain: bool = False
    published: str = ""
    updated: str = ""
    publisher: str = ""
    """Aggregators: who published it."""


@dataclass(slots=True)
class Document:
    """One feed document."""

    format: str
    title: str = ""
    link: str = ""
    language: str = ""
    hub: str = ""
    """Who tells subscribers of news (WebSub), as the feed words it."""
    topic: str = ""
    """The feed's own address, as the hub knows it."""
    ttl_s: int | None = None
    """How long the publisher wants us to wait."""
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    cut: bool = False
    """The end is missing; the entries are those that are whole."""
    left_out: int = 0
    """Entries beyond MAX_ENTRIES."""
    entries: list[Entry] = field(default_factory=list)


class NotAFeed(Exception):
    """The text is something else; the message says what ("an XML document <urlset>")."""
