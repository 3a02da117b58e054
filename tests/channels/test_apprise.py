from __future__ import annotations

import io
import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from monitor.channels import Channel, build_channels, open_channels
from monitor.channels.apprise import AppriseChannel, Options
from monitor.config import Receiver
from monitor.errors import ConfigError, DeliveryError
from monitor.log import fields, set_up
from monitor.model import Message
from monitor.standins.desk import Desk

ALERT = Message("▲ GRANTED · JL MAG 金力永磁", "“证 @everyone”\nhttps://a.example/1\nevent 7f3a")


async def channel_to(url: str, **more: Any) -> Channel:
    receiver = Receiver(id="desk", channel="apprise", url=url, **more)
    return (await open_channels([receiver]))["desk"]


async def test_a_webhook_gets_title_and_message_as_plain_text(desk: Desk) -> None:
    channel = await channel_to(desk.apprise_url)
    assert await channel.send(ALERT) == "Sent JSON POST notification."
    [call] = desk.received
    assert (call.json["title"], call.json["message"]) == (ALERT.title, ALERT.body)
    assert call.json["version"] == "1.0"
    await channel.aclose()


@pytest.mark.parametrize(
    ("status", "words", "reason", "retryable"),
    [
        (503, "HTTP 503 Service Unavailable: not now", "server", True),
        (429, "HTTP 429 Too Many Requests: not now", "rate_limited", True),
        (401, "HTTP 401 Unauthorized: not now", "auth", False),
        (403, "HTTP 403 Forbidden: not now", "auth", False),
        (404, "HTTP 404 Not Found: not now", "client", False),
        (413, "HTTP 413 Request Entity Too Large: not now", "too_large", False),
    ],
)
async def test_a_refusal_is_told_in_the_others_words(
    desk: Desk, status: int, words: str, reason: str, retryable: bool
) -> None:
    channel = await channel_to(desk.apprise_url)
    desk.fail(1, status=status)
    with pytest.raises(DeliveryError) as caught:
        await channel.send(ALERT)
    assert str(caught.value) == words
    assert (caught.value.reason, caught.value.retryable) == (reason, retryable)
    assert not caught.value.doubtful
    await channel.aclose()


async def test_what_the_other_side_says_is_read_in_its_own_characters(desk: Desk) -> None:
    channel = await channel_to(desk.apprise_url)
    desk._acts.clear()
    desk.answer("签名错误", status=400)
    with pytest.raises(DeliveryError, match=r"HTTP 400 Bad Request: "):
        await channel.send(ALERT)
    await channel.aclose()


async def test_a_lost_reply_is_doubtful_and_a_closed_port_is_not(desk: Desk) -> None:
    channel = await channel_to(desk.apprise_url)
    desk.drop(1, after_accepting=True)
    with pytest.raises(DeliveryError, match="connection lost") as caught:
        await channel.send(ALERT)
    assert (caught.value.reason, caught.value.doubtful) == ("transport", True)
    nobody = await channel_to("json://127.0.0.1:1/hook")
    with pytest.raises(DeliveryError, match="connection refused") as caught:
        await nobody.send(ALERT)
    assert (caught.value.reason, caught.value.doubtful) == ("transport", False)


async def test_messages_do_not_wait_for_each_other(desk: Desk) -> None:
    channel = await channel_to(desk.apprise_url)
    await channel.send(ALERT)
    started = time.monotonic()
    for _ in range(5):
        await channel.send(ALERT)
    assert time.monotonic() - started < 3  # Apprise itself would pause a second and more each


async def test_no_secret_is_logged_or_told(desk: Desk) -> None:
    lines = io.StringIO()
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    set_up("debug", stream=lines)
    try:
        url = desk.apprise_url.replace("json://", "json://canaryuser:canarypass@")
        channel = await channel_to(f"{url}/canarypath?+X-Key=canaryheader&-q=canaryquery")
        told = [await channel.send(ALERT)]
        desk.fail(1, status=401)
        desk.answer({"error": "no such key canaryheader"}, status=403)
        desk.drop(1)
        for _ in range(3):
            with pytest.raises(DeliveryError) as caught:
                await channel.send(ALERT)
            told.append(str(caught.value))
            logging.getLogger("x").warning("delivery retried", extra=fields(error=caught.value))
            logging.getLogger("x").error("delivery faulty: %s", url, exc_info=caught.value)
    finally:
        root.setLevel(before[0])
        root.handlers[:] = before[1]
    assert desk.received[0].headers["x-key"] == "canaryheader", "the canary was in the URL"
    assert "HTTP 401" in lines.getvalue()
    assert "canary" not in "".join(told) + lines.getvalue()
    assert "JSON Payload" not in lines.getvalue(), "what Apprise logs at DEBUG leads nowhere"
    await channel.aclose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("slakc://canarytoken/b/c", "did you mean slack://?"),
        ("slack://canarytoken", "not a complete slack:// URL"),
        ("https://canary.example/hook", "write channel: webhook, or jsons://"),
        ("canarytoken", "not an Apprise URL"),
        (None, "needs a url"),
    ],
)
def test_a_url_apprise_cannot_use_stops_the_start_without_showing_it(
    url: str | None, words: str
) -> None:
    receivers = [Receiver(id=i, channel="apprise", url=url) for i in ("one", "two")]
    with pytest.raises(ConfigError) as caught:
        build_channels(receivers)
    assert len(caught.value.problems) == 2, "all of them at once"
    assert words in str(caught.value)
    assert "canary" not in str(caught.value)


def test_the_pace_follows_the_service_and_can_be_set() -> None:
    def pace(url: str, options: Options | None = None) -> float:
        receiver = Receiver(id="desk", channel="apprise", url=url, options=options)
        return AppriseChannel(receiver).per_minute

    chat = "discord://123456789012345678/abcdefghijabcdefghijabcdefghij"
    assert pace(chat) <= 30
    assert pace("json://a.example/") >= 600
    assert pace(chat, Options(per_minute=90)) == 90


async def test_too_long_a_message_keeps_link_and_event_id(desk: Desk) -> None:
    channel = await channel_to(desk.apprise_url)
    assert isinstance(channel, AppriseChannel)
    channel._limit = 400
    await channel.send(Message("T", "证" * 9000 + "\nhttps://a.example/1\nevent 7f3a"))
    [call] = desk.received
    assert len(call.json["message"]) <= 400
    assert call.json["message"].endswith("…\nhttps://a.example/1\nevent 7f3a")


def test_what_is_slow_to_load_waits_until_a_channel_is_built() -> None:
    slow = {"apprise", "requests", "httpx", "aiohttp"}
    program = f"import sys, monitor.channels; sys.exit(len({slow} & sys.modules.keys()))"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
