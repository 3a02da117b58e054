"""One file per kind of source. An adapter turns pages into items and knows nothing else.

To add one: write `adapters/<name>.py` with a class that has what `Adapter` asks for, name it in
`ADAPTERS`, and give it a stand-in and pages under `tests/fixtures/pages/<name>/`
(see docs/adapters.md).
"""

from __future__ import annotations

from monitor.adapters.protocol import Adapter, Found, Remember, Skip
from monitor.config import Registry

ADAPTERS: Registry[type[Adapter]] = Registry(
    __name__,
    {
        "cls": "flash.Cls",
        "cninfo": "cninfo.Cninfo",
        "em_ann": "em_ann.EmAnn",
        "em_flash": "flash.EmFlash",
        "feed": "feed.Feed",
        "gdelt": "gdelt.Gdelt",
        "hkex": "hkex.Hkex",
        "jsonapi": "jsonapi.JsonApi",
        "listing": "listing.Listing",
        "mofcom": "mofcom.Mofcom",
        "p5w": "p5w.P5w",
        "sina_flash": "flash.SinaFlash",
        "sitemap": "sitemap.Sitemap",
        "sse_ann": "sse_ann.SseAnn",
        "sse_irm": "sse_irm.SseIrm",
        "szse_ann": "szse_ann.SzseAnn",
        "szse_irm": "szse_irm.SzseIrm",
        "ths_flash": "flash.ThsFlash",
    },
)
"""The names that `adapter:` may have in feeds.yaml."""

__all__ = ["ADAPTERS", "Adapter", "Found", "Remember", "Skip"]
