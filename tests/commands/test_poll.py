"""`monitor poll ID --dry-run`: what a source yields now, without storing anything."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.commands import cli
from tests.fulltext.site import ArticleSite, page

TEASER = "Shares of Sample Magnetics rose after the maker told investors about exports…"
FULL = (
    "Shares of Sample Magnetics rose on Monday after the maker told investors about exports.",
    "Sample Magnetics said it has obtained an export licence for magnets bound for Japan.",
    "Orders rose by half in the second quarter, the firm added, and it expects to hire people.",
)
CONFIG = """
database: own.db
fetch: {{allow_private_addresses: true}}
watchlist:
  - {{id: sample, names: {{en: [Sample Magnetics]}}, tickers: [399001.SZ]}}
sources:
  - {{id: paper, adapter: feed, url: "{url}", every: 5m}}
"""


async def tried(site: ArticleSite, folder: Path, *words: str) -> tuple[int, str]:
    """Exit code and words of a dry run."""
    file = folder / "feeds.yaml"
    file.write_text(CONFIG.format(url=site.feed("/feed/").url), encoding="utf-8")
    words = ("poll", "paper", "--dry-run", *words, "--config", str(file))
    result = await asyncio.to_thread(CliRunner().invoke, cli, words)
    return result.exit_code, result.output


def published(site: ArticleSite) -> None:
    feed = site.feed("/feed/", full_text=False, ttl_min=60)
    now = datetime.now(UTC)
    for n, (title, text) in enumerate(
        [
            ("Sample Magnetics shares rise on export licence news", TEASER),
            ("Sample Magnetics gets export licence, hidden page", TEASER),
            ("Copper is steady", "Prices hardly moved."),
        ]
    ):
        at = now - timedelta(minutes=n)
        feed.publish(title, text, summary=text, at=at, link=f"{site.url}/{n}")
    site.put("/0", page(*FULL, title="Sample Magnetics shares rise on export licence news"))
    site.put("/1", "gone", status=404)


@pytest.mark.parametrize("verbose", [True, False])
async def test_it_shows_full_texts_fields_and_verdicts(tmp_path: Path, verbose: bool) -> None:
    async with ArticleSite() as site:
        published(site)
        code, said = await tried(site, tmp_path, *(["-v"] if verbose else []))
        assert site.asked("/2") == 0
    assert code == 0, said
    lines = said.splitlines()
    assert "3 items · time 3/3 · text 3/3 · link 3/3 · issuer 0/3" in lines[0]
    assert "its ttl asks for 60 min between visits, `every: 5m` wins" in said
    assert "cut and promising: 2, read in full: 1 · 1x full text not read: answered 404" in said
    assert "read in full: " in said
    assert "Sample Magnetics · JP" in said
    assert "→ new" in said
    assert FULL[1][:40] in said
    assert ("Copper is steady" in said) is verbose
    assert ("    Prices hardly moved." in lines) is verbose
    assert (f"    {site.url}/2" in lines) is verbose
    assert not (tmp_path / "own.db").exists()


async def test_a_source_that_fails_says_so(tmp_path: Path) -> None:
    async with ArticleSite() as site:
        site.feed("/feed/").fail(status=500)
        code, said = await tried(site, tmp_path)
    assert code == 1
    assert "paper  failed: answered 500" in said
