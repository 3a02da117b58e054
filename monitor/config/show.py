"""A Config in the shape of the file, every default filled in and every secret masked. Pure.

What came from `env:` or `file:` is shown as that reference. Of addresses that lead to people the
kind alone is shown (`json://***`), of others everything but user, password and tokens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel

from monitor.config.load import TOP_KEYS
from monitor.config.models import Config, Receiver, Source
from monitor.config.words import spelled_seconds
from monitor.yamlfile import Where, spell

MASK = "***"
_SECRET_KEY = re.compile(
    r"(token|secret|passw|bearer|auth|cookie|sign|(^|[_-])(key|code|sig)$)", re.I
)
_TO_PEOPLE = frozenset(("receivers", "digest", "heartbeat"))
"""Blocks whose addresses are secrets as a whole."""
_TOP = {"watchlist": "issuers", "rules": "rules_dirs", "first_visit_window": "first_visit_window_s"}


def in_file_shape(config: Config) -> dict[str, Any]:
    """What `feeds.yaml` would say with every default written out; of the watchlist only the ids."""
    tree: dict[str, Any] = {}
    for key in TOP_KEYS:
        value = getattr(config, _TOP.get(key, key))
        match key:
            case "watchlist":
                tree[key] = [issuer.id for issuer in config.issuers]
            case "rules":
                tree[key] = {"dirs": [str(folder) for folder in config.rules_dirs]}
            case "first_visit_window":
                tree[key] = spelled_seconds(config.first_visit_window_s)
            case "sources":
                tree[key] = [_source(source) for source in config.sources]
            case "receivers":
                tree[key] = [_entry(receiver) for receiver in config.receivers]
            case "routes":
                tree[key] = [_block(route) for route in config.routes]
            case _ if isinstance(value, BaseModel):
                tree[key] = _block(value)
            case _ if value is not None:
                tree[key] = value
    masked: dict[str, Any] = _Masking(config)(tree, ())
    return masked


def _block(block: BaseModel) -> dict[str, Any]:
    return block.model_dump(mode="json", by_alias=True, exclude_none=True)


def _source(source: Source) -> dict[str, Any]:
    entry = _entry(source)
    every_s, slow_s = entry.pop("every_s"), entry.pop("every_off_hours_s", None)
    entry["every"] = spelled_seconds(every_s)
    if slow_s is not None:
        entry["every_off_hours"] = spelled_seconds(slow_s)
    return entry


def _entry(entry: Source | Receiver) -> dict[str, Any]:
    """An entry with the keys of its adapter or channel beside its own."""
    told = entry.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"options"})
    if isinstance(entry.options, BaseModel):
        told |= _block(entry.options)
    return told


class _Masking:
    def __init__(self, config: Config) -> None:
        self._references = config.references
        self._secrets = sorted(config.secrets, key=len, reverse=True)
        options = [s.options for s in config.sources] + [r.options for r in config.receivers]
        self._private = {
            name
            for model in options
            if isinstance(model, BaseModel)
            for name, field in type(model).model_fields.items()
            if not field.repr
        } | {"headers"}

    def __call__(self, value: Any, where: Where) -> Any:
        """`value`, which stands at `where`, without anything secret."""
        match value:
            case Mapping():
                return {k: self(v, (*where, k)) for k, v in value.items()}
            case list():
                return [self(v, (*where, i)) for i, v in enumerate(value)]
            case str():
                return self._text(value, where)
        return value

    def _text(self, value: str, where: Where) -> str:
        for length in range(len(where), 0, -1):  # a mailbox may be one reference as a whole
            if (reference := self._references.get(spell(where[:length]))) is not None:
                return value if where[-1] == "id" else reference
        keys = [step for step in where if isinstance(step, str)]
        if self._private.intersection(keys) or _SECRET_KEY.search(keys[-1]):
            return MASK
        if where[0] in _TO_PEOPLE and ("://" in value or keys[-1] in ("url", "ping")):
            return f"{value.partition('://')[0]}://{MASK}" if "://" in value else MASK
        if "://" in value:
            value = _without_login(value)
        for secret in self._secrets:
            value = value.replace(secret, MASK) if len(secret) >= 4 or secret == value else value
        return value


def _without_login(address: str) -> str:
    """The address without user and password, and without query values that may be tokens."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return MASK
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{MASK}@{host}" if "@" in parts.netloc else host
    query = "&".join(
        f"{name}={MASK}" if equals and _SECRET_KEY.search(name) else pair
        for pair in parts.query.split("&")
        for name, equals, _ in (pair.partition("="),)
    )
    return urlunsplit(parts._replace(netloc=netloc, query=query, fragment=""))
