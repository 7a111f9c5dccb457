"""Checks expectations and save paths against what an operation can answer."""

from __future__ import annotations

import re
from typing import Final

from botocore.model import ListShape, MapShape, Shape, StructureShape

from conformance.catalog.binding import is_call
from conformance.catalog.lint.calls import check_calls, is_runtime
from conformance.catalog.lint.matchers import check_matched
from conformance.catalog.lint.members import check_value
from conformance.catalog.lint.shape import kind_of
from conformance.catalog.problems import Mark, Problems, did_you_mean
from conformance.catalog.references import path_steps
from conformance.catalog.service import answer_members
from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence
from conformance.vocabulary.format import ERROR_FIELDS

_CLASS: Final = re.compile(r"[1-5]xx")
_PATH: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+|\[[0-9]+\])*")
SAVE_ROOTS: Final = ("status", "headers", "error", "body", "answer")


def expects_error(fields: Node | None) -> bool:
    """Return whether an expectation is of an error: by its first status or by a code.

    Where several statuses are equally right (``one_of``), one of an error is enough.
    """
    if not isinstance(fields, Mapping):
        return False
    if "code" in fields.entries or "error" in fields.entries:
        return True
    status = fields.entries.get("status")
    equal = status.entries.get("one_of") if isinstance(status, Mapping) else None
    if isinstance(equal, Sequence):
        return any(map(_is_error, equal.items))
    if isinstance(status, Mapping):
        status = status.entries.get("any_of")
    if isinstance(status, Sequence):
        status = status.items[0] if status.items else None
    return _is_error(status)


def _is_error(status: Node | None) -> bool:
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
        problems.add(mark, "bad-save", f"{path or 'nothing'} is not a path", "as in Parts[0].ETag")
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
        check_matched(node, lambda n: _check_status(n, problems), problems)
        return
    if key in {"error", "headers", "xml"}:
        if not isinstance(node, Mapping):
            problems.add(node.mark, "wrong-kind", f"{key} takes a map, not {kind_of(node)}")
            return
        if key == "headers":
            _check_header_names(node, problems)
        for value in node.entries.values():
            check_matched(value, lambda n: check_calls(n, problems), problems)
        return
    check_matched(node, lambda n: check_calls(n, problems), problems)


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
        _check_literal(inner, shape, what, problems)

    def item(inner: Node) -> None:
        if isinstance(shape, ListShape):
            _check_expected(inner, shape.member, f"an item of {what}", problems)
        else:
            literal(inner)

    nested = isinstance(shape, (ListShape, MapShape, StructureShape))
    check_matched(node, literal, problems, item if nested else None)


def _check_literal(node: Node, shape: Shape, what: str, problems: Problems) -> None:
    match shape, node:
        case _, Mapping() if is_call(node):
            check_value(node, shape, what, problems)
        case StructureShape(), Mapping():
            for key, value in node.entries.items():
                member = shape.members.get(key)
                if member is None:
                    text = f"{what} has no member {key}"
                    hint = did_you_mean(key, shape.members)
                    problems.add(node.key_mark(key), "unknown-member", text, hint)
                else:
                    _check_expected(value, member, f"{key} in {what}", problems)
        case MapShape(), Mapping():
            for key, value in node.entries.items():
                _check_expected(value, shape.value, f"{key} in {what}", problems)
        case ListShape(), Sequence():
            for item in node.items:
                _check_expected(item, shape.member, f"an item of {what}", problems)
        case _:
            check_value(node, shape, what, problems)
