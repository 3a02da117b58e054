"""Draw `monitor demo` as docs/demo.svg, the README's first picture: `make picture`.

Runs the demo on a pseudo-terminal, so that it colours its output, and sets the lines as SVG text.
"""

import html
import os
import pty
import re
import sys
from pathlib import Path

COLUMNS, SIZE, LINE, WIDTH = 132, 13, 18, 1120
COLOURS = {
    "31": "#f85149", "32": "#3fb950", "33": "#d29922", "34": "#58a6ff", "35": "#a371f7",
    "36": "#39c5cf", "2": "#9198a1",
}  # fmt: skip
FONTS = "ui-monospace, 'DejaVu Sans Mono', Menlo, 'Noto Sans Mono CJK SC', 'PingFang SC', monospace"


def played() -> str:
    """What the demo prints on a terminal of COLUMNS columns."""
    os.environ |= {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    os.environ.pop("NO_COLOR", None)
    out = bytearray()

    def keep(descriptor: int) -> bytes:
        read = os.read(descriptor, 65536)
        out.extend(read)
        return read

    status = pty.spawn([sys.executable, "-m", "monitor", "demo"], keep)
    if status:
        sys.exit("the demo failed")
    return out.decode().replace("\r\n", "\n")


def spans(line: str) -> str:
    """One line with its escapes as tspans."""
    found, style = [], ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            codes = part[2:-1].split(";")
            fill = next((f' fill="{COLOURS[c]}"' for c in codes if c in COLOURS), "")
            style = fill + (' font-weight="bold"' if "1" in codes else "")
        elif part:
            text = html.escape(part, quote=False)
            found.append(f"<tspan{style}>{text}</tspan>" if style else text)
    return "".join(found)


def drawing(text: str) -> str:
    """The whole picture."""
    # Ports and ids differ from run to run; the picture should not.
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8000", text)
    lines = text.strip("\n").split("\n")
    height = LINE * len(lines) + 32
    rows = "\n".join(
        f'<text x="20" y="{34 + LINE * n}" xml:space="preserve">{spans(line)}</text>'
        for n, line in enumerate(lines)
        if line
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" role="img" '
        f'aria-label="monitor demo on a terminal" font-family="{FONTS}" font-size="{SIZE}" '
        f'fill="#e6edf3"><rect width="{WIDTH}" height="{height}" rx="8" fill="#0d1117"/>\n{rows}\n'
        "</svg>\n"
    )


if __name__ == "__main__":
    target = Path(__file__).with_name("demo.svg")
    target.write_text(drawing(played()), encoding="utf-8")
