"""`monitor run`, the service, in the foreground: as PID 1 of a container too."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from importlib import import_module
from typing import TYPE_CHECKING, cast

import click

from monitor.commands.options import config_option, database_option, loaded, one_heap
from monitor.log import Level, set_up

if TYPE_CHECKING:  # a second to load: signals are heeded before that
    from monitor.config import Config
    from monitor.service import Service
    from monitor.vitals import Report

LEVELS = ["debug", "info", "warning", "error"]

THREADS_WITHIN_S = 1.5
"""Once all is closed, threads that still read or send for nobody do not hold up the end."""


@click.command(short_help="run the service: poll, alert, keep going")
@config_option
@database_option
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text")
@click.option("--log-level", type=click.Choice(LEVELS), default="info")
def run(config_path: str, database: str | None, log_format: str, log_level: str) -> None:
    """Poll every source on its schedule and deliver alerts until SIGTERM or Ctrl-C.

    Log lines go to standard error, alerts of a `console` receiver to standard output. SIGHUP: read
    the configuration again; a faulty one is refused, and the one in force stays. A second SIGTERM
    ends at once.

    \b
      monitor run
      monitor run --config /etc/monitor/feeds.yaml --database /data/monitor.db
      kill -HUP PID                                 go over to the changed feeds.yaml
    """
    # First of all: PID 1 ignores every signal that nobody handles, and loading takes a second.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    set_up(cast(Level, log_level), as_json=log_format == "json")
    one_heap()
    import_module("monitor.service")
    asyncio.run(_run(config_path, database))


async def _run(config_path: str, database: str | None) -> None:
    stop, reload = asyncio.Event(), asyncio.Event()
    heed_signals(stop, reload)

    from monitor.service import Service

    def load() -> Config:
        return loaded(config_path, database)

    async with Service.open(await asyncio.to_thread(load)) as service:
        service.vitals.report = lambda: _report(service)
        async with _pages(service):
            await service.run(stop, reload=reload, load=load)
    last = threading.Timer(THREADS_WITHIN_S, os._exit, [0])
    last.daemon = True
    last.start()


@contextlib.asynccontextmanager
async def _pages(service: Service) -> AsyncIterator[None]:
    """The web pages beside the service, when `web:` asks for them."""
    if service.config.web is None:
        yield
        return
    from monitor.pages import serving
    from monitor.stores.reader import Reader

    config = service.config
    reader = Reader(config.database)
    async with serving(
        config, reader, service.vitals,
        current=lambda: service.config, rules=lambda: service.rules,
        hubs=service.hubs,
    ):  # fmt: skip
        yield


def heed_signals(stop: asyncio.Event, reload: asyncio.Event) -> None:
    """SIGTERM and SIGINT set `stop`, the second one ends at once; SIGHUP sets `reload`."""
    loop = asyncio.get_running_loop()

    def end(number: int) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end, number)
    loop.add_signal_handler(signal.SIGHUP, reload.set)


def _report(service: Service) -> Report:
    """What `monitor status` says, through a connection of its own: for `/metrics`."""
    from monitor.clock import utc_now
    from monitor.commands.look import report
    from monitor.stores import open_store

    store = open_store(service.config.database, create=False)
    try:
        return report(store, service.config, utc_now())
    finally:
        store.close()
