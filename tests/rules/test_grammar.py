"""What the grammar alone makes of Chinese texts, over `grammar*.txt`: no second reader.

Form as in facts.zh.txt: `status@DE` of the first firm, `firm:status` of the others, `~` background.
"""

from __future__ import annotations

import pytest

from monitor.rules import load_rules
from monitor.rules.match import Fact
from monitor.rules.reader import Reader
from tests.rules.test_facts_zh import lines
from tests.rules.test_sentences import FIRMS, a_text

MARKS = {"expected": "?", "denied": "!"}


LINES = list(lines("grammar*.txt"))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_rules(FIRMS).reader


def told(fact: Fact) -> str:
    mark = ("~" if fact.novelty == "background" else "") + MARKS.get(fact.certainty, "")
    return ("" if fact.key == "example" else f"{fact.key}:") + fact.status + mark


@pytest.mark.parametrize(
    ("facts", "text", "question", "title"), LINES, ids=[line[1][:50] for line in LINES]
)
def test_the_grammar_reads_it(
    reader: Reader, facts: str, text: str, question: str | None, title: str
) -> None:
    item = a_text(text.replace("\\n", "\n"), question, title=title)
    found = [f for f in reader.grammar(item)[1] if f.key is not None]
    wanted = [f.partition("@") for f in facts.split() if f != "none"]
    assert sorted({told(f) for f in found}) == sorted({kind for kind, _, _ in wanted})
    for kind, _, places in wanted:
        assert any(
            told(f) == kind and set(places.split(",")) - {""} <= set(f.destinations) for f in found
        )
