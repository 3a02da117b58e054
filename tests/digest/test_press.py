"""One mail per local date and mailbox: summer time, restarts, sleep, crashes; windows that join."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from monitor.adapters import ADAPTERS
from monitor.channels import CHANNELS, build_mailboxes
from monitor.config import Config, Digest, Mailbox, load_config
from monitor.deliver import Outbox, Pace
from monitor.digest import Press, Window, by_hand, gather, sheet_of
from monitor.model import Edition, Reading
from monitor.stores import Keeper, Store, open_store
from tests.alerts import item
from tests.digest.making import CHINA, keep
from tests.digest.material import BOX, at, checkpoint, config, said, unsure_items
from tests.mailbox import Mailbox as Server
from tests.mailbox import mailbox

ROOT = Path(__file__).parents[2]


def settings(
    folder: Path, *boxes: Mailbox, zone: str = "Asia/Shanghai", at: str = "18:00"
) -> Config:
    digest = Digest(at=at, timezone=zone, to=list(boxes) or [BOX])
    return config(str(folder / "d.db"), digest=digest, sources=[])


@asynccontextmanager
async def running(settings: Config) -> AsyncIterator[tuple[Keeper, Press]]:
    """What a service has of it between a start and a stop."""
    keeper = await Keeper.open(partial(open_store, settings.database, exclusive=True))
    try:
        yield keeper, Press(keeper, lambda: None)
    finally:
        await keeper.close()


async def deliver(keeper: Keeper, settings: Config, now: datetime) -> None:
    """What is due is sent through the real channel."""
    assert settings.digest is not None
    boxes = build_mailboxes(settings.digest.to)
    box = Outbox(keeper, boxes, settings.issuers, CHINA, now=lambda: now, pace=Pace(first_s=0.01))
    await box.flush()


@pytest.mark.parametrize(
    ("zone", "clock", "first"),
    [
        ("Europe/Berlin", "02:30", date(2026, 10, 11)),  # on the 25th 02:30 comes twice
        ("America/New_York", "02:30", date(2026, 2, 21)),  # on 8 March 02:30 is left out
    ],
)
async def test_thirty_days_of_one_mail_across_restarts_and_summer_time(
    tmp_path: Path, zone: str, clock: str, first: date
) -> None:
    local = ZoneInfo(zone)
    now = datetime(first.year, first.month, first.day, tzinfo=local).astimezone(UTC)
    end = now + timedelta(days=30)
    async with mailbox() as server:
        box = Mailbox(id="desk", url=server.url())
        here = settings(tmp_path, box, zone=zone, at=clock)
        step = timedelta(minutes=97)  # never the same minute of two days
        starts = 0
        while now < end:
            starts += 1
            async with running(here) as (keeper, press):
                for _ in range(26):  # some 42 hours, so restarts wander over the clock
                    if await press.look(here, now):
                        await deliver(keeper, here, now)
                    await press.look(here, now)
                    now += step
        mails = server.mails
    async with running(here) as (keeper, _):
        found = [
            e
            for n in range(-1, 32)
            if (e := await keeper(Store.edition, (first + timedelta(days=n)).isoformat(), "desk"))
        ]
    days = [date.fromisoformat(e.day) for e in found]
    assert starts > 15
    assert len(days) >= 30
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert len(mails) == len(days), "one a day, no more"
    assert len({m["Message-ID"] for m in mails}) == len(mails)
    for before, after in itertools.pairwise(found):
        assert after.from_at == before.to_at, "windows join"
    for edition in found:
        told = edition.due_at.astimezone(local)
        assert told.date() == date.fromisoformat(edition.day)
        assert edition.built_at - edition.due_at <= step
    hours = {(a.due_at - b.due_at).total_seconds() / 3600 for b, a in itertools.pairwise(found)}
    assert hours - {24.0}, "one of these days was shorter or longer"


async def test_the_first_mail_is_the_next_one_and_an_empty_day_has_one_too(tmp_path: Path) -> None:
    here = settings(tmp_path)
    async with running(here) as (_, press):
        assert not await press.look(here, at(18, 0)), "known from this moment"
        assert not await press.look(here, at(17, 59, days=-1))
        [made] = await press.look(here, at(18, 0, days=-1))
        assert (made.day, made.subject) == ("2026-03-03", "No new licence news")
        assert "late" not in made.text
        assert not await press.look(here, at(18, 1, days=-1))


async def test_a_machine_that_slept_sends_late_and_once_for_all_days_missed(tmp_path: Path) -> None:
    here = settings(tmp_path)
    async with running(here) as (_, press):
        await press.look(here, at(12))
        [monday] = await press.look(here, at(21, 30))
        assert "It comes 4 h late" in " ".join(monday.text.split())
    async with running(here) as (_, press):
        [thursday] = await press.look(here, at(9, days=-4))
        assert (thursday.day, thursday.from_at) == ("2026-03-05", monday.to_at)
        assert thursday.subject == "No new licence news (3 days)"
        told = " ".join(thursday.text.split())
        assert "This digest covers 3 days, since Mon 2 Mar 21:30" in told
        assert "It comes 15 h late" in told
        [friday] = await press.look(here, at(18, days=-4))
        assert (friday.day, friday.from_at) == ("2026-03-06", thursday.to_at)
        assert "(" not in friday.subject


async def test_a_late_one_waits_for_the_visits_that_were_missed_but_not_for_ever(
    tmp_path: Path,
) -> None:
    here = replace_sources(settings(tmp_path))
    async with running(here) as (keeper, press):
        await press.look(here, at(12))
        for name in ("szse-irm", "daily"):
            await keeper(Store.record, checkpoint(name, at(17)), [], [], [], [])
        second = timedelta(seconds=15)
        assert not await press.look(here, at(21)), "just awake, nobody was visited yet"
        await keeper(Store.record, checkpoint("szse-irm", at(21)), [], [], [], [])
        assert not await press.look(here, at(21) + second)
        await keeper(Store.record, checkpoint("daily", at(21)), [], [], [], [])
        [monday] = await press.look(here, at(21) + 2 * second)
        assert monday.subject == "No new licence news"
        looks = [at(21, days=-1) + n * second for n in range(13)]
        made = [bool(await press.look(here, now)) for now in looks]
        assert made == [False] * 12 + [True], "three minutes, then it says who is missing"


def replace_sources(here: Config) -> Config:
    two = [s for s in config("x").sources if s.id in ("szse-irm", "daily")]
    return here.model_copy(update={"sources": two})


async def test_a_clock_that_jumps_to_and_fro_doubles_nothing(tmp_path: Path) -> None:
    here = settings(tmp_path)
    async with running(here) as (_, press):
        await press.look(here, at(12))
        assert len(await press.look(here, at(18))) == 1
        assert not await press.look(here, at(6)), "back before it"
        assert not await press.look(here, at(18, 30))
        assert len(await press.look(here, at(18, days=-400))) == 1, "a year ahead"
        assert len(await press.look(here, at(18, days=-1))) == 1, "and back: Tuesday has its own"
        assert not await press.look(here, at(19, days=-1))


async def test_what_a_visit_under_way_at_six_stores_stands_in_the_next_one(tmp_path: Path) -> None:
    here = settings(tmp_path)
    early = said("a", "jl-mag", "granted", "金力永磁已获许可。", at(17, 30))
    under_way = said("b", "inst", "granted", "英思特已获许可。", at(17, 59))
    [(about, reading)] = unsure_items()
    slow = item("slow", fetched_at=at(17, 59), published_at=None)
    async with running(here) as (keeper, press):
        await press.look(here, at(12))
        await keeper(keep, early)
        await keeper(Store.record, None, [about], [reading], [], [])
        [monday] = await press.look(here, at(18, 0))
        # seen before six, stored after it
        await keeper(keep, under_way)
        await keeper(Store.record, None, [slow], [Reading((), "出口许可？", "?")], [], [])
        [tuesday] = await press.look(here, at(18, days=-1))
    assert monday.subject == "1 new grant: JL MAG"
    assert tuesday.subject == "1 new grant: INST"
    assert about.id in monday.text
    assert about.id not in tuesday.text, "told once"
    assert slow.id in tuesday.text


async def test_each_mailbox_gets_its_own(tmp_path: Path) -> None:
    firms = Mailbox(id="firms", url=BOX.url, issuers=["inst"])
    here = settings(tmp_path, BOX, firms)
    events = [said(f, f, "granted", "已获许可。", at(13)) for f in ("jl-mag", "inst")]
    async with running(here) as (keeper, press):
        await press.look(here, at(12))
        await keeper(keep, *events)
        everything, inst = await press.look(here, at(18))
        assert everything.subject == "2 new grants: JL MAG, INST"
        assert inst.subject == "1 new grant: INST"
        third = Mailbox(id="late-comer", url=BOX.url)
        more = settings(tmp_path, BOX, firms, third)
        assert not await press.look(more, at(19)), "who comes new waits for the next evening"
        assert len(await press.look(more, at(18, days=-1))) == 3


async def test_what_was_left_to_the_digest_is_told_by_it_and_by_no_other(tmp_path: Path) -> None:
    from tests.digest.material import _delivery

    here = settings(tmp_path)
    event = said("n", "jl-mag", "granted", "金力永磁已获许可。", at(13))
    left = replace(_delivery(event, "screen"), state="digest", because="quiet until 07:00")
    async with running(here) as (keeper, press):
        await press.look(here, at(12))
        await keeper(Store.record, None, [event.item], [Reading()], [event], [left])
        [monday] = await press.look(here, at(18))
        assert "Held: 1 left to this digest" in monday.text
        assert "screen was not alerted: quiet until 07:00" in monday.text
        [carried] = await keeper(Store.carried, monday.delivery_id)
        assert (carried.id, carried.state) == (left.id, "digest")
        [tuesday] = await press.look(here, at(18, days=-1))
        assert "Held" not in tuesday.text


def test_by_hand_it_stands_in_for_the_one_at_six(tmp_path: Path) -> None:
    here = settings(tmp_path)
    store = open_store(here.database)
    try:
        made = by_hand(store, here, BOX, None, at(15))
        assert made is not None
        assert (made.day, made.to_at) == ("2026-03-02", at(15))
        assert by_hand(store, here, BOX, None, at(16)) is None
        old = by_hand(store, here, BOX, date(2026, 2, 27), at(16))
        assert old is not None
        assert (old.from_at, old.to_at) == (at(18, days=4), at(18, days=3))
        last = store.last_edition(BOX.id, at(17))
        assert last is not None
        assert last.day == "2026-03-02", "an old day sent again does not set the next one back"
    finally:
        store.close()


def test_events_deleted_by_hand_do_not_hide_new_ones(tmp_path: Path) -> None:
    here = settings(tmp_path)
    store = open_store(here.database)
    try:
        event = said("n", "jl-mag", "granted", "金力永磁已获许可。", at(13))
        keep(store, event)
        window = Window(date(2026, 3, 2), CHINA, at(18), at(12), at(18), after=0, last=1)
        assert len(gather(store, here, window).events) == 1
        assert sheet_of(gather(store, here, replace(window, after=1))).subject.startswith("No new")
    finally:
        store.close()


# --- a process that is killed ---------------------------------------------------------------------


def written(folder: Path, server: Server) -> Path:
    """A configuration whose digest was due an hour ago."""
    hour_ago = (datetime.now(CHINA) - timedelta(hours=1)).strftime("%H:%M")
    file = folder / "feeds.yaml"
    file.write_text(
        yaml.safe_dump(
            {
                "database": str(folder / "d.db"),
                "digest": {"at": hour_ago, "to": [{"id": "desk", "url": server.url()}]},
            }
        )
    )
    return file


def started(file: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "monitor", "run", "--config", str(file)],
        cwd=file.parent, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=None,
    )  # fmt: skip


async def ended(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    process.send_signal(how)
    await asyncio.to_thread(process.wait, 60)


async def test_killed_between_making_and_sending_the_mail_comes_once(tmp_path: Path) -> None:
    async with mailbox() as server:
        server.order("RCPT", "451 come back later", 1)
        server.order("RCPT", "hang", 1)
        file = written(tmp_path, server)
        store = open_store(str(tmp_path / "d.db"))
        store.mailbox_known_at("desk", datetime.now(UTC) - timedelta(days=2))
        store.close()
        process = started(file)
        try:
            async with asyncio.timeout(60):
                while not server.asked:  # made, queued, first refused
                    assert process.poll() is None, "it ended by itself"
                    await asyncio.sleep(0.02)
        finally:
            await ended(process, signal.SIGKILL)
        assert not server.raw
        server.acts.clear()
        edition = _only(tmp_path)
        process = started(file)
        try:
            [mail] = await server.wait_for(1, 60)
        finally:
            await ended(process, signal.SIGTERM)
        assert not await _made_again(file), "nothing is due any more"
        assert len(server.raw) == 1
        assert mail["Message-ID"] == f"<{edition.delivery_id}.digest@firm.example>"
        assert mail["Subject"] == edition.subject
        assert _only(tmp_path) == edition, "what was made first is what was sent"


async def _made_again(file: Path) -> list[Edition]:
    here = load_config(file, adapters=ADAPTERS, channels=CHANNELS)
    async with running(here) as (keeper, press):
        counts = await keeper(Store.queue_counts)
        assert (counts["sent"], counts["pending"]) == (1, 0)
        return await press.look(here, datetime.now(UTC))


def _only(folder: Path) -> Edition:
    store = open_store(str(folder / "d.db"))
    try:
        edition = store.last_edition("desk", datetime.now(UTC) + timedelta(days=1))
        assert edition is not None
        return edition
    finally:
        store.close()
