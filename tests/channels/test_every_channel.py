"""What every channel in the registry has to do."""

from __future__ import annotations

import pytest

from monitor.channels import CHANNELS, open_channels
from monitor.config import Receiver, Strict
from monitor.model import Message
from monitor.standins.chat import ChatRobots
from tests.channels.own import ROBOTS
from tests.mailbox import mailbox


@pytest.mark.parametrize("name", CHANNELS)
async def test_it_takes_a_message_and_answers_in_words(name: str, robots: ChatRobots) -> None:
    urls = {
        "apprise": robots.apprise_url,
        "console": None,
        "webhook": f"{robots.url}/hook",
        **{service: robots.address(service) for service in ROBOTS},
    }
    async with mailbox() as box:
        urls["mail"] = box.url()
        channels = await open_channels([Receiver(id="one", channel=name, url=urls[name])])
        channel = channels["one"]
        answer = await channel.send(Message("title \x1b[1m金力永磁\ud800", "body\x00\nlink\nevent"))
    assert answer
    assert "://" not in answer
    assert channel.per_minute > 0
    assert channel.burst >= 1
    await channel.aclose()
    await channel.aclose()


@pytest.mark.parametrize("name", CHANNELS)
def test_it_declares_its_options_or_none(name: str) -> None:
    options = getattr(CHANNELS[name], "Options", "missing")
    assert options is None or (isinstance(options, type) and issubclass(options, Strict))
