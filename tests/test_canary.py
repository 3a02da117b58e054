"""No output of the program holds a secret: tokens in every place for one, then a search for them.

The service and the commands run as processes of their own at the most talkative level, against
receivers that answer 401, hang up and say back all they were told. Searched: both output streams,
tracebacks, every page and its headers, metrics, the Atom feed, the digest, the export and the whole
database; for each token as it is, quoted as in URLs, in base64 and in hex.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import aiohttp
from aiohttp import web

from monitor.standins import Standin
from monitor.standins.feeds import FeedSite
from tests.service.processes import environment, started
from tests.service.test_reload import FIRM, NEWS

TOKENS = {
    name: f"cnry{n:02d}{name.replace('-', '')}7fQ3x"
    for n, name in enumerate((
        "apprise-url", "apprise-user", "apprise-dead", "webhook-url", "webhook-bearer",
        "webhook-header", "feishu-url", "feishu-secret", "lark-url", "lark-secret", "dingtalk-url",
        "dingtalk-secret", "wecom-url", "mail-user", "mail-password", "mail-url", "digest-user",
        "digest-password", "digest-plain", "heartbeat", "proxy-user", "proxy-password", "web-token",
        "source-header", "source-user", "source-echo", "slack-one", "slack-two", "duty-query",
    ))
}  # fmt: skip
TOKENS["webhook-bearer"] += "/+9="
TOKENS["mail-password"] += "@ 9%"

COMMANDS: list[list[str]] = [
    ["traceback"],
    ["check"], ["check", "routes"], ["config", "show"], ["config", "show", "--json"],
    ["poll"], ["poll", "--dry-run", "-v"], ["test-alert"], ["status"], ["status", "--json"],
    ["status", "echo"], ["status", "echo", "--json", "--bodies", "bodies"],
    ["status", "--metrics"], ["deliveries"], ["deliveries", "--json"], ["deliveries", "--dead"],
    ["retry", "--all"], ["digest"], ["digest", "--send"], ["export", "events"],
    ["export", "items"], ["poll", "-c", "proxied.yaml"], ["config", "show", "-c", "proxied.yaml"],
    ["check", "broken.yaml"], ["explain", "-c", "feeds.yaml", "Sample Magnetics has a licence."],
]  # fmt: skip
PAGES = ["/", "/sources", "/deliveries", "/issuers", "/unsure", "/digests", "/events.atom",
         "/healthz", "/metrics", "/nothing-here", "/sources.json", "/deliveries.json"]  # fmt: skip
FORKING = """
import json, logging, os, sys, traceback
import monitor.service, monitor.commands.tell, monitor.commands.look, monitor.commands.digest
import monitor.commands.check, monitor.commands.poll, monitor.commands.export
from monitor.commands import main
from monitor.commands.options import loaded
from monitor.log import set_up
for words in json.loads(sys.argv[1]):
    sys.stdout.flush()
    child = os.fork()
    if not child:
        sys.argv = ["monitor", *words]
        print("$", *words, flush=True)
        set_up("debug")
        try:
            if words == ["traceback"]:
                secrets = loaded("feeds.yaml").secrets
                try:
                    raise RuntimeError(f"all of it: {secrets!r}")
                except RuntimeError:
                    logging.getLogger("monitor").exception("a fault")
                os._exit(0)
            main()
        except SystemExit as end:
            print("exit", end.code)
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush(), sys.stderr.flush()
        os._exit(0)
    os.waitpid(child, 0)
"""


class Parrot(Standin):
    """Says no (to a source yes), and says back all it was told: path, query, headers, body."""

    heard = 0

    def add_routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/{tail:.*}", self._say_back)

    async def _say_back(self, request: web.Request) -> web.Response:
        self.heard += 1
        told = {"url": str(request.url), "headers": dict(request.headers)}
        told["body"] = await request.text()
        status = 200 if request.path == "/feed" else 401  # a body is kept of what said yes
        return web.Response(status=status, text=json.dumps(told), content_type="application/json")


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tree(site: FeedSite, parrot: Parrot, port: int) -> dict[str, Any]:
    """A configuration with a token in every place that may hold one."""
    t, dead = TOKENS, closed_port()
    post, bare = parrot.url, parrot.url.removeprefix("http://")
    password = quote(t["mail-password"], safe="")
    feed = site.feed("/news/")
    feed.publish("Grant", NEWS.format("Sample Magnetics", "Japan"))
    wrong = site.feed("/wrong/")
    wrong.fail(500, status=500)
    return {
        "database": "own.db",
        "fetch": {"allow_private_addresses": True},
        "watchlist": [FIRM],
        "sources": [
            {"id": "news", "adapter": "feed", "url": feed.url, "every": "1s",
             "headers": {"Authorization": f"Bearer {t['source-header']}"}},
            {"id": "wrong", "adapter": "feed", "url": wrong.url, "every": "1s",
             "headers": {"X-Key": "env:SOURCE_USER"}},
            {"id": "echo", "adapter": "feed", "url": f"{parrot.url}/feed", "every": "1s",
             "headers": {"X-Token": t["source-echo"], "X-Key": "env:SOURCE_USER"}},
        ],
        "receivers": [
            {"id": "apprise", "channel": "apprise",
             "url": f"json://{t['apprise-user']}:pw@{bare}/{t['apprise-url']}?+X-Key={t['duty-query']}"},
            {"id": "dead", "channel": "apprise", "url": f"json://127.0.0.1:{dead}/{t['apprise-dead']}"},
            {"id": "webhook", "channel": "webhook", "url": f"{post}/hook/{t['webhook-url']}",
             "bearer": "env:WEBHOOK_BEARER", "headers": {"X-Api-Key": t["webhook-header"]}},
            {"id": "feishu", "channel": "feishu", "secret": t["feishu-secret"],
             "url": f"{post}/open-apis/bot/v2/hook/{t['feishu-url']}"},
            {"id": "lark", "channel": "lark", "secret": "file:lark-secret",
             "url": f"{post}/open-apis/bot/v2/hook/{t['lark-url']}"},
            {"id": "dingtalk", "channel": "dingtalk", "secret": t["dingtalk-secret"],
             "url": f"{post}/robot/send?access_token={t['dingtalk-url']}"},
            {"id": "wecom", "channel": "wecom",
             "url": f"{post}/cgi-bin/webhook/send?key={t['wecom-url']}"},
            {"id": "mail", "channel": "mail",
             "url": f"mailto://{t['mail-user']}:{password}@127.0.0.1:{dead}"
                    f"?to={t['mail-url']}@firm.example&from=m@firm.example"},
            {"id": "screen", "channel": "console"},
        ],
        "routes": [{"to": ["apprise", "dead", "webhook", "feishu", "lark", "dingtalk", "wecom",
                           "mail", "screen"]}],
        "ops": {"to": ["webhook", "apprise"], "after": "1s"},
        "heartbeat": {"ping": f"{post}/ping/{t['heartbeat']}", "every": "1s", "to": ["feishu"],
                      "at": "00:00"},
        "digest": {"at": "00:01", "to": [
            f"mailto://{t['digest-user']}:{t['digest-password']}@127.0.0.1:{dead}"
            f"?to={t['digest-plain']}@firm.example&from=m@firm.example"]},
        "web": {"listen": f"127.0.0.1:{port}", "token": "env:WEB_TOKEN"},
    }  # fmt: skip


def forms(token: str) -> set[bytes]:
    """The token as it is and as it may be written."""
    raw = token.encode()
    quoted = {quote(token, safe=safe).encode() for safe in ("", "/", "/=")}
    found = {raw, raw.hex().encode(), quote_plus(token).encode(), *quoted}
    for before in range(3):  # base64 of something that holds it, wherever it begins
        padded = base64.b64encode(b"x" * before + raw + b"xx")
        found.add(padded[4 if before else 0 : -8])
    found.add(json.dumps(token)[1:-1].encode())
    return found


def hits(outputs: Mapping[str, bytes]) -> list[str]:
    """Where which token was found."""
    return [
        f"{name} in {where}: ...{text[max(0, at - 80) : at + 60]!r}"
        for name, token in TOKENS.items()
        for form in forms(token)
        for where, text in outputs.items()
        if (at := text.find(form)) >= 0
    ]


def lay_out(folder: Path, site: FeedSite, parrot: Parrot, port: int) -> dict[str, str]:
    """The files; and the environment for whoever reads them."""
    t, config = TOKENS, tree(site, parrot, port)
    (folder / "lark-secret").write_text(t["lark-secret"])
    (folder / "feeds.yaml").write_text(json.dumps(config))
    proxy = f"http://{t['proxy-user']}:{t['proxy-password']}@127.0.0.1:{closed_port()}"
    proxied = config | {"database": "proxied.db", "fetch": config["fetch"] | {"proxy": proxy}}
    slack = f"slack://{t['slack-one']}/{t['slack-two']}/x"  # two of three tokens: refused
    proxied["receivers"] = [*config["receivers"]]
    (folder / "proxied.yaml").write_text(json.dumps(proxied))
    broken = config | {"receivers": [{"id": "slack", "channel": "apprise", "url": slack}]}
    broken["routes"], broken["ops"] = [{"to": ["slack"]}], {"to": ["slack"], "after": 5}
    (folder / "broken.yaml").write_text(json.dumps(broken))
    return {
        "WEBHOOK_BEARER": t["webhook-bearer"],
        "WEB_TOKEN": t["web-token"],
        "SOURCE_USER": t["source-user"],
    }


async def run_service(
    folder: Path, env: dict[str, str], port: int, parrot: Parrot
) -> dict[str, bytes]:
    """`monitor run` until everything failed at least once; what it wrote and what its pages say."""
    found = {}
    async with started(folder, "--log-level", "debug", env=env) as program:
        await program.until("delivery retried", 8)
        await program.until("heartbeat failed")
        await program.until("source failed", 2)
        async with aiohttp.ClientSession() as session:
            for path in PAGES:
                for headers in ({"Authorization": f"Bearer {TOKENS['web-token']}"}, {}):
                    url = f"http://127.0.0.1:{port}{path}"
                    async with session.get(url, headers=headers, allow_redirects=False) as answer:
                        told = f"{answer.status} {dict(answer.headers)}".encode()
                        found[f"{path} {len(headers)}"] = told + await answer.read()
        assert await program.end() == 0
        found["log"] = "\n".join(program.lines).encode()
    assert found["/metrics 1"].startswith(b"200")
    assert found["/deliveries 1"].startswith(b"200")
    return found


async def run_commands(folder: Path, env: dict[str, str]) -> bytes:
    """What all other commands write."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FORKING, json.dumps(COMMANDS), cwd=folder, env=environment(**env),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    return out


def dumped(database: Path) -> bytes:
    """All of the database as text."""
    with sqlite3.connect(database) as connection:
        return "\n".join(connection.iterdump()).encode("utf-8", "replace")


async def test_no_output_holds_a_token(feed_site: FeedSite, tmp_path: Path) -> None:
    port = closed_port()
    async with Parrot() as parrot:
        env = lay_out(tmp_path, feed_site, parrot, port)
        outputs = await run_service(tmp_path, env, port, parrot)
        outputs["commands"] = await run_commands(tmp_path, env)
        assert parrot.heard > 10
    outputs["database"] = dumped(tmp_path / "own.db") + dumped(tmp_path / "proxied.db")
    [echoed] = (tmp_path / "bodies").glob("echo.*")
    outputs["kept body"] = echoed.read_bytes()
    assert outputs["kept body"].count(b"***") == 2, "what the source was asked with"
    if keep := os.environ.get("CANARY_KEEP"):  # to look at what was searched
        for name, text in outputs.items():
            (Path(keep) / f"{name.replace('/', '-')}.txt").write_bytes(text)
    for words in COMMANDS:
        assert f"$ {' '.join(words)}".encode() in outputs["commands"]
    assert b"RuntimeError: all of it" in outputs["commands"]
    assert not hits(outputs)


def test_the_search_finds_each_form() -> None:
    token = TOKENS["webhook-bearer"]
    for text in (token, quote(token), quote(token, safe=""), token.encode().hex()):
        assert hits({"somewhere": text.encode()})
    for before in range(5):
        held = base64.b64encode(b"-" * before + token.encode() + b":pw")
        assert hits({"somewhere": b"Basic " + held}), before
    assert not hits({"somewhere": b"nothing"})
