from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.clock import CHINA
from monitor.model import Event, Message
from monitor.render import EVIDENCE_CHARS, alert, safe_url, trial
from tests.alerts import JL_MAG, NOW, QUOTE, event, item, match

MESSAGES = Path(__file__).parent / "fixtures" / "messages"


def render(of: Event, **changes: Any) -> Message:
    values: dict[str, Any] = {"delivery_id": "91be04c2d7aa", "now": NOW, "zone": CHINA}
    return alert(of, JL_MAG, **{**values, **changes})


def wire(**changes: Any) -> Any:
    values: dict[str, Any] = {
        "kind": "news",
        "tier": "wire",
        "source_name": "Harbour Wire",
        "title": "Magnet maker gets nod, sources say",
        "question": None,
        "language": "en",
    }
    return item("wire-1", **{**values, **changes})


CASES: dict[str, Event] = {
    "grant": event(),
    "withheld": event(found=match(destinations=(), products=(), extent="small_number")),
    "update": event(
        revision=2,
        verdict="update",
        added=("destination JP", "product motors", "extent most"),
        reasons=("update: adds a destination",),
        found=match(destinations=("JP",), products=("motors",), extent="most"),
    ),
    "confirmed": event(revision=2, verdict="confirmed", reasons=("it was only reported before",)),
    "correction": event(
        revision=2,
        verdict="correction",
        reasons=("the firm takes the answer back",),
        found=match(status="not_received", destinations=(), products=()),
    ),
    "loss": event(
        about=wire(),
        found=match(
            status="revoked",
            quote="China has revoked one of the magnet licences of JL MAG, two people said",
            attribution="sources",
            certainty="reported",
            destinations=("US",),
            products=("smco_magnets",),
            extent="1 licence",
            customers=("Harbour Motors",),
        ),
    ),
    "rumour": event(
        about=wire(tier="blog", source_name="Magnet Corner", kind="feed_summary"),
        found=match(attribution="media", certainty="reported"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_kind_of_alert_reads_as_agreed(name: str) -> None:
    """`MONITOR_GOLDEN=1` rewrites the files; the diff is then reviewed."""
    message = render(CASES[name])
    text = f"{message.title}\n{message.body}\n"
    golden = MESSAGES / "alert" / f"{name}.txt"
    if os.environ.get("MONITOR_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_the_evidence_leads_and_the_event_id_ends() -> None:
    lines = render(event()).body.splitlines()
    assert lines[1] == f"“{QUOTE}”"
    assert lines[-2] == "https://irm.example/answer/qa-1"
    assert lines[-1] == "event 7f3a9c12ab34 · delivery 91be04c2d7aa"


def test_long_evidence_is_cut_with_an_ellipsis() -> None:
    line = render(event(found=match(quote="证" * 5000))).body.splitlines()[1]
    assert line == "“" + "证" * (EVIDENCE_CHARS - 1) + "…”"


def test_late_alerts_say_how_late_in_title_and_body() -> None:
    message = render(event(), now=NOW + timedelta(hours=3))
    assert message.title.endswith(" · 3 h late")
    assert message.body.splitlines()[-3].endswith("· +41 s · LATE: sent 3 h after publication")
    assert "late" not in render(event()).title


@pytest.mark.parametrize(
    ("seen", "now", "line"),
    [
        # 19:30 in China: it could be read for half a minute, or all day; nobody is late.
        ("2026-03-02T11:30:05", "2026-03-02T11:30:09", "Published 2 Mar · seen 19:30:05 CST"),
        # Found the day after: the day is over, and so much is known.
        (
            "2026-03-04T03:00:00",
            "2026-03-04T03:00:09",
            "Published 2 Mar · seen 11:00:00 CST · LATE: sent 35 h after publication",
        ),
    ],
)
def test_a_filing_that_has_only_its_day_shows_no_midnight(seen: str, now: str, line: str) -> None:
    filing = item(
        "f",
        kind="announcement",
        published_at=datetime.fromisoformat("2026-03-01T16:00:00+00:00"),
        fetched_at=datetime.fromisoformat(f"{seen}+00:00"),
    )
    body = render(event(about=filing), now=datetime.fromisoformat(f"{now}+00:00")).body
    assert line in body.splitlines()
    abroad = render(
        event(about=filing), now=datetime.fromisoformat(f"{now}+00:00"), zone=ZoneInfo("UTC")
    ).body
    assert "Published 2 Mar · seen" in abroad, "the day is China's, whoever reads it"


def test_an_unknown_publication_time_is_said_not_guessed() -> None:
    message = render(event(about=item(published_at=None)))
    assert "Seen 11:02:41 CST · publication time unknown" in message.body


def test_days_are_told_when_they_are_not_today() -> None:
    published = datetime(2025, 12, 30, 9, 15, 20, tzinfo=CHINA)
    body = render(event(about=item(published_at=published))).body
    assert "Published 30 Dec 2025 09:15:20 CST · seen 11:02:41 · +62 d" in body


def test_a_date_in_the_future_is_named_as_such() -> None:
    ahead = item(published_at=NOW + timedelta(hours=5))
    assert "dated 5 h ahead of our clock" in render(event(about=ahead)).body


@pytest.mark.parametrize("year", [1, 9999])
def test_absurd_years_do_not_stop_an_alert(year: int) -> None:
    odd = item(published_at=datetime(year, 12, 31, 23, 59, tzinfo=ZoneInfo("UTC")))
    assert "event 7f3a9c12ab34" in render(event(about=odd)).body


def test_a_zone_without_a_short_name_gives_its_offset() -> None:
    assert "UTC+05" in render(event(), zone=ZoneInfo("Asia/Tashkent")).body


def test_a_possible_repeat_is_marked() -> None:
    assert render(event(), doubtful=True).body.endswith(" · may be a repeat")


def test_a_firm_outside_the_watchlist_is_named_as_the_text_names_it() -> None:
    other = event(found=match(issuer_id=None, firm_name="示例稀土"))
    message = alert(other, None, delivery_id="d", now=NOW, zone=CHINA)
    assert message.title == "▲ GRANTED · 示例稀土"


def test_text_from_outside_cannot_add_lines_or_turn_them_round() -> None:
    nasty = item(
        title="One\r\nBcc: all@example.org\u2028two\u202eeno\x1b[31m\x00\ud800",
        url="javascript:alert(1)",
        source_name="A\nevent 000000000000",
    )
    message = render(event(about=nasty, found=match(quote="第一行\n第二行\u2066")))
    lines = message.body.splitlines()
    assert len(lines) == 6
    assert lines[2] == "One Bcc: all@example.org twoeno[31m"
    assert "“第一行 第二行”" in lines
    assert message.url == ""
    assert "\n" not in message.title
    (message.title + message.body).encode("utf-8")


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/问?q=1#x", "https://a.example/%E9%97%AE?q=1#x"),
        ("https://a.example/a b>c", "https://a.example/a%20b%3Ec"),
        ("https://a.example/%20", "https://a.example/%20"),
        ("file:///etc/passwd", ""),
        ("https://[broken", ""),
        ("/relative", ""),
    ],
)
def test_links_are_web_addresses_or_nothing(url: str, safe: str) -> None:
    assert safe_url(url) == safe


def test_the_story_is_in_the_first_line() -> None:
    update = replace(CASES["update"])
    assert render(update).title.startswith("▲ GRANTED · UPDATE + Japan, motors")
    assert render(CASES["loss"]).title.startswith("▼ REVOKED · JL MAG 金力永磁")
    assert render(CASES["correction"]).title.startswith("CORRECTED · ◷ NOT YET · JL MAG")


def test_a_trial_cannot_be_taken_for_news() -> None:
    message = trial("desk", delivery_id="d1", now=NOW, zone=CHINA)
    assert message.title.startswith("TEST")
    assert "No firm got or lost a licence" in message.body
