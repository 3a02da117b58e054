"""The feed adapter: over HTTP from a stand-in, and on pages made for the occasion."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from pydantic import ValidationError

from monitor.adapters import Remember, Skip
from monitor.adapters.feed import Feed, Options
from monitor.errors import ParseError
from monitor.fetch import Fetcher
from monitor.model import Checkpoint, Item
from monitor.standins.feeds import FeedSite, Format
from tests.adapters.golden import SEEN_AT, make, page
from tests.adapters.visits import visit

NOW = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(user_agent="t", allow_private_addresses=True, now=lambda: NOW) as fetcher:
        yield fetcher


def items(body: str | bytes, *, content_type: str = "", **entry: Any) -> list[Item]:
    adapter = make("feed", **entry)
    list(adapter.start(Checkpoint("sample")))
    found = adapter.parse(page(body, content_type=content_type))
    return [thing for thing in found if isinstance(thing, Item)]


def rss(*rows: str, head: str = "") -> str:
    inside = "".join(f"<item>{row}</item>" for row in rows)
    return (
        f'<rss version="2.0"><channel><title>T</title><link>https://t.example/</link>{head}'
        f"{inside}</channel></rss>"
    )


# --- over HTTP ----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["rss", "atom", "rdf", "json"])
async def test_every_format_brings_the_same_news(
    feed_site: FeedSite, fetcher: Fetcher, form: Format
) -> None:
    feed = feed_site.feed("/feed/", format=form)
    article = feed.publish(
        "Sample & Co <holds> permits", "<p>已获得<b>许可</b>。</p>", at=NOW - timedelta(minutes=5)
    )
    [item] = (await visit(make("feed", url=feed.url), fetcher)).items
    assert item.url == article.link
    assert item.title.startswith("Sample & Co")
    if form == "rdf":
        assert (item.text, item.published_at, item.kind) == ("", None, "feed_summary")
        assert item.guid == article.link
    else:
        assert (item.text, item.kind) == ("已获得许可。", "news")
        assert item.published_at == NOW - timedelta(minutes=5)
        assert item.guid == article.guid
    assert item.source_name == "Sample Metals News"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "gbk", "utf-16", "big5hkscs"])
@pytest.mark.parametrize("label", ["utf-8", "gb2312", "iso-8859-1", "nonsense", None])
async def test_the_text_is_right_whatever_the_label(
    feed_site: FeedSite, fetcher: Fetcher, charset: str, label: str | None
) -> None:
    title, text = "公司公告：已取得批文", "本公司日前取得主管部门的批文，可向境外客户出口相关材料。"
    if charset == "big5hkscs":
        title, text = (
            "公司公告：已取得批文",
            "本公司日前取得主管部門的批文，可向境外客戶出口相關材料。",
        )
    feed = feed_site.feed("/feed/", charset=charset, label=label)
    feed.publish(title, text)
    [item] = (await visit(make("feed", url=feed.url), fetcher)).items
    assert (item.title, item.text) == (title, text)


async def test_the_request_is_conditional_and_says_what_it_wants(
    feed_site: FeedSite, fetcher: Fetcher
) -> None:
    feed = feed_site.feed("/feed/")
    feed.publish("One", "Text")
    visited = await visit(make("feed", url=feed.url), fetcher)
    assert [r.conditional for r in visited.requests] == [True]
    assert "application/rss+xml" in feed_site.requests[0].headers["accept"]


async def test_a_feed_that_never_had_items_is_no_failure(
    feed_site: FeedSite, fetcher: Fetcher
) -> None:
    forms: tuple[Format, ...] = ("rss", "atom", "rdf", "json")
    for form in forms:
        feed = feed_site.feed(f"/{form}", format=form)
        visited = await visit(make("feed", url=feed.url), fetcher)
        assert (visited.items, visited.skips) == ([], [])


async def test_a_cut_feed_keeps_its_whole_items_and_says_so(
    feed_site: FeedSite, fetcher: Fetcher
) -> None:
    feed = feed_site.feed("/feed/")
    for n in range(5):
        feed.publish(f"Title {n}", f"Text {n}.", at=NOW - timedelta(hours=5 - n))
    whole = len(feed.render())
    feed.cut_at = whole - 200
    visited = await visit(make("feed", url=feed.url), fetcher)
    assert 3 <= len(visited.items) < 5
    assert all(item.text.endswith(".") for item in visited.items)
    assert visited.reasons == ["the feed was cut short: its last items are missing"]
    feed.cut_at = 300
    with pytest.raises(ParseError, match="cut short before its first item ends"):
        await visit(make("feed", url=feed.url), fetcher)


async def test_a_page_in_place_of_the_feed_is_named(feed_site: FeedSite, fetcher: Fetcher) -> None:
    feed = feed_site.feed("/feed/", body=b"<html><head><title>We moved</title></head></html>")
    with pytest.raises(ParseError) as caught:
        await visit(make("feed", url=feed.url), fetcher)
    assert str(caught.value) == (
        "expected an RSS, Atom or JSON feed, found an HTML page titled 'We moved'"
    )
    feed_site.challenge = True
    with pytest.raises(ParseError, match="wants a person"):
        await visit(make("feed", url=feed.url), fetcher)


async def test_base_url_replaces_the_site(feed_site: FeedSite, fetcher: Fetcher) -> None:
    feed_site.feed("/feed/").publish("One", "Text")
    adapter = make("feed", url="https://real.example/feed/?a=1", base_url=feed_site.url + "/")
    visited = await visit(adapter, fetcher)
    assert len(visited.items) == 1
    assert feed_site.requests[0].query == {"a": "1"}


def test_an_entry_without_an_address_is_refused() -> None:
    source = make("feed").source.model_copy(update={"url": None})  # type: ignore[attr-defined]
    with pytest.raises(ParseError, match="`url`"):
        Feed(source).start(Checkpoint("sample"))


# --- identity -----------------------------------------------------------------------------------


def test_identity_is_guid_then_link_then_title_and_date() -> None:
    found = items(
        rss(
            "<guid>g</guid><link>https://t.example/1</link><title>a</title>",
            "<link>https://t.example/2</link><title>b</title>",
            "<title>c</title><pubDate>2026-03-05</pubDate>",
            "<title>c</title><pubDate>2026-03-06</pubDate>",
            "<description>only text</description>",
        )
    )
    guids = [item.guid for item in found]
    assert guids[:2] == ["g", "https://t.example/2"]
    assert len(set(guids)) == 5
    again = items(
        rss("<description>only text</description>", "<title>c</title><pubDate>2026-03-05</pubDate>")
    )
    assert [item.guid for item in again] == [guids[4], guids[2]]


def test_one_guid_twice_gives_the_newest_version_once() -> None:
    old = "<guid>g</guid><title>old</title><pubDate>2026-03-05T10:00Z</pubDate>"
    new = "<guid>g</guid><title>new</title><pubDate>2026-03-05T11:00Z</pubDate>"
    for rows in ((old, new), (new, old)):
        assert [item.title for item in items(rss(*rows))] == ["new"]
    undated = [row.partition("<pubDate>")[0] for row in (new, old)]
    assert [item.title for item in items(rss(*undated))] == ["new"]


def test_a_guid_shared_by_different_pages_names_none_of_them() -> None:
    found = items(
        rss(
            "<guid>site</guid><link>https://t.example/1</link><title>a</title>",
            "<guid>site</guid><link>https://t.example/2</link><title>b</title>",
        )
    )
    assert [item.guid for item in found] == ["https://t.example/1", "https://t.example/2"]


def test_a_guid_of_any_length_is_kept_short() -> None:
    [item] = items(rss(f"<guid>{'x' * 100_000}</guid><title>a</title>"))
    assert len(item.guid) < 100


# --- texts, links, times ------------------------------------------------------------------------


def test_full_text_wins_over_the_summary() -> None:
    content = (
        "<content:encoded xmlns:content='c'><![CDATA[<p>Whole.</p><p>Text.</p>]]></content:encoded>"
    )
    [item] = items(rss(f"<title>a</title><description>Short […]</description>{content}"))
    assert (item.text, item.kind) == ("Whole.\nText.", "news")


def test_a_summary_is_called_one_unless_told_otherwise() -> None:
    body = rss("<title>a</title><description>Short.</description>")
    assert items(body)[0].kind == "feed_summary"
    assert items(body, options={"assume_full_text": True})[0].kind == "news"
    assert items(body, kind="regulator")[0].kind == "regulator"
    assert (
        items(rss(f"<title>a</title><description>{'word ' * 200}</description>"))[0].kind == "news"
    )


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://x.example/a?b=1&amp;c=2", "https://x.example/a?b=1&c=2"),
        ("/a", "https://sample.example/a"),
        ("a b\n c", "https://sample.example/feed/abc"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("javascript:alert(1)", "https://t.example/"),
        ("data:text/html,x", "https://t.example/"),
        ("file:///etc/passwd", "https://t.example/"),
        ("http://[::1", "https://t.example/"),
        ("http:///x", "https://t.example/"),
        ("", "https://t.example/"),
    ],
)
def test_links_lead_to_the_web_or_to_the_feed_s_own_page(link: str, url: str) -> None:
    [item] = items(rss(f"<title>a</title><link>{link}</link>"))
    assert item.url == url


def test_a_huge_title_is_cut() -> None:
    [item] = items(rss(f"<title>{'很' * 400_000}</title>"))
    assert len(item.title) == 1000


def test_unknown_times_stay_unknown_and_the_item_stays() -> None:
    rows = [f"<title>{n}</title><pubDate>{date}</pubDate>" for n, date in enumerate((
        "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 30 Feb 2026 10:00:00 GMT", "9999-12-31", "soon",
        "Sat, 07 Mar 2026 10:00:00 GMT",
    ))]  # fmt: skip
    found = items(rss(*rows))
    assert len(found) == 5
    assert {item.published_at for item in found} == {None}


def test_the_updated_time_stands_in_for_an_unusable_one() -> None:
    entry = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>a</title>'
        "<published>never</published><updated>2026-03-06T09:00:00Z</updated></entry></feed>"
    )
    assert items(entry)[0].published_at == datetime(2026, 3, 6, 9, tzinfo=UTC)


def test_cst_and_missing_zones_follow_the_source() -> None:
    body = rss("<title>a</title><pubDate>Fri, 06 Mar 2026 20:00:00 CST</pubDate>")
    assert items(body, language="zh-Hans")[0].published_at == SEEN_AT.replace(hour=12)
    labelled = body.replace("<item>", "<language>zh-cn</language><item>", 1)
    assert items(labelled)[0].published_at == SEEN_AT.replace(hour=12)
    zoneless = rss("<title>a</title><pubDate>2026-03-06 20:00:00</pubDate>")
    shanghai = {"zone": "Asia/Shanghai"}
    assert items(zoneless, options=shanghai)[0].published_at == SEEN_AT.replace(hour=12)
    # Taken as UTC it lies ahead of us: unknown rather than wrong.
    assert items(zoneless)[0].published_at is None


@pytest.mark.parametrize(
    ("label", "title", "language"),
    [
        ("en-us", "Permits granted", "en"),
        ("en-us", "已获得许可", None),
        ("zh-CN", "已获得许可", "zh-Hans"),
        ("zh_TW", "已獲得許可", "zh-Hant"),
        ("zh-CN", "Permits granted", None),
        ("de", "Genehmigung", None),
        ("", "Permits granted", None),
    ],
)
def test_the_language_is_believed_where_it_fits(
    label: str, title: str, language: str | None
) -> None:
    body = rss(f"<title>{title}</title>", head=f"<language>{label}</language>")
    assert items(body)[0].language == language
    assert items(body, language="zh-Hant")[0].language == "zh-Hant"


def test_the_publisher_is_taken_off_aggregated_titles_on_request_only() -> None:
    body = rss("<title>Up - and away - Daily</title><source url='https://d.example'>Daily</source>")
    assert items(body)[0].title == "Up - and away - Daily"
    [item] = items(body, name="Search", options={"strip_source_suffix": True})
    assert (item.title, item.source_name) == ("Up - and away", "Daily via Search")


def test_metadata_comes_from_the_entry() -> None:
    [item] = items(rss("<title>a</title>"), name="Desk", tier="wire", issuer="sample-magnet")
    assert (item.source_name, item.tier, item.issuer_id) == ("Desk", "wire", "sample-magnet")


def test_json_with_halves_of_characters_is_storable() -> None:
    body = json.dumps({"items": [{"id": "\ud800", "title": "\udfff", "content_text": "a\ud83dz"}]})
    [item] = items(body)
    for text in (item.guid, item.title, item.text):
        assert text.encode("utf-8")


# --- what is told beside the items --------------------------------------------------------------


def test_wishes_are_remembered_when_they_change() -> None:
    adapter = make("feed")
    body = rss("<title>a</title>", head="<ttl>45</ttl>")

    def wishes(cursor: dict[str, str], body: str) -> list[Remember]:
        list(adapter.start(Checkpoint("sample", cursor=cursor)))
        return [thing for thing in adapter.parse(page(body)) if isinstance(thing, Remember)]

    assert wishes({}, body) == [Remember("ttl_s", "2700")]
    assert wishes({"ttl_s": "2700"}, body) == []
    assert wishes({"ttl_s": "2700"}, rss("<title>a</title>")) == [Remember("ttl_s", "")]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("public, max-age=900", "900"),
        ('Max-Age="0600"', "600"),
        ("max-age=0, must-revalidate", ""),
        ("s-maxage=900, no-cache", ""),
        ("max-age=soon", ""),
    ],
)
def test_how_long_an_answer_stays_fresh_is_a_wish_too(header: str, seconds: str) -> None:
    adapter = make("feed")
    list(adapter.start(Checkpoint("sample", cursor={"max_age_s": "77"})))
    answer = page(rss("<title>a</title>"))
    answer = replace(answer, headers={**answer.headers, "cache-control": header})
    assert Remember("max_age_s", seconds) in list(adapter.parse(answer))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"expires": "Fri, 06 Mar 2026 10:30:00 GMT"}, "1800"),
        ({"expires": "Fri, 06 Mar 2026 10:30:00 GMT", "cache-control": "no-cache"}, ""),
        ({"expires": "Fri, 06 Mar 2026 10:30:00 GMT", "cache-control": "max-age=60"}, "60"),
        ({"expires": "Fri, 06 Mar 2026 09:00:00 GMT"}, ""),
        ({"expires": "0"}, ""),
        ({"expires": "Fri, 06 Mar 2026 10:30:00 GMT", "date": "today"}, ""),
    ],
)
def test_expires_is_a_wish_where_nothing_newer_is_said(
    headers: dict[str, str], seconds: str
) -> None:
    adapter = make("feed")
    list(adapter.start(Checkpoint("sample", cursor={"max_age_s": "77"})))
    answer = page(rss("<title>a</title>"))
    sent = {**answer.headers, "date": "Fri, 06 Mar 2026 10:00:00 GMT", **headers}
    assert Remember("max_age_s", seconds) in list(adapter.parse(replace(answer, headers=sent)))


def test_items_beyond_the_limit_are_counted() -> None:
    adapter = make("feed")
    list(adapter.start(Checkpoint("sample")))
    rows = [f"<title>{n}</title>" for n in range(5010)]
    found = list(adapter.parse(page(rss(*rows))))
    [skip] = [thing for thing in found if isinstance(thing, Skip)]
    assert "only its first 5000 items" in skip.reason
    assert skip.sample == "10 more"


def test_an_unknown_zone_is_refused_when_the_configuration_is_read() -> None:
    with pytest.raises(ValidationError, match="is not a time zone"):
        Options(zone="Asia/Nowhere")
