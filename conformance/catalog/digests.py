"""Digests of what tests expect: whether an upgrade of the suite changed it, and in which checks.

They are computed once, when the catalogue is expanded. Titles, notes, places and the names of
rules and sources do not count, and neither does a field that is at its default: a field that the
format gains changes no digest.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Final

from conformance.catalog.model import single_steps
from conformance.vocabulary.expected import PART, WHOLE, Expected, read_expected

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.catalog.model import Capability, Rule, Source, Step, Test

_NO_EXPECTATION: Final = frozenset({"place", "note", "sources", "rules"})
_NO_REQUEST: Final = _NO_EXPECTATION | {"expectations", "eventually"}
_NAMED: Final = frozenset({"headers", "error", "xml"})
"""Fields whose names are checked one by one."""


class Digests:
    """Computes the digests of tests; ``capabilities`` are those that they may need."""

    def __init__(
        self,
        rules: Mapping[str, Rule],
        sources: Mapping[str, Source],
        capabilities: Mapping[str, Capability],
    ) -> None:
        self._rules, self._sources = rules, sources
        self._probes = {
            name: _digest(_plain((one.given, one.probe), _NO_EXPECTATION), WHOLE)
            for name, one in capabilities.items()
        }

    def of(self, test: Test) -> Expected:
        """Return the digests of one test."""
        tree = {
            "level": test.level,
            "needs": self._needs(test),
            "bucket": test.bucket,
            "given": _plain(test.given, _NO_EXPECTATION),
            "steps": _plain(test.steps, _NO_EXPECTATION),
            "grades": sorted(self._grades(test)),
        }
        if not test.steps:
            # A property: its sentence is all that can be known of it here.
            tree |= {"title": test.title, "rules": test.rules}
        at = _digest((self._needs(test), test.bucket), WHOLE)
        words = []
        for given, steps in ((True, test.given), (False, test.steps)):
            for step in steps:
                at = _digest((at, given, _plain(step, _NO_REQUEST)), WHOLE)
                words += [_digest((at, *what), PART) for what in _checked(step)]
        return Expected(_digest(tree, WHOLE), at[:PART], tuple(words))

    def _needs(self, test: Test) -> dict[str, str]:
        return {name: self._probes.get(name, "") for name in test.needs}

    def _grades(self, test: Test) -> set[str]:
        rules = (self._rules[name] for name in test.rules if name in self._rules)
        of_steps = (name for step in test.single_steps() for name in step.sources)
        cited = {*test.sources, *of_steps, *(name for rule in rules for name in rule.sources)}
        return {self._sources[name].grade for name in cited if name in self._sources}


def digest_of_given(test: Test) -> str:
    """Return a digest of what a test's ``given`` steps send and save, and in which kind of bucket.

    Tests for which it is the same can share what these steps make.
    """
    return _digest((test.bucket, _plain(test.given, _NO_EXPECTATION)), WHOLE)


def digests_of_checks(test: Test) -> dict[str, str]:
    """Return the digest of each check of a test by what its id begins with, from `Test.expects`.

    That is ``step.strength.field``; the digest of a request has the name of its step.
    """
    expected = read_expected(test.expects)
    keys = [str(key) for step in (*test.given, *test.steps) for key, *_ in _checked(step)]
    if expected is None or len(expected.checks) != len(keys):
        # Steps that a property generated: its digests are of its sentence.
        return {}
    return dict(zip(keys, expected.checks, strict=True))


def of_check(digests: Mapping[str, str], step: str, check: str) -> str:
    """Return the digest of a check by its id; that of its step's request where none is its own.

    ``step`` is the step's name without the position of a repeated request. Empty for a check of a
    step that the digests do not know.
    """
    _, dot, field = check[len(step) :].partition(".")
    name = f"{step}{dot}{field}"
    fitting = [
        key
        for key in digests
        if key != step and (name == key or (name.startswith(key) and name[len(key)] in ".["))
    ]
    return digests[max(fitting, key=len)] if fitting else digests.get(step, "")


def _checked(step: Step) -> Iterator[tuple[object, ...]]:
    """Yield what makes the digest of each request of a step, and of each check; its name first."""
    for one in single_steps((step,)):
        yield (one.name,)
        for expectation in one.expectations:
            for field, tree in expectation.fields.items():
                key = f"{one.name}.{expectation.strength}.{field}"
                if field in _NAMED and isinstance(tree, dict):
                    for name, value in tree.items():
                        yield f"{key}.{name}", _plain(value, ()), one.eventually
                else:
                    yield key, _plain(tree, ()), one.eventually


def _digest(tree: object, length: int) -> str:
    data = json.dumps(tree, sort_keys=True, default=str).encode("utf-8", "backslashreplace")
    return hashlib.sha256(data).hexdigest()[:length]


def _plain(value: object, left_out: Iterable[str]) -> object:
    if is_dataclass(value):
        return {
            one.name: _plain(getattr(value, one.name), left_out)
            for one in fields(value)
            if one.name not in left_out and getattr(value, one.name) != _default(one)
        }
    if isinstance(value, list | tuple):
        return [_plain(one, left_out) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one, left_out) for key, one in value.items()}
    return value


def _default(field: object) -> object:
    factory = getattr(field, "default_factory", MISSING)
    return factory() if callable(factory) else getattr(field, "default", MISSING)
