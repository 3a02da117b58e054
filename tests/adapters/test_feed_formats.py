"""Feed documents: two readers that agree, and damage that costs no more than what is damaged."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest

from monitor.adapters.feed_document import MAX_ENTRIES, Entry, NotAFeed
from monitor.adapters.feed_fallback import read_with_feedparser
from monitor.adapters.feed_formats import read_feed
from monitor.adapters.reading import one_line, plain_text
from monitor.charset import decode
from tests.adapters.golden import PAGES

ITEM = (
    "<item><title>Fish & chips&nbsp;now</title><link>http://e.example/?a=1&b=2</link>"
    "<guid>g1</guid><description><![CDATA[one &nbsp; <b>two</b> & three]]></description></item>"
)
SECOND = "<item><title>Second</title><guid>g2</guid></item>"


def rss(inside: str, *, end: str = "</channel></rss>") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{inside}{end}'


def titles(text: str) -> list[str]:
    return [one_line(entry.title) for entry in read_feed(text).entries]


# --- the two readers ------------------------------------------------------------------------------


def essence(entry: Entry) -> tuple[str, ...]:
    return (
        entry.guid or entry.link,
        entry.link,
        one_line(entry.title),
        plain_text(entry.content or entry.summary),
    )


@pytest.mark.parametrize("path", sorted(PAGES.glob("feed/*.xml")), ids=lambda path: str(path.name))
def test_both_readers_find_the_same(path: Path) -> None:
    text = decode(path.read_bytes())
    ours, theirs = read_feed(text), read_with_feedparser(text)
    assert theirs is not None
    other = [essence(entry) for entry in theirs.entries]
    for entry in ours.entries:
        link = entry.link and entry.link.removeprefix("https://base.example/")
        found = [row for row in other if row[2] == one_line(entry.title)]
        assert found, entry.title
        assert found[0][0] in (entry.guid, entry.link)
        assert found[0][1].removeprefix("https://base.example/").endswith(link)
        assert found[0][3] == essence(entry)[3]
    # feedparser also shows the entry that was cut off in the middle; we leave it out on purpose.
    assert len(other) - len(ours.entries) == (1 if ours.cut else 0)


@pytest.mark.parametrize(
    "text",
    [
        rss(ITEM + SECOND),
        rss(ITEM + SECOND).replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="GBK"?>'),
        "\n\n<b>Warning</b>: x in y on line 3<br />\n" + rss(ITEM + SECOND),
        rss(ITEM + SECOND) + "<script>trace()</script><!-- cached -->",
        rss("<title>A < B</title>" + ITEM + SECOND),
        rss(ITEM + "\x00\x0b\x1f" + SECOND),
        rss(ITEM + "&#0;&#31;&#xFFFF;" + SECOND),
        rss(ITEM.replace("</description>", "</summary>") + SECOND),
        rss("<dc:creator>x</dc:creator>" + ITEM + SECOND),
        rss(ITEM + "<item><title><b>Second</title><guid>g2</guid></item>"),
        ITEM + SECOND,
        f"<rdf:RDF><channel/>{ITEM}{SECOND}</rdf:RDF>",
        f"<RSS><CHANNEL>{ITEM.upper()}{SECOND}</CHANNEL></RSS>".replace("&NBSP;", "&nbsp;"),
        '<!DOCTYPE rss PUBLIC "-//x//DTD RSS 0.91//EN" "http://e.example/rss.dtd">'
        + rss(ITEM + SECOND)[21:],
        f"<rss><channel><items>{ITEM}{SECOND}</items></channel></rss>",
    ],
)
def test_damage_costs_no_entry(text: str) -> None:
    document = read_feed(text)
    assert [one_line(entry.title).lower() for entry in document.entries] == [
        "fish & chips now",
        "second",
    ]
    assert document.entries[0].link.lower() == "http://e.example/?a=1&b=2"
    assert plain_text(document.entries[0].summary).lower() == "one two & three"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rss(ITEM + SECOND, end=""), ["Fish & chips now", "Second"]),
        (rss(ITEM + SECOND + "<item><title>Licences were", end=""), ["Fish & chips now", "Second"]),
        (rss(ITEM + SECOND[:-7], end=""), ["Fish & chips now"]),
        (rss(ITEM + "<item><title>x</title><description><![CDATA[a </item> b", end=""),
         ["Fish & chips now"]),
        (rss(ITEM[:40], end=""), []),
        ('<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>a</title></entry><entry><ti',
         ["a"]),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "title": "a"}, {"id"',
         ["a"]),
    ],
)  # fmt: skip
def test_of_a_cut_feed_the_whole_entries_are_kept(text: str, expected: list[str]) -> None:
    document = read_feed(text)
    assert document.cut
    assert [one_line(entry.title) for entry in document.entries] == expected


def test_cdata_is_left_alone_by_the_repair() -> None:
    text = rss("<item><link><![CDATA[http://e.example/?a=1&copy=2]]></link></item>&")
    assert read_feed(text).entries[0].link == "http://e.example/?a=1&copy=2"


def test_unescaped_markup_inside_a_description_is_kept() -> None:
    text = rss(
        "<item><title>x</title><description>one <p>two <b>three</b></p></description></item>"
    )
    assert plain_text(read_feed(text).entries[0].summary) == "one\ntwo three"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not XML"),
        ("hello", "not XML"),
        ("<html><body><p>x", "HTML page"),
        ("<html><body>&nbsp;<item>x</item>", "HTML page"),
        ("<urlset><url/></urlset>", "<urlset>"),
        ("<opml><body/></opml>", "<opml>"),
        ("{}", "no list of items"),
        ("[1]", "no list of items"),
        ("{x", "broken JSON"),
        ('{"items": ' + "[" * 100_000, "nested too deeply"),
        ("<rss>" + "<a>" * 100_000, "nested too deeply"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><rss/>', "declares entities"),
        ('<!DOCTYPE x [\n<!ENTITY % a SYSTEM "http://x.example/d">\n%a;]><feed/>', "declares"),
    ],
)
def test_what_is_no_feed_is_named(text: str, words: str) -> None:
    with pytest.raises(NotAFeed, match=words):
        read_feed(text)


def test_an_article_about_entities_is_not_taken_for_an_attack() -> None:
    text = rss("<item><title><![CDATA[<!ENTITY x>]]></title></item>")
    assert read_feed(text).entries[0].title == "<!ENTITY x>"


def test_entities_reach_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    for declaration in (f'<!DOCTYPE rss SYSTEM "file://{secret}">', ""):
        text = declaration + rss(f"<item><title>&f; file://{secret} x</title></item>")
        assert "canary" not in str(read_feed(text))


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel>" + "&" * 800_000,
        "<rss><channel>&" + "<![CDATA[" * 300_000,
        "<rss><channel>" + "<" * 500_000,
        "<rss>&" + "</item" * 300_000,
        "<rss>&" + "<item>" * 300_000,
        "<?xml " * 300_000,
        "<!DOCTYPE " * 300_000,
        "&nbsp;<rss><channel>" + "<item><a>" * 100_000,
        '<rss a="' + "x" * 3_000_000,
        "<rss " + "a='1' " * 300_000,
    ],
    ids=lambda text: text[:24],
)
def test_hostile_documents_cost_little(text: str) -> None:
    started = time.process_time()
    with suppress(NotAFeed):
        read_feed(text)
    assert time.process_time() - started < 6


def test_a_very_long_feed_is_read_to_the_limit() -> None:
    document = read_feed(rss(SECOND * (MAX_ENTRIES + 7)))
    assert (len(document.entries), document.left_out) == (MAX_ENTRIES, 7)


def test_what_the_publisher_wishes() -> None:
    hints = (
        "<ttl>30</ttl><skipHours><hour>0</hour><hour>24</hour><hour>x</hour></skipHours>"
        "<skipDays><day>Sunday</day></skipDays>"
    )
    document = read_feed(rss(hints + SECOND))
    assert (document.ttl_s, document.skip_hours, document.skip_days) == (1800, (0, 0), ("sunday",))
    syndication = (
        "<sy:updatePeriod xmlns:sy='s'>daily</sy:updatePeriod>"
        "<sy:updateFrequency xmlns:sy='s'>4</sy:updateFrequency>"
    )
    assert read_feed(rss(syndication)).ttl_s == 21600
    for nonsense in ("<ttl>soon</ttl>", "<ttl>-5</ttl>", "<ttl>" + "9" * 50 + "</ttl>", ""):
        assert read_feed(rss(nonsense)).ttl_s is None
