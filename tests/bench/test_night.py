"""Some hours of `make bench-night`: every stand-in, a few feeds, one answer in twelve spoilt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_some_hours_with_faults_lose_and_double_nothing() -> None:
    words = ["--feeds=2", "--hours=8", "--faults=0.08"]
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench/night.py"), *words],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nall well\n" in done.stdout
    assert "faults: cut" in done.stdout
