"""What findings know of rules and sources: from the catalogue, or from the record alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.check_rules import CheckRules
from conformance.findings.failures import operation_named
from conformance.findings.model import RuleBook, RuleFacts, known_impact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Catalog
    from conformance.record.model import Record


def catalog_book(catalog: Catalog) -> RuleBook:
    """Return what the catalogue alone knows."""
    known = CheckRules(catalog)
    return RuleBook(
        rules={
            rule.id: RuleFacts(
                id=rule.id,
                statement=rule.statement,
                impact=rule.impact,
                sources=rule.sources,
                feature=rule.feature,
                same_as=rule.same_as,
            )
            for rule in catalog.rules.values()
        },
        rules_of=known.rules,
        sources_of=known.sources,
        operation_of=known.operation,
        impacts={test.id: test.impact for test in catalog.tests},
        witnesses={source.id: source.witnesses for source in catalog.sources.values()},
        recorded=frozenset(
            source.id for source in catalog.sources.values() if source.grade == "recorded"
        ),
        tests={test.id: test.rules for test in catalog.tests},
        at_once=frozenset(test.id for test in catalog.tests if test.at_once),
    )


def book_of(record: Record, catalog: Catalog | None) -> RuleBook:
    """Return the rules of a record's checks.

    The catalogue knows them better than a record of the first version, which names none in its
    checks; for a test that it does not have (any more), or without it, the record's own test lines
    and rules must do.
    """
    return _of_record(record) if catalog is None else with_record(catalog_book(catalog), record)


def with_record(known: RuleBook, record: Record) -> RuleBook:
    """Return what is known of rules, and for tests and rules that are not, what a record says."""
    alone = _of_record(record)

    def rules_of(test: str, check: str) -> tuple[str, ...]:
        return known.rules_of(test, check) or alone.rules_of(test, check)

    def sources_of(test: str, check: str) -> tuple[str, ...]:
        return known.sources_of(test, check) or alone.sources_of(test, check)

    def operation_of(test: str, check: str) -> str:
        return known.operation_of(test, check) or alone.operation_of(test, check)

    return RuleBook(
        rules={**alone.rules, **known.rules},
        rules_of=rules_of,
        sources_of=sources_of,
        operation_of=operation_of,
        impacts={**alone.impacts, **known.impacts},
        witnesses={**alone.witnesses, **known.witnesses},
        recorded=alone.recorded | known.recorded,
        tests={**known.tests, **alone.tests},
        at_once=known.at_once,
    )


def _of_record(record: Record) -> RuleBook:
    """Return what the record itself says: rules of tests, and of checks since version 2."""
    tests = {test.id: test for test in record.tests}
    of_checks: Mapping[tuple[str, str], str] = {
        (test.id, check.id): rule
        for test in record.tests
        for check in test.checks
        if (rule := check.rule)
    }

    def rules_of(test: str, check: str) -> tuple[str, ...]:
        rule = of_checks.get((test, check))
        if rule:
            return (rule,)
        return tests[test].rules[:1] if test in tests else ()

    def sources_of(test: str, check: str) -> tuple[str, ...]:
        del check
        return tests[test].sources if test in tests else ()

    def operation_of(test: str, check: str) -> str:
        return operation_named(check.partition(".")[0], tests[test]) if test in tests else ""

    return RuleBook(
        rules={
            rule.id: RuleFacts(
                id=rule.id,
                statement=rule.statement,
                impact=known_impact(rule.impact),
                sources=rule.sources,
            )
            for rule in record.catalog.rules
        },
        rules_of=rules_of,
        sources_of=sources_of,
        operation_of=operation_of,
        impacts={name: known_impact(test.impact) for name, test in tests.items()},
        witnesses={
            source.id: source.witnesses for source in record.catalog.sources if source.witnesses
        },
        recorded=frozenset(
            source.id for source in record.catalog.sources if source.grade == "recorded"
        ),
        tests={name: test.rules for name, test in tests.items()},
    )
