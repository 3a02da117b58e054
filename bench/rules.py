"""How fast the rules read: figures as ratios, on this machine, one core.

    python bench/rules.py [CORPUS.jsonl]

- automaton: one pass of every term, against a naive `re` loop over the same terms, hits compared;
- documents a second: the corpus (default: the blind sets in tests/corpus), whole readings;
- hostile: 50 KB of half-matches without sentence ends, against an ordinary text of that size.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from monitor.clock import utc_now  # noqa: E402
from monitor.config import builtin_issuers  # noqa: E402
from monitor.documents import Tickers, item_from, parse  # noqa: E402
from monitor.model import Item  # noqa: E402
from monitor.rules import Rules, load_rules  # noqa: E402
from monitor.rules.automaton import Automaton  # noqa: E402
from monitor.rules.pack import load_packs  # noqa: E402
from monitor.text import normalise  # noqa: E402

SIZE = 50_000
HOSTILE = ("示例出口许可证申请尚未，", "if not granted export permit, ", "许可许可获批批准")
CALM = (
    "Prices were little changed in Rotterdam. The ministry has issued export licences to JL MAG. "
)


def best(run: Callable[[], object], times: int = 3) -> float:
    """CPU seconds of the quickest run; what else the machine does counts little."""
    found = float("inf")
    for _ in range(times):
        begin = time.process_time()
        run()
        found = min(found, time.process_time() - begin)
    return found


def automaton() -> None:
    lists = [(k, [t for t in ts if t[0] != "/"]) for k, ts in load_packs([]).lists()]
    words = Automaton(lists)
    text = normalise((CALM + "公司已取得对日出口许可证。") * 60).text
    loop = [re.compile(re.escape(p)) for p in words.patterns]

    def naive() -> list[tuple[int, int, int]]:
        return sorted((i, m.start(), m.end()) for i, p in enumerate(loop) for m in p.finditer(text))

    fast = best(lambda: words.scan(text), 20)
    slow = best(naive, 1)
    found = {(s, e) for _, s, e in words.scan(text)}
    same = {(s, e) for _, s, e in naive()} <= found
    print(
        f"automaton: {slow / fast:.0f} times a naive loop over {len(loop)} terms, same hits: {same}"
    )


def documents(rules: Rules, paths: list[Path]) -> None:
    tickers = Tickers(builtin_issuers())
    items: list[Item] = []
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            items.append(item_from(parse(line), tickers, utc_now()))
    seconds = best(lambda: [rules(item) for item in items])
    print(f"documents: {len(items) / seconds:.0f} a second ({len(items)} documents)")


def hostile(rules: Rules) -> None:
    def read(text: str) -> float:
        item = Item("b", "1", "", "", text, utc_now())
        return best(lambda: rules(item))

    calm = read(CALM * (SIZE // len(CALM)))
    for half in HOSTILE:
        ratio = read(half * (SIZE // len(half))) / calm
        print(f"hostile: {ratio:.1f} times an ordinary text of {SIZE} characters ({half[:12]!r})")


def main() -> None:
    rules = load_rules(builtin_issuers())
    given = [Path(a) for a in sys.argv[1:]]
    automaton()
    try:
        documents(rules, given or sorted((HERE.parent / "tests/corpus").glob("blind-*.jsonl")))
    except (OSError, TypeError, ValueError) as error:
        print(f"documents: not measured ({error})")
    hostile(rules)


if __name__ == "__main__":
    main()
