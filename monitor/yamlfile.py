"""YAML a person wrote, read strictly: every value knows its line, and nothing is guessed silently.

Built on the parser's events rather than on its loader, because the loader keeps the last of two
equal keys, expands aliases without limit and, on a file nested a hundred thousand deep, takes the
process down. Knows nothing about the meaning of any key; the configuration and the rule packs do.

What counts as what: `true`/`false` and the older `yes no on off` are booleans, so that a country
code `NO` in a text field is caught by the field's type; numbers are numbers; everything else is
text, dates and times of day (`18:00`) included. Keys are always text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from monitor.errors import ConfigError, Problem

MAX_BYTES = 8_000_000
_BLOCK = 64_000
MAX_DEPTH = 40
MAX_VALUES = 500_000
"""Values after aliases are expanded: above it a file is a bomb, not a configuration."""

Where = tuple[str | int, ...]
"""The way to a value: keys and list positions from the top."""

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "yes", "on"))
_FALSE = frozenset(("false", "no", "off"))
_LONGEST_WORD = 5
_NUMBER_BEGINS = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,300})")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+")
_PLAIN_TAGS = (None, "tag:yaml.org,2002:str", "!")


Lines = int | tuple[int, "dict[str, Lines] | list[Lines]"]
"""The line of a value; of a mapping or list also those of what is in it."""


def _line(lines: Lines) -> int:
    return lines if isinstance(lines, int) else lines[0]


def spell(where: Where) -> str:
    """`sources[3].every`: the way to a value as problems print it."""
    out = ""
    for step in where:
        if isinstance(step, int):
            out += f"[{step}]"
        else:
            key = step.partition("\0")[0]
            out += f".{key}" if out else key
    return out or "file"


@dataclass(slots=True)
class Document:
    """A file's one value, and where each part of it stands."""

    file: str
    value: Any = None
    """Mappings, lists, text, numbers, booleans, None; share nothing with other documents."""
    lines: Lines = 1
    raw: dict[Where, str] = field(default_factory=dict)
    """What was written where the value is not text: `NO`, `1.10`."""
    problems: list[Problem] = field(default_factory=list)
    """Duplicate keys and the like: the rest of the file was read all the same."""

    def line(self, where: Where) -> int:
        """Line of a value (of its key, in a mapping), or of the nearest thing around it."""
        return self._found(where)[0]

    def holds(self, where: Where) -> bool:
        """Whether there is something at this place."""
        return self._found(where)[1] == len(where)

    def _found(self, where: Where) -> tuple[int, int]:
        """The line, and how many steps of the way there are."""
        here = self.lines
        for i, step in enumerate(where):
            inner = None if isinstance(here, int) else here[1]
            found: Lines | None = None
            if isinstance(inner, dict) and isinstance(step, str):
                found = inner.get(step)
            elif isinstance(inner, list) and isinstance(step, int):
                found = inner[step] if 0 <= step < len(inner) else None
            if found is None:
                return _line(here), i
            here = found
        return _line(here), len(where)

    def problem(self, where: Where, message: str) -> Problem:
        """A problem at this value, ready to be collected."""
        return Problem(self.file, self.line(where), spell(where), message)


def read_yaml(path: Path, *, name: str | None = None) -> Document:
    """Read the file at `path`; `name` is how problems call it (default: the path as given).

    Raises ConfigError when there is no readable YAML in it.
    """
    name = name or str(path)
    try:
        with path.open("rb") as file:
            # Block by block: one read of so much would set all of it aside first.
            blocks = iter(partial(file.read, _BLOCK), b"")
            body = b"".join(islice(blocks, MAX_BYTES // _BLOCK + 1))
    except FileNotFoundError:
        raise _fatal(name, 1, "no such file; check the path") from None
    except IsADirectoryError:
        raise _fatal(name, 1, "is a folder; name the file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _fatal(name, 1, f"cannot be read: {reason}") from error
    return parse_yaml(body, name)


def parse_yaml(body: bytes, name: str) -> Document:
    """Parse the bytes of a file called `name`. An empty file gives a Document with value None.

    Raises ConfigError when it is not UTF-8, not YAML, too large, too deep or expands too far.
    """
    if len(body) > MAX_BYTES:
        raise _fatal(name, 1, f"is larger than {MAX_BYTES // 1_000_000} MB; split it or shorten it")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise _fatal(name, line, "is not UTF-8 text; save it as UTF-8") from error
    try:
        return _Builder(name).build(_events(text))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position or 0) + 1
        raise _fatal(name, line, "holds a control character; remove it") from error
    except yaml.MarkedYAMLError as error:
        raise _fatal(name, *_told(error, text)) from error


def _events(text: str) -> Iterator[yaml.Event]:
    """As `yaml.parse`, which asks before each event whether there is one."""
    parser = yaml.CSafeLoader(text)
    while (event := parser.get_event()) is not None:
        yield event


def _told(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """Line and plain words of a syntax error."""
    mark = error.problem_mark or error.context_mark
    at = mark.line if mark is not None else 0
    lines = text.splitlines()
    problem = str(error.problem or error.context or "cannot be understood")
    if at < len(lines) and "\t" in lines[at][: len(lines[at]) - len(lines[at].lstrip())]:
        return at + 1, "is indented with a tab; YAML wants blanks"
    if "another document" in problem:
        return at + 1, "a second document begins here; keep one, without '---' in the middle"
    if "mapping values are not allowed" in problem:
        problem += "; a text with ': ' in it needs quotes, or the indentation is off"
    return at + 1, f"is not YAML: {problem}"


def _fatal(name: str, line: int, message: str) -> ConfigError:
    return ConfigError([Problem(name, line, "file", message)])


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    where: Where
    value: dict[str, Any] | list[Any]
    lines: dict[str, Lines] | list[Lines]
    anchor: str | None
    first: int
    """Number of values before it: the difference is its size."""
    key: str | None = None
    key_line: int = 0
    repeats: int = 0


class _Builder:
    """Turns parser events into one Document, without recursion."""

    def __init__(self, name: str) -> None:
        self.document = Document(name)
        self.stack: list[_Open] = []
        self.count = 0
        self.anchors: dict[str, tuple[Any, int] | None] = {}

    def build(self, events: Iterator[yaml.Event]) -> Document:
        documents = 0
        for event in events:
            line = event.start_mark.line + 1 if event.start_mark is not None else 1
            if isinstance(event, yaml.ScalarEvent):  # first: nearly all are
                self._scalar(event, line)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    message = "a second document begins here; keep one"
                    raise _fatal(self.document.file, line, message)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event, line)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._open(event, line)
            elif isinstance(event, yaml.CollectionEndEvent):
                done = self.stack.pop()
                if done.anchor:
                    self.anchors[done.anchor] = (done.value, self.count - done.first)
        return self.document

    def _open(self, event: yaml.CollectionStartEvent, line: int) -> None:
        mapping = isinstance(event, yaml.MappingStartEvent)
        value: dict[str, Any] | list[Any] = {} if mapping else []
        if event.anchor:
            self.anchors[event.anchor] = None
        if event.tag not in (None, "!", f"tag:yaml.org,2002:{'map' if mapping else 'seq'}"):
            self._complain(line, f"the tag {event.tag} is not read here; remove it")
        if len(self.stack) >= MAX_DEPTH:
            raise _fatal(self.document.file, line, f"is nested more than {MAX_DEPTH} deep")
        where = self._next()
        lines: dict[str, Lines] | list[Lines] = {} if mapping else []
        self._place(value, line, 1, lines)
        self.stack.append(_Open(where, value, lines, event.anchor, self.count))

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        text, tag = str(event.value), event.tag
        if tag is not None and tag not in _PLAIN_TAGS:
            self._complain(line, f"the tag {tag} is not read here; remove it")
        if self.stack and (top := self.stack[-1]).key is None and isinstance(top.value, dict):
            self._key(text, line, plain=not event.style)
            return
        value = text if event.style or tag is not None else _resolved(text)
        if value is not text:
            self.document.raw[self._next()] = text
        self._place(value, line, 1)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)

    def _key(self, key: str, line: int, *, plain: bool) -> None:
        top = self.stack[-1]
        assert isinstance(top.value, dict)
        if "\0" in key:
            raise _fatal(self.document.file, line, "a key holds a control character; remove it")
        if key == "<<" and plain:
            self._complain(line, "merge keys (<<) are not read; repeat the keys", top.where)
        assert isinstance(top.lines, dict)
        if key in top.value:
            first = _line(top.lines[key])
            message = f"duplicate key, first on line {first}; keep one of them"
            where = spell((*top.where, key))
            self.document.problems.append(Problem(self.document.file, line, where, message))
            top.repeats += 1
            key = f"{key}\0{top.repeats}"  # read, so that its own mistakes show, then dropped
        top.key, top.key_line = key, line

    def _alias(self, event: yaml.AliasEvent, line: int) -> None:
        name = event.anchor
        if self.stack and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None:
            raise _fatal(self.document.file, line, "an alias cannot be a key; write it out")
        if name not in self.anchors:
            raise _fatal(self.document.file, line, f"no anchor &{name} stands above *{name}")
        held = self.anchors[name]
        if held is None:
            raise _fatal(self.document.file, line, f"the alias *{name} stands inside itself")
        self._place(held[0], line, held[1])

    def _next(self) -> Where:
        """The way to the value that comes next."""
        if not self.stack:
            return ()
        top = self.stack[-1]
        return (*top.where, len(top.value) if isinstance(top.value, list) else top.key or "")

    def _place(
        self,
        value: Any,
        line: int,
        size: int,
        inner: dict[str, Lines] | list[Lines] | None = None,
    ) -> None:
        """Put a value where it belongs. `inner`: the lines of what will be in it."""
        self.count += size
        if self.count > MAX_VALUES:
            message = f"expands to more than {MAX_VALUES} values; do aliases repeat aliases?"
            raise _fatal(self.document.file, line, message)
        if not self.stack:
            self.document.value = value
            self.document.lines = line if inner is None else (line, inner)
            return
        top = self.stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
            assert isinstance(top.lines, list)
            top.lines.append(line if inner is None else (line, inner))
            return
        if top.key is None:
            raise _fatal(self.document.file, line, "a mapping or list cannot be a key")
        if "\0" not in top.key:
            top.value[top.key] = value
        assert isinstance(top.lines, dict)
        top.lines[top.key] = top.key_line if inner is None else (top.key_line, inner)
        top.key = None

    def _complain(self, line: int, message: str, where: Where = ()) -> None:
        here = spell(where or (self.stack[-1].where if self.stack else ()))
        self.document.problems.append(Problem(self.document.file, line, here, message))


def _resolved(text: str) -> Any:
    """The value of a scalar written without quotes."""
    if text in _NULL:
        return None
    if len(text) <= _LONGEST_WORD and ((lower := text.lower()) in _TRUE or lower in _FALSE):
        return lower in _TRUE
    if text[0] in _NUMBER_BEGINS:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text
