"""A real `monitor run` in a process of its own, and what its log says."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Program:
    """A running monitor. `lines` grows as it logs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._news = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.lines.append(line.decode().rstrip("\n"))
            self._news.set()
        self._news.set()

    def count(self, words: str) -> int:
        """Log lines that contain the words."""
        return sum(words in line for line in self.lines)

    async def until(self, words: str, times: int = 1, within_s: float = 60.0) -> str:
        """The log line that contains the words for the n-th time."""
        try:
            async with asyncio.timeout(within_s):
                while self.count(words) < times:
                    if self._reader.done():
                        raise AssertionError(f"it ended; the log: {self.lines}")
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"no line {words!r} x {times} in {self.lines}") from None
        return [line for line in self.lines if words in line][times - 1]

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def send_to_child(self, number: signal.Signals) -> None:
        """Send it to the only child, where another program started ours."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        os.kill(int(children.read_text()), number)

    async def end(self, within_s: float = 12.0) -> int:
        """SIGTERM, and the exit code."""
        self.send(signal.SIGTERM)
        return await self.wait(within_s)

    async def wait(self, within_s: float = 12.0) -> int:
        """The exit code, once it has ended by itself."""
        async with asyncio.timeout(within_s):
            code = await self.process.wait()
            await self._reader
        return code


def environment(**more: str) -> Mapping[str, str]:
    """For any process of the program: this checkout, no colour."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", **more}


@asynccontextmanager
async def started(
    folder: Path,
    *words: str,
    before: Sequence[str] = (),
    ready: bool = True,
    env: Mapping[str, str] = {},
) -> AsyncIterator[Program]:
    """`monitor run` in `folder`, after "service started"; killed at the end if it still runs.

    `before`: a program that starts it; `ready`: wait for it.
    """
    process = await asyncio.create_subprocess_exec(
        *before,
        sys.executable, "-m", "monitor", "run", *words,
        cwd=folder, env=environment(**env),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    program = Program(process)
    try:
        if ready:
            await program.until("service started")
        yield program
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await program._reader


async def monitor(folder: Path, *words: str, **env: str) -> tuple[int, str]:
    """Another command: its exit code and all it wrote."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", *words, cwd=folder, env=environment(**env),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()
