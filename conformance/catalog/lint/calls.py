"""Checks function calls: their arguments, and what kind of value they give."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.catalog.binding import is_call
from conformance.catalog.lint.shape import kind_of
from conformance.catalog.problems import Problems, did_you_mean
from conformance.catalog.references import Reference, ReferenceSyntaxError, parse
from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence
from conformance.vocabulary.format import CHECKSUM_ALGORITHMS, FUNCTIONS, ArgumentKind, ValueKind

if TYPE_CHECKING:
    from collections.abc import Callable

_ALGORITHM: Final = f"one of {', '.join(CHECKSUM_ALGORITHMS)}"
_SIZE: Final = re.compile(r"[0-9]+(KiB|MiB)?")
_SPAN: Final = re.compile(r"[+-]?[0-9]+[smhd]")
_HEX: Final = re.compile(r"([0-9a-fA-F]{2})*")


def is_runtime(node: Node) -> bool:
    """Return whether a node is ``$name`` alone, whose value only the run knows."""
    if not (node.live and isinstance(node, Scalar) and isinstance(node.value, str)):
        return False
    try:
        return isinstance(parse(node.value), Reference)
    except ReferenceSyntaxError:
        return True  # reported where it was bound; nothing more can be said about it


def call_kind(node: Mapping) -> ValueKind:
    """Return the kind of value that a call gives."""
    return FUNCTIONS[next(iter(node.entries))].gives


def check_calls(node: Node, problems: Problems) -> None:
    """Check every call in a value that has no shape of its own."""
    match node:
        case Sequence(items=items):
            for item in items:
                check_calls(item, problems)
        case Mapping(entries=entries):
            if is_call(node):
                check_call(node, problems)
                return
            for value in entries.values():
                check_calls(value, problems)


def check_call(node: Mapping, problems: Problems) -> None:
    """Check one call: its arguments' names, kinds and values."""
    name = next(iter(node.entries))
    function = FUNCTIONS[name]
    allowed = function.more
    kinds = dict(((name, function.subject), *function.needs, *function.takes))
    for key in list(node.entries)[1:]:
        if key not in allowed:
            takes = f"it takes {', '.join(allowed)}" if allowed else "it takes no further argument"
            problems.add(
                node.key_mark(key),
                "bad-call",
                f"{name} takes no {key}",
                did_you_mean(key, allowed) or takes,
            )
    for key, value in node.entries.items():
        check_calls(value, problems)
        if key not in kinds or is_runtime(value):
            continue
        fits, wanted = _CHECKS[kinds[key]]
        if not fits(value):
            of = "" if key == name else f" of {name}"
            problems.add(value.mark, "bad-call", f"{key}{of} takes {wanted}")
    for key, _ in function.needs:
        if key not in node.entries:
            problems.add(node.key_mark(name), "bad-call", f"{name} needs {key}")


def _size(node: Node) -> bool:
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return node.live or _SIZE.fullmatch(node.value) is not None
    return _number(node)


def _number(node: Node) -> bool:
    if isinstance(node, Mapping):
        return is_call(node) and call_kind(node) in {"number", "any"}
    return isinstance(node, Scalar) and type(node.value) is int


def _natural(node: Node) -> bool:
    return _number(node) and not (
        isinstance(node, Scalar) and isinstance(node.value, int) and node.value < 0
    )


def _text(node: Node) -> bool:
    if isinstance(node, Mapping):
        return is_call(node) and call_kind(node) in {"text", "any"}
    return isinstance(node, Scalar) and isinstance(node.value, (str, int, float))


def _bytes(node: Node) -> bool:
    if isinstance(node, Mapping):
        return is_call(node) and call_kind(node) in {"text", "bytes", "any"}
    return isinstance(node, Scalar) and isinstance(node.value, str)


def _sized(node: Node) -> bool:
    return _bytes(node) or isinstance(node, Sequence) or (is_call(node) and not _number(node))


def _list(fits: Callable[[Node], bool]) -> Callable[[Node], bool]:
    def check(node: Node) -> bool:
        return isinstance(node, Sequence) and all(is_runtime(n) or fits(n) for n in node.items)

    return check


def _word(*words: str) -> Callable[[Node], bool]:
    return lambda node: isinstance(node, Scalar) and node.value in words


def _like(pattern: re.Pattern[str]) -> Callable[[Node], bool]:
    def check(node: Node) -> bool:
        value = node.value if isinstance(node, Scalar) else None
        return isinstance(value, str) and (node.live or pattern.fullmatch(value) is not None)

    return check


def _map(node: Node) -> bool:
    return isinstance(node, Mapping) and not is_call(node)


def _part_list(node: Node) -> bool:
    if not isinstance(node, Mapping) or is_call(node):
        return False
    bounds = [node.entries.get("from"), node.entries.get("to")]
    return all(bound is not None and (_number(bound) or is_runtime(bound)) for bound in bounds)


def describe(node: Node) -> str:
    """Name what a value is, a call by what it gives."""
    if isinstance(node, Mapping) and is_call(node):
        kind = call_kind(node)
        article = "" if kind in {"bytes", "text", "any"} else "a "
        return f"{article}{kind} (by {next(iter(node.entries))})"
    return kind_of(node)


_CHECKS: Final[dict[ArgumentKind, tuple[Callable[[Node], bool], str]]] = {
    "size": (_size, "a number of bytes, as 5MiB"),
    "text": (_text, "text"),
    "hex": (_like(_HEX), "pairs of hex digits, in quotes"),
    "natural": (_natural, "a number"),
    "bytes": (_bytes, "bytes or text"),
    "bytes-list": (_list(_bytes), "a list of bytes and texts"),
    "text-list": (_list(_text), "a list of texts"),
    "number-list": (_list(_number), "a list of numbers"),
    "sized": (_sized, "bytes, a text or a list"),
    "algorithm": (_word(*CHECKSUM_ALGORITHMS), _ALGORITHM),
    "digest-form": (_word("base64", "hex"), "base64 or hex"),
    "checksum-type": (_word("COMPOSITE", "FULL_OBJECT"), "COMPOSITE or FULL_OBJECT"),
    "part-list": (_part_list, "a map with from and to"),
    "span": (_like(_SPAN), "a span such as +1d, -1h, +30m or +5s"),
    "time-form": (
        _word("iso8601", "http", "midnight", "stamp", "day"),
        "iso8601, http, midnight, stamp or day",
    ),
    "choices": (_map, "a map from text to what it picks"),
    "any": (lambda _node: True, "anything"),
}
