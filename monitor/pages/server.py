"""The server: uvicorn in the running loop, without signal handlers of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from datetime import datetime

import uvicorn

from monitor.clock import utc_now
from monitor.config import Config, Web
from monitor.errors import ConfigError, Problem
from monitor.log import fields
from monitor.pages.page import Site
from monitor.stores.reader import Reader
from monitor.vitals import Vitals

log = logging.getLogger(__name__)

STOP_WITHIN_S = 5
"""Seconds for answers under way when the server stops."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # they belong to whoever runs the loop


async def serve(
    config: Config,
    reader: Reader,
    vitals: Vitals,
    stop: asyncio.Event,
    *,
    now: Callable[[], datetime] = utc_now,
    started: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve the pages until `stop` is set; `started` hears their address.

    Raises ConfigError, naming the key, when the address cannot be bound.
    """
    from monitor.pages import guarded  # it knows all pages, and the pages need not know it

    web = config.web or Web()
    bound = bind(config, web)
    site = Site(config, reader, vitals, now)
    server = _Server(
        uvicorn.Config(
            guarded(site),
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=STOP_WITHIN_S,
            timeout_keep_alive=15,
            limit_concurrency=200,
            h11_max_incomplete_event_size=65536,
        )
    )
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    host, port = bound.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    log.info("pages started", extra=fields(listen=f"{host}:{port}"))
    started(address)
    running = asyncio.create_task(server.serve(sockets=[bound]), name="pages")
    waiting = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        site.closing.set()
        server.should_exit = True
        await running
        bound.close()
    log.info("pages stopped")


def bind(config: Config, web: Web) -> socket.socket:
    """The listening socket. Raises ConfigError in words that name `web.listen`."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            web.host, web.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, proto)
    except OSError as error:
        raise _refused(config, web, error.strerror or str(error)) from None
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(128)
        bound.setblocking(False)
    except OSError as error:
        bound.close()
        raise _refused(config, web, (error.strerror or str(error)).lower()) from None
    return bound


def _refused(config: Config, web: Web, reason: str) -> ConfigError:
    words = f"cannot listen on {web.listen}: {reason}; stop what holds it, or write another port"
    line = config.lines.get("web.listen", 1)
    return ConfigError([Problem(config.file, line, "web.listen", words)])
