"""MOFCOM 商务部, the ministry that grants the licences: announcements, statements, export control.

Column pages are empty shells that load their list from one address; an article's text stands on a
page of its own, which is read once. No header names a charset: everything is UTF-8.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from pydantic import Field, field_validator
from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.adapters.dates import parse_date
from monitor.adapters.filings import number_of
from monitor.adapters.protocol import Found, Remember, Skip, own_options, site_of, tier_of
from monitor.adapters.reading import (
    describe,
    html_tree,
    is_html,
    kind_of,
    load_object,
    one_line,
    plain_text,
    refusal,
    shorten,
    text_of,
)
from monitor.adapters.web import absolute
from monitor.clock import CHINA
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Kind, Page, Request, Tier

MAX_ARTICLES = 10
"""Articles a visit fetches; the ministry wants five seconds between two requests."""
MAX_LIST_PAGES = 3
MAX_TRIES = 3
PAGE_ROWS = 15
MAX_ROWS = 200
_ARTICLE = re.compile(r"/art_([0-9a-fA-F]{32})\.html?")
_REDIRECT = re.compile(
    r"(?:window|document|top|self)?\.?location(?:\.href)?\s*(?:=|\.replace\()\s*[\"']([^\"'<>]{1,500})"
)
_SETTING = re.compile(
    r"[\"']?\b(webId|pageId|tplSetId|tagId|parseType)[\"']?\s*:\s*[\"']([^\"'<>]{1,80})[\"']"
)
_QUERY = re.compile(r"queryData\s?=\s?(?:\"([^\"]{1,2000})\"|'([^']{1,2000})')", re.IGNORECASE)
_COLUMN_ID = re.compile(
    r"<meta[^<>]{1,99}ColId[^<>]{1,99}content=[\"']([\w-]{1,64})[\"']", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the ministry's sites and how its list is asked for."""

    path: str
    page_id: str = ""
    """"" = to be read from the column's own page."""
    site: str = "https://www.mofcom.gov.cn"
    web_id: str = "8f43c7ad3afc411fb56f281724b73708"
    tpl_set_id: str = "52551ea0e2c14bca8c84792f7aa37ead"
    tag_id: str = "分页列表"


COLUMNS: Mapping[str, _Column] = {
    "announcements": _Column("/zwgk/zcfb/", "fc8bdff48fa345a48b651c1285b70b8f"),
    "news": _Column("/xwfb/rcxwfb/", "95d89972d8aa4fcea511701cd0f212d9"),
    "spokesperson": _Column("/xwfb/xwfyrth/"),
    "export_control": _Column(
        "/flzc/gzjgfxwj/",
        "79d6d2c4e44d458180d37dd4f0996645",
        site="https://aqygzj.mofcom.gov.cn",
        web_id="b28941ad4e064442856787562c9a4961",
        tpl_set_id="DDBav9QvwJVbs9iznQVmO",
        tag_id="信息列表",
    ),
}
"""The names `column` may have. `export_control` is the export-control bureau's site."""


class Options(Strict):
    """The keys a MOFCOM entry may have of its own."""

    column: str = "announcements"
    """`announcements`, `spokesperson`, `news`, `export_control`, or the path of another column of
    the ministry's site (`/xwfb/ldrhd/`)."""
    max_articles: int = Field(default=MAX_ARTICLES, ge=0, le=15)
    """Articles a visit reads the text of; the others follow at the next visits."""

    @field_validator("column")
    @classmethod
    def _known_column(cls, name: str) -> str:
        if name not in COLUMNS and not re.fullmatch(r"/(?:[\w-]+/){1,6}", name, re.ASCII):
            raise ValueError(
                f"{name!r} is no column; write {', '.join(COLUMNS)}, or a path like /xwfb/ldrhd/"
            )
        return name


class Mofcom:
    """One column."""

    platform: ClassVar[str] = "MOFCOM 商务部"
    kind: ClassVar[Kind] = "regulator"
    tier: ClassVar[Tier] = "official"
    needs_url: ClassVar[bool] = False
    off_hours: ClassVar[float] = 3.0
    Options: ClassVar[type[Strict] | None] = Options

    def __init__(self, source: Source, issuers: Iterable[Issuer] = ()) -> None:
        self.source = source
        self.options = own_options(source, Options)
        name = self.options.column
        self._column = COLUMNS.get(name) or _Column(name)
        self.site = site_of(source, self._column.site)
        self._tries: dict[str, int] = {}
        self._asked: list[str] = []
        """Articles asked for that have not come, in their order."""
        self._failed: list[str] = []
        """Those of them that cannot come any more: a later one did."""
        self._begin(Checkpoint(source.id))

    def _begin(self, checkpoint: Checkpoint) -> None:
        """Forget the last visit, but for the articles it could not fetch.

        A page that cannot be fetched is asked for at the next visit: after `MAX_TRIES` of them its
        title has to do. Of those that never came, the first was asked for; the visit may have ended
        there.
        """
        for guid in [*self._failed, *self._asked[:1]]:
            self._tries[guid] = self._tries.get(guid, 0) + 1
        self._asked, self._failed = [], []
        self._read = [g for g in checkpoint.cursor.get("read", "").split(",") if g]
        self._settings = {
            "webId": self._column.web_id,
            "pageId": self._column.page_id,
            "tplSetId": self._column.tpl_set_id,
            "tagId": self._column.tag_id,
            # Spelled so at MOFCOM.
            "parseType": "bulidstatic",
        }
        remembered = _SETTING.findall(checkpoint.cursor.get("list", ""))
        self._settings |= dict(remembered)
        self._may_have_moved = bool(remembered)
        self._rows: dict[str, Item] = {}
        self._fetched = 0

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        self._begin(checkpoint)
        return [self._list(1) if self._settings["pageId"] else self._shell()]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read a column's list, its shell, or an article.

        A row is an item with its title alone, dated at midnight; the article's page gives it text
        and the minute. Articles read before do not come again. Remembers `read`, the articles whose
        text we have, and `list`, how the list is asked for where that had to be looked up; when it
        fails, it is looked up anew. Raises ParseError for an empty list; an article without a text
        is counted, and its title stands.
        """
        # The header names no charset, and a guess would be wrong once in a while.
        page = replace(page, headers={"content-type": "text/html; charset=utf-8"})
        kind, _, argument = page.note.partition(":")
        if kind == "column":
            return self._parse_shell(page)
        if kind in ("article", "detail"):
            return self._parse_article(page, argument)
        return self._parse_list(page, number_of(argument) or 1)

    # --- requests ---------------------------------------------------------------------------------

    def _get(
        self, url: str, note: str, query: Mapping[str, str] | None = None, *, first: bool = False
    ) -> Request:
        headers = {"Referer": self.site + self._column.path}
        return Request(url, query=query or {}, headers=headers, note=note, conditional=first)

    def _shell(self) -> Request:
        shell = self._get(f"{self.site}{self._column.path}index.html", "column")
        return replace(shell, robots=True)

    def _article(self, url: str, guid: str) -> Request:
        return replace(self._get(url, f"article:{guid}"), optional=True, robots=True)

    def _list(self, number: int) -> Request:
        # The page number counts only inside paramJson; anywhere else it means page 1.
        wanted = json.dumps({"pageNo": number, "pageSize": PAGE_ROWS}, separators=(",", ":"))
        query = {
            "parseType": self._settings["parseType"],
            "webId": self._settings["webId"],
            "tplSetId": self._settings["tplSetId"],
            "pageType": "column",
            "tagId": self._settings["tagId"],
            "editType": "null",
            "pageId": self._settings["pageId"],
            "paramJson": wanted,
        }
        path = "/api-gateway/jpaas-publish-server/front/page/build/unit"
        return self._get(self.site + path, f"list:{number}", query, first=number == 1)

    # --- pages ------------------------------------------------------------------------------------

    def _parse_shell(self, page: Page) -> Iterator[Found]:
        text = page.body.decode("utf-8", "replace")
        expected = "a column page that names its list"
        if not is_html(text):
            raise refusal(page, expected, describe(page))
        units = [dict(_SETTING.findall(html.unescape(a or b))) for a, b in _QUERY.findall(text)]
        units = [unit for unit in units if unit.get("pageId")]
        column_id = _COLUMN_ID.search(text)
        # A page may load several parts this way; the list is called one.
        lists = [unit for unit in units if "列表" in unit.get("tagId", "")] or units
        told = lists[0] if lists else {"pageId": column_id[1]} if column_id else None
        if told is None:
            raise refusal(page, expected, f"{describe(page)} without queryData and ColId")
        self._settings |= told
        self._may_have_moved = False
        yield Remember("list", json.dumps(self._settings, ensure_ascii=False))
        yield self._list(1)

    def _parse_list(self, page: Page, number: int) -> Iterator[Found]:
        try:
            tree, rows = self._list_rows(page)
        except ParseError as error:
            if not self._may_have_moved or error.reason == "auth":
                raise
            yield Skip("a list that is no longer where it was", shorten(str(error)))
            yield self._shell()
            return
        shown = tree.css_first(".pagination[pageno]")
        shown_number = shown.attributes.get("pageno") if shown else None
        if number > 1 and shown_number not in (None, str(number)):
            yield Skip(f"page {number} was answered with page {shown_number}")
            return
        if len(rows) > MAX_ROWS:
            yield Skip(f"rows beyond the first {MAX_ROWS}", f"{len(rows) - MAX_ROWS} more")
        known = 0
        for row in rows[:MAX_ROWS]:
            anchor = row.css_first("a[href]")
            date = next((s.text() for s in row.css("span") if "-" in s.text()), "")
            link = (anchor.attributes.get("href") or "") if anchor else ""
            title = (anchor.attributes.get("title") or anchor.text()) if anchor else ""
            item = self._listed(link, title, date, page)
            if isinstance(item, Skip):
                yield item
            elif item.guid in self._read:
                known += 1
            else:
                yield from self._announced(item)
        if self._read and not known and number < MAX_LIST_PAGES:
            yield self._list(number + 1)

    def _list_rows(self, page: Page) -> tuple[LexborHTMLParser, list[LexborNode]]:
        answer = load_object(page, "a column's list")
        code, said = text_of(answer, "code"), text_of(answer, "message")
        data = answer.get("data")
        markup = data.get("html") if isinstance(data, dict) else None
        if answer.get("success") is not True or not isinstance(markup, str):
            found = f"code {code or 'missing'}" + (f": {shorten(said, 80)}" if said else "")
            if code == "200":
                found = f"a JSON {kind_of(markup)}"
            raise ParseError("HTML under 'data.html'", found, url=page.url)
        tree = html_tree(markup)
        rows = tree.css(".txtList_01 li") if tree is not None else []
        if tree is None or not rows:
            raise ParseError("rows in the column's list", "none", url=page.url)
        return tree, rows

    def _listed(self, link: str, title: str, date: str, page: Page) -> Item | Skip:
        title = one_line(title)
        url = absolute(urljoin(self.site, self._column.path), link)
        if not title or not url:
            return Skip("a row without title or link", shorten(title or link))
        at = parse_date(date.strip(" []【】()（）"), seen_at=page.fetched_at, zone=CHINA)
        if at is None:
            return Skip("a row without a believable date", shorten(f"{title} {date}"))
        article = _ARTICLE.search(url)
        return Item(
            source_id=self.source.id,
            guid=article[1].lower() if article else url,
            url=url,
            title=title,
            text="",
            fetched_at=page.fetched_at,
            published_at=at,
            language=self.source.language or "zh-Hans",
            kind=self.source.kind or self.kind,
            tier=tier_of(self.source, self.tier),
            issuer_id=self.source.issuer,
            source_name=self.source.name or self.platform,
        )

    def _announced(self, item: Item) -> Iterator[Found]:
        """The item with its title, and the request for its text."""
        if item.guid in self._rows:
            return
        self._rows[item.guid] = item
        yield item
        if not _ARTICLE.search(item.url) or urlsplit(item.url).netloc != urlsplit(self.site).netloc:
            return  # a link to another site: its pages have other forms
        if self._tries.get(item.guid, 0) >= MAX_TRIES:
            yield Skip("an article whose page could not be fetched", shorten(item.title))
        elif self._fetched < self.options.max_articles:
            self._fetched += 1
            self._asked.append(item.guid)
            yield self._article(item.url, item.guid)
        elif self.options.max_articles:
            yield Skip("an article left for the next visit", shorten(item.title), ask_again=True)

    def _parse_article(self, page: Page, guid: str) -> Iterator[Found]:
        if guid in self._asked:
            place = self._asked.index(guid)
            self._failed += self._asked[:place]
            self._asked = self._asked[place + 1 :]
            self._tries.pop(guid, None)
        text = page.body.decode("utf-8", "replace")
        if not is_html(text):
            yield Skip("an article that is no page", shorten(f"{guid} {describe(page)}"))
            return
        error = refusal(page, "an article", describe(page))
        if error.reason == "auth":
            raise error
        tree = html_tree(text)
        body = tree.css_first("div.art-con") if tree is not None else None
        words = plain_text(body.html or "") if body is not None else ""
        known = self._rows.get(guid)
        target = _REDIRECT.search(text) if not words else None
        if target and known and (url := absolute(page.url, target[1])) != known.url:
            yield from self._elsewhere(known, url)
        elif not words or known is None or tree is None:
            # It may be filled later; its title is told, and the next visit looks again.
            yield Skip("an article without its text", shorten(f"{guid} {describe(page)}"))
        else:
            at = _meta_date(tree, page)
            yield replace(known, text=words, published_at=at or known.published_at)
            yield self._remember(guid)

    def _elsewhere(self, known: Item, url: str) -> Iterator[Found]:
        """Some articles are only a script that leads to another page."""
        if urlsplit(url).netloc == urlsplit(self.site).netloc and self._fetched < 15:
            self._fetched += 1
            self._rows[known.guid] = replace(known, url=url)
            self._asked.append(known.guid)
            yield self._article(url, known.guid)
        else:
            yield Skip("an article that leads to another site", shorten(f"{known.title} {url}"))

    def _remember(self, guid: str) -> Remember:
        """Keep the articles read; the oldest are forgotten, long after they have left the list."""
        self._read = [*self._read, guid][-200:]
        return Remember("read", ",".join(self._read))


def _meta_date(tree: LexborHTMLParser, page: Page) -> datetime | None:
    meta = tree.css_first('meta[name="PubDate"]')
    text = (meta.attributes.get("content") or "") if meta else ""
    return parse_date(text, seen_at=page.fetched_at, zone=CHINA)
