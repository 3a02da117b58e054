"""Log lines that can be counted and hold no secrets: a fixed phrase, then fields.

    log.info("source polled", extra=fields(source="szse-irm", items=20, elapsed_s=0.42))
    2026-03-02T03:02:41Z INFO source polled source=szse-irm items=20 elapsed_s=0.42

Every line goes through one formatter that takes out what `hide` was told, tracebacks included, and
that lets nobody from outside end a line or colour it. Nothing here writes to a file or the network.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Collection
from datetime import UTC, datetime
from typing import IO, Any, Literal
from urllib.parse import unquote, unquote_plus, urlsplit

Level = Literal["debug", "info", "warning", "error"]

# These log whole URLs, payloads or headers at the levels named here and below.
_SILENCED = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "asyncio": logging.WARNING,
    "apscheduler": logging.WARNING,
    "urllib3": logging.ERROR,
    "requests": logging.ERROR,
}
_SHOWN = "***"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_USERINFO = re.compile(r"(?<=://)[^/\s@]+@")
_USERINFO_BYTES = re.compile(rb"://[^/\s@<>\"']{1,200}@")
_PLAIN_VALUE = re.compile(r"[^\s\"=\\]+")
_COMMON_WORDS = frozenset({"services", "webhook", "webhooks", "incoming", "workflows", "notify"})
_REAL_HOSTS = re.compile(r"localhost|\d+\.[\d.]+|\[.*|.*\.[a-z]{2,}", re.IGNORECASE)

_hidden: set[str] = set()
_pattern: re.Pattern[str] | None = None


def fields(**values: Any) -> dict[str, dict[str, Any]]:
    """The `extra` of a log call. Ids and numbers, never addresses. Values None are left out."""
    return {"fields": {k: v for k, v in values.items() if v is not None}}


def hide(secret: str) -> None:
    """Never show `secret`; of a URL also none of its parts that could be a token.

    Those are user and password, path segments and query values of six characters or more, and the
    place of the host when no real host name stands there (`slack://TokenA/TokenB`).
    """
    global _pattern
    _hidden.update(part for part in _parts(secret) if len(part) >= 6)
    if _hidden:
        longest_first = sorted(_hidden, key=len, reverse=True)
        _pattern = re.compile("|".join(map(re.escape, longest_first)))


def _parts(secret: str) -> set[str]:
    secret = secret.strip()
    parts = {secret}
    if "://" in secret:
        try:
            url = urlsplit(secret)
        except ValueError:
            url = urlsplit("")
        parts.add(secret.split("://", 1)[1])
        host = url.netloc.rpartition("@")[2]
        # Apprise's `json://` becomes `http://` in what a library says about it.
        found = re.split(r"[:@]", url.netloc.rpartition("@")[0])
        found += re.split(r"[/@:,#]", url.path) + re.split(r"[&=/@:,]", url.query)
        found += re.split(r"[/@:,]", url.fragment)
        if not _REAL_HOSTS.fullmatch(host.partition(":")[0]):
            found += [host, *host.split(":")]
        parts.update(p for p in found if p.lower() not in _COMMON_WORDS)
    return parts | {unquote(p) for p in parts} | {unquote_plus(p) for p in parts}


def redact(text: str) -> str:
    """`text` without anything `hide` was told, and without user names in URLs."""
    text = _USERINFO.sub(f"{_SHOWN}@", text)
    return text if _pattern is None else _pattern.sub(_SHOWN, text)


def redact_bytes(body: bytes, also: Collection[str] = ()) -> bytes:
    """The same for what somebody else wrote, in whatever charset; and without `also`."""
    body = _USERINFO_BYTES.sub(b"://" + _SHOWN.encode() + b"@", body)
    for secret in sorted({*_hidden, *also}, key=len, reverse=True):
        body = body.replace(secret.encode(), _SHOWN.encode())
    return body


def set_up(level: Level = "info", *, as_json: bool = False, stream: IO[str] | None = None) -> None:
    """Log to `stream` (default: standard error), as key=value lines or one JSON object a line.

    Calling it again replaces what it set up before.
    """
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h, _Handler)]:
        root.removeHandler(old)
    handler = _Handler(stream)
    handler.setFormatter(JsonLines() if as_json else KeyValueLines())
    handler.setLevel(level.upper())  # our loggers may make more lines than are shown, for counters
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name, least in _SILENCED.items():
        logging.getLogger(name).setLevel(least)


class _Handler(logging.StreamHandler[IO[str]]):
    """Ours, so that `set_up` finds it again. Without a stream: whatever standard error is now."""

    def __init__(self, stream: IO[str] | None) -> None:
        super().__init__(stream or sys.stderr)
        self._follows = stream is None

    def emit(self, record: logging.LogRecord) -> None:
        if self._follows:
            self.stream = sys.stderr
        super().emit(record)


class KeyValueLines(logging.Formatter):
    """`<time> <LEVEL> <phrase> key=value ...`; values with blanks are quoted as in JSON."""

    def format(self, record: logging.LogRecord) -> str:
        words = [_time(record), record.levelname, _one_line(record.getMessage())]
        words += [f"{k}={_value(v)}" for k, v in getattr(record, "fields", {}).items()]
        if record.exc_info:
            words.append(f"traceback={_value(self.formatException(record.exc_info))}")
        return redact(" ".join(words))


class JsonLines(logging.Formatter):
    """One object a line: `time`, `level`, `phrase`, `logger`, then the fields."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "phrase": redact(record.getMessage()),
            "logger": record.name,
        }
        for key, value in getattr(record, "fields", {}).items():
            plain = isinstance(value, (int, float, bool))
            line[key] = value if plain else redact(str(value))
        if record.exc_info:
            line["traceback"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def _time(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _one_line(text: str) -> str:
    """Control characters as blanks: an escape or a line break from outside stays harmless."""
    return _CONTROL.sub(" ", text)


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    text = str(value)
    if _PLAIN_VALUE.fullmatch(text) and not _CONTROL.search(text):
        return text
    escaped = json.dumps(text, ensure_ascii=False)  # line breaks become \n, and so on
    return _one_line(escaped)
