"""Normalised text, and the way back from it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.text import (
    SENTENCE_CAP,
    chinese_number,
    clauses,
    has_han,
    normalise,
    sentences,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Export LICENCE", "export license"),
        ("authorised", "authorized"),
        ("許可證", "许可证"),
        ("管製、審覈、迴應、爲", "管制、审核、回应、为"),
        ("ＡＢＣ　１２３", "abc 123"),
        ("許(xǔ)可證（zhèng）", "许可证"),
        ("稀土(NdFeB)", "稀土(ndfeb)"),
        ("a&nbsp;b&ldquo;c&rdquo;&#39;", 'a b"c"\''),
        ("&lt;a href=&#39;x&#39;&gt;more&lt;/a&gt;", "more"),
        ("<b>bold</b>", "bold"),
        ("&notathing;", "&notathing;"),
        ("zero\u200bwidth\u202eleft", "zerowidthleft"),
        ("7﹒5%", "7.5%"),
        ("“q” ‘r’ 「s」", '"q" \'r\' "s"'),
        ("\ud800x", "\ufffdx"),
        ("𝗕𝗼𝗹𝗱", "bold"),
        ("", ""),
    ],
)
def test_what_reads_the_same_is_spelt_the_same(written: str, read: str) -> None:
    assert normalise(written).text == read


@pytest.mark.parametrize(
    ("written", "word", "there"),
    [
        ("英洛&nbsp;獲&ldquo;一批&rdquo;出口許（xǔ）可證", "许可证", "許（xǔ）可證"),
        ("Ｅｘｐｏｒｔ　ｌｉｃｅｎｃｅ", "license", "ｌｉｃｅｎｃｅ"),
        ("a <b>new</b> license", "license", "license"),
        ("zero\u200b license", "license", "license"),
        ("plain text license", "license", "license"),
    ],
)
def test_a_place_leads_back_to_the_original(written: str, word: str, there: str) -> None:
    normal = normalise(written)
    at = normal.text.index(word)
    assert normal.quote(at, at + len(word)) == there


@given(st.text())
def test_every_place_leads_back_into_the_original_in_order(written: str) -> None:
    normal = normalise(written)
    last = 0
    for i in range(len(normal.text)):
        start, end = normal.span(i, i + 1)
        assert 0 <= start <= end <= len(written)
        assert start >= last
        last = start
    assert written[slice(*normal.span(0, len(normal.text)))] in written


@given(st.text(alphabet="a&;#<>/许(xǔ)許 .。\n\u200b"))
@settings(max_examples=200)
def test_odd_characters_in_any_order_never_raise(written: str) -> None:
    normal = normalise(written)
    for start, end in sentences(normal):
        assert normal.quote(start, end) in written


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("It rose 1.5% to 3.2. Then it fell.", ["It rose 1.5% to 3.2.", "Then it fell."]),
        ("A Co., Ltd. said so. It did.", ["A Co., Ltd. said so.", "It did."]),
        ("Sold in the U.S. The firm agreed.", ["Sold in the U.S.", "The firm agreed."]),
        ("Sold in the U.S. and Europe.", ["Sold in the U.S. and Europe."]),
        ("On Sept. 5 it came.", ["On Sept. 5 it came."]),
        ("甲公司获批。乙公司没有！丙呢？", ["甲公司获批。", "乙公司没有！", "丙呢？"]),
        ("您好,已取得.谢谢.", ["您好,已取得.", "谢谢."]),
        ("重1.5吨。共2吨", ["重1.5吨。", "共2吨"]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("300748.SZ rose.", ["300748.SZ rose."]),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    normal = normalise(text)
    assert [normal.quote(a, b) for a, b in normal.sentences()] == parts


def test_a_sentence_without_an_end_is_cut() -> None:
    normal = normalise("word, " * 5000)
    spans = sentences(normal)
    assert all(end - start <= SENTENCE_CAP for start, end in spans)
    assert sum(end - start for start, end in spans) > 0.95 * len(normal.text) * 5 / 6


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("甲获批，乙没有", ["甲获批", "乙没有"]),
        ("共1,200吨，已出口", ["共1,200吨", "已出口"]),
        ("甲、乙和丙", ["甲", "乙和丙"]),
        ("a (b) c; d - e", ["a", "b", "c", "d", "e"]),
    ],
)
def test_clauses(text: str, parts: list[str]) -> None:
    plain = normalise(text).text
    assert [plain[a:b].strip() for a, b in clauses(plain, 0, len(plain))] == parts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十八", 18),
        ("两百", 200),
        ("三千零五", 3005),
        ("一万二千", 12000),
        ("七", 7),
        ("x", None),
        ("", None),
    ],
)
def test_chinese_numerals(text: str, value: int | None) -> None:
    assert chinese_number(text) == value


def test_script() -> None:
    assert has_han("a许b")
    assert not has_han("abc 123")
