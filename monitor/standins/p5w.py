"""p5w as it behaves: questions to the firms of the Beijing exchange, and mirrored ones.

Pages counted from 0, ten rows at most, a total that never exceeds 100, the whole platform when the
firm's id is missing, nothing when it is wrong, firms known by an older code only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from monitor.clock import CHINA, utc_now
from monitor.standins import Now, Standin

MIRRORED = "（以上内容来自深交所互动易）"


@dataclass(slots=True)
class Question:
    """One question at a firm, answered or not."""

    id: str
    code: str
    text: str
    asked_at: datetime
    answer: str = ""
    answered_at: datetime | None = None


class P5w(Standin):
    """The platform. Publish with `ask` and `answer`, or `publish` for both in one."""

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.companies: dict[str, tuple[str, str]] = {
            "920185": ("0001AABBCCDD", "贝特瑞"),
            "832175": ("0001AABBCCEE", "东方碳素"),  # known by its old code
            "300748": ("0001AABBCCFF", "金力永磁"),
        }
        """Code to the firm's id and short name."""
        self.questions: list[Question] = []
        self.foreign_rows: list[str] = []
        """Ids of questions that slip into every firm's list."""

    def ask(self, code: str, question: str, *, at: datetime | None = None) -> str:
        """An investor asks. Returns the question's id."""
        assert code in self.companies, f"no company {code}"
        asked = Question(f"P5W{len(self.questions) + 1:09d}", code, question, at or self.now())
        self.questions.append(asked)
        return asked.id

    def answer(self, question_id: str, text: str, *, at: datetime | None = None) -> None:
        """The firm answers, or edits its answer."""
        question = next(q for q in self.questions if q.id == question_id)
        question.answer, question.answered_at = text, at or self.now()

    def publish(self, code: str, question: str, answer: str, *, at: datetime | None = None) -> str:
        """Question and answer at once. Returns the question's id."""
        question_id = self.ask(code, question, at=at)
        self.answer(question_id, answer, at=at)
        return question_id

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/company/validCompanyJson.shtml", self._look_up)
        app.router.add_post("/interaction/getNewR.shtml", self._list)
        app.router.add_post("/interaction/getNewSearchR.shtml", self._search)
        app.router.add_get("/question/{name}", self._page_for_people)

    async def _look_up(self, request: web.Request) -> web.Response:
        code = str((await request.post()).get("keyword", ""))
        rows = [
            {"pid": pid, "companyCode": known, "companyShortname": name}
            for known, (pid, name) in self.companies.items()
            if known == code
        ]
        return _json({"success": bool(rows), "obj": rows or None})

    async def _list(self, request: web.Request) -> web.Response:
        form = await request.post()
        found = self.questions
        if pid := form.get("companyBaseinfoId"):
            found = [
                q for q in found if self.companies[q.code][0] == pid or q.id in self.foreign_rows
            ]
        return self._answer(found, form)

    async def _search(self, request: web.Request) -> web.Response:
        form = await request.post()
        key = str(form.get("keyWords", ""))
        return self._answer([q for q in self.questions if key in q.text + q.answer], form)

    def _answer(self, found: list[Question], form: Any) -> web.Response:
        size, number = min(int(str(form.get("rows", 10))), 10), int(str(form.get("page", 0)))
        found = sorted(found, key=lambda q: q.answered_at or q.asked_at, reverse=True)[:100]
        shown = found[number * size : (number + 1) * size]
        return _json({"success": True, "total": len(found), "rows": [self._row(q) for q in shown]})

    def _row(self, q: Question) -> dict[str, Any]:
        return {
            "pid": q.id,
            "companyCode": q.code,
            "companyShortname": self.companies[q.code][1],
            "content": q.text,
            "replyContent": q.answer + (MIRRORED if q.answer and q.code[0] in "03" else ""),
            "questionerTimeStr": _time(q.asked_at),
            "replyerTimeStr": _time(q.answered_at),
        }

    async def _page_for_people(self, request: web.Request) -> web.Response:
        name = request.match_info["name"].removesuffix(".shtml")
        question = next((q for q in self.questions if q.id == name), None)
        if question is None:
            raise web.HTTPNotFound
        text = f"<!doctype html><h1>{question.text}</h1><p>{question.answer}</p>"
        return web.Response(text=text, content_type="text/html")


def _time(at: datetime | None) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}" if at else ""


def _json(value: object) -> web.Response:
    text = json.dumps(value, ensure_ascii=False)
    return web.Response(text=text, content_type="application/json")
