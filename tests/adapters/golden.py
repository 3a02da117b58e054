"""Pages on file and what an adapter makes of them.

`tests/fixtures/pages/<adapter>/<case>.*` is the page, `<case>.about.yaml` says what it is and how
the source is configured, `<case>.items.json` what comes out of it. To write the last one anew after
a wanted change: `GOLDEN=write pytest tests/adapters`, and read the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from monitor.adapters import ADAPTERS, Adapter, Found
from monitor.config import Issuer, Source
from monitor.model import Checkpoint, Item, Page

PAGES = Path(__file__).parents[1] / "fixtures/pages"
SEEN_AT = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
ISSUERS: Sequence[Issuer] = (
    Issuer(
        id="sample-magnet",
        names={"en": ["Sample Magnetics"], "zh-Hans": ["样例磁材"]},
        tickers=["300748.SZ", "06680.HK"],
    ),
    Issuer(id="sample-shanghai", names={"en": ["Sample Shanghai"]}, tickers=["600111.SH"]),
)


@dataclass(frozen=True)
class Case:
    """One page on file."""

    adapter: str
    path: Path

    @property
    def about(self) -> dict[str, Any]:
        about = yaml.safe_load(self._beside("about.yaml").read_text(encoding="utf-8"))
        assert isinstance(about, dict)
        return about

    @property
    def golden(self) -> Path:
        return self._beside("items.json")

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(f"{self.path.stem}.{ending}")

    def found(self) -> list[Found]:
        """What the adapter makes of the page."""
        adapter = make(self.adapter, **self.about.get("source", {}))
        list(adapter.start(Checkpoint("sample")))
        return list(adapter.parse(self.page()))

    def page(self) -> Page:
        about = self.about
        content_type = about.get("content_type", "")
        return Page(
            url="https://sample.example/feed/",
            status=200,
            headers={"content-type": content_type} if content_type else {},
            body=self.path.read_bytes(),
            fetched_at=SEEN_AT,
            note=about.get("note", ""),
        )


def cases() -> list[Case]:
    paths = sorted(p for p in PAGES.glob("*/*") if not p.name.endswith((".yaml", ".items.json")))
    return [Case(p.parent.name, p) for p in paths]


def make(adapter: str, *, options: dict[str, Any] | None = None, **entry: Any) -> Adapter:
    """An adapter for an entry called `sample`."""
    kind = ADAPTERS[adapter]
    if kind.needs_url:
        entry.setdefault("url", "https://sample.example/feed/")
    chosen = kind.Options(**options) if kind.Options is not None and options else None
    source = Source(id="sample", adapter=adapter, every_s=60, options=chosen, **entry)
    return kind(source, ISSUERS)


def page(body: bytes | str, *, note: str = "", content_type: str = "") -> Page:
    """A page with this body."""
    return Page(
        url="https://sample.example/feed/",
        status=200,
        headers={"content-type": content_type} if content_type else {},
        body=body.encode() if isinstance(body, str) else body,
        fetched_at=SEEN_AT,
        note=note,
    )


def plain(found: Found) -> dict[str, Any]:
    """JSON-ready, with the kind of thing it is and without what is the same everywhere."""
    row = {"": type(found).__name__} | asdict(found)
    for key in ("attachment_url", "json", "source_hash", "unread"):
        if row.get(key, "") is None:
            del row[key]
    if isinstance(found, Item):
        assert found.fetched_at == SEEN_AT
        del row["fetched_at"]
        row["published_at"] = found.published_at.isoformat() if found.published_at else None
    return row
