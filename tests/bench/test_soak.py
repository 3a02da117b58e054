"""Two of the thirty simulated days of `make bench-soak`, the end of summer time among them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_two_days_with_faults_lose_and_double_nothing() -> None:
    words = ["--days=2", "--sources=3", "--beat=300", "--start=2026-10-24", "--zone=Europe/London"]
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench/soak.py"), *words],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 mails, 2 editions for 2 days" in done.stdout
    assert done.stdout.rstrip().splitlines()[-2] == "all well"
