"""What `explain` is told: every mark stands where it says, every verb has its reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.config import builtin_issuers
from monitor.model import Item
from monitor.rules import Rules, load_rules
from monitor.rules.explanation import Explanation

NOW = datetime(2026, 3, 2, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(builtin_issuers())


def explained(
    rules: Rules, text: str, *, title: str = "", question: str | None = None
) -> Explanation:
    item = Item("s", "g", "", title, text, NOW, published_at=NOW, question=question)
    return rules.explain(item)


def test_marks_stand_in_the_original(rules: Rules) -> None:
    text = "公司昨日公告：寧波韻升（６００３６６）已取得對日本客戶的出口許可證，產品為釹鐵硼。"
    out = explained(rules, text, title="韻升獲許可")
    for sentence in out.sentences:
        field = text if sentence.where == "text" else "韻升獲許可"
        assert field[sentence.start : sentence.end] == sentence.text
        for mark in sentence.marks:
            assert field[mark.start : mark.end] == mark.text
    says = {(m.kind, m.says) for s in out.sentences if s.where == "text" for m in s.marks}
    assert {("firm", "Ningbo Yunsheng"), ("place", "JP"), ("product", "magnets")} <= says


def test_a_rule_that_fired_and_one_that_did_not(rules: Rules) -> None:
    out = explained(
        rules,
        "Ningbo Yunsheng has obtained an export licence. If it is granted another one, sales rise.",
    )
    first, second = out.sentences
    assert [(s.status, s.about, s.kept) for s in first.steps if s.rule] == [
        ("granted", ("Ningbo Yunsheng",), True)
    ]
    assert second.steps
    assert all(step.rule is None and step.because for step in second.steps)


def test_the_question_is_handled_as_one(rules: Rules) -> None:
    out = explained(rules, "公司已取得出口许可证。", question="拿到出口许可证了吗？")
    handling = {s.where: s.handling for s in out.sentences}
    assert handling == {"question": "question", "text": "read"}


def test_an_irrelevant_text_is_not_studied(rules: Rules) -> None:
    out = explained(rules, "The canteen serves noodles.")
    assert not out.relevant
    assert out.matches == ()
