"""Words on a terminal: status shapes, colours, columns that count Chinese as double width.

Colour only on a terminal and never when NO_COLOR is set (https://no-color.org); the shape and the
word always say the same without it.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import IO

from monitor.model import FAMILY, Family, Status

SHAPE: dict[Family, str] = {"grant": "▲", "loss": "▼", "waiting": "◷", "exempt": "○", "policy": "§"}
WORD: dict[Status, str] = {
    "granted": "GRANTED",
    "general_granted": "GENERAL LICENCE",
    "renewed": "RENEWED",
    "denied": "DENIED",
    "suspended": "SUSPENDED",
    "revoked": "REVOKED",
    "expired": "EXPIRED",
    "applied": "APPLIED",
    "pending": "PENDING",
    "not_received": "NOT YET",
    "not_required": "NOT REQUIRED",
    "policy": "POLICY",
}
_FAMILY_COLOUR: dict[Family, str] = {
    "grant": "green",
    "loss": "red",
    "waiting": "yellow",
    "exempt": "dim",
    "policy": "blue",
}
_SGR = {
    "bold": "1", "dim": "2", "underline": "4", "red": "31", "green": "32", "yellow": "33",
    "blue": "34", "magenta": "35", "cyan": "36",
}  # fmt: skip
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def coloured(stream: IO[str] | None = None) -> bool:
    """Whether `stream` (default: standard output) is a terminal that wants colour."""
    stream = stream or sys.stdout
    return not os.environ.get("NO_COLOR") and stream.isatty() and os.environ.get("TERM") != "dumb"


def paint(text: str, *styles: str, colour: bool | None = None) -> str:
    """`text` in the named styles, or unchanged where colour is not wanted."""
    if not (coloured() if colour is None else colour) or not text:
        return text
    codes = ";".join(_SGR[s] for s in styles)
    return f"\x1b[{codes}m{text}\x1b[0m"


def status_tag(status: Status, *, colour: bool | None = None) -> str:
    """`▲ GRANTED` in the colour of its family."""
    family = FAMILY[status]
    return paint(f"{SHAPE[family]} {WORD[status]}", _FAMILY_COLOUR[family], "bold", colour=colour)


def defuse(text: str) -> str:
    """Text from outside without control characters, escapes and bidi overrides."""
    return _CONTROL.sub("", text.replace("\r", " "))


@lru_cache(maxsize=500)  # a table's cells are measured twice, and most are alike
def width(text: str) -> int:
    """Columns `text` takes: East Asian wide characters two, combining marks and escapes none."""
    plain = _ESCAPES.sub("", text)
    if plain.isascii():
        return len(plain)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in plain
    )


def cut(text: str, columns: int) -> str:
    """`text` shortened to at most `columns` columns, with an ellipsis where it was cut."""
    if width(text) <= columns:
        return text
    out, used = "", 0
    for c in _ESCAPES.sub("", text):
        w = width(c)
        if used + w > columns - 1:
            break
        out, used = out + c, used + w
    return out + "…"


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """`text` filled with blanks to `columns` columns."""
    fill = " " * max(0, columns - width(text))
    return fill + text if right else text + fill


def screen_columns() -> int:
    """Width to write to: the terminal's, or 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns


def table(rows: Iterable[Sequence[str]], *, head: Sequence[str] = (), right: str = "") -> str:
    """Aligned columns, two blanks apart; the last one is cut to the screen.

    `right` names the columns set to the right, as digits: "24".
    """
    lines = [list(r) for r in rows]
    if head:
        lines.insert(0, [paint(h, "dim") for h in head])
    if not lines:
        return ""
    count = max(map(len, lines))
    widths = [max(width(r[i]) for r in lines if i < len(r)) for i in range(count)]
    room = screen_columns() - sum(widths[:-1]) - 2 * (count - 1)
    out = []
    for row in lines:
        cells = [pad(c, widths[i], right=str(i) in right) for i, c in enumerate(row[:-1])]
        last = row[-1] if len(row) < count else cut(row[-1], max(20, room))
        out.append("  ".join([*cells, last]).rstrip())
    return "\n".join(out)


def age(seconds: float | None) -> str:
    """`41 s`, `5 min`, `2 h`, `3 d`: one unit, for reading at a glance."""
    if seconds is None:
        return "never"
    s = max(0.0, seconds)
    for limit, unit, step in ((90, "s", 1), (5400, "min", 60), (129600, "h", 3600)):
        if s < limit:
            return f"{round(s / step)} {unit}"
    return f"{round(s / 86400)} d"
