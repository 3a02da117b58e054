"""Strict YAML: lines, types, and files that would take a plain loader down."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import ConfigError
from monitor.yamlfile import MAX_BYTES, parse_yaml, read_yaml, spell


def refused(body: bytes | str) -> str:
    """The one problem a file is refused with, as a person reads it."""
    with pytest.raises(ConfigError) as caught:
        parse_yaml(body if isinstance(body, bytes) else body.encode(), "x.yaml")
    (problem,) = caught.value.problems
    return str(problem)


def test_every_value_knows_its_line() -> None:
    document = parse_yaml(b"a: 1\nb:\n  - c: x\n    d: y\n  - z\n", "x.yaml")
    assert document.value == {"a": 1, "b": [{"c": "x", "d": "y"}, "z"]}
    assert document.line(("a",)) == 1
    assert document.line(("b", 0, "d")) == 4
    assert document.line(("b", 1)) == 5
    assert document.line(("b", 0, "not there")) == 3, "the nearest thing around it"
    assert spell(("b", 0, "d")) == "b[0].d"


def test_types_are_those_of_the_words() -> None:
    text = "{a: NO, b: true, c: 1.10, d: 000795, e: 18:00, f: 2026-11-22, g: '7', h: , i: ~, j: 37}"
    document = parse_yaml(text.encode(), "x.yaml")
    assert document.value == {
        "a": False, "b": True, "c": 1.1, "d": "000795", "e": "18:00", "f": "2026-11-22",
        "g": "7", "h": None, "i": None, "j": 37,
    }  # fmt: skip
    assert document.raw[("a",)] == "NO"
    assert document.raw[("c",)] == "1.10"


def test_keys_are_text_whatever_they_look_like() -> None:
    assert parse_yaml(b"{NO: 1, 2: 3}", "x.yaml").value == {"NO": 1, "2": 3}


def test_duplicate_keys_are_told_and_the_rest_is_read() -> None:
    document = parse_yaml(b"a: 1\nb: {c: 1, c: [2]}\na: {d: 3, d: 4}\ne: 5\n", "x.yaml")
    assert [str(p) for p in document.problems] == [
        "x.yaml:2: b.c: duplicate key, first on line 2; keep one of them",
        "x.yaml:3: a: duplicate key, first on line 1; keep one of them",
        "x.yaml:3: a.d: duplicate key, first on line 3; keep one of them",
    ]
    assert document.value == {"a": 1, "b": {"c": 1}, "e": 5}


def test_aliases_are_expanded_within_reason() -> None:
    document = parse_yaml(b"a: &x [1, 2]\nb: *x\nc: [*x, *x]\n", "x.yaml")
    assert document.value == {"a": [1, 2], "b": [1, 2], "c": [[1, 2], [1, 2]]}


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    assert "expands to more than" in refused("\n".join(lines))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("a:\n\tb: 1\n", "x.yaml:2: file: is indented with a tab"),
        ("a: [1, 2\n", "x.yaml:2: file: is not YAML"),
        ("a: 1\nb: c: d\n", "x.yaml:2: file: is not YAML: mapping values are not allowed"),
        ("a: 1\n---\nb: 2\n", "x.yaml:2: file: a second document begins here"),
        ("a: 1\nb: *nobody\n", "x.yaml:2: file: "),
        ("a: &a [*a]\n", "x.yaml:1: file: the alias *a stands inside itself"),
        ("? [1, 2]\n: 3\n", "x.yaml:1: file: a mapping or list cannot be a key"),
        (r'"\0b": 1', "x.yaml:1: file: a key holds a control character"),
        ("a: &k x\n*k : 3\n", "x.yaml:2: file: an alias cannot be a key"),
        ("a: 1\nb: \x01\n", "x.yaml:2: file: holds a control character"),
        (b"a: 1\nb: \xff\xfe\n", "x.yaml:2: file: is not UTF-8 text"),
        ("a: b\n".encode("utf-16"), "x.yaml:1: file: is not UTF-8 text"),
        ("[" * 100_000, "x.yaml:1: file: is nested more than 40 deep"),
        ("- " * 100_000 + "x", "x.yaml:1: file: is nested more than 40 deep"),
        ('{"a":' * 100_000, "x.yaml:1: file: is nested more than 40 deep"),
        (b"#" * (MAX_BYTES + 1), "x.yaml:1: file: is larger than 8 MB"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(body: bytes | str, told: str) -> None:
    assert refused(body).startswith(told)


@pytest.mark.parametrize(
    "body", ["a: !!python/object:os.system x\n", "a: !secret x\n", "!!set {a}"]
)
def test_tags_are_not_obeyed(body: str) -> None:
    (problem,) = parse_yaml(body.encode(), "x.yaml").problems
    assert "is not read here; remove it" in problem.message


def test_a_merge_key_is_told() -> None:
    (problem,) = parse_yaml(b"a: {<<: {b: 1}}", "x.yaml").problems
    assert str(problem) == "x.yaml:1: a: merge keys (<<) are not read; repeat the keys"


def test_numbers_of_any_size_are_numbers_or_text() -> None:
    digits = "9" * 5000
    assert parse_yaml(f"a: {digits}".encode(), "x.yaml").value == {"a": digits}


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert parse_yaml(b"\xef\xbb\xbfa: 1\n", "x.yaml").value == {"a": 1}


def test_an_empty_file_has_no_value() -> None:
    assert parse_yaml(b"# nothing\n", "x.yaml").value is None


def test_a_folder_or_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a folder"):
        read_yaml(tmp_path)
    with pytest.raises(ConfigError, match="no such file"):
        read_yaml(tmp_path / "x.yaml")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60) | st.text("ab:-[]{}#&*!'\"\n\t ,?|>%@<~0.e", max_size=60))
def test_no_bytes_raise_anything_else(body: bytes | str) -> None:
    with contextlib.suppress(ConfigError):
        parse_yaml(body if isinstance(body, bytes) else body.encode(), "x.yaml")
