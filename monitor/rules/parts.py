"""Several questions in one, numbered, and the parts of an answer that take them up by number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One numbered part of a text: from its number (`start`) or its words (`inner`) to `end`."""

    number: int
    start: int
    inner: int
    end: int


_MARK = re.compile(
    r"(?:^|(?<=[\s,，。;；:!！?？.]))"
    r"(?:\((?P<a>[1-9一二三四五六七八九])\)[、.:，,]?"
    r"|(?P<b>[1-9])(?:[、)]|[.:](?!\d)|,(?=[\u4e00-\u9fff]))"
    r"|(?P<c>[一二三四五六七八九])、"
    r"|第(?P<d>[一二三四五六七八九])(?:个|条|项)?(?:问题?)?(?:[,，:、]|是)"
    r"|(?:问题|[qa]|answer|question|as to (?:question )?|re )\s?"
    r"(?P<e>[1-9一二三四五六七八九])[:.、,]"
    r"|(?P<f>first|second|third|fourth)(?:ly)?(?: question)?[,:])\s*"
)
_VALUE = {w: n for n, w in enumerate("一二三四五六七八九", 1)} | {
    "first": 1, "second": 2, "third": 3, "fourth": 4,
}  # fmt: skip


def parts_of(text: str) -> list[Part]:
    """The numbered parts of a text, first to last; none where it does not count from one up."""
    found: list[tuple[int, int, int]] = []
    for m in _MARK.finditer(text):
        said = next(g for g in m.groups() if g)
        number = int(said) if said.isdigit() else _VALUE[said]
        if number == len(found) + 1 or (found and number > found[-1][0]):
            found.append((number, m.start(), m.end()))
    if not found or (len(found) == 1 and found[0][0] == 1 and text[: found[0][1]].strip(" ,。:")):
        return []
    ends = [start for _, start, _ in found[1:]] + [len(text)]
    return [Part(n, start, inner, end) for (n, start, inner), end in zip(found, ends, strict=True)]


def cut(spans: Sequence[tuple[int, int]], parts: Sequence[Part]) -> list[tuple[int, int]]:
    """`spans` (sentences), cut where a part begins; the numbers themselves belong to none."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        at = start
        for part in parts:
            if part.start < end and part.inner > at:
                if part.start > at:
                    out.append((at, part.start))
                at = max(at, part.inner)
        if at < end:
            out.append((at, end))
    return out


def asked(question: Sequence[Part], answer: Sequence[Part], at: int) -> tuple[int, int] | None:
    """(start, end) of the question that the part of the answer around `at` takes up, or None."""
    number = next((p.number for p in answer if p.inner <= at < p.end), None)
    return next(((p.inner, p.end) for p in question if p.number == number), None)
