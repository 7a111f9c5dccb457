"""Tests in directory buckets whose rules are known of general purpose buckets alone.

No source says that such a rule holds in directory buckets, so its `must` is a `should` there: the
test recommends what S3 does in general purpose buckets, and never fails.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.catalog.model import Expectation, Rule, Step

WORDS = "as in general purpose buckets"
"""How titles and explanations name it."""


def is_borrowed(rules: Iterable[Rule], zone: str) -> bool:
    """Return whether a test has only rules of general purpose buckets, and a zone nevertheless."""
    found = tuple(rules)
    if not zone or not found:
        return False
    return all(
        "general-purpose" in rule.applies_to and "directory" not in rule.applies_to
        for rule in found
    )


def softened(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return the steps with each `must` as a `should`; where both name a field, the former's."""
    return tuple(
        replace(
            step,
            expectations=tuple(_softened(step.expectations)),
            concurrently=softened(step.concurrently),
        )
        for step in steps
    )


def _softened(expectations: Iterable[Expectation]) -> Iterator[Expectation]:
    known: set[str] = set()
    for one in sorted(expectations, key=lambda each: each.strength != "must"):
        if one.strength == "must":
            known |= one.fields.keys()
            yield replace(one, strength="should")
        elif one.strength == "should":
            fields = {name: tree for name, tree in one.fields.items() if name not in known}
            if fields:
                yield replace(one, fields=fields)
        else:
            yield one
