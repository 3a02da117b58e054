"""`make eval`: the figures are right, and a figure that falls is an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.eval import Score, Tally, alerting, below

ROOT = Path(__file__).parents[2]


def event(firm: str | None, status: str, **more: Any) -> dict[str, Any]:
    return {
        "firm": firm, "status": status, "destinations": [], "products": [], "extent": "unspecified",
        "certainty": "confirmed", "novelty": "new", "evidence": "x",
    } | more  # fmt: skip


def test_a_tally_counts_sets() -> None:
    tally = Tally()
    tally.add({1, 2, 3}, {2, 3, 4, 5})
    assert (tally.right, tally.wrong, tally.missed) == (2, 2, 1)
    assert tally.precision == 0.5
    assert tally.recall == pytest.approx(2 / 3)
    assert tally.f1 == pytest.approx(4 / 7)
    assert Tally().f1 == 0.0


def test_what_is_an_alert() -> None:
    events = [
        event("A", "granted"),
        event("a", "renewed", certainty="reported"),
        event("A", "revoked"),
        event("B", "granted", novelty="background"),
        event("C", "granted", certainty="denied"),
        event("D", "pending"),
        event(None, "granted"),
    ]
    assert set(alerting(events)) == {("A", "grant"), ("A", "loss")}


def test_slots_are_scored_over_wanted_and_found_alerts() -> None:
    score = Score()
    score.add(
        [event("A", "granted", destinations=["US", "EU"])],
        [event("A", "granted", destinations=["US"]), event("B", "denied", destinations=["JP"])],
    )
    assert (score.alert.right, score.alert.wrong, score.alert.missed) == (1, 1, 0)
    d = score.destinations
    assert (d.right, d.wrong, d.missed) == (1, 1, 1)
    assert score.quiet == 0
    score.add([event("A", "pending")], [event("A", "granted")])
    assert (score.quiet, score.false, score.false_per_100) == (1, 1, 100.0)


def test_the_floor_is_one_way() -> None:
    floor = {"alert_f1": 0.9, "false_per_100": 2.0, "unknown": 1.0}
    assert below({"alert_f1": 0.95, "false_per_100": 0.0}, floor) == []
    worse = below({"alert_f1": 0.8, "false_per_100": 3.0}, floor)
    assert worse == [
        "alert_f1 0.8 is below the floor of 0.9",
        "false_per_100 3 is above the ceiling of 2",
    ]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two documents of our own: one grant, one canteen."""
    text = "公司已取得对德国客户的出口许可证。"
    documents = [
        {
            "id": "a", "lang": "zh-Hans", "channel": "ir_qa", "source_tier": "official",
            "published": "2026-03-03T10:00:00+08:00", "subject_firm": "300224.SZ",
            "title": "互动问答",
            "question": "拿到出口许可证了吗？", "text": text, "phenomena": ["simple"],
            "events": [event("300224.SZ", "granted", destinations=["DE"], evidence=text)],
        },
        {
            "id": "b", "lang": "en", "channel": "news", "source_tier": "media", "title": "",
            "published": "2026-03-03T10:00:00+08:00", "text": "Noodles.", "events": [],
        },
    ]  # fmt: skip
    path = tmp_path / "own.jsonl"
    path.write_text("\n".join(json.dumps(d) for d in documents) + "\n")
    return path


def run(*arguments: str | Path, corpus: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "bench" / "eval.py"), *map(str, arguments)],
        capture_output=True,
        text=True,
        env=os.environ | {"LICENSE_MONITOR_CORPUS": corpus},
        timeout=120,
        check=False,
    )


def test_scores_are_printed_recorded_and_kept(corpus: Path, tmp_path: Path) -> None:
    floor = tmp_path / "floor.json"
    recorded = run(corpus, "--record", "--floor", floor)
    assert recorded.returncode == 0, recorded.stderr
    figures = json.loads(floor.read_text())["own"]
    assert figures["alert_f1"] == figures["destinations_f1"] == 1.0
    again = run(corpus, "--floor", floor)
    assert again.returncode == 0
    assert "2 documents, 1 with an alert" in again.stdout
    assert "all figures at or above the floor" in again.stdout


def test_a_figure_below_the_floor_is_exit_code_one(corpus: Path, tmp_path: Path) -> None:
    floor = tmp_path / "floor.json"
    floor.write_text('{"own": {"alert_f1": 1.01}}')
    worse = run(corpus, "--floor", floor)
    assert worse.returncode == 1
    assert "WORSE own: alert_f1 1 is below the floor of 1.01" in worse.stdout


def test_an_absent_corpus_is_told_and_passes(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.jsonl"
    done = run("--floor", tmp_path / "none.json", "--only", "dev", corpus=str(missing))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"no corpus at {missing}" in done.stdout


def test_a_file_that_was_named_must_exist() -> None:
    assert run("nowhere.jsonl").returncode == 2
