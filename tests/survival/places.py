"""Disks that fill up, libraries that fail, and a service to suffer under them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from monitor.adapters import ADAPTERS
from monitor.channels import CHANNELS
from monitor.config import Config, load_config
from monitor.service import Service
from monitor.standins.desk import Desk
from monitor.standins.feeds import Feed

ROOT = Path(__file__).parents[2]
GRANT = (
    "<p>JL MAG (300748.SZ) said it had obtained an export licence for its magnets to Germany.</p>"
)
PADDING = "<p>" + "A long day at the docks, and little to tell of it. " * 20_000 + "</p>"
"""A megabyte without news: an article that a full disk has no room for."""


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of its own of that size. LookupError where we may not mount one."""
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() != 0 or mount is None or umount is None:
        raise LookupError("only root may mount")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True
    )
    if made.returncode:
        raise LookupError(made.stderr.decode().strip() or "no mount")
    try:
        yield folder
    finally:
        subprocess.run([umount, "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Leave no byte free; remove the returned file to make room again."""
    ballast = disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("ab", buffering=0) as file:
        for size in (65536, 512, 1):
            with contextlib.suppress(OSError):
                while file.write(b"\0" * size):
                    pass
    return ballast


def config_for(
    folder: Path, database: Path, feed: Feed, desk: Desk, oncall: Desk, every: str = "1s"
) -> Config:
    """One feed, a trader's desk, and an ops desk."""
    file = folder / "feeds.yaml"
    file.write_text(
        f"database: {database}\n"
        "fetch: {allow_private_addresses: true}\n"
        f"sources:\n  - {{id: press, adapter: feed, url: '{feed.url}', every: {every}}}\n"
        "receivers:\n"
        f"  - {{id: desk, channel: webhook, url: '{desk.url}/hook'}}\n"
        f"  - {{id: oncall, channel: webhook, url: '{oncall.url}/hook'}}\n"
        "ops: {to: [oncall]}\n",
        encoding="utf-8",
    )
    return load_config(file, adapters=ADAPTERS, channels=CHANNELS)


@contextlib.asynccontextmanager
async def running(config: Config, *, again_s: float = 0.2) -> AsyncIterator[Service]:
    """The service at work; a refused database is tried again after `again_s`."""
    stop = asyncio.Event()
    async with Service.open(config) as service:
        service.standstill.again_s = service.standstill.locked_again_s = again_s
        task = asyncio.create_task(service.run(stop))
        try:
            yield service
        finally:
            stop.set()
            await task


def in_child(program: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a piece of Python in a process of its own, on this tree."""
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
    )
