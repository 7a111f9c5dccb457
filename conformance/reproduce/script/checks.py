"""Compares what came with what is documented."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conformance.reproduce.script.answers import Said, xpath
from conformance.reproduce.script.values import as_time


@dataclass(frozen=True)
class Difference:
    """What an answer holds in place of what is documented."""

    field: str
    got: Any
    expected: str
    allowed: bool = False
    """S3 answers differently, and this is allowed as well."""


@dataclass(frozen=True)
class Matcher:
    """An expectation that is no plain value: says in what a value differs."""

    words: str
    differs: Callable[[Any], list[Difference]]


def shown(value: Any) -> str:
    """Return a value in short."""
    if isinstance(value, Matcher):
        return value.words
    if isinstance(value, bytes):
        return f"{len(value)} bytes" if len(value) > 60 else repr(value)
    if isinstance(value, list) and any(isinstance(item, (Matcher, bytes)) for item in value):
        return " and ".join(shown(item) for item in value)
    words = "nothing" if value is None else repr(value)
    return words if len(words) <= 300 else f"{words[:300]}…"


def compare(actual: Any, expected: Any) -> list[Difference]:
    """Return the differences between a value and what is documented."""
    if isinstance(expected, Matcher):
        return expected.differs(actual)
    if isinstance(expected, dict):
        if not expected:
            return [] if actual == {} else [Difference("", actual, "an empty map")]
        if actual is not None and not isinstance(actual, dict):
            return [Difference("", actual, shown(expected))]
        return [
            Difference(f".{name}{one.field}", one.got, one.expected, one.allowed)
            for name, wanted in expected.items()
            for one in compare((actual or {}).get(name), wanted)
        ]
    if isinstance(expected, list):
        items = [] if actual is None else actual
        if not isinstance(items, list) or len(items) != len(expected):
            return [Difference("", actual, f"a list of {len(expected)}")]
        return [
            Difference(f"[{index}]{one.field}", one.got, one.expected, one.allowed)
            for index, wanted in enumerate(expected)
            for one in compare(items[index], wanted)
        ]
    if expected is None:
        return [] if missing(actual) else [Difference("", actual, "nothing")]
    return [] if same(actual, expected) else [Difference("", actual, shown(expected))]


def agrees(actual: Any, expected: Any) -> bool:
    """Return whether there is no difference that is not allowed."""
    return all(one.allowed for one in compare(actual, expected))


def missing(value: Any) -> bool:
    """Return whether there is nothing."""
    return value is None or value == {}


def same(actual: Any, expected: Any) -> bool:
    """Return whether two values say the same, each in the form of its place."""
    if type(actual) is type(expected):
        return bool(actual == expected)
    if hasattr(actual, "tzinfo") or hasattr(expected, "tzinfo"):
        return as_time(actual) is not None and as_time(actual) == as_time(expected)
    if isinstance(actual, bytes) or isinstance(expected, bytes):
        return isinstance(expected, str) and actual == expected.encode()
    if isinstance(actual, bool) or isinstance(expected, bool):
        forms = [str(one).lower() if isinstance(one, bool) else one for one in (actual, expected)]
        return isinstance(forms[0], str) and forms[0] == forms[1]
    return actual is not None and str(actual) == str(expected)


def _matcher(words: str, holds: Callable[[Any], bool]) -> Matcher:
    return Matcher(words, lambda actual: [] if holds(actual) else [Difference("", actual, words)])


def matches(pattern: str) -> Matcher:
    """Match a whole text by a regular expression."""

    def holds(actual: Any) -> bool:
        if isinstance(actual, bytes):
            actual = actual.decode("utf-8", "replace")
        if isinstance(actual, bool) or not isinstance(actual, (str, int, float)):
            return False
        return re.fullmatch(pattern, str(actual), re.DOTALL) is not None

    return _matcher(f"text that matches {pattern}", holds)


def present(wanted: bool = True) -> Matcher:
    """Be there, or not."""
    return _matcher("present" if wanted else "absent", lambda actual: missing(actual) is not wanted)


def absent(wanted: bool = True) -> Matcher:
    """Not be there, or be there."""
    return present(not wanted)


def any_of(*choices: Any) -> Matcher:
    """Match one of several; S3 answers the first, the others are allowed."""
    words = " or ".join(shown(choice) for choice in choices)

    def differs(actual: Any) -> list[Difference]:
        for index, choice in enumerate(choices):
            if agrees(actual, choice):
                return [Difference("", actual, words, allowed=True)] if index else []
        return [Difference("", actual, words)]

    return Matcher(words, differs)


def one_of(*choices: Any) -> Matcher:
    """Match one of several."""
    words = " or ".join(shown(choice) for choice in choices)
    return _matcher(words, lambda actual: any(agrees(actual, choice) for choice in choices))


def length(wanted: Any) -> Matcher:
    """Have so many items, or bytes."""

    def differs(actual: Any) -> list[Difference]:
        if actual is not None and not hasattr(actual, "__len__"):
            return [Difference("", actual, f"length {shown(wanted)}")]
        return compare(0 if actual is None else len(actual), wanted)

    return Matcher(f"length {shown(wanted)}", differs)


def ordered(actual: Any, bound: Any) -> int | None:
    """Return -1, 0 or 1 for two numbers or times; None where they have no order."""
    pairs: list[Any] = []
    for value in (actual, bound):
        try:
            pairs.append(None if isinstance(value, bool) else float(value))
        except (TypeError, ValueError):
            pairs.append(None)
    if None in pairs:
        pairs = [as_time(actual), as_time(bound)]
    if None in pairs:
        return None
    return int(pairs[0] > pairs[1]) - int(pairs[0] < pairs[1])


def gt(bound: Any) -> Matcher:
    """Be greater, or later."""
    return _matcher(f"greater than {shown(bound)}", lambda actual: ordered(actual, bound) == 1)


def gte(bound: Any) -> Matcher:
    """Be at least that."""
    return _matcher(f"at least {shown(bound)}", lambda actual: ordered(actual, bound) in (0, 1))


def lt(bound: Any) -> Matcher:
    """Be less, or earlier."""
    return _matcher(f"less than {shown(bound)}", lambda actual: ordered(actual, bound) == -1)


def lte(bound: Any) -> Matcher:
    """Be at most that."""
    return _matcher(f"at most {shown(bound)}", lambda actual: ordered(actual, bound) in (0, -1))


def unordered(wanted: list[Any]) -> Matcher:
    """Hold these items in any order, and no others."""

    def holds(actual: Any) -> bool:
        items = [] if actual is None else actual
        return isinstance(items, list) and len(items) == len(wanted) and paired(items, wanted)

    return _matcher(f"in any order: {shown(wanted)}", holds)


def paired(items: list[Any], wanted: list[Any]) -> bool:
    """Return whether each wanted item has one of its own."""
    fits = [[i for i, item in enumerate(items) if agrees(item, one)] for one in wanted]
    taken: dict[int, int] = {}

    def find(row: int, tried: set[int]) -> bool:
        for index in fits[row]:
            if index not in tried:
                tried.add(index)
                if index not in taken or find(taken[index], tried):
                    taken[index] = row
                    return True
        return False

    return all(find(row, set()) for row in range(len(wanted)))


def contains(wanted: Any) -> Matcher:
    """Hold a text, keys or items."""

    def holds(actual: Any) -> bool:
        items = wanted if isinstance(wanted, list) else [wanted]
        if isinstance(actual, (str, bytes)):
            whole = actual.encode() if isinstance(actual, str) else actual
            return all((i if isinstance(i, bytes) else str(i).encode()) in whole for i in items)
        if isinstance(actual, dict):
            return (
                agrees(actual, wanted)
                if isinstance(wanted, dict)
                else all(i in actual for i in items)
            )
        return isinstance(actual, list) and all(any(agrees(a, i) for a in actual) for i in items)

    return _matcher(f"contains {shown(wanted)}", holds)


def same_as(wanted: Any) -> Matcher:
    """Be the same value."""
    if isinstance(wanted, (list, dict)):
        return _matcher(shown(wanted), lambda actual: actual == wanted)
    return _matcher(shown(wanted), lambda actual: wanted is not None and same(actual, wanted))


def bytes_of(wanted: Any) -> Matcher:
    """Be these bytes."""
    body = wanted.encode() if isinstance(wanted, str) else wanted
    return _matcher(shown(body), lambda a: (a.encode() if isinstance(a, str) else a) == body)


def unlike(unwanted: Any) -> Matcher:
    """Not be this."""
    return _matcher(f"not {shown(unwanted)}", lambda actual: not agrees(actual, unwanted))


def both(*matchers: Matcher) -> Matcher:
    """Match all of several."""
    words = " and ".join(one.words for one in matchers)
    return Matcher(
        words, lambda actual: [found for one in matchers for found in one.differs(actual)]
    )


def check_status(said: Said, expected: Any) -> list[Difference]:
    """Compare the status; of a list S3 answers the first, ``4xx`` means a class."""
    if isinstance(expected, (Matcher, dict)):
        return compare(said.status, expected)
    equal = isinstance(expected, tuple)
    choices = expected if isinstance(expected, (list, tuple)) else [expected]
    words = " or ".join(str(choice) for choice in choices)
    for index, choice in enumerate(choices):
        wanted = str(choice)
        got = f"{said.status // 100}xx" if wanted.endswith("xx") else str(said.status)
        if got == wanted:
            more = index and not equal
            return [Difference("", said.status, words, allowed=True)] if more else []
    return [Difference("", said.note or said.status, words)]


def check(said: Said, field: str, expected: Any) -> list[Difference]:
    """Compare one field of an answer."""
    if field == "status":
        found = check_status(said, expected)
    elif field == "xml":
        found = [
            Difference(f".{path}{one.field}", one.got, one.expected, one.allowed)
            for path, wanted in expected.items()
            for one in compare(xpath(said.fields["body"], path, several=several(wanted)), wanted)
        ]
    else:
        if field in ("code", "message") and isinstance(expected, list):
            expected = any_of(*expected)
        found = compare(said.fields.get(field), expected)
    return [Difference(field + one.field, one.got, one.expected, one.allowed) for one in found]


def several(wanted: Any) -> bool:
    """Return whether an expectation is about all that an XPath finds."""
    return isinstance(wanted, list) or (
        isinstance(wanted, Matcher) and wanted.words.startswith("in any order")
    )
