"""What the log says of a configuration."""

from __future__ import annotations

import logging

import pytest

from monitor.config import Config, Source
from monitor.service.lines import warn_of_liberties
from monitor.vitals import PHRASES


def test_a_source_that_ignores_robots_txt_is_named(caplog: pytest.LogCaptureFixture) -> None:
    sources = [
        Source(id="polite", adapter="feed"),
        Source(id="rude", adapter="listing", robots=False),
        Source(id="asleep", adapter="listing", robots=False, enabled=False),
    ]
    with caplog.at_level(logging.WARNING):
        warn_of_liberties(Config(sources=sources))
    [record] = caplog.records
    assert record.message == "robots ignored"
    assert record.__dict__["fields"]["source"] == "rude"


def test_every_liberty_is_a_phrase_that_is_counted() -> None:
    source = Source(id="s", adapter="listing", robots=False, verify_tls=False)
    assert len(source.liberties) == 2
    assert set(source.liberties) <= set(PHRASES)
