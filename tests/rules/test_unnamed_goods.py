"""Goods of a licence whose goods its sentence does not name. All invented."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.model import Item
from monitor.rules import Rules
from tests.rules.test_sentences import FIRMS

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
LONG = (
    " Its shares rose 3% in morning trade. The city lies in the south of Jiangxi and has a lake, a "
    "stadium and two railway stations. Brokers expect a good second quarter, helped by orders from "
    "home. The annual meeting is to be held in June."
)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules(FIRMS, proven=True)


@pytest.mark.parametrize(
    ("text", "goods"),
    [
        ("Example Magnets received an export licence for a customer in Spain.", {"magnets"}),
        ("Example Magnets received an export licence for a customer in Spain." + LONG, {"magnets"}),
        ("Example Magnets received an export licence for rare earth oxides.", {"rare_earths"}),
        (
            "Magnet maker Example Magnets received an export licence for a customer in Spain.",
            {"magnets"},
        ),
        (
            "Example Magnets received an export licence for a customer in Spain. The magnets are "
            "used in lifts." + LONG,
            {"magnets"},
        ),
    ],
)
def test_a_magnet_makers_licence_is_for_magnets_where_they_are_spoken_of(
    rules: Rules, text: str, goods: set[str]
) -> None:
    (match,) = rules(Item("t", "1", "", "", text, NOON, published_at=NOON)).matches
    assert set(match.products) == goods
