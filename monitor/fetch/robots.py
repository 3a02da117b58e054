"""robots.txt: what a host asks of programs that read its pages (RFC 9309), kept for a day.

Every file is read as hostile: cut at a size, and reduced to what concerns us before it is parsed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from protego import Protego

from monitor.errors import FetchError, RobotsError, TlsError
from monitor.fetch.causes import shown
from monitor.fetch.door import httpx
from monitor.model import Page

KEPT_S = 24 * 3600.0
AGAIN_S = 600.0
"""A server that fails to say what it allows allows nothing; after so long it is asked again."""
MAX_BYTES = 500 * 1024
"""What is beyond is not read, as the RFC allows."""
MAX_HOSTS = 1000
LONGEST_PAUSE_S = 30.0
"""A `Crawl-delay` is followed so far."""

_AGENT = re.compile(r"[ \t]*user[- ]?agent[ \t]*[: \t][ \t]*([^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[\w.-]+")


_Origin = tuple[str, bool]
"""The file's address, and whether its certificate goes unchecked: others do not trust it."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What a host answered."""

    rules: Protego | None
    """None: it has no such file."""
    failed: FetchError | None
    until: float
    """On the loop's clock."""


class Robots:
    """The robots.txt of every host. `fetch` gets one by its address, its certificate unchecked or
    not; raises FetchError.

    `user_agent` is our own, whatever a source sends in its place: we are the same program.
    """

    def __init__(self, fetch: Callable[[str, bool], Awaitable[Page]], user_agent: str) -> None:
        self._fetch = fetch
        self._token = product_token(user_agent)
        self._known: dict[_Origin, _Known] = {}
        self._asking: dict[_Origin, asyncio.Task[_Known]] = {}

    async def pause_s(self, url: httpx.URL, *, unchecked: bool = False) -> float:
        """Seconds the host wants between two of our requests, 0 = no wish.

        Raises RobotsError when it does not want `url` read, FetchError when it does not say.
        """
        file = url.copy_with(userinfo=b"", path="/robots.txt", query=None, fragment=None)
        origin = (str(file), unchecked)
        known = self._known.get(origin)
        if known is None or known.until <= asyncio.get_running_loop().time():
            known = await self._ask(origin)
        if known.failed is not None:
            error = known.failed
            kind = TlsError if isinstance(error, TlsError) else FetchError
            raise kind(
                f"robots.txt: {error}",
                url=shown(str(url)),
                reason=error.reason,
                status=error.status,
                retry_after_s=error.retry_after_s,
            ) from error
        if known.rules is None:
            return 0.0
        if not known.rules.can_fetch(str(url), self._token):
            raise RobotsError(
                "robots.txt asks programs not to read it", url=shown(str(url)), reason="auth"
            )
        wish = known.rules.crawl_delay(self._token)
        return min(wish, LONGEST_PAUSE_S) if wish and wish > 0 else 0.0

    async def aclose(self) -> None:
        """Ask no more."""
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, origin: _Origin) -> _Known:
        """One question at a time per host; a caller that gives up leaves it to the others."""
        task = self._asking.get(origin)
        if task is None:
            task = self._asking[origin] = asyncio.create_task(self._read(origin))
            task.add_done_callback(lambda _: self._asking.pop(origin, None))
        return await asyncio.shield(task)

    async def _read(self, origin: _Origin) -> _Known:
        clock = asyncio.get_running_loop().time
        try:
            page = await self._fetch(*origin)
        except FetchError as error:
            if error.status is None:  # no answer at all: the page itself would have had none
                return _Known(None, error, 0.0)
            if error.status == 429 or error.status >= 500:
                wait_s = max(AGAIN_S, error.retry_after_s or 0.0)
                return self._keep(origin, _Known(None, error, clock() + wait_s))
            return self._keep(origin, _Known(None, None, clock() + KEPT_S))
        rules = await asyncio.to_thread(_parsed, page.body[:MAX_BYTES], self._token)
        return self._keep(origin, _Known(rules, None, clock() + KEPT_S))

    def _keep(self, origin: _Origin, known: _Known) -> _Known:
        self._known.pop(origin, None)
        while len(self._known) >= MAX_HOSTS:
            del self._known[next(iter(self._known))]
        self._known[origin] = known
        return known


def product_token(user_agent: str) -> str:
    """The name of the program in a User-Agent: the first word of `license-monitor (+https://...)`."""
    found = _TOKEN.match(user_agent.strip())
    return found[0].lower() if found else "license-monitor"


def _parsed(body: bytes, token: str) -> Protego:
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    return Protego.parse("\n".join(_concerning(text, token)))


def _concerning(text: str, token: str) -> Iterator[str]:
    """The lines with all other programs called by one name.

    Thousands of names times thousands of rules would be millions of objects; and the parser takes
    a name that is the beginning of ours for ours.
    """
    last = ""
    for line in text.splitlines():
        if agent := _AGENT.match(line):
            named = _TOKEN.match(agent[1])
            name = named[0].lower() if named else agent[1].strip()[:1]
            line = f"User-agent: {name if name in ('*', token) else 'x'}"
            if line == last:
                continue
        last = line
        yield line[:2000]
