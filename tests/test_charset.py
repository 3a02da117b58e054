"""Bytes to text, whatever the page says about itself."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.charset import decode

SIMPLIFIED = "<p>样例公司表示，镕基材料已经获得主管部门的批准，可以向境外客户发货。</p>"
TRADITIONAL = "<p>範例公司表示，鎔基材料已經獲得主管部門的批准，可以向境外客戶發貨。</p>"
WESTERN = "<p>Müller’s café – “naïve”, no?</p>"
LABELS = [
    None, "text/html", "text/html; charset=utf-8", "text/html; charset=gb2312",
    'text/html; charset="GBK"', "text/html;charset=iso-8859-1", "text/html; charset=us-ascii",
    "text/html; charset=windows-1252", "text/html; charset=utf-16", "text/html; charset=nonsense",
    "text/html; charset=undefined", "text/html; charset=idna", "text/html; charset=",
]  # fmt: skip


@pytest.mark.parametrize("label", [*LABELS, "text/html; charset=big5"])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_simplified_chinese_under_any_label(encoding: str, label: str | None) -> None:
    assert decode(SIMPLIFIED.encode(encoding), label) == SIMPLIFIED


@pytest.mark.parametrize("label", [*LABELS, "text/html; charset=big5"])
@pytest.mark.parametrize("encoding", ["utf-8", "big5hkscs", "cp950"])
def test_traditional_chinese_under_any_label(encoding: str, label: str | None) -> None:
    assert decode(TRADITIONAL.encode(encoding, "ignore"), label) == TRADITIONAL.encode(
        encoding, "ignore"
    ).decode(encoding)


@pytest.mark.parametrize("label", [None, "text/html; charset=gbk", "text/html; charset=utf-8"])
def test_traditional_characters_in_gbk(label: str | None) -> None:
    assert decode(TRADITIONAL.encode("gb18030"), label) == TRADITIONAL


@pytest.mark.parametrize("label", [*LABELS[:3], *LABELS[5:10]])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_western_text(encoding: str, label: str | None) -> None:
    assert decode(WESTERN.encode(encoding), label) == WESTERN


@pytest.mark.parametrize(
    "head",
    [
        "<?xml version='1.0' encoding='{}'?>",
        '<?xml version="1.0" encoding="{}" standalone="yes"?>',
        '<meta charset="{}">',
        '<meta http-equiv="Content-Type" content="text/html; charset={}">',
    ],
)
@pytest.mark.parametrize("name", ["gb2312", "GBK", "x-gbk", "GB18030", "gb_2312-80", "cp936"])
def test_a_declaration_inside_counts(head: str, name: str) -> None:
    text = head.format(name) + "<title>短</title>"
    assert decode(text.encode("gb18030")) == text


def test_other_declared_encodings_are_believed_when_they_fit() -> None:
    assert decode("テスト東京".encode("shift_jis"), "x; charset=Shift_JIS") == "テスト東京"
    assert decode("тест".encode("koi8-r"), "x; charset=koi8-r") == "тест"
    assert decode("тест".encode("cp1251"), "x; charset=windows-1251") == "тест"


def test_damage_stays_where_it_is() -> None:
    body = SIMPLIFIED.encode()
    assert decode(body[:30] + b"\xff" + body[30:]).replace("\ufffd", "") == SIMPLIFIED
    assert decode(body[:32]).rstrip("\ufffd") == SIMPLIFIED[: len(body[:30].decode())]
    gbk = SIMPLIFIED.encode("gb18030")
    cut = decode(gbk[:-9], "x; charset=gbk")
    assert cut.startswith(SIMPLIFIED[:20])
    big5 = TRADITIONAL.encode("big5hkscs", "ignore")[:-9]
    assert decode(big5, "x; charset=big5")[:10] == TRADITIONAL[:10]


@given(st.binary(max_size=300), st.sampled_from(LABELS))
def test_it_never_raises(body: bytes, label: str | None) -> None:
    text = decode(body, label)
    text.encode("utf-8")
    assert (
        bool(text) == bool(body)
        or body[:4] in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
        or (body[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"))
    )


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00"), max_size=200))
def test_valid_utf8_without_labels_comes_back_as_it_is(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


@pytest.mark.parametrize(
    "body",
    [b"\x81" * 5_000_000, b"\xb0\xa1" * 2_500_000, b"<?xml " * 800_000, b"<meta " * 800_000,
     b"charset=" * 600_000, bytes(range(256)) * 20_000],
    ids=lambda body: repr(body[:8]),
)  # fmt: skip
def test_any_five_megabytes_take_little_time(body: bytes) -> None:
    started = time.process_time()
    decode(body, "text/html; charset=gbk")
    decode(body)
    assert time.process_time() - started < 5
