"""A digest of what a test expects: whether an upgrade of the suite changed it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.catalog.model import Source, Test

_NO_EXPECTATION: Final = frozenset({"place", "note"})
_LENGTH: Final = 16


def expectation_digest(test: Test, of_rules: Iterable[str], sources: Mapping[str, Source]) -> str:
    """Return 16 hex digits over steps, expectations, level, and the grades of what is cited.

    ``of_rules`` are the sources of the test's rules. Titles, notes and places do not count, and
    neither does a field that is at its default: a field that the format gains changes no digest.
    """
    steps = (*test.given, *test.steps)
    flat = [one for step in steps for one in step.concurrently or (step,)]
    cited = {*test.sources, *of_rules, *(name for step in flat for name in step.sources)}
    tree = {
        "level": test.level,
        "bucket": test.bucket,
        "given": _plain(test.given),
        "steps": _plain(test.steps),
        "grades": {name: sources[name].grade for name in cited if name in sources},
    }
    data = json.dumps(tree, sort_keys=True, default=str).encode("utf-8", "backslashreplace")
    return hashlib.sha256(data).hexdigest()[:_LENGTH]


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {
            one.name: _plain(getattr(value, one.name))
            for one in fields(value)
            if one.name not in _NO_EXPECTATION and getattr(value, one.name) != _default(one)
        }
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return value


def _default(field: object) -> object:
    factory = getattr(field, "default_factory", MISSING)
    return factory() if callable(factory) else getattr(field, "default", MISSING)
