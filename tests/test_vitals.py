"""The log and the metrics tell the same; what is stuck is told in words."""

from __future__ import annotations

import ast
import logging
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from monitor.log import fields
from monitor.vitals import DURATIONS, PHRASES, STUCK_AFTER_S, Vitals

log = logging.getLogger("monitor.test_vitals")
PACKAGE = Path(__file__).parents[1] / "monitor"


class Clock:
    """A monotonic clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def samples(vitals: Vitals) -> dict[tuple[str, str], float]:
    """Value by name and labels, as a scraper reads them."""
    body, content_type = vitals.exposition()
    assert content_type.startswith("text/plain")
    return {
        (sample.name, ",".join(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def test_a_log_line_counts_and_its_durations_are_observed() -> None:
    vitals = Vitals()
    with vitals.listening():
        for late_s in (0.02, 0.2, -0.1):
            log.info("source polled", extra=fields(source="ree", items=3, late_s=late_s))
        log.warning("delivery retried", extra=fields(receiver="desk", reason="server", error="x"))
        log.info("something else", extra=fields(source="ree"))
    log.info("source polled", extra=fields(source="ree"))
    seen = samples(vitals)
    assert seen["monitor_source_polled_total", "ree"] == 3
    assert seen["monitor_delivery_retried_total", "server,desk"] == 1
    assert seen["monitor_visit_lateness_seconds_count", ""] == 3
    assert seen["monitor_visit_lateness_seconds_bucket", "0.025"] == 2


def test_lines_count_whatever_level_is_shown() -> None:
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.ERROR)
    try:
        vitals = Vitals()
        with vitals.listening():
            log.info("delivery sent", extra=fields(receiver="desk", seen_to_sent_s=0.1))
    finally:
        root.setLevel(before)
    assert samples(vitals)["monitor_delivery_sent_total", "desk"] == 1


def test_two_services_share_nothing() -> None:
    one, other = Vitals(), Vitals()
    one.count("delivery sent", receiver="desk")
    assert ("monitor_delivery_sent_total", "desk") not in samples(other)


def test_what_is_expected_is_there_from_zero_on() -> None:
    vitals = Vitals()
    vitals.expect(source=iter(["ree"]), receiver=["desk"])
    seen = samples(vitals)
    assert seen["monitor_delivery_dead_total", "desk"] == 0
    assert seen["monitor_source_polled_total", "ree"] == 0
    vitals.count("delivery dead", receiver="desk")
    vitals.expect(receiver=["desk"])
    assert samples(vitals)["monitor_delivery_dead_total", "desk"] == 1


def test_who_does_not_beat_is_named() -> None:
    clock = Clock()
    vitals = Vitals(monotonic=clock)
    assert vitals.healthy() == (True, "the event loop and the writer thread beat")
    clock.now += STUCK_AFTER_S + 1
    vitals.beat("loop", clock.now)
    well, words = vitals.healthy()
    assert not well
    assert words == "the database's writer thread has not answered for 26 s"
    assert samples(vitals)["monitor_alive", ""] == 0
    vitals.beat("writer", clock.now)
    assert vitals.healthy()[0]


def test_a_report_that_fails_hides_no_counter() -> None:
    def broken() -> dict[str, object]:
        raise OSError("disk full")

    vitals = Vitals(report=broken)
    with vitals.listening():
        seen = samples(vitals)
        assert seen["monitor_alive", ""] == 1
        assert samples(vitals)["monitor_metrics_incomplete_total", ""] == 1


def test_every_phrase_the_program_logs_has_its_counter() -> None:
    """A new phrase: name it in `PHRASES`, with those of its fields that should be labels."""
    logged = {}
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="log"), attr=level),
                    args=[ast.Constant(value=str(phrase)), *_],
                ) if level in ("info", "warning", "error", "exception"):
                    logged[phrase.partition(":")[0]] = file.name
    assert {p: f for p, f in logged.items() if p not in PHRASES} == {}
    assert "delivery sent" in logged


def test_names_follow_the_phrases() -> None:
    names = {name for name, _ in samples(Vitals())} | {
        f"monitor_{phrase.replace(' ', '_')}_total" for phrase in PHRASES
    }
    assert all(name.startswith(("monitor_", "process_")) for name in names)
    assert all(name.endswith("_s") for name in DURATIONS)
