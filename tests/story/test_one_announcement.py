"""One announcement from the exchange to the desk, through the whole program in its own process.

`monitor run` is started as a user starts it, polls real HTTP servers on 127.0.0.1, is killed and
started again; what the desk received is all that counts.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.clock import utc_now
from monitor.standins.desk import Desk
from monitor.standins.feeds import FeedSite
from monitor.standins.szse_irm import SzseIrm

JL_MAG_ANSWER = (
    "尊敬的投资者，您好。公司已陆续取得主管部门签发的出口许可证，产品包括磁材、电机转子和零部件，"
    "出口地区包括美国、欧洲以及东南亚等，感谢您的关注。"
)
INNUOVO_ANSWER = "您好，公司目前拿到了少量出口许可证，出口国家不便透露，谢谢。"
ARTICLE = (
    "<p>Chinese magnet producer JL MAG Rare-Earth (300748.SZ) said it had been granted export "
    "licenses to ship magnets, motor rotors and components to the United States, Europe and "
    "Southeast Asia, in an answer on the Shenzhen exchange's investor platform.</p>"
    "<p>Another firm, Innuovo Technology (000795.SZ), acknowledged a “small number” of licenses "
    "but declined to name destinations.</p>"
)


@asynccontextmanager
async def running(config: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """`monitor run` in a process of its own; killed at the end if it still lives."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "run", "--config", str(config),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    reading = asyncio.create_task(process.stderr.read())  # type: ignore[union-attr]
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        errors = (await reading).decode()
        assert "Traceback" not in errors, errors


def write_config(folder: Path, desk: Desk, *sources: str) -> Path:
    path = folder / "feeds.yaml"
    entries = "\n".join(f"  - {s}" for s in sources)
    path.write_text(
        f"database: {folder / 'monitor.db'}\n"
        "fetch: {allow_private_addresses: true}\n"
        f"sources:\n{entries}\n"
        f"receivers:\n  - {{id: desk, channel: apprise, url: '{desk.apprise_url}'}}\n"
        "routes:\n  - {to: [desk], issuers: all}\n",
        encoding="utf-8",
    )
    return path


async def status_of(config: Path) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", "status", "--json", "--config", str(config),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    out, errors = await process.communicate()
    assert process.returncode in (0, 1), errors.decode()
    told: dict[str, Any] = json.loads(out)
    return told


async def visits(site: FeedSite | SzseIrm, more: int, timeout_s: float = 15) -> None:
    """Until the site saw `more` further requests."""
    wanted = len(site.requests) + more
    async with asyncio.timeout(timeout_s):
        while len(site.requests) < wanted:
            await asyncio.sleep(0.02)


def irm(site: SzseIrm) -> str:
    return f"{{id: szse-irm, adapter: szse_irm, base_url: '{site.url}', every: 1s}}"


def ids(calls: list[Any]) -> list[str]:
    """The last line of each message: event and delivery id."""
    return [call.json["message"].rstrip().splitlines()[-1] for call in calls]


async def test_an_article_and_two_answers_are_two_alerts(
    tmp_path: Path, irm_site: SzseIrm, feed_site: FeedSite, desk: Desk
) -> None:
    feed = feed_site.feed("/feed/")
    hour = timedelta(hours=1)
    irm_site.publish("300748", "公司拿到许可证了吗？", JL_MAG_ANSWER, at=utc_now() - 2 * hour)
    irm_site.publish("000795", "公司拿到许可证了吗？", INNUOVO_ANSWER, at=utc_now() - 3 * hour)
    config = write_config(
        tmp_path,
        desk,
        irm(irm_site),
        f"{{id: ree, adapter: feed, url: '{feed.url}', every: 1s, tier: blog}}",
    )
    async with running(config) as process:
        await desk.wait_for(2, timeout_s=20)
        # After the answers: a blog's word that came first would rightly be confirmed by them.
        feed.publish("China grants magnet export licenses", ARTICLE, at=utc_now() - hour)
        await visits(irm_site, 3)
        await visits(feed_site, 3)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 12) == 0
    async with running(config):
        await visits(irm_site, 2)
        await visits(feed_site, 2)

    titles = sorted(call.json["title"] for call in desk.accepted)
    assert len(titles) == 2, titles
    assert "Innuovo" in titles[0]
    assert "GRANTED" in titles[0]
    assert "JL MAG" in titles[1]
    assert "300748.SZ" in titles[1]
    innuovo, jl_mag = sorted(
        (call.json["message"] for call in desk.accepted),
        key=lambda m: "United States" in m or "US" in m.split("\n")[0],
    )
    assert "small number" in innuovo
    assert "not disclosed" in innuovo
    for place in ("US", "Europe", "Southeast Asia", "magnets"):
        assert place in jl_mag
    assert feed.not_modified >= 3, "the second visit sends validators"
    told = await status_of(config)
    assert told["healthy"]
    assert {s["id"]: s["items"] for s in told["sources"]} == {"szse-irm": 2, "ree": 1}


async def test_an_answer_to_a_known_question_alerts_and_the_question_does_not(
    tmp_path: Path, irm_site: SzseIrm, desk: Desk
) -> None:
    irm_site.publish("300999", "产能如何？", "请关注定期报告。", at=utc_now() - timedelta(hours=1))
    asked = irm_site.ask("300748", "恭喜公司已获得出口许可证！出口到哪些国家？")
    config = write_config(tmp_path, desk, irm(irm_site))
    async with running(config):
        await visits(irm_site, 3)
        assert not desk.received
        irm_site.answer(asked, JL_MAG_ANSWER)
        await desk.wait_for(1)
        await visits(irm_site, 2)
    assert len(desk.received) == 1


def refused_once(database: Path) -> bool:
    """Is the desk's refusal noted? Until then the try counts as in flight."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        return db.execute("SELECT 1 FROM deliveries WHERE error IS NOT NULL").fetchone() is not None


@pytest.mark.parametrize("moment", ["refused", "in flight"])
async def test_killed_before_the_desk_has_it(
    moment: str, tmp_path: Path, irm_site: SzseIrm, desk: Desk
) -> None:
    if moment == "refused":
        desk.fail(1, status=503)
    else:
        desk.slow(30)
    irm_site.publish("300748", "许可证呢？", JL_MAG_ANSWER)
    config = write_config(tmp_path, desk, irm(irm_site))
    async with running(config) as process:
        async with asyncio.timeout(20):
            while not desk.received:
                await asyncio.sleep(0.02)
            while moment == "refused" and not refused_once(tmp_path / "monitor.db"):
                await asyncio.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    first = ids(desk.received)
    async with running(config):
        async with asyncio.timeout(40):
            while len(desk.received) < 2:
                await asyncio.sleep(0.02)
        await visits(irm_site, 2)
    assert len(desk.received) == 2
    told, again = ids(desk.received)
    assert told == first[0]
    assert again.startswith(told), "the repeat carries the same event and delivery id"
    # A 503 says that nothing was accepted; a post cut short may have been read after all.
    assert again.endswith("may be a repeat") == (moment == "in flight")


async def test_four_bad_sources_each_say_so_and_a_desk_down_twice_still_hears_the_news(
    tmp_path: Path, irm_site: SzseIrm, feed_site: FeedSite, desk: Desk
) -> None:
    gbk = feed_site.feed("/gbk.xml", charset="gb18030", label="utf-8", language="zh-CN")
    gbk.publish("英洛华获出口许可证", "英洛华公告，公司已取得出口许可证，可向德国客户发货。")
    short = feed_site.feed("/short.xml")
    for n in range(6):
        short.publish(f"Market report {n}", "Magnet prices were steady. " * 10)
    short.cut_at = len(short.render()) * 2 // 3
    irm_site.challenge = True
    desk.fail(2, status=503)
    feeds = [
        f"{{id: {name}, adapter: feed, url: '{url}', every: 1s}}"
        for name, url in (
            ("gbk", gbk.url),
            ("short", short.url),
            ("nobody", "http://127.0.0.1:9/feed/"),
        )
    ]
    config = write_config(tmp_path, desk, irm(irm_site), *feeds)
    async with running(config):
        await desk.wait_for(1, timeout_s=60)
    assert len(desk.received) == 3
    assert len(set(ids(desk.received))) == 1, "every try carries the same ids"
    told = {s["id"]: s for s in (await status_of(config))["sources"]}
    assert told["gbk"]["state"] in ("ok", "unchanged")
    assert "英洛华" in desk.accepted[0].json["title"]
    assert told["short"]["state"] in ("ok", "unchanged")
    assert told["short"]["items"] >= 3
    assert "cut" in told["short"]["told"]
    assert "HTML" in told["szse-irm"]["told"]
    assert told["szse-irm"]["state"] in ("degraded", "down", "blocked")
    assert "refused" in told["nobody"]["told"]
