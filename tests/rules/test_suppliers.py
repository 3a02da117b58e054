"""Answers to questions about the papers of those who deliver to the firm that is asked."""

from __future__ import annotations

import pytest

from monitor.rules import Rules, load_rules
from tests.rules.test_sentences import FIRMS, a_text

VENDOR = "Has the magnet vendor of your Polish plant obtained the export licence?"
SUPPLIERS = "Did your magnet suppliers Sample Rotors and Third Alloy receive export licences?"
OWN = "Have you received the export licence your supplier wrote about?"


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(FIRMS)


@pytest.mark.parametrize(
    ("question", "answer", "granted"),
    [
        (VENDOR, "According to the vendor, the magnets were approved on Sunday.", {None}),
        (VENDOR, "The licence was issued last week.", {None}),
        (SUPPLIERS, "They did, one on Monday and one a day later.", {"sample", "third"}),
        (SUPPLIERS, "Yes. We obtained one ourselves on Monday.", {"example"}),
        (OWN, "Yes, we obtained it on Monday.", {"example"}),
        (OWN, "It was issued on Monday.", {"example"}),
    ],
)
def test_a_licence_asked_about_is_the_suppliers(
    rules: Rules, question: str, answer: str, granted: set[str | None]
) -> None:
    _, facts, _ = rules.reader.grammar(a_text(answer, question))
    assert {f.key for f in facts if f.status == "granted"} == granted
