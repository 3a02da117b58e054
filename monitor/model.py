"""What the program makes on the way from a page to an alert: frozen values, next to no behaviour.

All times are aware UTC datetimes. Unknown is None (or an empty tuple), never a guess.
The vocabularies follow the field's labelling guide; `docs/vocabulary.md` explains each word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import lru_cache
from hashlib import sha256
from typing import Literal

# --- vocabularies -----------------------------------------------------------------------------

Kind = Literal["ir_qa", "announcement", "news", "regulator", "feed_summary"]
"""What sort of publication an item is."""

Tier = Literal["official", "wire", "media", "blog"]
"""How close to the fact a source stands, best first."""

TIERS: tuple[Tier, ...] = ("official", "wire", "media", "blog")

Status = Literal[
    "granted", "general_granted", "renewed",
    "denied", "suspended", "revoked", "expired",
    "applied", "pending", "not_received", "not_required", "policy",
]  # fmt: skip
Family = Literal["grant", "loss", "waiting", "exempt", "policy"]

FAMILY: Mapping[Status, Family] = {
    "granted": "grant",
    "general_granted": "grant",
    "renewed": "grant",
    "denied": "loss",
    "suspended": "loss",
    "revoked": "loss",
    "expired": "loss",
    "applied": "waiting",
    "pending": "waiting",
    "not_received": "waiting",
    "not_required": "exempt",
    "policy": "policy",
}
ALERTING: tuple[Status, ...] = (
    "granted", "general_granted", "renewed", "denied", "suspended", "revoked", "expired",
)  # fmt: skip

Attribution = Literal["official", "sources", "media", "analyst"]
Certainty = Literal["confirmed", "reported", "expected", "denied"]
Novelty = Literal["new", "background"]
Verdict = Literal[
    "new", "update", "confirmed", "repeat", "background", "correction", "none-alerting"
]
ALERTING_VERDICTS: tuple[Verdict, ...] = ("new", "update", "confirmed", "correction")


_MIDNIGHT_IN_CHINA = time(16)


def digest_id(*parts: str, length: int = 16) -> str:
    """A stable hexadecimal id of `length` characters made from `parts`."""
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:length]


@lru_cache(maxsize=1000)  # asked for ten times from when an item is read to when it is written
def _item_id(source_id: str, guid: str) -> str:
    return digest_id(source_id, guid)


# --- in: from a source to items -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """One request an adapter wants made. `query` goes into the address, `form` into the body."""

    url: str
    method: Literal["GET", "POST"] = "GET"
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    json: Mapping[str, object] | None = None
    """A JSON body, for the sites that take no form."""
    headers: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    """The adapter's own mark ("list", "detail:123"); comes back on the Page."""
    conditional: bool = False
    """Send the validators of the last visit (ETag, Last-Modified) and compare the body's hash."""
    robots: bool = False
    """A page made for people: only if the host's robots.txt lets programs read it."""
    optional: bool = False
    """Its failure does not end the visit: it is counted, and made again at the next visit."""
    max_bytes: int | None = None
    """Another cap on its body than the usual one."""


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to one Request: decoded transfer, undecoded text."""

    url: str
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    fetched_at: datetime
    note: str = ""
    not_modified: bool = False
    moved_for_good: bool = False
    """`url` is another than was asked for, and every redirect on the way said so for ever."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something published at a source: an answer, a filing, an article."""

    source_id: str
    guid: str
    """The source's own identity of the item, as text."""
    url: str
    title: str
    text: str
    """Plain text. For `ir_qa` the company's answer only."""
    fetched_at: datetime
    published_at: datetime | None = None
    question: str | None = None
    """The investor's question: context, never evidence."""
    language: str | None = None
    """BCP 47 (`zh-Hans`, `zh-Hant`, `en`), or None = to be found from the script."""
    kind: Kind = "news"
    tier: Tier = "media"
    issuer_id: str | None = None
    """The issuer known from metadata (the Q&A page, the filing list), not from the text."""
    source_name: str = ""
    """How an alert names the source ("SZSE Q&A", "Rare Earth Exchanges")."""
    attachment_url: str | None = None
    """The document behind the item (a filing's PDF), when the text is only what announces it."""
    source_hash: str | None = None
    """The hash of what the source itself said, once `text` is the full text fetched from elsewhere;
    another value there means: take the item for new at the next visit."""
    unread: str | None = None
    """What could not be read of it and why ("full text not read: timeout"); the alert says so."""

    @property
    def id(self) -> str:
        return _item_id(self.source_id, self.guid)

    @property
    def day_only(self) -> bool:
        """Whether the source tells the day of a filing, not its time: such a date stands for
        midnight in China, which is 16:00 UTC."""
        at = self.published_at
        return (
            at is not None
            and self.kind in ("announcement", "regulator")
            and at.astimezone(UTC).time() == _MIDNIGHT_IN_CHINA
        )

    @property
    def content_hash(self) -> str:
        """Changes when the item was edited at the source (title, question or text)."""
        return self.source_hash or digest_id(self.title, self.question or "", self.text)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What we remember of a source between visits."""

    source_id: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    cursor: Mapping[str, str] = field(default_factory=dict)
    """The adapter's own memory (an orgId, the newest known update)."""
    first_visit_at: datetime | None = None
    last_visit_at: datetime | None = None
    last_success_at: datetime | None = None
    last_item_at: datetime | None = None
    """When a visit last brought an item we did not know."""
    failures: int = 0
    """Failed visits in a row."""
    error: str | None = None
    reason: str | None = None
    note: str | None = None
    """What the last good visit had to work around ("feed cut short"), or None."""
    next_due_at: datetime | None = None
    unchanged: bool = False
    """The last good visit found nothing changed (304, or an equal body)."""
    whole_at: datetime | None = None
    """When the page that is asked conditionally last came whole, not as a 304."""
    stale_at: datetime | None = None
    """When after days of 304 alone it was asked for whole and was the same; None: it changed."""
    cache_lied_at: datetime | None = None
    """When it was not the same: what said "not modified" is not to be trusted."""
    good_body_at: datetime | None = None
    odd_body_at: datetime | None = None
    """When a body was last kept: of a good visit, of a bad one."""
    history: Mapping[str, object] = field(default_factory=dict)
    """What `health` remembers of the visits; JSON-ready, bounded."""


# --- meaning: from an item to matches -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """A rule read one licence fact about one firm in an item."""

    rule_id: str
    pack_version: int
    status: Status
    issuer_id: str | None
    """Watchlist id, or None: a firm outside the list (`firm_name`) or nobody named."""
    quote: str
    """The evidence: an exact substring of the item's text, or of its title."""
    where: Literal["text", "title"] = "text"
    start: int = 0
    """Offset of `quote`, in characters of that field."""
    firm_name: str | None = None
    """The firm as the text names it, when it is outside the watchlist."""
    destinations: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    extent: str = "unspecified"
    customers: tuple[str, ...] = ()
    attribution: Attribution = "media"
    certainty: Certainty = "reported"
    event_date: str | None = None
    """`YYYY-MM-DD`, or `YYYY-MM` when only the month is told."""
    date_kind: Literal["event", "statement"] | None = None
    """`event`: the licensing act is dated; `statement`: only the telling is."""
    novelty: Novelty = "new"
    reasons: tuple[str, ...] = ()
    """Scope decisions in words, for `explain` ("background: 'had said'")."""

    @property
    def family(self) -> Family:
        return FAMILY[self.status]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the rules made of one item."""

    matches: tuple[Match, ...] = ()
    unsure: str | None = None
    """The sentence that names a watched issuer and talks of licences though no fact was drawn."""
    unsure_because: str | None = None


# --- news: from matches to events ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Story:
    """The licence ledger's page on one story: what is publicly known of it so far."""

    id: str
    issuer_id: str
    family: Family
    statuses: tuple[Status, ...] = ()
    """Every status the story went through, oldest first."""
    destinations: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    extent: str = "unspecified"
    certainty: Certainty = "reported"
    best_tier: Tier = "blog"
    revision: int = 0
    """Number of alert-worthy revisions so far; 0 = known only as background."""
    first_seen_at: datetime | None = None
    last_evidence_on: str | None = None
    """Market date (`YYYY-MM-DD`) of the newest evidence."""
    memory: Mapping[str, object] = field(default_factory=dict)
    """Whatever else the ledger needs to judge the next match; JSON-ready."""


@dataclass(frozen=True, slots=True)
class Event:
    """One match judged against the ledger: a revision of a story, or a repeat of it."""

    id: str
    """The story's id: twelve hexadecimal characters, stable across restarts."""
    revision: int
    """The story's revision this belongs to; a repeat carries the revision it repeats."""
    verdict: Verdict
    reasons: tuple[str, ...]
    added: tuple[str, ...]
    """What is new, for an update: `destination JP`, `extent most` ..."""
    match: Match
    story: Story
    """The story after this match."""
    item: Item
    detected_at: datetime
    alerting: bool
    """Verdict, status and certainty together say: push it (routes and age decide the rest)."""
    held_because: str | None = None
    """Why an alerting event is not pushed after all (first visit, back-fill), or None."""

    @property
    def corrects(self) -> bool:
        """Whether it takes back what an earlier revision told: who heard that must hear this."""
        return self.verdict == "correction" or any(
            entry.startswith("status corrected") for entry in self.added
        )


@dataclass(frozen=True, slots=True)
class Unsure:
    """An item of the unsure queue: it talks of licences, yet the rules drew no fact from it."""

    item: Item
    sentence: str
    because: str


# --- out: from events to receivers --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """Words ready for a channel. `title` alone tells the story on a lock screen."""

    title: str
    body: str
    url: str = ""
    status: Status | None = None
    html: str | None = None
    event_id: str | None = None
    """The story it is about; None for words about several, or none."""
    delivery_id: str | None = None
    """The same at every try, so that whoever receives it can tell a repeat."""


DeliveryState = Literal["pending", "sent", "dead", "grouped", "digest", "silenced"]
"""`grouped`: another delivery carries it; `digest`: left to the digest; `silenced`: by a person."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event revision for one receiver. The id never changes, whatever happens on the way."""

    id: str
    about: str
    """`<event id>.<revision>`, `unsure:<item id>`, `group:<kind>:<id>`, `ops:<key>:<n>`, or
    `digest:<YYYY-MM-DD>`, which goes to `mailbox:<id>`."""
    receiver_id: str
    due_at: datetime
    state: DeliveryState = "pending"
    attempts: int = 0
    error: str | None = None
    severity: int = 1
    """0 = loss (most severe), 1 = grant, 2 = the rest: order of sending, then age."""
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    answer: str | None = None
    """What the other side said when it accepted, in short safe words."""
    doubtful: bool = False
    """An earlier try may have arrived, its reply was lost: the message says "may be a repeat"."""
    because: str | None = None
    """Why it does not go out at once and on its own: "quiet until 07:00", "silence 3fa9c1"."""
    group_id: str | None = None
    """The delivery that carries it, in state `grouped`; in state `digest` the mail that told it."""
    silence_id: str | None = None
    """The silence that suppressed it, in state `silenced`."""
    published_at: datetime | None = None
    seen_at: datetime | None = None
    """When the source published the item, and when we had it: where the latency starts. The first
    is None where only the day is known."""
    first_try_at: datetime | None = None

    @property
    def is_group(self) -> bool:
        """Whether it carries others instead of news of its own."""
        return self.about.startswith("group:")


@dataclass(frozen=True, slots=True)
class Group:
    """Alerts that one message carries: a burst, what quiet hours held, what was missed."""

    kind: str
    """`quiet`, `story`, `late` or `poll`: why they were put together."""
    members: tuple[tuple[Delivery, Event | Unsure], ...]
    """Most severe first, then in the order they came."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A person asked for quiet about something until a time. An empty condition fits everything."""

    id: str
    created_at: datetime
    until_at: datetime
    author: str
    why: str
    issuers: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    """Route ids, or their numbers from 1."""
    receivers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """Words for the ops receivers about the machine itself: never for traders.

    A trouble has a `key` ("receiver:desk", "source:szse-irm"). It is told once when it begins
    (`opens`) and once when it ends; telling a known state again does nothing, also after a restart.
    """

    key: str
    title: str
    body: str
    to: tuple[str, ...]
    """Receiver ids. Nobody, or an empty title: the state is kept, nothing is sent."""
    at: datetime
    opens: bool = True


@dataclass(frozen=True, slots=True)
class Edition:
    """One day's digest for one mailbox, as it was built: what is mailed, and what is kept."""

    day: str
    """The local date (`YYYY-MM-DD`): there is one edition per date and mailbox."""
    mailbox_id: str
    subject: str
    text: str
    html: str
    built_at: datetime
    due_at: datetime
    """When it should have been built."""
    from_at: datetime
    """What it covers: everything stored after the one before, up to `to_at`."""
    to_at: datetime
    last_seq: int
    """The number of the newest event it looked at; the next edition goes on from there."""
    unsure: tuple[str, ...] = ()
    """Ids of the items it told of the unsure queue."""

    @property
    def about(self) -> str:
        """As in `Delivery.about`."""
        return f"digest:{self.day}"

    @property
    def receiver_id(self) -> str:
        """As in `Delivery.receiver_id`: names a mailbox of the digest, not a receiver."""
        return f"mailbox:{self.mailbox_id}"

    @property
    def delivery_id(self) -> str:
        """The same however often it is built, and so is the mail's Message-ID."""
        return digest_id(self.about, self.receiver_id, length=12)


@dataclass(frozen=True, slots=True)
class Latency:
    """How long alerts took, in seconds: (median, 95th percentile), or None without any."""

    alerts: int
    published_to_seen: tuple[float, float] | None
    seen_to_sent: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Visit:
    """Counts of one poll, as `poll` and the log print them."""

    source_id: str
    ok: bool
    items: int = 0
    fresh: int = 0
    events: int = 0
    deliveries: int = 0
    notices: int = 0
    """Messages to the ops receivers."""
    skipped: int = 0
    """Rows left out because they could not be read; each has a reason in `notes`."""
    unchanged: bool = False
    first: bool = False
    elapsed_s: float = 0.0
    fetch_s: float = 0.0
    """Of that, until the source's pages were there and read."""
    error: str | None = None
    reason: str | None = None
    """The class of the error, out of `errors.Reason`."""
    notes: tuple[str, ...] = ()
    next_due_at: datetime | None = None
