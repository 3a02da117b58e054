"""What every channel that sends for itself makes of good and bad answers, over real HTTP."""

from __future__ import annotations

import io
import json
import logging
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from monitor.channels import CHANNELS, build_channels
from monitor.config import Receiver, load_config
from monitor.errors import ConfigError, DeliveryError
from monitor.log import fields, hide, set_up
from monitor.standins.chat import ChatRobots
from monitor.standins.desk import Act
from tests.alerts import NOW
from tests.channels.own import ALERT, OWN, ROBOTS, OwnChannel, opened, opened_to


async def refused(channel: OwnChannel) -> DeliveryError:
    """The error of sending the alert; the channel is closed after it."""
    try:
        with pytest.raises(DeliveryError) as caught:
            await channel.send(ALERT)
    finally:
        await channel.aclose()
    return caught.value


@pytest.mark.parametrize("name", OWN)
async def test_what_is_accepted_is_told_in_the_others_words(name: str, robots: ChatRobots) -> None:
    channel = opened(name, robots)
    robots.answer({"errcode": 0, "errmsg": "ok", "code": 0})
    answer = await channel.send(ALERT)
    assert answer == (
        "ok" if name in ROBOTS else 'HTTP 200 OK: {"errcode": 0, "errmsg": "ok", "code": 0}'
    )
    await channel.aclose()


@pytest.mark.parametrize("name", OWN)
async def test_connections_are_kept_open_between_messages(name: str, robots: ChatRobots) -> None:
    peers = set()

    def judge(request: object, body: object, act: Act) -> Act:
        peers.add(request.transport.get_extra_info("peername"))  # type: ignore[attr-defined]
        return Act(body='{"errcode": 0, "code": 0}', accepted=True)

    robots.judge = judge  # type: ignore[method-assign]
    channel = opened(name, robots)
    for _ in range(3):
        await channel.send(ALERT)
    await channel.aclose()
    assert len(robots.accepted) == 3
    assert len(peers) == 1


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("status", [200, 302, 511])
async def test_a_login_page_in_between_is_no_success(
    name: str, status: int, robots: ChatRobots
) -> None:
    robots.portal(status=status)
    error = await refused(opened(name, robots))
    assert (error.reason, error.retryable) == ("server" if status == 511 else "transport", True)
    assert not error.doubtful
    assert "captcha" not in str(error), "no page goes into the log"
    if status == 200:
        assert "answered by a web page, not by" in str(error)


@pytest.mark.parametrize("name", ROBOTS)
@pytest.mark.parametrize(
    "body",
    ["ok", "", "{}", "[]", "null", '{"code": "x", "errcode": null}',
     '{"code": true, "errcode": true}', "[" * 50_000, "9" * 9_000],
    ids=lambda body: body[:12],
)  # fmt: skip
async def test_only_the_robots_own_yes_counts(name: str, body: str, robots: ChatRobots) -> None:
    robots._acts.append(Act(body=body))
    error = await refused(opened(name, robots))
    assert "answered by something else, not by " in str(error)
    assert error.retryable


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (400, "client", False),
        (401, "auth", False),
        (404, "client", False),
        (413, "too_large", False),
        (429, "rate_limited", True),
        (500, "server", True),
        (503, "server", True),
        (504, "server", True),
    ],
)
async def test_a_status_says_whether_trying_again_helps(
    name: str, status: int, reason: str, retryable: bool, robots: ChatRobots
) -> None:
    robots.fail(status=status)
    error = await refused(opened(name, robots))
    assert (error.reason, error.retryable) == (reason, retryable)
    assert str(error).startswith(f"HTTP {status} ")
    assert str(error).endswith(": not now")
    assert error.doubtful == (status == 504)
    assert error.retry_after_s is None


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("7", 7),
        (format_datetime(NOW + timedelta(minutes=2), usegmt=True), 120),
        ("99999999999", 86_400),
        ("soon", None),
    ],
)
async def test_retry_after_is_read_as_seconds_or_date(
    name: str, told: str, seconds: float | None, robots: ChatRobots
) -> None:
    robots.fail(status=429, retry_after=told)
    error = await refused(opened(name, robots))
    assert (error.reason, error.retry_after_s) == ("rate_limited", seconds)


@pytest.mark.parametrize("name", OWN)
async def test_a_moved_address_is_for_the_operator_and_not_followed(
    name: str, robots: ChatRobots
) -> None:
    robots._acts.append(Act(status=308, headers={"Location": f"{robots.url}/elsewhere"}))
    error = await refused(opened(name, robots))
    assert (error.reason, error.retryable) == ("client", False)
    assert "moved" in str(error)
    assert len(robots.received) == 1


@pytest.mark.parametrize("name", OWN)
async def test_a_swallowed_reply_leaves_a_doubt(name: str, robots: ChatRobots) -> None:
    robots.drop(after_accepting=True)
    error = await refused(opened(name, robots))
    assert (error.reason, error.retryable, error.doubtful) == ("transport", True, True)
    assert len(robots.accepted) == 1


@pytest.mark.parametrize("name", OWN)
async def test_nobody_there_leaves_no_doubt(name: str, robots: ChatRobots) -> None:
    with socket.socket() as taken:  # bound, yet nobody listens
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        error = await refused(opened_to(name, robots.address("feishu").replace(robots.url, url)
                                        + "?access_token=x&key=y"))  # fmt: skip
    assert (str(error), error.reason) == ("connection refused", "transport")
    assert (error.retryable, error.doubtful) == (True, False)


@pytest.mark.parametrize("name", OWN)
async def test_a_slow_yes_is_waited_for_and_endless_silence_is_not(
    name: str, robots: ChatRobots
) -> None:
    channel = opened(name, robots)
    robots._acts.append(Act(wait_s=0.2, body='{"code": 0, "errcode": 0}', accepted=False))
    await channel.send(ALERT)
    await channel.aclose()
    robots.slow(20)
    error = await refused(opened(name, robots, deadline_s=0.2))
    assert str(error) == "no answer within 0.2 s"
    assert (error.reason, error.retryable, error.doubtful) == ("timeout", True, True)


@pytest.mark.parametrize("name", OWN)
async def test_an_answer_without_end_is_cut(name: str, robots: ChatRobots) -> None:
    robots._acts.append(Act(body="x" * 2**20))
    channel = opened(name, robots)
    if name == "webhook":
        assert await channel.send(ALERT) == "HTTP 200 OK"
        await channel.aclose()
    else:
        error = await refused(channel)
        assert error.doubtful, "the yes may stand in what we did not read"


# --- what a person wrote -------------------------------------------------------------------------


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize(
    ("url", "words"),
    [
        (None, "needs a url"),
        ("canarytoken", "not a web address"),
        ("ftp://canary.example/robot", "not a web address"),
        ("https:///canary", "not a web address"),
        ("https://[canary/", "not a web address"),
        ("https://a.example:99999/canary", "not a web address"),
        ("https://a.example/canary token", "not a web address"),
        ("https://a.example/canary", "not the address of a group robot"),
    ],
)
def test_an_unusable_address_stops_the_start_without_being_shown(
    name: str, url: str | None, words: str
) -> None:
    if name == "webhook" and "robot" in words:
        return
    with pytest.raises(ConfigError, match=words) as caught:
        build_channels([Receiver(id="desk", channel=name, url=url)])
    assert "receivers.desk.url" in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("name", OWN)
def test_the_pace_can_be_set(name: str, robots: ChatRobots) -> None:
    assert opened_to(name, robots.url + "/open-apis/bot/x?access_token=1&key=2").per_minute >= 15
    set_ = opened_to(name, robots.url + "/open-apis/bot/x?access_token=1&key=2", per_minute=3)
    assert set_.per_minute == 3
    assert set_.burst >= 1


# --- secrets -----------------------------------------------------------------------------------


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """Everything the program logs, at any level."""
    lines = io.StringIO()
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    set_up("debug", stream=lines)
    yield lines
    root.setLevel(before[0])
    root.handlers[:] = before[1]


FEEDS = """\
sources: []
receivers:
  - {id: feishu, channel: feishu, url: "env:FEISHU_URL", secret: "env:SECRET"}
  - {id: dingtalk, channel: dingtalk, url: "env:DINGTALK_URL", secret: "env:SECRET"}
  - {id: wecom, channel: wecom, url: "env:WECOM_URL"}
  - id: webhook
    channel: webhook
    url: "env:HOOK_URL"
    bearer: "env:BEARER"
    headers: {X-Key: "env:KEY"}
"""


async def test_no_secret_is_logged_or_told_whatever_goes_wrong(
    robots: ChatRobots, tmp_path: Path, log_lines: io.StringIO
) -> None:
    (tmp_path / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    echo = "canaryfeishu canaryding canarywecom canaryhook canarysecret canarybearer canarykey"
    environ = {
        "FEISHU_URL": f"{robots.url}/open-apis/bot/v2/hook/canaryfeishu",
        "DINGTALK_URL": f"{robots.url}/robot/send?access_token=canaryding",
        "WECOM_URL": f"{robots.url}/cgi-bin/webhook/send?key=canarywecom",
        "HOOK_URL": f"{robots.url}/in/canaryhook?t=canaryquery",
        "SECRET": "canarysecret", "BEARER": "canarybearer", "KEY": "canarykey",
    }  # fmt: skip
    config = load_config(tmp_path / "feeds.yaml", adapters={}, channels=CHANNELS, environ=environ)
    for secret in config.secrets:
        hide(secret)
    told = [repr(config.receivers)]
    for name, channel in build_channels(config.receivers, problem=config.problem).items():
        robots.answer({"code": 19021, "errcode": 310000, "msg": echo, "errmsg": echo})
        robots.answer({"ok": False, "error": echo}, status=403)
        robots._acts.append(Act(status=500, body=echo))
        robots._acts.append(Act(body=echo))
        robots.portal()
        robots.drop()
        for _ in range(7):
            try:
                told.append(await channel.send(ALERT))
            except DeliveryError as error:
                told.append(str(error))
                logging.getLogger("x").error(
                    "delivery dead", extra=fields(error=error, receiver=name), exc_info=error
                )
        await channel.aclose()
        told.append(repr(channel))
    [hook] = [c for c in robots.received if "canaryhook" in c.path][:1]
    assert hook.headers["authorization"] == "Bearer canarybearer"
    assert hook.headers["x-key"] == "canarykey"
    assert "canary" not in json.dumps(told) + log_lines.getvalue()
    assert "code 19021: ***" in "".join(told)
