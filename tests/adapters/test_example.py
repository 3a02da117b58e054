"""The adapter that docs/adapters.md shows to whoever writes the next one keeps what all promise."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from monitor.adapters import Skip
from monitor.config import Source
from monitor.errors import ParseError
from monitor.model import Checkpoint, Item
from monitor.standins import CHALLENGE
from tests.adapters.golden import SEEN_AT, page
from tests.adapters.test_every_adapter import HOSTILE

DOCS = Path(__file__).parents[2] / "docs/adapters.md"


def sample(**entry: Any) -> Any:
    """The class as it stands there."""
    text = DOCS.read_text(encoding="utf-8").partition("## Adding an adapter")[2]
    shown = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert shown is not None
    names: dict[str, Any] = {}
    exec(dedent(shown[1]), names)
    return names["Sample"](Source(id="sample", adapter="sample", **entry), ())


def test_it_asks_its_own_site_and_reads_its_rows() -> None:
    adapter = sample(base_url="http://127.0.0.1:9/")
    [request] = adapter.start(Checkpoint("sample"))
    assert request.url == "http://127.0.0.1:9/list"
    at = int(SEEN_AT.timestamp() * 1000) - 60_000
    rows = [{"id": 7, "answer": "<p>Yes.</p>", "time": at}, {"id": 8, "time": at}, None]
    item, *others = adapter.parse(page(json.dumps({"rows": rows})))
    assert isinstance(item, Item)
    assert (item.guid, item.text, item.source_name) == ("7", "Yes.", "Sample Q&A")
    assert [type(thing) for thing in others] == [Skip, Skip]


@pytest.mark.parametrize("what", HOSTILE)
def test_a_page_that_is_something_else_is_named(what: str) -> None:
    try:
        found = list(sample().parse(page(HOSTILE[what])))
    except ParseError:
        return
    assert found
    assert all(isinstance(thing, Skip) for thing in found)


def test_a_wall_is_told_from_a_broken_page() -> None:
    with pytest.raises(ParseError) as caught:
        list(sample().parse(page(CHALLENGE)))
    assert caught.value.reason == "auth"
