"""The watchlist: the shipped firms, an operator's own file, or entries written in `feeds.yaml`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.config.models import Issuer
from monitor.config.problems import problems_from, shown, suggestion
from monitor.errors import ConfigError, Problem
from monitor.yamlfile import Document, Where, parse_yaml, read_yaml


@lru_cache(maxsize=1)
def _builtin() -> tuple[Issuer, ...]:
    body = files("monitor").joinpath("watchlist.yaml").read_bytes()
    document = parse_yaml(body, "watchlist.yaml")
    reader = _Reader()
    reader.entries(document, document.value, ())
    if reader.problems or document.problems:
        raise ConfigError(document.problems + reader.problems)
    return tuple(reader.issuers)


def builtin_issuers() -> list[Issuer]:
    """The firms shipped with the program, in the order of `monitor/watchlist.yaml`; read once."""
    return list(_builtin())


def issuers_from(
    document: Document, value: Any, where: Where, base: Path
) -> tuple[list[Issuer], list[Problem]]:
    """What `watchlist:` says: `builtin`, a file (relative to `base`), or a list of those and of
    entries. An entry written here takes the place of a shipped one with the same id.
    """
    reader = _Reader()
    parts = value if isinstance(value, list) else [value]
    for i, part in enumerate(parts):
        at = (*where, i) if isinstance(value, list) else where
        if part == "builtin":
            reader.builtin()
        elif isinstance(part, str):
            reader.file(base / part, document, at)
        elif isinstance(value, list):
            reader.entry(document, part, at)
        else:
            message = f"expected builtin, a file or a list of firms, found {shown(value)}"
            reader.problems.append(document.problem(at, message))
    if not reader.issuers and not reader.problems:
        reader.problems.append(document.problem(where, "names no firm; write builtin"))
    return reader.issuers, reader.problems


class _Reader:
    """Collects issuers and sees that no two claim one id, ticker or name."""

    def __init__(self) -> None:
        self.issuers: list[Issuer] = []
        self.problems: list[Problem] = []
        self._shipped: set[str] = set()
        """Ids that came from `builtin` and may still be replaced."""
        self._claims: dict[str, str] = {}
        """Lower-case name or ticker -> issuer id."""

    def builtin(self) -> None:
        known = {i.id for i in self.issuers}
        for issuer in _builtin():
            if issuer.id not in known:
                self._keep(issuer)
                self._shipped.add(issuer.id)

    def file(self, path: Path, document: Document, where: Where) -> None:
        try:
            inner = read_yaml(path)
        except ConfigError as error:
            message = f"the watchlist {error.problems[0].file}: {error.problems[0].message}"
            if error.problems[0].line > 1:
                message += f" (line {error.problems[0].line})"
            self.problems.append(document.problem(where, message))
            return
        self.problems += inner.problems
        self.entries(inner, inner.value, ())

    def entries(self, document: Document, value: Any, where: Where) -> None:
        if not isinstance(value, list):
            message = f"expected a list of firms (- id: ...), found {shown(value)}"
            self.problems.append(document.problem(where, message))
            return
        for i, entry in enumerate(value):
            self.entry(document, entry, (*where, i))

    def entry(self, document: Document, value: Any, where: Where) -> None:
        try:
            issuer = Issuer.model_validate(value)
        except ValidationError as error:
            self.problems += problems_from(error, document, where, keys=Issuer.model_fields)
            return
        if issuer.id in self._shipped:
            self._drop(issuer.id)
        elif any(issuer.id == other.id for other in self.issuers):
            message = f"the id {issuer.id!r} is taken; two firms cannot share it"
            self.problems.append(document.problem((*where, "id"), message))
            return
        tickers = {*issuer.tickers, *issuer.former_tickers}
        for word in _claimed(issuer):
            holder = self._claims.get(word.lower())
            if holder is not None and holder != issuer.id:
                remedy = "give it to one of them" if word in tickers else "put it under risky_names"
                message = f"{word!r} belongs to {holder!r} too; {remedy}"
                self.problems.append(document.problem(where, message))
        self._keep(issuer)

    def _keep(self, issuer: Issuer) -> None:
        self.issuers.append(issuer)
        for word in _claimed(issuer):
            self._claims.setdefault(word.lower(), issuer.id)

    def _drop(self, issuer_id: str) -> None:
        self._shipped.discard(issuer_id)
        self.issuers = [i for i in self.issuers if i.id != issuer_id]
        self._claims = {k: v for k, v in self._claims.items() if v != issuer_id}


def _claimed(issuer: Issuer) -> Iterable[str]:
    """Names and tickers that must point to this firm alone."""
    risky = {n.lower() for names in issuer.risky_names.values() for n in names}
    yield from issuer.tickers
    yield from issuer.former_tickers
    for names in issuer.names.values():
        yield from (n for n in names if n.lower() not in risky)


class Directory:
    """Finds firms by what an operator may call them: id, ticker, or a group (role, mineral)."""

    def __init__(self, issuers: Sequence[Issuer]) -> None:
        self._one: dict[str, str] = {}
        self._groups: dict[str, list[str]] = {}
        self._names: dict[str, str] = {}
        for issuer in issuers:
            self._one[issuer.id] = issuer.id
            for ticker in (*issuer.tickers, *issuer.former_tickers):
                self._one.setdefault(ticker, issuer.id)
            for group in dict.fromkeys((*issuer.roles, *issuer.minerals)):
                self._groups.setdefault(group.replace("_", "-"), []).append(issuer.id)
            for names in issuer.names.values():
                for name in names:
                    self._names.setdefault(name.lower(), issuer.id)

    def one(self, word: str) -> str | None:
        """The id of the firm with this id or ticker."""
        return self._one.get(word) or self._one.get(word.upper())

    def some(self, word: str) -> list[str]:
        """Ids of the firm or group called so; empty when there is none."""
        found = self.one(word)
        return [found] if found else list(self._groups.get(word.replace("_", "-"), ()))

    def hint(self, word: str, *, groups: bool = False) -> str:
        """`; did you mean 'jl-mag'?` for a name, a slip of the pen, or nothing."""
        if named := self._names.get(word.lower()):
            return f"; did you mean {named!r}?"
        known = [*self._one, *(self._groups if groups else ())]
        return suggestion(word, known) or "; `monitor check` lists the ids"
