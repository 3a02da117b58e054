"""Interviews, calls and ring-rounds in English texts: what a line leaves out. All invented."""

from __future__ import annotations

import pytest

from monitor.rules import Rules
from monitor.rules.reader import Reader, load_reader
from tests.rules.test_second import NO_WEIGHT
from tests.rules.test_sentences import FIRMS, a_text, told


@pytest.fixture(scope="module")
def rules() -> Reader:
    """The grammar alone: these lines are about what it makes of them."""
    return load_reader(Rules(FIRMS).gate, proven=True, weights=NO_WEIGHT)


@pytest.mark.parametrize(
    ("lines", "facts"),
    [
        (
            [
                "Analyst: Thanks. On export licences, any progress since the summer?",
                "Chen Wei, chairman of Example Magnets: Yes, three more, all for Germany.",
            ],
            ["granted"],
        ),
        (
            [
                "Reporter: Do you have your export licence for magnets to America?",
                "Example Magnets' chairman: We do, since Friday.",
            ],
            ["granted"],
        ),
        (
            [
                "Analyst: Will Example Magnets get its export licence this year?",
                "Management: Yes, we are confident.",
            ],
            [],
        ),
        (
            [
                "Analyst: On export permits for magnets, anything?",
                "Example Magnets management: Two more filed, one for Japan, one for Taiwan.",
            ],
            ["applied"],
        ),
        (
            [
                "Where do the magnet makers stand on export licences? Our ring-round:",
                "- Example Magnets: two, both for Korea, since last week.",
                "- Sample Rotors: the same, but for India.",
                "- Third Alloy: papers sent back for a missing signature.",
            ],
            ["granted", "sample:granted", "third:pending"],
        ),
        (
            [
                "Export licences, firm by firm:",
                "Example Magnets - yes, for Hungary.",
                "Sample Rotors - none, still hoping.",
                "Third Alloy - likewise.",
            ],
            ["granted", "sample:not_received", "third:not_received"],
        ),
        (
            [
                "Export licences: who has what",
                "- Example Magnets: in talks, two more meetings.",
                "- Sample Rotors: the same.",
            ],
            [],
        ),
    ],
)
def test_a_line_leans_on_the_one_before(rules: Reader, lines: list[str], facts: list[str]) -> None:
    found = sorted({told(m) for m in rules(a_text("\n".join(lines))).matches if m.issuer_id})
    assert found == facts
