"""Counts over a whole record: which values a server checks, and which errors it returns."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.findings import requests
from conformance.findings.failures import taken_apart
from conformance.findings.members import LISTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.findings.model import RuleBook
    from conformance.record.model import CheckLine, RecordedExchange, TestLine

LOOKS_AWAY: Final = 0.9
"""Part of the requests with a mistake that are taken where a server does not look at it."""

_ECHOES: Final = {
    "max-uploads": "MaxUploads",
    "key-marker": "KeyMarker",
    "upload-id-marker": "UploadIdMarker",
    "delimiter": "Delimiter",
    "max-parts": "MaxParts",
    "part-number-marker": "PartNumberMarker",
}
"""Parameters of the listings that decide what is listed, each with the element that repeats it."""
_NOTHING: Final = frozenset({"absent", '""'})
_QUOTED: Final = re.compile(r"\"([A-Za-z][\w.]*)\"")
_STATUS: Final = re.compile(r"[1-5]\d\d")


@dataclass(slots=True)
class Mistakes:
    """How requests that must be refused were answered."""

    taken: int = 0
    others: int = 0

    @property
    def ignored(self) -> bool:
        """Whether nearly all of them were accepted."""
        return self.taken > 0 and self.taken >= LOOKS_AWAY * (self.taken + self.others)


@dataclass(frozen=True, slots=True)
class Tallies:
    """Counts over all completed tests of a record."""

    by_feature: Mapping[tuple[str, str], Mistakes]
    """Feature (or rule without one) and operation."""
    by_rule: Mapping[str, Mistakes]
    codes: Mapping[str, frozenset[str]]
    """Operation to the error codes that S3 may answer to it, as far as the tests expect them."""
    unheard: frozenset[tuple[str, str]]
    """Operation and listing parameter of which no answer ever took notice."""
    shown: Mapping[tuple[str, bool], frozenset[str]]
    """Rule, and whether it is a refusal that S3 gives, to the tests that were tested by it."""


def tally(tests: tuple[TestLine, ...], book: RuleBook) -> Tallies:
    """Count over the tests of a record."""
    by_feature: dict[tuple[str, str], Mistakes] = defaultdict(Mistakes)
    by_rule: dict[str, Mistakes] = defaultdict(Mistakes)
    codes: dict[str, set[str]] = defaultdict(set)
    shown: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for test, check, path, operation in _judged(tests, book):
        rules = book.rules_of(test.id, check.id) or test.rules[:1]
        if path == "code":
            codes[operation].update(_QUOTED.findall(check.expected))
        refusal = check.expected[:1] in {"4", "5"}
        if path == "status":
            for rule in rules:
                shown[rule, refusal].add(test.id)
        if path != "status" or not refusal or not rules:
            continue
        rule = rules[-1]
        feature = book.rules[rule].feature if rule in book.rules else ""
        for one in (by_feature[feature or rule, operation], by_rule[rule]):
            if _taken(test, check):
                one.taken += 1
            else:
                one.others += 1
    return Tallies(
        by_feature=by_feature,
        by_rule=by_rule,
        codes={name: frozenset(found) for name, found in codes.items()},
        unheard=_unheard(tests) - _seen(tests, book),
        shown={key: frozenset(found) for key, found in shown.items()},
    )


def _judged(
    tests: tuple[TestLine, ...], book: RuleBook
) -> Iterator[tuple[TestLine, CheckLine, str, str]]:
    """Yield the checks of answers that came, each with its field and the operation of its step.

    A published record has no exchanges of tests that passed; the step says their operation.
    """
    for test in tests:
        for check in test.checks:
            _, strength, path = taken_apart(check)
            if strength != "must":
                continue
            if (exchange := _exchange(test, check)) is not None:
                yield test, check, path, exchange.operation
            elif check.verdict.allowed and not test.exchanges:
                yield test, check, path, book.operation_of(test.id, check.id)


def _exchange(test: TestLine, check: CheckLine) -> RecordedExchange | None:
    if check.exchange is None or check.exchange >= len(test.exchanges):
        return None
    return test.exchanges[check.exchange]


def _taken(test: TestLine, check: CheckLine) -> bool:
    said = _STATUS.match(check.got)
    return (int(said[0]) if said else requests.status(_exchange(test, check))) // 100 == 2


def _unheard(tests: tuple[TestLine, ...]) -> frozenset[tuple[str, str]]:
    asked: set[tuple[str, str]] = set()
    heard: set[tuple[str, str]] = set()
    for test in tests:
        for exchange in test.exchanges:
            if exchange.operation not in LISTINGS or requests.status(exchange) != 200:
                continue
            body = requests.text(exchange)
            for name, value in requests.query(exchange).items():
                # A record that was made small keeps no bodies of tests that passed.
                if body and value and name in _ECHOES:
                    asked.add((exchange.operation, name))
                    element = _ECHOES[name]
                    if f"<{element}>{value}</{element}>" in body:
                        heard.add((exchange.operation, name))
    return frozenset(asked - heard)


def _seen(tests: tuple[TestLine, ...], book: RuleBook) -> frozenset[tuple[str, str]]:
    """Return what checks saw repeated: all that a published record keeps of tests that passed."""
    names = {element: name for name, element in _ECHOES.items()}
    return frozenset(
        (book.operation_of(test.id, check.id), names[path])
        for test in tests
        for check in test.checks
        if check.verdict.allowed and check.got not in _NOTHING
        for path in taken_apart(check)[2:]
        if path in names
    )
