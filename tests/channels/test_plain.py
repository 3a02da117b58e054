from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.channels.plain import (
    calm,
    fit,
    fit_both,
    json_octets,
    octets,
    one_line,
    shorten,
    sound,
    units,
)

BODY = "first line\n" + "证" * 500 + "\nhttps://a.example/answer/1\nevent 7f3a · delivery 91be"


@pytest.mark.parametrize(
    "command",
    [
        "@everyone",
        "@here",
        "@channel",
        "@ALL",
        "<!channel>",
        "<@U123>",
        "<#C1>",
        "<at id=all>",
        "[bank](https://evil.example)",
        "<script>",
        "@所有人",
        "@durov",
        "```",
        "||",
    ],
)
def test_commands_of_chat_services_are_broken_up_but_readable(command: str) -> None:
    calmed = calm(f"news {command} news")
    assert command not in calmed
    assert calmed.replace("\u200b", "") == f"news {command} news"


@pytest.mark.parametrize("words", ["a@b.example", "5 < 6", "[1] (2)", "出口许可证"])
def test_ordinary_words_stay_as_they_are(words: str) -> None:
    assert calm(words) == words


def test_a_title_is_one_line() -> None:
    assert one_line("GRANTED\r\nBcc: x@y.example\x1b[0m") == "GRANTED Bcc: x@y.example[0m"
    sound("half \ud83d pair").encode("utf-8")


@pytest.mark.parametrize("limit", [120, 200, 400, 553])
def test_what_is_cut_leaves_link_and_event_id_whole(limit: int) -> None:
    cut = fit(BODY, limit)
    assert len(cut) <= limit
    assert cut.endswith("…\nhttps://a.example/answer/1\nevent 7f3a · delivery 91be")


def test_what_fits_is_untouched_and_the_event_id_goes_last() -> None:
    assert fit(BODY, len(BODY)) == BODY
    assert fit(BODY, 40).endswith("event 7f3a · delivery 91be")
    assert "https" not in fit(BODY, 40)
    assert len(fit(BODY, 10)) <= 10
    assert len(fit("x" * 50, 10)) <= 10


@pytest.mark.parametrize(
    "link",
    ["https://a.example/answer/1?q=a_b&c=d#e", "http://[2001:db8::1]/x", "http://[2001:db8::1]:8/",
     "https://a.example/Magnet_(physics)"],
)  # fmt: skip
def test_links_keep_working(link: str) -> None:
    text = f"first\n{link}\n{link} · event 7f3a (see {link})"
    assert calm(text) == text


@pytest.mark.parametrize(
    ("hostile", "calmed"),
    [
        ("https://a.example/@everyone](x)", "https://a.example/%40everyone%5D(x)"),
        ("https://a.example](http://b)", "https://a.example%5D(http://b)"),
        ("https://[::1](http://b)", "https://%5B::1%5D(http://b)"),
        ("https://@everyone/x", "https://%40everyone/x"),
        ("https://a.example<at id=all>", "https://a.example%3Cat id=all>"),
        ("<https://b.example|bank>", "<\u200bhttps://b.example%7Cbank%3E"),
        ("[bank](https://b.example)", "[bank]\u200b(https://b.example)"),
    ],
)
def test_links_command_nothing(hostile: str, calmed: str) -> None:
    assert calm(hostile) == calmed
    assert calm(f"a {hostile}\nb") == f"a {calmed}\nb"


def test_lines_cannot_begin_a_heading_or_a_quotation() -> None:
    assert calm("# big\n> said\na # b > c") == "\u200b# big\n\u200b> said\na # b > c"


@pytest.mark.parametrize("size", [len, units, octets, json_octets])
@pytest.mark.parametrize("fill", ["x", "证", "😀", '"', "\\"])
@pytest.mark.parametrize("limit", [150, 151, 152, 153, 400])
def test_every_way_of_counting_is_kept_and_used(
    size: Callable[[str], int], fill: str, limit: int
) -> None:
    body = BODY.replace("证" * 500, fill * 500)
    title, cut = fit_both("T" * 30, body, limit, size)
    whole = f"{title}\n{cut}"
    assert limit - size(fill) - size("\n") <= size(whole) <= limit
    assert title == "T" * 30
    assert cut.endswith("…\nhttps://a.example/answer/1\nevent 7f3a · delivery 91be")


def test_a_title_gives_way_only_when_something_has_to_go() -> None:
    assert fit_both("T" * 90, "b" * 9, 100) == ("T" * 90, "b" * 9)
    title, body = fit_both("T" * 90, "b" * 90, 100)
    assert title == "T" * 32 + "…"
    assert len(title) + 1 + len(body) <= 100
    assert shorten("证证证", 8, octets) == "证…"
    assert shorten("abc", 3) == "abc"


PIECES = [
    "https://", "a.example", "/", "@", "everyone", "here", "<", "at id=all", "!channel", ">", "[",
    "]", "(", ")", "`", "|", "#", " ", "\n", "证", "[::1]", ":", "\u200b",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_however_they_are_put_together_no_command_is_left(text: str) -> None:
    calmed = calm(text)
    assert not re.search(r"@everyone|@here|<at|<!|\]\(|``|\|\||^[#>]|(?<!\w)@\w", calmed, re.M)
    assert calm(calmed) == calmed
    assert unquote(calmed).replace("\u200b", "") == text.replace("\u200b", "")


@given(st.text(max_size=300), st.integers(20, 200), st.sampled_from([len, units, octets]))
def test_nothing_is_ever_longer_than_it_may(
    text: str, limit: int, size: Callable[[str], int]
) -> None:
    body = sound(f"{text}\nhttps://a.example/1\nevent 7f3a")
    title, cut = fit_both(one_line(text), body, limit, size)
    assert size(f"{title}\n{cut}") <= limit
    assert limit < 60 or cut.endswith("event 7f3a")
