"""A thread of its own for a channel whose library blocks."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

from monitor.errors import DeliveryError

T = TypeVar("T")


class OwnThread:
    """`await thread(fn, *args)`: one blocking call at a time, off the event loop.

    A call nobody waits for any more (too late, stopped) runs on; until it ends, further ones are
    refused with a DeliveryError. So one dead receiver costs one thread, and because that thread is
    a daemon it cannot hold up the end of the program: executors wait for theirs.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._turn = asyncio.Lock()
        self._busy = False

    async def __call__(self, fn: Callable[..., T], *args: object) -> T:
        async with self._turn:
            if self._busy:
                raise DeliveryError("no answer yet to an earlier try", reason="timeout")
            loop = asyncio.get_running_loop()
            future: asyncio.Future[T] = loop.create_future()

            def settle(result: T | None, error: BaseException | None) -> None:
                if future.done():  # nobody waits any more
                    return
                if error is None:
                    future.set_result(result)  # type: ignore[arg-type]
                else:
                    future.set_exception(error)

            def run() -> None:
                result, error = None, None
                try:
                    result = fn(*args)
                except BaseException as caught:
                    error = caught
                self._busy = False
                with contextlib.suppress(RuntimeError):  # the loop may be closed by now
                    loop.call_soon_threadsafe(settle, result, error)

            self._busy = True
            threading.Thread(target=run, name=self._name, daemon=True).start()
            return await future
