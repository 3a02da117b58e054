"""What Chinese texts say, with places and goods, over `facts*.zh.txt`: one invented text a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.model import Match
from monitor.rules import Rules, load_rules
from tests.rules.test_sentences import FIRMS, a_text, told


def lines(files: str) -> Iterator[tuple[str, str, str | None, str]]:
    for file in sorted(Path(__file__).parent.glob(files)):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                facts, text, *more = (part.strip() for part in line.split("|"))
                title = more[0][2:] if more and more[0].startswith("T:") else ""
                yield facts, text, more[0] if more and not title else None, title


LINES = list(lines("facts*.zh.txt"))


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(FIRMS)


def _sorted(codes: str) -> str:
    return ",".join(sorted(codes.split(",")))


def status(wanted: str) -> str:
    return wanted.partition("#")[0].partition("@")[0]


def fits(match: Match, wanted: str) -> bool:
    """`wanted` is `status@DE,JP#magnets`; what it leaves out is not asked, `-` means none."""
    head, _, goods = wanted.partition("#")
    kind, _, places = head.partition("@")
    found = told(match) if match.issuer_id else f"nobody:{told(match).partition(':')[2]}"
    return (
        found == kind
        and _sorted(places) in ("", ",".join(sorted(match.destinations)) or "-")
        and _sorted(goods) in ("", ",".join(sorted(match.products)) or "-")
    )


@pytest.mark.parametrize(
    ("facts", "text", "question", "title"), LINES, ids=[line[1][:50] for line in LINES]
)
def test_a_text_says_what_it_says(
    rules: Rules, facts: str, text: str, question: str | None, title: str
) -> None:
    item = a_text(text.replace("\\n", "\n"), question, title=title)
    wanted = [f for f in facts.split() if f != "none"]
    nobody = any(f.startswith("nobody:") for f in wanted)
    found = [m for m in rules(item).matches if m.issuer_id is not None or nobody]
    for fact in wanted:
        assert any(fits(m, fact) for m in found), (
            fact,
            [(told(m), m.destinations, m.products) for m in found],
        )
    assert [told(m) for m in found if not any(fits(m, status(f)) for f in wanted)] == []
