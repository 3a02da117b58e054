"""A firm's page: how it stands today, its ledger as a picture, its events and names."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import Reading, Status, Verdict
from monitor.pages.chart import Span, Stretch, spark, stretches
from monitor.stores import open_store
from monitor.stores.stories import Tick
from tests.alerts import NOW, event, item
from tests.pages.conftest import Looking
from tests.pages.newsroom import asking
from tests.pages.test_event_page import text_of
from tests.pages.test_every_page import harmless


async def test_how_it_stands_and_its_ledger(looking: Looking) -> None:
    async with looking() as pages:
        html = (await pages.get("/issuers/300748.SZ")).text
        found = (await pages.get("/issuers/300748.SZ.json")).json()
    harmless(html)
    words = text_of(html)
    assert found["standing"] == [
        {
            "family": "grant",
            "status": "granted",
            "words": "Holds export licences to US, Europe for magnets, motor rotors",
            "since": "2025-06-09",
        }
    ]
    assert "Holds export licences to US, Europe for magnets, motor rotors since 9 Jun 2025" in words

    [lane] = found["ledger"]
    assert lane["label"] == "Licence · US, Europe · magnets, motor rotors"
    assert [(s["state"], s["since"], s["until"]) for s in lane["stretches"]] == [
        ("held", "2025-06-09", None)
    ]
    assert (lane["events"], lane["repeats"]) == (4, 6)
    assert html.count('<use class="grant"') == 4
    assert html.count('<line class="echo"') == 5  # two repeats fell on one day
    assert "licence held" in words  # the same in a table, for those who do not see

    assert [e["verdict"] for e in found["events"]] == ["update", "update", "confirmed", "new"]
    assert found["repeats"] == 6
    assert "6 repeats and background are left out" in words
    assert "金力永磁" in found["issuer"]["names"]["zh-Hans"]
    assert "金力永磁" in words


async def test_the_picture_spans_what_it_draws(tmp_path: Path) -> None:
    """Of a firm with many stories the newest are drawn, over their own days."""
    told = [
        event(story=f"{n:012x}", about=item(f"qa-{n}", fetched_at=NOW - timedelta(days=7 * n),
                                            published_at=None))
        for n in range(40)
    ]  # fmt: skip
    store = open_store(str(tmp_path / "m.db"))
    store.record(None, [e.item for e in told], [Reading()] * 40, told[::-1], [])
    store.close()
    async with asking(tmp_path / "m.db") as pages:
        html = (await pages.get("/issuers/300748.SZ")).text
    assert "12 or more older stories are not drawn" in html
    bars = re.findall(r'<rect class="bar[^"]*" x="([\d.]+)%" width="([\d.]+)%"', html)
    assert len(bars) == 12
    assert all(float(x) + float(width) <= 100.01 for x, width in bars)
    assert min(float(x) for x, _ in bars) < 10


async def test_what_was_lost_is_drawn_and_told(looking: Looking) -> None:
    async with looking() as pages:
        html = (await pages.get("/issuers/000795.SZ")).text
        found = (await pages.get("/issuers/000795.SZ.json")).json()
    told = {s["family"]: (s["status"], s["words"]) for s in found["standing"]}
    assert told["loss"] == ("suspended", "Suspended for Japan")
    assert told["grant"] == (None, "No licence is known to hold any more")
    [lane] = found["ledger"]
    assert [s["state"] for s in lane["stretches"]] == ["waiting", "held", "lost"]
    assert 'href="#down"' in html  # another shape, not only another colour
    assert 'fill="url(#gone)"' in html


async def test_all_events_are_one_click_away(looking: Looking) -> None:
    async with looking() as pages:
        html = (await pages.get("/issuers/300748.SZ")).text
        assert 'href="/issuers/300748.SZ?verdict=all"' in html
        found = (await pages.get("/issuers/300748.SZ.json?verdict=all")).json()
    assert len(found["events"]) == 10


@pytest.mark.parametrize("name", ["jl-mag", "06680.HK", "6680.hk", "300748.sz", "JL-MAG"])
async def test_any_name_of_it_leads_to_its_primary_ticker(looking: Looking, name: str) -> None:
    async with looking() as pages:
        answer = await pages.get(f"/issuers/{name}")
        assert (answer.status_code, answer.headers["location"]) == (302, "/issuers/300748.SZ")
        twin = await pages.get(f"/issuers/{name}.json")
        assert twin.headers["location"] == "/issuers/300748.SZ.json"


async def test_an_issuer_without_events(looking: Looking) -> None:
    async with looking() as pages:
        html = (await pages.get("/issuers/600111.SH")).text
        found = (await pages.get("/issuers/600111.SH.json")).json()
    harmless(html)
    assert found["events"] == []
    assert found["standing"][0]["words"] == "No licence is known"
    assert "No licence news of this firm yet." in html
    assert 'class="ledger"' not in html


async def test_what_is_unsure_about_it(looking: Looking) -> None:
    async with looking() as pages:
        found = (await pages.get("/issuers/000970.SZ.json")).json()
        html = (await pages.get("/issuers/000970.SZ")).text
    assert [u["sentence"] for u in found["unsure"]] == [
        "您好，公司许可证相关工作正按有关规定办理，请以公告为准。"
    ]
    assert "Unsure about it" in html


async def test_a_firm_nobody_watches_is_told_in_words(looking: Looking) -> None:
    async with looking() as pages:
        answer = await pages.get("/issuers/999999.SZ")
        assert answer.status_code == 404
        assert "No watched firm has that ticker" in answer.text


async def test_every_watched_firm_is_listed_news_first(looking: Looking) -> None:
    async with looking() as pages:
        found = (await pages.get("/issuers.json")).json()
        html = (await pages.get("/issuers")).text
    harmless(html)
    assert [i["id"] for i in found["issuers"][:2]] == ["innuovo", "jl-mag"]
    assert found["with_news"] == 2
    assert len(found["issuers"]) > 60
    assert found["issuers"][0]["last_event"]["word"] == "SUSPENDED"
    assert all(f'href="{i["href"]}"' in html for i in found["issuers"])


async def test_the_fields_of_the_json_stay(looking: Looking) -> None:
    async with looking() as pages:
        one = (await pages.get("/issuers/300748.SZ.json")).json()
        all_ = (await pages.get("/issuers.json")).json()
    assert set(one) == {
        "issuer", "standing", "ledger", "events", "next", "repeats", "unsure", "sources", "title",
    }  # fmt: skip
    assert set(one["ledger"][0]) == {"story", "href", "label", "stretches", "events", "repeats"}
    assert set(all_) == {"issuers", "with_news", "title"}


# --- the picture ----------------------------------------------------------------------------------


def tick(day: str, status: Status, *places: str, verdict: Verdict = "update") -> Tick:
    at = datetime.fromisoformat(f"{day}T03:00:00").replace(tzinfo=UTC)
    return Tick("5", 1, verdict, status, places, at, None)


def bars(*ticks: Tick) -> list[tuple[str, str, str | None]]:
    return [
        (s.bar, s.since.isoformat(), s.until.isoformat() if s.until else None)
        for s in stretches(ticks)
    ]


def test_a_licence_is_held_lost_in_part_lost_and_given_back() -> None:
    assert bars(
        tick("2026-01-01", "pending", verdict="none-alerting"),
        tick("2026-02-01", "granted", "US", "JP", verdict="new"),
        tick("2026-03-01", "suspended", "JP"),
        tick("2026-04-01", "revoked"),
        tick("2026-05-01", "granted"),
        tick("2026-06-01", "general_granted", "US"),
    ) == [
        ("waiting", "2026-01-01", "2026-02-01"),
        ("held", "2026-02-01", "2026-03-01"),
        ("part", "2026-03-01", "2026-04-01"),
        ("lost", "2026-04-01", "2026-05-01"),
        ("held", "2026-05-01", "2026-06-01"),
        ("general", "2026-06-01", None),
    ]


def test_what_is_taken_back_ends_the_bar_and_repeats_draw_none() -> None:
    granted = tick("2026-02-01", "granted", "US", verdict="new")
    back = tick("2026-02-05", "not_received", verdict="correction")
    assert bars(granted, back) == [("held", "2026-02-01", "2026-02-05")]
    assert bars(tick("2026-02-01", "granted", verdict="repeat")) == []
    assert bars(tick("2026-02-01", "granted", verdict="none-alerting")) == []
    assert bars() == []


def test_an_older_act_is_drawn_where_it_belongs() -> None:
    late = Tick("5", 0, "background", "granted", (), datetime(2026, 5, 1, tzinfo=UTC), "2026-01")
    assert stretches([late]) == [Stretch("held", date(2026, 1, 1), None)]


@pytest.mark.parametrize("days", [0, 20, 45, 100, 400, 1500, 9000])
def test_the_axis_has_a_few_marks_in_order(days: int) -> None:
    today = date(2026, 11, 22)
    span = Span.of([date.fromordinal(today.toordinal() - days)], today)
    marks = span.marks()
    assert 1 <= len(marks) <= 8, marks
    assert [x for x, _ in marks] == sorted(x for x, _ in marks)
    assert all(0 <= x <= 100 for x, _ in marks)
    assert len({word for _, word in marks}) == len(marks)
    assert all(re.fullmatch(r"\d+ \w{3}|\w{3} \d{4}|\d{4}", word) for _, word in marks)


def test_small_bars_can_be_seen_beside_a_huge_one() -> None:
    assert [bar[2] for bar in spark([0, 1, 2, 1], height=24)] == [0, 12, 24, 12]
    tall = [bar[2] for bar in spark([1, 1, 5000], height=24)]
    assert tall[2] == 24
    assert tall[0] >= 8
    assert spark([], height=24) == []
