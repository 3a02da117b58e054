"""Builds the container image and lives with it for a minute: `make image-test`.

Two stand-in sites and a webhook desk on this machine; the container is started read-only, as the
image's own user, without capabilities, with 256 MB. Looked at: what the image adds to its base,
from the start to the first poll and to healthy, memory; a stop while the desk holds a message
(exit code 0 within ten seconds); that the message comes after the next start, with the same id.
Exit code 1 when something is not as it should be; 0 with one line where no image can be built.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench.engine import Engine, Unable, engine  # noqa: E402
from monitor import __version__  # noqa: E402
from monitor.standins.desk import Desk  # noqa: E402
from monitor.standins.feeds import FeedSite  # noqa: E402
from monitor.standins.szse_irm import SzseIrm  # noqa: E402

TAG = "license-monitor:test"
NAME = "license-monitor-test"
USER = 10001
GOAL_MB = 150
LIMIT_MB = 256
STOP_WITHIN_S = 10.0
ALERT = (
    "JL MAG Rare-Earth (300748.SZ) said it has obtained export licences for magnets bound for {}."
)


class Checks:
    """What was looked at, and whether it was well."""

    def __init__(self) -> None:
        self.failed = 0

    def __call__(self, what: str, good: bool, found: object) -> None:
        self.failed += not good
        print(f"{'ok  ' if good else 'FAIL'}  {what:<44} {found}", flush=True)


class Container:
    """One container from its creation to its removal; `lines` is its log."""

    def __init__(self, using: Engine, folder: Path) -> None:
        self.engine = using
        self.lines: list[str] = []
        self.began = 0.0
        using.call("rm", "-f", NAME, check=False)
        data = folder / "data"
        data.mkdir()
        os.chown(data, USER, USER)
        using.call(
            "create", "--name", NAME, *using.run_flags, "--network", "host", "--read-only",
            "--tmpfs", "/tmp", "--cap-drop", "all", "--security-opt", "no-new-privileges",
            "--memory", f"{LIMIT_MB}m", "--pids-limit", "128", "-v", f"{data}:/data",
            "-v", f"{folder / 'feeds.yaml'}:/etc/monitor/feeds.yaml:ro", TAG,
            within_s=300,
        )  # fmt: skip

    async def start(self) -> None:
        """Start it and follow its log."""
        self.lines.clear()
        self.began = time.monotonic()
        self._process = await asyncio.create_subprocess_exec(
            *self.engine.words, "start", "--attach", NAME, env=self.engine.environment(),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.lines.append(line.decode("utf-8", "replace").rstrip())

    async def until(self, words: str, within_s: float = 60.0) -> float:
        """Seconds from the start to the first log line with these words."""
        try:
            async with asyncio.timeout(within_s):
                while not any(words in line for line in self.lines):
                    if self._reader.done():
                        raise Unable(f"it ended: {self.lines[-10:]}")
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise Unable(f"no line {words!r} in {self.lines[-10:]}") from None
        return time.monotonic() - self.began

    async def stop(self) -> float:
        """Stop it as an engine does, SIGTERM and SIGKILL ten seconds later; the seconds it took."""
        began = time.monotonic()
        await asyncio.to_thread(self.engine.call, "stop", "-t", f"{STOP_WITHIN_S:.0f}", NAME)
        took_s = time.monotonic() - began
        await self._process.wait()
        await self._reader
        return took_s

    def inspect(self, key: str) -> Any:
        """Something of what the engine knows of it."""
        return json.loads(self.engine.call("inspect", "--format", f"{{{{json {key}}}}}", NAME))

    async def inside(self, *words: str) -> tuple[int, str]:
        """Run a command in it."""
        process = await asyncio.create_subprocess_exec(
            *self.engine.words, "exec", NAME, *words, env=self.engine.environment(),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await process.communicate()
        return process.returncode or 0, out.decode("utf-8", "replace").strip()

    def memory_mb(self) -> tuple[float, float]:
        """What its program holds now, and held at most."""
        told = Path(f"/proc/{self.inspect('.State.Pid')}/status").read_text()
        fields = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
        return tuple(int(fields[k].split()[0]) / 1024 for k in ("VmRSS", "VmHWM"))  # type: ignore[return-value]


async def live(using: Engine, folder: Path, check: Checks) -> None:
    async with FeedSite() as site, SzseIrm() as exchange, Desk() as desk:
        press = site.feed("/feed/")
        press.publish("Nothing new", "Magnet prices were stable this week.")
        exchange.publish("000795", "公司一季度产能利用率如何？", "请关注公司定期报告，谢谢。")
        config = {
            "fetch": {"allow_private_addresses": True},
            "sources": [
                {"id": "press", "adapter": "feed", "url": press.url, "every": "1s"},
                {"id": "szse-irm", "adapter": "szse_irm", "base_url": exchange.url, "every": "1s"},
            ],
            "receivers": [{"id": "desk", "channel": "webhook", "url": f"{desk.url}/desk"}],
            "web": {"listen": "127.0.0.1:18473"},
        }
        (folder / "feeds.yaml").write_text(json.dumps(config))  # JSON is YAML
        container = Container(using, folder)
        try:
            await first_life(container, check)
            await stop_in_mid_delivery(container, desk, press, check)
        finally:
            using.call("rm", "-f", NAME, check=False)


async def first_life(container: Container, check: Checks) -> None:
    await container.start()
    polled_s = await container.until("source polled")
    check("start to first poll", polled_s <= 10, f"{polled_s:.1f} s")
    words = health_words(container.engine)
    code, said = 1, ""
    while code and time.monotonic() - container.began < 30:
        code, said = await container.inside(*words)
    took_s = time.monotonic() - container.began
    check(f"healthy by `{' '.join(words)}`", code == 0, f"{took_s:.1f} s: {said}")
    _, told = await container.inside("cat", "/proc/1/status")
    fields = dict(line.split(":\t", 1) for line in told.splitlines() if ":\t" in line)
    check("user", fields["Uid"].split() == [str(USER)] * 4, fields["Uid"].split()[0])
    check("capabilities", int(fields["CapEff"], 16) == 0, fields["CapEff"])
    check("no new privileges", fields["NoNewPrivs"] == "1", fields["NoNewPrivs"])
    code, said = await container.inside("touch", "/opt/monitor/x")
    check("root file system is read-only", code != 0 and "Read-only" in said, said)
    code, said = await container.inside("python", "-c", "import pip")
    check("no installer in it", code != 0, said.splitlines()[-1])
    code, said = await container.inside("monitor", "status")
    check("monitor status", code == 0, said.splitlines()[-1] if code == 0 else f"{code}: {said}")
    held_mb, most_mb = container.memory_mb()
    check("memory", most_mb < LIMIT_MB / 2, f"{held_mb:.0f} MB, at most {most_mb:.0f} MB")


async def stop_in_mid_delivery(container: Container, desk: Desk, press: Any, check: Checks) -> None:
    desk.slow(60)
    press.publish("JL MAG permits", ALERT.format("Japan"))
    async with asyncio.timeout(30):
        while not desk.received:
            await asyncio.sleep(0.02)
    took_s = await container.stop()
    code = container.inspect(".State.ExitCode")
    check(
        "stop in mid-delivery",
        code == 0 and took_s <= STOP_WITHIN_S,
        f"exit {code}, {took_s:.1f} s",
    )
    clean = any("service stopped" in line for line in container.lines)
    check("ended by itself", clean, container.lines[-1])
    first = desk.received[0].headers["x-delivery-id"]
    await container.start()
    await container.until("delivery sent")
    ready_s = await container.until("source ")
    again = [call.headers["x-delivery-id"] for call in desk.received[1:]]
    check("the same message, once more, after a start", again == [first], f"{first}: {again}")
    marked = "may be a repeat" in desk.received[-1].text
    check("it says that it may be a repeat", marked, f"polls after {ready_s:.1f} s")
    press.publish("JL MAG more permits", ALERT.format("Germany and France"))
    async with asyncio.timeout(30):
        while len(desk.received) < 3:
            await asyncio.sleep(0.02)
    took_s = await container.stop()
    check("an idle stop", container.inspect(".State.ExitCode") == 0, f"{took_s:.1f} s")
    faults = [line for line in container.lines if " ERROR " in line]
    check("no ERROR line", not faults, faults[:1] or "none")


def health_words(using: Engine) -> list[str]:
    """What the image asks for its health check."""
    image = json.loads(using.call("image", "inspect", TAG))[0]
    test = (image["Config"].get("Healthcheck") or image.get("Healthcheck") or {})["Test"]
    assert test[0] == "CMD", test
    return list(test[1:])


def size(using: Engine, check: Checks) -> None:
    added = using.call(
        "run", "--rm", *using.run_flags, "--network", "none", TAG, "du", "-sk", "/opt/monitor",
        "/etc/monitor", within_s=300,
    )  # fmt: skip
    kib = sum(int(line.split()[0]) for line in added.splitlines())
    check("the image over its base", kib / 1024 <= GOAL_MB, f"{kib / 1024:.0f} MiB")
    labels = json.loads(using.call("image", "inspect", "--format", "{{json .Config.Labels}}", TAG))
    version = labels.get("org.opencontainers.image.version")
    check("labelled with the version", version == __version__, version)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    home = Path("/var/tmp/monitor-image")
    parser.add_argument("--home", type=Path, default=home, help="where images stay without docker")
    parser.add_argument("--no-build", action="store_true", help="take the image of the last run")
    chosen = parser.parse_args()
    try:
        using = engine(chosen.home)
    except Unable as reason:
        print(f"image-test: skipped: {reason}")
        return 0
    check, began = Checks(), time.monotonic()
    try:
        if not chosen.no_build:
            using.build(TAG, VERSION=__version__)
        print(f"      built with {using.name} in {time.monotonic() - began:.0f} s", flush=True)
        size(using, check)
        with tempfile.TemporaryDirectory(prefix="monitor-image-") as folder:
            Path(folder).chmod(0o755)
            asyncio.run(live(using, Path(folder), check))
    except (Unable, TimeoutError) as problem:
        check("ran to its end", False, problem or "something did not come in time")
    print(f"{check.failed} failed" if check.failed else "all well")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
