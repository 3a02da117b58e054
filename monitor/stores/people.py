"""What a person or the machine itself has to say beside the news: silences, and ops notices.

To tell the ops receivers of something, once when it begins and once when it ends:

    down = Notice("source:ree", "OPS · source ree is down", "3 visits failed: HTTP 503.", to, now)
    store.record(after, items, readings, events, deliveries, notices=[down])   # with a visit
    store.notify(replace(down, title="OPS · source ree is back", opens=False)) # or on its own

Say it at every visit: only the first time counts, also across restarts. `to` is `config.ops.to`;
wake the outbox afterwards. The notices then travel like alerts (`about` = `ops:<key>:<n>`).
"""

from __future__ import annotations

import json
from datetime import datetime

from monitor.errors import StoreError
from monitor.model import Delivery, Notice, Silence, digest_id
from monitor.stores.base import refusals
from monitor.stores.rows import clean, stamp, time
from monitor.stores.visits import Visits

_SILENCES = "id, created_at, until_at, author, why, issuers, statuses, routes, receivers"


class People(Visits):
    """Silences and notices."""

    _troubles: list[str] | None = None
    """What is open, as last read; None: to be read."""

    # --- hubs -------------------------------------------------------------------------------------

    @refusals
    def hubs(self) -> dict[str, str]:
        """Subscriptions as they were kept, by source."""
        return dict(self._db.execute("SELECT source_id, subscription FROM hubs").fetchall())

    @refusals
    def keep_hub(self, source_id: str, subscription: str | None) -> None:
        """Keep this in place of what was kept; None: nothing."""
        if subscription is None:
            self._db.execute("DELETE FROM hubs WHERE source_id = ?", (source_id,))
        else:
            self._db.execute(
                "INSERT OR REPLACE INTO hubs (source_id, subscription) VALUES (?, ?)",
                (source_id, subscription),
            )

    # --- silences ---------------------------------------------------------------------------------

    @refusals
    def add_silence(self, silence: Silence) -> None:
        """From now on it holds, also for a service that is running."""
        lists = (silence.issuers, silence.statuses, silence.routes, silence.receivers)
        self._db.execute(
            f"INSERT INTO silences ({_SILENCES}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                silence.id, stamp(silence.created_at), stamp(silence.until_at),
                clean(silence.author), clean(silence.why),
                *(json.dumps(words) for words in lists),
            ),
        )  # fmt: skip

    @refusals
    def silences(self, now: datetime | None = None) -> list[Silence]:
        """Those that hold at `now`, or all that ever were; the oldest first."""
        found = self._db.execute(
            f"SELECT {_SILENCES} FROM silences WHERE ? IS NULL OR until_at > ?"
            " ORDER BY created_at, id",
            (None if now is None else stamp(now),) * 2,
        )
        return [
            Silence(id_, time(created_at), time(until_at), author, why, *map(_words, lists))
            for id_, created_at, until_at, author, why, *lists in found
        ]

    @refusals
    def end_silence(self, silence_id: str, now: datetime) -> Silence:
        """End it before its time. StoreError when there is none, or it is over."""
        found = {s.id: s for s in self.silences(now)}
        if silence_id not in found:
            raise StoreError(f"no silence {silence_id} holds: `monitor silence list` shows them")
        self._db.execute("UPDATE silences SET until_at = ? WHERE id = ?", (stamp(now), silence_id))
        return found[silence_id]

    # --- notices to the ops receivers -----------------------------------------------------------

    @refusals
    def notify(self, notice: Notice) -> bool:
        """Queue the notice for its receivers, unless the state it tells is known. True: queued.

        In a transaction of its own; `record(..., notices=...)` puts it into that of a visit.
        """
        with self._transaction():
            return self._put_notice(notice)

    def _put_notice(self, notice: Notice) -> bool:
        self._troubles = None
        row = self._one("SELECT n, opens FROM troubles WHERE key = ?", notice.key)
        number, is_open = (0, False) if row is None else (row[0], bool(row[1]))
        if is_open == notice.opens:
            return False
        about, at = f"ops:{notice.key}:{number + 1}", stamp(notice.at)
        self._db.execute(
            "INSERT OR REPLACE INTO troubles (key, n, opens, changed_at) VALUES (?, ?, ?, ?)",
            (notice.key, number + 1, int(notice.opens), at),
        )
        if not (notice.to and notice.title):
            return False
        self._put_words(notice, about)
        return True

    @refusals
    def announce(self, notice: Notice) -> bool:
        """Queue words that are about no trouble, once for each key. True: queued."""
        about = f"ops:{notice.key}:1"
        with self._transaction():
            if self._one("SELECT 1 FROM notices WHERE about = ?", about) is not None:
                return False
            self._put_words(notice, about)
        return True

    def _put_words(self, notice: Notice, about: str) -> None:
        at = stamp(notice.at)
        self._db.execute(
            "INSERT INTO notices (about, key, title, body, created_at, opens)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (about, notice.key, clean(notice.title), clean(notice.body), at, int(notice.opens)),
        )
        for receiver_id in notice.to:
            id_ = digest_id(about, receiver_id, length=12)
            self._put_delivery(Delivery(id_, about, receiver_id, notice.at, severity=2))

    @refusals
    def open_troubles(self) -> list[str]:
        """The keys of what was told to be wrong and not yet told to be well again."""
        if self._troubles is None:  # asked at every visit
            found = self._db.execute("SELECT key FROM troubles WHERE opens ORDER BY key")
            self._troubles = [key for (key,) in found]
        return self._troubles


def _words(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
