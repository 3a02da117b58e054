"""The operator's own webhook: what it gets, and which of its answers are a yes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from monitor.channels import CHANNELS, build_channels
from monitor.channels.webhook import Options, WebhookChannel
from monitor.config import Receiver, load_config
from monitor.errors import ConfigError, DeliveryError
from monitor.model import Message
from monitor.standins.desk import Act, Desk
from tests.channels.own import ALERT, opened_to


@pytest_asyncio.fixture
async def hook(desk: Desk) -> AsyncIterator[WebhookChannel]:
    """A webhook channel to the desk."""
    channel = opened_to("webhook", f"{desk.url}/in?team=1")
    assert isinstance(channel, WebhookChannel)
    yield channel
    await channel.aclose()


async def test_the_hook_gets_one_object_and_the_ids_as_headers(
    desk: Desk, hook: WebhookChannel
) -> None:
    assert await hook.send(ALERT) == 'HTTP 200 OK: {"ok": true}'
    [call] = desk.received
    assert call.json == {
        "version": 1,
        "event_id": "7f3a9c12ab34",
        "delivery_id": "91be04c2d7aa",
        "status": "granted",
        "title": ALERT.title,
        "body": ALERT.body,
        "url": ALERT.url,
    }
    assert call.headers["x-delivery-id"] == call.headers["idempotency-key"] == "91be04c2d7aa"
    assert call.headers["x-event-id"] == "7f3a9c12ab34"
    assert call.headers["content-type"] == "application/json; charset=utf-8"
    assert call.headers["user-agent"] == "license-monitor"
    assert desk.requests[0].query == {"team": "1"}


async def test_the_delivery_id_is_the_same_at_every_try(desk: Desk, hook: WebhookChannel) -> None:
    desk.drop(after_accepting=True)
    with pytest.raises(DeliveryError) as caught:
        await hook.send(ALERT)
    assert caught.value.doubtful
    await hook.send(ALERT)
    assert {call.headers["x-delivery-id"] for call in desk.accepted} == {"91be04c2d7aa"}


async def test_words_without_ids_come_without_headers(desk: Desk, hook: WebhookChannel) -> None:
    await hook.send(Message("title\x1b[1m\nforged", "body\x00\ud800"))
    [call] = desk.received
    assert (call.json["title"], call.json["body"]) == ("title[1m forged", "body?")
    assert call.json["url"] is call.json["event_id"] is None
    assert not {"x-delivery-id", "idempotency-key", "x-event-id"} & call.headers.keys()


async def test_a_program_gets_the_text_as_it_is(desk: Desk, hook: WebhookChannel) -> None:
    await hook.send(Message("@everyone", "<at id=all> " + "证" * 50_000))
    [call] = desk.received
    assert (call.json["title"], call.json["body"]) == ("@everyone", "<at id=all> " + "证" * 50_000)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_any_2xx_is_a_yes(desk: Desk, hook: WebhookChannel, status: int) -> None:
    desk._acts.append(Act(status=status, body="" if status == 204 else "queued"))
    assert (await hook.send(ALERT)).startswith(f"HTTP {status} ")


async def test_a_yes_called_html_is_still_a_yes(desk: Desk, hook: WebhookChannel) -> None:
    desk._acts.append(Act(body="ok", content_type="text/html"))
    assert await hook.send(ALERT) == "HTTP 200 OK: ok"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"ok": False, "error": "no such channel"}, "ok: false no such channel"),
        ({"success": False, "message": "queue full"}, "success: false queue full"),
        ({"errcode": 310000, "errmsg": "sign not match"}, "errcode 310000 sign not match"),
        ({"status": "error", "msg": "bad"}, "status: error bad"),
        ({"error": {"code": 5}}, "error: told"),
    ],
)
async def test_an_error_inside_a_good_status_is_an_error(
    desk: Desk, hook: WebhookChannel, body: object, words: str
) -> None:
    desk.answer(body)
    with pytest.raises(DeliveryError) as caught:
        await hook.send(ALERT)
    assert str(caught.value) == f"HTTP 200 OK, but {words}"
    assert (caught.value.reason, caught.value.retryable) == ("other", True)


@pytest.mark.parametrize(
    "body",
    [{"ok": True, "error": "none"}, {"error": None}, {"error": ""}, {"errcode": 0}, {"code": 200},
     {"status": "ok", "message": "error counted: 0"}, ["error"], "error"],
)  # fmt: skip
async def test_words_that_only_look_like_an_error(
    desk: Desk, hook: WebhookChannel, body: object
) -> None:
    desk.answer(body)
    assert (await hook.send(ALERT)).startswith("HTTP 200 OK: ")


# --- what a person wrote ----------------------------------------------------------------------


async def test_logins_of_three_kinds(desk: Desk) -> None:
    url = f"{desk.url}/in"
    ways: list[tuple[str, dict[str, Any]]] = [
        (url, {"bearer": "token-of-mine"}),
        (url, {"headers": {"Authorization": "Token of-mine", "X-Team": "a"}}),
        (url.replace("http://", "http://user:p%40ss@"), {}),
    ]
    for target, options in ways:
        channel = opened_to("webhook", target, **options)
        await channel.send(ALERT)
        await channel.aclose()
    told = [call.headers["authorization"] for call in desk.received]
    assert told == ["Bearer token-of-mine", "Token of-mine", "Basic dXNlcjpwQHNz"]
    assert desk.received[1].headers["x-team"] == "a"


@pytest.mark.parametrize(
    "url_and_options",
    [
        ("https://user:canarypass@a.example/", Options(bearer="canarytoken")),
        ("https://a.example/", Options(bearer="canarytoken", headers={"authorization": "x"})),
    ],
)
def test_two_logins_are_refused(url_and_options: tuple[str, Options]) -> None:
    url, options = url_and_options
    with pytest.raises(ConfigError, match="second login") as caught:
        build_channels([Receiver(id="hook", channel="webhook", url=url, options=options)])
    assert "receivers.hook.bearer" in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("headers: {'X Key': a}", "is not a header name"),
        ("headers: {Content-Length: '5'}", "is a header we set ourselves"),
        ("headers: {X-Delivery-Id: '5'}", "is a header we set ourselves"),
        (r'headers: {X-Key: "canary\r\nX-Other: 1"}', "no header may carry"),
        (r'bearer: "canary证"', "no header may carry"),
        ("bearer: ''", "bearer"),
        ("berer: canary", "did you mean 'bearer'"),
        ("per_minute: 0", "per_minute"),
    ],
)
def test_what_cannot_work_is_told_with_its_line(tmp_path: Path, line: str, words: str) -> None:
    file = tmp_path / "feeds.yaml"
    entry = f"  - id: hook\n    channel: webhook\n    url: https://a.example/\n    {line}\n"
    file.write_text(f"sources: []\nreceivers:\n{entry}", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(file, adapters={}, channels=CHANNELS, environ={})
    told = str(caught.value)
    assert "feeds.yaml:6" in told
    assert words in told


def test_a_broken_value_from_the_environment_is_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    entry = "{id: hook, channel: webhook, url: 'env:U', bearer: 'env:B', headers: {X-Key: 'env:K'}}"
    file.write_text(f"sources: []\nreceivers:\n  - {entry}\n", encoding="utf-8")
    environ: dict[str, Any] = {"U": "https://a.example/", "B": "canary\u8bc1", "K": "canary\n1"}
    with pytest.raises(ConfigError) as caught:
        load_config(file, adapters={}, channels=CHANNELS, environ=environ)
    assert len(caught.value.problems) == 2
    assert "canary" not in str(caught.value)
