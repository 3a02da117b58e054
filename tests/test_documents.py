"""Documents become items without losing anything, and events are written as the contract says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from monitor.config import Issuer
from monitor.documents import Tickers, alerts, event_row, item_from, line_of, moment, parse
from monitor.errors import DocumentError
from tests.alerts import JL_MAG, NOW, event, match

BTR = Issuer(
    id="btr", names={"zh-Hans": ["贝特瑞"]}, tickers=["920185.BJ"], former_tickers=["835185.BJ"]
)
TICKERS = Tickers([JL_MAG, BTR])


@pytest.mark.parametrize(
    ("ticker", "issuer_id"),
    [
        ("300748.SZ", "jl-mag"),
        ("300748.sz", "jl-mag"),
        ("06680.HK", "jl-mag"),
        ("6680.HK", "jl-mag"),
        ("jl-mag", "jl-mag"),
        ("835185.BJ", "btr"),
        ("300748.SH", None),
        ("", None),
        (None, None),
    ],
)
def test_every_spelling_of_a_ticker_is_known(ticker: str | None, issuer_id: str | None) -> None:
    assert TICKERS.issuer_id(ticker) == issuer_id


def test_a_document_becomes_an_item() -> None:
    item = item_from(
        {
            "id": 7, "text": "t", "title": "h", "question": "q", "channel": "ir_qa",
            "source": "desk",
            "source_tier": "official", "published": "2026-03-02T11:02:00+08:00", "lang": "zh-Hans",
            "seen": "2026-03-02T03:05:00Z", "subject_firm": "6680.HK",
        },
        TICKERS,
        NOW,
    )  # fmt: skip
    assert (item.guid, item.kind, item.tier, item.language) == ("7", "ir_qa", "official", "zh-Hans")
    assert (item.title, item.question, item.text) == ("h", "q", "t")
    assert item.issuer_id == "jl-mag"
    assert item.source_id == item.source_name == "desk"
    assert item.published_at == datetime(2026, 3, 2, 3, 2, tzinfo=UTC)
    # "Today" in the text means the day where it was published.
    assert item.published_at.utcoffset() == timedelta(hours=8)
    assert item.fetched_at == datetime(2026, 3, 2, 3, 5, tzinfo=UTC)


def test_what_is_missing_has_plain_defaults() -> None:
    item = item_from({"id": "x", "text": "t", "title": None}, TICKERS, NOW)
    assert (item.kind, item.tier, item.title, item.question) == ("news", "media", "", None)
    assert item.published_at is None
    assert item.fetched_at == NOW
    dated = item_from({"id": "x", "text": "t", "published": "2026-03-01"}, TICKERS, NOW)
    assert dated.fetched_at == dated.published_at == datetime(2026, 3, 1, tzinfo=UTC)


def test_moments() -> None:
    assert moment("2026-03-02") == datetime(2026, 3, 2, tzinfo=UTC)
    for wrong in ("soon", "0001-01-01", "9999-12-31T23:59:59-12:00"):
        with pytest.raises(ValueError, match=r"."):
            moment(wrong)


def test_which_matches_alert() -> None:
    assert alerts(match())
    assert alerts(match(status="revoked", certainty="reported"))
    assert not alerts(match(novelty="background"))
    assert not alerts(match(certainty="denied"))
    assert not alerts(match(certainty="expected"))
    assert not alerts(match(status="pending"))
    assert not alerts(match(issuer_id=None, firm_name="Acme"))


def test_rows() -> None:
    row = event_row(match(), TICKERS)
    assert row["firm"] == "300748.SZ"
    assert row["alert"] is True
    assert row["destinations"] == ["US", "EU", "SEA"]
    assert "story" not in row
    assert event_row(match(issuer_id=None, firm_name="Acme"), TICKERS)["firm"] == "other:Acme"
    assert event_row(match(issuer_id=None), TICKERS)["firm"] is None
    judged = event()
    row = event_row(judged.match, TICKERS, judged)
    assert (row["story"], row["verdict"], row["alert"]) == (
        judged.id,
        judged.verdict,
        judged.alerting,
    )


def test_lines_are_utf_8_whatever_they_hold() -> None:
    assert line_of("x", [{"a": "许可"}]) == '{"id": "x", "events": [{"a": "许可"}]}\n'.encode()
    assert json.loads(line_of("x", [{"a": "\ud800"}]))["events"] == [{"a": "\ud800"}]


@pytest.mark.parametrize(
    "line", [b"", b"nul", b'{"a": ' + b"9" * 5000 + b"}", b'{"a"', b"\xff", b"[" * 99_999]
)
def test_what_is_no_document_is_told_in_one_line(line: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(line)
    assert "\n" not in str(caught.value)
