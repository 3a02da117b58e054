"""Day → Sheet: every word of a digest, once, for the mail and for its plain twin. Pure."""

from __future__ import annotations

from urllib.parse import quote

from monitor.digest.day import Day
from monitor.digest.headline import headline, listed, news, plural, subject
from monitor.digest.pen import Pen, short, zone_name
from monitor.digest.sections import chart_words, sections
from monitor.digest.sheet import FAMILIES, Column, Sheet
from monitor.render import cut, place
from monitor.terminal import SHAPE, age


def sheet_of(day: Day, *, web: str = "", room: float = 1.0) -> Sheet:
    """All the words. `web` is the address under which readers reach the pages, or empty; with less
    `room` than 1 fewer entries are shown and more only counted."""
    pen = Pen(day, web.rstrip("/"), room)
    return Sheet(
        subject=subject(day),
        headline=headline(day),
        lead=_lead(pen),
        preview=_preview(pen),
        dateline=_dateline(pen),
        sections=tuple(s for s in sections(pen) if s.entries or s.lines or s.lead),
        chart=tuple(
            Column(at, tuple((f, counts[f]) for f in FAMILIES if counts.get(f)))
            for at, counts in day.chart
        ),
        chart_words=chart_words(day),
        footer=_footer(pen),
        archive=_archive(pen) if pen.web else "",
    )


def _archive(pen: Pen) -> str:
    box = pen.day.mailbox
    mine = f"?mailbox={quote(box.id)}" if box else ""
    return f"{pen.web}/digests/{pen.window.day.isoformat()}{mine}"


def _dateline(pen: Pen) -> str:
    at = pen.window.to_at.astimezone(pen.zone)
    return f"{pen.window.day:%A} {pen.window.day.day} {pen.window.day:%B %Y} · " + (
        f"{at:%H:%M} {zone_name(at)}"
        if at.date() == pen.window.day
        else f"built {pen.when(at)} {zone_name(at)}"
    )


def _lead(pen: Pen) -> tuple[str, ...]:
    day, window = pen.day, pen.window
    told = [_read_words(day)]
    if ill := day.ill:
        names = listed([f"{s.id} ({s.state})" for s in ill], 4)
        told.append(f"{plural(len(ill), 'source is', 'sources are')} not well: {names}.")
    if window.missed:
        told.append(
            f"This digest covers {window.missed + 1} days, since {pen.when(window.from_at)}:"
            f" there was none in between."
        )
    if late := window.late_by:
        due = window.due_at.astimezone(pen.zone)
        told.append(
            f"It comes {age(late.total_seconds())} late: at {pen.when(due)}, when it was due, the"
            " program was not running."
        )
    return tuple(told)


def _preview(pen: Pen) -> str:
    brief = []
    for event in news(pen.day):
        firm = short(pen.day, event)
        places = [place(code) for code in event.match.destinations]
        where = f" to {', '.join(places)}" if places else ""
        brief.append(f"{SHAPE[event.match.family]} {firm}{where}")
    words = " · ".join(dict.fromkeys(brief))
    rest = " ".join(_lead(pen))
    return cut(f"{words} — {rest}" if words else rest, 200)


def _footer(pen: Pen) -> tuple[str, ...]:
    day, window = pen.day, pen.window
    box = day.mailbox
    told = []
    if box is not None:
        only = []
        if box.issuers is not None:
            only.append(plural(len(box.issuers), "firm"))
        if box.languages is not None:
            only.append("/".join(box.languages))
        limits = f", limited to {' and '.join(only)}" if only else ""
        told.append(
            f"You receive this once a day because the mailbox “{box.id}”{limits} stands under"
            " digest: to: in feeds.yaml; whoever runs this program can take it out."
        )
        if day.left_out:
            told.append(f"The limits left out {plural(day.left_out, 'entry', 'entries')}.")
    span = f"{pen.dated(window.from_at)} to {pen.dated(window.to_at)}"
    zone = zone_name(window.to_at.astimezone(pen.zone))
    told.append(f"It covers what was stored from {span} {zone}.")
    if day.read:
        ranked = sorted(day.read.items(), key=lambda pair: (-pair[1], pair[0]))
        told.append("Read: " + listed([f"{name} {n:,}" for name, n in ranked], 12) + ".")
    return tuple(told)


def _read_words(day: Day) -> str:
    """`4,213 items from 38 sources were read; all sources are healthy.`"""
    items, of = sum(day.read.values()), plural(day.heard, "source")
    told = f"No new item was found in {of}"
    if items:
        told = f"{plural(items, 'item')} from {of} {'was' if items == 1 else 'were'} read"
    if not day.sources:
        return "No source is switched on."
    if not day.ill:
        return f"{told}; all sources are healthy."
    return f"{told}; {len(day.sources) - len(day.ill)} of {len(day.sources)} sources are healthy."
