"""One automaton finds what a naive loop over the same terms finds."""

from __future__ import annotations

import re

import pytest

from monitor.rules.automaton import Automaton, compile_expression, spellings
from monitor.rules.pack import load_packs
from monitor.text import normalise
from tests.rules.test_sentences import LINES


@pytest.mark.parametrize(
    ("term", "some"),
    [
        ("receive~", {"receive", "receives", "received", "receiving"}),
        ("get~", {"get", "gets", "got", "gotten", "getting"}),
        ("pick~ up", {"pick up", "picked up"}),
        ("apply~", {"applies", "applied"}),
        ("licence+", {"license", "licenses"}),
        ("delivery+", {"delivery", "deliveries"}),
        ("go-ahead", {"go-ahead", "go ahead"}),
        ("許可證", {"许可证"}),
    ],
)
def test_a_term_stands_for_all_its_spellings(term: str, some: set[str]) -> None:
    assert some <= set(spellings(term))


def test_the_longest_term_wins_and_words_stand_alone() -> None:
    words = Automaton([("get", ["win~"]), ("idle", ["win-win"]), ("not", ["not a", "not"])])
    text = "a win-win, they win; winner; not approved, not a one"
    assert [(h.text, *h.kinds) for h in words.hits(text)] == [
        ("win-win", "idle"), ("win", "get"), ("not", "not"), ("not a", "not"),
    ]  # fmt: skip


def test_an_expression_stands_among_the_words() -> None:
    words = Automaton([("plain", ["许可"]), ("own", ["/不在.{0,4}清单/"])])
    assert [h.text for h in words.hits("产品不在管制清单,许可")] == ["不在管制清单", "许可"]


@pytest.mark.parametrize("bad", ["/(/", "/a*/", "/(?=x)/"])
def test_a_bad_expression_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        compile_expression(bad)


def naive(terms: dict[str, set[str]], text: str) -> list[tuple[int, int, frozenset[str]]]:
    """The same answer, one term after the other."""
    found: list[tuple[int, int, str]] = []
    for term in terms:
        if term not in text:
            continue
        left = r"(?<![0-9a-z\u00aa-\u024f])" if term[0] < "\u0250" and term[0].isalnum() else ""
        right = r"(?![0-9a-z\u00aa-\u024f])" if term[-1] < "\u0250" and term[-1].isalnum() else ""
        found += [
            (m.start(), m.start() + len(term), term)
            for m in re.finditer(f"(?={left}{re.escape(term)}{right})", text)
        ]
    out: list[tuple[int, int, frozenset[str]]] = []
    behind = 0
    for start, end, term in sorted(found, key=lambda f: (f[0], -f[1])):
        if start >= behind:
            behind = end
            out.append((start, end, frozenset(terms[term])))
    return out


def test_the_same_hits_as_a_naive_loop() -> None:
    lists = [
        (kind, [t for t in terms if not t.startswith("/")])
        for kind, terms in load_packs([]).lists()
    ]
    words = Automaton(lists)
    terms: dict[str, set[str]] = {}
    for kind, list_ in lists:
        for term in list_:
            for spelling in spellings(term):
                terms.setdefault(spelling, set()).add(kind)
    for _, line, _ in LINES[::120]:
        text = normalise(line).text
        assert [(h.start, h.end, h.kinds) for h in words.hits(text)] == naive(terms, text)
