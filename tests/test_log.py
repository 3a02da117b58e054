from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from monitor import log as log_module
from monitor.log import fields, hide, redact, set_up

log = logging.getLogger("monitor.test_log")


@pytest.fixture(autouse=True)
def restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Logging and secrets as they were before the test."""
    monkeypatch.setattr(log_module, "_hidden", set())
    monkeypatch.setattr(log_module, "_pattern", None)
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def written(*, as_json: bool = False) -> io.StringIO:
    stream = io.StringIO()
    set_up("debug", as_json=as_json, stream=stream)
    return stream


def test_a_phrase_and_its_fields() -> None:
    stream = written()
    log.info("source polled", extra=fields(source="szse-irm", items=20, elapsed_s=0.4201, x=None))
    line = stream.getvalue()
    assert line.endswith("Z INFO source polled source=szse-irm items=20 elapsed_s=0.42\n")


def test_values_with_blanks_are_quoted_and_empty_ones_visible() -> None:
    stream = written()
    log.warning("source failed", extra=fields(error='not "it" at all', note=""))
    assert stream.getvalue().endswith('source failed error="not \\"it\\" at all" note=""\n')


def test_json_lines() -> None:
    stream = written(as_json=True)
    log.info("source polled", extra=fields(items=3, source="a\nb"))
    line = json.loads(stream.getvalue())
    assert (line["phrase"], line["items"], line["source"]) == ("source polled", 3, "a\nb")
    assert (line["level"], line["logger"]) == ("info", "monitor.test_log")


@pytest.mark.parametrize("as_json", [False, True])
def test_nobody_from_outside_ends_a_line_or_colours_it(as_json: bool) -> None:
    stream = written(as_json=as_json)
    nasty = "a\r\n2026 ERROR forged\x1b[31m\u2028\u202e\ud800"
    log.info("item %s", nasty, extra=fields(title=nasty))
    out = stream.getvalue()
    assert out.count("\n") == 1
    assert "\x1b" not in out
    out.encode("utf-8")


@pytest.mark.parametrize(
    ("secret", "leak"),
    [
        ("slack://TokenAAAA/TokenBBBB/TokenCCCC/#desk", "https://hooks.example/TokenBBBB/x"),
        ("json://user:canary-pass@hook.example/path", "user:canary-pass"),
        ("jsons://hook.example/h/canarytoken", "POST https://hook.example/h/canarytoken"),
        ("https://hook.example/?key=canary%20key", "canary key and canary%20key"),
        ("tgram://123456:CANARYTOKEN/-100123456/", "bot123456:CANARYTOKEN"),
        ("plain-canary-secret", "it is plain-canary-secret!"),
    ],
)
def test_what_was_hidden_never_shows(secret: str, leak: str) -> None:
    hide(secret)
    stream = written()
    try:
        raise ValueError(f"cannot reach {secret}: {leak}")
    except ValueError:
        log.exception("delivery faulty", extra=fields(error=leak))
    log.info("it said: %s", leak)
    out = stream.getvalue().lower()
    assert "canary" not in out
    assert "tokenb" not in out
    assert secret.lower() not in out


def test_user_names_in_any_address_are_hidden() -> None:
    assert redact("GET https://me:pw@a.example/x") == "GET https://***@a.example/x"


def test_host_names_and_short_words_stay_readable() -> None:
    hide("json://hook.example:8080/a/b")
    assert redact("hook.example answered a b") == "hook.example answered a b"


def test_talkative_libraries_are_silenced_whatever_the_level() -> None:
    stream = written()
    for name in ("httpx", "urllib3.connectionpool", "apscheduler.executors", "aiohttp.access"):
        logging.getLogger(name).info("GET https://a.example/?token=1")
    assert stream.getvalue() == ""


def test_setting_up_twice_does_not_write_twice() -> None:
    first, second = written(), written()
    log.info("service started")
    assert first.getvalue() == ""
    assert second.getvalue().count("service started") == 1
