"""The command line. One file per family of verbs; a command's module loads when it is called.

To add a command: write it in its family's file and name it in `COMMANDS`.
"""

from __future__ import annotations

import importlib
import sys

import click

from monitor import __version__
from monitor.errors import ConfigError, MonitorError

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


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name][0])
        command = getattr(module, cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="monitor")
def cli() -> None:
    """Watch exchanges and news feeds for export-licence grants, and tell the desk once.

    \b
    Try it without network or configuration:
      monitor demo
      monitor explain "金力永磁已获得出口许可证。"
    """


def main() -> None:
    """Run the command line; errors made on purpose become one clear message, not a traceback."""
    try:
        cli.main(standalone_mode=True)
    except ConfigError as error:
        click.echo(str(error), err=True)
        count = len(error.problems)
        click.echo(f"{count} problem{'s' if count != 1 else ''} found.", err=True)
        sys.exit(2)
    except MonitorError as error:
        click.echo(f"monitor: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
