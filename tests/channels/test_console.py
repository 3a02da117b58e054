from __future__ import annotations

import io
import os

import pytest

from monitor.channels.console import ConsoleChannel
from monitor.config import Receiver
from monitor.errors import DeliveryError
from monitor.model import Message

ALERT = Message("▲ GRANTED · JL MAG 金力永磁 · 300748.SZ", "To US\nevent 7f3a", status="granted")
SCREEN = Receiver(id="screen", channel="console")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def shown(message: Message, stream: io.StringIO | io.TextIOWrapper) -> None:
    channel = ConsoleChannel(SCREEN, stream=stream)
    assert await channel.send(message) == "printed"
    await channel.aclose()


async def test_the_alert_as_a_block(capsys: pytest.CaptureFixture[str]) -> None:
    channel = ConsoleChannel(SCREEN)
    await channel.send(ALERT)
    await channel.aclose()
    assert capsys.readouterr().out == f"{ALERT.title}\n{ALERT.body}\n\n"


async def test_text_from_outside_cannot_drive_the_terminal() -> None:
    stream = io.StringIO()
    await shown(Message("▼ \x1b]0;owned\x07DENIED\nforged", "a\x1b[2Jb\u202ec"), stream)
    assert stream.getvalue() == "▼ ]0;ownedDENIED forged\na[2Jbc\n\n"


async def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    monkeypatch.setattr("sys.stdout", stream)
    await shown(ALERT, stream)
    assert stream.getvalue().startswith("\x1b[32;1m▲ GRANTED\x1b[0m")
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Terminal()
    monkeypatch.setattr("sys.stdout", plain)
    await shown(ALERT, plain)
    assert "\x1b" not in plain.getvalue()


async def test_a_terminal_without_chinese_gets_escapes_not_a_crash() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    await shown(ALERT, stream)
    assert b"JL MAG \\u91d1" in raw.getvalue()


async def test_a_reader_that_went_away_is_a_delivery_error() -> None:
    read, write = os.pipe()
    os.close(read)
    stream = os.fdopen(write, "w", encoding="utf-8")
    channel = ConsoleChannel(SCREEN, stream=stream)
    with pytest.raises(DeliveryError, match="standard output") as caught:
        await channel.send(ALERT)
    assert caught.value.retryable
    await channel.aclose()
    with pytest.raises(OSError, match="Broken pipe"):
        stream.close()
