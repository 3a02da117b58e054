"""Posting JSON and reading what the other side made of it: for channels that send for themselves.

Status 200 is not yet a yes. Chat providers answer 200 with an error code inside, and a captive page
answers 200 to everything; so the body is read, and only the provider's own "all well" counts.
"""

from __future__ import annotations

import contextlib
import http
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import Field

from monitor.channels.plain import one_line, shorten
from monitor.clock import utc_now
from monitor.config import Receiver, Strict
from monitor.errors import ConfigError, DeliveryError, Problem, Reason
from monitor.log import hide, redact

if TYPE_CHECKING:  # a client and its transport take half a second to load: not for `--help`
    from monitor.fetch.post import Answer

Now = Callable[[], datetime]


class PostOptions(Strict):
    """Further keys every posting channel takes."""

    per_minute: float | None = Field(default=None, gt=0, le=60_000)
    """Messages a minute the receiver takes; default: a safe figure for the service."""


class RobotOptions(PostOptions):
    """Further keys of a robot in a group chat that can be told to check signatures."""

    secret: str | None = Field(default=None, repr=False, min_length=1)
    """The signing secret, as `env:NAME` or `file:PATH`; left out: the robot does not check."""


class Posting:
    """One address to post to, with its connections. Raises ConfigError for an unusable address."""

    def __init__(self, receiver: Receiver, *, now: Now = utc_now, deadline_s: float = 20.0) -> None:
        from monitor.fetch.post import Poster

        self.url = _usable(receiver)
        self._now = now
        self._poster = Poster(deadline_s=deadline_s)

    async def __call__(
        self, payload: object, *, query: str = "", headers: Mapping[str, str] | None = None
    ) -> Received:
        """Post `payload` as JSON. Raises DeliveryError when nothing came back."""
        from monitor.fetch.post import NoAnswer

        url = self.url
        if query:
            url += f"{'&' if urlsplit(url).query else '?'}{query}"
        body = json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")
        sent = {"user-agent": "license-monitor", **(headers or {})}
        sent["content-type"] = "application/json; charset=utf-8"
        try:
            answer = await self._poster.post(url, body, sent)
        except NoAnswer as none:
            raise DeliveryError(
                redact(str(none)), reason=none.reason, doubtful=none.arrived
            ) from none
        return Received(answer, self._now())

    async def aclose(self) -> None:
        """Close the connections."""
        await self._poster.aclose()


def refuse(receiver: Receiver, message: str, *, key: str = "url") -> ConfigError:
    """The ConfigError about a key of this receiver."""
    return ConfigError([Problem("feeds.yaml", 1, f"receivers.{receiver.id}.{key}", message)])


def _usable(receiver: Receiver) -> str:
    url = (receiver.url or "").strip()
    if not url:
        message = f"a receiver with channel {receiver.channel} needs a url, as env:NAME"
        raise refuse(receiver, message)
    hide(url)
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or any(c <= " " or c == "\x7f" for c in url):
        raise refuse(receiver, "is not a web address; write https://host/path")
    return url.partition("#")[0]


# --- what came back -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Codes:
    """A provider's numbers, sorted by what they mean for a message. Others are tried again."""

    name: str
    """The provider, for people."""
    code: tuple[str, ...]
    """The keys of the code, the one to prefer first; 0 = accepted."""
    words: tuple[str, ...]
    limited: frozenset[int]
    """Too many messages for the moment."""
    auth: frozenset[int]
    """Token, signature or address are not accepted."""
    client: frozenset[int]
    """This message is not wanted as it is."""
    busy: frozenset[int] = frozenset({-1})
    """The provider has troubles of its own."""


# Where one number stands for several things, or an unknown one for a known thing.
_LIMITED = re.compile(r"too many|too fast|frequen|rate.?limit|限流", re.IGNORECASE)
_KEYWORD = re.compile(r"key ?words?|关键词", re.IGNORECASE)


class Received:
    """An answer, and how to read it."""

    def __init__(self, answer: Answer, at: datetime) -> None:
        self.answer = answer
        self.at = at
        self.json: object = None
        """The decoded body; None when it is no JSON."""
        if answer.whole:
            with contextlib.suppress(ValueError, RecursionError):
                self.json = json.loads(answer.body)

    @property
    def is_page(self) -> bool:
        """A web page, whatever its content type says (some frameworks label all text HTML)."""
        start = self.answer.body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        return start.startswith(b"<") and (b"<html" in start or b"<!doctype html" in start)

    def told(self, codes: Codes) -> str:
        """`ok` when the provider accepted by its own words. Raises DeliveryError otherwise."""
        body = self.json if isinstance(self.json, dict) else {}
        code = next((n for k in codes.code if (n := _number(body.get(k))) is not None), None)
        if code == 0 and self.answer.status < 300:
            return "ok"
        if code:
            raise self._by_code(code, body, codes)
        if self.answer.status >= 300:
            raise self.refusal()
        if not self.answer.whole:
            # It may hold the yes or the no: we cannot know.
            message = "the answer broke off before its end"
            raise DeliveryError(message, reason="transport", doubtful=True)
        raise self.stranger(codes.name)

    def _by_code(self, code: int, body: Mapping[str, object], codes: Codes) -> DeliveryError:
        said = next((w for k in codes.words if isinstance(w := body.get(k), str) and w), "")
        words = safe(f"code {code}: {said}" if said else f"code {code}")
        if code in codes.limited or _LIMITED.search(said):
            return self._limited(words)
        if _KEYWORD.search(said):
            return DeliveryError(words, reason="client", retryable=False)
        if code in codes.auth:
            return DeliveryError(words, reason="auth", retryable=False)
        if code in codes.client:
            return DeliveryError(words, reason="client", retryable=False)
        if code in codes.busy:
            return DeliveryError(words, reason="server")
        if self.answer.status >= 300:  # a code we do not know beside a status we do
            return self.refusal(words)
        return DeliveryError(words, reason="other")

    def stranger(self, expected: str) -> DeliveryError:
        """Something between us and the receiver answered in its place."""
        what = "a web page" if self.is_page else "something else"
        return DeliveryError(f"answered by {what}, not by {expected}", reason="transport")

    def refusal(self, words: str = "") -> DeliveryError:
        """The DeliveryError of a status that is no success."""
        status = self.answer.status
        if not words and not self.is_page:
            words = safe(self.answer.body[:400].decode("utf-8", "replace"))
        words = f"{phrase(status)}: {words}" if words else phrase(status)
        if status == 429:
            return self._limited(words)
        if status in (301, 308):
            return DeliveryError(f"{words} (moved: write its new address)", reason="client",
                                 retryable=False)  # fmt: skip
        if status < 400:  # a login wall of the network sends one elsewhere like this
            return DeliveryError(f"{words} (redirected elsewhere)", reason="transport")
        return by_status(status, words, retry_after_s=self._retry_after_s())

    def _limited(self, words: str) -> DeliveryError:
        return DeliveryError(words, reason="rate_limited", retry_after_s=self._retry_after_s())

    def _retry_after_s(self) -> float | None:
        from monitor.fetch.post import retry_after_s

        headers = self.answer.headers
        # The second is Feishu's: seconds until its window opens again.
        value = headers.get("retry-after") or headers.get("x-ogw-ratelimit-reset")
        return retry_after_s(value, self.at)


def by_status(status: int, words: str, *, retry_after_s: float | None = None) -> DeliveryError:
    """The DeliveryError an HTTP status of 400 or more stands for."""
    reason: Reason
    if status in (401, 403, 407):
        reason = "auth"
    elif status == 429:
        reason = "rate_limited"
    elif status == 413:
        reason = "too_large"
    elif status == 408 or status >= 500:
        reason = "server"
    else:
        reason = "client"
    return DeliveryError(
        words,
        reason=reason,
        retryable=reason in ("rate_limited", "server"),
        retry_after_s=retry_after_s,
        doubtful=status == 504,  # a gateway gave up waiting for somebody who may have taken it
    )


def phrase(status: int) -> str:
    """`HTTP 404 Not Found`."""
    known = http.HTTPStatus(status).phrase if status in _PHRASES else ""
    return f"HTTP {status} {known}".strip()


_PHRASES = frozenset(status.value for status in http.HTTPStatus)


def safe(text: str, limit: int = 200) -> str:
    """Words of the other side as one short line without our secrets."""
    return shorten(redact(one_line(text)), limit)


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 12:
        return int(value)
    return None
