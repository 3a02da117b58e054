"""Making text from outside harmless for the services that read it, and short enough. Pure.

`render` has already taken care of lines, control and direction characters; what is left are the
things single services act upon: mentions that ring a thousand phones, links that show another name,
marks that hide the rest of the message.
"""

from __future__ import annotations

import bisect
import json
import re
from collections.abc import Callable

from monitor.terminal import defuse

Size = Callable[[str], int]
"""How a service counts the length of a text."""

_ZERO_WIDTH = "\u200b"
_COMMANDS = re.compile(
    r"(?P<link>https?://(?:\[[0-9a-f:.]+\](?=[:/?#\s]|$))?)(?P<rest>\S*)"
    r"|@(?=everyone|here|channel|all\b)|(?<![a-z0-9._%+-])@(?=\w)"  # mentions, e-mail not
    r"|<(?=[!@#/a-z])|\](?=\()"  # tags, named links
    r"|(?<=`)(?=`)|(?<=\|)(?=\|)"  # code blocks and spoilers hide what follows
    r"|^(?=[#>])",  # headings, quotations
    re.IGNORECASE,
)
_LINK_MARKS = str.maketrans({c: f"%{ord(c):02X}" for c in "@[]|`<>"})


def one_line(text: str) -> str:
    """A title: no line can be added to it, nor a mail header."""
    return " ".join(sound(text).split())


def sound(text: str) -> str:
    """Text every encoder takes: no control characters, no half surrogates."""
    return defuse(text).encode("utf-8", "replace").decode("utf-8")


def calm(text: str) -> str:
    """Text no chat service takes for a mention, a tag or a link under another name.

    A zero-width space breaks the command; the words read as before. Links keep working: in them
    the marks are percent-encoded.
    """
    return "\n".join(_COMMANDS.sub(_broken_up, line) for line in text.split("\n"))


def _broken_up(found: re.Match[str]) -> str:
    if found["link"] is None:
        return found[0] + _ZERO_WIDTH
    return found["link"] + found["rest"].translate(_LINK_MARKS)


# --- length -------------------------------------------------------------------------------------


def units(text: str) -> int:
    """UTF-16 units, as chat services written for browsers count: an emoji is two."""
    return len(text) + sum(c > "\uffff" for c in text)


def octets(text: str) -> int:
    """Bytes of UTF-8: a Chinese character is three."""
    return len(text.encode("utf-8"))


def json_octets(text: str) -> int:
    """Bytes `text` takes inside a JSON body, where a quotation mark or a line break is two."""
    return octets(json.dumps(text, ensure_ascii=False)) - 2


def fit(body: str, limit: int, size: Size = len) -> str:
    """`body` in at most `limit`, its last two lines (link and event id) kept whole.

    Where not even those fit, the link goes; the event id is the last to go.
    """
    if size(body) <= limit:
        return body
    head, _, tail = body.rpartition("\n")
    head, _, link = head.rpartition("\n")
    if size(link) + size(tail) + 1 <= limit * 3 // 4:
        tail = f"{link}\n{tail}"
    room = limit - size(tail) - size("…\n")
    if room <= 0:
        return tail[len(tail) - _most(tail[::-1], limit, size) :]
    return f"{head[: _most(head, room, size)].rstrip()}…\n{tail}"


def shorten(text: str, limit: int, size: Size = len) -> str:
    """`text` in at most `limit`; `…` stands for what was cut."""
    if size(text) <= limit:
        return text
    return text[: _most(text, limit - size("…"), size)].rstrip() + "…"


def _most(text: str, room: int, size: Size) -> int:
    """How many characters from the start fit into `room`."""
    fits = bisect.bisect_right(range(len(text) + 1), room, key=lambda n: size(text[:n]))
    return max(0, fits - 1)


def fit_both(title: str, body: str, limit: int, size: Size = len) -> tuple[str, str]:
    """Title and body that stay within `limit` together with a line break between them.

    A title may take a third of it at most when something has to go.
    """
    if size(title) + size(body) + size("\n") <= limit:
        return title, body
    title = shorten(title, limit // 3, size)
    return title, fit(body, limit - size(title) - size("\n"), size)
