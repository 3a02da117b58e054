"""Links made whole, wrappers taken off JSON."""

from __future__ import annotations

import pytest

from monitor.adapters.web import absolute, rooted, unwrapped
from tests.adapters.golden import page


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/a", "https://s.example/a"),
        ("../a", "https://s.example/a"),
        ("?p=2", "https://s.example/list/?p=2"),
        ("//o.example/a", "https://o.example/a"),
        (" https://o.example/\na ", "https://o.example/a"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("mailto:a@b.example", ""),
        ("https://[broken", ""),
        ("", ""),
    ],
)
def test_links_are_made_whole_or_dropped(link: str, expected: str) -> None:
    assert absolute("https://s.example/list/", link) == expected


def test_another_root() -> None:
    assert (
        rooted("http://127.0.0.1:9/", "https://s.example/a/b?c=d") == "http://127.0.0.1:9/a/b?c=d"
    )
    assert rooted("http://127.0.0.1:9/x", "https://s.example") == "http://127.0.0.1:9/x"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('cb({"a": 1});', '{"a": 1}'),
        ("jQuery1_2.f([1])\n", "[1]"),
        ("/**/cb([1]);", "[1]"),
        ("null([1])", "[1]"),
        ("\ufeffcb({})", "{}"),
        (")]}'\n[1]", "[1]"),
        ("for(;;);[1]", "[1]"),
        ("[1]", "[1]"),
        ("cb([1]", "cb([1]"),
        ("cb(1)", "cb(1)"),
        ("alert(document.title)", "alert(document.title)"),
    ],
)
def test_calls_around_json_are_taken_off(body: str, expected: str) -> None:
    assert unwrapped(page(body)).body.decode().strip() == expected.strip()
