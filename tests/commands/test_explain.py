"""`monitor explain`: every way to hand it a text, and what an analyst sees."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner, Result

from monitor.commands.read import explain
from monitor.documents import item_from, parse
from monitor.errors import MonitorError
from monitor.model import Reading
from monitor.stores import open_store
from tests.commands.test_read import ANSWER, NEWS, lines

TEXT = "Ningbo Yunsheng has not yet received export licences for Japan. The canteen is closed."


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(explain, list(arguments), input=stdin)


def shown(*arguments: str, stdin: bytes = b"") -> str:
    result = run(*arguments, stdin=stdin)
    assert result.exit_code == 0, result.output
    return result.stdout


def told(*arguments: str, stdin: bytes = b"") -> dict[str, Any]:
    value = json.loads(shown(*arguments, "--json", stdin=stdin))
    assert isinstance(value, dict)
    return value


def refused(*arguments: str) -> str:
    """The one clear line an impossible wish ends with."""
    result = run(*arguments)
    assert result.exit_code != 0
    assert isinstance(result.exception, MonitorError), result.output
    assert "\n" not in str(result.exception)
    return str(result.exception)


def test_a_text_on_the_command_line() -> None:
    out = shown(TEXT)
    assert "⟦Ningbo Yunsheng⟧" in out
    assert "‹export licences›" in out
    assert "NOT YET" in out
    assert "negated by" in out
    assert "nobody is told" in out
    assert "1 sentence without licence words" in out
    assert "\x1b" not in out


def test_an_alert_says_who_would_be_told() -> None:
    out = shown(NEWS["text"], "--published", "2026-03-04")
    assert "▲ GRANTED" in out
    assert "600366.SH" in out
    assert "screen: told by route 1" in out


def test_a_question_is_context_and_never_evidence() -> None:
    out = shown("已陆续取得。", "--issuer", "300748.SZ", "--question", "拿到出口许可证了吗？")
    assert "question: never evidence" in out
    assert "▲ GRANTED" in out
    assert "speaks for JL MAG" in out


def test_json_has_sentences_events_and_reasons() -> None:
    value = told(TEXT, "--published", "2026-03-04T10:00:00+08:00")
    first = value["sentences"][0]
    firm = next(m for m in first["marks"] if m["kind"] == "firm")
    assert TEXT[firm["start"] : firm["end"]] == "Ningbo Yunsheng"
    assert any(step["status"] == "not_received" for step in first["steps"])
    (event,) = value["events"]
    assert event["firm"] == "600366.SH"
    assert event["alert"] is False
    assert event["told"]
    assert value["item"]["published"] == "2026-03-04T10:00:00+08:00"


def test_a_text_without_licences_says_so() -> None:
    out = shown("The canteen serves noodles.")
    assert "No word of it speaks of licences." in out
    assert "No event." in out


def test_standard_input() -> None:
    assert told("-", stdin=str(NEWS["text"]).encode())["events"][0]["firm"] == "600366.SH"


def test_a_text_file_in_an_old_encoding(tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_bytes("宁波韵升已取得对日本客户的出口许可证。".encode("gb18030"))
    assert told("news.txt")["events"][0]["destinations"] == ["JP"]


def test_an_html_file(tmp_path: Path) -> None:
    (tmp_path / "story.html").write_text(
        "<!doctype html><html><head><title>A maker is cleared</title><script>x='licence'</script>"
        "</head><body><p>Ningbo Yunsheng has received an <em>export licence</em> for Japan.</p>"
        "</body></html>"
    )
    value = told("story.html")
    assert value["item"]["title"] == "A maker is cleared"
    assert value["events"][0]["status"] == "granted"


def test_a_document_of_a_jsonl_file(tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_bytes(lines(ANSWER, NEWS))
    assert told("many.jsonl", "--line", "2")["events"][0]["firm"] == "600366.SH"
    assert told("many.jsonl", "--id", "one")["events"][0]["firm"] == "300224.SZ"
    assert "2 documents in it; choose with --line N or --id ID" in refused("many.jsonl")
    assert "no document with id nobody" in refused("many.jsonl", "--id", "nobody")
    (tmp_path / "one.jsonl").write_bytes(lines(ANSWER))
    assert told("one.jsonl")["item"]["issuer"] == "zhenghai-magnetic"


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("empty.txt", b"  \n", "the text is empty"),
        ("picture.txt", bytes(range(32)) * 40, "not a text"),
        ("filing.txt", b"%PDF-1.7 ...", "a PDF"),
        ("broken.json", b"{", "not JSON"),
        ("none.jsonl", b"", "no document in it"),
    ],
)
def test_a_file_that_cannot_be_read(name: str, body: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(body)
    assert said in refused(name)


def test_wishes_that_cannot_be_met() -> None:
    assert "nowhere.txt: no such file" in refused("nowhere.txt")
    assert "no such issuer" in refused(TEXT, "--issuer", "999999.SZ")
    assert "the text is empty" in refused("   ")
    assert "there is no monitor.db" in refused("0123456789abcdef")
    assert run(TEXT, "--published", "soon").exit_code == 2
    assert run(TEXT, "--kind", "rumour").exit_code == 2


def test_escapes_in_a_text_do_not_reach_the_terminal() -> None:
    out = shown("\x1b[31mNingbo Yunsheng\x1b[0m has received an export licence.\u202e")
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_strange_text_is_explained() -> None:
    text = "\ud800出口许可证" + "获得" * 3000 + "(" * 3000 + "𠀀出口许可证"
    assert run(text).exit_code == 0


def test_an_item_of_the_database(tmp_path: Path) -> None:
    from monitor.config import builtin_issuers
    from monitor.documents import Tickers
    from tests.alerts import NOW

    item = item_from(parse(lines(ANSWER)), Tickers(builtin_issuers()), NOW)
    item = replace(item, fetched_at=NOW, published_at=NOW)
    store = open_store("own.db")
    store.record(None, [item], [Reading()], [], [])
    store.close()
    value = told(item.id, "--database", "own.db")
    assert value["item"]["id"] == item.id
    assert value["events"][0]["firm"] == "300224.SZ"
    assert "no such item or event" in refused("ffffffffffffffff", "--database", "own.db")


async def test_a_web_page(tmp_path: Path) -> None:
    import asyncio

    async def page(request: web.Request) -> web.Response:
        return web.Response(
            body="<html><body><p>宁波韵升已取得对日本客户的出口许可证。</p>".encode("gbk"),
            content_type="text/html",
        )

    application = web.Application()
    application.router.add_get("/story", page)
    (tmp_path / "local.yaml").write_text("fetch: {allow_private_addresses: true}\n")
    async with TestServer(application) as server:
        url = str(server.make_url("/story"))
        result = await asyncio.to_thread(run, url, "--json", "--config", "local.yaml")
        gone = await asyncio.to_thread(run, str(server.make_url("/gone")), "--config", "local.yaml")
        refused_here = await asyncio.to_thread(run, url)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["events"][0]["destinations"] == ["JP"]
    assert isinstance(gone.exception, MonitorError)
    assert "404" in str(gone.exception)
    assert isinstance(refused_here.exception, MonitorError)
