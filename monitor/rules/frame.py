"""What a shipped rule asks of an act: the frame, a handful of words the grammar put in relation."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import Status


@dataclass(frozen=True, slots=True)
class Frame:
    """A rule about frames: words that must be there, words that must not."""

    id: str
    version: int
    status: Status
    all: tuple[frozenset[str], ...]
    none: frozenset[str]
    language: str

    def fits(self, words: set[str]) -> bool:
        for any_of in self.all:  # asked thousands of times a second: no generator
            if words.isdisjoint(any_of):
                return False
        return words.isdisjoint(self.none)

    def failing(self, words: set[str]) -> str:
        """The first condition that does not hold, in words."""
        for any_of in self.all:
            if words.isdisjoint(any_of):
                return f"needs {' or '.join(sorted(any_of))}"
        return f"excluded by {', '.join(sorted(words & self.none))}"
