"""One vocabulary in code, help and docs: every command is in the README, every link holds."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from monitor.adapters import ADAPTERS
from monitor.channels import CHANNELS
from monitor.commands import COMMANDS, cli

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_and_stands_in_the_readme(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    done = CliRunner().invoke(cli, [name, "--help"])
    assert done.exit_code == 0
    commands = command.commands if isinstance(command, click.Group) else {name: command}
    told = done.output + "".join(c.help or "" for c in commands.values())
    assert f"monitor {name}" in told, "an example"
    assert f"monitor {name}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_adapter_and_channel_is_documented() -> None:
    adapters = (ROOT / "docs" / "adapters.md").read_text("utf-8")
    adapters += (ROOT / "docs" / "sources.md").read_text("utf-8")
    assert not [name for name in ADAPTERS if f"`{name}`" not in adapters]
    alerts = (ROOT / "docs" / "alerts.md").read_text("utf-8")
    assert not [name for name in CHANNELS if f"`{name}`" not in alerts]
