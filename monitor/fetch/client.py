"""The HTTP client and its guards: where it may go, and how it asks for names.

httpx's interface over aiohttp's transport: the same calls, a seventh of the time. Used by `Fetcher`
and by channels that send for themselves.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import ssl
import threading
from contextlib import suppress
from functools import cache, lru_cache
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Literal

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.fetch.door import AiohttpTransport, httpx

# httpx tells every address in full at level INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)


class Refused(OSError):
    """We do not go there: the address or the hop breaks one of our own rules."""


def is_public(address: str) -> bool:
    """Whether the IP address belongs to the open internet.

    Looks through the ways to write an IPv4 address inside an IPv6 one (mapped, 6to4, NAT64).
    Raises ValueError when `address` is not an IP address.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


@lru_cache(maxsize=2000)
def is_loopback(host: str) -> bool:
    """Whether `host` is this machine by its very name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def check_address(url: httpx.URL, *, allow_private: bool) -> None:
    """Raise Refused when `url` is not http(s), has no host, or is a private address by itself.

    Names are checked when they are resolved; the connection skips that for literal addresses.
    """
    if url.scheme not in ("http", "https"):
        raise Refused(f"addresses of the kind '{url.scheme}:' are not fetched")
    if not url.host:
        raise Refused("the address has no host")
    if allow_private:
        return
    try:
        public = is_public(url.host)
    except ValueError:
        public = not is_loopback(url.host)
    if not public:
        raise Refused(f"{url.host} is a private address")


class _NoCookies(CookieJar):
    """Keeps none, and does not look for any."""

    def extract_cookies(self, *_: object) -> None:
        """Nothing."""


class SystemResolver(AbstractResolver):
    """The system's name service, asked in threads of its own.

    asyncio's shared threads are few: a handful of dead name servers would hold up everything else
    that uses them. These threads never keep the program from ending.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[ResolveResult]] = loop.create_future()

        def settle(found: list[ResolveResult] | None, error: OSError | None) -> None:
            if answer.done():
                return
            if found is None:
                answer.set_exception(error or OSError("no answer"))
            else:
                answer.set_result(found)

        def ask() -> None:
            found, error = None, None
            try:
                found = _look_up(host, port, family)
            except (OSError, UnicodeError) as problem:
                error = problem if isinstance(problem, OSError) else OSError(str(problem))
            with suppress(RuntimeError):  # the loop is gone, and with it whoever asked
                loop.call_soon_threadsafe(settle, found, error)

        threading.Thread(target=ask, name=f"resolve-{host}", daemon=True).start()
        return await answer

    async def close(self) -> None:
        """Nothing is kept."""


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    rows = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, family=family, flags=socket.AI_ADDRCONFIG
    )
    return [
        ResolveResult(
            hostname=host,
            host=str(where[0]),
            port=int(where[1]),
            family=kind,
            proto=proto,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for kind, _, proto, _, where in rows
    ]


class GuardedResolver(AbstractResolver):
    """Lets only public addresses through, so that no name can lead inside."""

    def __init__(self, inner: AbstractResolver) -> None:
        self.inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self.inner.resolve(host, port, family)
        public = [row for row in found if is_public(row["host"])]
        if not public:
            raise Refused(f"{host} is a private address")
        return public

    async def close(self) -> None:
        await self.inner.close()


@cache
def _tls() -> ssl.SSLContext | Literal[True]:
    """Those of the machine, True, which aiohttp has loaded (30 ms and 2 MB once more)."""
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath) if paths.capath else None
    if paths.cafile or (folder and folder.is_dir() and any(folder.iterdir())):
        return True
    # A machine without certificates of its own: those that come with httpx.
    return httpx.create_ssl_context(trust_env=False)


def unchecked_tls() -> ssl.SSLContext:
    """For hosts of which the operator wants nothing looked at: certificate, name, date, strength.

    Ministries and old mirrors fail in each of these ways.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.options |= 0x4  # OP_LEGACY_SERVER_CONNECT, which Python 3.11 has no name for
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def open_transport(
    *,
    allow_private_addresses: bool = False,
    proxy: str | None = None,
    resolver: AbstractResolver | None = None,
    tls: ssl.SSLContext | None = None,
) -> AiohttpTransport:
    """A way out with our guards. Its connections are made inside the running loop, at first use.

    Follows no redirects, keeps no cookies, decompresses nothing, sets no timeout: whoever uses it
    does. Behind a proxy it is the proxy that resolves names, so only literal addresses are checked.
    """
    checked = tls or _tls()
    names = resolver or SystemResolver()
    guarded = names if allow_private_addresses or proxy else GuardedResolver(names)

    def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                ssl=checked, resolver=guarded, limit=0, ttl_dns_cache=30, keepalive_timeout=20
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("User-Agent",),
            max_headers=256,
            max_field_size=16_384,
        )

    return AiohttpTransport(
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # not asked: the session has its own
        trust_env=False,
        client=session,
        proxy=httpx.Proxy(proxy) if proxy else None,
    )


def open_client(*, allow_private_addresses: bool = False) -> httpx.AsyncClient:
    """httpx's client over such a way out, for channels."""
    return httpx.AsyncClient(
        transport=open_transport(allow_private_addresses=allow_private_addresses),
        trust_env=False,
        follow_redirects=False,
        timeout=None,
        cookies=_NoCookies(),
    )
