"""The shortcut that turns most items away lets in whatever could be read."""

from __future__ import annotations

from datetime import UTC, datetime

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
                assert rules.reader._gate.lets_in(made), text


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
    assert not rules.reader._gate.lets_in(item(text, title="Markets"))
