"""The server: uvicorn in the running loop, without signal handlers of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime

import uvicorn

from monitor.clock import utc_now
from monitor.config import Config, Web
from monitor.errors import ConfigError
from monitor.log import fields
from monitor.pages.page import Site
from monitor.pages.websub import Hubs
from monitor.rules import Rules
from monitor.stores.reader import Reader
from monitor.vitals import Vitals

log = logging.getLogger(__name__)

STOP_WITHIN_S = 3
"""Seconds for answers under way when the server stops: after the service, which had five of ten."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # they belong to whoever runs the loop


@contextlib.asynccontextmanager
async def serving(
    config: Config,
    reader: Reader,
    vitals: Vitals,
    *,
    now: Callable[[], datetime] = utc_now,
    current: Callable[[], Config] | None = None,
    rules: Callable[[], Rules] | None = None,
    hubs: Hubs | None = None,
) -> AsyncIterator[str]:
    """The pages, served in the running loop until the block ends; yields their address.

    `current` and `rules`: what is in force, when it can change; what `web:` says is taken from
    `config` all the same. `hubs`: who is called under `/websub/`. Raises ConfigError, naming the
    key, when the address cannot be bound.
    """
    from monitor.pages import guarded  # it knows all pages, and the pages need not know it

    web = config.web or Web()
    bound = bind(config, web)
    site = Site(config, reader, vitals, now, current, rules, hubs)
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
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    running = asyncio.create_task(server.serve(sockets=[bound]), name="pages")
    log.info("pages started", extra=fields(listen=place))
    try:
        yield f"http://{place}/"
    finally:
        site.closing.set()
        server.should_exit = True
        await asyncio.wait({running})
        bound.close()
        reader.close()
        log.info("pages stopped")


async def serve(
    config: Config,
    reader: Reader,
    vitals: Vitals,
    stop: asyncio.Event,
    *,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """As `serving`, until `stop` is set."""
    async with serving(config, reader, vitals, now=now):
        await stop.wait()


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
    return ConfigError([config.problem("web.listen", words)])
