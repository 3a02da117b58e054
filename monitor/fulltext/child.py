"""Reads one document from standard input and prints its text: a process of its own, to be killed.

Run by path, so that it imports nothing of ours: `python -I child.py WALL_S < file`. It answers with
one JSON object, `{"text": ..., "problem": ...}`, one of them null. PDFium is a large C library fed
with files from anywhere: here it has little memory, little time and no secrets.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
from contextlib import suppress
from xml.etree import ElementTree

MEMORY_BYTES = 512 * 2**20
MAX_PAGES = 30
MAX_CHARS = 400_000
MAX_XML_BYTES = 16 * 2**20
"""What the inner document of a DOCX may unpack to."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Unreadable(Exception):
    """Says in a few words why a document has no text for us."""


def pdf_text(body: bytes) -> str:
    """The first pages as PDFium reads them: `\\n` after each line, `\\f` after each page."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise Unreadable("encrypted") from None
        raise Unreadable("broken") from None
    pages: list[str] = []
    size = broken = 0
    for number in range(min(len(document), MAX_PAGES)):
        try:
            text = document[number].get_textpage().get_text_bounded()
        except pypdfium2.PdfiumError:
            broken += 1
            continue
        # A hyphen at the end of a line comes as U+0002 or U+FFFE.
        text = re.sub("[\x02\ufffe]\r?\n?", "", text).replace("\r\n", "\n").replace("\f", " ")
        pages.append(text)
        size += len(text)
        if size > MAX_CHARS:
            break
    if not pages:
        raise Unreadable("broken" if broken else "no pages")
    whole = "\f".join(pages)
    seen = re.sub(r"\s", "", whole)
    if len(seen) < 20:
        raise Unreadable("scanned: no text inside")
    odd = len(re.findall("[\x00-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]", seen))
    if odd * 2 > len(seen):
        raise Unreadable("its letters have no meaning")
    return whole[:MAX_CHARS]


def docx_text(body: bytes) -> str:
    """Paragraphs and table rows in their order, one a line; cells of a row stand side by side."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            part = archive.getinfo("word/document.xml")
            if part.flag_bits & 1:
                raise Unreadable("encrypted")
            with archive.open(part) as file:
                markup = file.read(MAX_XML_BYTES + 1)  # the size in the directory may lie
    except KeyError:
        raise Unreadable("neither PDF nor DOCX") from None
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError):
        raise Unreadable("broken") from None
    except Exception as error:  # zlib.error has no better parent
        if type(error).__name__ != "error":
            raise
        raise Unreadable("broken") from None
    if len(markup) > MAX_XML_BYTES:
        raise Unreadable("too large")
    if b"<!DOCTYPE" in markup[:4096] or b"<!ENTITY" in markup[:4096]:
        raise Unreadable("broken")
    lines: list[str] = []
    parts: list[str] = []
    cells = 0
    try:
        for event, node in ElementTree.iterparse(io.BytesIO(markup), ("start", "end")):
            if event == "start":
                cells += node.tag == _W + "tc"
                continue
            if node.tag == _W + "t":
                parts.append(node.text or "")
            elif node.tag in (_W + "tab", _W + "br"):
                parts.append("\n" if node.tag == _W + "br" else " ")
            elif node.tag == _W + "p" or node.tag == _W + "tr":
                lines.append("".join(parts).strip())
                parts = []
            elif node.tag == _W + "tc":
                cells -= 1
            node.clear()
    except ElementTree.ParseError:
        raise Unreadable("broken") from None
    text = "\n".join(line for line in [*lines, "".join(parts).strip()] if line)
    if not text:
        raise Unreadable("no text inside")
    return text[:MAX_CHARS]


def read(body: bytes) -> str:
    """The text of `body`, whatever kind of document it is. Raises Unreadable."""
    if b"%PDF-" in body[:1024]:
        return pdf_text(body)
    if body.startswith(b"PK\x03\x04"):
        return docx_text(body)
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("an old Office file")
    raise Unreadable("neither PDF nor DOCX")


def limit(wall_s: int) -> None:
    """Give this process its small world."""
    limits = [
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, wall_s),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ]
    for what, most in limits:
        with suppress(ValueError, OSError):  # not every system knows every limit
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Read standard input, answer on standard output."""
    limit(int(sys.argv[1]))
    answer: dict[str, str | None] = {"text": None, "problem": None}
    try:
        answer["text"] = read(sys.stdin.buffer.read())
    except Unreadable as why:
        answer["problem"] = str(why)
    except (MemoryError, RecursionError):
        answer["problem"] = "too large"
    sys.stdout.write(json.dumps(answer))  # ASCII: whatever the locale


if __name__ == "__main__":
    main()
