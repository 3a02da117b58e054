"""The HTML twin: whole, calm, readable without anything from elsewhere, in both colour schemes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
from lxml.html import HtmlElement

from monitor.digest import sheet_of
from monitor.digest.mail import MOST_BYTES, fitted, html_of
from tests.digest.making import day_of, plain_day
from tests.digest.material import at, said

WEB = "https://monitor.firm.example"
Colours = dict[str, tuple[str, str]]


def page_of(source: str) -> HtmlElement:
    return lxml.html.document_fromstring(source)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> str:
    return html_of(sheet_of(day_of(tmp_path_factory.mktemp("busy")), web=WEB))


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> str:
    return html_of(sheet_of(day_of(tmp_path_factory.mktemp("empty"), busy=False)))


def test_nothing_is_loaded_and_nothing_runs(busy: str, empty: str) -> None:
    for source in (busy, empty):
        page = page_of(source)
        tags = {e.tag for e in page.iter() if isinstance(e.tag, str)}
        assert not tags & {"img", "script", "link", "iframe", "object", "svg", "form", "video"}
        assert not page.xpath("//@src | //@background | //@*[starts-with(name(), 'on')]")
        assert "url(" not in source
        assert "@import" not in source
        for link in page.xpath("//a/@href"):
            assert re.match(r"https?://", link)


def test_every_event_links_to_its_page_and_its_source(busy: str) -> None:
    links = page_of(busy).xpath("//a/@href")
    for guid in ("qa-1", "qa-2", "qa-3", "s-0"):
        assert f"https://szse-irm.example/{guid}" in links
    pages = [link for link in links if link.startswith(f"{WEB}/events/")]
    assert len(pages) == 10
    assert f"{WEB}/digests/2026-03-02?mailbox=desk" in links
    assert f"{WEB}/unsure" in links


def test_the_first_words_are_the_news(busy: str) -> None:
    [body] = page_of(busy).xpath("//body")
    said_first = " ".join(body.text_content().split())[:90]
    assert said_first.startswith("▼ Sample Magnetics to Japan · ▲ JL MAG to US, Europe")


def test_it_can_be_walked_by_headings_and_heard_in_its_languages(busy: str) -> None:
    page = page_of(busy)
    assert page.get("lang") == "en"
    assert len(page.xpath("//h1")) == 1
    levels = [int(e.tag[1]) for e in page.iter("h1", "h2", "h3")]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    quotes = page.xpath("//blockquote")
    assert {q.get("lang") for q in quotes} == {"zh-Hans", "en"}
    layout = page.xpath("//table[not(@role='presentation')]")
    assert {t.get("class") for t in layout} == {"chart", "kv"}, "the rest is no table to be read"
    [chart] = page.xpath("//table[@role='img']/@aria-label")
    assert "grants" in chart


def test_the_picture_has_thirty_columns_as_high_as_the_days(busy: str) -> None:
    [first, *_] = page_of(busy).xpath("//table[@class='chart']/tr | //table[@class='chart']/*/tr")
    columns = first.xpath("./td")
    assert len(columns) == 30
    heights = [sum(map(int, c.xpath(".//td/@height"))) for c in columns]
    assert max(heights) == heights[-1]
    assert 40 <= max(heights) <= 60
    assert 0 in heights


# --- colours --------------------------------------------------------------------------------------

TEXT, GROUND = "color", "background"
_DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n\}", re.DOTALL)


def dark_rules(source: str) -> list[tuple[list[str], dict[str, str]]]:
    """Selectors (a tag or a class each) with the colours they set."""
    found = _DARK.search(source.replace("} }", "}\n}"))
    assert found
    rules = []
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", found[1]):
        style = dict(re.findall(r"(?<![-\w])(color|background):\s*(#\w{6}) ?!important", body))
        rules.append(([s.strip() for s in selectors.split(",")], style))
    return rules


def inline(element: HtmlElement) -> dict[str, str]:
    style = element.get("style") or ""
    return dict(re.findall(r"(?:^|;)\s*(color|background):\s*(#\w{6})", style))


def pairs(source: str, *, dark: bool) -> Iterator[tuple[str, str, str]]:
    """Text colour, ground and words of every element that has words of its own."""
    rules = dark_rules(source) if dark else []

    def style(element: HtmlElement) -> dict[str, str]:
        told = inline(element)
        names = {element.tag, *(f".{c}" for c in (element.get("class") or "").split())}
        for selectors, colours in rules:
            if names & set(selectors):
                told |= colours
        return told

    def effective(element: HtmlElement, what: str) -> str:
        for one in (element, *element.iterancestors()):
            if what in (told := style(one)):
                return told[what]
        raise AssertionError(f"no {what}")

    [body] = page_of(source).xpath("//body")
    for element in body.iter():
        if not isinstance(element.tag, str) or element.get("class") == "preview":
            continue
        words = (element.text or "") + "".join(child.tail or "" for child in element)
        if words.replace("\xa0", "").strip():
            yield effective(element, TEXT), effective(element, GROUND), words.strip()


def luminance(colour: str) -> float:
    values = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_every_word_stands_out(busy: str, empty: str, dark: bool) -> None:
    seen: set[tuple[str, str]] = set()
    for source in (busy, empty):
        for text, ground, words in pairs(source, dark=dark):
            assert contrast(text, ground) >= 4.5, f"{text} on {ground}: {words[:40]}"
            seen.add((text, ground))
    assert len(seen) >= 9
    assert {g for _, g in seen} & ({"#0d1117"} if dark else {"#ffffff"})


def test_contrast_is_computed_as_defined() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


# --- hostile --------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script><img src=http://evil.example/x.png onerror=alert(1)>",
    "[click](javascript:alert(1)) **bold** `code` ||spoiler|| @everyone <!channel>",
    "a\r\nBcc: all@firm.example\r\n\r\n<b>x</b>",
    "\u202eevil\u2066\u200f\x00\x1b[31m\x07 \ud800",
    "'\"><style>body{display:none}</style><!-- {{ 7*7 }} {% raw %} -->",
    "许可" * 500_000,
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_words(words: str) -> None:
    bad = said(
        "x", "jl-mag", "granted", words, at(11), title=words, name=words, firm_name=words,
        item_={"unread": words}, added=(f"customer {words}",), verdict="update",
        customers=(words,),
    )  # fmt: skip
    held = said("y", "inst", "granted", words, at(12), title=words, held=words)
    sheet, page = fitted(plain_day([bad, held]), web=WEB)
    assert "\n" not in sheet.subject
    tree = page_of(page)
    tags = {e.tag for e in tree.iter() if isinstance(e.tag, str)}
    assert not tags & {"script", "img", "b"}
    assert len(tree.xpath("//style")) == 1
    assert "javascript:" not in " ".join(tree.xpath("//a/@href"))
    for odd in "\u202e\u2066\u200f\x00\x1b\x07\ud800":
        assert odd not in page
    assert "49" not in sheet.subject
    assert len(page.encode()) < 40_000


def test_links_of_hostile_items_are_web_addresses_or_nothing() -> None:
    for url in ("javascript:alert(1)", "data:text/html,x", 'https://h.example/"><script>', "//h/x"):
        bad = said("x", "jl-mag", "granted", "已获许可。", at(11))
        object.__setattr__(bad.item, "url", url)
        tree = page_of(html_of(sheet_of(plain_day([bad]))))
        assert all(re.match(r"https?://[^\"<>]+$", link) for link in tree.xpath("//a/@href"))
        assert not tree.xpath("//script")


def test_it_stays_below_what_mail_programs_cut(tmp_path: Path) -> None:
    quote = "公司已取得出口许可证，可向多个国家的客户发运磁材产品。" * 12
    many = [
        said(f"{v}-{n}", "inst", s, quote, at(11), story=f"{n:011x}{i:x}", verdict=v,  # type: ignore[arg-type]
             title="标题" * 60)
        for i, (v, s) in enumerate(
            [("new", "granted"), ("confirmed", "granted"), ("none-alerting", "policy"),
             ("repeat", "granted")])
        for n in range(60)
    ]  # fmt: skip
    sheet, page = fitted(plain_day(many), web=WEB)
    assert len(page.encode()) <= MOST_BYTES
    assert sheet.sections[0].more
