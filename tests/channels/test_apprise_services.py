"""Single services behind Apprise: what Slack, Discord and Telegram are told, and who is refused.

Their plug-ins post to fixed hosts; here the host is a desk, everything else is as in real life.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitor.channels import build_channels
from monitor.channels.apprise import AppriseChannel
from monitor.channels.plain import units
from monitor.config import Receiver
from monitor.errors import ConfigError, DeliveryError
from monitor.model import Message
from monitor.standins.desk import Act, Desk

IDS = "event 7f3a9c12ab34 · delivery 91be04c2d7aa"
HOSTILE = Message(
    title="▲ GRANTED @everyone <!channel> & <b>x</b>\nBcc: y",
    body="\n".join([
        "To US [bank](https://evil.example) <@U1> @durov <script>",
        "“证||hidden||```”",
        "# forged headline",
        "https://a.example/@here?a=1&b=2",
        IDS,
    ]),
)  # fmt: skip
URLS = {
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#desk",
    "discord": "discord://123456789012345678/abcdefghijabcdefghijabcdefghij",
    "telegram": "tgram://123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/-1001234/",
}


def opened(service: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AppriseChannel:
    """The channel to a service whose host is the desk."""
    channel = AppriseChannel(Receiver(id="chat", channel="apprise", url=URLS[service]))
    attribute, path = {
        "slack": ("webhook_url", "/services"),
        "discord": ("notify_url", "/webhooks"),
        "telegram": ("notify_url", "/bot"),
    }[service]
    monkeypatch.setattr(type(channel._apprise[0]), attribute, desk.url + path)
    return channel


def good(service: str) -> Act:
    """The yes of the service."""
    return Act(body="ok" if service == "slack" else '{"ok": true, "result": {}}', accepted=True)


def shown(service: str, told: Any) -> str:
    """Title and text as the service got them."""
    if service == "slack":
        return "\n".join([told["attachments"][0]["title"], told["attachments"][0]["text"]])
    return str(told["content" if service == "discord" else "text"])


@pytest.mark.parametrize("service", URLS)
async def test_hostile_text_commands_nothing_and_reads_as_before(
    service: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = opened(service, desk, monkeypatch)
    desk._acts.append(good(service))
    await channel.send(HOSTILE)
    [call] = desk.received
    text = shown(service, call.json)
    for command in ("@everyone", "@here", "@durov", "<!", "<@", "<script", "](", "||", "```"):
        assert command not in text
    assert "\n#" not in text
    assert "Bcc: y" in text.splitlines()[0], "no line was added"
    plain = text.replace("\u200b", "").replace("&lt;", "<").replace("&gt;", ">")
    for words in (
        "@everyone <!channel>",
        "[bank](https://evil.example) <@U1> @durov",
        "||hidden||",
    ):
        assert words in plain
    link = "https://a.example/%40here?a=1&b=2"
    assert text.splitlines()[-2].replace("&amp;", "&") == link
    assert text.splitlines()[-1] == IDS


@pytest.mark.parametrize(("service", "limit"), [("discord", 2000), ("telegram", 4096)])
@pytest.mark.parametrize("fill", ["证", "😀"])
async def test_what_is_too_long_for_the_service_keeps_link_and_ids(
    service: str, limit: int, fill: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = opened(service, desk, monkeypatch)
    desk._acts.append(good(service))
    tail = f"https://a.example/answer/1\n{IDS}"
    await channel.send(replace(HOSTILE, title="▲ GRANTED", body=f"{fill * 9_000}\n{tail}"))
    [call] = desk.received
    text = shown(service, call.json).replace("\r\n", "\n")
    assert limit * 0.8 < units(text) <= limit
    assert text.endswith(f"…\n{tail}")


async def test_a_text_message_of_160_characters_still_tells_the_story(desk: Desk) -> None:
    channel = AppriseChannel(Receiver(id="sms", channel="apprise", url=desk.apprise_url))
    channel._limit = 144
    await channel.send(replace(HOSTILE, title="▼ REVOKED · " + "证" * 200))
    [call] = desk.received
    assert len(call.json["title"] + call.json["message"]) < 144
    assert call.json["title"].startswith("▼ REVOKED · 证")
    assert call.json["message"].endswith(IDS)


async def test_slack_says_no_with_status_200(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = opened("slack", desk, monkeypatch)
    desk._acts.append(Act(body="invalid_token"))
    with pytest.raises(DeliveryError, match="HTTP 200 OK: invalid_token") as caught:
        await channel.send(HOSTILE)
    assert (caught.value.reason, caught.value.retryable) == ("other", True)


# --- services Apprise cannot tell the truth about -----------------------------------------------


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("feishu://canarytoken", "feishu"),
        ("lark://canarytoken", "lark"),
        ("dingtalk://SECcanary@canarytoken/", "dingtalk"),
        ("wecombot://canarykey", "wecom"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/canarytoken", "feishu"),
        ("https://open.larksuite.com/open-apis/bot/v2/hook/canarytoken", "lark"),
        ("https://oapi.dingtalk.com/robot/send?access_token=canarytoken", "dingtalk"),
        ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=canarykey", "wecom"),
    ],
)
def test_who_says_yes_to_everything_is_refused_and_our_own_channel_named(
    url: str, own: str
) -> None:
    with pytest.raises(ConfigError, match=f"write channel: {own} and") as caught:
        build_channels([Receiver(id="chat", channel="apprise", url=url)])
    assert "receivers.chat.url" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_a_services_own_web_address_gets_that_services_treatment() -> None:
    url = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    by_address = AppriseChannel(Receiver(id="a", channel="apprise", url=url))
    by_name = AppriseChannel(Receiver(id="b", channel="apprise", url=URLS["slack"]))
    assert by_address._scheme == by_name._scheme == "slack"
    assert by_address.per_minute == by_name.per_minute
