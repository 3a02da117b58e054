"""Sources: the worst first, what is wrong in words, and what to do about it."""

from __future__ import annotations

from pathlib import Path

from monitor.health import History
from monitor.model import Checkpoint
from monitor.stores import open_store
from tests.alerts import NOW
from tests.pages.conftest import Looking
from tests.pages.newsroom import asking
from tests.pages.test_event_page import text_of
from tests.pages.test_every_page import harmless


async def test_the_worst_comes_first_and_says_what_to_do(looking: Looking) -> None:
    async with looking() as pages:
        html = (await pages.get("/sources")).text
        found = (await pages.get("/sources.json")).json()
    harmless(html)
    words = text_of(html)
    assert [s["state"] for s in found["sources"]] == [
        "blocked", "new", "unchanged", "unchanged", "unchanged", "unchanged", "off",
    ]  # fmt: skip
    paper = found["sources"][0]
    assert (paper["id"], paper["name"], paper["failures"]) == ("paper", "样例日报", 3)
    assert paper["told"] == "turned away since 17:20: answered 403 (forbidden)"
    assert paper["told"] in words
    assert "The site turns us away: lengthen every" in words
    assert not found["healthy"]
    irm = next(s for s in found["sources"] if s["id"] == "szse-irm")
    assert len(irm["days"]) == 14
    assert sum(irm["days"]) == 5
    assert "5 items in 14 days, 0 today" in words
    assert html.count('<svg class="spark"') == len(found["sources"])
    assert "http://127.0.0.1" not in html  # an address may hold a password


async def test_one_source_with_history_items_and_errors(looking: Looking) -> None:
    async with looking() as pages:
        html = (await pages.get("/sources/paper")).text
        found = (await pages.get("/sources/paper.json")).json()
    harmless(html)
    words = text_of(html)
    assert found["visits"]["recent"].endswith("xxx")
    assert found["visits"]["error"] == "answered 403 (forbidden)"
    assert found["days"][-1] == {"day": "2025-06-30", "items": 0, "visits": 3, "failures": 3}
    assert "3 of 3 visits failed" in words
    assert [i["title"] for i in found["items"]] == ["外媒：金力永磁获得对美出口许可证", "Old news"]
    story = found["items"][0]["event_href"]
    assert story.startswith("/events/")
    assert f'href="{story}"' in html
    assert found["items"][1]["event_href"] is None
    async with looking() as pages:  # the telling of that very item, not the newest of its story
        shown = (await pages.get(story.replace("?", ".json?"))).json()
    assert shown["event"]["title"] == found["items"][0]["title"]


async def test_sources_that_were_never_visited_or_are_off(looking: Looking) -> None:
    async with looking() as pages:
        later = (await pages.get("/sources/later")).text
        assert "It was not visited yet" in later
        assert "<code>monitor poll later --dry-run</code>" in later
        resting = (await pages.get("/sources/resting")).text
        assert "Switched off in feeds.yaml" in resting
        harmless(later)
        harmless(resting)


async def test_an_unknown_source_is_told_in_words(looking: Looking) -> None:
    async with looking() as pages:
        answer = await pages.get("/sources/nobody")
        assert answer.status_code == 404
        assert "There is no source of that id" in answer.text


async def test_a_drift_shows_a_row_before_and_now(tmp_path: Path) -> None:
    past = History(
        recent="....", trouble="drifted", trouble_since=NOW.isoformat(), missing=["time"],
        sample='{"day": "2026-03-01", "q": "<b>许可</b>"}', odd_sample='{"q": "x"}',
    )  # fmt: skip
    seen = Checkpoint(
        "szse-irm", first_visit_at=NOW, last_visit_at=NOW, last_success_at=NOW,
        good_body_at=NOW, odd_body_at=NOW, history=past.stored(), cache_lied_at=NOW,
    )  # fmt: skip
    store = open_store(str(tmp_path / "m.db"))
    store.record(seen, [], [], [], [])
    store.close()
    async with asking(tmp_path / "m.db") as pages:
        html = (await pages.get("/sources")).text
        found = (await pages.get("/sources.json")).json()
        alone = (await pages.get("/sources/szse-irm")).text
    harmless(html)
    harmless(alone)
    drifted = found["sources"][0]
    assert drifted["drift"] == {"before": past.sample, "now": past.odd_sample}
    assert "without publication times" in drifted["told"]
    for page in (html, alone):
        assert "&lt;b&gt;许可&lt;/b&gt;" in page
        assert "Compare the two rows" in page
    assert "<details><summary>a row before and now</summary>" in html
    words = text_of(alone)
    assert "a good one of" in words
    assert ", a bad one of" in words
    assert "monitor status szse-irm --bodies DIR" in words
    assert "stale cache found on" in words


async def test_the_fields_of_the_json_stay(looking: Looking) -> None:
    async with looking() as pages:
        all_ = (await pages.get("/sources.json")).json()
        one = (await pages.get("/sources/wire.json")).json()
    assert set(all_) == {"sources", "states", "healthy", "first_day", "title"}
    assert set(one) == {
        "source", "issuer", "tags", "visits", "rhythm", "days", "looks", "items", "title",
        "remarks",
    }  # fmt: skip
    assert set(one["source"]) | {"days", "day_words"} == set(all_["sources"][0])
