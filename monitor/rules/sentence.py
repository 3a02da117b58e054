"""A sentence taken apart: words, firms, pieces between commas, and what stands in brackets.

Offsets are those of the normalised text of the whole field. Nothing here decides what a sentence
means; `acts`, `scope` and `who` do.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from monitor.rules.automaton import Hit
from monitor.text import Normal, has_han


class Mention(NamedTuple):
    """A firm named in a text: a watched one (`issuer_id`), or another by its name."""

    start: int
    end: int
    issuer_id: str | None
    name: str = ""
    ticker: bool = False

    @property
    def key(self) -> str:
        return self.issuer_id or f"other:{self.name}"


class Group(NamedTuple):
    """Firms named in one breath: "A, B and C"."""

    start: int
    end: int
    mentions: tuple[Mention, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(m.key for m in self.mentions))


@dataclass(slots=True)
class Sentence:
    """One sentence of a field, taken apart."""

    normal: Normal
    start: int
    end: int
    hits: list[Hit]
    groups: list[Group]
    pieces: list[tuple[int, int]] = field(default_factory=list)
    asides: list[tuple[int, int]] = field(default_factory=list)
    chinese: bool = False
    index: int = 0
    where: str = "text"
    _known: tuple[int, set[str]] | None = None
    goods: bool = False
    """It names a product or a place goods may go to."""
    listed: Sequence[tuple[int, int]] = ()
    """Where its products and places stand."""
    abroad: Sequence[tuple[int, int]] = ()
    """Where its places outside China stand."""
    states: Sequence[tuple[int, int]] = ()
    """Where other states, their people and towns are named, as destinations or not."""

    @property
    def text(self) -> str:
        return self.normal.text[self.start : self.end]

    @property
    def quote(self) -> str:
        """The sentence as it was written."""
        return self.normal.quote(self.start, self.end)

    def has(self, *kinds: str) -> bool:
        """Does any word of these kinds stand in it?"""
        known = self._known
        present = self._present() if known is None or known[0] != len(self.hits) else known[1]
        return not present.isdisjoint(kinds)

    def _present(self) -> set[str]:
        """Every kind of word in the sentence; asked for so often that it is kept."""
        if self._known is None or self._known[0] != len(self.hits):
            self._known = (len(self.hits), set().union(*(h.kinds for h in self.hits)))
        return self._known[1]

    def within(self, start: int, end: int, *kinds: str) -> list[Hit]:
        """The words of these kinds between two offsets, those in brackets left out."""
        hits = self.hits
        known = self._known
        present = self._present() if known is None or known[0] != len(hits) else known[1]
        out: list[Hit] = []
        if present.isdisjoint(kinds):
            return out
        for i in range(bisect_left(hits, (start,)), len(hits)):
            hit = hits[i]
            if hit.start >= end:
                break
            if hit.end <= end and not hit.kinds.isdisjoint(kinds) and not self.aside(hit.start):
                out.append(hit)
        return out

    def aside(self, at: int) -> bool:
        """Does this place stand in brackets?"""
        for a, b in self.asides:  # noqa: SIM110 (asked for too often for a generator)
            if a <= at < b:
                return True
        return False

    def piece(self, at: int) -> int:
        """Number of the piece this place is in."""
        for i, (_, end) in enumerate(self.pieces):
            if at < end:
                return i
        return max(len(self.pieces) - 1, 0)


_BRACKETS = re.compile(r"\(([^()]{0,90})\)")
_BREAK = re.compile(
    r"(?=[,;:，；： …|-])"  # what any of them begins with, for speed
    r"(?:[,;:](?!\d)|(?<!\d)[,:]|[;，；：]| -{1,2} |(?<=\S)-{2,}(?=\S)"
    r"|(?<=[\u4e00-\u9fff])(?<![对向的与和及在于为获得取至往给从把将]) +(?=[\u4e00-\u9fff])|…|\|)"
)
_LIST = re.compile(
    r"[\s,、/&+\"']*(?:\([^()]{0,60}\)[\s,、]*)*(?:and|&|as well as|plus|or|nor|along with|和|与"
    r"|及|以及|暨|并|或|还有|、)?"
    r"[\s,、\"']*(?:also|its peer|its rival|fellow|rival|peer|同行的|同行|其|the)?[\s\"']*"
)


_COMPARED = re.compile(
    r"(?:unlike|compared (?:with|to)|besides|apart from|other than|following|in contrast to"
    r"|not)\s+(?:the |its |rival |peer )?$|(?:不同于|除了?|继|与|有别于|相比)$"
)


_APART_ZH = re.compile(
    r"(?:^|[,，。;；:\n])(?:相比|相较|对比|较之|与|同|除|继|不同于|有别于|异于|较|比起?|针对|反观)[^,，。;；、]*[,，;；]$"
)


_PREDICATE_ZH = re.compile(r"(?:是|系|给|由|被|于|到|归|属)$")
_MORE_ZH = re.compile(r"[\s、,，和与及等暨]|以及|\([^()]{0,30}\)[、,，和与及等]|$")


def _is_told_of(text: str, one: Mention, two: Mention) -> bool:
    """拿到许可的是甲，乙虽为股东 ...: the comma ends a clause, no list."""
    return (
        text[one.end : two.start].strip() in (",", "，")
        and _PREDICATE_ZH.search(text, max(0, one.start - 4), one.start) is not None
        and _MORE_ZH.match(text, two.end) is None
    )


def groups_of(text: str, mentions: Sequence[Mention]) -> list[Group]:
    """Firms named in one breath, put together."""
    groups: list[Group] = []
    run: list[Mention] = []
    for mention in mentions:
        if run and (
            (len(run) == 1 and _is_told_of(text, run[0], mention))
            or (len(run) == 1 and _APART_ZH.search(text, max(0, run[0].start - 24), mention.start))
            or not _LIST.fullmatch(text, run[-1].end, mention.start)
            or (len(run) == 1 and _COMPARED.search(text, max(0, run[0].start - 24), run[0].start))
        ):
            groups.append(Group(run[0].start, run[-1].end, tuple(run)))
            run = []
        run.append(mention)
    if run:
        groups.append(Group(run[0].start, run[-1].end, tuple(run)))
    return [part for group in groups for part in _apart(text, group)]


_AND_ANOTHER = re.compile(r"\s*,?\s*and\s+")
_SINGULAR = re.compile(r"\s+(?:is|has|was|does)\b")


def _apart(text: str, group: Group) -> list[Group]:
    """ "To A and B is next": a verb in the singular has only the last firm as its subject."""
    *before, last = group.mentions
    if (
        not before
        or not _SINGULAR.match(text, group.end)
        or not _AND_ANOTHER.fullmatch(text, before[-1].end, last.start)
    ):
        return [group]
    return [
        Group(group.start, before[-1].end, tuple(before)),
        Group(last.start, last.end, (last,)),
    ]


_ITEMS = re.compile(
    r"[\s,、/]*(?:\([^()]{0,40}\)[\s,、]*)*(?:and|&|as well as|or|和|与|及|以及|、)?[\s,]*(?:the"
    r"|other|in|to|for|its|several|some)?\s*"
)


def _lists(text: str, listed: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of places or products with nothing but commas and "and" between them."""
    out: list[tuple[int, int]] = []
    for a, b in listed:
        if (
            out
            and a >= out[-1][1]
            and a - out[-1][1] < 60
            and _ITEMS.fullmatch(text, out[-1][1], a)
        ):
            out[-1] = (out[-1][0], b)
        else:
            out.append((a, b))
    return [(a, b) for a, b in out if b - a > 3]


_TRADE = re.compile(
    r"[ -](?:[a-z-]+ )?(?:makers?|builders?|producers?|manufacturers?|suppliers?|contractors?"
    r"|firms?"
    r"|company|companies|group|customers?|clients?|buyers?|giant|houses?|specialists?|start-?up"
    r"|programme|program|operators?|motors?|orders?|accounts?|industr(?:y|ies)|primes?)\b"
)


_BUYER = re.compile(r"(?:整机|设备|制造|生产)?(?:客户|买家|用户|厂|商)")
_TO_IT = re.compile(r"[向对给往供](?:了)?[^,，。;；]{0,8}$")


def _buys(text: str, hit: Hit) -> bool:
    """向一家无人机厂供磁: the goods of the buyer are no matter of their own."""
    return _BUYER.match(text, hit.end) is not None and (
        _TO_IT.search(text[max(0, hit.start - 12) : hit.start]) is not None
    )


_MATTER = frozenset(("other_matter",))
"""Before a word of trade ("a drone builder") it says who buys, and is no matter of its own."""


def _is_headline(text: str, a: int, b: int, start: int, end: int, groups: Sequence[Group]) -> bool:
    """【甲:已获许可】: brackets around a headline, or around all there is, hold no aside."""
    if text[start:a].strip(" \n"):
        return False
    named = any(a <= g.start < b for g in groups)
    return not text[b:end].strip(" .。!！\n") or (named and b - a >= 12)


def take_apart(
    normal: Normal,
    start: int,
    end: int,
    hits: Sequence[Hit],
    mentions: Sequence[Mention],
    listed: Sequence[tuple[int, int]] = (),
    *,
    index: int = 0,
    where: str = "text",
) -> Sentence:
    """A sentence with its words (those inside firm names left out), groups and pieces."""
    text = normal.text
    groups = groups_of(text, mentions)
    taken = [(m.start, m.end) for m in mentions]
    words = [
        h
        for h in hits
        if not (taken and any(a < h.end and h.start < b for a, b in taken))
        and not (h.kinds == _MATTER and (_TRADE.match(text, h.end) or _buys(text, h)))
    ]
    sentence = Sentence(normal, start, end, words, groups, index=index, where=where)
    sentence.chinese = has_han(text, start, end)
    sentence.goods = bool(listed)
    sentence.listed = listed
    if text.find("(", start, end) >= 0:
        sentence.asides = [
            b.span()
            for b in _BRACKETS.finditer(text, start, end)
            if not _is_headline(text, b.start(), b.end(), start, end, groups)
        ]
    bound = _lists(text, listed)
    begin = start
    for mark in _BREAK.finditer(text, start, end):
        at = mark.start()
        if sentence.aside(at) or (groups and any(g.start <= at < g.end for g in groups)):
            continue
        if bound and any(a <= at < b for a, b in bound):
            continue
        if text[begin:at].strip():
            sentence.pieces.append((begin, at))
        begin = mark.end()
    if text[begin:end].strip():
        sentence.pieces.append((begin, end))
    if not sentence.pieces:
        sentence.pieces.append((start, end))
    return sentence
