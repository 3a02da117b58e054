"""What a sentence says, over `sentences*.txt`: one phrasing a line, all invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.config import Issuer
from monitor.model import Item, Match
from monitor.rules import Rules, load_rules

FIRMS = [
    Issuer(
        id="example",
        names={"en": ["Example Magnets"], "zh-Hans": ["示例磁材"]},
        tickers=["999999.SZ", "09999.HK"],
        place=["Ganzhou", "赣州"],
        roles=["magnet"],
        minerals=["rare_earth"],
    ),
    Issuer(
        id="sample",
        names={"en": ["Sample Rotors"], "zh-Hans": ["样例电机"]},
        tickers=["999998.SZ"],
        place=["Dongyang"],
        roles=["magnet", "motor"],
        minerals=["rare_earth"],
    ),
    Issuer(
        id="third",
        names={"en": ["Third Alloy"], "zh-Hans": ["第三合金"]},
        tickers=["999997.SZ"],
        roles=["magnet"],
        minerals=["rare_earth"],
    ),
]
NOON = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)


def lines() -> Iterator[tuple[str, str, str | None]]:
    for file in sorted(Path(__file__).parent.glob("sentences*.txt")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                facts, text, *question = (part.strip() for part in line.split("|"))
                yield facts, text, question[0] if question else None


LINES = list(lines())


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(FIRMS)


def a_text(text: str, question: str | None = None, *, title: str = "") -> Item:
    """News, or Example's answer where there is a question."""
    return Item(
        source_id="t",
        guid="1",
        url="",
        title=title,
        text=text,
        question=question,
        kind="news" if question is None else "ir_qa",
        issuer_id=None if question is None else "example",
        published_at=NOON,
        fetched_at=NOON,
    )


def told(match: Match) -> str:
    mark = {"denied": "!", "expected": "?"}.get(match.certainty, "")
    old = "~" if match.novelty == "background" else ""
    firm = "" if match.issuer_id == "example" else f"{match.issuer_id}:"
    return f"{firm}{match.status}{old}{mark}"


@pytest.mark.parametrize(("facts", "text", "question"), LINES, ids=[line[1][:60] for line in LINES])
def test_a_sentence_says_what_it_says(
    rules: Rules, facts: str, text: str, question: str | None
) -> None:
    found = sorted({told(m) for m in rules(a_text(text, question)).matches if m.issuer_id})
    assert found == sorted(f for f in facts.split() if f != "none")


def test_every_quotation_stands_in_its_text(rules: Rules) -> None:
    for _, text, question in LINES:
        item = Item("t", "1", "", "", text, NOON, question=question, issuer_id="example")
        for match in rules(item).matches:
            assert text[match.start : match.start + len(match.quote)] == match.quote
            assert match.quote
