"""Reading YAML 1.2: core schema, strictness, and the place of every node."""

from __future__ import annotations

import math

import pytest

from conformance.catalog.problems import Problems
from conformance.catalog.yaml12 import Mapping, Scalar, Sequence, plain, read, resolve_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("Null", None), ("nUll", "nUll"),
        ("true", True), ("FALSE", False), ("yes", "yes"), ("no", "no"), ("on", "on"), ("y", "y"),
        ("0", 0), ("-12", -12), ("+7", 7), ("007", 7), ("0o17", 15), ("0xfF", 255),
        ("0b1", "0b1"), ("1_000", "1_000"), ("12:30", "12:30"), ("-0x1", "-0x1"),
        ("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("-1.5E-1", -0.15),
        (".inf", math.inf), ("-.INF", -math.inf), (".", "."), ("-", "-"), ("+1d", "+1d"),
        ("2026-02-21", "2026-02-21"), ("1.2.3", "1.2.3"), ("5MiB", "5MiB"), ("=", "="),
    ],
)  # fmt: skip
def test_plain_scalars_follow_the_core_schema(text: str, value: object) -> None:
    """What YAML 1.1 would turn into booleans, octals, sexagesimals and dates stays text."""
    found = resolve_scalar(text)
    assert found == value
    assert type(found) is type(value)


def test_nan_is_a_number() -> None:
    """The core schema's not-a-number is read as one."""
    found = resolve_scalar(".nan")
    assert isinstance(found, float)
    assert math.isnan(found)


def test_quoted_scalars_are_text() -> None:
    """Quotes and block styles make text of whatever they hold."""
    problems = Problems()
    node = read("f", "a: \"1\"\nb: 'null'\nc: |\n  true\nd: >-\n  1\n  2\n", problems)
    assert node is not None
    assert plain(node) == {"a": "1", "b": "null", "c": "true\n", "d": "1 2"}
    assert len(problems) == 0


def test_every_node_knows_its_place() -> None:
    """Keys and values, in block and flow style, carry line, column and length from 0."""
    node = read("f.yaml", "top:\n  - {é: 'x', b: [1, 22]}\n", Problems())
    assert isinstance(node, Mapping)
    items = node.entries["top"]
    assert isinstance(items, Sequence)
    inner = items.items[0]
    assert isinstance(inner, Mapping)
    listed = inner.entries["b"]
    assert isinstance(listed, Sequence)
    last = listed.items[1]
    assert isinstance(last, Scalar)
    marks = [node.keys["top"], inner.mark, inner.keys["é"], inner.entries["é"].mark,
             inner.keys["b"], last.mark]  # fmt: skip
    assert [(mark.line, mark.column, mark.length) for mark in marks] == [
        (0, 0, 3), (1, 4, 1), (1, 5, 1), (1, 8, 3), (1, 13, 1), (1, 20, 2),
    ]  # fmt: skip
    assert str(last.mark.place) == "f.yaml:2:21"
    assert inner.key_mark("absent") == inner.mark


def test_reading_goes_on_after_a_mistake() -> None:
    """A file with many mistakes of form is read to its end, and the first of two keys counts."""
    problems = Problems()
    text = "%TAG !e! tag:e:\n---\na: &x !!str 1\nb: *x\na: 2\n<<: {c: 3}\n4: 5\n? {d: e}\n: f\n"
    node = read("f", text, problems)
    assert node is not None
    assert plain(node) == {"a": 1, "b": 1, "4": 5}
    assert [problem.rule for problem in problems.sorted()] == [
        "yaml-directive", "yaml-anchor", "yaml-tag", "yaml-alias", "yaml-duplicate-key",
        "yaml-merge-key", "yaml-key", "yaml-key",
    ]  # fmt: skip


def test_an_unknown_alias_is_a_mistake_and_no_crash() -> None:
    """An alias without an anchor is read as null."""
    problems = Problems()
    node = read("f", "a: *nobody\n", problems)
    assert node is not None
    assert plain(node) == {"a": None}
    assert [problem.rule for problem in problems.sorted()] == ["yaml-alias"]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: [1\nb: 2\n", 2, 2),
        ("a: b: c\n", 1, 5),
        ("a: @x\n", 1, 4),
        ('a: "x\n', 1, 6),
        ("a: \x07\n", 1, 1),
    ],
)
def test_malformed_yaml_has_a_place(text: str, line: int, column: int) -> None:
    """What libyaml refuses is one mistake, at the place where it stopped."""
    problems = Problems()
    assert read("f", text, problems) is None
    (problem,) = problems.sorted()
    assert (problem.rule, problem.place.line, problem.place.column) == ("yaml-syntax", line, column)


def test_deep_nesting_is_refused() -> None:
    """A file that nests without end is a mistake, not an exhausted stack."""
    problems = Problems()
    assert read("f", "[" * 5000 + "]" * 5000, problems) is None
    assert "yaml-syntax" in {problem.rule for problem in problems.sorted()}


def test_a_long_word_may_fill_its_line() -> None:
    """A line over the limit counts only where it could have been broken."""
    problems = Problems()
    word = "x" * 120
    read("f", f"a: >-\n  {word}\nb: {word}\n", problems)
    assert [(p.rule, p.place.line) for p in problems.sorted()] == [("long-line", 3)]
