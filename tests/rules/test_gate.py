"""The shortcut that turns most items away lets in whatever could be read."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import opencc
import pytest

from monitor.config import builtin_issuers
from monitor.model import Item
from monitor.rules import Rules, load_rules
from monitor.rules.document import is_relevant, open_document
from monitor.rules.pack import load_packs

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(builtin_issuers())


def item(text: str, *, title: str = "", question: str | None = None) -> Item:
    return Item("s", "1", "", title, text, NOW, question=question)


def test_all_that_is_relevant_passes(rules: Rules) -> None:
    examples = [example.text for rule in load_packs(()).rules for example in rule.examples]
    assert len(examples) > 50
    for text in examples:
        for made in (item(text), item("text", title=text), item("text", question=text)):
            if is_relevant(open_document(made, rules.reader._tools)):
                assert rules.may_speak([made])[0], text


def documents(step: int) -> Iterator[tuple[str, str, str]]:
    """Title, question and text of every `step`-th labelled document; then its sentences, singly."""
    for path in sorted((Path(__file__).parents[1] / "corpus").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[::step]:
            told = json.loads(line)
            text = told["text"]
            yield told["title"] or "", told["question"] or "", text
            for sentence in text.replace("。", "。\n").replace(". ", ".\n").splitlines():
                yield "", "", sentence


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def as_entities(text: str) -> str:
    return "".join(f"&#{ord(c)};" if n % 3 else html.escape(c) for n, c in enumerate(text))


def with_pinyin(text: str) -> str:
    text = text.replace("许可", "许(xǔ)可").replace("证", "证(zhèng)")
    return text.replace("出口", "出（chū）口")


@pytest.mark.parametrize(
    "written",
    [str, wide, as_entities, with_pinyin, opencc.OpenCC("s2t").convert, "\u200b".join],
    ids=["as it is", "full width", "entities", "pinyin", "traditional", "zero width"],
)
def test_what_is_turned_away_has_nothing_to_read(
    rules: Rules, written: Callable[[str], str]
) -> None:
    turned_away = 0
    for title, question, text in documents(step=1 if written is str else 4):
        made = item(written(text), title=written(title), question=written(question))
        if not rules.may_speak([made])[0]:
            turned_away += 1
            assert not is_relevant(open_document(made, rules.reader._tools)), text
    assert turned_away > 100


@pytest.mark.parametrize(
    "text",
    [
        "The quarter went as planned, and the budget was met in May.",
        "Shares of the magnet maker rose by three per cent in quiet trade.",
        "公司三季度业绩符合预期，股价小幅上涨。",
        "",
    ],
)
def test_other_news_is_turned_away(rules: Rules, text: str) -> None:
    assert rules.may_speak([item(text, title="Markets")]) == [False]


def test_many_are_told_apart_in_one_pass(rules: Rules) -> None:
    made = [
        item(text, title=title, question=question) for title, question, text in documents(step=3)
    ]
    alone = [rules.may_speak([one])[0] for one in made]
    together = rules.may_speak(made)
    assert 100 < sum(alone) < len(made) - 100
    assert [a for a, t in zip(alone, together, strict=True) if a and not t] == []
    assert sum(together) <= 1.01 * sum(alone)
