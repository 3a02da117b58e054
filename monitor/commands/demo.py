"""`monitor demo`: the June 2025 story, played on stand-in servers through the real program.

Real HTTP on 127.0.0.1, the real store, schedule, rules, ledger and outbox; only the sites are ours
and the clock jumps from scene to scene. JL MAG and Innuovo did answer so in June 2025, in other
words; Sample Magnetics and all that befalls it are made up.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click

from monitor.adapters import ADAPTERS
from monitor.clock import CHINA
from monitor.commands.digest import write
from monitor.config import Config, Fetch, Issuer, Receiver, Route, Source, Web, builtin_issuers
from monitor.digest import Window
from monitor.log import set_up
from monitor.model import Event, Item, Reading
from monitor.pages import serving
from monitor.service import Service
from monitor.standins.feeds import Feed, FeedSite
from monitor.standins.szse_irm import SzseIrm
from monitor.stores import Store
from monitor.stores.reader import Reader
from monitor.terminal import cut, paint, screen_columns, status_tag

SAMPLE = Issuer(
    id="sample-magnetics",
    names={"en": ["Sample Magnetics"], "zh-Hans": ["样例磁材"], "zh-Hant": ["樣例磁材"]},
    tickers=["399001.SZ"],
)
EVERY_S = 0.4
SCENE_LIMIT_S = 20.0


class StoryClock:
    """Runs like a clock, and jumps when a scene begins."""

    def __init__(self, start: datetime) -> None:
        self.jump(start)

    def jump(self, to: datetime) -> None:
        self._start, self._since = to, time.monotonic()

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=time.monotonic() - self._since)


@dataclass(slots=True)
class World:
    """The sites of the story."""

    exchange: SzseIrm
    press: Feed
    gazette: Feed
    clock: StoryClock
    asked: str = ""
    """Id of the question that JL MAG leaves open for two days."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Something is published at `at`; then everybody polls once more."""

    at: datetime
    caption: str
    publish: Callable[[World], object]


def _at(day: int, hour: int, minute: int, month: int = 6) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=CHINA)


CANNED = (
    "您好！公司按照国家规定提交出口申请，已陆续获得国家主管部门颁发的出口许可证，"
    "出口产品包括磁材、电机转子及相关零部件，出口区域包括美国、欧洲及东南亚等。感谢您的关注！"
)


def _before(world: World) -> None:
    """What the sites already hold when the service first looks."""
    world.exchange.publish(
        "399001", "请问出口管制对公司有何影响？", "您好，公司正在评估影响。", at=_at(28, 10, 0, 4)
    )
    world.exchange.publish(
        "000795", "公司一季度产能利用率如何？", "请关注公司定期报告，谢谢。", at=_at(3, 9, 0)
    )
    world.press.publish(
        "Carmakers warn of magnet shortages as China's export controls bite",
        "Parts makers say lines may stop within weeks unless export licences for rare earth "
        "magnets arrive.",
        at=_at(30, 18, 0, 5),
    )
    world.gazette.publish(
        "稀土管制满两月 磁材企业等待许可",
        "多家磁材企业表示，出口许可仍在审批之中。",
        at=_at(4, 8, 0),
    )


def _question(world: World) -> None:
    world.asked = world.exchange.ask(
        "300748", "恭喜公司已获得出口许可证！请问都可以出口到哪些国家？"
    )


SCENES = (
    Scene(
        _at(6, 15, 20),
        "Innuovo answers an investor on the exchange's Q&A platform",
        lambda w: w.exchange.publish(
            "000795",
            "请问公司拿到稀土出口许可了吗？",
            "您好，公司目前已收到少量出口许可证，出口国家不便披露，感谢您的关注。",
        ),
    ),
    Scene(
        _at(9, 10, 5),
        "An investor congratulates JL MAG on licences; JL MAG has not answered",
        _question,
    ),
    Scene(
        _at(9, 11, 30),
        "Sample Magnetics says it has none yet",
        lambda w: w.exchange.publish(
            "399001",
            "公司取得出口许可证了吗？",
            "您好，公司尚未取得出口许可证，相关申请正在审批中。",
        ),
    ),
    Scene(
        _at(10, 14, 0),
        "Sample Magnetics gets a licence of quite another kind",
        lambda w: w.exchange.publish(
            "399001",
            "子公司的证办下来了吗？",
            "您好，子公司已取得药品生产许可证和排污许可证。",
        ),
    ),
    Scene(
        _at(11, 11, 2),
        "JL MAG answers the question of two days ago",
        lambda w: w.exchange.answer(w.asked, CANNED),
    ),
    Scene(
        _at(11, 12, 40),
        "The trade press tells the world",
        lambda w: w.press.publish(
            "JL MAG says it holds rare earth export permits for US, Europe, Southeast Asia",
            "<p>JL MAG Rare-Earth (300748.SZ) told investors on Wednesday that it has obtained "
            "export licences covering the United States, Europe and Southeast Asia.</p>"
            "<p>Innuovo Technology (000795.SZ) said last week that it had received a small number "
            "of licences, without naming destinations.</p>",
        ),
    ),
    Scene(
        _at(12, 9, 30),
        "A Chinese paper follows, in GBK under a label that says UTF-8",
        lambda w: w.gazette.publish(
            "金力永磁：已获得出口许可证",
            "金力永磁在互动平台表示，公司已陆续获得出口许可证，出口区域包括美国、欧洲及东南亚。",
        ),
    ),
    Scene(
        _at(13, 10, 15),
        "The next investor gets JL MAG's same sentence again",
        lambda w: w.exchange.publish("300748", "请问贵公司是否取得出口许可？", CANNED),
    ),
    Scene(
        _at(20, 13, 45),
        "Sample Magnetics obtains its first licences",
        lambda w: w.exchange.publish(
            "399001",
            "出口许可有进展吗？",
            "您好，公司首批出口许可证已于近日获批，涵盖日本客户的磁体订单。",
        ),
    ),
    Scene(
        _at(27, 16, 30),
        "and loses them a week later",
        lambda w: w.press.publish(
            "Sample Magnetics' export licence for Japan suspended",
            "<p>China's commerce ministry has suspended the export licence of Sample Magnetics "
            "for magnets bound for Japan, the company said on Friday.</p>",
        ),
    ),
)


@click.command(short_help="play the June 2025 story on local stand-in servers")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep the database at this path.")
@click.option(
    "--digest",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("demo-digest.html"),
    show_default=True,
    help="Where to write the story as the mail of one evening.",
)
@click.option("--serve", is_flag=True, help="Keep the web pages open at the end, until Ctrl-C.")
def demo(keep: Path | None, digest: Path, serve: bool) -> None:
    """Play the June 2025 story: alerts as they arrive, repeats that stay silent and why.

    Needs no network and no configuration; takes about fifteen seconds.

    \b
      monitor demo
      monitor demo --serve                          then look at it in a browser
      monitor demo --keep story.db --digest june.html
    """
    set_up("error")
    with tempfile.TemporaryDirectory(prefix="monitor-demo-") as folder:
        database = keep or Path(folder) / "demo.db"
        if keep and keep.exists():
            raise click.UsageError(f"{keep} exists already; name a new file")
        asyncio.run(_play(database, digest, serve))


def _config(world: World, exchange_url: str, database: Path) -> Config:
    def source(id_: str, adapter: str, **values: str) -> Source:
        tier = ADAPTERS[adapter].tier  # as `load_config` has it where an entry does not say
        told = {"id": id_, "adapter": adapter, "tier": tier, "every_s": EVERY_S, **values}
        return Source.model_validate(told)

    return Config(
        database=str(database),
        fetch=Fetch(allow_private_addresses=True),
        issuers=[*builtin_issuers(), SAMPLE],
        sources=[
            source("szse-irm", "szse_irm", base_url=exchange_url),
            source("press", "feed", url=world.press.url, name="Sample Metals News", language="en"),
            source("gazette", "feed", url=world.gazette.url, name="样例日报", language="zh-Hans"),
        ],
        receivers=[Receiver(id="screen", channel="console")],
        web=Web(listen="127.0.0.1:0"),
        routes=[Route(to=["screen"])],
    )


async def _play(database: Path, digest: Path, serve: bool) -> None:
    clock = StoryClock(_at(5, 9, 0))
    started = time.monotonic()
    async with AsyncExitStack() as stack:
        exchange = await stack.enter_async_context(SzseIrm(now=clock))
        exchange.add_company("399001", "样例磁材", "9900099991")
        site = await stack.enter_async_context(FeedSite(now=clock))
        press = site.feed("/feed/", title="Sample Metals News")
        gazette = site.feed(
            "/gazette.xml", title="样例日报", language="zh-CN", charset="gb18030", label="utf-8"
        )
        world = World(exchange, press, gazette, clock)
        _before(world)
        service = await stack.enter_async_context(
            Service.open(_config(world, exchange.url, database), now=clock)
        )
        pages = await stack.enter_async_context(
            serving(service.config, Reader(str(database)), service.vitals, now=clock)
        )
        click.echo(_headline(world, pages))
        stop = asyncio.Event()
        running = asyncio.create_task(service.run(stop))
        try:
            await _settled(service, clock(), running)
            await _tell_baseline(service)
            for scene in SCENES:
                clock.jump(scene.at)
                click.echo(paint(f"{scene.at:%a %d %b %H:%M} CST", "bold") + f"  {scene.caption}")
                scene.publish(world)
                since = clock()
                await _settled(service, since, running)
                await _tell_silence(service, since)
            await _write_digest(service, digest, clock())
            await _summary(service, world, time.monotonic() - started)
            if serve:
                await _until_told(pages)
        finally:
            stop.set()
            await running


async def _until_told(pages: str) -> None:
    """Leave the program running, with its pages, until Ctrl-C or SIGTERM."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    click.echo(f"The pages stay open at {pages} until Ctrl-C.")
    await told.wait()


def _headline(world: World, pages: str) -> str:
    lines = (
        "license-monitor plays June 2025. Three stand-in sites answer on 127.0.0.1:",
        f"  an exchange's investor Q&A platform   {world.exchange.url}",
        f"  a trade paper's feed (English)        {world.press.url}",
        f"  a Chinese paper's feed (mislabelled)  {world.gazette.url}",
        "Everything else is the real program: fetch, rules, ledger, store, schedule, delivery,",
        f"and its web pages, as long as it plays: {pages}\n",
    )
    return "\n".join(lines)


async def _settled(service: Service, since: datetime, running: asyncio.Task[None]) -> None:
    """Until every source was visited after `since` and nothing waits to be sent."""
    async with asyncio.timeout(SCENE_LIMIT_S):
        while True:
            if running.done():
                running.result()
            seen = {c.source_id: c for c in await service.keeper(Store.checkpoints)}
            visited = all(
                (c := seen.get(name)) is not None and c.last_visit_at and c.last_visit_at > since
                for name in service.sources
            )
            if visited and not (await service.keeper(Store.queue_counts))["pending"]:
                return
            await asyncio.sleep(0.05)


async def _tell_baseline(service: Service) -> None:
    read = sum((await service.keeper(Store.item_counts)).values())
    click.echo(
        paint("Thu 05 Jun 09:00 CST", "bold")
        + "  The first visit is a baseline\n"
        + _silent(f"{read} older items read and entered in the ledger; none of them may alert")
        + "\n"
    )


async def _tell_silence(service: Service, since: datetime) -> None:
    """Say of everything that came and was not told why it was not."""
    events = await service.keeper(Store.events_since, since)
    told: set[str] = set()
    for event in events:
        told.add(event.item.id)
        if not event.alerting or event.held_because:
            click.echo(_silent(_why_silent(service, event)))
    unsure = {i.id: r for i, r in await service.keeper(Store.unsure_since, since)}
    for item in await service.keeper(Store.items_since, since):
        if item.id not in told:
            click.echo(_silent(_why_nothing(item, unsure.get(item.id))))
    if not events and not await service.keeper(Store.items_since, since):
        click.echo(_silent("a question is not an answer: nothing to read yet"))
    if not any(event.alerting and not event.held_because for event in events):
        click.echo()  # an alert ends with a blank line of its own


def _silent(words: str) -> str:
    return paint("  · no alert: ", "dim") + cut(words, screen_columns() - 14)


def _why_silent(service: Service, event: Event) -> str:
    issuer = service.outbox.issuers.get(event.match.issuer_id or "")
    name = issuer.name if issuer else "nobody on the watchlist"
    why = event.held_because or "; ".join(event.reasons)
    return f"{status_tag(event.match.status)} {name}, {event.item.source_name}: {why}"


def _why_nothing(item: Item, reading: Reading | None) -> str:
    if reading is not None:
        return f"unsure, for the analyst: {reading.unsure_because}: {reading.unsure}"
    return f"no export licence in it: {item.text[:60]}"


async def _write_digest(service: Service, digest: Path, now: datetime) -> None:
    """The whole story as one mail: its window is the month."""
    last = await service.keeper(Store.newest_event)
    window = Window(
        now.astimezone(CHINA).date(), CHINA, now, _at(5, 8, 0), now, after=0, last=last, missed=22
    )
    try:
        paths = await service.keeper(write, service.config, window, digest, web="")
    except click.ClickException as error:
        click.echo(f"The digest was not written: {error.format_message()}")
        return
    click.echo(f"The month as one mail: {' and '.join(map(str, paths))}")


async def _summary(service: Service, world: World, elapsed_s: float) -> None:
    sent = await service.keeper(Store.deliveries, "sent")
    items = sum((await service.keeper(Store.item_counts)).values())
    events = await service.keeper(Store.events_since, datetime.min.replace(tzinfo=CHINA))
    silent = [e for e in events if not e.alerting or e.held_because]
    not_modified = world.press.not_modified + world.gazette.not_modified
    requests = len(world.exchange.requests) + world.press.hits + world.gazette.hits
    click.echo(
        paint(f"{len(sent)} alerts", "bold")
        + f" from {items} items; {len(silent)} further facts stayed silent, each for a reason.\n"
        + f"{requests} requests in {elapsed_s:.0f} s, {not_modified} of them answered 304."
    )
    if sys.stdout.isatty():
        click.echo(
            "\nNext: look at it with `monitor demo --serve`; edit feeds.yaml, then"
            " `monitor check`, `monitor test-alert`, `monitor run`."
        )
