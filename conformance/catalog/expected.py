"""Which status and code the expectations of a test hold its answers to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.catalog.service import operation_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.catalog.model import Expectation, Source, Step, Test, Tree

_WORD: Final = re.compile(r"[A-Za-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What one expectation holds the status and code of one operation to."""

    operation: str
    statuses: tuple[Tree, ...]
    codes: tuple[Tree, ...]


def judged(test: Test) -> tuple[tuple[Step, Expectation], ...]:
    """Return what a test judges; what is only observed is not a part of it."""
    return tuple(
        (step, expectation)
        for step in _flat(test.steps)
        for expectation in step.expectations
        if expectation.strength != "observe"
    )


def asserts(answer: Expected, source: Source) -> bool:
    """Return whether an expectation asserts the status and code of a fact.

    A fact that names neither has to be cited. A code stands for its status where the expectation
    leaves the status out.
    """
    operations = _operations(source)
    if operations and answer.operation not in operations:
        return False
    if source.code:
        status = source.status in answer.statuses or not answer.statuses
        return source.code in answer.codes and status
    return source.status is not None and source.status in answer.statuses and not answer.codes


def _operations(source: Source) -> frozenset[str]:
    """Return the operations that a fact is bound to; none when it holds for any.

    A remark in brackets (the same parser, the same check) says that it holds elsewhere as well.
    """
    if "(" in source.operation:
        return frozenset()
    return operation_names() & {*_WORD.findall(source.operation)}


def expected(step: Step, expectation: Expectation) -> Expected:
    """Return what one expectation says of status and code."""
    fields = expectation.fields
    return Expected(
        operation=step.operation,
        statuses=tuple(_alternatives(fields.get("status"))),
        codes=tuple(_alternatives(fields.get("code"))),
    )


def _alternatives(tree: Tree) -> Iterator[Tree]:
    """Yield the literals that an expected status or code allows."""
    match tree:
        case None:
            return
        case list():
            for each in tree:
                yield from _alternatives(each)
        case dict():
            for matcher in ("any_of", "one_of"):
                yield from _alternatives(tree.get(matcher))
        case _:
            yield tree


def _flat(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield from _flat(step.concurrently) if step.concurrently else (step,)
