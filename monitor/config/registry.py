"""Code that `feeds.yaml` names: adapters and channels, each loaded when an entry asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TypeVar

Part = TypeVar("Part")


class Registry(Mapping[str, Part]):
    """Classes by the names they have in the file. `places`: name -> `module.Class` in `package`."""

    def __init__(self, package: str, places: Mapping[str, str]) -> None:
        self._package = package
        self._places = places
        self._loaded: dict[str, Part] = {}

    def __getitem__(self, name: str) -> Part:
        if name not in self._loaded:
            module, _, kind = self._places[name].partition(".")
            part: Part = getattr(import_module(f"{self._package}.{module}"), kind)
            self._loaded[name] = part
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
