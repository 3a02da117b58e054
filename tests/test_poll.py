"""What a visit keeps when pages fail, repeat or misbehave: real HTTP, an adapter made for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from monitor.adapters import Found, Remember, Skip
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError, SourceError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item, Kind, Page, Request, Tier
from monitor.poll import (
    BACK_FILL,
    MAX_REQUESTS,
    Harvest,
    checkpoint_after,
    collect,
    held_because,
    read,
)
from monitor.poll.harvest import MAX_OPTIONAL_FAILURES
from monitor.poll.judging import found_late
from monitor.standins.feeds import FeedSite

NOW = datetime(2025, 6, 11, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def item(guid: str, *, published_at: datetime | None = NOW) -> Item:
    return Item("s", guid, "", f"title {guid}", "text", fetched_at=NOW, published_at=published_at)


class Scripted:
    """An adapter whose pages say what the test wants."""

    platform: ClassVar[str] = "Test"
    kind: ClassVar[Kind] = "news"
    tier: ClassVar[Tier] = "media"
    needs_url: ClassVar[bool] = False
    Options: ClassVar[type[Strict] | None] = None

    def __init__(self, source: Source, issuers: Iterable[Issuer]) -> None:
        self.urls: list[str] = []
        self.says: Callable[[Page], Iterable[Found]] = lambda page: []

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        if not self.urls:
            raise SourceError("this firm is not listed here")
        return [Request(url, conditional=n == 0) for n, url in enumerate(self.urls)]

    def parse(self, page: Page) -> Iterable[Found]:
        return self.says(page)


async def visit(
    site: FeedSite,
    parse: Callable[[Page], Iterable[Found]],
    paths: list[str],
    before: Checkpoint | None = None,
    *,
    robots: bool = True,
) -> Harvest:
    source = Source(id="s", adapter="feed", every_s=60, robots=robots)
    adapter = Scripted(source, [])
    adapter.urls, adapter.says = [site.url + path for path in paths], parse
    async with Fetcher(user_agent="test", allow_private_addresses=True) as fetcher:
        return await collect(source, adapter, fetcher, before or Checkpoint("s"))


async def test_a_later_page_that_fails_keeps_the_first_ones_items(feed_site: FeedSite) -> None:
    feed_site.feed("/one").publish("a", "b")
    feed_site.feed("/two").fail(status=500)
    before = Checkpoint("s", cursor={"newest": "5"}, etag='"old"', body_hash="x")

    def parse(page: Page) -> Iterable[Found]:
        yield item("1")
        yield Remember("newest", "9")

    harvest = await visit(feed_site, parse, ["/one", "/two"], before)
    assert list(harvest.items) == ["1"]
    assert "500" in str(harvest.failure)
    assert (harvest.cursor, harvest.etag, harvest.body_hash) == ({"newest": "5"}, '"old"', "x")
    after = checkpoint_after(before, harvest, True, NOW, 60)
    assert after.failures == 1
    assert after.last_item_at == NOW
    assert after.last_success_at is None


async def test_rows_before_the_one_that_cannot_be_read_are_kept(feed_site: FeedSite) -> None:
    feed_site.feed("/one").publish("a", "b")

    def parse(page: Page) -> Iterable[Found]:
        yield item("1")
        raise ParseError("a list", "a captcha")

    harvest = await visit(feed_site, parse, ["/one"])
    assert list(harvest.items) == ["1"]
    assert str(harvest.failure) == "expected a list, found a captcha"


async def test_a_fault_in_an_adapter_is_a_failed_visit_not_a_dead_service(
    feed_site: FeedSite,
) -> None:
    feed_site.feed("/one").publish("a", "b")

    def parse(page: Page) -> Iterable[Found]:
        raise KeyError("rows")

    harvest = await visit(feed_site, parse, ["/one"])
    assert "KeyError" in str(harvest.failure)


async def test_a_source_that_cannot_start_fails_alone(feed_site: FeedSite) -> None:
    harvest = await visit(feed_site, lambda page: [], [])
    assert str(harvest.failure) == "this firm is not listed here"


async def test_an_endless_list_ends_at_the_limit_and_says_so(feed_site: FeedSite) -> None:
    feed = feed_site.feed("/more")
    feed.publish("a", "b")
    pages = 0

    def parse(page: Page) -> Iterable[Found]:
        nonlocal pages
        pages += 1
        yield item(str(pages))
        yield Request(feed.url)

    harvest = await visit(feed_site, parse, ["/more"])
    assert feed.hits == MAX_REQUESTS
    assert len(harvest.items) == MAX_REQUESTS
    assert harvest.notes == [f"stopped after {MAX_REQUESTS} requests, 1 left"]


def with_details(site: FeedSite, *paths: str) -> Callable[[Page], Iterable[Found]]:
    """A list whose rows have pages of their own."""

    def parse(page: Page) -> Iterable[Found]:
        if page.note:
            yield item(page.note)
            return
        yield Remember("newest", "9")
        for path in paths:
            yield Request(site.url + path, note=path, optional=True)

    return parse


async def test_a_list_that_moved_for_good_says_where(feed_site: FeedSite) -> None:
    feed_site.feed("/new").publish("One", "Text")
    feed_site.feed("/old", redirect_to="/older", redirect_status=308)
    feed_site.feed("/older", redirect_to="/new?token=canary", redirect_status=301)
    feed_site.feed("/today", redirect_to="/old", redirect_status=302)
    moved = await visit(feed_site, lambda page: [item("1")], ["/old"])
    assert moved.notes == [f"moved for good to {feed_site.url}/new"]
    for path in ("/today", "/new"):
        assert (await visit(feed_site, lambda page: [item("1")], [path])).notes == []


async def test_an_optional_page_that_fails_costs_itself_alone(feed_site: FeedSite) -> None:
    for path in ("/one", "/good"):
        feed_site.feed(path).publish("a", "b")
    before = Checkpoint("s", cursor={"newest": "5"}, etag='"old"')
    parse = with_details(feed_site, "/gone", "/good", "/gone-too")
    harvest = await visit(feed_site, parse, ["/one"], before)
    assert harvest.failure is None
    assert list(harvest.items) == ["/good"]
    assert harvest.cursor == {"newest": "9"}
    assert harvest.etag == '"old"', "the list is read again, to ask for them again"
    after = checkpoint_after(before, harvest, True, NOW, 60)
    assert after.note == "2 left out: a page behind the list: answered 404 (not found)"


async def test_after_some_failures_the_other_optional_pages_wait(feed_site: FeedSite) -> None:
    feed_site.feed("/one").publish("a", "b")
    paths = [f"/gone/{n}" for n in range(9)]
    harvest = await visit(feed_site, with_details(feed_site, *paths), ["/one"])
    assert len(feed_site.requests) == 1 + MAX_OPTIONAL_FAILURES
    assert harvest.failure is None
    left = [skip for skip in harvest.skips if skip.reason == "a page left for the next visit"]
    assert len(left) == 9 - MAX_OPTIONAL_FAILURES


@pytest.mark.parametrize(
    "answer", [{"status": 403}, {"status": 429}, {"status": 503, "retry_after": "900"}]
)
async def test_a_wall_behind_an_optional_page_ends_the_visit(
    feed_site: FeedSite, answer: dict[str, object]
) -> None:
    feed_site.feed("/one").publish("a", "b")
    feed_site.feed("/wall").fail(**answer)  # type: ignore[arg-type]
    harvest = await visit(feed_site, with_details(feed_site, "/wall", "/next"), ["/one"])
    assert str(answer["status"]) in str(harvest.failure)
    assert len(feed_site.requests) == 2


async def test_robots_txt_binds_pages_unless_the_entry_says_otherwise(feed_site: FeedSite) -> None:
    for path in ("/list", "/news/"):
        feed_site.feed(path).publish("a", "b")
    feed_site.feed("/robots.txt", body=b"User-agent: *\nDisallow: /news/\n")

    def parse(page: Page) -> Iterable[Found]:
        yield item(page.url)
        if not page.note:
            yield Request(feed_site.url + "/news/", note="n", robots=True, optional=True)

    strict = await visit(feed_site, parse, ["/list"])
    assert strict.failure is None, "robots.txt speaks of that page, not of the source"
    reasons = [skip.reason for skip in strict.skips]
    assert reasons == ["a page behind the list: robots.txt asks programs not to read it"]
    free = await visit(feed_site, parse, ["/list"], robots=False)
    assert len(free.items) == 2


@pytest.mark.parametrize("validators", [True, False])
async def test_an_unchanged_page_is_not_parsed_again(feed_site: FeedSite, validators: bool) -> None:
    feed_site.feed("/one", validators=validators).publish("a", "b")
    found: list[Found] = [item("1"), Skip("no time")]
    first = await visit(feed_site, lambda page: found, ["/one"])
    assert not first.unchanged
    before = checkpoint_after(Checkpoint("s"), first, True, NOW, 60)
    assert before.note == "1 left out: no time"

    def parse(page: Page) -> Iterable[Found]:
        raise AssertionError("parsed again")

    second = await visit(feed_site, parse, ["/one"], before)
    assert second.unchanged
    assert second.failure is None
    after = checkpoint_after(before, second, False, NOW, 60)
    assert after.note == before.note, "what was worked around still stands"


async def test_a_page_that_was_cut_is_asked_for_in_full_again(feed_site: FeedSite) -> None:
    feed_site.feed("/one").publish("a", "b")
    cut: list[Found] = [item("1"), Skip("feed cut short", ask_again=True)]
    harvest = await visit(feed_site, lambda page: cut, ["/one"])
    after = checkpoint_after(Checkpoint("s"), harvest, True, NOW, 60)
    assert (after.etag, after.body_hash, after.failures) == (None, None, 0)
    assert after.note == "1 left out: feed cut short"


@pytest.mark.parametrize(
    ("published_at", "last_good", "word"),
    [
        (NOW - DAY / 2, None, None),
        (NOW - 2 * DAY, None, "first visit"),
        (None, None, "first visit"),
        (None, NOW - DAY, None),
        (NOW - DAY, NOW - DAY / 24, None),
        (NOW - DAY - BACK_FILL, NOW - DAY / 24, "back-fill"),
        (NOW - DAY - BACK_FILL, NOW - DAY, None),
    ],
)
def test_old_items_are_no_alerts(
    published_at: datetime | None, last_good: datetime | None, word: str | None
) -> None:
    before = Checkpoint("s", last_success_at=last_good)
    why = held_because(item("1", published_at=published_at), before, NOW, DAY)
    assert (why is None) if word is None else (why is not None and word in why)


@pytest.mark.parametrize(
    ("day", "last_good", "held", "late"),
    [
        ("2025-06-10", None, False, False),  # yesterday's filing, 11:00 today: of last night?
        ("2025-06-09", None, True, False),
        ("2025-06-11", NOW - DAY, False, False),
        ("2025-06-10", NOW - DAY, False, False),  # eleven hours old at best
        ("2025-06-09", NOW - DAY, False, True),
    ],
)
def test_a_day_is_as_young_as_its_last_hour(
    day: str, last_good: datetime | None, held: bool, late: bool
) -> None:
    midnight = datetime.fromisoformat(f"{day}T00:00+08:00")
    filing = replace(item("1", published_at=midnight), kind="announcement")
    before = Checkpoint("s", last_success_at=last_good)
    assert (held_because(filing, before, NOW, DAY) is not None) is held
    assert found_late(filing, before, NOW) is late


def test_an_item_the_rules_choke_on_becomes_unsure() -> None:
    def rules(item: Item) -> object:
        raise RecursionError("deep")

    reading = read(rules, replace(item("1"), title="A title"))  # type: ignore[arg-type]
    assert reading.unsure == "A title"
    assert "RecursionError" in (reading.unsure_because or "")
