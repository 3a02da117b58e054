"""The one writer thread: it alone owns the connection, everyone else awaits it.

A SQLite connection belongs to its thread; statements of a second thread would silently join the
first one's transaction. So every call goes through here, in turn, and the event loop never waits
for a disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from monitor.stores.protocol import Store

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
        return await loop.run_in_executor(self._thread, partial(self._turn, fn, *args, **kwargs))

    def _turn(
        self, fn: Callable[Concatenate[Store, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        name = getattr(fn, "__name__", "")
        if getattr(Store, name, None) is fn:  # `Store.claim` only names what this store does
            fn = getattr(type(self.store), name)
        return fn(self.store, *args, **kwargs)

    async def close(self) -> None:
        """Finish what was asked for, close the store, end the thread. Twice is once."""
        try:
            closing = self._thread.submit(self.store.close)
        except RuntimeError:  # already shut down
            return
        self._thread.shutdown(wait=False)
        await asyncio.wrap_future(closing)
