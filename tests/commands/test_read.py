"""`monitor extract`: documents in, events out, whatever the lines are like."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.commands.read import extract

ROOT = Path(__file__).parents[2]

ANSWER = {
    "id": "one",
    "lang": "zh-Hans",
    "channel": "ir_qa",
    "source_tier": "official",
    "published": "2026-03-03T10:00:00+08:00",
    "subject_firm": "300224.SZ",
    "title": "互动问答",
    "question": "请问公司拿到出口许可证了吗？",
    "text": "您好，公司已取得对德国客户的出口许可证。",
}
NEWS = {
    "id": "two",
    "channel": "news",
    "source_tier": "wire",
    "published": "2026-03-04T10:00:00Z",
    "title": "Magnet maker cleared",
    "text": "Ningbo Yunsheng has received an export licence for a customer in Japan.",
}
NOTHING = {"id": "three", "text": "The canteen serves noodles on Thursdays."}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without feeds.yaml: the shipped watchlist holds."""
    monkeypatch.chdir(tmp_path)


def lines(*documents: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(d, ensure_ascii=False).encode() + b"\n" for d in documents)


def run(source: bytes, *arguments: str) -> tuple[Result, list[dict[str, Any]]]:
    result = CliRunner().invoke(extract, ["-", *arguments], input=source)
    return result, [json.loads(line) for line in result.stdout.splitlines()]


def test_one_line_out_for_each_document_in() -> None:
    result, out = run(lines(ANSWER, NEWS, NOTHING))
    assert result.exit_code == 0
    assert [row["id"] for row in out] == ["one", "two", "three"]
    assert out[2]["events"] == []


def test_an_event_has_what_the_contract_says() -> None:
    _, out = run(lines(ANSWER))
    (event,) = out[0]["events"]
    assert event["firm"] == "300224.SZ"
    assert event["status"] == "granted"
    assert event["destinations"] == ["DE"]
    assert event["certainty"] == "confirmed"
    assert event["novelty"] == "new"
    assert event["alert"] is True
    assert event["evidence"] in str(ANSWER["text"])
    assert event["rule"]
    assert {"products", "extent", "attribution", "event_date"} <= event.keys()
    assert "story" not in event


def test_subject_firms_are_known_by_any_ticker() -> None:
    hong_kong = ANSWER | {"subject_firm": "6680.HK"}
    _, out = run(lines(hong_kong))
    assert [e["firm"] for e in out[0]["events"]] == ["300748.SZ"]


def test_with_a_ledger_a_repeat_does_not_alert() -> None:
    again = ANSWER | {"id": "four", "published": "2026-03-05T10:00:00+08:00"}
    result, out = run(lines(ANSWER, NEWS, again), "--ledger")
    assert result.exit_code == 0
    first, other, repeat = (row["events"][0] for row in out)
    assert (first["verdict"], first["alert"]) == ("new", True)
    assert (repeat["verdict"], repeat["alert"]) == ("repeat", False)
    assert first["story"] == repeat["story"] != other["story"]


def test_without_a_ledger_every_line_stands_alone() -> None:
    _, out = run(lines(ANSWER, ANSWER | {"id": "four"}))
    assert [row["events"][0]["alert"] for row in out] == [True, True]


BAD = {
    b"{not json": "not JSON",
    b"[1, 2]": "not a JSON object",
    b'"text"': "not a JSON object",
    b'{"id": "x"}': "neither 'title' nor 'text'",
    b'{"text": "a"}': "'id' is missing",
    b'{"id": true, "text": "a"}': "'id' must be text",
    b'{"id": "x", "text": 5}': "'text' must be text",
    b'{"id": "x", "text": "a", "channel": "tv"}': "'channel' must be one of ir_qa",
    b'{"id": "x", "text": "a", "published": "yesterday"}': "'published' must be a time",
    b'{"id": "x", "text": "a", "published": 7}': "'published' must be a time",
    b"\xff\xfe\x00": "not",
    b"[" * 100_000: "nested beyond reason",
}


def test_lines_that_are_no_documents_are_told_and_skipped() -> None:
    result, out = run(lines(ANSWER) + b"\n".join(BAD) + b"\n" + lines(NOTHING))
    assert result.exit_code == 1
    assert [row["id"] for row in out] == ["one", "three"]
    told = result.stderr.splitlines()
    assert len(told) == len(BAD)
    for number, (line, said) in enumerate(zip(told, BAD.values(), strict=True), 2):
        assert line.startswith(f"line {number}: ")
        assert said in line


def test_blank_lines_and_a_byte_order_mark_are_no_fault() -> None:
    result, out = run(b"\xef\xbb\xbf" + lines(ANSWER) + b"\n  \n" + lines(NOTHING).rstrip())
    assert result.exit_code == 0
    assert len(out) == 2


def test_strange_text_is_read() -> None:
    texts = [
        "\ud800 lone \udfff 出口许可证", "\x00\x01\x02", "\u202eevil\u202c 金力永磁已获出口许可证",
        "已获" * 5000, "𠀀𠀁 获得出口许可证", "((((" * 2000, "a" * 300_000, "金力永磁" * 20_000,
    ]  # fmt: skip
    source = "".join(json.dumps({"id": n, "text": t}) + "\n" for n, t in enumerate(texts))
    result = CliRunner().invoke(extract, ["-"], input=source.encode())
    assert result.exit_code == 0, result.output
    assert len(result.stdout.splitlines()) == len(texts)


def test_empty_input_gives_empty_output() -> None:
    result, out = run(b"")
    assert (result.exit_code, out) == (0, [])


def test_files_in_and_out(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(lines(ANSWER, NOTHING))
    result = CliRunner().invoke(extract, [str(source), "-o", str(target)])
    assert result.exit_code == 0, result.output
    assert [json.loads(x)["id"] for x in target.read_bytes().splitlines()] == ["one", "three"]


def test_the_input_is_never_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(lines(ANSWER))
    result = CliRunner().invoke(extract, [str(source), "-o", str(source)])
    assert result.exit_code == 2
    assert source.read_bytes() == lines(ANSWER)


def test_an_own_watchlist(tmp_path: Path) -> None:
    config = tmp_path / "own.yaml"
    config.write_text(
        "watchlist: [{id: acme, names: {en: [Acme Magnet Works]}, tickers: [600000.SH]}]\n"
    )
    acme = NEWS | {"text": "Acme Magnet Works has received an export licence for Japan."}
    result, out = run(lines(acme), "--config", str(config))
    assert result.exit_code == 0, result.output
    assert [e["firm"] for e in out[0]["events"]] == ["600000.SH"]


def test_a_broken_feeds_yaml_nobody_asked_for_is_told_and_passed_over(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("sauces: []\n")
    result, out = run(lines(ANSWER))
    assert result.exit_code == 0
    assert "feeds.yaml is passed over" in result.stderr
    assert len(out[0]["events"]) == 1


def monitor(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The program itself, as a person starts it."""
    return subprocess.run(
        [sys.executable, "-m", "monitor", *arguments],
        input=stdin,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )


def test_the_program_from_standard_input_to_standard_output() -> None:
    done = monitor("extract", "-", stdin=lines(ANSWER))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["events"][0]["firm"] == "300224.SZ"


def test_a_missing_file_is_one_clear_line() -> None:
    done = monitor("extract", "nowhere.jsonl")
    assert done.returncode == 1
    assert done.stderr.decode().strip() == "monitor: nowhere.jsonl: no such file or directory"
