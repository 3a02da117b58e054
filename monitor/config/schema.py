"""The JSON Schema of `feeds.yaml`, for editors: names, kinds and meaning of every key. Pure.

Drawn from the models, so it cannot fall behind them; `docs/feeds.schema.json` is this, written out.
It says what a file looks like; what belongs together (an id that a route names) `monitor check`
says. Draft 7, which the YAML plug-ins of editors read.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from monitor.config.machine import (
    Backup,
    Digest,
    Fetch,
    Heartbeat,
    Keep,
    Limits,
    Ops,
    Rules,
    Web,
)
from monitor.config.models import Config, Issuer, Receiver, Route, Source
from monitor.config.words import SPAN, spelled_seconds

Schema = dict[str, Any]

REFERENCE: Schema = {"type": "string", "pattern": "^(env|file):"}
"""Any text may be one: the value stands in the environment or in another file."""

_SPAN: Schema = {"type": "string", "pattern": f"^(?:{SPAN})$"}
_BLOCKS: Mapping[str, type[BaseModel]] = {
    "backup": Backup,
    "digest": Digest,
    "fetch": Fetch,
    "heartbeat": Heartbeat,
    "keep": Keep,
    "limits": Limits,
    "ops": Ops,
    "rules": Rules,
    "web": Web,
}


def schema(adapters: Mapping[str, Any], channels: Mapping[str, Any]) -> Schema:
    """The schema, with the options of these adapters and channels."""
    shelf = _Shelf()
    blocks = {key: shelf.block(model) for key, model in _BLOCKS.items()}
    text = shelf.block(Config)["properties"]
    issuer = shelf.block(Issuer)
    route = shelf.block(Route)
    for key in ("statuses", "issuers"):
        route["properties"][key] = _or_word(route["properties"][key], "all")
    receiver = _kinds(shelf.block(Receiver), shelf, "channel", channels)
    for entry in (route, receiver):
        quiet = entry["properties"]["quiet"]
        entry["properties"]["quiet"] = {"anyOf": [quiet, quiet["items"]]}
    mailbox = shelf.definitions["Mailbox"]
    mailbox["required"] = ["url"]  # left out, an id is made from the address
    boxes = blocks["digest"]["properties"]["to"]
    boxes["items"] = {"anyOf": [{"type": "string"}, boxes["items"]]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "feeds.yaml of license-monitor",
        "description": "What is watched, and who is told. Every key: docs/configuration.md",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "timezone": text["timezone"],
            "database": text["database"],
            "first_visit_window": {
                **_SPAN,
                "description": text["first_visit_window_s"]["description"],
                "default": "24h",
            },
            "watchlist": {
                "description": "builtin, a file, or a list of firms.",
                "anyOf": [{"type": "string"}, {"type": "array", "items": issuer}],
            },
            "sources": _list(_source(shelf, adapters)),
            "receivers": _list(receiver),
            "routes": _list(route),
            **blocks,
        },
        "definitions": dict(sorted(shelf.definitions.items())),
    }


def _source(shelf: _Shelf, adapters: Mapping[str, Any]) -> Schema:
    base = shelf.block(Source)
    own = base["properties"]
    for key in ("every", "every_off_hours"):
        told = own.pop(f"{key}_s")
        own[key] = {**_SPAN, "description": told.get("description", "")}
    return _kinds(base, shelf, "adapter", adapters)


def _kinds(base: Schema, shelf: _Shelf, key: str, parts: Mapping[str, Any]) -> Schema:
    """An entry whose further keys depend on what stands under `key`."""
    own = {k: v for k, v in base["properties"].items() if k != "options"}
    required = [k for k in base.get("required", []) if k != "options"]
    own[key] = {**own[key], "enum": sorted(parts)}
    kinds = []
    for name in sorted(parts):
        options = getattr(parts[name], "Options", None)
        more = shelf.block(options) if options is not None else {}
        kinds.append(
            {
                "if": {"properties": {key: {"const": name}}, "required": [key]},
                "then": {
                    "properties": {**dict.fromkeys(own, True), **more.get("properties", {})},
                    "required": more.get("required", []),
                    "additionalProperties": False,
                },
            }
        )
    return {
        "type": "object",
        "description": base.get("description", ""),
        "properties": own,
        "required": required,
        "allOf": kinds,
    }


class _Shelf:
    """Models as schemas; what they have in common is put aside once, under `definitions`."""

    def __init__(self) -> None:
        self.definitions: Schema = {}

    def block(self, model: type[BaseModel]) -> Schema:
        made = model.model_json_schema(
            by_alias=True, ref_template="#/definitions/{model}", schema_generator=_Described
        )
        for name, definition in made.pop("$defs", {}).items():
            self.definitions[name] = _readable(definition)
        found: Schema = _readable(made)
        return found


class _Described(GenerateJsonSchema):
    """Describes each field by the text below it. Pydantic can do so as well, but does it for every
    model whenever the program starts, which takes longer than all else about a model."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        for base in reversed(model.__mro__):
            for name, text in _texts_of(base.__module__).get(base.__qualname__, {}).items():
                alias = model.model_fields[name].alias or name
                made["properties"][alias]["description"] = text
        return made


@cache
def _texts_of(module: str) -> Mapping[str, Mapping[str, str]]:
    """The texts below the fields of each class of one of our modules."""
    if not module.startswith("monitor."):
        return {}
    found: dict[str, dict[str, str]] = {}

    def look(body: Iterable[ast.stmt], within: str) -> None:
        field: str | None = None
        for part in body:
            match part:
                case ast.ClassDef(name=name, body=inner):
                    look(inner, f"{within}{name}.")
                    field = None
                case ast.AnnAssign(target=ast.Name(id=name)):
                    field = name
                case ast.Expr(value=ast.Constant(value=str(text))) if field:
                    found.setdefault(within[:-1], {})[field] = inspect.cleandoc(text)
                    field = None
                case _:
                    field = None

    look(ast.parse(inspect.getsource(sys.modules[module])).body, "")
    return found


def _readable(node: Any) -> Any:
    """As the file spells it: spans with their units, references anywhere, nothing for programs."""
    if isinstance(node, list):
        return [_readable(one) for one in node]
    if not isinstance(node, dict):
        return node
    made: Schema = {}
    for key, value in node.items():
        if key == "title" and isinstance(value, str):
            continue
        if key == "description" and isinstance(value, str):
            made[key] = " ".join(value.split())
        elif key == "properties":
            made[key] = {name: _readable(schema) for name, schema in value.items()}
        elif key == "default":
            if value is not None:
                made[key] = value
        else:
            made[key] = _readable(value)
    if made.get("type") == "string" and ("pattern" in made or "enum" in made):
        if isinstance(made.get("default"), float):
            made["default"] = spelled_seconds(made["default"])
        about = {k: made.pop(k) for k in ("description", "default") if k in made}
        return {**about, "anyOf": [made, REFERENCE]}
    return made


def _or_word(schema: Schema, word: str) -> Schema:
    about = {k: v for k, v in schema.items() if k in ("description", "default")}
    rest = {k: v for k, v in schema.items() if k not in about}
    return {**about, "anyOf": [{"const": word}, rest]}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}
