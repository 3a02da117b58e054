"""Dates in a text, absolute and relative, resolved against the moment of publication.

`find_dates` reads normalised text (lower case, half width, simplified characters) in English and
Chinese at once; mixed pages are common. A date that does not exist (30 February) or that cannot be
resolved ("recently", 近日) is left out, never guessed. To add a form: one line in `_FORMS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal

from monitor.rules.almanac import Almanac
from monitor.text import chinese_number

Precision = Literal["day", "month", "week"]


@dataclass(frozen=True, slots=True)
class Dated:
    """One date expression: where it stands in the normalised text and which day or month it is."""

    start: int
    end: int
    iso: str
    """`YYYY-MM-DD`, or `YYYY-MM` where only the month (or a whole week of it) is told."""
    relative: bool
    """Needed the publication date's day to be understood (yesterday, on Monday, 上周五)."""
    precision: Precision = "day"


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_LONG = "january|february|march|april|may|june|july|august|september|october|november|december"
_ANY = _LONG + "|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_WEEKDAY = {name: i for i, name in enumerate(_DAYS.split("|"))} | {
    "一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6,
    "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thurs": 3, "fri": 4,
}  # fmt: skip
_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_N = r"\d{1,2}|[一二三四五六七八九十廿两]{1,3}"
_PART = r"(?:上旬|中旬|下旬|月?初|月?底|月?末|中)?"
# A number of days, an average line, a range: "7日内", "45个工作日", "60日均线", "5-7日".
_NO_DAY = r"(?![内间均线游龙元圆本韩产系前后年])"


def number(text: str) -> int | None:
    """The whole number written in digits, English words or Chinese numerals up to 99, or None."""
    if text.isdecimal():
        return int(text)
    if text in _WORDS:
        return _WORDS[text]
    return chinese_number(text.replace("廿", "二十"))


@dataclass(frozen=True, slots=True)
class _Found:
    """What a form makes of its match, before it becomes text."""

    day: date
    precision: Precision = "day"
    relative: bool = False


_YEARS_BACK = {
    "今年": 0, "本年": 0, "去年": 1, "上年": 1, "前年": 2, "明年": -1,
    "this": 0, "last": 1, "next": -1,
}  # fmt: skip
_Maker = Callable[[re.Match[str], Almanac], "_Found | None"]


def _day(found: date | None, *, relative: bool = False) -> _Found | None:
    return _Found(found, relative=relative) if found else None


def _month(found: date | None, *, relative: bool = False) -> _Found | None:
    return _Found(found, "month", relative) if found else None


def _week(found: date | None) -> _Found | None:
    return _Found(found, "week", True) if found else None


def _year_month_day(m: re.Match[str], cal: Almanac) -> _Found | None:
    month, day = number(m["m"]), number(m["d"])
    return _day(cal.exact(int(m["y"]), month, day)) if month and day else None


def _year_month(m: re.Match[str], cal: Almanac) -> _Found | None:
    month = number(m["m"])
    return _month(cal.exact(int(m["y"]), month, 1)) if month and month <= 12 else None


def _zh_month_day(m: re.Match[str], cal: Almanac) -> _Found | None:
    month, day = number(m["m"]), number(m["d"])
    return _day(cal.day_of_month(month, day, _YEARS_BACK.get(m["y"]))) if month and day else None


def _zh_month(m: re.Match[str], cal: Almanac) -> _Found | None:
    month = number(m["m"])
    return _month(cal.month(month, _YEARS_BACK.get(m["y"]))) if month else None


def _zh_that_month(m: re.Match[str], cal: Almanac) -> _Found | None:
    first = cal.months_ago({"上": 1, "下": -1}.get(m["w"], 0))
    if first is None:
        return None
    day = number(m["d"]) if m["d"] else None
    if m["d"]:
        return _day(cal.exact(first.year, first.month, day), relative=True) if day else None
    return _month(first, relative=True)


_HOLIDAYS = {
    "元旦": (1, 1), "五一": (5, 1), "国庆": (10, 1), "圣诞": (12, 25),
    "new year's day": (1, 1), "christmas eve": (12, 24), "christmas day": (12, 25),
    "new year's eve": (12, 31),
}  # fmt: skip


def _holiday(m: re.Match[str], cal: Almanac) -> _Found | None:
    """A feast is a day in English; in Chinese (and "before Christmas") its month, or the one
    before."""
    name, before = m["h"], m["p"] == "前"
    if name.isascii() and name != "christmas":
        return _day(cal.day_of_month(*_HOLIDAYS[name], None))
    month = _HOLIDAYS.get(name, (12, 25))[0]
    if before and name != "圣诞":
        month = (month + 10) % 12 + 1
    return _month(cal.month(month, None))


_FIRST_DAY = {"上": 1, "中": 11, "下": 21, "初": 1, "底": 21, "末": 21}


def _part_of_month(m: re.Match[str], cal: Almanac) -> _Found | None:
    """中旬, 月底: of this month once it has come so far, else of the last one."""
    if cal.today is None:
        return None
    begun = cal.today.day >= _FIRST_DAY[m["w"] or m["x"]]
    return _month(cal.months_ago(0 if begun else 1), relative=True)


def _part_of_year(m: re.Match[str], cal: Almanac) -> _Found | None:
    if cal.today is None:
        return None
    back = {"去": 1, "上": 1, "前": 2}.get(m["y"], 0)
    month = 1 if m["p"] == "初" else 12
    if m["n"]:
        return _month(cal.exact(int(m["n"]), month, 1))
    if m["y"] is None and month == 12 and cal.today.month < 6:
        back = 1  # 年底, read in spring, is the last one
    return _month(cal.exact(cal.today.year - back, month, 1), relative=True)


def _numbered_day(m: re.Match[str], cal: Almanac) -> _Found | None:
    day = number(m["d"])
    return _day(cal.last_day_numbered(day), relative=True) if day else None


_NEAR = {
    "今": 0, "昨": 1, "前": 2, "大前": 3, "明": -1,
    "today": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "tonight": 0,
    "yesterday": 1, "last night": 1, "yesterday evening": 1, "previous day": 1,
    "day before yesterday": 2, "tomorrow": -1,
}  # fmt: skip


def _near(m: re.Match[str], cal: Almanac) -> _Found | None:
    return _day(cal.ago(_NEAR[m["w"]]), relative=True)


_WEEKS = {"上上": -2, "上": -1, "本": 0, "这": 0, "下": 1, "last": -1, "this": 0, "next": 1}


def _weekday(m: re.Match[str], cal: Almanac) -> _Found | None:
    return _day(cal.weekday(_WEEKDAY[m["d"]], _WEEKS.get(m["w"] or "")), relative=True)


def _some_week(m: re.Match[str], cal: Almanac) -> _Found | None:
    # The middle of the week decides which month it belongs to.
    return _week(cal.weekday(2, _WEEKS[m["w"]]))


def _so_long_ago(m: re.Match[str], cal: Almanac) -> _Found | None:
    count, unit = number(m["n"]), m["u"]
    if count is None:
        return None
    if unit in ("day", "天", "日"):
        return _day(cal.ago(count), relative=True)
    if unit in ("week", "周", "星期"):
        return _week(cal.ago(7 * count))
    return _month(cal.months_ago(count), relative=True)


def _en_month_day(m: re.Match[str], cal: Almanac) -> _Found | None:
    month, day, year = _MONTHS[m["m"]], int(m["d"]), m["y"]
    if year:
        return _day(cal.exact(int(year), month, day))
    return _day(cal.day_of_month(month, day, None))


_CUED = re.compile(
    r"(?:\b(?:in|since|by|until|till|during|from|of|early|mid|late|last|this|next|through|before"
    r"|after|past|beyond|and|to|for)|mid-|[a-z]-)\s?$"
)
_AHEAD = re.compile(r"\b(?:by|until|till|past|beyond|before|next|through) (?:the end of |late )?$")


def _en_month(m: re.Match[str], cal: Almanac) -> _Found | None:
    name, year = m["m"], m["y"]
    before = m.string[max(0, m.start("m") - 24) : m.start("m")]
    if name in ("may", "march") and not year and not _CUED.search(before):
        return None  # the verbs
    if year:
        return _month(cal.exact(int(year), _MONTHS[name], 1))
    back = _YEARS_BACK.get((m["w"] or "").strip()) if m["w"] else None
    if back == 1:  # "last December", said in June, is the newest one that is over
        back = 0 if cal.today and _MONTHS[name] < cal.today.month else 1
    return _month(cal.month(_MONTHS[name], back, ahead=bool(_AHEAD.search(before))))


def _en_that_month(m: re.Match[str], cal: Almanac) -> _Found | None:
    return _month(cal.months_ago({"last": 1, "next": -1}.get(m["w"], 0)), relative=True)


@dataclass(frozen=True, slots=True)
class _Form:
    """One way of writing a date."""

    pattern: re.Pattern[str]
    make: _Maker
    needs: frozenset[str]
    """One of these characters must stand near an anchor, or the form is not tried."""


def _form(needs: str, pattern: str, make: _Maker) -> _Form:
    return _Form(re.compile(pattern), make, frozenset(needs))


# Earlier forms win where two overlap.
_FORMS: tuple[_Form, ...] = (
    _form("-/.", r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)",
          _year_month_day),
    _form("年", rf"(?<!\d)(?P<y>(?:19|20)\d\d)年(?P<m>{_N})月(?P<d>{_N})[日号]", _year_month_day),
    _form("年", rf"(?<!\d)(?P<y>(?:19|20)\d\d)年(?P<m>{_N})月(?!(?:{_N})[日号])(?:份)?{_PART}",
          _year_month),
    _form("月", rf"(?<![\d.])(?P<y>今年|本年|去年|上年|前年|明年)?(?P<m>{_N})月(?P<d>{_N})[日号]",
          _zh_month_day),
    _form("月", rf"(?<![\d.])(?<!\d[-~至到—])(?P<y>今年|本年|去年|上年|前年|明年)?(?P<m>{_N})"
          rf"月(?:份)?(?![内期球薪供息色光饼])(?!(?:{_N})[日号])(?![-~至到—]\d){_PART}", _zh_month),
    _form("月", rf"(?P<w>本|上|这|当|下)(?:个)?月(?:(?P<d>{_N})[日号]|(?!报|度|薪|供|息){_PART})",
          _zh_that_month),
    _form("旬初底末中", r"(?<![\d一二三四五六七八九十月本上这当下个])(?P<w>上|中|下)旬"
          r"|(?<![\d一二三四五六七八九十本上这当下个每全])月(?P<x>初|中|底|末)(?!期|端|心|国)",
          _part_of_month),
    _form("国元五圣", r"(?P<h>国庆|元旦|五一|圣诞)(?:节|长假|假期|黄金周)?(?:之|以)?"
          r"(?P<p>前|后|期间)?", _holiday),
    _form("cn", r"\b(?P<h>christmas eve|christmas day|christmas|new year's eve|new year's day)\b"
          r"(?P<p>)", _holiday),
    _form("年", r"(?<!\d)(?P<n>20\d\d)?(?P<y>今|去|上|前)?(?:年|年年)(?P<p>初|底|末)(?!期)",
          _part_of_year),
    _form("(", r"[今昨明]\((?P<d>\d{1,2})\)[日天]?", _numbered_day),
    _form("日天早晨晚夜起", r"(?P<w>大前|今|昨|明)(?:日|天|早|晨|晚|夜|起)(?!元|报|本|公司)"
          r"|(?<![日月年周以目先此])(?P<x>前)(?:日(?!本)|天)", lambda m, cal: _day(
              cal.ago(_NEAR[m["w"] or m["x"]]), relative=True)),
    _form("周期拜", r"(?P<w>上上|上|本|这|下)?(?:个)?(?:周|星期|礼拜)(?P<d>[一二三四五六日天])"
          r"(?![年期])", _weekday),
    _form("周期拜", r"(?P<w>上上|上|本|这)(?:一)?个?(?:周|星期|礼拜)(?![一二三四五六日天期])",
          _some_week),
    _form("前", r"(?<![\d.])(?P<n>\d{1,2}|[一二三四五六七八九十两]{1,2})"
          r"(?P<u>天|日|周|个星期|个月)(?:以|之)?前(?!后)",
          lambda m, cal: _ago_zh(m, cal)),
    _form("日号", r"(?<![\d.%第近连前共逾约余超满自每-])(?<!工作)"
          rf"(?P<d>\d{{1,2}}|[二廿]?十[一二三四五六七八九]?)[日号](?![一-鿿]?令){_NO_DAY}",
          _numbered_day),
    _form("0123456789", rf"\b(?P<m>{_ANY})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d%:]|\.\d)"
          rf"(?:\s?[-–—]\s?\d{{1,2}}\b)?(?:,? (?P<y>20\d\d)\b)?", _en_month_day),
    _form("0123456789", rf"(?<![\d.])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{_ANY})\b\.?"
          rf"(?:,? (?P<y>20\d\d)\b)?", _en_month_day),
    _form("aeiou", rf"\b(?P<w>last |this |next )?(?P<m>{_LONG})\b(?:,? (?:of )?(?P<y>20\d\d)\b)?",
          _en_month),
    _form("2", r"\b(?P<m>jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\.?,? (?P<y>20\d\d)\b"
          r"(?P<w>)", _en_month),
    _form("h", r"\b(?:on|by|since|from) the (?P<d>\d{1,2})(?:st|nd|rd|th)\b"
          r"(?! (?:anniversary|floor))", _numbered_day),
    _form("ynr", r"\b(?:the )?(?P<w>today|this morning|this afternoon|this evening|tonight"
          r"|day before yesterday|yesterday evening|yesterday|last night|previous day|tomorrow)\b",
          _near),
    _form("y", rf"\b(?:(?P<w>last|this|next) )?(?P<d>{_DAYS})s?\b(?!')", _weekday),
    _form("o", r"\bon (?P<d>tue|tues|wed|thu|thurs|fri)\b(?P<w>)\.?", _weekday),
    _form("k", r"\b(?P<w>last|this) week\b", _some_week),
    _form("h", r"\b(?P<w>last|this|next) month\b", _en_that_month),
    _form("grb", r"\b(?P<n>\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten) "
          r"(?P<u>day|week|month)s? (?:ago|earlier|before|back)\b", _so_long_ago),
)  # fmt: skip
_ANCHOR = re.compile(
    r"[月日天周号旬今昨]|星期|礼拜|年[初底末]|国庆|元旦|五一|圣诞|明\(|20\d\d[-/.]\d|\d(?:st|nd|rd|th)\b"
    rf"|\b(?:{_ANY}|{_DAYS}|today|yesterday|tomorrow|weeks?|months?|days?|tues?|wed|thurs?|fri"
    r"|this morning|this afternoon|tonight|night|evening|previous|christmas|new year's)\b"
)
"""What every date has in it: only the text around such a place is looked at more closely."""
_AROUND = 36
_JOINED = re.compile(r"^[\s,(]*$")


def _ago_zh(m: re.Match[str], cal: Almanac) -> _Found | None:
    count = number(m["n"])
    if count is None:
        return None
    if m["u"] in ("天", "日"):
        return _day(cal.ago(count), relative=True)
    if m["u"] == "个月":
        return _month(cal.months_ago(count), relative=True)
    return _week(cal.ago(7 * count))


def find_dates(
    text: str,
    published_at: datetime | None,
    zone: tzinfo | None = None,
    language: str | None = None,
) -> list[Dated]:
    """Every date in `text` (already normalised), in order of place, none overlapping.

    `zone` is where the text's "today" lives; None keeps the zone `published_at` carries. Without
    `published_at` only dates that name their year are found. `language` is a hint nobody needs yet:
    the forms of both languages never collide.
    """
    today = None
    if published_at is not None:
        try:
            today = (published_at.astimezone(zone) if zone else published_at).date()
        except (OverflowError, ValueError):
            today = None
    calendar = Almanac(today)
    found: list[Dated] = []
    taken: set[int] = set()
    for form, m in _matches(text):
        if m.start() == m.end() or not taken.isdisjoint(range(*m.span())):
            continue
        # What is no date (30 February) is not the 30th of another month either.
        taken.update(range(*m.span()))
        try:
            made = form.make(m, calendar)
        except (OverflowError, ValueError):
            made = None
        if made is not None:
            iso = made.day.isoformat()[: 10 if made.precision == "day" else 7]
            found.append(Dated(m.start(), m.end(), iso, made.relative, made.precision))
    return _joined(text, sorted(found, key=lambda d: d.start))


def _windows(text: str) -> list[tuple[int, int]]:
    """The stretches of `text` around its anchors."""
    out: list[tuple[int, int]] = []
    for anchor in _ANCHOR.finditer(text):
        start, end = max(0, anchor.start() - _AROUND), anchor.end() + _AROUND
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def _matches(text: str) -> Iterator[tuple[_Form, re.Match[str]]]:
    """What looks like a date, form by form; forms whose characters are absent cost nothing."""
    windows = _windows(text)
    if not windows:
        return
    inside = set().union(*(text[start:end] for start, end in windows))
    for form in _FORMS:
        if form.needs.isdisjoint(inside):
            continue
        for start, end in windows:
            for m in form.pattern.finditer(text, start, end):
                yield form, m


def _joined(text: str, found: Iterable[Dated]) -> list[Dated]:
    """`Wednesday, June 11` and 上周五(6月6日) are one date: the absolute one, over both."""
    out: list[Dated] = []
    for d in found:
        if out and out[-1].relative != d.relative and _JOINED.match(text[out[-1].end : d.start]):
            last = out.pop()
            exact = d if last.relative else last
            d = Dated(last.start, d.end, exact.iso, False, exact.precision)
        out.append(d)
    return out
