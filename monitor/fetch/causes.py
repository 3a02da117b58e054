"""What stopped a fetch, in words a person understands, found along the chain of causes."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Sequence

import aiohttp

from monitor.errors import Reason
from monitor.fetch.client import Refused
from monitor.fetch.door import httpx


class TooLarge(Exception):
    """More than the cap, decoded."""

    reason: Reason = "too_large"

    def __init__(self, cap: int) -> None:
        super().__init__(f"body larger than {cap / 2**20:.2g} MB")


class Broken(Exception):
    """The body is not what its headers say."""

    reason: Reason = "transport"


def shown(url: str) -> str:
    """`url` without user, query and fragment: what may be shown and logged."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.host}{port}{parts.path}"


def chain(error: BaseException) -> Sequence[BaseException]:
    """The error and everything behind it, nearest first."""
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in found and len(found) < 20:
        found.append(at)
        at = at.__cause__ or at.__context__
    return found


_NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG")
"""What OpenSSL says of a port that speaks plain text."""


def _broke_off_handshake(error: BaseException) -> bool:
    """How a server says that it has no cipher for us; a reset from the network has a number."""
    return isinstance(error, ConnectionResetError) and error.errno is None


def is_bad_tls(error: BaseException) -> bool:
    """Whether looking away from its certificate and its strength could make the connection work."""
    causes = chain(error)
    if found := [cause for cause in causes if isinstance(cause, ssl.SSLError)]:
        return not any(getattr(error, "reason", None) in _NO_TLS for error in found)
    connecting = any(isinstance(cause, aiohttp.ClientConnectorError) for cause in causes)
    return connecting and any(map(_broke_off_handshake, causes))


def told(error: Exception, *, timed_out: str) -> tuple[str, Reason]:
    """The message and the reason, from the nearest cause that says something.

    `timed_out` is the message for a deadline that passed; only the caller knows how far it got.
    """
    for cause in chain(error):
        match cause:
            case TooLarge() | Broken():
                return str(cause), cause.reason
            case Refused():
                return f"refused: {cause}", "other"
            case httpx.InvalidURL() | httpx.UnsupportedProtocol() | aiohttp.InvalidURL():
                return "the address is not a valid one", "other"
            # aiohttp's own TLS errors are these too, but leave the details to their cause.
            case ssl.SSLCertVerificationError() if why := getattr(cause, "verify_message", ""):
                return f"certificate not accepted: {_short(why)}", "transport"
            case ssl.SSLError() if why := getattr(cause, "reason", ""):
                return f"no secure connection: {_short(why)}", "transport"
            case socket.gaierror():
                again = cause.errno == socket.EAI_AGAIN
                return "no answer from the name service" if again else "host not found", "transport"
            case TimeoutError() | httpx.TimeoutException() if isinstance(error, TimeoutError):
                return timed_out, "timeout"
            case aiohttp.ClientHttpProxyError():
                wants_login = cause.status == 407
                return f"the proxy answered {cause.status}", "auth" if wants_login else "transport"
            case aiohttp.ClientPayloadError():
                return "the answer broke off before its end", "transport"
            case aiohttp.ClientResponseError() | aiohttp.http_exceptions.HttpProcessingError():
                return f"not a valid HTTP answer: {_short(cause.message)}", "transport"
            case aiohttp.ServerDisconnectedError():
                return "connection closed without an answer", "transport"
            case OSError() if words := _connecting(cause):
                return words, "transport"
            case httpx.RemoteProtocolError():
                return f"not a valid HTTP answer: {_short(str(cause))}", "transport"
    return f"request failed: {type(error).__name__}", "transport"


def _connecting(error: OSError) -> str:
    """A failed connection in words; "" when the error does not say."""
    words = {
        errno.ECONNREFUSED: "connection refused",
        errno.ECONNRESET: "connection reset",
        errno.EPIPE: "connection reset",
        errno.EHOSTUNREACH: "host unreachable",
        errno.ENETUNREACH: "network unreachable",
        errno.ETIMEDOUT: "no connection in time",
        errno.EMFILE: "too many open files here",
    }
    if error.errno in words:
        return words[error.errno]
    if _broke_off_handshake(error):
        return "connection reset in the TLS handshake"
    # A name with several addresses: one error that quotes those of every try.
    return next((text for n, text in words.items() if f"Errno {n}]" in str(error)), "")


def _short(text: str) -> str:
    """The first line of what a library says, without the bytes it quotes."""
    lines = text.strip().splitlines() or ["unknown"]
    return lines[0].strip().rstrip(":")[:80]
