"""Going over to another configuration: what can change, and what is said of one that is refused."""

from __future__ import annotations

import logging
from datetime import datetime

from monitor.config import Config
from monitor.errors import ConfigError, MonitorError
from monitor.log import fields
from monitor.model import Notice

log = logging.getLogger(__name__)

KEY = "config"
"""Of the trouble that the ops receivers are told of once, until it is over."""

SHOWN = 5
"""Problems told to them; the log has all."""


def kept(config: Config, before: Config) -> Config:
    """`config` with what only a restart can change as it was; said in a log line each."""
    old: dict[str, object] = {}
    if config.database != before.database:
        old["database"] = before.database
    listen = config.web and config.web.listen
    if listen != (before.web and before.web.listen):
        old["web"] = before.web
    for key in old:
        log.warning("config needs a restart", extra=fields(key=key))
    return config.model_copy(update=old)


def refused(error: Exception, config: Config, now: datetime) -> Notice:
    """A line per problem for the log, and what to tell ops; `config` is the one that stays."""
    match error:
        case ConfigError():
            problems = [str(problem) for problem in error.problems]
        case MonitorError() | OSError():
            problems = [str(error)]
        case _:  # a fault of ours: with its traceback
            problems = [f"{type(error).__name__}: {error}"]
    ours = None if isinstance(error, MonitorError | OSError) else error
    for problem in problems:
        log.error("config refused", extra=fields(problem=problem), exc_info=ours)
    more = [f"… and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
    body = "\n".join(
        [
            "The configuration in force stays in force.",
            *problems[:SHOWN],
            *more,
            "monitor check tells the same.",
        ]
    )
    title = "OPS · the new configuration is refused"
    return Notice(KEY, title, body, _to(config), now)


def accepted(config: Config, now: datetime) -> Notice:
    """Told if a configuration was refused before."""
    title, body = "OPS · the configuration is good again", "It is in force."
    return Notice(KEY, title, body, _to(config), now, opens=False)


def _to(config: Config) -> tuple[str, ...]:
    return tuple(config.ops.to) if config.ops else ()
