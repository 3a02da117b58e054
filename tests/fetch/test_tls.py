"""Certificates nobody vouches for: refused with the remedy, read where the entry says so."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from click.testing import CliRunner

from monitor.adapters import ADAPTERS
from monitor.adapters.listing import Options
from monitor.commands import cli
from monitor.config import Source
from monitor.errors import TlsError
from monitor.fetch import Fetcher, host_of
from monitor.model import Checkpoint, Request
from monitor.poll import Harvest, collect
from monitor.service.lines import warn_of_liberties
from tests.commands.test_poll import FULL, TEASER
from tests.fetch.servers import Names, self_signed
from tests.fulltext.site import ArticleSite, page

OWN, OTHER = "own.example", "other.example"


@pytest_asyncio.fixture
async def site() -> AsyncIterator[ArticleSite]:
    """A site whose certificate is its own work, known by every name there is."""
    site = ArticleSite()
    site.tls = self_signed()
    async with site:
        yield site


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(
        user_agent="t", allow_private_addresses=True, resolver=Names("127.0.0.1"), host_gap_s=0
    ) as fetcher:
        yield fetcher


def at(site: ArticleSite, path: str, host: str = OWN) -> str:
    return f"https://{host}:{site.url.rpartition(':')[2]}{path}"


async def visit(fetcher: Fetcher, url: str, *, verify_tls: bool, adapter: str = "feed") -> Harvest:
    source = Source(id="s", adapter=adapter, url=url, verify_tls=verify_tls)
    if adapter != "feed":
        source = source.model_copy(update={"options": Options()})
    return await collect(source, ADAPTERS[adapter](source, []), fetcher, Checkpoint("s"))


async def test_a_bad_certificate_is_a_source_error_that_names_the_remedy(
    site: ArticleSite, fetcher: Fetcher
) -> None:
    site.feed("/feed/").publish("One", "Text")
    harvest = await visit(fetcher, at(site, "/feed/"), verify_tls=True)
    assert isinstance(harvest.failure, TlsError)
    assert harvest.failure.reason == "transport"
    assert str(harvest.failure) == (
        "certificate not accepted: self-signed certificate"
        " (to read it unchecked: `verify_tls: false` on the source)"
    )
    assert site.requests == []


async def test_the_entry_may_say_that_it_is_read_all_the_same(
    site: ArticleSite, fetcher: Fetcher
) -> None:
    site.feed("/feed/").publish("One", "Text")
    harvest = await visit(fetcher, at(site, "/feed/"), verify_tls=False)
    assert harvest.failure is None
    assert [item.title for item in harvest.items.values()] == ["One"]
    # The liberty is that source's alone, whatever connections are open by now.
    assert (await visit(fetcher, at(site, "/feed/"), verify_tls=True)).failure is not None
    assert len(site.requests) == 1


async def test_another_host_is_checked_also_behind_a_redirect(
    site: ArticleSite, fetcher: Fetcher
) -> None:
    site.feed("/feed/").publish("One", "Text")
    site.feed("/here", redirect_to="/feed/")
    site.feed("/away", redirect_to=at(site, "/feed/", OTHER))
    assert (await visit(fetcher, at(site, "/here"), verify_tls=False)).failure is None
    failure = (await visit(fetcher, at(site, "/away"), verify_tls=False)).failure
    assert "certificate not accepted" in str(failure)
    assert f"`verify_tls: false` is for {OWN} alone" in str(failure)


async def test_robots_txt_is_read_like_the_pages_it_is_for(
    site: ArticleSite, fetcher: Fetcher
) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /closed", content_type="text/plain")
    site.put("/list", "<ul><li><a href='/1'>One</a></li></ul>")
    site.put("/closed", "<ul><li><a href='/1'>One</a></li></ul>")
    harvest = await visit(fetcher, at(site, "/list"), verify_tls=False, adapter="listing")
    assert (harvest.failure, len(harvest.items)) == (None, 1)
    closed = await visit(fetcher, at(site, "/closed"), verify_tls=False, adapter="listing")
    assert "robots.txt asks programs not to read it" in str(closed.failure)
    # What came over an unchecked connection says nothing to a source that wants it checked.
    checked = await visit(fetcher, at(site, "/list"), verify_tls=True, adapter="listing")
    assert "robots.txt: certificate not accepted" in str(checked.failure)
    assert "`verify_tls: false`" in str(checked.failure)
    assert site.asked("/robots.txt") == 1


async def test_old_and_weak_encryption_is_taken_too(site: ArticleSite, fetcher: Fetcher) -> None:
    assert site.tls is not None
    site.tls.set_ciphers("ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")  # SHA-1: refused by default
    site.tls.maximum_version = ssl.TLSVersion.TLSv1_2
    site.feed("/feed/").publish("One", "Text")
    error = (await visit(fetcher, at(site, "/feed/"), verify_tls=True)).failure
    assert str(error).startswith("connection reset in the TLS handshake (to read it unchecked")
    assert (await visit(fetcher, at(site, "/feed/"), verify_tls=False)).failure is None


async def test_plain_text_where_tls_is_due_has_no_such_remedy(fetcher: Fetcher) -> None:
    async with ArticleSite() as plain:
        harvest = await visit(fetcher, at(plain, "/feed/"), verify_tls=True)
    assert "no secure connection" in str(harvest.failure)
    assert "verify_tls" not in str(harvest.failure)


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://OWN.example:8443/x", "own.example"), ("http://[::1]/", "::1"), ("http://[::", "")],
)
def test_the_host_of_an_address(url: str, host: str) -> None:
    assert host_of(url) == host


async def test_unchecked_is_only_what_was_named(site: ArticleSite, fetcher: Fetcher) -> None:
    site.put("/1", "a page")
    request = Request(at(site, "/1"))
    assert (await fetcher.get(request, unchecked=[OWN])).body == b"a page"
    for hosts in ([], [OTHER], ["example"]):
        with pytest.raises(TlsError):
            await fetcher.get(request, unchecked=hosts)


# --- seen by the operator -------------------------------------------------------------------------

CONFIG = """
database: own.db
fetch: {{allow_private_addresses: true}}
watchlist:
  - {{id: sample, names: {{en: [Sample Magnetics]}}, tickers: [399001.SZ]}}
sources:
  - {{id: paper, adapter: feed, url: "{url}", verify_tls: false}}
"""


async def test_articles_of_its_host_are_read_those_of_others_are_not(
    site: ArticleSite, tmp_path: Path
) -> None:
    feed = site.feed("/feed/", full_text=False)
    other = f"https://localhost:{site.url.rpartition(':')[2]}"
    titles = ["Sample Magnetics shares rise on export licence news", "Sample Magnetics, elsewhere"]
    for title, root in zip(titles, (site.url, other), strict=True):
        feed.publish(title, TEASER, summary=TEASER, link=f"{root}/article")
    site.put("/article", page(*FULL, title=titles[0]))
    file = tmp_path / "feeds.yaml"
    file.write_text(CONFIG.format(url=site.url + "/feed/"), encoding="utf-8")
    words = ["poll", "paper", "--dry-run", "-v", "--config", str(file)]
    said = (await asyncio.to_thread(CliRunner().invoke, cli, words)).output
    assert "certificate unchecked" in said
    assert "read in full: 1 · 1x full text not read: robots.txt: certificate not accepted" in said
    assert site.asked("/article") == 1


def test_check_and_status_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    Path("feeds.yaml").write_text(CONFIG.format(url="https://127.0.0.1:9/"), encoding="utf-8")
    said = CliRunner().invoke(cli, ["check"]).output
    assert "source paper: certificate unchecked" in said
    CliRunner().invoke(cli, ["poll"])
    told = CliRunner().invoke(cli, ["status"]).output
    assert "connection refused · certificate unchecked" in told


def test_each_start_names_the_source(caplog: pytest.LogCaptureFixture) -> None:
    from monitor.config import Config

    off = Source(id="off", adapter="feed", verify_tls=False, enabled=False)
    strict = Source(id="strict", adapter="feed")
    lax = Source(id="lax", adapter="feed", verify_tls=False)
    warn_of_liberties(Config(sources=[off, strict, lax]))
    lines = [(r.levelname, r.message, r.__dict__["fields"]["source"]) for r in caplog.records]
    assert lines == [("WARNING", "certificate unchecked", "lax")]
