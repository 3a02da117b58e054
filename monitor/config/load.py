"""`feeds.yaml` -> Config: one walk over the file that collects every problem before it gives up."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from monitor.config.machine import Backup, Digest, Fetch, Heartbeat, Keep, Limits, Ops, Rules, Web
from monitor.config.models import Config, Issuer, Receiver, Route, Source
from monitor.config.problems import problems_from, shown, suggestion
from monitor.config.secrets import Secrets
from monitor.config.watchlist import Directory, builtin_issuers, issuers_from
from monitor.config.words import Strict, seconds
from monitor.errors import ConfigError, Problem
from monitor.model import FAMILY
from monitor.yamlfile import Document, Where, read_yaml, spell

Block = TypeVar("Block", bound=Strict)

TOP_KEYS = (
    "timezone", "database", "fetch", "watchlist", "rules", "sources", "receivers", "routes",
    "limits", "ops", "digest", "web", "first_visit_window", "backup", "keep", "heartbeat",
)  # fmt: skip
SPANS = {"every": "every_s", "every_off_hours": "every_off_hours_s"}
SOURCE_KEYS = (
    *SPANS, *(k for k in Source.model_fields if k not in (*SPANS.values(), "options"))
)  # fmt: skip
RECEIVER_KEYS = tuple(k for k in Receiver.model_fields if k != "options")
SLOWEST_OFF_HOURS_S = 2 * 3600.0
"""No adapter's own factor makes a pause longer; an entry's `every` or `every_off_hours` may."""
DEFAULT_RECEIVER = Receiver(id="screen", channel="console")


def load_config(
    path: str | os.PathLike[str],
    *,
    adapters: Mapping[str, Any],
    channels: Mapping[str, Any],
    environ: Mapping[str, str] = os.environ,
) -> Config:
    """Read the file at `path`; secrets are resolved from `environ` and from files beside it.

    `adapters` and `channels` are the registries; used of their classes are `Options` and, of an
    adapter, `needs_url` and, where the entry does not say, `tier` and `off_hours`. Raises
    ConfigError with every problem found.
    """
    path = Path(path)
    if not path.exists():
        message = "no such file; name another with --config, or copy the shipped feeds.yaml"
        raise ConfigError([Problem(str(path), 1, "file", message)])
    return _Loader(read_yaml(path), path, adapters, channels, environ).load()


def default_config() -> Config:
    """What holds without any file: the shipped watchlist, no sources, alerts on the terminal."""
    return Config(
        issuers=builtin_issuers(),
        receivers=[DEFAULT_RECEIVER],
        routes=[Route(to=[DEFAULT_RECEIVER.id])],
    )


class _Loader:
    def __init__(
        self,
        document: Document,
        path: Path,
        adapters: Mapping[str, Any],
        channels: Mapping[str, Any],
        environ: Mapping[str, str],
    ) -> None:
        self.document = document
        self.base = path.parent
        self.adapters = adapters
        self.channels = channels
        self.secrets = Secrets(document, environ, self.base)
        self.problems: list[Problem] = list(document.problems)
        self.plain: dict[type[BaseModel], BaseModel] = {}
        """Options without a key, which all entries without one share."""

    def load(self) -> Config:
        top = self.document.value
        if top is None:
            self._problem((), "is empty; write at least sources: [...]")
            top = {}
        if not isinstance(top, dict):
            self._problem((), f"expected keys like sources:, found {shown(top)}")
            top = {}
        for key in top:
            if key not in TOP_KEYS:
                self._problem((key,), "unknown key" + suggestion(key, TOP_KEYS))
        tree = {k: self._without_secrets(k, v) for k, v in top.items() if v is not None}

        issuers = self._issuers(tree)
        directory = Directory(issuers)
        sources = self._sources(tree, directory)
        receivers = self._receivers(tree)
        values: dict[str, Any] = {
            "issuers": issuers,
            "sources": sources,
            "receivers": receivers or [DEFAULT_RECEIVER],
            "routes": self._routes(tree, directory, receivers),
            "rules_dirs": self._rules_dirs(tree),
            "first_visit_window_s": self._span(tree, (), "first_visit_window", 86400.0, least=0.0),
            "fetch": self._block(Fetch, tree, "fetch") or Fetch(),
            "limits": self._block(Limits, tree, "limits") or Limits(),
            "ops": self._ops(tree),
            "digest": self._digest(tree, directory),
            "web": self._block(Web, tree, "web"),
            "backup": self._block(Backup, tree, "backup"),
            "keep": self._block(Keep, tree, "keep") or Keep(),
            "heartbeat": self._heartbeat(tree),
            "secrets": sorted(self.secrets.values),
            "references": {spell(at): written for at, written in self.secrets.at.items()},
            "file": self.document.file,
            "lines": self._lines(tree),
        }
        values |= {k: tree[k] for k in ("timezone", "database") if tree.get(k) is not None}
        config = self._checked(Config, values, (), keys=TOP_KEYS)
        problems = {self.secrets.redacted(p) for p in self.problems + self.secrets.problems}
        if problems or config is None:
            raise ConfigError(sorted(problems, key=lambda p: (p.file, p.line, p.key, p.message)))
        return config

    # --- blocks ---------------------------------------------------------------------------------

    def _without_secrets(self, key: str, value: Any) -> Any:
        """The block with its references resolved; sources not visited need no secrets."""
        if key in ("watchlist", "rules"):
            return value
        if key == "sources" and isinstance(value, list):
            return [
                entry
                if isinstance(entry, dict) and entry.get("enabled") is False
                else self.secrets.resolved(entry, (key, i))
                for i, entry in enumerate(value)
            ]
        return self.secrets.resolved(value, (key,))

    def _issuers(self, tree: dict[str, Any]) -> list[Issuer]:
        if "watchlist" not in tree:
            return builtin_issuers()
        issuers, problems = issuers_from(
            self.document, tree["watchlist"], ("watchlist",), self.base
        )
        self.problems += problems
        return issuers

    def _sources(self, tree: dict[str, Any], directory: Directory) -> list[Source]:
        found: list[Source] = []
        taken: dict[str, int] = {}
        for where, entry in self._entries(tree, "sources"):
            self._unique(entry, where, taken)
            values = {k: v for k, v in entry.items() if k in SOURCE_KEYS and k not in SPANS}
            every_s = self._span(entry, where, "every", 600.0)
            part = self._part(entry, where, "adapter", self.adapters)
            options = self._options(part, entry, where, SOURCE_KEYS)
            self._callback(tree, options, where)
            if "tier" not in values and getattr(part, "tier", None):
                values["tier"] = part.tier  # type: ignore[union-attr]
            self._address(part, entry, where)
            if isinstance(word := values.get("issuer"), str):
                values["issuer"] = self._one_issuer(word, (*where, "issuer"), directory)
            values |= {"options": options}
            values |= {"every_s": every_s} if entry.get("every") is not None else {}
            # A mirror or a test server (`base_url`) does not keep the real site's hours.
            factor = None if entry.get("base_url") else getattr(part, "off_hours", None)
            if factor is not None or entry.get("every_off_hours") is not None:
                slow_s = max(every_s, min(every_s * (factor or 1.0), SLOWEST_OFF_HOURS_S))
                values["every_off_hours_s"] = self._span(entry, where, "every_off_hours", slow_s)
            source = self._checked(Source, values, where, keys=SOURCE_KEYS)
            if source is not None:
                found.append(source)
        return found

    def _callback(self, tree: dict[str, Any], options: Any, where: Where) -> None:
        """See that a hub could call back, where the source wants pushes."""
        web = tree.get("web")
        if getattr(options, "websub", False) and not (isinstance(web, dict) and web.get("url")):
            message = "needs web.url, the public address at which the hub calls; write it, or false"
            self._problem((*where, "websub"), message)

    def _receivers(self, tree: dict[str, Any]) -> list[Receiver]:
        found: list[Receiver] = []
        taken: dict[str, int] = {}
        for where, entry in self._entries(tree, "receivers"):
            self._unique(entry, where, taken)
            part = self._part(entry, where, "channel", self.channels)
            options = self._options(part, entry, where, RECEIVER_KEYS)
            values = {k: v for k, v in entry.items() if k in RECEIVER_KEYS}
            values["options"] = options
            receiver = self._checked(Receiver, values, where, keys=RECEIVER_KEYS)
            if receiver is not None:
                found.append(receiver)
        return found

    def _routes(
        self, tree: dict[str, Any], directory: Directory, receivers: list[Receiver]
    ) -> list[Route]:
        entries = list(self._entries(tree, "routes"))
        if not entries:
            everybody = [r.id for r in receivers] or [DEFAULT_RECEIVER.id]
            ops = tree["ops"].get("to") if isinstance(tree.get("ops"), dict) else ()
            return [Route(to=[i for i in everybody if i not in _texts(ops)] or everybody)]
        found: list[Route] = []
        taken: dict[str, int] = {}
        for where, entry in entries:
            self._unique(entry, where, taken)
            values = dict(entry)
            self._known_receivers(tree, values, where)
            if values.get("statuses") == "all":
                values["statuses"] = list(FAMILY)
            values["issuers"] = self._some_issuers(
                values.get("issuers"), (*where, "issuers"), directory
            )
            route = self._checked(Route, values, where, keys=Route.model_fields)
            if route is not None:
                found.append(route)
        return found

    def _known_receivers(
        self, tree: dict[str, Any], values: Mapping[str, Any], where: Where
    ) -> None:
        """See that everybody under `to` is a receiver."""
        written = [e.get("id") for _, e in self._entries(tree, "receivers", quiet=True)]
        known = [i for i in written if isinstance(i, str)] or [DEFAULT_RECEIVER.id]
        for i, word in enumerate(_texts(values.get("to"))):
            if word is not None and word not in known:
                message = f"there is no receiver {word!r}" + suggestion(word, known)
                self._problem((*where, "to", i), message)

    def _ops(self, tree: dict[str, Any]) -> Ops | None:
        ops = self._block(Ops, tree, "ops")
        if ops is not None:
            self._known_receivers(tree, tree["ops"], ("ops",))
        return ops

    def _heartbeat(self, tree: dict[str, Any]) -> Heartbeat | None:
        heartbeat = self._block(Heartbeat, tree, "heartbeat")
        if heartbeat is not None:
            self._known_receivers(tree, tree["heartbeat"], ("heartbeat",))
        return heartbeat

    def _rules_dirs(self, tree: dict[str, Any]) -> list[Path]:
        block = self._block(Rules, tree, "rules")
        found = []
        for i, name in enumerate(block.dirs if block else ()):
            folder = self.base / Path(name)
            if folder.is_dir():
                found.append(folder)
            else:
                message = f"there is no folder {str(folder)!r}; make it or remove this line"
                self._problem(("rules", "dirs", i), message)
        return found

    def _digest(self, tree: dict[str, Any], directory: Directory) -> Digest | None:
        block = tree.get("digest")
        entries = block.get("to") if isinstance(block, dict) else None
        if isinstance(entries, list):
            for i, entry in enumerate(entries):
                if isinstance(entry, dict):
                    at = ("digest", "to", i, "issuers")
                    issuers = self._some_issuers(entry.get("issuers"), at, directory)
                    entries[i] = {**entry, "issuers": issuers}
        digest = self._block(Digest, tree, "digest")
        taken: set[str] = set()
        for i, mailbox in enumerate(digest.to if digest else ()):
            if not mailbox.url.startswith(("mailto://", "mailtos://")):
                message = "is not a mailbox; write mailto://... or mailtos://..."
                key = ("url",) if isinstance(entries, list) and isinstance(entries[i], dict) else ()
                self._problem(("digest", "to", i, *key), message)
            if mailbox.id in taken:
                message = "is there twice; give each mailbox an id of its own"
                self._problem(("digest", "to", i), message)
            taken.add(mailbox.id)
        return digest

    def _lines(self, tree: dict[str, Any]) -> dict[str, int]:
        """Lines of entries and of their keys, by id (routes: by position)."""
        found = {}
        for block in ("sources", "receivers", "routes"):
            for where, entry in self._entries(tree, block, quiet=True):
                name = f"{block}.{where[-1] if block == 'routes' else entry.get('id')}"
                found[name] = self.document.line(where)
                found |= {f"{name}.{key}": self.document.line((*where, key)) for key in entry}
        if isinstance(web := tree.get("web"), dict):
            found |= {f"web.{key}": self.document.line(("web", key)) for key in web}
        if isinstance(tree.get("digest"), dict):
            found["digest.to"] = self.document.line(("digest", "to"))
        return found

    # --- pieces ---------------------------------------------------------------------------------

    def _problem(self, where: Where, message: str) -> None:
        self.problems.append(self.document.problem(where, message))

    def _checked(
        self, model: type[Block], values: Any, where: Where, *, keys: Iterable[str]
    ) -> Block | None:
        """An instance of `model`, or None after noting why not."""
        try:
            return model.model_validate(values)
        except ValidationError as error:
            self._explain(error, where, keys)
            return None

    def _explain(self, error: ValidationError, where: Where, keys: Iterable[str]) -> None:
        self.problems += problems_from(
            error, self.document, where,
            keys=list(keys), secret=self.secrets.at, broken=self.secrets.broken,
        )  # fmt: skip

    def _block(self, model: type[Block], tree: dict[str, Any], key: str) -> Block | None:
        """The top-level block `key`, or None when it is absent or wrong."""
        if tree.get(key) is None:
            return None
        return self._checked(model, tree[key], (key,), keys=model.model_fields)

    def _entries(
        self, tree: dict[str, Any], key: str, *, quiet: bool = False
    ) -> Iterable[tuple[Where, dict[str, Any]]]:
        """The mappings of a list block with their places; anything else is noted and left out."""
        block = tree.get(key)
        if block is None:
            return
        if not isinstance(block, list):
            if not quiet:
                self._problem(
                    (key,), f"expected a list of entries (- id: ...), found {shown(block)}"
                )
            return
        for i, entry in enumerate(block):
            if isinstance(entry, dict):
                yield (key, i), entry
            elif not quiet:
                self._problem((key, i), f"expected a mapping (key: value), found {shown(entry)}")

    def _unique(self, entry: dict[str, Any], where: Where, taken: dict[str, int]) -> None:
        name = entry.get("id")
        if not isinstance(name, str):
            return
        line = self.document.line((*where, "id"))
        if name in taken:
            message = f"the id {name!r} is taken on line {taken[name]}; give it another"
            self._problem((*where, "id"), message)
        taken.setdefault(name, line)

    def _part(
        self, entry: dict[str, Any], where: Where, key: str, known: Mapping[str, Any]
    ) -> Any | None:
        """The adapter or channel class an entry names, or None after noting that there is none."""
        name = entry.get(key)
        if not isinstance(name, str):
            return None  # the model says that it is missing or no text
        if name not in known:
            message = f"there is no {key} {name!r}" + suggestion(name, known)
            self._problem((*where, key), message)
        return known.get(name)

    def _address(self, adapter: Any | None, entry: dict[str, Any], where: Where) -> None:
        """See that `url` stands where the adapter reads one, and nowhere else."""
        needed = getattr(adapter, "needs_url", None)
        at = (*where, "url")
        if needed is True and entry.get("url") is None and at not in self.secrets.broken:
            self._problem(at, f"is missing; the adapter {entry['adapter']!r} reads one address")
        if needed is False and entry.get("url") is not None:
            message = f"the adapter {entry['adapter']!r} knows its site; base_url replaces its root"
            self._problem(at, message)

    def _options(
        self, part: Any | None, entry: dict[str, Any], where: Where, own: tuple[str, ...]
    ) -> BaseModel | None:
        """The keys of an entry that only its adapter or channel knows, as its `Options`."""
        extra = {k: v for k, v in entry.items() if k not in own}
        options: type[BaseModel] | None = getattr(part, "Options", None)
        if options is not None:
            keys = [*own, *options.model_fields]
            try:
                if not extra and options in self.plain:
                    return self.plain[options]  # most entries have none: they share what is frozen
                made = options.model_validate(extra)
            except ValidationError as error:
                self._explain(error, where, keys)
                return None
            if not extra:
                self.plain[options] = made
            return made
        for key in extra:
            hint = suggestion(key, own)
            if part is not None or "did you mean" in hint:
                self._problem((*where, key), "unknown key" + hint)
        return None

    def _span(
        self, entry: dict[str, Any], where: Where, key: str, default: float, *, least: float = 1.0
    ) -> float:
        """The span of time under `key` in seconds, or `default` when absent or wrong."""
        value = entry.get(key)
        if value is None:
            return default
        try:
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise ValueError(f"expected a span like 30s, 5m or 2h, found {shown(value)}")
            if not isinstance(value, str):
                raise ValueError(f"{value} has no unit; write {value}s, {value}m or {value}h")
            return seconds(value, least=least)
        except ValueError as error:
            self._problem((*where, key), str(error))
            return default

    def _one_issuer(self, word: str, where: Where, directory: Directory) -> str | None:
        found = directory.one(word)
        if found is None:
            self._problem(where, f"the watchlist has no firm {word!r}{directory.hint(word)}")
        return found

    def _some_issuers(self, value: Any, where: Where, directory: Directory) -> Any:
        """Issuer ids of a route; None for all. What is no list stays for the model to refuse."""
        if value is None or value == "all":
            return None
        if not isinstance(value, list):
            return value
        found: list[Any] = []
        for i, word in enumerate(value):
            ids = directory.some(word) if isinstance(word, str) else []
            if isinstance(word, str) and not ids:
                hint = directory.hint(word, groups=True)
                self._problem((*where, i), f"the watchlist has no firm or group {word!r}{hint}")
            found += ids or [word]
        if not found:
            self._problem(where, "names nobody; write all or leave it out")
        return list(dict.fromkeys(found)) if all(isinstance(f, str) for f in found) else found


def _texts(value: Any) -> list[str | None]:
    """The texts of a list by their places; None where something else stands."""
    if not isinstance(value, list):
        return []
    return [v if isinstance(v, str) else None for v in value]
