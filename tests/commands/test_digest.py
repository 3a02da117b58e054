"""`monitor digest`: looked at, written, queued."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from monitor.commands import cli
from monitor.stores import open_store
from tests.alerts import item, readings
from tests.digest.making import keep
from tests.digest.material import said
from tests.mailbox import mailbox

ADDRESS = "mailtos://robot:pw-5c3a1f@mail.firm.example?to=desk@firm.example"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A configuration with two mailboxes, and a store with one grant of an hour ago."""
    path = tmp_path / "feeds.yaml"
    boxes = [{"id": "desk", "url": ADDRESS}, {"id": "one", "url": ADDRESS, "issuers": ["innuovo"]}]
    path.write_text(
        yaml.safe_dump({"database": str(tmp_path / "d.db"), "digest": {"at": "23:59", "to": boxes}})
    )
    store = open_store(str(tmp_path / "d.db"))
    ago = datetime.now(UTC) - timedelta(seconds=90)
    store.mailbox_known_at("desk", ago - timedelta(hours=20))
    keep(store, said("n", "jl-mag", "granted", "金力永磁已获得出口许可证。", ago))
    store.close()
    return path


def run(file: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["digest", "--config", str(file), *words])


def test_it_prints_today(file: Path) -> None:
    done = run(file)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("▲ 1 new grant: JL MAG\n")
    assert "“金力永磁已获得出口许可证。”" in done.output
    assert "firm.example" not in done.output


def test_it_writes_both_twins(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "monday.html"
    done = run(file, "--out", str(out))
    assert done.exit_code == 0, done.output
    assert "<h1" in out.read_text("utf-8")
    assert "1 new grant: JL MAG" in out.with_suffix(".txt").read_text("utf-8")
    assert done.output.count("written: ") == 2


def test_an_old_day_and_one_to_come(file: Path) -> None:
    done = run(file, "--day", "2025-06-11")
    assert done.exit_code == 0
    assert "No new licence news" in done.output
    assert "Wednesday 11 June 2025" in done.output
    tomorrow = (datetime.now(UTC) + timedelta(days=3)).date()
    done = run(file, "--day", str(tomorrow))
    assert done.exit_code == 2
    assert "still to come" in done.output


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--day", "yesterday"], "write 2026-03-02"),
        (["--out", "x.html", "--send"], "choose one"),
        (["--out", "/nowhere/at/all/x.html"], "No such file or directory"),
        (["--out", "x.txt"], "is the name of the text beside it"),
    ],
)
def test_what_it_refuses(file: Path, words: list[str], expected: str) -> None:
    done = run(file, *words)
    assert done.exit_code != 0
    assert expected in " ".join(done.output.split())
    assert "Traceback" not in done.output


def test_it_queues_once(file: Path, tmp_path: Path) -> None:
    done = run(file, "--send")
    assert done.exit_code == 0, done.output
    assert "queued for desk: 1 new grant: JL MAG" in done.output
    assert "queued for one: No new licence news" in done.output
    again = run(file, "--send")
    assert again.exit_code == 0
    assert again.output.count("has that day's already") == 2
    store = open_store(str(tmp_path / "d.db"), create=False)
    receivers = {d.receiver_id for d in store.deliveries("pending")}
    store.close()
    assert receivers == {"mailbox:desk", "mailbox:one"}
    listed = CliRunner().invoke(cli, ["deliveries", "--config", str(file)])
    assert "1 new grant: JL MAG" in listed.output


def test_without_mailboxes_it_says_what_to_write(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(yaml.safe_dump({"database": str(tmp_path / "d.db")}))
    store = open_store(str(tmp_path / "d.db"))
    quiet = item("q")
    store.record(None, [quiet], readings([quiet]), [], [])
    store.close()
    done = run(path, "--send")
    assert done.exit_code == 1
    assert "write digest: {to: [...]}" in str(done.exception)
    assert run(path).exit_code == 0


def test_check_reads_the_mailboxes(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text("digest:\n  to: [{id: desk, url: 'mailto://h.example?mode=maybe'}]\n")
    done = CliRunner().invoke(cli, ["check", str(path)])
    assert "feeds.yaml:2: digest.to: mailbox desk: has a mode that is not known" in (
        done.output + str(done.exception)
    )


async def test_a_mailbox_can_be_tried_before_the_evening(tmp_path: Path) -> None:
    async with mailbox() as server:
        path = tmp_path / "feeds.yaml"
        path.write_text(yaml.safe_dump({"digest": {"to": [{"id": "desk", "url": server.url()}]}}))
        words = ["test-alert", "desk", "--config", str(path)]
        done = await asyncio.to_thread(CliRunner().invoke, cli, words)
        [mail] = server.mails
    assert done.exit_code == 0, done.output
    assert "250 2.0.0 Ok: queued" in done.output
    assert mail["Subject"] == "TEST · license-monitor · not news"
