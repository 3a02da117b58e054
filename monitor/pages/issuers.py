"""`/issuers`: every watched firm, how it stands today, and its last event."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from monitor.event.page import Page as Ledger
from monitor.model import FAMILY
from monitor.pages.ledger import Standing, standing
from monitor.pages.page import Asked, Page
from monitor.pages.told import issuer_told
from monitor.stores.stories import News
from monitor.terminal import WORD

STORIES_READ = 4
"""Stories of a firm that count for its line here; its own page reads more."""
NEVER = datetime.min.replace(tzinfo=UTC)


def view(asked: Asked) -> dict[str, Any]:
    """Firms with news first, the latest first; then the others by name."""
    issuers = asked.site.issuers
    news = asked.session.last_news(list(issuers))
    counts = asked.session.event_values().get("issuer", {})
    rows = []
    for issuer_id in issuers:
        last = news.get(issuer_id)
        stories = asked.session.latest_stories(issuer_id, STORIES_READ) if last else []
        told = standing([Ledger.of_story(story) for story in stories]) if stories else []
        rows.append(
            issuer_told(asked.site, issuer_id)
            | {
                "standing": [standing_told(s) for s in told],
                "last_event": _news_told(last) if last else None,
                "events": counts.get(issuer_id, 0),
            }
        )
    order = {row["id"]: row["last_event"]["detected_at"] if row["last_event"] else NEVER
             for row in rows}  # fmt: skip
    rows.sort(key=lambda row: row["name"].lower())
    rows.sort(key=lambda row: order[row["id"]], reverse=True)
    return {
        "issuers": rows,
        "with_news": len(news),
        "title": "Issuers",
    }


def _news_told(news: News) -> dict[str, Any]:
    return {
        "seq": news.seq,
        "id": news.story_id,
        "revision": news.revision,
        "href": f"/events/{news.story_id}",
        "status": news.status,
        "family": FAMILY[news.status],
        "word": WORD[news.status],
        "verdict": news.verdict,
        "detected_at": news.detected_at,
    }


def standing_told(found: Standing) -> dict[str, Any]:
    """State in one family as plain values."""
    return {
        "family": found.family,
        "status": found.status,
        "words": found.words,
        "since": found.since,
    }


PAGE = Page("/issuers", view, "issuers.html.j2", "Issuers")
