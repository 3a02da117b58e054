"""How the running process is: what it counted, how long things took, whether it still beats.

    counters     one per fixed phrase of the log: "delivery sent" is `monitor_delivery_sent_total`
    histograms   one per duration that such a line tells in a field: `late_s`, `seen_to_sent_s` ...
    gauges       what `monitor status` knows, read when somebody asks
    heartbeats   the event loop and the writer thread say that they live

Counters and histograms are fed by the log lines themselves (`listening`), so the two cannot drift
apart. To add a counter: write the log line, name its phrase in `PHRASES`. Nothing here is shared
between two Vitals, reads a clock of its own accord but the monotonic one, or knows an address.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

log = logging.getLogger(__name__)

PHRASES: Mapping[str, tuple[str, ...]] = {
    "source polled": ("source",),
    "source unchanged": ("source",),
    "source failed": ("source", "reason"),
    "source released": ("source",),
    "item unreadable": (),
    "full text failed": (),
    "event detected": ("verdict",),
    "event merged": ("verdict",),
    "delivery sent": ("receiver",),
    "delivery retried": ("receiver", "reason"),
    "delivery dead": ("receiver",),
    "delivery paused": ("receiver",),
    "delivery faulty": ("receiver",),
    "delivery unsettled": ("receiver",),
    "delivery orphaned": ("receiver",),
    "deliveries kept in memory": (),
    "deliveries noted": (),
    "deliveries not noted": (),
    "database checked": (),
    "database checked in part": (),
    "lock not signed": (),
    "database copied before its upgrade": (),
    "database backed up": (),
    "backup failed": (),
    "polling paused": (),
    "polling resumed": (),
    "texts pruned": (),
    "visits not noted": (),
    "page failed": (),
    "evidence not read again": (),
    "rule not explained": (),
    "pages started": (),
    "pages stopped": (),
    "ops not told": (),
    "ops told": (),
    "digest queued": (),
    "config loaded": (),
    "config refused": (),
    "config needs a restart": (),
    "clock jumped": (),
    "clock not set": (),
    "chore failed": (),
    "heartbeat sent": (),
    "heartbeat failed": ("reason",),
    "heartbeat queued": (),
    "hub subscribed": ("source",),
    "hub failed": ("source", "reason"),
    "push received": ("source",),
    "push ignored": ("source", "reason"),
    "service started": (),
    "robots ignored": ("source",),
    "certificate unchecked": ("source",),
    "service stopped": (),
    "metrics incomplete": (),
}
"""Every phrase the log counts, with those of its fields that become labels."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_LONG = (1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 3 * 3600, 6 * 3600, 24 * 3600)

DURATIONS: Mapping[str, tuple[str, str, tuple[float, ...]]] = {
    "late_s": ("visit_lateness", "from a visit's due time to its beginning", _SECONDS),
    "fetch_s": ("fetch", "a visit's requests, waiting for the host's turn included", _SECONDS),
    "elapsed_s": ("visit", "a visit from its beginning to the commit", _SECONDS),
    "published_to_seen_s": (
        "published_to_seen", "an alert's item from its publication to the commit", _LONG,
    ),
    "seen_to_sent_s": ("seen_to_sent", "an alert from the commit to its acceptance", _SECONDS),
}  # fmt: skip
"""Fields that are observed, of lines about what `_TELLS` says: name, meaning and bucket bounds."""

_TELLS = ("source ", "event ", "delivery ")

BEATS = {
    "loop": "the event loop has not turned for {age:.0f} s",
    "writer": "the database's writer thread has not answered for {age:.0f} s",
}
"""Who must beat, and what is said of one that does not."""

STUCK_AFTER_S = 25.0
"""Without a beat for so long something is stuck. With a beat every 2 s that is told within 30 s."""

Report = Mapping[str, Any]
"""What `monitor status --json` prints."""


class Vitals:
    """Counters, durations and heartbeats of one running service, in a registry of its own."""

    def __init__(
        self,
        *,
        report: Callable[[], Report] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`report` is called at each exposition, on the thread of whoever asked."""
        self.report = report
        self._monotonic = monotonic
        self._beats = dict.fromkeys(BEATS, monotonic())
        self._registry = CollectorRegistry()
        self._counters = {
            phrase: Counter(
                f"monitor_{phrase.replace(' ', '_')}",
                f'log lines "{phrase}"',
                labels,
                registry=self._registry,
            )
            for phrase, labels in PHRASES.items()
        }
        self._histograms = {
            field: Histogram(
                f"monitor_{name}_seconds", meaning, buckets=buckets, registry=self._registry
            )
            for field, (name, meaning, buckets) in DURATIONS.items()
        }
        self._expected: dict[str, set[str]] = {}
        """Values of labels that are to be shown, and are not yet: thousands, and few ask."""
        self._registry.register(_Families(self._gauges))
        ProcessCollector(registry=self._registry)

    # --- counting -------------------------------------------------------------------------------

    def count(self, phrase: str, n: float = 1, **labels: object) -> None:
        """`n` more of `phrase`; of `labels` those it has count, one not given is ""."""
        names = PHRASES[phrase]
        counter = self._counters[phrase]
        if names:
            counter = counter.labels(*(str(labels.get(name, "")) for name in names))
        counter.inc(n)

    def observe(self, field: str, seconds: float) -> None:
        """One duration more, by the name its field has in the log."""
        self._histograms[field].observe(seconds)

    def expect(self, **known: Iterable[str]) -> None:
        """Show counters with just this label from 0 on: `expect(receiver=["desk"])`.

        One that first appears with 1 has not risen, so no rule on its rate would notice.
        """
        for label, values in known.items():
            self._expected.setdefault(label, set()).update(values)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Count the program's log lines, whatever level is shown, until the block ends."""
        ours = logging.getLogger("monitor")
        before, handler = ours.level, _Counting(self)
        ours.addHandler(handler)
        ours.setLevel(min(ours.getEffectiveLevel(), logging.INFO))
        try:
            yield
        finally:
            ours.removeHandler(handler)
            ours.setLevel(before)

    # --- living ---------------------------------------------------------------------------------

    def beat(self, name: str, at_monotonic: float | None = None) -> None:
        """`name` (of BEATS) lives."""
        self._beats[name] = self._monotonic() if at_monotonic is None else at_monotonic

    def healthy(self) -> tuple[bool, str]:
        """Whether everybody beats, and a sentence that says so, or what is stuck."""
        stuck = [
            BEATS[name].format(age=age) for name, age in self._ages().items() if age > STUCK_AFTER_S
        ]
        return not stuck, "; ".join(stuck) or "the event loop and the writer thread beat"

    def oldest_beat(self) -> float:
        """When the last of them beat, on the monotonic clock."""
        return min(self._beats.values())

    def _ages(self) -> dict[str, float]:
        now = self._monotonic()
        return {name: now - at for name, at in self._beats.items()}

    # --- showing --------------------------------------------------------------------------------

    def exposition(self) -> tuple[bytes, str]:
        """Everything in Prometheus' text format, and its content type."""
        expected, self._expected = self._expected, {}
        for label, values in expected.items():
            for phrase in (phrase for phrase, names in PHRASES.items() if names == (label,)):
                for value in values:
                    self._counters[phrase].labels(value)
        return generate_latest(_Families(self._families)), CONTENT_TYPE_LATEST

    def _families(self) -> Iterator[Metric]:
        for family in self._registry.collect():
            # When each counter was made is of no use here, and half of all lines.
            family.samples = [s for s in family.samples if not s.name.endswith("_created")]
            yield family

    def _gauges(self) -> Iterator[GaugeMetricFamily]:
        yield _gauge("alive", "1 while nothing is stuck", [({}, float(self.healthy()[0]))])
        ages = [({"of": name}, age) for name, age in self._ages().items()]
        yield _gauge("beat_age_seconds", "since the last heartbeat", ages)
        if self.report is None:
            return
        try:
            yield from gauges(self.report())
        except Exception as error:  # a full disk must not hide the counters that tell of it
            log.error("metrics incomplete", exc_info=error)


class _Counting(logging.Handler):
    """Hears every line of ours. Must not fail: whoever logs expects no error."""

    def __init__(self, vitals: Vitals) -> None:
        super().__init__(logging.INFO)
        self._vitals = vitals

    def emit(self, record: logging.LogRecord) -> None:
        phrase = str(record.msg).partition(":")[0]
        if phrase not in PHRASES:
            return
        told: Mapping[str, Any] = getattr(record, "fields", {})
        self._vitals.count(phrase, **{name: told.get(name, "") for name in PHRASES[phrase]})
        for field in DURATIONS.keys() & told.keys() if phrase.startswith(_TELLS) else ():
            self._vitals.observe(field, max(0.0, float(told[field])))


class _Families(Collector):
    def __init__(self, families: Callable[[], Iterable[Metric]]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families()

    def describe(self) -> Iterable[Metric]:
        return ()  # else the registry would ask for the report as soon as it knows us


# --- what `monitor status` knows ------------------------------------------------------------------

Samples = Sequence[tuple[Mapping[str, str], float | None]]


def page(told: Report) -> str:
    """The report of `status` alone, in Prometheus' text format."""
    return generate_latest(_Families(lambda: gauges(told))).decode()


def gauges(told: Report) -> Iterator[GaugeMetricFamily]:
    """The report of `status` as gauges; a value nobody knows yet has no line."""
    sources: Sequence[Mapping[str, Any]] = told["sources"]
    latency: Mapping[str, Any] = told["latency"]

    def per_source(key: str) -> Samples:
        return [({"source": s["id"]}, s[key]) for s in sources]

    states = [({"source": s["id"], "state": s["state"]}, 1.0) for s in sources]
    waiting = [
        ({"receiver": name}, float(counts.get("pending", 0)))
        for name, counts in told["receivers"].items()
    ]
    yield _gauge("healthy", "1 when nothing is wrong", [({}, float(told["healthy"]))])
    yield _gauge("source_state", "1 for the state the source is in", states)
    yield _gauge("source_failures", "failed visits in a row", per_source("failures"))
    yield _gauge("source_items", "items stored", per_source("items"))
    yield _gauge(
        "source_last_success_age_seconds",
        "since the last good visit",
        per_source("last_success_age_s"),
    )
    yield _gauge(
        "source_last_item_age_seconds",
        "since a visit last brought an unknown item",
        per_source("last_item_age_s"),
    )
    queue = [({"state": state}, float(n)) for state, n in told["queue"].items()]
    yield _gauge("deliveries", "deliveries by state", queue)
    yield _gauge("receiver_pending", "deliveries that wait for the receiver", waiting)
    yield _gauge("alerts_sent_24h", "alerts of the last 24 h", [({}, float(latency["alerts"]))])
    for key in ("published_to_seen", "seen_to_sent"):
        quantiles = zip(("0.5", "0.95"), latency[key] or (), strict=False)
        samples = [({"quantile": q}, value) for q, value in quantiles]
        yield _gauge(f"{key}_24h_seconds", "of the alerts of the last 24 h", samples)


def _gauge(name: str, meaning: str, samples: Samples) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"monitor_{name}", meaning)
    for labels, value in samples:
        if value is not None:
            family.add_sample(family.name, dict(labels), value)
    return family
