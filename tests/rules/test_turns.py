"""The turns of several words: compiled when they are first met, so here all of them."""

import pytest

from monitor.rules.phrases import Turn
from monitor.rules.turns import TURNS


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.cues[0])
def test_a_turn_can_be_compiled_and_has_cues(turn: Turn) -> None:
    assert all(turn.cues), turn.cues
    assert turn.pattern.search("no such words") is None
    assert list(turn.pattern.groupindex) in ([], ["v"]), turn.written
    assert turn.pattern.groups == len(turn.pattern.groupindex), turn.written
