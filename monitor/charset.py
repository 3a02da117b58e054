"""Bytes to text, whatever the page says about itself. Never raises.

Chinese sites label GBK as UTF-8, UTF-8 as GBK and everything as ISO-8859-1, so a label is a claim
to be tried, not believed: text that is valid UTF-8 is UTF-8; otherwise the labels are tried
strictly; otherwise the byte pairs tell simplified from traditional Chinese from Western text.
"""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE)
_IN_PROLOG = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:+-]+)", re.IGNORECASE)
_IN_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE)
_GB = re.compile(r"(x-)?(gb|cn-gb|iso-ir-58|chinese|hz-gb|euc-?cn|(cp|ms|windows-)936)", re.I)
_BIG5 = re.compile(r"(x-x-|cn-)?big-?5|(cp|ms|windows-)950|(x-)?euc-?tw", re.I)
# Only names of real text encodings may reach the codec registry: it also holds `idna`, `undefined`,
# `unicode_escape` and the like.
_KNOWN = re.compile(
    r"(us-)?ascii|iso-?8859-?\d+|latin-?\d+|l1|(windows-|cp)\d{3,4}|koi8-[rut]|macintosh|mac-\w+"
    r"|euc-?(jp|kr)|shift[_-]?jis|sjis|ms932|iso-2022-(jp|kr)|johab|uhc|tis-620|viscii",
    re.I,
)
_WEAK = re.compile(r"(us-)?ascii|iso-?8859-?\d+|latin-?\d+|l1|(windows-|cp)125\d|macintosh", re.I)
"""Western labels: they decode any bytes at all, so that decoding proves nothing."""
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_MULTIBYTE = re.compile(r"[^\x00-\x7f\ufffd]")
_SURE = 24
"""So many non-ASCII bytes do not form valid UTF-8 by accident."""


def decode(body: bytes, content_type: str | None = None) -> str:
    """The text of `body`; `content_type` is the header as received.

    Order of trust: byte order mark, UTF-16 by its zero bytes, valid UTF-8, the labels (header, then
    declaration inside), the look of the bytes. Bytes that fit nothing become U+FFFD.
    """
    if not body:
        return ""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    if wide := _zero_bytes(body):
        return body.decode(wide, "replace")
    labels = _labels(body, content_type)
    utf8 = _as_utf8(body)
    if utf8 is not None and not (any(map(_is_chinese, labels)) and _is_short(body)):
        return utf8
    for label in sorted(labels, key=lambda name: _WEAK.fullmatch(name) is not None):
        if (text := _by_label(body, label)) is not None:
            return text
    return utf8 if utf8 is not None else _by_look(body, labels)


def _labels(body: bytes, content_type: str | None) -> list[str]:
    """What header, XML prolog and meta element say, in this order, without UTF-8 and UTF-16."""
    found = [m[1] for m in [_IN_HEADER.search(content_type or "")] if m]
    head = body[:4096]
    found += [m[1].decode("ascii") for m in (_IN_PROLOG.match(head.lstrip()),) if m]
    found += [m[1].decode("ascii") for m in (_IN_META.search(head),) if m]
    names = dict.fromkeys(name.lower() for name in found)
    return [name for name in names if not name.startswith(("utf", "unicode", "ucs"))]


def _zero_bytes(body: bytes) -> str | None:
    """UTF-16 without a byte order mark: half of its ASCII is zero bytes, always on one side."""
    head = body[:512]
    if head[:2] in (b"<\0", b"{\0", b"[\0"):
        return "utf-16-le"
    if head[:2] in (b"\0<", b"\0{", b"\0["):
        return "utf-16-be"
    if head.count(0) * 5 < len(head) or len(head) < 4:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < 4 * min(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _as_utf8(body: bytes) -> str | None:
    """Strictly UTF-8, but for a last character that was cut in the middle."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end == len(body) and error.reason == "unexpected end of data" and error.start > 0:
            return body[: error.start].decode("utf-8") + "\ufffd"
        return None


def _is_short(body: bytes) -> bool:
    return 0 < len(body) - len(body.translate(None, bytes(range(128, 256)))) < _SURE


def _is_chinese(label: str) -> bool:
    return bool(_GB.match(label) or _BIG5.match(label))


def _by_label(body: bytes, label: str) -> str | None:
    """Strictly in the encoding called `label`, or None when it is unknown or does not fit."""
    if _is_chinese(label):
        return _chinese(body, prefer_big5=bool(_BIG5.match(label)))
    if _WEAK.fullmatch(label):
        # "ISO-8859-1" is what a server says when nobody told it; Chinese below it shows.
        return None if _looks_chinese(body) else _western(body, label)
    if not _KNOWN.fullmatch(label):
        return None
    try:
        return body.decode(label)
    except (LookupError, ValueError):
        return None


def _chinese(body: bytes, *, prefer_big5: bool = False) -> str | None:
    """GB18030 (every GB label means it) or Big5, strictly; a lying label loses to the bytes."""
    for name in _chinese_order(body, prefer_big5=prefer_big5):
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return None


def _chinese_order(body: bytes, *, prefer_big5: bool) -> tuple[str, ...]:
    as_gb, as_big5 = _scores(body)
    big5_first = as_gb <= as_big5 + 0.1 if prefer_big5 else as_gb < as_big5 - 0.1
    return ("big5hkscs", "cp950", "gb18030") if big5_first else ("gb18030", "big5hkscs", "cp950")


def _scores(body: bytes) -> tuple[float, float]:
    """Shares of the byte pairs that are everyday characters in GB 2312 and in Big5."""
    pairs = _PAIR.findall(body[:200_000])
    if not pairs:
        return 0.0, 0.0
    gb = sum(0xB0 <= p[0] <= 0xD7 and p[1] >= 0xA1 for p in pairs)
    gb += sum(0xA1 <= p[0] <= 0xA3 and p[1] >= 0xA1 for p in pairs)
    big5 = sum(0xA4 <= p[0] <= 0xC6 and (p[1] <= 0x7E or p[1] >= 0xA1) for p in pairs)
    big5 += sum(0xA1 <= p[0] <= 0xA3 and (p[1] <= 0x7E or p[1] >= 0xA1) for p in pairs)
    return gb / len(pairs), big5 / len(pairs)


def _looks_chinese(body: bytes) -> bool:
    """Whether most bytes above ASCII come as pairs that are everyday Chinese."""
    high = len(body) - len(body.translate(None, bytes(range(128, 256))))
    pairs = _PAIR.findall(body[:200_000])
    return len(pairs) >= 4 and max(_scores(body)) >= 0.7 and high >= 1.3 * len(pairs)


def _western(body: bytes, label: str) -> str | None:
    # Browsers read both as windows-1252, and so do the sites that write them.
    name = "cp1252" if re.fullmatch(r"(us-)?ascii|iso-?8859-?1|latin-?1|l1", label, re.I) else label
    try:
        return body.decode(name, "replace")
    except LookupError:
        return None


def _by_look(body: bytes, labels: list[str]) -> str:
    """No label fits and it is not valid UTF-8: damaged UTF-8, unlabelled Chinese, or Western."""
    damaged = body.decode("utf-8", "replace")
    good = len(_MULTIBYTE.findall(damaged))
    if good >= damaged.count("\ufffd"):
        return damaged
    if _looks_chinese(body) or any(map(_is_chinese, labels)):
        text = _chinese(body)
        if text is None:
            text = body.decode(_chinese_order(body, prefer_big5=False)[0], "replace")
        return text
    return body.decode("cp1252", "replace")
