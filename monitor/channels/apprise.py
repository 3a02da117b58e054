"""Any Apprise URL: chat, mail, push, webhooks. One object per receiver, on a thread of its own.

Apprise tells success from failure; the reason stands only in its log, part of it at DEBUG beside
payloads and addresses. So its logger is turned up but leads nowhere, the lines of each call are
read, and the few words that say why are kept, redacted. What Apprise cannot see: services that
answer 200 with an error inside, and Retry-After.
"""

from __future__ import annotations

import difflib
import http
import logging
import re
import warnings
from typing import Any

from pydantic import Field

from monitor.channels.plain import calm, fit, one_line, sound
from monitor.channels.thread import OwnThread
from monitor.config import Receiver, Strict
from monitor.errors import ConfigError, DeliveryError, Problem, Reason
from monitor.log import hide, redact
from monitor.model import Message

CONNECT_S = 5.0
READ_S = 8.0
"""Some services take seven seconds to accept; Apprise's own four would call that a failure."""

# Messages a minute and at once. Not here: a chat service whose limits we do not know.
_PACE: dict[str, tuple[float, float]] = {
    "json": (6000, 300), "jsons": (6000, 300), "xml": (6000, 300), "xmls": (6000, 300),
    "form": (6000, 300), "forms": (6000, 300), "dingtalk": (15, 5), "wecombot": (15, 5),
    "slack": (50, 5), "tgram": (20, 10), "discord": (25, 5), "mailto": (20, 10),
    "mailtos": (20, 10),
}  # fmt: skip
_CHAT_PACE = (30, 10)
_MACHINES = ("json", "jsons", "xml", "xmls", "form", "forms")
"""Receivers that are programs: text goes to them as it is."""


class Options(Strict):
    """Further keys of a receiver with `channel: apprise`."""

    per_minute: float | None = Field(default=None, gt=0, le=60_000)
    """Messages a minute the service takes; default: a safe figure for the service."""


class AppriseChannel:
    """One Apprise URL. Building it loads Apprise's plug-ins: some two seconds, so not on the loop.

    Raises ConfigError when Apprise cannot use the URL.
    """

    Options = Options

    def __init__(self, receiver: Receiver) -> None:
        url = receiver.url or ""
        hide(url)
        self._scheme = url.partition("://")[0].lower() if "://" in url else ""
        self._apprise, self._limit = _load(receiver, url, self._scheme)
        self.per_minute, self.burst = _PACE.get(self._scheme, _CHAT_PACE)
        options = receiver.options
        if isinstance(options, Options) and options.per_minute is not None:
            self.per_minute, self.burst = options.per_minute, max(1.0, options.per_minute / 6)
        self._thread = OwnThread(f"apprise-{receiver.id}")

    async def send(self, message: Message) -> str:
        title, body = one_line(message.title), sound(message.body)
        if self._scheme not in _MACHINES:
            title, body = calm(title), calm(body)
        body = fit(body, max(200, self._limit - len(title) - 2))
        return await self._thread(self._notify, title, body)

    def _notify(self, title: str, body: str) -> str:
        from apprise import NotifyFormat

        result = self._apprise.notify(
            title=title, body=body, body_format=NotifyFormat.TEXT, log_level=logging.DEBUG
        )
        lines = [(entry.level, str(entry.message)) for entry in result.logs()]
        if result:
            told = [text for level, text in lines if level == "INFO"]
            return redact(one_line(told[-1]))[:200] if told else "accepted"
        raise failure(lines)

    async def aclose(self) -> None: ...


def _load(receiver: Receiver, url: str, scheme: str) -> tuple[Any, int]:
    """The Apprise object and the characters one message may have."""
    log = logging.getLogger("apprise")
    log.propagate = False  # what it says at DEBUG holds payloads and addresses: `_notify` reads it
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    log.setLevel(logging.DEBUG)
    with warnings.catch_warnings():  # some of its 180 plug-ins use modules Python will drop
        warnings.simplefilter("ignore", DeprecationWarning)
        return _add(receiver, url, scheme)


def _add(receiver: Receiver, url: str, scheme: str) -> tuple[Any, int]:
    from apprise import Apprise, AppriseAsset, PersistentStoreMode

    asset = AppriseAsset(
        app_id="license-monitor",
        storage_mode=PersistentStoreMode.MEMORY,
        async_mode=False,
        service_timeout=0,  # a time limit would move the call to threads shared by all receivers
        default_service_retry=0,
    )
    box = Apprise(asset=asset)
    key = f"receivers.{receiver.id}.url"
    added = bool(url) and box.add(url)
    if not added or len(box) != 1:
        raise ConfigError([Problem("feeds.yaml", 1, key, _unusable(url, scheme))])
    service = box[0]
    service.request_rate_per_sec = 0  # our own bucket decides; Apprise would sleep in the call
    service.socket_connect_timeout = CONNECT_S
    service.socket_read_timeout = READ_S
    return box, int(service.body_maxlen * 0.9)  # services count bytes or escapes, we characters


def _unusable(url: str, scheme: str) -> str:
    """Why Apprise took no URL, without showing it."""
    if not url:
        return "a receiver with channel apprise needs a url, as env:NAME or file:PATH"
    from apprise.apprise import N_MGR

    known: set[str] = set(N_MGR.schemas())  # type: ignore[no-untyped-call]
    if scheme in ("http", "https"):
        return f"for a webhook write json{scheme[4:]}:// in place of {scheme}://"
    if scheme in known:
        return f"not a complete {scheme}:// URL for Apprise; its documentation shows the parts"
    if not re.fullmatch(r"[a-z][a-z0-9]{1,19}", scheme):
        return "not an Apprise URL: it should begin with a service's name and ://"
    near = difflib.get_close_matches(scheme, known, 1)
    hint = f"; did you mean {near[0]}://?" if near else ""
    return f"Apprise knows no service {scheme}://{hint}"


# --- reading the reason ---------------------------------------------------------------------------

_STATUS = re.compile(r"error=(\d{3})")
_DETAILS = re.compile(r"Response Details:\s*(.*)", re.DOTALL)
_SOCKET = re.compile(r"(?:Socket|I/O|OS) Exception:?\s*(.*)", re.IGNORECASE | re.DOTALL)
_NEVER_ARRIVED = re.compile(
    r"NewConnectionError|NameResolution|ConnectTimeout|connect timeout|refused|unreachable"
    r"|getaddrinfo|Name or service|CERTIFICATE|SSLError",
    re.IGNORECASE,
)


def failure(lines: list[tuple[str, str]]) -> DeliveryError:
    """The DeliveryError that Apprise's log lines of one failed call tell of."""
    text = "\n".join(line for _, line in lines)
    if found := _SOCKET.search(text):
        return _broken(found[1])
    if found := _STATUS.search(text):
        return _refused(int(found[1]), _DETAILS.search(text))
    told = [line for level, line in lines if level in ("WARNING", "ERROR", "CRITICAL")]
    if any("onnection error" in line for line in told):
        return DeliveryError("no connection", reason="transport")
    return DeliveryError(_safe(told[-1]) if told else "not accepted, no reason given")


def _refused(status: int, details: re.Match[str] | None) -> DeliveryError:
    phrase = http.HTTPStatus(status).phrase if status in _PHRASES else ""
    words = f"HTTP {status} {phrase}".strip()
    if details and (body := _safe(_unquoted(details[1]))):
        words += f": {body}"
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
    return DeliveryError(words, reason=reason, retryable=reason in ("rate_limited", "server"))


_PHRASES = frozenset(status.value for status in http.HTTPStatus)


def _broken(told: str) -> DeliveryError:
    """A connection that failed: before the message could arrive, or maybe after."""
    never = bool(_NEVER_ARRIVED.search(told))
    if re.search(r"timed? ?out", told, re.IGNORECASE):
        words = "no connection in time" if never else "no answer in time"
        return DeliveryError(words, reason="timeout", doubtful=not never)
    words = next((w for pattern, w in _BROKEN if pattern.search(told)), "connection broken")
    return DeliveryError(words, reason="transport", doubtful=not never)


_BROKEN = [
    (re.compile(r"refused", re.IGNORECASE), "connection refused"),
    (re.compile(r"NameResolution|getaddrinfo|Name or service", re.IGNORECASE), "unknown host"),
    (re.compile(r"CERTIFICATE|SSL", re.IGNORECASE), "TLS failed"),
    (re.compile(r"unreachable", re.IGNORECASE), "network unreachable"),
    (re.compile(r"reset|aborted|without response", re.IGNORECASE), "connection lost, no answer"),
]


def _unquoted(text: str) -> str:
    """The body inside `b'...'`, as Apprise logs it."""
    text = text.split("\n", 1)[0].strip()
    if len(text) > 2 and text[0] == "b" and text[1] in "'\"":
        raw = text[2:-1].encode("latin-1", "replace").decode("unicode_escape", "replace")
        text = raw.encode("latin-1", "replace").decode("utf-8", "replace")
    return text


def _safe(text: str) -> str:
    return redact(one_line(text))[:200]
