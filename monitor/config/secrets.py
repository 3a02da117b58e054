"""`env:NAME` and `file:PATH`: where a value stays out of the file.

Any text in `feeds.yaml` may be such a reference, but for the watchlist and the rule folders.
Resolved values never reach a problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor.errors import Problem
from monitor.yamlfile import Document, Where

MAX_BYTES = 65536


class Secrets:
    """Resolves the references of one document, remembering where they stood."""

    def __init__(self, document: Document, environ: Mapping[str, str], base: Path) -> None:
        self.document = document
        self.environ = environ
        self.base = base
        """Folder that `file:` paths are relative to."""
        self.at: dict[Where, str] = {}
        """The references by their places."""
        self.broken: set[Where] = set()
        self.problems: list[Problem] = []
        self.values: set[str] = set()

    def resolved(self, value: Any, where: Where) -> Any:
        """`value` with every reference in it replaced; a broken one becomes None."""
        if isinstance(value, dict):
            return {k: self.resolved(v, (*where, k)) for k, v in value.items()}
        if isinstance(value, list):
            return [self.resolved(v, (*where, i)) for i, v in enumerate(value)]
        if not isinstance(value, str) or not value.startswith(("env:", "file:")):
            return value
        self.at[where] = value
        kind, _, name = value.partition(":")
        try:
            found = self._variable(name.strip()) if kind == "env" else self._file(name.strip())
        except ValueError as error:
            self.broken.add(where)
            self.problems.append(self.document.problem(where, str(error)))
            return None
        self.values.add(found)
        return found

    def redacted(self, problem: Problem) -> Problem:
        """The problem without any resolved value, whoever wrote its message."""
        message = problem.message
        for value in sorted(self.values, key=len, reverse=True):
            for form in (value, repr(value)[1:-1]):
                message = message.replace(form, "(secret)")
        return replace(problem, message=message)

    def _variable(self, name: str) -> str:
        if not name:
            raise ValueError("env: names no variable; write env:NAME")
        value = self.environ.get(name)
        if value is None:
            raise ValueError(f"the environment variable {name} is not set; set it before starting")
        if not value.strip():
            raise ValueError(f"the environment variable {name} is empty")
        return value.strip()

    def _file(self, name: str) -> str:
        if not name:
            raise ValueError("file: names no file; write file:PATH")
        try:
            with (self.base / Path(name).expanduser()).open("rb") as file:
                body = file.read(MAX_BYTES + 1)
        except (OSError, ValueError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or "not a usable path"
            raise ValueError(f"the file {name} cannot be read: {reason}") from None
        if len(body) > MAX_BYTES:
            raise ValueError(f"the file {name} is larger than {MAX_BYTES // 1024} KiB")
        try:
            text = body.decode("utf-8-sig").strip()
        except UnicodeDecodeError:
            raise ValueError(f"the file {name} is not UTF-8 text") from None
        if not text:
            raise ValueError(f"the file {name} is empty")
        return text
