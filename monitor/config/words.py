"""The words of `feeds.yaml` that have a form of their own: ids, tickers, zones, spans, addresses.

Each is a type that says what to write instead; and `Strict`, what every block is made from.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    WithJsonSchema,
)

_ID = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
_TICKER = re.compile(
    r"(?:\d{6}\.(?:SZ|SH|BJ)|\d{5}\.HK|[A-Z][A-Z0-9.-]{0,9}\.(?!SZ|SH|BJ|HK)[A-Z]{1,2})"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
DESTINATION = re.compile(r"[A-Z]{2}|SEA")
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?) ?(s|m|h|d)")
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_ADDRESS_SAFE = "%/:=&?~#+!$,;'@()*[]"
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def seconds(text: str, *, least: float = 1.0, most: float = 30 * 86400.0) -> float:
    """`90s`, `5m`, `2h`, `1d` as seconds. Raises ValueError saying what to write instead."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a span of time; write 30s, 5m or 2h")
    value = float(match[1]) * _UNIT_S[match[2]]
    if not least <= value <= most:
        word, bound = ("least", least) if value < least else ("most", most)
        raise ValueError(f"{text!r} is out of range; at {word} {spelled_seconds(bound)}")
    return value


def spelled_seconds(value: float) -> str:
    """`90` as `90s`, `7200` as `2h`: the way the file spells it."""
    for unit in ("d", "h", "m"):
        if value >= 2 * _UNIT_S[unit] and value % _UNIT_S[unit] == 0:
            return f"{value / _UNIT_S[unit]:g}{unit}"
    return f"{value:g}s"


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(
            f"{text!r} is not an id; use lower-case letters, digits, hyphens (at most 64)"
        )
    return text


def _ticker(text: str) -> str:
    if not _TICKER.fullmatch(text):
        raise ValueError(
            f"{text!r} is not a ticker; write 300748.SZ, 600366.SH, 920185.BJ or 06680.HK"
        )
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f"{text!r} is not a language; write zh-Hans, zh-Hant or en")
    return text


def _destination(text: str) -> str:
    if not DESTINATION.fullmatch(text):
        raise ValueError(f"{text!r} is not a destination; write a code like JP, or EU, SEA, NA")
    return text


def _web_address(text: str) -> str:
    """An http(s) address with a host, made ASCII: Chinese and quotes in a search may be typed
    as they are. Problems never show it, because it may carry a token.
    """
    if text.startswith(("env:", "file:")):
        return text  # of a source that is not visited: its secrets may be missing
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not an address; write https://host/path") from None
    if parts.scheme not in ("http", "https"):
        scheme = f"{parts.scheme!r} is" if parts.scheme else "no scheme is"
        raise ValueError(f"{scheme} not read; write http:// or https://")
    if re.search(r"[\s\x00-\x1f]", text):
        raise ValueError("holds a blank; write + or %20 in its place")
    if not host:
        raise ValueError("is not an address; write https://host/path")
    path, query = (quote(part, safe=_ADDRESS_SAFE) for part in (parts.path, parts.query))
    return urlunsplit(parts._replace(path=path, query=query))


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{text!r} is not a time zone; write Asia/Shanghai or UTC") from None
    return text


def _clock(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise ValueError(f'{text!r} is not a time of day; write "18:00"')
    return text


def _span(value: Any) -> float:
    """A span of time inside a block, in seconds."""
    if isinstance(value, str):
        return seconds(value)
    if isinstance(value, float):  # already in seconds: a default, or built by a program
        return value
    raise ValueError("is not a span of time; write 30s, 5m or 2h")


def _keep(value: Any) -> float | None:
    """How long something is kept, in seconds; `forever` = None."""
    if value is None or value == "forever":
        return None
    if isinstance(value, str):
        return seconds(value, least=7 * 86400.0, most=100 * 366 * 86400.0)
    if isinstance(value, float):  # already in seconds
        return value
    raise ValueError("is not a span of time; write 90d, 365d or forever")


def _product(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise ValueError(f"{text!r} is not a product; write a code like magnets or gallium")
    return text


def _listen(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise ValueError(f'{text!r} is not host:port; write "127.0.0.1:8080"')
    return text


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


def _kept(value: float | None) -> str:
    return "forever" if value is None else spelled_seconds(value)


def _written(pattern: str) -> WithJsonSchema:
    """How the schema for editors describes a word."""
    return WithJsonSchema({"type": "string", "pattern": f"^(?:{pattern})$"}, mode="validation")


SPAN = r"\d{1,6}(\.\d{1,3})? ?[smhd]"

Id = Annotated[str, AfterValidator(_id), _written(_ID.pattern)]
Ticker = Annotated[str, AfterValidator(_ticker), _written(_TICKER.pattern)]
Language = Annotated[str, AfterValidator(_language), _written(_LANGUAGE.pattern)]
Destination = Annotated[str, AfterValidator(_destination), _written(DESTINATION.pattern)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
ZoneName = Annotated[str, AfterValidator(_zone)]
Text = Annotated[str, AfterValidator(_filled)]
Clock = Annotated[str, AfterValidator(_clock), _written(_CLOCK.pattern)]
Listen = Annotated[str, AfterValidator(_listen), _written(r".+:\d{1,5}")]
Span = Annotated[
    float,
    BeforeValidator(_span),
    PlainSerializer(spelled_seconds, when_used="json"),
    _written(SPAN),
]
KeptFor = Annotated[
    float | None,
    BeforeValidator(_keep),
    PlainSerializer(_kept, when_used="json"),
    _written(f"{SPAN}|forever"),
]
Product = Annotated[str, AfterValidator(_product)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Strict(BaseModel):
    """A mapping in a file a person wrote: unknown keys and wrong types are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
