"""One licence, told on the exchange's Q&A and then filed: one alert, whatever path it comes by.

Real visits with the built-in rules and a database, to stand-ins of the Shanghai exchange, cninfo,
Eastmoney and p5w.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest_asyncio

from monitor.adapters import ADAPTERS
from monitor.config import Route, Source, builtin_issuers
from monitor.fetch import Fetcher
from monitor.model import Visit
from monitor.poll import poll
from monitor.route import Routing
from monitor.rules import load_rules
from monitor.standins.cninfo import Cninfo
from monitor.standins.eastmoney import Eastmoney
from monitor.standins.exchanges import Sse
from monitor.standins.p5w import P5w
from monitor.standins.sse import SseIrm
from monitor.stores import Keeper, Store, open_store

ANSWER = "尊敬的投资者，您好！公司已获得部分客户的稀土出口许可证，谢谢关注！"
TITLE = "关于公司获得稀土出口许可证的公告"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 6, 6, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest_asyncio.fixture
async def keeper(tmp_path: Path) -> AsyncIterator[Keeper]:
    keeper = await Keeper.open(partial(open_store, str(tmp_path / "monitor.db")))
    yield keeper
    await keeper.close()


async def test_an_answer_alerts_once_and_its_filings_are_repeats(keeper: Keeper) -> None:
    clock, firms = Clock(), builtin_issuers()
    rules, routing = load_rules(firms), Routing([Route(to=["desk"])])
    async with (
        SseIrm(now=clock) as irm,
        Cninfo(now=clock) as cninfo,
        Eastmoney(now=clock) as em,
        Sse(now=clock) as sse,
        P5w(now=clock) as p5w,
        Fetcher(user_agent="t", allow_private_addresses=True, now=clock) as fetcher,
    ):
        sources = [
            Source(id="irm", adapter="sse_irm", base_url=irm.url),
            Source(id="firm", adapter="sse_irm", base_url=irm.url, issuer="ningbo-yunsheng"),
            Source(id="cninfo", adapter="cninfo", base_url=cninfo.url),
            Source(id="em", adapter="em_ann", base_url=em.url),
            Source(id="sse", adapter="sse_ann", base_url=sse.url),
            Source(id="p5w", adapter="p5w", base_url=p5w.url, issuer="btr-new-material"),
        ]
        adapters = {source.id: ADAPTERS[source.adapter](source, firms) for source in sources}

        async def visits() -> dict[str, Visit]:
            clock.now += timedelta(minutes=5)
            return {
                source.id: await poll(
                    source, adapters[source.id], fetcher, rules, routing, keeper, clock.now,
                    rng=random.Random(1),
                )
                for source in sources
            }  # fmt: skip

        before = clock.now - timedelta(days=2)
        irm.publish("600111", "问", "请关注公司公告。", at=before)
        p5w.publish("920185", "问", "公司生产正常。", at=before)
        for site in (cninfo, em, sse):
            site.file("600111", "日常公告", at=before)
        first = await visits()
        assert [v.error for v in first.values()] == [None] * 6
        assert not any(v.events for v in first.values())

        irm.publish("600366", "请问公司是否获得出口许可？", ANSWER)
        told = await visits()
        assert {i: (v.fresh, v.events, v.deliveries) for i, v in told.items() if v.fresh} == {
            "irm": (1, 1, 1),
            "firm": (1, 1, 0),
        }
        for site in (cninfo, em, sse):
            site.file("600366", TITLE)
        filed = await visits()
        assert {i: (v.fresh, v.events, v.deliveries) for i, v in filed.items() if v.fresh} == {
            "cninfo": (1, 1, 0),
            "em": (1, 1, 0),
            "sse": (1, 1, 0),
        }
        assert not any(v.fresh for v in (await visits()).values())
    [delivery] = await keeper(Store.deliveries, limit=-1)
    assert delivery.receiver_id == "desk"
