"""The threads on which pages and texts are read, so that the loop goes on meanwhile.

They are few: of all threads only one at a time runs Python, and each that waits for its turn takes
from the others. Sixteen pages read by six threads cost a fifth more than by two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_READERS = ThreadPoolExecutor(2, thread_name_prefix="reader")


async def aside(fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `fn(*args, **kwargs)` on one of them, after what was asked before."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_READERS, lambda: fn(*args, **kwargs))
