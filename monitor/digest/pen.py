"""Event → Entry: one thing that is told, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from monitor.clock import CHINA, local
from monitor.digest.day import Day, language_of
from monitor.digest.headline import listed
from monitor.digest.sheet import Entry
from monitor.model import Event, Item, Unsure
from monitor.render import (
    EVIDENCE_CHARS,
    TITLE_CHARS,
    added_words,
    cut,
    extent,
    issuer_name,
    one_line,
    place,
    product,
    safe_url,
    said_by,
)
from monitor.terminal import SHAPE, WORD, age

NAME_CHARS = 80
NOTE_CHARS = 200


class Pen:
    """Writes of one day. `web` is where readers reach the pages, or empty; `room` is the share of
    the usual number of entries that there is room for."""

    def __init__(self, day: Day, web: str, room: float = 1.0) -> None:
        self.day, self.window, self.web = day, day.window, web
        self._room = room
        self.zone = day.window.zone
        self.carriers: dict[tuple[str, int], list[Event]] = {}
        """Who repeated what, by story and revision."""
        for event in day.events:
            if event.verdict == "repeat":
                self.carriers.setdefault((event.id, event.revision), []).append(event)
        self._left: dict[str, list[str]] = {}
        """By what it is about: who was not alerted, and why not."""
        for held in day.held:
            why = f"{held.delivery.receiver_id} was not alerted: {held.delivery.because or 'held'}"
            self._left.setdefault(held.delivery.about, []).append(one_line(why))

    def most(self, usual: int) -> int:
        """How many entries are shown of a section that usually shows so many."""
        return max(3, round(usual * self._room))

    def entry(self, event: Event, *, notes: Sequence[str] = ()) -> Entry:
        match, item = event.match, event.item
        issuer = self.day.issuers.get(match.issuer_id or "")
        quoted = cut(one_line(match.quote), EVIDENCE_CHARS)
        title = cut(one_line(item.title), TITLE_CHARS)
        left = self._left.get(f"{event.id}.{event.revision}", ())
        told = [cut(note, NOTE_CHARS) for note in (*notes, *left)]
        if carried := self.carriers.get((event.id, event.revision)):
            names = list(dict.fromkeys(source_name(e) for e in carried))
            told.append(f"Also carried by {listed(names, 4)}")
        return Entry(
            tone=match.family,
            tag=f"{SHAPE[match.family]} {WORD[match.status]}",
            firm=cut(
                one_line(issuer_name(issuer) if issuer else match.firm_name or ""), NAME_CHARS
            ),
            tickers=" / ".join(issuer.tickers) if issuer else "",
            verdict="" if event.verdict in ("none-alerting", "background") else event.verdict,
            added=added_words(event) if event.verdict == "update" else "",
            facts=_facts(event),
            quote=quoted,
            language=language_of(item),
            title=_beside(title, quoted),
            source=said_by(event),
            times=self.times(item),
            notes=tuple(told),
            link=safe_url(item.url),
            page=f"{self.web}/events/{quote(event.id)}" if self.web else "",
            ident=f"event {event.id}",
        )

    def unsure(self, unsure: Unsure) -> Entry:
        """An entry of the unsure queue, with the command that shows why and how to teach it."""
        item = unsure.item
        issuer = self.day.issuers.get(item.issuer_id or "")
        title = cut(one_line(item.title), TITLE_CHARS)
        sentence = cut(one_line(unsure.sentence), EVIDENCE_CHARS)
        return Entry(
            tone="unsure",
            tag="? UNSURE",
            firm=one_line(issuer_name(issuer)) if issuer else "",
            tickers=" / ".join(issuer.tickers) if issuer else "",
            quote=sentence,
            language=language_of(item),
            title=_beside(title, sentence),
            source=cut(one_line(item.source_name or item.source_id), 60),
            times=self.times(item),
            notes=(cut(one_line(unsure.because), NOTE_CHARS),) if unsure.because else (),
            link=safe_url(item.url),
            page=f"{self.web}/unsure" if self.web else "",
            command=f"monitor explain {item.id}",
        )

    def times(self, item: Item) -> str:
        if item.published_at is None:
            return f"seen {self.when(item.fetched_at)}, publication time unknown"
        if item.day_only:
            day = item.published_at.astimezone(CHINA)
            return f"published {day:%a} {day.day} {day:%b}, seen {self.when(item.fetched_at)}"
        return f"published {self.when(item.published_at)}"

    def when(self, at: datetime) -> str:
        """`11:02`; with the date where it is not the digest's own."""
        here = local(at, self.zone)
        return f"{here:%H:%M}" if here.date() == self.window.day else self.dated(at)

    def dated(self, at: datetime) -> str:
        """`Mon 2 Mar 11:02`, with the year where it is another."""
        here = local(at, self.zone)
        year = "" if here.year == self.window.day.year else f" {here.year}"
        return f"{here:%a} {here.day} {here:%b}{year} {here:%H:%M}"


def _beside(title: str, quoted: str) -> str:
    """The title, unless it only begins the quotation once more."""
    return "" if quoted.startswith(title.rstrip("….")) else title


def _facts(event: Event) -> str:
    """Where to, what, how much, for whom."""
    match = event.match
    if match.family in ("policy", "waiting", "exempt") and not (
        match.destinations or match.products
    ):
        return ""
    where = ", ".join(place(code) for code in match.destinations)
    parts = [f"To {where}" if where else "Destinations not disclosed"]
    parts += [", ".join(product(code) for code in match.products), extent(match.extent)]
    parts += [f"for {', '.join(match.customers)}" if match.customers else ""]
    return cut(one_line(" · ".join(p for p in parts if p)), EVIDENCE_CHARS)


def short(day: Day, event: Event) -> str:
    """The firm as a subject line names it."""
    issuer = day.issuers.get(event.match.issuer_id or "")
    name = issuer.name if issuer else event.match.firm_name or "firm not named"
    return cut(one_line(name), NAME_CHARS)


def source_name(event: Event) -> str:
    """`Harbour Wire (wire)`; official sources need no such word."""
    item = event.item
    name = cut(one_line(item.source_name or item.source_id), 40)
    return name if item.tier == "official" else f"{name} ({item.tier})"


def later(event: Event, opening: Event) -> str:
    """` +35 min`: how much later than the first it was published, or else seen."""
    a, b = opening.item, event.item
    if a.published_at and b.published_at:
        gap = (b.published_at - a.published_at).total_seconds()
    else:
        gap = (b.fetched_at - a.fetched_at).total_seconds()
    return f" +{age(gap)}" if gap >= 0 else f" ({age(-gap)} earlier, found later)"


def zone_name(local: datetime) -> str:
    """`CST`; zones without a short name give `UTC+05`."""
    name = local.tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name
