"""What many feeds cost: CPU and memory of one visit to each, cold, unchanged and changed.

    make bench-feeds                       1000 feeds of 30 items, three rounds
    python bench/feeds.py --feeds 200 --rounds 1

Each phase is one `monitor poll` in a process of its own, start included, over real HTTP. `start` is
the same with no source at all: what a process costs before it visits anything. Peak memory is that
of the program's process alone, counted by the system. At the end every feed takes 0.2 s to answer,
and is unchanged: with `fetch: {concurrency: 20}` and with 300; `ratio` compares what they cost
without the start.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench.origin import Origin, Used, start, wait  # noqa: E402

GOALS = {"cold": 6.0, "unchanged": 1.5, "changed": 6.0}
"""CPU seconds for 1000 feeds."""
PEAK_MIB = 90.0
FEW, MANY = "20 at once", "300 at once"
RATIO = 1.3
"""What a visit may cost among many at once, of what it costs among few."""
SLOW_S = 0.2


async def visit(config: Path) -> Used:
    began = time.perf_counter()
    return await asyncio.to_thread(wait, start("poll", config), config, began)


async def one_round(feeds: int, items: int, folder: Path) -> dict[str, Used]:
    """What each phase took."""
    found: dict[str, Used] = {}
    async with Origin(feeds, items) as origin:
        config = folder / "feeds.yaml"

        def write(sources: str, concurrency: int = 16) -> None:
            config.write_text(
                f"database: {folder / 'monitor.db'}\n"
                f"fetch: {{allow_private_addresses: true, concurrency: {concurrency}}}\n"
                f"receivers:\n  - {{id: hook, channel: webhook, url: '{origin.url}/hook'}}\n"
                f"{sources}",
                encoding="utf-8",
            )

        write("sources: []\n")
        await visit(config)  # compiles what was changed since the last time
        found["start"] = await visit(config)
        write(origin.sources("10m"))
        for phase in ("cold", "unchanged", "changed", FEW, MANY):
            if phase == "changed":
                for n in range(feeds):
                    origin.publish(n, f"urn:bench:{n}:new", f"Feed {n} has news", "Nothing much.")
            if phase in (FEW, MANY):
                write(origin.sources("10m"), int(phase.split()[0]))
                origin.delay_s = SLOW_S
            before = origin.answered, origin.not_modified
            found[phase] = await visit(config)
            answered = origin.answered - before[0]
            not_modified = origin.not_modified - before[1]
            if answered != feeds or not_modified != (0 if phase in ("cold", "changed") else feeds):
                raise SystemExit(f"{phase}: {answered} answered, {not_modified} not modified")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--items", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    rounds: dict[str, list[Used]] = defaultdict(list)
    for _ in range(asked.rounds):
        with tempfile.TemporaryDirectory(prefix="feeds-") as name:
            for phase, used in asyncio.run(one_round(asked.feeds, asked.items, Path(name))).items():
                rounds[phase].append(used)
    good = True
    for phase, all_used in rounds.items():
        cpu_s = statistics.median(used.cpu_s for used in all_used)
        peak_mib = max(used.peak_mib for used in all_used)
        goal = GOALS.get(phase)
        if goal is not None and asked.feeds == 1000:
            good = good and cpu_s <= goal and peak_mib <= PEAK_MIB
        row = {
            "phase": phase,
            "feeds": asked.feeds if phase != "start" else 0,
            "cpu_s": round(cpu_s, 2),
            "goal_cpu_s": goal,
            "wall_s": round(statistics.median(used.wall_s for used in all_used), 2),
            "peak_mib": round(peak_mib, 1),
        }
        print(json.dumps(row), flush=True)
    ratio = statistics.median(
        (many.cpu_s - start.cpu_s) / (few.cpu_s - start.cpu_s)
        for start, few, many in zip(rounds["start"], rounds[FEW], rounds[MANY], strict=True)
    )
    print(json.dumps({"phase": f"{MANY} / {FEW}", "ratio": round(ratio, 2), "goal": RATIO}))
    good = good and ratio <= RATIO
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
