"""Checks expectations and save paths against what an operation can answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from botocore.model import ListShape, MapShape, Shape, StructureShape

from conformance.catalog.binding import is_call
from conformance.catalog.lint_calls import check_call, check_calls, is_runtime
from conformance.catalog.lint_members import check_value
from conformance.catalog.lint_shape import kind_of
from conformance.catalog.problems import Mark, Problems, did_you_mean
from conformance.catalog.references import path_steps
from conformance.catalog.service import answer_members
from conformance.catalog.vocabulary import ERROR_FIELDS, MATCHERS
from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence

_CLASS: Final = re.compile(r"[1-5]xx")
_PATH: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+|\[[0-9]+\])*")
SAVE_ROOTS: Final = ("status", "headers", "error", "body", "answer")

Check = Callable[[Node], None]


def expects_error(fields: Node | None) -> bool:
    """Tell whether an expectation is of an error: by its first status or by a code."""
    if not isinstance(fields, Mapping):
        return False
    if "code" in fields.entries or "error" in fields.entries:
        return True
    status = fields.entries.get("status")
    if isinstance(status, Mapping):
        status = status.entries.get("any_of")
    if isinstance(status, Sequence):
        status = status.items[0] if status.items else None
    return isinstance(status, Scalar) and str(status.value)[:1] in {"4", "5"}


def check_expectation(operation: str, fields: Mapping, problems: Problems) -> None:
    """Check what one strength of a step says of the answer; no operation is known for ``""``."""
    members = answer_members(operation) if operation else {}
    for key, node in fields.entries.items():
        if key in ERROR_FIELDS:
            _check_field(key, node, problems)
        elif key in members:
            _check_expected(node, members[key], f"{key} of {operation}", problems)
        elif operation:
            problems.add(
                fields.key_mark(key),
                "unknown-member",
                f"{operation} answers no member {key}",
                did_you_mean(key, (*ERROR_FIELDS, *members)),
            )


def check_save(operation: str, path: str, mark: Mark, problems: Problems) -> None:
    """Check that a save path leads to something that the operation can answer."""
    if not _PATH.fullmatch(path):
        problems.add(mark, "bad-save", f"{path or 'nothing'} is no path", "as in Parts[0].ETag")
        return
    root, *further = path_steps(f".{path}")
    members = answer_members(operation) if operation else {}
    if root in SAVE_ROOTS or not operation:
        return
    shape = members.get(str(root))
    if shape is None:
        problems.add(
            mark,
            "bad-save",
            f"{operation} answers no member {root}",
            did_you_mean(str(root), (*SAVE_ROOTS, *members)),
        )
        return
    for step in further:
        match shape:
            case StructureShape() if isinstance(step, str) and step in shape.members:
                shape = shape.members[step]
            case ListShape() if isinstance(step, int):
                shape = shape.member
            case MapShape() if isinstance(step, str):
                shape = shape.value
            case _:
                hint = (
                    did_you_mean(str(step), shape.members)
                    if isinstance(shape, StructureShape)
                    else ""
                )
                text = f"{path} leads nowhere in the answer of {operation}: there is no {step}"
                problems.add(mark, "bad-save", text, hint)
                return


def _check_field(key: str, node: Node, problems: Problems) -> None:
    if is_runtime(node):
        return
    if key == "status":
        _check_matched(node, lambda n: _check_status(n, problems), problems)
        return
    if key in {"error", "headers", "xml"}:
        if not isinstance(node, Mapping):
            problems.add(node.mark, "wrong-kind", f"{key} takes a map, not {kind_of(node)}")
            return
        if key == "headers":
            _check_header_names(node, problems)
        for value in node.entries.values():
            _check_matched(value, lambda n: check_calls(n, problems), problems)
        return
    _check_matched(node, lambda n: check_calls(n, problems), problems)


def _check_header_names(node: Mapping, problems: Problems) -> None:
    for name in node.entries:
        if name != name.lower():
            problems.add(
                node.key_mark(name),
                "bad-matcher",
                f"the header {name} is not in lower case",
                f"write {name.lower()}",
            )


def _check_status(node: Node, problems: Problems) -> None:
    match node:
        case Sequence(items=items) if items:
            for item in items:
                _check_status(item, problems)
            return
        case Scalar(value=int() as number) if not isinstance(number, bool):
            if 100 <= number <= 599:
                return
        case Scalar(value=str() as text) if _CLASS.fullmatch(text):
            return
    if not is_runtime(node):
        problems.add(
            node.mark, "bad-status", "a status is a number, a class such as 4xx, or a list of these"
        )


def _check_expected(node: Node, shape: Shape, what: str, problems: Problems) -> None:
    """Check an expected response member: a literal of its shape, or a matcher."""

    def literal(inner: Node) -> None:
        match shape, inner:
            case StructureShape(), Mapping() if not is_call(inner):
                for key, value in inner.entries.items():
                    member = shape.members.get(key)
                    if member is None:
                        problems.add(
                            inner.key_mark(key),
                            "unknown-member",
                            f"{what} has no member {key}",
                            did_you_mean(key, shape.members),
                        )
                        continue
                    _check_expected(value, member, f"{key} in {what}", problems)
            case MapShape(), Mapping() if not is_call(inner):
                for key, value in inner.entries.items():
                    _check_expected(value, shape.value, f"{key} in {what}", problems)
            case ListShape(), Sequence():
                for item in inner.items:
                    _check_expected(item, shape.member, f"an item of {what}", problems)
            case _:
                check_value(inner, shape, what, problems)

    def item(inner: Node) -> None:
        match shape:
            case ListShape():
                _check_expected(inner, shape.member, f"an item of {what}", problems)
            case _:
                literal(inner)

    _check_matched(node, literal, problems, item)


def _check_matched(
    node: Node, literal: Check, problems: Problems, item: Check | None = None
) -> None:
    """Check a literal by ``literal``, or the arguments of the matchers that stand for it."""
    if not isinstance(node, Mapping) or is_call(node):
        literal(node)
        return
    matchers = [key for key in node.entries if key in MATCHERS]
    if not matchers:
        near = [key for key in node.entries if did_you_mean(key, MATCHERS)]
        if near and all(key.islower() for key in node.entries) and item is None:
            key = near[0]
            problems.add(
                node.key_mark(key),
                "bad-matcher",
                f"{key} is no matcher",
                did_you_mean(key, MATCHERS),
            )
            return
        literal(node)
        return
    for key, value in node.entries.items():
        if key not in MATCHERS:
            problems.add(
                node.key_mark(key),
                "bad-matcher",
                f"{key} stands beside {matchers[0]}, but is no matcher",
                did_you_mean(key, MATCHERS),
            )
        elif not is_runtime(value):
            _check_matcher(key, value, literal, item or literal, problems)


def _check_matcher(key: str, value: Node, literal: Check, item: Check, problems: Problems) -> None:
    def wrong(wanted: str) -> None:
        text = f"{key} takes {wanted}, not {kind_of(value)}"
        problems.add(value.mark, "bad-matcher", text)

    match key, value:
        case (("present" | "absent"), _):
            if not (isinstance(value, Scalar) and value.value is True):
                wrong("true")
        case "matches", Scalar(value=str() as pattern):
            _check_pattern(pattern, value, problems)
        case "matches", _:
            wrong("a regular expression")
        case (("any_of" | "unordered"), Sequence(items=items)):
            if key == "any_of" and not items:
                problems.add(value.mark, "bad-matcher", "any_of of nothing never matches")
            for each in items:
                if not is_runtime(each):
                    _check_matched(each, item if key == "unordered" else literal, problems, item)
        case (("any_of" | "unordered"), _):
            wrong("a list")
        case "length", _:
            _check_length(value, problems)
        case (("gt" | "gte" | "lt" | "lte"), _):
            _check_bound(value, wrong, problems)
        case "not", _:
            _check_matched(value, literal, problems, item)
        case "contains", _:
            if not isinstance(value, Scalar):
                _check_matched(value, item, problems, item)
        case _:
            check_calls(value, problems)


def _check_pattern(pattern: str, node: Scalar, problems: Problems) -> None:
    # References are put in, quoted, when the test runs; any text stands for them here.
    text = re.sub(r"\$\{[^}]*\}", "x", pattern).replace("$$", "$")
    try:
        re.compile(text)
    except re.error as error:
        problems.add(node.mark, "bad-regex", f"no regular expression: {error}")


def _check_length(node: Node, problems: Problems) -> None:
    def number(inner: Node) -> None:
        whole = isinstance(inner, Scalar) and type(inner.value) is int
        if is_call(inner):
            check_calls(inner, problems)
        elif not whole and not is_runtime(inner):
            text = f"length takes a number or a matcher of one, not {kind_of(inner)}"
            problems.add(inner.mark, "bad-matcher", text)

    _check_matched(node, number, problems)


def _check_bound(node: Node, wrong: Callable[[str], None], problems: Problems) -> None:
    if isinstance(node, Mapping) and is_call(node):
        check_call(node, problems)
    elif not isinstance(node, Scalar) or node.value is None or isinstance(node.value, bool):
        wrong("a number or text")
