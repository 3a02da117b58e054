"""Making text from outside harmless for the services that read it. Pure.

`render` has already taken care of lines, control and direction characters; what is left are the
things single services act upon: mentions that ring a thousand phones, links that show another name.
"""

from __future__ import annotations

import re

from monitor.terminal import defuse

_ZERO_WIDTH = "\u200b"
_MENTION = re.compile(r"@(?=everyone|here|channel|all\b)", re.IGNORECASE)
_MARKUP = re.compile(r"<(?=[!@#/a-zA-Z])")
_NAMED_LINK = re.compile(r"\](?=\()")


def one_line(text: str) -> str:
    """A title: no line can be added to it, nor a mail header."""
    return " ".join(sound(text).split())


def sound(text: str) -> str:
    """Text every encoder takes: no control characters, no half surrogates."""
    return defuse(text).encode("utf-8", "replace").decode("utf-8")


def calm(text: str) -> str:
    """Text no chat service takes for a mention, a tag or a link under another name.

    A zero-width space breaks the command; the words read as before.
    """
    text = _MENTION.sub("@" + _ZERO_WIDTH, text)
    text = _MARKUP.sub("<" + _ZERO_WIDTH, text)
    return _NAMED_LINK.sub("]" + _ZERO_WIDTH, text)


def fit(body: str, limit: int) -> str:
    """`body` in at most `limit` characters, its last two lines (link and event id) kept whole.

    Where not even those fit, the link goes; the event id is the last to go.
    """
    if len(body) <= limit:
        return body
    head, _, tail = body.rpartition("\n")
    head, _, link = head.rpartition("\n")
    if len(link) + len(tail) + 1 <= limit * 3 // 4:
        tail = f"{link}\n{tail}"
    room = limit - len(tail) - 2
    return tail[-limit:] if room <= 0 else f"{head[:room].rstrip()}…\n{tail}"
