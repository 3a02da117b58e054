"""Which countries a region holds.

Texts name either: "licences for Europe" are licences for Germany, and a route for Europe wants to
hear of Germany. Codes are those of `docs/vocabulary.md`; `EU` stands for the Union and for Europe.
"""

from __future__ import annotations


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


REGIONS: dict[str, frozenset[str]] = {
    "EU": _codes(
        "AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK"
        " MT NL NO PL PT RO RS SE SI SK SM UA VA XK"
    ),
    "SEA": _codes("BN ID KH LA MM MY PH SG TH TL VN"),
    "NA": _codes("CA MX US"),
}
"""Region code → country codes."""


def place_covers(place: str, other: str) -> bool:
    """Whether `place` is `other` or holds it."""
    return place == other or other in REGIONS.get(place, ())


def places_overlap(one: str, other: str) -> bool:
    """Whether one of the two is, or holds, the other."""
    return place_covers(one, other) or place_covers(other, one)
