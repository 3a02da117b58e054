"""The one writer thread: it alone owns the connection, everyone else awaits it.

A SQLite connection belongs to its thread; statements of a second thread would silently join the
first one's transaction. So every call goes through here, in turn, and the event loop never waits
for a disk.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any, Concatenate, ParamSpec, TypeVar

from monitor.errors import StoreError
from monitor.log import fields
from monitor.stores.protocol import Store

log = logging.getLogger(__name__)

SAVE_AFTER_S = 1.0
"""So long what visits without news changed may stay in memory."""
SAVE_AT_ONCE = 50
"""Checkpoints written in one turn: some milliseconds, for news may be waiting."""
MOST_TOGETHER = 20
"""Calls that go to the thread together: the first is answered when the last is done."""

P = ParamSpec("P")
T = TypeVar("T")

Asked = tuple[asyncio.Future[Any], Callable[[], Any]]
Answered = tuple[asyncio.Future[Any], Any, BaseException | None]


class Keeper:
    """A store and its thread: `keeper = await Keeper.open(partial(open_store, path))`.

    `await keeper(Store.claim, now, lease_s=60)` runs that call there. So does a function of yours
    whose first argument is the store; its calls are one turn, nobody else's come between.
    """

    def __init__(self, store: Store, thread: ThreadPoolExecutor) -> None:
        self.store = store
        self._thread = thread
        self._saving: asyncio.TimerHandle | None = None
        self._asked: deque[Asked] = deque()
        self._on_the_way = False
        """The thread has calls to answer, or is about to get some."""

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
        answer: asyncio.Future[T] = loop.create_future()
        self._asked.append((answer, partial(self._turn, fn, *args, **kwargs)))
        if not self._on_the_way:
            self._on_the_way = True
            loop.call_soon(self._hand_over, loop)
        try:
            return await answer
        finally:
            if self._saving is None and self.store.unsaved:
                self._saving = loop.call_later(SAVE_AFTER_S, self._save, loop)

    def _hand_over(self, loop: asyncio.AbstractEventLoop, most: int | None = MOST_TOGETHER) -> None:
        """Give the thread what was asked meanwhile, the oldest first.

        Together, for the way there and back costs more than most calls.
        """
        some = list(islice(self._asked, most))
        self._on_the_way = bool(some)
        if not some:
            return
        for _ in some:
            self._asked.popleft()
        try:
            back = loop.run_in_executor(self._thread, self._answer, some)
        except RuntimeError as error:  # closed
            self._answered([(answer, None, error) for answer, _ in some], loop)
        else:
            back.add_done_callback(lambda done: self._answered(done.result(), loop))

    @staticmethod
    def _answer(some: Iterable[Asked]) -> list[Answered]:
        """On the thread."""
        found: list[Answered] = []
        for answer, turn in some:
            if answer.cancelled():
                continue
            try:
                found.append((answer, turn(), None))
            except BaseException as error:
                found.append((answer, None, error))
        return found

    def _answered(self, found: Iterable[Answered], loop: asyncio.AbstractEventLoop) -> None:
        for answer, value, error in found:
            if answer.done():  # cancelled
                continue
            if error is None:
                answer.set_result(value)
            else:
                answer.set_exception(error)
        # After those who have their answer: they may ask for more.
        loop.call_soon(self._hand_over, loop)

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
        self._hand_over(asyncio.get_running_loop(), most=None)
        try:
            closing = self._thread.submit(self.store.close)
        except RuntimeError:  # already shut down
            return
        self._thread.shutdown(wait=False)
        await asyncio.wrap_future(closing)
