"""Whom a sentence speaks of, and what the text has said so far of whom. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

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
