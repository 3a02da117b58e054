"""The beat file: how a process outside sees that the service lives, where there are no pages.

`<database>-beat` holds one line, `<pid> <seconds>`: when the last of those who must beat did so, on
the machine's monotonic clock. Replaced every few seconds, gone after a clean stop.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path

from monitor.vitals import Vitals

WRITE_S = 2.0


async def show_beats(vitals: Vitals, database: str) -> None:
    """Write the file until cancelled, as long as everybody beats; then remove it."""
    path = Path(f"{database}-beat")
    try:
        while True:
            if vitals.healthy()[0]:
                await asyncio.to_thread(_write, path, vitals.oldest_beat())
            await asyncio.sleep(WRITE_S)
    finally:
        _remove(path)


def _write(path: Path, at: float) -> None:
    """Nobody sees half a line. On a full disk it is written over the one that is there."""
    line = f"{os.getpid()} {at:.1f}".ljust(31).encode() + b"\n"
    fresh = path.with_name(f"{path.name}-new")
    try:
        fresh.write_bytes(line)
        fresh.replace(path)
    except OSError:
        with contextlib.suppress(OSError), path.open("r+b") as file:
            file.write(line)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
