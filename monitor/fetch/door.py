"""httpx and its transport, without the command line that httpx has of its own.

That one loads rich and pygments where they are installed: 60 ms and 5 MB at each start.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
import httpx  # noqa: E402
from httpx_aiohttp import AiohttpTransport  # noqa: E402

if sys.modules["httpx._main"] is None:
    del sys.modules["httpx._main"]

__all__ = ["AiohttpTransport", "httpx"]
