"""A disk that does not confirm what it was told to keep: that is never "saved"."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.standins.desk import Desk
from monitor.standins.feeds import FeedSite
from tests.survival.places import GRANT, config_for, in_child

VISITS = """
import asyncio, os, sys
from pathlib import Path
from monitor.adapters import ADAPTERS
from monitor.channels import CHANNELS
from monitor.config import load_config
from monitor.errors import StoreError
from monitor.service import Service
from monitor.stores import Store

async def main():
    config = load_config(sys.argv[1], adapters=ADAPTERS, channels=CHANNELS)
    fails = Path(os.environ["FSYNC_FAILS"])
    async with Service.open(config) as service:
        fails.touch()
        for _ in range(2):
            try:
                await service.visit("press")
            except StoreError as error:
                assert error.reason == "disk", error
            else:
                sys.exit("saved, says the visit, and the disk did not confirm it")
        assert not await service.keeper(Store.item_counts)
        fails.unlink()
        visit = await service.visit("press")
        assert (visit.fresh, visit.events) == (1, 1), visit
        fails.touch()
        tally = await service.outbox.flush()
        assert tally.sent == 1
        again = await service.outbox.flush()
        fails.unlink()
    async with Service.open(config) as service:
        tally = await service.outbox.flush()
        assert tally.sent == 0, "it was noted down at the end"

asyncio.run(main())
"""


@pytest.fixture
def shim(tmp_path: Path) -> Path:
    cc = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if sys.platform != "linux" or cc is None:
        pytest.skip("no C compiler on Linux: fsync errors are not tried")
    made, source = tmp_path / "fsync_shim.so", Path(__file__).with_name("fsync_shim.c")
    subprocess.run([cc, "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl"], check=True)
    return made


async def test_an_alert_whose_flush_failed_comes_again_and_is_sent_once(
    tmp_path: Path, feed_site: FeedSite, desk: Desk, shim: Path
) -> None:
    feed = feed_site.feed("/feed/")
    feed.publish("Magnets get their papers", GRANT)
    disk = tmp_path / "disk"
    disk.mkdir()
    config_for(tmp_path, disk / "monitor.db", feed, desk, desk)
    done = await asyncio.to_thread(
        in_child,
        VISITS,
        str(tmp_path / "feeds.yaml"),
        LD_PRELOAD=str(shim),
        FSYNC_FOLDER=str(disk),
        FSYNC_FAILS=str(tmp_path / "fails"),
    )
    assert done.returncode == 0, done.stderr
    news = [call for call in desk.received if "GRANTED" in call.json["title"]]
    assert len(news) == 1
