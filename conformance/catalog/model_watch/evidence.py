"""Which scenarios send a member of the service model, and which assert it.

A request member is sent where a step names it, as a member, a header or a query parameter, and it
is asserted by the scenarios among those that judge something. An answer member is asserted where an
expectation (``must``, ``should`` or ``disputed``) says that it is there: that it is absent says
nothing of a server that has it, what is only observed says nothing at all, and a refusal has no
members: what its headers are is no evidence for those of a success.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conformance.vocabulary.format import FUNCTIONS, MATCHERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.catalog.model import Catalog, Expectation, Step, Tree
    from conformance.catalog.model_watch.members import Family, Member, Side

_IMPLIED: Final = ("Bucket", "Key", "Body")
"""Request members that the engine fills in where a step does not."""
_INNER: Final = ("contains", "unordered", "any_of", "one_of")
"""Matchers whose argument is what is expected, one or several."""
_EDITS: Final = (("headers", "header"), ("late-headers", "header"), ("query", "querystring"))
_METADATA: Final = "x-amz-meta-"
_STEPS: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_PREDICATE: Final = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Ids of members and values to the ids of the scenarios that send, and assert, them."""

    sent: Mapping[str, tuple[str, ...]]
    asserted: Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class _Found:
    table: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    def note(self, scenario: str, ids: Iterable[str]) -> None:
        for each in ids:
            self.table[each][scenario] = None

    def frozen(self) -> dict[str, tuple[str, ...]]:
        return {each: tuple(scenarios) for each, scenarios in self.table.items()}


def evidence(catalog: Catalog, family: Family) -> Evidence:
    """Go through all tests of a catalogue."""
    reader = _Reader(family)
    sent, asserted = _Found(), _Found()
    for test in catalog.tests:
        judged = [
            (step, expectation)
            for step in _flat(test.steps)
            for expectation in step.expectations
            if expectation.strength != "observe"
        ]
        name = test.scenario.id
        for step in (*_flat(test.given), *_flat(test.steps)):
            held = tuple(reader.request(step))
            sent.note(name, held)
            if judged:
                asserted.note(name, held)
        for step, expectation in judged:
            if not _expects_refusal(step):
                asserted.note(name, reader.answer(step, expectation))
    return Evidence(sent.frozen(), asserted.frozen())


class _Reader:
    """Finds the members and values that requests hold and expectations name."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self._placed: dict[tuple[str, Side, str], Member] = {}
        self._elements: dict[tuple[str, str], list[Member]] = defaultdict(list)
        for member in family.members.values():
            kind, _, name = member.place.partition(" ")
            if kind != "element":
                self._placed[member.operation, member.side, f"{kind} {name.lower()}"] = member
            elif member.side == "answer":
                self._elements[member.operation, name].append(member)

    def request(self, step: Step) -> Iterator[str]:
        """Yield what a step's request holds."""
        operation = step.operation
        for name, value in step.members.items():
            yield from self._sent(operation, name, value)
        for name in _IMPLIED:
            if name not in step.members:
                yield from self._named(operation, "request", name)
        for edit, place in _EDITS:
            pairs = step.edits.get(edit)
            for name, value in pairs.items() if isinstance(pairs, dict) else ():
                member = self._placed.get((operation, "request", f"{place} {name.lower()}"))
                if member is not None:
                    yield from self._named(operation, "request", member.path, value)
                elif name.lower().startswith(_METADATA):
                    yield from self._named(operation, "request", "Metadata")

    def answer(self, step: Step, expectation: Expectation) -> Iterator[str]:
        """Yield what an expectation says is there."""
        operation = step.operation
        for name, tree in expectation.fields.items():
            pairs = tree if isinstance(tree, dict) else {}
            if name == "headers":
                for header, value in pairs.items():
                    member = self._placed.get((operation, "answer", f"header {header.lower()}"))
                    if member is not None:
                        yield from self._expected(operation, member.path, value)
            elif name == "xml":
                for path, value in pairs.items():
                    yield from self._element(operation, path, value)
            else:
                yield from self._expected(operation, name, tree)

    def _sent(self, operation: str, path: str, value: Tree) -> Iterator[str]:
        yield from self._named(operation, "request", path, value)
        match value:
            case list():
                for item in value:
                    below = f"{path}[]" if isinstance(item, dict) else path
                    yield from self._sent(operation, below, item)
            case {"part_list": _}:
                for name in ("PartNumber", "ETag"):
                    yield from self._named(operation, "request", f"{path}[].{name}")
            case dict() if not _is_call(value):
                for name, inner in value.items():
                    yield from self._sent(operation, f"{path}.{name}", inner)

    def _expected(self, operation: str, path: str, tree: Tree) -> Iterator[str]:
        match tree:
            case {"absent": _} | {"length": 0}:
                return
            case list():
                for item in tree:
                    yield from self._item(operation, path, item)
                if tree:
                    yield from self._named(operation, "answer", path)
            case dict() if not _is_call(tree):
                for name, inner in tree.items():
                    if name in _INNER:
                        for item in inner if isinstance(inner, list) else [inner]:
                            yield from self._item(operation, path, item)
                    elif name not in MATCHERS:
                        yield from self._expected(operation, f"{path}.{name}", inner)
                        continue
                    yield from self._named(operation, "answer", path)
            case _:
                yield from self._named(operation, "answer", path, tree)

    def _item(self, operation: str, path: str, tree: Tree) -> Iterator[str]:
        """Yield what one item of a list, or one alternative of a value, says is there."""
        member = self._family.members.get(f"{operation} answer {path}")
        whole = member is not None and member.kind == "list" and isinstance(tree, dict)
        yield from self._expected(operation, f"{path}[]" if whole else path, tree)

    def _element(self, operation: str, xpath: str, value: Tree) -> Iterator[str]:
        """Yield the member that an XPath leads to; by its last step, and the one before if need be.

        A count of nothing, and the names of elements, say of no member that it is there.
        """
        if value == 0 or (isinstance(value, dict) and "absent" in value) or "name(" in xpath:
            return
        steps = _STEPS.findall(_PREDICATE.sub("", xpath.removeprefix("count")))
        if not steps:
            return
        found = self._elements.get((operation, steps[-1]), [])
        if len(found) > 1 and len(steps) > 1:
            found = [member for member in found if steps[-2] in self._above(member)]
        for member in found:
            yield from self._named(operation, "answer", member.path)

    def _above(self, member: Member) -> tuple[str, ...]:
        """Return how the element around a member is called; any name for the outermost ones."""
        outer = member.path.rpartition(".")[0].removesuffix("[]")
        if not outer:
            return tuple(_STEPS.findall(f"{member.operation}Result"))
        around = self._family.members[f"{member.operation} answer {outer}"]
        return (around.place.partition(" ")[2],)

    def _named(self, operation: str, side: Side, path: str, value: Tree = None) -> Iterator[str]:
        """Yield a member with all that hold it, and the enum value that it has."""
        member = self._family.members.get(f"{operation} {side} {path}")
        if member is None:
            return
        yield member.id
        if member.enum and isinstance(value, str):
            yield from (f"{member.enum} {word.strip()}" for word in value.split(","))
        while "." in path:
            path = path.rpartition(".")[0].removesuffix("[]")
            yield f"{operation} {side} {path}"


def _expects_refusal(step: Step) -> bool:
    """Return whether a step names an error code, or a status of errors alone."""
    return any(
        "code" in expectation.fields or _refuses(expectation.fields.get("status"))
        for expectation in step.expectations
        if expectation.strength != "observe"
    )


def _refuses(status: Tree) -> bool:
    match status:
        case int():
            return status >= 300
        case str():
            return status[:1] in {"3", "4", "5"}
        case list():
            return bool(status) and all(_refuses(each) for each in status)
        case dict():
            return any(_refuses(status.get(name)) for name in ("any_of", "one_of"))
        case _:
            return False


def _is_call(tree: Mapping[str, Tree]) -> bool:
    return next(iter(tree), None) in FUNCTIONS


def _flat(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield from _flat(step.concurrently) if step.concurrently else (step,)
