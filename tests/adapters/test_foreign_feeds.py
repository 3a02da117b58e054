"""Hundreds of damaged and foreign feeds: items or a named error, never an exception.

Made systematically: every vocabulary in every charset under a true, a lying and no label, whole
and cut at several places; and every vocabulary with every kind of damage to its mark-up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from monitor.adapters import Found, Remember, Skip
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item
from tests.adapters.golden import make, page

TITLES = ("稀土磁材出口许可", "磁材公司公告第二")
TEXT = "公司今日收到出口许可证, 可向客户供货。"


def _rss(titles: tuple[str, ...], version: str, beside: str = "", more: str = "") -> str:
    rows = "".join(
        f"<item><title>{t}</title><link>https://n.example/{i}</link><description>{TEXT}"
        f"</description><pubDate>Mon, 02 Mar 2026 0{i}:00:00 GMT</pubDate>{more}</item>"
        for i, t in enumerate(titles)
    )
    return (
        f'<rss version="{version}"{beside}><channel><title>报</title>'
        f"<link>https://n.example/</link>{rows}</channel></rss>"
    )


def _mixed(titles: tuple[str, ...]) -> str:
    spaces = (
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:media="http://search.yahoo.com/mrss/"'
        ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    )
    more = (
        "<dc:date>2026-03-02T01:00:00+08:00</dc:date><dc:creator>甲</dc:creator>"
        f"<content:encoded><![CDATA[<p>{TEXT}</p>]]></content:encoded>"
        '<media:group><media:content url="https://n.example/a.jpg"><media:title>图</media:title>'
        "</media:content></media:group><itunes:title>声</itunes:title>"
        '<atom:link rel="related" href="https://other.example/"/><source url="u">源</source>'
    )
    return _rss(titles, "2.0", spaces, more)


def _rdf(titles: tuple[str, ...]) -> str:
    rows = "".join(
        f'<item rdf:about="https://n.example/{i}"><title>{t}</title>'
        f"<link>https://n.example/{i}</link><description>{TEXT}</description></item>"
        for i, t in enumerate(titles)
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://n.example/">'
        f"<title>报</title></channel>{rows}</rdf:RDF>"
    )


def _atom(titles: tuple[str, ...], space: str = "http://www.w3.org/2005/Atom") -> str:
    rows = "".join(
        f"<entry><title>{t}</title><id>urn:{i}</id><link href='https://n.example/{i}'/>"
        f"<updated>2026-03-02T0{i}:00:00Z</updated><content type='xhtml'>"
        f"<div xmlns='http://www.w3.org/1999/xhtml'><p>{TEXT}</p></div></content></entry>"
        for i, t in enumerate(titles)
    )
    return f'<feed xmlns="{space}"><title>报</title><id>urn:x</id>{rows}</feed>'


def _json(titles: tuple[str, ...]) -> str:
    rows = [
        {"id": i, "title": t, "url": f"https://n.example/{i}", "content_text": TEXT}
        for i, t in enumerate(titles)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "报", "items": rows}
    return json.dumps(feed, ensure_ascii=False)


VOCABULARIES: dict[str, Callable[[tuple[str, ...]], str]] = {
    "rss 2.0": lambda titles: _rss(titles, "2.0"),
    "rss 0.91": lambda titles: _rss(titles, "0.91"),
    "rss of many names": _mixed,
    "rdf": _rdf,
    "atom": _atom,
    "atom 0.3": lambda titles: _atom(titles, "http://purl.org/atom/ns#"),
    "json": _json,
}
CHARSETS = ("utf-8", "utf-8-sig", "utf-16", "gb2312", "gbk", "gb18030", "big5", "utf-16-le")
LABELS = ("true", "utf-8", "iso-8859-1", "windows-1252", "none", "nonsense")
CUTS = (1.0, 0.97, 0.6, 0.3, 0.05)
TRADITIONAL = str.maketrans("许磁证报发户开", "許磁證報發戶開")


def encoded(name: str, charset: str, label: str) -> tuple[bytes, str]:
    """The feed as bytes, and its content type."""
    titles = TITLES
    text = VOCABULARIES[name](titles)
    if charset == "big5":
        text = text.translate(TRADITIONAL)
        text = text.encode("big5", "ignore").decode("big5")
    said = {"true": charset, "none": "", "nonsense": "x-klingon"}.get(label, label)
    if name != "json":
        text = f'<?xml version="1.0"{f" encoding={said!r}" if said else ""}?>{text}'
    media = "application/feed+json" if name == "json" else "application/xml"
    return text.encode(charset), f"{media}; charset={said}" if said else media


def read(body: bytes, content_type: str) -> list[Item] | ParseError:
    """What the adapter makes of it; anything but items and a ParseError fails the test."""
    adapter = make("feed", language=None)
    list(adapter.start(Checkpoint("sample")))
    refused: ParseError | None = None
    found: list[Found] = []
    try:
        found = list(adapter.parse(page(body, content_type=content_type)))
    except ParseError as error:
        refused = error
    if refused is not None:
        assert str(refused).isprintable()
        assert len(str(refused)) < 400
        return refused
    assert all(isinstance(thing, Item | Skip | Remember) for thing in found)
    items = [thing for thing in found if isinstance(thing, Item)]
    for item in items:
        assert item.guid
        assert item.title or item.text
        assert item.published_at is None or item.published_at.tzinfo is not None
    assert len({item.guid for item in items}) == len(items)
    assert items or any(isinstance(thing, Skip) for thing in found), "nothing, and no word of it"
    return items


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_vocabulary_in_every_charset_under_any_label(name: str, charset: str) -> None:
    for label in LABELS:
        body, content_type = encoded(name, charset, label)
        whole = read(body, content_type)
        # UTF-16 without a mark, called something else: it may be refused, by name.
        if not isinstance(whole, ParseError) or charset != "utf-16-le":
            assert not isinstance(whole, ParseError), (label, str(whole))
            titles = [item.title for item in whole]
            expected = [t.translate(TRADITIONAL) if charset == "big5" else t for t in TITLES]
            readable = [t.encode("big5", "ignore").decode("big5") for t in expected]
            assert titles == (readable if charset == "big5" else expected), label
        for cut in CUTS[1:]:
            for at in (int(len(body) * cut), int(len(body) * cut) | 1):
                got = read(body[:at], content_type)
                if not isinstance(got, ParseError) and not isinstance(whole, ParseError):
                    assert len(got) <= len(whole)


def damages(text: str) -> Iterator[tuple[str, str]]:
    """The feed, damaged in one way after the other."""
    middle = len(text) // 2
    yield "nested", text.replace(TEXT, "<b>" * 300 + TEXT + "</b>" * 300, 1)
    yield "nested beyond reason", text.replace(TEXT, "<b>" * 60_000, 1)
    yield "a feed in a feed", text.replace(TEXT, text, 1)
    yield "twice", text + text
    yield "junk before", "HTTP/1.0 200 OK\r\n\r\n<!-- x --> warning: foo() on line 3\n" + text
    yield "junk after", text + "<script>track()</script> \x00\x00 trailing"
    yield "zeros", text.replace(" ", " \x00", 40)
    yield "control characters", text.replace(TEXT, "\x01\x02\x1b[31m" + TEXT + "\x7f\x85")
    yield "bare signs", text.replace(TEXT, f"A & B < C > D &nbsp; &copy &#xD800; &#0; {TEXT}")
    yield "unknown prefixes", text.replace("<title>", "<foo:bar>x</foo:bar><title>")
    yield "end tags missing", text.replace("</title>", "")
    yield "end tags crossed", text.replace("</title>", "</link>")
    yield "open data", text.replace(TEXT, "<![CDATA[ " + TEXT, 1)
    yield "open comment", text[:middle] + "<!-- " + text[middle:]
    yield "attributes twice", text.replace("<title", "<title type='html' type='text'")
    yield "quotes missing", text.replace('"', "").replace("'", "")
    yield "upper case", text.replace("<item>", "<ITEM>").replace("</item>", "</ITEM>")
    yield "doctype", '<!DOCTYPE rss SYSTEM "http://n.example/rss.dtd">' + text
    yield "entities", '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + text
    yield "a stylesheet", '<?xml-stylesheet href="x.xsl"?><?php echo 1 ?>' + text
    yield "no titles", text.replace("title", "headline")
    yield "numbers for words", text.replace(f'"{TITLES[0]}"', "17").replace(TITLES[0], "17")
    yield "nulls", text.replace(f'"{TEXT}"', "null").replace(TEXT, "")
    yield "halves of characters", text.replace(TEXT, "\\ud83d &#55357; " + TEXT)
    yield "directions", text.replace(TITLES[0], f"\u202e{TITLES[0]}\u2066 \ufeff\u200b")
    yield "a long title", text.replace(TITLES[0], TITLES[0] * 20_000)
    yield "odd dates", text.replace("2026", "99999").replace("Mon, 02", "Mon, 31 Feb")
    yield "odd links", text.replace("https://n.example/", "javascript:alert(1)//[::1")
    yield "backwards", text[::-1]
    yield "in a page", f"<!doctype html><html><body><pre>{text}</pre></body></html>"
    yield "in a call", f"callback({text});"
    yield "escaped", text.replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("name", VOCABULARIES)
def test_every_vocabulary_with_every_damage(name: str) -> None:
    text = VOCABULARIES[name](TITLES)
    for what, damaged in damages(text):
        body = damaged.encode("utf-8", "surrogatepass")
        got = read(body, "application/xml; charset=utf-8")
        if what in ("junk after", "bare signs", "a stylesheet", "directions") and name != "json":
            assert not isinstance(got, ParseError), (what, str(got))
            assert len(got) == 2, what


def test_there_are_hundreds_of_them() -> None:
    bodies = {encoded(n, c, label) for n in VOCABULARIES for c in CHARSETS for label in LABELS}
    cut = len(bodies) * (len(CUTS) - 1) * 2
    damaged = sum(1 for n in VOCABULARIES for _ in damages(VOCABULARIES[n](TITLES)))
    assert (len(bodies) > 200, cut > 1600, damaged > 200) == (True, True, True)
