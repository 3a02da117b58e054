"""A clock on which waiting takes no time, for one process: thirty days in some minutes.

Time passes as it does while anything works. Once nothing does (no socket is ready, no thread is
busy) the loop's wait for its next timer is skipped and all clocks are that much ahead. So what the
program does costs what it costs, and only its sleep is free.

`install` must come before anything of `monitor` is imported: the program takes `time.monotonic` and
`utc_now` where it is defined.
"""

from __future__ import annotations

import asyncio
import datetime as dates
import selectors
import threading
import time
from collections.abc import Callable
from typing import Any

_REAL = time.monotonic
WAIT_S = 0.05
_POOLS = ("MainThread", "keeper", "reader", "asyncio_")
"""Threads that live on; work of theirs is counted when it is handed over."""


class FastClock:
    """Started at an instant; ahead of the real clock by what was skipped."""

    def __init__(self, start: dates.datetime) -> None:
        self._start, self._began = start, _REAL()
        self.skipped_s = 0.0
        self.busy = 0
        """Calls handed to threads and not back yet."""

    def monotonic(self) -> float:
        """In place of `time.monotonic`."""
        return _REAL() + self.skipped_s

    def now(self) -> dates.datetime:
        """In place of `utc_now`."""
        return self._start + dates.timedelta(seconds=self.monotonic() - self._began)

    def idle(self) -> bool:
        """Whether no thread works."""
        return not self.busy and all(t.name.startswith(_POOLS) for t in threading.enumerate())


class _Selector(selectors.DefaultSelector):
    def __init__(self, clock: FastClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> Any:
        # What goes through 127.0.0.1 is there at once; a second look is for the cautious.
        ready = super().select(0) or super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is None or not self._clock.idle():
            # A thread that comes back writes to the loop's own pipe.
            return super().select(WAIT_S if timeout is None else min(timeout, WAIT_S))
        self._clock.skipped_s += timeout
        return []


class FastLoop(asyncio.SelectorEventLoop):
    """An event loop that does not wait."""

    def __init__(self, clock: FastClock) -> None:
        self.clock = clock
        super().__init__(_Selector(clock))

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> Any:
        """As ever, and counted."""
        self.clock.busy += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._back)
        return future

    def _back(self, _: object) -> None:
        self.clock.busy -= 1


def install(start: dates.datetime) -> FastClock:
    """Have this process live on a fast clock that now shows `start`."""
    clock = FastClock(start)
    time.monotonic = clock.monotonic
    import monitor.clock

    monitor.clock.utc_now = clock.now

    import apscheduler.schedulers.base

    class Fast(dates.datetime):
        """What the scheduler takes for the time."""

        @classmethod
        def now(cls, tz: dates.tzinfo | None = None) -> Any:
            return clock.now().astimezone(tz)

    apscheduler.schedulers.base.datetime = Fast
    return clock
