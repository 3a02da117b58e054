"""Sheet → HTML that mail programs show: tables, inline styles, nothing from elsewhere. Pure.

The light colours stand in each element, because some programs drop a style block; the dark ones
and the narrow screen are in a block of media queries, for those that read it.
"""

from __future__ import annotations

from functools import lru_cache

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor import __version__
from monitor.digest.day import Day
from monitor.digest.sheet import FAMILIES, Column, Sheet
from monitor.digest.words import sheet_of
from monitor.model import Family
from monitor.terminal import SHAPE

MOST_BYTES = 95_000
"""Gmail cuts a mail off above 102 KB."""
_TONES = {f"{shape} ": family for family, shape in SHAPE.items()} | {
    "✕ ": "loss", "■ ": "loss", "◆ ": "loss", "◐ ": "waiting", "◌ ": "waiting",
}  # fmt: skip
"""The colour of a shape at the beginning of a line."""
BAR_PX = 44
"""The highest column of the picture."""


def fitted(day: Day, *, web: str = "") -> tuple[Sheet, str]:
    """The day in words and as HTML, with as many entries as mail programs show."""
    for room in (1.0, 0.7, 0.5, 0.3):
        words = sheet_of(day, web=web, room=room)
        page = html_of(words)
        if len(page.encode("utf-8", "replace")) <= MOST_BYTES:
            break
    return words, page


def html_of(words: Sheet) -> str:
    """The whole digest as one HTML document."""
    template = _environment().get_template("digest.html.j2")
    most = max((sum(n for _, n in column.counts) for column in words.chart), default=0)
    page = template.render(
        sheet=words,
        bars=[(column, _bars(column, most)) for column in words.chart],
        drawn=most > 0,
        shapes=SHAPE,
        tones=_TONES,
        version=__version__,
    )
    return _inliner().inline(page)


def _bars(column: Column, most: int) -> list[tuple[Family, int]]:
    """Family and height in pixels, from the top down; whatever is there can be seen."""
    heights = dict(column.counts)
    return [
        (family, max(4, round(BAR_PX * heights[family] / max(most, 4))))
        for family in FAMILIES
        if heights.get(family)
    ]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("monitor.digest"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
