"""Whom a sentence speaks of, and what the text has said so far of whom. Values only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from monitor.rules.sentence import Sentence

How = Literal["named", "anaphor", "carried", "focus", "owner", "crowd", "authority", "nobody"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Who an act is about: keys of firms, or nobody in particular."""

    keys: tuple[str, ...]
    how: How
    said: str = ""
    """The words that say so, for `explain`."""


@dataclass(slots=True)
class Discourse:
    """What the text has said so far."""

    owner: str | None = None
    """The firm that speaks: of the Q&A page, of the filing."""
    focus: tuple[str, ...] = ()
    """The firm or firms spoken of last."""
    seen: list[str] = field(default_factory=list)
    """Every firm named so far."""
    listed: tuple[str, ...] = ()
    """The last list of two or more firms."""
    whole: tuple[str, ...] = ()
    """Every watched firm the document names anywhere."""
    quiet: int = 0
    """Sentences since a firm was named or meant."""
    topic: tuple[str, ...] = ()
    """The one firm that the title names."""
    talk: bool = False
    """Does a firm speak here (Q&A, filing), so that 公司 and "we" are the owner?"""


OBLIQUE = re.compile(
    r"\b(?:for|to|of|by|from|with|in|on|at|against|about|than|via|behind|between|into|named|called"
    r"|concerning|regarding|involving)"
    r"\s+(?:the\s+|its\s+|both\s+|[a-z-]+\s+)?$"
)


def update(sentence: Sentence, discourse: Discourse, subjects: Sequence[Subject]) -> None:
    """Remember whom this sentence spoke of."""
    discourse.quiet = 0 if sentence.groups or any(s.keys for s in subjects) else discourse.quiet + 1
    for g in sentence.groups:
        if len(g.keys) > 1:
            discourse.listed = g.keys
        for key in g.keys:
            if key in discourse.seen:
                discourse.seen.remove(key)
            discourse.seen.append(key)
    named = [s for s in subjects if s.keys]
    if named:
        discourse.focus = named[-1].keys
        return
    groups = [
        g
        for g in sentence.groups
        if not OBLIQUE.search(sentence.normal.text[max(sentence.start, g.start - 24) : g.start])
    ] or sentence.groups
    if groups:
        discourse.focus = groups[-1].keys
