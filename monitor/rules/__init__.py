"""MEAN: rules that read licence facts out of items. `load_rules` builds a `Rules`; call it.

The packs in `packs/` hold vocabulary and rules as data; the modules beside this one hold the
grammar of English and Chinese. Pure: no network, clock, database. How it works: docs/rules.md.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from monitor.config import Issuer
from monitor.model import Item, Reading

if TYPE_CHECKING:  # half a second to load, and 20 MB: not before there is something to read
    from monitor.rules.explanation import Explanation
    from monitor.rules.gate import Gate
    from monitor.rules.reader import Reader

Loaded = TypeVar("Loaded")


class Rules:
    """Every rule, ready to read items. Safe to share; holds no state between items.

    Loaded when first asked: the words that turn most items away, then the grammar for the rest.
    """

    def __init__(
        self, issuers: Sequence[Issuer], dirs: Sequence[Path] = (), *, proven: bool = False
    ) -> None:
        """`proven`: the packs are known to be in order, and the examples in them to hold."""
        self._issuers, self._dirs, self._proven = issuers, dirs, proven
        self._gate: Gate | None = None
        self._reader: Reader | None = None
        self._loading = threading.RLock()

    def __call__(self, item: Item) -> Reading:
        """What `item` says about licences. Never raises, whatever the text."""
        return self.reader(item)

    def may_speak(self, items: Sequence[Item]) -> list[bool]:
        """Of each of `items`: whether it may speak of licences. For the others a call gives an
        empty Reading; that is most items, so this looks at all of them in one pass."""
        return self.gate.let_in(items)

    def is_relevant(self, item: Item) -> bool:
        """Whether title or text speak of licences at all; costs next to nothing."""
        return self.gate.let_in([item])[0] and self.reader.is_relevant(item)

    def names_a_firm(self, item: Item) -> bool:
        """Whether title or text name a watched firm beyond doubt."""
        return self.gate.names_a_firm(item)

    def explain(self, item: Item) -> Explanation:
        """How `item` is read, sentence by sentence."""
        return self.reader.explain(item)

    @property
    def counts(self) -> Mapping[str, int]:
        """Rules, packs and examples, for `monitor check`."""
        return self.reader.counts

    @property
    def meanings(self) -> Mapping[str, str]:
        """What each rule means, by its id."""
        return self.reader.meanings

    async def ready(self) -> None:
        """Load on a thread what is not loaded yet. Raises RuleError, or what else stood in the way:
        to be asked before items are read, so that no item is blamed for it."""
        if self._reader is None:
            await asyncio.to_thread(lambda: self.reader)

    @property
    def gate(self) -> Gate:
        """What turns away most items; whoever asks first waits until it is loaded."""
        if self._gate is None:
            with self._loading:
                if self._gate is None:
                    self._gate = _for_good(self._load_gate)
        return self._gate

    @property
    def reader(self) -> Reader:
        """What reads; whoever asks first waits until it is loaded."""
        if self._reader is None:
            with self._loading:
                if self._reader is None:
                    self._reader = _for_good(self._load_reader)
        return self._reader

    def _load_gate(self) -> Gate:
        from monitor.rules.gate import Gate
        from monitor.rules.pack import load_packs

        return Gate(load_packs(self._dirs, proven=self._proven), self._issuers)

    def _load_reader(self) -> Reader:
        from monitor.rules.reader import load_reader

        return load_reader(self.gate, proven=self._proven)


def _for_good(load: Callable[[], Loaded]) -> Loaded:
    """Load what stays as long as the process, or until a reload.

    Half a million objects: they are set aside, so that the garbage collector does not go through
    them again and again, neither while they are made nor while items are read, which make objects
    by the ten thousand that need no collector at all.
    """
    gc.unfreeze()  # what a reload replaces is to go
    gc.disable()
    try:
        return load()
    finally:
        gc.enable()
        gc.freeze()


def load_rules(issuers: Sequence[Issuer], dirs: Sequence[Path] = ()) -> Rules:
    """Read the shipped packs and those in `dirs`, and run every example in them.

    Raises RuleError with every problem, each with file and line.
    """
    rules = Rules(issuers, dirs)
    _ = rules.reader
    return rules


def shipped_rules(issuers: Sequence[Issuer]) -> Rules:
    """The shipped packs alone, whose examples hold, loaded when they are first asked."""
    return Rules(issuers, proven=True)
