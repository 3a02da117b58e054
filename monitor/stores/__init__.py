"""KEEP: what the program remembers. One protocol of short synchronous calls, one file per database.

`open_store` picks the backend from the path. In the service all writing goes through one `Keeper`,
the thread that owns the connection. To add a backend: copy `sqlite.py`, add one branch here.
"""

from __future__ import annotations

from monitor.errors import StoreError
from monitor.stores.keeper import Keeper
from monitor.stores.protocol import Outcome, Store
from monitor.stores.sqlite import SqliteStore

__all__ = ["Keeper", "Outcome", "Store", "open_store"]


def open_store(path: str, *, exclusive: bool = False, create: bool = True) -> Store:
    """Open the database at `path`, bringing an older one up to date.

    `exclusive`: for the one process that polls and delivers. Takes `<path>-lock`; a second one is
    refused with the first one's pid. Readers open without it. `create=False`: a database that is
    not there is an error, not a new empty file. Raises StoreError in one clear line.
    """
    if "://" in path:
        kind = path.split("://", 1)[0]
        raise StoreError(f"database: no support for {kind}:// here; give the path of a SQLite file")
    return SqliteStore(path, exclusive=exclusive, create=create)
