"""Puts what is known before a run in the place of its ``$name``.

Names that only a run knows (saved values, ``repeat``, the built-in ones) stay as they are, and so
does ``$$``. A bound value keeps the place where it was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conformance.catalog import customer_keys
from conformance.catalog.lint.customer_key import read_customer_key
from conformance.catalog.lint.shape import kind_of
from conformance.catalog.problems import Mark, Problems, did_you_mean
from conformance.catalog.references import (
    PathStep,
    Reference,
    ReferenceSyntaxError,
    parse,
    reference_alone,
    unescape,
)
from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence
from conformance.vocabulary.format import BUILT_INS, FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Map


MOST_VALUES: Final = 2_000_000
"""Of one file when all is put in place; the largest that is shipped comes to some 60,000."""
_CHARACTERS: Final = 64
"""Of a text that count as one value."""


class TooLargeError(Exception):
    """A file that expands to more than can be meant; `mark` is where that was noticed."""

    def __init__(self, mark: Mark) -> None:
        super().__init__(f"the file expands to more than {MOST_VALUES:,} values")
        self.mark = mark


@dataclass(slots=True)
class Budget:
    """What the values of one file may still expand to."""

    left: int = MOST_VALUES

    def spend(self, count: int, mark: Mark) -> None:
        """Take so many values; raises `TooLargeError` when there are no more."""
        self.left -= count
        if self.left < 0:
            raise TooLargeError(mark)


@dataclass(slots=True)
class Binder:
    """Binds the values of one test.

    ``static`` holds the names known before the run, the nearest first; ``runtime`` those that the
    steps so far have saved. ``used`` collects the static names that were put in place.
    """

    static: tuple[Map[str, Node], ...]
    problems: Problems
    runtime: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    keys: dict[int, tuple[Node, Node]] = field(default_factory=dict)
    """Worked-out ``sse_c`` calls by the identity of their node, which is kept alive by it."""
    budget: Budget = field(default_factory=Budget)
    _open: list[str] = field(default_factory=list)

    def bind(self, node: Node) -> Node:
        """Return the node with all static names put in place; itself when there are none.

        Raises `TooLargeError` when that comes to more than the budget.
        """
        if not node.live:
            return node
        self.budget.spend(1, node.mark)
        match node:
            case Scalar(value=str() as text):
                return self._scalar(node, text)
            case Sequence(items=items):
                bound = [self.bind(item) for item in items]
                if all(new is old for new, old in zip(bound, items, strict=True)):
                    return node
                return Sequence(bound, node.mark, any(item.live for item in bound))
            case Mapping(entries=entries):
                return self._mapping(node, entries)
        return node

    def _mapping(self, node: Mapping, entries: dict[str, Node]) -> Node:
        bound: dict[str, Node] = {}
        keys = node.keys
        changed = False
        for key, value in entries.items():
            name = key
            if "$" in key:
                name = self._key(key, node.key_mark(key))
                keys = {**keys, name: node.key_mark(key)}
                changed = True
            bound[name] = self.bind(value)
            changed = changed or bound[name] is not value
        if next(iter(bound), None) == "sse_c":
            made = Mapping(bound, node.mark, keys) if changed else node
            if id(made) not in self.keys:
                self.keys[id(made)] = (made, self._customer_key(made))
            return self.keys[id(made)][1]
        if not changed:
            return node
        return Mapping(bound, node.mark, keys, any(value.live for value in bound.values()))

    def _key(self, key: str, mark: Mark) -> str:
        """Bind a key, whose name must be known before the run."""
        before = len(self.problems)
        bound = self.bind(Scalar(key, mark, live=True))
        text = bound.value if isinstance(bound, Scalar) else None
        if isinstance(text, str) and "$" not in text.replace("$$", ""):
            return unescape(text)
        if len(self.problems) == before:
            text = f"the key {key} is not text that is known before the run"
            self.problems.add(mark, "bad-reference", text)
        return key

    def _scalar(self, node: Scalar, text: str) -> Node:
        try:
            parsed = parse(text)
        except ReferenceSyntaxError as error:
            mark = node.mark
            quoted = mark.length - len(text) == 2
            at = mark._replace(column=mark.column + quoted + error.column, length=1)
            hint = "write $$ for a dollar sign, ${name} for a name inside a text"
            self.problems.add(at if mark.length > 1 else mark, "bad-reference", str(error), hint)
            return node
        if isinstance(parsed, Reference):
            return self._value(parsed, node.mark) or node
        if not any(isinstance(piece, Reference) for piece in parsed):
            return node
        return self._text(node, parsed)

    def _value(self, reference: Reference, mark: Mark) -> Node | None:
        """Return what a reference stands for; None when only the run knows, or after a mistake."""
        name = reference.name
        if name in self.runtime:
            return None
        found = next((scope[name] for scope in self.static if name in scope), None)
        if found is None:
            if name not in BUILT_INS:
                known = {
                    *self.runtime,
                    *BUILT_INS,
                    *(key for scope in self.static for key in scope),
                }
                self.problems.add(
                    mark, "unknown-name", f"nothing is named {name} here", did_you_mean(name, known)
                )
            return None
        self.used.add(name)
        if name in self._open:
            way = " → ".join([*self._open[self._open.index(name) :], name])
            self.problems.add(mark, "circular-let", f"{name} leads back to itself: {way}")
            return None
        self._open.append(name)
        bound = self.bind(found)
        self._open.pop()
        return self._follow(bound, reference, mark)

    def _follow(self, node: Node, reference: Reference, mark: Mark) -> Node | None:
        path = reference.path
        for position, step in enumerate(path):
            if isinstance(node, Scalar) and node.live and isinstance(node.value, str):
                further = reference_alone(node.value)
                if further is not None:  # the run knows it, and follows it
                    whole = Reference(further.name, further.path + path[position:])
                    return Scalar(f"${whole}", node.mark, live=True)
            inner = _inner(node, step)
            if inner is None:
                self.problems.add(
                    mark,
                    "bad-reference",
                    f"${reference} leads nowhere: {_lacks(node, step)}",
                    did_you_mean(str(step), node.entries) if isinstance(node, Mapping) else "",
                )
                return None
            node = inner
        return node

    def _text(self, node: Scalar, pieces: Iterable[str | Reference]) -> Node:
        """Put values into a text; one that a call makes is joined when the test runs."""
        parts: list[str | Node] = []
        for piece in pieces:
            if isinstance(piece, str):
                parts.append(piece)
                continue
            value = self._value(piece, node.mark)
            if value is None:
                parts.append(f"${{{piece}}}")
            elif is_call(value):
                parts.append(value)
            else:
                parts.append(self._as_text(value, piece, node.mark))
        self.budget.spend(
            sum(len(part) for part in parts if isinstance(part, str)) // _CHARACTERS, node.mark
        )
        if all(isinstance(part, str) for part in parts):
            text = "".join(part for part in parts if isinstance(part, str))
            return Scalar(text, node.mark, "$" in text)
        joined: list[Node] = []
        for part in parts:
            if not isinstance(part, str):
                joined.append(part)
            elif joined and isinstance(last := joined[-1], Scalar) and isinstance(last.value, str):
                joined[-1] = Scalar(last.value + part, node.mark, last.live or "$" in part)
            else:
                joined.append(Scalar(part, node.mark, "$" in part))
        items = Sequence(joined, node.mark, any(part.live for part in joined))
        separator = Scalar("", node.mark)
        return Mapping({"join": items, "with": separator}, node.mark, live=items.live)

    def _as_text(self, value: Node, reference: Reference, mark: Mark) -> str:
        if isinstance(value, Scalar):
            match value.value:
                case bool() as flag:
                    return str(flag).lower()
                case str() as text:
                    whole = reference_alone(text) if value.live else None
                    return text if whole is None else f"${{{whole}}}"
                case int() | float() as number:
                    return str(number)
        self.problems.add(
            mark, "not-text", f"${{{reference}}} is {kind_of(value)}, which no text can hold"
        )
        return ""

    def _customer_key(self, node: Mapping) -> Node:
        key = read_customer_key(node, self.problems)
        if key is None:
            return Mapping({}, node.mark)
        made = customer_keys.members(key)
        return Mapping({name: Scalar(value, node.mark) for name, value in made}, node.mark)


def is_call(node: Node) -> bool:
    """Return whether a node is a function call: a map whose first key is a function's name."""
    return isinstance(node, Mapping) and next(iter(node.entries), None) in FUNCTIONS


def _inner(node: Node, step: PathStep) -> Node | None:
    if isinstance(node, Mapping) and isinstance(step, str) and not is_call(node):
        return node.entries.get(step)
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def _lacks(node: Node, step: PathStep) -> str:
    if is_call(node):
        return "what a function gives is known only in the run, and has no parts"
    if isinstance(step, int):
        return f"{kind_of(node)} has no item {step}"
    return f"{kind_of(node)} has no {step}"
