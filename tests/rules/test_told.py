"""What answers and sentences with two acts say, and where the goods go: `told*.txt`, all invented.

Beside the facts of `test_sentences` a line tells the destinations (`granted=DE+FR`) and what is
said of nobody named (`nobody:policy`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.model import Match
from monitor.rules import Rules, load_rules
from tests.rules.test_sentences import FIRMS, a_text, told


def lines() -> Iterator[tuple[str, str, str | None]]:
    for file in sorted(Path(__file__).parent.glob("told*.txt")):
        question = None
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("?"):
                question = line[1:].strip() or None
            elif line.strip() and not line.startswith("#"):
                facts, text = (part.strip() for part in line.split("|"))
                yield facts, text, question


LINES = list(lines())


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(FIRMS)


def said(match: Match) -> str:
    fact = told(match) if match.issuer_id else f"nobody:{match.status}"
    return fact + ("=" + "+".join(match.destinations) if match.destinations else "")


@pytest.mark.parametrize(("facts", "text", "question"), LINES, ids=[x[1][:60] for x in LINES])
def test_it_is_told_of_whom_and_for_where(
    rules: Rules, facts: str, text: str, question: str | None
) -> None:
    found = sorted(said(m) for m in rules(a_text(text, question)).matches)
    assert found == sorted(f for f in facts.split() if f != "none")
