"""Values of a scenario: names, paths, text with names in it, and calls of functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conformance.catalog.references import (
    PathStep,
    Reference,
    ReferenceSyntaxError,
    parse,
    unescape,
)
from conformance.engine import functions
from conformance.engine.errors import EngineError, MissingValue

if TYPE_CHECKING:
    from conformance.engine.value import Value


@dataclass(slots=True)
class Scope:
    """The names that a test knows at one moment.

    ``unsaved`` holds, for a name that a step should have saved, why it did not. ``now`` stands
    still during a test, so that a time put into a request and the same time expected later agree.
    ``on_demand`` makes the values of names that cost requests, when they are first asked for.
    """

    names: dict[str, Value]
    unsaved: dict[str, str] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    on_demand: Mapping[str, Callable[[], str]] = field(default_factory=dict)

    def with_names(self, more: Mapping[str, Value]) -> Scope:
        """Return a scope in which the names of ``more`` hide all others."""
        return Scope({**self.names, **more}, self.unsaved, self.now, self.on_demand)

    def save(self, name: str, value: Value) -> None:
        """Give ``name`` a value, for all later steps."""
        self.names[name] = value
        self.unsaved.pop(name, None)

    def lose(self, name: str, why: str) -> None:
        """Note that ``name`` got no value, and why; an older value of it is forgotten."""
        self.names.pop(name, None)
        self.unsaved[name] = why

    def look_up(self, reference: Reference) -> Value:
        """Return the value of a reference; MissingValue when there is none."""
        name = reference.name
        if name not in self.names and name in self.on_demand:
            self.names[name] = self.on_demand[name]()
        if name not in self.names:
            raise MissingValue(name, self.unsaved.get(name, "nothing in the test gives it one"))
        try:
            return dig(self.names[name], reference.path)
        except LookupError as error:
            raise MissingValue(str(reference), str(error)) from None


def dig(value: Value, path: tuple[PathStep, ...]) -> Value:
    """Return the value at ``path`` within ``value``; LookupError with a short text if none."""
    for step in path:
        if isinstance(step, int):
            if isinstance(value, str | bytes) or not isinstance(value, Sequence):
                raise LookupError(f"there is no list to take [{step}] from")  # noqa: TRY004  # a look-up
            if step >= len(value):
                raise LookupError(f"there are only {len(value)} items, no [{step}]")
            value = value[step]
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        else:
            raise LookupError(f"there is no {step}")
    return value


def evaluate(tree: object, scope: Scope) -> Value:
    """Evaluate a tree of the scenario in ``scope`` and return its value.

    Maps whose first key names a function are calls; everything else keeps its form. MissingValue
    when a name has no value, EngineError when a function is called with what it can't take.
    """
    if isinstance(tree, str):
        return _text(tree, scope) if "$" in tree else tree
    if isinstance(tree, Mapping):
        name = next(iter(tree), None)
        if name in functions.BY_NAME:
            return _call(str(name), tree, scope)
        return {str(key): evaluate(item, scope) for key, item in tree.items()}
    if isinstance(tree, list | tuple):
        return [evaluate(item, scope) for item in tree]
    if tree is None or isinstance(tree, bool | int | float | bytes | datetime):
        return tree
    raise EngineError(f"a {type(tree).__name__} is not a value of a scenario")


def evaluate_names(tree: object, scope: Scope) -> Value:
    """Evaluate a map whose keys are names (of headers, of parameters), never a function's."""
    if isinstance(tree, Mapping):
        return {str(key): evaluate(item, scope) for key, item in tree.items()}
    return evaluate(tree, scope)


def _call(name: str, tree: Mapping[str, object], scope: Scope) -> Value:
    arguments = {str(key): evaluate(item, scope) for key, item in tree.items()}
    subject = arguments.pop(name)
    try:
        return functions.BY_NAME[name](subject, arguments, scope.now)
    except (TypeError, ValueError, KeyError, OverflowError, RecursionError) as error:
        raise EngineError(f"{{{name}: …}} can't be evaluated: {error}") from None


def _text(text: str, scope: Scope) -> Value:
    try:
        pieces = parse(text)
    except ReferenceSyntaxError as error:
        raise EngineError(f"{text!r}: {error}") from None
    if isinstance(pieces, Reference):
        return scope.look_up(pieces)
    return "".join(
        unescape(piece) if isinstance(piece, str) else _inside(piece, scope) for piece in pieces
    )


def _inside(reference: Reference, scope: Scope) -> str:
    value = scope.look_up(reference)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise EngineError(f"${{{reference}}} is neither text nor a number and can't be part of a text")
