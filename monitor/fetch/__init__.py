"""The one door to the network for everything we read: polite, bounded, suspicious.

One client for the process. Every fetch has one deadline for the whole of it, a cap on the decoded
body, and redirects that are checked one by one; the address that was checked is the address that is
connected to. Never logs an address (it may carry a token) and never reads proxy variables from the
environment.
"""

from __future__ import annotations

import asyncio
import base64
import re
import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache, partial

from aiohttp.abc import AbstractResolver

from monitor.clock import utc_now
from monitor.errors import FetchError, Reason, TlsError
from monitor.fetch.causes import Broken, TooLarge, is_bad_tls, shown, told
from monitor.fetch.client import (
    check_address,
    is_loopback,
    open_client,
    open_transport,
    unchecked_tls,
)
from monitor.fetch.door import AiohttpTransport, httpx
from monitor.fetch.redirects import next_hop
from monitor.fetch.robots import MAX_BYTES as ROBOTS_BYTES
from monitor.fetch.robots import Robots
from monitor.model import Page, Request

__all__ = ["Fetcher", "host_of", "open_client"]

MAX_REDIRECTS = 5
MAX_RETRY_AFTER_S = 24 * 3600.0
ROBOTS_DEADLINE_S = 5.0
GLANCE_S, GLANCE_BYTES = 1.0, 64 * 1024
"""What the page of a refusal is worth."""
HOST_GAPS_S: Mapping[str, float] = {
    "www1.hkexnews.hk": 3.0,
    "www.mofcom.gov.cn": 5.0,
    "aqygzj.mofcom.gov.cn": 5.0,
    "api.gdeltproject.org": 6.0,
    "np-weblist.eastmoney.com": 1.0,
    "np-anotice-stock.eastmoney.com": 1.0,
}
"""Seconds between two requests to hosts that are known to mind; the others: `host_gap_s`."""


@dataclass(slots=True)
class _Host:
    """How we stand with one host: who is talking to it, and when the next may."""

    slots: asyncio.Semaphore
    next_at: float = 0.0
    waiting: int = 0


@dataclass(slots=True)
class _Budget:
    """What is left of a fetch's deadline, and how far it got."""

    left_s: float
    stage: str = "no answer"
    redirects: list[int] = field(default_factory=list)
    """Their statuses."""


class _RobotsTxt(Request):
    """Cut at its cap instead of refused, and no part of the host's pace."""


class Fetcher:
    """Fetches pages for all sources. Use one for the process; `aclose` it at the end.

    `concurrency` requests at once in all, `per_host` at one host, `host_gap_s` seconds between two
    to one host; loopback addresses know neither limit. `now` dates the pages.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        concurrency: int = 16,
        per_host: int = 2,
        host_gap_s: float = 1.5,
        deadline_s: float = 20.0,
        max_body_bytes: int = 5 * 2**20,
        allow_private_addresses: bool = False,
        proxy: str | None = None,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.user_agent = user_agent
        self.per_host = per_host
        self.host_gap_s = host_gap_s
        self.deadline_s = deadline_s
        self.max_body_bytes = max_body_bytes
        self.allow_private_addresses = allow_private_addresses
        self.now = now
        self._all = asyncio.Semaphore(concurrency)
        self._hosts: dict[str, _Host] = {}
        self._open = partial(
            open_transport,
            allow_private_addresses=allow_private_addresses,
            proxy=proxy,
            resolver=resolver,
        )
        self._checked = self._open(tls=tls)
        self._unchecked: AiohttpTransport | None = None
        """For hosts whose certificates are not looked at, where there are any."""
        self._robots = Robots(self._robots_txt, user_agent)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._robots.aclose()
        await self._checked.aclose()
        if self._unchecked is not None:
            await self._unchecked.aclose()

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def get(
        self,
        request: Request,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        user_agent: str | None = None,
        headers: Mapping[str, str] | None = None,
        deadline_s: float | None = None,
        unchecked: Collection[str] = (),
    ) -> Page:
        """The page `request` leads to, redirects followed.

        A 304 to the validators given is a Page that says `not_modified`. Raises FetchError with a
        one-line message for everything else that is not a complete answer below 300. The deadline
        counts from the moment the host is free for us. `headers` go to the request's own site only.
        `unchecked`: hosts (as of `host_of`) whose certificates are not looked at; those of all
        others are, wherever redirects lead. A certificate that is not accepted is a TlsError.
        """
        deadline_s = deadline_s or self.deadline_s
        budget = _Budget(deadline_s)
        conditional = _validators(etag, last_modified)
        sent = {"user-agent": user_agent or self.user_agent, "accept": "*/*"}
        private = {name.lower() for name in (*(headers or {}), *request.headers)} - sent.keys()
        for more in (headers or {}, request.headers, conditional):
            sent |= {name.lower(): value for name, value in more.items()}
        sent["accept-encoding"] = "gzip"
        clock = asyncio.get_running_loop().time
        try:
            url = _parsed(request.url)
            if request.query:
                url = url.copy_merge_params(dict(request.query))
            if url.userinfo:
                # The transport wants no login in the address; like other secrets of the entry it
                # is meant for this origin only.
                sent.setdefault("authorization", _basic(url.username, url.password))
                private.add("authorization")
                url = url.copy_with(userinfo=b"")
            # Not the client's `build_request`: it takes longer to merge headers it has not.
            hop = httpx.Request(
                request.method,
                url,
                headers=sent,
                data=dict(request.form) if request.form is not None else None,
                json=request.json,
            )
            for _ in range(MAX_REDIRECTS + 1):
                gap_s: float | None = None if isinstance(request, _RobotsTxt) else 0.0
                if request.robots:
                    gap_s = await self._wished_gap_s(hop.url, unchecked)
                way = self._way_to(hop.url.host, unchecked)
                host = hop.url.host
                async with self._all if is_loopback(host) else self._turn(host, gap_s):
                    began = clock()
                    try:
                        async with asyncio.timeout(budget.left_s):
                            page_or_next = await self._hop(
                                way, hop, budget, request, conditional, private
                            )
                    finally:
                        budget.left_s = max(0.0, budget.left_s - (clock() - began))
                if isinstance(page_or_next, Page):
                    return page_or_next
                hop = page_or_next
        except FetchError:
            raise
        except Exception as error:
            late = f"{budget.stage} within {deadline_s:g} s"
            message, reason = told(error, timed_out=late)
            kind = TlsError if is_bad_tls(error) else FetchError
            raise kind(message, url=shown(request.url), reason=reason) from error
        raise FetchError(f"more than {MAX_REDIRECTS} redirects", url=shown(request.url))

    def _way_to(self, host: str, unchecked: Collection[str]) -> AiohttpTransport:
        """Connections that were not checked are kept apart from those that were."""
        if host not in unchecked:
            return self._checked
        if self._unchecked is None:
            self._unchecked = self._open(tls=unchecked_tls())
        return self._unchecked

    async def _hop(
        self,
        way: AiohttpTransport,
        hop: httpx.Request,
        budget: _Budget,
        request: Request,
        conditional: Mapping[str, str],
        private: Collection[str],
    ) -> Page | httpx.Request:
        """Send one request: the page, or the request its redirect asks for."""
        check_address(hop.url, allow_private=self.allow_private_addresses)
        # Not through a client: it would look for cookies and logins, and take as long again.
        response = await way.handle_async_request(hop)
        try:
            budget.stage = "answer not complete"
            if (following := next_hop(hop, response, private)) is not None:
                budget.redirects.append(response.status_code)
                return following
            not_modified = response.status_code == 304 and bool(conditional)
            if not not_modified and response.status_code >= 300:
                raise await _refused(response, request, self.now())
            cap = request.max_bytes or self.max_body_bytes
            body = (
                b""
                if not_modified
                else await _read(response, cap, cut=isinstance(request, _RobotsTxt))
            )
        finally:
            await response.aclose()
        return Page(
            url=str(hop.url),
            status=response.status_code,
            headers=_headers(response.headers.raw),
            body=body,
            fetched_at=self.now(),
            note=request.note,
            not_modified=not_modified,
            moved_for_good=bool(budget.redirects) and {301, 308}.issuperset(budget.redirects),
        )

    async def _wished_gap_s(self, url: httpx.URL, unchecked: Collection[str]) -> float:
        """What the host's robots.txt says of `url`. Raises FetchError when it says no."""
        check_address(url, allow_private=self.allow_private_addresses)
        return await self._robots.pause_s(url, unchecked=url.host in unchecked)

    async def _robots_txt(self, url: str, unchecked: bool) -> Page:
        request = _RobotsTxt(url, max_bytes=ROBOTS_BYTES)
        hosts = (host_of(url),) if unchecked else ()
        return await self.get(request, deadline_s=ROBOTS_DEADLINE_S, unchecked=hosts)

    @asynccontextmanager
    async def _turn(self, name: str, gap_s: float | None) -> AsyncIterator[None]:
        """Wait until the host `name` may be asked and there is room for one request more.

        `gap_s`: seconds it wants between two requests, if that is more than ours. None: this one
        does not count.
        """
        if len(self._hosts) > 2000:
            self._forget_idle_hosts()
        host = self._hosts.setdefault(name, _Host(asyncio.Semaphore(self.per_host)))
        host.waiting += 1
        try:
            async with host.slots:
                clock = asyncio.get_running_loop().time
                if gap_s is not None:
                    start_at = max(clock(), host.next_at)
                    host.next_at = start_at + max(gap_s, HOST_GAPS_S.get(name, self.host_gap_s))
                    await asyncio.sleep(start_at - clock())
                async with self._all:
                    yield
        finally:
            host.waiting -= 1

    def _forget_idle_hosts(self) -> None:
        time = asyncio.get_running_loop().time()
        idle = [n for n, host in self._hosts.items() if not host.waiting and host.next_at < time]
        for name in idle:
            del self._hosts[name]


@lru_cache(maxsize=100)
def _parsed(url: str) -> httpx.URL:
    """An address is asked for several times in a visit."""
    return httpx.URL(url)


def host_of(url: str) -> str:
    """The host in `url`, as `Fetcher.get` compares it; "" when there is none."""
    try:
        return _parsed(url).host
    except httpx.InvalidURL:
        return ""


# --- one hop ------------------------------------------------------------------------------------


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """By lower-case name; those that came twice are put together."""
    found: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name = name_bytes.decode("latin-1").lower()
        try:
            value = value_bytes.decode()
        except UnicodeDecodeError:
            value = value_bytes.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


async def _refused(response: httpx.Response, request: Request, now: datetime) -> FetchError:
    """The FetchError of an answer that is not a page."""
    status = response.status_code
    reason: Reason = "other"
    if status in (401, 403, 407, 412):  # 412: how some ministries' firewalls turn programs away
        reason = "auth"
    elif status == 429:
        reason = "rate_limited"
    elif status >= 400:
        reason = "server" if status >= 500 else "client"
    error = FetchError(
        f"answered {status}{_PHRASES.get(status, '')}",
        url=shown(request.url),
        reason=reason,
        status=status,
        retry_after_s=retry_after_s(response.headers.get("retry-after"), now),
    )
    if (reason == "auth" or status == 503) and not isinstance(request, _RobotsTxt):
        error.body = await _glance(response)
        error.content_type = response.headers.get("content-type", "")
    return error


async def _glance(response: httpx.Response) -> bytes:
    """How the page of a wall begins; b"" when it does not come at once."""
    try:
        async with asyncio.timeout(GLANCE_S):
            return await _read(response, GLANCE_BYTES, cut=True)
    except Exception:
        return b""


_PHRASES = {
    304: " (not modified) though nothing was asked conditionally",
    401: " (login wanted)",
    403: " (forbidden)",
    404: " (not found)",
    407: " (the proxy wants a login)",
    410: " (gone for good)",
    412: " (turned away by a firewall)",
    429: " (too many requests)",
    503: " (unavailable)",
}


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """The seconds a `Retry-After` header asks us to wait, at most a day; None when unreadable."""
    if not value:
        return None
    value = value.strip()
    if re.fullmatch(r"\d{1,12}(\.\d*)?", value, re.ASCII):
        wait = float(value)
    else:
        try:
            at = parsedate_to_datetime(value)
        except (ValueError, OverflowError, TypeError):
            return None
        at = at.replace(tzinfo=at.tzinfo or UTC)
        wait = (at - now).total_seconds()
    return min(max(wait, 0.0), MAX_RETRY_AFTER_S)


def _basic(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode("ascii")


def _validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """As received, unless a character got in that no header may carry."""
    wanted = {"if-none-match": etag, "if-modified-since": last_modified}
    return {name: v for name, v in wanted.items() if v and v.isascii() and v.isprintable()}


async def _read(response: httpx.Response, cap: int, *, cut: bool) -> bytes:
    """The whole body, inflated by us: never more than `cap` bytes of it in memory.

    A longer one is refused, or ends there (`cut`).
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise Broken(f"answered in an encoding nobody asked for ('{encoding[:20]}')")
    declared = response.headers.get("content-length", "")
    if not cut and declared.isdecimal() and int(declared[:18]) > cap:
        raise TooLarge(cap)
    inflate = zlib.decompressobj(31) if "gzip" in encoding else None
    body = bytearray()
    async for chunk in response.aiter_raw():
        while chunk:
            if inflate is None:
                body += chunk
                chunk = b""
            else:
                try:
                    body += inflate.decompress(chunk, cap + 1 - len(body))
                except zlib.error:
                    raise Broken("the body is not the gzip it says it is") from None
                chunk = inflate.unused_data
                if inflate.eof:
                    # Several gzip members in a row are one body; zeros after the last are padding.
                    if not chunk.startswith(b"\x1f"):
                        break
                    inflate = zlib.decompressobj(31)
            if len(body) > cap:
                if cut:
                    return bytes(body[:cap])
                raise TooLarge(cap)
    if inflate is not None and not inflate.eof and body:
        raise Broken("the compressed body broke off")
    return bytes(body)
