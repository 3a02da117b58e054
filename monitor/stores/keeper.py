"""The one writer thread: it alone owns the connection, everyone else awaits it.

A SQLite connection belongs to its thread; statements of a second thread would silently join the
first one's transaction. So every call goes through here, in turn, and the event loop never waits
for a disk.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from monitor.errors import StoreError
from monitor.log import fields
from monitor.stores.protocol import Store

log = logging.getLogger(__name__)

SAVE_AFTER_S = 1.0
"""So long what visits without news changed may stay in memory."""
SAVE_AT_ONCE = 50
"""Checkpoints written in one turn: some milliseconds, for news may be waiting."""

P = ParamSpec("P")
T = TypeVar("T")


class Keeper:
    """A store and its thread: `keeper = await Keeper.open(partial(open_store, path))`.

    `await keeper(Store.claim, now, lease_s=60)` runs that call there. So does a function of yours
    whose first argument is the store; its calls are one turn, nobody else's come between.
    """

    def __init__(self, store: Store, thread: ThreadPoolExecutor) -> None:
        self.store = store
        self._thread = thread
        self._saving: asyncio.TimerHandle | None = None

    @classmethod
    async def open(cls, opener: Callable[[], Store]) -> Keeper:
        """Open the store on a new thread. Raises whatever `opener` raises."""
        thread = ThreadPoolExecutor(1, thread_name_prefix="keeper")
        try:
            store = await asyncio.get_running_loop().run_in_executor(thread, opener)
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return cls(store, thread)

    async def __call__(
        self, fn: Callable[Concatenate[Store, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn(store, *args, **kwargs)` on the thread, after what was asked before.

        A call once begun is finished, even if the one who waits for it is cancelled.
        """
        loop = asyncio.get_running_loop()
        try:
            turn = partial(self._turn, fn, *args, **kwargs)
            return await loop.run_in_executor(self._thread, turn)
        finally:
            if self._saving is None and self.store.unsaved:
                self._saving = loop.call_later(SAVE_AFTER_S, self._save, loop)

    def _save(self, loop: asyncio.AbstractEventLoop) -> None:
        """Have some of what the store remembers written, then the rest after a while."""
        with suppress(RuntimeError):  # closed meanwhile: that has written it
            self._thread.submit(self._save_some, loop)

    def _save_some(self, loop: asyncio.AbstractEventLoop) -> None:
        again_s = SAVE_AFTER_S
        try:
            self.store.save(SAVE_AT_ONCE)
            again_s = 0.0
        except StoreError as error:
            log.error("visits not noted", extra=fields(error=error))
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(self._saved, loop, again_s)

    def _saved(self, loop: asyncio.AbstractEventLoop, again_s: float) -> None:
        more = self.store.unsaved
        self._saving = loop.call_later(again_s, self._save, loop) if more else None

    def _turn(
        self, fn: Callable[Concatenate[Store, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        name = getattr(fn, "__name__", "")
        if getattr(Store, name, None) is fn:  # `Store.claim` only names what this store does
            fn = getattr(type(self.store), name)
        return fn(self.store, *args, **kwargs)

    async def close(self) -> None:
        """Finish what was asked for, close the store, end the thread. Twice is once."""
        if self._saving is not None:
            self._saving.cancel()
        try:
            closing = self._thread.submit(self.store.close)
        except RuntimeError:  # already shut down
            return
        self._thread.shutdown(wait=False)
        await asyncio.wrap_future(closing)
