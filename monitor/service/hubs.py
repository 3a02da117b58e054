"""Push by WebSub: for sources that want it (`websub: true`), a hub says when there is news.

    feed adapter   finds hub and topic in the feed, and remembers them in the source's cursor
    this chore     subscribes at the hub, again at 80 % of the lease, and after failures
    pages/websub   hands in what the hub asks and sends: `verify` and `push`

A signed push is believed in one thing: that it is time for an ordinary visit. What it carries is
not read, so there is no second way into the ledger, and a hub that is down costs nothing but time.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from monitor.config import Config, Source
from monitor.errors import FetchError
from monitor.fetch import Fetcher
from monitor.log import fields
from monitor.model import Request
from monitor.stores import Keeper, Store

log = logging.getLogger(__name__)

LEASE_S = 10 * 86400
"""What we ask for; the hub decides."""
LEASES_S = (300, 30 * 86400)
"""A shorter lease is renewed as if it were the first; a longer one as if it were the second."""
RENEW_AT = 0.8
AGAIN_S = (60, 6 * 3600)
"""The first and the longest pause after a request that was refused or not followed by a
verification; doubled each time."""
HASHES = ("sha1", "sha256", "sha384", "sha512")


@dataclass(frozen=True, slots=True)
class Subscription:
    """What we asked of a hub, and when it is to be asked again."""

    hub: str
    topic: str
    key: str = field(repr=False)
    """Random; callback and secret are made from it. Another hub or topic has another one."""
    due_at: str
    """ISO 8601, UTC."""
    failures: int = 0
    """Requests since the last verification."""

    @property
    def token(self) -> str:
        """The part of the callback's path that nobody can guess."""
        return self._derived("callback")

    @property
    def secret(self) -> str:
        """With this the hub signs."""
        return self._derived("secret")

    def _derived(self, use: str) -> str:
        return hmac.new(self.key.encode(), use.encode(), "sha256").hexdigest()

    def signed(self, body: bytes, signature: str) -> bool:
        """Whether `signature` (`sha256=0a1b...`) is the hub's for this body."""
        name, _, shown = signature.strip().partition("=")
        if name not in HASHES:
            return False
        expected = hmac.new(self.secret.encode(), body, name).hexdigest()
        return hmac.compare_digest(expected.encode(), shown.strip().lower().encode())

    def asked(self, now: datetime) -> Subscription:
        """As after a request: until the hub verifies, it counts as failed."""
        pause_s = min(AGAIN_S[0] * 2 ** min(self.failures, 20), AGAIN_S[1])
        due_at = now + timedelta(seconds=pause_s)
        return replace(self, due_at=due_at.isoformat(), failures=self.failures + 1)

    def granted(self, lease: str, now: datetime) -> Subscription:
        """As after a verification; `lease` in seconds, as the hub writes it."""
        lease_s = int(lease) if lease.isascii() and lease.isdigit() and len(lease) < 12 else LEASE_S
        lease_s = min(max(lease_s, LEASES_S[0]), LEASES_S[1])
        due_at = now + timedelta(seconds=RENEW_AT * lease_s)
        return replace(self, due_at=due_at.isoformat(), failures=0)


class Hubs:
    """All subscriptions, kept in the store. A chore; and the other side of `pages/websub.py`."""

    def __init__(
        self,
        keeper: Keeper,
        fetcher: Callable[[], Fetcher],
        visit_soon: Callable[[str], None],
        now: Callable[[], datetime],
    ) -> None:
        self._keeper = keeper
        self._fetcher = fetcher
        self._visit_soon = visit_soon
        self._now = now
        self._known: dict[str, Subscription] | None = None

    async def __call__(self, config: Config, now: datetime) -> None:
        """Ask every hub that is due, drop what nobody wants any more."""
        base = (config.web.url or "").rstrip("/") if config.web else ""
        wanted = {s.id: s for s in config.sources if base and s.enabled and wants_push(s)}
        known = await self._all()
        for source_id in known.keys() - wanted.keys():
            await self._keep(source_id, None)
        due = [self._look(source, base, now) for source in wanted.values()]
        await asyncio.gather(*due)

    async def verify(self, source_id: str, token: str, query: Mapping[str, str]) -> bool:
        """Whether we want what the hub says we asked for; notes the lease it grants."""
        known = await self._find(source_id, token)
        if known is None or query.get("hub.topic") != known.topic:
            return False
        if query.get("hub.mode") == "denied":
            log.warning("hub failed", extra=fields(source=source_id, error="it denies the topic"))
            return True
        if query.get("hub.mode") != "subscribe" or not query.get("hub.challenge"):
            return False
        granted = known.granted(query.get("hub.lease_seconds", ""), self._now())
        await self._keep(source_id, granted)
        log.info("hub subscribed", extra=fields(source=source_id, renewed_at=granted.due_at))
        return True

    async def expects(self, source_id: str, token: str) -> bool:
        """Whether a hub may push here."""
        return await self._find(source_id, token) is not None

    async def push(self, source_id: str, token: str, body: bytes, signature: str) -> None:
        """Have the source visited, if the hub signed this and the site wants to be asked."""
        known = await self._find(source_id, token)
        if known is None or not known.signed(body, signature):
            log.warning("push ignored", extra=fields(source=source_id, reason="signature"))
            return
        before = await self._keeper(Store.checkpoint, source_id)
        if before is not None and before.reason in ("auth", "rate_limited"):
            log.info("push ignored", extra=fields(source=source_id, reason=before.reason))
            return
        log.info("push received", extra=fields(source=source_id))
        self._visit_soon(source_id)

    async def _look(self, source: Source, base: str, now: datetime) -> None:
        """Subscribe to what the source's feed announces, if it is time."""
        before = await self._keeper(Store.checkpoint, source.id)
        cursor = before.cursor if before else {}
        hub, topic = cursor.get("hub", ""), cursor.get("topic", "")
        known = (await self._all()).get(source.id)
        if not hub:
            if known is not None:
                await self._keep(source.id, None)
            return
        if known is None or (known.hub, known.topic) != (hub, topic):
            known = Subscription(hub, topic, secrets.token_hex(32), now.isoformat())
        if datetime.fromisoformat(known.due_at) > now:
            return
        # Before the request: some hubs verify while we still wait for their answer.
        known = known.asked(now)
        await self._keep(source.id, known)
        form = {
            "hub.mode": "subscribe",
            "hub.topic": topic,
            "hub.callback": f"{base}/websub/{source.id}/{known.token}",
            "hub.secret": known.secret,
            "hub.lease_seconds": str(LEASE_S),
        }
        try:
            await self._fetcher().get(Request(hub, method="POST", form=form))
        except FetchError as error:
            told = fields(source=source.id, reason=error.reason, error=error)
            log.warning("hub failed", extra=told)

    async def _find(self, source_id: str, token: str) -> Subscription | None:
        known = (await self._all()).get(source_id)
        if known is None or not hmac.compare_digest(known.token.encode(), token.encode()):
            return None
        return known

    async def _all(self) -> dict[str, Subscription]:
        if self._known is None:
            kept = await self._keeper(Store.hubs)
            found = {id_: Subscription(**json.loads(text)) for id_, text in kept.items()}
            self._known = self._known or found
        return self._known

    async def _keep(self, source_id: str, subscription: Subscription | None) -> None:
        """What holds from now on; None: nothing. In memory only once it is in the store."""
        known = await self._all()
        text = json.dumps(asdict(subscription)) if subscription else None
        await self._keeper(Store.keep_hub, source_id, text)
        if subscription is None:
            known.pop(source_id, None)
        else:
            known[source_id] = subscription


def wants_push(source: Source) -> bool:
    """Whether the entry says `websub: true`."""
    return bool(getattr(source.options, "websub", False))
