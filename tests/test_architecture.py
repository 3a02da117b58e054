"""The floors and doors of the house hold, and a breach of each would be caught."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*LINT, "--no-cache"], cwd=folder, text=True, capture_output=True, check=False,
        env={"PYTHONPATH": str(folder), "PATH": ""},
    )  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package that a test may damage."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "monitor", folder / "monitor", ignore=shutil.ignore_patterns("*.yaml"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_floors_and_doors_hold(house: Path) -> None:
    done = lint(house)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "breach"),
    [
        ("model.py", "import monitor.config"),
        ("route/plan.py", "import monitor.render"),
        ("deliver/line.py", "import monitor.poll"),
        ("route/plan.py", "import httpx"),
        ("poll/visit.py", "import selectolax"),
        ("poll/visit.py", "import apscheduler"),
        ("deliver/line.py", "import sqlite_utils"),
        ("render.py", "import apprise"),
        ("config/models.py", "import re2"),
    ],
)
def test_a_breach_is_caught(house: Path, module: str, breach: str) -> None:
    path = house / "monitor" / module
    whole = path.read_text(encoding="utf-8")
    path.write_text(f"{whole}\n{breach}\n", encoding="utf-8")
    try:
        done = lint(house)
    finally:
        path.write_text(whole, encoding="utf-8")
    assert done.returncode != 0
    assert "BROKEN" in done.stdout


def test_a_new_module_must_choose_its_floor(house: Path) -> None:
    stray = house / "monitor" / "stray.py"
    stray.write_text("", encoding="utf-8")
    try:
        assert lint(house).returncode != 0
    finally:
        stray.unlink()


def test_no_module_outgrows_its_room() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("monitor", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert not long
