"""The seeds of what tests generate, so that a reader of a record can make the same bytes again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog import customer_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.catalog.model import Step, Test, Tree


def seeds(tests: Iterable[Test]) -> tuple[str, ...]:
    """Return the seeds of generated bodies and customer keys in these tests, sorted.

    The seed of a body that names none is the empty string.
    """
    found = set(customer_keys.seeds())
    for test in tests:
        for step in _flat((*test.given, *test.steps)):
            for tree in (*step.members.values(), *step.edits.values()):
                found.update(_in_tree(tree))
    return tuple(sorted(found))


def _flat(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _flat(step.concurrently)


def _in_tree(tree: Tree) -> Iterator[str]:
    if isinstance(tree, dict):
        if "random" in tree:
            yield str(tree.get("seed", ""))
        for value in tree.values():
            yield from _in_tree(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _in_tree(value)
