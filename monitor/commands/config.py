"""`monitor config show` and `monitor config schema`: what holds, and what may be written."""

from __future__ import annotations

import json

import click

from monitor.commands.options import config_option, database_option, loaded


@click.group(short_help="show what holds, secrets masked; print the schema for editors")
def config() -> None:
    """Show the configuration in force, or what an editor needs to help with writing it.

    \b
      monitor config show
      monitor config show --json | jq '.sources[].id'
      monitor config schema > feeds.schema.json
    """


@config.command("show", short_help="feeds.yaml with every default filled in, secrets masked")
@config_option
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print it as one JSON object.")
def show(config_path: str, database: str | None, as_json: bool) -> None:
    """Print feeds.yaml as it is understood: every default filled in, every secret masked.

    What stands in the environment or in another file is shown as that reference (env:DESK_URL),
    addresses that lead to people by their kind (json://***). A faulty file is told as by
    `monitor check`, exit code 2.

    \b
      monitor config show
      monitor config show --config /etc/monitor/feeds.yaml --json
    """
    from monitor.config.show import in_file_shape

    tree = in_file_shape(loaded(config_path, database))
    if as_json:
        click.echo(json.dumps(tree, ensure_ascii=False, indent=2))
        return
    import yaml

    text = yaml.safe_dump(
        tree, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110
    )
    click.echo(text, nl=False)


@config.command("schema", short_help="the JSON Schema of feeds.yaml, for editors")
def schema() -> None:
    """Print the JSON Schema of feeds.yaml, the keys of all adapters and channels included.

    Editors that read YAML through a language server take it from the first line of the file:
    # yaml-language-server: $schema=feeds.schema.json

    \b
      monitor config schema > feeds.schema.json
    """
    click.echo(text_of_schema(), nl=False)


def text_of_schema() -> str:
    """What `docs/feeds.schema.json` holds."""
    from monitor.adapters import ADAPTERS
    from monitor.channels import CHANNELS
    from monitor.config.schema import schema as schema_of

    return json.dumps(schema_of(ADAPTERS, CHANNELS), ensure_ascii=False, indent=1) + "\n"
