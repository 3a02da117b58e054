"""What the subject says, what stands where, and how it reads as plain text."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config import Mailbox
from monitor.digest import sheet_of, text_of
from monitor.digest.headline import subject
from monitor.digest.text import COLUMNS, wrapped
from monitor.health import SourceState
from monitor.model import Event
from monitor.terminal import width
from tests.digest.making import day_of, plain_day
from tests.digest.material import ISSUERS, at, said

GOLDEN = Path(__file__).parents[1] / "fixtures/messages/digest/busy.txt"


def grant(n: int, firm: str, **more: object) -> Event:
    return said(f"g-{n}", firm, "granted", "公司已取得出口许可证。", at(11), **more)  # type: ignore[arg-type]


def source(name: str, state: str) -> SourceState:
    return SourceState(name, state, 60.0, 60.0, 60.0, 5, 0, "")


def test_the_busy_day_as_plain_text(tmp_path: Path) -> None:
    told = text_of(sheet_of(day_of(tmp_path), web="https://monitor.firm.example"))
    if os.environ.get("MONITOR_GOLDEN"):  # rewrites it; the difference is then read
        GOLDEN.write_text(told, "utf-8")
    assert told == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], "No new licence news"),
        ([grant(1, "jl-mag")], "1 new grant: JL MAG"),
        (
            [grant(1, "jl-mag"), grant(2, "yunsheng"), grant(3, "inst")],
            "3 new grants: JL MAG, Yunsheng, INST",
        ),
        ([grant(n, "inst") for n in range(3)], "3 new grants: INST (3)"),
        ([grant(n, i.id) for n, i in enumerate(ISSUERS)],
         "5 new grants: JL MAG, INST, Yunsheng and 2 more"),
        (
            [
                grant(1, "jl-mag"),
                said("l-1", "inst", "revoked", "被撤销出口许可证。", at(12)),
                grant(2, "yunsheng", verdict="update", added=("destination JP",)),
                grant(3, "plain", verdict="confirmed"),
                grant(4, "sample", verdict="correction"),
            ],
            "1 correction: Sample Magnetics · 1 revoked: INST · 1 new grant: JL MAG ·"
            " 1 update: Yunsheng · 1 confirmed: Plain Graphite",
        ),
        (
            [said("l-1", "inst", "revoked", "撤销。", at(12)),
             said("l-2", "plain", "expired", "到期。", at(12))],
            "2 losses: INST, Plain Graphite",
        ),
        ([grant(1, "jl-mag", verdict="repeat")], "No new licence news"),
        ([grant(1, "jl-mag", held="first visit: published more than 24 h before")],
         "No new licence news"),
        ([said("o", None, "granted", "远方稀土获得许可。", at(9), firm_name="远方稀土")],
         "No new licence news"),
    ],
)  # fmt: skip
def test_the_subject_tells_the_day(events: list[Event], expected: str) -> None:
    assert subject(plain_day(events)) == expected


def test_silence_is_no_news_only_where_somebody_listened() -> None:
    well = (source("a", "ok"), source("b", "unchanged"))
    quiet = plain_day(sources=well, read={"a": 4213})
    words = sheet_of(quiet)
    assert words.subject == "No new licence news"
    assert words.lead == ("4,213 items from 2 sources were read; all sources are healthy.",)
    words = sheet_of(replace(quiet, sources=(source("a", "down"), *well)))
    assert words.subject == "No new licence news; 1 of 3 sources not well"
    assert "1 source is not well: a (down)." in words.lead
    words = sheet_of(plain_day(sources=(source("a", "down"), source("b", "blocked"))))
    assert words.subject == "Nothing could be read: all 2 sources not well"


def test_it_says_when_it_is_late_and_when_days_are_missing() -> None:
    day = plain_day()
    window = replace(day.window, to_at=at(21, 30), missed=2, from_at=at(18, days=3))
    words = sheet_of(replace(day, window=window))
    assert words.subject == "No new licence news (3 days)"
    assert words.lead[1] == (
        "This digest covers 3 days, since Fri 27 Feb 18:00: there was none in between."
    )
    assert words.lead[2] == (
        "It comes 4 h late: at 18:00, when it was due, the program was not running."
    )
    window = replace(day.window, to_at=at(9, days=-1))
    words = sheet_of(replace(day, window=window))
    assert words.dateline == "Monday 2 March 2026 · built Tue 3 Mar 09:00 CST"
    assert sheet_of(day).lead[1:] == ()


def test_the_preview_tells_the_news_first(tmp_path: Path) -> None:
    words = sheet_of(day_of(tmp_path))
    assert words.preview.startswith(
        "▼ Sample Magnetics to Japan · ▲ JL MAG to US, Europe, Southeast Asia · ▲ INST to Japan"
    )
    empty = sheet_of(plain_day())
    assert empty.preview.startswith("No source is switched on")


def test_sections_stand_in_the_promised_order(tmp_path: Path) -> None:
    assert [section.id for section in sheet_of(day_of(tmp_path)).sections] == [
        "news", "confirmed", "held", "repeats", "waiting", "policy", "others", "chart", "unsure",
        "sources", "alerts",
    ]  # fmt: skip


def test_filters_by_firm_and_language_leave_out_and_count(tmp_path: Path) -> None:
    def only(**filters: object) -> Mailbox:
        return Mailbox(id="x", url="mailto://h.example", **filters)  # type: ignore[arg-type]

    day = day_of(tmp_path)
    magnets = day.for_mailbox(only(issuers=["jl-mag"]))
    assert subject(magnets) == "1 new grant: JL MAG"
    assert [e.match.issuer_id for e in magnets.events if e.match.issuer_id] == ["jl-mag"] * 3
    assert any(e.match.family == "policy" for e in magnets.events), "regulators concern everybody"
    assert magnets.left_out == len(day.events) - len(magnets.events) + 1
    told = " ".join(sheet_of(magnets).footer)
    assert "the mailbox “x”, limited to 1 firm" in told
    assert f"left out {magnets.left_out} entries" in told
    english = day.for_mailbox(only(languages=["en"]))
    assert {e.item.language for e in english.events} == {"en"}
    chinese = day.for_mailbox(only(languages=["zh"]))
    assert {e.item.language for e in chinese.events} == {"zh-Hans"}
    assert not day.for_mailbox(only(languages=["zh-Hant"])).events


def test_what_is_too_much_is_counted() -> None:
    many = [grant(n, "inst", story=f"{n:012x}") for n in range(500)]
    words = sheet_of(plain_day(many))
    [news] = [s for s in words.sections if s.id == "news"]
    assert (len(news.entries), news.count, news.more) == (30, 500, "and 470 more, not shown")
    fewer = sheet_of(plain_day(many), room=0.3)
    assert len(fewer.sections[0].entries) == 9


@pytest.mark.parametrize(
    "line",
    [
        "公司的部分磁材产品已拿到主管部门签发的出口许可证，" * 8,
        "words and 汉字 mixed，with punctuation。" * 9,
        "x" * 200 + " short",
    ],
)
def test_lines_are_72_columns_with_chinese_counted_double(line: str) -> None:
    lines = wrapped(line, indent="  ")
    assert "".join(lines).replace(" ", "") == line.replace(" ", "")
    for one in lines:
        assert width(one) <= COLUMNS or " " not in one.strip()
        assert one.strip()[0] not in "，。、"


def test_an_event_without_any_date_and_one_of_year_one() -> None:
    odd = said("odd", "jl-mag", "granted", "已获许可。", at(11))
    undated = replace(odd, item=replace(odd.item, published_at=None))
    told = " ".join(text_of(sheet_of(plain_day([undated]))).split())
    assert "seen 11:00, publication time unknown" in told
    ancient = odd.item.fetched_at.replace(year=1, month=1, day=1) + timedelta(hours=1)
    old = replace(odd, item=replace(odd.item, published_at=ancient))
    assert "published Mon 1 Jan 1 " in " ".join(text_of(sheet_of(plain_day([old]))).split())
