"""`make eval`: how well are labelled documents read, and has it become worse?

Runs the extraction over every corpus it finds, prints figures worst first (by language, channel and
phenomenon), and ends with exit code 1 where a figure lies below the floor in `eval-floor.json`.

    python bench/eval.py                      the corpora beside and inside the checkout
    python bench/eval.py FILE.jsonl --errors 20
    python bench/eval.py --record             today's figures become the floor

What is counted:
- alert: pairs (firm, family grant or loss) of events that are new and confirmed or reported;
- event: pairs (firm, status) of all events that name a firm;
- destinations, products: their sets, over all pairs of `alert` found or wanted;
- false alerts per 100 documents that should raise none.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from monitor.clock import utc_now  # noqa: E402
from monitor.config import Issuer, builtin_issuers  # noqa: E402
from monitor.documents import Tickers, event_row, item_from, parse  # noqa: E402
from monitor.model import ALERTING, FAMILY, Status  # noqa: E402

FLOOR = HERE / "eval-floor.json"
CORPUS = "LICENSE_MONITOR_CORPUS"
"""Environment variable: the labelled corpus that lies beside the checkout."""
SLACK = 0.0005
"""Figures are compared with this tolerance (they are recorded with four digits)."""

Row = Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """Found, missed and wrong members of sets."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, wanted: set[Hashable], found: set[Hashable]) -> None:
        self.right += len(wanted & found)
        self.wrong += len(found - wanted)
        self.missed += len(wanted - found)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 0.0


@dataclass(slots=True)
class Score:
    """The figures of one group of documents."""

    documents: int = 0
    quiet: int = 0
    """Documents that should raise no alert."""
    false: int = 0
    """Alerts raised by those."""
    alert: Tally = field(default_factory=Tally)
    event: Tally = field(default_factory=Tally)
    destinations: Tally = field(default_factory=Tally)
    products: Tally = field(default_factory=Tally)
    extents: Tally = field(default_factory=Tally)
    dates: Tally = field(default_factory=Tally)
    evidence: Tally = field(default_factory=Tally)
    slots: bool = True
    """The labels tell where to, what and how much."""

    def add(self, wanted: Sequence[Row], found: Sequence[Row]) -> None:
        want, got = alerting(wanted), alerting(found)
        self.documents += 1
        self.alert.add(set(want), set(got))
        if not want:
            self.quiet += 1
            self.false += len(got)
        self.event.add(named(wanted), named(found))
        for key in want.keys() | got.keys():
            w, g = want.get(key, []), got.get(key, [])
            if self.slots:
                self.destinations.add(values(w, "destinations"), values(g, "destinations"))
                self.products.add(values(w, "products"), values(g, "products"))
            if w and g:
                if self.slots:
                    self.extents.add(said(w, "extent"), said(g, "extent"))
                    self.dates.add(said(w, "event_date"), said(g, "event_date"))
                overlap = any(
                    _overlap(str(a["evidence"]), str(b["evidence"])) for a in w for b in g
                )
                self.evidence.add({True}, {overlap})

    @property
    def false_per_100(self) -> float:
        return 100 * self.false / self.quiet if self.quiet else 0.0

    def figures(self) -> dict[str, float]:
        """What the floor holds; `false_per_100` is a ceiling."""
        slots = {
            "destinations_f1": round(self.destinations.f1, 4),
            "products_f1": round(self.products.f1, 4),
        }
        return {
            "alert_precision": round(self.alert.precision, 4),
            "alert_recall": round(self.alert.recall, 4),
            "alert_f1": round(self.alert.f1, 4),
            "event_f1": round(self.event.f1, 4),
            **(slots if self.slots else {}),
            "false_per_100": round(self.false_per_100, 2),
        }


def alerting(events: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """The alert-worthy events by (firm, family)."""
    out: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for event in events:
        status: Status = event["status"]
        if (
            event.get("firm")
            and status in ALERTING
            and event.get("novelty", "new") == "new"
            and event.get("certainty") not in ("denied", "expected")
        ):
            out[str(event["firm"]).upper(), FAMILY[status]].append(event)
    return dict(out)


def named(events: Iterable[Row]) -> set[Hashable]:
    return {(str(e["firm"]).upper(), e["status"]) for e in events if e.get("firm")}


def values(events: Iterable[Row], key: str) -> set[Hashable]:
    return {value for event in events for value in event.get(key) or ()}


def said(events: Iterable[Row], key: str) -> set[Hashable]:
    return {event[key] for event in events if event.get(key) not in (None, "unspecified")}


def _overlap(a: str, b: str) -> bool:
    return bool(a) and bool(b) and (a in b or b in a or _shared(a, b) * 2 >= min(len(a), len(b)))


def _shared(a: str, b: str) -> int:
    """Length of the longest run of characters both have."""
    best, lengths = 0, [0] * (len(b) + 1)
    for c in a:
        before = 0
        for j, d in enumerate(b, 1):
            here = lengths[j]
            lengths[j] = before + 1 if c == d else 0
            before = here
            best = max(best, lengths[j])
    return best


# --- running --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled document and what was found in it."""

    document: Row
    found: list[dict[str, Any]]
    bad_evidence: int
    """Evidence that is no substring of text or title."""


def judge(path: Path, issuers: Sequence[Issuer]) -> Iterator[Judged]:
    """Read every document of a corpus with the shipped rules."""
    from monitor.rules import load_rules

    rules, tickers, now = load_rules(issuers), Tickers(issuers), utc_now()
    with path.open("rb") as lines:
        for line in lines:
            if not line.strip():
                continue
            document = parse(line)
            item = item_from(document, tickers, now)
            found = [event_row(match, tickers) for match in rules(item).matches]
            bad = sum(
                e["evidence"] not in item.text and e["evidence"] not in item.title for e in found
            )
            yield Judged(document, found, bad)


def groups(judged: Sequence[Judged]) -> dict[str, dict[str, Score]]:
    """Scores by language, channel and phenomenon, and over all."""
    slots = any("destinations" in e for one in judged for e in one.document.get("events") or [])
    out: dict[str, dict[str, Score]] = {
        title: defaultdict(partial(Score, slots=slots))
        for title in ("all", "language", "channel", "phenomenon")
    }
    for one in judged:
        wanted = one.document.get("events") or []
        out["all"]["all"].add(wanted, one.found)
        out["language"][str(one.document.get("lang"))].add(wanted, one.found)
        out["channel"][str(one.document.get("channel"))].add(wanted, one.found)
        for phenomenon in one.document.get("phenomena") or []:
            out["phenomenon"][str(phenomenon)].add(wanted, one.found)
    return out


def show(name: str, judged: Sequence[Judged], *, errors: int) -> Score:
    """Print the figures of one corpus; its overall score."""
    by = groups(judged)
    total = by["all"]["all"]
    print(f"\n{name}: {total.documents} documents, {total.documents - total.quiet} with an alert")
    for label, tally in (
        ("alert", total.alert),
        ("event (firm, status)", total.event),
        ("destinations", total.destinations if total.slots else None),
        ("products", total.products if total.slots else None),
        ("extent, where alerts match", total.extents if total.slots else None),
        ("date, where alerts match", total.dates if total.slots else None),
    ):
        if tally is not None:
            print(f"  {label:<28} {_figures(tally)}")
    print(f"  {'evidence overlaps':<28} {total.evidence.recall:.3f}")
    bad = sum(one.bad_evidence for one in judged)
    print(f"  {'evidence not in the text':<28} {bad}")
    print(f"  {'false alerts per 100 quiet':<28} {total.false_per_100:.1f}")
    for title in ("language", "channel", "phenomenon"):
        rows = sorted(by[title].items(), key=lambda row: (_worth(row[1]), row[0]))
        if title == "phenomenon":
            rows = [row for row in rows if row[1].alert.wrong or row[1].alert.missed][:25]
        print(f"\n  {title}, worst first" + ("" if rows else ": no alert error"))
        for value, score in rows:
            print(
                f"    {value:<26} alert {score.alert.f1:.3f}  event {score.event.f1:.3f}"
                f"  false {score.false}/{score.quiet}  n {score.documents}"
            )
    _list_errors(judged, errors)
    return total


def _figures(tally: Tally) -> str:
    return (
        f"P {tally.precision:.3f}  R {tally.recall:.3f}  F1 {tally.f1:.3f}"
        f"  ({tally.right} right, {tally.wrong} wrong, {tally.missed} missed)"
    )


def _worth(score: Score) -> float:
    """Groups without any alert are judged by their silence."""
    tally = score.alert
    return tally.f1 if tally.right + tally.wrong + tally.missed else 1.0


def _list_errors(judged: Sequence[Judged], most: int) -> None:
    for one in judged:
        want, got = set(alerting(one.document.get("events") or [])), set(alerting(one.found))
        for what, keys in (("missed", want - got), ("false", got - want)):
            for firm, family in sorted(keys):
                if most > 0:
                    print(f"  error {one.document['id']}: {what} {family} of {firm}")
                    most -= 1


# --- the floor ------------------------------------------------------------------------------------


def below(figures: Mapping[str, float], floor: Mapping[str, float]) -> list[str]:
    """What has become worse, in words."""
    out = []
    for key, wanted in floor.items():
        have = figures.get(key)
        if have is None:
            continue
        worse = have > wanted + SLACK if key == "false_per_100" else have < wanted - SLACK
        if worse:
            side = "above the ceiling" if key == "false_per_100" else "below the floor"
            out.append(f"{key} {have:g} is {side} of {wanted:g}")
    return out


def corpora(given: Sequence[str]) -> dict[str, Path]:
    """Name -> file. Without any given: the corpus beside the checkout and those of the tests."""
    if given:
        return {Path(path).stem: Path(path) for path in given}
    beside = Path(os.environ.get(CORPUS) or HERE.parent.parent / "shared" / "corpus" / "dev.jsonl")
    out = {"dev": beside}
    for path in sorted((HERE.parent / "tests" / "corpus").glob("*.jsonl")):
        out[path.stem] = path
    return out


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n", 1)[0],
        epilog=f"{CORPUS} (environment) names the corpus that is not part of the project.",
    )
    parser.add_argument("corpus", nargs="*", help="labelled documents, one JSON object a line")
    parser.add_argument("--only", metavar="NAME", help="of the corpora that are found, this one")
    parser.add_argument("--record", action="store_true", help="make today's figures the floor")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="list up to N errors")
    parser.add_argument("--json", metavar="FILE", help="also write all figures there")
    parser.add_argument("--floor", metavar="FILE", default=str(FLOOR), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    floor_file = Path(options.floor)
    floor = json.loads(floor_file.read_text("utf-8")) if floor_file.exists() else {}
    issuers = builtin_issuers()
    figures: dict[str, dict[str, float]] = {}
    problems: list[str] = []
    for name, path in corpora(options.corpus).items():
        if options.only not in (None, name):
            continue
        if not path.exists():
            if options.corpus:
                parser.error(f"no such file: {path}")
            print(f"{name}: no corpus at {path}; set {CORPUS} to score it")
            continue
        judged = list(judge(path, issuers))
        total = show(name, judged, errors=options.errors)
        figures[name] = total.figures()
        if any(one.bad_evidence for one in judged):
            problems.append(f"{name}: evidence that is not in the text")
        if not options.record:
            problems += [f"{name}: {what}" for what in below(figures[name], floor.get(name, {}))]
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    if options.record:
        floor_file.write_text(json.dumps(floor | figures, indent=1, sort_keys=True) + "\n", "utf-8")
        print(f"\nrecorded in {floor_file}")
    for problem in problems:
        print(f"WORSE {problem}" if "evidence" not in problem else f"WRONG {problem}")
    if figures and not problems and not options.record:
        print("\nall figures at or above the floor")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
