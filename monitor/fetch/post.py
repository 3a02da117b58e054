"""Posting to a receiver the operator named: the door out, for channels that send for themselves.

The same client as for reading, but private addresses are allowed (a webhook in the house is the
normal case) and no redirect is followed: an alert goes where it was meant to go, or nowhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from monitor.errors import Reason
from monitor.fetch import retry_after_s
from monitor.fetch.causes import chain, told
from monitor.fetch.client import Refused, open_client
from monitor.fetch.door import httpx

__all__ = ["Answer", "NoAnswer", "Poster", "retry_after_s"]

CONNECT_S = 8.0
MAX_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """At most 64 KiB of it."""
    whole: bool
    """The body is complete and readable as it stands."""


class NoAnswer(Exception):
    """The post got no answer. `arrived`: the other side may have taken it all the same."""

    def __init__(self, message: str, reason: Reason, *, arrived: bool) -> None:
        super().__init__(message)
        self.reason: Reason = reason
        self.arrived = arrived


class Poster:
    """Posts to one receiver over connections that are kept open between messages."""

    def __init__(self, *, deadline_s: float = 20.0, connect_s: float = CONNECT_S) -> None:
        self.deadline_s = deadline_s
        self.connect_s = connect_s
        self._client = open_client(allow_private_addresses=True)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send `body`; one deadline for all of it. Raises NoAnswer.

        Once the status is here, a body that breaks off or drips past the deadline costs only the
        rest of that body.
        """
        clock = asyncio.get_running_loop().time
        ends_at = clock() + self.deadline_s
        try:
            target = httpx.URL(url)
            login = (target.username, target.password) if target.userinfo else None
            request = self._client.build_request(
                "POST",
                target.copy_with(userinfo=b""),
                content=body,
                headers={**headers, "accept-encoding": "identity"},
                timeout=httpx.Timeout(None, connect=self.connect_s, pool=self.connect_s),
            )
            async with asyncio.timeout_at(ends_at):
                response = await self._client.send(request, stream=True, auth=login)
        except Exception as error:
            raise _no_answer(error, self.deadline_s) from error
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        found, whole = bytearray(), encoding == "identity"
        try:
            async with asyncio.timeout_at(ends_at):
                async for chunk in response.aiter_raw():
                    found += chunk
                    if len(found) > MAX_ANSWER_BYTES:
                        whole = False
                        break
        except (TimeoutError, httpx.HTTPError):
            whole = False
        finally:
            await response.aclose()
        return Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=bytes(found[:MAX_ANSWER_BYTES]),
            whole=whole,
        )


_NEVER_ARRIVED = (
    aiohttp.ClientConnectorError,  # refused, unknown host, TLS
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    httpx.InvalidURL,
    httpx.UnsupportedProtocol,
    Refused,
)


def _no_answer(error: Exception, deadline_s: float) -> NoAnswer:
    # By what stands behind it: the transport calls a lost connection a ConnectTimeout too.
    causes = chain(error)
    arrived = not any(isinstance(cause, _NEVER_ARRIVED) for cause in causes)
    if any(isinstance(cause, aiohttp.ConnectionTimeoutError) for cause in causes):
        return NoAnswer("no connection in time", "timeout", arrived=False)
    message, reason = told(error, timed_out=f"no answer within {deadline_s:g} s")
    return NoAnswer(message, reason, arrived=arrived)
