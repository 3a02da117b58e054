"""Each verdict and each tie-break, told as a stream of a few lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.event.telling import Line, check, judged, streams

STREAMS = streams(Path(__file__).with_name("streams.txt"))


@pytest.mark.parametrize("name", STREAMS)
def test_stream(name: str) -> None:
    check(STREAMS[name])


def test_what_is_new_is_said() -> None:
    told = judged([
        ("03-01 official", "granted to=US of=magnets", ""),
        ("03-02 media", "granted to=US", ""),
        ("03-09 official", "granted to=JP of=motor_rotors", ""),
        ("04-09 official", "suspended to=JP", ""),
    ])  # fmt: skip
    reasons = [events[0].reasons[0] for events in told]
    assert reasons == [
        "new: first licence news for this issuer",
        "repeat: same act as told by the official on 1 March",
        "update: adds destination JP, product motor_rotors",
        "update: opposite outcome, suspended for JP",
    ]
    assert [events[0].added for events in told] == [
        (), (), ("destination JP", "product motor_rotors"), ("status suspended for JP",),
    ]  # fmt: skip
    assert [events[0].revision for events in told] == [1, 1, 2, 3]


def test_two_alerts_of_one_item_have_their_own_revisions() -> None:
    told = judged([
        ("03-01 official", "granted to=US,NL", ""),
        ("04-01 official", "revoked to=NL + granted to=JP", ""),
    ])  # fmt: skip
    assert [(e.verdict, e.revision) for e in told[1]] == [("update", 2), ("update", 3)]
    assert {e.story.revision for e in told[1]} == {3}


def test_a_firm_outside_the_list_is_told_but_never_alerts() -> None:
    lines: list[Line] = [("03-01 wire", "granted to=US unwatched", "")] * 2
    first, second = judged(lines)
    assert [e.verdict for e in (*first, *second)] == ["new", "new"]
    assert first[0].id != second[0].id
    assert not first[0].alerting
    assert first[0].story.issuer_id == ""


def test_a_correction_names_the_alert_it_corrects() -> None:
    told = judged([
        ("06-16 blog", "granted to=EU", ""),
        ("06-17 official", "not_received", ""),
    ])  # fmt: skip
    wrong, right = told[0][0], told[1][0]
    assert right.verdict == "correction"
    assert right.reasons[0].startswith(f"correction of {wrong.id}.1: ")
    assert (right.id, right.revision, right.alerting) == (wrong.id, 2, False)
