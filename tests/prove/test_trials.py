"""Trials on a real endpoint: which tests a fault can change, and what it turns red."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.prove.model import FaultlessRun
from conformance.prove.trials import faultless_run, merged, trial
from conformance.runs.eventually import capped_waits

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog, Test
    from conformance.prove.workers import Worker

ORDER = "complete.order/sorted"


def _tests(worker: Worker, *words: str) -> list[Test]:
    """Return tests of the catalogue whose ids begin so."""
    found = [test for name, test in worker.tests.items() if name.startswith(words)]
    assert found
    return found


def test_a_fault_can_change_the_tests_that_it_touches(worker: Worker) -> None:
    """The order of parts matters to tests of completion alone, and those are green without it."""
    tests = _tests(worker, "complete/part-order", "list-parts/order")
    found = faultless_run(worker.testbed, tests, {ORDER: worker.faults[ORDER]})
    assert found.green == {test.id for test in tests}
    assert found.not_green == {}
    assert found.touched[ORDER]
    assert all(name.startswith("complete/part-order") for name in found.touched[ORDER])
    assert all(found.seconds[test.id] > 0 for test in tests)


def test_a_trial_tells_what_turned_red(worker: Worker) -> None:
    """A test that shows the rule fails by a check that is named; others stay as they were."""
    tests = _tests(worker, "complete/part-order", "list-parts/order")
    found = trial(worker.testbed, ORDER, tests)
    assert found.tests == len(tests)
    assert found.crashes == ()
    assert found.red
    assert {red.scenario for red in found.red} == {"complete/part-order"}
    assert all("complete.order" in red.rules and red.checks for red in found.red)


def test_enough_ends_at_the_first_failure(worker: Worker) -> None:
    """A trial that only asks whether anything fails runs no test after that."""
    tests = _tests(worker, "complete/part-order")
    red = [one.test for one in trial(worker.testbed, ORDER, tests).red]
    ordered = sorted(tests, key=lambda test: test.id not in red)
    found = trial(worker.testbed, ORDER, ordered, enough=bool)
    assert (found.tests, len(found.red)) == (1, 1)


def test_a_server_that_hangs_up_is_asked_twice_and_fails(worker: Worker) -> None:
    """A connection that is closed each time is a result, and no defect of the reference."""
    tests = _tests(worker, "list-parts/max-parts/accepted")
    found = trial(worker.testbed, "list-parts.parameters/crash-at-zero", tests)
    assert found.crashes == ()
    assert [(one.test, one.checks) for one in found.red] == [
        ("list-parts/max-parts/accepted[zero]", ("ListParts.must.answer",))
    ]


def test_without_a_fault_everything_is_green_again(worker: Worker) -> None:
    """What a fault did stays in the buckets of its own trial."""
    tests = _tests(worker, "complete/part-order")
    trial(worker.testbed, ORDER, tests)
    found = faultless_run(worker.testbed, tests, {})
    assert found.green == {test.id for test in tests}


def test_nothing_is_waited_for(catalog: Catalog) -> None:
    """A test asks once where it would ask again and again, also within groups."""
    waiting = [test for test in catalog.tests if any(step.eventually for step in test.steps)]
    assert waiting
    for test in waiting:
        asked = capped_waits(test, 0)
        assert not any(step.eventually for step in (*asked.given, *asked.steps))
        assert [step.operation for step in asked.steps] == [step.operation for step in test.steps]
    (step, *_) = waiting[0].steps
    group = replace(step, concurrently=(replace(step, eventually=3.0),))
    assert (
        capped_waits(replace(waiting[0], steps=(group,)), 0).steps[0].concurrently[0].eventually
        == 0
    )


def test_shares_add_up() -> None:
    """The run of two shares holds what each has found, by fault."""
    one = FaultlessRun(
        green=frozenset({"a"}),
        not_green={"b": "FAIL"},
        seconds={"a": 1.0, "b": 2.0},
        touched={"f": frozenset({"a"}), "g": frozenset()},
    )
    two = FaultlessRun(
        green=frozenset({"c"}),
        not_green={},
        seconds={"c": 3.0},
        touched={"f": frozenset({"c"}), "g": frozenset({"c"})},
    )
    both = merged([one, two])
    assert both.green == {"a", "c"}
    assert both.not_green == {"b": "FAIL"}
    assert both.seconds == {"a": 1.0, "b": 2.0, "c": 3.0}
    assert both.touched == {"f": {"a", "c"}, "g": {"c"}}
