"""One story's page of the ledger, opened for writing: what is known of it and how surely.

`Page.of(story)` opens, `page.story()` closes; in between `novelty.py` asks and teaches it. All that
a Story's named fields cannot hold goes into `Story.memory`, JSON-ready and bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from monitor.event.facts import Extent, customer_known, extent_of
from monitor.model import (
    FAMILY,
    TIERS,
    Certainty,
    Family,
    Status,
    Story,
    Tier,
)
from monitor.regions import place_covers

GRANTS: tuple[Status, ...] = ("granted", "general_granted", "renewed")
LOSSES: tuple[Status, ...] = ("denied", "suspended", "revoked", "expired")

MAX_ROWS = 200
MAX_ACTS = 24
MAX_STATEMENTS = 16
MAX_EVIDENCE = 8
MAX_NAMES = 60


def better(one: Tier, other: Tier) -> bool:
    """Whether `one` stands closer to the fact than `other`."""
    return TIERS.index(one) < TIERS.index(other)


@dataclass(slots=True, eq=False)
class Row:
    """One known fact: this status for this place (`""` = place not told)."""

    status: Status
    place: str
    certainty: Certainty
    tier: Tier
    on: str
    """Day since which it holds: of the act, else of its first telling; `""` = some time before."""
    told: str
    """Day of its first telling."""
    by: str
    """Who told it first."""
    revision: int
    """The story's revision that brought it: told together, confirmed together."""

    @property
    def confirmed(self) -> bool:
        return self.certainty == "confirmed"

    def covers(self, place: str) -> bool:
        return not self.place or place_covers(self.place, place)


@dataclass(slots=True)
class Statement:
    """Somebody said on a day that there is no licence (yet), or that a report is wrong."""

    status: Status
    """`pending`, `applied`, `not_received`; or the status of a denied report."""
    places: tuple[str, ...]
    tier: Tier
    on: str


@dataclass(slots=True)
class Witness:
    """An item that told of the story: corroboration, and how its copies are recognised."""

    source: str
    guid: str
    name: str
    tier: Tier
    on: str
    quote: str
    """Digest of the sentence."""
    sketch: list[int]


@dataclass(slots=True)
class Page:
    """A story opened for writing."""

    id: str
    issuer_id: str
    family: Family
    statuses: list[Status] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)
    extent: str = "unspecified"
    best_tier: Tier = "blog"
    revision: int = 0
    first_seen_at: datetime | None = None
    last_on: str = ""
    news_on: str = ""
    """Day of the last evidence that brought something: a later act is another one."""
    rows: list[Row] = field(default_factory=list)
    """In the order in which they came to hold."""
    acts: list[str] = field(default_factory=list)
    """Days of the licensing acts told so far."""
    counts: dict[str, float] = field(default_factory=dict)
    """Largest number told per unit (licence, customer, %)."""
    hearsay: dict[str, int] = field(default_factory=dict)
    """Details that were only reported, with the revision that brought them."""
    withdrawn: dict[str, Tier] = field(default_factory=dict)
    """Places a correction took back, and how good its source was."""
    statements: list[Statement] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    closed: str = ""
    """Why the story explains nothing any more: its only report was denied."""
    unconfirmed: bool = False
    """Known only from a source that better ones contradict."""

    # --- asking

    @property
    def told_of_outcome(self) -> bool:
        return bool(self.rows)

    @property
    def open(self) -> bool:
        return not self.closed and not self.unconfirmed

    @property
    def level(self) -> int:
        return extent_of(self.extent).level

    def of(self, statuses: Iterable[Status]) -> list[Row]:
        return [row for row in self.rows if row.status in statuses]

    def places(self, statuses: Iterable[Status] = GRANTS + LOSSES) -> list[str]:
        return list(dict.fromkeys(row.place for row in self.of(statuses) if row.place))

    # --- teaching

    def learn(
        self,
        status: Status,
        places: Sequence[str],
        certainty: Certainty,
        witness: Witness,
        on: str,
    ) -> None:
        """Enter the fact: it holds since `on`."""
        tier, told = witness.tier, witness.on
        for place in places:
            same = next((r for r in self.rows if (r.status, r.place) == (status, place)), None)
            row = Row(status, place, certainty, tier, on, told, witness.name, self.revision)
            if same:
                self.rows.remove(same)
                row.on = max(same.on, on)
            self.rows.append(row)
        if status not in self.statuses:
            self.statuses.append(status)
        del self.rows[: max(0, len(self.rows) - MAX_ROWS)]

    def enlarge(self, extent: Extent) -> None:
        """Take over a larger extent; a lower one never lowers what is known."""
        if extent.unit:
            self.counts[extent.unit] = max(self.counts.get(extent.unit, 0.0), extent.count)
        if extent.level > self.level or (extent.unit and not self.level):
            self.extent = extent.name

    def heard(self, details: Iterable[str]) -> None:
        """Note details that this revision brought and that nobody has confirmed."""
        self.hearsay |= dict.fromkeys(details, self.revision)
        for detail in list(self.hearsay)[:-MAX_NAMES]:
            del self.hearsay[detail]

    def add_products(self, products: Iterable[str]) -> None:
        self.products = list(dict.fromkeys([*self.products, *products]))[:MAX_NAMES]

    def add_customers(self, customers: Iterable[str]) -> None:
        for name in customers:
            if not customer_known(self.customers, name) and len(self.customers) < MAX_NAMES:
                self.customers.append(name)

    def add_act(self, on: date | None) -> None:
        if on and on.isoformat() not in self.acts:
            self.acts = sorted([*self.acts, on.isoformat()])[-MAX_ACTS:]

    def add_statement(self, statement: Statement) -> None:
        self.statements = [*self.statements, statement][-MAX_STATEMENTS:]

    def add_witness(self, witness: Witness) -> None:
        self.witnesses = [*self.witnesses, witness][-MAX_EVIDENCE:]
        self.last_on = max(self.last_on, witness.on)

    # --- opening and closing

    @classmethod
    def of_story(cls, story: Story) -> Page:
        """Open the page. What the memory lacks or holds in a strange shape counts as unknown."""
        memory = story.memory
        return cls(
            story.id, story.issuer_id, story.family,
            statuses=list(story.statuses),
            products=list(story.products),
            customers=list(story.customers),
            extent=story.extent,
            best_tier=story.best_tier,
            revision=story.revision,
            first_seen_at=story.first_seen_at,
            last_on=story.last_evidence_on or "",
            news_on=_day(memory, "news_on"),
            rows=[
                Row(
                    cast(Status, _text(m, "status")), _text(m, "place"),
                    "confirmed" if m.get("confirmed") else "reported",
                    _tier(m), _day(m, "on"), _day(m, "told"), _text(m, "by"),
                    _whole(m, "revision"),
                )
                for m in _list(memory, "rows") if m.get("status") in FAMILY
            ],
            acts=[a for a in _items(memory, "acts") if isinstance(a, str)],
            counts={
                str(u): float(n) for u, n in _mapping(memory, "counts").items()
                if isinstance(n, int | float)
            },
            hearsay={
                str(d): r for d, r in _mapping(memory, "hearsay").items() if isinstance(r, int)
            },
            withdrawn={
                str(p): tier
                for p, t in _mapping(memory, "withdrawn").items()
                for tier in TIERS if t == tier
            },
            statements=[
                Statement(
                    cast(Status, _text(m, "status")), _names(m, "places"), _tier(m), _day(m, "on")
                )
                for m in _list(memory, "statements") if m.get("status") in FAMILY
            ],
            witnesses=[
                Witness(
                    _text(m, "source"), _text(m, "guid"), _text(m, "name"), _tier(m),
                    _day(m, "on"), _text(m, "quote"),
                    [n for n in _items(m, "sketch") if isinstance(n, int)],
                )
                for m in _list(memory, "witnesses")
            ],
            closed=_text(memory, "closed"),
            unconfirmed=bool(memory.get("unconfirmed")),
        )  # fmt: skip

    def story(self) -> Story:
        """The page as a value to keep."""
        memory: dict[str, object] = {
            "news_on": self.news_on,
            "rows": [
                {
                    "status": r.status, "place": r.place, "confirmed": r.confirmed, "tier": r.tier,
                    "on": r.on, "told": r.told, "by": r.by, "revision": r.revision,
                }
                for r in self.rows
            ],
            "acts": list(self.acts),
            "counts": dict(self.counts),
            "hearsay": dict(self.hearsay),
            "withdrawn": dict(self.withdrawn),
            "statements": [
                {"status": s.status, "places": list(s.places), "tier": s.tier, "on": s.on}
                for s in self.statements
            ],
            "witnesses": [
                {
                    "source": w.source, "guid": w.guid, "name": w.name, "tier": w.tier,
                    "on": w.on, "quote": w.quote, "sketch": list(w.sketch),
                }
                for w in self.witnesses
            ],
            "closed": self.closed,
            "unconfirmed": self.unconfirmed,
        }  # fmt: skip
        confirmed = any(row.confirmed for row in self.rows)
        return Story(
            self.id, self.issuer_id, self.family,
            statuses=tuple(self.statuses),
            destinations=tuple(self.places()),
            products=tuple(self.products),
            customers=tuple(self.customers),
            extent=self.extent,
            certainty="confirmed" if confirmed else "reported",
            best_tier=min((r.tier for r in self.rows), key=TIERS.index, default=self.best_tier),
            revision=self.revision,
            first_seen_at=self.first_seen_at,
            last_evidence_on=self.last_on or None,
            memory={k: v for k, v in memory.items() if v or v == 0},
        )  # fmt: skip


# --- reading a memory that may be anything JSON can say


def _items(memory: Mapping[str, object], key: str) -> list[object]:
    found = memory.get(key)
    return list(found) if isinstance(found, list | tuple) else []


def _list(memory: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    return [m for m in _items(memory, key) if isinstance(m, Mapping)]


def _mapping(memory: Mapping[str, object], key: str) -> Mapping[str, object]:
    found = memory.get(key)
    return found if isinstance(found, Mapping) else {}


def _names(memory: Mapping[str, object], key: str) -> tuple[str, ...]:
    return tuple(name for name in _items(memory, key) if isinstance(name, str))


def _text(memory: Mapping[str, object], key: str) -> str:
    found = memory.get(key)
    return found if isinstance(found, str) else ""


def _day(memory: Mapping[str, object], key: str) -> str:
    text = _text(memory, key)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _whole(memory: Mapping[str, object], key: str) -> int:
    found = memory.get(key)
    return found if isinstance(found, int) else 0


def _tier(memory: Mapping[str, object]) -> Tier:
    found = memory.get("tier")
    return next((tier for tier in TIERS if tier == found), "blog")
