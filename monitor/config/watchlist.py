"""The watchlist: the shipped firms, an operator's own file, or entries written in `feeds.yaml`."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from monitor.config.models import Issuer
from monitor.yamlfile import parse_yaml


@lru_cache(maxsize=1)
def _builtin() -> tuple[Issuer, ...]:
    document = parse_yaml(
        files("monitor").joinpath("watchlist.yaml").read_bytes(), "watchlist.yaml"
    )
    return tuple(Issuer.model_validate(entry) for entry in document.value)


def builtin_issuers() -> list[Issuer]:
    """The firms shipped with the program, in the order of `monitor/watchlist.yaml`; read once."""
    return list(_builtin())
