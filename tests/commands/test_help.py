"""`monitor --help` is quick, and says what click would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


CLICK = "from monitor.commands import cli; cli.main(prog_name='python -m monitor')"


def told(*words: str, columns: int) -> str:
    """What a process of its own prints."""
    return subprocess.run(
        [sys.executable, *words],
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": str(columns)},
        capture_output=True, check=True, encoding="utf-8",
    ).stdout  # fmt: skip


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("word", ["--help", "-h"])
def test_it_is_the_help_of_click(word: str, columns: int) -> None:
    said = told("-m", "monitor", word, columns=columns)
    assert said == told("-c", CLICK, word, columns=columns)
    assert "explain" in said


def test_it_loads_nothing_it_does_not_need() -> None:
    code = (
        "import sys; sys.argv[1:] = ['--help']; from monitor.commands import main; main();"
        "assert not {'click', 'dataclasses', 'asyncio', 'monitor.errors'} & sys.modules.keys()"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}, stdout=subprocess.DEVNULL,
        check=True,
    )  # fmt: skip
