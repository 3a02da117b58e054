"""What a stored item is known by stays the same from release to release, whatever is sped up.

Another id or another hash of an unchanged entry would make every item of every feed look new, or
edited, after an upgrade. So the values here are never to be adapted to the code.
"""

from __future__ import annotations

import pytest

from monitor.adapters.feed import Feed
from monitor.model import Item
from tests.adapters.golden import make, page

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Pin &amp; Needle</title><link>https://pin.example/</link><language>en-US</language>
<item><title>Plain  words</title><link>https://pin.example/1</link><guid>urn:pin:1</guid>
  <pubDate>Mon, 02 Mar 2026 08:30:00 +0800</pubDate>
  <description>Two  blanks, one
  break, nothing else.</description></item>
<item><title><![CDATA[获得<b>出口许可证</b> &amp; 其他]]></title><link>https://pin.example/2</link>
  <description><![CDATA[<p>公司 已获得<b>许可</b>。</p><p>第二段&nbsp;(打开)</p>]]></description>
  <content:encoded><![CDATA[<div>全文：<br/>公司已获得许可。</div>]]></content:encoded>
  <dc:date>2026-03-02T00:30:00Z</dc:date></item>
<item><title>Neither guid nor link</title><pubDate>2 Mar 26 01:02 GMT</pubDate>
  <description>Soft\u00adhyphen, zero\u200bwidth, ﬁne ligature &lt;i&gt;tags&lt;/i&gt;</description>
  </item>
<item><description>No title at all\u2026</description>
  <guid isPermaLink="true">https://pin.example/4</guid></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN"><title>Pin</title>
<link href="https://pin.example/"/>
<entry><id>tag:pin.example,2026:1</id>
  <title type="html">A &amp;lt;b&amp;gt; &lt;i&gt;tag&lt;/i&gt;</title>
  <link href="https://pin.example/a1"/><updated>2026-03-02T08:30:00+08:00</updated>
  <summary>1 &lt; 2 &amp; so on</summary></entry>
<entry><id>tag:pin.example,2026:2</id><title>公司公告</title>
  <link rel="alternate" href="https://pin.example/a2"/><published>2026-03-01T00:00:00Z</published>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>一段。</p><p>两段。</p></div>
  </content>
</entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://pin.example/rdf"><title>Pin</title><link>https://pin.example/</link></channel>
<item rdf:about="https://pin.example/r1"><title>Über Magnete</title>
  <link>https://pin.example/r1</link><description>Ein Satz.</description>
  <dc:date>2026-03-02</dc:date></item></rdf:RDF>"""

JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "Pin", "items": [
{"id": 7, "url": "https://pin.example/j7", "title": "Seven <7>",
 "content_text": "a\\tb\\n\\nc <d>",
 "date_published": "2026-03-02T08:30:00+08:00"},
{"id": "j8", "title": "八", "content_html": "<p>许可&amp;证</p>",
 "date_modified": "2026-03-01"}]}"""


def known_by(body: str) -> list[tuple[str, str, str]]:
    """Of each item the guid, the id and the hash."""
    adapter = make("feed")
    assert isinstance(adapter, Feed)
    found = [thing for thing in adapter.parse(page(body)) if isinstance(thing, Item)]
    return [(item.guid, item.id, item.content_hash) for item in found]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            RSS,
            [
                ("urn:pin:1", "7fc6cc4fa6326d81", "42146ed834f4dbff"),
                ("https://pin.example/2", "ad69fd3ab9f7b933", "7f4bcd63f28ac9b9"),
                ("text:57a16933b05d7d92", "eb2f22609dc67297", "3a88abbb2dd2ba13"),
                ("https://pin.example/4", "971c8e7c1fdf5b3b", "f801f35b9195aac7"),
            ],
        ),
        (
            ATOM,
            [
                ("tag:pin.example,2026:1", "ec3f909aca36d9ab", "840055b900c1e527"),
                ("tag:pin.example,2026:2", "7694f457ee95d1e6", "f74fd376fcc087df"),
            ],
        ),
        (
            RDF,
            [
                ("https://pin.example/r1", "8dd512f2e6a1e145", "0a7e6c958559fae2"),
            ],
        ),
        (
            JSON,
            [
                ("7", "6f95661f53ae189c", "ba60930f1fb53212"),
                ("j8", "4f87839a90477438", "eaa0f494f057ced0"),
            ],
        ),
    ],
    ids=["rss", "atom", "rdf", "json"],
)
def test_items_are_known_by_the_same_for_ever(
    body: str, expected: list[tuple[str, str, str]]
) -> None:
    assert known_by(body) == expected
