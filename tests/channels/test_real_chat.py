"""An alert on a real chat server: sent through Apprise to ngircd, read back by somebody else.

Skipped where ngircd is not installed (Debian, Ubuntu: `apt-get install ngircd`).
`pytest -m chat` runs this alone.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.channels import open_channels
from monitor.clock import CHINA
from monitor.config import Receiver
from monitor.render import alert
from tests.alerts import JL_MAG, NOW, event
from tests.outboxes import until

NGIRCD = shutil.which("ngircd") or shutil.which("ngircd", path="/usr/sbin:/usr/local/sbin")
pytestmark = [
    pytest.mark.chat,
    pytest.mark.skipif(NGIRCD is None, reason="no ngircd: apt-get install ngircd"),
]


class Reader:
    """A person in the room: a plain IRC client of our own."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.heard: list[str] = []
        """What others said in the room, line by line."""

    async def join(self, room: str) -> None:
        """Enter the room; returns when the server has listed who is there."""
        self._writer.write(f"NICK trader\r\nUSER trader 0 * :A trader\r\nJOIN {room}\r\n".encode())
        await self.hear(until=" 366 ")

    async def hear(self, until: str) -> list[str]:
        """Everything said in the room up to the server's line that holds `until`."""
        async with asyncio.timeout(20):
            while line := (await self._reader.readline()).decode().rstrip("\r\n"):
                if line.startswith("PING"):
                    self._writer.write(line.replace("PING", "PONG", 1).encode() + b"\r\n")
                if " PRIVMSG " in line:
                    self.heard.append(line.split(" :", 1)[1])
                if until in line:
                    return self.heard
        raise AssertionError("the server hung up")


@contextmanager
def free_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


@asynccontextmanager
async def server(folder: Path) -> AsyncIterator[int]:
    """ngircd on a port of its own."""
    with free_port() as port:
        pass
    conf = folder / "ngircd.conf"
    conf.write_text(
        "[Global]\nName = irc.example.net\nInfo = test\n"
        f"Listen = 127.0.0.1\nPorts = {port}\nMotdPhrase = hello\nPidFile =\n"
        "[Limits]\nMaxConnectionsIP = 0\n"
        "[Options]\nDNS = no\nIdent = no\nPAM = no\nSyslogFacility = user\n",
        encoding="utf-8",
    )
    assert NGIRCD is not None
    child = await asyncio.create_subprocess_exec(
        NGIRCD, "--nodaemon", "--config", str(conf),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip

    async def answers() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            assert child.returncode is None, "ngircd did not start"
            return False
        writer.close()
        await writer.wait_closed()
        return True

    try:
        await until(answers)
        yield port
    finally:
        if child.returncode is None:
            child.terminate()
        await child.wait()


@asynccontextmanager
async def somebody(port: int) -> AsyncIterator[Reader]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Reader(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


async def test_an_alert_is_read_by_a_second_client(tmp_path: Path) -> None:
    told = alert(event(), JL_MAG, delivery_id="91be04c2d7aa", now=NOW, zone=CHINA)
    hostile = "证" * 500 + "\r\nPART #desk\n"
    message = replace(told, title=f"{told.title}\r\nPART #desk", body=hostile + told.body)
    async with server(tmp_path) as port, somebody(port) as trader:
        await trader.join("#desk")
        url = f"irc://bot@127.0.0.1:{port}/#desk"
        channels = await open_channels([Receiver(id="room", channel="apprise", url=url)])
        answer = await channels["room"].send(message)
        heard = await trader.hear(until=" QUIT ")
        await channels["room"].aclose()
    assert answer == "Sent IRC notification to #desk as @bot"
    assert heard[0] == f"{told.title} PART #desk", "no line of ours is a command"
    assert heard[1:3] == ["证" * 125 + "…", "PART #desk"], "no line is cut by the server"
    assert heard[3:] == told.body.splitlines()
