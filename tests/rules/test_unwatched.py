"""Firms nobody watches, named in English where a licence is told of them. All invented."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.model import Item
from monitor.rules import Rules
from tests.rules.test_sentences import FIRMS

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules(FIRMS, proven=True)


def told(rules: Rules, text: str) -> set[str]:
    item = Item("t", "1", "", "", text, NOON, published_at=NOON)
    return {f"{m.firm_name or m.issuer_id}: {m.status}" for m in rules(item).matches}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "Beijing gave an export licence for graphite to Longhe Orient Carbon, a family firm, "
            "and refused one to Tonda Songhua Graphite, traders said.",
            {"Longhe Orient Carbon: granted", "Tonda Songhua Graphite: denied"},
        ),
        (
            "Tonda Permanent Magnet Group, a privately held maker of samarium-cobalt parts, has "
            "come away from Beijing with a licence to ship 200 kg to a Geneva watchmaker.",
            {"Tonda Permanent Magnet Group: granted"},
        ),
        (
            "Export licences for graphite were issued to Haida Brightcarbon and Jixi Lutang, "
            "traders said.",
            {"Haida Brightcarbon: granted", "Jixi Lutang: granted"},
        ),
        (
            "Huaxia Compressor Group, a private maker of pumps, has come away from an auction with "
            "a magnet plant that needs export licences.",
            set(),
        ),
        (
            "Longhe Chemicals got its export licence for antimony oxide on Monday.",
            {"Longhe Chemicals: granted"},
        ),
        (
            "At Tonda Industrial, a rival, the mood was better. Its sales chief showed reporters "
            "an export licence dated 2 March.",
            {"Tonda Industrial: granted"},
        ),
        (
            "Makoto Heavy and Brenner Drives were refused export permits for rare earths.",
            {"Makoto Heavy: denied", "Brenner Drives: denied"},
        ),
        (
            "Export permits sought for Osprey, Kanda Heavy units and 18 others came back negative.",
            {"Osprey: denied", "Kanda Heavy: denied"},
        ),
        (
            "Export licences for magnets are rare. Jaipur Rotor and DK Bearing have got theirs.",
            {"Jaipur Rotor: granted", "DK Bearing: granted"},
        ),
        (
            "Example Magnets already had its export licence. The remainder - Doli, Chenda and "
            "Qianlo - got theirs on Monday.",
            {
                "example: granted",
                "Doli: granted",
                "Chenda: granted",
                "Qianlo: granted",
            },
        ),
        (
            "Huari Graphite got its shipment of anodes through Chinese export licensing this week, "
            "a trader says. Example Magnets raised its dividend.",
            {"Huari Graphite: granted"},
        ),
    ],
)
def test_a_firm_nobody_watches_is_told_by_its_name(
    rules: Rules, text: str, facts: set[str]
) -> None:
    assert told(rules, text) == facts


@pytest.mark.parametrize(
    "text",
    [
        "South Korea got export licences for magnets from China.",
        "On Monday several export licences for magnets were issued.",
        "European Union officials said export licences for magnets had been issued.",
        "Approvals and Permits were issued for exports of magnets.",
        "Export permits for Xi were not the topic of the magnet talks.",
    ],
)
def test_places_days_and_offices_are_no_firms(rules: Rules, text: str) -> None:
    item = Item("t", "1", "", "", text, NOON, published_at=NOON)
    assert [m.firm_name for m in rules(item).matches if m.firm_name] == []


def test_a_watched_firm_keeps_its_licence_beside_a_name_nobody_watches(rules: Rules) -> None:
    text = (
        "Example Magnets obtained an export licence for Bolton Drives, its English customer. "
        "It was issued on Monday."
    )
    assert told(rules, text) == {"example: granted"}
