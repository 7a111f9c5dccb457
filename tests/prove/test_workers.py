"""Crews: one process or several do the same work."""

from __future__ import annotations

from concurrent.futures import Future, ProcessPoolExecutor
from typing import TYPE_CHECKING

import pytest

from conformance.prove.workers import Alone, Job, crew

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog
    from conformance.prove.workers import Crew, Worker

FAULTS = ("complete.order/sorted", "complete.duplicate-part/once")


def _work(hands: Crew, tests: tuple[str, ...]) -> tuple[set[str], dict[str, set[str]]]:
    """Return the tests that are green and, by fault, those that turn red."""
    base = hands.faultless_run(FAULTS, tests)
    trials = hands.trials([Job(fault, tests) for fault in FAULTS])
    return set(base.green), {one.fault: {red.test for red in one.red} for one in trials}


def _tests(catalog: Catalog) -> tuple[str, ...]:
    return tuple(test.id for test in catalog.tests if test.id.startswith("complete/part-order"))


def test_one_process_does_jobs_in_order(catalog: Catalog, worker: Worker) -> None:
    """Each job gives its trial, in the order of the jobs."""
    tests = _tests(catalog)
    green, red = _work(Alone(worker), tests)
    assert green == set(tests)
    assert tuple(red) == FAULTS
    assert red["complete.order/sorted"]


@pytest.mark.slow
def test_two_processes_find_the_same(catalog: Catalog, worker: Worker) -> None:
    """The shares of two processes add up to what one finds."""
    tests = _tests(catalog)
    alone = _work(Alone(worker), tests)
    with crew(catalog, 2) as hands:
        assert _work(hands, tests) == alone


@pytest.mark.slow
def test_what_waits_is_not_begun_after_an_interruption(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred jobs are waiting when Ctrl-C comes; those that have not begun are cancelled."""
    jobs: list[Future[object]] = []
    submit = ProcessPoolExecutor.submit

    def noted(*given: object) -> Future[object]:
        jobs.append(submit(*given))  # type: ignore[arg-type]  # passed on as it came
        return jobs[-1]

    monkeypatch.setattr(ProcessPoolExecutor, "submit", noted)

    def interrupted() -> None:
        with crew(catalog, 2) as hands:
            next(hands.trials([Job(FAULTS[0], _tests(catalog))] * 100))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(jobs) == 100
    assert sum(job.cancelled() for job in jobs) > 50
