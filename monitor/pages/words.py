"""Values as a reader sees them: times in the configured zone, status tags, quotations.

Whatever a template prints goes through `plain`, so that no control or direction character of a
text from outside reaches a page; Jinja escapes the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from monitor.clock import local
from monitor.model import FAMILY, Family, Status
from monitor.render import cut, extent, place, product, safe_url
from monitor.terminal import SHAPE, WORD, age, defuse

UNSEEN = re.compile("[\ud800-\udfff\u061c\u200e\u200f\ufeff\ufffe\uffff]")
_LICENCE = re.compile(
    r"出口许可证|出口許可證|通用许可证?|通用許可證?|许可证|許可證|许可|許可"
    r"|(?a:\b)(?:general |export )*(?:licen[cs]e|permit|approval)s?(?a:\b)",
    re.IGNORECASE,
)


def plain(value: Any) -> Any:
    """Every printed value on its way into a page."""
    if isinstance(value, Markup) or not isinstance(value, str) or value.isprintable():
        return value
    return UNSEEN.sub("", defuse(value))


# --- times --------------------------------------------------------------------------------------


@pass_context
def when(context: Context, at: datetime | None, form: str = "") -> Markup:
    """`11:02` of today, `22 Nov 11:02`, `22 Nov 2025`; the UTC instant as the title.

    `form`: `full` for date, time and seconds, `clock` for the time alone.
    """
    if at is None:
        return Markup('<span class="unknown">unknown</span>')
    now, there = local(context["now"], context["zone"]), local(at, context["zone"])
    if form == "full":
        text = f"{there.day} {there:%b} {there.year} {there:%H:%M:%S}"
    elif form == "clock" or there.date() == now.date():
        text = f"{there:%H:%M}"
    elif there.year == now.year:
        text = f"{there.day} {there:%b} {there:%H:%M}"
    else:
        text = f"{there.day} {there:%b} {there.year}"
    utc = at.astimezone(UTC)
    return Markup(
        f'<time datetime="{utc.isoformat(timespec="seconds")}"'
        f' title="{utc:%Y-%m-%d %H:%M:%S} UTC">{text}</time>'
    )


@pass_context
def ago(context: Context, at: datetime | None) -> str:
    """`2 h ago`, `in 5 min`, `never`."""
    if at is None:
        return "never"
    seconds = (context["now"] - at).total_seconds()
    return f"{age(seconds)} ago" if seconds >= 0 else f"in {age(-seconds)}"


def day_words(day: date | str) -> str:
    """`Mon 22 Nov 2026`."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{day:%a} {day.day} {day:%b} {day.year}"


def date_words(day: str) -> str:
    """`16 Jun 2025` for `2025-06-16`, `Jun 2025` for `2025-06`."""
    try:
        if len(day) == 7:
            return f"{date.fromisoformat(f'{day}-01'):%b %Y}"
        at = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{at.day} {at:%b %Y}"


# --- tags ---------------------------------------------------------------------------------------


@cache
def tag(status: Status | str) -> Markup:
    """`▲ GRANTED`: shape, word and colour of a status; `unsure` is one too."""
    if status == "unsure":
        shape, word, family = "?", "UNSURE", "unsure"
    else:
        of: Family = FAMILY[status]  # type: ignore[index]
        shape, word, family = SHAPE[of], WORD[status], of  # type: ignore[index]
    return Markup('<span class="tag {}"><span aria-hidden="true">{}</span> {}</span>').format(
        family, shape, word
    )


def verdict_tag(verdict: str, added: str = "", corrects: bool = False) -> Markup:
    """`new` filled, `update` outlined with what is new, `confirmed` ticked, the rest grey.

    What takes back an earlier telling is a correction, whatever the ledger calls it.
    """
    if corrects:
        verdict, added = "correction", ""
    word = {"none-alerting": "no alert", "confirmed": "✓ confirmed"}.get(verdict, verdict)
    more = Markup(' <span class="added">{}</span>').format(plain(added)) if added else ""
    return Markup('<span class="verdict {}">{}</span>{}').format(verdict, word, more)


# --- text from outside --------------------------------------------------------------------------


def language_of(text: str, told: str | None) -> str:
    """BCP 47 for `lang`: what the source says, else by the script."""
    if told:
        return told
    return "zh" if re.search("[\u3400-\u9fff]", text) else "en"


def marked(text: str, words: Iterable[str] = ()) -> Markup:
    """`text` with licence words, and these, on a soft background."""
    text = plain(text)
    out, last = [], 0
    for found in _marking(tuple(words)).finditer(text):
        out += [escape(text[last : found.start()]), Markup("<mark>"), escape(found[0])]
        out.append(Markup("</mark>"))
        last = found.end()
    return Markup("").join([*out, escape(text[last:])])


@lru_cache(maxsize=64)
def _marking(words: tuple[str, ...]) -> re.Pattern[str]:
    wanted = [re.escape(w) for w in sorted(set(words), key=len, reverse=True) if len(w) > 1]
    return re.compile("|".join([*wanted, _LICENCE.pattern]), re.IGNORECASE)


def quotation(text: str, language: str | None = None, words: Iterable[str] = ()) -> Markup:
    """Evidence as a quotation in its own language, its licence words marked."""
    lang = escape(language_of(text, language))
    return Markup(f'<q lang="{lang}">{marked(text, words)}</q>')


def folded(text: str) -> str:
    """A text on a page: blanks folded, at most one empty line between paragraphs."""
    text = re.sub(r"[^\S\n]+", " ", plain(text))
    return re.sub(r" ?\n(?: ?\n)* ?", "\n", text)


def code(words: str) -> Markup:
    """Our own words, with `...` set as code."""
    parts = words.split("`")
    set_ = [
        Markup("<code>{}</code>").format(p) if i % 2 else escape(p) for i, p in enumerate(parts)
    ]
    return Markup("").join(set_)


def host(url: str) -> str:
    """`irm.cninfo.com.cn`: where a link leads."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def count(n: int, most: int | None = None) -> str:
    """`4,213`; `1,000 or more` when counting stopped there."""
    return f"{n:,} or more" if most is not None and n >= most else f"{n:,}"


# --- addresses ----------------------------------------------------------------------------------


def with_(url: str, name: str, value: str) -> str:
    """`url` with `name` set to `value`, from the first page of the list on."""
    path, _, query = url.partition("?")
    kept = [(k, v) for k, v in parse_qsl(query) if k not in (name, "before")]
    return f"{path}?{urlencode([*kept, (name, value)])}"


def without(url: str, name: str) -> str:
    """`url` without `name`."""
    path, _, query = url.partition("?")
    kept = [(k, v) for k, v in parse_qsl(query) if k not in (name, "before")]
    return f"{path}?{urlencode(kept)}" if kept else path


def twin(url: str) -> str:
    """The same page as JSON."""
    path, mark, query = url.partition("?")
    return f"{'/index' if path == '/' else path}.json{mark}{query}"


def span(seconds: float) -> str:
    """`0.21 s`, `41 s`, `5 min`: a length of time, short ones exactly."""
    return f"{seconds:.2f} s" if 0 <= seconds < 10 else age(seconds)


FILTERS = {
    "age": age,
    "ago": ago,
    "code": code,
    "count": count,
    "cut": cut,
    "date": date_words,
    "day_words": day_words,
    "extent": extent,
    "folded": folded,
    "host": host,
    "language": language_of,
    "marked": marked,
    "place": place,
    "product": product,
    "quotation": quotation,
    "safe_url": safe_url,
    "span": span,
    "tag": tag,
    "twin": twin,
    "verdict": verdict_tag,
    "when": when,
    "with": with_,
    "without": without,
}
