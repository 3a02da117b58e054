from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from monitor.channels.thread import OwnThread
from monitor.errors import DeliveryError


async def test_results_and_errors_come_back() -> None:
    thread = OwnThread("t")
    assert await thread(lambda: threading.current_thread().name) == "t"
    with pytest.raises(ZeroDivisionError):
        await thread(lambda: 1 / 0)
    assert await asyncio.gather(*(thread(int, str(n)) for n in range(3))) == [0, 1, 2]


async def test_a_call_nobody_waits_for_holds_up_neither_loop_nor_memory() -> None:
    thread, gate = OwnThread("t"), threading.Event()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await thread(gate.wait)
    with pytest.raises(DeliveryError, match="an earlier try") as caught:
        await thread(int, "1")
    assert caught.value.retryable
    gate.set()
    async with asyncio.timeout(5):
        while True:
            try:
                assert await thread(int, "1") == 1
                break
            except DeliveryError:
                await asyncio.sleep(0.001)


def test_a_receiver_that_never_answers_does_not_hold_up_the_end_of_the_program() -> None:
    program = """
import asyncio, threading
from monitor.channels.thread import OwnThread
async def main():
    try:
        async with asyncio.timeout(0.01):
            await OwnThread("t")(threading.Event().wait)
    except TimeoutError:
        print("stopped")
asyncio.run(main())
"""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, timeout=20, capture_output=True, check=True
    )
    assert done.stdout == b"stopped\n"
