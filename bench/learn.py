"""What words weigh to the second reader: `make learn` writes monitor/rules/weights.tsv.

Learns from labelled documents. Of those in tests/corpus/learn nobody who wrote rules has read one:
what the grammar makes of them shows how far it is to be trusted. All others, tests/corpus/read, the
development corpus and the sentences of tests/rules were read by rule writers; from them only the
words are learnt.

    python bench/learn.py                learn and write
    python bench/learn.py --check        how well each set is read when it is left out

Needs scikit-learn (`pip install scikit-learn`), which nothing else here does.
"""

# ruff: noqa: E402
from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench.eval import CORPUS, alerting
from monitor.clock import utc_now
from monitor.config import Issuer, builtin_issuers
from monitor.documents import Tickers, item_from, parse
from monitor.model import FAMILY, Item
from monitor.rules import load_rules
from monitor.rules.reader import Reader
from monitor.rules.second import AGAINST_FROM, DOUBTED_BELOW, DRAWN_FROM, WEIGHTS
from monitor.rules.wording import Wording, alerts, firms_in

SETS = HERE.parent / "tests/corpus"
UNREAD = SETS / "learn"
KEPT_BACK = ("blind-b", "blind-k", "blind-l", "blind-m", "blind-n")
"""Nothing is learnt from these: they tell how well the whole reads what it has never seen."""
SEEN_TWICE, MOST_MARKS = 2, 10_000
"""A mark counts when it was seen in so many (document, firm), and is kept among the heaviest."""


@dataclass(frozen=True, slots=True)
class Row:
    """One document as far as it is about one firm."""

    values: Mapping[str, float]
    news: bool
    """It reports a grant or a loss of that firm."""
    loss: bool
    found: bool
    """The grammar alone says so."""


def rows_of(file: Path, reader: Reader, issuers: Sequence[Issuer], *, unread: bool) -> list[Row]:
    """Every document of a labelled set with every firm in it."""
    tickers, now = Tickers(issuers), utc_now()
    found: list[Row] = []
    for document in _documents(file):
        wanted: dict[str | None, str] = {}
        for firm, family in alerting(document["events"]):
            wanted[tickers.issuer_id(firm)] = family
        found += _rows(item_from(document, tickers, now), wanted, reader, unread=unread)
    return found


def _documents(file: Path) -> Iterator[dict[str, Any]]:
    """The documents of a set, or those of its streams: what is new there or repeated is reported,
    whatever else it says is not."""
    for line in file.read_text(encoding="utf-8").splitlines():
        one = parse(line)
        for document in one.get("documents", [one]):
            for label in document.get("expect", ()):
                reported = label["verdict"] in ("new", "update", "confirmed", "repeat")
                label["novelty"] = "new" if reported else "background"
            yield {**document, "events": document.get("events") or document.get("expect", [])}


def _rows(
    item: Item, wanted: Mapping[str | None, str], reader: Reader, *, unread: bool
) -> Iterator[Row]:
    document, facts, doubt = reader.grammar(item)
    drawn = {fact.key for fact in facts if alerts(fact)}
    wording = Wording(document)
    for firm in firms_in(document):
        seen = wording.about(firm, facts if unread else None, unsure=doubt is not None)
        yield Row(seen.values(), firm in wanted, wanted.get(firm) == "loss", firm in drawn)


def rows_of_sentences() -> Iterator[Row]:
    """The lines of tests/rules."""
    from tests.rules import test_facts_zh, test_sentences, test_told

    reader = load_rules(test_sentences.FIRMS).reader
    lines = [(*line, "") for line in (*test_sentences.LINES, *test_told.LINES)]
    for facts, text, question, title in (*lines, *test_facts_zh.LINES):
        item = test_sentences.a_text(text.replace("\\n", "\n"), question, title=title)
        wanted: dict[str | None, str] = {}
        for fact in facts.split():
            firm, _, status = fact.rpartition(":")
            status = status.partition("@")[0].partition("=")[0].partition("#")[0]
            family = FAMILY.get(status)  # type: ignore[call-overload]
            if family in ("grant", "loss"):  # "granted~", "granted?" are none
                wanted[firm or "example"] = family
        yield from _rows(item, wanted, reader, unread=False)


class Learner:
    """Logistic regression over marks."""

    def __init__(self) -> None:
        try:
            import numpy  # type: ignore[import-not-found,unused-ignore]
            from scipy import sparse  # type: ignore[import-untyped,import-not-found,unused-ignore]
            from sklearn.linear_model import (  # type: ignore[import-not-found,unused-ignore]
                LogisticRegression,
            )
        except ImportError:
            sys.exit("make learn needs scikit-learn: pip install scikit-learn")
        self._numpy, self._sparse, self._model = numpy, sparse, LogisticRegression

    def weights(self, rows: Sequence[Row], wanted: Sequence[bool]) -> dict[str, float]:
        """What each mark weighs; "" stands for what is always there."""
        seen = Counter(mark for row in rows for mark in row.values)
        marks = sorted(mark for mark, n in seen.items() if n >= SEEN_TWICE)
        heavy = self._fit(rows, wanted, marks)
        heaviest = sorted(heavy, key=lambda mark: (-abs(heavy[mark]), mark))
        return self._fit(rows, wanted, sorted(m for m in heaviest[:MOST_MARKS] if m))

    def _fit(
        self, rows: Sequence[Row], wanted: Sequence[bool], marks: Sequence[str]
    ) -> dict[str, float]:
        number = {mark: i for i, mark in enumerate(marks)}
        ends, places, sizes = [0], [], []
        for row in rows:
            known = [(number[m], size) for m, size in row.values.items() if m in number]
            places += [place for place, _ in known]
            sizes += [size for _, size in known]
            ends.append(len(places))
        whole = self._numpy.int32
        table = self._sparse.csr_matrix(
            (sizes, self._numpy.array(places, whole), self._numpy.array(ends, whole)),
            shape=(len(rows), len(marks)),
        )
        model = self._model(C=1.0, solver="liblinear", max_iter=400, random_state=1)
        model.fit(table, list(wanted))
        return {"": float(model.intercept_[0])} | {
            mark: float(weight) for mark, weight in zip(marks, model.coef_[0], strict=True)
        }


def odds(row: Row, weights: Mapping[str, float]) -> float:
    return weights[""] + sum(weights.get(m, 0.0) * size for m, size in row.values.items())


def f1(rows: Sequence[Row], told: Sequence[bool]) -> tuple[float, int, int]:
    """F1 over (document, firm), how many are wrong and how many are missed."""
    right = sum(row.news and t for row, t in zip(rows, told, strict=True))
    wrong = sum(t and not row.news for row, t in zip(rows, told, strict=True))
    missed = sum(row.news and not t for row, t in zip(rows, told, strict=True))
    return 2 * right / max(1, 2 * right + wrong + missed), wrong, missed


def check(learner: Learner, unread: Mapping[str, list[Row]], read: Sequence[Row]) -> None:
    """Each unread set, read by what all the others teach."""
    every: list[tuple[Row, float]] = []
    for name, rows in unread.items():
        others = [r for other, more in unread.items() if other != name for r in more] + [*read]
        weights = learner.weights(others, [row.news for row in others])
        scored = [(row, odds(row, weights)) for row in rows]
        every += scored
        grammar, both = f1(rows, [r.found for r in rows]), f1(rows, [_told(*s) for s in scored])
        print(f"{name:12} grammar {_figures(*grammar)}   with the second {_figures(*both)}")
    rows = [row for row, _ in every]
    print(f"{'all':12} grammar {_figures(*f1(rows, [r.found for r in rows]))}")
    for drawn in (-0.6, -0.3, 0.0, 0.3, 0.6):
        for doubted in (-1.6, -1.2, -0.8, -0.4):
            told = [_told(row, odd, drawn, doubted) for row, odd in every]
            print(
                f"   drawn from {drawn:+.1f}, doubted below {doubted}: {_figures(*f1(rows, told))}"
            )


def _told(row: Row, odd: float, drawn: float = DRAWN_FROM, doubted: float = DOUBTED_BELOW) -> bool:
    if row.found:
        return odd > doubted
    return odd > drawn + ("g:any" in row.values) * (AGAINST_FROM - DRAWN_FROM)


def _figures(score: float, wrong: int, missed: int) -> str:
    return f"F1 {score:.3f} ({wrong} wrong, {missed} missed)"


def write(news: Mapping[str, float], loss: Mapping[str, float], rows: int) -> None:
    marks = sorted({*news, *loss})
    lines = [
        f"# Learnt by `make learn` from {rows} pairs of a document and a firm.",
        "# Each line: a mark, what it weighs for news of a licence, and for a loss among them.",
        "# s: words of sentences about the firm, o: of others, t: title, q: question,",
        "# K: lists of the packs, g: what the grammar drew; @ is the firm, # another.",
    ]
    for mark in marks:
        one, other = _short(news.get(mark, 0.0)), _short(loss.get(mark, 0.0))
        if mark == "" or (one, other) != ("0", "0"):
            lines.append(f"{mark}\t{one}\t{other}")
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} lines, {WEIGHTS.stat().st_size / 1000:.0f} kB -> {WEIGHTS.name}")


def _short(weight: float) -> str:
    return f"{round(weight, 3) + 0.0:g}"  # + 0.0: no "-0"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="leave each set out once")
    asked = parser.parse_args()
    learner, issuers = Learner(), builtin_issuers()
    reader = load_rules(issuers).reader
    unread = {
        file.stem: rows_of(file, reader, issuers, unread=True)
        for file in sorted(UNREAD.glob("*.jsonl"))
    }
    read = [row for file in _read_sets() for row in rows_of(file, reader, issuers, unread=False)]
    read += rows_of_sentences()
    if asked.check:
        check(learner, unread, read)
        return 0
    rows = [row for more in unread.values() for row in more] + read
    told = [row for row in rows if row.news]
    news = learner.weights(rows, [row.news for row in rows])
    write(news, learner.weights(told, [row.loss for row in told]), len(rows))
    return 0


def _read_sets() -> Iterable[Path]:
    beside = Path(os.environ.get(CORPUS) or HERE.parent.parent / "shared/corpus/dev.jsonl")
    ours = (*sorted(SETS.glob("*.jsonl")), *sorted((SETS / "read").glob("*.jsonl")))
    for file in (*ours, beside, beside.with_name("streams.jsonl")):
        if file.stem not in KEPT_BACK and file.exists():
            yield file


if __name__ == "__main__":
    sys.exit(main())
