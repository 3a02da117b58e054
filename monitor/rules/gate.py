"""Turns away at once what cannot speak of licences: most of what is published.

Only a shortcut: what it lets through is still looked at by `is_relevant`, and whatever that would
accept must pass. So it asks for less, any of the words, wherever they stand.
"""

from __future__ import annotations

from monitor.model import Item
from monitor.rules.automaton import Automaton
from monitor.rules.document import RELEVANT
from monitor.text import normalise

THINGS = frozenset(("authority", "export", "control", "apply"))
DEEDS = frozenset((
    "give", "may", "lacking", "refuse", "suspend", "revoke", "get", "arrive", "expire", "renew",
    "reinstate", "wait",
))  # fmt: skip
"""To be relevant (`document.is_relevant`) needs a word of RELEVANT, or one of each of these two."""
PARTS = ("许可", "licens", "证")
"""Strings that count wherever they stand."""
SURE = RELEVANT.union(PARTS)


class Gate:
    """Built once from the words of all packs."""

    def __init__(self, words: Automaton) -> None:
        self._words = words.part(RELEVANT | THINGS | DEEDS, PARTS)

    def lets_in(self, item: Item) -> bool:
        """Whether title, question or text hold the words without which there is nothing to read."""
        found: set[str] = set()
        for field in (item.title, item.question, item.text):
            if field:
                found |= self._words.kinds(normalise(field).text, SURE)
                if not found.isdisjoint(SURE):  # mostly by the title, which is short
                    return True
        return not (found.isdisjoint(THINGS) or found.isdisjoint(DEEDS))
