"""The article among the furniture; low confidence for what is none; hostile pages end soon."""

from __future__ import annotations

import json
import time

import pytest

from monitor.fulltext.article import ENOUGH, read_article
from tests.fulltext.site import FURNITURE, page

TITLE = "Magnet maker tells investors about exports"
SUMMARY = "Shares of the magnet maker rose on Monday after it told investors about exports"
TEXT = (
    "Shares of the magnet maker rose on Monday after it told investors about exports to Europe.",
    "The company said it had received <b>export licences</b> for magnets bound for Europe and the"
    " <a href='/us'>United States</a>, and that shipments had resumed.",
    "Orders rose by half in the second quarter, the firm added in a filing to the exchange, and it"
    " expects to hire two hundred people at its new plant this year.",
)


def test_the_article_comes_out_and_the_furniture_does_not() -> None:
    beside = "<p>Baotou Sample has been granted a licence for all of its customers in Japan.</p>"
    found = read_article(page(*TEXT, title=TITLE, beside=beside), title=TITLE, summary=SUMMARY)
    assert found.confidence >= ENOUGH
    assert "received export licences for magnets bound for Europe and the United States" in (
        found.text
    )
    assert found.text.startswith("Shares of")
    for furniture in ("Baotou", "uncle", "Another firm", "Copyright", "Also read", "Tweet"):
        assert furniture not in found.text


def test_a_chinese_page_of_lines_and_breaks() -> None:
    lines = [
        "样例磁材3月2日在互动平台回答投资者提问时介绍了产品出口的最新进展。",
        "公司表示,已经收到主管部门颁发的出口许可证,发往欧洲的磁材产品恢复发货。",
        "公司同时表示,新厂区的建设按计划推进,预计年底投产,产能将提高百分之五十。",
    ]
    body = "<br><br>　　".join(lines)
    markup = (
        f"<html><body><div class=nav><a href=/>首页</a></div><div><h1>样例磁材谈出口</h1>"
        f"<div id=ContentBody>　　{body}<br>责任编辑:某某</div></div>"
        f"<div class=tuijian><ul>{FURNITURE}</ul></div></body></html>"
    )
    found = read_article(markup, title="样例磁材谈出口", summary="样例磁材介绍了产品出口的最新进展")
    assert found.confidence >= ENOUGH
    assert found.text.splitlines() == lines


def test_what_the_publisher_marks_as_the_body_is_believed() -> None:
    body = " ".join(part.replace("<b>", "").replace("</b>", "") for part in TEXT)
    data = json.dumps({"@graph": [{"@type": "NewsArticle", "articleBody": body}]})
    markup = f"<html><head><script type='application/ld+json'>{data}</script></head><body></body>"
    found = read_article(markup, title=TITLE, summary=SUMMARY)
    assert found.confidence >= ENOUGH
    assert "received export licences" in found.text


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(page(SUMMARY + "."), id="no more than the summary"),
        pytest.param(
            page(SUMMARY + " to the whole of the continent.", "Subscribe to read the full story."),
            id="paywall",
        ),
        pytest.param(page(*["Wholly different words fill these lines, about cooking fish."] * 9)),
        pytest.param(f"<html><body><ul>{FURNITURE}</ul></body></html>", id="links"),
        pytest.param("<html><body><div id=app></div><script>go()</script></body>", id="script"),
        pytest.param("", id="empty"),
        pytest.param("<html><title>Just a moment</title><p>Please verify you are human", id="wall"),
    ],
)
def test_what_is_no_article_has_little_confidence(markup: str) -> None:
    assert read_article(markup, title=TITLE, summary=SUMMARY).confidence < ENOUGH


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000,
        "<p>x" * 300_000,
        "<script>" * 100_000,
        "<script></script>" * 100_000,
        "<svg" * 200_000,
        "<a " + "x=1 " * 100_000 + ">",
        "<br>" * 300_000,
        "<p>" + "word " * 400_000,
        "<div><p>some words that make a paragraph of text " * 380,
        "<script type='application/ld+json'>" + "[" * 200_000 + "</script>",
        "<div class='" + "comment " * 50_000 + "'>",
    ],
    ids=lambda markup: markup[:12],
)
def test_hostile_pages_cost_little(markup: str) -> None:
    started = time.process_time()
    read_article(markup, title=TITLE, summary=SUMMARY)
    assert time.process_time() - started < 3


def test_walls_and_echoes_of_the_summary_are_believed_less() -> None:
    whole = read_article(page(*TEXT), title=TITLE, summary=SUMMARY)
    wall = read_article(page(*TEXT, "Already a subscriber? Log in."), title=TITLE, summary=SUMMARY)
    echo = read_article(page(*TEXT), title=TITLE, summary=" ".join(TEXT))
    assert wall.confidence < ENOUGH < whole.confidence
    assert echo.confidence < ENOUGH
