"""A robot in a Feishu or Lark group: rich text with a bold title, signed, its answer read.

Feishu and Lark are one service under two hosts. The robot answers 200 with a code inside: 0 is the
only yes. Rich text rather than plain: in plain text `<at user_id="all">` rings the whole group.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from urllib.parse import urlsplit

from monitor.channels.plain import calm, fit_both, json_octets, one_line, sound
from monitor.channels.posting import Codes, Now, Posting, RobotOptions, refuse
from monitor.clock import utc_now
from monitor.config import Receiver
from monitor.log import hide
from monitor.model import Message

MAX_BYTES = 18_000
"""The whole body may have 20 KB."""

CODES = Codes(
    name="Feishu",
    code=("code", "StatusCode"),
    words=("msg", "StatusMessage"),
    limited=frozenset({11232, 11233, 230020, 99991400}),
    auth=frozenset({19001, 19021, 19022}),  # token; signature or clock; address not on its list
    client=frozenset({9499, 19002, 19024, 11246, 230025}),  # form; keyword; card; too long
)


class FeishuChannel:
    """`url`: the robot's address, `https://open.feishu.cn/open-apis/bot/v2/hook/…`."""

    Options = RobotOptions
    per_minute: float = 60  # the service takes 100
    burst: float = 5  # and 5 a second

    def __init__(self, receiver: Receiver, *, now: Now = utc_now, deadline_s: float = 20.0) -> None:
        self._post = Posting(receiver, now=now, deadline_s=deadline_s)
        self._now = now
        options = receiver.options if isinstance(receiver.options, RobotOptions) else RobotOptions()
        self._secret = options.secret
        hide(options.secret or "")
        if options.per_minute is not None:
            self.per_minute = options.per_minute
        if "/open-apis/bot/" not in urlsplit(self._post.url).path:
            place = "/open-apis/bot/v2/hook/..."
            raise refuse(receiver, f"is not the address of a group robot: its path is {place}")

    async def send(self, message: Message) -> str:
        title, body = fit_both(
            calm(one_line(message.title)), calm(sound(message.body)), MAX_BYTES, _size
        )
        lines = [_pieces(line) for line in body.split("\n")]
        payload: dict[str, object] = {
            "msg_type": "post",
            "content": {"post": {"zh_cn": {"title": title, "content": lines}}},
        }
        if self._secret:
            at = str(int(self._now().timestamp()))
            payload = {"timestamp": at, "sign": signature(at, self._secret), **payload}
        return (await self._post(payload)).told(CODES)

    async def aclose(self) -> None:
        await self._post.aclose()


def signature(timestamp: str, secret: str) -> str:
    """The sign of an empty text, the key being `<seconds>\\n<secret>`: so the service wants it."""
    key = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode("ascii")


_LINK = re.compile(r"(https?://\S+)")


def _pieces(line: str) -> list[dict[str, str]]:
    """A line as the service's rich text: links stay links, all else is text and nothing more."""
    parts = _LINK.split(line)  # text, link, text, link, text
    return [
        {"tag": "a", "text": part, "href": part} if i % 2 else {"tag": "text", "text": part}
        for i, part in enumerate(parts)
        if part or len(parts) == 1
    ]


def _size(text: str) -> int:
    """Bytes of `text` as pieces: links stand in the body twice, every piece has its wrapping."""
    links = _LINK.findall(text)
    wrapping = 40 * (text.count("\n") + 1 + 2 * len(links))
    return json_octets(text) + sum(map(json_octets, links)) + wrapping
