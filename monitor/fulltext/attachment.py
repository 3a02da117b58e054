"""A document behind an item (PDF, DOCX): bytes in, text out, whatever the bytes do.

The reading itself happens in `child.py`, a process with caps on memory and time that is killed when
it overstays; what comes back is made into running text here.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from weakref import WeakKeyDictionary

WALL_S = 10.0
AT_ONCE = 2
"""Documents read at the same time: each may take half a gigabyte."""

_CHILD = Path(__file__).with_name("child.py")
_KEPT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
"""What the child sees of our environment: no secrets."""
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class Unreadable(Exception):
    """Says in a few words why a document could not be read."""


async def read_document(body: bytes, *, wall_s: float = WALL_S, child: Path = _CHILD) -> str:
    """The running text of a PDF or DOCX, at most its first 30 pages. Raises Unreadable.

    `wall_s` counts from the moment it is this document's turn. `child` is the script that reads.
    """
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    async with turn:
        answer = await _ask(body, wall_s, child)
    try:
        found = json.loads(answer)
        text, problem = found["text"], found["problem"]
    except (ValueError, KeyError, TypeError):
        raise Unreadable("too large or broken") from None  # it died of its limits
    if problem is not None or not isinstance(text, str):
        raise Unreadable(str(problem)[:80])
    return running_text(text)


async def _ask(body: bytes, wall_s: float, child: Path) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(child),
        str(int(wall_s) + 1),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
    )
    try:
        async with asyncio.timeout(wall_s):
            answer, _ = await process.communicate(body)
            return answer
    except TimeoutError:
        raise Unreadable(f"it took more than {wall_s:g} s") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


# --- lines to sentences -------------------------------------------------------------------------

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef]")
_ENDS = tuple("。!?!?;;::.”」』")
_NEW = re.compile(
    r"\s*(?:[((]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[))、..](?!\d)|第[一二三四五六七八九十]{1,3}[章节条]"
    r"|[•●◆■▪·*-]\s|(?:问|答|Q|A|问题|回复|答复)\s?\d{0,2}\s?[::、.])"
)
"""How a line begins that goes on with nothing: numbers, bullets, question and answer."""
_PAGE_NUMBER = re.compile(
    r"\s*(?:[-—–]\s*)?(?:第\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?(?:\s*页)?(?:\s*[-—–])?\s*"
)
_FULL = 0.7
"""A line at least this long, against the page's longest, was broken by the margin."""


def running_text(text: str) -> str:
    """Lines of pages (`\\f` between pages) as paragraphs, one a line.

    A line that reaches the margin without ending its sentence goes on in the next; Chinese is
    joined without a blank. Page numbers and lines that stand on every page are left out.
    """
    pages = [[" ".join(line.split()) for line in page.split("\n")] for page in text.split("\f")]
    repeated = _repeated(pages)
    out: list[str] = []
    open_ = False
    """Whether the last line wants more."""
    for page in pages:
        lines = [x for x in page if x and _shape(x) not in repeated]
        if len(pages) > 1:
            lines = [x for x in lines if not _PAGE_NUMBER.fullmatch(x)]
        longest = max(map(_width, lines), default=0)
        for line in lines:
            if open_ and not _NEW.match(line):
                out[-1] = _joined(out[-1], line)
            else:
                out.append(line)
            open_ = _width(line) >= longest * _FULL and not line.endswith(_ENDS)
    return "\n".join(out)


def _repeated(pages: list[list[str]]) -> set[str]:
    """What heads or foots three pages or more, and most of them."""
    counts: Counter[str] = Counter()
    for page in pages:
        lines = [x for x in page if x]
        counts.update({_shape(x) for x in (*lines[:2], *lines[-2:])})
    return {shape for shape, n in counts.items() if n >= 3 and n * 2 > len(pages)}


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line) if _width(line) < 30 else line


def _width(line: str) -> int:
    """Columns: a Chinese character is as wide as two letters."""
    return len(line) + len(_HAN.findall(line))


def _joined(before: str, after: str) -> str:
    if _HAN.match(before[-1]) or _HAN.match(after[0]) or before.endswith("-"):
        return before + after
    return f"{before} {after}"
