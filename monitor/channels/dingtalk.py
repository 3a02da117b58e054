"""A robot in a DingTalk group: plain text, signed, its answer read.

The robot answers 200 with an `errcode` inside: 0 is the only yes. One number (310000) stands for a
missing keyword, a bad signature and an address that is not on its list; its words tell which. Plain
text rather than Markdown, and nobody is named under `at`: nothing in a text can ring anybody.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import quote_plus, urlsplit

from monitor.channels.plain import calm, fit_both, json_octets, one_line, sound
from monitor.channels.posting import Codes, Now, Posting, RobotOptions, refuse
from monitor.clock import utc_now
from monitor.config import Receiver
from monitor.log import hide
from monitor.model import Message

MAX_BYTES = 18_000
"""The whole body may have 20,000."""

CODES = Codes(
    name="DingTalk",
    code=("errcode",),
    words=("errmsg",),
    limited=frozenset({90018, 90030, 130101, 410100, 660026}),
    # token; security settings; robot or group gone
    auth=frozenset({40014, 300001, 310000, 400013, 400101, 400102, 400106}),
    # form; kind; words the service does not carry; too long
    client=frozenset({40035, 43004, 400105, 430101, 430102, 430103, 430104, 460101}),
)


class DingTalkChannel:
    """`url`: the robot's address, `https://oapi.dingtalk.com/robot/send?access_token=…`."""

    Options = RobotOptions
    per_minute: float = 15  # the service takes 20; one more and it is deaf for ten minutes
    burst: float = 4

    def __init__(self, receiver: Receiver, *, now: Now = utc_now, deadline_s: float = 20.0) -> None:
        self._post = Posting(receiver, now=now, deadline_s=deadline_s)
        self._now = now
        options = receiver.options if isinstance(receiver.options, RobotOptions) else RobotOptions()
        self._secret = options.secret
        hide(options.secret or "")
        if options.per_minute is not None:
            self.per_minute = options.per_minute
        if "access_token=" not in urlsplit(self._post.url).query:
            place = "/robot/send?access_token=..."
            raise refuse(receiver, f"is not the address of a group robot: it ends with {place}")

    async def send(self, message: Message) -> str:
        title, body = fit_both(
            calm(one_line(message.title)), calm(sound(message.body)), MAX_BYTES, json_octets
        )
        payload = {
            "msgtype": "text",
            "text": {"content": f"{title}\n{body}"},
            "at": {"isAtAll": False},
        }
        query = ""
        if self._secret:
            at = str(int(self._now().timestamp() * 1000))
            query = f"timestamp={at}&sign={quote_plus(signature(at, self._secret))}"
        return (await self._post(payload, query=query)).told(CODES)

    async def aclose(self) -> None:
        await self._post.aclose()


def signature(timestamp: str, secret: str) -> str:
    """The sign of `<milliseconds>\\n<secret>`, the key being the secret."""
    told = f"{timestamp}\n{secret}".encode()
    digest = hmac.new(secret.encode(), told, hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")
