"""Through a whole visit: real pages, real files, real rules, a real database."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from monitor.adapters import ADAPTERS
from monitor.config import Route, Source, builtin_issuers
from monitor.fetch import Fetcher
from monitor.fulltext import candidates, complete
from monitor.fulltext.complete import A_VISIT, TRIES, completed, is_cut, proves
from monitor.model import Delivery, Event, Item, Visit
from monitor.poll import poll
from monitor.render import alert
from monitor.route import Routing
from monitor.rules import Rules, load_rules
from monitor.stores import Keeper, Store, open_store
from tests.fulltext.papers import pdf
from tests.fulltext.site import ArticleSite, page

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
PROOF = "JL MAG (300748.SZ) said it has received an export license for magnets shipped to Japan"
TEASER = "Shares of JL MAG rose on Monday after the magnet maker told investors about exports…"
FULL = (
    "Shares of JL MAG rose on Monday after the magnet maker told investors about exports east.",
    f"{PROOF}, and that shipments to its customers there had resumed last week.",
    "Orders rose by half in the second quarter, the firm added, and it expects to hire people.",
)
TITLE = "JL MAG shares rise on export news"


@lru_cache
def rules() -> Rules:
    return load_rules(builtin_issuers())


class House:
    """A feed of summaries, a database, and one visit after the other."""

    def __init__(self, site: ArticleSite, keeper: Keeper, fetcher: Fetcher) -> None:
        self.site, self.keeper, self.fetcher = site, keeper, fetcher
        self.feed = site.feed("/feed/", full_text=False, validators=False)
        self.issuers = {issuer.id: issuer for issuer in builtin_issuers()}
        self.now = NOW
        self.woken = asyncio.Event()

    def publish(self, path: str = "/a", summary: str = TEASER, title: str = TITLE) -> None:
        self.feed.publish(
            title, summary, summary=summary, at=self.now - timedelta(minutes=5),
            link=self.site.url + path,
        )  # fmt: skip

    async def visit(self) -> Visit:
        self.now += timedelta(minutes=5)
        source = Source(id="ree", adapter="feed", url=self.feed.url, every_s=60)
        adapter = ADAPTERS["feed"](source, list(self.issuers.values()))
        return await poll(
            source, adapter, self.fetcher, rules(), Routing([Route(to=["desk"])]), self.keeper,
            self.now, rng=random.Random(1), wake=self.woken.set,
        )  # fmt: skip

    async def alerts(self) -> list[tuple[Event, str]]:
        """The alerts that are due, with their words."""
        due: list[Delivery] = await self.keeper(Store.claim, self.now, lease_s=1, limit=50)
        told = []
        for delivery in due:
            event = await self.keeper(Store.event, delivery.about)
            issuer = self.issuers[event.match.issuer_id or ""]
            message = alert(
                event, issuer, delivery_id=delivery.id, now=self.now, zone=ZoneInfo("Asia/Shanghai")
            )
            told.append((event, message.body))
        return told


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    keeper = await Keeper.open(partial(open_store, str(tmp_path / "monitor.db")))
    async with (
        ArticleSite() as site,
        Fetcher(user_agent="test", allow_private_addresses=True) as fetcher,
    ):
        yield House(site, keeper, fetcher)
    await keeper.close()


async def test_the_sentence_in_the_article_alerts_once_and_is_the_evidence(house: House) -> None:
    house.publish()
    house.site.put("/a", page(*FULL, title=TITLE))
    visit = await house.visit()
    [(event, body)] = await house.alerts()
    assert event.match.status == "granted"
    assert event.match.issuer_id == "jl-mag"
    assert event.match.quote in FULL[1]
    assert event.item.text[event.match.start :].startswith(event.match.quote)
    assert "read from a summary" not in body
    assert "not read" not in body
    assert visit.fresh == 1
    # The source still shows the summary: that is no edit, and no reason to fetch anything.
    house.publish("/b", "Nothing about our subject here.", title="Copper is steady")
    assert (await house.visit()).fresh == 1
    assert (await house.visit()).fresh == 0
    assert house.site.asked("/a") == 1
    assert house.site.asked("/b") == 0
    stored = await house.keeper(Store.item, event.item.id)
    assert stored is not None
    assert PROOF in stored.text
    assert stored.title == TITLE


async def test_an_edit_of_the_summary_is_still_an_edit(house: House) -> None:
    house.publish()
    house.site.put("/a", page(*FULL, title=TITLE))
    await house.visit()
    house.feed.items[0].summary = TEASER.replace("Monday", "Tuesday")
    assert (await house.visit()).fresh == 1
    assert house.site.asked("/a") == 2


TOLD = f"{PROOF} and, as it told investors on…"
"""Tells the fact, but breaks off in the very sentence."""


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"body": "gone", "status": 404}, "full text not read: answered 404 (not found)"),
        ({"body": page(TEASER)}, "full text not read: no article found on its page"),
        ({"body": b"x" * (6 * 2**20)}, "full text not read: body larger than 5 MB"),
        ({"body": "<div>" * 100_000}, "full text not read: no article found on its page"),
    ],
)
async def test_failure_lets_the_summary_alert_and_says_so(
    house: House, answer: dict[str, object], why: str
) -> None:
    house.publish(summary=TOLD)
    house.site.put("/a", **answer)  # type: ignore[arg-type]
    visit = await house.visit()
    [(event, body)] = await house.alerts()
    assert event.match.quote in TOLD
    assert why in body
    assert visit.ok
    assert why in visit.notes[0]
    assert (await house.visit()).fresh == 0
    assert house.site.asked("/a") == 1


async def test_a_passing_failure_alerts_at_once_and_is_tried_again(house: House) -> None:
    house.publish(summary=TOLD)
    house.site.put("/a", "busy", status=503)
    await house.visit()
    [(_, body)] = await house.alerts()
    assert "full text not read: answered 503" in body
    house.site.put("/a", page(*FULL, title=TITLE))
    assert (await house.visit()).deliveries == 0  # the same fact, now with its whole text
    assert house.site.asked("/a") == 2
    assert (await house.visit()).fresh == 0
    assert house.site.asked("/a") == 2


WHOLE = f"{PROOF}. More on what it said to…"


async def test_a_whole_sentence_does_not_wait_for_its_article(house: House) -> None:
    house.publish(summary=WHOLE)
    house.site.put("/a", page(*FULL, title=TITLE))
    let_go = house.site.hold("/a")
    visit = asyncio.create_task(house.visit())
    await asyncio.wait_for(house.woken.wait(), 5)
    [(event, body)] = await house.alerts()
    assert event.match.quote in WHOLE
    assert "read from a summary" in body
    assert not visit.done()
    let_go.set()
    assert (await visit).deliveries == 1
    stored = await house.keeper(Store.item, event.item.id)
    assert stored is not None
    assert FULL[2] in stored.text
    assert await house.alerts() == []  # the article tells nothing that the summary did not
    assert (await house.visit()).fresh == 0


async def test_what_the_article_adds_is_an_update(house: House) -> None:
    proof = "JL MAG (300748.SZ) said it has received an export license for magnets."
    house.publish(summary=f"{proof} More on what it said to…")
    house.site.put("/a", page(FULL[0], f"{PROOF}.", FULL[2], title=TITLE))
    assert (await house.visit()).deliveries == 2
    [(first, _), (second, body)] = await house.alerts()
    assert (first.verdict, second.verdict) == ("new", "update")
    assert second.id == first.id
    assert second.added == ("destination JP",)
    assert "Japan" in body


async def test_nothing_whole_waits_for_what_is_cut(house: House) -> None:
    house.publish("/a")
    house.site.put("/a", page(*FULL, title=TITLE))
    proof = "Ningbo Yunsheng (600366.SH) said it was granted an export license for magnets."
    house.publish("/b", proof, title="Yunsheng speaks to investors")
    house.site.put("/b", page(*FULL))
    let_go = house.site.hold("/b")
    visit = asyncio.create_task(house.visit())
    await asyncio.wait_for(house.woken.wait(), 5)
    [(event, _)] = await house.alerts()
    assert event.match.issuer_id == "ningbo-yunsheng"
    let_go.set()
    await visit
    [(event, _)] = await house.alerts()
    assert event.match.issuer_id == "jl-mag"


async def test_a_failed_article_says_nothing_twice(house: House) -> None:
    house.publish(summary=WHOLE)
    house.site.put("/a", "gone", status=404)
    assert (await house.visit()).events == 1
    assert (await house.visit()).fresh == 0
    assert house.site.asked("/a") == 1


async def test_a_visit_that_breaks_off_between_is_made_again(house: House) -> None:
    house.publish(summary=WHOLE)
    house.site.put("/a", page(*FULL, title=TITLE))
    house.site.hold("/a")
    visit = asyncio.create_task(house.visit())
    await asyncio.wait_for(house.woken.wait(), 5)
    visit.cancel()
    await asyncio.gather(visit, return_exceptions=True)
    assert len(await house.alerts()) == 1
    house.site.put("/a", page(*FULL, title=TITLE))
    again = await house.visit()
    assert (again.fresh, again.deliveries) == (1, 0)
    assert (await house.visit()).fresh == 0


@pytest.mark.parametrize(
    ("text", "proven"),
    [
        (f"{PROOF}.", True),
        (f"{PROOF}. Read more", True),
        (f"{PROOF}; shares rose [...]", False),
        (f"{PROOF}...", False),
        (f"{PROOF}…", False),
        (f"{PROOF}. [...]", True),
        (PROOF, False),
        (f"{PROOF} Inc. in talks", False),
        (f"{PROOF}\nMore of this below", True),
        ("金力永磁公告称，公司已获得对日本的出口许可证。更多内容", True),
        ("金力永磁公告称，公司已获得对日本的出口许可证，但", False),
        ("JL MAG (300748.SZ) said it expects an export license for magnets to Japan.", False),
        ("JL MAG (300748.SZ) said it has applied for an export license for Japan.", False),
    ],
)
def test_which_words_prove_enough(text: str, proven: bool) -> None:
    told = item(text=text)
    assert proves(told, rules()(told)) is proven


def test_a_headline_alone_waits_for_its_article() -> None:
    told = item(title=f"{PROOF}.", text="The magnet maker told investors on…")
    assert any(match.where == "title" for match in rules()(told).matches)
    assert not proves(told, rules()(told))


async def test_an_unsure_item_says_so_too(house: House) -> None:
    house.publish(summary="JL MAG talked about its export licenses for Japan at length, but…")
    house.site.put("/a", "gone", status=404)
    await house.visit()
    [(_, reading)] = await house.keeper(Store.unsure_since, NOW - timedelta(days=1))
    assert "full text not read: answered 404" in (reading.unsure_because or "")


async def test_nobody_is_asked_for_ever(house: House) -> None:
    house.feed.validators = True
    house.publish()
    house.site.put("/a", "busy", status=503)
    for _ in range(TRIES + 3):
        await house.visit()
    assert house.site.asked("/a") == TRIES
    assert (await house.visit()).unchanged


async def test_old_items_of_a_first_visit_are_left_alone(house: House) -> None:
    house.feed.publish(
        TITLE, TEASER, summary=TEASER, at=NOW - timedelta(days=9), link=house.site.url + "/a"
    )
    await house.visit()
    assert house.site.asked("/a") == 0


# --- without a visit ----------------------------------------------------------------------------


def item(n: int = 1, **changes: object) -> Item:
    made = Item(
        "s", str(n), f"http://127.0.0.1:9/{n}", TITLE, TEASER, NOW, NOW, kind="feed_summary"
    )
    return replace(made, **changes)  # type: ignore[arg-type]


async def test_a_slow_page_costs_its_deadline_and_no_more(house: House) -> None:
    url = house.site.put("/slow", page(*FULL), delay_s=30)
    quick = house.site.put("/quick", page(*FULL, title=TITLE))
    started = time.monotonic()
    wanted = [item(1, url=url), item(2, url=quick)]
    done = await complete(wanted, {}, house.fetcher, fetch_s=0.3)
    assert done.items[wanted[0].id].unread == "full text not read: timeout"
    assert PROOF in done.items[wanted[1].id].text
    assert done.again
    done = await complete(wanted[:1], {}, house.fetcher, fetch_s=20, all_s=0.3)
    assert done.items[wanted[0].id].unread == "full text not read: timeout"
    assert time.monotonic() - started < 5


async def test_more_than_a_visit_takes_wait_for_the_next(house: House) -> None:
    url = house.site.put("/a", page(*FULL, title=TITLE))
    wanted = [item(n, url=url) for n in range(A_VISIT + 3)]
    done = await complete(wanted, {}, house.fetcher)
    later = [i for i in done.items.values() if i.unread]
    assert len(later) == 3
    assert done.again
    assert house.site.asked("/a") == A_VISIT
    again = await complete(wanted[A_VISIT:], {i.id: i for i in later}, house.fetcher)
    assert not any(i.unread for i in again.items.values())


async def test_a_filing_is_read_from_its_pdf(house: House) -> None:
    lines = [
        "金力永磁:关于出口许可证的公告", "公司今日收到商务部颁发的出口许可证,可向欧洲客户出口磁材。"
    ]  # fmt: skip
    filing = item(
        kind="announcement", title="金力永磁:关于经营的公告", text="金力永磁:关于经营的公告",
        issuer_id="jl-mag", tier="official", attachment_url=house.site.put("/a.pdf", pdf(lines)),
    )  # fmt: skip
    assert candidates([filing], rules()) == [filing]
    done = await complete([filing], {}, house.fetcher)
    full = done.items[filing.id]
    assert full.text.splitlines() == lines
    assert full.content_hash == filing.content_hash
    assert [m.status for m in rules()(full).matches] == ["granted"]
    locked = replace(filing, attachment_url=house.site.put("/b.pdf", pdf(lines, encrypted=True)))
    done = await complete([locked], {}, house.fetcher)
    assert done.items[locked.id].unread == "attachment not read: encrypted"
    assert not done.again


async def test_a_filing_may_be_larger_than_a_page(house: House) -> None:
    head, _, rest = pdf(["A filing of many pictures."]).partition(b"\n")
    for size, unread in ((8, None), (21, "attachment not read: body larger than 20 MB")):
        body = head + b"\n%" + b"x" * (size * 2**20) + b"\n" + rest
        filing = item(size, attachment_url=house.site.put(f"/{size}.pdf", body))
        done = await complete([filing], {}, house.fetcher)
        assert done.items[filing.id].unread == unread


async def test_robots_txt_counts_for_articles_and_documents(house: House) -> None:
    house.site.put("/robots.txt", "User-agent: *\nDisallow: /a\n")
    article = item(url=house.site.put("/a", page(*FULL, title=TITLE)))
    filing = item(
        2, attachment_url=house.site.put("/a.pdf", pdf(["One line of text, which is enough."]))
    )
    done = await complete([article, filing], {}, house.fetcher)
    why = "not read: robots.txt asks programs not to read it"
    assert done.items[article.id].unread == f"full text {why}"
    assert done.items[filing.id].unread == f"attachment {why}"
    assert not done.again
    assert house.site.asked("/a") == 0
    done = await complete([article, filing], {}, house.fetcher, robots=False)
    assert not any(found.unread for found in done.items.values())


def test_only_what_promises_news_and_is_cut_is_asked_for() -> None:
    dull = item(2, title="Copper is steady", text="Prices hardly moved…")
    whole = item(3, kind="news", text="JL MAG opened a new plant in Baotou on Monday.")
    opaque = item(4, url="https://news.google.com/rss/articles/CBMi")
    answer = item(5, kind="ir_qa", text="谢谢关注…", issuer_id="jl-mag")
    foreign = item(
        6, kind="announcement", title="某公司年报", text="某公司年报", attachment_url="http://x/"
    )
    licence = item(7, title="China grants export licenses", text="China grants export licenses")
    named = item(8)
    found = candidates([dull, whole, opaque, answer, foreign, named, licence], rules())
    assert found == [licence, named]


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("A whole sentence about a firm.", False),
        ("A sentence about a firm that goes on [...]", True),
        ("一家公司收到了", True),
        ("一家公司收到了许可证。", False),
        ("First sentence of the text. Read more »", True),
        ("第一句话说完了。[阅读全文]", True),
        ("A long text. " * 30 + "It ends without a stop", False),
        ("." * 300_000, True),
    ],
)
def test_a_cut_text_is_seen_by_its_end(text: str, cut: bool) -> None:
    assert is_cut(item(kind="news", text=text)) is cut


def test_what_only_the_summary_says_is_kept() -> None:
    short = item(text="Only the summary says this. The article says that. And this is cut…")
    full = completed(short, "The article says that. And this is cut no more.")
    assert full.text.splitlines()[0] == "Only the summary says this."
    assert full.text.count("The article says that.") == 1
    assert full.kind == "news"
    assert full.content_hash == short.content_hash
