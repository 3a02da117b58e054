"""Text made comparable: one spelling for everything that reads the same, with the way back.

`normalise` gives lower case, NFKC, simplified characters, plain quotes and dashes, no HTML
entities, tags, pinyin in brackets, zero-width or direction marks; `Normal.span` leads any place in
it back to exact offsets of the original, so that a quotation is always a substring of what was
published. Sentences and clauses are cut here too, for English and Chinese alike. Pure and linear:
it never raises, whatever it is given.
"""

from __future__ import annotations

import html
import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from functools import cache, lru_cache
from html.entities import html5

import opencc

SENTENCE_CAP = 800
"""Characters after which a sentence without an end is cut at the next comma or space."""

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_MARK = "\x00"
"""What the table gives for characters that need more than a one-to-one answer."""

_GONE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)
_ODD = re.compile(
    _GONE.pattern
    + r"|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});"
    + rf"|(?<=[{_HAN}])[(（]\s?(?:[a-zü]{{0,6}}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ][a-zü]{{0,6}}"
    + r"|de|le|zhe|men|zi)\s?[)）]"
    + r"|<(?:/?[a-zA-Z]|!--)[^<>]{0,300}>"
    + r"|[\x00\U00010000-\U0010ffff]"
)
_SPACED = re.compile(rf"(?:[{_HAN}]{{1,3}}[ \u3000]){{3}}[{_HAN}]")
"""Text set with a space between its characters or words: the spaces mean nothing."""
_ODD_SPACED = re.compile(_ODD.pattern + rf"|(?<=[{_HAN}])[ \u3000](?=[{_HAN}])")
_TONED = re.compile(
    rf"[{_HAN}][(（]\s?[a-zü]{{0,6}}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ]|[{_HAN}][(（](?:de|le)[)）]"
)
_TAG = re.compile(r"<(?:/?[a-zA-Z]|!--)[^<>]{0,300}>")

_PLAIN = {
    **dict.fromkeys("“”„‟«»「」『』〝〞＂", '"'),
    **dict.fromkeys("‘’‚‛′＇`´", "'"),
    **dict.fromkeys("‐‑‒–—―−－─", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\t", " "),
    **dict.fromkeys("\u2028\u2029\u0085\r\v\f", "\n"),
    "…": "…",
    "﹒": ".",
    "．": ".",
    "﹐": ",",
    "〔": "(",
    "〕": ")",
    "【": "(",
    "】": ")",
    "•": "•",
    "覆": "覆",
}
"""Where NFKC alone does not say enough, or says too much."""

_SPELLING = (("licenc", "licens"), ("authoris", "authoriz"))
"""British spellings folded into the American ones; both sides have the same length."""


class Normal:
    """A text made comparable, and the way back to the original."""

    __slots__ = ("_at", "_back", "original", "text")

    def __init__(self, original: str, text: str, back: list[tuple[int, int, int]] | None) -> None:
        self.original = original
        self.text = text
        self._back = back
        """Pieces (start here, start there, length there); lengths differ where one was replaced.
        None = every character stands where it stood."""
        self._at = [piece[0] for piece in back] if back else []

    def start(self, i: int) -> int:
        """The original offset of the character that became `text[i]`."""
        if self._back is None:
            return i
        if not self._back:
            return 0
        k = max(bisect_right(self._at, i) - 1, 0)
        here, there, length = self._back[k]
        return there + min(i - here, length) if self._is_plain(k) else there

    def end(self, i: int) -> int:
        """The original offset just behind the character that became `text[i - 1]`."""
        if self._back is None or i <= 0:
            return max(i, 0)
        if not self._back:
            return 0
        k = max(bisect_right(self._at, i - 1) - 1, 0)
        here, there, length = self._back[k]
        return there + min(i - here, length) if self._is_plain(k) else there + length

    def span(self, a: int, b: int) -> tuple[int, int]:
        """The original offsets of `text[a:b]`."""
        start = self.start(a)
        return start, max(start, self.end(b))

    def quote(self, a: int, b: int) -> str:
        """What the original says at `text[a:b]`."""
        start, end = self.span(a, b)
        return self.original[start:end]

    def sentences(self) -> list[tuple[int, int]]:
        return sentences(self)

    def _is_plain(self, k: int) -> bool:
        assert self._back is not None
        here, _, length = self._back[k]
        following = self._back[k + 1][0] if k + 1 < len(self._back) else len(self.text)
        return following - here == length


@cache
def _simplified() -> Callable[[str], str]:
    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


class _Table(dict[int, str]):
    """One character for each character of the basic plane, worked out when it is first met.

    Most of them never are; all of them would be five megabytes.
    """

    def __missing__(self, code: int) -> str:
        if code >= 0x10000:
            raise KeyError(code)  # `translate` leaves it as it is
        self[code] = said = _one_for_one(chr(code))
        return said


def _one_for_one(plain: str) -> str:
    if plain == "\x00" or _GONE.match(plain):
        return _MARK
    if "\ud800" <= plain <= "\udfff":
        return "\ufffd"
    said = _PLAIN.get(plain)
    if said is None:
        said = unicodedata.normalize("NFKC", plain).lower()
    said = said if len(said) == 1 else plain
    if "\u3400" <= plain < "\ua000" and said not in _PLAIN:
        simple = _simplified()(said)
        said = simple if len(simple) == 1 else said
    return said


_TABLE = _Table()


@lru_cache(maxsize=8)  # the fields of one item, asked for again by everyone who reads it
def normalise(text: str) -> Normal:
    """`text` made comparable. Never raises; lone surrogates become U+FFFD."""
    plain = _one_to_one(text)
    return _piecewise(text) if plain is None else Normal(text, plain, None)


def normalised(text: str) -> str:
    """What `normalise` makes of it, without the way back: half the work."""
    plain = _one_to_one(text)
    return _piecewise(text).text if plain is None else plain


def _one_to_one(text: str) -> str | None:
    """`text` made comparable with every character where it stood; None where that cannot be."""
    if text.isascii():
        if "&" in text or "<" in text or "\r" in text or "\t" in text or _MARK in text:
            return None
        return _spelled(text.lower())
    plain = text.translate(_TABLE).lower()
    if (
        _MARK in plain
        or "&" in plain
        or "<" in plain
        or len(plain) != len(text)
        or len(text.encode("utf-16-le", "surrogatepass")) != 2 * len(text)
        or ("(" in plain and _TONED.search(text) is not None)
        or (" " in plain and _SPACED.search(plain) is not None)
    ):
        return None
    return _spelled(plain)


def _piecewise(text: str) -> Normal:
    """The slow way: replace the odd places one by one and remember where everything came from."""
    out: list[str] = []
    back: list[tuple[int, int, int]] = []
    here = there = 0

    def put(piece: str, start: int, length: int) -> None:
        nonlocal here
        if piece:
            out.append(piece)
            back.append((here, start, length))
            here += len(piece)

    def plain(start: int, end: int) -> None:
        piece = text[start:end].translate(_TABLE)
        low = piece.lower()
        put(low if len(low) == len(piece) else piece, start, end - start)

    entities: list[tuple[int, int, str]] = []
    for found in (_ODD_SPACED if _SPACED.search(text) else _ODD).finditer(text):
        start, end = found.span()
        said = _replacement(found.group())
        entities.append((start, end, said))
    # A tag written with entities (&lt;a href=...&gt;) becomes a tag only now: drop the inside.
    i = 0
    while i < len(entities):
        start, end, said = entities[i]
        if said == "<":
            for j in range(i + 1, min(i + 12, len(entities))):
                if entities[j][2] == ">" and entities[j][1] - start < 300:
                    inside = html.unescape(text[start : entities[j][1]])
                    if _TAG.fullmatch(inside):
                        end, said, i = entities[j][1], "", j
                    break
        plain(there, start)
        put(said, start, end - start)
        there = end
        i += 1
    plain(there, len(text))
    return Normal(text, _spelled("".join(out)), back)


def _replacement(odd: str) -> str:
    if odd.startswith("&"):
        known = odd[1] == "#" or odd[1:] in html5
        said = html.unescape(odd) if known else odd
        if said == odd:
            return odd.lower()
    elif odd[0] in "(（" or odd[0] == "<" or _GONE.match(odd):
        return "\n" if odd[:3].lower() in ("<br", "<p>", "</p", "<li", "<di", "</d") else ""
    elif odd in " \u3000":
        return ""
    elif odd == _MARK:
        return " "
    else:
        said = unicodedata.normalize("NFKC", odd)
    said = "".join(_TABLE[ord(c)] for c in said if ord(c) < 0x10000) or "\ufffd"
    return said.replace(_MARK, "").lower()


def _spelled(text: str) -> str:
    for british, american in _SPELLING:
        if british in text:
            text = text.replace(british, american)
    return text


# --- sentences and clauses --------------------------------------------------------------------

_STOP = re.compile(
    r"(?=[。!?\n….•▪■◆●|])"  # what any of them begins with, for speed
    rf"(?:[。!?\n][。!?\n\s]*[\"')\]]*\s*|…{{1,6}}(?=[\s\n{_HAN}]|$)"
    rf"|\.[\"')\]]*(?=\s|$|[{_HAN}])\s*|[•▪■◆●|]+)"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'/-])(?:co|ltd|inc|corp|no|nos|mr|mrs|ms|dr|st|vs|approx|incl|est|fig|gen|sen"
    r"|rep|gov"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec|mon|tue|wed|thu|fri|dept|ave|intl|tech|mfg"
    r"|[a-z]|(?:[a-z]\.)+[a-z]|e\.g|i\.e|a\.m|p\.m|ph\.d)$"
)
_FIRM_END = re.compile(r"(?:^|[\s.])(?:co|ltd|inc|corp|u\.s|u\.k|e\.u|a\.m|p\.m)$")
_STARTER = re.compile(
    r"(?:The|It|In|On|At|A|An|Its|He|She|They|But|And|However|Shares|This|That|These|Those"
    r"|According"
    r"|Licen[cs]es|Permits|Applications|Chinese|Beijing|China|Both|Two|Three|No|None|Some|Other"
    r"|Others|Another|As|For|With|Meanwhile|Separately|Destinations?|Customers?|Products?)\b"
)
_CLAUSE = re.compile(r"[,;:、，；：](?![0-9])|(?<![0-9])[,:]|[;；]| [-–—]{1,2} |(?<=\S)-{2,}|[()]")


def sentences(normal: Normal) -> list[tuple[int, int]]:
    """Start and end of each sentence in `normal.text`, stop included, blanks around it not.

    A decimal point, a ticker's dot or "Co., Ltd." ends nothing; a line break ends everything.
    """
    text = normal.text
    spans: list[tuple[int, int]] = []
    begin = 0
    for stop in _STOP.finditer(text):
        at = stop.start()
        if text[at] == "." and not _ends(normal, at, stop.end()):
            continue
        _add(spans, text, begin, stop.end())
        begin = stop.end()
    _add(spans, text, begin, len(text))
    return spans


_SAID_NO = re.compile(r"[\s\"'“‘(]no$")
"""The word, unless a number follows ("No. 5")."""


def _ends(normal: Normal, at: int, following: int) -> bool:
    """Does the full stop at `at` end a sentence?"""
    text = normal.text
    if (
        text[at - 1 : at].isdigit()
        and text[following : following + 1].isdigit()
        and following == at + 1
    ):
        return False
    before = text[max(0, at - 12) : at]
    if before[-7:].isalpha() and len(before) > 6:  # longer than any abbreviation
        return True
    if not _ABBREVIATION.search(before):
        return True
    if _SAID_NO.search(before) and not text[following : following + 3].strip(" \"'")[:1].isdigit():
        return True
    if following >= len(text):
        return True
    if not _FIRM_END.search(before):
        return False
    start = normal.start(following)
    return _STARTER.match(normal.original, start) is not None


def _add(spans: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    while end - begin > SENTENCE_CAP:
        cut = -1
        for mark in (",", ";", "、", " "):
            cut = text.rfind(mark, begin + SENTENCE_CAP // 2, begin + SENTENCE_CAP)
            if cut > 0:
                break
        cut = cut + 1 if cut > 0 else begin + SENTENCE_CAP
        _add(spans, text, begin, cut)
        begin = cut
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    if end > begin:
        spans.append((begin, end))


def clauses(text: str, begin: int, end: int) -> list[tuple[int, int]]:
    """The pieces of a sentence between commas, colons, semicolons, dashes and brackets.

    A comma inside a number parts nothing. The marks belong to no piece.
    """
    spans: list[tuple[int, int]] = []
    for mark in _CLAUSE.finditer(text, begin, end):
        if mark.start() > begin and text[begin : mark.start()].strip():
            spans.append((begin, mark.start()))
        begin = mark.end()
    if text[begin:end].strip():
        spans.append((begin, end))
    return spans


# --- scripts and numerals -----------------------------------------------------------------------

_ANY_HAN = re.compile(f"[{_HAN}]")
_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
}
_UNIT = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


def has_han(text: str, start: int = 0, end: int = sys.maxsize) -> bool:
    """Is there a Chinese character in `text[start:end]`?"""
    return not text.isascii() and _ANY_HAN.search(text, start, end) is not None


def chinese_number(text: str) -> int | None:
    """The value of a Chinese numeral (`十八` = 18, `两百` = 200), or None."""
    total = section = digit = 0
    seen = False
    for c in text:
        if c in _DIGIT:
            digit, seen = _DIGIT[c] if not digit else digit * 10 + _DIGIT[c], True
        elif c in _UNIT:
            unit = _UNIT[c]
            if unit >= 10_000:
                total, section, digit = (total + section + digit) * unit, 0, 0
            else:
                section, digit = section + (digit or 1) * unit, 0
            seen = True
        else:
            return None
    return total + section + digit if seen else None
