"""Any Apprise URL: chat, mail, push, webhooks. One object per receiver, on a thread of its own.

Apprise tells success from failure; the reason stands only in its log, part of it at DEBUG beside
payloads and addresses. So its logger is turned up but leads nowhere, the lines of each call are
read, and the few words that say why are kept, redacted. What Apprise cannot see: Retry-After, and
an error inside an answer with status 200. The four services that use this for every refusal have
channels of their own and are refused here.
"""

from __future__ import annotations

import difflib
import logging
import re
import warnings
from typing import Any

from pydantic import Field

from monitor.channels.plain import (
    Size,
    calm,
    fit,
    fit_both,
    octets,
    one_line,
    shorten,
    sound,
    units,
)
from monitor.channels.posting import by_status, phrase, safe
from monitor.channels.thread import OwnThread
from monitor.config import Receiver, Strict
from monitor.errors import ConfigError, DeliveryError, Problem
from monitor.log import hide
from monitor.model import Message

CONNECT_S = 5.0
READ_S = 8.0
"""Some services take seven seconds to accept; Apprise's own four would call that a failure."""

# Messages a minute and at once. Not here: a chat service whose limits we do not know.
_PACE: dict[str, tuple[float, float]] = {
    "json": (6000, 300), "jsons": (6000, 300), "xml": (6000, 300), "xmls": (6000, 300),
    "form": (6000, 300), "forms": (6000, 300), "irc": (6, 3), "ircs": (6, 3), "slack": (50, 5),
    "tgram": (20, 10), "discord": (25, 5), "mailto": (20, 10), "mailtos": (20, 10),
}  # fmt: skip
_CHAT_PACE = (30, 10)
_MACHINES = ("json", "jsons", "xml", "xmls", "form", "forms")
"""Receivers that are programs: text goes to them as it is."""
_OWN_CHANNEL = {
    "dingtalk": "dingtalk", "feishu": "feishu", "lark": "lark", "wecombot": "wecom",
}  # fmt: skip
"""Apprise takes every 200 of these for success; they say 200 to a bad signature too."""
_OWN_HOSTS = {
    "oapi.dingtalk.com": "dingtalk", "open.feishu.cn": "feishu", "open.larksuite.com": "lark",
    "qyapi.weixin.qq.com": "wecombot",
}  # fmt: skip
"""Where their robots live, for web addresses as the services show them."""
_LIMITS: dict[str, tuple[int, Size]] = {"ntfy": (3_900, octets), "ntfys": (3_900, octets)}
"""Where the service counts otherwise than Apprise says."""
_LINE_BYTES = 380
"""An IRC line may have 512 with its address; every line is a message there."""


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
        self._apprise, self._scheme = _load(receiver, url)
        # A tenth is kept for what Apprise escapes and adds.
        self._limit, self._size = _LIMITS.get(
            self._scheme, (int(self._apprise[0].body_maxlen * 0.9), units)
        )
        self.per_minute, self.burst = _PACE.get(self._scheme, _CHAT_PACE)
        options = receiver.options
        if isinstance(options, Options) and options.per_minute is not None:
            self.per_minute, self.burst = options.per_minute, max(1.0, options.per_minute / 6)
        self._thread = OwnThread(f"apprise-{receiver.id}")

    async def send(self, message: Message) -> str:
        title, body = one_line(message.title), sound(message.body)
        if self._scheme not in _MACHINES:
            title, body = calm(title), calm(body)
        if self._scheme in ("irc", "ircs"):
            lines = [shorten(line, _LINE_BYTES, octets) for line in fit(body, 4_000).split("\n")]
            title, body = shorten(title, _LINE_BYTES, octets), "\n".join(lines)
        else:
            title, body = fit_both(title, body, self._limit, self._size)
        return await self._thread(self._notify, title, body)

    def _notify(self, title: str, body: str) -> str:
        from apprise import NotifyFormat

        result = self._apprise.notify(
            title=title, body=body, body_format=NotifyFormat.TEXT, log_level=logging.DEBUG
        )
        lines = [(entry.level, str(entry.message)) for entry in result.logs()]
        if result:
            told = [text for level, text in lines if level == "INFO"]
            return safe(told[-1]) if told else "accepted"
        raise failure(lines)

    async def aclose(self) -> None: ...


def _load(receiver: Receiver, url: str) -> tuple[Any, str]:
    """The Apprise object and the name of its service."""
    log = logging.getLogger("apprise")
    log.propagate = False  # what it says at DEBUG holds payloads and addresses: `_notify` reads it
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    log.setLevel(logging.DEBUG)
    with warnings.catch_warnings():  # some of its 180 plug-ins use modules Python will drop
        warnings.simplefilter("ignore", DeprecationWarning)
        return _add(receiver, url)


def _add(receiver: Receiver, url: str) -> tuple[Any, str]:
    from apprise import Apprise, AppriseAsset, PersistentStoreMode

    asset = AppriseAsset(
        app_id="license-monitor",
        storage_mode=PersistentStoreMode.MEMORY,
        async_mode=False,
        service_timeout=0,  # a time limit would move the call to threads shared by all receivers
        default_service_retry=0,
    )
    box = Apprise(asset=asset)
    scheme = url.partition("://")[0].lower() if "://" in url else ""
    if scheme in ("http", "https"):
        scheme = next((s for host, s in _OWN_HOSTS.items() if f"//{host}/" in url), scheme)
    added = bool(url) and scheme not in _OWN_CHANNEL and box.add(url)
    if added and len(box) == 1 and scheme in ("http", "https"):
        scheme = _scheme(box[0])  # a service's own web address, which Apprise knew
    if not added or len(box) != 1 or scheme in _OWN_CHANNEL:
        key = f"receivers.{receiver.id}.url"
        raise ConfigError([Problem("feeds.yaml", 1, key, _unusable(url, scheme))])
    service = box[0]
    service.request_rate_per_sec = 0  # our own bucket decides; Apprise would sleep in the call
    service.socket_connect_timeout = CONNECT_S
    service.socket_read_timeout = READ_S
    return box, scheme


def _scheme(service: Any) -> str:
    """The name a service goes by in Apprise's URLs."""
    for names in (service.secure_protocol, service.protocol):
        if names:
            return names if isinstance(names, str) else str(next(iter(names)))
    return ""


def _unusable(url: str, scheme: str) -> str:
    """Why Apprise took no URL, without showing it."""
    if not url:
        return "a receiver with channel apprise needs a url, as env:NAME or file:PATH"
    if own := _OWN_CHANNEL.get(scheme):
        return (
            f"through Apprise a refusal by {scheme} would look like success;"
            f" write channel: {own} and, as url, the robot's own web address"
        )
    from apprise.apprise import N_MGR

    known: set[str] = set(N_MGR.schemas())  # type: ignore[no-untyped-call]
    if scheme in ("http", "https"):
        return f"for a webhook write channel: webhook, or json{scheme[4:]}:// for {scheme}://"
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
    return DeliveryError(safe(told[-1]) if told else "not accepted, no reason given")


def _refused(status: int, details: re.Match[str] | None) -> DeliveryError:
    words = phrase(status)
    if details and (body := safe(_unquoted(details[1]))):
        words += f": {body}"
    if status < 400:  # a good status whose body the plug-in took for a refusal
        return DeliveryError(words)
    return by_status(status, words)


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
