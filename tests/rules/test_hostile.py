"""Whatever a page may hold: an answer in bounded time, never an exception."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import Item, Kind, Reading
from monitor.rules import Rules, load_rules
from tests.rules.test_sentences import FIRMS, LINES

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
WORDS = [
    "Example Magnets",
    "示例磁材",
    "(999999.SZ)",
    "export licence",
    "出口许可证",
    "许可",
    "申请",
    "获批",
    "尚未",
    "not",
    "has",
    "received",
    "was",
    "refused",
    "if",
    "如",
    "的",
    "，",
    ", ",
    "。",
    ". ",
    "?",
    "？",
    " and ",
    "Germany",
    "德国",
    "magnets",
    "磁材",
    "3 月",
    "6月11日",
    "(",
    ")",
    "“",
    "”",
    "&nbsp;",
    "\n",
    "：",
    "- ",
    "it",
    "公司",
    "their",
    "两家",
    "rumours",
    "网传",
    "不实",
    "\u202e",
    "\ud83d",
    "3",
    "two",
    "被",
    "问：",
    "答：",
]


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(FIRMS)


def read(rules: Rules, text: str, title: str = "", question: str | None = None) -> Reading:
    kind: Kind = "news" if question is None else "ir_qa"
    return rules(
        Item(
            "t",
            "1",
            "",
            title,
            text,
            NOON,
            published_at=NOON,
            question=question,
            kind=kind,
            issuer_id="example" if question else None,
        )
    )


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join))
def test_words_in_any_order_never_raise(rules: Rules, text: str) -> None:
    for reading in (read(rules, text), read(rules, text, text[:40], text[::-1])):
        for match in reading.matches:
            field = text if match.where == "text" else text[:40]
            assert field[match.start : match.start + len(match.quote)] == match.quote


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=300))
def test_any_text_beside_a_licence_never_raises(rules: Rules, text: str) -> None:
    read(rules, f"示例磁材{text}出口许可证{text}获批", text)
    rules.explain(Item("t", "1", "", text, f"Example Magnets {text} export licence {text}", NOON))


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00" * 1000, "\ud800" * 500, "\u202e" * 500, "(" * 5000, "&" * 5000, "." * 5000,
     bytes(range(256)).decode("latin-1") * 20, "许" * 5000, "- " * 3000, "\n" * 5000],
)  # fmt: skip
def test_rubbish_says_nothing(rules: Rules, text: str) -> None:
    assert read(rules, text) == Reading()
    assert read(rules, text, text).matches == ()


def test_a_megabyte_is_read_in_seconds(rules: Rules) -> None:
    line = "Prices were little changed in Rotterdam, where the metal waits for buyers. "
    text = line * (1_000_000 // len(line)) + "\nExample Magnets has received an export licence."
    begin = time.perf_counter()
    (match,) = read(rules, text).matches
    assert match.status == "granted"
    assert time.perf_counter() - begin < 20


HALF = [
    "Example Magnets export licence application not been ",
    "示例磁材出口许可证申请尚未，",
    "if not granted export permit, ",
    "(" * 10 + "export licence " + "[" * 10,
    "许可许可获批批准",
    "Germany, Japan, Korea and ",
    "6月6日",
]


def seconds(rules: Rules, text: str) -> float:
    """The best of three runs."""
    best = float("inf")
    for _ in range(3):
        begin = time.perf_counter()
        read(rules, text)
        best = min(best, time.perf_counter() - begin)
    return best


@pytest.mark.parametrize("half", HALF)
def test_half_matches_without_an_end_cost_in_proportion(rules: Rules, half: str) -> None:
    short = seconds(rules, half * (8_000 // len(half)))
    long = seconds(rules, half * (32_000 // len(half)))
    assert long < 12 * short + 0.05  # four times the text; a square law would give sixteen


def test_every_sentence_can_be_explained(rules: Rules) -> None:
    for _, text, question in LINES[::9]:
        item = Item("t", "1", "", "", text, NOON, question=question, issuer_id="example")
        explanation = rules.explain(item)
        assert explanation.matches == rules(item).matches
        for sentence in explanation.sentences:
            for mark in sentence.marks:
                where = question or "" if sentence.where == "question" else text
                assert where[mark.start : mark.end] == mark.text
