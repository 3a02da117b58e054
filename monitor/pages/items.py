"""`/items?q=`: everything that was read, found by its words; also what held no news."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from monitor.pages.events import firms_called
from monitor.pages.page import Asked, Page, Refused
from monitor.pages.told import issuer_told, item_told, telling_href

AROUND = 120
"""Characters shown before the first word that was found."""


def view(asked: Asked) -> dict[str, Any]:
    """Items that hold the words; without any words only the search box."""
    words = asked.one("q") or ""
    shown: dict[str, Any] = {"q": words, "items": [], "next": None, "title": "Items"}
    if not words:
        return shown
    try:
        found = asked.session.item_list(words, before=asked.number("before"))
    except ValueError as error:
        raise Refused(400, str(error)) from None
    tellings = asked.session.tellings_of([item.id for item in found.rows])
    for item in found.rows:
        shown["items"].append(
            item_told(asked.site, item, around(item.text, words))
            | {"event_href": telling_href(tellings.get(item.id))}
        )
    if found.next:
        shown["next"] = f"/items?{urlencode({'q': words, 'before': found.next})}"
    shown["firms"] = [issuer_told(asked.site, i) for i in firms_called(asked.site, words)]
    return shown


def around(text: str, words: str) -> str:
    """The part of `text` where the first of the words stands, as far as it stands there so."""
    lower = text.lower()
    places = [lower.find(w.lower().strip('"*')) for w in words.split() if w.strip('"*')]
    start = max(min((p for p in places if p >= 0), default=0) - AROUND, 0)
    return ("…" if start else "") + text[start : start + 4 * AROUND]


PAGE = Page("/items", view, "items.html.j2", "Items")
