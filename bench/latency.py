"""From the moment a site serves a grant to the POST at the webhook.

    make bench-latency                                 20 and 500 sources, three rounds
    python bench/latency.py --sources 20 --trials 10 --rounds 1 --channel apprise

`monitor run` polls real HTTP feeds; every now and then one of them gains an article about a firm
that has had no news yet. Measured from the first answer that carries it (the site's clock) to its
arrival at the webhook, so the polling interval plays no part, but the load of all the polling does.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench.origin import Origin, start, wait  # noqa: E402
from monitor.config import Issuer, builtin_issuers  # noqa: E402

P50_MS, P95_MS = 50.0, 150.0
LIMIT_S = 120.0


@dataclass(frozen=True, slots=True)
class Round:
    """One run of the program."""

    latencies_ms: list[float]
    lost: int
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
            await _until(lambda: origin.answered >= 2 * sources, "the first visits")
            firms = rng.sample(builtin_issuers(), trials)
            for firm in firms:
                origin.publish(rng.randrange(sources), firm.id, *_article(firm))
                await asyncio.sleep(rng.uniform(0.2, 0.6))
            lost = 0
            try:
                await _until(lambda: len(origin.posts) >= trials, "the last alert", 20.0)
            except TimeoutError:
                lost = trials - len(origin.posts)
        finally:
            process.send_signal(signal.SIGTERM)
            used = await asyncio.to_thread(wait, process, config, began)
        latencies = [
            (arrival - origin.served[firm.id]) * 1000
            for firm in firms
            for arrival, body in origin.posts
            if firm.tickers[0] in json.loads(body)["title"]
        ]
    return Round(latencies, lost, used.cpu_s / used.wall_s, used.peak_mib)


def _article(firm: Issuer) -> tuple[str, str]:
    name = firm.names["en"][0] if firm.names.get("en") else firm.name
    return (
        f"{name} gets export licences",
        f"{name} ({firm.tickers[0]}) said on Monday that China's commerce ministry had granted it "
        "export licences for rare earth magnets bound for customers in Germany.",
    )


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
    parser.add_argument("--every", default="2s")
    parser.add_argument("--channel", choices=["webhook", "apprise"], default="webhook")
    asked = parser.parse_args()
    good = True
    for sources in asked.sources:
        rounds: list[Round] = []
        for n in range(asked.rounds):
            with tempfile.TemporaryDirectory(prefix="latency-") as name:
                going = one_round(
                    sources, asked.trials, asked.every, asked.channel, Path(name), random.Random(n)
                )
                rounds.append(asyncio.run(going))
        p50 = statistics.median(quantile(r.latencies_ms, 0.5) for r in rounds)
        p95 = statistics.median(quantile(r.latencies_ms, 0.95) for r in rounds)
        lost = sum(r.lost for r in rounds)
        good = good and p50 <= P50_MS and p95 <= P95_MS and not lost
        row = {
            "sources": sources,
            "every": asked.every,
            "channel": asked.channel,
            "alerts": sum(len(r.latencies_ms) for r in rounds),
            "lost": lost,
            "p50_ms": round(p50, 1),
            "p95_ms": round(p95, 1),
            "max_ms": round(max(max(r.latencies_ms) for r in rounds), 1),
            "cpu_share": round(statistics.median(r.cpu_share for r in rounds), 2),
            "peak_mib": round(max(r.peak_mib for r in rounds), 1),
        }
        print(json.dumps(row), flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
