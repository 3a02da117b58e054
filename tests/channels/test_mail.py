"""Mail through a real server: taken, put off, refused, or nobody knows."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from monitor.channels.mail import MailChannel, Postbox, postbox_of
from monitor.config import Receiver
from monitor.errors import ConfigError, DeliveryError
from monitor.model import Message
from tests.channels.own import ALERT, at_noon
from tests.mailbox import Mailbox, mailbox


def channel(url: str, *, deadline_s: float = 5.0) -> MailChannel:
    receiver = Receiver(id="desk", channel="mail", url=url)
    return MailChannel(receiver, now=at_noon, deadline_s=deadline_s)


async def refused(box: Mailbox, message: Message = ALERT, **options: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel(box.url(**options)).send(message)
    assert "firm.example" not in str(caught.value), "no address leaves the channel"
    return caught.value


async def test_an_alert_arrives_with_what_mail_programs_sort_by() -> None:
    async with mailbox() as box:
        answer = await channel(box.url()).send(ALERT)
        [mail] = box.mails
    assert answer == "250 2.0.0 Ok: queued as 000001"
    assert mail["Subject"] == ALERT.title
    assert mail["From"] == "Monitor <monitor@firm.example>"
    assert mail["To"] == "desk@firm.example"
    assert mail["Message-ID"] == "<91be04c2d7aa.alerts@firm.example>"
    assert mail["List-Id"] == "license-monitor alerts <alerts.license-monitor.firm.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Mon, 02 Mar 2026 03:02:42 +0000"
    assert mail.get_content().replace("\r\n", "\n") == ALERT.body + "\n"
    assert mail.get_content_type() == "text/plain"


async def test_a_digest_has_two_twins() -> None:
    html = "<!doctype html><p>金力永磁 " + "x" * 5000 + "</p>"
    async with mailbox() as box:
        await channel(box.url()).send(replace(ALERT, html=html, body="\n.a dot\n..two\n"))
        [raw], [mail] = box.raw, box.mails
    assert all(len(line) <= 998 for line in raw.split(b"\r\n")), "no relay will break a line"
    assert raw.isascii()
    text, twin = mail.iter_parts()
    assert (text.get_content_type(), twin.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n") == "\n.a dot\n..two\n"
    assert twin.get_content().strip() == html
    assert mail["List-Id"].endswith("<digest.license-monitor.firm.example>")


@pytest.mark.parametrize(
    "title",
    ["a\r\nBcc: all@firm.example", "a\nX: y", "\u202ea\x00\x1b[1m", "\ud800", "稀" * 5000, ""],
)
async def test_no_title_adds_a_header(title: str) -> None:
    async with mailbox() as box:
        await channel(box.url()).send(replace(ALERT, title=title))
        await channel(box.url()).send(ALERT)
        hostile, plain = box.mails
    assert hostile.keys() == plain.keys()
    assert len(hostile["Subject"]) <= 250
    assert not set(hostile["Subject"]) & set("\r\n\x00\x1b\u202e")


# --- answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "reply", "reason", "retryable"),
    [
        ("RCPT", "451 4.7.1 Greylisted, come back later", "server", True),
        ("MAIL", "421 4.3.2 Shutting down", "server", True),
        ("DATA", "452 4.2.2 Mailbox full", "server", True),
        ("RCPT", "550 5.1.1 <desk@firm.example>: no such user", "client", False),
        ("DATA", "554 5.7.1 Spam", "client", False),
        ("DATA", "552 5.3.4 Too big", "too_large", False),
        ("MAIL", "530 5.7.0 Authentication required", "auth", False),
    ],
)
async def test_a_refusal_is_read(at: str, reply: str, reason: str, retryable: bool) -> None:
    async with mailbox() as box:
        box.order(at, reply)
        error = await refused(box)
        assert (error.reason, error.retryable, error.doubtful) == (reason, retryable, False)
        assert str(error).startswith(reply[:9])
        assert await channel(box.url()).send(ALERT), "the next try is a new conversation"


async def test_a_connection_lost_after_the_text_is_doubtful_and_the_twin_has_the_same_id() -> None:
    async with mailbox() as box:
        box.order("DATA", "take and drop")
        error = await refused(box)
        assert error.doubtful
        assert error.retryable
        await channel(box.url()).send(ALERT)
        first, second = box.mails
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_connection_lost_before_the_text_is_not() -> None:
    async with mailbox() as box:
        box.order("RCPT", "drop")
        error = await refused(box)
    assert (error.reason, error.doubtful, error.retryable) == ("transport", False, True)


@pytest.mark.parametrize(("at", "doubtful"), [("MAIL", False), ("DATA", True)])
async def test_a_server_that_hangs_costs_the_deadline(at: str, doubtful: bool) -> None:
    async with mailbox() as box:
        box.order(at, "hang")
        started = time.monotonic()
        with pytest.raises(DeliveryError) as caught:
            await channel(box.url(), deadline_s=0.3).send(ALERT)
        assert time.monotonic() - started < 3
    assert (caught.value.reason, caught.value.doubtful) == ("timeout", doubtful)


async def test_one_who_must_wait_makes_all_wait_and_one_who_is_unknown_does_not() -> None:
    async with mailbox() as box:
        box.order("RCPT", "451 later", to="bob@firm.example")
        error = await refused(box, more="&cc=bob@firm.example")
        assert error.retryable
        assert not box.offered, "nobody got it"
        box.order("RCPT", "550 unknown", to="bob@firm.example")
        answer = await channel(box.url(more="&cc=bob@firm.example")).send(ALERT)
    assert "refused for 1 of 2 addressees: 550 unknown" in answer


async def test_nobody_there() -> None:
    async with mailbox() as box:
        pass
    error = await refused(box)
    assert (str(error), error.reason, error.doubtful) == ("connection refused", "transport", False)


# --- TLS and login --------------------------------------------------------------------------------

LOGIN = "robot%40firm.example:pw-5c3a1f@"


@pytest.mark.parametrize("mode", ["starttls", "ssl"])
async def test_name_and_password_over_tls(mode: str) -> None:
    async with mailbox(tls=mode, auth=mode == "starttls") as box:
        more = f"&mode={mode}&verify=no"
        login = LOGIN if mode == "starttls" else ""
        assert await channel(box.url(scheme="mailtos", login=login, more=more)).send(ALERT)
        error = await refused(box, scheme="mailtos", login=login, more=f"&mode={mode}")
        assert "certificate is not trusted" in str(error)
        if mode == "starttls":
            wrong = LOGIN.replace("5c3a1f", "wrong-one")
            error = await refused(box, scheme="mailtos", login=wrong, more=more)
            assert (error.reason, error.retryable) == ("auth", False)
            assert "wrong-one" not in str(error)


async def test_nothing_is_said_in_the_clear_to_a_server_without_starttls() -> None:
    async with mailbox() as box:
        error = await refused(box, scheme="mailtos", login=LOGIN)
        assert "no STARTTLS" in str(error)
        assert not error.retryable
        assert not box.asked


# --- addresses ------------------------------------------------------------------------------------


def read(url: str) -> Postbox:
    return postbox_of(Receiver(id="desk", channel="mail", url=url))


def test_addresses_in_apprises_form() -> None:
    box = read("mailtos://me:p%40ss@gmail.com")
    assert (box.host, box.port, box.mode) == ("smtp.gmail.com", 587, "starttls")
    assert (str(box.sender), box.to) == ("license-monitor <me@gmail.com>", ("me@gmail.com",))
    assert (box.user, box.password) == ("me", "p@ss")
    assert "p@ss" not in repr(box)
    box = read(
        "mailtos://h.example:2465?to=a+x@b.example,c@d.example&mode=ssl&smtp=m.example&name=D"
    )
    assert (box.host, box.port, box.mode) == ("m.example", 2465, "ssl")
    assert (box.to, box.sender.display_name) == (("a+x@b.example", "c@d.example"), "D")
    box = read("mailto://relay.internal/a@b.example?from=Desk%20%3Cm@b.example%3E")
    assert (box.port, box.mode, box.to) == (25, "insecure", ("a@b.example",))
    assert str(box.sender) == "Desk <m@b.example>"


@pytest.mark.parametrize(
    "url",
    [
        "", "json://h.example", "mailto:a@b.example", "mailto://", "mailto://h:99999999",
        "mailto://h.example?to=not-an-address", "mailto://h.example?to=a@b%0D%0AX: y",
        "mailtos://h.example?mode=maybe", "mailto://h.example?to=a@b.example&smtp=a b",
        "mailto://[::1?to=a@b.example", "mailto://h.example?to=金力@b.example",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(url)
    assert caught.value.problems[0].key == "receivers.desk.url"
    assert "b.example" not in caught.value.problems[0].message.replace("a@firm.example", "")
