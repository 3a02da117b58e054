"""The names of `feeds.yaml` and the classes behind them, as the type checker sees them too."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from monitor.adapters import ADAPTERS, Adapter
from monitor.adapters.cninfo import Cninfo
from monitor.adapters.em_ann import EmAnn
from monitor.adapters.feed import Feed
from monitor.adapters.flash import Cls, EmFlash, SinaFlash, ThsFlash
from monitor.adapters.gdelt import Gdelt
from monitor.adapters.hkex import Hkex
from monitor.adapters.jsonapi import JsonApi
from monitor.adapters.listing import Listing
from monitor.adapters.mofcom import Mofcom
from monitor.adapters.p5w import P5w
from monitor.adapters.sitemap import Sitemap
from monitor.adapters.sse_ann import SseAnn
from monitor.adapters.sse_irm import SseIrm
from monitor.adapters.szse_ann import SzseAnn
from monitor.adapters.szse_irm import SzseIrm
from monitor.channels import CHANNELS, Channel
from monitor.channels.apprise import AppriseChannel
from monitor.channels.console import ConsoleChannel
from monitor.channels.dingtalk import DingTalkChannel
from monitor.channels.feishu import FeishuChannel
from monitor.channels.mail import MailChannel
from monitor.channels.webhook import WebhookChannel
from monitor.channels.wecom import WeComChannel
from monitor.config import Receiver

EVERY_ADAPTER: dict[str, type[Adapter]] = {
    "cls": Cls, "cninfo": Cninfo, "em_ann": EmAnn, "em_flash": EmFlash, "feed": Feed,
    "gdelt": Gdelt, "hkex": Hkex, "jsonapi": JsonApi, "listing": Listing, "mofcom": Mofcom,
    "p5w": P5w, "sina_flash": SinaFlash, "sitemap": Sitemap, "sse_ann": SseAnn, "sse_irm": SseIrm,
    "szse_ann": SzseAnn, "szse_irm": SzseIrm, "ths_flash": ThsFlash,
}  # fmt: skip
EVERY_CHANNEL: dict[str, Callable[[Receiver], Channel]] = {
    "apprise": AppriseChannel, "console": ConsoleChannel, "dingtalk": DingTalkChannel,
    "feishu": FeishuChannel, "lark": FeishuChannel, "mail": MailChannel, "webhook": WebhookChannel,
    "wecom": WeComChannel,
}  # fmt: skip


def test_each_name_leads_to_its_class() -> None:
    assert dict(ADAPTERS) == EVERY_ADAPTER
    assert dict(CHANNELS) == EVERY_CHANNEL


def test_a_name_that_is_none() -> None:
    assert "nothing" not in ADAPTERS
    assert ADAPTERS.get("nothing") is None
    with pytest.raises(KeyError):
        ADAPTERS["nothing"]


def test_naming_them_loads_none() -> None:
    code = (
        "import sys; from monitor.adapters import ADAPTERS; from monitor.channels import CHANNELS;"
        "assert 'feed' in ADAPTERS and len(list(ADAPTERS)) > 10 and list(CHANNELS);"
        "assert 'selectolax' not in sys.modules and 'monitor.channels.mail' not in sys.modules;"
        "ADAPTERS['feed']; assert 'monitor.adapters.cninfo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
