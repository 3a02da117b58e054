"""What is asked again where a redirect leads: method, form and headers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp import web

from monitor.fetch import Fetcher
from monitor.model import Request

Asked = tuple[str, str, str]
"""Method, body, and the type it says it has."""


async def asked_at_end(fetcher: Fetcher, request: Request, status: int, target: str) -> Asked:
    """What arrives at /end/ when /start/ answers with `status` and `Location: target`."""
    arrived: list[Asked] = []

    async def start(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=status, headers={"Location": target})

    async def end(request: web.Request) -> web.Response:
        body = await request.text()
        arrived.append((request.method, body, request.headers.get("Content-Type", "")))
        assert request.headers["Host"] == f"127.0.0.1:{port}"
        assert "Cookie" not in request.headers
        return web.Response(text="there")

    app = web.Application()
    app.router.add_route("*", "/start/", start)
    app.router.add_route("*", "/end/", end)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        url = f"http://127.0.0.1:{port}/start/"
        page = await fetcher.get(replace(request, url=url, headers={"Cookie": "a=b"}))
    finally:
        await runner.cleanup()
    assert (page.body, page.url) == (b"there", url.replace("start", "end"))
    [one] = arrived
    return one


FORM = Request("", method="POST", form={"code": "600366"})


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_a_form_is_not_sent_on(fetcher: Fetcher, status: int) -> None:
    assert await asked_at_end(fetcher, FORM, status, "/end/") == ("GET", "", "")


@pytest.mark.parametrize("status", [307, 308])
async def test_a_form_is_sent_on_where_the_site_says_so(fetcher: Fetcher, status: int) -> None:
    asked = await asked_at_end(fetcher, FORM, status, "../end/")
    assert asked == ("POST", "code=600366", "application/x-www-form-urlencoded")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_page_that_moved_is_asked_for_as_before(fetcher: Fetcher, status: int) -> None:
    method, body, _ = await asked_at_end(fetcher, Request(""), status, "/end/")
    assert (method, body) == ("GET", "")
