"""What the database would not take: sent alerts must not go out again because a disk is full.

A try that could not be noted down is kept here, in the order of events, and written at the head of
the next transaction that works. Until then `claim` and its neighbours ask here what the rows do not
say yet. It is memory: a process that is killed while it owes something sends those alerts again.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.log import fields

log = logging.getLogger(__name__)

Statement = tuple[str, tuple[Any, ...]]


class Debt:
    """Statements to be written, and what they mean for each delivery meanwhile."""

    def __init__(self) -> None:
        self._statements: list[Statement] = []
        self._ended: set[str] = set()
        self._not_before: dict[str, datetime] = {}
        self._tries: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._statements)

    def knows(self, delivery_id: str) -> bool:
        """Whether the row of this delivery is not up to date."""
        return delivery_id in self._tries

    def lend(self, delivery_id: str, until: datetime, claim: Statement) -> None:
        """A try begins; nobody else takes the delivery before `until`."""
        self._owe([claim], "claim")
        self._tries[delivery_id] += 1
        self._not_before[delivery_id] = until

    def end(
        self, delivery_id: str, settlement: Sequence[Statement], due_at: datetime | None
    ) -> None:
        """A try is over: for good, or until `due_at`."""
        self._owe(settlement, "settle")
        self._tries[delivery_id] += 0
        if due_at is None:
            self._ended.add(delivery_id)
        else:
            self._not_before[delivery_id] = due_at

    def over(self, delivery_id: str) -> bool:
        """Whether the delivery was sent or given up."""
        return delivery_id in self._ended

    def not_before(self, delivery_id: str) -> datetime | None:
        """When it may be taken again; None: the row knows."""
        return self._not_before.get(delivery_id)

    def tries(self, delivery_id: str) -> int:
        """Tries begun that the row does not count yet."""
        return self._tries[delivery_id] if self.knows(delivery_id) else 0

    def statements(self) -> tuple[Statement, ...]:
        """What to write, in this order."""
        return tuple(self._statements)

    def paid(self) -> None:
        """It is written."""
        if self._statements:
            log.warning("deliveries noted", extra=fields(deliveries=len(self._tries)))
            self._forget()

    def give_up(self, error: str) -> None:
        """The end came first."""
        log.error(
            "deliveries not noted: they may be sent again",
            extra=fields(deliveries=" ".join(self._tries), error=error),
        )
        self._forget()

    def _owe(self, statements: Sequence[Statement], what: str) -> None:
        if not self._statements:
            log.error("deliveries kept in memory: the database refuses", extra=fields(what=what))
        self._statements += statements

    def _forget(self) -> None:
        self._statements.clear()
        self._ended.clear()
        self._not_before.clear()
        self._tries.clear()
