"""The command line. One file per family of verbs; a command's module loads when it is called.

To add a command: write it in its family's file and name it in `COMMANDS`.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.commands.group import cli

__all__ = ["ABOUT", "COMMANDS", "cli", "main"]

ABOUT = """\
Watch exchanges and feeds for export-licence grants, and tell the desk once.

\b
Try it without network or configuration:
  monitor demo
  monitor explain "金力永磁已获得出口许可证。"
"""
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("monitor.commands.run", "run the service: poll, alert, keep going"),
    "poll": ("monitor.commands.poll", "visit the sources once now and deliver what is due"),
    "check": ("monitor.commands.check", "check configuration, watchlist, rule packs and routes"),
    "config": ("monitor.commands.config", "show what holds, secrets masked; schema for editors"),
    "extract": ("monitor.commands.read", "documents in, events out: no store, no network"),
    "explain": ("monitor.commands.read", "show sentence by sentence how a text is read"),
    "digest": ("monitor.commands.digest", "the day in one mail: look at it, keep it, send it now"),
    "backtest": ("monitor.commands.backtest", "replay stored items through present or other rules"),
    "status": ("monitor.commands.look", "sources and deliveries: what is well and what is not"),
    "health": ("monitor.commands.health", "is the running service alive? for a health check"),
    "test-alert": ("monitor.commands.tell", "send a marked test message and show the answer"),
    "deliveries": ("monitor.commands.tell", "list alerts that wait, were sent or are dead"),
    "retry": ("monitor.commands.tell", "send a dead alert again"),
    "silence": ("monitor.commands.silence", "suppress alerts about something for a time"),
    "export": ("monitor.commands.export", "events or items as JSON lines or CSV"),
    "backup": ("monitor.commands.keep", "copy the database while the service runs"),
    "restore": ("monitor.commands.keep", "bring a backup back; the service must be stopped"),
    "prune": ("monitor.commands.keep", "forget what `keep:` says is old enough"),
    "vacuum": ("monitor.commands.keep", "give unused space back; the service must be stopped"),
    "demo": ("monitor.commands.demo", "play the June 2025 story on local stand-in servers"),
}
_OPTIONS = {
    "--version": "Show the version and exit.",
    "-h, --help": "Show this message and exit.",
}
_WIDTH = 80
"""Where so many columns fit, the help has no line to break."""


def main() -> None:
    """Run the command line; errors made on purpose become one clear message, not a traceback."""
    if sys.argv[1:] in (["--help"], ["-h"]) and _columns() >= _WIDTH:
        try:
            sys.stdout.write(_help())
            sys.stdout.flush()
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(1)
        return
    # Hundreds of thousands of objects are made now and stay: to go through them again and again for
    # garbage takes a tenth of the time it takes to make them.
    gc.set_threshold(10_000, 20, 20)
    from monitor.commands.group import run

    run()


def __getattr__(name: str) -> Any:
    if name != "cli":
        raise AttributeError(name)
    from monitor.commands.group import cli

    return cli


def _help() -> str:
    """What click would print, without click, which takes three times as long to load as this."""
    script = sys.argv[0].rpartition("/")[2]
    called = "python -m monitor" if script == "__main__.py" else script
    about = [line for line in ABOUT.splitlines() if line != "\b"]
    commands = {name: line for name, (_, line) in COMMANDS.items()}
    blocks = [[f"Usage: {called} [OPTIONS] COMMAND [ARGS]...", ""]]
    blocks.append([f"  {line}" if line else "" for line in about])
    for title, rows in (("Options", _OPTIONS), ("Commands", commands)):
        first = max(map(len, rows))
        blocks.append(["", f"{title}:"])
        blocks.append([f"  {name:<{first}}  {line}" for name, line in rows.items()])
    return "".join(f"{line}\n" for block in blocks for line in block)


def _columns() -> int:
    try:
        return int(os.environ.get("COLUMNS", "")) or _WIDTH
    except ValueError:
        pass
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (AttributeError, ValueError, OSError):
        return _WIDTH
