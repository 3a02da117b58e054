"""SSE e-Interactive 上证e互动, the Shanghai exchange's investor Q&A.

Without an `issuer` the entry reads the market's newest answers; with one, that firm's own answers
and its own postings, among them the records of investor meetings (items of kind `announcement`,
their PDF in `attachment_url`). An item is an answered question: its guid is the question's number,
its text the answer. Whether a question is answered tells its answer block alone.
The site sends pieces of HTML with times relative to the moment of the answer (`sse_times`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from pydantic import Field
from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.adapters import sse_times
from monitor.adapters.filings import codes_in, codes_of, issuer_ids, issuer_of, number_of
from monitor.adapters.protocol import Found, Remember, Skip, own_options, site_of, tier_of
from monitor.adapters.reading import (
    describe,
    html_tree,
    is_html,
    load_object,
    one_line,
    plain_text,
    refusal,
    shorten,
    text_of,
)
from monitor.charset import decode
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Kind, Page, Request, Tier

SITE = "https://sns.sseinfo.com"
ANSWERS, POSTINGS = "11", "30"
FIRST_VISIT_PAGES = 3
DIRECTORY_PAGES = 12
"""Pages of the list of all companies (about 72) that one visit reads to find a firm's number."""
MAX_PAGE = 2_000_000
"""Characters; a hundred rows take a tenth of it."""
REMEMBERED = 200
"""Items whose best known time is kept."""
END_MARK = "a.m_feed_note"
_ADDRESSEE = re.compile(r"[:：]?\s*(.{1,40}?)\s*[(（](\d{6})[)）]", re.ASCII)
_COMPANY = re.compile(
    r"<a\b[^<>]{0,200}?\buid=['\"]?(\d{1,12})\b[^<>]{0,200}>\s{0,50}"
    r"<img\b[^<>]{0,200}?company/(\d{6})\.",
    re.ASCII,
)


class Options(Strict):
    """The keys an e-Interactive entry may have of its own."""

    page_size: int = Field(default=10, ge=10, le=100)
    """Rows a request asks for."""
    max_pages: int = Field(default=12, ge=1, le=16)
    """Pages a visit reads at most, to catch up after a pause; of a company half of it per list."""
    look_back_days: int = Field(default=3, ge=1, le=30)
    """How far back a visit reads at most."""


class SseIrm:
    """The market's newest answers, or one company's answers and postings."""

    platform: ClassVar[str] = "SSE Q&A"
    kind: ClassVar[Kind] = "ir_qa"
    tier: ClassVar[Tier] = "official"
    needs_url: ClassVar[bool] = False
    off_hours: ClassVar[float] = 6.0
    Options: ClassVar[type[Strict] | None] = Options

    def __init__(self, source: Source, issuers: Iterable[Issuer]) -> None:
        self.source = source
        self.issuers = list(issuers)
        self.options = own_options(source, Options)
        self.site = site_of(source, SITE)
        self.issuer_ids = issuer_ids(self.issuers, (".SH",))
        self.code = ""
        self._begin(Checkpoint(source.id))

    def _begin(self, checkpoint: Checkpoint) -> None:
        """Forget the last visit, but for what it wanted kept."""
        cursor = checkpoint.cursor
        self._uid = cursor.get("uid", "")
        if checkpoint.failures and checkpoint.failures % 3 == 0:
            self._uid = ""  # perhaps it is no longer the firm's: looked up once more
        refused = "answered 405" in (checkpoint.error or "")
        self._method = "POST" if refused else cursor.get("method", "GET")
        self._known = sse_times.load(cursor.get("times", ""))
        self._first_visit = not self._known
        self._seen: dict[str, sse_times.Time] = {}
        self._open = 1
        """Lists that are not read to their end yet."""
        self._directory_from = 1

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        self._begin(checkpoint)
        issuer = issuer_of(self.source, self.issuers)
        if issuer is None:
            return [self._list_page(ANSWERS, 1)]
        self.code = next((c for c in codes_of(issuer, (".SH",)) if c[0] == "6"), "")
        if not self.code:
            raise ParseError(
                "a firm listed in Shanghai (e-Interactive serves codes 6xxxxx only)",
                ", ".join(issuer.tickers),
            )
        return self._company_pages() if self._uid else [self._look_up(checkpoint)]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read a page of answers or postings, or a step of the look-up of a firm's number.

        Items come newest first. `published_at` is the answer's time at the finest it was ever seen
        (a minute, mostly); a time in other words than the platform's leaves the row out. Remembers
        `uid`, `times` and, where GET is refused, `method`.
        Raises ParseError for a body without rows and without the end mark, and for a list that is
        another company's.
        """
        kind, _, argument = page.note.partition(":")
        if kind == "lookup":
            return self._parse_look_up(page)
        if kind == "companies":
            return self._parse_companies(page, number_of(argument) or 1)
        return self._parse_list(page, kind, number_of(argument) or 1)

    # --- requests ---------------------------------------------------------------------------------

    def _request(self, path: str, note: str, *, form: dict[str, str]) -> Request:
        return Request(
            self.site + path, method="POST", form=form, headers=self._headers(), note=note
        )

    def _headers(self) -> dict[str, str]:
        page = f"/company.do?uid={self._uid}" if self._uid else "/qa.do"
        return {"X-Requested-With": "XMLHttpRequest", "Referer": self.site + page}

    def _list_page(self, what: str, number: int) -> Request:
        size = str(self.options.page_size)
        if self.code:
            path = "/ajax/userfeeds.do"
            query = {"typeCode": "company", "type": what, "pageSize": size, "uid": self._uid}
            query["page"] = str(number)
        else:
            # Without `lastid`, in lower case, the platform answers 500.
            path = "/ajax/feeds.do"
            query = {"type": what, "page": str(number), "pageSize": size, "lastid": "-1"}
            query["show"] = "1"
        note = f"{what}:{number}"
        if self._method == "POST":
            return self._request(path, note, form=query)
        return Request(self.site + path, query=query, headers=self._headers(), note=note)

    def _company_pages(self) -> list[Request]:
        self._open = 2
        return [self._list_page(ANSWERS, 1), self._list_page(POSTINGS, 1)]

    def _look_up(self, checkpoint: Checkpoint) -> Request:
        """Ask for the number directly; where that failed, or was left off, by the directory."""
        page = number_of(checkpoint.cursor.get("directory_page", ""))
        if checkpoint.failures % 2:
            return self._directory(1)
        if page and not checkpoint.failures:
            self._directory_from = page
            return self._directory(page)
        return self._request("/ajax/getCompany.do", "lookup", form={"data": self.code})

    def _directory(self, number: int) -> Request:
        form = {"code": "0", "order": "2", "areaId": "0", "page": str(number)}
        return self._request("/allcompany.do", f"companies:{number}", form=form)

    # --- the firm's number ------------------------------------------------------------------------

    def _parse_look_up(self, page: Page) -> Iterator[Found]:
        text = decode(page.body, page.headers.get("content-type")).strip()
        if is_html(text):
            raise refusal(page, "a company's number", describe(page))
        if re.fullmatch(r"[1-9]\d{0,11}", text, re.ASCII):
            yield from self._found(text)
            return
        yield Skip("the look-up of a code gave no number", shorten(text, 60))
        yield self._directory(1)

    def _parse_companies(self, page: Page, number: int) -> Iterator[Found]:
        # The content type is `json/javascript`, which nobody else would take for JSON.
        markup = text_of(load_object(page, "the list of all companies"), "content")
        companies = {code: uid for uid, code in _COMPANY.findall(markup)}
        if self.code in companies:
            yield from self._found(companies[self.code])
        elif not companies:
            raise ParseError(
                f"{self.code or 'a firm'} among the platform's companies",
                f"the end of the list on page {number}",
                url=page.url,
            )
        elif number + 1 < self._directory_from + DIRECTORY_PAGES:
            yield self._directory(number + 1)
        else:
            yield Remember("directory_page", str(number + 1))
            yield Skip("the firm's number is still being looked for", f"page {number}")

    def _found(self, uid: str) -> Iterator[Found]:
        self._uid = uid
        yield Remember("uid", uid)
        yield Remember("directory_page", "")
        yield from self._company_pages()

    # --- lists ------------------------------------------------------------------------------------

    def _parse_list(self, page: Page, what: str, number: int) -> Iterator[Found]:
        expected = "postings" if what == POSTINGS else "answers"
        tree = self._tree(page, expected)
        rows = tree.css('div.m_feed_item[id^="item-"]')
        ended = tree.css_first(END_MARK) is not None
        if not rows and (not ended or (number == 1 and not self.code)):
            instead = "the end of the list at once" if ended else describe(page)
            raise refusal(page, f"{expected}, or the end of their list", instead)
        if rows and what != POSTINGS and tree.css_first(".m_feed_detail.m_qa") is None:
            raise ParseError("answers", f"{len(rows)} questions without one", url=page.url)
        own: list[str] = []
        others: list[str] = []
        for row in rows:
            read = self._posting if what == POSTINGS else self._answer
            code, found = read(row, page)
            if self.code and code not in (self.code, ""):
                others.append(code)
                yield Skip("a row of another company", shorten(plain_text(row.html or "")))
                continue
            own.append(_digits(row.id or ""))
            yield from found
        if others and not own:
            codes = ", ".join(sorted(set(others))[:4])
            raise ParseError(
                f"{expected} of {self.code}", f"those of other companies ({codes})", url=page.url
            )
        yield from self._onwards(own, page, what, number, ended)

    def _tree(self, page: Page, expected: str) -> LexborHTMLParser:
        text = decode(page.body, page.headers.get("content-type"))
        if len(text) <= MAX_PAGE and not is_html(text):
            tree = html_tree(text)
            if tree is not None:
                return tree
        raise refusal(page, f"a piece of HTML with {expected}", describe(page))

    def _answer(self, row: LexborNode, page: Page) -> tuple[str, list[Found]]:
        """The code of the company asked ("" where none is named), and what the row gives."""
        blocks = row.css(".m_feed_detail")
        answer = next((b for b in blocks if "m_qa" in _classes(b)), None)
        asked = next((b for b in blocks if "m_qa" not in _classes(b)), None)
        question = asked.css_first(".m_feed_txt") if asked is not None else None
        link = question.css_first("a") if question is not None else None
        addressee = _ADDRESSEE.match(one_line(_html_of(link), 80))
        code = addressee[2] if addressee else ""
        guid = _digits(row.id or "")
        if answer is None:
            # A bare question is no news. Rows that hold nothing at all are another matter.
            return code, [] if question is not None else [
                Skip("a row that holds no question", _sample(row))
            ]
        if addressee is None:
            return code, [Skip("a row without a stock code", _sample(row))]
        if link is not None:
            link.decompose()
        text = plain_text(_html_of(answer.css_first(".m_feed_txt")))
        time = self._time(answer, guid, page)
        if not guid or not text:
            return code, [Skip("an answer without its number or text", _sample(row))]
        if time is None:
            return code, [Skip("an answer without a believable time", _time_text(answer))]
        name = "".join(addressee[1].split())
        # The question stays out of the title: what an investor asks is no evidence.
        title = f"{name}({code}) 答投资者问"
        asked_text = plain_text(_html_of(question)) or None
        return code, [self._item(page, guid, title, text, time, code, question=asked_text)]

    def _posting(self, row: LexborNode, page: Page) -> tuple[str, list[Found]]:
        """The code of the company it speaks of ("" where none is named), and what the row gives."""
        body, guid = row.css_first(".m_feed_txt"), _digits(row.id or "")
        document = None
        for link in body.css("a") if body is not None else []:
            href = link.attributes.get("href") or ""
            if _path(href).endswith(".pdf"):
                document = document or urljoin(self.site + "/", href.strip())
                link.decompose()
        text = plain_text(_html_of(body))
        codes = [code for code in codes_in(text) if code[0] == "6"]
        code = self.code if self.code in codes else next(iter(codes), "")
        time = self._time(row, guid, page)
        if not guid or not text:
            return code, [Skip("a posting without its number or text", _sample(row))]
        if time is None:
            return code, [Skip("a posting without a believable time", _time_text(row))]
        item = self._item(
            page, guid, one_line(text, 200), text, time, self.code, kind="announcement",
            attachment_url=document,
        )  # fmt: skip
        return code, [item]

    def _item(
        self,
        page: Page,
        guid: str,
        title: str,
        text: str,
        time: sse_times.Time,
        code: str,
        *,
        question: str | None = None,
        kind: Kind | None = None,
        attachment_url: str | None = None,
    ) -> Item:
        return Item(
            source_id=self.source.id,
            guid=guid,
            url=f"{self.site}/qadetail.do?weiboId={guid}",
            title=title,
            text=text,
            fetched_at=page.fetched_at,
            published_at=time.at,
            question=question,
            language=self.source.language or "zh-Hans",
            kind=self.source.kind or kind or self.kind,
            tier=tier_of(self.source, self.tier),
            issuer_id=self.issuer_ids.get(code),
            source_name=self.source.name or self.platform,
            attachment_url=attachment_url,
        )

    def _time(self, block: LexborNode, guid: str, page: Page) -> sse_times.Time | None:
        """The finest time known of the item, kept for the next visit."""
        seen = sse_times.read_time(_time_text(block), sse_times.answered_at(page))
        time = sse_times.best(self._known.get(guid), seen)
        if time is not None:
            self._seen[guid] = time
        return time

    # --- how far to read --------------------------------------------------------------------------

    def _onwards(
        self, ids: Sequence[str], page: Page, what: str, number: int, ended: bool
    ) -> Iterator[Found]:
        """The next page while this one ends in news; at the end, what to remember."""
        most = self.options.max_pages // (2 if self.code else 1) or 1
        if ids and not ended and self._ends_in_news(ids, page):
            if number < (min(FIRST_VISIT_PAGES, most) if self._first_visit else most):
                yield self._list_page(what, number + 1)
                return
            if not self._first_visit:
                yield Skip("older news than a visit may read back to", f"after {number} pages")
        self._open -= 1
        if self._open <= 0:
            yield Remember("times", sse_times.dump(self._known | self._seen, REMEMBERED))
            if self._method == "POST":
                yield Remember("method", "POST")

    def _ends_in_news(self, ids: Sequence[str], page: Page) -> bool:
        """Whether the last rows are all unknown and not older than the look-back.

        The last three, because single rows stand out of order.
        """
        reach = page.fetched_at - timedelta(days=self.options.look_back_days)
        last = [self._seen.get(guid) for guid in ids[-3:]]
        return not any(guid in self._known for guid in ids[-3:]) and any(
            time is not None and time.at > reach for time in last
        )


def _classes(node: LexborNode) -> list[str]:
    return (node.attributes.get("class") or "").split()


def _digits(item_id: str) -> str:
    match = re.fullmatch(r"item-(\d{1,18})", item_id.strip(), re.ASCII)
    return match[1] if match else ""


def _html_of(node: LexborNode | None) -> str:
    return (node.html or "") if node is not None else ""


def _time_text(block: LexborNode) -> str:
    """The time as the platform wrote it, or ""."""
    span = block.css_first(".m_feed_from span")
    return one_line(span.html or "", 60) if span is not None else ""


def _path(address: str) -> str:
    """The path of an address, in lower case; "" when it is none."""
    try:
        return urlsplit(address.strip()).path.lower()
    except ValueError:
        return ""


def _sample(row: LexborNode) -> str:
    return shorten(f"{row.id} {plain_text(row.html or '')}")
