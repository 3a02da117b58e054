"""Feeds that forget who they are: new ids for everything, shrunken and empty pages. No storm."""

from __future__ import annotations

from datetime import timedelta

from monitor.clock import CHINA
from monitor.health import diagnose
from monitor.stores import Store
from tests.test_poll_storms import DAY, NOW, QUIET_NEWS, Desk, H, desk, granted

__all__ = ["desk"]

FIRMS = ("jl-mag", "innuovo", "ningbo-yunsheng")


async def stored(desk: Desk) -> int:
    return len(await desk.keeper(Store.items_since, NOW - 400 * DAY))


async def told_thrice(desk: Desk) -> None:
    """A baseline, then news of three firms, each told once."""
    for n in range(5):
        desk.feed.publish(f"Markets {n}", QUIET_NEWS, at=NOW - (n + 1) * H)
    await desk.visit(NOW)
    for issuer_id in FIRMS:
        desk.publish(issuer_id, NOW + H)
    await desk.visit(NOW + 2 * H)
    assert len(await desk.told()) == 3
    assert await stored(desk) == 8


async def test_the_first_item_of_a_feed_that_was_empty_alerts(desk: Desk) -> None:
    assert (await desk.visit(NOW)).ok
    assert (await desk.visit(NOW + H)).ok
    desk.publish("jl-mag", NOW + H)
    await desk.visit(NOW + 2 * H)
    assert len(await desk.told()) == 1


async def test_ids_that_change_at_every_visit_are_told_and_change_nothing(desk: Desk) -> None:
    await told_thrice(desk)
    for n in range(6):
        for article in desk.feed.items:
            article.guid = f"visit-{n}-{article.title}"
        visit = await desk.visit(NOW + (3 + n) * H)
        assert (visit.items, visit.fresh) == (8, 0)
        assert visit.notes == ("8 known items came under new ids",)
    assert len(await desk.told()) == 3
    assert await stored(desk) == 8, "nothing is kept twice"
    seen = await desk.keeper(Store.checkpoint, "ree")
    assert seen is not None
    assert seen.last_item_at == NOW + 2 * H, "such a source can be silent too"
    assert diagnose(seen, desk.now, CHINA).words == "8 known items came under new ids"


async def test_news_among_changed_ids_is_found(desk: Desk) -> None:
    await told_thrice(desk)
    for article in desk.feed.items:
        article.guid = f"moved-{article.title}"
    desk.feed.publish("JL MAG: more", granted(desk.by_id["jl-mag"], "Mexico"), at=NOW + 3 * H)
    visit = await desk.visit(NOW + 3 * H)
    assert (visit.items, visit.fresh) == (9, 1)
    assert len(await desk.told()) == 4


async def test_an_edit_is_no_new_id(desk: Desk) -> None:
    await told_thrice(desk)
    for article in desk.feed.items:
        article.text += " More at noon."
    assert (await desk.visit(NOW + 3 * H)).fresh == 8
    assert await stored(desk) == 8


async def test_the_same_words_at_another_address_are_another_item(desk: Desk) -> None:
    await told_thrice(desk)
    for n in range(4):
        desk.feed.publish("Markets 0", QUIET_NEWS, at=NOW - H, link=f"https://h.example/{n}")
    assert (await desk.visit(NOW + 3 * H)).fresh == 4


async def test_a_feed_that_shrinks_is_empty_and_comes_back_repeats_nothing(desk: Desk) -> None:
    await told_thrice(desk)
    whole = list(desk.feed.items)
    for n, items in enumerate((whole[:1], [], whole[-2:], whole, [], whole)):
        desk.feed.items = list(items)
        visit = await desk.visit(NOW + (3 + n) * H)
        assert (visit.ok, visit.items, visit.fresh) == (True, len(items), 0)
    assert len(await desk.told()) == 3
    assert await stored(desk) == 8


async def test_a_feed_reset_months_later_repeats_nothing(desk: Desk) -> None:
    await told_thrice(desk)
    for article in desk.feed.items:
        article.guid = f"reset-{article.title}"
        article.published_at = NOW + 90 * DAY - timedelta(minutes=5)
    visit = await desk.visit(NOW + 90 * DAY)
    assert visit.fresh == 8, "with new times too they look new"
    assert len(await desk.told()) == 3, "the ledger knows them"
