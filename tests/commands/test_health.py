"""Who is stuck or gone is not healthy, and it is said in one sentence."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from tests.service.processes import monitor, started


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "feeds.yaml").write_text("database: own.db\nsources: []\n", encoding="utf-8")
    return tmp_path


async def until_beat(folder: Path) -> None:
    async with asyncio.timeout(60):
        while not (folder / "own.db-beat").exists():
            await asyncio.sleep(0.02)


async def test_who_lives_is_healthy_until_stopped_or_killed(folder: Path) -> None:
    code, told = await monitor(folder, "health")
    assert (code, told) == (1, "monitor: nobody runs: there is no own.db-beat\n")
    async with started(folder) as program:
        await until_beat(folder)
        pid = program.process.pid
        assert await monitor(folder, "health") == (0, f"process {pid} beats\n")
        program.send(signal.SIGSTOP)
        async with asyncio.timeout(60):
            while (await monitor(folder, "health", "--within", "4"))[0] == 0:
                await asyncio.sleep(0.1)
        code, told = await monitor(folder, "health", "--within", "4")
        assert f"process {pid} is stuck: its last full heartbeat is" in told
        assert told.count("\n") == 1
        program.send(signal.SIGCONT)
        async with asyncio.timeout(60):
            while (await monitor(folder, "health", "--within", "4"))[0] != 0:
                await asyncio.sleep(0.1)
        program.process.kill()
        await program.process.wait()
        code, told = await monitor(folder, "health")
        assert (code, told) == (
            1, f"monitor: nobody runs: process {pid} of own.db-beat has ended\n"
        )  # fmt: skip


async def test_a_writer_that_waits_for_a_lock_is_no_full_heartbeat(folder: Path) -> None:
    async with started(folder) as program:
        await until_beat(folder)
        other = sqlite3.connect(folder / "own.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        (folder / "feeds.yaml").write_text("database: own.db\nsources: {}\n", encoding="utf-8")
        program.send(signal.SIGHUP)  # refused, which is to be noted: the writer waits for us
        async with asyncio.timeout(60):
            while (await monitor(folder, "health", "--within", "4"))[0] == 0:
                await asyncio.sleep(0.2)
        other.close()
        async with asyncio.timeout(60):
            while (await monitor(folder, "health", "--within", "4"))[0] != 0:
                await asyncio.sleep(0.1)
        assert await program.end() == 0
    assert not (folder / "own.db-beat").exists(), "a clean stop leaves none"


@asynccontextmanager
async def page(status: int, words: str, *, hangs: bool = False) -> AsyncIterator[int]:
    over = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        if hangs:
            await over.wait()
        return web.Response(status=status, text=words)

    app = web.Application()
    app.router.add_get("/healthz", answer)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        over.set()
        await runner.cleanup()


async def test_with_pages_it_asks_them(folder: Path) -> None:
    async with page(200, "all beat") as port:
        (folder / "feeds.yaml").write_text(f'web: {{listen: "127.0.0.1:{port}"}}\n', "utf-8")
        assert await monitor(folder, "health") == (0, "all beat\n")
        (folder / "feeds.yaml").write_text("web: {listen: env:LISTEN}\n", "utf-8")
        assert await monitor(folder, "health", LISTEN=f"0.0.0.0:{port}") == (0, "all beat\n")
    async with page(503, "the writer\nis stuck") as port:
        listen = f"127.0.0.1:{port}"
        code, told = await monitor(folder, "health", LISTEN=listen)
        assert (code, told) == (1, f"monitor: {listen} answers 503: the writer is stuck\n")
    code, told = await monitor(folder, "health", LISTEN=listen)
    assert code == 1
    assert told.startswith(f"monitor: no answer from {listen}: ")
    async with page(200, "late", hangs=True) as port:
        code, told = await monitor(folder, "health", LISTEN=f"127.0.0.1:{port}")
        assert code == 1
        assert "within 3 s: it is stuck" in told


@pytest.mark.parametrize(
    ("beat", "told"),
    [
        ("", "own.db-beat cannot be read"),
        ("x y", "own.db-beat cannot be read"),
        ("1 999999999999", "is stuck"),
        ("1 -99999", "is stuck"),
    ],
)
async def test_an_odd_beat_is_not_healthy(folder: Path, beat: str, told: str) -> None:
    (folder / "own.db-beat").write_text(beat)
    code, words = await monitor(folder, "health")
    assert code == 1
    assert told in words


async def test_it_starts_fast(folder: Path) -> None:
    (folder / "own.db-beat").write_text(f"{os.getpid()} {time.monotonic():.1f}")
    took, bare = [], []
    for _ in range(3):
        began = time.perf_counter()
        assert (await monitor(folder, "health"))[0] == 0
        took.append(time.perf_counter() - began)
        began = time.perf_counter()
        await (await asyncio.create_subprocess_exec(sys.executable, "-c", "pass")).wait()
        bare.append(time.perf_counter() - began)
    assert min(took) < 15 * min(bare), "0.17 s on an idle machine, eight times a bare python"
