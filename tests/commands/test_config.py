"""What holds is shown without a secret; what may be written is what the program takes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from monitor.adapters import ADAPTERS
from monitor.channels import CHANNELS
from monitor.commands import cli
from monitor.commands.config import text_of_schema
from monitor.config import load_config
from monitor.config.schema import schema
from monitor.yamlfile import read_yaml

ROOT = Path(__file__).parents[2]
CANARY = "canary-7f3a9c"
FILE = f"""\
database: own.db
fetch: {{proxy: "http://user:{CANARY}1@proxy.example:3128"}}
sources:
  - id: ree
    adapter: feed
    url: "https://reader:{CANARY}2@news.example/feed/?page=1&access_token={CANARY}3"
    headers: {{X-Key: "{CANARY}4"}}
    every: 90s
  - {{id: from-env, adapter: feed, url: "env:FEED_URL"}}
  - {{id: "off", adapter: feed, url: "env:NOT_SET", enabled: false}}
receivers:
  - {{id: desk, channel: webhook, url: "env:DESK_URL", bearer: "{CANARY}5"}}
  - {{id: robot, channel: dingtalk, url: "https://robot.example/?x={CANARY}6", secret: file:robot}}
  - {{id: chat, channel: apprise, url: "json://{CANARY}7@chat.example/{CANARY}8"}}
digest: {{to: ["mailto://{CANARY}9:pw@mail.example", env:BOX]}}
web: {{listen: "127.0.0.1:8081", token: "{CANARY}10-and-more"}}
limits: {{within: 90m}}
heartbeat: {{ping: "https://ping.example/{CANARY}11", to: [desk]}}
"""
ENVIRONMENT = {
    "FEED_URL": f"https://feeds.example/{CANARY}12/",
    "DESK_URL": f"https://hooks.example/{CANARY}13",
    "BOX": f"mailtos://desk:{CANARY}14@mail.example",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "feeds.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "robot").write_text(f"{CANARY}15", encoding="utf-8")
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(*words: str, exit_code: int = 0) -> str:
    done = CliRunner().invoke(cli, ["config", *words], catch_exceptions=False)
    assert done.exit_code == exit_code, done.output
    return done.output


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_everything_is_shown_but_secrets(folder: Path, form: list[str]) -> None:
    text = said("show", *form)
    assert CANARY not in text
    tree: dict[str, Any] = json.loads(text) if form else yaml.safe_load(text)
    ree, from_env, off = tree["sources"]
    assert ree["url"] == "https://***@news.example/feed/?page=1&access_token=***"
    assert (ree["every"], ree["assume_full_text"], ree["headers"]) == (
        "90s",
        False,
        {"X-Key": "***"},
    )
    assert from_env["url"] == "env:FEED_URL"
    assert (off["url"], off["enabled"]) == ("env:NOT_SET", False)
    desk, robot, chat = tree["receivers"]
    assert (desk["url"], desk["bearer"]) == ("env:DESK_URL", "***")
    assert (robot["url"], robot["secret"]) == ("https://***", "file:robot")
    assert chat["url"] == "json://***"
    assert [box["url"] for box in tree["digest"]["to"]] == ["mailto://***", "env:BOX"]
    assert tree["web"]["token"] == "***"
    assert tree["heartbeat"]["ping"] == "https://***"
    assert tree["fetch"]["proxy"] == "http://***@proxy.example:3128"
    assert tree["limits"] == {"per_story": 5, "within": "90m", "then": "send", "per_poll": 8}
    assert "jl-mag" in tree["watchlist"]
    assert tree["routes"][0]["to"] == ["desk", "robot", "chat"]


def test_what_came_from_the_environment_is_hidden_elsewhere_too(tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text('sources:\n  - {id: a, adapter: feed, url: "https://x.example/hidden9/"}\n'
                    "receivers:\n  - {id: b, channel: webhook, url: env:B}\n")  # fmt: skip
    from monitor.config.show import in_file_shape

    environ = {"B": "https://x.example/hidden9/"}
    config = load_config(file, adapters=ADAPTERS, channels=CHANNELS, environ=environ)
    assert "hidden9" not in json.dumps(in_file_shape(config))


def test_a_faulty_file_is_told_as_by_check(folder: Path) -> None:
    (folder / "feeds.yaml").write_text("sources: [{id: x}]\n", encoding="utf-8")
    with pytest.raises(Exception, match="adapter: is missing"):
        said("show")


# --- the schema -----------------------------------------------------------------------------------


def complaints(value: Any, rule: Any, top: dict[str, Any], at: str = "") -> list[str]:
    """What speaks against `value`: as much of JSON Schema, draft 7, as the file needs."""
    if isinstance(rule, bool):
        return [] if rule else [f"{at}: unknown key"]
    if "$ref" in rule:
        return complaints(value, top["definitions"][rule["$ref"].rpartition("/")[2]], top, at)
    known = {
        "$schema", "title", "description", "default", "definitions", "type", "enum", "const",
        "pattern", "minLength", "minimum", "maximum", "exclusiveMinimum", "minItems", "items",
        "properties", "required", "additionalProperties", "patternProperties", "minProperties",
        "anyOf", "allOf", "if", "then",
    }  # fmt: skip
    assert rule.keys() <= known, f"the checker does not know {rule.keys() - known}"
    found: list[str] = []
    kinds = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "integer": isinstance(value, int) and not isinstance(value, bool),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "null": value is None,
        "array": isinstance(value, list),
        "object": isinstance(value, dict),
    }
    if "type" in rule and not kinds[rule["type"]]:
        return [f"{at}: not a {rule['type']}"]
    if "enum" in rule and value not in rule["enum"]:
        found.append(f"{at}: {value!r} is not listed")
    if "const" in rule and value != rule["const"]:
        found.append(f"{at}: {value!r} is not {rule['const']!r}")
    if isinstance(value, str) and not re.search(rule.get("pattern", ""), value):
        found.append(f"{at}: {value!r} does not fit")
    if kinds["number"] and not rule.get("minimum", value) <= value <= rule.get("maximum", value):
        found.append(f"{at}: {value} is out of range")
    if isinstance(value, list):
        for i, one in enumerate(value):
            found += complaints(one, rule.get("items", True), top, f"{at}[{i}]")
    if isinstance(value, dict):
        found += [f"{at}: {k} is missing" for k in rule.get("required", []) if k not in value]
        for key, one in value.items():
            fits = [s for p, s in rule.get("patternProperties", {}).items() if re.search(p, key)]
            inner = rule.get("properties", {}).get(key, fits[0] if fits else None)
            inner = rule.get("additionalProperties", True) if inner is None else inner
            found += complaints(one, inner, top, f"{at}.{key}")
    for part in rule.get("allOf", []):
        found += complaints(value, part, top, at)
    if "anyOf" in rule:
        tried = [complaints(value, part, top, at) for part in rule["anyOf"]]
        found += next((t for t in tried if not t), tried[-1])
    if "if" in rule and not complaints(value, rule["if"], top, at):
        found += complaints(value, rule["then"], top, at)
    return found


def test_the_schema_that_is_shipped_is_up_to_date() -> None:
    """If not: monitor config schema > docs/feeds.schema.json"""
    assert (ROOT / "docs" / "feeds.schema.json").read_text("utf-8") == text_of_schema()
    assert said("schema") == text_of_schema()


def test_the_shipped_file_names_the_schema_and_fits_it() -> None:
    file = ROOT / "feeds.yaml"
    first = file.read_text("utf-8").splitlines()[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    rule = json.loads((ROOT / named).read_text("utf-8"))
    assert complaints(read_yaml(file).value, rule, rule) == []


def test_what_the_program_takes_the_schema_takes_too(folder: Path) -> None:
    rule = schema(ADAPTERS, CHANNELS)
    assert complaints(read_yaml(folder / "feeds.yaml").value, rule, rule) == []
    shown: dict[str, Any] = json.loads(said("show", "--json"))
    shown["watchlist"] = "builtin"
    assert complaints(shown, rule, rule) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("sorces: []", ".sorces: unknown key"),
        ("sources: [{id: x, adapter: fed}]", "'fed' is not listed"),
        ("sources: [{id: x, adapter: feed, evry: 2m}]", ".evry: unknown key"),
        ("sources: [{id: x, adapter: feed, page_size: 20}]", ".page_size: unknown key"),
        ("sources: [{id: x, adapter: szse_irm, page_size: 2000}]", "2000 is out of range"),
        ("sources: [{id: x, adapter: feed, every: 60}]", ".every: not a string"),
        ("sources: [{adapter: feed}]", "id is missing"),
        ("receivers: [{id: x, channel: wecom, secret: y}]", ".secret: unknown key"),
        ("routes: [{to: [x], statuses: [grantd]}]", ".statuses"),
        ("limits: {within: soon}", "'soon' does not fit"),
        ("web: {listen: 8080}", ".listen: not a string"),
    ],
)
def test_what_the_program_refuses_an_editor_marks(tmp_path: Path, wrong: str, told: str) -> None:
    rule = schema(ADAPTERS, CHANNELS)
    (tmp_path / "feeds.yaml").write_text(wrong + "\n", encoding="utf-8")
    found = complaints(read_yaml(tmp_path / "feeds.yaml").value, rule, rule)
    assert any(told in one for one in found), found
    with pytest.raises(Exception, match=r"feeds\.yaml"):
        load_config(tmp_path / "feeds.yaml", adapters=ADAPTERS, channels=CHANNELS, environ={})
