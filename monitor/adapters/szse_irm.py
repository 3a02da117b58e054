"""Hudongyi 互动易, the Shenzhen exchange's investor Q&A: companies' answers, often the first trace.

With an `issuer` the entry reads that company's own list; without one, the newest answers of the
whole market. Only codes beginning 0 or 3 are served. An item is an answered question: its guid is
the question's number, its text the answer, and the question only context. Bare questions never
become items; an answer that arrives later does, on the number the question always had.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field

from monitor.adapters.protocol import Found, Remember, Skip, own_options, site_of, tier_of
from monitor.adapters.reading import (
    from_epoch_ms,
    kind_of,
    load_object,
    one_line,
    plain_text,
    sample_of,
    shorten,
    text_of,
)
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Kind, Page, Request, Tier

SITE = "https://irm.cninfo.com.cn"
ANSWERED = "11"
FIRST_VISIT_PAGES = 3
MAX_DETAILS = 8
"""Answers a visit looks up on their own pages, because the list does not carry them."""
OVERLAP = timedelta(minutes=10)
"""The list is not sorted to the second: pages are read this far behind the newest known answer."""


class Options(Strict):
    """The keys a Hudongyi entry may have of its own."""

    page_size: int = Field(default=100, ge=10, le=100)
    """Rows a request asks for."""
    max_pages: int = Field(default=11, ge=1, le=11)
    """Pages a visit reads at most, to catch up after a pause; with details, 20 requests in all."""
    look_back_days: int = Field(default=3, ge=1, le=90)
    """How far back a visit reads at most."""
    keyword: str = ""
    """Market-wide list only: answers and questions that contain this."""


class SzseIrm:
    """One company's answers, or the whole market's."""

    platform: ClassVar[str] = "SZSE Q&A"
    kind: ClassVar[Kind] = "ir_qa"
    tier: ClassVar[Tier] = "official"
    needs_url: ClassVar[bool] = False
    off_hours: ClassVar[float] = 6.0
    Options: ClassVar[type[Strict] | None] = Options

    def __init__(self, source: Source, issuers: Iterable[Issuer]) -> None:
        issuers = list(issuers)
        self.source = source
        self.options = own_options(source, Options)
        self.site = site_of(source, SITE)
        self.issuer = next((i for i in issuers if i.id == source.issuer), None)
        self.code = _shenzhen_code(self.issuer) if self.issuer else ""
        self.issuer_ids = {
            ticker.partition(".")[0]: issuer.id
            for issuer in issuers
            for ticker in (*issuer.former_tickers, *issuer.tickers)
            if ticker.endswith(".SZ")
        }
        self._begin(Checkpoint(source.id))

    def _begin(self, checkpoint: Checkpoint) -> None:
        """Forget the last visit."""
        self._known_ms = _number(checkpoint.cursor.get("newest_ms", ""))
        self._newest_ms = self._known_ms
        self._org_id = (self.issuer and self.issuer.org_id) or checkpoint.cursor.get("org_id", "")
        # `_t` only keeps caches away; the adapter has no clock, so it counts visits.
        last = checkpoint.last_visit_at
        self._mark = str(int(last.timestamp())) if last else "1"
        self._previous_ids: frozenset[str] = frozenset()
        self._details = 0
        self._waiting: set[str] = set()
        """Questions whose own page is to come."""
        self._read_to: Remember | None = None
        """The place to read to next time, to be told once no page is missing any more."""

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        self._begin(checkpoint)
        if self.source.issuer is None:
            return [self._market_page(1)]
        if self.issuer is None:
            raise ParseError("a firm of the watchlist", f"'{self.source.issuer}'")
        if not self.code:
            raise ParseError(
                "a firm listed in Shenzhen (Hudongyi serves codes 0xxxxx and 3xxxxx only)",
                ", ".join(self.issuer.tickers),
            )
        return [self._company_page(1) if self._org_id else self._look_up()]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read a page of questions, a look-up of the orgId, or one question's own page.

        Items come newest first, one per answered question. `published_at` is the answer's time, to
        the second: the question's page knows it best, then `attachedPubDate`, then `updateDate`. A
        row without a believable time is skipped, never dated "now". Remembers `org_id`, and
        `newest_ms` once the last page is read.
        Raises ParseError for the whole market in place of a company, and for missing rows.
        """
        kind, _, argument = page.note.partition(":")
        if kind == "lookup":
            return self._parse_look_up(page)
        if kind == "detail":
            return self._parse_own_page(page, argument)
        return self._parse_list(page, int(argument or 1))

    # --- requests ---------------------------------------------------------------------------------

    def _request(
        self,
        path: str,
        note: str,
        *,
        query: Mapping[str, str],
        form: Mapping[str, str] | None = None,
        method: str = "POST",
        conditional: bool = False,
    ) -> Request:
        return Request(
            self.site + path,
            method="GET" if method == "GET" else "POST",
            query=query,
            form=form,
            headers={
                "Accept": "application/json, text/plain, */*",
                "Origin": self.site,
                "Referer": self.site + "/",
                "X-Requested-With": "XMLHttpRequest",
            },
            note=note,
            conditional=conditional,
        )

    def _look_up(self) -> Request:
        path, form = "/newircs/index/queryKeyboardInfo", {"keyWord": self.code}
        return self._request(path, "lookup", query={"_t": self._mark}, form=form)

    def _company_page(self, number: int) -> Request:
        # Everything in the query and nothing in the body: parameters in the body are answered 400.
        query = {
            "_t": self._mark,
            "stockcode": self.code,
            "orgId": self._org_id,
            "pageSize": str(self.options.page_size),
            "pageNum": str(number),
            "keyWord": "",
            "startDay": "",
            "endDay": "",
        }
        path, note = "/newircs/company/question", f"list:{number}"
        return self._request(path, note, query=query, conditional=number == 1)

    def _market_page(self, number: int) -> Request:
        form = {
            "pageNo": str(number),
            "pageSize": str(self.options.page_size),
            "searchTypes": ANSWERED,
            "keyWord": self.options.keyword,
            "highLight": "true",
            "market": "",
            "industry": "",
            "stockCode": "",
            "startDate": "",
            "endDate": "",
        }
        path, note = "/newircs/index/search", f"list:{number}"
        query = {"_t": self._mark}
        return self._request(path, note, query=query, form=form, conditional=number == 1)

    def _list_page(self, number: int) -> Request:
        return self._company_page(number) if self.code else self._market_page(number)

    def _detail(self, index_id: str) -> Request:
        path = "/newircs/question/getQuestionDetail"
        query = {"questionId": index_id, "_t": self._mark}
        return replace(
            self._request(path, f"detail:{index_id}", query=query, method="GET"), optional=True
        )

    # --- pages ------------------------------------------------------------------------------------

    def _parse_look_up(self, page: Page) -> Iterator[Found]:
        rows = _rows(load_object(page, "the look-up of a code"), "data", page)
        for row in rows:
            # The look-up is fuzzy and its first row may be a neighbour.
            if text_of(row, "stockCode") == self.code and text_of(row, "secid"):
                self._org_id = text_of(row, "secid")
                yield Remember("org_id", self._org_id)
                yield self._company_page(1)
                return
        others = ", ".join(text_of(row, "stockCode") for row in rows[:5]) or "no rows"
        raise ParseError(f"{self.code} among the codes looked up", others, url=page.url)

    def _parse_list(self, page: Page, number: int) -> Iterator[Found]:
        answer = load_object(page, "a list of questions and answers")
        rows = _rows(answer, "rows" if self.code else "results", page)
        total = text_of(answer, "total" if self.code else "totalRecord")
        pages = text_of(answer, "totalPage")
        may_be_empty = total == "0" and bool(self.code or self.options.keyword)
        if not rows and not may_be_empty and (number == 1 or _number(pages) >= number):
            raise ParseError(f"rows ({total or 'no'} announced)", "none", url=page.url)
        own = [row for row in rows if not self.code or text_of(row, "stockCode") == self.code]
        if rows and not own:
            codes = ", ".join(sorted({text_of(row, "stockCode") for row in rows})[:4])
            raise ParseError(
                f"questions to {self.code}", f"those to other companies ({codes})", url=page.url
            )
        for row in rows:
            if self.code and text_of(row, "stockCode") != self.code:
                yield Skip("a row of another company", _sample(row))
            else:
                yield from self._parse_row(row, page)
        yield from self._onwards(own, page, number, _number(pages))

    def _parse_row(self, row: Mapping[str, Any], page: Page) -> Iterator[Found]:
        index_id = text_of(row, "indexId")
        reply = plain_text(text_of(row, "attachedContent"))
        announced = bool(text_of(row, "attachedId")) or text_of(row, "contentType") == ANSWERED
        if not index_id:
            yield Skip("a row without its number", _sample(row))
        elif reply:
            times = (row.get("attachedPubDate"), row.get("updateDate"))
            yield self._item(row, page, index_id, "mainContent", "companyShortName", reply, times)
        elif announced and self._details >= MAX_DETAILS:
            reason = "an answer that is only on its own page, left for later"
            yield Skip(reason, _sample(row), ask_again=True)
        elif announced:
            self._details += 1
            self._waiting.add(index_id)
            yield self._detail(index_id)

    def _parse_own_page(self, page: Page, index_id: str) -> Iterator[Found]:
        yield from self._parse_detail(page, index_id)
        self._waiting.discard(index_id)
        if self._read_to and not self._waiting:
            yield self._read_to

    def _parse_detail(self, page: Page, index_id: str) -> Iterator[Found]:
        row = load_object(page, "a question's own page").get("data")
        if not isinstance(row, dict):
            yield Skip("a question whose own page is empty", index_id, ask_again=True)
            return
        reply = plain_text(text_of(row, "replyContent"))
        if text_of(row, "questionId") != index_id:
            yield Skip("a question's own page that shows another question", _sample(row))
        elif self.code and text_of(row, "stockCode") != self.code:
            yield Skip("a row of another company", _sample(row))
        elif reply:
            times = (row.get("replyDate"),)
            yield self._item(row, page, index_id, "questionContent", "shortName", reply, times)
        else:
            yield Skip("an answer that is announced but not shown", _sample(row), ask_again=True)

    def _item(
        self,
        row: Mapping[str, Any],
        page: Page,
        index_id: str,
        question_key: str,
        name_key: str,
        reply: str,
        times: Sequence[object],
    ) -> Item | Skip:
        known = (from_epoch_ms(time, seen_at=page.fetched_at) for time in times)
        answered_at = next((at for at in known if at), None)
        code = text_of(row, "stockCode")
        if answered_at is None:
            return Skip("an answer without a believable time", _sample(row))
        if not re.fullmatch(r"\d{6}", code, re.ASCII):
            return Skip("a row without a stock code", _sample(row))
        # Short names are padded with blanks, half- or full-width, to four characters.
        name = "".join(one_line(text_of(row, name_key), 40).split())
        return Item(
            source_id=self.source.id,
            guid=index_id,
            url=f"{self.site}/ircs/question/questionDetail?questionId={index_id}",
            # The question stays out of the title: what an investor asks is no evidence.
            title=f"{name}({code}) 答投资者问",
            text=reply,
            fetched_at=page.fetched_at,
            published_at=answered_at,
            question=plain_text(text_of(row, question_key)) or None,
            language=self.source.language or "zh-Hans",
            kind=self.source.kind or self.kind,
            tier=tier_of(self.source, self.tier),
            issuer_id=self.issuer_ids.get(code),
            source_name=self.source.name or self.platform,
        )

    # --- how far to read --------------------------------------------------------------------------

    def _onwards(
        self, rows: Sequence[Mapping[str, Any]], page: Page, number: int, pages: int
    ) -> Iterator[Found]:
        """The next page while this one ends in news, else the place to read to next time."""
        ids = frozenset(text_of(row, "indexId") for row in rows)
        repeated = bool(ids) and ids == self._previous_ids
        self._previous_ids = ids
        times = [
            at
            for row in rows
            if (at := from_epoch_ms(row.get("updateDate"), seen_at=page.fetched_at))
        ]
        self._newest_ms = max([self._newest_ms, *map(_ms, times)])
        if repeated:
            yield Skip(f"page {number} repeats page {number - 1}", "")
        elif number < pages and self._ends_in_news(times, page.fetched_at):
            first_visit = not self._known_ms
            if number < (FIRST_VISIT_PAGES if first_visit else self.options.max_pages):
                yield self._list_page(number + 1)
                return
            if not first_visit:
                yield Skip("older news than a visit may read back to", f"after {number} pages")
        if self._newest_ms > self._known_ms:
            self._read_to = Remember("newest_ms", str(self._newest_ms))
            if not self._waiting:
                yield self._read_to

    def _ends_in_news(self, times: Sequence[datetime], seen_at: datetime) -> bool:
        """Whether the last rows are younger than what we know and than the look-back.

        The last three, because single rows stand out of order (pinned, or edited).
        """
        limit = seen_at - timedelta(days=self.options.look_back_days)
        reach = max(_ms(limit), self._known_ms - round(OVERLAP.total_seconds() * 1000))
        return any(_ms(at) > reach for at in times[-3:])


def _shenzhen_code(issuer: Issuer) -> str:
    """The six digits of its Shenzhen listing, or ""."""
    codes = (t.partition(".")[0] for t in issuer.tickers if t.endswith(".SZ"))
    return next((code for code in codes if code[:1] in "03"), "")


def _rows(answer: Mapping[str, Any], key: str, page: Page) -> list[Mapping[str, Any]]:
    """The list under `key`; what is no object in it becomes an empty row, to be counted."""
    rows = answer.get(key)
    if not isinstance(rows, list):
        found = f"'{key}' is {kind_of(rows)}" if key in answer else f"no '{key}'"
        code, message = text_of(answer, "code"), text_of(answer, "message")
        if code not in ("", "0") or message:
            found += f" (code {code or '?'}: {shorten(message, 80)})"
        raise ParseError(f"a list under '{key}'", found, url=page.url)
    return [row if isinstance(row, dict) else {} for row in rows]


def _sample(row: Mapping[str, Any]) -> str:
    return sample_of(row, "indexId", "questionId", "stockCode", "attachedContent")


def _number(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,15}", text, re.ASCII) else 0


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
