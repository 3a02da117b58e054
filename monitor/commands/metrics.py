"""`monitor status --metrics`: what status knows, in Prometheus' text format. Pure.

For a textfile collector: `monitor status --metrics > monitor.prom` every minute. Format:
https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Sample = tuple[dict[str, str], float | None]


def prometheus(told: Mapping[str, Any]) -> str:
    """The report of `status` as gauges; a value nobody knows yet has no line."""
    sources: Sequence[Mapping[str, Any]] = told["sources"]
    latency: Mapping[str, Any] = told["latency"]
    lines: list[str] = []
    for name, meaning, samples in (
        ("healthy", "1 when nothing is wrong", [({}, float(told["healthy"]))]),
        (
            "source_state",
            "1 for the state the source is in",
            [({"source": s["id"], "state": s["state"]}, 1.0) for s in sources],
        ),
        ("source_failures", "failed visits in a row", _per(sources, "failures")),
        ("source_items", "items stored", _per(sources, "items")),
        (
            "source_last_success_age_seconds",
            "since the last good visit",
            _per(sources, "last_success_age_s"),
        ),
        (
            "source_last_item_age_seconds",
            "since a visit last brought an unknown item",
            _per(sources, "last_item_age_s"),
        ),
        (
            "deliveries",
            "deliveries by state",
            [({"state": state}, float(n)) for state, n in told["queue"].items()],
        ),
        (
            "alerts_sent_24h",
            "alerts sent in the last 24 h",
            [({}, float(latency["alerts"]))],
        ),
        (
            "published_to_seen_seconds",
            "of the alerts of the last 24 h",
            _quantiles(latency["published_to_seen"]),
        ),
        (
            "seen_to_sent_seconds",
            "of the alerts of the last 24 h",
            _quantiles(latency["seen_to_sent"]),
        ),
    ):
        lines += _family(f"monitor_{name}", meaning, samples)
    return "\n".join(lines) + "\n"


def _per(sources: Sequence[Mapping[str, Any]], key: str) -> list[Sample]:
    return [({"source": s["id"]}, s[key]) for s in sources]


def _quantiles(values: tuple[float, float] | None) -> list[Sample]:
    names = ("0.5", "0.95")
    return [({"quantile": q}, v) for q, v in zip(names, values or (None, None), strict=True)]


def _family(name: str, meaning: str, samples: Sequence[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} gauge"
    for labels, value in samples:
        if value is not None:
            pairs = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            yield f"{name}{{{pairs}}} {value:g}" if pairs else f"{name} {value:g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
