"""`monitor health`: does the running service live? For a container's health check.

It starts every half a minute for months, so it loads next to nothing: of the configuration it reads
two keys, and what else is wrong there is for `monitor check` to say.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import click

from monitor.commands.options import config_option, database_option
from monitor.errors import MonitorError

ANSWER_WITHIN_S = 3.0


class _Ill(MonitorError):
    """Not well; the message says why."""


@click.command(short_help="is the running service alive? for a container's health check")
@config_option
@database_option
@click.option(
    "--within",
    default=25.0,  # as vitals.STUCK_AFTER_S, which takes a sixth of a second to load
    show_default=True,
    metavar="SECONDS",
    help="Older than this the beat in the file is too old.",
)
def health(config_path: str, database: str | None, within: float) -> None:
    """Ask the running service whether its event loop and its database writer are alive.

    With a `web:` block it asks /healthz at that address, else it looks at the file <database>-beat,
    which the service renews every few seconds. Exit code 1, with the reason, when there is no
    answer or something has been stuck for 25 seconds. Sources and receivers do not count here: see
    `monitor status`.

    \b
      monitor health
      monitor health --config /etc/monitor/feeds.yaml --database /data/monitor.db

    \b
      HEALTHCHECK --interval=15s --timeout=10s CMD ["monitor", "health"]       in a Dockerfile
    """
    listen, named = _keys(Path(config_path))
    if listen is not None:
        click.echo(_answer(listen))
    else:
        click.echo(_beat(Path(f"{database or named}-beat"), within))


def _keys(path: Path) -> tuple[str | None, str]:
    """`web.listen` (None: no pages) and `database`, as the file has them."""
    import yaml

    try:
        tree = yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except OSError as error:
        raise _Ill(f"{path}: {error.strerror}; name the configuration with --config") from error
    except yaml.YAMLError as error:
        raise _Ill(f"{path}: not readable as YAML; see monitor check") from error
    tree = tree if isinstance(tree, dict) else {}
    web = tree.get("web")
    listen = None
    if web is not None:
        listen = web.get("listen") if isinstance(web, dict) else None
        listen = _resolved(listen or "127.0.0.1:8080", path.parent)
    return listen, _resolved(tree.get("database") or "monitor.db", path.parent)


def _resolved(value: Any, folder: Path) -> str:
    """The value; where it is an `env:` or `file:` reference, what that stands for."""
    kind, _, name = str(value).partition(":")
    try:
        if kind == "env":
            return os.environ[name.strip()].strip()
        if kind == "file":
            return (folder / name.strip()).expanduser().read_text("utf-8-sig").strip()
    except (KeyError, OSError, ValueError) as error:
        raise _Ill(f"{value}: cannot be read; see monitor check") from error
    return str(value)


def _answer(listen: str) -> str:
    """What /healthz says, when it says that all is well."""
    from http.client import HTTPConnection, HTTPException

    host, _, port = listen.rpartition(":")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host.strip("[]"), host)
    connection = HTTPConnection(host.strip("[]"), int(port), timeout=ANSWER_WITHIN_S)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        words = " ".join(answer.read(2000).decode("utf-8", "replace").split())
    except TimeoutError as error:
        raise _Ill(f"no answer from {listen} within {ANSWER_WITHIN_S:g} s: it is stuck") from error
    except (OSError, HTTPException) as error:
        raise _Ill(f"no answer from {listen}: {error}") from error
    finally:
        connection.close()
    if answer.status != 200:
        raise _Ill(f"{listen} answers {answer.status}: {words}")
    return words


def _beat(path: Path, within_s: float) -> str:
    """That the file is fresh, and whose it is."""
    try:
        pid, at = path.read_text("ascii").split()
        age = time.monotonic() - float(at)
        os.kill(int(pid), 0)
    except FileNotFoundError as error:
        raise _Ill(f"nobody runs: there is no {path}") from error
    except ProcessLookupError as error:
        raise _Ill(f"nobody runs: process {pid} of {path} has ended") from error
    except PermissionError:  # it runs as somebody else
        pass
    except (OSError, ValueError) as error:
        raise _Ill(f"{path} cannot be read: {error}") from error
    # One from before a restart of the machine may lie in the future.
    if not -1 <= age <= within_s:
        raise _Ill(f"process {pid} is stuck: its last full heartbeat is {abs(age):.0f} s old")
    return f"process {pid} beats"
