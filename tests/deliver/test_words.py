"""Every kind of delivery reaches a real desk in its own words."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest_asyncio

from monitor.channels import open_channels
from monitor.clock import CHINA, utc_now
from monitor.config import Receiver
from monitor.deliver import Outbox
from monitor.deliver.words import born_at
from monitor.model import Delivery, Group, Notice, Reading, Unsure
from monitor.standins.desk import Desk
from monitor.stores import Keeper, Store, open_store
from tests.alerts import JL_MAG, NOW, delivery, event, item, numbered
from tests.outboxes import put


@pytest_asyncio.fixture
async def keeper(tmp_path: Path) -> AsyncIterator[Keeper]:
    keeper = await Keeper.open(partial(open_store, str(tmp_path / "m.db"), exclusive=True))
    yield keeper
    await keeper.close()


async def flushed(keeper: Keeper, desk: Desk) -> list[str]:
    """Send what is due; the titles that arrived, in order."""
    channels = await open_channels([Receiver(id="desk", channel="apprise", url=desk.apprise_url)])
    await Outbox(keeper, channels, [JL_MAG], CHINA, rng=random.Random(1)).flush()
    for channel in channels.values():
        await channel.aclose()
    return [call.json["title"] for call in desk.accepted]


async def test_a_group_is_one_message_and_is_tried_again_as_a_whole(
    keeper: Keeper, desk: Desk
) -> None:
    group = Delivery("g1", "group:quiet:x", "desk", NOW, severity=1, because="quiet until 07:00")
    pairs = [numbered(n) for n in (1, 2, 3)]
    held = [(e, replace(d, state="grouped", group_id="g1")) for e, d in pairs]
    await keeper(put, *held)
    await keeper(Store.record, None, [], [], [], [group])
    desk.fail(1)
    assert await flushed(keeper, desk) == []
    await keeper(Store.hasten, "desk", utc_now())
    assert await flushed(keeper, desk) == ["▲ 3 · 3 alerts from quiet hours"]
    body = desk.accepted[0].json["message"]
    assert [f"event {n:012x}" in body for n in (1, 2, 3)] == [True] * 3
    assert body.endswith("3 alerts · delivery g1")
    members = await keeper(Store.carried, "g1")
    assert all(d.sent_at is not None for d in members)
    assert await flushed(keeper, desk) == ["▲ 3 · 3 alerts from quiet hours"], "once"


async def test_unsure_entries_and_notices_are_told_in_their_own_words(
    keeper: Keeper, desk: Desk
) -> None:
    made = item()
    entry = Delivery("u1", f"unsure:{made.id}", "desk", NOW, severity=2)
    unsure = Reading(unsure="许可证方面有进展。", unsure_because="no rule drew a fact")
    words = Notice("source:ree", "OPS · source ree is down", "HTTP 503", ("desk",), NOW)
    await keeper(Store.record, None, [made], [unsure], [], [entry], [words])
    assert await flushed(keeper, desk) == [
        "? UNSURE · JL MAG 金力永磁 · 300748.SZ / 06680.HK",
        "OPS · source ree is down",
    ]


def test_a_group_is_as_old_as_its_newest_member() -> None:
    old, new = event(), replace(event(), detected_at=NOW + timedelta(days=2))
    held = delivery(old)
    assert born_at(Group("quiet", ((held, old), (held, new)))) == NOW + timedelta(days=2)
    assert born_at(Unsure(item(), "", "")) == item().fetched_at
