"""`/`: events, newest first, with filters and search. Repeats and background on request: when no
verdict is asked for, NEWS is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, get_args
from urllib.parse import urlencode

from monitor.clock import local
from monitor.model import FAMILY, Certainty, Family, Status, Verdict
from monitor.pages.page import Asked, Page, Refused, Site
from monitor.pages.told import event_told, issuer_told
from monitor.render import place, product
from monitor.stores.lists import MOST_COUNTED
from monitor.stores.narrow import NEWS
from monitor.stores.wanted import EventFilter
from monitor.terminal import SHAPE, WORD

FAMILIES: Mapping[Family, str] = {
    "grant": "any grant",
    "loss": "any loss",
    "waiting": "any waiting",
    "exempt": "not required",
    "policy": "policy",
}
VERDICTS: Mapping[Verdict, str] = {
    "new": "new",
    "update": "update",
    "confirmed": "confirmed",
    "correction": "correction",
    "none-alerting": "no alert by its kind",
    "repeat": "repeat",
    "background": "background",
}
CERTAINTIES: Mapping[Certainty, str] = {
    "confirmed": "confirmed by firm or regulator",
    "reported": "reported",
    "expected": "expected",
    "denied": "denied",
}
MOST_FIRMS = 5
MOST_FOUND = 200
"""Events with a word are counted so far: each costs a look into its text's words."""


def view(asked: Asked) -> dict[str, Any]:
    """The events of one page, the filter they passed, and what it left out."""
    wanted = wanted_by(asked)
    stops_at = MOST_FOUND if wanted.words else MOST_COUNTED
    try:
        found = asked.session.event_list(wanted, before=asked.number("before"), count_to=stops_at)
    except ValueError as error:
        raise Refused(400, str(error)) from None
    count = found.count or 0
    return {
        "filter": _filter_told(asked, wanted),
        "count": count,
        "count_stops_at": stops_at,
        "events": [event_told(asked.site, numbered) for numbered in found.rows],
        "next": _address(asked, before=found.next) if found.next else None,
        "left_out": _left_out(asked, wanted) if not count else [],
        "firms": [issuer_told(asked.site, i) for i in firms_called(asked.site, wanted.words)],
        "newest": asked.session.newest_seq(),
        "_choices": _choices(asked),
        "_days": _by_day,
        "_active": bool(_active(asked)),
        "title": "Events",
    }


def wanted_by(asked: Asked) -> EventFilter:
    """The filter an address asks for. Refused when a value in it is unknown."""
    statuses: list[Status] = list(asked.chosen("status", FAMILY))
    for family in asked.chosen("family", FAMILIES):
        statuses += [s for s, of in FAMILY.items() if of == family]
    verdicts = asked.query.getlist("verdict")
    if "all" in verdicts:
        chosen: tuple[Verdict, ...] = ()
    else:
        chosen = asked.chosen("verdict", VERDICTS) or NEWS
    certainties = asked.chosen("certainty", CERTAINTIES)
    return EventFilter(
        issuers=tuple(_issuer_id(asked.site, word) for word in asked.many("issuer")),
        statuses=tuple(dict.fromkeys(statuses)),
        verdicts=chosen,
        certainties=certainties,
        destinations=asked.many("destination"),
        products=asked.many("product"),
        since=asked.day("from"),
        until=asked.day("to", after=1),
        words=asked.one("q") or "",
    )


def _issuer_id(site: Site, word: str) -> str:
    """An id, or a ticker, as the id."""
    for issuer in site.issuers.values():
        if word in (issuer.id, *issuer.tickers):
            return issuer.id
    return word


def firms_called(site: Site, words: str) -> list[str]:
    """Ids of the watched firms a search may mean."""
    word = " ".join(words.lower().split())
    if len(word) < 2:
        return []
    found = []
    for issuer in site.issuers.values():
        names = [n for some in issuer.names.values() for n in some] + list(issuer.tickers)
        if any(word in name.lower() for name in names):
            found.append(issuer.id)
    return found[:MOST_FIRMS]


# --- the filter column ----------------------------------------------------------------------------

PARAMETERS = {
    "issuers": ("issuer",),
    "statuses": ("status", "family"),
    "verdicts": ("verdict",),
    "certainties": ("certainty",),
    "destinations": ("destination",),
    "products": ("product",),
    "since": ("from",),
    "until": ("to",),
    "words": ("q",),
}
"""Fields of the filter and what they are called in an address."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a select; `count` None = not counted."""

    value: str
    word: str
    count: int | None
    chosen: bool


def _choices(asked: Asked) -> dict[str, Sequence[Choice]]:
    """What the selects offer: values that occur, with how many events have them."""
    counts = asked.session.event_values()

    def offered(name: str, words: Mapping[Any, str]) -> list[Choice]:
        chosen = asked.query.getlist(name)
        return [
            Choice(value, word, counts.get(name, {}).get(value, 0), value in chosen)
            for value, word in words.items()
            if counts.get(name, {}).get(value) or value in chosen
        ]

    names = {i: issuer_told(asked.site, i)["name"] for i in counts.get("issuer", {})}
    names |= {i: i for i in asked.query.getlist("issuer") if i not in names and i}
    places = {c: place(c) for c in counts.get("destination", {})}
    goods = {c: product(c) for c in counts.get("product", {})}
    families = [
        Choice(family, f"{SHAPE[family]} {word}", None, family in asked.query.getlist("family"))
        for family, word in FAMILIES.items()
        if family in ("grant", "loss", "waiting")
    ]
    return {
        "issuer": offered("issuer", dict(sorted(names.items(), key=lambda n: n[1].lower()))),
        "family": families,
        "status": offered("status", {s: f"{SHAPE[FAMILY[s]]} {WORD[s].lower()}" for s in FAMILY}),
        "verdict": offered("verdict", VERDICTS),
        "certainty": offered("certainty", CERTAINTIES),
        "destination": offered("destination", places),
        "product": offered("product", goods),
    }


def _filter_told(asked: Asked, wanted: EventFilter) -> dict[str, Any]:
    return {
        "issuers": wanted.issuers,
        "statuses": wanted.statuses,
        "verdicts": wanted.verdicts or tuple(get_args(Verdict)),
        "certainties": wanted.certainties,
        "destinations": wanted.destinations,
        "products": wanted.products,
        "from": asked.one("from"),
        "to": asked.one("to"),
        "q": wanted.words,
    }


def _active(asked: Asked) -> list[str]:
    """Fields that the reader filters by."""
    given = {name for name in asked.query if asked.one(name)}
    if asked.query.get("verdict") == "all":  # which leaves nothing out
        given.discard("verdict")
    return [field for field, names in PARAMETERS.items() if given.intersection(names)]


def _left_out(asked: Asked, wanted: EventFilter) -> list[dict[str, Any]]:
    """Of each filter how many more events there would be without it, and the address of those."""
    # The verdicts nobody asked for are a filter too: then the way out is to ask for all of them.
    found = []
    for field, n in asked.session.left_out_by(wanted).items():
        names = PARAMETERS[field]
        without = dict.fromkeys(names) | ({"verdict": "all"} if "verdict" in names else {})
        found.append({"by": names[0], "n": n, "href": _address(asked, before=None, **without)})
    if wanted != EventFilter() and not found:
        total = asked.session.event_count(replace(EventFilter(), verdicts=()))
        if total:
            found.append({"by": "all filters", "n": total, "href": "/?verdict=all"})
    return found


def _address(asked: Asked, **changes: str | None) -> str:
    """This page's address with some values replaced, or taken out (None)."""
    kept = [(k, v) for k, v in asked.query.multi_items() if k not in changes and v]
    kept += [(k, v) for k, v in changes.items() if v is not None]
    return f"/?{urlencode(kept)}" if kept else "/"


def _by_day(events: Sequence[Mapping[str, Any]], now: Any, zone: Any) -> list[tuple[str, Any, Any]]:
    """The events by local day: what the day is called, the day, its events."""
    today = local(now, zone).date()
    called = {today: "Today", today - timedelta(days=1): "Yesterday"}
    found: list[tuple[str, Any, Any]] = []
    for event in events:
        day = local(event["detected_at"], zone).date()
        if not found or found[-1][1] != day:
            found.append((called.get(day, ""), day, []))
        found[-1][2].append(event)
    return found


PAGE = Page("/", view, "events.html.j2", "Events")
