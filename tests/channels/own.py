"""The channels that send for themselves, opened to stand-ins."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from monitor.channels import CHANNELS
from monitor.channels.dingtalk import DingTalkChannel
from monitor.channels.feishu import FeishuChannel
from monitor.channels.webhook import WebhookChannel
from monitor.channels.wecom import WeComChannel
from monitor.config import Receiver
from monitor.model import Message
from monitor.standins.chat import ChatRobots
from tests.alerts import NOW

OwnChannel = FeishuChannel | DingTalkChannel | WeComChannel | WebhookChannel
OWN: dict[str, type[OwnChannel]] = {
    "feishu": FeishuChannel,
    "lark": FeishuChannel,
    "dingtalk": DingTalkChannel,
    "wecom": WeComChannel,
    "webhook": WebhookChannel,
}
ROBOTS = ("feishu", "lark", "dingtalk", "wecom")
LINK = "https://irm.example/answer/qa-1"
IDS = "event 7f3a9c12ab34 · delivery 91be04c2d7aa"
ALERT = Message(
    title="▲ GRANTED · JL MAG 金力永磁 · 300748.SZ / 06680.HK",
    body=f"To US · magnets\n“公司已拿到出口许可证”\n{LINK}\n{IDS}",
    url=LINK,
    status="granted",
    event_id="7f3a9c12ab34",
    delivery_id="91be04c2d7aa",
)


def at_noon() -> datetime:
    """The clock of the tests."""
    return NOW


def opened(name: str, robots: ChatRobots, *, deadline_s: float = 5.0, **options: Any) -> OwnChannel:
    """The channel `name`, leading to the stand-in."""
    url = robots.url + "/hook" if name == "webhook" else robots.address(name)
    return opened_to(name, url, deadline_s=deadline_s, **options)


def opened_to(name: str, url: str, *, deadline_s: float = 5.0, **options: Any) -> OwnChannel:
    """The channel `name`, leading to any address."""
    assert CHANNELS[name] is OWN[name], "what is tested is what is registered"
    kind = OWN[name]
    receiver = Receiver(id="desk", channel=name, url=url, options=kind.Options(**options))
    return kind(receiver, now=at_noon, deadline_s=deadline_s)
