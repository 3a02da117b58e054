"""What a whole document says: slots from later sentences, questions, furniture, rumours, unsure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.model import Item, Match, Reading
from monitor.rules import Rules, load_rules
from tests.rules.test_sentences import FIRMS

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules(FIRMS)


def read(rules: Rules, text: str, **given: Any) -> Reading:
    about: dict[str, Any] = {"title": "", "published_at": NOON, "kind": "news", **given}
    return rules(Item(source_id="t", guid="1", url="", text=text, fetched_at=NOON, **about))


def one(reading: Reading) -> Match:
    (match,) = reading.matches
    return match


def test_places_and_goods_come_from_the_sentence_that_goes_on(rules: Rules) -> None:
    match = one(
        read(
            rules,
            "Example Magnets said it had received export licences. The licences cover rotors for"
            " customers in Germany and Japan.",
        )
    )
    assert match.destinations == ("DE", "JP")
    assert match.products == ("motor_rotors",)


def test_a_chinese_answer_takes_the_place_from_its_question(rules: Rules) -> None:
    match = one(
        read(
            rules,
            "您好，已取得。谢谢！",
            question="请问贵司是否取得对韩国客户的出口许可？",
            kind="ir_qa",
            issuer_id="example",
        )
    )
    assert (match.status, match.destinations, match.attribution) == ("granted", ("KR",), "official")


def test_the_question_is_never_evidence(rules: Rules) -> None:
    reading = read(
        rules,
        "您好，请以公司公告为准。",
        question="恭喜公司拿到对美国的出口许可证！",
        kind="ir_qa",
        issuer_id="example",
    )
    assert reading.matches == ()
    assert reading.unsure == "您好，请以公司公告为准。"


def test_one_sentence_in_a_long_text_is_found_and_furniture_is_not(rules: Rules) -> None:
    filler = "The furnace runs day and night, and the town has learned to sleep beside it. " * 120
    text = (
        f"{filler}\n\nA manager of Example Magnets says its export permit for Norway has come"
        f" through.\n\n{filler}\n\nRelated:\n\nSample Rotors wins export licence for Japan"
    )
    match = one(read(rules, text))
    assert (match.issuer_id, match.destinations) == ("example", ("NO",))
    assert match.quote.endswith("has come through")
    assert text[match.start :].startswith(match.quote)


def test_a_question_and_answer_record_is_read_answer_by_answer(rules: Rules) -> None:
    text = (
        "投资者关系活动记录表\n1、问：公司是否已获得对美国的出口许可证？\n"
        "答：公司已获得日本两家客户的出口许可，美国客户的申请已受理。\n2、问：分红？\n答：每10股派1元。"
    )
    reading = read(rules, text, kind="announcement", issuer_id="example")
    assert [(m.status, m.destinations, m.extent) for m in reading.matches] == [
        ("granted", ("JP",), "2 customers"),
        ("pending", ("US",), "unspecified"),
    ]


def test_a_list_gives_each_firm_its_fact(rules: Rules) -> None:
    text = "示例磁材、样例电机和第三合金昨日均获批向日本客户出口。"
    found = {(m.issuer_id, m.status, m.event_date) for m in read(rules, text).matches}
    assert found == {(firm, "granted", "2026-03-09") for firm in ("example", "sample", "third")}


def test_it_and_the_company_mean_the_firm_named_before(rules: Rules) -> None:
    reading = read(
        rules,
        "Example Magnets reported higher sales. The Ganzhou-based maker has also obtained export"
        " licences for Mexico. It is still waiting for approval to export to India.",
    )
    assert {(m.issuer_id, m.status, m.destinations) for m in reading.matches} == {
        ("example", "granted", ("MX",)),
        ("example", "pending", ("IN",)),
    }


def test_what_is_told_as_history_is_background(rules: Rules) -> None:
    old = one(read(rules, "示例磁材去年6月曾表示获得对美出口许可，今日公布年报。"))
    assert (old.novelty, old.status) == ("background", "granted")
    both = read(
        rules,
        "Example Magnets got its first export licences in June last year. On Monday the ministry"
        " suspended its licence for Thailand.",
    )
    assert [(m.status, m.novelty) for m in both.matches] == [
        ("granted", "background"),
        ("suspended", "new"),
    ] or [m.status for m in both.matches if m.novelty == "new"] == ["suspended"]


def test_a_rumour_taken_back_in_the_next_sentence(rules: Rules) -> None:
    reading = read(
        rules,
        "网传示例磁材出口许可证被吊销。公司证券部人士称消息不实，各项许可证照常使用。",
    )
    by_status = {m.status: m for m in reading.matches}
    assert by_status["revoked"].certainty == "denied"
    assert by_status["granted"].novelty == "background"


def test_who_says_so_and_how_sure(rules: Rules) -> None:
    said = one(read(rules, "Example Magnets said it has received an export licence."))
    assert (said.attribution, said.certainty) == ("official", "confirmed")
    heard = one(read(rules, "Example Magnets has received an export licence, two sources said."))
    assert (heard.attribution, heard.certainty) == ("sources", "reported")


def test_a_traditional_page_full_of_noise(rules: Rules) -> None:
    text = "示例磁材已獲（huò）得對&nbsp;日本的出口許（xǔ）可證（zhèng）３張&hellip;"
    match = one(read(rules, text))
    assert (match.destinations, match.extent) == (("JP",), "3 licences")
    assert match.quote in text


@pytest.mark.parametrize(
    "text",
    [
        "示例磁材取得医疗器械注册证。",
        "Example Magnets' mining licence was renewed.",
        "The US government granted Example Magnets' rival a licence to export chips.",
        "示例磁材董事会批准回购方案，并授予限制性股票。",
    ],
)
def test_other_licences_are_neither_news_nor_doubt(rules: Rules, text: str) -> None:
    reading = read(rules, text)
    assert reading == Reading()


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("Example Magnets frobnicated its export licence.", "no verb"),
        ("Example Magnets hopes to obtain an export licence.", "meant, not done"),
    ],
)
def test_talk_of_licences_without_a_fact_is_unsure(rules: Rules, text: str, because: str) -> None:
    reading = read(rules, text)
    assert reading.matches == ()
    assert reading.unsure == text
    assert because in (reading.unsure_because or "")


def test_two_sentences_that_contradict_each_other_are_unsure(rules: Rules) -> None:
    reading = read(
        rules,
        "Example Magnets has received its export licence. Example Magnets has not received its"
        " export licence.",
    )
    assert reading.unsure_because is not None
    assert "granted" in reading.unsure_because


def test_policy_names_nobody(rules: Rules) -> None:
    match = one(read(rules, "商务部已依法批准一定数量的稀土出口合规申请。", kind="regulator"))
    assert (match.status, match.issuer_id, match.extent) == ("policy", None, "some")


def test_the_title_counts_only_where_the_text_is_silent(rules: Rules) -> None:
    match = one(read(rules, "Read more.", title="Example Magnets wins export licence for Japan"))
    assert (match.where, match.destinations) == ("title", ("JP",))
    text = "Example Magnets said it had not received an export licence."
    assert one(read(rules, text, title="Example Magnets gets licence?")).status == "not_received"
