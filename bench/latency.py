"""From the moment a site serves a grant to the POST at the webhook.

    make bench-latency                                 20 and 500 sources, three rounds
    python bench/latency.py --sources 20 --trials 10 --rounds 1 --channel apprise

`monitor run` polls real HTTP feeds; every now and then one of them gains an article about a firm
that has had no news yet. Measured from the first answer of the feed that carries it (the site's
clock) to its arrival at the webhook, so the polling interval plays no part, but the load of all the
polling does.

Two kinds, in turns, reported apart: `whole`, the feed's summary tells the fact in a whole sentence
(its article is fetched afterwards); `cut`, the summary breaks off in that sentence, so the article
is fetched first.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench.origin import Origin, ended, start, wait  # noqa: E402
from monitor.config import Issuer, builtin_issuers  # noqa: E402

GOALS_MS = {"whole": (50.0, 150.0), "cut": (5000.0, 5000.0)}
"""p50 and p95 per kind. The page of a cut one costs a request to that site more, and its pace."""
LIMIT_S = 120.0
LAST_S = 60.0
"""What has not come so long after the last article is counted as lost."""


@dataclass(frozen=True, slots=True)
class Round:
    """One run of the program."""

    latencies_ms: dict[str, list[float]]
    """Per kind."""
    lost: dict[str, list[str]]
    """Per kind, the firms of which nothing came."""
    doubled: int
    """Alerts beyond the first about a firm."""
    cpu_share: float
    """CPU seconds per second from the first to the last article."""
    peak_mib: float


async def one_round(
    sources: int, trials: int, every: str, channel: str, folder: Path, rng: random.Random
) -> Round:
    async with Origin(sources, 10) as origin:
        config = folder / "feeds.yaml"
        hook = {"webhook": origin.url + "/hook", "apprise": origin.url[4:] + "/hook"}[channel]
        hook = "json" + hook if channel == "apprise" else hook
        config.write_text(
            f"database: {folder / 'monitor.db'}\nfetch: {{allow_private_addresses: true}}\n"
            f"receivers:\n  - {{id: hook, channel: {channel}, url: '{hook}'}}\n"
            + origin.sources(every),
            encoding="utf-8",
        )
        began = time.perf_counter()
        process = start("run", config)
        try:
            await _until(
                lambda: ended(process) or origin.answered >= 2 * sources, "the first visits"
            )
            firms = list(zip(rng.sample(builtin_issuers(), trials), cycle(GOALS_MS), strict=False))
            for firm, kind in firms:
                origin.publish(rng.randrange(sources), _guid(firm), *_article(firm, kind))
                await asyncio.sleep(rng.uniform(0.2, 0.6))
            with suppress(TimeoutError):
                await _until(lambda: len(_arrivals(origin, firms)) == trials, "an alert", LAST_S)
        finally:
            os.kill(process.pid, signal.SIGTERM)
            used = await asyncio.to_thread(wait, process, config, began)
        arrivals = _arrivals(origin, firms)
    latencies: dict[str, list[float]] = {kind: [] for kind in GOALS_MS}
    lost: dict[str, list[str]] = {kind: [] for kind in GOALS_MS}
    for firm, kind in firms:
        if firm.id in arrivals:
            took_s = arrivals[firm.id][0] - origin.served[_guid(firm)]
            latencies[kind].append(took_s * 1000)
        else:
            lost[kind].append(firm.id)
    doubled = sum(len(times) - 1 for times in arrivals.values())
    return Round(latencies, lost, doubled, used.cpu_s / used.wall_s, used.peak_mib)


def _arrivals(origin: Origin, firms: list[tuple[Issuer, str]]) -> dict[str, list[float]]:
    """When alerts about each firm came, by its id."""
    found: dict[str, list[float]] = {}
    titles = [(at, json.loads(body)["title"]) for at, body in origin.posts]
    for firm, _ in firms:
        if times := [at for at, title in titles if firm.tickers[0] in title]:
            found[firm.id] = times
    return found


def _guid(firm: Issuer) -> str:
    return f"grant-{firm.id}"


def _article(firm: Issuer, kind: str) -> tuple[str, str, str]:
    """Headline, what the feed shows, and the article behind it."""
    name = firm.names["en"][0] if firm.names.get("en") else firm.name
    told = f"{name} ({firm.tickers[0]}) said that China's commerce ministry had granted it"
    fact = f"{told} export licences for rare earth magnets bound for customers in Germany."
    more = "Shipments had stood still since April, and its customers had run their stocks down."
    article = f"{fact}\n{more}\nThe firm makes magnets for motors and for wind turbines."
    headline = f"{name} speaks of its exports"
    if kind == "whole":
        return headline, f"{fact} {more[:60]}…", article
    return headline, f"{told} export licences for…", article


async def _until(condition: Callable[[], bool], what: str, within_s: float = LIMIT_S) -> None:
    end = time.perf_counter() + within_s
    while not condition():
        if time.perf_counter() > end:
            raise TimeoutError(f"{what} took more than {within_s:g} s")
        await asyncio.sleep(0.02)


def quantile(values: list[float], share: float) -> float:
    """The value below which `share` of all lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sources", type=int, nargs="+", default=[20, 500])
    parser.add_argument("--trials", type=int, default=40, help="articles a round, at most 60")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--every", default="10s")
    parser.add_argument("--channel", choices=["webhook", "apprise"], default="webhook")
    parser.add_argument("--keep", type=Path, help="a folder in which databases and logs stay")
    asked = parser.parse_args()
    good = True
    for sources in asked.sources:
        rounds: list[Round] = []
        for n in range(asked.rounds):
            with tempfile.TemporaryDirectory(prefix="latency-") as name:
                folder = Path(name) if asked.keep is None else asked.keep / f"{sources}-{n}"
                folder.mkdir(parents=True, exist_ok=True)
                going = one_round(
                    sources, asked.trials, asked.every, asked.channel, folder, random.Random(n)
                )
                rounds.append(asyncio.run(going))
        for kind, goals in GOALS_MS.items():
            good = _report(kind, goals, rounds, asked, sources) and good
    return 0 if good else 1


def _report(
    kind: str,
    goals: tuple[float, float],
    rounds: list[Round],
    asked: argparse.Namespace,
    sources: int,
) -> bool:
    came = [r.latencies_ms[kind] for r in rounds if r.latencies_ms[kind]]
    lost = Counter(firm for r in rounds for firm in r.lost[kind])
    row: dict[str, object] = {
        "sources": sources,
        "every": asked.every,
        "channel": asked.channel,
        "kind": kind,
        "alerts": sum(map(len, came)),
        "lost": sum(lost.values()),
        "doubled": sum(r.doubled for r in rounds),
    }
    good = not lost and not row["doubled"]
    if came:
        p50, p95 = (statistics.median(quantile(c, share) for c in came) for share in (0.5, 0.95))
        good = good and p50 <= goals[0] and p95 <= goals[1]
        row |= {
            "p50_ms": round(p50, 1),
            "p95_ms": round(p95, 1),
            "max_ms": round(max(map(max, came)), 1),
        }
    row |= {
        "cpu_share": round(statistics.median(r.cpu_share for r in rounds), 2),
        "peak_mib": round(max(r.peak_mib for r in rounds), 1),
    }
    if lost:
        row["lost_firms"] = sorted(lost)
    print(json.dumps(row), flush=True)
    return good


if __name__ == "__main__":
    sys.exit(main())
