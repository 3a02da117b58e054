"""Is a source well, and is its silence news or failure? What visits saw → a state, in words. Pure.

    Look         what one visit saw
    History      what is remembered of all visits; kept small, inside the checkpoint
    after_visit  History + Look → History, with the trouble it is in
    diagnose     Checkpoint → the state and the sentence that says why
    source_state the same and its ages: the line that `status`, pages and mail show
    notices      what the ops receivers hear: once when a trouble begins, once when it ends

A state does not flap: a trouble ends after two good visits in a row, and each relapse within a day
doubles that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from monitor.config import Source
from monitor.model import Checkpoint, Item, Notice
from monitor.terminal import age, defuse

State = Literal["ok", "unchanged", "degraded", "silent", "drifted", "blocked", "down"]
Trouble = Literal["silent", "drifted", "blocked", "down"]

DOWN_AFTER = 3
"""Failed visits in a row."""
RECENT = 10
SHAKY = 3
"""So many failed of the RECENT last visits: degraded, although the last one was good."""
CALM, CALM_MOST = 2, 16
"""Good visits in a row that end a trouble, and how far relapses raise that."""
RELAPSE = timedelta(days=1)

ODD_AFTER = 2
"""Visits in a row without what was always there: drifted."""
LOOKS_TO_KNOW = 3
"""Good visits before we claim to know how a source looks."""
NEW_NORMAL = timedelta(days=14)
"""A source that drifted so long ago looks like this now."""

ARRIVALS_TO_KNOW = 8
"""Arrivals before we claim to know a source's rhythm."""
GAPS_KEPT = 64
DAYS_KEPT = 14
ONE_DAY_S, SHORTEST_SILENCE_S = 14 * 3600.0, 2 * 3600.0
"""Nothing shorter is a silence: the first while less than four days are known, then the second."""

ALL_DOWN = "sources:all"
"""Key of the one notice that stands for those of all sources."""
ENOUGH = 3
"""Other sources (all, when there are fewer) that must fail too before we speak of all."""

PARTS = {
    "rows": "rows",
    "read": "rows that can be read",
    "time": "publication times",
    "text": "texts",
    "link": "links",
    "firm": "the firm each row is about",
}
"""What a source is watched for, as it is said after "without"."""

SAMPLE_CHARS = 300


@dataclass(frozen=True, slots=True)
class Look:
    """What one visit saw, as far as health goes."""

    shares: Mapping[str, float] | None = None
    """Per part of PARTS the share of rows that have it; None: the page was unchanged."""
    fresh: int = 0
    """Items nobody knew."""
    sample: str = ""
    """A row as it came, or how the page began when it had none."""
    watched_s: float | None = None
    """Seconds since the last good visit in which news could be expected; None: nobody looked for
    so long that nothing can be said."""


@dataclass(slots=True)
class History:
    """What is remembered of a source's visits: some 2 KB, as JSON inside the checkpoint.

    Not frozen, for speed: `after_visit` changes a copy of its own. The collections are shared, so
    they are replaced, never changed.
    """

    recent: str = ""
    """One letter per visit, the newest last: `.` good, `x` failed."""
    failing_since: str | None = None
    """Times in here are ISO text in UTC."""
    last_error: str = ""
    looks: int = 0
    usual: Mapping[str, float] = field(default_factory=dict)
    """Rolling averages of the shares, without the odd looks."""
    last: Mapping[str, float] = field(default_factory=dict)
    missing: Sequence[str] = ()
    """Parts that the last look lacked though they are usual."""
    odd: int = 0
    plain: int = 0
    """Odd looks in a row, and looks in a row that were not."""
    sample: str = ""
    odd_sample: str = ""
    """A row as it used to be, and what came instead."""
    quiet_s: float = 0.0
    """News time (as in `Look.watched_s`) since the last arrival."""
    gaps: Sequence[float] = ()
    """News time between arrivals, in seconds; the newest last."""
    days: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """Per UTC day: visits, failures, arrivals, longest gap in seconds. The last 14 days."""
    trouble: Trouble | None = None
    trouble_since: str | None = None
    well_since: str | None = None
    calm: int = CALM

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> History:
        """What the checkpoint holds; what another version wrote is left out."""
        known = {k: v for k, v in checkpoint.history.items() if k in cls.__slots__}
        return cls(**known)  # type: ignore[arg-type]

    def stored(self) -> Mapping[str, object]:
        """The form the checkpoint keeps."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def good(self) -> int:
        """Good visits in a row."""
        return len(self.recent) - len(self.recent.rstrip("."))


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A source's state, and what there is to say about it ("" = nothing)."""

    state: State
    words: str = ""


# --- one visit ------------------------------------------------------------------------------------


def shares_of(items: Collection[Item], left_out: int) -> dict[str, float]:
    """Per part of PARTS the share of rows that have it; parts that nobody can judge are absent."""
    rows = len(items)
    shares = {"rows": 1.0 if rows else 0.0}
    if rows + left_out:
        shares["read"] = rows / (rows + left_out)
    if rows:
        shares["time"] = sum(item.published_at is not None for item in items) / rows
        shares["text"] = sum(bool(item.text) for item in items) / rows
        shares["link"] = sum(bool(item.url) for item in items) / rows
        shares["firm"] = sum(item.issuer_id is not None for item in items) / rows
    return shares


def after_visit(before: History, after: Checkpoint, look: Look, now: datetime) -> History:
    """`before` and the visit that led to the checkpoint `after`; `look` is empty if it failed."""
    past = copy(before)
    failed = after.failures > 0
    past.recent = (past.recent + ("x" if failed else "."))[-CALM_MOST:]
    if failed:
        if after.failures == 1 or past.failing_since is None:
            past.failing_since = _text(now)
        past.last_error = after.error or ""
    else:
        _see(past, look)
    if look.fresh or not failed:
        _hear(past, look)
    _count(past, look, failed, now)
    _judge(past, after, now)
    return past


def _see(past: History, look: Look) -> None:
    """How the page looked. An unchanged one looks as it did last time."""
    before, shares = past.last, past.last if look.shares is None else look.shares
    if not shares:
        return
    past.last = shares
    past.missing = [p for p in PARTS if p in shares and _gone(past, p, shares[p])]
    if past.missing:
        past.odd, past.plain = past.odd + 1, 0
        past.odd_sample = (look.sample or past.odd_sample)[:SAMPLE_CHARS]
        return
    past.looks = min(past.looks + 1, 1000)
    if past.odd and past.trouble != "drifted":
        _average(past, before)  # it passed by itself: so the source is like that at times
    _average(past, shares)
    past.odd, past.plain = 0, past.plain + 1
    if look.sample and shares.get("rows", 1.0):
        past.sample = look.sample[:SAMPLE_CHARS]


def _average(past: History, shares: Mapping[str, float]) -> None:
    """Take one look more into the averages: a plain mean at first, later of the last twenty."""
    step = max(1 / past.looks, 0.05)
    usual = dict(past.usual)
    for part, share in shares.items():
        known = usual.get(part, share)
        usual[part] = round(known + step * (share - known), 4)
    past.usual = usual


def _gone(past: History, part: str, share: float) -> bool:
    if past.looks < LOOKS_TO_KNOW:
        return False
    usual = past.usual.get(part, 0.0)
    # Some lists are empty now and then; only one that never was may not be.
    return share < 0.2 and usual > (0.95 if part == "rows" else 0.8)


def _hear(past: History, look: Look) -> None:
    """How long it was quiet before this visit, and what that teaches about the rhythm."""
    quiet_s = round(past.quiet_s + (look.watched_s or 0.0), 1)
    past.quiet_s = 0.0 if look.fresh else quiet_s
    if look.fresh and look.watched_s is not None:
        limit = silence_s(past)
        # A silence teaches too, but slowly: one long one must not hide the next.
        gap = quiet_s if limit is None else min(quiet_s, round(limit, 1))
        past.gaps = [*past.gaps, gap][-GAPS_KEPT:]


def silence_s(past: History) -> float | None:
    """The news time without an arrival that is too long for this source; None: not known yet."""
    if len(past.gaps) < ARRIVALS_TO_KNOW:
        return None
    ordered = sorted(past.gaps)
    often = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    # GAPS_KEPT may be an afternoon of a busy source: its nights are remembered by the day.
    longest = max([ordered[-1], *(day[3] for day in past.days.values())])
    least = ONE_DAY_S if len(past.days) < 4 else SHORTEST_SILENCE_S
    return max(5 * median(ordered), 3 * often, 1.5 * longest, least)


def _count(past: History, look: Look, failed: bool, now: datetime) -> None:
    """The visit in the tally of its day."""
    day = now.date().isoformat()
    visits, failures, arrivals, longest = past.days.get(day, (0, 0, 0, 0.0))
    if look.fresh and look.watched_s is not None and past.gaps:
        longest = max(longest, past.gaps[-1])
    days = {**past.days, day: [visits + 1, failures + failed, arrivals + look.fresh, longest]}
    if len(days) > DAYS_KEPT:
        del days[min(days)]
    past.days = days


def _judge(past: History, after: Checkpoint, now: datetime) -> None:
    """The trouble it is in now. What was in trouble must be calm for a while to be well."""
    was, past.trouble = past.trouble, _trouble(past, after)
    if past.trouble == was:
        if was == "drifted" and now - _time(past.trouble_since, now) > NEW_NORMAL:
            past.looks, past.usual, past.odd = LOOKS_TO_KNOW, past.last, 0
        return
    if past.trouble is None:
        past.trouble_since, past.well_since = None, _text(now)
        return
    if was is None:
        relapsed = past.well_since and now - _time(past.well_since, now) < RELAPSE
        past.calm = min(2 * past.calm, CALM_MOST) if relapsed else CALM
    failing_since = past.failing_since if past.trouble in ("down", "blocked") else None
    past.trouble_since = failing_since or _text(now)


def _trouble(past: History, after: Checkpoint) -> Trouble | None:
    if after.failures:
        if after.reason == "auth":
            return "blocked"
        if after.failures >= DOWN_AFTER and past.trouble != "blocked":
            return "down"
        return past.trouble
    if past.trouble in ("down", "blocked") and past.good < past.calm:
        return past.trouble
    if past.odd >= ODD_AFTER or (past.trouble == "drifted" and past.plain < past.calm):
        return "drifted"
    limit = silence_s(past)
    return "silent" if limit is not None and past.quiet_s > limit else None


# --- in words -------------------------------------------------------------------------------------


def diagnose(seen: Checkpoint, now: datetime, zone: ZoneInfo) -> Diagnosis:
    """State and sentence of a source that was visited; times are told in `zone`."""
    past = History.of(seen)
    if past.trouble in ("down", "blocked") and not seen.failures:
        return Diagnosis("degraded", f"answers again: {past.good} of {past.calm} good visits")
    if past.trouble:
        return Diagnosis(past.trouble, _sentence(past, seen, now, zone))
    failed = past.recent[-RECENT:].count("x")
    if seen.failures:
        many = "1 visit" if seen.failures == 1 else f"{seen.failures} visits"
        return Diagnosis("degraded", f"{many} failed: {seen.error}")
    if failed >= SHAKY:
        last = f"{failed} of the last {min(len(past.recent), RECENT)} visits failed"
        return Diagnosis("degraded", f"{last}, the last one: {past.last_error}")
    return Diagnosis("unchanged" if seen.unchanged else "ok", seen.note or "")


def _sentence(past: History, seen: Checkpoint, now: datetime, zone: ZoneInfo) -> str:
    since = _clock(_time(past.trouble_since, now), now, zone)
    match past.trouble:
        case "down":
            return f"{seen.failures} visits failed since {since}, last: {seen.error}"
        case "blocked":
            return f"turned away since {since}: {seen.error}"
        case "drifted":
            lost = " and without ".join(PARTS[part] for part in past.missing)
            still = "" if lost else "; the last looks were as before"
            return (
                f"answers since {since} {f'without {lost}' if lost else 'in another form'}{still}"
            )
    quiet = age((now - (seen.last_item_at or now)).total_seconds())
    return f"no new item for {quiet}; usually one every {age(median(past.gaps or [0]))}"


def _clock(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    at, now = at.astimezone(zone), now.astimezone(zone)
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at.day} {at:%b %H:%M}"


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _time(text: str | None, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(text) if text else otherwise


# --- a line of `status` ---------------------------------------------------------------------------

WELL = ("ok", "unchanged", "new", "off")
"""States nobody needs to look at."""

STYLE = {
    "ok": ("●", "green"),
    "unchanged": ("●", "green"),
    "new": ("○", "dim"),
    "off": ("○", "dim"),
    "degraded": ("◐", "yellow"),
    "silent": ("◌", "yellow"),
    "drifted": ("◆", "red"),
    "blocked": ("■", "red"),
    "down": ("✕", "red"),
    "overdue": ("✕", "red"),
}
"""Shape and colour of each state, the calm ones first."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """One line of the table. Ages in seconds; None = never."""

    id: str
    state: str
    last_success_age_s: float | None
    last_item_age_s: float | None
    next_in_s: float | None
    items: int
    failures: int
    told: str
    """What is wrong, or what a good visit had to work around; "" when there is nothing to say."""


def source_state(
    source: Source, seen: Checkpoint | None, items: int, now: datetime, zone: ZoneInfo
) -> SourceState:
    """What is known of the source, in one word and one sentence that tells times in `zone`."""

    def since(at: datetime | None) -> float | None:
        return None if at is None else (now - at).total_seconds()

    if seen is None or seen.last_visit_at is None:
        state = "new" if source.enabled else "off"
        return SourceState(source.id, state, None, None, None, items, 0, "")
    next_in = None if seen.next_due_at is None else (seen.next_due_at - now).total_seconds()
    found = diagnose(seen, now, zone)
    state, told = str(found.state), found.words
    if not source.enabled:
        state, told = "off", ""
    elif state in WELL and next_in is not None and next_in < -max(60.0, 2 * source.every_s):
        state, told = "overdue", "nobody came although a visit was due: is `monitor run` alive?"
    return SourceState(
        source.id,
        state,
        since(seen.last_success_at),
        since(seen.last_item_at),
        next_in,
        items,
        seen.failures,
        " ".join(defuse(told).split()),
    )


# --- to the ops receivers -------------------------------------------------------------------------


class Troubles(Protocol):
    """What is known of the other sources, and what was told."""

    def open_troubles(self) -> Collection[str]:
        """The keys of what was told to be wrong and not yet told to be well again."""
        ...

    def failing_since(self, at: datetime, *, but: str, active: datetime) -> tuple[int, int, int]:
        """Of the sources other than `but`: how many were visited since `at`, how many of those
        failed last, and how many were visited since `active` at all."""
        ...


def notices(
    after: Checkpoint, known: Troubles, to: tuple[str, ...], now: datetime, zone: ZoneInfo
) -> list[Notice]:
    """What a visit gives to say. When nobody answers, one notice stands for that of each source."""
    told = known.open_troubles()
    past = History.of(after)
    name, mine = after.source_id, f"source:{after.source_id}:"
    begun = [key for key in told if key.startswith(mine)]
    ended = [key for key in begun if key != f"{mine}{past.trouble}"]
    if past.trouble is None:
        found = [_well_again(key, name, to, now) for key in ended]
        if ALL_DOWN in told and past.good >= CALM:
            found.append(_answering(to, now))
        return found
    # Another trouble took its place: that one is told, not that the first is over.
    found = [Notice(key, "", "", (), now, opens=False) for key in ended]
    # One captcha passes by itself; the second is a wall.
    early = past.trouble == "blocked" and after.failures < 2
    if f"{mine}{past.trouble}" in begun or early or not _is_news(past, after):
        return found
    if past.trouble in ("down", "blocked"):
        if ALL_DOWN in told:
            return found
        since = _time(past.failing_since, now)
        visited, failing, active = known.failing_since(
            since, but=name, active=now - timedelta(days=1)
        )
        if active and visited >= min(ENOUGH, active) and failing >= 0.9 * visited:
            return [*found, _all_down(after, visited, failing, since, to, now, zone)]
    return [*found, _begun(past, after, to, now, zone)]


def _is_news(past: History, after: Checkpoint) -> bool:
    """Not while a source that was down is on its way back."""
    return bool(after.failures) or past.trouble in ("silent", "drifted")


def _begun(
    past: History, after: Checkpoint, to: tuple[str, ...], now: datetime, zone: ZoneInfo
) -> Notice:
    words = _sentence(past, after, now, zone)
    body = f"{words[0].upper()}{words[1:]}."
    if past.trouble == "drifted":
        body += f"\nbefore: {past.sample}\nnow: {past.odd_sample}"
        body += f"\nmonitor status {after.source_id} --bodies DIR writes both pages to files."
    if past.trouble in ("down", "blocked") and after.next_due_at:
        body += f"\nIt is asked again at {_clock(after.next_due_at, now, zone)}, and so on."
    title = f"OPS · source {after.source_id} is {past.trouble}"
    return Notice(f"source:{after.source_id}:{past.trouble}", title, body, to, now)


def _well_again(key: str, name: str, to: tuple[str, ...], now: datetime) -> Notice:
    was = key.rpartition(":")[2]
    title = f"OPS · source {name} is well again"
    return Notice(key, title, f"It was {was}; now it answers as usual.", to, now, opens=False)


def _all_down(
    after: Checkpoint, visited: int, failing: int, since: datetime, to: tuple[str, ...],
    now: datetime, zone: ZoneInfo,
) -> Notice:  # fmt: skip
    body = (
        f"{failing + 1} of the {visited + 1} sources visited since {_clock(since, now, zone)}"
        f" failed, last {after.source_id}: {after.error}.\n"
        "Is the network down? Single sources are not told until one answers again."
    )
    return Notice(ALL_DOWN, "OPS · no source answers", body, to, now)


def _answering(to: tuple[str, ...], now: datetime) -> Notice:
    body = "Those that stay down are told one by one."
    return Notice(ALL_DOWN, "OPS · sources answer again", body, to, now, opens=False)
