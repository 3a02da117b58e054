"""What several commands have in common: where the configuration and the database are."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from monitor.config import Config

F = TypeVar("F", bound=Callable[..., Any])

_CONFIG = click.option(
    "--config",
    "-c",
    "config_path",
    default="feeds.yaml",
    show_default=True,
    envvar="MONITOR_CONFIG",
    show_envvar=True,
    metavar="FILE",
    help="The configuration.",
)
_DATABASE = click.option(
    "--database",
    envvar="MONITOR_DATABASE",
    show_envvar=True,
    metavar="PATH",
    help="The database, in place of the one the configuration names.",
)


def config_option(command: F) -> F:
    """Give `command` the option --config as the argument `config_path`."""
    return _CONFIG(command)


def database_option(command: F) -> F:
    """Give `command` the option --database as the argument `database` (None: not given)."""
    return _DATABASE(command)


def one_heap() -> None:
    """Have all threads share one heap, where the C library can be told so.

    glibc gives each thread one of its own; our few threads keep 8 MB more for that, and are no
    faster. To be called before there are any.
    """
    import ctypes

    m_arena_max = -8
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(m_arena_max, 1)


def loaded(config_path: str, database: str | None = None) -> Config:
    """The configuration, with the database of the command line in place of its own.

    Its secrets are hidden from every log line from here on. Raises ConfigError with every problem.
    Loads what it needs only now: `--help` stays quick.
    """
    from monitor.adapters import ADAPTERS
    from monitor.channels import CHANNELS
    from monitor.config import load_config
    from monitor.log import hide

    config = load_config(config_path, adapters=ADAPTERS, channels=CHANNELS)
    for secret in config.secrets:
        hide(secret)
    gc.freeze()  # what is loaded so far stays
    return config if database is None else config.model_copy(update={"database": database})
