"""The language of ``--select``: which tests are meant.

    ssec.* or acl.*                     rule ids, with * (no slash) and ** (anything)
    upload-part/** and not needs:tls    test ids; a scenario's id means all its tests
    test:complete/part-order            test ids alone: a scenario's plain test, not all its tests
    operation:UploadPart  needs:sse-c  catches:D01  impact:data-loss
    code:BadDigest  status:4*           tests that expect this error code or status
    source:TRL-003                      tests that cite this source
    witnesses:1                         tests with a must that one author alone supports

A term that matches no test of the whole catalogue is an error: a typing mistake must never
select nothing in silence, nor make a ``not`` select everything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from conformance.catalog import searched
from conformance.catalog.facts import LEVELS
from conformance.catalog.problems import did_you_mean
from conformance.vocabulary.patterns import PatternError, glob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from conformance.catalog.model import Catalog, Level, Test

_TOKEN: Final = re.compile(r"\(|\)|[^\s()]+")
_WORDS: Final = frozenset({"and", "or", "not"})
_CAUSES: Final = "type cause:TEXT into the filter of report.html"
_Chosen: TypeAlias = frozenset[int]

FIELDS: Final[dict[str, Callable[[Test], Iterable[str]]]] = {
    "test": lambda test: (test.id,),
    "operation": lambda test: test.operations,
    "needs": lambda test: test.needs,
    "catches": lambda test: test.catches,
    "impact": lambda test: (test.impact,),
    "code": searched.codes,
    "status": searched.statuses,
    "source": searched.sources,
    "witnesses": lambda test: () if test.witnesses is None else (str(len(test.witnesses)),),
}
"""What may stand before a colon, with the names that a test has for it."""


class SelectionError(ValueError):
    """An expression is malformed, or a term in it matches nothing; the message says all of it."""


def select(
    catalog: Catalog, expressions: Sequence[str] = (), level: Level | None = None
) -> tuple[Test, ...]:
    """Return the tests, in the catalogue's order, that any of the expressions selects.

    Without an expression that is every test. ``level`` keeps those of at least that level. Raises
    SelectionError, with every mistake of every expression.
    """
    everything = frozenset(range(len(catalog.tests)))
    chosen: _Chosen = frozenset() if expressions else everything
    mistakes: list[str] = []
    for expression in expressions:
        parser = _Parser(catalog, expression)
        chosen |= parser.parse()
        mistakes += parser.mistakes
    if mistakes:
        raise SelectionError("\n".join(mistakes))
    highest = len(LEVELS) if level is None else LEVELS.index(level)
    return tuple(
        test
        for number, test in enumerate(catalog.tests)
        if number in chosen and LEVELS.index(test.level) <= highest
    )


def exactly(test_id: str) -> str:
    """Return the term that selects the test of this id and no other.

    The id of a test without a case is also its scenario's, which may have further tests.
    """
    return test_id if "[" in test_id else f"test:{test_id}"


_MOST_NESTED: Final = 100
"""Parentheses and ``not``, each of which may hold the next."""


class _Parser:
    """Reads one expression; ``or`` binds less than ``and``, ``and`` less than ``not``."""

    def __init__(self, catalog: Catalog, expression: str) -> None:
        self.catalog = catalog
        self.expression = expression
        self.tokens = _TOKEN.findall(expression)
        self.position = 0
        self.mistakes: list[str] = []
        self.everything: _Chosen = frozenset(range(len(catalog.tests)))

    def parse(self) -> _Chosen:
        if not self.tokens:
            self._mistake("an empty selection")
            return frozenset()
        if sum(token in ("(", "not") for token in self.tokens) > _MOST_NESTED:
            self._mistake(f"more than {_MOST_NESTED} parentheses and words not")
            return frozenset()
        chosen = self._or()
        if self.position < len(self.tokens) and not self.mistakes:
            found = self.tokens[self.position]
            self._mistake(f"and, or or nothing is wanted before {found}")
        return chosen

    def _mistake(self, text: str, hint: str = "") -> None:
        line = f"--select {self.expression!r}: {text}"
        self.mistakes.append(f"{line}\n    hint: {hint}" if hint else line)

    def _next(self, *wanted: str) -> bool:
        """Take the next token when it is one of these."""
        if self.position < len(self.tokens) and self.tokens[self.position] in wanted:
            self.position += 1
            return True
        return False

    def _or(self) -> _Chosen:
        chosen = self._and()
        while self._next("or"):
            chosen |= self._and()
        return chosen

    def _and(self) -> _Chosen:
        chosen = self._not()
        while self._next("and"):
            chosen &= self._not()
        return chosen

    def _not(self) -> _Chosen:
        if self._next("not"):
            return self.everything - self._not()
        if self._next("("):
            chosen = self._or()
            if not self._next(")") and not self.mistakes:
                self._mistake("a parenthesis is not closed")
            return chosen
        if self.position >= len(self.tokens):
            self._mistake("it ends where a term is wanted")
            return frozenset()
        term = self.tokens[self.position]
        self.position += 1
        if term in {")", *_WORDS}:
            self._mistake(f"a term is wanted before {term}")
            return frozenset()
        return self._term(term)

    def _term(self, term: str) -> _Chosen:
        key, colon, pattern = term.partition(":")
        field = FIELDS.get(key) if colon else None
        try:
            matches = glob(pattern if field else term)
        except PatternError as error:
            self._mistake(f"{term[:40]}…: {error}")
            return frozenset()
        names = field or _ids
        chosen = frozenset(
            number
            for number, test in enumerate(self.catalog.tests)
            if any(matches(name) for name in names(test))
        )
        if not chosen:
            self._nothing(term, key if colon else "", pattern if field else term)
        return chosen

    def _nothing(self, term: str, key: str, pattern: str) -> None:
        tests = self.catalog.tests
        if key == "cause":
            self._mistake("causes are in records, not in tests", _CAUSES)
            return
        if key and key not in FIELDS and "[" not in key:
            hint = did_you_mean(key, FIELDS) or f"one of {', '.join(f'{k}:' for k in FIELDS)}"
            self._mistake(f"there is nothing to select by {key}:", hint)
            return
        if key in FIELDS:
            known = {name for test in tests for name in FIELDS[key](test)}
        else:
            known = {name for test in tests for name in _ids(test)}
            rule = self.catalog.rules.get(pattern)
            if rule is not None:
                self._mistake(f"no test shows {term} yet", rule.open)
                return
        below = sorted(name for name in known if name.startswith((f"{pattern}/", f"{pattern}.")))
        if below:
            between = below[0][len(pattern)]
            self._mistake(f"nothing matches {term}", f"did you mean {pattern}{between}**?")
        else:
            self._mistake(f"nothing matches {term}", did_you_mean(pattern, known))


def _ids(test: Test) -> tuple[str, ...]:
    return (test.id, test.scenario.id, *test.rules)
