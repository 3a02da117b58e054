"""Where a feed announces its hub, and when that is looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.adapters import Remember
from monitor.model import Checkpoint
from tests.adapters.golden import make, page

HUB, TOPIC = "https://hub.example/", "https://t.example/feed"
ITEM = "<item><title>One</title><link>https://t.example/1</link></item>"
ATOM = 'xmlns:atom="http://www.w3.org/2005/Atom"'
HEADER = f'<{HUB}>; rel="hub", <{TOPIC}>; rel=self'


def rss(head: str) -> str:
    return f"<rss {ATOM}><channel><title>T</title>{head}{ITEM}</channel></rss>"


def announced(body: str, link: str = "", *, websub: bool = True) -> dict[str, str]:
    adapter = make("feed", options={"websub": websub})
    list(adapter.start(Checkpoint("sample")))
    answer = page(body)
    answer = replace(answer, headers={**answer.headers, "link": link})
    found = [thing for thing in adapter.parse(answer) if isinstance(thing, Remember)]
    return {thing.key: thing.value for thing in found if thing.key in ("hub", "topic")}


@pytest.mark.parametrize(
    ("body", "link"),
    [
        (rss(f'<atom:link rel="hub" href="{HUB}"/><atom:link rel="self" href="{TOPIC}"/>'), ""),
        (rss(f'<link rel="hub" href="{HUB}"/><link rel="self" href="{TOPIC}"/>'), ""),
        (
            f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><link rel="hub"'
            f' href="{HUB}"/><link rel="self" href="{TOPIC}"/><entry><title>O</title></entry>'
            "</feed>",
            "",
        ),
        (
            f'{{"version": "1", "feed_url": "{TOPIC}", "items": [], "hubs": [5,'
            f' {{"type": "rssCloud", "url": "x"}}, {{"type": "WebSub", "url": "{HUB}"}}]}}',
            "",
        ),
        (rss(""), HEADER),
        (rss(""), f'<https://t.example/a>; title="a, b"; rel="next", {HEADER}'),
        (rss('<atom:link rel="hub" href="https://other.example/"/>'), HEADER),
    ],
)
def test_the_header_counts_before_the_document(body: str, link: str) -> None:
    assert announced(body, link) == {"hub": HUB, "topic": TOPIC}
    assert announced(body, link, websub=False) == {}


@pytest.mark.parametrize(
    ("body", "link"),
    [
        (rss(""), ""),
        (rss(f'<atom:link rel="hub" href="{HUB}"/>'), ""),
        (rss(""), f'<javascript:x>; rel="hub", <{TOPIC}>; rel="self"'),
        (rss(""), f'<http://[>; rel="hub", <{TOPIC}>; rel="self"'),
        (rss(""), "<" * 100_000 + ">; rel=hub"),
        ('{"version": "1", "items": [], "hubs": "x", "feed_url": 5}', ""),
    ],
)
def test_a_hub_without_address_or_topic_is_none(body: str, link: str) -> None:
    assert announced(body, link) == {"hub": "", "topic": ""}


def test_an_unchanged_feed_is_read_once_for_its_hub() -> None:
    adapter = make("feed", options={"websub": True})
    [first] = adapter.start(Checkpoint("sample", etag='"a"'))
    [later] = adapter.start(Checkpoint("sample", etag='"a"', cursor={"hub": ""}))
    assert (first.conditional, later.conditional) == (False, True)
