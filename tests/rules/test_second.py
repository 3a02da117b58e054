"""The second reader: what it adds up, what it draws and doubts, and what it leaves alone."""

from __future__ import annotations

import pytest

from monitor.model import Item, Reading
from monitor.rules import Rules, load_rules
from monitor.rules.reader import load_reader
from monitor.rules.second import RULE_ID, WEIGHTS, Weight, Weights, in_words, load_weights
from monitor.rules.wording import MOST_NEAR, Wording, firms_in
from tests.rules.test_packs import write
from tests.rules.test_sentences import FIRMS, a_text

NO_WEIGHT = {"": Weight(-0.5, 0.0)}  # neither drawn from nor doubted
PLAIN = "Example Magnets received an export licence for Spain."
ODD = "The ministry whistled Example Magnets' licence file aboard."


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(FIRMS)


def read(rules: Rules, item: Item, weights: Weights) -> Reading:
    return load_reader(rules.gate, proven=True, weights=NO_WEIGHT | dict(weights))(item)


def heavy(mark: str, *, news: float, loss: float = 0.0) -> dict[str, Weight]:
    return {mark: Weight(news, loss)}


def test_without_weight_the_grammar_stands(rules: Rules) -> None:
    assert [m.status for m in read(rules, a_text(PLAIN), {}).matches] == ["granted"]
    assert read(rules, a_text(ODD), {}).matches == ()


def test_what_the_grammar_missed_is_drawn_from_the_sentence_that_weighs_most(rules: Rules) -> None:
    text = f"Magnets are used in cars. {ODD} Its shares rose."
    reading = read(rules, a_text(text), heavy("s:whistl", news=9.0))
    (match,) = reading.matches
    assert (match.issuer_id, match.status, match.rule_id) == ("example", "granted", RULE_ID)
    assert match.quote == ODD.rstrip(".")
    assert text[match.start :].startswith(match.quote)
    assert reading.unsure is None
    assert "by its wording" in match.reasons[0]


def test_a_loss_is_told_from_a_grant(rules: Rules) -> None:
    weights = heavy("s:whistl", news=9.0, loss=9.0)
    assert [m.status for m in read(rules, a_text(ODD), weights).matches] == ["denied"]


def test_what_the_grammar_gave_to_nobody_is_the_firms(rules: Rules) -> None:
    text = "The cargo for the Polish customer of Example Magnets was cleared by the ministry."
    assert [m.issuer_id for m in read(rules, a_text(text), {}).matches] == [None]
    reading = read(rules, a_text(text), heavy("s:cleare", news=9.0))
    assert [m.issuer_id for m in reading.matches] == ["example"]


def test_its_slots_are_filled_like_the_grammars(rules: Rules) -> None:
    text = "The ministry whistled Example Magnets' licence file for Spain aboard on 9 March."
    (match,) = read(rules, a_text(text), heavy("s:whistl", news=9.0)).matches
    assert (match.destinations, match.event_date) == (("ES",), "2026-03-09")


def test_what_it_finds_unlikely_is_shown_as_unsure_and_not_told(rules: Rules) -> None:
    text = "The commerce ministry waved Example Magnets' request for Spain through."
    assert [m.status for m in read(rules, a_text(text), {}).matches] == ["granted"]
    reading = read(rules, a_text(text), heavy("s:waved", news=-90.0))
    assert reading.matches == ()
    assert reading.unsure == text
    assert "second reader" in str(reading.unsure_because)


def test_the_plainest_wording_is_not_doubted(rules: Rules) -> None:
    for item in (
        a_text(PLAIN),
        a_text("", title=PLAIN),
        a_text("您好，公司已收到少量出口许可证。", "有证吗？"),
    ):
        reading = read(rules, item, heavy("", news=-90.0))
        assert [m.status for m in reading.matches] == ["granted"]


def test_it_has_nothing_to_say_of_what_is_no_news(rules: Rules) -> None:
    waiting = "Example Magnets has yet to receive an export licence."
    reading = read(rules, a_text(waiting), heavy("s:receiv", news=-90.0))
    assert [m.status for m in reading.matches] == ["not_received"]


def test_each_firm_is_weighed_by_its_own_sentences(rules: Rules) -> None:
    text = f"{ODD} Sample Rotors makes rotors in Dongyang."
    reading = read(rules, a_text(text), heavy("s:whistl", news=9.0))
    assert [m.issuer_id for m in reading.matches] == ["example"]


def test_an_operators_rule_counts_more(rules: Rules, tmp_path) -> None:  # type: ignore[no-untyped-def]
    pack = (
        "pack: desk.en\nversion: 1\nlanguage: en\nterms:\n  aboard: [aboard]\nrules:\n"
        "  - id: desk.granted.en\n    meaning: Files that went aboard.\n    status: granted\n"
        "    all: [aboard]\n    examples:\n"
        "      match: [{text: The file of Example Magnets went aboard.}]\n"
        "      no_match: [{text: The file of Example Magnets went home., because: not aboard}]\n"
    )
    own = load_rules(FIRMS, [write(tmp_path / "packs", pack)])
    reading = read(own, a_text(ODD), heavy("s:whistl", news=-90.0))
    assert [m.rule_id for m in reading.matches] == ["desk.granted.en"]


def test_a_headline_alone_can_be_drawn_from(rules: Rules) -> None:
    item = a_text("", title=ODD)
    (match,) = read(rules, item, heavy("t:whistl", news=9.0)).matches
    assert match.where == "title"


def test_no_name_is_learnt(rules: Rules) -> None:
    document, facts, _ = rules.reader.grammar(a_text(f"{ODD} Sample Rotors waits."))
    seen = Wording(document).about("example", facts, unsure=False)
    marks = " ".join(seen.values())
    assert "exampl" not in marks
    assert "sample" not in marks
    assert {"s:@", "o:#"} < set(seen.values())


def test_a_hostile_page_is_looked_at_in_part(rules: Rules) -> None:
    document, facts, _ = rules.reader.grammar(a_text(f"{ODD} " * 3000))
    assert firms_in(document) == ["example"]
    assert len(Wording(document).about("example", facts, unsure=False).sentences) <= MOST_NEAR


def test_the_shipped_weights_are_whole() -> None:
    weights = load_weights()
    assert "" in weights
    assert len(weights) > 5000
    lines = WEIGHTS.read_text(encoding="utf-8").splitlines()
    marks = [line.split("\t")[0] for line in lines if not line.startswith("# ")]
    assert len(marks) == len(set(marks)), "a mark stands there twice"
    assert all(abs(weight.news) < 20 for weight in weights.values())


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("s:a b", "“a b”"),
        ("t:a", "“a” in the title"),
        ("K:get>paper", "get then paper"),
        ("g:alert", "the grammar (alert)"),
        ("ch:news", "kind of text (ch:news)"),
    ],
)
def test_marks_are_told_in_words(mark: str, words: str) -> None:
    assert in_words(mark) == words


def test_explain_tells_its_opinion(rules: Rules) -> None:
    (weighed,) = rules.explain(a_text(PLAIN)).second
    assert weighed.outcome == "agrees"
    assert 0.5 < weighed.chance <= 1
    assert weighed.speaks_for
