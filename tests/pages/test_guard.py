"""Who may ask: host names, methods, the token by header, password and login form."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import httpx
import pytest

from monitor.config import Web
from monitor.errors import ConfigError
from monitor.pages.server import bind
from tests.pages.newsroom import asking, config, fill

ROOT = Path(__file__).parents[2]
TOKEN = "correct horse battery staple"
HTML = {"Accept": "text/html"}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    fill(tmp_path / "m.db")
    return tmp_path / "m.db"


async def status(pages: httpx.AsyncClient, path: str = "/", **headers: str) -> int:
    return (await pages.get(path, headers=headers)).status_code


async def test_a_foreign_host_name_is_turned_away(store: Path) -> None:
    async with asking(
        store, hosts=["monitor.internal"], url="https://news.firm.example/x"
    ) as pages:
        for good in ("127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080", "10.0.0.7",
                     "monitor.internal:80", "news.firm.example"):  # fmt: skip
            assert await status(pages, host=good) == 200, good
        for bad in ("evil.example", "127.0.0.1.evil.example", "", "localhost.evil", "[evil]"):
            assert await status(pages, host=bad) == 421, bad


async def test_only_reading(store: Path) -> None:
    async with asking(store) as pages:
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            answer = await pages.request(method, "/")
            assert answer.status_code == 405, method
            assert answer.headers["allow"] == "GET, HEAD"
        assert (await pages.post("/login")).status_code == 405  # there is no token to log in with


async def test_without_the_token_nothing_is_shown(store: Path) -> None:
    async with asking(store, listen="0.0.0.0:8080", token=TOKEN) as pages:
        for path in ("/", "/index.json", "/events.atom", "/stream", "/metrics", "/deliveries"):
            answer = await pages.get(path, headers={"Accept": "*/*"})
            assert answer.status_code == 401, path
            assert "JL MAG" not in answer.text
        assert await status(pages, "/healthz") == 200
        assert await status(pages, "/static/monitor.css") == 200


async def test_the_token_opens_by_header_and_password(store: Path) -> None:
    async with asking(store, token=TOKEN) as pages:
        assert await status(pages, authorization=f"Bearer {TOKEN}") == 200
        for wrong in (
            f"Bearer {TOKEN}x",
            "Bearer ",
            "Bearer",
            f"Basic {TOKEN}",
            "Basic !!!",
            TOKEN,
        ):
            assert await status(pages, authorization=wrong) == 401, wrong
        answer = await pages.get("/events.atom", auth=("reader", TOKEN))
        assert answer.status_code == 200
        assert (await pages.get("/events.atom", auth=("reader", "no"))).status_code == 401


async def test_the_login_form_leads_back_and_sets_a_strict_cookie(store: Path) -> None:
    async with asking(store, token=TOKEN, url="https://news.firm.example") as pages:
        turned = await pages.get("/?q=许可&status=granted", headers=HTML)
        assert turned.status_code == 303
        form = await pages.get(turned.headers["location"])
        assert form.status_code == 200
        wrong = await pages.post("/login", data={"token": "nope", "next": "/unsure"})
        assert wrong.status_code == 401
        assert "not the token" in wrong.text
        assert "set-cookie" not in wrong.headers
        right = await pages.post("/login", data={"token": TOKEN, "next": "/unsure"})
        assert (right.status_code, right.headers["location"]) == (303, "/unsure")
        cookie = right.headers["set-cookie"]
        for word in ("HttpOnly", "SameSite=strict", "Secure", "Path=/"):
            assert word in cookie
        assert TOKEN not in cookie
        value = cookie.partition(";")[0]
        assert await status(pages, "/unsure", cookie=value) == 200
        assert await status(pages, "/unsure", cookie=value[:-1] + "x") == 401


async def test_the_login_leads_nowhere_else(store: Path) -> None:
    async with asking(store, token=TOKEN) as pages:
        for evil in ("https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nX: y"):
            answer = await pages.post("/login", data={"token": TOKEN, "next": evil})
            assert answer.headers["location"] == "/", evil
        assert (await pages.post("/login", content=b"x" * 5000)).status_code == 400


async def test_a_link_in_a_mail_takes_one_step_more(store: Path) -> None:
    """A strict cookie is not sent with a click from elsewhere; it is with the next step."""
    async with asking(store, token=TOKEN) as pages:
        click = await pages.get("/unsure?a=b", headers=HTML | {"Sec-Fetch-Site": "cross-site"})
        assert click.headers["refresh"] == "0; url=/unsure?a=b"
        again = await pages.get("/unsure?a=b", headers=HTML | {"Sec-Fetch-Site": "same-origin"})
        assert again.headers["location"].startswith("/login?next=")


async def test_a_taken_port_is_told_by_the_name_of_its_key(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    web = Web(listen=f"127.0.0.1:{port}")
    with pytest.raises(ConfigError, match=rf"web\.listen: cannot listen on 127\.0\.0\.1:{port}"):
        bind(config(tmp_path / "m.db"), web)
    server.close()
    await server.wait_closed()
    with pytest.raises(ConfigError, match=r"web\.listen: cannot listen on 192\.0\.2\.1:80"):
        bind(config(tmp_path / "m.db"), Web(listen="192.0.2.1:80", token=TOKEN))


@pytest.mark.parametrize("listen", ["0.0.0.0:80", "[::]:80", "192.0.2.1:80", "monitor.firm:80"])
def test_an_address_others_can_reach_needs_a_token(listen: str) -> None:
    with pytest.raises(ValueError, match="token is missing"):
        Web(listen=listen)
    assert not Web(listen=listen, token=TOKEN).local
    assert TOKEN not in repr(Web(listen=listen, token=TOKEN))


@pytest.mark.parametrize("listen", ["127.0.0.1:80", "127.9.9.9:80", "[::1]:80", "localhost:80"])
def test_loopback_needs_none(listen: str) -> None:
    assert Web(listen=listen).local


async def test_run_says_which_key_to_change_when_the_port_is_taken(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    (tmp_path / "feeds.yaml").write_text(
        f'database: {tmp_path}/m.db\nsources: []\nweb:\n  listen: "127.0.0.1:{port}"\n', "utf-8"
    )
    done = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "run", "--config", str(tmp_path / "feeds.yaml"),
        stderr=asyncio.subprocess.PIPE, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    _, told = await asyncio.wait_for(done.communicate(), 60)
    server.close()
    await server.wait_closed()
    assert done.returncode == 2, told
    assert f":4: web.listen: cannot listen on 127.0.0.1:{port}: address already in use" in (
        told.decode()
    )
