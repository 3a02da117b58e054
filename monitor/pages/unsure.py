"""`/unsure`: what talks of licences though no rule drew a fact, and the example to make of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from monitor.pages.page import Asked, Page
from monitor.pages.told import unsure_told
from monitor.rules.examples import example_maker
from monitor.stores.lists import MOST_COUNTED


def view(asked: Asked) -> dict[str, Any]:
    """The queue, newest first."""
    found = asked.session.unsure_list(before=asked.one("before"))
    example = example_maker(asked.site.issuers.values())
    entries = []
    for unsure in found.rows:
        issuer = asked.site.issuers.get(unsure.item.issuer_id or "")
        text = example(unsure.sentence, unsure.item.question)
        entries.append(
            unsure_told(asked.site, unsure)
            | {"example": text, "command": f"monitor explain {unsure.item.id}"}
            | {"watched": issuer.id if issuer else None}
        )
    return {
        "count": asked.session.unsure_count(),
        "count_stops_at": MOST_COUNTED,
        "unsure": entries,
        "next": f"/unsure?{urlencode({'before': found.next})}" if found.next else None,
        "title": "Unsure",
    }


PAGE = Page("/unsure", view, "unsure.html.j2", "Unsure")
