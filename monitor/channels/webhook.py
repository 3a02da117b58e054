"""A webhook of the operator's own: one JSON object per message, ids as headers, its answer read.

`X-Delivery-Id` (and `Idempotency-Key`, the same) never changes, whatever happens on the way: a
receiver that remembers it drops the twin of a message whose answer got lost. Text goes out as it
is, since a program reads it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from monitor.channels.plain import one_line, sound
from monitor.channels.posting import Now, Posting, PostOptions, Received, phrase, refuse, safe
from monitor.clock import utc_now
from monitor.config import Receiver
from monitor.errors import DeliveryError
from monitor.log import hide
from monitor.model import Message

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS = frozenset({
    "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "host",
    "idempotency-key", "te", "trailer", "transfer-encoding", "upgrade", "x-delivery-id",
    "x-event-id",
})  # fmt: skip


def _header_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("is not a header name; write letters, digits and hyphens")
    if text.lower() in _OURS:
        raise ValueError("is a header we set ourselves; leave it out")
    return text


def _header_value(text: str) -> str:
    if not text.isascii() or not text.isprintable():
        raise ValueError("holds characters that no header may carry")
    return text


HeaderValue = Annotated[str, AfterValidator(_header_value)]


class Options(PostOptions):
    """Further keys of a receiver with `channel: webhook`."""

    bearer: HeaderValue | None = Field(default=None, repr=False, min_length=1)
    """A token sent as `Authorization: Bearer ...`; as `env:NAME` or `file:PATH`."""
    headers: dict[Annotated[str, AfterValidator(_header_name)], HeaderValue] = Field(
        default_factory=dict, repr=False
    )
    """Further headers; values may be `env:NAME` or `file:PATH`."""


class WebhookChannel:
    """`url`: where to post, `https://host/path` or `http://host:port/path` in the house."""

    Options = Options
    per_minute: float = 6_000
    burst: float = 300

    def __init__(self, receiver: Receiver, *, now: Now = utc_now, deadline_s: float = 20.0) -> None:
        self._post = Posting(receiver, now=now, deadline_s=deadline_s)
        options = receiver.options if isinstance(receiver.options, Options) else Options()
        if options.per_minute is not None:
            self.per_minute, self.burst = options.per_minute, max(1.0, options.per_minute / 6)
        self._headers = dict(options.headers)
        if options.bearer:
            login = "@" in urlsplit(self._post.url).netloc
            if login or any(name.lower() == "authorization" for name in self._headers):
                message = "a second login: leave it, or the user in url, or the header out"
                raise refuse(receiver, message, key="bearer")
            self._headers["Authorization"] = f"Bearer {options.bearer}"
            hide(options.bearer)
        for value in options.headers.values():
            hide(value)
            for part in value.split():  # the token of `Basic …`, `Token …`
                hide(part)

    async def send(self, message: Message) -> str:
        payload = {
            "version": 1,
            "event_id": message.event_id,
            "delivery_id": message.delivery_id,
            "status": message.status,
            "title": one_line(message.title),
            "body": sound(message.body),
            "url": message.url or None,
        }
        headers = dict(self._headers)
        if message.event_id:
            headers["X-Event-Id"] = message.event_id
        if message.delivery_id:
            headers["X-Delivery-Id"] = headers["Idempotency-Key"] = message.delivery_id
        return _read(await self._post(payload, headers=headers))

    async def aclose(self) -> None:
        await self._post.aclose()


def _read(received: Received) -> str:
    """The hook's yes in its own words: any 2xx that is no web page and names no error."""
    answer = received.answer
    if answer.status >= 300:
        raise received.refusal()
    if received.is_page:
        raise received.stranger("the webhook")
    body = received.json
    if isinstance(body, Mapping) and (error := _own_error(body)):
        raise DeliveryError(safe(f"{phrase(answer.status)}, but {error}"))
    words = safe(answer.body[:400].decode("utf-8", "replace"), 80) if answer.whole else ""
    return f"{phrase(answer.status)}: {words}" if words else phrase(answer.status)


def _own_error(body: Mapping[str, object]) -> str:
    """The error inside a JSON answer that came with a good status; "" when it names none."""
    said = next(
        (w for k in ("error", "errmsg", "message", "msg") if isinstance(w := body.get(k), str)), ""
    )
    for key in ("ok", "success"):
        if body.get(key) is False:
            return f"{key}: false {said}".strip()
        if body.get(key) is True:
            return ""
    code = body.get("errcode")
    if isinstance(code, int) and code:
        return f"errcode {code} {said}".strip()
    if body.get("status") in ("error", "fail", "failed", "failure"):
        return f"status: {body['status']} {said}".strip()
    return f"error: {said or 'told'}" if body.get("error") else ""
