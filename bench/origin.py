"""A news host for the benches: many feeds, quick answers, and an exact note of when what went out.

Lighter than the stand-ins of the tests, so that what is measured is the program and not its
counterpart: bodies are rendered once per change, a 304 costs next to nothing.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Self
from xml.sax.saxutils import escape

from aiohttp import web

ROOT = Path(__file__).resolve().parent.parent
BYTECODE = str(Path(tempfile.gettempdir()) / f"license-monitor-bench-{os.getuid()}")

LAUNCHER = """
import os, signal, sys
report, *command = sys.argv[1:]
child = os.posix_spawn(command[0], command, os.environ)
signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
_, status, used = os.wait4(child, 0)
with open(report, "w") as file:
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=file)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
"""
"""Starts the program and notes what it took. On Linux a process begins with the peak memory of the
one that started it; this one has 9 MiB, a bench with its feeds a hundred."""


@dataclass(slots=True)
class Row:
    """One item of a feed."""

    guid: str
    title: str
    text: str
    """What the feed shows of it."""
    at: datetime
    article: str = ""
    """What its page says; nothing: what the feed shows."""


@dataclass(slots=True)
class Feed:
    """One feed: its rows, newest first, and the body made of them."""

    number: int
    rows: list[Row]
    body: bytes = b""
    etag: str = ""
    fresh: list[str] = field(default_factory=list)
    """Guids that no answer has carried yet."""


class Origin:
    """Feeds at /feed/N.xml, their articles, and a webhook at /hook, on a free port. Times are
    perf_counter's."""

    def __init__(self, feeds: int, items: int) -> None:
        begin = datetime.now(UTC) - timedelta(days=3)
        self.feeds = [
            Feed(n, [_note(n, k, begin + timedelta(minutes=k)) for k in reversed(range(items))])
            for n in range(feeds)
        ]
        self.url = ""
        self.delay_s = 0.0
        """How long each feed takes to answer."""
        self.answered = 0
        self.not_modified = 0
        self.served: dict[str, float] = {}
        """Guid -> when the first body with it went out."""
        self.articles: dict[str, Row] = {}
        """What was published since the start, by guid."""
        self.posts: list[tuple[float, str]] = []
        """Arrival and body of each POST to the hook."""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/feed/{number}.xml", self._serve)
        app.router.add_get("/article/{guid}", self._article)
        app.router.add_post("/hook", self._hook)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
        await web.SockSite(self._runner, listening).start()
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def publish(self, number: int, guid: str, title: str, text: str, article: str = "") -> None:
        """Put an item at the top of feed `number`; the oldest one drops out."""
        feed = self.feeds[number]
        feed.rows.insert(0, Row(guid, title, text, datetime.now(UTC), article))
        self.articles[guid] = feed.rows[0]
        feed.rows.pop()
        feed.body = b""
        feed.fresh.append(guid)

    def sources(self, every: str) -> str:
        """The `sources:` block that reads all feeds."""
        return "sources:\n" + "".join(
            f"  - {{id: f{n}, adapter: feed, url: '{self.url}/feed/{n}.xml', every: {every}}}\n"
            for n in range(len(self.feeds))
        )

    async def _serve(self, request: web.Request) -> web.Response:
        feed = self.feeds[int(request.match_info["number"])]
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if not feed.body:
            feed.body = _rss(feed, self.url)
            feed.etag = f'"{feed.number}-{feed.rows[0].guid}"'
        self.answered += 1
        if request.headers.get("If-None-Match") == feed.etag:
            self.not_modified += 1
            return web.Response(status=304, headers={"ETag": feed.etag})
        if feed.fresh:
            now = time.perf_counter()
            self.served |= {guid: now for guid in feed.fresh if guid not in self.served}
            feed.fresh.clear()
        return web.Response(
            body=feed.body, headers={"ETag": feed.etag, "Content-Type": "application/rss+xml"}
        )

    async def _article(self, request: web.Request) -> web.Response:
        row = self.articles.get(request.match_info["guid"])
        if row is None:
            return web.Response(status=404)
        said = (row.article or row.text).split("\n")
        text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in said)
        markup = f"<html><body><article><h1>{escape(row.title)}</h1>{text}</article></body></html>"
        return web.Response(text=markup, content_type="text/html")

    async def _hook(self, request: web.Request) -> web.Response:
        now = time.perf_counter()
        self.posts.append((now, await request.text()))
        return web.json_response({"ok": True})


def _note(feed: int, number: int, at: datetime) -> Row:
    text = f"Feed {feed}, note {number}: the quarter went as planned, nothing was filed. " * 8
    return Row(f"urn:bench:{feed}:{number}", f"Routine note {number} of feed {feed}", text, at)


def _rss(feed: Feed, site: str) -> bytes:
    rows = "".join(
        f"<item><title>{escape(row.title)}</title><link>{site}/article/{row.guid}</link>"
        f'<guid isPermaLink="false">{row.guid}</guid><pubDate>{format_datetime(row.at)}</pubDate>'
        f"<description>{escape(row.text)}</description></item>\n"
        for row in feed.rows
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>Bench feed {feed.number}</title><link>http://news.example/</link>"
        f"<description>made up</description>{rows}</channel></rss>"
    ).encode()


# --- the program under measurement ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Used:
    """What a process took."""

    wall_s: float
    cpu_s: float
    peak_mib: float


def environment() -> dict[str, str]:
    """That of the program: with compiled bytecode, as any installed program has."""
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": BYTECODE}


def start(command: str, config: Path) -> subprocess.Popen[bytes]:
    """`monitor <command> --config ...`, its output beside the configuration; SIGTERM ends it."""
    with Path(f"{config}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-ISc", LAUNCHER, f"{config}.used",
             sys.executable, "-m", "monitor", command, "--config", str(config)],
            stdout=log, stderr=log, cwd=config.parent,
            env=environment(),
        )  # fmt: skip


def ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it is over; `wait` is still to be called."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def wait(process: subprocess.Popen[bytes], config: Path, began: float) -> Used:
    """Wait for its end, and take what its launcher noted. An error of its own ends the bench."""
    if process.wait():
        tail = Path(f"{config}.log").read_text(encoding="utf-8")[-2000:]
        raise SystemExit(f"monitor ended with {process.returncode}:\n{tail}")
    cpu_s, peak_mib = map(float, Path(f"{config}.used").read_text(encoding="utf-8").split())
    return Used(time.perf_counter() - began, cpu_s, peak_mib)
