"""What tests expect and mention, as words that people search for: statuses, codes, texts. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Step, Test, Tree

_STATUS: Final = re.compile(r"[1-5](?:\d\d|xx)")
_CODE: Final = re.compile(r"[A-Z][A-Za-z0-9.]+")


def statuses(test: Test) -> tuple[str, ...]:
    """Return the statuses that a test expects, such as ``400`` or ``4xx``; ``500`` among them."""
    return tuple(word for word in _expected(test, "status") if _STATUS.fullmatch(word))


def codes(test: Test) -> tuple[str, ...]:
    """Return the error codes that a test expects."""
    return tuple(word for word in _expected(test, "code") if _CODE.fullmatch(word))


def sources(test: Test) -> tuple[str, ...]:
    """Return the sources that a test cites, for itself or in one of its steps."""
    steps = (one for step in test.steps for one in _flat(step))
    return tuple(dict.fromkeys((*test.sources, *(name for one in steps for name in one.sources))))


def mentions(test: Test, text: str) -> bool:
    """Return whether each word of a text, in any case, is found in what is known of a test.

    That is its id, title, rules, operations, sources, and the sentences that name its headers,
    values, statuses and codes.
    """
    words = text.casefold().split()
    known = "\n".join(
        (
            test.id,
            test.title,
            test.scenario.why,
            *test.rules,
            *test.operations,
            *test.needs,
            *sources(test),
            *test.sentences,
            *codes(test),
            *statuses(test),
        )
    ).casefold()
    return all(word in known for word in words)


def _expected(test: Test, field: str) -> Iterator[str]:
    for step in test.steps:
        for one in _flat(step):
            for expectation in one.expectations:
                if expectation.strength != "observe" and field in expectation.fields:
                    yield from _words(expectation.fields[field])


def _flat(step: Step) -> Iterator[Step]:
    yield step
    for one in step.concurrently:
        yield from _flat(one)


def _words(tree: Tree) -> Iterator[str]:
    """Yield the scalars of a literal or a matcher; what must not come is not expected."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key != "not":
                yield from _words(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _words(value)
    elif tree is not None:
        yield str(tree)
