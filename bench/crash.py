"""Kill -9 before and after every disk and network call of a poll and its deliveries.

    make bench-crash                                   every call, some minutes
    python bench/crash.py --points 40 --cold 0         a sample

Per point `monitor poll` runs on an empty database under a preloaded shim that kills it at its n-th
call, then runs again undisturbed. The sites and the two desks stand in this process, which
survives. Every alert must have reached each desk; a desk that remembers delivery ids must have seen
each one once; a second copy must say that it may be one.

So that a point takes a fraction of a second, the program is loaded once and forked per run.
`--cold N` kills N further times the way an operator would see it, `monitor run` started from
nothing, and takes the time until it is ready and until all alerts are out.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import json
import logging
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench.origin import environment  # noqa: E402
from monitor.standins.desk import Call, Desk  # noqa: E402
from monitor.standins.feeds import FeedSite  # noqa: E402
from monitor.standins.szse_irm import SzseIrm  # noqa: E402

SOURCE = HERE / "crash_shim.c"
LIMIT_S = 20.0
"""No run may take longer: it hangs."""
READY_S = 3.0
"""After a kill the program is to be ready again within this."""


def compiler() -> str | None:
    """A C compiler, or None where there is none or where the shim would not work."""
    if sys.platform != "linux":
        return None
    return next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)


def build_shim(folder: Path) -> Path:
    """Compile the shim into `folder`."""
    out = folder / "crash_shim.so"
    cc = compiler()
    assert cc is not None, "no C compiler"
    subprocess.run([cc, "-shared", "-fPIC", "-O2", "-o", out, SOURCE, "-ldl"], check=True)
    return out


# --- what is published, and what must arrive ------------------------------------------------------

FIRMS = 3


@dataclass(slots=True)
class World:
    """The sites and desks of a sweep."""

    exchange: SzseIrm
    press: FeedSite
    desks: tuple[Desk, Desk]

    def config(self, folder: Path, every: str = "10m") -> Path:
        """A feeds.yaml that reads these sites and tells these desks; its database in `folder`."""
        path = folder / "feeds.yaml"
        first, second = self.desks
        path.write_text(
            f"database: {folder / 'monitor.db'}\n"
            "fetch: {allow_private_addresses: true}\n"
            "sources:\n"
            f"  - {{id: szse-irm, adapter: szse_irm, base_url: '{self.exchange.url}',"
            f" every: {every}}}\n"
            f"  - {{id: press, adapter: feed, url: '{self.press.url}/feed/', every: {every}}}\n"
            "receivers:\n"
            f"  - {{id: first, channel: apprise, url: '{first.apprise_url}'}}\n"
            f"  - {{id: second, channel: webhook, url: '{second.url}/hook'}}\n"
            "routes:\n  - {to: [first, second]}\n",
            encoding="utf-8",
        )
        return path

    def forget(self) -> None:
        for desk in self.desks:
            desk.received.clear()


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    """Two firms answer investors, the press tells of a third and repeats the first."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        exchange, press = await enter(SzseIrm()), await enter(FeedSite())
        desks = await enter(Desk()), await enter(Desk())
        exchange.publish("300748", "许可证？", "您好，公司已获得出口许可证，出口区域包括美国。")
        exchange.publish("000795", "许可证？", "您好，公司已收到少量出口许可证，谢谢。")
        press.feed("/feed/").publish(
            "Ningbo Yunsheng gets export licences",
            "<p>Ningbo Yunsheng (600366.SH) said it had been granted export licences for magnets "
            "to Germany.</p><p>JL MAG (300748.SZ) said it had obtained an export licence for the "
            "United States.</p>",
        )
        yield World(exchange, press, desks)


@dataclass(slots=True)
class Told:
    """What one desk was told by a run and the run after it."""

    alerts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Delivery ids per story."""
    copies: int = 0
    """Alerts whose delivery id the desk had accepted before."""
    unmarked: int = 0
    """Copies that do not say that they may be one."""


def told(calls: Sequence[Call]) -> Told:
    """Read what a desk accepted, in order, as one that knows delivery ids does."""
    found, seen = Told(), set[str]()
    for call in calls:
        body = call.json["body"] if "body" in call.json else call.json["message"]
        last = str(body).splitlines()[-1]
        words = last.replace("·", " ").split()
        about, id_ = words[words.index("event") + 1], words[words.index("delivery") + 1]
        found.alerts[about].add(id_)
        if id_ in seen:
            found.copies += 1
            found.unmarked += "may be a repeat" not in last
        seen.add(id_)
    return found


@dataclass(slots=True)
class Score:
    """The sum over all points."""

    points: int = 0
    calls: int = 0
    """Calls of one undisturbed run."""
    killed: int = 0
    lost: int = 0
    doubled: int = 0
    """Alerts beyond the first of one story at a desk that drops ids it knows."""
    copies: int = 0
    unmarked: int = 0
    hung: int = 0
    failed: int = 0
    """Runs after a kill that ended with an error."""
    recovery_s: list[float] = field(default_factory=list)
    """Length of the run after the kill; the program is loaded already."""
    where: list[str] = field(default_factory=list)
    """Points at which something went wrong."""

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.unmarked or self.hung or self.failed)

    def judge(self, desks: Sequence[Desk], expected: int, point: str) -> None:
        before = (self.lost, self.doubled, self.unmarked)
        for desk in desks:
            there = told(desk.accepted)
            self.lost += expected - len(there.alerts)
            self.doubled += sum(len(ids) - 1 for ids in there.alerts.values())
            self.copies += there.copies
            self.unmarked += there.unmarked
        if before != (self.lost, self.doubled, self.unmarked):
            self.where.append(point)


# --- the sweep ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ended:
    """How a forked run ended."""

    signal: int
    code: int
    calls: int
    elapsed_s: float
    hung: bool


class Runner:
    """The loaded program, waiting to be forked."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    @asynccontextmanager
    async def open(cls, shim: Path) -> AsyncIterator[Runner]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, __file__, "--child", str(shim),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "LD_PRELOAD": str(shim)},
        )  # fmt: skip
        try:
            yield cls(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()

    async def __call__(self, config: Path, at: int = 0, *, after: bool = False) -> Ended:
        """`monitor poll --config ...`, killed before or after its `at`-th call (0: not at all)."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"config": str(config), "at": at, "after": after}
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()
        answer = await self._process.stdout.readline()
        if not answer:
            raise SystemExit("the forking process ended")
        return Ended(**json.loads(answer))


def points_of(calls: int, count: int | None, seed: int) -> list[tuple[int, bool]]:
    """(n, after) for every call, or `count` of them, spread evenly with a random offset."""
    every = [(n, after) for n in range(1, calls + 1) for after in (False, True)]
    if count is None or count >= len(every):
        return every
    step = len(every) / count
    offset = random.Random(seed).random() * step
    return [every[int(offset + i * step)] for i in range(count)]


async def sweep(shim: Path, folder: Path, *, points: int | None = None, seed: int = 1) -> Score:
    """Kill and run again at every point, or at `points` of them."""
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # clients that die in mid-word
    score = Score()
    began = shown = time.monotonic()
    async with world() as w, Runner.open(shim) as run:

        async def fresh(name: str) -> Path:
            place = folder / name
            place.mkdir()
            w.forget()
            return w.config(place)

        calm = await run(await fresh("calm"))
        expected = len(told(w.desks[0].accepted).alerts)
        if calm.code or calm.signal or expected != FIRMS:
            raise SystemExit(f"the undisturbed run is not as it should be: {calm}, {expected} told")
        score.calls = calm.calls
        score.judge(w.desks, expected, "undisturbed")
        chosen = points_of(calm.calls, points, seed)
        for n, after in chosen:
            point = f"{'after' if after else 'before'} {n}"
            config = await fresh(point.replace(" ", "-"))
            ended = await run(config, n, after=after)
            score.killed += ended.signal == signal.SIGKILL and not ended.hung
            again = await run(config)
            score.recovery_s.append(again.elapsed_s)
            score.hung += ended.hung + again.hung
            bad = bool(again.code or again.signal)
            score.failed += bad
            if bad:
                score.where.append(f"{point}: the next run ended with {again}")
            score.judge(w.desks, expected, point)
            score.points += 1
            shutil.rmtree(config.parent)
            if sys.stderr.isatty() and time.monotonic() - shown > 0.5:
                shown = time.monotonic()
                rate = score.points / (shown - began)
                print(f"\r{score.points} of {len(chosen)} points · {rate:.1f}/s ", end="",
                      file=sys.stderr, flush=True)  # fmt: skip
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return score


def child(shim: Path) -> None:
    """Load everything, then fork a run per order on standard input."""
    library = ctypes.CDLL(str(shim))
    library.crash_calls.restype = ctypes.c_long
    from monitor import service
    from monitor.channels import build_channels
    from monitor.clock import utc_now
    from monitor.commands import cli
    from monitor.commands import run as _loaded  # noqa: F401
    from monitor.config import Receiver, builtin_issuers
    from monitor.model import Item
    from monitor.rules import load_rules

    build_channels([Receiver(id="x", channel="apprise", url="json://127.0.0.1:9/")])
    rules = load_rules(builtin_issuers())
    for text in ("JL MAG was granted an export licence.", "金力永磁已获得出口许可证。"):
        rules(Item("x", text, "", "", text, utc_now()))  # what it builds at first use is there now
    # Reading the packs makes no call that counts, and is more than half of a run.
    vars(service)["shipped_rules"] = lambda issuers: rules
    for line in sys.stdin:
        order = json.loads(line)
        folder = str(Path(order["config"]).parent)
        library.crash_arm(folder.encode(), ctypes.c_long(order["at"]), int(order["after"]))
        began = time.monotonic()
        pid = os.fork()
        if pid == 0:
            code = 1
            with suppress(BaseException):
                log = os.open(f"{folder}-log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
                os.dup2(log, 1)
                os.dup2(log, 2)
                try:
                    cli.main(["poll", "--config", order["config"]], standalone_mode=False)
                except SystemExit as end:
                    code = int(end.code or 0)
                sys.stdout.flush()
            os._exit(code)
        hung, ended = False, 0
        while True:
            done, ended = os.waitpid(pid, os.WNOHANG)
            if done:
                break
            if not hung and time.monotonic() - began > LIMIT_S:
                hung = True
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.002)
        answer = Ended(
            signal=os.WTERMSIG(ended) if os.WIFSIGNALED(ended) else 0,
            code=os.WEXITSTATUS(ended) if os.WIFEXITED(ended) else 0,
            calls=library.crash_calls(),
            elapsed_s=time.monotonic() - began,
            hung=hung,
        )
        print(json.dumps(asdict(answer)), flush=True)


# --- as an operator sees it -----------------------------------------------------------------------


@dataclass(slots=True)
class Cold:
    """Kills of `monitor run` started from nothing."""

    score: Score = field(default_factory=Score)
    ready_s: list[float] = field(default_factory=list)
    """From the second start to `service started`."""
    told_s: list[float] = field(default_factory=list)
    """From the second start until every alert was out."""


async def cold(shim: Path, folder: Path, calls: int, count: int) -> Cold:
    """Kill `monitor run` at `count` points, start it again, take the times."""
    found = Cold()
    async with world() as w:
        for n, after in points_of(calls, count, seed=2):
            point = f"cold {'after' if after else 'before'} {n}"
            place = folder / point.replace(" ", "-")
            place.mkdir()
            w.forget()
            config = w.config(place, every="1s")
            armed = {"LD_PRELOAD": str(shim), "CRASH_FOLDER": str(place), "CRASH_AT": str(n),
                     "CRASH_AFTER": str(int(after))}  # fmt: skip
            first = await _start(config, armed)
            try:
                async with asyncio.timeout(LIMIT_S):
                    await first.wait()
            except TimeoutError:
                first.kill()
                await first.wait()
            found.score.killed += first.returncode == -signal.SIGKILL
            began = time.monotonic()
            second = await _start(config, {})
            assert second.stderr is not None
            try:
                async with asyncio.timeout(LIMIT_S):
                    while b"service started" not in await second.stderr.readline():
                        assert not second.stderr.at_eof(), "it did not start"
                    found.ready_s.append(time.monotonic() - began)
                    while any(len(told(d.accepted).alerts) < FIRMS for d in w.desks):
                        await asyncio.sleep(0.01)
                    found.told_s.append(time.monotonic() - began)
            except TimeoutError:
                found.score.hung += 1
                found.score.where.append(point)
            second.send_signal(signal.SIGTERM)
            errors = await second.stderr.read()
            found.score.failed += await second.wait() != 0 or b"Traceback" in errors
            found.score.judge(w.desks, FIRMS, point)
            found.score.points += 1
    return found


async def _start(config: Path, environ: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "run", "--config", str(config),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE, cwd=config.parent,
        env={**environment(), **environ},
    )  # fmt: skip


# --- the command ----------------------------------------------------------------------------------


def report(score: Score) -> dict[str, Any]:
    """The figures of a sweep, as they are printed."""
    row = {k: v for k, v in asdict(score).items() if k not in ("recovery_s", "where")}
    if score.recovery_s:
        row["next_run_median_s"] = round(statistics.median(score.recovery_s), 3)
        row["next_run_max_s"] = round(max(score.recovery_s), 3)
    return row


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--points", type=int, help="so many points, spread evenly; default: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--cold", type=int, default=12, help="further kills of a cold `monitor run`"
    )
    asked = parser.parse_args()
    if compiler() is None:
        print("the shim needs Linux and a C compiler (apt-get install gcc)")
        return 2
    with tempfile.TemporaryDirectory(prefix="crash-") as name:
        folder = Path(name)
        shim = build_shim(folder)
        score = await sweep(shim, folder, points=asked.points, seed=asked.seed)
        print(json.dumps(report(score)))
        for point in score.where:
            print(f"  {point}")
        good = score.good
        if asked.cold:
            found = await cold(shim, folder, score.calls, asked.cold)
            row = report(found.score)
            for key, values in (("ready", found.ready_s), ("all_told", found.told_s)):
                if values:
                    row[f"{key}_median_s"] = round(statistics.median(values), 2)
                    row[f"{key}_max_s"] = round(max(values), 2)
            print(json.dumps({"cold": row}))
            for point in found.score.where:
                print(f"  {point}")
            good = good and found.score.good and max(found.ready_s, default=0.0) <= READY_S
    return 0 if good else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]))
    else:
        sys.exit(asyncio.run(main()))
