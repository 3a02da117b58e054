"""Where our own reading of a page is unsure, trafilatura is asked, if it is there."""

from __future__ import annotations

import sys
import textwrap

import pytest

from monitor.fulltext.article import ENOUGH, read_article

SENTENCES = (
    "Sample Magnetics said on Monday that it has obtained an export licence for its magnets.",
    "The licence covers shipments to customers in Japan and runs until the end of next year.",
    "Its plant in the south will work in three shifts from next week, the board secretary said.",
    "Shares of Sample Magnetics rose by a tenth in early trading before they gave up half of that.",
)
TITLE = "Sample Magnetics obtains licence"


def words_in_pieces() -> str:
    """A page whose paragraphs are too short for our own walk to take them for prose."""
    pieces = "".join(
        f"<p>{part}</p>" for sentence in SENTENCES for part in textwrap.wrap(sentence, 36)
    )
    return (
        f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1>{pieces}"
        "</article></body></html>"
    )


def test_without_it_an_unsure_page_stays_unsure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    assert read_article(words_in_pieces(), title=TITLE, summary="").confidence < ENOUGH


def test_with_it_the_article_is_found() -> None:
    pytest.importorskip("trafilatura", reason="needs trafilatura: pip install .[article]")
    found = read_article(words_in_pieces(), title=TITLE, summary="")
    assert found.confidence >= ENOUGH
    assert "export licence" in found.text


def test_its_answer_must_pass_the_same_test() -> None:
    pytest.importorskip("trafilatura", reason="needs trafilatura: pip install .[article]")
    found = read_article(words_in_pieces(), title="Copper falls in London", summary="Tin too.")
    assert found.confidence < ENOUGH
