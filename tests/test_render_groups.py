"""Several alerts in one message, entries of the unsure queue, notices to ops."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.clock import CHINA
from monitor.model import Event, Group, Message, Notice, Unsure
from monitor.render import BRIEF_CHARS, grouped, ops_notice, unsure_alert
from tests.alerts import JL_MAG, NOW, delivery, event, item, match

INNUOVO = JL_MAG.model_copy(
    update={"id": "innuovo", "names": {"en": ["Innuovo"]}, "tickers": ["000795.SZ"]}
)
ISSUERS = {"jl-mag": JL_MAG, "innuovo": INNUOVO}
LOSS = event(story="0" * 12, about=item("qa-2"), found=match(issuer_id="innuovo", status="revoked"))


def group(kind: str, *members: Event | Unsure) -> Group:
    held = delivery(event())
    return Group(kind, tuple((held, m) for m in members))


def render(of: Group, **more: bool) -> Message:
    return grouped(of, ISSUERS, delivery_id="91be04c2d7aa", now=NOW, zone=CHINA, **more)


def test_the_title_counts_and_each_alert_has_title_evidence_link_and_event() -> None:
    message = render(group("quiet", LOSS, event(), event()))
    assert message.title == "▼ 1 · ▲ 2 · 3 alerts from quiet hours"
    assert message.status == "revoked", "the worst colours it"
    blocks = message.body.split("\n\n")
    assert blocks[0].splitlines() == [
        "▼ REVOKED · Innuovo · 000795.SZ",
        "“公司的部分磁材产品已拿到主管部门签发的出口许可证”",
        "https://irm.example/answer/qa-2 · event 000000000000",
    ]
    assert blocks[1].startswith("▲ GRANTED · JL MAG 金力永磁 · 300748.SZ / 06680.HK\n")
    assert blocks[-1] == "3 alerts · delivery 91be04c2d7aa"
    assert render(group("quiet", LOSS, event()), doubtful=True).body.endswith("may be a repeat")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("late", "▲ 2 · 2 older alerts, found late"),
        ("poll", "▲ 2 · 2 more alerts, many at once"),
        ("story", "▲ GRANTED · JL MAG 金力永磁 · 300748.SZ / 06680.HK · 2 more updates"),
        ("another", "▲ 2 · 2 alerts"),
    ],
)
def test_the_title_says_why_they_come_together(kind: str, words: str) -> None:
    assert render(group(kind, event(), event())).title == words


def test_a_group_of_one_is_the_alert_itself_under_the_id_of_the_group() -> None:
    message = render(group("quiet", event()))
    assert message.title == "▲ GRANTED · JL MAG 金力永磁 · 300748.SZ / 06680.HK"
    assert message.body.endswith("event 7f3a9c12ab34 · delivery 91be04c2d7aa")


def test_two_hundred_are_all_listed_and_none_can_break_out_of_its_lines() -> None:
    nasty = item("qa-9", title="a\nb", url="javascript:alert(1)")
    odd = event(about=nasty, found=match(quote="行一\n行二\u202e" + "长" * 500))
    message = render(group("poll", *[event(story=f"{n:012x}") for n in range(199)], odd))
    assert message.body.count("· event ") == 199
    assert message.body.count("\nevent 7f3a9c12ab34") == 1, "no link, but the event"
    quoted = message.body.split("\n\n")[199].splitlines()[1]
    assert quoted.startswith("“行一 行二长")
    assert len(quoted) == BRIEF_CHARS + 2


def test_an_unsure_entry_says_that_no_fact_was_drawn() -> None:
    entry = Unsure(item(), "许可证方面有进展。", "no rule drew a fact")
    message = unsure_alert(entry, JL_MAG, delivery_id="d1", now=NOW, zone=CHINA)
    assert message.title == "? UNSURE · JL MAG 金力永磁 · 300748.SZ / 06680.HK"
    assert message.status is None
    lines = message.body.splitlines()
    assert lines[0] == "The rules drew no fact from this: no rule drew a fact"
    assert lines[1] == "“许可证方面有进展。”"
    assert lines[-1] == f"item {entry.item.id} · delivery d1"
    unnamed = replace(entry, item=item(issuer_id=None))
    message = unsure_alert(unnamed, None, delivery_id="d1", now=NOW, zone=CHINA)
    assert message.title == "? UNSURE · 金力永磁:投资者问答"


def test_unsure_entries_may_stand_in_a_group() -> None:
    entry = Unsure(item("qa-3"), "许可证方面有进展。", "no rule drew a fact")
    message = render(group("quiet", event(), entry))
    assert message.title == "▲ 1 · ? 1 · 2 alerts from quiet hours"
    assert f"item {entry.item.id}" in message.body


def test_a_notice_ends_with_its_key_and_delivery() -> None:
    words = Notice("receiver:desk", "OPS · receiver desk is down", "It is.\nTwo wait.", (), NOW)
    message = ops_notice(words, delivery_id="d1")
    assert message.title == "OPS · receiver desk is down"
    assert message.body == "It is.\nTwo wait.\nreceiver:desk · delivery d1"
