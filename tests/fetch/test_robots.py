"""robots.txt: read once, followed for pages, and never the end of us."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web

from monitor.errors import FetchError, RobotsError
from monitor.fetch import Fetcher
from monitor.fetch.robots import MAX_BYTES, product_token
from monitor.model import Request
from monitor.standins import Standin
from tests.fetch.servers import Names


class Site(Standin):
    """Pages at every address, and a robots.txt that says `rules`."""

    def __init__(self) -> None:
        super().__init__()
        self.rules: str | bytes | None = None
        self.robots_status = 200
        self.robots_delay_s = 0.0
        self.asked_at: list[float] = []

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/robots.txt", self._robots)
        app.router.add_get("/away", self._away)
        app.router.add_get("/{path:.*}", self._page)

    async def _robots(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.robots_delay_s)
        if self.rules is None:
            raise web.HTTPNotFound
        body = self.rules.encode() if isinstance(self.rules, str) else self.rules
        headers = {"Retry-After": "1800"} if self.robots_status == 503 else {}
        return web.Response(body=body, status=self.robots_status, headers=headers)

    async def _away(self, request: web.Request) -> web.Response:
        raise web.HTTPFound("/private/page")

    async def _page(self, request: web.Request) -> web.Response:
        self.asked_at.append(time.monotonic())
        return web.Response(text="a page")

    def asked(self, path: str = "/robots.txt") -> int:
        return sum(seen.path == path for seen in self.requests)


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        yield site


def page(site: Site, path: str = "/news/1") -> Request:
    return Request(site.url + path, robots=True)


async def refused(fetcher: Fetcher, request: Request) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await fetcher.get(request)
    return caught.value


async def test_what_it_forbids_is_not_asked_for(fetcher: Fetcher, site: Site) -> None:
    site.rules = "User-agent: *\nDisallow: /private/\nAllow: /private/open\n"
    assert (await fetcher.get(page(site))).body == b"a page"
    assert (await fetcher.get(page(site, "/private/open?x=1"))).status == 200
    error = await refused(fetcher, page(site, "/private/page"))
    assert isinstance(error, RobotsError)
    assert str(error) == "robots.txt asks programs not to read it"
    assert error.reason == "auth"
    assert site.asked("/private/page") == 0
    assert site.asked() == 1, "it is read once a day"


async def test_every_hop_is_looked_up(fetcher: Fetcher, site: Site) -> None:
    site.rules = "User-agent: *\nDisallow: /private/\n"
    assert isinstance(await refused(fetcher, page(site, "/away")), RobotsError)
    assert site.asked("/private/page") == 0


async def test_only_pages_are_bound_by_it(fetcher: Fetcher, site: Site) -> None:
    site.rules = "User-agent: *\nDisallow: /\n"
    assert (await fetcher.get(Request(site.url + "/feed.xml"))).status == 200
    assert site.asked() == 0


@pytest.mark.parametrize(
    ("rules", "may"),
    [
        ("User-agent: test-agent\nDisallow: /\n\nUser-agent: *\nDisallow:\n", False),
        ("User-agent: TEST-AGENT/2.0\nDisallow: /news\n", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: test-agent\nDisallow: /other\n", True),
        ("User-agent: test\nDisallow: /\n", True),
        ("User-agent: other\nUser-agent: another\nDisallow: /\n", True),
        ("User-agent: other\nUser-agent: test-agent\nDisallow: /\n", False),
        ("\ufeffUser-agent: *\r\nDisallow: /news\r\n", False),
        ("User-agent: *\nDisallow: /*1$\n", False),
        ("<html><head><title>We moved</title></head><body>hello</body></html>", True),
        ("", True),
    ],
)
async def test_the_rules_for_us_count(fetcher: Fetcher, site: Site, rules: str, may: bool) -> None:
    site.rules = rules
    if may:
        assert (await fetcher.get(page(site))).status == 200
    else:
        assert isinstance(await refused(fetcher, page(site)), RobotsError)


async def test_a_source_s_own_user_agent_changes_nothing(fetcher: Fetcher, site: Site) -> None:
    site.rules = "User-agent: test-agent\nDisallow: /\n"
    with pytest.raises(RobotsError):
        await fetcher.get(page(site), user_agent="Mozilla/5.0 (X11)")


@pytest.mark.parametrize("status", [404, 403, 410, 412])
async def test_without_a_file_all_is_allowed(fetcher: Fetcher, site: Site, status: int) -> None:
    site.rules, site.robots_status = "User-agent: *\nDisallow: /\n", status
    for _ in range(2):
        assert (await fetcher.get(page(site))).status == 200
    assert site.asked() == 1


async def test_a_server_that_fails_allows_nothing_for_a_while(fetcher: Fetcher, site: Site) -> None:
    site.rules, site.robots_status = "", 503
    error = await refused(fetcher, page(site))
    assert not isinstance(error, RobotsError)
    assert str(error) == "robots.txt: answered 503 (unavailable)"
    assert (error.reason, error.status, error.retry_after_s) == ("server", 503, 1800.0)
    site.robots_status = 200
    await refused(fetcher, page(site))
    assert site.asked() == 1
    assert site.asked("/news/1") == 0


async def test_a_host_that_does_not_answer_is_asked_again_at_once(
    fetcher: Fetcher, site: Site
) -> None:
    request = page(site)
    await site.__aexit__(None, None, None)
    error = await refused(fetcher, request)
    assert str(error) == "robots.txt: connection refused"
    assert error.reason == "transport"


async def test_many_pages_at_once_ask_once(fetcher: Fetcher, site: Site) -> None:
    site.rules, site.robots_delay_s = "User-agent: *\nDisallow: /private/\n", 0.05
    await asyncio.gather(*(fetcher.get(page(site, f"/news/{n}")) for n in range(8)))
    assert site.asked() == 1


async def test_who_gives_up_waiting_leaves_the_answer_to_others(
    fetcher: Fetcher, site: Site
) -> None:
    site.rules, site.robots_delay_s = "User-agent: *\nDisallow:\n", 0.2
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await fetcher.get(page(site))
    assert (await fetcher.get(page(site))).status == 200
    assert site.asked() == 1


async def test_a_crawl_delay_is_the_least_pause(site: Site) -> None:
    site.rules = "User-agent: *\nCrawl-delay: 0.3\n"
    async with Fetcher(
        user_agent="x",
        allow_private_addresses=True,
        host_gap_s=0.01,
        resolver=Names("127.0.0.1"),
    ) as fetcher:
        url = site.url.replace("127.0.0.1", "paper.example")
        for n in range(3):
            await fetcher.get(Request(f"{url}/{n}", robots=True))
    one, two, three = site.asked_at
    assert two - one > 0.25
    assert three - two > 0.25


@pytest.mark.parametrize(
    "wish", ["nan", "-5", "inf", "1e400", "soon", "9" * 400, "", "\x00", "10 10"]
)
async def test_an_odd_crawl_delay_is_no_trap(fetcher: Fetcher, site: Site, wish: str) -> None:
    site.rules = f"User-agent: *\nCrawl-delay: {wish}\n"
    assert (await fetcher.get(page(site))).status == 200


def hostile() -> dict[str, bytes]:
    names = b"".join(b"User-agent: a%d\n" % n for n in range(15_000))
    return {
        "many names, many rules": names * 2 + b"Disallow: /x\n" * 15_000,
        "stars": b"User-agent: *\nDisallow: /" + b"*a" * 200_000,
        "one long line": b"User-agent: *\nDisallow: /" + b"a" * 5_000_000,
        "zeros": bytes(1_000_000),
        "letters of no charset": b"User-agent: *\nDisallow: /\xff\xfe\xd8\n",
        "colons": b":" * 400_000,
    }


@pytest.mark.parametrize("what", hostile())
async def test_a_hostile_file_costs_little(fetcher: Fetcher, site: Site, what: str) -> None:
    site.rules = hostile()[what]
    began = time.monotonic()
    assert (await fetcher.get(page(site))).status == 200
    assert time.monotonic() - began < 5


async def test_what_is_beyond_the_cap_is_not_read(fetcher: Fetcher, site: Site) -> None:
    rules = "User-agent: *\nDisallow: /private/\n"
    site.rules = rules + "# " + "x" * MAX_BYTES + "\nDisallow: /news\n"
    assert (await fetcher.get(page(site))).status == 200
    assert isinstance(await refused(fetcher, page(site, "/private/")), RobotsError)


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [
        ("license-monitor (+https://example.org)", "license-monitor"),
        ("Acme-Desk/2.1 (+x)", "acme-desk"),
        ("(nobody)", "license-monitor"),
    ],
)
def test_our_name_is_the_first_word(user_agent: str, token: str) -> None:
    assert product_token(user_agent) == token
