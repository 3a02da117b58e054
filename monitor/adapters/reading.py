"""Reading what sites send: mark-up to plain text, JSON with its guards, epoch times.

Shared by the adapters. Everything here takes hostile input: it costs linear time and raises nothing
but ParseError.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from monitor.charset import decode
from monitor.errors import ParseError
from monitor.model import Page

# --- mark-up ------------------------------------------------------------------------------------

MAX_TEXT = 400_000
"""Characters of mark-up that are read of one text; a longer one is cut."""
_MAX_DEPTH = 400
"""selectolax takes quadratic time on nested elements: 40,000 levels, four seconds."""
_MAX_TAG = 20_000
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})[^<>]*>")
_ANY_TAG = re.compile(r"<[^<>]*>")
_BLOCK = re.compile(
    r"<(?=/?(?:p|div|br|li|[uo]l|tr|t[dh]|h[1-6]|table|blockquote|section|article|figure|figcaption"
    r"|hr|d[dt]|pre|main|header|footer|option)\b)",
    re.IGNORECASE,
)
_EVERYDAY = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|span|div|a|[uo]l|li|h[1-6]|hr|blockquote|font|img|su[bp]|small)"
    r"(?: [^\s<>\"'=/]+(?:=(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=]+))?)* ?/?>",
    re.IGNORECASE,
)
_VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr",
    "p", "li",
}  # fmt: skip
"""Tags that do not nest: they have no end tag, or close themselves."""
_INVISIBLE = [
    "script", "style", "noscript", "template", "iframe", "object", "svg", "head", "title",
]  # fmt: skip
_HIDDEN = "[hidden], .screen-reader-text"
_NOISE = re.compile(
    r" ?[(（] ?(?:opens in (?:a )?new (?:tab|window)|在新(?:窗口|标签页?)中?打开) ?[)）]",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\u200b\u00ad]")


def plain_text(markup: str) -> str:
    """What a reader sees of `markup`: no tags, no scripts, entities resolved, one block a line.

    Inline tags leave no trace ("<em>出</em><em>口</em>" is 出口). Mark-up nested or stuffed beyond
    all reason is stripped by pattern instead of parsed, in linear time.
    """
    markup = markup[:MAX_TEXT]
    if "<" in markup:
        markup = _BLOCK.sub("\n<", " ".join(markup.split()))
        text = _simple(markup)
        if text is None:
            text = _stripped(markup) if _unreasonable(markup) else _parsed(markup)
    else:
        text = html.unescape(markup) if "&" in markup else markup
    return _tidied(text)


def _simple(markup: str) -> str | None:
    """The text of mark-up that holds well-formed everyday tags only, as most does; else None.

    Ten times faster than parsing, with the same result.
    """
    text = _EVERYDAY.sub("", markup)
    if "<" in text or "hidden" in markup or "screen-reader" in markup:
        return None
    return html.unescape(text)


def _parsed(markup: str) -> str:
    tree = LexborHTMLParser(markup, is_fragment=True)
    tree.strip_tags(_INVISIBLE)
    root = tree.root
    if root is None:
        return ""
    if "hidden" in markup or "screen-reader" in markup:
        for node in root.css(_HIDDEN):
            node.decompose()
    return root.text()


def html_tree(markup: str, *, fragment: bool = True) -> LexborHTMLParser | None:
    """The fragment, or the whole document, as a tree; None when nested beyond all reason."""
    return None if _unreasonable(markup) else LexborHTMLParser(markup, is_fragment=fragment)


def _stripped(markup: str) -> str:
    return html.unescape(_ANY_TAG.sub(" ", markup))


def _unreasonable(markup: str) -> bool:
    """Whether parsing could take quadratic time: deep nesting, or one huge tag."""
    if markup.count("<") < _MAX_DEPTH and len(markup) < _MAX_TAG:
        return False
    if any(len(part) > _MAX_TAG and ">" not in part[:_MAX_TAG] for part in markup.split("<")[1:]):
        return True
    depth = 0
    for closing, name in _TAG.findall(markup):
        if name.lower() not in _VOID:
            depth = max(0, depth - 1) if closing else depth + 1
            if depth > _MAX_DEPTH:
                return True
    return False


def _tidied(text: str) -> str:
    """Lines without outer and double blanks, empty ones left out, no control characters."""
    if text.isprintable():  # one line without any, as most summaries are: far cheaper
        text = " ".join(text.split()) if "  " in text else text.strip()
        return _without_noise(text)
    lines = (" ".join(line.split()) for line in _CONTROL.sub("", text).splitlines())
    return _without_noise("\n".join(line for line in lines if line))


def _without_noise(text: str) -> str:
    return _NOISE.sub("", text).strip() if "opens in" in text or "打开" in text else text


_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def is_chinese(text: str) -> bool:
    """Whether a noticeable part of `text` is written in Chinese characters."""
    head = text[:2000]
    return not head.isascii() and len(_HAN.findall(head)) * 10 > len(head)


def one_line(markup: str, limit: int = 1000) -> str:
    """`plain_text` for a title: a single line, cut at `limit` characters."""
    if markup.isprintable() and "<" not in markup and "&" not in markup and "(" not in markup:
        text = " ".join(markup.split())  # what most titles are; far cheaper
    else:
        text = " ".join(plain_text(markup).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


# --- JSON ---------------------------------------------------------------------------------------


def load_json(page: Page, expected: str) -> Any:
    """The JSON value in the page. Raises ParseError saying `expected` and what came instead.

    Integers too long to be one stay text; NaN and Infinity become None.
    """
    text = decode(page.body, page.headers.get("content-type")).strip()
    try:
        return json.loads(text, parse_int=_integer, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        found = describe(page)
        if isinstance(error, RecursionError):
            found = "JSON nested too deeply"
        elif text[:1] in "{[" and text:
            where = f" at character {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
            found = f"broken JSON{where} of {len(text)}"
        raise refusal(page, expected, found) from None


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= 25 else digits


def load_object(page: Page, expected: str) -> Mapping[str, Any]:
    """The JSON object in the page; anything else raises ParseError."""
    value = load_json(page, expected)
    if not isinstance(value, dict):
        raise ParseError(expected, f"a JSON {kind_of(value)}", url=page.url)
    return value


def kind_of(value: object) -> str:
    """What sort of JSON value it is, in words."""
    words = {dict: "object", list: "list", str: "text", bool: "true or false", type(None): "null"}
    return words.get(type(value), "number")


_HALF = re.compile("[\ud800-\udfff]")


def sample_of(row: Mapping[str, Any], *keys: str) -> str:
    """What a row that is left out looked like, by the values it has under `keys`."""
    return shorten(" ".join(part for key in keys if (part := text_of(row, key))))


def text_of(row: Mapping[str, Any], key: str) -> str:
    """`row[key]` as text: integers as their digits; "" for null, missing and anything else."""
    value = row.get(key)
    if isinstance(value, str):
        # JSON can spell halves of characters, which no file and no database takes.
        return _HALF.sub("\ufffd", value).strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


# --- times --------------------------------------------------------------------------------------

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Nothing we read is older: an earlier time is a zero that was formatted."""


def from_epoch_ms(value: object, *, seen_at: datetime) -> datetime | None:
    """The instant of a count of milliseconds since 1970, as a number or as digits.

    None when it is neither, or lies before 2000 or more than a day after `seen_at`.
    """
    if isinstance(value, str) and re.fullmatch(r"\d{1,15}", value.strip(), re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**15:
        return None
    try:
        at = datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return at if EARLIEST <= at <= seen_at + timedelta(days=1) else None


# --- pages that are not what they should be -----------------------------------------------------

_TITLE = re.compile(r"<title[^<>]*>([^<]{0,300})", re.IGNORECASE)
_WALL = re.compile(
    r"captcha|are you (?:a )?(?:human|robot)|verify (?:that )?you|unusual traffic|人机|安全验证"
    r"|滑动验证|验证码|访问过于频繁",
    re.IGNORECASE,
)
_WALL_TITLE = re.compile(
    r"just a moment|attention required|access denied|security check|sign in|log ?in\b|登录|登陆"
    r"|验证|访问被拒绝|安全检查",
    re.IGNORECASE,
)
"""Words that make a wall in a title only: any page may have a link to log in."""


_BEFORE_HTML = re.compile(r"(?:<\?xml[^>]*>|<!--.*?-->|\s)+", re.DOTALL)


def is_html(text: str) -> bool:
    """Whether `text` begins like an HTML page."""
    head = text.lstrip("\ufeff \t\r\n")[:1000].lower()
    before = _BEFORE_HTML.match(head)
    tags = "<!doctype html", "<html", "<head", "<body", "<script", "<meta"
    return head.startswith(tags, before.end() if before else 0)


def describe(page: Page) -> str:
    """What the page is, in words for an error message: its title, or how it begins."""
    text = decode(page.body[:60_000], page.headers.get("content-type"))
    if not text.strip():
        return "an empty body"
    if is_html(text):
        title = _TITLE.search(text)
        return f"an HTML page titled '{one_line(title[1], 80)}'" if title else "an HTML page"
    return f"text that begins '{shorten(text, 60)}'"


def refusal(page: Page, expected: str, found: str) -> ParseError:
    """The ParseError for a page that is something else altogether.

    A wall (captcha, login) carries the reason `auth`: it wants a person, and asking it again soon
    makes it worse.
    """
    error = ParseError(expected, found, url=page.url)
    text = decode(page.body[:20_000], page.headers.get("content-type"))
    title = _TITLE.search(text)
    named = title is not None and _WALL_TITLE.search(one_line(title[1]))
    if is_html(text) and (named or _WALL.search(text)):
        error = ParseError(expected, f"{found}, a wall that wants a person", url=page.url)
        error.reason = "auth"
    return error


def shorten(text: str, limit: int = 160) -> str:
    """`text` on one line without control characters, cut at `limit` characters."""
    head = text[: limit * 4]
    line = " ".join((head if head.isprintable() else _CONTROL.sub("", head)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
