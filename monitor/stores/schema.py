"""The tables, as numbered migrations. A released migration is never edited; add one below it, and
its name to `opening.MIGRATIONS`.

Times are text, `2026-11-22T03:02:41.000000+00:00`, always UTC and of one width, so that they sort
and a person can read them in any SQLite shell. What is only read as a whole is one JSON column.
"""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from monitor.stores.lastbody import TABLE as _LAST_BODIES
from monitor.stores.narrow import STATEMENTS as _NARROW
from monitor.stores.search import index_everything

migrations = Migrations("monitor")


@migrations()
def m001_base(db: Database) -> None:
    """Sources, items, the licence ledger, events and the outbox."""
    for statement in _BASE:
        db.execute(statement)


@migrations()
def m002_routes(db: Database) -> None:
    """Deliveries that wait in groups, for the digest or under a silence; notices to ops."""
    for statement in _ROUTES:
        db.execute(statement)


@migrations()
def m003_recent_stories(db: Database) -> None:
    """Stories by the time of their last change, to notice a page that swaps two firms."""
    db.execute("CREATE INDEX stories_recent ON stories (updated_at)")


@migrations()
def m004_search(db: Database) -> None:
    """Full-text search, and what the pages filter and count by. Fills them from what is there."""
    for statement in _SEARCH:
        db.execute(statement)
    index_everything(db.conn)


@migrations()
def m005_digests(db: Database) -> None:
    """The mails of each day, and narrow indices for what they are gathered from."""
    for statement in _DIGESTS:
        db.execute(statement)


@migrations()
def m006_keeping(db: Database) -> None:
    """What was forgotten on purpose, and how far that came."""
    for statement in _KEEPING:
        db.execute(statement)


@migrations()
def m007_hubs(db: Database) -> None:
    """Subscriptions at hubs, which outlive a restart."""
    db.execute(_HUBS)


@migrations()
def m008_narrow(db: Database) -> None:
    """Narrow rows and indices, so that filtered lists and a firm's page come at once."""
    for statement in _NARROW:
        db.execute(statement)


@migrations()
def m010_last_bodies(db: Database) -> None:
    """What a source last sent when it was well, and when it was not."""
    db.execute(_LAST_BODIES)


@migrations()
def m011_counted_at_once(db: Database) -> None:
    """`item_days` is counted by who puts items in: a trigger took a fifth of what that costs."""
    db.execute("DROP TRIGGER item_counted")


@migrations()
def m012_known_by_source(db: Database) -> None:
    """What a visit asks of `items_known`, and puts in, lies together: by the id alone each of its
    items was on a page of its own."""
    db.execute("DROP INDEX items_known")
    db.execute("CREATE INDEX items_known ON items (source_id, id, content_hash)")


_BASE = (
    """
    CREATE TABLE sources (
        source_id TEXT PRIMARY KEY,
        checkpoint TEXT NOT NULL,            -- JSON of Checkpoint
        next_due_at TEXT
    ) STRICT
    """,
    # content_hash stands before the long texts: `unseen` then never reads their overflow pages.
    """
    CREATE TABLE items (
        id TEXT PRIMARY KEY,
        content_hash TEXT NOT NULL,
        source_id TEXT NOT NULL,
        seen_at TEXT NOT NULL,               -- first seen, whatever was edited later
        changed_at TEXT,                     -- last edit we saw
        published_at TEXT,
        issuer_id TEXT,
        kind TEXT NOT NULL,
        tier TEXT NOT NULL,
        language TEXT,
        source_name TEXT NOT NULL,
        guid TEXT NOT NULL,
        url TEXT NOT NULL,
        unsure TEXT,
        unsure_because TEXT,
        title TEXT NOT NULL,
        question TEXT,
        text TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX items_seen ON items (seen_at)",
    "CREATE INDEX items_source ON items (source_id, seen_at)",
    # A date in the future is the source's error and must not count as "the newest news".
    "CREATE INDEX items_published ON items (published_at) WHERE published_at <= seen_at",
    "CREATE INDEX items_unsure ON items (seen_at) WHERE unsure IS NOT NULL",
    """
    CREATE TABLE stories (
        id TEXT PRIMARY KEY,
        issuer_id TEXT NOT NULL,
        family TEXT NOT NULL,
        revision INTEGER NOT NULL,
        updated_at TEXT NOT NULL,
        story TEXT NOT NULL                  -- JSON of Story
    ) STRICT
    """,
    "CREATE INDEX stories_issuer ON stories (issuer_id, updated_at)",
    """
    CREATE TABLE events (
        seq INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,            -- one judged match of one text; kept once
        story_id TEXT NOT NULL REFERENCES stories (id),
        revision INTEGER NOT NULL,
        verdict TEXT NOT NULL,
        alerting INTEGER NOT NULL,
        held_because TEXT,
        issuer_id TEXT,
        status TEXT NOT NULL,
        item_id TEXT NOT NULL REFERENCES items (id),
        detected_at TEXT NOT NULL,
        event TEXT NOT NULL                  -- JSON of Event, item and story inside
    ) STRICT
    """,
    "CREATE INDEX events_story ON events (story_id, revision)",
    "CREATE INDEX events_detected ON events (detected_at)",
    "CREATE INDEX events_item ON events (item_id)",
    """
    CREATE TABLE deliveries (
        seq INTEGER PRIMARY KEY,             -- age: the order in which they were decided
        id TEXT NOT NULL UNIQUE,
        about TEXT NOT NULL,
        receiver_id TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'dead')),
        severity INTEGER NOT NULL,
        due_at TEXT NOT NULL,
        lease_until TEXT,                    -- somebody is sending it, until then
        attempts INTEGER NOT NULL DEFAULT 0, -- tries begun
        created_at TEXT NOT NULL,
        sent_at TEXT,
        error TEXT,                          -- the last failure, in safe words
        answer TEXT,                         -- what the receiver said when it accepted
        doubtful INTEGER NOT NULL DEFAULT 0  -- an earlier try may have arrived
    ) STRICT
    """,
    """
    CREATE INDEX deliveries_pending ON deliveries (receiver_id, severity, seq)
    WHERE state = 'pending'
    """,
    "CREATE INDEX deliveries_state ON deliveries (state, receiver_id)",
    "CREATE INDEX deliveries_about ON deliveries (about)",
)

_ROUTES = (
    "ALTER TABLE deliveries RENAME TO deliveries_before",
    """
    CREATE TABLE deliveries (
        seq INTEGER PRIMARY KEY,             -- age: the order in which they were decided
        id TEXT NOT NULL UNIQUE,
        about TEXT NOT NULL,
        receiver_id TEXT NOT NULL,
        state TEXT NOT NULL
            CHECK (state IN ('pending', 'sent', 'dead', 'grouped', 'digest', 'silenced')),
        severity INTEGER NOT NULL,
        due_at TEXT NOT NULL,
        lease_until TEXT,                    -- somebody is sending it, until then
        attempts INTEGER NOT NULL DEFAULT 0, -- tries begun
        created_at TEXT NOT NULL,
        first_try_at TEXT,
        sent_at TEXT,                        -- accepted; of a member: with its group
        error TEXT,                          -- the last failure, in safe words
        answer TEXT,                         -- what the receiver said when it accepted
        doubtful INTEGER NOT NULL DEFAULT 0, -- an earlier try may have arrived
        because TEXT,                        -- why it did not go out at once on its own
        group_id TEXT,                       -- the delivery that carries it
        silence_id TEXT,                     -- what suppressed it
        published_at TEXT,                   -- of the item: where the latency starts
        seen_at TEXT
    ) STRICT
    """,
    """
    INSERT INTO deliveries (seq, id, about, receiver_id, state, severity, due_at, lease_until,
        attempts, created_at, sent_at, error, answer, doubtful)
    SELECT seq, id, about, receiver_id, state, severity, due_at, lease_until,
        attempts, created_at, sent_at, error, answer, doubtful
    FROM deliveries_before
    """,
    "DROP TABLE deliveries_before",
    """
    CREATE INDEX deliveries_pending ON deliveries (receiver_id, severity, seq)
    WHERE state = 'pending'
    """,
    "CREATE INDEX deliveries_state ON deliveries (state, receiver_id)",
    "CREATE INDEX deliveries_about ON deliveries (about)",
    "CREATE INDEX deliveries_group ON deliveries (group_id) WHERE group_id IS NOT NULL",
    "CREATE INDEX deliveries_sent ON deliveries (sent_at) WHERE sent_at IS NOT NULL",
    """
    CREATE TABLE silences (
        id TEXT PRIMARY KEY,
        created_at TEXT NOT NULL,
        until_at TEXT NOT NULL,              -- an ended one keeps its row
        author TEXT NOT NULL,
        why TEXT NOT NULL,
        issuers TEXT NOT NULL,               -- JSON lists; an empty one fits everything
        statuses TEXT NOT NULL,
        routes TEXT NOT NULL,
        receivers TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE troubles (                  -- what the ops receivers were told, so far
        key TEXT PRIMARY KEY,
        n INTEGER NOT NULL,                  -- notices so far
        opens INTEGER NOT NULL,              -- 1 = wrong, 0 = well again
        changed_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE notices (
        about TEXT PRIMARY KEY,              -- ops:<key>:<n>
        key TEXT NOT NULL,
        title TEXT NOT NULL,
        body TEXT NOT NULL,
        created_at TEXT NOT NULL,
        opens INTEGER NOT NULL
    ) STRICT
    """,
)

# Everything here follows `items` and `events` by itself: a row deleted there is gone here, whoever
# deletes it. Only the words of the two FTS tables are put in by `search.py`. They keep a copy of
# their text, because without it SQLite 3.40 cannot take a row out again.
_SEARCH = (
    # A number for each item that VACUUM leaves alone, unlike the hidden rowid of `items`.
    """
    CREATE TABLE item_rows (
        n INTEGER PRIMARY KEY,
        item_id TEXT NOT NULL UNIQUE
    ) STRICT
    """,
    """
    CREATE VIRTUAL TABLE item_search USING fts5
        (title, text, tokenize = 'porter unicode61 remove_diacritics 2')
    """,
    """
    CREATE TRIGGER item_unfound AFTER DELETE ON items BEGIN
        DELETE FROM item_search
            WHERE rowid = (SELECT n FROM item_rows WHERE item_id = OLD.id);
        DELETE FROM item_rows WHERE item_id = OLD.id;
    END
    """,
    """
    CREATE VIRTUAL TABLE event_search USING fts5
        (title, evidence, tokenize = 'porter unicode61 remove_diacritics 2')
    """,
    """
    CREATE TABLE item_days (                 -- items first seen, per source and UTC day
        source_id TEXT NOT NULL,
        day TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (source_id, day)
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO item_days SELECT source_id, substr(seen_at, 1, 10), count(*) FROM items
        GROUP BY 1, 2
    """,
    """
    CREATE TRIGGER item_counted AFTER INSERT ON items BEGIN
        INSERT INTO item_days VALUES (NEW.source_id, substr(NEW.seen_at, 1, 10), 1)
            ON CONFLICT (source_id, day) DO UPDATE SET n = n + 1;
    END
    """,
    """
    CREATE TRIGGER item_uncounted AFTER DELETE ON items BEGIN
        UPDATE item_days SET n = n - 1
            WHERE source_id = OLD.source_id AND day = substr(OLD.seen_at, 1, 10);
    END
    """,
    # What events are filtered by, without their long JSON: a scan of it is quick.
    """
    CREATE TABLE event_facts (
        seq INTEGER PRIMARY KEY,
        detected_at TEXT NOT NULL,
        issuer_id TEXT,
        status TEXT NOT NULL,
        verdict TEXT NOT NULL,
        certainty TEXT,
        destinations TEXT NOT NULL,          -- JSON lists
        products TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE event_counts (              -- events per value of what they are filtered by
        what TEXT NOT NULL,
        value TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (what, value)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TRIGGER event_facts_counted AFTER INSERT ON event_facts BEGIN
        INSERT INTO event_counts
            SELECT 'issuer', NEW.issuer_id, 1 WHERE NEW.issuer_id IS NOT NULL
            UNION ALL SELECT 'status', NEW.status, 1
            UNION ALL SELECT 'verdict', NEW.verdict, 1
            UNION ALL SELECT 'certainty', NEW.certainty, 1 WHERE NEW.certainty IS NOT NULL
            UNION ALL SELECT 'destination', value, 1 FROM json_each(NEW.destinations)
            UNION ALL SELECT 'product', value, 1 FROM json_each(NEW.products) WHERE true
            ON CONFLICT (what, value) DO UPDATE SET n = n + 1;
    END
    """,
    """
    CREATE TRIGGER event_facts_uncounted AFTER DELETE ON event_facts BEGIN
        UPDATE event_counts SET n = n - 1 WHERE
            what = 'issuer' AND value = OLD.issuer_id
            OR what = 'status' AND value = OLD.status
            OR what = 'verdict' AND value = OLD.verdict
            OR what = 'certainty' AND value = OLD.certainty
            OR what = 'destination' AND value IN (SELECT value FROM json_each(OLD.destinations))
            OR what = 'product' AND value IN (SELECT value FROM json_each(OLD.products));
    END
    """,
    """
    CREATE TRIGGER event_noted AFTER INSERT ON events BEGIN
        INSERT INTO event_facts VALUES (
            NEW.seq, NEW.detected_at, NEW.issuer_id, NEW.status, NEW.verdict,
            json_extract(NEW.event, '$.match.certainty'),
            coalesce(json_extract(NEW.event, '$.match.destinations'), '[]'),
            coalesce(json_extract(NEW.event, '$.match.products'), '[]')
        );
    END
    """,
    """
    CREATE TRIGGER event_unfound AFTER DELETE ON events BEGIN
        DELETE FROM event_search WHERE rowid = OLD.seq;
        DELETE FROM event_facts WHERE seq = OLD.seq;
    END
    """,
    """
    INSERT INTO event_facts
        SELECT seq, detected_at, issuer_id, status, verdict,
            json_extract(event, '$.match.certainty'),
            coalesce(json_extract(event, '$.match.destinations'), '[]'),
            coalesce(json_extract(event, '$.match.products'), '[]')
        FROM events
    """,
    "CREATE INDEX events_issuer ON events (issuer_id, seq)",
    "CREATE INDEX deliveries_listed ON deliveries (state, seq)",
)

_DIGESTS = (
    """
    CREATE TABLE digests (
        day TEXT NOT NULL,                   -- local date of the mailbox
        mailbox_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        text TEXT NOT NULL,
        html TEXT NOT NULL,
        built_at TEXT NOT NULL,
        due_at TEXT NOT NULL,                -- when it should have been built
        from_at TEXT NOT NULL,               -- what it covers
        to_at TEXT NOT NULL,
        last_seq INTEGER NOT NULL,           -- the newest event it looked at
        unsure TEXT NOT NULL,                -- JSON list of item ids it told of the unsure queue
        PRIMARY KEY (day, mailbox_id)
    ) STRICT
    """,
    "CREATE INDEX digests_mailbox ON digests (mailbox_id, to_at)",
    """
    CREATE TABLE mailboxes (
        id TEXT PRIMARY KEY,
        known_at TEXT NOT NULL,              -- where its first digest begins
        known_seq INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE INDEX events_told ON events
        (detected_at, verdict, status, story_id, issuer_id, held_because)
        WHERE verdict IN ('new', 'update', 'confirmed', 'correction', 'none-alerting')
    """,
    """
    CREATE INDEX deliveries_untold ON deliveries (created_at)
        WHERE state = 'digest' AND group_id IS NULL
    """,
    "CREATE INDEX deliveries_silenced ON deliveries (created_at) WHERE state = 'silenced'",
)

_KEEPING = (
    """
    CREATE TABLE forgotten (                 -- items that are gone and must not look new
        id TEXT PRIMARY KEY,
        content_hash TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE pruned (                    -- how far each kind was walked, oldest first
        kind TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        id TEXT NOT NULL
    ) STRICT
    """,
    "CREATE TABLE trial (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT",
    # What `unseen` asks is answered from here, without a look at the long rows.
    "CREATE INDEX items_known ON items (id, content_hash)",
)

_HUBS = """
    CREATE TABLE hubs (
        source_id TEXT PRIMARY KEY,
        subscription TEXT NOT NULL           -- JSON; holds a key, so it is shown nowhere
    ) STRICT
    """
