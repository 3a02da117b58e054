"""Event → Message: the words of an alert, or of several in one. Pure; plain text for everybody.

Six lines at most say everything, the title alone tells the story on a lock screen. Unknown is said
as unknown. Text from outside comes in as one line each, without control or direction characters;
what a single chat service would take as a command is that channel's business. `docs/alerts.md`
shows each kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from monitor.clock import CHINA, local
from monitor.config import Issuer
from monitor.model import FAMILY, Event, Family, Group, Item, Match, Message, Notice, Unsure
from monitor.terminal import SHAPE, WORD, defuse

LATE = timedelta(minutes=15)
"""From here on an alert says how late it is, in its title too."""
EVIDENCE_CHARS = 300
BRIEF_CHARS = 100
"""The evidence where one message carries several alerts."""
TITLE_CHARS = 160

# --- words for codes ----------------------------------------------------------------------------

_PLACES = {
    "US": "US", "EU": "Europe", "SEA": "Southeast Asia", "NA": "North America",
    "AE": "UAE", "AR": "Argentina", "AT": "Austria", "AU": "Australia", "BE": "Belgium",
    "BG": "Bulgaria", "BR": "Brazil", "CA": "Canada", "CH": "Switzerland", "CL": "Chile",
    "CN": "China", "CZ": "Czechia", "DE": "Germany", "DK": "Denmark", "EE": "Estonia",
    "ES": "Spain", "FI": "Finland", "FR": "France", "GB": "UK", "GR": "Greece", "HK": "Hong Kong",
    "HR": "Croatia", "HU": "Hungary", "ID": "Indonesia", "IE": "Ireland", "IL": "Israel",
    "IN": "India", "IT": "Italy", "JP": "Japan", "KH": "Cambodia", "KR": "South Korea",
    "KZ": "Kazakhstan", "LA": "Laos", "LT": "Lithuania", "LU": "Luxembourg", "LV": "Latvia",
    "MA": "Morocco", "MM": "Myanmar", "MN": "Mongolia", "MX": "Mexico", "MY": "Malaysia",
    "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand", "PH": "Philippines", "PL": "Poland",
    "PT": "Portugal", "RO": "Romania", "RS": "Serbia", "RU": "Russia", "SA": "Saudi Arabia",
    "SE": "Sweden", "SG": "Singapore", "SI": "Slovenia", "SK": "Slovakia", "TH": "Thailand",
    "TR": "Türkiye", "TW": "Taiwan", "UA": "Ukraine", "UZ": "Uzbekistan", "VN": "Vietnam",
    "ZA": "South Africa",
}  # fmt: skip
_PRODUCTS = {
    "heavy_re": "heavy rare earths",
    "smco_magnets": "SmCo magnets",
    "gaas_substrates": "GaAs substrates",
    "inp_substrates": "InP substrates",
    "ge_optics": "germanium optics",
}
_EXTENTS = {
    "all": "in full",
    "most": "for the most part",
    "some": "in part",
    "small_number": "a small number",
    "batch": "a batch",
}
_SPEAKERS = {"ir_qa": "Company answer", "announcement": "Company filing", "regulator": "Regulator"}
_CITING = {"official": "citing the company", "sources": "citing sources", "analyst": "analyst view"}


def place(code: str) -> str:
    """`Southeast Asia` for `SEA`; a code without a word stands for itself."""
    return _PLACES.get(code, code)


def product(code: str) -> str:
    """`SmCo magnets` for `smco_magnets`."""
    return _PRODUCTS.get(code, code.replace("_", " "))


def extent(code: str) -> str:
    """`a small number`, `3 licences`; empty when it was not told."""
    return "" if code == "unspecified" else _EXTENTS.get(code, code.replace("_", " "))


# --- the alert ----------------------------------------------------------------------------------


def alert(
    event: Event,
    issuer: Issuer | None,
    *,
    delivery_id: str,
    now: datetime,
    zone: ZoneInfo,
    doubtful: bool = False,
) -> Message:
    """The alert of one event revision, as it reads at `now` in `zone`.

    `issuer` None: a firm outside the watchlist, named as the text names it. `doubtful`: an earlier
    try may have arrived, so the last line says "may be a repeat".
    """
    match, item = event.match, event.item
    link = safe_url(item.url)
    evidence = cut(one_line(match.quote), EVIDENCE_CHARS)
    headline = cut(one_line(item.title), TITLE_CHARS)
    last = f"event {event.id} · delivery {delivery_id}"
    lines = [
        _facts(match),
        f"“{evidence}”",
        "" if headline == evidence else headline,
        " · ".join([said_by(event), _verdict(event)]),
        _times(item, now, zone),
        link,
        f"{last} · may be a repeat" if doubtful else last,
    ]
    return Message(
        title=_title(event, issuer, now),
        body="\n".join(line for line in lines if line),
        url=link,
        status=match.status,
        event_id=event.id,
        delivery_id=delivery_id,
    )


def grouped(
    group: Group,
    issuers: Mapping[str, Issuer],
    *,
    delivery_id: str,
    now: datetime,
    zone: ZoneInfo,
    doubtful: bool = False,
) -> Message:
    """Several alerts in one message: per alert its title, its evidence, its link and event.

    A group of one reads as the alert itself.
    """
    subjects = [subject for _, subject in group.members]
    if len(subjects) == 1:
        [one] = subjects
        issuer = _issuer_of(one, issuers)
        if isinstance(one, Event):
            return alert(
                one, issuer, delivery_id=delivery_id, now=now, zone=zone, doubtful=doubtful
            )
        return unsure_alert(
            one, issuer, delivery_id=delivery_id, now=now, zone=zone, doubtful=doubtful
        )
    lines: list[str] = []
    for subject in subjects:
        issuer = _issuer_of(subject, issuers)
        if isinstance(subject, Event):
            quoted, id_ = subject.match.quote, f"event {subject.id}"
            lines.append(_title(subject, issuer, now))
        else:
            quoted, id_ = subject.sentence, f"item {subject.item.id}"
            lines.append(_unsure_title(subject, issuer))
        lines.append(f"“{cut(one_line(quoted), BRIEF_CHARS)}”")
        lines.append(" · ".join(filter(None, [safe_url(subject.item.url), id_])) + "\n")
    last = f"{len(subjects)} alerts · delivery {delivery_id}"
    statuses = [s.match.status for s in subjects if isinstance(s, Event)]
    return Message(
        title=_group_title(group, issuers),
        body="\n".join([*lines, f"{last} · may be a repeat" if doubtful else last]),
        status=statuses[0] if statuses else None,
        delivery_id=delivery_id,
    )


_GROUPS = {
    "quiet": "alerts from quiet hours",
    "late": "older alerts, found late",
    "poll": "more alerts, many at once",
}


def _group_title(group: Group, issuers: Mapping[str, Issuer]) -> str:
    """`▼ 2 · ▲ 12 · 14 alerts from quiet hours`; of one story its firm leads."""
    events = [subject for _, subject in group.members if isinstance(subject, Event)]
    if group.kind == "story" and events:
        latest = events[-1]
        names = _firm(latest, _issuer_of(latest, issuers))
        tag = f"{SHAPE[latest.match.family]} {WORD[latest.match.status]}"
        return cut(" · ".join([tag, *names, f"{len(group.members)} more updates"]), 250)
    counts = Counter(FAMILY[event.match.status] for event in events)
    order: tuple[Family, ...] = ("loss", "grant", "waiting", "exempt", "policy")
    parts = [f"{SHAPE[family]} {counts[family]}" for family in order if counts[family]]
    if unsure := len(group.members) - len(events):
        parts.append(f"? {unsure}")
    return " · ".join([*parts, f"{len(group.members)} {_GROUPS.get(group.kind, 'alerts')}"])


def unsure_alert(
    unsure: Unsure,
    issuer: Issuer | None,
    *,
    delivery_id: str,
    now: datetime,
    zone: ZoneInfo,
    doubtful: bool = False,
) -> Message:
    """An entry of the unsure queue, for receivers that ask for it. No fact: a person must read."""
    item = unsure.item
    link = safe_url(item.url)
    sentence = cut(one_line(unsure.sentence), EVIDENCE_CHARS)
    headline = cut(one_line(item.title), TITLE_CHARS)
    last = f"item {item.id} · delivery {delivery_id}"
    lines = [
        f"The rules drew no fact from this: {one_line(unsure.because)}",
        f"“{sentence}”",
        "" if headline == sentence else headline,
        cut(one_line(item.source_name or item.source_id), 60) + f" ({item.tier})",
        _times(item, now, zone),
        link,
        f"{last} · may be a repeat" if doubtful else last,
    ]
    body = "\n".join(line for line in lines if line)
    title = _unsure_title(unsure, issuer)
    return Message(title=title, body=body, url=link, delivery_id=delivery_id)


def _unsure_title(unsure: Unsure, issuer: Issuer | None) -> str:
    if issuer is not None:
        who = f"{issuer_name(issuer)} · {' / '.join(issuer.tickers)}"
    else:
        who = one_line(unsure.item.title)
    return cut(f"? UNSURE · {who}", 250)


def ops_notice(notice: Notice, *, delivery_id: str) -> Message:
    """A notice about the machine itself, for the ops receivers."""
    body = f"{notice.body}\n{notice.key} · delivery {delivery_id}"
    title = cut(one_line(notice.title), 250)
    return Message(title=title, body=defuse(body), delivery_id=delivery_id)


def _issuer_of(subject: Event | Unsure, issuers: Mapping[str, Issuer]) -> Issuer | None:
    found = subject.match.issuer_id if isinstance(subject, Event) else subject.item.issuer_id
    return issuers.get(found or "")


def trial(receiver_id: str, *, delivery_id: str, now: datetime, zone: ZoneInfo) -> Message:
    """A message that nobody can take for news: what `monitor test-alert` sends."""
    lines = [
        "This is a test of license-monitor. No firm got or lost a licence.",
        f"If you can read 金力永磁 and ▲ ▼ here, alerts will look right for {receiver_id}.",
        f"Sent {now.astimezone(zone):%Y-%m-%d %H:%M:%S} {_zone_name(now, zone)}",
        f"event test · delivery {delivery_id}",
    ]
    return Message(
        title="TEST · license-monitor · not news",
        body="\n".join(lines),
        event_id="test",
        delivery_id=delivery_id,
    )


def issuer_name(issuer: Issuer) -> str:
    """`JL MAG 金力永磁`: the English and the Chinese name, each once."""
    names = [issuer.names[k][0] for k in ("en", "zh-Hans") if issuer.names.get(k)]
    return " ".join(dict.fromkeys(names)) or issuer.name


def _title(event: Event, issuer: Issuer | None, now: datetime) -> str:
    """Status, what is new about it, firm, tickers, lateness: the news in its first words."""
    match = event.match
    parts = [f"{SHAPE[match.family]} {WORD[match.status]}"]
    if event.corrects:
        parts.insert(0, "CORRECTED")
    elif event.verdict == "update":
        parts.append(" ".join(["UPDATE", added_words(event)]).strip())
    elif event.verdict == "confirmed":
        parts.append("✓ confirmed")
    parts += _firm(event, issuer)
    late = _lateness(event.item, now)
    if late > LATE:
        parts.append(f"{_span(late)} late")
    return cut(" · ".join(one_line(p) for p in parts if p), 250)


def _firm(event: Event, issuer: Issuer | None) -> list[str]:
    """Name and tickers."""
    if issuer is None:
        return [event.match.firm_name or "firm not named"]
    return [issuer_name(issuer), " / ".join(issuer.tickers)]


def _facts(match: Match) -> str:
    """Where to, what, how much, for whom."""
    places = [place(c) for c in match.destinations]
    parts = ["To " + ", ".join(places) if places else "Destinations not disclosed"]
    parts += [", ".join(product(c) for c in match.products), extent(match.extent)]
    if match.customers:
        parts.append("for " + ", ".join(match.customers))
    return cut(one_line(" · ".join(p for p in parts if p)), EVIDENCE_CHARS)


def said_by(event: Event) -> str:
    """Who says so and how surely: `Company answer, SZSE Q&A · confirmed`."""
    item, match = event.item, event.match
    name = cut(one_line(item.source_name or item.source_id), 60)
    tier = "" if item.tier == "official" else f" ({item.tier})"
    words = [f"{_SPEAKERS[item.kind]}, {name}{tier}" if item.kind in _SPEAKERS else f"{name}{tier}"]
    if item.kind not in _SPEAKERS and match.attribution in _CITING:
        words.append(_CITING[match.attribution])
    sure = match.certainty
    unproven = item.tier == "blog" and sure == "reported"
    told = [", ".join(words)]
    if event.verdict != "confirmed":  # the verdict says it itself
        told.append("unconfirmed" if unproven else sure)
    if item.unread:
        told.append(cut(one_line(item.unread), 100))
    elif item.kind == "feed_summary":
        told.append("read from a summary")
    return " · ".join(told)


def _verdict(event: Event) -> str:
    """`new (first licence news for this issuer)`, `update (+ Japan)`."""
    because = added_words(event) if event.verdict == "update" else ""
    because = because or next(iter(event.reasons), "").removeprefix(f"{event.verdict}: ")
    return f"{event.verdict} ({cut(one_line(because), 120)})" if because else event.verdict


def added_words(event: Event) -> str:
    """`+ Japan, now in full` from the ledger's `destination JP`, `extent all`."""
    words: list[str] = []
    now: list[str] = []
    for entry in event.added:
        what, _, value = entry.partition(" ")
        if what == "destination":
            words.append(place(value))
        elif what == "product":
            words.append(product(value))
        elif what == "extent":
            now.append(f"now {extent(value)}")
        elif what == "status":
            continue  # the title says it already
        else:
            words.append(value or what)
    more = ", ".join(dict.fromkeys(words))
    return cut(one_line(", ".join([*([f"+ {more}"] if more else []), *now])), 80)


# --- times --------------------------------------------------------------------------------------


def _times(item: Item, now: datetime, zone: ZoneInfo) -> str:
    """`Published 11:02 CST · seen 11:02:41 · +41 s`; days are told when they differ from today's.

    Sources date to the minute or the second; a zero second is taken as "to the minute". Of a filing
    that has its day only: `Published 22 Nov · seen 11:02:41 CST`.
    """
    seen, today = item.fetched_at.astimezone(zone), now.astimezone(zone).date()
    seen_day = "" if seen.date() == today else f"{_day(seen, now)} "
    if item.published_at is None:
        parts = [f"Seen {seen_day}{seen:%H:%M:%S} {_zone_name(seen, zone)}"]
        parts.append("publication time unknown")
    elif item.day_only:  # midnight is no time, and the day is China's
        published = item.published_at.astimezone(CHINA)
        parts = [
            f"Published {_day(published, now)}",
            f"seen {seen_day}{seen:%H:%M:%S} {_zone_name(seen, zone)}",
        ]
    else:
        published = local(item.published_at, zone)
        clock = f"{published:%H:%M:%S}" if published.second else f"{published:%H:%M}"
        day = "" if published.date() == today else f"{_day(published, now)} "
        if published.date() == seen.date():
            seen_day = ""
        delay = item.fetched_at - item.published_at
        ahead = delay < timedelta(minutes=-1)
        parts = [
            f"Published {day}{clock} {_zone_name(published, zone)}",
            f"seen {seen_day}{seen:%H:%M:%S}",
            f"dated {_span(-delay)} ahead of our clock" if ahead else f"+{_span(delay)}",
        ]
    late = _lateness(item, now)
    if late > LATE:
        since = "it was seen" if item.published_at is None else "publication"
        parts.append(f"LATE: sent {_span(late)} after {since}")
    return " · ".join(parts)


def _lateness(item: Item, now: datetime) -> timedelta:
    since = item.published_at or item.fetched_at
    if item.day_only:
        since = max(since, min(item.fetched_at, since + timedelta(days=1)))
    return now - since


def _day(at: datetime, now: datetime) -> str:
    year = "" if at.year == now.year else f" {at.year}"
    return f"{at.day} {at:%b}{year}"


def _zone_name(at: datetime, zone: ZoneInfo) -> str:
    """`CST`, `EDT`; zones without a short name give `UTC+05`."""
    name = local(at, zone).tzname() or "UTC"
    return f"UTC{name}" if name[0] in "+-" else name


def _span(length: timedelta) -> str:
    """`41 s`, `5 min`, `3 h`, `2 d`."""
    seconds = max(0, round(length.total_seconds()))
    for limit, unit, step in ((100, "s", 1), (5400, "min", 60), (172800, "h", 3600)):
        if seconds < limit:
            return f"{round(seconds / step)} {unit}"
    return f"{round(seconds / 86400)} d"


# --- text from outside --------------------------------------------------------------------------

_UNPAIRED = re.compile("[\ud800-\udfff\u061c\u200e\u200f]")


def one_line(text: str) -> str:
    """`text` as one line: no control or direction characters, blanks and breaks folded."""
    return " ".join(_UNPAIRED.sub("", defuse(text.replace("\x00", ""))).split())


def cut(text: str, chars: int) -> str:
    """At most `chars` characters; `…` stands for what was cut."""
    return text if len(text) <= chars else text[: chars - 1].rstrip() + "…"


def safe_url(url: str) -> str:
    """`url` if it is a web address that can stand in a message, else nothing."""
    url = _UNPAIRED.sub("", defuse(url)).strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    # Percent-encode what would end the link early or break out of markup.
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~-._") if usable else ""
