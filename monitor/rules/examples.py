"""The examples inside the packs, run: a rule says what it matches and what it leaves alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from monitor.config import Issuer
from monitor.errors import Problem
from monitor.model import Item, Reading
from monitor.rules.pack import Example, Rule

FIRM = Issuer(
    id="example-magnets",
    names={"en": ["Example Magnets"], "zh-Hans": ["示例磁材"], "zh-Hant": ["示例磁材"]},
    tickers=["999999.SZ"],
)
"""The firm every example speaks of; it exists nowhere else."""
_PUBLISHED = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


def run_examples(rules: Iterable[Rule], read: Callable[[Item], Reading]) -> list[Problem]:
    """Problems of the examples that do not hold. `read` must watch `FIRM`."""
    problems: list[Problem] = []
    for rule in rules:
        for example in rule.examples:
            wrong = _wrong(rule, example, read)
            if wrong is not None:
                key = f"{rule.frame.id}.examples"
                problems.append(Problem(example.file, example.line, key, wrong))
    return problems


def _item(example: Example) -> Item:
    asked = example.question is not None
    return Item(
        source_id="examples",
        guid="example",
        url="",
        title="",
        text=example.text,
        question=example.question,
        kind="ir_qa" if asked else "news",
        issuer_id=FIRM.id if asked else None,
        published_at=_PUBLISHED,
        fetched_at=_PUBLISHED,
    )


def _wrong(rule: Rule, example: Example, read: Callable[[Item], Reading]) -> str | None:
    reading = read(_item(example))
    mine = [m for m in reading.matches if m.rule_id == rule.frame.id]
    found = ", ".join(m.rule_id for m in reading.matches) or "nothing"
    if not example.matches:
        return f"matches {example.text!r}, which it should leave alone" if mine else None
    if not mine:
        return f"does not match {example.text!r}; found: {found}"
    for name, wanted in example.facts.items():
        value: Any = getattr(mine[0], name, None)
        got = list(value) if isinstance(value, tuple) else value
        if got != wanted:
            return f"finds {name} {got!r} instead of {wanted!r} in {example.text!r}"
    return None


def example_maker(issuers: Iterable[Issuer]) -> Callable[[str, str | None], str]:
    """What turns a sentence no rule read, and the question before it, into an entry under
    `examples: match:` of a pack.

    Watched firms in it become the firm of the examples; what the rule should find is left to fill
    in under `facts`.
    """
    stands_for = {
        name: FIRM.names["zh-Hans" if language.startswith("zh") else "en"][0]
        for issuer in issuers
        for language, names in issuer.names.items()
        for name in names
    }
    longest_first = sorted(stands_for, key=len, reverse=True)
    watched = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    def made_up(text: str) -> str:
        return watched.sub(lambda found: stands_for[found[0]], text)

    def example(sentence: str, question: str | None) -> str:
        entry = f"text: {_quoted(made_up(sentence))}"
        if question:
            entry += f", question: {_quoted(made_up(question))}"
        return f"- {{{entry}, facts: {{}}}}"

    return example


def _quoted(text: str) -> str:
    """`text` on one line as YAML reads it back."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
