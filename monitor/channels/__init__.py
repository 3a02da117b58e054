"""OUT: one file per way out. A channel takes a Message and says what the other side answered.

To add one: copy `console.py` (or `wecom.py`, for a service that takes JSON over HTTP) and name it
in `CHANNELS`. A channel never retries and never waits its
turn (that is `deliver`), and what it raises or returns holds no address and no token.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from monitor.config import Mailbox, Receiver, Registry
from monitor.errors import ConfigError, Problem
from monitor.model import Message


class Channel(Protocol):
    """A way to one receiver."""

    @property
    def per_minute(self) -> float:
        """Messages a minute the other side takes for long."""

    @property
    def burst(self) -> float:
        """Messages it takes at once before that limit holds."""

    async def send(self, message: Message) -> str:
        """Hand the message over; returns the other side's answer in short safe words.

        Raises DeliveryError when it was not accepted.
        """

    async def aclose(self) -> None:
        """Let go of connections and threads; waits for nobody."""


CHANNELS: Registry[Callable[[Receiver], Channel]] = Registry(
    __name__,
    {
        "apprise": "apprise.AppriseChannel",
        "console": "console.ConsoleChannel",
        "dingtalk": "dingtalk.DingTalkChannel",
        "feishu": "feishu.FeishuChannel",
        "lark": "feishu.FeishuChannel",
        "mail": "mail.MailChannel",
        "webhook": "webhook.WebhookChannel",
        "wecom": "wecom.WeComChannel",
    },
)
"""The names that `channel:` may have in feeds.yaml, and where each is written."""


MakeProblem = Callable[[str, str], Problem]


def _problem(key: str, message: str) -> Problem:
    return Problem("feeds.yaml", 1, key, message)


async def open_channels(
    receivers: Sequence[Receiver], *, problem: MakeProblem = _problem
) -> dict[str, Channel]:
    """One channel per receiver, by receiver id, built on a thread: Apprise loads for two seconds.

    `problem`: `config.problem`, which knows the file and the line of `receivers.<id>.url`. Raises
    ConfigError with every receiver that cannot be built.
    """
    return await asyncio.to_thread(build_channels, receivers, problem=problem)


def build_mailboxes(
    mailboxes: Sequence[Mailbox], *, problem: MakeProblem = _problem
) -> dict[str, Channel]:
    """The mailboxes of the digest by the receiver id of its deliveries, `mailbox:<id>`.

    Raises ConfigError with every address that cannot be used.
    """
    built: dict[str, Channel] = {}
    problems: list[Problem] = []
    for mailbox in mailboxes:
        receiver = Receiver(id=mailbox.id, channel="mail", url=mailbox.url)
        try:
            built[f"mailbox:{mailbox.id}"] = CHANNELS["mail"](receiver)
        except ConfigError as error:
            told = (p.message for p in error.problems)
            problems += [problem("digest.to", f"mailbox {mailbox.id}: {m}") for m in told]
    if problems:
        raise ConfigError(problems)
    return built


def build_channels(
    receivers: Sequence[Receiver], *, problem: MakeProblem = _problem
) -> dict[str, Channel]:
    """As `open_channels`, for those without an event loop."""
    built: dict[str, Channel] = {}
    problems: list[Problem] = []
    for receiver in receivers:
        try:
            built[receiver.id] = CHANNELS[receiver.channel](receiver)
        except ConfigError as error:
            problems += [problem(p.key, p.message) for p in error.problems]
    if problems:
        raise ConfigError(problems)
    return built
