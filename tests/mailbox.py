"""A real mail server on 127.0.0.1 that keeps what it is given, and misbehaves to order."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).parent / "fixtures/tls/good.example.pem"
"""Self-signed for good.example; its key is public."""
SECRET = LoginPassword(b"robot@firm.example", b"pw-5c3a1f")


@dataclass(frozen=True, slots=True)
class Act:
    """What the server says at one step of the next mail; `drop` and `hang` say nothing."""

    at: str
    """`MAIL`, `RCPT` or `DATA` (once it has the text)."""
    reply: str
    to: str = ""
    """At RCPT: only for this address."""


class Mailbox:
    """Takes every mail, unless told how to treat the next ones."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        """The mails that were accepted, as they came."""
        self.offered = 0
        """Texts that were handed over, accepted or not."""
        self.asked: list[str] = []
        self.port = 0
        self.acts: deque[Act] = deque()
        self._arrival = asyncio.Event()

    @property
    def mails(self) -> list[EmailMessage]:
        """The accepted mails, read."""
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]

    def url(self, *, scheme: str = "mailto", login: str = "", more: str = "") -> str:
        """The address of the mailbox in Apprise's form."""
        to = "to=desk@firm.example&from=Monitor%20%3Cmonitor@firm.example%3E"
        return f"{scheme}://{login}127.0.0.1:{self.port}?{to}{more}"

    def order(self, at: str, reply: str, times: int = 1, *, to: str = "") -> None:
        self.acts += [Act(at, reply, to)] * times

    async def wait_for(self, count: int, within_s: float = 10.0) -> list[EmailMessage]:
        """The mails, as soon as there are `count` of them. Raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while len(self.raw) < count:
                self._arrival.clear()
                await self._arrival.wait()
        return self.mails

    # --- what aiosmtpd calls ------------------------------------------------------------------

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._reply(server, "MAIL") or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked.append(address)
        reply = await self._reply(server, "RCPT", address)
        if reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.offered += 1
        content = envelope.original_content or b""
        reply = await self._reply(server, "DATA", content=content)
        if reply:
            return reply
        self._take(content)
        return f"250 2.0.0 Ok: queued as {len(self.raw):06X}"

    def _take(self, content: bytes) -> None:
        self.raw.append(content)
        self._arrival.set()

    async def _reply(self, server: SMTP, at: str, to: str = "", *, content: bytes = b"") -> str:
        act = self.acts[0] if self.acts else None
        if act is None or act.at != at or (act.to and act.to != to):
            return ""
        self.acts.popleft()
        if act.reply == "hang":
            await asyncio.sleep(30)
        elif act.reply in ("drop", "take and drop"):
            if act.reply == "take and drop":
                self._take(content)
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return act.reply


def _login(server: SMTP, session: Session, envelope: Envelope, how: str, data: Any) -> AuthResult:
    return AuthResult(success=data == SECRET, handled=data == SECRET)


@asynccontextmanager
async def mailbox(*, tls: str = "", auth: bool = False) -> AsyncIterator[Mailbox]:
    """A server in the running loop. `tls`: `starttls`, `ssl` or neither."""
    box = Mailbox()
    context = None
    if tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATE)

    def serve() -> SMTP:
        return SMTP(
            box, hostname="mail.firm.example", loop=asyncio.get_running_loop(),
            tls_context=context if tls == "starttls" else None, require_starttls=tls == "starttls",
            authenticator=_login if auth else None, auth_required=auth,
            auth_require_tls=tls == "starttls", enable_SMTPUTF8=False, data_size_limit=10_000_000,
        )  # fmt: skip

    server = await asyncio.get_running_loop().create_server(
        serve, "127.0.0.1", 0, ssl=context if tls == "ssl" else None
    )
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
