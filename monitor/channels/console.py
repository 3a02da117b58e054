"""The alert on standard output: the receiver that needs no account.

Coloured on a terminal, plain elsewhere; characters the terminal cannot show are written as escapes.
"""

from __future__ import annotations

import sys
from typing import IO, ClassVar

from monitor.channels.plain import one_line, sound
from monitor.channels.thread import OwnThread
from monitor.config import Receiver
from monitor.errors import DeliveryError
from monitor.model import Message
from monitor.terminal import paint, status_tag


class ConsoleChannel:
    """Prints each message as a block of lines with a blank line after it."""

    Options: ClassVar[None] = None
    per_minute = 60_000
    burst = 1_000

    def __init__(self, receiver: Receiver, *, stream: IO[str] | None = None) -> None:
        self._stream = stream
        # Own thread: a pipe that nobody reads blocks its writer, which must not be the event loop.
        self._thread = OwnThread(f"console-{receiver.id}")

    async def send(self, message: Message) -> str:
        try:
            await self._thread(self._write, message)
        except (OSError, ValueError) as error:  # a closed pipe, a closed file
            raise DeliveryError(f"standard output: {error}", reason="transport") from error
        return "printed"

    def _write(self, message: Message) -> None:
        stream: IO[str] = self._stream or sys.stdout
        text = f"{_headline(message)}\n{sound(message.body)}\n\n"
        encoding = getattr(stream, "encoding", None) or "utf-8"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()

    async def aclose(self) -> None: ...


def _headline(message: Message) -> str:
    """The title, its status in the colour of its family."""
    title = one_line(message.title)
    if message.status is None:
        return paint(title, "bold")
    before, found, after = title.partition(status_tag(message.status, colour=False))
    tag = status_tag(message.status) if found else ""
    return paint(before, "bold") + tag + paint(after, "bold")
