"""p5w 全景网, where the firms of the Beijing exchange answer investors.

With an `issuer` the entry reads that firm's questions and answers; without one the platform's
newest, or with a `keyword` those that contain it. An item is an answered question: its guid is the
question's own id, its text the answer. Shenzhen's answers are mirrored here and left out: they are
read where they were given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from pydantic import Field

from monitor.adapters.filings import (
    Reach,
    china_time,
    codes_of,
    dated,
    issuer_ids,
    issuer_of,
    number_of,
    rows_of,
)
from monitor.adapters.protocol import Found, Remember, Skip, own_options, site_of, tier_of
from monitor.adapters.reading import load_object, one_line, plain_text, sample_of, text_of
from monitor.config import Issuer, Source, Strict
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item, Kind, Page, Request, Tier

SITE = "https://ir.p5w.net"
ROWS = 10
"""Rows a page has at most."""
MOST = 100
"""The platform counts and shows no more of any list."""
USUAL_PAGES = 2
_MIRROR = re.compile(r"(?:来自|来源|源自|转自|摘自|同步自)[^。]{0,20}互动易")


class Options(Strict):
    """The keys a p5w entry may have of its own."""

    keyword: str = ""
    """Without `issuer`: questions and answers that contain this."""
    max_pages: int = Field(default=5, ge=1, le=10)
    """Pages of 10 a visit reads at most, to catch up after a pause."""


class P5w:
    """One firm's answers, or the platform's newest."""

    platform: ClassVar[str] = "BSE Q&A"
    kind: ClassVar[Kind] = "ir_qa"
    tier: ClassVar[Tier] = "official"
    needs_url: ClassVar[bool] = False
    off_hours: ClassVar[float] = 4.0
    Options: ClassVar[type[Strict] | None] = Options

    def __init__(self, source: Source, issuers: Iterable[Issuer]) -> None:
        self.source = source
        self.issuers = list(issuers)
        self.options = own_options(source, Options)
        self.site = site_of(source, SITE)
        self.issuer_ids = issuer_ids(self.issuers)
        self.codes: list[str] = []
        """The firm's code, then its older ones: the platform may know any of them."""
        self._begin(Checkpoint(source.id))

    def _begin(self, checkpoint: Checkpoint) -> None:
        """Forget the last visit, but for what it wanted kept."""
        self.reach = Reach(checkpoint)
        self._pid = checkpoint.cursor.get("pid", "")
        if checkpoint.failures and checkpoint.failures % 3 == 0:
            self._pid = ""  # perhaps it changed with the code: looked up once more
        self._had_rows = bool(checkpoint.cursor.get("had_rows"))

    def start(self, checkpoint: Checkpoint) -> Iterable[Request]:
        self._begin(checkpoint)
        issuer = issuer_of(self.source, self.issuers)
        if issuer is None:
            return [self._list(1)]
        self.codes = codes_of(issuer, (".BJ",))
        if not self.codes:
            raise ParseError("a firm listed in Beijing", ", ".join(issuer.tickers))
        return [self._list(1) if self._pid else self._look_up(0)]

    def parse(self, page: Page) -> Iterator[Found]:
        """Read a page of questions, or the look-up of a firm's id.

        `published_at` is the answer's time, to the second. Remembers `pid`, `had_rows` and which
        rows it saw. Raises ParseError for other firms' rows alone, and for an empty list of a firm
        that had rows before.
        """
        kind, _, argument = page.note.partition(":")
        if kind == "lookup":
            return self._parse_look_up(page, number_of(argument))
        return self._parse_list(page, number_of(argument) or 1)

    # --- requests ---------------------------------------------------------------------------------

    def _post(self, path: str, note: str, form: Mapping[str, str]) -> Request:
        headers = {"X-Requested-With": "XMLHttpRequest", "Referer": self.site + "/"}
        return Request(self.site + path, method="POST", form=form, headers=headers, note=note)

    def _look_up(self, nth: int) -> Request:
        path, form = "/company/validCompanyJson.shtml", {"keyword": self.codes[nth]}
        return self._post(path, f"lookup:{nth}", form)

    def _list(self, number: int) -> Request:
        """The `number`-th page; the platform counts them from 0."""
        form = {"isPagination": "1", "page": str(number - 1), "rows": str(ROWS)}
        path = "/interaction/getNewR.shtml"
        if self.codes:
            # `companyCode` in its place would be ignored: the whole market would come.
            form["companyBaseinfoId"] = self._pid
        elif self.options.keyword:
            form["keyWords"] = self.options.keyword
            path = "/interaction/getNewSearchR.shtml"
        return self._post(path, f"list:{number}", form)

    # --- pages ------------------------------------------------------------------------------------

    def _parse_look_up(self, page: Page, nth: int) -> Iterator[Found]:
        answer = load_object(page, "the look-up of a code")
        rows = [] if answer.get("obj", "") is None else rows_of(answer, "obj", page)
        for row in rows:
            if text_of(row, "companyCode") in self.codes and text_of(row, "pid"):
                self._pid = text_of(row, "pid")
                yield Remember("pid", self._pid)
                yield self._list(1)
                return
        if nth + 1 < len(self.codes):
            yield self._look_up(nth + 1)
            return
        others = ", ".join(text_of(row, "companyCode") for row in rows[:5]) or "no rows"
        expected = f"{' or '.join(self.codes) or 'a code'} among the codes looked up"
        raise ParseError(expected, others, url=page.url)

    def _parse_list(self, page: Page, number: int) -> Iterator[Found]:
        answer = load_object(page, "a list of questions and answers")
        rows = rows_of(answer, "rows", page)
        total = number_of(text_of(answer, "total"))
        may_be_empty = bool(self.options.keyword or self.codes) and not self._had_rows
        if not rows and (total > (number - 1) * ROWS or (number == 1 and not may_be_empty)):
            # A wrong id is answered with an empty list as well.
            raise ParseError(f"rows ({total} announced)", "none", url=page.url)
        own = [not self.codes or text_of(row, "companyCode") in self.codes for row in rows]
        if rows and not any(own):
            codes = ", ".join(sorted({text_of(row, "companyCode") for row in rows})[:4])
            raise ParseError(
                f"questions to {self.codes[0]}", f"those to others ({codes})", url=page.url
            )
        for row, is_own in zip(rows, own, strict=True):
            if not is_own:
                yield Skip("a row of another company", _sample(row))
            elif not _is_mirrored(row) and (found := self._row(row, page)):
                yield found
        if any(own) and not self._had_rows:
            yield Remember("had_rows", "1")
        yield from self.reach.onwards(
            # A question that was answered since is another row.
            [text_of(row, "pid") + text_of(row, "replyerTimeStr") for row in rows],
            number,
            self._list,
            more=min(total, MOST) > number * ROWS,
            max_pages=self.options.max_pages,
            at_least=min(USUAL_PAGES, self.options.max_pages),
        )

    def _row(self, row: Mapping[str, Any], page: Page) -> Item | Skip | None:
        """The answer as an item; None for a bare question."""
        guid, code = text_of(row, "pid"), text_of(row, "companyCode")
        reply = plain_text(text_of(row, "replyContent"))
        if not reply and guid and code:
            return None
        if not guid or not re.fullmatch(r"\d{6}", code, re.ASCII):
            return Skip("a row without its number or stock code", _sample(row))
        at, believable = dated(china_time(text_of(row, "replyerTimeStr")), page.fetched_at)
        if at is None or not believable:
            return Skip("an answer without a believable time", _sample(row))
        name = "".join(one_line(text_of(row, "companyShortname"), 40).split())
        return Item(
            source_id=self.source.id,
            guid=guid,
            url=f"{self.site}/question/{guid}.shtml",
            # The question stays out of the title: what an investor asks is no evidence.
            title=f"{name}({code}) 答投资者问",
            text=reply,
            fetched_at=page.fetched_at,
            published_at=at,
            question=plain_text(text_of(row, "content")) or None,
            language=self.source.language or "zh-Hans",
            kind=self.source.kind or self.kind,
            tier=tier_of(self.source, self.tier),
            issuer_id=self.issuer_ids.get(code),
            source_name=self.source.name or self.platform,
        )


def _is_mirrored(row: Mapping[str, Any]) -> bool:
    """Whether it was given at Hudongyi, as a note at the end of the text says."""
    texts = (plain_text(text_of(row, key))[-60:] for key in ("content", "replyContent"))
    return text_of(row, "companyCode")[:1] in ("0", "3") and any(map(_MIRROR.search, texts))


def _sample(row: Mapping[str, Any]) -> str:
    return sample_of(row, "pid", "companyCode", "replyContent")
