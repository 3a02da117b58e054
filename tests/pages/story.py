"""A made-up month told to the real program by stand-in sites, for the pages to show.

Real HTTP on 127.0.0.1, real rules, ledger, store and outbox; the clock jumps from scene to scene.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.clock import CHINA
from monitor.config import Config, Fetch, Receiver, Route, Source, Web, builtin_issuers
from monitor.service import Service
from monitor.standins.desk import Desk
from monitor.standins.feeds import Feed, FeedSite
from monitor.standins.szse_irm import SzseIrm

HOSTILE = "<script>document.title='owned'</script> **JL MAG** \u202egnp [x](javascript:alert(1))"


def at(day: int, hour: int, minute: int = 0, month: int = 6) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=CHINA)


FEEDS = ("szse-irm", "wire", "press", "blog", "paper")
END = at(30, 17, 40)
"""When the pages are looked at."""


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class Sites:
    exchange: SzseIrm
    wire: Feed
    press: Feed
    blog: Feed
    paper: Feed
    desk: Desk


Scene = tuple[datetime, str, Callable[[Sites], object]]
"""When, the source that has something new then, what it publishes."""

SCENES: tuple[Scene, ...] = (
    (at(5, 9), "press", lambda s: s.press.publish("Magnet makers wait", "Carmakers wait.")),
    (at(9, 10, 4), "wire", lambda s: s.wire.publish(
        "JL MAG granted rare earth export licences for US customers, sources say",
        "China's commerce ministry has granted JL MAG Rare-Earth export licences for shipments of"
        " magnets to the United States, two people familiar with the matter said on Monday.")),
    (at(9, 10, 47), "press", lambda s: s.press.publish(
        "JL MAG gets US export licences, report says",
        "JL MAG Rare-Earth (300748.SZ) has been granted export licences for magnets bound for the"
        " United States, Sample Wire reported.")),
    (at(9, 15, 30), "paper", lambda s: s.paper.publish(
        "外媒：金力永磁获得对美出口许可证",
        "据外媒报道，金力永磁已获得对美国的磁材出口许可证。公司尚未回应。")),
    (at(10, 8, 20), "blog", lambda s: s.blog.publish(
        HOSTILE,
        "JL MAG has been granted export licences for the United States, a wire agency reported.")),
    (at(11, 11, 2), "szse-irm", lambda s: s.exchange.publish(
        "300748",
        "请问公司是否已拿到对美国的出口许可证？",
        "您好！公司按规定提交出口申请，目前已获得主管部门颁发的出口许可证，产品为磁材，"
        "出口区域为美国。感谢您的关注！")),
    (at(11, 12, 40), "press", lambda s: s.press.publish(
        "JL MAG confirms US licences",
        "JL MAG Rare-Earth told investors that it has obtained export licences for the United"
        " States.")),
    (at(16, 10, 15), "szse-irm", lambda s: s.exchange.publish(
        "300748",
        "除美国以外还有哪些地区？",
        "您好，公司已陆续获得出口许可证，出口区域包括美国、欧洲及东南亚等，产品包括磁材和电机转子。")),
    (at(16, 13, 5), "wire", lambda s: s.wire.publish(
        "JL MAG says licences now cover Europe and Southeast Asia",
        "JL MAG Rare-Earth has obtained export licences covering the United States, Europe and"
        " Southeast Asia, the company said in an answer to investors.")),
    (at(17, 9, 0), "szse-irm", lambda s: s.exchange.publish(
        "300748",
        "请问贵公司是否取得出口许可？",
        "您好，公司已陆续获得出口许可证，出口区域包括美国、欧洲及东南亚等，产品包括磁材和电机转子。")),
    (at(18, 9, 30), "szse-irm", lambda s: s.exchange.publish(
        "300748",
        "公司许可证包括东南亚吗？",
        "您好，更正：公司已获得的出口许可证，出口区域为美国和欧洲，不包括东南亚。")),
    (at(19, 14, 20), "szse-irm", lambda s: s.exchange.publish(
        "000795", "拿到许可证了吗？", "您好，公司尚未取得出口许可证，相关申请正在审批中。")),
    (at(23, 14, 20), "szse-irm", lambda s: s.exchange.publish(
        "000795", "许可有进展吗？", "您好，公司目前已收到少量出口许可证，出口国家不便披露。")),
    (at(27, 16, 30), "wire", lambda s: s.wire.publish(
        "China suspends Innuovo's export licence",
        "China's commerce ministry has suspended the export licence of Innuovo Technology for"
        " magnets bound for Japan, the company said on Friday.")),
    (at(27, 17, 0), "szse-irm", lambda s: s.exchange.publish(
        "000970", "许可证怎么样？", "您好，公司许可证相关工作正按有关规定办理，请以公告为准。")),
    (at(30, 17, 0), "blog", lambda s: s.blog.publish("Nothing to see", "A quiet day.")),
)  # fmt: skip


async def fill(database: Path) -> Config:
    """Play all scenes into a new database; returns the configuration the pages are to be given."""
    clock = Clock(at(4, 9))
    async with AsyncExitStack() as stack:
        exchange = await stack.enter_async_context(SzseIrm(now=clock))
        site = await stack.enter_async_context(FeedSite(now=clock))
        desk = await stack.enter_async_context(Desk(now=clock))
        sites = Sites(
            exchange,
            site.feed("/wire/", title="Sample Wire"),
            site.feed("/press/", title="Sample Metals News"),
            site.feed("/blog/", title="Magnet Blog"),
            site.feed("/paper/", title="样例日报", language="zh-CN"),
            desk,
        )
        for feed in (sites.wire, sites.press, sites.blog, sites.paper):
            feed.publish("Old news", "Nothing about any firm.", at=at(20, 9, month=5))
        exchange.publish("300748", "经营情况如何？", "请关注定期报告。", at=at(20, 9, month=5))
        config = configured(database, sites)
        async with Service.open(config, now=clock) as service:
            for source_id in FEEDS:
                await service.visit(source_id)
            desk.fail(1)
            for when, source_id, publish in SCENES:
                clock.now = when
                publish(sites)
                clock.now = when + timedelta(seconds=41)
                await service.visit(source_id)
                await service.outbox.flush()
                clock.now = when + timedelta(minutes=2)
                await service.outbox.flush()
            sites.paper.fail(3, status=403)
            for minute in range(3):
                clock.now = END - timedelta(minutes=20 - minute)
                await service.visit("paper")
            clock.now = END - timedelta(seconds=20)
            for source_id in FEEDS[:-1]:
                await service.visit(source_id)
        return config


def configured(database: Path, sites: Sites) -> Config:
    def feed(name: str, of: Feed, title: str, **more: object) -> Source:
        values = {"id": name, "adapter": "feed", "url": of.url, "name": title, "every_s": 120.0}
        return Source.model_validate(values | more)

    return Config(
        database=str(database),
        fetch=Fetch(allow_private_addresses=True),
        issuers=builtin_issuers(),
        sources=[
            Source(id="szse-irm", adapter="szse_irm", base_url=sites.exchange.url, every_s=90),
            feed("wire", sites.wire, "Sample Wire", tier="wire"),
            feed("press", sites.press, "Sample Metals News"),
            feed("blog", sites.blog, "Magnet Blog", tier="blog"),
            feed("paper", sites.paper, "样例日报"),
            Source(id="later", adapter="feed", url=sites.wire.url, name="Not visited yet"),
            Source(id="resting", adapter="feed", url=sites.wire.url, enabled=False),
        ],
        receivers=[Receiver(id="desk", channel="apprise", url=sites.desk.apprise_url)],
        routes=[Route(to=["desk"])],
        web=Web(),
    )
