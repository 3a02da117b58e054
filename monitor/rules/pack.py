"""The shape of a rule pack, and loading packs from directories with every problem told at once.

A pack is YAML (docs/rules.md). The shipped packs describe frames (`reads: frames`): words the
grammar has already put in relation. An operator's pack describes sentences: term lists of which one
word each must stand in one sentence with a watched issuer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, get_args

from monitor.errors import ConfigError, Problem, RuleError
from monitor.model import Status
from monitor.rules.automaton import compile_expression, is_expression, spellings
from monitor.rules.frame import Frame
from monitor.rules.vocabulary import is_vocabulary
from monitor.yamlfile import Document, Where, read_yaml

PACKS = Path(__file__).with_name("packs")
VOCABULARIES = frozenset(("names.yaml", "places.yaml", "products.yaml"))
"""Those among them that are no packs: read by who needs them, not to find out."""
STATUSES: tuple[str, ...] = get_args(Status)
FRAME_WORDS = frozenset(
    ("firm", "crowd", "authority", "request", "export", "general", "paper", "renewal", "future",
     "twice")
)  # fmt: skip
"""Words of a frame that are no term lists."""
_PACK_KEYS = ("pack", "version", "language", "emits", "reads", "terms", "rules")
_RULE_KEYS = ("id", "meaning", "status", "all", "none", "references", "examples")
_EXAMPLE_KEYS = ("text", "question", "facts", "because")


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence a rule must match, or must leave alone."""

    text: str
    question: str | None
    facts: Mapping[str, Any]
    matches: bool
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack."""

    frame: Frame
    meaning: str
    in_sentences: bool
    """An operator's rule: it reads sentences, not frames."""
    examples: tuple[Example, ...]


@dataclass(slots=True)
class Pack:
    """One file."""

    name: str
    version: int
    language: str
    in_sentences: bool
    terms: dict[str, list[str]] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)


@dataclass(slots=True)
class Packs:
    """Every pack and vocabulary file that was found."""

    packs: list[Pack] = field(default_factory=list)
    vocabularies: list[Path] = field(default_factory=list)
    names: list[Path] = field(default_factory=list)

    def lists(self) -> list[tuple[str, list[str]]]:
        """(list, terms) of all packs; an operator's list with a shipped name adds to that list."""
        return [(kind, terms) for pack in self.packs for kind, terms in pack.terms.items()]

    @property
    def rules(self) -> list[Rule]:
        return [rule for pack in self.packs for rule in pack.rules]


def load_packs(dirs: Sequence[Path], *, proven: bool = False) -> Packs:
    """Read the shipped packs and those in `dirs`. Raises RuleError with every problem.

    `proven`: every term in them is known to be one.
    """
    found, problems = Packs(), []
    known: set[str] = set(FRAME_WORDS)
    ids: dict[str, str] = {}
    for directory in (PACKS, *dirs):
        if not directory.is_dir():
            problems.append(
                Problem(str(directory), 1, "rules", "no such directory; check the path")
            )
            continue
        shipped = directory == PACKS
        documents: list[tuple[Path, Document]] = []
        for file in sorted((*directory.glob("*.yaml"), *directory.glob("*.yml"))):
            if shipped and file.name in VOCABULARIES:
                (found.names if file.stem == "names" else found.vocabularies).append(file)
                continue
            try:
                document = read_yaml(file, name=file.name if shipped else str(file))
            except ConfigError as error:
                problems += error.problems
                continue
            problems += document.problems
            if is_vocabulary(document.value):
                what = document.value["vocabulary"]
                (found.names if what == "names" else found.vocabularies).append(file)
            else:
                documents.append((file, document))
        for _, document in documents:
            known |= _list_names(document)
        for _, document in documents:
            pack = _pack(document, known, ids, problems, shipped=shipped, proven=proven)
            if pack is not None:
                found.packs.append(pack)
    if problems:
        raise RuleError(problems)
    return found


def _list_names(document: Document) -> set[str]:
    terms = document.value.get("terms") if isinstance(document.value, dict) else None
    return {k for k in terms if isinstance(k, str)} if isinstance(terms, dict) else set()


def _pack(
    document: Document,
    known: set[str],
    ids: dict[str, str],
    problems: list[Problem],
    *,
    shipped: bool,
    proven: bool,
) -> Pack | None:
    value = document.value
    if not isinstance(value, dict) or "pack" not in value:
        problems.append(document.problem((), "no rule pack: the key 'pack' is missing"))
        return None
    _unknown(document, (), value, _PACK_KEYS, problems)
    name = _text(document, ("pack",), problems) or "unnamed"
    version = value.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        problems.append(document.problem(("version",), "must be a whole number from 1 up"))
        version = 1
    language = _text(document, ("language",), problems) or "en"
    reads = value.get("reads", "sentences")
    if reads not in ("frames", "sentences") or (reads == "frames" and not shipped):
        problems.append(document.problem(("reads",), "must be 'sentences' (or left out)"))
    pack = Pack(name, version, language.split("-")[0], reads != "frames")
    if proven:
        pack.terms = dict(value.get("terms") or {})
    else:
        _terms(document, pack, problems)
    rules = value.get("rules") or []
    if not isinstance(rules, list):
        problems.append(document.problem(("rules",), "must be a list of rules"))
        rules = []
    for i, rule in enumerate(rules):
        made = _rule(document, ("rules", i), rule, pack, known, ids, problems)
        if made is not None:
            pack.rules.append(made)
    return pack


def _terms(document: Document, pack: Pack, problems: list[Problem]) -> None:
    terms = document.value.get("terms") or {}
    if not isinstance(terms, dict):
        problems.append(document.problem(("terms",), "must map names to lists of words"))
        return
    for name, words in terms.items():
        where: Where = ("terms", name)
        if not isinstance(words, list) or not words:
            problems.append(document.problem(where, "must be a list of words, not empty"))
            continue
        good: list[str] = []
        for i, word in enumerate(words):
            if not isinstance(word, str):
                message = f"must be text, not {word!r}: put it in quotes"
                problems.append(document.problem((*where, i), message))
            elif is_expression(word):
                try:
                    compile_expression(word)
                except ValueError as error:
                    message = f"the expression {word} is refused: {error}"
                    problems.append(document.problem((*where, i), message))
                else:
                    good.append(word)
            elif not any(len(s) > 0 for s in spellings(word)):
                problems.append(
                    document.problem((*where, i), "is empty: it would match everywhere")
                )
            else:
                good.append(word)
        pack.terms[name] = good


def _rule(
    document: Document,
    where: Where,
    rule: Any,
    pack: Pack,
    known: set[str],
    ids: dict[str, str],
    problems: list[Problem],
) -> Rule | None:
    if not isinstance(rule, dict):
        problems.append(document.problem(where, "must be a mapping with id, status, all ..."))
        return None
    before = len(problems)
    _unknown(document, where, rule, _RULE_KEYS, problems)
    rule_id = _text(document, (*where, "id"), problems)
    if rule_id in ids:
        problems.append(
            document.problem((*where, "id"), f"{rule_id!r} is taken by a rule in {ids[rule_id]}")
        )
    elif rule_id:
        ids[rule_id] = document.file
    status = rule.get("status")
    if status not in STATUSES:
        problems.append(
            document.problem((*where, "status"), f"must be one of {', '.join(STATUSES)}")
        )
    meaning = _text(document, (*where, "meaning"), problems)
    alternatives = [
        frozenset(a.split("|")) for a in _words(document, (*where, "all"), known, problems)
    ]
    if not alternatives:
        problems.append(document.problem((*where, "all"), "is empty: the rule would always match"))
    none = frozenset(_words(document, (*where, "none"), known, problems))
    examples = _examples(document, where, rule, problems)
    if len(problems) > before or rule_id is None or meaning is None:
        return None
    frame = Frame(
        rule_id, pack.version, cast(Status, status), tuple(alternatives), none, pack.language
    )
    return Rule(frame, meaning, pack.in_sentences, examples)


def _examples(
    document: Document, where: Where, rule: Mapping[str, Any], problems: list[Problem]
) -> tuple[Example, ...]:
    examples = rule.get("examples")
    out: list[Example] = []
    for key, matches in (("match", True), ("no_match", False)):
        rows = examples.get(key) if isinstance(examples, dict) else None
        if not isinstance(rows, list) or not rows:
            problems.append(
                document.problem((*where, "examples"), f"needs at least one example under '{key}'")
            )
            continue
        for i, row in enumerate(rows):
            place: Where = (*where, "examples", key, i)
            if not isinstance(row, dict) or not isinstance(row.get("text"), str):
                problems.append(document.problem(place, "must be a mapping with a text"))
                continue
            _unknown(document, place, row, _EXAMPLE_KEYS, problems)
            facts = row.get("facts") or {}
            if not isinstance(facts, dict):
                problems.append(document.problem((*place, "facts"), "must be a mapping"))
                facts = {}
            question = row.get("question")
            out.append(
                Example(
                    row["text"],
                    question if isinstance(question, str) else None,
                    facts,
                    matches,
                    document.file,
                    document.line(place),
                )
            )
    return tuple(out)


# --- small readers ------------------------------------------------------------------------------


def _at(document: Document, where: Where) -> Any:
    value: Any = document.value
    for step in where:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _text(document: Document, where: Where, problems: list[Problem]) -> str | None:
    value = _at(document, where)
    if isinstance(value, str) and value.strip():
        return value
    problems.append(document.problem(where, "is missing" if value is None else "must be text"))
    return None


def _words(document: Document, where: Where, known: set[str], problems: list[Problem]) -> list[str]:
    value = _at(document, where)
    if value is None:
        return []
    if not isinstance(value, list):
        problems.append(document.problem(where, "must be a list of term lists"))
        return []
    out: list[str] = []
    for i, word in enumerate(value):
        if not isinstance(word, str):
            problems.append(document.problem((*where, i), f"must be text, not {word!r}"))
            continue
        for name in word.split("|"):
            if name not in known:
                problems.append(
                    document.problem(
                        (*where, i), f"no term list is called {name!r}{_near(name, known)}"
                    )
                )
        out.append(word)
    return out


def _near(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, sorted(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _unknown(
    document: Document,
    where: Where,
    value: Mapping[str, Any],
    known: Sequence[str],
    problems: list[Problem],
) -> None:
    for key in value:
        if key not in known:
            message = f"unknown key{_near(str(key), known)}; known are {', '.join(known)}"
            problems.append(document.problem((*where, key), message))
