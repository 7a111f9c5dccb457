"""Checks the dialects that scenarios and steps speak: who is meant, and what that client sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.catalog.lint.shape import kind_of
from conformance.catalog.problems import Mark, Problems, did_you_mean
from conformance.catalog.service import request_members
from conformance.catalog.yaml12 import Node, Scalar, Sequence
from conformance.vocabulary.dialects import Dialect, Form, Spoken

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Map

    from botocore.model import Shape

_SDK_ALGORITHM: Final = "x-amz-sdk-checksum-algorithm"
"""Clients that do not send it take the algorithm anyway, into checksum or trailer."""
OWN: Final = "own"
"""The word for this suite's own form, in a step of a scenario that speaks a dialect."""
EVERY: Final = ("every", "but")
"""The keys of an axis that ranges over all dialects, but those that are named."""
_CLASHES: Final = ("framing", "expect-continue", "shape")
"""Edits of what a dialect lays down itself."""


def read_spoken(node: Node, dialects: Map[str, Dialect], problems: Problems) -> Spoken | None:
    """Read ``java-v2`` or ``java-v2:async``; None for ``own`` and after a mistake."""
    if not (isinstance(node, Scalar) and isinstance(node.value, str)):
        text = f"dialect takes a name known before the run, not {kind_of(node)}"
        problems.add(node.mark, "unknown-dialect", text)
        return None
    name, _, variant = node.value.partition(":")
    if name == OWN and not variant:
        return None
    dialect = dialects.get(name)
    if dialect is None:
        _unknown(name, node.mark, {*dialects, OWN}, problems)
        return None
    if variant and variant not in dialect.variants:
        known = sorted(dialect.variants)
        hint = did_you_mean(variant, known) or f"one of {', '.join(known) or 'none'}"
        problems.add(node.mark, "unknown-dialect", f"{name} has no variant {variant}", hint)
        variant = ""
    return Spoken(dialect=dialect, variant=variant)


def every_dialect(
    axis: Map[str, Node], dialects: Map[str, Dialect], problems: Problems
) -> dict[str, Node]:
    """Return the values of an axis over all dialects: ``{every: dialect, but: [crt]}``."""
    what = axis["every"]
    if not (isinstance(what, Scalar) and what.value == "dialect"):
        problems.add(what.mark, "wrong-kind", "every takes the word dialect")
    but = left_out(axis.get("but"), dialects, problems)
    values: dict[str, Node] = {
        name: Scalar(name, what.mark) for name in sorted(dialects) if name not in but
    }
    if not values:
        problems.add(what.mark, "unknown-dialect", "every dialect is left out: nothing is tested")
    return values


def left_out(node: Node | None, dialects: Map[str, Dialect], problems: Problems) -> frozenset[str]:
    """Read a list of dialects by name."""
    if node is None:
        return frozenset()
    if not isinstance(node, Sequence):
        problems.add(node.mark, "wrong-kind", f"a list of dialects, not {kind_of(node)}")
        return frozenset()
    names: set[str] = set()
    for item in node.items:
        name = item.value if isinstance(item, Scalar) else None
        if isinstance(name, str) and name in dialects:
            names.add(name)
        else:
            _unknown(str(name or kind_of(item)), item.mark, dialects, problems)
    return frozenset(names)


def _unknown(name: str, mark: Mark, known: Iterable[str], problems: Problems) -> None:
    problems.add(
        mark, "unknown-dialect", f"unknown dialect {name}", did_you_mean(name, list(known))
    )


def is_sent(
    spoken: Spoken, operation: str, unsent_by: frozenset[str], mark: Mark, problems: Problems
) -> bool:
    """Return whether a client sends an operation; others are to be named in ``not-sent-by``."""
    dialect = spoken.dialect
    named = dialect.name in unsent_by
    sends = spoken.sends(operation)
    if sends and named:
        text = f"{dialect.name} was seen to send {operation}"
        problems.add(mark, "dialect-operation", text, "leave it out of not-sent-by")
    elif not sends and not named:
        text = f"{dialect.name} was never seen to send {operation}"
        problems.add(mark, "dialect-operation", text, f"not-sent-by: [{dialect.name}]")
    return sends


def check_spoken(
    spoken: Spoken,
    operation: str,
    bound: Map[str, Node],
    members: Map[str, Mark],
    problems: Problems,
) -> None:
    """Check one step against the forms that the client has for its operation, in its variant."""
    forms = [
        form
        for form in spoken.dialect.forms
        if form.operation == operation and form.variant in ("", spoken.variant)
    ]
    for key in _CLASHES:
        if key in bound:
            text = f"{spoken.name} says itself what {key} would change"
            problems.add(bound[key].mark, "dialect-clash", text)
    transport = bound.get("transport")
    if isinstance(transport, Scalar) and all(transport.value not in form.over for form in forms):
        text = f"{spoken.name} was never seen to send {operation} over {transport.value}"
        problems.add(transport.mark, "dialect-operation", text)
    for member, mark in members.items():
        shape = request_members(operation).get(member)
        if shape is not None and not any(_has_place(form, shape) for form in forms):
            text = f"{spoken.name} was never seen to send {member} with {operation}"
            problems.add(mark, "dialect-member", text)


def _has_place(form: Form, shape: Shape) -> bool:
    """Return whether a form has a place for a member; those of path and body need none."""
    where = shape.serialization.get("location")
    name = str(shape.serialization.get("name", "")).lower()
    if where == "querystring":
        return any(written.lower() == name for written, _ in form.query)
    if where == "header":
        wanted = "x-amz-checksum-<algorithm>" if name == _SDK_ALGORITHM else name
        headers = [text.lower() for pair in form.headers for text in pair]
        return any(_names(written, name) or wanted in written for written in headers)
    if where == "headers":
        return any(written.lower().startswith(name) for written, _ in form.headers)
    return True


def _names(written: str, name: str) -> bool:
    lower = written.lower()
    head, algorithm, _ = lower.partition("<algorithm>")
    return name.startswith(head) if algorithm else lower == name
