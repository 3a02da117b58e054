"""Chat robots as Feishu, DingTalk and WeCom run them: they say no with status 200.

`ChatRobots` checks signatures, keywords, sizes and the number of messages a minute the way the real
ones do, takes orders as a `Desk` does, and notes whom a message would have rung.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from monitor.clock import utc_now
from monitor.standins import Now
from monitor.standins.desk import Act, Desk

TOKEN = "robot-token-1"
_RINGS = re.compile(r"<at [^>]*>|<@\w+>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Posted:
    """A message as the group sees it."""

    service: str
    text: str
    """Title and body, a line break between them."""
    links: tuple[str, ...] = ()
    rings: tuple[str, ...] = ()
    """What in it would have rung somebody."""


class ChatRobots(Desk):
    """One robot of each service; every other path is a plain webhook.

    `secret`: signatures are wanted. `keyword`: so is this word. `per_minute`: more are refused.
    """

    def __init__(self, *, now: Now = utc_now) -> None:
        super().__init__(now=now)
        self.secret: str | None = None
        self.keyword: str | None = None
        self.per_minute = 1_000
        self.posted: list[Posted] = []
        """What stands in the groups."""
        self._taken_at: list[datetime] = []

    def address(self, service: str) -> str:
        """The robot's address as its service shows it."""
        return (
            self.url
            + {
                "feishu": f"/open-apis/bot/v2/hook/{TOKEN}",
                "lark": f"/open-apis/bot/v2/hook/{TOKEN}",
                "dingtalk": f"/robot/send?access_token={TOKEN}",
                "wecom": f"/cgi-bin/webhook/send?key={TOKEN}",
            }[service]
        )

    def judge(self, request: web.Request, body: Any, act: Act) -> Act:
        """The robot's own answer: status 200 and a code."""
        service = next((s for s, path in _PATHS.items() if request.path.startswith(path)), "")
        if not service:
            return act
        try:
            code, words = getattr(self, f"_{service}")(request, body)
        except (KeyError, TypeError, ValueError, AttributeError):
            code, words = _MALFORMED[service]
        keys = ("code", "msg") if service == "feishu" else ("errcode", "errmsg")
        told = {keys[0]: code, keys[1]: words}
        if service == "feishu" and not code:
            told |= {"data": {}, "StatusCode": 0, "StatusMessage": "success"}
        return replace(act, body=json.dumps(told), accepted=not code)

    # --- one robot each -------------------------------------------------------------------------

    def _feishu(self, request: web.Request, body: Any) -> tuple[int, str]:
        if not request.path.endswith(f"/{TOKEN}"):
            return 19001, "param invalid: incoming webhook access token invalid"
        if self.secret is not None:
            at = str(body.get("timestamp", ""))
            key = f"{at}\n{self.secret}".encode()
            if not self._fresh(at, 1) or body.get("sign") != _signed(key, b""):
                return 19021, "sign match fail or timestamp is not within one hour from now"
        if int(request.headers["Content-Length"]) > 20 * 1024:
            return 9499, "Bad Request: the body is too large"
        content = body["content"]
        if body["msg_type"] == "text":
            text: str = content["text"]
            posted = Posted("feishu", text, rings=tuple(_RINGS.findall(text)))
        else:
            posted = _rich_text(content["post"]["zh_cn"])
        if self.keyword and self.keyword not in posted.text:
            return 19024, "Key Words Not Found"
        if self._too_many():
            return 11232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]"
        self.posted.append(posted)
        return 0, "success"

    def _dingtalk(self, request: web.Request, body: Any) -> tuple[int, str]:
        if request.query.get("access_token") != TOKEN:
            return 300001, "token is not exist"
        if self.secret is not None:
            at = request.query.get("timestamp", "")
            sign = _signed(self.secret.encode(), f"{at}\n{self.secret}".encode())
            if not self._fresh(at, 1000):
                return 310000, "invalid timestamp, more: [https://open.example/help]"
            if request.query.get("sign") != sign:
                return 310000, "sign not match, more: [https://open.example/help]"
        kind = body["msgtype"]
        text = body["text"]["content"] if kind == "text" else body["markdown"]["text"]
        if self.keyword and self.keyword not in text:
            return 310000, "keywords not in content, more: [https://open.example/help]"
        if int(request.headers["Content-Length"]) > 20_000:
            return 460101, "message too long, exceed 20000 bytes"
        if self._too_many():
            return 130101, "send too fast, exceed 20 times per minute"
        at_all = bool(body.get("at", {}).get("isAtAll"))
        named = tuple(map(str, body.get("at", {}).get("atMobiles", ())))
        self.posted.append(Posted("dingtalk", text, rings=("@all",) * at_all + named))
        return 0, "ok"

    def _wecom(self, request: web.Request, body: Any) -> tuple[int, str]:
        if request.query.get("key") != TOKEN:
            return 93000, "invalid webhook url, hint: [1690000000], from ip: 203.0.113.7"
        kind = body["msgtype"]
        text: str = body[kind]["content"]
        if len(text.encode()) > (2048 if kind == "text" else 4096):
            return 40058, "text.content exceed max length 2048"
        if self._too_many():
            return 45009, "api freq out of limit, hint: [1690000000]"
        rings = tuple(body[kind].get("mentioned_list", ()))
        if kind == "markdown":
            rings += tuple(_RINGS.findall(text))
        self.posted.append(Posted("wecom", text, rings=rings))
        return 0, "ok"

    # --- what they share ------------------------------------------------------------------------

    def _fresh(self, at: str, per_second: int) -> bool:
        return at.isdecimal() and abs(int(at) / per_second - self.now().timestamp()) <= 3600

    def _too_many(self) -> bool:
        now = self.now()
        self._taken_at = [at for at in self._taken_at if now - at < timedelta(minutes=1)]
        self._taken_at.append(now)
        return len(self._taken_at) > self.per_minute


_PATHS = {"feishu": "/open-apis/bot/", "dingtalk": "/robot/", "wecom": "/cgi-bin/webhook/"}
_MALFORMED = {
    "feishu": (9499, "Bad Request"),
    "dingtalk": (40035, "缺少参数 json"),
    "wecom": (40008, "invalid message type"),
}


def _rich_text(post: Any) -> Posted:
    pieces = [piece for line in post["content"] for piece in line]
    lines = ["".join(p.get("text", "") for p in line) for line in post["content"]]
    return Posted(
        "feishu",
        "\n".join([post["title"], *lines]),
        links=tuple(p["href"] for p in pieces if p["tag"] == "a"),
        rings=tuple(p["user_id"] for p in pieces if p["tag"] == "at"),
    )


def _signed(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
