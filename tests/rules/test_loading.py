"""Rules are loaded when there is something to read, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from monitor.config import builtin_issuers
from monitor.model import Item
from monitor.rules import Rules, shipped_rules
from monitor.rules.reader import Reader, load_reader

NEWS = Item(
    "s", "1", "", "", "JL MAG has obtained an export licence for magnets.",
    datetime(2026, 3, 2, 3, 0, tzinfo=UTC),
)  # fmt: skip


def test_several_threads_that_ask_first_share_one_loading() -> None:
    loaded: list[Reader] = []

    def load() -> Reader:
        loaded.append(load_reader(builtin_issuers(), proven=True))
        return loaded[-1]

    rules = Rules(load)
    assert not loaded
    with ThreadPoolExecutor(4) as threads:
        readings = list(threads.map(rules, [NEWS] * 4))
    assert len(loaded) == 1
    assert [r.matches[0].issuer_id for r in readings] == ["jl-mag"] * 4


async def test_ready_loads_before_the_first_item() -> None:
    rules = shipped_rules(builtin_issuers())
    await rules.ready()
    reader = rules.reader
    await rules.ready()
    assert rules.reader is reader
    assert rules.counts["rules"] > 20
