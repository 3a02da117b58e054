"""From a failed validation to problems a person can act on: where, what, and what to write instead.

Values are quoted in a problem so that they are found again in the file, except where they are or
may be secret (resolved references, addresses of receivers, headers).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from monitor.config.models import Quiet
from monitor.errors import Problem
from monitor.yamlfile import Document, Where

_SECRET_KEYS = frozenset(("url", "headers", "proxy", "token"))
_OPEN_KEYS = frozenset(("id", "channel", "at", "timezone", "quiet", "issuers", "languages"))
"""What may be quoted of a receiver and of the digest, with all that stands under it; the rest is
addresses and tokens."""
_QUIET_KEYS = [field.alias or name for name, field in Quiet.model_fields.items()]
_QUOTED = re.compile(r"'([^']*)'")


def suggestion(word: object, known: Iterable[str]) -> str:
    """`; did you mean 'every'?`, or the known words when none is close and they are few."""
    words = sorted(set(known))
    if isinstance(word, str):
        by_lower = {w.lower(): w for w in words}
        from difflib import get_close_matches  # only where there is a mistake

        close = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
        if close:
            return f"; did you mean {by_lower[close[0]]!r}?"
    if not words:
        return ""
    return f"; known: {', '.join(words)}" if len(words) <= 16 else ""


def shown(value: object) -> str:
    """A value in a few words: short text is quoted, anything else is named by its kind."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return repr(value if len(value) <= 60 else value[:59] + "…")
        case int() | float():
            return f"the number {value}"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
    return f"a {type(value).__name__}"


def problems_from(
    error: ValidationError,
    document: Document,
    where: Where,
    *,
    keys: Collection[str],
    spelled: Mapping[str, str] | None = None,
    secret: Collection[Where] = (),
    broken: Collection[Where] = (),
) -> list[Problem]:
    """The problems of one block that stands at `where`.

    `keys` are all keys the block knows, for suggestions; `spelled` maps field names to what the
    file calls them; values at the places in `secret` are not quoted; places in `broken` already
    have a problem.
    """
    found = []
    for one in error.errors(include_url=False):
        steps = tuple(one["loc"])
        if steps and spelled:
            steps = (spelled.get(str(steps[0]), steps[0]), *steps[1:])
        at = _known_part(document, where, steps, missing=one["type"] == "missing")
        if any(at[: len(b)] == b for b in broken):
            continue
        hidden = at in secret or _may_be_secret(at)
        known = keys if len(steps) == 1 else _QUIET_KEYS if "quiet" in at else ()
        message = _message(one, at, document, known, hidden)
        found.append(document.problem(at, message))
    return found


def _may_be_secret(at: Where) -> bool:
    if at and at[0] in ("receivers", "digest"):
        return not _OPEN_KEYS.intersection(at)
    return any(step in _SECRET_KEYS for step in at)


def _known_part(document: Document, where: Where, steps: Where, *, missing: bool) -> Where:
    """The place named by `steps`, without what is not in the file (union branches, `[key]`)."""
    at = where
    for i, step in enumerate(steps):
        if document.holds((*at, step)) or (missing and i == len(steps) - 1):
            at = (*at, step)
    return at


def _message(
    one: Mapping[str, Any], at: Where, document: Document, keys: Collection[str], hidden: bool
) -> str:
    kind, value, context = str(one["type"]), one["input"], one.get("ctx", {})
    wrote = document.raw.get(at)
    found = "something else" if hidden and isinstance(value, str) else shown(value)
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "unknown key" + suggestion(at[-1], keys)
    if value is None:
        return "is empty"
    if kind == "string_type":
        if wrote is not None and not hidden:
            reads = "false" if value is False else "true" if value is True else "a number"
            return (
                f'expected text, found {wrote}, which reads as {reads}; put it in quotes: "{wrote}"'
            )
        return f"expected text, found {found}"
    if kind.startswith("bool_"):
        return f"expected true or false, found {found}"
    if kind.startswith(("int_", "float_")):
        return f"expected a number, found {found}"
    if kind == "list_type":
        hint = "; write it in brackets: [ ]" if isinstance(value, str | int | float) else ""
        return f"expected a list, found {found}{hint}"
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return f"expected a mapping (key: value), found {found}"
    if kind == "literal_error":
        known = _QUOTED.findall(str(context.get("expected", "")))
        near = suggestion(value, known)
        return f"{found} is not known here{near or '; known: ' + ', '.join(known)}"
    if kind == "value_error":
        return str(context.get("error", one["msg"]))
    if kind in ("too_short", "string_too_short"):
        return "is empty"
    told = str(one["msg"]).removeprefix("Input ").removeprefix("Value ")
    return told + ("" if hidden else f", found {found}")
