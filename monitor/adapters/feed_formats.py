"""Feed documents to plain entries: RSS 2.0 and its elders, RSS 1.0, Atom, JSON Feed.

Text in, `Document` out; no clock, no markup reading, no dates. A well-formed document goes straight
through lxml. A damaged one is repaired first (stray `&`, HTML entities, forbidden characters, what
stands before the first tag, what was cut off at the end); what lxml still cannot make out goes to
feedparser. Entity declarations are refused: feeds have no use for them, attackers do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from monitor.adapters.feed_document import MAX_ENTRIES, Document, Entry, NotAFeed
from monitor.adapters.feed_fallback import read_with_feedparser
from monitor.adapters.reading import text_of

_HTML = re.compile(r"<(?:!doctype\s+)?html\b", re.IGNORECASE)


def read_feed(text: str) -> Document:
    """The feed in `text`. Raises NotAFeed."""
    head = text.lstrip("\ufeff \t\r\n")[:1]
    if head in ("{", "["):
        return _json_feed(text)
    first = _ELEMENT.search(text)
    if _DECLARES.search(text, 0, first.start() if first else len(text)):
        raise NotAFeed("an XML document that declares entities")
    try:
        root, cut = _tree(text, recover=False), False
        count = 1 if _ENTRY_START.search(text) else 0
    except etree.XMLSyntaxError as error:
        if "Excessive depth" in str(error):
            raise NotAFeed("XML nested too deeply") from None
        text, cut, count = _repaired(text)
        root = _tree(text, recover=True)
    try:
        document = _document(root)
    except NotAFeed:
        if not count or _HTML.search(text, 0, 2000):
            raise
        document = Document("feed")
    if len(document.entries) + document.left_out < count:
        # Entries stand in the text, but where lxml does not see them: feedparser may find more.
        other = read_with_feedparser(text)
        if other is not None and len(other.entries) > len(document.entries):
            document = other
    document.cut = cut
    return document


# --- XML to a tree ------------------------------------------------------------------------------

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARES = re.compile(r"<!ENTITY|<!DOCTYPE[^<>\[]*\[", re.IGNORECASE)
_ELEMENT = re.compile(r"<[a-zA-Z]")
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*>", re.IGNORECASE)
_PROLOG = re.compile(r"<\?xml\b[^<>]*\?>", re.IGNORECASE)
_ROOT = re.compile(r"<(?:\?xml\b|rss\b|feed\b|rdf:RDF\b|RDF\b|\w+:feed\b)", re.IGNORECASE)
_REFERENCE = r"(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,30}));"
_ENTITY = re.compile("&" + _REFERENCE)
_BARE = re.compile(f"&(?!{_REFERENCE})")
_STRAY = re.compile(
    r"<(?![a-zA-Z_/!?])|<(?=/?(?:b|i|u|p|a|em|strong|br|span|div|img|font|[uo]l|li|su[bp]|table|tr"
    r"|td|h[1-6]|blockquote)(?:\s[^<>]*)?/?>)",
    re.IGNORECASE,
)
"""A `<` that begins no tag of a feed: a comparison, or HTML that somebody forgot to escape."""
_ENTRY_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ROOT_END = re.compile(r"</(?:\w+:)?(?:rss|feed|RDF)\s*>", re.IGNORECASE)
_ENTRY_START = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)


def _tree(text: str, *, recover: bool) -> Any:
    """The root element; None when nothing could be recovered. Raises XMLSyntaxError."""
    # One parser a document: they are cheap, and not to be shared between threads.
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        if recover:
            return None
        raise


def _repaired(text: str) -> tuple[str, bool, int]:
    """A document that can be recovered, whether its end was missing, and how many entries it has.

    Only whole entries are kept of one that was cut: the rest of a sentence may turn its meaning.
    """
    text = _FORBIDDEN.sub("", text)
    start = _ROOT.search(text)
    text = _DOCTYPE.sub("", text[start.start() if start else 0 :], count=1)
    pieces = _apart(_PROLOG.sub("", text, count=1))
    cut = not any(_ROOT_END.search(piece) for piece in pieces[::2])
    if cut:
        pieces = _whole_entries(pieces)
    count = sum(len(_ENTRY_START.findall(piece)) for piece in pieces[::2])
    pieces[::2] = [_mended(piece) for piece in pieces[::2]]
    return "".join(pieces), cut, count


def _apart(text: str) -> list[str]:
    """Mark-up and CDATA sections by turns, mark-up first; an unclosed section is left out."""
    pieces: list[str] = []
    at = 0
    while (begin := text.find("<![CDATA[", at)) >= 0:
        end = text.find("]]>", begin)
        if end < 0:
            return [*pieces, text[at:begin]]
        pieces += [text[at:begin], text[begin : end + 3]]
        at = end + 3
    return [*pieces, text[at:]]


def _whole_entries(pieces: list[str]) -> list[str]:
    """The pieces up to the end of the last whole entry; without one, up to the first entry."""
    for i in range(len(pieces) - 1, -1, -1):
        ends = [m.end() for m in _ENTRY_END.finditer(pieces[i])] if i % 2 == 0 else []
        if ends:
            return [*pieces[:i], pieces[i][: ends[-1]]]
    for i, piece in enumerate(pieces):
        if i % 2 == 0 and (begin := _ENTRY_START.search(piece)):
            return [*pieces[:i], piece[: begin.start()]]
    return pieces


def _mended(markup: str) -> str:
    """Mark-up outside CDATA, with every `&` and `<` either part of XML or escaped."""
    return _STRAY.sub("&lt;", _ENTITY.sub(_entity, _BARE.sub("&amp;", markup)))


def _entity(match: re.Match[str]) -> str:
    number, name = match[1], match[2]
    if number:
        code = int(number[2:], 16) if number[1] in "xX" else int(number[1:])
        allowed = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
        return match[0] if allowed or 0x10000 <= code < 0x110000 else ""
    if name in ("amp", "lt", "gt", "quot", "apos"):
        return match[0]
    if name and (character := html5.get(name + ";")):
        return character.replace("&", "&amp;").replace("<", "&lt;")
    return f"&amp;{name};"


# --- a tree to entries --------------------------------------------------------------------------


def _local(element: Any) -> str:
    """The element's name without namespace or prefix, in lower case; "" for what is no element."""
    return _named(element.tag)[0]


@lru_cache(maxsize=500)  # a feed has a dozen names, each a hundred times
def _named(tag: object) -> tuple[str, str]:
    """Local name and namespace of a tag; empty for that of something else than an element."""
    if not isinstance(tag, str):
        return "", ""
    space, _, name = tag.rpartition("}")
    # A prefix that was never declared stays part of the name.
    return name.rpartition(":")[2].lower(), space[1:]


def _document(root: Any) -> Document:
    if root is None:
        raise NotAFeed("text that is not XML")
    name = _local(root)
    if name == "feed":
        return _atom(root)
    if name == "rss":
        return _rss(root, "rss")
    if name == "rdf":
        return _rss(root, "rdf")
    if name == "html":
        raise NotAFeed("an HTML page")
    raise NotAFeed(f"an XML document <{name[:40]}>")


def _words(element: Any) -> str:
    """All text inside `element`, tags left out."""
    text = "".join(element.itertext()) if len(element) else element.text
    return text.strip() if text else ""


def _inner(element: Any) -> str:
    """What stands inside `element`: its text, or its mark-up where somebody forgot to escape it."""
    if len(element) == 0:
        return (element.text or "").strip()
    inside = (etree.tostring(child, encoding="unicode") for child in element)
    return ((element.text or "") + "".join(inside)).strip()


def _rss(root: Any, kind: str) -> Document:
    """RSS 0.9x and 2.0 (items inside the channel) and RSS 1.0 (items beside it)."""
    document = Document(kind)
    channel = next((child for child in root if _local(child) == "channel"), None)
    places = [root] if channel is None else [root, channel]
    updates = {"period": "", "frequency": ""}
    for child in channel if channel is not None else ():
        match _local(child):
            case "title" if not document.title:
                document.title = _inner(child)
            case "link":
                _announced(document, child)
                if not document.link and "atom" not in _named(child.tag)[1].lower():
                    document.link = _words(child)
            case "language":
                document.language = _words(child)
            case "ttl":
                document.ttl_s = _whole(_words(child), 60)
            case "skiphours":
                hours = [_whole(_words(hour), 1) for hour in child]
                document.skip_hours = tuple(h % 24 for h in hours if h is not None and h <= 24)
            case "skipdays":
                document.skip_days = tuple(_words(day)[:10].lower() for day in child)
            case "updateperiod":
                updates["period"] = _words(child).lower()
            case "updatefrequency":
                updates["frequency"] = _words(child)
    if document.ttl_s is None:
        document.ttl_s = _period(**updates)
    items = (child for place in places for child in place if _local(child) == "item")
    _fill(document, items, _rss_entry)
    return document


def _rss_entry(item: Any) -> Entry:
    entry = Entry(guid=_attribute(item, "about"))
    permalink = ""
    for child in item:
        name, space = _named(child.tag)
        match name:
            case "title" if not (entry.title or "media" in space or "search.yahoo" in space):
                entry.title = _inner(child)
            case "link" if not entry.link:
                # Some RSS feeds carry Atom links beside their own.
                address = child.get("href")
                if not address:
                    entry.link = _words(child)
                elif child.get("rel", "alternate") == "alternate":
                    entry.link = address.strip()
            case "guid" | "id":
                entry.guid = _words(child) or entry.guid
                if child.get("isPermaLink", "true").lower() != "false":
                    permalink = entry.guid
            case "description" | "summary" if space != "http://search.yahoo.com/mrss/":
                entry.summary = entry.summary or _inner(child)
            case "encoded" | "content" | "body" if space != "http://search.yahoo.com/mrss/":
                entry.content = max(entry.content, _inner(child), key=len)
            case "pubdate" | "published" | "issued":
                entry.published = _words(child) or entry.published
            case "date":
                entry.published = entry.published or _words(child)
            case "modified" | "updated":
                entry.updated = _words(child)
            case "source":
                entry.publisher = _words(child)
    if not entry.link and permalink.startswith(("http://", "https://")):
        entry.link = permalink
    return entry


def _atom(root: Any) -> Document:
    document = Document("atom", language=root.get(_XML + "lang", ""))
    document.link = _atom_link(root)
    for child in root:
        if _local(child) == "title":
            document.title = _atom_text(child)[0]
        elif _local(child) == "link":
            _announced(document, child)
        elif _local(child) == "language":
            document.language = document.language or _words(child)
    _fill(document, (child for child in root if _local(child) == "entry"), _atom_entry)
    return document


def _announced(document: Document, link: Any) -> None:
    """What a feed's own links say of push; the first of each counts."""
    relations = (link.get("rel") or "").lower().split()
    href = (link.get("href") or "").strip()
    if "hub" in relations:
        document.hub = document.hub or href
    elif "self" in relations:
        document.topic = document.topic or href


_XML = "{http://www.w3.org/XML/1998/namespace}"


def _atom_entry(element: Any) -> Entry:
    entry = Entry(link=_atom_link(element))
    for child in element:
        match _local(child):
            case "id":
                entry.guid = _words(child)
            case "title" if not entry.title:
                entry.title, entry.title_is_plain = _atom_text(child)
            case "summary":
                text, plain = _atom_text(child)
                entry.summary = _escaped(text) if plain else text
            case "content":
                entry.content, entry.content_is_plain = _atom_text(child)
            case "published" | "issued":
                entry.published = _words(child)
            case "updated" | "modified":
                entry.updated = _words(child)
            case "source":
                titles = (_words(part) for part in child if _local(part) == "title")
                entry.publisher = next(titles, "")
    return entry


def _atom_text(element: Any) -> tuple[str, bool]:
    """The text of an Atom text construct, and whether it is literal."""
    kind = (element.get("type") or "text").lower()
    if kind == "xhtml" or len(element):
        return _inner(element), False
    text = (element.text or "").strip()
    return text, kind in ("text", "text/plain")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _atom_link(element: Any) -> str:
    """The address of the page for people: `alternate`, else any link that is not the feed's."""
    links = [child for child in element if _local(child) == "link"]
    for wanted in (("alternate",), ("", "via", "related")):
        for link in links:
            if (link.get("rel") or "alternate").lower() in wanted and link.get("href"):
                base = link.get(_XML + "base") or element.get(_XML + "base") or ""
                href: str = link.get("href", "").strip()
                return _joined(base, href)
    return next((_words(link) for link in links if _words(link)), "")


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href) if base else href
    except ValueError:
        return href


def _attribute(element: Any, name: str) -> str:
    """The attribute called `name` in any namespace."""
    found = (key for key in element.keys() if key.rpartition("}")[2] == name)  # noqa: SIM118
    key = next(found, None)
    return "" if key is None else str(element.get(key)).strip()


def _fill(document: Document, elements: Iterator[Any], read: Any) -> None:
    for element in elements:
        if len(document.entries) >= MAX_ENTRIES:
            document.left_out += 1
        else:
            document.entries.append(read(element))


def _whole(text: str, times: int) -> int | None:
    return int(text) * times if re.fullmatch(r"\d{1,6}", text, re.ASCII) else None


def _period(period: str, frequency: str) -> int | None:
    """The pause that the syndication module's two elements ask for."""
    unit = {"hourly": 3600, "daily": 86400, "weekly": 604800}.get(period)
    if unit is None:
        return None
    return unit // max(1, _whole(frequency, 1) or 1)


# --- JSON Feed ----------------------------------------------------------------------------------


def _json_feed(text: str) -> Document:
    text = text.lstrip("\ufeff \t\r\n")
    cut = False
    try:
        top = json.loads(text)
    except (ValueError, RecursionError) as error:
        if isinstance(error, RecursionError):
            raise NotAFeed("JSON nested too deeply") from None
        top, cut = _cut_json(text), True
    if not isinstance(top, dict) or not isinstance(top.get("items"), list):
        raise NotAFeed("JSON that is no JSON Feed: it has no list of items")
    document = Document(
        "json",
        title=text_of(top, "title"),
        link=text_of(top, "home_page_url"),
        language=text_of(top, "language"),
        cut=cut,
    )
    hubs = top.get("hubs")
    rows = [row for row in hubs if isinstance(row, dict)] if isinstance(hubs, list) else []
    document.hub = next((text_of(r, "url") for r in rows if text_of(r, "type") == "WebSub"), "")
    document.topic = text_of(top, "feed_url")
    _fill(document, iter(top["items"]), _json_entry)
    return document


def _cut_json(text: str) -> dict[str, Any]:
    """The whole items of a JSON Feed that breaks off. Raises NotAFeed."""
    start = re.search(r'"items"\s*:\s*\[', text)
    if not start or '"version"' not in text[:2000]:
        raise NotAFeed("broken JSON")
    decoder, at = json.JSONDecoder(), start.end()
    items: list[Any] = []
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return {"items": items}
        items.append(item)


def _json_entry(row: object) -> Entry:
    """An item that is no object becomes an empty entry, which the adapter counts as left out."""
    if not isinstance(row, dict):
        return Entry()
    html_text, plain = text_of(row, "content_html"), text_of(row, "content_text")
    return Entry(
        guid=text_of(row, "id"),
        link=text_of(row, "url") or text_of(row, "external_url"),
        title=text_of(row, "title"),
        title_is_plain=True,
        summary=_escaped(text_of(row, "summary")),
        content=html_text or plain,
        content_is_plain=not html_text,
        published=text_of(row, "date_published"),
        updated=text_of(row, "date_modified"),
    )
