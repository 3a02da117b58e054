"""Rule packs: the shipped ones hold, an operator's are read strictly, every problem at once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import RuleError
from monitor.model import Item
from monitor.rules import load_rules
from monitor.rules.pack import PACKS, load_packs
from tests.rules.test_sentences import FIRMS

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)

GOOD = """\
pack: seen_abroad.en
version: 2
language: en
emits: export_license
terms:
  container: [container, containers]
  sails: ["/sail(s|ed) for [a-z]+/"]
rules:
  - id: seen_abroad.granted.en
    meaning: Containers of controlled goods do not sail without a licence.
    status: granted
    all: [container, sails]
    none: [not, if]
    references: [desk note of 3 March]
    examples:
      match:
        - text: The containers of Example Magnets sailed for Bremen.
      no_match:
        - text: The containers of Example Magnets have not sailed for Bremen.
          because: negated
"""


def write(folder: Path, text: str, name: str = "mine.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(RuleError) as caught:
        load_rules(FIRMS, [folder])
    return [f"{Path(p.file).name}:{p.line}: {p.key}: {p.message}" for p in caught.value.problems]


def test_the_shipped_packs_load_and_their_examples_hold() -> None:
    rules = load_rules(FIRMS)
    assert rules.counts["rules"] >= 40
    assert rules.counts["examples"] >= 2 * rules.counts["rules"]


def test_every_shipped_rule_says_what_it_means_and_shows_it() -> None:
    for rule in load_packs([]).rules:
        assert rule.meaning.endswith(".")
        assert {example.matches for example in rule.examples} == {True, False}, rule.frame.id


def test_rule_ids_are_dotted_and_end_in_their_language() -> None:
    for rule in load_packs([]).rules:
        assert rule.frame.id.startswith("export_license.")
        assert rule.frame.id.endswith("." + rule.frame.language)


def test_an_operators_rule_reads_words_that_stand_together(tmp_path: Path) -> None:
    rules = load_rules(FIRMS, [write(tmp_path / "packs", GOOD)])
    item = Item("t", "1", "", "", "Two containers of Sample Rotors sailed for Bremen.", NOON)
    (match,) = rules(item).matches
    assert (match.rule_id, match.pack_version) == ("seen_abroad.granted.en", 2)
    assert (match.issuer_id, match.status) == ("sample", "granted")
    asked = Item("t", "1", "", "", "Have the containers of Sample Rotors sailed for Bremen?", NOON)
    assert rules(asked).matches == ()


def test_an_operators_word_counts_more_than_the_grammar(tmp_path: Path) -> None:
    pack = GOOD.replace("status: granted", "status: denied").replace("sails]", "paper]")
    pack = pack.replace("sailed for Bremen", "hold an export licence")
    rules = load_rules(FIRMS, [write(tmp_path / "packs", pack)])
    text = "The containers of Example Magnets hold an export licence."
    (match,) = rules(Item("t", "1", "", "", text, NOON)).matches
    assert match.status == "denied"


def test_a_list_with_a_shipped_name_adds_words_to_it(tmp_path: Path) -> None:
    pack = "pack: more_words.en\nversion: 1\nlanguage: en\nterms:\n  get: [zorp~ up]\nrules: []\n"
    text = "Example Magnets zorped up an export licence."
    item = Item("t", "1", "", "", text, NOON)
    assert load_rules(FIRMS)(item).matches == ()
    (match,) = load_rules(FIRMS, [write(tmp_path / "packs", pack)])(item).matches
    assert match.status == "granted"


def test_every_problem_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    pack = (
        GOOD.replace("version: 2", "version: two")
        .replace("status: granted", "status: allowed")
        .replace("all: [container, sails]", "all: [contaner, sails]")
        .replace('"/sail(s|ed) for [a-z]+/"', '"/sail(s/"')
        .replace("    references:", "    referenses:")
    )
    found = problems(write(tmp_path / "packs", pack))
    assert [line.split(": ")[0] for line in sorted(found)] == [
        "mine.yaml:11",
        "mine.yaml:12",
        "mine.yaml:14",
        "mine.yaml:2",
        "mine.yaml:7",
    ]
    assert any("did you mean 'container'" in line for line in found)
    assert any("did you mean 'references'" in line for line in found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("    all: [container, sails]\n", "    all: []\n"), "always match"),
        (("container, containers", '""'), "match everywhere"),
        (("/sail(s|ed) for [a-z]+/", "/(sail)*/"), "matches the empty text"),
        (("      no_match:\n", "      no_mach:\n"), "under 'no_match'"),
        (("id: seen_abroad.granted.en", "id: export_license.granted.en"), "is taken by a rule"),
        (("language: en", "language: en\nreads: frames"), "must be 'sentences'"),
        (("[container, containers]", "[container, no]"), "put it in quotes"),
        (("[container, containers]", "container"), "must be a list of words"),
        (("pack: seen_abroad.en", "pak: seen_abroad.en"), "no rule pack"),
    ],
)
def test_a_broken_pack_is_refused(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert change[0] in GOOD
    assert any(said in line for line in problems(write(tmp_path / "packs", GOOD.replace(*change))))


def test_an_expression_that_would_hang_is_refused_or_harmless(tmp_path: Path) -> None:
    pack = GOOD.replace("/sail(s|ed) for [a-z]+/", "/(?:s+)+ailed for [a-z]+/")
    rules = load_rules(FIRMS, [write(tmp_path / "packs", pack)])
    text = "The containers of Example Magnets " + "s" * 50_000 + "!"
    assert rules(Item("t", "1", "", "", text, NOON)).matches == ()


def test_an_example_that_does_not_hold_stops_the_start(tmp_path: Path) -> None:
    pack = GOOD.replace("have not sailed", "have long sailed")
    (line,) = problems(write(tmp_path / "packs", pack))
    assert line.startswith("mine.yaml:19: seen_abroad.granted.en.examples: matches")
    missing = GOOD.replace("Magnets sailed for Bremen", "Magnets stay in port")
    (line,) = problems(write(tmp_path / "packs", missing))
    assert "does not match" in line


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no such directory"):
        load_rules(FIRMS, [tmp_path / "nowhere"])


def test_a_list_of_places_in_the_folder_adds_destinations(tmp_path: Path) -> None:
    places = "vocabulary: places\nversion: 1\ncodes:\n  PL:\n    names: [Wielkie Zakłady]\n"
    rules = load_rules(FIRMS, [write(tmp_path / "packs", places)])
    text = "Example Magnets received an export licence for Wielkie Zakłady."
    (match,) = rules(Item("t", "1", "", "", text, NOON)).matches
    assert match.destinations == ("PL",)


def test_the_shipped_word_lists_hold_no_word_twice_in_one_list() -> None:
    for name in ("words.en.yaml", "nouns.en.yaml", "words.zh.yaml"):
        assert (PACKS / name).exists()
    for pack in load_packs([]).packs:
        for kind, terms in pack.terms.items():
            assert len(set(terms)) == len(terms), f"{pack.name}: {kind}"
