"""Rules are loaded when there is something to read, once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from monitor.config import builtin_issuers
from monitor.model import Item
from monitor.rules import shipped_rules

NEWS = Item(
    "s", "1", "", "", "JL MAG has obtained an export licence for magnets.",
    datetime(2026, 3, 2, 3, 0, tzinfo=UTC),
)  # fmt: skip


def test_several_threads_that_ask_first_share_one_loading() -> None:
    rules = shipped_rules(builtin_issuers())
    with ThreadPoolExecutor(4) as threads:
        readings = list(threads.map(rules, [NEWS] * 4))
        readers = {id(reader) for reader in threads.map(lambda _: rules.reader, range(4))}
    assert len(readers) == 1
    assert [r.matches[0].issuer_id for r in readings] == ["jl-mag"] * 4


async def test_ready_loads_before_the_first_item() -> None:
    rules = shipped_rules(builtin_issuers())
    await rules.ready()
    reader = rules.reader
    await rules.ready()
    assert rules.reader is reader
    assert rules.counts["rules"] > 20


def test_what_cannot_speak_of_licences_needs_no_grammar() -> None:
    script = (
        "import sys; from monitor.config import builtin_issuers; from monitor.model import Item;"
        "from datetime import UTC, datetime; from monitor.rules import shipped_rules;"
        "rules = shipped_rules(builtin_issuers()); at = datetime(2026, 3, 2, tzinfo=UTC);"
        "quiet = Item('s', '1', '', 'Markets', 'Shares rose in quiet trade.', at);"
        "news = Item('s', '2', '', 'Grant', 'JL MAG has obtained an export licence.', at);"
        "assert rules.may_speak([quiet, news, quiet]) == [False, True, False];"
        "assert 'monitor.rules.match' not in sys.modules;"
        "assert rules(news).matches; assert 'monitor.rules.match' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
