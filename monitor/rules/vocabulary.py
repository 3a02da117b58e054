"""Word lists that turn names into codes: destinations and products, loaded from YAML.

A vocabulary file starts with `vocabulary: places` (or `products`) where a rule pack has `pack:`.
Files of the same name from several directories add up. The longest word wins where two overlap;
words under `not:` win like any other and then say nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVar

import ahocorasick_rs

from monitor.errors import Problem, RuleError
from monitor.rules.automaton import latin
from monitor.text import Normal, normalise
from monitor.yamlfile import Document, read_yaml

T = TypeVar("T")
WordKind = Literal["name", "city", "customer", "regional", "brief", "seat", "with", "not"]
Hit = tuple[int, int, int]
"""Number of the literal in `Vocabulary.literals`, start, end (in normalised text)."""

_LISTS: Mapping[str, WordKind] = {
    "names": "name",
    "cities": "city",
    "customers": "customer",
    "brief": "brief",
    "seats": "seat",
    "with": "with",
}
_KEYS = {
    "vocabulary", "version", "codes", "covers", "regional_customers", "not", "upper", "proper",
    "followed_by", "preceded_by",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """One literal of a vocabulary."""

    code: str
    """What it means; empty for a word that only silences others."""
    kind: WordKind
    case: Literal["any", "upper", "proper"] = "any"


class Tag(NamedTuple):
    """A word of a vocabulary found in a text (offsets in the normalised text)."""

    start: int
    end: int
    code: str
    kind: WordKind


@dataclass
class Vocabulary:
    """All words of one kind, and how to find them."""

    name: str
    words: dict[str, Word] = field(default_factory=dict)
    """Normalised literal -> meaning."""
    covers: dict[str, set[str]] = field(default_factory=dict)
    followed_by: dict[str, list[str]] = field(default_factory=dict)
    preceded_by: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def literals(self) -> list[str]:
        """What a caller's automaton has to look for. Hits carry the position in this list."""
        return [literal for literal, word in self.words.items() if word.kind != "brief"]

    @cached_property
    def _meanings(self) -> list[Word]:
        """What each of `literals` means."""
        return [self.words[literal] for literal in self.literals]

    @cached_property
    def _automaton(self) -> Any:
        return ahocorasick_rs.AhoCorasick(self.literals)

    def hits(self, text: str) -> list[Hit]:
        """Every place any literal stands, overlapping ones included; accents do not matter."""
        found: list[Hit] = self._automaton.find_matches_as_indexes(
            unaccented(text), overlapping=True
        )
        return found

    def tags(self, normal: Normal, hits: Iterable[Hit] | None = None) -> list[Tag]:
        """The words that count, in order, none overlapping.

        Give `hits` when an automaton of your own has already looked for `literals`.
        """
        tags = [
            Tag(start, end, word.code, word.kind)
            for start, end, word in self._longest(normal, hits)
            if word.kind != "not"
        ]
        return _beside(normal.text, tags) if any(t.kind == "with" for t in tags) else tags

    def _longest(
        self, normal: Normal, hits: Iterable[Hit] | None = None
    ) -> list[tuple[int, int, Word]]:
        """The words found, the silencing ones included."""
        text = normal.text
        good: list[tuple[int, int, Word]] = []
        for index, start, end in self.hits(text) if hits is None else hits:
            word = self._meanings[index]
            if whole(text, start, end) and (
                word.case == "any" or _cased(normal, start, end, word.case)
            ):
                good.append((start, end, word))
        return longest(good)

    def refine(self, codes: Iterable[str]) -> list[str]:
        """`codes` in their order, once each, without those a more special one covers."""
        kept = list(dict.fromkeys(codes))
        covered = {general for code in kept for general in self.covers.get(code, ())}
        return [code for code in kept if code not in covered]


_ACCENTED = re.compile("[\u00c0-\u024f]")
_PLAIN = {i: unicodedata.normalize("NFD", chr(i))[0] for i in range(0xC0, 0x250)} | {
    ord(a): b for a, b in zip("øØłŁđĐħŧı", "oOlLdDhti", strict=True)
}


def unaccented(text: str) -> str:
    """`text` with plain letters for accented ones, each in its place (Győr = Gyor)."""
    if text.isascii() or not _ACCENTED.search(text):
        return text
    return text.translate(_PLAIN)


def whole(text: str, start: int, end: int) -> bool:
    """Does `text[start:end]` stand alone, as far as Latin letters and digits need to?"""
    # Most words stand between blanks or Chinese characters, so these are asked for first.
    return not (
        (start > 0 and latin(text[start - 1]) and latin(text[start]))
        or (end < len(text) and latin(text[end]) and latin(text[end - 1]))
    )


def _cased(normal: Normal, start: int, end: int, case: str) -> bool:
    written = normal.quote(start, end)
    if case == "proper":
        return written[:1].isupper()
    return any(c.isupper() for c in written) and not any(c.islower() for c in written[:2])


_SPAN = itemgetter(0, 1)


def longest(found: Iterable[tuple[int, int, T]]) -> list[tuple[int, int, T]]:
    """The longest (start, end, what) of each overlapping group, in order of place.

    Of equals the earlier one.
    """
    spans = sorted(found, key=_SPAN)
    if all(one[1] <= other[0] for one, other in pairwise(spans)):
        return spans  # nothing overlaps: the usual case
    taken: set[int] = set()
    chosen: list[tuple[int, int, T]] = []
    for one in sorted(spans, key=lambda s: (s[0] - s[1], s[0])):
        start, end, _ = one
        if start not in taken and end - 1 not in taken:  # nothing longer, so the ends will tell
            taken.update(range(start, end))
            chosen.append(one)
    chosen.sort(key=itemgetter(0))
    return chosen


_JOINT = re.compile(
    r"\s*(?:[,、/&]|,?\s?(?:and|or|plus|as well as|including)"
    r"(?: (?:other|related|their|its|associated|some|similar|all))?|,? related"
    r"|以?及其?(?:相关)?|[和、与]其?(?:相关)?|[或并])\s*"
)


def _beside(text: str, tags: Sequence[Tag]) -> list[Tag]:
    """Drop the `with` words that do not stand in one list with a product of their own right."""
    kept: list[Tag] = []
    for i, tag in enumerate(tags):
        if tag.kind != "with":
            kept.append(tag)
            continue
        before = tags[i - 1] if i else None
        after = tags[i + 1] if i + 1 < len(tags) else None
        if (
            before is not None
            and before.kind != "brief"
            and before in kept
            and _JOINT.fullmatch(text, before.end, tag.start)
        ) or (
            after is not None
            and after.kind == "name"
            and _JOINT.fullmatch(text, tag.end, after.start)
        ):
            kept.append(tag)
    return kept


# --- loading ------------------------------------------------------------------------------------


def is_vocabulary(value: Any) -> bool:
    """Does a parsed YAML file hold a vocabulary (rather than a rule pack)?"""
    return isinstance(value, dict) and "vocabulary" in value


def load_vocabularies(
    files: Iterable[Path], classes: Mapping[str, type[Vocabulary]] = MappingProxyType({})
) -> dict[str, Vocabulary]:
    """Read vocabulary files; those with one name add up. `classes` says what to make of a name.

    Raises RuleError with every problem, each with file and line.
    """
    problems: list[Problem] = []
    out: dict[str, Vocabulary] = {}
    for file in files:
        document = read_yaml(file, name=file.name)
        problems += document.problems
        if not is_vocabulary(document.value):
            problems.append(document.problem((), "no vocabulary: the key 'vocabulary' is missing"))
            continue
        name = document.value["vocabulary"]
        if not isinstance(name, str) or not name:
            problems.append(document.problem(("vocabulary",), "must be a name, as in 'places'"))
            continue
        _read(document, out.setdefault(name, classes.get(name, Vocabulary)(name)), problems)
    if problems:
        raise RuleError(problems)
    return out


def _read(document: Document, into: Vocabulary, problems: list[Problem]) -> None:
    value: dict[str, Any] = document.value
    for key in value.keys() - _KEYS:
        problems.append(
            document.problem((key,), f"unknown key; known are {', '.join(sorted(_KEYS))}")
        )
    case: dict[str, Literal["upper", "proper"]] = {}
    for how in ("upper", "proper"):
        for word in _texts(document, (how,), problems):
            case[unaccented(normalise(word).text)] = "upper" if how == "upper" else "proper"

    def add(word: str, code: str, kind: WordKind) -> None:
        literal = unaccented(" ".join(normalise(word).text.split()))
        if literal:
            spellings = {literal, literal.replace("-", " ")} if "-" in literal else {literal}
            for spelling in spellings:
                known = into.words.get(spelling)
                if known is None or known.kind in ("brief", "with"):
                    into.words[spelling] = Word(code, kind, case.get(literal, "any"))

    codes = value.get("codes") or {}
    if not isinstance(codes, dict):
        problems.append(document.problem(("codes",), "must map codes to lists of words"))
        codes = {}
    for word in _texts(document, ("not",), problems):
        add(word, "", "not")
    for code in value.get("regional_customers") or {}:
        for word in _texts(document, ("regional_customers", code), problems):
            add(word, code, "regional")
    for code, lists in codes.items():
        if not isinstance(lists, dict):
            problems.append(document.problem(("codes", code), "must be a mapping, as {names: []}"))
            continue
        for key in lists:
            if key not in _LISTS:
                problems.append(
                    document.problem(
                        ("codes", code, key), f"unknown key; known are {', '.join(_LISTS)}"
                    )
                )
                continue
            for word in _texts(document, ("codes", code, key), problems):
                add(word, code, _LISTS[key])
    for code in value.get("covers") or {}:
        into.covers.setdefault(code, set()).update(_texts(document, ("covers", code), problems))
    for table, target in (("followed_by", into.followed_by), ("preceded_by", into.preceded_by)):
        for language in value.get(table) or {}:
            target.setdefault(language, []).extend(
                normalise(w).text for w in _texts(document, (table, language), problems)
            )


def _texts(document: Document, where: tuple[str, ...], problems: list[Problem]) -> list[str]:
    """The list of words at `where`; an absent one is empty, anything else is a problem."""
    value: Any = document.value
    for step in where:
        value = value.get(step) if isinstance(value, dict) else None
    if value is None:
        return []
    if not isinstance(value, list):
        problems.append(document.problem(where, "must be a list of words"))
        return []
    for i, word in enumerate(value):
        if not isinstance(word, str):
            problems.append(
                document.problem((*where, i), f"must be text, not {word!r}: put it in quotes")
            )
    return [word for word in value if isinstance(word, str)]
