"""Which watched firm a text names, and where: names, tickers, misspellings, descriptions.

`IssuerIndex.literals` goes into the caller's automaton; `IssuerIndex.mentions` makes mentions of
the hits. Short or ambiguous names come back with `sure=False`; `supported` says whether the words
around them make them believable. All offsets are in normalised text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

import ahocorasick_rs

from monitor.config import Issuer
from monitor.rules.names import Misspellings, Names, load_names, misheard, spellings
from monitor.rules.vocabulary import Hit, longest, whole
from monitor.text import Normal, normalise

How = Literal["name", "ticker", "misspelt", "description"]
Trust = Literal["sure", "risky", "strict", "code", "none"]

BUILTIN_NAMES = Path(__file__).with_name("packs") / "names.yaml"


class Mention(NamedTuple):
    """One place where a text names a watched firm."""

    issuer_id: str
    start: int
    end: int
    name: str
    """As the normalised text has it, ticker and legal tail included."""
    sure: bool
    """False: it may be another word or firm; ask `IssuerIndex.supported`."""
    how: How = "name"


@dataclass(slots=True)
class _Form:
    """What one literal may mean."""

    issuer_ids: list[str]
    trust: Trust
    case: Literal["any", "proper", "upper"] = "any"


_RANK: dict[Trust, int] = {"none": 0, "sure": 1, "code": 1, "risky": 2, "strict": 3}
_HAN = re.compile(r"[㐀-鿿]")
_BEFORE_CODE = re.compile(
    r"(?:(?<![a-z0-9])(?P<m>sz|sh|ss|she|sha|shse|szse|sse|xshe|xshg|cn|bj|bse|nq|hk|hkg|hkex|sehk|hkse)"
    r"|(?P<z>深交所|上交所|北交所|港交所|深圳|上海|香港|深|沪|港|[ahb港深]股|(?:股票|证券|股份)?代[码号]"
    r"|stock code|ticker|code))\s{0,2}[:.\-]?\s{0,2}$"
)
_AFTER_CODE = re.compile(
    r"\s?[.\-:·]?\s?(?P<m>sz|sh|ss|bj|cn|hk|hkg|xshe|xshg|szse|sse|sehk|shse)(?![a-z0-9])"
)
_TAIL = re.compile(
    r"(?: (?:rare[ -]earths?|magnetics?|magnets?|technology|high[ -]tech|hi[ -]tech|new materials?"
    r"|advanced materials|materials?|industry|industrial))?"
    r"(?:,? ?\(?(?:co|company|corp|corporation|inc|ltd|limited|plc|holdings?|group)\b\)?\.?){1,4}"
)
_OTHER_TRADE = re.compile(
    r"\s(?P<trade>technolog(?:y|ies)|pharma\w*|auto(?:motive)?|parts|ceramics?|electronics"
    r"|microsystems|semiconductors?|chemicals?|energy|optics|optical|biotech\w*|securities|capital"
    r"|bank|logistics|foods?|software|media|cement|textiles?|robotics|medical|instruments?"
    r"|precision|aerospace|agricultur\w+|environmental|construction|property|pumps?|tools?)\b"
)
_TAIL_ZH = re.compile(
    r"(?:\([一-鿿]{2,6}\))?(?:(?:永磁|磁材|磁性|稀土|新材料|材料|高技术|科技|技术|电子|机电|实业|控股"
    r"|资源|有色|金属|贸易|进出口|国际|半导体|晶体|新能源){0,4}(?:集团|股份)?(?:有限)?(?:责任)?公司"
    r"|集团|股份(?![比额权票东制有]))"
)
_TRADE = re.compile(
    "maker|producer|company|firm|group|manufacturer|supplier|exporter|miner|refiner"
    "|企|公司|厂|商|龙头"
)
_GAP = re.compile(r"[ ]?(?:[,(/、:]|\(以下简称\"?)?[ ]?")


class IssuerIndex:
    """Every name of every watched firm, ready to be found.

    `names` files default to the shipped one; more of them add up.
    """

    def __init__(self, issuers: Sequence[Issuer], names: Iterable[Path] = (BUILTIN_NAMES,)) -> None:
        self.issuers = {issuer.id: issuer for issuer in issuers}
        self._names: Names = load_names(names)
        self._forms: dict[str, _Form] = {}
        self._by_issuer: dict[str, tuple[str, ...]] = {}
        for issuer in issuers:
            self._add_issuer(issuer)
        for name in self._names.silent:
            for literal in spellings(name, tail=True):
                self._forms.setdefault(literal, _Form([], "none"))
        self._add_misheard()
        self.literals: list[str] = list(self._forms)
        """What the automaton has to look for; hits carry the position in this list."""
        self._misspelt = self._misspellings()

    # --- building -------------------------------------------------------------------------------

    def _add_issuer(self, issuer: Issuer) -> None:
        strict = {s for name in self._extra(issuer, "strict") for s in spellings(name)}
        risky_names = [n for names in issuer.risky_names.values() for n in names]
        risky_names += self._extra(issuer, "risky")
        names = [n for each in issuer.names.values() for n in each] + self._extra(issuer, "names")
        as_written = {normalise(n).text for n in names} - {normalise(n).text for n in risky_names}
        # "Earth Panda" is two words, "Earth-Panda" is not: a variant never weakens a plain name.
        risky = {s for name in risky_names for s in spellings(name)} - as_written
        upper = {normalise(n).text for n in risky_names if n.isupper() and len(n) <= 5}
        for literal in strict:
            self._put(literal, issuer.id, "strict")
        for literal in risky - strict:
            self._put(literal, issuer.id, "risky", upper=literal in upper)
        for literal in {s for name in names for s in spellings(name)} - strict - risky:
            self._put(literal, issuer.id, "sure")
        for ticker in (*issuer.tickers, *issuer.former_tickers):
            code = ticker.partition(".")[0].lower()
            bare = len(code) - len(code.lstrip("0")) if ticker.endswith(".HK") else 0
            for spelt in {code[zeros:] for zeros in range(bare + 1)}:
                self._put(spelt, issuer.id, "code" if code.isdigit() else "sure")

    def _add_misheard(self) -> None:
        """Chinese names with one character swapped, where nobody else is called so."""
        names = [(n, f) for n, f in self._forms.items() if f.trust == "sure" and len(n) <= 6]
        wrong: dict[str, set[str]] = {}
        for name, form in names:
            for literal in misheard(name, self._names.homophones):
                wrong.setdefault(literal, set()).update(form.issuer_ids)
        for literal, issuer_ids in wrong.items():
            if literal not in self._forms and len(issuer_ids) == 1:
                self._put(literal, issuer_ids.pop(), "risky")

    def _put(self, literal: str, issuer_id: str, trust: Trust, *, upper: bool = False) -> None:
        latin = literal[:1].isascii() and literal[:1].isalpha()
        case: Literal["any", "proper", "upper"] = "upper" if upper else "proper" if latin else "any"
        form = self._forms.setdefault(literal, _Form([], trust, case))
        if issuer_id not in form.issuer_ids:
            form.issuer_ids.append(issuer_id)
        if _RANK[trust] > _RANK[form.trust]:
            form.trust = trust

    def _misspellings(self) -> Misspellings:
        written = {
            issuer.id: [name for name in self._english(issuer) if self._may_be_misspelt(name)]
            for issuer in self.issuers.values()
        }
        exact = {w for literal in self._forms for w in re.split(r"[ -]", literal)}
        return Misspellings(written, exact, self._names)

    def _english(self, issuer: Issuer) -> Iterator[str]:
        for names in (issuer.names, issuer.risky_names):
            yield from names.get("en", ())
        yield from (
            n for key in ("names", "risky") for n in self._extra(issuer, key) if n.isascii()
        )

    def _may_be_misspelt(self, name: str) -> bool:
        """Names of one firm only; ambiguous ones where they are long enough to be nobody's word."""
        form = self._forms.get(normalise(name).text)
        if form is None or len(form.issuer_ids) != 1:
            return False
        return form.trust == "sure" or (form.trust == "risky" and len(name) > 6 and " " not in name)

    def _extra(self, issuer: Issuer, key: str) -> list[str]:
        """What `packs/names.yaml` adds to the issuer."""
        return [
            word
            for ticker in (*issuer.tickers, *issuer.former_tickers)
            for word in self._names.extra.get(ticker, {}).get(key, ())
        ]

    @cached_property
    def _automaton(self) -> Any:
        return ahocorasick_rs.AhoCorasick(self.literals)

    @cached_property
    def _support(self) -> re.Pattern[str]:
        english = "|".join(sorted(map(re.escape, self._names.support.get("en", ())), key=len)[::-1])
        chinese = "|".join(map(re.escape, self._names.support.get("zh", ())))
        return re.compile(rf"\b(?:{english or '(?!)'})\b|{chinese or '(?!)'}")

    # --- finding --------------------------------------------------------------------------------

    def hits(self, text: str) -> list[Hit]:
        """Every place any literal stands, for a caller without an automaton of its own."""
        found: list[Hit] = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return found

    def mentions(
        self, normal: Normal, hits: Iterable[Hit] | None = None, *, subject: str | None = None
    ) -> list[Mention]:
        """Who is named where, in order of place, none overlapping.

        A name with its ticker or its other name in brackets is one mention. `subject` is the issuer
        the document belongs to, if known: its ambiguous names then count.
        """
        text = normal.text
        found: list[tuple[int, int, _Form]] = []
        for index, start, end in self.hits(text) if hits is None else hits:
            literal = self.literals[index]
            form = self._forms[literal]
            if form.trust == "code":
                span = _ticker(text, start, end, literal)
                if span is not None:
                    found.append((*span, form))
            elif self._stands(normal, start, end, literal, form):
                found.append((start, end, form))
        best = [f for f in longest(found) if f[2].issuer_ids]
        certain = {f[2].issuer_ids[0] for f in best if f[2].trust in ("sure", "code")}
        if subject is not None:
            certain.add(subject)
        plain = [
            m for start, end, form in best if (m := self._mention(text, start, end, form, certain))
        ]
        plain += self._typos(normal, plain)
        plain.sort(key=lambda m: m.start)
        return self._merged(text, plain)

    def _stands(self, normal: Normal, start: int, end: int, literal: str, form: _Form) -> bool:
        text = normal.text
        if not whole(text, start, end):
            return False
        guard = self._names.guards.get(literal)
        if guard is not None and (
            text.startswith(guard[1], end) or text.endswith(guard[0], 0, start)
        ):
            return False
        if form.case == "any":
            return True
        if form.trust in ("risky", "strict") and self._longer_name(normal, end, form):
            return False
        written = normal.quote(start, end)
        return written.isupper() if form.case == "upper" else not written[:1].islower()

    def _longer_name(self, normal: Normal, end: int, form: _Form) -> bool:
        """ "Jinli Technology": an ambiguous name goes on with a trade this firm's own lack."""
        m = _OTHER_TRADE.match(normal.text, end)
        if m is None or not normal.quote(*m.span("trade"))[:1].isupper():
            return False
        own = {
            w for i in form.issuer_ids for n in self._english(self.issuers[i]) for w in n.split()
        }
        return m["trade"] not in {w.lower() for w in own}

    def _mention(
        self, text: str, start: int, end: int, form: _Form, certain: set[str]
    ) -> Mention | None:
        known = [i for i in form.issuer_ids if i in certain]
        if form.trust == "strict" and not known:
            return None
        if len(form.issuer_ids) > 1 and len(known) != 1:
            return None
        issuer_id = known[0] if known else form.issuer_ids[0]
        sure = form.trust in ("sure", "code") or bool(known)
        how: How = "ticker" if form.trust == "code" else "name"
        return Mention(issuer_id, start, end, text[start:end], sure, how)

    def _typos(self, normal: Normal, named: Sequence[Mention]) -> list[Mention]:
        """Words one typo away from a name, written with a capital, where nothing else was named."""
        text = normal.text
        suspects = self._misspelt.suspects(text)
        if not suspects:
            return []
        taken = {i for m in named for i in range(m.start, m.end)}
        out: list[Mention] = []
        for word in re.finditer("|".join(suspects), text):
            start, end = word.span()
            if start in taken or not whole(text, start, end):
                continue
            if not normal.quote(start, end)[:1].isupper():
                continue
            for key in suspects[word.group()]:
                span = _with_neighbours(text, start, end, key.beside)
                if span is not None and not taken & set(range(*span)):
                    out.append(Mention(key.issuer_id, *span, text[slice(*span)], False, "misspelt"))
                    taken.update(range(*span))
                    break
        return out

    def _merged(self, text: str, mentions: Sequence[Mention]) -> list[Mention]:
        """One mention for a name, its legal tail, and its ticker or other name in brackets."""
        out: list[Mention] = []
        for m in mentions:
            end = m.end if m.how == "ticker" else _tail(text, m.end)
            start, sure, how = m.start, m.sure, m.how
            last = out[-1] if out else None
            if last is not None and end <= last.end:
                continue
            if (
                last is not None
                and last.issuer_id == m.issuer_id
                and _GAP.fullmatch(text, last.end, m.start)
                and ("ticker" in (how, last.how) or "(" in text[last.end : m.start])
            ):
                out.pop()
                start, sure, how = last.start, last.sure or m.sure, last.how
            # The bracket that a name opened is closed with it.
            if how != "ticker" and text[end : end + 1] == ")":
                end += text.count("(", start, end) > text.count(")", start, end)
            out.append(Mention(m.issuer_id, start, end, text[start:end], sure, how))
        return out

    def supported(self, text: str, mention: Mention, start: int, end: int) -> bool:
        """Is a mention to be believed, given the sentence `text[start:end]` it stands in?"""
        return (
            mention.sure
            or self._support.search(text, start, min(mention.start, end)) is not None
            or self._support.search(text, max(mention.end, start), end) is not None
        )

    # --- descriptions ---------------------------------------------------------------------------

    @cached_property
    def _places(self) -> dict[str, set[str]]:
        out: dict[str, set[str]] = {}
        for issuer in self.issuers.values():
            for place in issuer.place:
                out.setdefault(normalise(place).text, set()).add(issuer.id)
        return out

    def _places_of(self, issuer_id: str) -> tuple[str, ...]:
        places = self._by_issuer.get(issuer_id)
        if places is None:
            issuer = self.issuers.get(issuer_id)
            names = issuer.place if issuer else ()
            places = self._by_issuer[issuer_id] = tuple(normalise(p).text for p in names)
        return places

    @cached_property
    def _described(self) -> re.Pattern[str]:
        places = "|".join(sorted(map(re.escape, self._places), key=len, reverse=True)) or "(?!)"
        return re.compile(
            rf"\b(?:the|this) (?P<a>{places})(?:[- ](?:based|headquartered|listed))?"
            r"(?: [a-z-]+){0,4}?"
            r" (?:maker|producer|company|firm|group|manufacturer|supplier|exporter|miner|refiner)\b"
            rf"|(?:这家|该|这一)?(?:总部(?:位于|在|设在|设于)?)?(?P<b>{places})(?:市|省)?(?:的)?"
            r"(?:这家|一家)?[一-鿿]{0,6}?(?:企业|公司|厂商|生产商|制造商|磁企|龙头|厂)"
        )

    def descriptions(self, text: str, among: Collection[str]) -> list[Mention]:
        """Definite descriptions by place ("the Ganzhou-based magnet maker", 赣州的磁材企业).

        Only of firms in `among` (those the document named so far); where several of them fit, none
        is meant for certain and nothing is returned.
        """
        # The expression is dear and descriptions are rare: is one of the places named at all?
        if not any(place in text for issuer_id in among for place in self._places_of(issuer_id)):
            return []
        out: list[Mention] = []
        for m in self._described.finditer(text) if _TRADE.search(text) else ():
            if m["b"] and (
                _SOME_ZH.search(text, max(0, m.start() - 6), m.start("b"))
                or text.startswith(("一家", "某"), m.end("b"))
            ):
                continue  # 一家宁波厂: one of that place, whichever
            issuers = self._places[m["a"] or m["b"]] & set(among)
            if len(issuers) == 1:
                out.append(
                    Mention(issuers.pop(), m.start(), m.end(), m.group(), False, "description")
                )
        return out


_SOME_ZH = re.compile(
    r"(?:[一两二三四五六七八九十几多数]家|某|不少|许多|各|同为|另有)[^,，。;；的]{0,2}$"
)


def _tail(text: str, end: int) -> int:
    """Where a name ends once its legal tail is counted in."""
    if end < len(text) and _HAN.match(text[end - 1]):
        m = _TAIL_ZH.match(text, end)
        return m.end() if m else end
    if text[end : end + 1] in (" ", ","):
        m = _TAIL.match(text, end)
        if m:
            return m.end() - (text[m.end() - 1] == "." and not text[m.end() : m.end() + 2].strip())
    return end


def _with_neighbours(
    text: str, start: int, end: int, beside: frozenset[str]
) -> tuple[int, int] | None:
    """The span of a misspelt word and the neighbour that confirms it; None where none does."""
    if not beside:
        return start, end
    before = re.search(r"([a-z&']+)[ -]$", text[max(0, start - 24) : start])
    if before and before[1] in beside:
        return start - len(before.group()), end
    after = re.match(r"[ -]([a-z&']+)", text[end : end + 24])
    if after and after[1] in beside:
        return start, end + after.end()
    return None


def _ticker(text: str, start: int, end: int, code: str) -> tuple[int, int] | None:
    """The span of a ticker in any of its spellings, or None where it is just a number."""
    if text[start - 1 : start].isdigit() or text[end : end + 1].isdigit():
        return None
    hong_kong = len(code) < 6
    before = _BEFORE_CODE.search(text[max(0, start - 12) : start])
    after = _AFTER_CODE.match(text, end)
    for market in (before and before["m"], after and after["m"]):
        if market and market.startswith("hk") != hong_kong and market not in ("cn",):
            return None
    if before or after:
        length = len(before.group()) if before else 0
        return start - length, after.end() if after else end
    opener = text[max(0, start - 4) : start].rstrip(" ")[-1:]
    closer = text[end : end + 4].lstrip(" ")[:1]
    if text[start - 1 : start] in (".", "-", "$", "¥"):
        return None
    if len(code) >= 5 and opener in "([,/、" and opener and closer in ")],/、" and closer:
        return start, end
    if (
        len(code) == 6
        and (start == 0 or opener in ("\n", "|"))
        and not closer.startswith(("%", ".", ","))
    ):
        return start, end
    return None
