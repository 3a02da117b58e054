"""One field of an item (title, question, text) with everything found in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from monitor.model import Item
from monitor.rules.automaton import Hit
from monitor.rules.dates import Dated, find_dates
from monitor.rules.parts import Part
from monitor.rules.sentence import Mention
from monitor.rules.vocabulary import Tag
from monitor.text import Normal

_ZONE = ZoneInfo("Asia/Shanghai")
"""Where the sources' "today" lives."""


@dataclass(slots=True)
class Field:
    """The title, the question or the text of an item, with everything found in it."""

    name: str
    normal: Normal
    hits: list[Hit]
    mentions: list[Mention] = field(default_factory=list)
    mention_starts: list[int] = field(default_factory=list)
    places: list[Tag] = field(default_factory=list)
    states: list[Tag] = field(default_factory=list)
    """States, their people and towns, be they destinations or not."""
    products: list[Tag] = field(default_factory=list)
    dates: list[Dated] = field(default_factory=list)
    dated: dict[int, list[Dated]] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Its sentences."""
    parts: list[Part] = field(default_factory=list)
    """Its numbered parts, in a question and in the answer to it."""
    _known: tuple[list[Hit], set[str]] | None = None
    """The hits last asked about, and every kind of word among them."""

    def has(self, *kinds: str) -> bool:
        if self._known is None or self._known[0] is not self.hits:
            self._known = (self.hits, set().union(*(h.kinds for h in self.hits)))
        return not self._known[1].isdisjoint(kinds)

    @property
    def whole(self) -> tuple[int, int]:
        return 0, len(self.normal.text)

    def hits_in(self, start: int, end: int) -> list[Hit]:
        """The words that begin between two offsets."""
        return self.hits[bisect_left(self.hits, (start,)) : bisect_left(self.hits, (end,))]

    def mentions_in(self, start: int, end: int) -> list[Mention]:
        """The firms whose names begin between two offsets."""
        starts = self.mention_starts
        return self.mentions[bisect_left(starts, start) : bisect_left(starts, end)]

    def within(self, start: int, end: int) -> set[str]:
        """Every kind of word between two offsets."""
        return set().union(*(h.kinds for h in self.hits_in(start, end)))


def dates_in(f: Field, item: Item, start: int, end: int) -> list[Dated]:
    """The dates of one sentence, found when first asked for."""
    known = f.dated.get(start)
    if known is None:
        known = [
            Dated(d.start + start, d.end + start, d.iso, d.relative, d.precision)
            for d in find_dates(f.normal.text[start:end], item.published_at, _ZONE)
        ]
        f.dated[start] = known
        f.dates = sorted([*f.dates, *known], key=lambda d: d.start)
    return known


def spans_listed(f: Field, start: int, end: int) -> list[tuple[int, int]]:
    """Where the places and products of a sentence stand."""
    out: list[tuple[int, int]] = []
    for tags in (f.places, f.products):
        for i in range(bisect_left(tags, (start,)), len(tags)):
            tag = tags[i]
            if tag.start >= end:
                break
            if tag.end <= end:
                out.append((tag.start, tag.end))
    return sorted(out)


_SPEAKS_ZH = re.compile(
    r"[^,，。;；!！?？]{0,24}?(?:说道?|称|表示|透露|坦言|告诉|介绍|直言|回忆|笑言|苦笑|解释|回应|强调|补充|指出|证实)"
)


def quoted(f: Field, index: int) -> tuple[str, ...]:
    """“去年停的那张恢复了。”甲的董秘说: the firm that speaks the quotation before its name."""
    text = f.normal.text
    start, end = f.spans[index]
    if (
        index + 1 >= len(f.spans)
        or text[start] != '"'
        or '"' not in text[max(start + 1, end - 2) : end + 1]
    ):
        return ()
    a, b = f.spans[index + 1]
    for m in f.mentions:
        if a <= m.start < b:
            head = text[a : m.start].strip(' "')
            if m.issuer_id and not head and _SPEAKS_ZH.match(text, m.end, b):
                return (m.key,)
            return ()
    return ()


def quote_of(f: Field, index: int) -> bool:
    """A quotation whose matter only the next sentence names: "They let us," he said of it."""
    if index + 1 >= len(f.spans):
        return False
    start = f.spans[index][0]
    named = f.within(*f.spans[index + 1])
    return f.normal.text[start] in "\"“「'" and not named.isdisjoint(
        ("paper", "permit", "general", "request")
    )
