"""Turns away at once what cannot speak of licences: most of what is published.

Only a shortcut: what it lets through is still looked at by `document.is_relevant`, and whatever
that would accept must pass. So it asks for less, any of the words, wherever they stand. It needs
the words of the packs and the names of firms, not the grammar, which takes a second to load.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from monitor.config import Issuer
from monitor.model import Item
from monitor.rules.automaton import Automaton, spellings
from monitor.rules.issuers import BUILTIN_NAMES, IssuerIndex
from monitor.rules.pack import Packs
from monitor.text import normalise, normalised

RELEVANT = frozenset(
    ("paper", "permit", "general", "request", "got", "unapproved", "exempt", "lacking")
)
"""Lists of which one word makes a text speak of licences."""
THINGS = frozenset(("authority", "export", "control", "apply"))
DEEDS = frozenset((
    "give", "may", "lacking", "refuse", "suspend", "revoke", "get", "arrive", "expire", "renew",
    "reinstate", "wait", "decision",
))  # fmt: skip
"""To be relevant without them takes one of each of these two."""
PARTS = ("许可", "licens", "证")
"""Strings that count wherever they stand."""
SURE = RELEVANT.union(PARTS)
AT_ONCE = 50_000
"""Characters gone through in one pass."""


class Gate:
    """Built once from the words of all packs."""

    def __init__(self, packs: Packs, issuers: Sequence[Issuer]) -> None:
        self.packs = packs
        self.words = Automaton(packs.lists())
        spellings.cache_clear()  # which the packs and the automaton asked for
        self.open = any(rule.in_sentences for rule in packs.rules)
        """An operator's rules may speak of anything: all come in."""
        self._issuers = issuers
        self._few = self.words.part(RELEVANT | THINGS | DEEDS, PARTS)

    @cached_property
    def firms(self) -> IssuerIndex:
        """The watched firms by all their names; most visits bring nothing that may name one."""
        return self.index_of(self._issuers)

    def index_of(self, issuers: Sequence[Issuer]) -> IssuerIndex:
        """`issuers` by all the names the packs know for them."""
        others = (file for file in self.packs.names if file != BUILTIN_NAMES)
        return IssuerIndex(issuers, (BUILTIN_NAMES, *others))

    def names_a_firm(self, item: Item) -> bool:
        """Whether title or text name a watched firm beyond doubt."""
        return any(
            mention.sure
            for text in (item.title, item.text)
            for mention in self.firms.mentions(normalise(text))
        )

    def let_in(self, items: Sequence[Item]) -> list[bool]:
        """Of each: whether title, question or text hold the words without which there is nothing
        to read."""
        if self.open:
            return [True] * len(items)
        found: list[set[str]] = [set() for _ in items]
        fields = [
            (number, normalised(field))
            for number, item in enumerate(items)
            for field in (item.title, item.question, item.text)
            if field
        ]
        for some in _portions(fields):
            kinds = self._few.kinds([text for _, text in some])
            for (number, _), held in zip(some, kinds, strict=True):
                found[number] |= held
        return [
            not (held.isdisjoint(SURE) and (held.isdisjoint(THINGS) or held.isdisjoint(DEEDS)))
            for held in found
        ]


def _portions(fields: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """They all, so many at a time that together they are not too long."""
    some: list[tuple[int, str]] = []
    size = 0
    for field in fields:
        if some and size + len(field[1]) > AT_ONCE:
            yield some
            some, size = [], 0
        some.append(field)
        size += len(field[1])
    if some:
        yield some
