"""Finds the test, and perhaps the record, that a user names, and returns the script."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.catalog.load import load
from conformance.catalog.problems import SpecError, did_you_mean
from conformance.record.outcome import observed
from conformance.reproduce.errors import CannotReproduceError
from conformance.reproduce.text import Facts, script
from conformance.targets.profile_file import ShippedProfiles
from conformance.vocabulary.format import PROFILE_VALUES
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog, Test
    from conformance.record.model import Record, TestLine
    from conformance.record.search_line import CounterExample

_LARGEST: Final = 1_000_000
"""Characters of a counter-example's scenario; a record may be anybody's."""
_CLOCK: Final = "movable-clock"


def script_of(catalog: Catalog, identifier: str, record: Record | None = None) -> str:
    """Return the script for a test of the catalogue, or of a record.

    Of a property it repeats the record's counter-example; ``identifier`` may be the id of that,
    too. `CannotReproduceError` says why there is none.
    """
    lines = {line.id: line for line in record.tests} if record is not None else {}
    examples = {
        one.id: one
        for line in lines.values()
        if line.search is not None
        for one in line.search.counter_examples
    }
    line = lines.get(identifier)
    if line is not None and line.search is not None and line.search.counter_examples:
        return _of_example(line.search.counter_examples[0], line, record)
    if identifier in examples:
        return _of_example(examples[identifier], None, record)
    test = next((one for one in catalog.tests if one.id == identifier), None)
    if test is None:
        raise CannotReproduceError(_unknown(identifier, catalog, record))
    if record is not None and line is None:
        raise CannotReproduceError(f"the record holds no test {identifier}")
    return _of_test(test, catalog, line, record)


def _unknown(identifier: str, catalog: Catalog, record: Record | None) -> str:
    if identifier.startswith("property/"):
        if record is None:
            return (
                f"{identifier} is tried on generated requests: give the record of a run that"
                " holds a counter-example, by --record"
            )
        return (
            f"the record holds no counter-example of {identifier}; a race of many requests"
            " has none, and no script repeats it"
        )
    known = [test.id for test in catalog.tests]
    return f"no test is called {identifier}; {did_you_mean(identifier, known) or 'see list'}"


def _of_example(example: CounterExample, line: TestLine | None, record: Record | None) -> str:
    """Return the script of a counter-example, which is a scenario."""
    if len(example.text) > _LARGEST:
        raise CannotReproduceError("the counter-example is too large")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "counter-example.yaml"
        path.write_text(example.text, encoding="utf-8")
        try:
            catalog = load([path])
        except SpecError as error:
            first = str(error).partition("\n")[0].rpartition("/")[2]
            raise CannotReproduceError(f"the counter-example can't be read: {first}") from error
    if len(catalog.tests) != 1:
        raise CannotReproduceError("the counter-example is not one scenario")
    return _of_test(catalog.tests[0], catalog, line, record, reason=example.reason)


def _of_test(
    test: Test, catalog: Catalog, line: TestLine | None, record: Record | None, reason: str = ""
) -> str:
    needs = _needs(test, catalog)
    if _CLOCK in needs:
        raise CannotReproduceError(
            f"{test.id} moves the clock of the server, which only the run of a launched one can"
        )
    prefers = any(catalog.capabilities[name].prefers_tls for name in needs)
    facts = Facts(values=_values(record, catalog), prefers_tls=prefers, over_tls=prefers)
    if record is not None and line is not None:
        tls = record.run.tls_endpoint_url or record.run.endpoint_url.startswith("https:")
        claimed = {one.name for one in record.capabilities if one.claimed == "yes"}
        facts = replace(
            facts,
            claimed=bool(needs) and all(name in claimed for name in needs),
            over_tls=bool(tls) and (prefers or record.run.endpoint_url.startswith("https:")),
            observed=f"{observed(line)}: {reason or line.reason}",
            every_member=any(".answer" in one.id for one in line.checks),
        )
        if not line.exchanges and str(observed(line)) == "FAIL":
            test = _probe(test, catalog, line)
    return script(test, catalog, facts)


def _needs(test: Test, catalog: Catalog) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*test.needs, *catalog.buckets[test.bucket].needs)))


def _probe(test: Test, catalog: Catalog, line: TestLine) -> Test:
    """Return the test with the probe of the capability that was claimed and can't be exercised."""
    for name in _needs(test, catalog):
        capability = catalog.capabilities[name]
        if capability.probe and name in line.reason:
            scenario = replace(test.scenario, bucket=capability.bucket)
            given, steps = capability.given, capability.probe
            return replace(test, scenario=scenario, other_bucket="", given=given, steps=steps)
    raise CannotReproduceError(f"nothing was sent: {line.reason}")


def _values(record: Record | None, catalog: Catalog) -> dict[str, str]:
    """Return what a shipped profile gives for values that only an endpoint's owner knows."""
    if record is None:
        return {}
    shipped = ShippedProfiles(specs_root() / "targets", catalog.capabilities)
    profile = shipped.get(record.run.options.target.target or "")
    values = {"region": record.run.region}
    if profile is not None and profile.launcher is not None:
        values |= {PROFILE_VALUES[name]: value for name, value in profile.values.items()}
    return values
