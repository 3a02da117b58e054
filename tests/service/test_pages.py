"""The program with its pages: health and metrics over HTTP, and a stop while somebody reads."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from monitor.standins.desk import Desk
from monitor.standins.feeds import FeedSite
from tests.service.processes import monitor, started
from tests.service.test_reload import NEWS, File, feed, receiver


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def test_health_metrics_and_a_stop_while_somebody_listens(
    feed_site: FeedSite, desk: Desk, tmp_path: Path
) -> None:
    one = feed_site.feed("/one/")
    one.publish("Grant", NEWS.format("Sample Magnetics", "Japan"))
    url = f"http://127.0.0.1:{(port := free_port())}"
    File(
        tmp_path,
        sources=[feed("one", one.url)],
        receivers=[receiver("desk", desk)],
        web={"listen": f"127.0.0.1:{port}"},
    )
    async with started(tmp_path) as program, aiohttp.ClientSession() as reader:
        await program.until("delivery sent")
        await program.until("source unchanged")
        code, told = await monitor(tmp_path, "health")
        assert (code, told) == (0, "the event loop and the writer thread beat\n")
        assert not (tmp_path / "own.db-beat").exists()
        async with reader.get(f"{url}/metrics") as answer:
            text = await answer.text()
        seen = {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        assert seen["monitor_delivery_sent_total", "desk"] == 1
        assert seen["monitor_delivery_dead_total", "desk"] == 0
        assert seen["monitor_source_polled_total", "one"] == 1
        assert seen["monitor_source_unchanged_total", "one"] >= 1
        assert seen["monitor_event_detected_total", "new"] == 1
        assert seen["monitor_source_items", "one"] == 1
        assert seen["monitor_alive",] == 1
        for histogram in ("visit_lateness", "fetch", "visit", "published_to_seen", "seen_to_sent"):
            assert seen[f"monitor_{histogram}_seconds_count",] >= 1, histogram
        async with reader.get(f"{url}/stream") as listening:
            assert listening.status == 200
            began = time.monotonic()
            assert await program.end() == 0
            assert time.monotonic() - began < 10
    code, told = await monitor(tmp_path, "health")
    assert code == 1
    assert "no answer from" in told
