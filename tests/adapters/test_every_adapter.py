"""What every adapter promises, whatever it reads."""

from __future__ import annotations

import json
import os
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adapters import ADAPTERS, Remember, Skip
from monitor.errors import ParseError, SourceError
from monitor.model import Checkpoint, Item, Request
from monitor.standins import CHALLENGE
from tests.adapters.golden import Case, cases, make, page, plain

EVERY = pytest.mark.parametrize("name", sorted(ADAPTERS))
CASES = pytest.mark.parametrize(
    "case", cases(), ids=lambda case: f"{case.adapter}/{case.path.name}"
)

HOSTILE = {
    "nothing": b"",
    "blanks": b" \r\n\t",
    "words": "今天没有消息".encode(),
    "a page": b"<!doctype html><html><head><title>Welcome</title></head><body>hi</body></html>",
    "a wall": CHALLENGE.encode(),
    "zeros": bytes(4000),
    "deep JSON": b"[" * 200_000,
    "deep object": b'{"rows":' * 100_000,
    "deep XML": b"<rss><channel>" + b"<a>" * 100_000,
    "huge number": b'{"rows": [' + b"9" * 5000 + b"]}",
    "null": b"null",
    "a list": b"[1, 2, 3]",
    "a wrong object": b'{"rows": {"a": 1}, "results": "x", "items": 7, "data": []}',
    "an error": '{"code": 500, "message": "系统繁忙"}'.encode(),
    "entity bomb": b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<rss><channel><item><title>&b;</title></item></channel></rss>",
    "external entity": b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    b"<rss><channel><item><title>&f;</title></item></channel></rss>",
    "another XML": b'<?xml version="1.0"?><urlset><url><loc>https://x.example</loc></url></urlset>',
    "half a tag": b"<rss",
}
NOTES = ("", "feed", "lookup", "list:1", "list:2", "detail:1")


@EVERY
def test_it_says_what_it_is(name: str) -> None:
    kind = ADAPTERS[name]
    assert kind.__doc__
    assert kind.kind
    assert kind.tier
    if kind.Options is not None:
        assert kind.Options().model_config["extra"] == "forbid"


@EVERY
def test_it_starts_with_requests_to_its_own_site(name: str) -> None:
    adapter = make(name, base_url="http://127.0.0.1:9")
    requests = list(adapter.start(Checkpoint("sample")))
    assert 1 <= len(requests) <= 3
    assert all(request.url.startswith("http://127.0.0.1:9/") for request in requests)


@CASES
def test_pages_on_file_read_as_they_always_did(case: Case) -> None:
    found = [plain(thing) for thing in case.found()]
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("GOLDEN") == "write":
        case.golden.write_text(text, encoding="utf-8")
    assert found == json.loads(case.golden.read_text(encoding="utf-8"))


@CASES
def test_items_are_complete_and_reading_again_gives_the_same(case: Case) -> None:
    first, second = case.found(), case.found()
    assert first == second
    items = [thing for thing in first if isinstance(thing, Item)]
    assert len({item.guid for item in items}) == len(items)
    for item in items:
        assert item.guid
        assert item.guid == item.guid.strip()
        assert item.title or item.text
        assert item.url.startswith("https://")
        assert "<" not in item.text.replace("< ", "")
        assert item.published_at is None or item.published_at.tzinfo is UTC
        assert item.source_id == "sample"
        assert item.source_name


@EVERY
@pytest.mark.parametrize("note", NOTES)
@pytest.mark.parametrize("what", HOSTILE)
def test_a_page_that_is_something_else_is_named(name: str, note: str, what: str) -> None:
    adapter = make(name)
    list(adapter.start(Checkpoint("sample")))
    error, found = None, []
    try:
        found = list(adapter.parse(page(HOSTILE[what], note=note)))
    except SourceError as caught:
        error = caught
    if error is None:
        # It may find nothing worth keeping, but never in silence where rows were due.
        assert [thing for thing in found if isinstance(thing, Skip)]
        assert not [thing for thing in found if isinstance(thing, Item)]
    else:
        assert isinstance(error, ParseError)
        assert "\n" not in str(error)
        assert len(str(error)) < 400


@EVERY
def test_a_wall_is_told_from_a_broken_page(name: str) -> None:
    adapter = make(name)
    note = next(iter(adapter.start(Checkpoint("sample")))).note
    with pytest.raises(ParseError) as caught:
        list(adapter.parse(page(CHALLENGE, note=note)))
    assert "titled '安全验证 Just a moment'" in str(caught.value)
    assert caught.value.reason == "auth"


@CASES
@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data())
def test_damaged_pages_never_break_it(case: Case, data: st.DataObject) -> None:
    """Bytes taken out, put in, overwritten and cut off: items, counted rows or a ParseError."""
    body = bytearray(case.path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(0, len(body) - 1)))
        how = data.draw(st.sampled_from(["drop", "put", "flip", "cut", "double"]))
        if how == "drop":
            del body[at : at + data.draw(st.integers(1, 40))]
        elif how == "put":
            body[at:at] = data.draw(
                st.sampled_from([b"\x00", b"\xff\xfe", b"<", b"&", b"]]>", b'"'])
            )
        elif how == "flip" and body:
            body[at] = data.draw(st.integers(0, 255))
        elif how == "cut":
            del body[at:]
        else:
            body[at:at] = body[at : at + 200]
    about = case.about
    adapter = make(case.adapter, **about.get("source", {}))
    list(adapter.start(Checkpoint("sample")))
    damaged = page(
        bytes(body), note=about.get("note", ""), content_type=about.get("content_type", "")
    )
    try:
        found = list(adapter.parse(damaged))
    except ParseError:
        return
    assert all(isinstance(thing, Item | Request | Skip | Remember) for thing in found)
    assert all(
        thing.guid and (thing.title or thing.text) for thing in found if isinstance(thing, Item)
    )
