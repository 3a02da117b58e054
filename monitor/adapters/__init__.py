"""One file per kind of source. An adapter turns pages into items and knows nothing else.

To add one: write `adapters/<name>.py` with a class that has what `Adapter` asks for, name it in
`ADAPTERS`, and give it a stand-in and pages under `tests/fixtures/pages/<name>/`
(see docs/adapters.md).
"""

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
from monitor.adapters.protocol import Adapter, Found, Remember, Skip
from monitor.adapters.sitemap import Sitemap
from monitor.adapters.sse_ann import SseAnn
from monitor.adapters.sse_irm import SseIrm
from monitor.adapters.szse_ann import SzseAnn
from monitor.adapters.szse_irm import SzseIrm

ADAPTERS: dict[str, type[Adapter]] = {
    "cls": Cls,
    "cninfo": Cninfo,
    "em_ann": EmAnn,
    "em_flash": EmFlash,
    "feed": Feed,
    "gdelt": Gdelt,
    "hkex": Hkex,
    "jsonapi": JsonApi,
    "listing": Listing,
    "mofcom": Mofcom,
    "p5w": P5w,
    "sina_flash": SinaFlash,
    "sitemap": Sitemap,
    "sse_ann": SseAnn,
    "sse_irm": SseIrm,
    "szse_ann": SzseAnn,
    "szse_irm": SzseIrm,
    "ths_flash": ThsFlash,
}
"""The names that `adapter:` may have in feeds.yaml."""

__all__ = ["ADAPTERS", "Adapter", "Found", "Remember", "Skip"]
