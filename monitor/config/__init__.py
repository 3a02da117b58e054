"""What a person writes: `feeds.yaml` and the watchlist, strict, every problem at once.

An unknown or duplicate key, a wrong type, a missing secret: each is a `Problem` with file and line.
Adapters and channels declare their own options (`class Options` in their file); the loader is given
those classes, so adding an option never edits this package.

To add a key: a field in `models.py` or `machine.py`, a line in `docs/configuration.md`.
"""

from __future__ import annotations

from monitor.config.load import default_config, load_config
from monitor.config.machine import (
    Backup,
    Digest,
    Fetch,
    Heartbeat,
    Keep,
    Limits,
    Mailbox,
    Ops,
    Rules,
    Web,
)
from monitor.config.models import Config, Issuer, Quiet, Receiver, Route, Source
from monitor.config.problems import suggestion
from monitor.config.registry import Registry
from monitor.config.watchlist import Directory, builtin_issuers
from monitor.config.words import DAYS, DESTINATION, Strict, seconds

__all__ = [
    "DAYS",
    "DESTINATION",
    "Backup",
    "Config",
    "Digest",
    "Directory",
    "Fetch",
    "Heartbeat",
    "Issuer",
    "Keep",
    "Limits",
    "Mailbox",
    "Ops",
    "Quiet",
    "Receiver",
    "Registry",
    "Route",
    "Rules",
    "Source",
    "Strict",
    "Web",
    "builtin_issuers",
    "default_config",
    "load_config",
    "seconds",
    "suggestion",
]
