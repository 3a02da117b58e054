"""What holds for every page: it answers, has a JSON twin, takes nothing from elsewhere."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from monitor.pages import ENDPOINTS, ROUTES
from monitor.pages.page import Page
from monitor.stores import open_store
from tests.pages.newsroom import asking, fill, fill_hostile

EXAMPLES = {
    "/events/{id}": "/events/7f3a9c12ab34",
    "/issuers/{ticker}": "/issuers/300748.SZ",
    "/sources/{id}": "/sources/szse-irm",
    "/digests/{day}": "/digests/2026-03-02",
    "/digests/{day}/mail": "/digests/2026-03-02/mail",
    "/static/{name}": "/static/monitor.css",
}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
VOID |= {"path", "rect", "line", "circle", "use"}
ALLOWED_SCRIPT = re.compile(r'<script src="/static/monitor\.js\?v=[0-9a-f]{12}" defer></script>')
PAGES = [pytest.param(page, id=page.path) for page in ROUTES]


def address(path: str) -> str:
    path = EXAMPLES.get(path, path)
    assert "{" not in path, f"give an example for {path}"
    return path


def twin(path: str) -> str:
    return "/index.json" if path == "/" else f"{path}.json"


class Nesting(HTMLParser):
    """Every element that opens closes, in order; collects ids and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(html: str) -> Nesting:
    nesting = Nesting()
    nesting.feed(html)
    nesting.close()
    assert not nesting.wrong, nesting.wrong[:3]
    assert not nesting.open, nesting.open
    assert len(nesting.ids) == len(set(nesting.ids))
    return nesting


def harmless(html: str) -> None:
    """No script, style, frame or picture but our own; no direction or control character."""
    seen = parsed(html)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", html)
    assert "<script" not in ALLOWED_SCRIPT.sub("", html)
    for tag, name, value in seen.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name != "style", tag
        if name in ("src", "srcset", "action") or (tag == "link" and name == "href"):
            assert value.startswith("/"), (tag, name, value)
            assert not value.startswith("//")
        if name == "href":
            assert value.startswith(("/", "#", "http://", "https://")), value
            assert not value.startswith("//")


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_answers_with_headers_and_its_twin(page: Page, tmp_path: Path) -> None:
    fill(tmp_path / "m.db")
    async with asking(tmp_path / "m.db") as pages:
        path = address(page.path)
        answer = await pages.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 200, answer.text[-300:]
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers
        harmless(answer.text)
        assert "<h1" in answer.text
        assert str(tmp_path) not in answer.text

        found = (await pages.get(twin(path))).json()
        asked = await pages.get(path, headers={"Accept": "application/json"})
        assert asked.headers["content-type"] == "application/json; charset=utf-8"
        assert asked.json() == found
        assert found["title"]
        assert not [name for name in found if name.startswith("_")]
        head = await pages.head(path)
        assert (head.status_code, head.text) == (200, "")


@pytest.mark.parametrize("page", PAGES)
async def test_an_empty_store_says_what_is_true(page: Page, tmp_path: Path) -> None:
    async with asking(tmp_path / "m.db") as pages:
        answer = await pages.get(address(page.path), headers={"Accept": "text/html"})
        wanted = 404 if page.path in ("/events/{id}", "/digests/{day}") else 200
        assert answer.status_code == wanted, answer.text[-300:]
        harmless(answer.text)
        if wanted == 404:
            assert "There is no" in answer.text


@pytest.mark.parametrize("page", PAGES)
async def test_hostile_texts_do_nothing(page: Page, tmp_path: Path) -> None:
    fill_hostile(tmp_path / "m.db")
    async with asking(tmp_path / "m.db") as pages:
        answer = await pages.get(address(page.path) + "?verdict=all&q=" * (page.path == "/"))
        assert answer.status_code == 200, answer.text[-300:]
        harmless(answer.text)
        assert len(answer.text) < 300_000
        twin_ = await pages.get(twin(address(page.path)))
        json.loads(twin_.text)
        assert len(twin_.text) < 300_000


async def test_evil_addresses_are_answered_in_our_words(tmp_path: Path) -> None:
    fill(tmp_path / "m.db")
    evil = (
        "/?q=%00", "/?q=" + "x" * 500, '/?q=")%20OR%201', "/?status=<script>", "/?before=x",
        "/?before=-1", "/?from=yesterday", "/?to=9999-12-31", "/?issuer=%27;drop%20table%20items",
        "/events/<script>alert(1)</script>", "/issuers/../../etc/passwd", "/digests/2026-99-99",
        "/static/../page.py", "/static/%2e%2e/page.py", "/unsure?before=%00%ff", "/items?q=*",
        "/deliveries?state=gone", "/nothing", "/events/7f3a9c12ab34/../..", "/%ff%fe",
        "/?verdict=" + "&verdict=".join("abcdefgh" * 10), "/digests/x/mail", "/sources/nobody",
    )  # fmt: skip
    async with asking(tmp_path / "m.db") as pages:
        for path in evil:
            answer = await pages.get(path, headers={"Accept": "text/html"})
            assert answer.status_code in (200, 301, 302, 307, 308, 400, 404), (path, answer.text)
            assert "Traceback" not in answer.text
            if answer.headers["content-type"].startswith("text/html") and answer.text:
                harmless(answer.text)
            told = await pages.get(path, headers={"Accept": "application/json"})
            if told.status_code in (400, 404):
                assert set(told.json()) == {"error", "status"}


async def test_a_broken_store_is_told_without_its_path(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    fill(path)
    async with asking(path) as pages:
        store = open_store(str(path))
        store._db.execute("DROP TABLE event_facts")  # type: ignore[attr-defined]
        store.close()
        answer = await pages.get("/")
        assert answer.status_code == 503
        assert "database does not answer" in answer.text
        assert str(tmp_path) not in answer.text
        assert "event_facts" not in answer.text


async def test_endpoints_answer(tmp_path: Path) -> None:
    fill(tmp_path / "m.db")
    async with asking(tmp_path / "m.db") as pages:
        for path in ENDPOINTS:
            if path == "/stream":
                continue  # it never ends: test_stream.py
            answer = await pages.get(address(path))
            assert answer.status_code == 200, path
            assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_mail_is_shown_in_a_frame_that_can_do_nothing(tmp_path: Path) -> None:
    fill_hostile(tmp_path / "m.db")
    async with asking(tmp_path / "m.db") as pages:
        page = await pages.get("/digests/2026-03-02")
        assert '<iframe class="mail" src="/digests/2026-03-02/mail?mailbox=a1b2c3" sandbox=' in (
            page.text
        )
        mail = await pages.get("/digests/2026-03-02/mail?mailbox=a1b2c3")
        policy = mail.headers["content-security-policy"]
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
        assert "sandbox" in policy
        assert "allow-scripts" not in policy
        assert mail.headers["x-frame-options"] == "SAMEORIGIN"
