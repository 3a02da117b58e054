"""Hudongyi as it behaves: the Shenzhen exchange's questions and answers, with all its oddities.

405 on GET, 400 with an HTML page when the parameters come in the body, the whole market for an
empty orgId, nothing for a Shanghai code, times as integers in one list and as text in the other, a
mark-up tag around every highlighted character, a stock filter that is ignored.
"""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from monitor.clock import utc_now
from monitor.standins import Now, Standin


@dataclass(slots=True)
class Question:
    """One question at a company, answered or not."""

    id: str
    code: str
    text: str
    asked_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    withheld: bool = False
    """The lists say that there is an answer but do not carry it; only the detail page does."""

    @property
    def updated_at(self) -> datetime:
        return self.answered_at or self.asked_at


@dataclass(frozen=True, slots=True)
class Company:
    """A firm as the platform knows it."""

    code: str
    name: str
    org_id: str


class SzseIrm(Standin):
    """The platform. Publish with `ask` and `answer`, or `publish` for both in one."""

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.companies: dict[str, Company] = {}
        self.questions: dict[str, Question] = {}
        self.highlight = ""
        """Characters the market-wide list wraps in `<em>`, one by one."""
        self.repeat_page = False
        """Answer every page number with page 1."""
        self.foreign_rows: list[str] = []
        """Ids of questions that slip into every company's list."""
        self._next_id = 2390000000000001000
        for code, name, org_id in (
            ("300748", "金力永磁", "gfbj0835009"),
            ("000795", "英洛华", "gssz0000795"),
            ("000970", "中科 三环", "gssz0000970"),
            ("300999", "样例食品", "9900099990"),
            ("600111", "北方稀土", "gssh0600111"),
        ):
            self.add_company(code, name, org_id)

    def add_company(self, code: str, name: str, org_id: str) -> None:
        self.companies[code] = Company(code, name, org_id)

    def ask(self, code: str, question: str, *, at: datetime | None = None) -> str:
        """An investor asks. Returns the question's id (19 digits)."""
        assert code in self.companies, f"no company {code}: add_company() first"
        self._next_id += 1
        asked = Question(str(self._next_id), code, question, at or self.now())
        self.questions[asked.id] = asked
        return asked.id

    def answer(
        self, question_id: str, text: str, *, at: datetime | None = None, withheld: bool = False
    ) -> None:
        """The company answers, or edits its answer."""
        question = self.questions[question_id]
        question.answer, question.answered_at = text, at or self.now()
        question.withheld = withheld

    def publish(self, code: str, question: str, answer: str, *, at: datetime | None = None) -> str:
        """Question and answer at once. Returns the question's id."""
        question_id = self.ask(code, question, at=at)
        self.answer(question_id, answer, at=at)
        return question_id

    def add_routes(self, app: web.Application) -> None:
        add = app.router.add_route
        add("POST", "/newircs/index/queryKeyboardInfo", self._look_up)
        add("POST", "/newircs/company/question", self._company_list)
        add("POST", "/newircs/index/search", self._market_list)
        add("GET", "/newircs/question/getQuestionDetail", self._detail)
        add("GET", "/ircs/question/questionDetail", self._page_for_people)

    async def _look_up(self, request: web.Request) -> web.Response:
        code = str((await request.post()).get("keyWord", ""))
        # Fuzzy like the real one: neighbours come along, and before the one that was asked for.
        found = [c for c in self.companies.values() if code and c.code[:2] == code[:2]]
        found.sort(key=lambda c: c.code == code)
        rows = [
            {"stockCode": c.code, "shortName": c.name, "pinyin": "", "stockType": "A",
             "secid": c.org_id}
            for c in found
        ]  # fmt: skip
        return _json({"code": 0, "message": None, "data": rows})

    async def _company_list(self, request: web.Request) -> web.Response:
        if "stockcode" not in request.query:
            page = (
                "<!doctype html><html><head><title>HTTP Status 400</title></head>"
                "<body><h1>HTTP Status 400</h1></body></html>"
            )
            return web.Response(status=400, text=page, content_type="text/html")
        code, org_id = request.query["stockcode"], request.query.get("orgId", "")
        rows = list(self.questions.values())
        if org_id:
            own = {c.code for c in self.companies.values() if c.org_id == org_id}
            rows = [q for q in rows if q.code in own or q.id in self.foreign_rows]
        if code.startswith("6"):
            rows = []
        size = int(request.query.get("pageSize", "10"))
        shown, number = self._page(rows, request.query.get("pageNum", "1"), size)
        return _json(
            {
                "pageNo": number,
                "pageSize": size,
                "total": len(rows),
                "totalPage": -(-len(rows) // size),
                "count": True,
                "rows": [self._company_row(q) for q in shown],
            }
        )

    async def _market_list(self, request: web.Request) -> web.Response:
        form = await request.post()
        wanted = set(str(form.get("searchTypes", "1,11")).split(","))
        keyword = str(form.get("keyWord", ""))
        rows = [
            q
            for q in self.questions.values()
            if ("11" if q.answer else "1") in wanted
            and keyword in self.companies[q.code].name + q.text + (q.answer or "")
        ]
        size = int(str(form.get("pageSize", "10")))
        shown, number = self._page(rows, str(form.get("pageNo", "1")), size)
        return _json(
            {
                "pageNo": number,
                "pageSize": size,
                "totalRecord": len(rows),
                "totalPage": -(-len(rows) // size),
                "count": True,
                "results": [self._market_row(q) for q in shown],
            }
        )

    async def _detail(self, request: web.Request) -> web.Response:
        question = self.questions.get(request.query.get("questionId", ""))
        if question is None:
            return _json({"code": 1, "message": "not found", "data": None})
        company = self.companies[question.code]
        data: dict[str, Any] = {
            "questionId": question.id,
            "questionContent": question.text,
            "questioner": "irm_reader",
            "questionPort": "4",
            "questionDate": _ms(question.asked_at),
            "stockCode": company.code,
            "shortName": company.name,
        }
        if question.answer and question.answered_at:
            data |= {"replyContent": question.answer, "replyDate": _ms(question.answered_at)}
        return _json({"code": 0, "message": None, "data": data})

    async def _page_for_people(self, request: web.Request) -> web.Response:
        question = self.questions.get(request.query.get("questionId", ""))
        if question is None:
            raise web.HTTPNotFound
        body = f"<h1>{html.escape(question.text)}</h1><p>{html.escape(question.answer or '')}</p>"
        return web.Response(text=f"<!doctype html>{body}", content_type="text/html")

    def _page(self, rows: list[Question], number: str, size: int) -> tuple[list[Question], int]:
        page = 1 if self.repeat_page else int(number)
        newest_first = sorted(rows, key=lambda q: (q.updated_at, q.id), reverse=True)
        return newest_first[(page - 1) * size : page * size], int(number)

    def _row(self, q: Question) -> dict[str, Any]:
        company = self.companies[q.code]
        return {
            "indexId": q.id,
            "contentType": 11 if q.answer else 1,
            "trade": ["制造业"],
            "mainContent": q.text,
            "attachmentUrl": None,
            "filetype": None,
            "stockCode": company.code,
            "companyShortName": company.name,
            "authorName": "irm_reader",
            "pubClient": "4",
            "attachedContent": q.answer if q.answer and not q.withheld else None,
            "attachedAuthor": company.name if q.answer else None,
            "praiseCount": 0,
        }

    def _company_row(self, q: Question) -> dict[str, Any]:
        return self._row(q) | {
            "boardType": ["012003"],
            "pubDate": _ms(q.asked_at),
            "author": "8800000000000000001",
            "attachedId": f"9{q.id[1:]}" if q.answer else None,
            "attachedPubDate": None,
            "updateDate": _ms(q.updated_at),
            "qaStatus": "0",
            "topStatus": 0,
        }

    def _market_row(self, q: Question) -> dict[str, Any]:
        row = self._row(q)
        for key in ("mainContent", "attachedContent"):
            if row[key]:
                row[key] = "".join(f"<em>{c}</em>" if c in self.highlight else c for c in row[key])
        return row | {
            "esId": f"{row['contentType']}_{q.id}",
            "secid": self.companies[q.code].org_id,
            "pubDate": str(_ms(q.asked_at)),
            "author": None,
            "attachedId": f"9{q.id[1:]}" if q.withheld else None,
            "attachedPubDate": str(_ms(q.answered_at)) if q.answered_at else None,
            "updateDate": str(_ms(q.updated_at)),
            "qaStatus": 2 if q.answer else 0,
            "packageDate": "1小时前",
        }


def _json(value: object) -> web.Response:
    # The real site sends Chinese as such, without escapes.
    text = json.dumps(value, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json")


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
