"""Compares actual with expected values; returns each difference separately."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from conformance.engine import scalars
from conformance.engine.errors import EngineError
from conformance.engine.pairing import pair
from conformance.engine.shown_values import ABSENT_TEXT, show
from conformance.vocabulary.format import MATCHERS
from conformance.vocabulary.patterns import PatternError, matcher

Agreement = Literal["same", "variant", "different"]


class _Absent:
    """Stands for a value that does not exist."""

    def __repr__(self) -> str:
        return ABSENT_TEXT


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One comparison. ``path`` is what is appended to the field's name: ``.Parts[0].length``."""

    path: str
    agreement: Agreement
    expected: str
    got: str
    note: str = ""


Actual: TypeAlias = object
"""A value of an answer, or `ABSENT`."""
_Matcher: TypeAlias = Callable[[Actual, object], tuple[Comparison, ...]]


def compare(actual: Actual, expected: object) -> tuple[Comparison, ...]:
    """Compare a value with a literal, a matcher or a map or list of them.

    A map is compared key by key and may have further keys; a list item by item, and its length.
    An absent list counts as an empty one where a length or an empty list is expected, because S3
    leaves empty lists out. EngineError for a matcher that is used as the format does not have it.
    """
    if isinstance(expected, Mapping) and expected:
        words = [key for key in expected if key in MATCHERS]
        if len(words) == len(expected):
            return tuple(
                replace(comparison, path=f".{word}{comparison.path}")
                for word in words
                for comparison in BY_NAME[word](actual, expected[word])
            )
        if words:
            raise EngineError(f"the matcher {words[0]} stands in one map with members")
        return _members(actual, expected)
    if isinstance(expected, list | tuple):
        return _list(actual, expected)
    if isinstance(expected, Mapping):
        same = isinstance(actual, Mapping) and not actual
        return (comparison(same, "an empty map", actual),)
    if expected is None:
        return _absent(actual, wanted=True)
    return (comparison(scalars.equal(actual, expected), show(expected), actual),)


def agrees(actual: Actual, expected: object) -> bool:
    """Return whether ``compare`` finds no difference."""
    return all(found.agreement != "different" for found in compare(actual, expected))


def comparison(same: bool, expected: str, actual: Actual, note: str = "") -> Comparison:
    """Return a comparison without a path that is ``same`` or ``different``."""
    return Comparison(
        path="",
        agreement="same" if same else "different",
        expected=expected,
        got=show(actual),
        note=note,
    )


def _members(actual: Actual, expected: Mapping[str, object]) -> tuple[Comparison, ...]:
    if not isinstance(actual, Mapping) and actual is not ABSENT:
        return (comparison(same=False, expected=show(expected), actual=actual),)
    holds = actual if isinstance(actual, Mapping) else {}
    return tuple(
        replace(one, path=f".{key}{one.path}")
        for key, wanted in expected.items()
        for one in compare(holds.get(key, ABSENT), wanted)
    )


def _list(actual: Actual, expected: Sequence[object]) -> tuple[Comparison, ...]:
    if not expected:
        return (comparison(_is_list(actual) and not _sequence(actual), "an empty list", actual),)
    if not _is_list(actual):
        return (comparison(same=False, expected=f"a list of {len(expected)}", actual=actual),)
    items = _sequence(actual)
    found: list[Comparison] = []
    if len(items) != len(expected):
        length = comparison(same=False, expected=str(len(expected)), actual=len(items))
        found.append(replace(length, path=".length"))
    for index, wanted in enumerate(expected):
        item = items[index] if index < len(items) else ABSENT
        found += [replace(one, path=f"[{index}]{one.path}") for one in compare(item, wanted)]
    return tuple(found)


def _is_list(actual: Actual) -> bool:
    return actual is ABSENT or isinstance(actual, list | tuple)


def _sequence(actual: Actual) -> Sequence[Actual]:
    return actual if isinstance(actual, list | tuple) else ()


def _matches(actual: Actual, pattern: object) -> tuple[Comparison, ...]:
    if isinstance(actual, bytes):
        text: str | None = actual.decode("utf-8", "replace")
    elif isinstance(actual, str):
        text = actual
    elif isinstance(actual, int | float) and not isinstance(actual, bool):
        text = str(actual)
    else:
        text = None
    same = text is not None and _pattern(pattern)(text)
    return (comparison(same, f"text that matches {pattern}", actual),)


def _pattern(pattern: object) -> Callable[[str], bool]:
    if not isinstance(pattern, str):
        raise EngineError("matches wants a regular expression")
    try:
        return matcher(pattern)
    except PatternError as error:
        raise EngineError(f"{pattern!r} is not a regular expression: {error}") from None


def _present(actual: Actual, wanted: object) -> tuple[Comparison, ...]:
    if wanted is False:
        return _absent(actual, wanted=True)
    return (comparison(not _is_missing(actual), "present", actual),)


def _absent(actual: Actual, wanted: object) -> tuple[Comparison, ...]:
    if wanted is False:
        return _present(actual, wanted=True)
    return (comparison(_is_missing(actual), ABSENT_TEXT, actual),)


def _is_missing(actual: Actual) -> bool:
    """Count an empty map as absent: botocore gives Metadata so when no header carries any."""
    return actual is ABSENT or (isinstance(actual, Mapping) and not actual)


def _any_of(actual: Actual, choices: object) -> tuple[Comparison, ...]:
    if not isinstance(choices, list | tuple) or not choices:
        raise EngineError("any_of wants a list of at least one value")
    expected = " or ".join(describe(choice) for choice in choices)
    for index, choice in enumerate(choices):
        if agrees(actual, choice):
            if index == 0:
                return (comparison(same=True, expected=expected, actual=actual),)
            note = f"allowed, though Amazon S3 answers {describe(choices[0])}"
            return (replace(comparison(True, expected, actual, note), agreement="variant"),)
    return (comparison(same=False, expected=expected, actual=actual),)


def _one_of(actual: Actual, choices: object) -> tuple[Comparison, ...]:
    if not isinstance(choices, list | tuple) or not choices:
        raise EngineError("one_of wants a list of at least one value")
    expected = " or ".join(describe(choice) for choice in choices)
    return (comparison(any(agrees(actual, choice) for choice in choices), expected, actual),)


def describe(expected: object) -> str:
    """Say in words what a literal or matcher expects."""
    if isinstance(expected, Mapping) and expected and all(key in MATCHERS for key in expected):
        return " and ".join(_words(word, expected[word]) for word in expected)
    return ABSENT_TEXT if expected is None else show(expected)


def _words(word: str, argument: object) -> str:
    if word in ("present", "absent"):
        return word
    if word in ("any_of", "one_of") and isinstance(argument, list | tuple):
        return " or ".join(describe(choice) for choice in argument)
    return f"{word.replace('_', ' ')} {describe(argument)}"


def _length(actual: Actual, wanted: object) -> tuple[Comparison, ...]:
    if actual is ABSENT:
        found: Actual = 0
    elif isinstance(actual, str | bytes | Mapping | list | tuple):
        found = len(actual)
    else:
        return (comparison(False, f"length {describe(wanted)}", actual),)
    return compare(found, wanted)


def _ordered(word: str, holds: Callable[[int], bool]) -> _Matcher:
    def matcher(actual: Actual, bound: object) -> tuple[Comparison, ...]:
        order = scalars.compared(actual, bound)
        return (comparison(order is not None and holds(order), f"{word} {show(bound)}", actual),)

    return matcher


def _unordered(actual: Actual, wanted: object) -> tuple[Comparison, ...]:
    if not isinstance(wanted, list | tuple):
        raise EngineError("unordered wants a list")
    expected = f"in any order: {show(wanted)}"
    if not _is_list(actual):
        return (comparison(same=False, expected=expected, actual=actual),)
    items = _sequence(actual)
    paired = pair(len(wanted), len(items), lambda row, item: agrees(items[item], wanted[row]))
    missing = [describe(wanted[row]) for row, item in enumerate(paired) if item is None]
    extra = [show(item) for index, item in enumerate(items) if index not in paired]
    notes = [f"missing {', '.join(missing[:3])}"] if missing else []
    notes += [f"unexpected {', '.join(extra[:3])}"] if extra else []
    return (comparison(not notes, expected, actual, "; ".join(notes)),)


def _contains(actual: Actual, wanted: object) -> tuple[Comparison, ...]:
    """Text holds text, bytes hold bytes, a map holds keys or pairs, a list holds items."""
    expected = f"contains {describe(wanted)}"
    if isinstance(actual, str | bytes):
        return (comparison(_holds_text(actual, wanted), expected, actual),)
    if isinstance(actual, Mapping):
        if isinstance(wanted, Mapping):
            return _members(actual, wanted)
        keys = wanted if isinstance(wanted, list | tuple) else [wanted]
        return (comparison(all(key in actual for key in keys), expected, actual),)
    if isinstance(actual, list | tuple):
        items = wanted if isinstance(wanted, list | tuple) else [wanted]
        held = all(any(agrees(item, one) for item in actual) for one in items)
        return (comparison(held, expected, actual),)
    return (comparison(same=False, expected=expected, actual=actual),)


def _holds_text(actual: str | bytes, wanted: object) -> bool:
    pieces = wanted if isinstance(wanted, list | tuple) else [wanted]
    whole = actual.encode() if isinstance(actual, str) else actual
    return all(
        (piece if isinstance(piece, bytes) else str(piece).encode()) in whole for piece in pieces
    )


def _same_as(actual: Actual, wanted: object) -> tuple[Comparison, ...]:
    if isinstance(wanted, list | tuple | Mapping):
        return (comparison(actual == wanted, show(wanted), actual),)
    return (comparison(wanted is not None and scalars.equal(actual, wanted), show(wanted), actual),)


def _bytes_of(actual: Actual, wanted: object) -> tuple[Comparison, ...]:
    if not isinstance(wanted, str | bytes):
        raise EngineError("bytes_of wants a body")
    body = wanted.encode() if isinstance(wanted, str) else wanted
    came = actual.encode() if isinstance(actual, str) else actual
    if not isinstance(came, bytes) or came == body:
        return (comparison(came == body, show(body), actual),)
    return (
        comparison(same=False, expected=show(body), actual=actual, note=_first_change(came, body)),
    )


def _first_change(came: bytes, body: bytes) -> str:
    """Say where two different bodies part, by halving: megabytes are never walked byte by byte."""
    low, high = 0, min(len(came), len(body))
    while low < high:
        middle = (low + high) // 2
        if came[low : middle + 1] == body[low : middle + 1]:
            low = middle + 1
        else:
            high = middle
    return f"the first difference is at byte {low}"


def _not(actual: Actual, unwanted: object) -> tuple[Comparison, ...]:
    """Pass what does not match, an absent value among it: `present` asks for one by its name."""
    return (comparison(not agrees(actual, unwanted), f"not {describe(unwanted)}", actual),)


BY_NAME: Final[Mapping[str, _Matcher]] = {
    "matches": _matches,
    "present": _present,
    "absent": _absent,
    "any_of": _any_of,
    "one_of": _one_of,
    "length": _length,
    "gt": _ordered("greater than", lambda order: order > 0),
    "gte": _ordered("at least", lambda order: order >= 0),
    "lt": _ordered("less than", lambda order: order < 0),
    "lte": _ordered("at most", lambda order: order <= 0),
    "unordered": _unordered,
    "contains": _contains,
    "same_as": _same_as,
    "bytes_of": _bytes_of,
    "not": _not,
}
