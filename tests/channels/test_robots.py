"""Feishu, Lark, DingTalk and WeCom robots: signed, safe, within their lengths, their codes read."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.channels import dingtalk, feishu
from monitor.channels.plain import octets
from monitor.errors import DeliveryError
from monitor.model import Message
from monitor.standins.chat import ChatRobots
from tests.alerts import NOW
from tests.channels.own import ALERT, IDS, LINK, OWN, ROBOTS, opened, opened_to

SIGNED = ("feishu", "lark", "dingtalk")
SECRET = "SECmade-up-for-tests"


async def sent(
    name: str, robots: ChatRobots, message: Message = ALERT, *, secret: str | None = None
) -> None:
    channel = opened(name, robots, secret=secret) if secret else opened(name, robots)
    try:
        assert await channel.send(message) == "ok"
    finally:
        await channel.aclose()


async def refusal(name: str, robots: ChatRobots, *, secret: str | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await sent(name, robots, secret=secret)
    assert not robots.posted
    assert [call.accepted for call in robots.received] == [False]
    return caught.value


def folded(text: str) -> str:
    """The text as a person reads it."""
    return text.replace("\u200b", "")


# --- what arrives -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ROBOTS)
async def test_the_group_reads_title_text_link_and_ids(name: str, robots: ChatRobots) -> None:
    await sent(name, robots)
    [posted] = robots.posted
    assert posted.text == f"{ALERT.title}\n{ALERT.body}"
    assert posted.text.splitlines()[-2:] == [LINK, IDS]
    assert not posted.rings


@pytest.mark.parametrize("name", ["feishu", "lark"])
async def test_feishu_shows_a_bold_title_and_a_link_to_touch(name: str, robots: ChatRobots) -> None:
    await sent(name, robots)
    [call] = robots.received
    post = call.json["content"]["post"]["zh_cn"]
    assert post["title"] == ALERT.title
    assert post["content"][-2] == [{"tag": "a", "text": LINK, "href": LINK}]
    assert robots.posted[0].links == (LINK,)
    assert {piece["tag"] for line in post["content"] for piece in line} == {"a", "text"}


@pytest.mark.parametrize("name", ["feishu", "lark"])
async def test_feishu_finds_the_links_of_a_group_of_alerts(name: str, robots: ChatRobots) -> None:
    body = f"▲ GRANTED · JL MAG\n“证”\n{LINK} · event 7f3a\n\n2 alerts · delivery 91be"
    await sent(name, robots, replace(ALERT, body=body))
    [posted] = robots.posted
    assert posted.text == f"{ALERT.title}\n{body}"
    assert posted.links == (LINK,)


# --- signatures -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SIGNED)
async def test_a_signed_message_is_accepted(name: str, robots: ChatRobots) -> None:
    robots.secret = SECRET
    await sent(name, robots, secret=SECRET)
    assert len(robots.posted) == 1
    assert SECRET not in robots.received[0].text
    assert not any(SECRET in str(seen.query) for seen in robots.requests)


def test_signatures_are_those_of_the_services() -> None:
    # Worked out once with openssl: `printf TEXT | openssl dgst -sha256 -hmac KEY -binary | base64`.
    assert feishu.signature("1599360473", "demo") == FEISHU_SIGN
    assert dingtalk.signature("1599360473000", "demo") == DINGTALK_SIGN


FEISHU_SIGN = "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="
DINGTALK_SIGN = "eblRZvilBzXa6Ce18IeBM4pMy1rYNWKicaCg6VMwQe0="


@pytest.mark.parametrize("name", SIGNED)
@pytest.mark.parametrize("secret", ["SECanother", None])
async def test_a_bad_or_missing_signature_is_told_with_the_code(
    name: str, secret: str | None, robots: ChatRobots
) -> None:
    robots.secret = SECRET
    error = await refusal(name, robots, secret=secret)
    words = {
        ("dingtalk", True): "code 310000: sign not match, more: ",
        ("dingtalk", False): "code 310000: invalid timestamp, more: ",
    }.get((name, bool(secret)), "code 19021: sign match fail or timestamp is not within one hour")
    assert str(error).startswith(words)
    assert (error.reason, error.retryable, error.doubtful) == ("auth", False, False)


@pytest.mark.parametrize("name", SIGNED)
async def test_a_signature_of_a_wrong_clock_is_refused(name: str, robots: ChatRobots) -> None:
    robots.secret = SECRET
    robots.now = lambda: NOW + timedelta(hours=2)
    error = await refusal(name, robots, secret=SECRET)
    assert (error.reason, error.retryable) == ("auth", False)


# --- other refusals ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["feishu", "lark", "dingtalk"])
async def test_a_missing_keyword(name: str, robots: ChatRobots) -> None:
    robots.keyword = "quota"
    error = await refusal(name, robots)
    words = "keywords not in content" if name == "dingtalk" else "code 19024: Key Words Not Found"
    assert words in str(error)
    assert (error.reason, error.retryable) == ("client", False)


@pytest.mark.parametrize("name", ["feishu", "lark", "dingtalk"])
async def test_the_keyword_our_documents_advise_is_in_every_message(
    name: str, robots: ChatRobots
) -> None:
    robots.keyword = "delivery"
    await sent(name, robots)


@pytest.mark.parametrize(
    ("name", "code"), [("feishu", 19001), ("lark", 19001), ("dingtalk", 300001), ("wecom", 93000)]
)
async def test_a_wrong_token(name: str, code: int, robots: ChatRobots) -> None:
    channel = opened_to(name, robots.address(name).replace("robot-token-1", "another"))
    with pytest.raises(DeliveryError, match=f"code {code}: ") as caught:
        await channel.send(ALERT)
    await channel.aclose()
    assert (caught.value.reason, caught.value.retryable) == ("auth", False)


@pytest.mark.parametrize(
    ("name", "code"), [("feishu", 11232), ("lark", 11232), ("dingtalk", 130101), ("wecom", 45009)]
)
async def test_too_many_messages_wait_and_then_go(name: str, code: int, robots: ChatRobots) -> None:
    robots.per_minute = 1
    channel = opened(name, robots)
    await channel.send(ALERT)
    with pytest.raises(DeliveryError, match=f"code {code}: ") as caught:
        await channel.send(ALERT)
    assert (caught.value.reason, caught.value.retryable) == ("rate_limited", True)
    robots.now = lambda: NOW + timedelta(minutes=2)
    assert await channel.send(ALERT) == "ok"
    await channel.aclose()
    assert len(robots.posted) == 2


async def test_feishu_tells_when_its_window_opens_again(robots: ChatRobots) -> None:
    robots.answer({"code": 99991400, "msg": "request trigger frequency limit"}, status=429)
    robots._acts[-1].headers["x-ogw-ratelimit-reset"] = "12"
    error = await refusal("feishu", robots)
    assert (error.reason, error.retry_after_s) == ("rate_limited", 12)
    assert str(error) == "code 99991400: request trigger frequency limit"


@pytest.mark.parametrize("name", ROBOTS)
@pytest.mark.parametrize(
    ("code", "words", "status", "reason", "retryable"),
    [
        (-1, "system busy", 200, "server", True),
        (777, "something new", 200, "other", True),
        (777, "too many request", 200, "rate_limited", True),
        (777, "something new", 400, "client", False),
        (777, "", 500, "server", True),
    ],
)
async def test_codes_shared_or_unknown(
    name: str, code: int, words: str, status: int, reason: str, retryable: bool, robots: ChatRobots
) -> None:
    robots.answer({"code": code, "errcode": code, "msg": words, "errmsg": words}, status=status)
    error = await refusal(name, robots)
    assert f"code {code}" in str(error)
    assert (error.reason, error.retryable) == (reason, retryable)


# --- hostile and long texts ---------------------------------------------------------------------

HOSTILE = replace(
    ALERT,
    title="▲ GRANTED @everyone\r\nBcc: x <at user_id=\"all\">all</at> \u202egnp.exe",
    body="\n".join([
        "To US <@all> [bank](https://evil.example) **b** @所有人",
        "“证```||hidden|| <at id=all></at> \x1b[2J\x00 \ud83d”",
        "# forged headline",
        "https://a.example/@everyone](https://evil.example)",
        IDS,
    ]),
)  # fmt: skip


@pytest.mark.parametrize("name", ROBOTS)
async def test_hostile_text_rings_nobody_and_reads_as_before(name: str, robots: ChatRobots) -> None:
    await sent(name, robots, HOSTILE)
    [posted] = robots.posted
    lines = posted.text.split("\n")
    assert not posted.rings
    assert len(lines) == 6, "no line was added"
    assert folded(lines[0]) == '▲ GRANTED @everyone Bcc: x <at user_id="all">all</at> gnp.exe'
    for command in ("<at", "<@", "](", "@everyone", "@所有人", "```", "||"):
        assert command not in posted.text
    assert not set(posted.text) & set("\u202e\x1b\x00\r\ud83d")
    assert lines[4] == "https://a.example/%40everyone%5D(https://evil.example)"
    assert lines[5] == IDS
    assert set(posted.links) <= {lines[4], "https://evil.example)"}, "each under its own name"


@pytest.mark.parametrize("name", ROBOTS)
@pytest.mark.parametrize("fill", ["证", '"', "a\n", "😀", "\\"])
async def test_too_long_a_message_keeps_title_link_and_ids(
    name: str, fill: str, robots: ChatRobots
) -> None:
    body = f"{fill * 30_000}\n{LINK}\n{IDS}"
    await sent(name, robots, replace(ALERT, body=body))
    [posted] = robots.posted
    assert posted.text.startswith(f"{ALERT.title}\n{fill.strip()}")
    assert posted.text.endswith(f"…\n{LINK}\n{IDS}")
    assert octets(posted.text) > (1_900 if name == "wecom" else 300), "no more was cut than needed"


@pytest.mark.parametrize("name", ROBOTS)
async def test_too_long_a_title_and_link(name: str, robots: ChatRobots) -> None:
    long_link = "https://a.example/" + "x" * 30_000
    message = replace(ALERT, title="▼ REVOKED " + "证" * 9_000, body=f"facts\n{long_link}\n{IDS}")
    await sent(name, robots, message)
    [posted] = robots.posted
    assert posted.text.startswith("▼ REVOKED 证")
    assert posted.text.endswith(IDS)
    assert "…\n" in posted.text


@pytest.mark.parametrize("name", OWN)
async def test_two_messages_at_once_do_not_mix(name: str, robots: ChatRobots) -> None:
    channel = opened(name, robots)
    titles = [f"title {n}" for n in range(8)]
    await asyncio.gather(*(channel.send(replace(ALERT, title=t)) for t in titles))
    await channel.aclose()
    assert all(any(t in call.text for call in robots.received) for t in titles)
