"""GDELT: an index of the press that is often too busy to answer."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from monitor.adapters import Adapter, Skip
from monitor.adapters.gdelt import Options
from monitor.errors import FetchError, ParseError
from monitor.fetch import Fetcher
from monitor.model import Item
from monitor.standins.pages import PageSite
from tests.adapters.golden import make, page
from tests.adapters.visits import NOW, visit


def gdelt(site: PageSite, **options: Any) -> Adapter:
    return make("gdelt", base_url=site.url, options=options)


async def test_articles_are_read(site: PageSite, fetcher: Fetcher) -> None:
    assert (await visit(gdelt(site), fetcher)).items == [], "{} means that nothing was found"
    at = NOW - timedelta(minutes=20)
    url = site.publish("Sample magnet maker gets licences", "x", at=at)
    visited = await visit(gdelt(site, query="sample licences"), fetcher)
    assert visited.items == [
        Item(
            source_id="sample",
            guid=url,
            url=url,
            title="Sample magnet maker gets licences",
            text="",
            fetched_at=NOW,
            published_at=at,
            language="en",
            kind="feed_summary",
            tier="blog",
            source_name="sample.example via GDELT",
        )
    ]
    assert site.requests[-1].query["query"] == "sample licences"


async def test_failures_are_named(site: PageSite, fetcher: Fetcher) -> None:
    with pytest.raises(ParseError, match="found text that begins 'The words asked for are too"):
        await visit(gdelt(site, query="ab"), fetcher)
    site.busy_s = 0.05
    with pytest.raises(FetchError) as caught:
        await visit(gdelt(site), fetcher)
    assert caught.value.reason == "rate_limited"
    with pytest.raises(ValueError, match="is empty"):
        Options(query=" ")


def test_odd_rows_are_counted_and_the_others_kept() -> None:
    good = {"url": "https://a.example/1", "title": "T", "seendate": "20260306T090000Z"}
    rows = [good, good, good | {"title": ""}, good | {"seendate": "2026"}, None]
    found = list(make("gdelt").parse(page(json.dumps({"articles": rows}))))
    assert len([thing for thing in found if isinstance(thing, Item)]) == 1
    assert [thing.reason for thing in found if isinstance(thing, Skip)] == [
        "an article without title or address",
        "an article without a believable time",
        "an article without title or address",
    ]
