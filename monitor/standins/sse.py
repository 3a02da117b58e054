"""SSE e-Interactive as it behaves: the Shanghai exchange's questions and answers, as bits of HTML.

Times relative to the moment of the answer, 500 without `lastid`, an end mark against bodies that
are merely empty, unquoted attributes in a directory whose content type is no JSON, rows of other
companies, and a company's number that has nothing to do with its code.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

from monitor.clock import CHINA, utc_now
from monitor.standins import Now, Standin

DIRECTORY_SIZE = 32
END = '<div class="center"><a href="javascript:;" class="m_feed_note">{}</a></div>'


@dataclass(slots=True)
class Post:
    """A question, answered or not; or a company's own posting, when it has a `document`."""

    id: str
    code: str
    text: str
    at: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    posting: bool = False
    document: str | None = None

    @property
    def updated_at(self) -> datetime:
        return self.answered_at or self.at


class SseIrm(Standin):
    """The platform. Publish with `ask` and `answer`, `publish` for both, `post` for a posting."""

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.companies: dict[str, tuple[str, str]] = {}
        """Code to number and short name."""
        self.posts: dict[str, Post] = {}
        self.coarse = False
        """Times age as "2小时前", "3天前" instead of "今天 09:30", "昨天 18:16"."""
        self.empty_body = False
        """Lists are answered 200 with nothing."""
        self.look_up_works = True
        """false: getCompany.do knows nobody."""
        self.get_works = True
        """false: the lists answer 405 to GET."""
        self.foreign_rows: list[str] = []
        """Ids of posts that slip into every company's list."""
        self._next_id = 1799900
        for code, uid, name in (
            ("600366", "12001", "宁波韵升"),
            ("600111", "12002", "北方稀土"),
            ("600549", "12003", "厦门钨业"),
            ("600392", "12004", "盛和资源"),
            ("603072", "12005", "天和磁材"),
            ("688077", "30908", "大地熊"),
        ):
            self.companies[code] = (uid, name)

    def ask(self, code: str, question: str, *, at: datetime | None = None) -> str:
        """An investor asks. Returns the question's id."""
        return self._add(code, question, at).id

    def answer(self, question_id: str, text: str, *, at: datetime | None = None) -> None:
        """The company answers, or edits its answer. `text` may hold mark-up."""
        post = self.posts[question_id]
        post.answer, post.answered_at = text, at or self.now()

    def publish(self, code: str, question: str, answer: str, *, at: datetime | None = None) -> str:
        """Question and answer at once. Returns the question's id."""
        question_id = self.ask(code, question, at=at)
        self.answer(question_id, answer, at=at)
        return question_id

    def post(
        self, code: str, text: str, *, document: str | None = None, at: datetime | None = None
    ) -> str:
        """The company posts something of its own, with a link to `document`."""
        post = self._add(code, text, at)
        post.posting, post.document = True, document
        return post.id

    def _add(self, code: str, text: str, at: datetime | None) -> Post:
        assert code in self.companies, f"no company {code}"
        self._next_id += 1
        post = Post(str(self._next_id), code, text, at or self.now())
        self.posts[post.id] = post
        return post

    def add_routes(self, app: web.Application) -> None:
        add = app.router.add_route
        add("POST", "/ajax/getCompany.do", self._look_up)
        add("POST", "/allcompany.do", self._directory)
        add("GET", "/company.do", self._company_page)
        add("*", "/ajax/feeds.do", self._market)
        add("*", "/ajax/userfeeds.do", self._company)
        add("GET", "/qadetail.do", self._page_for_people)

    async def _look_up(self, request: web.Request) -> web.Response:
        code = str((await request.post()).get("data", ""))
        known = self.companies.get(code) if self.look_up_works else None
        return self._html(known[0] if known else "")

    async def _directory(self, request: web.Request) -> web.Response:
        number = int(str((await request.post()).get("page", "1")))
        shown = list(self.companies.items())[(number - 1) * DIRECTORY_SIZE :][:DIRECTORY_SIZE]
        content = "".join(
            f"\t<div class='companyBox'>\t\t<a rel='tag' uid={uid} href='user.do?uid={uid}'"
            f" title='{name}'>\t\t\t<img src='https://sns.sseinfo.com/resources/images/avatar/"
            f"company/{code}.png?random={n}' height='40px' width='40px'  /><br/>\t\t</a>"
            f" <div><a href='user.do?uid={uid}'>{code}</a></div>"
            for n, (code, (uid, name)) in enumerate(shown)
        )
        body = json.dumps({"content": content}, ensure_ascii=False).encode()
        headers = {"Content-Type": "json/javascript;charset=UTF-8"}
        return web.Response(body=body, headers=headers)

    async def _company_page(self, request: web.Request) -> web.Response:
        code = request.query.get("stockcode", "")
        if code not in self.companies:
            raise web.HTTPNotFound
        uid, name = self.companies[code]
        return self._html(
            f"<!doctype html><html><head><title>{name}({code}) - 上证e互动</title></head><body>"
            f'<script>var url = "ajax/userfeeds.do?typeCode=company&type=11&pageSize=10&uid={uid}'
            f'&page=1";</script></body></html>'
        )

    async def _market(self, request: web.Request) -> web.Response:
        wanted = await self._wanted(request)
        if "lastid" not in wanted:
            return web.Response(status=500, text="<html><body>HTTP Status 500</body></html>")
        posts = [p for p in self.posts.values() if not p.posting]
        posts = [p for p in posts if p.answer] if wanted.get("type") == "11" else posts
        return self._list(posts, wanted, "此时没有更多内容")

    async def _company(self, request: web.Request) -> web.Response:
        wanted = await self._wanted(request)
        uids = {code: uid for code, (uid, _) in self.companies.items()}
        what = wanted.get("type")
        posts = [
            p
            for p in self.posts.values()
            if (uids[p.code] == wanted.get("uid") or p.id in self.foreign_rows)
            and p.posting == (what == "30")
            and (what != "11" or p.answer)
        ]
        return self._list(posts, wanted, "此时没有更多内容" if posts else "暂无回复")

    async def _wanted(self, request: web.Request) -> dict[str, str]:
        if request.method == "GET" and not self.get_works:
            raise web.HTTPMethodNotAllowed("GET", ["POST"])
        return {k: str(v) for k, v in (*request.query.items(), *(await request.post()).items())}

    def _list(self, posts: Sequence[Post], wanted: dict[str, str], mark: str) -> web.Response:
        if self.empty_body:
            return self._html("")
        size, number = int(wanted.get("pageSize", "10")), int(wanted.get("page", "1"))
        newest_first = sorted(posts, key=lambda p: (p.updated_at, p.id), reverse=True)
        shown = newest_first[(number - 1) * size : number * size]
        draw = self._posting if wanted.get("type") == "30" else self._question
        return self._html("".join(map(draw, shown)) or END.format(mark))

    async def _page_for_people(self, request: web.Request) -> web.Response:
        post = self.posts.get(request.query.get("weiboId", ""))
        if post is None:
            raise web.HTTPNotFound
        return self._html(f"<!doctype html><h1>{post.text}</h1><p>{post.answer or ''}</p>")

    def _question(self, p: Post) -> str:
        uid, name = self.companies[p.code]
        extra = "m_qa_detail" if p.answer else ""
        shown = (
            f'<div class="m_feed_item{"" if p.answer else " m_question"}" id="item-{p.id}">\n'
            f' <div class="m_feed_line"></div>\n <div class="m_feed_detail {extra}">\n'
            '  <div class="m_feed_face"><a rel="face" uid="900002" href="user.do?uid=900002">'
            '<img src="face.png"></a><p>guest_reader</p></div>\n'
            '  <div class="m_feed_cnt "><div class="m_feed_info"></div>\n'
            f'   <div class="m_feed_txt" id="m_feed_txt-{p.id}"><a href=\'user.do?uid={uid}\' >'
            f":{name}({p.code})</a>{html.escape(p.text)}</div>\n"
            f'   <div class="m_feed_func">{self._from(p.at, "Android")}</div>\n  </div>\n </div>\n'
        )
        if p.answer and p.answered_at:
            shown += (
                ' <div class="m_feed_detail m_qa">\n'
                '  <div class="a_tit"><em class="S_line1_c">◆</em><em>◆</em></div>\n'
                f'  <div class="m_feed_face"><a class="ansface" rel="tag" uid="{uid}" '
                f'href="user.do?uid={uid}" title="{name}"><img src="co.png"></a><p>{name}</p></div>'
                f'\n  <div class="m_feed_cnt"><div class="m_feed_txt" id="m_feed_txt-{p.id}">'
                f'{p.answer}</div></div>\n  <div class="m_feed_func top10"><div '
                f'class="m_feed_handle"><a href="javascript:love({p.id});"><em></em></a> | '
                f'<a href="javascript:;">收藏</a></div>{self._from(p.answered_at, "网站")}</div>\n'
                " </div>\n"
            )
        return shown + "</div>\n"

    def _posting(self, p: Post) -> str:
        link = f" <a href='{p.document}' target=\"_blank\">附件</a>" if p.document else ""
        return (
            f'<div class="m_feed_item" id="item-{p.id}">\n <div class="m_feed_detail">\n'
            f'  <div class="m_feed_cnt"><div class="m_feed_txt" id="m_feed_txt-{p.id}">'
            f'{html.escape(p.text)}{link}</div>\n  <div class="m_feed_func">'
            f"{self._from(p.at, '网站')}</div></div>\n </div>\n</div>\n"
        )

    def _from(self, at: datetime, device: str) -> str:
        return (
            f'<div class="m_feed_from"><span>{self.time(at)}</span><em>来自</em>'
            f'<a href="javascript:;">{device}</a></div>'
        )

    def time(self, at: datetime) -> str:
        """`at` as the platform would write it now."""
        now, local = self.now().astimezone(CHINA), at.astimezone(CHINA)
        age = now - local
        if age < timedelta(minutes=1):
            return "刚刚"
        if age < timedelta(hours=1):
            return f"{int(age.total_seconds() // 60)}分钟前"
        if self.coarse and age < timedelta(days=1):
            return f"{int(age.total_seconds() // 3600)}小时前"
        if self.coarse and age < timedelta(days=28):
            return f"{age.days}天前" if age.days < 7 else f"{age.days // 7}周前"
        if local.date() == now.date():
            return f"今天 {local:%H:%M}"
        if local.date() == now.date() - timedelta(days=1):
            return f"昨天 {local:%H:%M}"
        if age < timedelta(days=5):
            return f"{local:%m-%d %H:%M}"
        return f"{local:%Y年%m月%d日 %H:%M}"

    def _html(self, body: str) -> web.Response:
        headers = {"Date": format_datetime(self.now(), usegmt=True)}
        return web.Response(text=body, content_type="text/html", headers=headers)
