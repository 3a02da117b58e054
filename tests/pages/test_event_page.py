"""One story told by five sources in two languages, with confirmation, update and correction."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest

from monitor.config import Config
from monitor.model import Checkpoint, Reading
from monitor.pages.lens import Lens
from monitor.pages.telling import lead_words, told_at
from monitor.rules import Rules
from monitor.stores import open_store
from tests.alerts import JL_MAG, NOW, event, item, match
from tests.pages.conftest import Looking
from tests.pages.newsroom import asking
from tests.pages.newsroom import config as newsroom_config
from tests.pages.test_every_page import harmless


async def story_of(pages: httpx.AsyncClient, name: str) -> str:
    """The address of the newest event whose issuer's name begins so."""
    for row in (await pages.get("/index.json?verdict=all")).json()["events"]:
        if row["issuer"]["name"].startswith(name):
            return str(row["href"])
    raise AssertionError(name)


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


async def test_the_first_revision_from_alert_to_receivers(looking: Looking) -> None:
    async with looking() as pages:
        story = await story_of(pages, "JL MAG")
        html = (await pages.get(f"{story}.1")).text
        found = (await pages.get(f"{story}.1.json")).json()
    harmless(html)
    words = text_of(html)

    order = ["The alert", "Why we believe it", "Who else carried it", "What was known before",
             "Who was told, and when"]  # fmt: skip
    places = [html.index(f">{heading}<") for heading in order]
    assert places == sorted(places)

    assert found["alert"]["title"] == "▲ GRANTED · JL MAG 金力永磁 · 300748.SZ / 06680.HK"
    assert found["alert"]["title"] in words
    assert "To US · magnets" in found["alert"]["lines"]
    assert found["alert"]["not_sent"] is None

    assert found["evidence"]["quote"] in words
    assert found["evidence"]["deciding"] == ["granted"]
    assert "<u>granted</u>" in html
    assert "<mark>export licences</mark>" in html
    assert found["rule"]["exists"]
    assert found["rule"]["meaning"] in words
    assert found["rule"]["id"] in words
    assert found["reasons"]["verdict"] == ["first licence news for this issuer"]

    told = [(lead["name"], lead["lead_s"]) for lead in found["leads"]]
    assert told == [
        ("Sample Wire", 0),
        ("Sample Metals News", 43 * 60),
        ("样例日报", 5 * 3600 + 26 * 60),
        ("Magnet Blog", 22 * 3600 + 16 * 60),
    ]
    assert "Sample Wire first, Sample Metals News +43 min; 样例日报 +5 h 26 min" in words
    assert found["known_before"]["known"] is False
    assert "Nothing of this story." in words

    [delivery] = found["deliveries"]
    assert (delivery["receiver"], delivery["state"], delivery["attempts"]) == ("desk", "sent", 2)
    assert delivery["delay_s"] == 120
    assert "2 tries" in words
    assert "http" not in delivery["answer"]


async def test_evidence_is_quoted_in_its_own_language(looking: Looking) -> None:
    async with looking() as pages:
        story = await story_of(pages, "JL MAG")
        html = (await pages.get(f"{story}.2")).text
        found = (await pages.get(f"{story}.2.json")).json()
    assert '<blockquote class="context" lang="zh' in html
    assert found["evidence"]["deciding"] == ["获得"]
    assert found["evidence"]["matched"] == ["出口许可证"]
    assert found["evidence"]["before"].startswith("您好！")
    assert found["question"] == "请问公司是否已拿到对美国的出口许可证？"
    assert found["question"] in text_of(html)
    assert [f["by"] for f in found["known_before"]["facts"]] == ["Sample Wire"]
    assert found["known_before"]["facts"][0]["certainty"] == "reported"
    assert "first told by Sample Wire · reported" in text_of(html)


async def test_the_timeline_holds_every_telling_oldest_first(looking: Looking) -> None:
    async with looking() as pages:
        story = await story_of(pages, "JL MAG")
        found = (await pages.get(f"{story}.json")).json()
        timeline = found["timeline"]
        assert [t["told_at"] for t in timeline] == sorted(t["told_at"] for t in timeline)
        assert {t["source"]["id"] for t in timeline} == {
            "wire", "press", "paper", "blog", "szse-irm",
        }  # fmt: skip
        assert {t["language_word"] for t in timeline} == {"English", "Chinese"}
        verdicts = [t["verdict"] for t in timeline]
        assert verdicts.count("repeat") == 6
        assert [v for v in verdicts if v != "repeat"] == ["new", "confirmed", "update", "update"]
        for telling in timeline:  # each can be opened, and says what it is
            page = await pages.get(telling["href"])
            assert page.status_code == 200
            assert ("one telling among others" in page.text) == (telling["verdict"] == "repeat")


async def test_revisions_and_corrections_are_reachable(looking: Looking) -> None:
    async with looking() as pages:
        story = await story_of(pages, "JL MAG")
        newest = (await pages.get(f"{story}.json")).json()
        assert [r["revision"] for r in newest["revisions"]] == [1, 2, 3, 4]
        assert newest["event"]["revision"] == 4
        assert newest["event"]["corrects"] is True
        assert newest["alert"]["title"].startswith("CORRECTED")
        third = (await pages.get(f"{story}.3.json")).json()
        assert third["event"]["added"] == "+ Europe, Southeast Asia, motor rotors"
        assert third["corrected_by"] == f"{story}.4"
        html = (await pages.get(f"{story}.3")).text
        assert f'taken back: <a href="{story}.4">see the correction</a>' in html
        first = (await pages.get(f"{story}.1.json")).json()
        assert first["corrected_by"] is None  # it never spoke of Southeast Asia


async def test_a_correction_is_called_so_in_every_list(looking: Looking) -> None:
    """The ledger may call it an update; a reader must see that something was taken back."""
    tag = '<span class="verdict correction">correction</span>'
    async with looking() as pages:
        story = await story_of(pages, "JL MAG")
        events = (await pages.get("/index.json")).json()["events"]
        [taken_back] = [e for e in events if e["corrects"]]
        assert (taken_back["href"], taken_back["verdict"]) == (story, "update")
        for page in ("/", "/issuers/300748.SZ"):
            html = (await pages.get(page)).text
            assert html.count(tag) == 1, page
            rows = re.findall(r'<tr class="[a-z]+">.*?</tr>', html, re.DOTALL)
            [row] = [r for r in rows if tag in r]
            assert taken_back["evidence"] in text_of(row)


async def test_a_loss_looks_different_and_knows_what_went_before(looking: Looking) -> None:
    async with looking() as pages:
        story = await story_of(pages, "Innuovo")
        found = (await pages.get(f"{story}.json")).json()
        html = (await pages.get(story)).text
    assert found["event"]["word"] == "SUSPENDED"
    assert found["evidence"]["deciding"] == ["suspended"]
    assert {f["status"] for f in found["known_before"]["facts"]} == {"granted"}
    assert {s["status"] for s in found["known_before"]["statements"]} == {
        "pending", "not_received",
    }  # fmt: skip
    assert '<div class="alert loss">' in html
    waiting = [r for r in found["revisions"] if r["revision"] == 0]
    assert waiting[0]["verdict"] == "none-alerting"


async def test_hostile_titles_do_nothing(looking: Looking) -> None:
    async with looking() as pages:
        story = await story_of(pages, "JL MAG")
        found = (await pages.get(f"{story}.json")).json()
        blog = next(t for t in found["timeline"] if t["source"]["id"] == "blog")
        html = (await pages.get(blog["href"])).text
    harmless(html)
    assert "**JL MAG** gnp [x](javascript:alert(1))" in unescape(html)


async def test_unknown_events_are_told_in_words(looking: Looking) -> None:
    async with looking() as pages:
        story = await story_of(pages, "JL MAG")
        for path in ("/events/000000000000", f"{story}.9", f"{story}.x", f"{story}?seq=99999"):
            answer = await pages.get(path)
            assert answer.status_code == 404, path
            assert "Nothing here" in answer.text
            assert '<p class="notice">Th' in answer.text


async def test_a_rule_that_no_longer_exists(tmp_path: Path) -> None:
    """The page stands without it: the sentence, the story and the receivers are stored."""
    about = item()
    gone = event(about=about, found=match(rule_id="export_license.forgotten.zh"))
    store = open_store(str(tmp_path / "m.db"))
    store.record(Checkpoint("szse-irm"), [about], [Reading()], [gone], [])
    store.close()
    async with asking(tmp_path / "m.db") as pages:
        found = (await pages.get(f"/events/{gone.id}.json")).json()
        html = (await pages.get(f"/events/{gone.id}")).text
    assert found["rule"] == {
        "id": "export_license.forgotten.zh", "version": 1, "meaning": None, "exists": False,
    }  # fmt: skip
    assert "no longer in the packs" in html
    assert found["evidence"]["quote"] == gone.match.quote
    assert found["alert"]["not_sent"].startswith("No alert was sent")


async def test_rules_that_cannot_be_loaded(looking: Looking, told: Config, tmp_path: Path) -> None:
    """The evidence stands as it was stored, without marks, and the page says so."""
    (tmp_path / "broken.yaml").write_text("pack: [", encoding="utf-8")
    broken = told.model_copy(update={"rules_dirs": [tmp_path]})
    async with looking(broken) as pages:
        story = await story_of(pages, "JL MAG")
        answer = await pages.get(f"{story}.1")
        found = (await pages.get(f"{story}.1.json")).json()
    assert answer.status_code == 200
    assert found["evidence"]["marked"] is False
    assert found["evidence"]["exact"] is True
    assert found["evidence"]["deciding"] == found["evidence"]["matched"] == []
    assert (found["rule"]["meaning"], found["rule"]["exists"]) == (None, None)
    words = text_of(answer.text)
    assert found["evidence"]["quote"] in words
    assert "Its words are not marked: today’s rules could not read it again" in words
    assert "Its meaning cannot be told now" in words
    assert "<u>" not in answer.text
    assert str(tmp_path) not in answer.text


async def test_a_text_the_rules_stumble_over(caplog: pytest.LogCaptureFixture) -> None:
    def rules() -> Rules:
        raise RuntimeError("out of some resource")

    lens = Lens(newsroom_config(Path("m.db")), rules)
    found = lens.evidence(event())
    assert (found.quote, found.marked, found.exact) == (match().quote, False, True)
    assert found.before + found.quote + found.after == item().text
    assert lens.meaning("export_license.granted.zh") == (None, None)
    assert [r.message for r in caplog.records] == [
        "evidence not read again", "rule not explained",
    ]  # fmt: skip


async def test_a_text_that_was_edited_since(tmp_path: Path) -> None:
    about = item(text="Something else stands here now.")
    stored = event(about=about)
    store = open_store(str(tmp_path / "m.db"))
    store.record(Checkpoint("szse-irm"), [about], [Reading()], [stored], [])
    store.close()
    async with asking(tmp_path / "m.db") as pages:
        found = (await pages.get(f"/events/{stored.id}.json")).json()
    assert found["evidence"]["exact"] is False
    assert found["evidence"]["quote"] == stored.match.quote


async def test_the_fields_of_the_json_stay(looking: Looking) -> None:
    """docs/pages.md names them; others read them."""
    async with looking() as pages:
        found = (await pages.get((await story_of(pages, "JL MAG")) + ".json")).json()
    assert set(found) == {
        "event", "question", "revisions", "corrected_by", "alert", "evidence", "rule", "reasons",
        "added", "leads", "timeline", "timeline_left_out", "known_before", "deliveries",
        "deliveries_of_others", "title",
    }  # fmt: skip
    docs = (Path(__file__).parents[2] / "docs" / "pages.md").read_text(encoding="utf-8")
    for name in found:
        assert f"`{name}`" in docs, name


async def test_a_thousand_repeats_are_counted_not_listed(tmp_path: Path, told: Config) -> None:
    first = event()
    repeats = [
        event(verdict="repeat", about=item(f"again-{n}", fetched_at=NOW + timedelta(hours=n)))
        for n in range(300)
    ]
    store = open_store(str(tmp_path / "m.db"))
    events = [first, *repeats]
    items = [e.item for e in events]
    store.record(Checkpoint("szse-irm"), items, [Reading() for _ in items], events, [])
    store.close()
    async with asking(tmp_path / "m.db") as pages:
        found = (await pages.get(f"/events/{first.id}.json")).json()
        listed = (await pages.get(f"/issuers/{JL_MAG.tickers[0]}.json?verdict=all")).json()
        late = next(e for e in listed["events"] if e["seq"] == 299)
        shown = (await pages.get(f"{late['href']}.json?seq={late['seq']}")).json()
    assert shown["event"]["seq"] == 299
    assert [t["seq"] for t in shown["timeline"] if t["shown"]] == [299]
    assert len(found["timeline"]) == 61
    assert found["timeline_left_out"] == 240
    assert JL_MAG.name in found["title"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "first"), (41, "+41 s"), (600, "+10 min"), (7800, "+2 h 10 min"), (7200, "+2 h"),
     (86400, "+1 d"), (3 * 86400 + 4 * 3600, "+3 d 4 h"), (40 * 86400, "+40 d")],
)  # fmt: skip
def test_leads_in_words(seconds: float, words: str) -> None:
    assert lead_words(seconds) == words


def test_a_source_that_tells_only_the_day_counts_from_when_it_was_seen(told: Config) -> None:
    from monitor.clock import CHINA

    midnight = NOW.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    dated = replace(item(), published_at=midnight, fetched_at=NOW)
    assert told_at(dated, CHINA) == NOW
    assert told_at(replace(dated, published_at=None), CHINA) == NOW
    assert told_at(replace(dated, published_at=NOW + timedelta(days=1)), CHINA) == NOW
    exact = NOW - timedelta(minutes=3)
    assert told_at(replace(dated, published_at=exact), CHINA) == exact
