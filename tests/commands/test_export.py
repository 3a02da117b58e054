"""`monitor export`: complete, in order, safe in a spreadsheet, in constant memory."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.commands import cli
from monitor.commands.export import _cell
from monitor.model import Reading
from monitor.stores import open_store
from tests.alerts import item
from tests.pages.newsroom import fill, fill_hostile


def exported(path: Path, *words: str) -> str:
    settings = path.with_name("feeds.yaml")
    settings.write_text(f"database: {path}\nsources: []\n", encoding="utf-8")
    done = CliRunner().invoke(cli, ["export", *words, "--config", str(settings)])
    assert done.exit_code == 0, done.output
    return done.output


def test_events_come_whole_and_in_order(tmp_path: Path) -> None:
    fill(tmp_path / "m.db")
    found = [json.loads(line) for line in exported(tmp_path / "m.db", "events").splitlines()]
    assert [(e["seq"], e["verdict"]) for e in found] == [(1, "new"), (2, "repeat"), (3, "new")]
    first = found[0]
    assert first["id"] == "7f3a9c12ab34"
    assert first["destinations"] == ["US", "EU", "SEA"]
    assert first["evidence"] == "公司的部分磁材产品已拿到主管部门签发的出口许可证"
    assert first["published_at"] == "2026-03-02T03:02:00.000000+00:00"
    assert first["source_name"] == "SZSE Q&A"
    assert first["item_id"]


def test_since_is_a_local_day_or_an_instant(tmp_path: Path) -> None:
    fill(tmp_path / "m.db")

    def seqs(since: str) -> list[int]:
        told = exported(tmp_path / "m.db", "events", "--since", since)
        return [json.loads(line)["seq"] for line in told.splitlines()]

    assert seqs("2026-03-02") == [1, 2, 3]
    assert seqs("2026-03-02T03:10:00+00:00") == [2, 3]
    assert seqs("2026-03-03") == []


def test_a_wrong_day_is_told(tmp_path: Path) -> None:
    fill(tmp_path / "m.db")
    settings = tmp_path / "feeds.yaml"
    settings.write_text(f"database: {tmp_path}/m.db\nsources: []\n", encoding="utf-8")
    words = ["export", "items", "--since", "soon", "--config", str(settings)]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 2
    assert "write 2026-06-01" in done.output


@pytest.mark.parametrize("what", ["events", "items"])
def test_hostile_cells_do_nothing_in_a_spreadsheet(tmp_path: Path, what: str) -> None:
    path = tmp_path / "m.db"
    fill_hostile(path)
    store = open_store(str(path))
    evil = item("f", title="=cmd|'/c calc'!A0", text="\t=1+1", question="@SUM(1)", url="-1+2")
    store.record(None, [evil], [Reading()], [], [])
    store.close()
    csv.field_size_limit(10_000_000)
    table = list(csv.reader(io.StringIO(exported(path, what, "--format", "csv"), newline="")))
    assert len({len(row) for row in table}) == 1
    for row in table:
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    if what == "items":
        assert "'=cmd|'/c calc'!A0" in {cell for row in table for cell in row}


def test_what_is_no_formula_stays_as_it_is() -> None:
    assert [_cell(v) for v in ("a=b", "", None, 3, True, ["US", "EU"], " =1", ["=1"])] == [
        "a=b", "", None, 3, "true", "US; EU", "' =1", "'=1",
    ]  # fmt: skip


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    store = open_store(str(path))
    some = [item(f"q-{n}", text="x " * 30_000) for n in range(1500)]
    store.record(None, some, [Reading()] * len(some), [], [])
    store.close()
    settings = tmp_path / "feeds.yaml"
    settings.write_text(f"database: {path}\nsources: []\n", encoding="utf-8")
    code = (
        "import pathlib, re, sys; from monitor.commands import main\n"
        "sys.argv = ['monitor', 'export', 'items', '--config', sys.argv[1]]\n"
        "try: main()\n"
        # Of this program alone: ru_maxrss begins with what the test's own process had.
        "finally: print(re.search(r'VmHWM:\\s*(\\d+)',"
        " pathlib.Path('/proc/self/status').read_text())[1], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(settings)], capture_output=True, check=True, timeout=60
    )
    assert done.stdout.count(b"\n") == 1500
    assert len(done.stdout) > 90_000_000
    assert int(done.stderr.split()[-1]) < 250_000, "KiB"
