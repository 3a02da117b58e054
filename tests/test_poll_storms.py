"""Whatever makes much of the past look new at once, nobody is flooded and nothing is lost.

Real feeds, rules and database; the days pass as the tests say.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

import pytest
import pytest_asyncio

from monitor.adapters import ADAPTERS
from monitor.config import Issuer, Route, Source, builtin_issuers
from monitor.errors import RuleError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Delivery, Event, Group, Item, Reading, Unsure, Visit
from monitor.poll import judge_and_record, poll
from monitor.route import Routing
from monitor.rules import Rules, load_rules
from monitor.standins.feeds import Feed, FeedSite
from monitor.stores import Keeper, Store, open_store

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
H = timedelta(hours=1)
DAY = timedelta(days=1)
QUIET_NEWS = "Magnet prices were steady in quiet trade on Monday."


@lru_cache
def rules(*without: str) -> Rules:
    """The built-in packs, for the shipped firms but `without`."""
    return load_rules(issuers(*without))


def issuers(*without: str) -> Sequence[Issuer]:
    return [issuer for issuer in builtin_issuers() if issuer.id not in without]


def granted(issuer: Issuer, place: str = "Japan") -> str:
    """An invented sentence about a firm of the watchlist."""
    return (
        f"{issuer.names['en'][0]} ({issuer.tickers[0]}) said it has received an export license"
        f" from the commerce ministry for shipments to {place}."
    )


class Desk:
    """A feed, a database, and one visit after the other."""

    def __init__(self, site: FeedSite, keeper: Keeper, fetcher: Fetcher) -> None:
        self.feed: Feed = site.feed("/feed/", validators=False)
        self.keeper = keeper
        self._fetcher = fetcher
        self.firms = issuers()
        self.by_id = {issuer.id: issuer for issuer in self.firms}
        self.routing = Routing([Route(to=["desk"])])
        self.now = NOW

    def publish(self, issuer_id: str, at: datetime, place: str = "Japan") -> None:
        issuer = self.by_id[issuer_id]
        self.feed.publish(f"{issuer.name} gets license", granted(issuer, place), at=at)

    async def visit(
        self, at: datetime, source_id: str = "ree", *, read_by: Rules | None = None
    ) -> Visit:
        self.now = at
        source = Source(id=source_id, adapter="feed", url=self.feed.url, every_s=300, tier="media")
        return await poll(
            source, ADAPTERS["feed"](source, self.firms), self._fetcher, read_by or rules(),
            self.routing, self.keeper, at, rng=random.Random(1),
        )  # fmt: skip

    async def told(self) -> list[Delivery]:
        """All deliveries, in the order in which they were decided."""
        return list(reversed(await self.keeper(Store.deliveries, limit=-1)))

    async def members(self, group: Delivery) -> list[str]:
        subject = await self.keeper(Store.subject, group)
        assert isinstance(subject, Group)
        return [s.match.issuer_id or "" for _, s in subject.members if isinstance(s, Event)]


@pytest_asyncio.fixture
async def desk(tmp_path: Path, feed_site: FeedSite) -> AsyncIterator[Desk]:
    keeper = await Keeper.open(partial(open_store, str(tmp_path / "m.db")))
    clock: list[Desk] = []
    fetcher = Fetcher(user_agent="test", allow_private_addresses=True, now=lambda: clock[0].now)
    clock.append(Desk(feed_site, keeper, fetcher))
    yield clock[0]
    await fetcher.aclose()
    await keeper.close()


async def test_a_first_visit_to_a_long_feed_is_a_baseline(desk: Desk) -> None:
    for n, issuer in enumerate(desk.firms[:30]):
        desk.publish(issuer.id, NOW - 2 * DAY - n * H)
    desk.publish("innuovo", NOW - H, "Germany")
    visit = await desk.visit(NOW)
    assert visit.items == 31
    assert [d.state for d in await desk.told()] == ["pending"]
    desk.publish("jl-mag", NOW + H, "Mexico")
    await desk.visit(NOW + 2 * H)
    assert len(await desk.told()) == 2, "what comes later is news"


async def test_the_first_item_of_an_empty_feed_alerts(desk: Desk) -> None:
    desk.feed.publish("Markets", QUIET_NEWS, at=NOW - DAY)
    await desk.visit(NOW)
    desk.publish("jl-mag", NOW + H)
    await desk.visit(NOW + 2 * H)
    assert len(await desk.told()) == 1


async def test_rules_that_cannot_be_loaded_are_no_items_fault(desk: Desk, tmp_path: Path) -> None:
    desk.publish("jl-mag", NOW - H)
    with pytest.raises(RuleError):
        await desk.visit(NOW, read_by=Rules([], [tmp_path / "gone"]))
    assert await desk.keeper(Store.checkpoint, "ree") is None
    await desk.visit(NOW)
    assert len(await desk.told()) == 1, "nothing was taken for read"


async def test_rules_that_learn_to_read_more_do_not_alert_about_history(desk: Desk) -> None:
    short_sighted = rules("jl-mag")
    desk.feed.publish("Markets", QUIET_NEWS, at=NOW - H)
    await desk.visit(NOW, read_by=short_sighted)
    desk.publish("jl-mag", NOW + H)
    await desk.visit(NOW + 2 * H, read_by=short_sighted)
    await desk.visit(NOW + 3 * H)
    assert await desk.told() == [], "a known item is not read again"
    # Days later the site changes a word on every page.
    for article in desk.feed.items:
        article.text += " Updated."
    visit = await desk.visit(NOW + 4 * DAY)
    assert visit.fresh == 2
    assert await desk.told() == []
    events = await desk.keeper(Store.events_since, NOW)
    [event] = [e for e in events if e.match.issuer_id == "jl-mag"]
    assert event.held_because == "edited: first seen 2026-03-02"


async def test_an_edit_of_the_day_may_bring_news(desk: Desk) -> None:
    desk.feed.publish("Markets", QUIET_NEWS, at=NOW - H)
    await desk.visit(NOW)
    desk.feed.items[0].text += " " + granted(desk.by_id["jl-mag"])
    await desk.visit(NOW + H)
    assert len(await desk.told()) == 1


async def test_a_source_added_again_under_another_name_repeats_nothing(desk: Desk) -> None:
    desk.feed.publish("Markets", QUIET_NEWS, at=NOW - H)
    await desk.visit(NOW)
    for issuer_id in ("jl-mag", "innuovo"):
        desk.publish(issuer_id, NOW + H)
    await desk.visit(NOW + 2 * H)
    await desk.visit(NOW + 3 * H, "ree-again")
    await desk.visit(NOW + 4 * H, "ree")
    assert len(await desk.told()) == 2
    verdicts = [e.verdict for e in await desk.keeper(Store.events_since, NOW)]
    assert verdicts == ["new", "new", "repeat", "repeat"]


async def test_a_feed_that_gives_everything_a_new_id_repeats_nothing(desk: Desk) -> None:
    desk.feed.publish("Markets", QUIET_NEWS, at=NOW - H)
    await desk.visit(NOW)
    for issuer_id in ("jl-mag", "innuovo"):
        desk.publish(issuer_id, NOW + H)
    await desk.visit(NOW + 2 * H)
    for article in desk.feed.items:
        article.guid = f"{article.guid}&moved=1"
    visit = await desk.visit(NOW + 3 * H)
    assert visit.fresh == 0, "told as a note; tests/test_poll_resets.py says more"
    assert len(await desk.told()) == 2


async def test_what_a_feed_adds_to_its_past_is_left_to_the_digest(desk: Desk) -> None:
    desk.feed.publish("Markets", QUIET_NEWS, at=NOW - H)
    await desk.visit(NOW)
    desk.publish("jl-mag", NOW - 5 * DAY)
    await desk.visit(NOW + H)
    assert await desk.told() == []
    [event] = await desk.keeper(Store.events_since, NOW)
    assert event.held_because == "back-fill: published 2026-02-25, not listed until now"


async def test_after_three_days_off_old_news_is_one_message_and_fresh_news_is_not(
    desk: Desk,
) -> None:
    desk.feed.publish("Markets", QUIET_NEWS, at=NOW - H)
    await desk.visit(NOW)
    await desk.visit(NOW, "other")
    old = [issuer.id for issuer in desk.firms if issuer.id not in ("jl-mag", "innuovo")][:5]
    for n, issuer_id in enumerate(old):
        desk.publish(issuer_id, NOW + (n + 5) * H)
    desk.publish("jl-mag", NOW + 3 * DAY - 2 * H)
    back = NOW + 3 * DAY
    await desk.visit(back)
    await desk.visit(back + timedelta(seconds=20), "other")
    desk.publish("innuovo", back)
    await desk.visit(back + timedelta(seconds=30))
    told = await desk.told()
    singles = [d for d in told if d.state == "pending" and not d.is_group]
    [summary] = [d for d in told if d.is_group]
    assert len(singles) == 2
    assert sorted(await desk.members(summary)) == sorted(old)
    assert summary.due_at - back <= timedelta(minutes=2)


async def test_two_hundred_hits_in_one_visit_are_eight_alerts_and_one_list(desk: Desk) -> None:
    desk.feed.publish("Markets", QUIET_NEWS, at=NOW - H)
    await desk.visit(NOW)
    places = ("Japan", "Germany", "Mexico", "Vietnam")
    hits = 0
    for issuer in desk.firms[:50]:
        for place in places:
            desk.publish(issuer.id, NOW + H + timedelta(seconds=hits), place)
            hits += 1
    visit = await desk.visit(NOW + 2 * H)
    told = await desk.told()
    singles = [d for d in told if d.state == "pending" and not d.is_group]
    [group] = [d for d in told if d.about.startswith("group:poll:")]
    assert len(singles) == 8
    assert len(await desk.members(group)) == visit.deliveries - 8 >= 180


async def test_the_unsure_queue_is_pushed_where_a_route_asks_for_it(desk: Desk) -> None:
    desk.routing = Routing([Route(to=["desk"]), Route(to=["reader"], unsure=True)])
    before = Checkpoint("ree", last_success_at=NOW - H)
    fresh = [article("one", NOW), article("old", NOW - 5 * DAY)]
    unsure = Reading(unsure="The matter of licenses came up again.", unsure_because="no rule")
    await desk.keeper(
        judge_and_record, before, fresh, [unsure, unsure], desk.routing, before, NOW, DAY
    )
    [told] = await desk.told()
    assert (told.receiver_id, told.about) == ("reader", f"unsure:{fresh[0].id}")
    subject = await desk.keeper(Store.subject, told)
    assert subject == Unsure(fresh[0], "The matter of licenses came up again.", "no rule")


async def test_a_correction_reaches_those_who_were_told_though_its_status_never_alerts(
    desk: Desk,
) -> None:
    desk.feed.publish("Markets", QUIET_NEWS, at=NOW - H)
    await desk.visit(NOW)
    firm = desk.by_id["jl-mag"]
    rumour = f"{firm.name} ({firm.tickers[0]}) has received an export license, sources said."
    desk.feed.publish("Rumour", rumour, at=NOW + H)
    await desk.visit(NOW + 2 * H)
    assert [d.about.partition(".")[2] for d in await desk.told()] == ["1"]
    denial = (
        f"Correction: {firm.name} ({firm.tickers[0]}) said the report is wrong and that it has not"
        " received an export license."
    )
    desk.feed.publish("Correction: no license", denial, at=NOW + 3 * H)
    await desk.visit(NOW + 4 * H)
    first, second = await desk.told()
    assert second.receiver_id == "desk"
    assert second.about.partition(".")[0] == first.about.partition(".")[0]
    event = await desk.keeper(Store.subject, second)
    assert isinstance(event, Event)
    assert (event.verdict, event.match.status) == ("correction", "not_received")


def article(guid: str, at: datetime) -> Item:
    return Item("ree", guid, "https://news.example/1", "Talk", "…", NOW, published_at=at)
