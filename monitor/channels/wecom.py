"""A robot in a WeCom (企业微信) group: plain text of at most 2048 bytes, its answer read.

The robot answers 200 with an `errcode` inside: 0 is the only yes. Plain text rather than Markdown:
Markdown is not shown to those who read in WeChat, and there `<@name>` rings somebody.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from monitor.channels.plain import calm, fit_both, octets, one_line, sound
from monitor.channels.posting import Codes, Now, Posting, PostOptions, refuse
from monitor.clock import utc_now
from monitor.config import Receiver
from monitor.model import Message

MAX_BYTES = 2_040
"""Of 2048; a Chinese character is three."""

CODES = Codes(
    name="WeCom",
    code=("errcode",),
    words=("errmsg",),
    limited=frozenset({45009, 45033}),
    auth=frozenset({40001, 40014, 93000, 93008}),  # key or address; robot gone
    client=frozenset({40008, 40035, 40058, 44004, 45002}),  # kind; form; empty; too long
)


class WeComChannel:
    """`url`: the robot's address, `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…`."""

    Options = PostOptions
    per_minute: float = 15  # the service takes 20
    burst: float = 5

    def __init__(self, receiver: Receiver, *, now: Now = utc_now, deadline_s: float = 20.0) -> None:
        self._post = Posting(receiver, now=now, deadline_s=deadline_s)
        options = receiver.options
        if isinstance(options, PostOptions) and options.per_minute is not None:
            self.per_minute = options.per_minute
        if "key=" not in urlsplit(self._post.url).query:
            place = "/cgi-bin/webhook/send?key=..."
            raise refuse(receiver, f"is not the address of a group robot: it ends with {place}")

    async def send(self, message: Message) -> str:
        title, body = fit_both(
            calm(one_line(message.title)), calm(sound(message.body)), MAX_BYTES, octets
        )
        payload = {"msgtype": "text", "text": {"content": f"{title}\n{body}"}}
        return (await self._post(payload)).told(CODES)

    async def aclose(self) -> None:
        await self._post.aclose()
