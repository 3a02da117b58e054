"""Names of firms as literals: spelling variants, misspellings, and the data of `packs/names.yaml`.

Pure look-up tables; `issuers.py` decides what a found name means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from monitor.errors import Problem, RuleError
from monitor.text import normalise
from monitor.yamlfile import read_yaml


@dataclass
class Names:
    """What `packs/names.yaml` adds to the watchlist."""

    extra: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Ticker -> `names`, `risky`, `strict` -> names as written."""
    guards: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    """Normalised name -> what may not stand right before it, and right behind it."""
    silent: list[str] = field(default_factory=list)
    """Names of other firms that hold a watched one."""
    not_misspelt: set[str] = field(default_factory=set)
    common: set[str] = field(default_factory=set)
    """Words of names that name nobody by themselves."""
    homophones: list[str] = field(default_factory=list)
    """Groups of characters that are typed for one another."""
    support: dict[str, list[str]] = field(default_factory=dict)
    """Language -> words beside which a risky name is believed."""


def load_names(files: Iterable[Path]) -> Names:
    """Read `vocabulary: names` files; several add up. Raises RuleError with every problem."""
    names, problems = Names(), []
    for file in files:
        document = read_yaml(file, name=file.name)
        problems += document.problems
        value = document.value if isinstance(document.value, dict) else {}
        known = {"vocabulary", "version", "support", "issuers", "guards", "not", "not_misspelt"}
        known |= {"common", "homophones"}
        problems += [
            document.problem((key,), f"unknown key; known are {', '.join(sorted(known))}")
            for key in value.keys() - known
        ]
        for language, words in _lists(value.get("support"), document.file, "support", problems):
            names.support.setdefault(language, []).extend(normalise(w).text for w in words)
        issuers = value.get("issuers") or {}
        for ticker, lists in issuers.items() if isinstance(issuers, dict) else ():
            bad = (
                set(lists) - {"names", "risky", "strict"} if isinstance(lists, dict) else {"(list)"}
            )
            if bad:
                message = "holds names, risky and strict, not " + ", ".join(sorted(bad))
                problems.append(document.problem(("issuers", ticker), message))
                continue
            extra = names.extra.setdefault(ticker, {})
            for key, words in _lists(lists, document.file, f"issuers.{ticker}", problems):
                extra.setdefault(key, []).extend(words)
        guards = value.get("guards") or {}
        for name, sides in guards.items() if isinstance(guards, dict) else ():
            found = dict(_lists(sides, document.file, f"guards.{name}", problems))
            names.guards[normalise(name).text] = (
                tuple(found.get("before", ())),
                tuple(found.get("after", ())),
            )
        for key, words in _lists(
            {k: value.get(k) or [] for k in ("not", "not_misspelt", "common", "homophones")},
            document.file,
            "",
            problems,
        ):
            if key == "not":
                names.silent += words
            elif key == "homophones":
                names.homophones += words
            elif key == "common":
                names.common.update(normalise(w).text for w in words)
            else:
                names.not_misspelt.update(normalise(w).text for w in words)
    if problems:
        raise RuleError(problems)
    return names


def _lists(
    value: Any, file: str, key: str, problems: list[Problem]
) -> Iterator[tuple[str, list[str]]]:
    if value is None:
        return
    if not isinstance(value, dict):
        problems.append(Problem(file, 1, key, "must be a mapping to lists of words"))
        return
    for name, words in value.items():
        if not isinstance(words, list) or not all(isinstance(w, str) for w in words):
            where = f"{key}.{name}" if key else name
            problems.append(Problem(file, 1, where, "must be a list of words (text in quotes)"))
            continue
        yield name, words


# --- spellings ----------------------------------------------------------------------------------

LEGAL = re.compile(
    r"(?:,? ?\(?(?:co|company|corp|corporation|inc|incorporated|ltd|limited|llc|plc|holdings?"
    r"|group|joint[ -]stock)\)?\.?,?)+$"
)
"""The legal tail of an English name."""
LEGAL_ZH = re.compile(r"(?:股份)?(?:有限)?(?:责任)?公司$")


def spellings(name: str, *, tail: bool = False) -> set[str]:
    """Every way the name may be typed: blank, hyphen or nothing between words, & for and.

    Without its legal tail too, unless `tail` says that the tail makes it another firm.
    """
    plain = " ".join(normalise(name).text.split())
    out: set[str] = set()
    bases = {plain} if tail else {plain, LEGAL.sub("", plain).strip(), LEGAL_ZH.sub("", plain)}
    for base in bases:
        if len(base) < 2:
            continue
        out.add(base)
        forms = {base}
        if " & " in base and len(base) > 8:
            forms.add(base.replace(" & ", " and "))
            forms.add(base.replace(" & ", "&"))
        if " and " in base:
            forms.add(base.replace(" and ", " & "))
        for form in forms:
            out.add(form)
            if "'" in form:
                out.add(form.replace("'", ""))
            out |= _joined(form)
    return {o for o in out if len(o) > 1}


def _joined(form: str) -> set[str]:
    parts = re.split(r"[ -]", form)
    if len(parts) < 2 or not all(p.isascii() for p in parts) or "" in parts:
        return set()
    gaps = len(parts) - 1
    ways = product(" -", repeat=gaps) if gaps <= 4 else iter([(" ",) * gaps, ("-",) * gaps])
    out = {"".join(a + b for a, b in zip(parts, (*way, ""), strict=True)) for way in ways}
    # Run together, but only where that gives a word nobody writes otherwise.
    if len(form) >= 6 and not {"&", "and", "of"} & set(parts) and gaps <= 3:
        out |= {
            "".join(a + b for a, b in zip(parts, (*way, ""), strict=True))
            for way in product(("", " "), repeat=gaps)
        }
    return out


def misheard(name: str, homophones: Iterable[str]) -> set[str]:
    """The Chinese name with one character swapped for one that sounds like it."""
    if len(name) < 3 or name.isascii():
        return set()
    return {
        name[:i] + other + name[i + 1 :]
        for group in homophones
        for i, c in enumerate(name)
        if c in group
        for other in group
        if other != c
    }


# --- misspellings -------------------------------------------------------------------------------


def _shorter(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def one_typo_apart(a: str, b: str) -> bool:
    """One letter wrong, missing, doubled, added, or two neighbours swapped."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    if len(a) > len(b):
        a, b = b, a
    i = next((i for i, c in enumerate(a) if c != b[i]), len(a))
    if len(a) < len(b):
        return a[i:] == b[i + 1 :]
    return a[i + 1 :] == b[i + 1 :] or (
        a[i + 2 :] == b[i + 2 :] and a[i : i + 2] == b[i : i + 2][::-1]
    )


_WORD = re.compile(r"[a-z]{5,24}")


@dataclass(frozen=True, slots=True)
class Key:
    """A word that gives an English name away, and the words one of which must stand beside it."""

    word: str
    issuer_id: str
    beside: frozenset[str]
    """Empty: the word is enough by itself."""


class Misspellings:
    """Finds words one typo away from a name's own word.

    Never a word that is itself somebody's name, nor one of `not_misspelt`. Only words of six
    letters or more (five where the rest of the name stands beside it).
    """

    def __init__(self, written: Mapping[str, Sequence[str]], exact: set[str], names: Names) -> None:
        self._exact = exact
        self._common = names.common
        self._never = names.not_misspelt | names.common
        self._keys: dict[str, list[Key]] = {}
        self._near: dict[str, set[str]] = {}
        self._harmless: set[str] = set()
        for issuer_id, forms in written.items():
            for form in forms:
                self._add(issuer_id, LEGAL.sub("", " ".join(normalise(form).text.split())))

    def _add(self, issuer_id: str, form: str) -> None:
        words = form.replace("-", " ").split()
        own = [w for w in words if w not in self._common and w.isalpha() and w.isascii()]
        for word in own:
            others = frozenset(w for w in words if w != word)
            if len(word) < (5 if others else 6) or (len(own) > 1 and len(word) < 6 and not others):
                continue
            key = Key(word, issuer_id, others)
            keys = self._keys.setdefault(word, [])
            if key not in keys:
                keys.append(key)
            for short in {word, *_shorter(word)}:
                self._near.setdefault(short, set()).add(word)

    def suspects(self, text: str) -> dict[str, tuple[Key, ...]]:
        """The words of `text` that may be misspelt names, with the names; nearly always none."""
        unknown = set(_WORD.findall(text)) - self._harmless
        found: dict[str, tuple[Key, ...]] = {}
        for word in unknown:
            keys = self._look(word)
            if keys:
                found[word] = keys
            elif len(self._harmless) < 200_000:
                self._harmless.add(word)
        return found

    def _look(self, word: str) -> tuple[Key, ...]:
        if word in self._exact or word in self._never or word in self._keys:
            return ()
        near = {w for short in {word, *_shorter(word)} for w in self._near.get(short, ())}
        # The first letter is hardly ever wrong, and a different one mostly means another word.
        close = [w for w in near if w[0] == word[0] and one_typo_apart(w, word)]
        return tuple(key for w in sorted(close) for key in self._keys[w])
