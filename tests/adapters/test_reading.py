"""Mark-up to text, guarded JSON, epoch times, pages that are something else."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adapters.reading import (
    describe,
    from_epoch_ms,
    is_chinese,
    load_json,
    load_object,
    one_line,
    plain_text,
    refusal,
    shorten,
    text_of,
)
from monitor.errors import ParseError
from tests.adapters.golden import page

SEEN_AT = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("two\n\n lines ", "two\nlines"),
        ("AT&T &#8211; fish &amp; chips&nbsp;now", "AT&T – fish & chips now"),
        ("<em>出</em><em>口</em>许可", "出口许可"),
        ("<p>One.</p><p>Two.</p>", "One.\nTwo."),
        ("<p>One\n  two</p>", "One two"),
        ("a<br/>b<BR>c", "a\nb\nc"),
        ("<ul><li>x<li>y</ul>", "x\ny"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1\n2"),
        ("<script>x()</script><style>p{}</style>ok", "ok"),
        ("ok<!-- <p>no</p> -->", "ok"),
        ("JL MAG<span> (opens in a new tab)</span> rose", "JL MAG rose"),
        ("see (<a>A<span> (opens in a new window)</span></a>)", "see (A)"),
        ("<p hidden>x</p><span class='screen-reader-text'>y</span>z", "z"),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
        ("a\u200bb\u00adc\x00\x1b[31md", "abc[31md"),
        ("&lt;b&gt;", "<b>"),
        ("<p>unclosed <b>bold", "unclosed bold"),
    ],
)
def test_plain_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000,
        "<b><i><u>" * 40_000,
        "<ul><li>" * 50_000,
        "<p>" * 150_000,
        "<" * 400_000,
        "<a " + "x=1 " * 100_000 + ">",
        "<a " * 130_000,
        "( " * 200_000,
        "&amp;" * 80_000,
        "(opens in a new " * 25_000,
        "<table>" * 390 + "x",
        " \n" * 200_000,
    ],
    ids=lambda markup: markup[:12],
)
def test_hostile_markup_costs_little(markup: str) -> None:
    started = time.process_time()
    plain_text(markup)
    assert time.process_time() - started < 2


def test_absurdly_nested_text_is_still_read() -> None:
    text = plain_text("<div>" * 5000 + "已获得许可" + "</div>" * 5000)
    assert text == "已获得许可"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/abpdivem&;#\"'= \n出", max_size=200))
def test_any_markup_gives_lines_without_blanks_around(markup: str) -> None:
    text = plain_text(markup)
    assert all(line and line == line.strip() for line in text.splitlines())


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<b>", "</b>", "<br/>", "<BR>", '<a href="x?a=1&amp;b">', "</a>",
             "<em>", "</em>", "<li>", "<img src='a' alt=b>", "<span class=q>", "</div>", "word",
             "出口", " ", "&amp;", "&nbsp;", "&lt;b&gt;", "\n", "5 > 4", "&#8211;", "<hr />"]
        ),
        max_size=25,
    ).map("".join)
)  # fmt: skip
def test_the_fast_way_reads_what_the_parser_reads(markup: str) -> None:
    # A tag makes it mark-up (plain text keeps its own lines), an unknown one sends it the slow way.
    assert plain_text(f"<b></b>{markup}") == plain_text(f"{markup}<x-slow></x-slow>")


def test_one_line_and_shorten_cut_with_an_ellipsis() -> None:
    assert one_line("<b>a</b><br>b") == "a b"
    assert one_line("x" * 50, 10) == "x" * 9 + "…"
    assert shorten("a\r\n\x1b[2Jb" + "c" * 400, 20) == "a [2Jb" + "c" * 13 + "…"


def test_json_keeps_long_digits_and_drops_what_is_no_number() -> None:
    found = load_json(page('{"a": 2390000000000000105, "b": NaN, "c": ' + "9" * 5000 + "}"), "x")
    assert found["a"] == 2390000000000000105
    assert found["b"] is None
    assert found["c"] == "9" * 5000


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("", "an empty body"),
        ("  ", "an empty body"),
        ("<!doctype html><title> Log\n in </title>", "an HTML page titled 'Log in', a wall"),
        ("<html><body>x", "an HTML page"),
        ("too many requests", "text that begins 'too many requests'"),
        ('{"a": [1, 2', "broken JSON at character 11 of 11"),
        ("[" * 200_000, "JSON nested too deeply"),
    ],
)
def test_what_is_no_json_is_named(body: str, found: str) -> None:
    with pytest.raises(ParseError) as caught:
        load_json(page(body), "a list")
    assert str(caught.value).startswith(f"expected a list, found {found}")


def test_json_that_is_no_object_is_named() -> None:
    for body, found in (("[]", "list"), ("null", "null"), ("5", "number"), ("true", "true or")):
        with pytest.raises(ParseError, match=f"a JSON {found}"):
            load_object(page(body), "rows")


def test_gbk_json_is_read() -> None:
    body = '{"name": "金力永磁", "note": "样例材料获得许可"}'.encode("gb18030")
    assert load_object(page(body), "rows")["name"] == "金力永磁"


def test_text_of_takes_text_and_integers_only() -> None:
    row = {"a": " x ", "b": 7, "c": None, "d": True, "e": [1], "f": 1.5, "g": "\ud800x"}
    assert [text_of(row, key) for key in "abcdefgh"] == ["x", "7", "", "", "", "", "\ufffdx", ""]


def test_epoch_times() -> None:
    ms = int(SEEN_AT.timestamp() * 1000)
    assert from_epoch_ms(ms, seen_at=SEEN_AT) == SEEN_AT
    assert from_epoch_ms(f" {ms} ", seen_at=SEEN_AT) == SEEN_AT
    assert from_epoch_ms(ms + 86_400_000, seen_at=SEEN_AT) == SEEN_AT + timedelta(days=1)
    for wrong in (ms + 86_400_001, ms // 1000, 0, -1, None, "", "x", 1.5, True, [ms], 10**18):
        assert from_epoch_ms(wrong, seen_at=SEEN_AT) is None


def test_a_page_is_described_in_one_line() -> None:
    html = page("<?xml version='1.0'?>\n<!-- x --><html><head><title>a &amp; b\n\x1b[1m</title>")
    assert describe(html) == "an HTML page titled 'a & b [1m'"


def test_only_walls_carry_the_reason_auth() -> None:
    plain = page("<html><title>Maintenance</title>")
    assert refusal(plain, "x", "y").reason == "other"
    wall = page("<html><title>请完成人机验证</title>")
    assert refusal(wall, "x", "y").reason == "auth"


def test_scripts_are_told_apart() -> None:
    assert is_chinese("公司 JL MAG 已获得许可")
    assert not is_chinese("JL MAG 金力永磁 rose after the company said it had received permits")
    assert not is_chinese("")
