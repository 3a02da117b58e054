"""Mail over SMTP: `mailto://` and `mailtos://` in Apprise's form, one mail a message.

    mailtos://user:password@mail.firm.example?to=desk@firm.example&from=monitor@firm.example
    mailto://relay.internal:25?to=desk@firm.example&from=monitor@firm.example

Every step of the talk has its own meaning: what is refused before the mail was handed over has not
arrived; what breaks off afterwards may have. The Message-ID comes from the delivery id, so a second
try is the same mail to whoever files it. A name or password travels only over TLS, except where the
address says `mailto://` or `mode=insecure`.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from dataclasses import dataclass, field
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import Field

from monitor.channels.plain import one_line, shorten, sound
from monitor.channels.posting import Now, refuse, safe
from monitor.channels.thread import OwnThread
from monitor.clock import utc_now
from monitor.config import Receiver, Strict
from monitor.errors import DeliveryError, Reason
from monitor.log import hide
from monitor.model import Message

DEADLINE_S = 25.0
"""For the whole talk: less than a line waits, so that the reason is ours to tell."""
SUBJECT_CHARS = 250
_POLICY = policy.SMTP.clone(cte_type="7bit")
"""Everything in seven bits: no relay on the way has to recode it."""
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.?|[0-9A-Fa-f:.]+")
_SERVERS = {
    "gmail.com": "smtp.gmail.com", "outlook.com": "smtp-mail.outlook.com",
    "hotmail.com": "smtp-mail.outlook.com", "yahoo.com": "smtp.mail.yahoo.com",
    "icloud.com": "smtp.mail.me.com", "fastmail.com": "smtp.fastmail.com", "qq.com": "smtp.qq.com",
    "163.com": "smtp.163.com", "126.com": "smtp.126.com",
}  # fmt: skip
"""Where mail of these domains is handed in: their name alone takes none."""

Mode = Literal["insecure", "starttls", "ssl"]


class Options(Strict):
    """Further keys of a receiver with `channel: mail`."""

    per_minute: float | None = Field(default=None, gt=0, le=60_000)
    """Mails a minute the server takes."""


@dataclass(frozen=True, slots=True)
class Postbox:
    """Where mail is handed in, and whose it is."""

    host: str
    port: int
    mode: Mode
    sender: Address
    to: tuple[str, ...]
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    verify: bool = True
    """Whether the server's certificate must be good."""


class MailChannel:
    """`url`: an address as above. Raises ConfigError for one that cannot be used."""

    Options = Options
    per_minute: float = 20
    burst: float = 10

    def __init__(
        self, receiver: Receiver, *, now: Now = utc_now, deadline_s: float = DEADLINE_S
    ) -> None:
        self._postbox = postbox_of(receiver)
        self._now = now
        self._deadline_s = deadline_s
        options = receiver.options
        if isinstance(options, Options) and options.per_minute is not None:
            self.per_minute, self.burst = options.per_minute, max(1.0, options.per_minute / 6)
        self._thread = OwnThread(f"mail-{receiver.id}")

    async def send(self, message: Message) -> str:
        mail = written(message, self._postbox, self._now)
        return await self._thread(_hand_in, self._postbox, mail, self._deadline_s)

    async def aclose(self) -> None: ...


# --- the address --------------------------------------------------------------------------------


def postbox_of(receiver: Receiver) -> Postbox:
    """The Postbox an Apprise URL describes. Raises ConfigError, without showing any of it."""
    url = (receiver.url or "").strip()
    hide(url)
    try:
        return _postbox(url)
    except ValueError as error:
        raise refuse(receiver, str(error)) from None


def _postbox(url: str) -> Postbox:
    """Raises ValueError saying what to write instead."""
    scheme, colon, _ = url.partition("://")
    scheme = scheme.lower()
    if scheme not in ("mailto", "mailtos") or not colon:
        raise ValueError(
            "is no mail address; write mailtos://user:password@host?to=... as env:NAME"
        )
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("is no usable mail address: its host or port cannot be read") from None
    query = parse_qs(parts.query.replace("+", "%2B"), keep_blank_values=True)  # desk+x@...
    options = {k.lower(): v[-1] for k, v in query.items()}
    user = options.get("user") or unquote(parts.username or "")
    password = options.get("pass") or unquote(parts.password or "")
    mode = _mode(scheme, options)
    name, given = _named(options.get("from", ""))
    fallback = user if "@" in user else f"{user or 'license-monitor'}@{host}"
    sender = given or fallback
    wanted = [*options.get("to", "").split(","), *unquote(parts.path).split("/")]
    wanted += [*options.get("cc", "").split(","), *options.get("bcc", "").split(",")]
    to = tuple(dict.fromkeys(_named(w)[1] for w in wanted if w.strip())) or (sender,)
    for address in (sender, *to):
        if not _ADDRESS.fullmatch(address) or len(address) > 254:
            raise ValueError(
                "names somebody whose mail address cannot be used; write a@firm.example"
            )
    server = options.get("smtp") or _SERVERS.get(host, host)
    if not _HOST.fullmatch(server):
        raise ValueError("names no usable mail server")
    standard = {"insecure": 25, "starttls": 587, "ssl": 465}[mode]
    name = one_line(options.get("name") or name or "license-monitor")
    return Postbox(
        server, port or standard, mode, Address(name, addr_spec=sender), to,
        user=user if password else "", password=password,
        verify=options.get("verify", "yes").lower() not in ("no", "false", "0"),
    )  # fmt: skip


def _mode(scheme: str, options: dict[str, str]) -> Mode:
    match options.get("mode", "starttls" if scheme == "mailtos" else "insecure").lower():
        case "starttls":
            return "starttls"
        case "ssl":
            return "ssl"
        case "insecure":
            return "insecure"
    raise ValueError("has a mode that is not known; write mode=starttls, ssl or insecure")


def _named(text: str) -> tuple[str, str]:
    """`Desk <desk@firm.example>` in its two parts; a bare name has no address."""
    text = text.strip()
    [(name, address)] = getaddresses([text]) if text else [("", "")]
    return (name, address) if "@" in address else (text, "")


# --- the mail -----------------------------------------------------------------------------------


def written(message: Message, postbox: Postbox, now: Now) -> EmailMessage:
    """The message as a mail. No text from outside can add a header: it is one line each."""
    domain = postbox.sender.domain
    kind = "digest" if message.html else "alerts"
    mail = EmailMessage(policy=_POLICY)
    mail["Subject"] = shorten(one_line(message.title), SUBJECT_CHARS)
    mail["From"] = postbox.sender
    mail["To"] = [Address(addr_spec=address) for address in postbox.to]
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = f"<{message.delivery_id or 'message'}.{kind}@{domain}>"
    mail["List-Id"] = f"license-monitor {kind} <{kind}.license-monitor.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"  # no "I am on holiday" from Exchange
    mail.set_content(sound(message.body).rstrip() + "\n", cte=_encoding(message.body))
    if message.html:
        html = message.html.encode("utf-8", "replace").decode()
        mail.add_alternative(html, subtype="html", cte=_encoding(html))
    return mail


def _encoding(text: str) -> str:
    """The shorter of the two ways to write UTF-8 in seven bits."""
    wide = sum(c > "~" for c in text)
    return "base64" if wide * 6 > len(text) else "quoted-printable"


# --- the talk -----------------------------------------------------------------------------------


def _hand_in(postbox: Postbox, mail: EmailMessage, deadline_s: float) -> str:
    """Hand the mail to the server; what it answered. Raises DeliveryError."""
    talk = _Talk(postbox, deadline_s)
    try:
        return talk.hand_in(mail)
    except DeliveryError:
        raise
    except smtplib.SMTPResponseException as error:  # greeting and login
        raise refusal(int(error.smtp_code), error.smtp_error) from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise talk.broken(error) from error


class _Talk:
    """One conversation with a server, in which we always know how far we are."""

    def __init__(self, postbox: Postbox, deadline_s: float) -> None:
        self._postbox = postbox
        self._deadline_s = deadline_s
        self._smtp: smtplib.SMTP | None = None
        self._late = False
        self._handed_over = False
        """The mail's text is on its way: from here on it may have been taken."""

    def hand_in(self, mail: EmailMessage) -> str:
        """The whole conversation."""
        box = self._postbox
        # A server that sends a byte now and then would keep each single wait short for ever.
        watch = threading.Timer(self._deadline_s, self._hang_up)
        watch.daemon = True
        watch.start()
        try:
            smtp = self._smtp = self._connected()
            if box.mode == "starttls":
                smtp.ehlo()
                if not smtp.has_extn("starttls"):
                    words = "the server offers no STARTTLS: nothing was sent in the clear"
                    raise DeliveryError(words, reason="client", retryable=False)
                _good(smtp.starttls(context=self._tls()))
            smtp.ehlo_or_helo_if_needed()
            if box.user:
                smtp.login(box.user, box.password)
            return self._envelope(smtp, mail)
        finally:
            watch.cancel()
            if self._smtp is not None:
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    self._smtp.putcmd("QUIT")  # politely, but nobody waits for the goodbye
                self._smtp.close()

    def _connected(self) -> smtplib.SMTP:
        box, name = self._postbox, self._postbox.sender.domain
        if box.mode == "ssl":
            return smtplib.SMTP_SSL(
                box.host, box.port, name, timeout=self._deadline_s, context=self._tls()
            )
        return smtplib.SMTP(box.host, box.port, name, timeout=self._deadline_s)

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self._postbox.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _envelope(self, smtp: smtplib.SMTP, mail: EmailMessage) -> str:
        """Nobody is to get it twice because somebody else was told to wait: all or nobody."""
        _good(smtp.mail(self._postbox.sender.addr_spec, ["size=" + str(len(mail.as_bytes()))]
                        if smtp.has_extn("size") else []))  # fmt: skip
        refused: list[DeliveryError] = []
        for address in self._postbox.to:
            try:
                _good(smtp.rcpt(address))
            except DeliveryError as error:
                if error.retryable:
                    raise
                refused.append(error)
        if len(refused) == len(self._postbox.to):
            raise refused[0]
        _good(smtp.docmd("DATA"), 354)
        self._handed_over = True
        text = re.sub(rb"(?m)^\.", b"..", mail.as_bytes())
        smtp.send((text if text.endswith(b"\r\n") else text + b"\r\n") + b".\r\n")
        answer = _good(smtp.getreply())
        if refused:
            many = f"{len(refused)} of {len(self._postbox.to)} addressees"
            return safe(f"{answer}; refused for {many}: {refused[0]}")
        return answer

    def _hang_up(self) -> None:
        self._late = True
        sock = getattr(self._smtp, "sock", None)
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def broken(self, error: Exception) -> DeliveryError:
        """What an error without an answer means for the mail."""
        reason: Reason = "transport"
        if self._late or isinstance(error, TimeoutError):
            words = "no answer in time"
            reason = "timeout"
        elif isinstance(error, ssl.SSLCertVerificationError):
            words = f"the server's certificate is not trusted: {safe(error.verify_message)}"
        elif isinstance(error, ssl.SSLError):
            words = "no TLS with this server: is it the right port and mode?"
        elif isinstance(error, ConnectionRefusedError):
            words = "connection refused"
        elif isinstance(error, socket.gaierror):
            words = "unknown host"
        elif isinstance(error, smtplib.SMTPNotSupportedError):
            words = "the server takes no name and password here (over TLS it may)"
            return DeliveryError(words, reason="auth", retryable=False)
        else:
            words = "the connection broke off"
        if self._handed_over:
            words += " after the mail was handed over: it may have arrived"
        return DeliveryError(words, reason=reason, doubtful=self._handed_over)


def _good(reply: tuple[int, bytes], code: int | None = None) -> str:
    """The server's yes in short safe words. Raises DeliveryError when it is none."""
    number, words = reply
    if number == code or (code is None and 200 <= number < 300):
        return _said(number, words)
    raise refusal(number, words)


def refusal(code: int, words: bytes | str) -> DeliveryError:
    """What a reply that is no yes means: 4xx = later, 5xx = not this mail."""
    said = _said(code, words)
    if code in (530, 534, 535, 538):
        return DeliveryError(said, reason="auth", retryable=False)
    if code == 552 or "5.3.4" in said:
        return DeliveryError(said, reason="too_large", retryable=False)
    if 400 <= code < 500:
        return DeliveryError(said, reason="server")
    if 500 <= code < 600:
        return DeliveryError(said, reason="client", retryable=False)
    return DeliveryError(f"not a mail server's answer: {said}", reason="transport")


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return _without_addresses(safe(f"{code} {text}"))


def _without_addresses(text: str) -> str:
    """Servers quote whom they refuse; nobody's address belongs into a log or on a page."""
    return re.sub(r"<?[^\s<>]+@[^\s<>]+>?", "(address)", text)
