"""One automaton over every word of every pack: what the words of a text are, and where.

A term of a pack is written for people (`receive~`, `permit+`, `go-ahead`); `spellings` lists the
strings it stands for. The longest term wins where two overlap, so that an exception is simply a
longer term in another list.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, cached_property, partial
from itertools import accumulate, product
from typing import Any, NamedTuple

import ahocorasick_rs
import re2

from monitor.text import normalised

_IRREGULAR = {
    "get": "get gets got gotten getting",
    "win": "win wins won winning",
    "give": "give gives gave given giving",
    "take": "take takes took taken taking",
    "hold": "hold holds held holding",
    "come": "come comes came coming",
    "go": "go goes went gone going",
    "lay": "lay lays laid laying",
    "let": "let lets letting",
    "put": "put puts putting",
    "send": "send sends sent sending",
    "seek": "seek seeks sought seeking",
    "throw": "throw throws threw thrown throwing",
    "shoot": "shoot shoots shot shooting",
    "strike": "strike strikes struck striking",
    "withhold": "withhold withholds withheld withholding",
    "withdraw": "withdraw withdraws withdrew withdrawn withdrawing",
    "rescind": "rescind rescinds rescinded rescinding",
    "run": "run runs ran running",
    "roll": "roll rolls rolled rolling",
    "fall": "fall falls fell fallen falling",
    "hear": "hear hears heard hearing",
    "say": "say says said saying",
    "do": "do does did",
    "ha": "has have had",
    "freeze": "freeze freezes froze frozen freezing",
    "unfreeze": "unfreeze unfreezes unfroze unfrozen unfreezing",
    "sit": "sit sits sat sitting",
    "show": "show shows showed shown showing",
    "sell": "sell sells sold selling",
    "tear": "tear tears tore torn tearing",
    "pull": "pull pulls pulled pulling",
    "stay": "stay stays stayed staying",
    "bar": "bar bars barred barring",
    "bag": "bag bags bagged bagging",
    "snag": "snag snags snagged snagging",
    "nab": "nab nabs nabbed nabbing",
    "net": "netted netting",
    "nod": "nod nods nodded nodding",
    "ship": "ship ships shipped shipping",
    "stop": "stop stops stopped stopping",
    "strip": "strip strips stripped stripping",
    "scrap": "scrap scraps scrapped scrapping",
    "drop": "drop drops dropped dropping",
    "plan": "plan plans planned planning",
    "permit": "permit permits permitted permitting",
    "annul": "annul annuls annulled annulling",
    "appl": "applies applied applying apply",
    "cancel": "cancel cancels canceled cancelled canceling cancelling",
    "cut": "cut cuts cutting",
    "trickl": "trickle trickles trickled trickling",
    "queue": "queue queues queued queueing queuing",
    "clarif": "clarify clarifies clarified clarifying",
    "suppl": "supply supplies supplied supplying",
    "rebut": "rebut rebuts rebutted rebutting",
    "deal": "deal deals dealt dealing",
    "leave": "leave leaves left leaving",
    "make": "make makes made making",
    "break": "break breaks broke broken breaking",
    "catch": "catch catches caught catching",
    "find": "find finds found finding",
    "keep": "keep keeps kept keeping",
    "lose": "lose loses lost losing",
    "meet": "meet meets met meeting",
    "pay": "pay pays paid paying",
    "see": "see sees saw seen seeing",
    "slip": "slip slips slipped slipping",
    "tell": "tell tells told telling",
    "turn": "turn turns turned turning",
    "hand": "hand hands handed handing",
    "pil": "pile piles piled piling",
}  # fmt: skip
_VOWELS = "aeiou"
_ONE_SYLLABLE = re.compile(r"(?:^|[ -])[^aeiou ]{1,3}[aeiou][bdgklmnprtvz]$")
_STRESSED = frozenset(
    ("confer", "transfer", "refer", "defer", "submit", "resubmit", "transmit", "admit", "commit",
     "remit", "allot", "acquit", "compel", "propel", "dispel", "expel", "re-up")
)  # fmt: skip
"""Verbs that double their last letter: "conferred", "submitted", "grabbed"."""


def _verb(stem: str) -> list[str]:
    """Every form of an English verb, from its bare form."""
    if stem in _IRREGULAR:
        return _IRREGULAR[stem].split()
    if stem.endswith("e"):
        return [stem, f"{stem}s", f"{stem}d", f"{stem[:-1]}ing"]
    if stem.endswith("y") and stem[-2:-1] not in _VOWELS:
        return [stem, f"{stem[:-1]}ies", f"{stem[:-1]}ied", f"{stem}ing"]
    s = "es" if stem.endswith(("s", "x", "z", "ch", "sh")) else "s"
    if _ONE_SYLLABLE.search(stem) or stem in _STRESSED:
        return [stem, stem + s, f"{stem}{stem[-1]}ed", f"{stem}{stem[-1]}ing"]
    if stem in ("travel", "parcel", "pencil", "label", "signal"):
        return [stem, stem + s, f"{stem}ed", f"{stem}led", f"{stem}ing", f"{stem}ling"]
    return [stem, stem + s, f"{stem}ed", f"{stem}ing"]


def _noun(stem: str) -> list[str]:
    """Singular and plural of an English noun."""
    if stem.endswith("y") and stem[-2:-1] not in _VOWELS:
        return [stem, f"{stem[:-1]}ies"]
    s = "es" if stem.endswith(("s", "x", "z", "ch", "sh")) else "s"
    return [stem, stem + s]


_VARIES = re.compile(r"[~+]|\bits\b")


def _forms(word: str) -> list[str]:
    """What one word of a term stands for."""
    if word.endswith("~"):
        return _verb(word[:-1])
    if word.endswith("+"):
        return _noun(word[:-1])
    return ["its", "their", "our"] if word == "its" else [word]


@cache  # asked when a pack is checked and when it is compiled; then let go
def spellings(term: str) -> Sequence[str]:
    """The strings a term stands for, in the spelling of normalised text."""
    plain = " ".join(normalised(term).split())
    forms = [plain]
    if plain != "its" and _VARIES.search(plain):
        forms = [" ".join(words) for words in product(*map(_forms, plain.split(" ")))]
    return forms + [form.replace("-", " ") for form in forms if "-" in form]


class Hit(NamedTuple):
    """A term found in a text."""

    start: int
    end: int
    kinds: frozenset[str]
    """The lists it stands in (`get`, `paper` ...)."""
    text: str


_hit: Callable[[tuple[int, int, frozenset[str], str]], Hit] = partial(tuple.__new__, Hit)
"""A Hit in half the time."""


def latin(c: str) -> bool:
    """Whether `c` is a Latin letter or a digit: what needs a word's edge beside it."""
    return c < "\u0250" and c.isalnum()


_EDGES = {(a, b): (a, b) if a or b else None for a in (False, True) for b in (False, True)}
"""One tuple for thousands of words."""


def _letters_at(pattern: str) -> tuple[bool, bool] | None:
    """Whether it begins and ends with a Latin letter or digit; None if neither."""
    return _EDGES[latin(pattern[0]), latin(pattern[-1])]


class Automaton:
    """The terms of all packs, compiled once."""

    def __init__(self, lists: Iterable[tuple[str, Iterable[str]]]) -> None:
        """`lists` are (kind, terms); a term `/like this/` is a regular expression (RE2)."""
        kinds: dict[str, frozenset[str]] = {}
        expressions: dict[str, list[str]] = {}
        for kind, terms in lists:
            just_this = frozenset((kind,))
            for term in terms:
                if is_expression(term):
                    expressions.setdefault(kind, []).append(term[1:-1])
                    continue
                for spelling in spellings(term):
                    if spelling:
                        known = kinds.get(spelling)
                        kinds[spelling] = known | just_this if known else just_this
        self._expressions = Expressions(expressions)
        self.patterns = list(kinds)
        shared: dict[frozenset[str], frozenset[str]] = {}  # thousands of terms, few sets of lists
        self._kinds = [shared.setdefault(k, k) for k in kinds.values()]
        self._edges = [_letters_at(p) for p in self.patterns]

    @cached_property
    def _machine(self) -> Callable[[str], list[tuple[int, int, int]]]:
        """Built when a text is read: most processes that look for something to read find none."""
        if not self.patterns:
            return lambda _: []
        machine = ahocorasick_rs.AhoCorasick(self.patterns)
        return partial(machine.find_matches_as_indexes, overlapping=True)

    def part(self, kinds: Collection[str], parts: Iterable[str] = ()) -> Part:
        """Only the lists `kinds`, and `parts`, which count inside words too."""
        wanted = frozenset(kinds)
        shared = {kinds: kinds & wanted for kinds in set(self._kinds)}
        known = zip(self.patterns, self._kinds, strict=True)
        return Part(
            [(pattern, shared[kinds]) for pattern, kinds in known if shared[kinds]],
            list(parts),
            wanted,
            self._expressions,
        )

    def scan(self, text: str) -> list[tuple[int, int, int]]:
        """(pattern, start, end) of every hit, also of those inside others and inside words."""
        return self._machine(text)

    def hits(self, text: str) -> list[Hit]:
        """The terms in normalised `text`, in order; Latin words only where they stand alone."""
        kinds, edges, patterns, length = self._kinds, self._edges, self.patterns, len(text)
        longest: dict[int, tuple[int, int]] = {}
        """Where a term begins -> where the longest one ends, and its number."""
        for index, start, end in self._machine(text):  # in the order of their ends
            edge = edges[index]
            if edge is not None:  # None: Chinese, which stands alone anywhere
                first, last = edge
                if first and start and (c := text[start - 1]) < "\u0250" and c.isalnum():
                    continue
                if last and end < length and (c := text[end]) < "\u0250" and c.isalnum():
                    continue
            longest[start] = (end, index)
        lists = self._expressions.lists
        for number in self._expressions.worth_asking(text):
            for found in lists[number][1].finditer(text):
                start, end = found.span()
                if end > start and end >= longest.get(start, (0, 0))[0]:
                    longest[start] = (end, ~number)
        out: list[Hit] = []
        behind = 0
        for start in sorted(longest):
            if start >= behind:
                behind, index = longest[start]
                if index >= 0:
                    out.append(_hit((start, behind, kinds[index], patterns[index])))
                else:
                    kind = frozenset((lists[~index][0],))
                    out.append(Hit(start, behind, kind, text[start:behind]))
        return out


class Expressions:
    """The regular expressions among the terms."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        # One expression for each list: a text is gone through once per list, not once per term.
        self.lists = [
            (kind, compile_expression(f"/{'|'.join(f'(?:{p})' for p in patterns)}/"))
            for kind, patterns in lists.items()
        ]
        """(kind, expression)."""
        self._terms = [
            (number, term) for number, terms in enumerate(lists.values()) for term in terms
        ]

    @cached_property
    def _filter(self) -> Any:
        """Knows the strings without which a term finds nothing, and looks for all of them at once.

        All terms in one expression would do as well, were they few: its automaton grows past all
        bounds, and then RE2 goes the slow way.
        """
        terms = re2.Filter()
        for _, term in self._terms:
            terms.Add(term, _options())
        terms.Compile()
        return terms

    def worth_asking(self, text: str) -> list[int]:
        """The numbers of the `lists` of which something may stand in `text`: mostly none."""
        if not self._terms:
            return []
        return sorted({self._terms[i][0] for i in self._filter.Match(text, True) or ()})


class Part:
    """Some words of an Automaton: which lists a text holds any of, quickly."""

    def __init__(
        self,
        words: Sequence[tuple[str, frozenset[str]]],
        parts: Sequence[str],
        wanted: Collection[str],
        expressions: Expressions,
    ) -> None:
        """`words` and the lists they stand in; each of `parts` is a list of its own."""
        self._machine = ahocorasick_rs.AhoCorasick([*(word for word, _ in words), *parts])
        self._kinds = [kinds for _, kinds in words] + [frozenset((part,)) for part in parts]
        self._edges = [_letters_at(word) for word, _ in words] + [None] * len(parts)
        self._wanted, self._expressions = wanted, expressions

    def kinds(self, texts: Sequence[str]) -> list[set[str]]:
        """Of each normalised text the lists of which something stands in it, in one pass over all.

        Latin words count only where they stand alone. An expression that reaches from one text
        into the next counts for both.
        """
        whole = "\n".join(texts)  # which stands in no word
        ends = list(accumulate((len(text) + 1 for text in texts), initial=-1))[1:]
        found: list[set[str]] = [set() for _ in texts]
        number = 0
        for index, start, end in self._machine.find_matches_as_indexes(whole, overlapping=True):
            while end > ends[number]:  # they come in the order of their ends
                number += 1
            kinds = self._kinds[index]
            if kinds <= found[number]:
                continue
            first, last = self._edges[index] or (False, False)
            if first and start and latin(whole[start - 1]):
                continue
            if last and end < len(whole) and latin(whole[end]):
                continue
            found[number] |= kinds
        for expression_number in self._expressions.worth_asking(whole):
            kind, expression = self._expressions.lists[expression_number]
            if kind not in self._wanted:
                continue
            for hit in expression.finditer(whole):
                for number in range(bisect_left(ends, hit.start()), len(ends)):
                    found[number].add(kind)
                    if hit.end() <= ends[number]:
                        break
        return found


def is_expression(term: str) -> bool:
    """Is this term a regular expression between slashes?"""
    return len(term) > 2 and term.startswith("/") and term.endswith("/")


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = False
    return options


def compile_expression(term: str) -> Any:
    """Compile `/.../` with RE2, which cannot hang. Raises ValueError with RE2's reason."""
    try:
        expression = re2.compile(term[1:-1], _options())
    except re2.error as error:
        reason = error.args[0] if error.args else "invalid"
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise ValueError(said) from error
    if expression.search("") is not None:
        raise ValueError("it matches the empty text, so it would match everywhere")
    return expression
