"""The demo is the whole program: what it prints is what a trader would have heard."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from monitor.commands.demo import StoryClock, World, _at, _config
from monitor.standins.feeds import FeedSite
from monitor.standins.szse_irm import SzseIrm
from monitor.stores import open_store

ROOT = Path(__file__).parents[2]


def test_the_june_story_is_four_alerts_and_reasons_for_every_silence(tmp_path: Path) -> None:
    kept = tmp_path / "story.db"
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "demo", "--keep", str(kept)],
        capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    alerts = [line for line in lines if line.startswith(("▲", "▼"))]
    assert [line.split(" · ")[0] for line in alerts] == [
        "▲ GRANTED", "▲ GRANTED", "▲ GRANTED", "▼ SUSPENDED",
    ]  # fmt: skip
    assert "Innuovo" in alerts[0]
    assert "JL MAG" in alerts[1]
    silences = [line for line in lines if "no alert:" in line]
    assert sum(": repeat:" in line for line in silences) == 4
    assert sum("none-alerting" in line for line in silences) == 2
    assert any("no export licence in it" in line for line in silences)
    assert any("a question is not an answer" in line for line in silences)
    assert lines[-2].startswith("4 alerts from 13 items")

    page = (tmp_path / "demo-digest.html").read_text("utf-8")
    assert "1 suspended: Sample Magnetics" in page
    text = (tmp_path / "demo-digest.txt").read_text("utf-8")
    assert "3 new grants: " in text
    assert "first SZSE Q&A, Wed 11 Jun 11:02; then Sample Metals News" in text

    store = open_store(str(kept), create=False)
    assert store.queue_counts()["sent"] == 4
    store.close()


def test_it_does_not_write_over_a_database(tmp_path: Path) -> None:
    kept = tmp_path / "mine.db"
    kept.write_bytes(b"precious")
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "demo", "--keep", str(kept)],
        capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 2
    assert "exists already" in done.stderr
    assert kept.read_bytes() == b"precious"


async def test_its_sources_stand_as_close_as_those_of_a_file_do(tmp_path: Path) -> None:
    async with SzseIrm() as exchange, FeedSite() as site:
        feeds = site.feed("/a/", title="A"), site.feed("/b/", title="B")
        world = World(exchange, *feeds, StoryClock(_at(5, 9, 0)))
        config = _config(world, exchange.url, tmp_path / "m.db")
    assert {source.id: source.tier for source in config.sources} == {
        "szse-irm": "official", "press": "media", "gazette": "media",
    }  # fmt: skip
