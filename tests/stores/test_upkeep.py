"""A copy a day, and pruning, as the service has them done: days in a moment, real files."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from monitor.clock import CHINA
from monitor.config import Backup, Config, Keep, Ops
from monitor.stores import Keeper, Store, open_store
from monitor.stores.upkeep import Upkeep, due_day
from tests.alerts import item, numbered, readings
from tests.outboxes import put

MORNING = datetime(2026, 3, 1, 19, 30, tzinfo=UTC)
"""03:30 on the second of March in Shanghai."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    (tmp_path / "copies").mkdir()
    return Config(
        database=str(tmp_path / "monitor.db"),
        backup=Backup(to=str(tmp_path / "copies"), keep=3),
        ops=Ops(to=["oncall"]),
    )


@pytest_asyncio.fixture
async def keeper(config: Config) -> AsyncIterator[Keeper]:
    keeper = await Keeper.open(partial(open_store, config.database, exclusive=True))
    await keeper(put, numbered(1))
    yield keeper
    await keeper.close()


async def no_pause(seconds: float) -> None:
    await asyncio.sleep(0)


def upkeep(keeper: Keeper) -> Upkeep:
    return Upkeep(keeper, lambda: None, pause=no_pause)


def names(config: Config) -> list[str]:
    assert config.backup is not None
    return sorted(p.name for p in Path(config.backup.to).iterdir())


@pytest.mark.parametrize(
    ("at", "minutes", "day"),
    [("03:30", 0, "2026-03-02"), ("03:30", -1, "2026-03-01"), ("23:59", 0, "2026-03-01")],
)
def test_the_day_whose_copy_is_due(at: str, minutes: int, day: str) -> None:
    assert due_day(at, CHINA, MORNING + timedelta(minutes=minutes)) == day


async def test_one_copy_a_day_and_so_many_are_kept(config: Config, keeper: Keeper) -> None:
    assert config.backup is not None
    mine = Path(config.backup.to) / "monitor-before-moving.db"
    mine.write_bytes(b"a file of the operator's")
    for hours in range(5 * 24):
        await upkeep(keeper)(config, MORNING + hours * HOUR)  # each time as after a restart
    assert names(config) == [
        "monitor-2026-03-04.db", "monitor-2026-03-05.db", "monitor-2026-03-06.db", mine.name,
    ]  # fmt: skip
    newest = str(Path(config.backup.to) / "monitor-2026-03-06.db")
    with contextlib.closing(open_store(newest)) as copy:
        assert copy.queue_counts()["pending"] == 1


async def test_a_service_that_was_off_makes_it_when_it_is_back(
    config: Config, keeper: Keeper
) -> None:
    await upkeep(keeper)(config, MORNING + 9 * HOUR)
    assert names(config) == ["monitor-2026-03-02.db"]


async def test_ops_hear_once_of_a_copy_that_fails_and_once_that_it_works_again(
    config: Config, keeper: Keeper
) -> None:
    unmounted = config.model_copy(update={"backup": Backup(to="/nowhere/at/all")})
    chore = upkeep(keeper)
    for minutes in range(0, 180, 10):
        await chore(unmounted, MORNING + timedelta(minutes=minutes))
    await chore(config, MORNING + timedelta(minutes=181))
    for minutes in range(190, 300, 10):
        await chore(config, MORNING + timedelta(minutes=minutes))
    assert names(config) == ["monitor-2026-03-02.db"]
    told = [d for d in await keeper(Store.deliveries) if d.receiver_id == "oncall"]
    titles = [(await keeper(Store.subject, d)).title for d in reversed(told)]  # type: ignore[union-attr]
    assert titles == ["OPS · the backup failed", "OPS · the backup works again"]


async def test_what_is_old_goes_once_an_hour(config: Config, keeper: Keeper) -> None:
    old = [item(f"old-{n}", fetched_at=MORNING - 400 * DAY) for n in range(1200)]
    await keeper(Store.record, None, old, readings(old), [], [])
    config = config.model_copy(update={"keep": Keep(items=390 * 86400.0), "backup": None})
    chore = upkeep(keeper)
    await chore(config, MORNING)
    assert await keeper(Store.item_counts) == {"szse-irm": 1}
    more = [item("older", fetched_at=MORNING - 395 * DAY)]
    await keeper(Store.record, None, more, readings(more), [], [])
    await chore(config, MORNING + HOUR / 2)
    assert await keeper(Store.item_counts) == {"szse-irm": 2}
    await chore(config, MORNING + HOUR)
    assert await keeper(Store.item_counts) == {"szse-irm": 1}
    assert await keeper(Store.unseen, old) == []
