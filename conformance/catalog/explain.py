"""Explains one id, of a rule, source, scenario, test, law or known incompatibility."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.borrowed import WORDS
from conformance.catalog.problems import did_you_mean
from conformance.catalog.witnesses import in_words, support

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.catalog.ledger_model import Incompatibility
    from conformance.catalog.model import Catalog, Rule, Scenario, Source, Test
    from conformance.vocabulary.dialects import Dialect

__all__ = ["UnknownIdError", "explain"]


class UnknownIdError(LookupError):
    """Nothing in the catalogue has that id; the message names the nearest ones."""


def explain(catalog: Catalog, id: str) -> str:  # noqa: A002  # the word that users type
    """Return the explanation of an id as lines of text; UnknownIdError for one that nobody has."""
    lines = _entry(catalog, id) or _tested(catalog, id)
    if lines is not None:
        return "\n".join(lines)
    known = {*catalog.rules, *catalog.sources, *(scenario.id for scenario in catalog.scenarios)}
    known |= catalog.ledger.incompatibilities.keys() | catalog.dialects.keys()
    if "[" in id:
        known |= {test.id for test in catalog.tests}
    hint = did_you_mean(id, known)
    raise UnknownIdError(
        f"no rule, source, incompatibility, property, scenario or test is named {id}"
        + f"; {hint}" * bool(hint)
    )


def _entry(catalog: Catalog, wanted: str) -> Iterator[str] | None:
    """Return the lines on a rule, source, dialect or incompatibility; None for any other id."""
    if rule := catalog.rules.get(wanted):
        return _rule(catalog, rule)
    if source := catalog.sources.get(wanted):
        return _source_page(catalog, source)
    if dialect := catalog.dialects.get(wanted):
        return _dialect(catalog, dialect)
    if row := catalog.ledger.incompatibilities.get(wanted):
        return _incompatibility(catalog, row)
    return None


def _tested(catalog: Catalog, wanted: str) -> Iterator[str] | None:
    """Return the lines on a law (a test without steps), scenario or test; None for any other id."""
    test = next((test for test in catalog.tests if test.id == wanted), None)
    if test is not None and not test.steps:
        return _law(catalog, test)
    for scenario in catalog.scenarios:
        if scenario.id == wanted:
            tests = [one for one in catalog.tests if one.scenario.id == wanted]
            return _scenario(catalog, scenario, tests)
    return _test(catalog, test) if test is not None else None


def _rule(catalog: Catalog, rule: Rule) -> Iterator[str]:
    yield f"rule {rule.id}  {rule.level}, {rule.impact}, {', '.join(rule.applies_to)}"
    yield f"  {rule.statement}"
    yield f"  {rule.place}"
    if rule.open:
        yield f"not asserted yet: {rule.open}"
    yield from _sources(catalog, rule.sources)
    shown = [scenario for scenario in catalog.scenarios if rule.id in _rules_of(scenario)]
    yield f"shown by {_count(len(shown), 'scenario')}"
    for scenario in shown:
        tests = [t for t in catalog.tests if t.scenario is scenario and rule.id in t.rules]
        yield f"  {scenario.id} ({_count(len(tests), 'test')})"
        yield f"    {scenario.title}"


def _source_page(catalog: Catalog, source: Source) -> Iterator[str]:
    yield from _source(source, "")
    yield f"  {source.place}"
    rules = [rule for rule in catalog.rules.values() if source.id in rule.sources]
    yield f"supports {_count(len(rules), 'rule')}"
    for rule in rules:
        yield f"  {rule.id}: {rule.statement}"
    cited = [test.scenario for test in catalog.tests if source.id in _cited(test)]
    for scenario in dict.fromkeys(scenario.id for scenario in cited):
        yield f"  scenario {scenario}"


def _incompatibility(catalog: Catalog, row: Incompatibility) -> Iterator[str]:
    yield f"incompatibility {row.id}"
    yield f"  {row.statement}"
    if row.notes:
        yield f"  {row.notes}"
    yield f"  {row.place}"
    if row.excused:
        yield f"caught by none: {row.excused}"
    if row.threads:
        yield f"reported in {_count(len(row.threads), 'thread')}"
    yield from (f"  {thread}" for thread in row.threads)
    tests = [test for test in catalog.tests if row.id in test.catches]
    caught = {test.scenario.id: test.scenario.title for test in tests}
    yield f"caught by {_count(len(caught), 'scenario')}"
    for name, title in caught.items():
        yield f"  {name}"
        yield f"    {title}"


def _law(catalog: Catalog, test: Test) -> Iterator[str]:
    yield f"property {test.id}  {test.level}, {test.impact}"
    yield f"  {test.title}"
    yield f"  why: {test.scenario.why}"
    yield f"  {test.scenario.about}"
    yield from _around(catalog, [test])


def _borrowed(test: Test) -> Iterator[str]:
    if test.borrowed:
        yield f"  SHOULD, {WORDS}: no source says that its rules hold in directory buckets"


def _scenario(catalog: Catalog, scenario: Scenario, tests: list[Test]) -> Iterator[str]:
    yield f"scenario {scenario.id}"
    yield f"  {scenario.title}"
    yield f"  why: {scenario.why}"
    yield f"  {scenario.place}"
    yield from _around(catalog, tests)
    for test in tests:
        yield ""
        yield test.id
        yield from _borrowed(test)
        yield from _witnesses(test)
        yield from (f"  {sentence}" for sentence in test.sentences)
        yield from _given_once(test)
        yield from _left_out(test)


def _test(catalog: Catalog, test: Test) -> Iterator[str]:
    yield f"test {test.id}  {test.level}, {test.impact}"
    yield f"  {test.title}"
    yield from _borrowed(test)
    yield from _witnesses(test)
    yield f"  why: {test.scenario.why}"
    yield f"  {test.scenario.place}"
    yield ""
    yield from (f"  {sentence}" for sentence in test.sentences)
    yield from _given_once(test)
    yield from _left_out(test)
    yield ""
    yield from _around(catalog, [test])


def _given_once(test: Test) -> Iterator[str]:
    if test.scenario.given_once:
        yield "  A run sends the given steps once, for all tests that begin with the same ones."


def _left_out(test: Test) -> Iterator[str]:
    """Name the steps that the client of the test's dialect was never seen to send."""
    if test.left_out:
        yield f"  Steps left out (never captured from {test.dialect}): {', '.join(test.left_out)}."


def _dialect(catalog: Catalog, dialect: Dialect) -> Iterator[str]:
    yield f"dialect {dialect.name}  {dialect.client} {dialect.version}, captured {dialect.captured}"
    yield f"  {dialect.about}"
    if dialect.notes:
        yield f"  {dialect.notes}"
    yield f"  specs/dialects/{dialect.name}.yaml"
    yield f"describes {_count(len(dialect.forms), 'request')}"
    for form in dialect.forms:
        where = "" if len(form.over) > 1 else f" over {form.over[0]}"
        variant = f" ({form.variant})" if form.variant else ""
        yield f"  {form.operation}{variant}{where}: {len(form.headers)} headers"
    tests = [test for test in catalog.tests if test.dialect.split(":")[0] == dialect.name]
    yield f"used by {_count(len(tests), 'test')}"
    yield from (f"  {test.id}" for test in tests)


def _witnesses(test: Test) -> Iterator[str]:
    """Say what evidence there is for the least supported MUST of a test."""
    if test.witnesses is not None:
        yield f"  least supported MUST: {in_words(test.witnesses, test.lone_witness)}"


def _around(catalog: Catalog, tests: list[Test]) -> Iterator[str]:
    needs = _all(test.needs for test in tests)
    if needs:
        yield f"needs {', '.join(needs)}"
    catches = _all(test.catches for test in tests)
    if catches:
        yield f"catches {', '.join(catches)}"
    rules = [name for name in _all(test.rules for test in tests) if name in catalog.rules]
    yield f"shows {_count(len(rules), 'rule')}"
    for name in rules:
        rule = catalog.rules[name]
        yield f"  {rule.id}  {rule.level}, {rule.impact}"
        yield f"    {rule.statement}"
    cited = _all(_cited(test) for test in tests)
    of_rules = _all(catalog.rules[name].sources for name in rules)
    yield from _sources(catalog, tuple(dict.fromkeys((*cited, *of_rules))))


def _sources(catalog: Catalog, ids: Iterable[str]) -> Iterator[str]:
    names = [name for name in ids if name in catalog.sources]
    yield f"cites {_count(len(names), 'source')}"
    for name in names:
        yield from _source(catalog.sources[name], "  ")


def _source(source: Source, indent: str) -> Iterator[str]:
    date = f", {source.date}" if source.date else ""
    seen = f" (seen on {source.of})" if source.of else ""
    yield f"{indent}{source.id}  {source.grade}{date}  {source.operation}{seen}"
    answer = " ".join(filter(None, (str(source.status or ""), source.code)))
    yield f"{indent}  {source.condition}" + (f": {answer}" if answer else "")
    if source.message:
        yield f"{indent}  message: {source.message}"
    if source.notes:
        yield f"{indent}  {source.notes}"
    yield f"{indent}  from {source.where}"
    yield f"{indent}  {source.url}"
    yield f"{indent}  {in_words(source.witnesses, support([source]).lone)}"


def _cited(test: Test) -> tuple[str, ...]:
    steps = (*test.given, *test.steps)
    inner = (each for step in steps for each in (step, *step.concurrently))
    return (*test.sources, *_all(step.sources for step in inner))


def _rules_of(scenario: Scenario) -> set[str]:
    return {*scenario.rules, *(rule for case in scenario.cases for rule in case.rules)}


def _all(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
